"""The organisations, which all partnerships share."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Final

from bench.workload.draft import BEGUN, BEGUN_US, DAY_US, SPAN_US, Draft, Hand
from bench.workload.words import FIRST


class Life:
    """When an organisation begins, and when and how it ends, in effect and on record."""

    __slots__ = ("begins", "ends", "ends_us", "heir")

    def __init__(self, begins: int) -> None:
        self.begins = begins
        self.ends = self.ends_us = 1 << 62
        self.heir: str | None = None


SHARED: Final = ("staten", "fylket", "ks", "digdir", "nkom", "banken")
"""Organisations that every partnership has to do with."""


class World(Hand):
    """The organisations: registered by one hand for all, renamed, merged, dissolved over the years."""

    def __init__(self, partnerships: int, seed: int) -> None:
        super().__init__("world", seed)
        self.municipalities = [f"organisation/k{number}" for number in range(4 * partnerships + 8)]
        self.lives = {ref: Life(0) for ref in self.municipalities}
        self.shared = [f"organisation/k-{name}" for name in SHARED]
        self.planned: list[tuple[int, str, dict[str, Any], int]] = []
        self._plan()

    def members(self, number: int, chance: Random) -> list[str]:
        """Those that found a partnership: neighbours, some of which its neighbours have too."""
        around = self.municipalities[4 * number : 4 * number + 12]
        return chance.sample(around, chance.randint(4, 8))

    def _plan(self) -> None:
        chance = self.chance
        for place, ref in enumerate((*self.shared, *self.municipalities)):
            known = ref in self.lives
            kind = "municipality" if known else "other"
            stem = f"{chance.choice(FIRST)}{chance.choice(('vik', 'nes', 'dal', 'by', 'fjord', 'stad'))}".capitalize()
            name = f"{stem} kommune" if known else SHARED[place].upper()
            fields = {"organisation": ref, "name": name, "kind": kind}
            begun = BEGUN - 9000 - chance.randrange(9000)
            self.planned.append((BEGUN_US - DAY_US * 5 + place * 1000, "organisation-registered", fields, begun))
            if known and chance.random() < 0.1:
                us, day = self._some_time()
                self.planned.append((us, "organisation-renamed", {"organisation": ref, "name": f"Nye {name}"}, day))
        for pair in range(0, len(self.municipalities) - 1, 2):
            fate = chance.random()
            if fate < 0.06:
                self._merge(self.municipalities[pair : pair + 2], f"organisation/k{pair}-ny")
            elif fate < 0.09:
                self._dissolve(self.municipalities[pair])
        self.planned.sort(key=lambda item: item[0])

    def _some_time(self) -> tuple[int, int]:
        us = BEGUN_US + DAY_US * 900 + self.chance.randrange(SPAN_US - DAY_US * 1800)
        return us, BEGUN + (us - BEGUN_US) // DAY_US - self.chance.randrange(25)

    def _merge(self, parties: list[str], result: str) -> None:
        us, day = self._some_time()
        fields = {"organisation": result, "name": f"{self.words(1, 1)} kommune", "kind": "municipality"}
        self.planned.append((us, "organisation-registered", fields, day))
        told = us + 60_000_000
        self.planned.append((told, "organisations-merged", {"predecessors": tuple(parties), "result": result}, day))
        self.lives[result] = Life(day)
        for ref in parties:
            life = self.lives[ref]
            life.ends, life.ends_us, life.heir = day, told, result

    def _dissolve(self, ref: str) -> None:
        us, day = self._some_time()
        self.planned.append((us, "organisation-dissolved", {"organisation": ref, "cause": "Delt og nedlagt"}, day))
        self.lives[ref].ends, self.lives[ref].ends_us = day, us

    def drafts(self) -> Iterator[Draft]:
        """What is recorded of organisations, in order."""
        for us, event_type, fields, day in self.planned:
            self.turn(us)
            yield self.draft(event_type, day, **fields)

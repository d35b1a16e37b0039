"""One partnership's years: which step comes next, what is dated elsewhere, what is corrected."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any, Final

import msgspec

from bench.workload.business import Business
from bench.workload.draft import BEGUN_US, DAY_US, SPAN_US, Draft, iso
from bench.workload.organisations import World
from bench.workload.structure import Structure
from ledger.entry import Dating, Source

LOOSE: Final = frozenset(
    {
        "decision-adopted",
        "annotation-added",
        "expenditure-recorded",
        "population-recorded",
        "cost-estimated",
        "measure-scheduled",
        "body-renamed",
    }
)
"""Events that are right on any day, and so may be dated back or ahead, be uncertain, or be corrected."""
# The parts of the loose events, and of all but decisions, that give the shares of SHAPE over a whole history.
_BACK, _AHEAD, _UNCERTAIN = 0.152, 0.0325, 0.033
_RESTS = 0.616


class Partnership(Structure, Business):
    """One partnership's clerk, who writes what happens to it."""

    def __init__(self, world: World, number: int, quota: int, seed: int) -> None:
        super().__init__(world, number, seed)
        self.quota = quota
        self.filed = False
        self.correctable: deque[Draft] = deque(maxlen=40)
        self.acts: list[Callable[[], Draft | None]] = [act for act, _ in self._mix()]
        self.weights = list(accumulate(weight for _, weight in self._mix()))

    def _mix(self) -> list[tuple[Callable[[], Draft | None], float]]:
        return [
            (self.decide, 24.4),
            (self.annotate, 11),
            (self.spend, 18),
            (self.count, 4),
            (self.estimate, 6),
            (self.schedule, 4),
            (self.rename_body, 1.5),
            (self.correct, 1.14),
            (self.join_or_leave, 5),
            (self.seat, 8),
            (self.agree, 8),
            (self.work, 9),
            (self.take_part, 6),
            (self.finance, 7),
            (self.set_up, 1.2),
        ]

    def drafts(self) -> Iterator[Draft]:
        """What is recorded of the partnership, in order."""
        chance = self.chance
        us = BEGUN_US + chance.randrange(DAY_US * 365)
        step = (BEGUN_US + SPAN_US - us) / self.quota
        self.turn(us)
        self.found()
        for _ in range(self.quota):
            self.turn(us)
            yield self._finished(self._next())
            us += 3_600_000_000 if self.queue else int(step * (0.1 + 1.8 * chance.random()))

    def _next(self) -> Draft:
        if not self.queue:
            self.follow_mergers()
        if self.queue:
            draft = self.queue.popleft()
            draft.us = self.us
            return draft
        act = self.chance.choices(self.acts, cum_weights=self.weights)[0]
        return act() or self.annotate()

    def _finished(self, draft: Draft) -> Draft:
        """The draft with its envelope: partnership, authority, note, source, and a date that is not always near."""
        chance = self.chance
        draft.partnership = self.ref
        kind = draft.kind
        if kind != "decision-adopted":
            if self.decisions and chance.random() < _RESTS:
                draft.authority = chance.choice(self.decisions[-40:])
            if kind != "annotation-added":
                draft.note = self.words(6, 14)
        if chance.random() < 0.05 and self.filed:
            draft.sources = (Source(self.document, f"s. {chance.randint(1, 400)}"),)
        if chance.random() < 0.08:
            draft.knowledge = "reported"
        self.filed |= kind == "document-registered"
        if kind in LOOSE and draft.corrects is None:
            self._misdate(draft)
            self.correctable.append(draft)
        return draft

    def _misdate(self, draft: Draft) -> None:
        chance, luck = self.chance, self.chance.random()
        day = self.today
        if luck < _BACK:
            since = max(self.bodies[0].day, day - 1461) if draft.kind == "body-renamed" else day - 1461
            if day - 31 > since:
                draft.effective = iso(chance.randint(since, day - 31))
        elif luck < _BACK + _AHEAD:
            draft.effective = iso(day + chance.randint(1, 365))
        elif luck < _BACK + _AHEAD + _UNCERTAIN and draft.kind != "body-renamed":
            year, month = draft.effective[:4], draft.effective[5:7]
            form = chance.random()
            if form < 0.5:
                draft.effective = f"{year}-{month}"
            elif form < 0.8:
                draft.effective = f"{int(year) - 1}-{chance.choice((21, 22, 23))}"
                draft.dating = Dating("season", "Papiret nevner bare årstiden")
            else:
                draft.effective = f"{int(year) - 2}-23/{int(year) - 1}-23"
                draft.dating = Dating("bounded", "Udatert papir mellom to møter")

    def correct(self) -> Draft | None:
        if not self.correctable:
            return None
        chance = self.chance
        wrong = chance.choice(self.correctable)
        self.correctable.remove(wrong)
        kind = wrong.kind
        if kind == "measure-scheduled" or (chance.random() < 0.2 and kind != "decision-adopted"):
            draft = self.draft("entry-annulled", self.today)
            draft.corrects = wrong
            return draft
        changed: dict[str, Any] = {
            "decision-adopted": lambda: {"title": self.words(2, 6)},
            "annotation-added": lambda: {"text": self.words(6, 14)},
            "expenditure-recorded": lambda: {"amount": self.money(500, 60_000)},
            "population-recorded": lambda: {"population": chance.randint(900, 60_000)},
            "cost-estimated": lambda: {"amount": self.money()},
            "body-renamed": lambda: {"name": self.unique("Råd")},
        }[kind]()
        draft = self.draft("entry-annulled", self.today)
        draft.event = msgspec.structs.replace(wrong.event, **changed)
        draft.kind = kind
        draft.effective, draft.dating = wrong.effective, wrong.dating
        draft.corrects = wrong
        draft.why = chance.choice(("recording_error", "better_source"))
        self.correctable.append(draft)
        return draft

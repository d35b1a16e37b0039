"""What an invented entry is made of, and the hand that writes it."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any, Final

import msgspec

from bench.workload.words import RANKS, WORDS
from ledger.entry import VERSION, Actor, Correction, Dating, Entry, Source, from_microseconds
from ledger.event import Event
from ledger.events import CATALOGUE

ORIGIN: Final = "vedtak.bench/workload"
RECORDER: Final = Actor("arkiv", "import")

YEARS: Final = 31
BEGUN: Final = date(1994, 1, 1).toordinal()
DAY_US: Final = 86_400_000_000
BEGUN_US: Final = (BEGUN - date(1970, 1, 1).toordinal()) * DAY_US
SPAN_US: Final = YEARS * 36525 * DAY_US // 100
STEP_US: Final = 16
"""Stamps are multiples of this and one more, so that each of up to ten tiles has a microsecond of its own."""
_ISO: Final = [date.fromordinal(day).isoformat() for day in range(BEGUN - 36525, BEGUN + 20000)]


def iso(day: int) -> str:
    """The day as ISO 8601, from a table."""
    return _ISO[day - BEGUN + 36525]


class Draft:
    """An entry before its place is known: a correction names the draft it corrects, whose place is known by then."""

    __slots__ = (
        "authority",
        "command",
        "corrects",
        "dating",
        "effective",
        "event",
        "kind",
        "knowledge",
        "note",
        "partnership",
        "plain",
        "position",
        "reason",
        "sources",
        "us",
        "why",
    )

    def __init__(self, us: int, command: str, effective: str, event: Event) -> None:
        self.us = us
        self.command = command
        self.effective = effective
        self.event: Any = event
        self.kind = event.__struct_config__.tag
        self.knowledge = "documented"
        self.authority: str | None = None
        self.note: str | None = None
        self.dating: Dating | None = None
        self.sources: tuple[Source, ...] = ()
        self.corrects: Draft | None = None
        self.why = "recording_error"
        self.reason = "Feil i føringen"
        self.partnership: str | None = None
        self.plain: str | None = None
        self.position = 0

    def correction(self) -> Correction | None:
        """What the entry says it corrects."""
        if self.corrects is None:
            return None
        return Correction(self.corrects.position, self.why, self.reason)  # type: ignore[arg-type] # drawn from the literals

    def entry(self) -> Entry:
        """The entry; its canonical bytes are what msgspec writes of it."""
        return Entry(
            v=VERSION,
            origin=ORIGIN,
            command=self.command,
            recorded_at=from_microseconds(self.us),
            recorded_by=RECORDER,
            effective=self.effective,
            dating=self.dating,
            knowledge=self.knowledge,  # type: ignore[arg-type] # drawn from the literals
            authority=self.authority,
            sources=self.sources,
            corrects=self.correction(),
            note=self.note,
            partnership=self.partnership,
            event=self.event,
        )

    def asked(self) -> dict[str, Any]:
        """The command a person would have given, as plain data; a personal name is still in the open."""
        entry = msgspec.to_builtins(self.entry())
        for added in ("v", "origin", "recorded_at", "recorded_by"):
            del entry[added]
        if self.plain is not None:
            entry["event"]["name"] = self.plain
        return entry  # type: ignore[no-any-return] # to_builtins gives a dict for a struct


class Hand:
    """Somebody who writes drafts: a clock of their own, chance of their own."""

    def __init__(self, name: str, seed: int) -> None:
        self.chance = Random(f"{seed}/{name}")  # noqa: S311 - an invented history, not a secret
        self.us = BEGUN_US
        self.today = BEGUN

    def turn(self, us: int) -> None:
        """Let the clock stand at a time."""
        self.us = us - us % STEP_US + 1
        self.today = BEGUN + (us - BEGUN_US) // DAY_US

    def words(self, low: int, high: int) -> str:
        """A text of so many words."""
        chance = self.chance
        return " ".join(chance.choices(WORDS, cum_weights=RANKS, k=chance.randint(low, high))).capitalize()

    def draft(self, event_type: str, day: int, **fields: Any) -> Draft:
        """A draft of an event on a day."""
        bits = f"{self.chance.getrandbits(128):032x}"
        command = f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"
        return Draft(self.us, command, iso(day), CATALOGUE[event_type](**fields))

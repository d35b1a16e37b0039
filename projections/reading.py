"""A ledger seen from one moment: what held on a day, as known after an entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from ledger.calendar import bounds
from ledger.entry import Dating, Entry
from ledger.facts import Holds, Value
from ledger.fields import Knowledge
from ledger.journal import Log
from ledger.structure import Fact, Structure, Thing


class Alternative(Struct, frozen=True):
    """Another value that may hold instead, and the entry that says so; both None for “nothing yet”."""

    value: Any
    entry: int | None


class FactView(Struct, frozen=True):
    """A value with what it rests on."""

    value: Any
    holds: Holds
    entry: int | None
    knowledge: Knowledge | None
    authority: str | None
    alternatives: tuple[Alternative, ...] = ()


class DateView(Struct, frozen=True, omit_defaults=True):
    """An effective date as recorded, the days it may mean, and how it was arrived at."""

    edtf: str
    earliest: date
    latest: date
    basis: str = "stated"
    reason: str | None = None


class ReadOnlyStructure(Structure):
    """A structure for whoever does not write: all of a long ledger may be asked about, and no boundary comes of it."""

    def note(self, ref: str) -> None:
        """Not taken down."""


class Reading(Struct, frozen=True, dict=True):
    """The log, an effective day, the newest entry that counts as known, and the personal values still disclosed."""

    journal: Log
    effective: date
    known: int
    disclosed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def structure(self) -> Structure:
        """The partnership at this moment."""
        return ReadOnlyStructure(self.journal.history, self.effective, self.known)

    @cached_property
    def scopes(self) -> dict[str, dict[str, Holds]]:
        """What belongs to each partnership that was asked about; see ``projections.scope``."""
        return {}

    def on(self, effective: date) -> Reading:
        """The same knowledge, another day."""
        return Reading(self.journal, effective, self.known, self.disclosed)

    def entry(self, position: int | None) -> Entry | None:
        """The entry at a position, if it is known at this moment."""
        if position is None or not 1 <= position <= self.known:
            return None
        return self.journal.entry(position)

    def view(self, fact: Fact[Any]) -> FactView:
        """A fact with the knowledge and authority of its entry."""
        entry = self.entry(fact.entry)
        return FactView(
            value=fact.value,
            holds=fact.holds,
            entry=fact.entry,
            knowledge=entry.knowledge if entry else None,
            authority=entry.authority if entry else None,
            alternatives=tuple(Alternative(value, position) for value, position in fact.alternatives),
        )

    def label(self, ref: str) -> str:
        """What a thing is called on the day; its reference when it has no name."""
        thing = self.structure.thing(ref)
        name: Value = thing.name.value
        if name is None:
            return self._described(thing)
        sealed = as_mapping(name)
        if sealed:
            return self.disclosed.get(sealed.get("digest", ""), ref)
        return name if isinstance(name, str) else ref  # as thing.label, which would look it up again

    def _described(self, thing: Thing) -> str:
        """Something without a name of its own, such as a meeting, by its body and date."""
        body = thing.fact("body")
        if not isinstance(body.value, str) or body.entry is None:
            return thing.ref
        return f"{self.label(body.value)} {self.journal.entry(body.entry).effective}"

    def date_of(self, position: int) -> DateView:
        """The effective date of an entry."""
        return dated(self.journal.entry(position))


def dated(entry: Entry) -> DateView:
    """The effective date of an entry, with its bounds."""
    first, last = bounds(entry.effective)
    dating: Dating | None = entry.dating
    if dating is None:
        return DateView(entry.effective, first, last)
    return DateView(entry.effective, first, last, dating.basis, dating.reason)


def existence(thing: Thing) -> Fact[Value]:
    """Whether a thing exists, with the entry that says so."""
    fact = thing.fact("exists")
    return Fact(fact.value, thing.holds, fact.entry, fact.alternatives)


def as_mapping(value: Any) -> Mapping[str, Any] | None:
    """The value if it is compound, else None."""
    return value if isinstance(value, Mapping) else None

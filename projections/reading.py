"""A ledger seen from one moment: what held on a day, as known after an entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final

from msgspec import Struct, field

from ledger.calendar import bounds
from ledger.entry import Dating, Entry
from ledger.facts import Answer, Holds, Slot, Value
from ledger.fields import Knowledge
from ledger.journal import Log
from ledger.structure import Fact, Structure, Thing

_NAME: Final = "name"
_BODY: Final = "body"


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

    @cached_property
    def looked_up(self) -> dict[Slot, Answer]:
        """What was last found out in one go."""
        return {}

    def look_up(self, refs: Collection[str]) -> None:
        """Find out in one go what things are called, for those whose labels are asked for next."""
        found = self._names(refs)
        found |= self._names({body for ref in refs if isinstance(body := found[Slot(ref, _BODY)].value, str)})
        self.looked_up.clear()
        self.looked_up.update(found)

    def _names(self, refs: Collection[str]) -> dict[Slot, Answer]:
        slots = [Slot(ref, attribute) for ref in refs for attribute in (_NAME, _BODY)]
        return self.journal.history.answers(slots, self.effective, self.known)

    def _answer(self, ref: str, attribute: str) -> Answer:
        slot = Slot(ref, attribute)
        return self.looked_up.get(slot) or self.structure.answer(slot)

    def label(self, ref: str) -> str:
        """What a thing is called on the day; its reference when it has no name."""
        name = self._answer(ref, _NAME).value
        if name is None:
            return self._described(ref)
        sealed = as_mapping(name)
        if sealed:
            return self.disclosed.get(sealed.get("digest", ""), ref)
        return name if isinstance(name, str) else ref

    def _described(self, ref: str) -> str:
        """Something without a name of its own, such as a meeting, by its body and date."""
        body = self._answer(ref, _BODY).last
        if body is None or not isinstance(body.value, str):
            return ref
        return f"{self.label(body.value)} {self.journal.entry(body.position).effective}"

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

"""The partnership at one moment: typed, read-only, every value knowing the entry that made it so.

A :class:`Structure` is a view of what is on record at one (effective, known). It hands out *things* (an organisation, a
body, a decision …) whose attributes are :class:`Fact` values: the value, whether it holds (yes, maybe, no), and the
position of the entry behind it. The structure notes which things it was asked about (:attr:`Structure.consulted`): what
a rule has read is the boundary within which nobody else may have written meanwhile (``ledger.record``).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import date
from typing import ClassVar, Generic, Protocol, TypeVar, cast, overload

from msgspec import Struct

from ledger.calendar import LATEST
from ledger.facts import NOTHING, Account, Answer, Balance, Holds, Slot, Value, standing

T = TypeVar("T")
Keys = tuple[str, ...]
EXISTS = "exists"


class Reader(Protocol):
    """Where answers come from: ``ledger.facts.Facts``, or what an audit leaves of them."""

    def entities(self, kind: str | None = None) -> Iterator[str]:
        """Every reference ever written about, or those of a kind."""

    def alike(self, ref: str) -> Iterator[str]:
        """Some references of the same kind, among them those most like one that is not on record."""

    def slots(self, entity: str) -> Iterator[Slot]:
        """Every slot of a thing ever written."""

    def answer(self, slot: Slot, effective: date, known: int, earliest: date | None = None) -> Answer:
        """What a slot may hold on a day, or on any of several."""

    def balance(self, account: Account, effective: date, known: int) -> Balance:
        """Øre on an account."""


class Fact(Struct, Generic[T], frozen=True):
    """A value, whether it holds, the entry (position) that says so, and what else may hold instead."""

    value: T | None
    holds: Holds
    entry: int | None
    alternatives: tuple[tuple[T | None, int | None], ...] = ()

    @property
    def certain(self) -> T | None:
        """The value where no other is possible, else None."""
        return self.value if self.holds == "yes" else None

    @classmethod
    def of(cls, answer: Answer) -> Fact[T]:
        """Read an answer: what to show first, and every other possible value with its entry."""
        last = answer.last
        if last is None:
            return cls(None, "no", None)
        others: list[tuple[T | None, int | None]] = [
            (cast("T | None", writer.value), writer.position)
            for writer in answer.writers[:-1]
            if writer.value != last.value
        ]
        if answer.unset:
            others.insert(0, (None, None))
        return cls(cast("T | None", last.value), answer.holds, last.position, tuple(others))


class attribute(Generic[T]):  # noqa: N801 - reads as a declaration in the classes below
    """An attribute of a thing, typed; the slot has the attribute's own name."""

    def __init__(self, of: type[T]) -> None:
        self.of = of

    def __set_name__(self, owner: type[Thing], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, thing: None, owner: type[Thing]) -> attribute[T]: ...
    @overload
    def __get__(self, thing: Thing, owner: type[Thing]) -> Fact[T]: ...
    def __get__(self, thing: Thing | None, owner: type[Thing]) -> attribute[T] | Fact[T]:
        return self if thing is None else Fact.of(thing.answer(self.name))


class Thing:
    """Anything on record, as it stood; subclasses name the attributes of their kind."""

    kind_of_thing: ClassVar[str] = ""
    name = attribute(str)

    def __init__(self, structure: Structure, ref: str) -> None:
        self.structure = structure
        self.ref = ref

    def answer(self, attribute: str, key: str = "") -> Answer:
        """The raw answer behind an attribute."""
        return self.structure.answer(Slot(self.ref, attribute, key))

    def fact(self, attribute: str, key: str = "") -> Fact[Value]:
        """An attribute by name, for readers that show whatever there is."""
        return Fact.of(self.answer(attribute, key))

    def values(self, attribute: str, key: str = "") -> list[Value]:
        """Every value that the attribute may hold, the one to show last; empty when it certainly holds none."""
        return [writer.value for writer in self.answer(attribute, key).writers if writer.value is not None]

    def keyed(self, attribute: str) -> dict[str, Fact[Value]]:
        """The attribute that holds one value for each of many: members, points, parties; those that may hold."""
        facts = {
            slot.key: self.fact(attribute, slot.key)
            for slot in self.structure.slots(self.ref)
            if slot.attribute == attribute and slot.key
        }
        return {key: fact for key, fact in facts.items() if fact.holds != "no"}

    @property
    def holds(self) -> Holds:
        """Whether the thing exists on the date: yes, maybe or no."""
        return standing(self.answer(EXISTS))

    @property
    def label(self) -> str:
        """Its name as it stood, else its reference."""
        name = self.name.value
        return name if isinstance(name, str) else self.ref


class Organisation(Thing):
    """A municipality, county, association, company or other legal or informal person."""

    kind_of_thing = "organisation"
    kind = attribute(str)
    code = attribute(str)
    orgnr = attribute(str)
    county = attribute(str)
    parent = attribute(str)
    population = attribute(int)
    ended_by = attribute(str)
    succeeded_by = attribute(tuple)


class Body(Thing):
    """A committee, group, board, council or secretariat."""

    kind_of_thing = "body"
    kind = attribute(str)
    owner = attribute(str)
    under = attribute(str)
    effect = attribute(str)


class Post(Thing):
    """A seat or position in a body."""

    kind_of_thing = "post"
    body = attribute(str)
    seats = attribute(int)

    @property
    def holders(self) -> dict[str, Fact[Value]]:
        """Who may hold the post on the date, by reference."""
        return self.keyed("holder")


class Case(Thing):
    """A case in an organisation's archive."""

    kind_of_thing = "case"
    organisation = attribute(str)
    archive_ref = attribute(str)


class Proposal(Thing):
    """A proposal put before a body; never a decision."""

    kind_of_thing = "proposal"
    case = attribute(str)

    @property
    def points(self) -> dict[str, Fact[Value]]:
        """The points by number."""
        return self.keyed("point")


class Decision(Thing):
    """What a body has adopted, as far as its words are known."""

    kind_of_thing = "decision"
    body = attribute(str)
    case = attribute(str)

    @property
    def points(self) -> dict[str, Fact[Value]]:
        """The points by number."""
        return self.keyed("point")


class Mandate(Thing):
    """A task given by one body to another."""

    kind_of_thing = "mandate"
    giver = attribute(str)
    receiver = attribute(str)
    status = attribute(str)
    deadline = attribute(str)


class Application(Thing):
    """An application for money, and what became of it."""

    kind_of_thing = "application"
    fund = attribute(str)
    status = attribute(str)


_TYPES: dict[str, type[Thing]] = {
    kind.kind_of_thing: kind for kind in (Organisation, Body, Post, Case, Proposal, Decision, Mandate, Application)
}
_ThingT = TypeVar("_ThingT", bound=Thing)


class Structure:
    """What stood on ``effective`` (a day), as known after entry ``known`` (a position).

    With ``earliest``, the first day that the date of an event may mean, it is what stood on whichever day from that one
    to ``effective`` is the right one: *yes* is yes on each of them, *no* is no on each, and the rest is *maybe*. A rule
    that refuses only what is certain is thereby right about uncertain dates without thinking of them.
    """

    def __init__(self, reader: Reader, effective: date, known: int, earliest: date | None = None) -> None:
        self._reader = reader
        self.effective = effective
        self.earliest = earliest or effective
        """The first day that the date may mean; ``effective`` itself when it is one day."""
        self.known = known
        self.consulted: set[str] = set()
        """The references of every thing that has been asked about."""

    def on(self, effective: date) -> Structure:
        """The same knowledge on another day; what is asked of it counts as asked of this one."""
        other = copy(self)
        other.effective = other.earliest = effective
        return other

    def note(self, ref: str) -> None:
        """Take down that a thing was asked about."""
        self.consulted.add(ref)

    def answer(self, slot: Slot) -> Answer:
        """What a slot may hold."""
        self.note(slot.entity)
        earliest = self.earliest if self.earliest < self.effective else None
        return self._reader.answer(slot, self.effective, self.known, earliest)

    def slots(self, ref: str) -> Iterator[Slot]:
        """Every slot of a thing that was ever written, at any state of knowledge."""
        self.note(ref)
        return iter(self._reader.slots(ref))

    def balance(self, ref: str, name: str) -> Balance:
        """Øre on an account of a thing; of several days, the least and the most that it is on the first and last."""
        self.note(ref)
        account = Account(ref, name)
        last = self._reader.balance(account, self.effective, self.known)
        if self.earliest == self.effective:
            return last
        first = self._reader.balance(account, self.earliest, self.known)
        return Balance(first.certain, min(first.least, last.least), max(first.most, last.most))

    def on_record(self, ref: str) -> bool:
        """Whether any entry known by then has put the thing on record, whatever the date."""
        self.note(ref)
        return self._reader.answer(Slot(ref, EXISTS), LATEST, self.known) != NOTHING

    def alike(self, ref: str) -> Iterator[str]:
        """What was on record by then and may have been meant by a reference that was not: some of its kind."""
        return (other for other in self._reader.alike(ref) if self.on_record(other))

    def thing(self, ref: str) -> Thing:
        """The thing with this reference, in the class of its kind; it need not hold."""
        return _TYPES.get(ref.partition("/")[0], Thing)(self, ref)

    def organisation(self, ref: str) -> Organisation:
        """An organisation by reference."""
        return Organisation(self, ref)

    def body(self, ref: str) -> Body:
        """A body by reference."""
        return Body(self, ref)

    def post(self, ref: str) -> Post:
        """A post by reference."""
        return Post(self, ref)

    def mandate(self, ref: str) -> Mandate:
        """A mandate by reference."""
        return Mandate(self, ref)

    def all(self, kind: type[_ThingT]) -> Iterator[_ThingT]:
        """Everything of a typed kind that holds, or may hold, on the date."""
        for thing in self.list(kind.kind_of_thing):
            yield cast("_ThingT", thing)

    def list(self, kind: str) -> Iterator[Thing]:
        """Everything of a kind that holds, or may hold, on the date, in the order first recorded."""
        for thing in self.recorded(kind):
            if thing.holds != "no":
                yield thing

    def recorded(self, kind: str) -> Iterator[Thing]:
        """Everything of a kind known by then, whether or not it holds on the date."""
        for ref in self._reader.entities(kind):
            if self.on_record(ref):
                yield self.thing(ref)

"""What an event makes true, and what is true on a date: slots, accounts, replay.

An *effect* is an assignment to a slot or a movement on an account, and never depends on what was true before. That
is why entries may arrive late, be dated back, be corrected, and still give one answer: the state at (effective E,
known K) is, for each slot, the last writer by (effective, position) among the entries known at K and not withdrawn at
K, where a correction has the place of what it corrects; and for each account, the sum of its movements.

Effective dates may be uncertain, so there can be more than one possible last writer. A writer *w* is possible at E
when it may have taken effect by then and no other writer certainly came later; if nothing has certainly taken effect,
"nothing yet" is possible too. One possible value is a *yes*, several are a *maybe*, none is a *no*.

:func:`replay` is the definition, written without any index, and stays so: every faster way is tested against it.
:class:`Facts` is what every faster way offers; :class:`History` is the one that lives in memory.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

from ledger.calendar import bounds

BELONGS_TO: Final = "partnership"
"""The attribute that says to which partnership a thing belongs."""
UNKNOWN: Final = "unknown_amount"
"""The attribute that holds, by account, that an amount nobody knows belongs on it."""

Value: TypeAlias = "str | int | bool | tuple[Value, ...] | Mapping[str, Value] | None"
Holds: TypeAlias = Literal["yes", "maybe", "no"]


class Slot(NamedTuple):
    """Where a value stands: an attribute of a thing, and a key where the attribute holds one value for each of many."""

    entity: str
    attribute: str
    key: str = ""


class Account(NamedTuple):
    """Where money is counted: a fund, grant or measure, and which of its sums (``granted``, ``allocated``)."""

    entity: str
    name: str


class Assign(NamedTuple):
    """From ``at`` (EDTF; the entry's own effective date when None) the slot holds ``value``; None empties it."""

    slot: Slot
    value: Value
    at: str | None = None


class Move(NamedTuple):
    """From ``at`` on, ``ore`` øre more stand on the account (less, when negative)."""

    account: Account
    ore: int
    at: str | None = None


Effect: TypeAlias = Assign | Move


class Happening(NamedTuple):
    """What replay needs of an entry: where it stands, when it took effect, what it did, which entry it withdraws."""

    position: int
    effective: str
    effects: tuple[Effect, ...]
    withdraws: int | None = None


class Writer(NamedTuple):
    """One assignment in force at some state of knowledge: between which days it took effect, where it is written.

    ``order`` decides between two of the same day: the position, but that of the entry first made for a correction,
    which stands where the entry it corrects stood.
    """

    earliest: date
    latest: date
    position: int
    value: Value
    order: int


class Movement(NamedTuple):
    """Øre that moved on an account, by which entry and between which days."""

    position: int
    earliest: date
    latest: date
    ore: int


class Answer(NamedTuple):
    """What a slot may hold on a date: the possible writers, most recent last; ``unset`` if nothing may hold yet."""

    writers: tuple[Writer, ...]
    unset: bool

    @property
    def last(self) -> Writer | None:
        """The writer to show first: the one that took effect last, if any is possible."""
        return self.writers[-1] if self.writers else None

    @property
    def value(self) -> Value:
        """The value of :attr:`last`, or None."""
        return self.writers[-1].value if self.writers else None

    @property
    def holds(self) -> Holds:
        """Whether that value stands: yes if no other value is possible, no if nothing is set, else maybe."""
        shown = self.value
        if shown is None and not any(writer.value is not None for writer in self.writers):
            return "no"
        doubtful = self.unset or any(writer.value != shown for writer in self.writers)
        return "maybe" if doubtful else "yes"


NOTHING = Answer((), unset=True)


def standing(answer: Answer) -> Holds:
    """Whether a thing stands, by what its slot ``exists`` may hold."""
    stands = [writer.value is True for writer in answer.writers]
    if not any(stands):
        return "no"
    return "yes" if all(stands) and not answer.unset else "maybe"


class Balance(NamedTuple):
    """Øre on an account on a date: what has certainly moved, and the least and most it may be."""

    certain: int
    least: int
    most: int


def possible(writers: Iterable[Writer], effective: date) -> Answer:
    """The writers that may be the last one on ``effective``, ordered by (latest day, position)."""
    begun = [writer for writer in writers if writer.earliest <= effective]
    certain = [(writer.earliest, writer.order) for writer in begun if writer.latest <= effective]
    floor = max(certain, default=None)
    kept = [writer for writer in begun if floor is None or (min(writer.latest, effective), writer.order) >= floor]
    kept.sort(key=lambda writer: (min(writer.latest, effective), writer.order))
    return Answer(tuple(kept), unset=floor is None)


def possible_within(writers: Iterable[Writer], earliest: date, effective: date) -> Answer:
    """The writers that may be the last one on some day from ``earliest`` to ``effective``, ordered alike.

    What is certain of that is certain on each of those days: it is what an event of uncertain date can count on.
    """
    writers = list(writers)
    # Where no writer begins, or is past its last day, nothing becomes possible that was not so the day before.
    edges = {edge + step for writer in writers for edge in writer[:2] for step in (timedelta(0), timedelta(1))}
    answers = [possible(writers, day) for day in sorted({earliest, effective, *edges}) if earliest <= day <= effective]
    kept = [writer for writer in writers if any(writer in answer.writers for answer in answers)]
    kept.sort(key=lambda writer: (min(writer.latest, effective), writer.order))
    return Answer(tuple(kept), unset=answers[0].unset)


class State(NamedTuple):
    """Everything that holds at one (effective, known), by slot and by account."""

    answers: Mapping[Slot, Answer]
    balances: Mapping[Account, Balance]


def replay(happenings: Iterable[Happening], effective: date, known: int) -> State:
    """The state on ``effective`` as known after entry ``known``, by going through every entry: the oracle."""
    heard = [happening for happening in happenings if happening.position <= known]
    withdrawn = {happening.withdraws for happening in heard}
    order: dict[int | None, int] = {}
    slots: dict[Slot, list[Writer]] = defaultdict(list)
    moved: dict[Account, list[Movement]] = defaultdict(list)
    for happening in heard:
        order[happening.position] = order.get(happening.withdraws, happening.position)
        if happening.position in withdrawn:
            continue
        for effect in happening.effects:
            earliest, latest = bounds(effect.at or happening.effective)
            if isinstance(effect, Assign):
                place = (happening.position, effect.value, order[happening.position])
                slots[effect.slot].append(Writer(earliest, latest, *place))
            else:
                moved[effect.account].append(Movement(happening.position, earliest, latest, effect.ore))
    answers = {slot: possible(writers, effective) for slot, writers in slots.items()}
    balances = {account: balanced(movements, effective) for account, movements in moved.items()}
    return State({slot: answer for slot, answer in answers.items() if answer.writers}, balances)


def balanced(movements: Iterable[Movement], effective: date) -> Balance:
    """The sum of movements on a day, and its bounds."""
    certain = least = most = 0
    for _, earliest, latest, ore in movements:
        if latest <= effective:
            certain += ore
        elif earliest <= effective:
            least += min(ore, 0)
            most += max(ore, 0)
    return Balance(certain, certain + least, certain + most)


class Facts(ABC):
    """Every assignment and movement on record, at any state of knowledge: in memory, or in an index on disk."""

    @abstractmethod
    def entities(self, kind: str | None = None) -> Iterator[str]:
        """Everything any entry has written about, or all of one kind, in the order recorded; of one entry, by name."""

    @abstractmethod
    def having(self, attribute: str) -> Iterator[str]:
        """Everything that any entry has given an attribute, in that same order."""

    @abstractmethod
    def placed_in(self, partnership: str) -> Iterator[str]:
        """Everything that any entry has said belongs to a partnership, in that same order."""

    @abstractmethod
    def slots(self, entity: str) -> Iterator[Slot]:
        """The slots of a thing that any entry has ever written."""

    @abstractmethod
    def accounts(self) -> Iterator[Account]:
        """Every account that anything has ever moved on."""

    @abstractmethod
    def writers(self, slot: Slot, known: int) -> list[Writer]:
        """Every assignment to a slot known and not withdrawn after entry ``known``, in the order recorded."""

    @abstractmethod
    def movements(self, account: Account, known: int) -> list[Movement]:
        """Every movement on an account known and not withdrawn after entry ``known``."""

    @abstractmethod
    def withdrawn_by(self, position: int, known: int) -> int | None:
        """The entry that had corrected or annulled this one at that state of knowledge, if any."""

    @abstractmethod
    def place(self, position: int) -> int:
        """Where an entry stands among those of its day: its own position, or the place of what it corrects."""

    def alike(self, ref: str) -> Iterator[str]:
        """Things of the same kind whose references may be what is meant by one that is not on record: some, not all."""
        return self.entities(ref.partition("/")[0])

    def each(self, attribute: str, kind: str, effective: date, known: int) -> Iterator[tuple[str, Answer]]:
        """What everything of a kind may hold for an attribute on a date, in the order recorded; not where it is none.

        Only the value that the attribute holds as a whole, not those by key.
        """
        for entity in self.entities(kind):
            answer = self.answer(Slot(entity, attribute), effective, known)
            if answer.writers:
                yield entity, answer

    def answer(self, slot: Slot, effective: date, known: int, earliest: date | None = None) -> Answer:
        """What a slot may hold on a date, or on any day from ``earliest`` to it, as known after entry ``known``."""
        writers = self.writers(slot, known)
        return possible(writers, effective) if earliest is None else possible_within(writers, earliest, effective)

    def answers(self, slots: Collection[Slot], effective: date, known: int) -> dict[Slot, Answer]:
        """What some slots may hold on a date, as known after entry ``known``."""
        return {slot: self.answer(slot, effective, known) for slot in slots}

    def balance(self, account: Account, effective: date, known: int) -> Balance:
        """Øre on an account on a date, as known after entry ``known``."""
        return balanced(self.movements(account, known), effective)

    def at(self, effective: date, known: int) -> State:
        """The whole state, as :func:`replay` would give it."""
        answers = {
            slot: answer
            for entity in self.entities()
            for slot in self.slots(entity)
            if (answer := self.answer(slot, effective, known)).writers
        }
        balances = {
            account: balanced(movements, effective)
            for account in self.accounts()
            if (movements := self.movements(account, known))
        }
        return State(answers, balances)


class History(Facts):
    """The facts of a growing log, kept in memory by slot, so that any (effective, known) is a short look.

    It answers exactly as :func:`replay` does. With a ``base`` it goes on where that stood when it was made, and leaves
    it alone: what entries would do is tried out in such a one.
    """

    def __init__(self, base: Facts | None = None, head: int = 0) -> None:
        self.head = head
        self._base = base
        self._after = head
        self._writers: defaultdict[str, dict[Slot, list[Writer]]] = defaultdict(dict)
        self._movements: defaultdict[Account, list[Movement]] = defaultdict(list)
        self._withdrawn_by: dict[int, int] = {}
        self._places: dict[int, int] = {}

    def withdraw(self, position: int, by: int) -> None:
        """From entry ``by`` on, what entry ``position`` did counts no more."""
        self._withdrawn_by.setdefault(position, by)

    def add(self, happening: Happening) -> None:
        """Take in the next entry; positions must grow."""
        if happening.position <= self.head:
            message = f"entry {happening.position} comes after {self.head}"
            raise ValueError(message)
        self.head = happening.position
        place = happening.position
        if happening.withdraws is not None:
            self.withdraw(happening.withdraws, happening.position)
            if happening.withdraws < happening.position:
                place = self._places[happening.position] = self.place(happening.withdraws)
        for entity in sorted({effect[0].entity for effect in happening.effects if isinstance(effect, Assign)}):
            self._writers[entity]  # takes its place among the others, by name within one entry
        for effect in happening.effects:
            earliest, latest = bounds(effect.at or happening.effective)
            if isinstance(effect, Assign):
                writers = self._writers[effect.slot.entity].setdefault(effect.slot, [])
                writers.append(Writer(earliest, latest, happening.position, effect.value, place))
            else:
                self._movements[effect.account].append(Movement(happening.position, earliest, latest, effect.ore))

    def entities(self, kind: str | None = None) -> Iterator[str]:
        """Everything any entry has ever written about, or all of one kind, in the order it first appeared."""
        prefix = f"{kind}/" if kind else ""
        if self._base is not None:
            yield from self._base.entities(kind)
        for entity in self._writers:
            if entity.startswith(prefix) and (self._base is None or not any(True for _ in self._base.slots(entity))):
                yield entity

    def having(self, attribute: str) -> Iterator[str]:
        """Everything that any entry has given an attribute."""
        before = list(self._base.having(attribute)) if self._base is not None else []
        yield from before
        known = set(before)
        for entity, slots in self._writers.items():
            if entity not in known and any(slot.attribute == attribute for slot in slots):
                yield entity

    def placed_in(self, partnership: str) -> Iterator[str]:
        """Everything that any entry has said belongs to a partnership."""
        before = list(self._base.placed_in(partnership)) if self._base is not None else []
        yield from before
        known = set(before)
        for entity, slots in self._writers.items():
            writers = slots.get(Slot(entity, BELONGS_TO), ())
            if entity not in known and any(writer.value == partnership for writer in writers):
                yield entity

    def withdrawn_by(self, position: int, known: int) -> int | None:
        """The entry that had corrected or annulled this one at that state of knowledge, if any."""
        if self._base is not None and position <= self._after:
            by = self._base.withdrawn_by(position, min(known, self._after))
            if by is not None:
                return by
        by = self._withdrawn_by.get(position)
        return by if by is not None and by <= known else None

    def place(self, position: int) -> int:
        """Where an entry stands among those of its day."""
        if self._base is not None and position <= self._after:
            return self._base.place(position)
        return self._places.get(position, position)

    def slots(self, entity: str) -> Iterator[Slot]:
        """The slots of a thing that any entry has ever written."""
        own = self._writers.get(entity, {})
        if self._base is None:
            return iter(own)
        return iter(dict.fromkeys([*self._base.slots(entity), *own]))

    def accounts(self) -> Iterator[Account]:
        """Every account that anything has ever moved on."""
        before = self._base.accounts() if self._base is not None else ()
        return iter(dict.fromkeys([*before, *self._movements]))

    def writers(self, slot: Slot, known: int) -> list[Writer]:
        """Every assignment to a slot known and not withdrawn after entry ``known``, in the order recorded."""
        own = self._writers.get(slot.entity, {}).get(slot, ())
        inherited = self._base.writers(slot, min(known, self._after)) if self._base is not None else ()
        return [
            writer for writer in (*inherited, *own) if writer.position <= known and self._stands(writer.position, known)
        ]

    def movements(self, account: Account, known: int) -> list[Movement]:
        """Every movement on an account known and not withdrawn after entry ``known``."""
        own = self._movements.get(account, ())
        inherited = self._base.movements(account, min(known, self._after)) if self._base is not None else ()
        return [
            movement
            for movement in (*inherited, *own)
            if movement.position <= known and self._stands(movement.position, known)
        ]

    def _stands(self, position: int, known: int) -> bool:
        # What the base hands out has not been withdrawn there; only what has come since can have done it.
        return (self._withdrawn_by.get(position) or known + 1) > known

"""What an event makes true, and what is true on a date: slots, accounts, replay.

An *effect* is an assignment to a slot or a movement on an account, and never depends on what was true before. That
is why entries may arrive late, be dated back, be corrected, and still give one answer: the state at (effective E,
known K) is, for each slot, the last writer by (effective, position) among the entries known at K and not withdrawn at
K, where a correction has the place of what it corrects; and for each account, the sum of its movements.

Effective dates may be uncertain, so there can be more than one possible last writer. A writer *w* is possible at E
when it may have taken effect by then and no other writer certainly came later; if nothing has certainly taken effect,
"nothing yet" is possible too. One possible value is a *yes*, several are a *maybe*, none is a *no*.

:func:`replay` is the definition, written without any index, and stays so: every faster way is tested against it.
:class:`History` answers the same for many dates without starting over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

from ledger.calendar import bounds

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


class State:
    """Everything that holds at one (effective, known): read by slot, by thing or by kind."""

    def __init__(self, answers: Mapping[Slot, Answer], balances: Mapping[Account, Balance]) -> None:
        self.answers = answers
        self.balances = balances


def replay(happenings: Iterable[Happening], effective: date, known: int) -> State:
    """The state on ``effective`` as known after entry ``known``, by going through every entry: the oracle."""
    heard = [happening for happening in happenings if happening.position <= known]
    withdrawn = {happening.withdraws for happening in heard}
    order: dict[int | None, int] = {}
    slots: dict[Slot, list[Writer]] = defaultdict(list)
    moved: dict[Account, list[tuple[date, date, int]]] = defaultdict(list)
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
                moved[effect.account].append((earliest, latest, effect.ore))
    answers = {slot: possible(writers, effective) for slot, writers in slots.items()}
    balances = {account: _balance(movements, effective) for account, movements in moved.items()}
    return State({slot: answer for slot, answer in answers.items() if answer.writers}, balances)


def _balance(movements: Iterable[tuple[date, date, int]], effective: date) -> Balance:
    certain = least = most = 0
    for earliest, latest, ore in movements:
        if latest <= effective:
            certain += ore
        elif earliest <= effective:
            least += min(ore, 0)
            most += max(ore, 0)
    return Balance(certain, certain + least, certain + most)


class History:
    """Every assignment and movement of a growing log, kept by slot, so that any (effective, known) is a short look.

    Kept in memory while one ledger is read or written. It answers exactly as :func:`replay` does.
    """

    def __init__(self, head: int = 0, *, withdrawn_by: dict[int, int] | None = None) -> None:
        self.head = head
        self._writers: defaultdict[str, dict[Slot, list[Writer]]] = defaultdict(dict)
        self._movements: defaultdict[Account, list[tuple[int, date, date, int]]] = defaultdict(list)
        self._withdrawn_by = withdrawn_by or {}
        self._order: dict[int, int] = {}

    def copy(self) -> History:
        """A history that starts out the same and grows on its own, for trying out what entries would do."""
        twin = History(self.head, withdrawn_by=dict(self._withdrawn_by))
        twin._order = dict(self._order)
        for entity, slots in self._writers.items():
            twin._writers[entity] = {slot: list(writers) for slot, writers in slots.items()}
        for account, movements in self._movements.items():
            twin._movements[account] = list(movements)
        return twin

    def withdraw(self, position: int, by: int) -> None:
        """From entry ``by`` on, what entry ``position`` did counts no more."""
        self._withdrawn_by.setdefault(position, by)

    def add(self, happening: Happening) -> None:
        """Take in the next entry; positions must grow."""
        if happening.position <= self.head:
            message = f"entry {happening.position} comes after {self.head}"
            raise ValueError(message)
        self.head = happening.position
        if happening.withdraws is not None:
            self.withdraw(happening.withdraws, happening.position)
        order = self._order.get(happening.withdraws or 0, happening.position)
        self._order[happening.position] = order
        for effect in happening.effects:
            earliest, latest = bounds(effect.at or happening.effective)
            if isinstance(effect, Assign):
                writers = self._writers[effect.slot.entity].setdefault(effect.slot, [])
                writers.append(Writer(earliest, latest, happening.position, effect.value, order))
            else:
                self._movements[effect.account].append((happening.position, earliest, latest, effect.ore))

    def entities(self) -> Iterator[str]:
        """Everything any entry has ever written about, in the order it first appeared."""
        return iter(self._writers)

    def withdrawn_by(self, position: int, known: int) -> int | None:
        """The entry that had corrected or annulled this one at that state of knowledge, if any."""
        by = self._withdrawn_by.get(position)
        return by if by is not None and by <= known else None

    def slots(self, entity: str) -> Iterator[Slot]:
        """The slots of a thing that any entry has ever written."""
        return iter(self._writers.get(entity, {}))

    def writers(self, slot: Slot, known: int) -> list[Writer]:
        """Every assignment to a slot known and not withdrawn after entry ``known``, in the order recorded."""
        return [
            writer
            for writer in self._writers.get(slot.entity, {}).get(slot, ())
            if writer.position <= known and self.withdrawn_by(writer.position, known) is None
        ]

    def answer(self, slot: Slot, effective: date, known: int, earliest: date | None = None) -> Answer:
        """What a slot may hold on a date, or on any day from ``earliest`` to it, as known after entry ``known``."""
        writers = self.writers(slot, known)
        return possible(writers, effective) if earliest is None else possible_within(writers, earliest, effective)

    def balance(self, account: Account, effective: date, known: int) -> Balance:
        """Øre on an account on a date, as known after entry ``known``."""
        return _balance(
            (
                (earliest, latest, ore)
                for position, earliest, latest, ore in self._movements.get(account, ())
                if position <= known and self.withdrawn_by(position, known) is None
            ),
            effective,
        )

    def at(self, effective: date, known: int) -> State:
        """The whole state, as :func:`replay` would give it."""
        answers = {
            slot: answer
            for slots in self._writers.values()
            for slot in slots
            if (answer := self.answer(slot, effective, known)).writers
        }
        balances = {
            account: self.balance(account, effective, known)
            for account, movements in self._movements.items()
            if any(position <= known and self.withdrawn_by(position, known) is None for position, *_ in movements)
        }
        return State(answers, balances)

"""Points of the index, read by column and not by row.

SQLite hands over one row with a JSON array for each column, and every step from there on goes through a whole column at
once. Made row by row, the same state takes more than twice as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain, compress, count, repeat
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec

from ledger.entry import effects
from ledger.errors import Unreadable
from ledger.facts import Account, Answer, Assign, Balance, Slot, Value, Writer, possible
from projections.index import DAY_ZERO, PLAIN, day_number

if TYPE_CHECKING:
    import sqlite3

    from projections.indexed import IndexedLog

Dated = tuple[Writer, "int | None"]
"""A writer, and the entry that withdrew it."""
Block = dict[Slot, list[Dated]]
_NAMES: Final = 20_000
_POINTS: Final = f"""
    SELECT json_group_array(entity), json_group_array(attribute), json_group_array(key), json_group_array(first),
        json_group_array(place), json_group_array(lag), json_group_array(part), json_group_array(span),
        json_group_array(dead), json_group_array(number), '[' || coalesce(group_concat(text), '') || ']'
    FROM (
        SELECT entity, attribute, key, earliest + {DAY_ZERO} AS first, place, lag, part, span, dead,
            iif(typeof(value) = 'text', 0, value) AS number, iif(typeof(value) = 'text', value, 'null') AS text
        FROM point WHERE {{where}} AND place + lag <= ?
        ORDER BY entity, attribute, key, earliest, place, lag, part LIMIT ?
    )
"""
_MOVED: Final = """
    SELECT json_group_array(entity), json_group_array(account), json_group_array(coalesce(certain, 0))
    FROM (
        SELECT entity, account, sum(ore) FILTER (WHERE earliest + span <= ?1) AS certain
        FROM movement WHERE position <= ?2 AND (dead IS NULL OR dead > ?2) GROUP BY entity, account
    )
"""
_UNSURE: Final = """
    SELECT entity, account, sum(min(ore, 0)), sum(max(ore, 0)) FROM movement
    WHERE earliest <= ?1 AND earliest + span > ?1 AND position <= ?2 AND (dead IS NULL OR dead > ?2)
    GROUP BY entity, account
"""
_NESTED: Final = frozenset({list, dict})
_integers: Final = msgspec.json.Decoder(list[int]).decode
_perhaps: Final = msgspec.json.Decoder(list[int | None]).decode
_texts: Final = msgspec.json.Decoder(list[str]).decode
_values: Final = msgspec.json.Decoder(list[Any]).decode
_decode: Final = msgspec.json.Decoder().decode

T = TypeVar("T")


def _maker(made: type[T]) -> Callable[[tuple[Any, ...]], T]:
    """The constructor of a named tuple, without the cost of naming: whole states make a great many."""
    return cast("Callable[[tuple[Any, ...]], T]", partial(tuple.__new__, made))


_slot, _writer, _answer = _maker(Slot), _maker(Writer), _maker(Answer)
_account, _balance = _maker(Account), _maker(Balance)


def damaged() -> Unreadable:
    """The refusal to answer from an index that says what no index would."""
    return Unreadable(
        "The index of the ledger is damaged; its entries need not be.",
        "Make it anew from the entries with “vedtak reindex”, and see with “vedtak verify” that they are sound.",
    )


class Dictionary:
    """The names of a ledger by their numbers, and those values that have numbers of their own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._meanings: dict[int, Value] = {}
        self._clear()

    def _clear(self) -> None:
        self._numbers = {}
        self._meanings = {0: "", **{number: value for value, number in PLAIN.items()}}

    def number(self, name: str) -> int | None:
        """The number of a name; None where the ledger has never heard it."""
        number = self._numbers.get(name)
        if number is None:
            row = self._connection.execute("SELECT number FROM name WHERE text = ?", (name,)).fetchone()
            if row is None:
                return None
            number = int(row[0])
            self._numbers[name], self._meanings[number] = number, name
        return number

    def numbers(self, slot: Slot) -> tuple[int, int, int] | None:
        """The numbers of a slot, where the ledger has heard of all its parts."""
        known = self._numbers
        try:
            return known[slot.entity], known[slot.attribute], known[slot.key] if slot.key else 0
        except KeyError:  # something that nobody has asked about yet
            entity, attribute = self.number(slot.entity), self.number(slot.attribute)
            key = self.number(slot.key) if slot.key else 0
        return None if entity is None or attribute is None or key is None else (entity, attribute, key)

    def meaning(self, number: int) -> Any:
        """What a number stands for."""
        return self._meanings[number] if number in self._meanings else self.meanings((number,))[number]

    def spelt(self, make: Callable[[tuple[Any, ...]], T], *columns: list[int]) -> list[T]:
        """What is made of each row of columns of numbers, given what its numbers stand for."""
        try:
            meanings = self._meanings
            return list(map(make, zip(*(map(meanings.__getitem__, column) for column in columns), strict=True)))
        except KeyError:  # names that nobody has asked for yet: they are fetched together
            meanings = self.meanings(chain.from_iterable(columns))
            return list(map(make, zip(*(map(meanings.__getitem__, column) for column in columns), strict=True)))

    def meanings(self, numbers: Iterable[int]) -> dict[int, Any]:
        """What numbers stand for: those asked for are all in what is returned, names or values."""
        wanted = set(numbers)
        missing = wanted.difference(self._meanings)
        if missing and len(self._meanings) > _NAMES:
            self._clear()
            missing = wanted.difference(self._meanings)
        if missing:
            found, names = self._connection.execute(
                "SELECT json_group_array(number), json_group_array(text) FROM name "
                "WHERE number IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(list(missing)).decode(),),
            ).fetchone()
            told = dict(zip(_integers(found), _texts(names), strict=True))
            if len(told) < len(missing):
                raise damaged()
            self._meanings.update(told)
            self._numbers.update(zip(told.values(), told, strict=True))
        return self._meanings


class Points:
    """Assignments, in the order of the index: by slot, those of a slot by their first day and their place on it."""

    def __init__(self, log: IndexedLog, dictionary: Dictionary, where: str, bound: Sequence[Any]) -> None:
        found = log.connection.execute(_POINTS.format(where=where), bound).fetchone()
        try:
            entities, attributes, keys, firsts, self._places, lags, self._parts, self._spans = map(_integers, found[:8])
            self._dead, numbers = map(_perhaps, found[8:10])
            values = _values(found[10])
        except msgspec.MsgspecError as error:
            raise damaged() from error
        if len(values) != len(numbers):
            raise damaged()
        self._log, self._entities, self._attributes, self._numbers = log, entities, attributes, numbers
        self._long = [row for row, number in enumerate(numbers) if number is None]
        self.slots = dictionary.spelt(_slot, entities, attributes, keys)
        if found[10].find("[", 1) > 0:
            values = [tupled(value) if type(value) in _NESTED else value for value in values]
        meanings = dictionary.meanings(filter(None, numbers))
        self._values = [meanings[number] if number else value for number, value in zip(numbers, values, strict=True)]
        self._firsts = list(map(date.fromordinal, firsts))
        # Nearly all take effect on one day and stand in the place of their own entry: only the others are worked out.
        self._positions = self._places.copy()
        for row in compress(count(), lags):
            self._positions[row] += lags[row]
        self._lasts = self._firsts.copy()
        for row in compress(count(), self._spans):
            if self._spans[row] > 0:
                self._lasts[row] = date.fromordinal(firsts[row] + self._spans[row])

    def all_hold(self, attribute: int | None, value: int | None) -> bool:
        """Whether everything that is assigned to has this attribute, and never another value of it; by numbers."""
        held = [number == attribute for number in self._attributes]
        holders = set(compress(self._entities, held))
        return len(holders) == len(set(self._entities)) and set(compress(self._numbers, held)) <= {value}

    def standing(self, effective: date) -> dict[Slot, Answer]:
        """What each slot may hold on a day; there must be no rows that begin after it."""
        slots, doubtful = self.slots, list(self._doubtful())
        asked = set(chain.from_iterable(doubtful))
        asked.update(row for row in self._long if slots[row + 1 : row + 2] != [slots[row]])
        writers = self._writers(asked)
        # Where every writer of a slot is of one day, its last row stands: it is put in last.
        answers: dict[Slot, Answer] = dict(zip(slots, map(_answer, zip(zip(writers), repeat(False))), strict=True))
        order = self._order().__getitem__
        for rows in doubtful:
            writing = [writers[row] for row in sorted(rows, key=order)]
            answers[slots[rows.start]] = possible(writing, effective)
        return answers

    def by_thing(self) -> dict[str, Block]:
        """Every assignment by thing and slot, in the order recorded; the things in the order of their numbers."""
        blocks: dict[str, Block] = {slot.entity: {} for slot in self.slots}
        writers = self._writers(self._long)
        for row in sorted(range(len(writers)), key=self._order().__getitem__):
            slot = self.slots[row]
            blocks[slot.entity].setdefault(slot, []).append((writers[row], self._dead[row]))
        return blocks

    def _order(self) -> list[tuple[int, int]]:
        return list(zip(self._positions, self._parts, strict=True))

    def _doubtful(self) -> Iterator[range]:
        """The rows of each slot whose last row may not be its last writer."""
        slots, end = self.slots, 0
        for row in compress(count(), self._spans):
            if row >= end:
                start, end = row, row + 1
                while start and slots[start - 1] == slots[row]:
                    start -= 1
                while end < len(slots) and slots[end] == slots[row]:
                    end += 1
                yield range(start, end)

    def _writers(self, asked: Iterable[int]) -> list[Writer]:
        """The writer of each row; where a long value is not asked for, it is left out."""
        long = set(self._long).intersection(asked)
        for row, value in zip(
            long, said(self._log, [(self._positions[row], self._parts[row]) for row in long]), strict=True
        ):
            self._values[row] = value
        columns = (self._firsts, self._lasts, self._positions, self._values, self._places)
        return list(map(_writer, zip(*columns, strict=True)))


def balances(
    connection: sqlite3.Connection, dictionary: Dictionary, effective: date, known: int
) -> dict[Account, Balance]:
    """Øre on every account, on a date."""
    asked = (day_number(effective), known)
    entities, names, certain = map(_integers, connection.execute(_MOVED, asked).fetchone())
    accounts = dictionary.spelt(_account, entities, names)
    found = dict(zip(accounts, map(_balance, zip(certain, certain, certain, strict=True)), strict=True))
    for entity, name, least, most in connection.execute(_UNSURE, asked).fetchall():
        account = Account(dictionary.meaning(entity), dictionary.meaning(name))
        sure = found[account].certain
        found[account] = Balance(sure, sure + least, sure + most)
    return found


def said(log: IndexedLog, places: Sequence[tuple[int, int]]) -> list[Value]:
    """The values of some assignments, by their entry and which of its effects they are: read from the entries."""
    told = {position: effects(entry) for position, entry in log.entries_at({position for position, _ in places})}
    return [effect.value if isinstance(effect := told[position][part], Assign) else None for position, part in places]


def value_of(text: str) -> Value:
    """A value as it stands in the index, with tuples for lists as in an event."""
    try:
        value: Value = _decode(text)
    except msgspec.DecodeError as error:
        raise damaged() from error
    return tupled(value) if "[" in text and type(value) in {list, dict} else value


def tupled(value: Any) -> Any:
    """The same data with tuples in the place of lists."""
    if type(value) is dict:
        return {name: tupled(held) if type(held) in _NESTED else held for name, held in value.items()}
    return tuple(map(tupled, value)) if type(value) is list else value

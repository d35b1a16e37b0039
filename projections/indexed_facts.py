"""What entries made true, by the points and movements of the index, read as far as a question needs and no further."""

from __future__ import annotations

import json
from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ledger.facts import (
    BELONGS_TO,
    Account,
    Answer,
    Balance,
    Facts,
    Movement,
    Slot,
    State,
    Value,
    Writer,
    possible,
    possible_within,
)
from projections.index import day_number, day_of
from projections.indexed_points import Block, Dated, Dictionary, Points, balances, said, value_of

if TYPE_CHECKING:
    from projections.indexed import IndexedLog

BLOCK_MAX: Final = 2000
"""A thing with more points than this is never read whole."""
_BLOCKS: Final = 200
_ASKED: Final = 10_000
"""So many things are remembered to have been asked about once."""
_PAGE: Final = 1_000
"""So many names are read at a time: whoever asks may stop early."""
_ALIKE: Final = 200
_THREES: Final = 8
_COLUMNS: Final = "earliest, place, lag, part, span, dead, value"
_FACT: Final = (
    f"SELECT {_COLUMNS} FROM point WHERE entity = ? AND attribute = ? AND key = ? AND earliest <= ? "
    "AND place + lag <= ? AND (dead IS NULL OR dead > ?) ORDER BY earliest DESC, place DESC"
)
_NOTHING: Final = Answer((), unset=True)
_ALL: Final = -1
_THESE: Final = """(entity, attribute, key) IN (
    SELECT entity.number, attribute.number, coalesce(key.number, 0) FROM json_each(?) AS slot
    JOIN name AS entity ON entity.text = json_extract(slot.value, '$[0]')
    JOIN name AS attribute ON attribute.text = json_extract(slot.value, '$[1]')
    LEFT JOIN name AS key ON key.text = json_extract(slot.value, '$[2]')
    WHERE key.number IS NOT NULL OR json_extract(slot.value, '$[2]') = ''
)"""
_AT_HOME: Final = "entity IN (SELECT entity FROM home WHERE scope = ?)"

K = TypeVar("K")
V = TypeVar("V")


class Recent(OrderedDict[K, V]):
    """What was last looked at, so many of it: few, since all of a long ledger may be looked through."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def look(self, key: K) -> V:
        """What is kept, and now last looked at. Raises KeyError where nothing is."""
        self.move_to_end(key)
        return self[key]

    def keep(self, key: K, value: V) -> V:
        """Remember it, and forget what has waited longest where that is one too many."""
        self[key] = value
        if len(self) > self._most:
            self.popitem(last=False)
        return value


class IndexedFacts(Facts):
    """What a ledger's entries made true, from the points and movements of its index."""

    def __init__(self, log: IndexedLog) -> None:
        self._log = log
        self._connection = log.connection
        self._dictionary = Dictionary(log.connection)
        self._blocks: Recent[str, Block | None] = Recent(_BLOCKS)
        self._home: dict[str, Block] = {}
        """All of the partnership that was last read whole: it is asked about thing by thing."""
        self._asked: set[str] = set()

    def forget(self) -> None:
        """Drop what was read before the log grew."""
        self._blocks.clear()
        self._home.clear()
        self._asked.clear()

    # ---- what there is

    def entities(self, kind: str | None = None) -> Iterator[str]:
        """Everything any entry has written about, or all of one kind."""
        where, bounds = ("text >= ? AND text < ? AND ", (f"{kind}/", f"{kind}0")) if kind else ("", ())
        found = self._connection.execute(
            f"SELECT number FROM name WHERE {where}EXISTS (SELECT 1 FROM point WHERE entity = number "
            "AND place + lag <= ?) ORDER BY number",
            (*bounds, self._log.head),
        )
        return self._named(found)

    def _named(self, rows: Iterable[tuple[int]]) -> Iterator[str]:
        """What numbers stand for: all of them are taken in at once, their names as they are asked for."""
        numbers = array("q", chain.from_iterable(rows))
        for start in range(0, len(numbers), _PAGE):
            some = numbers[start : start + _PAGE]
            names = self._dictionary.meanings(some)
            yield from [names[number] for number in some]

    def alike(self, ref: str) -> Iterator[str]:
        """Some things of the same kind, those first whose references have most of the same threes of letters."""
        kind, _, slug = ref.partition("/")
        threes = list(dict.fromkeys(slug[start : start + 3] for start in range(max(len(slug) - 2, 1))))
        some = threes[:: -(-len(threes) // _THREES)]
        score = " + ".join(["(instr(text, ?) > 0)"] * len(some))
        found = self._connection.execute(
            "SELECT text FROM name WHERE text >= ? AND text < ? AND abs(length(text) - ?) <= ? "
            "AND EXISTS (SELECT 1 FROM point WHERE entity = number) "
            f"ORDER BY {score} DESC, abs(length(text) - ?), number LIMIT ?",
            (f"{kind}/", f"{kind}0", len(ref), max(len(slug), 4), *some, len(ref), _ALIKE),
        )
        return iter([row[0] for row in found])

    def each(self, attribute: str, kind: str, effective: date, known: int) -> Iterator[tuple[str, Answer]]:
        """What everything of a kind may hold for an attribute on a date, in the order recorded; read in one go."""
        points = self._points(
            "entity IN (SELECT number FROM name WHERE text >= ? AND text < ?) AND attribute = ? AND key = 0",
            (f"{kind}/", f"{kind}0", self._dictionary.number(attribute)),
            effective,
            known,
        )
        answers = points.standing(effective)
        return iter(sorted(((slot.entity, answer) for slot, answer in answers.items()), key=self._by_number))

    def _by_number(self, row: tuple[str, Answer]) -> int:
        return self._dictionary.number(row[0]) or 0

    def having(self, attribute: str) -> Iterator[str]:
        """Everything that any entry has given an attribute."""
        found = self._connection.execute(
            "SELECT DISTINCT entity FROM point "
            "WHERE attribute = (SELECT number FROM name WHERE text = ?) AND place + lag <= ? ORDER BY entity",
            (attribute, self._log.head),
        )
        return self._named(found)

    def slots(self, entity: str) -> Iterator[Slot]:
        """The slots of a thing that any entry has ever written, in the order first written."""
        block = self._block(entity)
        if block is not None:
            return iter(block)
        number = self._dictionary.number(entity)
        found = self._connection.execute(
            "SELECT attribute, key FROM point WHERE entity = ? AND place + lag <= ? GROUP BY attribute, key "
            "ORDER BY min((place + lag) * 4096 + part)",
            (number, self._log.head),
        ).fetchall()
        names = self._dictionary.meanings({number for row in found for number in row})
        return iter([Slot(entity, names[attribute], names[key]) for attribute, key in found])

    def accounts(self) -> Iterator[Account]:
        """Every account that anything has ever moved on."""
        found = self._connection.execute(
            "SELECT DISTINCT entity, account FROM movement WHERE position <= ?", (self._log.head,)
        ).fetchall()
        names = self._dictionary.meanings({number for row in found for number in row})
        return iter([Account(names[entity], names[account]) for entity, account in found])

    def placed_in(self, partnership: str) -> Iterator[str]:
        """Everything that any entry has said belongs to a partnership; all of it is read, in one go."""
        return iter(self._read_whole(partnership))

    # ---- slots

    def _block(self, entity: str) -> Block | None:
        """Every point of a thing by slot, in the order recorded; None for one that has too many to be read whole."""
        if entity in self._blocks:
            return self._blocks.look(entity)
        if entity in self._home:
            return self._home[entity]
        number = self._dictionary.number(entity)
        if number is None:
            return {}
        points = Points(self._log, self._dictionary, "entity = ?", (number, self._log.head, BLOCK_MAX + 1))
        if len(points.slots) > BLOCK_MAX:
            return self._blocks.keep(entity, None)
        return self._blocks.keep(entity, points.by_thing().get(entity, {}))

    def _read_whole(self, scope: str) -> list[str]:
        bound = (self._dictionary.number(scope), self._log.head, _ALL)
        self._home = Points(self._log, self._dictionary, _AT_HOME, bound).by_thing()
        return [
            entity
            for entity, block in self._home.items()
            if any(writer.value == scope for writer, _ in block.get(Slot(entity, BELONGS_TO), ()))
        ]

    def _dated(self, row: Sequence[Any]) -> Dated:
        earliest, place, lag, part, span, dead, value = row
        first = day_of(earliest)
        last = first if span <= 0 else day_of(earliest + span)
        return Writer(first, last, place + lag, self._value(value, place + lag, part), place), dead

    def _value(self, written: str | int | None, position: int, part: int) -> Value:
        if type(written) is int:
            meaning: Value = self._dictionary.meaning(written)
            return meaning
        if type(written) is str:
            return value_of(written)
        return said(self._log, [(position, part)])[0]

    def writers(self, slot: Slot, known: int) -> list[Writer]:
        """Every assignment to a slot known and not withdrawn after entry ``known``, in the order recorded."""
        block = self._block(slot.entity)
        dated = block.get(slot, ()) if block is not None else self._of_slot(slot)
        return [writer for writer, dead in dated if writer.position <= known and (dead is None or dead > known)]

    def _of_slot(self, slot: Slot) -> list[Dated]:
        numbers = self._dictionary.numbers(slot)
        if numbers is None:
            return []
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM point WHERE entity = ? AND attribute = ? AND key = ? AND place + lag <= ? "
            "ORDER BY place + lag, part",
            (*numbers, self._log.head),
        )
        return [self._dated(row) for row in rows]

    def answer(self, slot: Slot, effective: date, known: int, earliest: date | None = None) -> Answer:
        """What a slot may hold on a date. A second question about the same thing reads all of it."""
        if earliest is None and not self._is_known(slot.entity):
            return self.fact(slot, effective, known)
        writers = self.writers(slot, known)
        return possible(writers, effective) if earliest is None else possible_within(writers, earliest, effective)

    def _is_known(self, entity: str) -> bool:
        """Whether a thing is read already, or worth being read whole since it was asked about before."""
        if entity in self._blocks or entity in self._home or entity in self._asked:
            return True
        if len(self._asked) >= _ASKED:
            self._asked.clear()
        self._asked.add(entity)
        return False

    def fact(self, slot: Slot, effective: date, known: int) -> Answer:
        """What a slot may hold on a date, by looking at that slot and nothing else."""
        numbers = self._dictionary.numbers(slot)
        if numbers is None:
            return _NOTHING
        rows = self._connection.execute(_FACT, (*numbers, day_number(effective), known, known)).fetchall()
        if not rows:
            return _NOTHING
        if not any(row[4] for row in rows):  # every one of one day: the first is the last writer
            return Answer((self._dated(rows[0])[0],), unset=False)
        return self._possible(rows, effective)

    def answers(self, slots: Collection[Slot], effective: date, known: int) -> dict[Slot, Answer]:
        """What some slots may hold on a date, read in one go."""
        found = self._points(_THESE, (json.dumps(list(slots)),), effective, known).standing(effective)
        return {slot: found.get(slot, _NOTHING) for slot in slots}

    def movements(self, account: Account, known: int) -> list[Movement]:
        """Every movement on an account known and not withdrawn after entry ``known``, in the order recorded."""
        rows = self._connection.execute(
            "SELECT position, earliest, span, ore FROM movement "
            "WHERE entity = ? AND account = ? AND position <= ? AND (dead IS NULL OR dead > ?) ORDER BY position, part",
            (self._dictionary.number(account.entity), self._dictionary.number(account.name), known, known),
        )
        return [Movement(position, day_of(first), day_of(first + span), ore) for position, first, span, ore in rows]

    def withdrawn_by(self, position: int, known: int) -> int | None:
        """The entry that had corrected or annulled this one at that state of knowledge, if any."""
        row = self._connection.execute(
            "SELECT min(position) FROM correction WHERE target = ? AND position <= ?", (position, known)
        ).fetchone()
        return int(row[0]) if row[0] is not None else None

    def place(self, position: int) -> int:
        """Where an entry stands among those of its day."""
        row = self._connection.execute("SELECT place FROM correction WHERE position = ?", (position,)).fetchone()
        return int(row[0]) if row else position

    def _possible(self, rows: list[Any], effective: date) -> Answer:
        rows.sort(key=lambda row: (row[1] + row[2], row[3]))
        return possible([self._dated(row)[0] for row in rows], effective)

    # ---- whole states

    def at(self, effective: date, known: int) -> State:
        """The whole state, as ``replay`` would give it."""
        return State(self._points("TRUE", (), effective, known).standing(effective), self.balances(effective, known))

    def of_scope(self, scope: str, effective: date, known: int) -> dict[Slot, Answer]:
        """The slots of everything that belongs, or may belong, to a partnership on a day."""
        number, belongs = self._dictionary.number(scope), self._dictionary.number(BELONGS_TO)
        points = self._points(_AT_HOME, (number,), effective, known)
        answers = points.standing(effective)
        if points.all_hold(belongs, number):
            return answers
        here = {
            slot.entity
            for slot, answer in answers.items()
            if slot.attribute == BELONGS_TO and any(writer.value == scope for writer in answer.writers)
        }
        return {slot: answer for slot, answer in answers.items() if slot.entity in here}

    def _points(self, where: str, bound: tuple[Any, ...], effective: date, known: int) -> Points:
        """Those that have begun on a day, and stand at that state of knowledge."""
        begun = f"{where} AND earliest <= ? AND (dead IS NULL OR dead > ?)"
        bound = (*bound, day_number(effective), known, known, _ALL)
        return Points(self._log, self._dictionary, begun, bound)

    def balances(self, effective: date, known: int) -> dict[Account, Balance]:
        """Øre on every account, on a date."""
        return balances(self._log.connection, self._dictionary, effective, known)

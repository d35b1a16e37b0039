"""What entries made true, by the points and movements of the index, read as far as a question needs and no further."""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec

from ledger.entry import happening
from ledger.errors import Unreadable
from ledger.facts import (
    BELONGS_TO,
    Account,
    Answer,
    Assign,
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
from projections.index import DAY_ZERO, PLAIN, day_number, day_of

if TYPE_CHECKING:
    from projections.indexed import IndexedLog

BLOCK_MAX: Final = 2000
"""A thing with more points than this is never read whole."""
_BLOCKS: Final = 20_000
_NAMES: Final = 200_000
_ALIKE: Final = 200
_THREES: Final = 8
_decode: Final = msgspec.json.Decoder().decode
# The constructors of named tuples, without the cost of naming: whole states make a great many.
_slot = cast("Callable[[tuple[Any, ...]], Slot]", partial(tuple.__new__, Slot))
_writer = cast("Callable[[tuple[Any, ...]], Writer]", partial(tuple.__new__, Writer))
_answer = cast("Callable[[tuple[Any, ...]], Answer]", partial(tuple.__new__, Answer))
_COLUMNS: Final = "earliest, place, lag, part, span, dead, value"

K = TypeVar("K")
V = TypeVar("V")
Dated = tuple[Writer, "int | None"]
Block = dict[Slot, list[Dated]]


class Recent(OrderedDict[K, V]):
    """What was last looked at, so many of it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: K, value: V) -> V:
        """Remember it, and forget what has waited longest where that is one too many."""
        self[key] = value
        if len(self) > self._most:
            self.popitem(last=False)
        return value


def damaged() -> Unreadable:
    """The refusal to answer from an index that says what no index would."""
    return Unreadable(
        "The index of the ledger is damaged; its entries need not be.",
        "Make it anew from the entries with “vedtak reindex”, and see with “vedtak verify” that they are sound.",
    )


class _Plain(dict[int, Value]):
    """The values that have numbers of their own; any other such number is damage."""

    def __missing__(self, number: int) -> Value:
        raise damaged()


_PLAIN: Final = _Plain({number: value for value, number in PLAIN.items()})


class IndexedFacts(Facts):
    """What a ledger's entries made true, from the points and movements of its index."""

    def __init__(self, log: IndexedLog) -> None:
        self._log = log
        self._connection = log.connection
        self._numbers: dict[str, int] = {}
        self._names: dict[int, str] = {0: ""}
        self._blocks: Recent[str, Block | None] = Recent(_BLOCKS)
        self._asked: set[str] = set()

    def forget(self) -> None:
        """Drop what was read before the log grew."""
        self._blocks.clear()
        self._asked.clear()

    # ---- names

    def _number(self, name: str) -> int | None:
        number = self._numbers.get(name)
        if number is None:
            row = self._connection.execute("SELECT number FROM name WHERE text = ?", (name,)).fetchone()
            if row is None:
                return None
            number = self._remember(row[0], name)
        return number

    def _remember(self, number: int, name: str) -> int:
        if len(self._numbers) > _NAMES:
            self._numbers.clear()
            self._names = {0: ""}
        self._numbers[name] = number
        self._names[number] = name
        return number

    def _look_up(self, numbers: Iterable[int]) -> dict[int, str]:
        """The names of numbers: those asked for are all in what is returned."""
        missing = {number for number in numbers if number not in self._names and number > 0}
        if missing:
            found = self._connection.execute(
                "SELECT number, text FROM name WHERE number IN (SELECT value FROM json_each(?))",
                (json.dumps(list(missing)),),
            )
            for number, name in found.fetchall():
                self._names[number] = name
                self._numbers[name] = number
                missing.discard(number)
            if missing:
                raise damaged()
        return self._names

    def _slot_numbers(self, slot: Slot) -> tuple[int, int, int] | None:
        entity, attribute = self._number(slot.entity), self._number(slot.attribute)
        key = self._number(slot.key) if slot.key else 0
        return None if entity is None or attribute is None or key is None else (entity, attribute, key)

    # ---- what there is

    def entities(self, kind: str | None = None) -> Iterator[str]:
        """Everything any entry has written about, or all of one kind."""
        where, bounds = ("text >= ? AND text < ? AND ", (f"{kind}/", f"{kind}0")) if kind else ("", ())
        found = self._connection.execute(
            f"SELECT text FROM name WHERE {where}EXISTS (SELECT 1 FROM point WHERE entity = number "
            "AND place + lag <= ?) ORDER BY number",
            (*bounds, self._log.head),
        )
        return iter([row[0] for row in found])

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
        answers = self._answers(
            "entity IN (SELECT number FROM name WHERE text >= ? AND text < ?) AND attribute = ? AND key = 0",
            (f"{kind}/", f"{kind}0", self._number(attribute)),
            effective,
            known,
        )
        return iter(sorted(((slot.entity, answer) for slot, answer in answers.items()), key=self._by_number))

    def _by_number(self, row: tuple[str, Answer]) -> int:
        return self._number(row[0]) or 0

    def having(self, attribute: str) -> Iterator[str]:
        """Everything that any entry has given an attribute."""
        found = self._connection.execute(
            "SELECT DISTINCT name.text FROM point JOIN name ON name.number = point.entity "
            "WHERE attribute = (SELECT number FROM name WHERE text = ?) AND place + lag <= ? ORDER BY entity",
            (attribute, self._log.head),
        )
        return iter([row[0] for row in found])

    def slots(self, entity: str) -> Iterator[Slot]:
        """The slots of a thing that any entry has ever written, in the order first written."""
        block = self._block(entity)
        if block is not None:
            return iter(block)
        number = self._number(entity)
        found = self._connection.execute(
            "SELECT attribute, key FROM point WHERE entity = ? AND place + lag <= ? GROUP BY attribute, key "
            "ORDER BY min((place + lag) * 4096 + part)",
            (number, self._log.head),
        ).fetchall()
        names = self._look_up({number for row in found for number in row})
        return iter([Slot(entity, names[attribute], names[key]) for attribute, key in found])

    def accounts(self) -> Iterator[Account]:
        """Every account that anything has ever moved on."""
        found = self._connection.execute(
            "SELECT DISTINCT entity, account FROM movement WHERE position <= ?", (self._log.head,)
        ).fetchall()
        names = self._look_up({number for row in found for number in row})
        return iter([Account(names[entity], names[account]) for entity, account in found])

    def placed_in(self, partnership: str) -> Iterator[str]:
        """Everything that any entry has said belongs to a partnership; all of it is read, in one go."""
        return iter(self._read_whole(partnership))

    # ---- slots

    def _block(self, entity: str) -> Block | None:
        """Every point of a thing by slot, in the order recorded; None for one that has too many to be read whole."""
        if entity in self._blocks:
            return self._blocks[entity]
        number = self._number(entity)
        if number is None:
            return {}
        rows = self._connection.execute(
            f"SELECT attribute, key, {_COLUMNS} FROM point WHERE entity = ? AND place + lag <= ? LIMIT ?",
            (number, self._log.head, BLOCK_MAX + 1),
        ).fetchall()
        if len(rows) > BLOCK_MAX:
            return self._blocks.keep(entity, None)
        return self._blocks.keep(entity, self._as_block(entity, rows))

    def _as_block(self, entity: str, rows: list[Any]) -> Block:
        names = self._look_up({number for row in rows for number in (row[0], row[1], row[8]) if type(number) is int})
        rows.sort(key=lambda row: (row[3] + row[4], row[5]))
        block: Block = {}
        for attribute, key, *rest in rows:
            slot = Slot(entity, names[attribute], names[key])
            block.setdefault(slot, []).append(self._dated(rest))
        return block

    def _read_whole(self, scope: str) -> list[str]:
        number = self._number(scope)
        rows = self._connection.execute(
            f"SELECT point.entity, attribute, key, {_COLUMNS} FROM home CROSS JOIN point USING (entity) "
            "WHERE scope = ? AND place + lag <= ?",
            (number, self._log.head),
        ).fetchall()
        names = self._look_up({number for row in rows for number in row[:3]})
        by_entity: defaultdict[int, list[Any]] = defaultdict(list)
        for row in rows:
            by_entity[row[0]].append(row[1:])
        placed = []
        for number_of, own in by_entity.items():
            entity = names[number_of]
            block = self._as_block(entity, own)
            self._blocks.keep(entity, block)
            if any(writer.value == scope for writer, _ in block.get(Slot(entity, BELONGS_TO), ())):
                placed.append(entity)
        return placed

    def _dated(self, row: Sequence[Any]) -> Dated:
        earliest, place, lag, part, span, dead, value = row
        first = day_of(earliest)
        last = first if span <= 0 else day_of(earliest + span)
        return Writer(first, last, place + lag, self._value(value, place + lag, part), place), dead

    def _value(self, written: str | int | None, position: int, part: int) -> Value:
        if type(written) is int:
            return _PLAIN[written] if written < 0 else self._look_up((written,))[written]
        if type(written) is str:
            return value_of(written)
        effect = happening(position, self._log.entry(position)).effects[part]
        return effect.value if isinstance(effect, Assign) else None

    def writers(self, slot: Slot, known: int) -> list[Writer]:
        """Every assignment to a slot known and not withdrawn after entry ``known``, in the order recorded."""
        block = self._block(slot.entity)
        dated = block.get(slot, ()) if block is not None else self._of_slot(slot)
        return [writer for writer, dead in dated if writer.position <= known and (dead is None or dead > known)]

    def _of_slot(self, slot: Slot) -> list[Dated]:
        numbers = self._slot_numbers(slot)
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
        if earliest is None and slot.entity not in self._blocks and slot.entity not in self._asked:
            self._asked.add(slot.entity)
            return self.fact(slot, effective, known)
        writers = self.writers(slot, known)
        return possible(writers, effective) if earliest is None else possible_within(writers, earliest, effective)

    def fact(self, slot: Slot, effective: date, known: int) -> Answer:
        """What a slot may hold on a date, by looking at that slot and nothing else."""
        numbers = self._slot_numbers(slot)
        if numbers is None:
            return Answer((), unset=True)
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM point WHERE entity = ? AND attribute = ? AND key = ? AND earliest <= ? "
            "AND place + lag <= ? AND (dead IS NULL OR dead > ?) ORDER BY earliest DESC, place DESC",
            (*numbers, day_number(effective), known, known),
        ).fetchall()
        if rows and not any(row[4] for row in rows):  # every one of one day: the first is the last writer
            return Answer((self._dated(rows[0])[0],), unset=False)
        return self._possible(rows, effective)

    def movements(self, account: Account, known: int) -> list[Movement]:
        """Every movement on an account known and not withdrawn after entry ``known``, in the order recorded."""
        rows = self._connection.execute(
            "SELECT position, earliest, span, ore FROM movement "
            "WHERE entity = ? AND account = ? AND position <= ? AND (dead IS NULL OR dead > ?) ORDER BY position, part",
            (self._number(account.entity), self._number(account.name), known, known),
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

    # ---- whole states

    def at(self, effective: date, known: int) -> State:
        """The whole state, as ``replay`` would give it."""
        return State(self._answers("TRUE", (), effective, known), self.balances(effective, known))

    def of_scope(self, scope: str, effective: date, known: int) -> dict[Slot, Answer]:
        """The slots of everything that belongs, or may belong, to a partnership on a day."""
        within = "entity IN (SELECT entity FROM home WHERE scope = ?)"
        answers = self._answers(within, (self._number(scope),), effective, known)
        belongs = {slot.entity: answer for slot, answer in answers.items() if slot.attribute == BELONGS_TO}
        here = {entity for entity, answer in belongs.items() if any(writer.value == scope for writer in answer.writers)}
        if len(here) == len(belongs) == len({slot.entity for slot in answers}):
            return answers
        return {slot: answer for slot, answer in answers.items() if slot.entity in here}

    def _answers(self, where: str, bound: tuple[Any, ...], effective: date, known: int) -> dict[Slot, Answer]:
        rows = self._connection.execute(
            f"SELECT entity, attribute, key, {_COLUMNS} FROM point WHERE {where} AND earliest <= ? "
            "AND place + lag <= ? AND (dead IS NULL OR dead > ?) ORDER BY entity, attribute, key, earliest, place",
            (*bound, day_number(effective), known, known),
        ).fetchall()
        # Rows come in the order of their dates: where every writer of a slot is of one day, the last one stands.
        standing = {row[:3]: row for row in rows}
        doubtful: dict[tuple[int, int, int], list[Any]] = {row[:3]: [] for row in rows if row[7]}
        if doubtful:
            for row in rows:
                if row[:3] in doubtful:
                    doubtful[row[:3]].append(row[3:])
        try:
            return self._folded(standing, doubtful, effective)
        except KeyError:  # names that nobody has asked for yet: they are fetched together
            numbers = {number for row in rows for number in row[:3]}
            self._look_up(numbers.union(row[9] for row in rows if type(row[9]) is int))
            return self._folded(standing, doubtful, effective)

    def _folded(
        self, standing: dict[Any, Any], doubtful: dict[tuple[int, int, int], list[Any]], effective: date
    ) -> dict[Slot, Answer]:
        names, answers = self._names, {}
        self._log.fetch([row[4] + row[5] for row in standing.values() if row[9] is None])
        for entity, attribute, key, earliest, place, lag, part, _, _, written in standing.values():
            slot = _slot((names[entity], names[attribute], names[key]))
            if doubtful and (entity, attribute, key) in doubtful:
                answer = self._possible(doubtful[entity, attribute, key], effective)
                if answer.writers:
                    answers[slot] = answer
                continue
            day = date.fromordinal(earliest + DAY_ZERO)
            if type(written) is int:
                value = _PLAIN[written] if written < 0 else names[written]
            else:
                value = self._value(written, place + lag, part)
            answers[slot] = _answer(((_writer((day, day, place + lag, value, place)),), False))
        return answers

    def _possible(self, rows: list[Any], effective: date) -> Answer:
        rows.sort(key=lambda row: (row[1] + row[2], row[3]))
        return possible([self._dated(row)[0] for row in rows], effective)

    def balances(self, effective: date, known: int) -> dict[Account, Balance]:
        """Øre on every account, on a date."""
        rows = self._connection.execute(
            "SELECT entity, account, sum(iif(earliest + span <= ?1, ore, 0)), "
            "sum(iif(earliest + span > ?1 AND earliest <= ?1, min(ore, 0), 0)), "
            "sum(iif(earliest + span > ?1 AND earliest <= ?1, max(ore, 0), 0)) FROM movement "
            "WHERE position <= ?2 AND (dead IS NULL OR dead > ?2) GROUP BY entity, account",
            (day_number(effective), known),
        ).fetchall()
        names = self._look_up({number for row in rows for number in row[:2]})
        return {
            Account(names[entity], names[account]): Balance(certain, certain + least, certain + most)
            for entity, account, certain, least, most in rows
        }


def value_of(text: str) -> Value:
    """A value as it stands in the index, with tuples for lists as in an event."""
    try:
        value: Value = _decode(text)
    except msgspec.DecodeError as error:
        raise damaged() from error
    return tupled(value) if "[" in text and type(value) in {list, dict} else value


def tupled(value: Any) -> Any:
    """The same data with tuples in the place of lists."""
    if isinstance(value, list):
        return tuple(map(tupled, value))
    return {name: tupled(held) for name, held in value.items()} if isinstance(value, dict) else value

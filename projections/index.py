"""The index: what every entry made true, filed so that any (effective, known) is a short look. It grows with the log.

It is kept in the transaction that appends, can be dropped at any time and is rebuilt from the log alone. Reading it is
in ``projections.indexed``; that it answers as ``ledger.facts.replay`` does is proved by test, not by care.

A *point* is one assignment, under its slot and the first day it may have taken effect. Days are counted from
1800-01-01, the ledger's first; ``span`` is how many more days it may mean. ``place`` is where it stands among others of
its day, ``lag`` how much later its entry really was recorded (a correction stands in the place of what it corrects), so
that place + lag is the entry's position. ``dead`` is the entry that withdrew it. Values longer than a line stay in the
entry and are fetched from there by ``part``, the number of the effect. A *movement* is the same for money.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from ledger.calendar import EARLIEST, bounds
from ledger.companion import Cursor, Names, Stored
from ledger.entry import Entry, decode, happening
from ledger.events import CATALOGUE
from ledger.facts import BELONGS_TO, Assign, Effect, Slot

TOPIC: Final = "projections.index:Index"
"""What the store is told, so that it keeps the index in step (``ledger.store.open_book``)."""
VERSION: Final = 1
VALUE_MAX: Final = 60
"""How many bytes of JSON a value may have to stand in the index itself."""
TWIN: Final = -1
"""The span of a one-day assignment whose entry assigns the same slot on that day once more: neither is the last."""

_SCHEMA: Final = (
    "CREATE TABLE indexed (head INTEGER NOT NULL, version INTEGER NOT NULL) STRICT",
    "INSERT INTO indexed VALUES (0, 1)",
    """CREATE TABLE point (
        entity INTEGER, attribute INTEGER, key INTEGER, earliest INTEGER, place INTEGER, lag INTEGER, part INTEGER,
        span INTEGER NOT NULL, dead INTEGER, value TEXT,
        PRIMARY KEY (entity, attribute, key, earliest, place, lag, part)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE movement (
        entity INTEGER, account INTEGER, earliest INTEGER, position INTEGER, part INTEGER,
        span INTEGER NOT NULL, dead INTEGER, ore INTEGER NOT NULL,
        PRIMARY KEY (entity, account, earliest, position, part)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE edge (day INTEGER, position INTEGER, PRIMARY KEY (day, position)) STRICT, WITHOUT ROWID",
    "CREATE TABLE correction (position INTEGER PRIMARY KEY, target INTEGER NOT NULL, place INTEGER NOT NULL) STRICT",
    "CREATE INDEX correction_target ON correction (target)",
    "CREATE TABLE home (scope INTEGER, entity INTEGER, PRIMARY KEY (scope, entity)) STRICT, WITHOUT ROWID",
    # Whether a word is there is all that is asked, so neither the text nor where in it a word stands is kept; å is a
    # letter, not an a with something on it.
    """CREATE VIRTUAL TABLE word USING fts5 (
        text, content = '', columnsize = 0, detail = none, tokenize = "unicode61 remove_diacritics 0"
    )""",
)
TABLES: Final = ("indexed", "point", "movement", "edge", "correction", "home", "word")

_UNFINISHED: Final = -VERSION
"""In the place of the version, while the index is made anew: nobody reads it, and an append leaves it alone."""
_ENCODER: Final = msgspec.json.Encoder()
_WORDS: Final = re.compile(r"\w+")
_ZERO: Final = EARLIEST.toordinal()


def day_number(day: date) -> int:
    """Days from 1800-01-01; negative before it."""
    return day.toordinal() - _ZERO


def day_of(number: int) -> date:
    """The day with that number."""
    return date.fromordinal(number + _ZERO)


@lru_cache(maxsize=65536)
def span_of(edtf: str) -> tuple[int, int]:
    """The number of the first day that a date may mean, and how many more it may."""
    first, last = bounds(edtf)
    return day_number(first), (last - first).days


class PointRow(NamedTuple):
    """An assignment as it is filed, in words; the index holds numbers for the names."""

    slot: Slot
    earliest: int
    place: int
    lag: int
    part: int
    span: int
    value: str | None


class MovementRow(NamedTuple):
    """A movement as it is filed, in words."""

    entity: str
    account: str
    earliest: int
    position: int
    part: int
    span: int
    ore: int


class Filed(NamedTuple):
    """All that the index holds of one entry."""

    points: list[PointRow]
    movements: list[MovementRow]
    edges: set[int]
    scopes: set[tuple[str, str]]
    """Scope and entity: in which partnership something was placed."""


def filed(position: int, place: int, effective: str, effects: Sequence[Effect]) -> Filed:
    """What an entry at a position, standing in a place, is filed as."""
    found = Filed([], [], set(), set())
    written: dict[tuple[Slot, int], int] = {}
    for part, effect in enumerate(effects):
        earliest, span = span_of(effect.at or effective)
        found.edges.update((earliest, earliest + span))
        if not isinstance(effect, Assign):
            found.movements.append(MovementRow(*effect.account, earliest, position, part, span, effect.ore))
            continue
        value: str | None = _ENCODER.encode(effect.value).decode()
        if effect.slot.attribute == BELONGS_TO and isinstance(effect.value, str):
            found.scopes.add((effect.value, effect.slot.entity))
        if len(value or "") > VALUE_MAX:
            value = None
        twin = written.setdefault((effect.slot, earliest), part)
        if twin != part and span == 0:
            span = TWIN
            found.points[:] = [
                row._replace(span=row.span or TWIN) if (row.slot, row.earliest) == (effect.slot, earliest) else row
                for row in found.points
            ]
        found.points.append(PointRow(effect.slot, earliest, place, position - place, part, span, value))
    return found


def words(text: str) -> list[str]:
    """The words of a text as the index knows them: letters and digits, whatever the case."""
    return _WORDS.findall(text.replace("_", " ").casefold())


def text_of(entry: Entry) -> str:
    """All that can be searched for in an entry: its type, in both languages, and every text in it, references too."""
    parts = [entry.wire_name, CATALOGUE[entry.wire_name].nb, entry.note or "", entry.effective]
    _collect(msgspec.to_builtins(entry.event), parts)
    for said in (entry.dating, entry.sources, entry.corrects):
        if said:
            _collect(msgspec.to_builtins(said), parts)
    return " ".join(dict.fromkeys(words(" ".join((*parts, entry.authority or "")))))


def _collect(value: Any, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(value)
    elif isinstance(value, dict):
        for name, held in value.items():
            if name not in {"digest", "sha256"}:
                _collect(held, parts)
    elif isinstance(value, (list, tuple)):
        for held in value:
            _collect(held, parts)


class Index:
    """The companion that keeps the index. An index that has fallen behind is left alone until it is rebuilt."""

    def create(self, c: Cursor) -> None:
        """Make the tables, empty: an index of no entries."""
        for statement in _SCHEMA:
            c.execute(statement)

    def drop(self, c: Cursor) -> None:
        """Remove the tables; the log stays as it is."""
        for table in TABLES:
            c.execute(f"DROP TABLE IF EXISTS {table}")

    def head(self, c: Cursor) -> int | None:
        """The newest entry that the index holds; None when there is no index, or one of another version."""
        c.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'indexed'")
        if c.fetchone() == (0,):
            return None
        c.execute("SELECT head, version FROM indexed")
        row = c.fetchone()
        return int(row[0]) if row and row[1] == VERSION else None

    def append(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:
        """File the entries, unless earlier ones are missing here."""
        if self.head(c) == first_position - 1:
            self.take(c, names, first_position, events)

    def begin(self, c: Cursor) -> int:
        """Begin anew, or go on where making it anew was interrupted; the newest entry that it holds already."""
        c.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'indexed'")
        if c.fetchone() == (1,):
            c.execute("SELECT head FROM indexed WHERE version = ?", (_UNFINISHED,))
            row = c.fetchone()
            if row:
                return int(row[0])
        self.drop(c)
        self.create(c)
        c.execute("UPDATE indexed SET version = ?", (_UNFINISHED,))
        return 0

    def finish(self, c: Cursor) -> None:
        """Let it be used: it holds every entry."""
        c.execute("UPDATE indexed SET version = ?", (VERSION,))

    def take(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:
        """File the entries; all that come before them must be here."""
        batch = _Batch(c)
        for position, event in enumerate(events, first_position):
            batch.take(position, decode(event.data, position))
        batch.write(names)
        c.execute("UPDATE indexed SET head = ?", (first_position + len(events) - 1,))


class _Batch:
    """Entries on their way into the index."""

    def __init__(self, c: Cursor) -> None:
        self._c = c
        self._filed: dict[int, Filed] = {}
        self._places: dict[int, int] = {}
        self._corrections: list[tuple[int, int, int]] = []
        self._texts: list[tuple[int, str]] = []

    def take(self, position: int, entry: Entry) -> None:
        """Work out what an entry is filed as."""
        happened = happening(position, entry)
        place = position
        if happened.withdraws is not None:
            if happened.withdraws < position:
                place = self._place(happened.withdraws)
            self._places[position] = place
            self._corrections.append((position, happened.withdraws, place))
        self._filed[position] = filed(position, place, happened.effective, happened.effects)
        self._texts.append((position, text_of(entry)))

    def _place(self, position: int) -> int:
        if position in self._filed:
            return self._places.get(position, position)
        return place_of(self._c, position)

    def write(self, names: Names) -> None:
        """Write everything, in the order of the tables, and mark what is withdrawn."""
        c, everything = self._c, list(self._filed.items())
        dead = {target: position for position, target, _ in reversed(self._corrections)}
        numbers = names.numbers(_names_in(filed for _, filed in everything))
        c.executemany(
            "INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            sorted(
                (
                    (*numbered(row.slot, numbers), *row[1:6], dead.get(position), row.value)
                    for position, found in everything
                    for row in found.points
                ),
                key=_key,
            ),
        )
        c.executemany(
            "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (numbers[row.entity], numbers[row.account], *row[2:6], dead.get(position), row.ore)
                for position, found in everything
                for row in found.movements
            ],
        )
        c.executemany(
            "INSERT INTO edge VALUES (?, ?)",
            sorted((day, position) for position, found in everything for day in found.edges),
        )
        c.executemany("INSERT INTO correction VALUES (?, ?, ?)", self._corrections)
        c.executemany(
            "INSERT OR IGNORE INTO home VALUES (?, ?)",
            [(numbers[scope], numbers[entity]) for _, found in everything for scope, entity in sorted(found.scopes)],
        )
        c.executemany("INSERT INTO word (rowid, text) VALUES (?, ?)", self._texts)
        for position, target, _ in self._corrections:
            if target not in self._filed:
                self._withdraw(names, target, position)

    def _withdraw(self, names: Names, target: int, by: int) -> None:
        """Mark what an entry of an earlier batch did."""
        self._c.execute("SELECT data FROM entry WHERE position = ?", (target,))
        row = self._c.fetchone()
        if row is None:
            return
        happened = happening(target, decode(row[0], target))
        found = filed(target, place_of(self._c, target), happened.effective, happened.effects)
        numbers = names.numbers(_names_in([found]))
        self._c.executemany(
            "UPDATE point SET dead = ? WHERE entity = ? AND attribute = ? AND key = ? AND earliest = ? AND place = ? "
            "AND lag = ? AND part = ? AND dead IS NULL",
            [(by, *numbered(row.slot, numbers), *row[1:5]) for row in found.points],
        )
        self._c.executemany(
            "UPDATE movement SET dead = ? WHERE entity = ? AND account = ? AND earliest = ? AND position = ? "
            "AND part = ? AND dead IS NULL",
            [(by, numbers[row.entity], numbers[row.account], *row[2:5]) for row in found.movements],
        )


def _key(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(row[:7])


def _names_in(everything: Iterable[Filed]) -> Iterator[str]:
    for found in everything:
        for row in found.points:
            yield row.slot.entity
            yield row.slot.attribute
            if row.slot.key:
                yield row.slot.key
        for movement in found.movements:
            yield movement.entity
            yield movement.account
        for scope, _ in found.scopes:
            yield scope


def numbered(slot: Slot, numbers: dict[str, int]) -> tuple[int, int, int]:
    """A slot in numbers; 0 where there is no key."""
    return numbers[slot.entity], numbers[slot.attribute], numbers[slot.key] if slot.key else 0


def place_of(c: Cursor, position: int) -> int:
    """Where an entry stands among those of its day."""
    c.execute("SELECT place FROM correction WHERE position = ?", (position,))
    row = c.fetchone()
    return int(row[0]) if row else position

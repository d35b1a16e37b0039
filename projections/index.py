"""The index: what every entry made true, filed so that any (effective, known) is a short look. It grows with the log.

It is kept in the transaction that appends, can be dropped at any time and is rebuilt from the log alone. Reading it is
in ``projections.indexed``; that it answers as ``ledger.facts.replay`` does is proved by test, not by care.

A *point* is one assignment, under its slot and the first day it may have taken effect. Days are counted from
1800-01-01, the ledger's first; ``span`` is how many more days it may mean. ``place`` is where it stands among others of
its day, ``lag`` how much later its entry really was recorded (a correction stands in the place of what it corrects), so
that place + lag is the entry's position. ``dead`` is the entry that withdrew it. A value is JSON text, or the number of
a reference, or of one of :data:`PLAIN`; one longer than a line stays in the entry and is fetched from there by
``part``, the number of the effect. A *movement* is the same for money.
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
from ledger.facts import BELONGS_TO, Assign, Effect, Slot, Value
from ledger.fields import KINDS

TOPIC: Final = "projections.index:Index"
"""What the store is told, so that it keeps the index in step (``ledger.store.open_book``)."""
VERSION: Final = 2
VALUE_MAX: Final = 120
"""How many characters of JSON a value may have to stand in the index itself."""
PLAIN: Final[dict[Value, int]] = {True: -1, False: -2, None: -3}
"""The numbers of the values that stand most often."""
TWIN: Final = -1
"""The span of a one-day assignment that may share its place with another on that day: neither is the last.

Its entry assigns the slot twice, or stands in a place where more than one correction may stand.
"""

_SCHEMA: Final = (
    "CREATE TABLE indexed (head INTEGER NOT NULL, version INTEGER NOT NULL) STRICT",
    f"INSERT INTO indexed VALUES (0, {VERSION})",
    """CREATE TABLE point (
        entity INTEGER, attribute INTEGER, key INTEGER, earliest INTEGER, place INTEGER, lag INTEGER, part INTEGER,
        span INTEGER NOT NULL, dead INTEGER, value ANY,
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
_ASKED: Final = re.compile(r"\w+\*?")
_KINDS: Final = frozenset(KINDS)
_REF_MAX: Final = 120
_NOT_WORDS: Final = frozenset({"type", "digest", "sha256"})
DAY_ZERO: Final = EARLIEST.toordinal()
"""The proleptic Gregorian ordinal of day number 0."""


def day_number(day: date) -> int:
    """Days from 1800-01-01; negative before it."""
    return day.toordinal() - DAY_ZERO


def day_of(number: int) -> date:
    """The day with that number."""
    return date.fromordinal(number + DAY_ZERO)


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
    value: str | int | None
    refers_to: str | None
    """The reference that is the value; its number then stands for it."""


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


def filed(position: int, place: int, effective: str, effects: Sequence[Effect], *, shared: bool = False) -> Filed:
    """What an entry at a position, standing in a place, is filed as; ``shared`` if others may stand there too."""
    first, more = span_of(effective)
    found = Filed([], [], {first, first + more}, set())
    written: dict[tuple[Slot, int], int] = {}
    for part, effect in enumerate(effects):
        earliest, span = span_of(effect.at or effective)
        found.edges.update((earliest, earliest + span))
        if not isinstance(effect, Assign):
            found.movements.append(MovementRow(*effect.account, earliest, position, part, span, effect.ore))
            continue
        value, refers_to = _written(effect.value)
        if effect.slot.attribute == BELONGS_TO and refers_to:
            found.scopes.add((refers_to, effect.slot.entity))
        twin = written.setdefault((effect.slot, earliest), part)
        if twin != part and span == 0:
            span = TWIN
            found.points[:] = [
                row._replace(span=row.span or TWIN) if (row.slot, row.earliest) == (effect.slot, earliest) else row
                for row in found.points
            ]
        if shared:
            span = span or TWIN
        found.points.append(PointRow(effect.slot, earliest, place, position - place, part, span, value, refers_to))
    return found


def _written(value: Value) -> tuple[str | int | None, str | None]:
    """A value as it is written, or the reference whose number is."""
    if value is None or value is True or value is False:
        return PLAIN[value], None
    if isinstance(value, str) and value.partition("/")[0] in _KINDS and len(value) <= _REF_MAX:
        return None, value
    text = _ENCODER.encode(value).decode()
    return text if len(text) <= VALUE_MAX else None, None


def words(text: str) -> list[str]:
    """The words of a text as the index knows them: letters and digits, whatever the case."""
    return _WORDS.findall(text.replace("_", " ").lower())


def asked_words(text: str) -> list[str]:
    """The words of a question, each once; one that ends in ``*`` stands for every word that begins so."""
    return list(dict.fromkeys(_ASKED.findall(text.replace("_", " ").lower())))


def text_of(entry: Entry) -> str:
    """All that can be searched for in an entry: its type, in both languages, and every text in it, references too."""
    parts = [entry.wire_name, CATALOGUE[entry.wire_name].nb, entry.note or "", entry.effective]
    _collect(msgspec.to_builtins(entry.event), parts)
    for said in (entry.dating, entry.sources, entry.corrects):
        if said:
            _collect(msgspec.to_builtins(said), parts)
    if entry.authority:
        parts.append(entry.authority)
    return " ".join(parts)


def _collect(value: Any, parts: list[str]) -> None:
    if type(value) is str:
        parts.append(value)
    elif type(value) is dict:
        for name, held in value.items():
            if name not in _NOT_WORDS:
                _collect(held, parts)
    elif type(value) in {list, tuple}:
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
            # An append has read its own bytes already, to see that they can be read.
            batch.take(position, getattr(event, "entry", None) or decode(event.data, position))
        batch.write(names)
        c.execute("UPDATE indexed SET head = ?", (first_position + len(events) - 1,))


class _Batch:
    """Entries on their way into the index."""

    def __init__(self, c: Cursor) -> None:
        self._c = c
        self._filed: dict[int, Filed] = {}
        self._places: dict[int, int] = {}
        self._corrections: list[tuple[int, int, int]] = []
        self._withdrawn: set[int] = set()
        self._texts: list[tuple[int, str]] = []

    def take(self, position: int, entry: Entry) -> None:
        """Work out what an entry is filed as."""
        happened = happening(position, entry)
        place, shared = position, False
        target = happened.withdraws
        if target is not None:
            if target < position:
                place = self._place(target)
                # Of all that stand in one place, only the first that corrected it can be sure to be alone there.
                shared = place != target or self._is_withdrawn(target)
            self._places[position] = place
            self._corrections.append((position, target, place))
            self._withdrawn.add(target)
        self._filed[position] = filed(position, place, happened.effective, happened.effects, shared=shared)
        self._texts.append((position, text_of(entry)))

    def _place(self, position: int) -> int:
        if position in self._filed:
            return self._places.get(position, position)
        return place_of(self._c, position)

    def _is_withdrawn(self, position: int) -> bool:
        if position in self._withdrawn:
            return True
        self._c.execute("SELECT EXISTS (SELECT 1 FROM correction WHERE target = ?)", (position,))
        return self._c.fetchone() == (1,)

    def write(self, names: Names) -> None:
        """Write everything, in the order of the tables, and mark what is withdrawn."""
        c, everything = self._c, list(self._filed.items())
        dead = {target: position for position, target, _ in reversed(self._corrections)} | self._dead_before()
        numbers = names.numbers(_names_in(filed for _, filed in everything))
        c.executemany(
            "INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            sorted(  # no two are alike in the columns of the key, so the others are never compared
                [
                    (
                        *numbered(row.slot, numbers),
                        *row[1:6],
                        dead.get(position),
                        numbers[row.refers_to] if row.refers_to else row.value,
                    )
                    for position, found in everything
                    for row in found.points
                ]
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

    def _dead_before(self) -> dict[int, int]:
        """What is new here and was withdrawn before it came: the pen refuses that, a file may hold it."""
        self._c.execute(
            "SELECT target, min(position) FROM correction WHERE target >= ? GROUP BY target", (min(self._filed),)
        )
        return dict(self._c.fetchall())

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


def _names_in(everything: Iterable[Filed]) -> Iterator[str]:
    for found in everything:
        for row in found.points:
            yield row.slot.entity
            yield row.slot.attribute
            if row.slot.key:
                yield row.slot.key
            if row.refers_to:
                yield row.refers_to
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

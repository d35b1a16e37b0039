"""Answers from the index: the log as it lies on disk, read as far as a question needs and no further."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from ledger.entry import Entry, decode
from ledger.journal import Log
from projections.index import VERSION, asked_words, day_number
from projections.indexed_facts import IndexedFacts, Recent

_ENTRIES: Final = 500
_BATCH: Final = 1000


def is_current(c: sqlite3.Connection | sqlite3.Cursor) -> bool:
    """Whether there is an index that has every entry."""
    if c.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'indexed'").fetchone() == (0,):
        return False
    newest = c.execute("SELECT coalesce(max(position), 0) FROM entry").fetchone()
    return bool(c.execute("SELECT head, version FROM indexed").fetchone() == (newest[0], VERSION))


class IndexedLog(Log):
    """The entries of a ledger with an index, up to the newest one when it was made; see :meth:`advance`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._facts = IndexedFacts(self)
        self._entries: Recent[int, Entry] = Recent(_ENTRIES)
        self.head = 0
        self.advance()

    def advance(self) -> int:
        """Take in what has been recorded since; the new head."""
        # What somebody recorded without the index is not seen here; the pen then finds it when it appends.
        (newest,) = self.connection.execute("SELECT head FROM indexed").fetchone()
        if newest != self.head:
            self.head = newest
            self._facts.forget()
        return self.head

    def close(self) -> None:
        """Let go of the connection, and at once of all that was read: it and the log would keep each other."""
        self.connection.close()
        self._facts.forget()
        self._entries.clear()

    @property
    def history(self) -> IndexedFacts:
        """What the entries made true."""
        return self._facts

    def entry(self, position: int) -> Entry:
        """The entry at a position. Raises IndexError when there is none."""
        if position in self._entries:
            return self._entries.look(position)
        row = self.connection.execute("SELECT data FROM entry WHERE position = ?", (position,)).fetchone()
        if row is None or position > self.head:
            raise IndexError(position)
        return self._entries.keep(position, decode(row[0], position))

    def entries_at(self, positions: Collection[int]) -> Iterator[tuple[int, Entry]]:
        """The entries at some positions, in their order; many are read in one go. Raises IndexError as ``entry``."""
        wanted = sorted(positions)
        for start in range(0, len(wanted), _ENTRIES):
            some = wanted[start : start + _ENTRIES]
            if len(some) > 1:
                self._fetch(some)
            yield from ((position, self.entry(position)) for position in some)

    def _fetch(self, positions: Iterable[int]) -> None:
        """Read entries that are about to be asked for, in one go."""
        missing = json.dumps([position for position in positions if position not in self._entries])
        found = self.connection.execute(
            "SELECT position, data FROM entry WHERE position IN (SELECT value FROM json_each(?))", (missing,)
        )
        for position, data in found.fetchall():
            self._entries.keep(position, decode(data, position))

    def numbered(self, known: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Every entry with its position, those known after entry ``known`` (all, when None)."""
        after, last = 0, self.head if known is None else min(known, self.head)
        statement = "SELECT position, data FROM entry WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
        while after < last:
            for position, data in self.connection.execute(statement, (after, last, _BATCH)).fetchall():
                yield position, decode(data, position)
            after += _BATCH

    def mentions(self, ref: str, known: int | None = None) -> Sequence[int]:
        """The positions of the entries that concern a thing, oldest first, whether or not they were withdrawn."""
        return self._positions(
            "SELECT position FROM entry_tag WHERE tag = (SELECT number FROM name WHERE text = ?) AND position <= ?",
            ref,
            known,
        )

    def mentioning(self, refs: Collection[str], known: int | None = None) -> set[int]:
        """The positions of the entries that concern any of some things."""
        found = self.connection.execute(
            "SELECT DISTINCT position FROM json_each(?) JOIN name ON text = value JOIN entry_tag ON tag = number "
            "WHERE position <= ?",
            (json.dumps([*refs]), self.head if known is None else known),
        )
        return {row[0] for row in found}

    def of_type(self, wire_name: str, known: int | None = None) -> Sequence[int]:
        """The positions of the entries of one type, oldest first."""
        return self._positions(
            "SELECT position FROM entry WHERE type = (SELECT number FROM name WHERE text = ?) AND position <= ?",
            wire_name,
            known,
        )

    def _positions(self, statement: str, name: str, known: int | None) -> list[int]:
        last = self.head if known is None else known
        return [row[0] for row in self.connection.execute(f"{statement} ORDER BY position", (name, last))]

    def types(self, known: int, among: Collection[int] | None = None) -> dict[str, int]:
        """How many entries there are of each type, at all or among some positions; the most frequent first."""
        counted = "" if among is None else "position IN (SELECT value FROM json_each(?)) AND "
        found = self.connection.execute(
            "SELECT text, count FROM (SELECT type, count(*) AS count, min(position) AS first FROM entry "
            f"WHERE {counted}position <= ? GROUP BY type) JOIN name ON number = type ORDER BY count DESC, first",
            (known,) if among is None else (json.dumps([*among]), known),
        )
        return dict(found.fetchall())

    def commanded(self, command: str) -> int | None:
        """The position of the entry recorded under a command id, if there is one."""
        row = self.connection.execute(
            "SELECT position FROM entry WHERE substr(command, 1, 5) = substr(?1, 1, 5) AND command = ?1 "
            "AND command IS NOT NULL AND position <= ?2",
            (UUID(command).bytes, self.head),
        ).fetchone()
        return int(row[0]) if row else None

    def recorded_us(self, position: int) -> int:
        """When an entry was recorded, in microseconds since 1970 UTC."""
        row = self.connection.execute("SELECT recorded_at FROM entry WHERE position = ?", (position,)).fetchone()
        if row is None:
            raise IndexError(position)
        return int(row[0])

    def around(self, first: date, last: date, known: int) -> Sequence[int]:
        """The entries that begin, or are certain, on one of these days, or some effect of which does."""
        found = self.connection.execute(
            "SELECT DISTINCT position FROM edge WHERE day BETWEEN ? AND ? AND position <= ? ORDER BY position",
            (day_number(first), day_number(last), known),
        )
        return [row[0] for row in found]

    def containing(self, text: str, known: int, newest: int | None = None) -> Sequence[int]:
        """The entries that have every word asked for, newest first; so many at most."""
        asked = [f'"{word[:-1]}" *' if word.endswith("*") else f'"{word}"' for word in asked_words(text)]
        if not asked:
            return []
        found = self.connection.execute(
            "SELECT rowid FROM word WHERE word MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?",
            (" AND ".join(asked), known, -1 if newest is None else newest),
        )
        return [row[0] for row in found]

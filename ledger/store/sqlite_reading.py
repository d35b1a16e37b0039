"""Reading a ledger in a SQLite file, without the library: its entries, its vault, its settings."""

from __future__ import annotations

import json
import threading
from abc import abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from ledger.errors import N_, Unreadable
from ledger.store.sqlite_connection import connect, explained
from ledger.store.sqlite_format import check_ledger_file
from ledger.store.sqlite_names import names_of
from ledger.store.stored import Disclosure, Restoration, StoredLedger, StoredRow

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ledger.companion import Cursor

COMMAND = "command/"
_STREAM_BATCH = 1000


class SQLiteReading(StoredLedger):
    """What can be asked of a ledger in SQLite, by whoever can get at its tables."""

    name: str
    """What the ledger is called in messages: its path."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Cursor]:
        """A cursor in a transaction of its own, in which what SQLite says is explained."""

    @property
    def origin(self) -> str:
        """The name the ledger was given when it was made."""
        with self.reading() as c:
            c.execute("SELECT origin FROM ledger")
            row = c.fetchone()
        if row is None:
            raise self.damaged(N_("it has lost its name"))
        return str(row[0])

    def head(self) -> int:
        """Return how many entries there are."""
        with self.reading() as c:
            return head(c)

    def last_recorded_at(self) -> int:
        """Return the newest recorded time in microseconds; 0 when empty."""
        with self.reading() as c:
            return last_recorded_at(c)

    def disclosures(self, commitments: Iterable[str]) -> dict[str, Disclosure]:
        """Return the disclosures that are still in the vault."""
        with self.reading() as c:
            c.execute(
                "SELECT commitment, salt, value FROM vault WHERE commitment IN (SELECT value FROM json_each(?))",
                (json.dumps(list(commitments)),),
            )
            return {row[0]: Disclosure(*row) for row in c.fetchall()}

    def settings(self) -> dict[str, str]:
        """Return the journal mode, how commits are synchronised (2 is FULL) and whether deleted bytes are wiped."""
        told = {}
        with self.reading() as c:
            for name in ("journal_mode", "synchronous", "secure_delete", "user_version"):
                c.execute(f"PRAGMA {name}")
                told[name] = str((c.fetchone() or ("",))[0])
        return told

    def stream(self, after: int = 0, until: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield position and bytes of the entries that are there when called."""
        newest = self.head()
        return self._batches(max(after, 0), newest if until is None else min(until, newest))

    def _batches(self, after: int, until: int) -> Iterator[tuple[int, bytes]]:
        # Each batch is a transaction of its own, so that a slow reader does not keep the write-ahead log from
        # being emptied. It is one snapshot all the same: up to `until`, nothing ever changes.
        while after < until:
            with self.reading() as c:
                c.execute(
                    "SELECT position, data FROM entry WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
                    (after, until, _STREAM_BATCH),
                )
                rows = c.fetchall()
            expected = after + min(_STREAM_BATCH, until - after)
            if not rows or rows[-1][0] != expected or len(rows) != expected - after:
                raise self.damaged(N_("entries are missing"))
            yield from rows
            after = expected

    def rows(self) -> Iterator[StoredRow]:
        """Yield every entry with its tags as written, as indexed, and its stamp."""
        after = 0
        while True:
            with self.reading() as c:
                c.execute(
                    "SELECT position, type, data, tags, command, recorded_at, "
                    "(SELECT json_group_array(said.value) FROM json_each(entry.tags) AS said WHERE EXISTS "
                    "(SELECT 1 FROM entry_tag WHERE tag = said.value AND entry_tag.position = entry.position)), "
                    "(SELECT count(*) FROM entry AS filed WHERE filed.command = entry.command "
                    "AND filed.position = entry.position) "
                    "FROM entry WHERE position > ? ORDER BY position LIMIT ?",
                    (after, _STREAM_BATCH),
                )
                batch = c.fetchall()
                names = names_of(c, {number for row in batch for number in (row[1], *self._numbers(row[3]))})
            if not batch:
                return
            for position, type_, data, tags, command, at, indexed, filed in batch:
                said = self._spelled(tags, command, names)
                found = frozenset(self._spelled(indexed, command if filed else None, names))
                found |= {COMMAND + str(UUID(bytes=command))} if command and filed else set()
                yield StoredRow(position, names.get(type_, ""), data, said, found, at)
            after = batch[-1][0]

    def misfiled(self) -> list[int]:
        """Return the positions that the tag index gives for a tag which their entry does not bear, in order."""
        with self.reading() as c:
            c.execute(
                "SELECT DISTINCT position FROM entry_tag AS filed WHERE NOT EXISTS (SELECT 1 FROM entry, "
                "json_each(entry.tags) AS said WHERE entry.position = filed.position AND said.value = filed.tag) "
                "ORDER BY position"
            )
            return [int(position) for (position,) in c.fetchall()]

    def _spelled(self, numbers: str, command: bytes | None, names: dict[int, str]) -> tuple[str, ...]:
        return tuple(spelled(self._numbers(numbers), command, names))

    def _numbers(self, tags: str) -> list[int]:
        try:
            numbers: list[int] = json.loads(tags)
        except ValueError as error:
            raise self.damaged(N_("the tags of an entry cannot be read")) from error
        return numbers

    def damaged(self, what: str) -> Unreadable:
        """The refusal of a file that is not as it was written."""
        return Unreadable(
            "{path} is damaged: {what}.",
            "Keep the file as it is for examination, and bring back a copy from backup under another name.",
            path=self.name,
            what=what,
        )


def spelled(numbers: Iterable[int], command: bytes | None, names: dict[int, str]) -> Iterator[str]:
    """The tags of an entry in words; a number that means nothing is shown as such, for whoever compares."""
    for number in numbers:
        if number == 0:
            yield COMMAND + str(UUID(bytes=command)) if command and len(command) == 16 else COMMAND  # noqa: PLR2004
        else:
            yield names.get(number, f"#{number}")


def head(c: Cursor) -> int:
    """The position of the newest entry; 0 when there is none."""
    c.execute("SELECT max(position) FROM entry")
    (newest,) = c.fetchone() or (None,)
    return newest or 0


def last_recorded_at(c: Cursor) -> int:
    """The newest recorded time; 0 when there is none."""
    c.execute("SELECT recorded_at FROM entry WHERE recorded_at IS NOT NULL ORDER BY position DESC LIMIT 1")
    row = c.fetchone()
    return int(row[0]) if row else 0


class SQLiteFile(SQLiteReading):
    """A ledger file, open for reading only. Threads take turns; close it when done."""

    def __init__(self, path: Path) -> None:
        """Open the file at ``path``; raises Unreadable when it is no ledger that this program can read."""
        check_ledger_file(path)
        self.name = str(path)
        self._turn = threading.Lock()
        self._url = f"{path.resolve().as_uri()}?mode=rw"
        self._lent: list[sqlite3.Connection] = []
        self._connection = self.connect()
        try:
            _ = self.origin  # damage to the first pages shows here, before anybody has begun to work
        except BaseException:
            self.close()
            raise

    def connect(self) -> sqlite3.Connection:
        """A connection of the caller's own, to read with; it is closed with the ledger, if not before."""
        with explained(self.name, reading=True):
            connection = connect(self._url, read_only=True)
        self._lent.append(connection)
        return connection

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A cursor in a transaction of its own."""
        with self._turn, explained(self.name, reading=True):
            c = self._connection.cursor()
            c.execute("BEGIN")
            try:
                yield c
            finally:
                c.close()
                self._connection.rollback()

    def restored(self) -> Restoration | None:
        """What this ledger was restored from, if it is such a copy."""
        with self.reading() as c:
            c.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'restored'")
            if c.fetchone() == (0,):
                return None
            c.execute("SELECT origin, source, on_day, known, known_at, root, made_at FROM restored")
            row = c.fetchone()
        if row is None:
            raise self.damaged(N_("it has lost its name"))
        return Restoration(*row)

    def close(self) -> None:
        """Close every connection."""
        for connection in self._lent:
            connection.close()

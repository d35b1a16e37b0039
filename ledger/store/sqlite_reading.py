"""Reading a ledger in a SQLite file, without the library: its entries, its vault, its settings."""

from __future__ import annotations

import json
import sqlite3
import threading
from abc import abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledger.errors import N_, Unreadable
from ledger.store.sqlite_connection import connect, explained
from ledger.store.sqlite_format import Held
from ledger.store.sqlite_names import names_of
from ledger.store.sqlite_tree import complaints, entry_rows, extent, has_leaves, hash_rows, unbroken_rows
from ledger.store.stored import Disclosure, Extent, Restoration, StoredLedger, StoredRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ledger.companion import Cursor

_LAST_READ_SECONDS = 5.0
"""How long closing waits for a thread that is reading; each read is a few thousand rows at the most."""
COMMAND = "command/"
BY_COMMAND = "substr(command, 1, 5) = substr(:command, 1, 5) AND command = :command AND command IS NOT NULL"
"""Which entry was recorded under a command, in the words that its index is made for."""
_STREAM_BATCH = 1000

# Tags that are no JSON, in a file that somebody has changed, are none here: what is written is shown as it is. Each
# index is asked by its name, since SQLite would rather find an entry by its position.
_TAGS = "json_each(CASE WHEN json_valid(entry.tags) THEN entry.tags ELSE '[]' END) AS said"
_ROWS = f"""
SELECT position, type, data, tags, command, recorded_at,
    EXISTS (
        SELECT 1 FROM entry AS typed INDEXED BY entry_type
        WHERE typed.type = entry.type AND typed.position = entry.position
    ),
    (SELECT json_group_array(said.value) FROM {_TAGS} WHERE said.type = 'integer' AND EXISTS (
        SELECT 1 FROM entry_tag WHERE tag = said.value AND entry_tag.position = entry.position
    )),
    EXISTS (
        SELECT 1 FROM entry AS filed INDEXED BY entry_command
        WHERE substr(filed.command, 1, 5) = substr(entry.command, 1, 5) AND filed.command IS NOT NULL
            AND filed.position = entry.position
    )
FROM entry WHERE position > ? ORDER BY position LIMIT ?
"""
_MISFILED = f"""
SELECT DISTINCT position FROM entry_tag AS filed
WHERE NOT EXISTS (SELECT 1 FROM entry, {_TAGS} WHERE entry.position = filed.position AND said.value = filed.tag)
ORDER BY position
"""
_CONFUSED = """
SELECT EXISTS (SELECT 1 FROM name NOT INDEXED GROUP BY text HAVING count(*) > 1),
    (SELECT count(*) <> coalesce(max(number), 0) OR min(number) < 1 FROM name NOT INDEXED),
    (SELECT count(*) FROM ledger)
"""


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

    def commitments(self) -> list[str]:
        """Return the commitments of all that is in the vault."""
        with self.reading() as c:
            c.execute("SELECT commitment FROM vault")
            return [str(commitment) for (commitment,) in c.fetchall()]

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
        after, limit = 0, _STREAM_BATCH
        while True:
            try:
                batch = self._rows(after, limit)
            except Unreadable:
                if limit == 1:
                    raise
                limit = 1  # up to the entry that cannot be read
                continue
            if not batch:
                return
            yield from batch
            after = batch[-1].position

    def _rows(self, after: int, limit: int) -> list[StoredRow]:
        with self.reading() as c:
            c.execute(_ROWS, (after, limit))
            rows = c.fetchall()
            numbers = {number for row in rows for number in (row[1], *(canonical(row[3]) or ()))}
            names = names_of(c, numbers)
        return [self._row(row, names) for row in rows]

    def _row(self, row: tuple[Any, ...], names: dict[int, str]) -> StoredRow:
        position, type_, data, tags, command, at, typed, indexed, filed = row
        numbers = canonical(tags)
        said = tuple(spelled(numbers, command, names)) if numbers is not None else (str(tags),)
        found = frozenset(spelled((number for number in json.loads(indexed) if number), None, names))
        if filed:
            found |= set(spelled([0], command, names))
        return StoredRow(position, names.get(type_, "") if typed else "", data, said, found, at)

    def misfiled(self) -> list[int]:
        """Return the positions that the tag index gives for a tag which their entry does not bear, in order."""
        with self.reading() as c:
            c.execute(_MISFILED)
            return [int(position) for (position,) in c.fetchall()]

    def extent(self) -> Extent:
        """Return how far entries and hashes reach."""
        with self.reading() as c:
            return extent(c)

    def stored(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return position and bytes of the entries that are there between two positions, both included."""
        with self.reading() as c:
            return entry_rows(c, first, last)

    def unbroken(self, first: int, last: int) -> list[tuple[bytes]] | None:
        """Return the bytes of all entries from one position to another, if these are there and no others."""
        with self.reading() as c:
            return unbroken_rows(c, first, last)

    def hash_rows(self, level: int, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return number and hash of what the tree has at a level."""
        with self.reading() as c:
            return hash_rows(c, level, first, last)

    def has_leaves(self, first: int, leaves: Sequence[bytes]) -> bool:
        """Say whether these are the hashes kept from position ``first`` on."""
        with self.reading() as c:
            return has_leaves(c, first, leaves)

    def complaints(self) -> list[str]:
        """Return what is wrong with the dictionary and the name, and what SQLite finds wrong with the file."""
        with self.reading() as c:
            c.execute(_CONFUSED)
            (twice, unnamed, origins), *_ = c.fetchall()
            told = [
                N_("a name stands in the dictionary more than once") if twice else "",
                N_("a number of the dictionary has lost its name") if unnamed else "",
                N_("the ledger has more than one name") if origins > 1 else "",
            ]
            return [*filter(None, told), *complaints(c)]

    def _numbers(self, tags: str) -> list[int]:
        try:
            numbers = json.loads(tags)
            if all(isinstance(number, int) for number in numbers):
                return list(numbers)
        except (ValueError, TypeError) as error:
            raise self.damaged(N_("the tags of an entry cannot be read")) from error
        raise self.damaged(N_("the tags of an entry cannot be read"))

    def damaged(self, what: str) -> Unreadable:
        """The refusal of a file that is not as it was written."""
        return Unreadable(
            "{path} is damaged: {what}.",
            "Keep the file as it is for examination, and bring back a copy from backup under another name.",
            path=self.name,
            what=what,
        )


def canonical(tags: str) -> list[int] | None:
    """The numbers in tags as an append writes them; None when anything else is written there."""
    try:
        numbers = json.loads(tags)
    except (ValueError, TypeError, RecursionError):
        return None
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        return None
    return numbers if json.dumps(numbers, separators=(",", ":")) == tags else None


def spelled(numbers: Iterable[int], command: bytes | None, names: dict[int, str]) -> Iterator[str]:
    """The tags of an entry in words; a number that means nothing is shown as such, for whoever compares."""
    for number in numbers:
        if number == 0:
            yield COMMAND + str(UUID(bytes=command)) if command and len(command) == 16 else COMMAND  # noqa: PLR2004 - bytes of a UUID
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
        self._held = Held(path)
        self.name = str(path)
        self._turn = threading.Lock()
        self._url = f"{path.resolve().as_uri()}?mode=rw"
        self._lent: list[tuple[int, sqlite3.Connection]] = []
        try:
            self._connection = self.connect()
            _ = self.origin  # damage to the first pages shows here, before anybody has begun to work
        except BaseException:
            self.close()
            raise

    def connect(self) -> sqlite3.Connection:
        """A connection to read with, for the thread that asks. It is closed with the ledger, if not before.

        A thread that may outlive the ledger closes its own.
        """
        with explained(self.name, reading=True):
            connection = connect(self._url, read_only=True)
        self._lent = [lent for lent in self._lent if not _is_closed(lent[1])]
        self._lent.append((threading.get_ident(), connection))
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
        """Close the connections of this thread; those that others read with are told to stop.

        A connection closed in the middle of another thread's statement takes the whole process with it.
        """
        reading_is_over = self._turn.acquire(timeout=_LAST_READ_SECONDS)
        here = threading.get_ident()
        for thread, connection in self._lent:
            if thread == here:
                connection.close()
            elif not _is_closed(connection):
                connection.interrupt()
        if reading_is_over:
            self._turn.release()
        self._held.let_go()


def _is_closed(connection: sqlite3.Connection) -> bool:
    try:
        _ = connection.in_transaction
    except sqlite3.ProgrammingError:
        return True
    return False

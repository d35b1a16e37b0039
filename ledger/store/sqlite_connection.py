"""How a ledger on SQLite is opened and written to: settings, turns to write, what SQLite's complaints mean.

The library's connections and pool, with three differences: a write begins by taking SQLite's write lock,
writers queue at a lock file before that, and every connection has the settings that durability and erasure
need.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from eventsourcing.persistence import PersistenceError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)
from filelock import FileLock, Timeout

from ledger.errors import N_, Conflict, LedgerError, Refused, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

WRITE_WAIT_SECONDS = 10.0
_LOCK_POLL_SECONDS = 0.001  # an append takes less: waiting longer would mostly be waiting for nobody
_CHECKPOINT_WAIT_MILLISECONDS = 200  # readers come and go in less; one that stays is not waited for


class _LedgerTransaction(SQLiteTransaction):
    """The library's transaction, which here takes the write lock at once when it is going to write."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        # A transaction that reads first and writes later fails at once when somebody wrote in between.
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            # A commit can fail (disk full) and leave the transaction open; the next user of the connection
            # must not inherit it. After a commit that held, this does nothing.
            self.connection.rollback()


class _LedgerConnection(SQLiteConnection):
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _LedgerTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


class _LedgerPool(SQLiteConnectionPool):
    """Connections with the settings a ledger needs; they open a file but never make one."""

    def __init__(self, *, db_name: str, in_memory: bool, read_only: bool, lock_timeout: float) -> None:
        super().__init__(db_name=db_name)
        # The library looks for "memory" in the name, where a folder may well be called that.
        self.is_sqlite_memory_mode = self._mutually_exclusive_read_write = in_memory
        self._read_only = read_only
        self._lock_timeout = lock_timeout

    def _create_connection(self) -> SQLiteConnection:
        # Not the library's own: it keeps one prepared statement a connection, an append uses a dozen.
        raw = sqlite3.connect(
            self.db_name, uri=True, check_same_thread=False, isolation_level=None, timeout=self._lock_timeout
        )
        try:
            raw.execute("PRAGMA synchronous = FULL")  # durable when append returns; not every build has it so
            raw.execute("PRAGMA secure_delete = ON")  # what is deleted from the vault is overwritten
            raw.execute("PRAGMA foreign_keys = ON")
            if self._read_only:
                raw.execute("PRAGMA query_only = ON")
            elif not self.is_sqlite_memory_mode:
                raw.execute("PRAGMA journal_mode = WAL")  # a ledger file has it; a copy by VACUUM INTO has lost it
        except sqlite3.Error:
            raw.close()
            raise
        return _LedgerConnection(raw, max_age=self.max_age)


class LedgerDatastore(SQLiteDatastore):
    """Transactions on one ledger: the file at ``path``, or a private one in memory when it is None.

    Threads and processes that write take turns, for at most ``lock_timeout`` seconds. Beside the file a lock
    file (``<ledger file>.lock``, empty) appears with the first write and is left there: removing it could let
    two in.
    """

    def __init__(self, path: Path | None, *, read_only: bool = False, lock_timeout: float = WRITE_WAIT_SECONDS) -> None:
        # Resolved, so that writers who come by way of a symbolic link meet at the same lock file.
        self.path = None if path is None else path.resolve()
        self.name = str(path or "the ledger in memory")
        self.read_only = read_only
        self.lock_timeout = lock_timeout
        url = (
            f"file:ledger-{uuid4().hex}?mode=memory&cache=shared"
            if self.path is None
            else f"{self.path.as_uri()}?mode=rw"
        )
        super().__init__(url)
        self.pool = _LedgerPool(db_name=url, in_memory=path is None, read_only=read_only, lock_timeout=lock_timeout)
        self._thread_turn = threading.Lock()
        self._process_turn = (
            None if self.path is None else FileLock(self.path.with_name(self.path.name + ".lock"), thread_local=False)
        )

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Run the block as one transaction; with ``commit`` it is a write, alone on the whole ledger.

        Raises:
            Refused: a write, on a ledger opened for reading only.
            Conflict: others have kept it busy for ``lock_timeout`` seconds.
        """
        if not commit:
            with super().transaction(commit=False) as cursor:
                yield cursor
            return
        if self.read_only:
            raise Refused("{path} is open for reading only.", "Open it for writing first.", path=self.name)
        with self._turn(), super().transaction(commit=True) as cursor:
            yield cursor

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        """Lend a connection from the pool."""
        # The pool's own queue for writers is needed in memory only; on a file it would make readers wait
        # behind it, and it stays locked for good if a connection cannot be made.
        connection = self.pool.get_connection(is_writer=commit if self.path is None else None)
        try:
            yield connection
        finally:
            self.pool.put_connection(connection)

    def empty_log(self) -> bool:
        """Fold the write-ahead log into the file and cut it to nothing; say whether that could be done just now.

        Somebody who is reading can stand in the way of it. That is no error: nothing is lost by waiting.
        """
        if self.path is None:
            return True
        with suppress(sqlite3.Error, PersistenceError), self.get_connection(commit=False) as connection:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_WAIT_MILLISECONDS}")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return bool((cursor.fetchone() or (1,))[0] == 0)
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {round(self.lock_timeout * 1000)}")
        return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._thread_turn.acquire(timeout=self.lock_timeout):
            raise self._busy()
        try:
            if self._process_turn is None:
                yield
                return
            try:
                self._process_turn.acquire(timeout=self.lock_timeout, poll_interval=_LOCK_POLL_SECONDS)
            except Timeout as error:
                raise self._busy() from error
            except OSError as error:
                raise Refused(
                    "You may not write in the folder of {path}, and recording needs a lock file there.",
                    "Ask whoever looks after the ledger for access.",
                    path=self.name,
                ) from error
            try:
                yield
            finally:
                self._process_turn.release()
        finally:
            self._thread_turn.release()

    def _busy(self) -> Conflict:
        return Conflict(
            "Others have been writing to {path} for {seconds:g} seconds on end. Nothing was recorded.",
            "Wait a little, then try again.",
            path=self.name,
            seconds=self.lock_timeout,
        )


_BUSY = (
    Conflict,
    N_("Another program has kept {path} busy for too long. Nothing was recorded."),
    N_("Close the other program or wait a little, then try again."),
)
_DAMAGED = (
    Unreadable,
    N_("{path} is damaged and cannot be read."),
    N_("Keep the file as it is for examination, and bring back a copy from backup under another name."),
)
_NOT_PERMITTED = (
    Unreadable,
    N_("You may not write to {path} or to the folder it is in."),
    N_("Ask whoever looks after the ledger for access (reading needs it too), or read a copy of your own."),
)
_COMPLAINTS: dict[int, tuple[type[LedgerError], str, str]] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CANTOPEN: _NOT_PERMITTED,
    sqlite3.SQLITE_PERM: _NOT_PERMITTED,
    sqlite3.SQLITE_READONLY: _NOT_PERMITTED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: (
        Refused,
        N_("The disk with {path} is full. Nothing was recorded."),
        N_("Make room on it, then try again."),
    ),
    sqlite3.SQLITE_IOERR: (
        Unreadable,
        N_("The disk with {path} reports an error."),
        N_("Check the disk before anything else; then verify the ledger."),
    ),
}


@contextmanager
def explained(name: str, *, reading: bool) -> Iterator[None]:
    """Turn SQLite's complaints about the file ``name`` into a :class:`LedgerError` that says what to do.

    When ``reading``, a complaint without a name of its own means a damaged file: our own statements are known
    to be good. Refused conditions, triggers and mistakes in the program pass through unchanged.
    """
    try:
        yield
    except (UnicodeDecodeError, OverflowError) as error:  # what sqlite3 makes of some damaged values
        if not reading:
            raise
        _, problem, remedy = _DAMAGED
        raise Unreadable(problem, remedy, path=name) from error
    except (sqlite3.Error, PersistenceError) as error:
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        if not isinstance(cause, sqlite3.DatabaseError) or isinstance(
            cause, (sqlite3.IntegrityError, sqlite3.ProgrammingError)
        ):
            raise
        primary_code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        complaint = _COMPLAINTS.get(primary_code, _DAMAGED if reading else None)
        if complaint is None:
            raise
        kind, problem, remedy = complaint
        raise kind(problem, remedy, path=name) from error

"""How a ledger on SQLite is written to: the library's connections and pool, and turns to write.

A write begins by taking SQLite's write lock, writers queue at a lock file before that, and every connection has the
settings that durability and erasure need.
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

from ledger.errors import Conflict, Refused
from ledger.store.sqlite_connection import WRITE_WAIT_SECONDS, connect
from ledger.store.sqlite_format import Held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

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
        raw = connect(
            self.db_name, read_only=self._read_only, journal=not self.is_sqlite_memory_mode, wait=self._lock_timeout
        )
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
        self._held: Held | None = None
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
        if path is not None:
            self._held = Held(path)

    def close(self) -> None:
        """Close the connections. The last of all processes to do so folds the write-ahead log into the file."""
        super().close()
        if self._held:
            self._held.let_go()

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

"""A connection to a ledger in SQLite: its settings, and what SQLite's complaints mean."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ledger.errors import N_, Conflict, LedgerError, Refused, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITE_WAIT_SECONDS = 10.0
_WRITE_CACHE_KIB = 65536  # the tables are written all over; with the default of 2 MiB, an import reads them again


def connect(url: str, *, read_only: bool, journal: bool = True, wait: float = WRITE_WAIT_SECONDS) -> sqlite3.Connection:
    """A connection with the settings a ledger needs; it opens a file, by its ``file:`` URL, but never makes one.

    ``wait`` is how many seconds to wait for others; ``journal`` says whether there is a file with a write-ahead log.
    """
    raw = sqlite3.connect(url, uri=True, check_same_thread=False, isolation_level=None, timeout=wait)
    try:
        raw.execute("PRAGMA synchronous = FULL")  # durable when append returns; not every build has it so
        raw.execute("PRAGMA secure_delete = ON")  # what is deleted from the vault is overwritten
        raw.execute("PRAGMA foreign_keys = ON")
        if read_only:
            raw.execute("PRAGMA query_only = ON")
        else:
            raw.execute(f"PRAGMA cache_size = -{_WRITE_CACHE_KIB}")
        if journal and not read_only:
            raw.execute("PRAGMA journal_mode = WAL")  # a ledger file has it; a copy by VACUUM INTO has lost it
    except sqlite3.Error:
        raw.close()
        raise
    return raw


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
_GONE = (
    Unreadable,
    N_("{path} is no longer where it was."),
    N_("Find out what became of the file, and bring it back."),
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
    except Exception as error:
        # The library wraps what SQLite says; it is looked for beneath, so that reading need not know the library.
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        if not isinstance(cause, sqlite3.DatabaseError) or isinstance(
            cause, (sqlite3.IntegrityError, sqlite3.ProgrammingError)
        ):
            raise
        primary_code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        complaint = _COMPLAINTS.get(primary_code, _DAMAGED if reading else None)
        if primary_code == sqlite3.SQLITE_CANTOPEN and not os.path.exists(name):  # noqa: PTH110 - the name, as it is
            complaint = _GONE
        if complaint is None:
            raise
        kind, problem, remedy = complaint
        raise kind(problem, remedy, path=name) from error

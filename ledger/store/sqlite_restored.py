"""Copies of a ledger as it was known at some time: files of their own, which say so and are only read."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ledger.store.sqlite import SQLiteDCBRecorder
from ledger.store.sqlite_connection import explained
from ledger.store.sqlite_datastore import LedgerDatastore
from ledger.store.sqlite_format import create_ledger_file, drafted, execute_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ledger.companion import Companion
    from ledger.store.api import LedgerEvent
    from ledger.store.stored import Restoration

# A copy is never written to: it needs no write-ahead log, and so no files beside it in order to be read.
_CLOSE = """
CREATE TABLE restored (
    origin TEXT NOT NULL,
    source TEXT NOT NULL,
    on_day TEXT NOT NULL,
    known INTEGER NOT NULL,
    known_at TEXT NOT NULL,
    root TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;
CREATE TRIGGER restored_closed BEFORE INSERT ON entry
BEGIN SELECT RAISE(ABORT, 'a restored ledger is only read'); END
"""


@contextmanager
def restored_file(
    path: Path, batches: Iterable[Sequence[LedgerEvent]], told: Restoration, companions: Sequence[Companion]
) -> Iterator[Path]:
    """Make a ledger of these entries under another name, which is yielded; at the end of the block it takes its own.

    An error in the block, or before it, leaves nothing behind. Raises as ``drafted`` does.
    """
    with drafted(path) as draft:
        create_ledger_file(draft, told.origin, companions=companions)
        recorder = SQLiteDCBRecorder(LedgerDatastore(draft), companions=companions)
        try:
            for batch in batches:
                recorder.append(batch)
        finally:
            recorder.close()
        with (
            explained(str(draft), reading=False),
            closing(sqlite3.connect(draft, isolation_level=None)) as raw,
        ):
            c = raw.cursor()
            c.execute("PRAGMA journal_mode = DELETE")
            c.execute("PRAGMA synchronous = FULL")
            c.execute("BEGIN IMMEDIATE")
            execute_script(c, _CLOSE)
            c.execute("INSERT INTO restored VALUES (?, ?, ?, ?, ?, ?, ?)", told)
            c.execute("COMMIT")
        yield draft
        draft.chmod(stat.S_IRUSR | stat.S_IRGRP)

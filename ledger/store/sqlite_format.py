"""What a ledger file is made of: how it is recognised, what its tables are, how a new one comes to be.

Everything here is about the file as a thing on disk; reading and appending are in ``ledger.store.sqlite``.
The tables guard themselves with triggers. They stop mistakes, ours included; a person who may write the file
can drop them: they are seat belts, not locks.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections import Counter
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from ledger.errors import Refused, Unreadable
from ledger.store.sqlite_connection import explained
from ledger.store.sqlite_tree import HashTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ledger.companion import Companion, Cursor, Names, Stored
    from ledger.store.stored import Disclosure

APPLICATION_ID = int.from_bytes(b"VDTK", "big")
FORMAT_VERSION = 2
"""1 was never released: it wrote every tag out in full, beside each entry and again in the index."""

_HEADER_SIZE = 100
_MAGIC = b"SQLite format 3\x00"

_ENTRY_TABLES = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT_VERSION};

CREATE TABLE ledger (origin TEXT NOT NULL) STRICT;
CREATE TRIGGER ledger_one_name BEFORE INSERT ON ledger WHEN EXISTS (SELECT 1 FROM ledger)
BEGIN SELECT RAISE(ABORT, 'a ledger has one origin'); END;
CREATE TRIGGER ledger_same_name BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the origin of a ledger cannot be changed'); END;
CREATE TRIGGER ledger_keeps_name BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the origin of a ledger cannot be deleted'); END;

-- Types and tags are written once and have a number, by which entries are filed.
CREATE TABLE name (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TRIGGER name_next_number BEFORE INSERT ON name
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM name) OR NEW.text IN (SELECT text FROM name)
BEGIN SELECT RAISE(ABORT, 'a new name takes the next number'); END;
CREATE TRIGGER name_unchanged BEFORE UPDATE ON name
BEGIN SELECT RAISE(ABORT, 'a name cannot be changed'); END;
CREATE TRIGGER name_kept BEFORE DELETE ON name
BEGIN SELECT RAISE(ABORT, 'a name cannot be deleted'); END;

-- recorded_at is in microseconds since 1970. tags is a JSON array of numbers, where 0 stands for the tag
-- command/UUID, whose UUID has a column of its own: every entry has another one.
CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    type INTEGER NOT NULL,
    recorded_at INTEGER,
    command BLOB,
    tags TEXT NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX entry_type ON entry (type);
-- Five bytes of a random UUID are as good as sixteen to look by, and take less room.
CREATE INDEX entry_command ON entry (substr(command, 1, 5)) WHERE command IS NOT NULL;
CREATE TABLE entry_tag (tag INTEGER, position INTEGER, PRIMARY KEY (tag, position)) STRICT, WITHOUT ROWID;

-- INSERT OR REPLACE deletes without asking the delete trigger; this one stops it, and gaps as well.
CREATE TRIGGER entry_next_position BEFORE INSERT ON entry
WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'an entry takes the next position'); END;
CREATE TRIGGER entry_later BEFORE INSERT ON entry
WHEN NEW.recorded_at <= (SELECT recorded_at FROM entry ORDER BY position DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'recorded times only increase'); END;
CREATE TRIGGER entry_unchanged BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry cannot be changed: record a correction'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry cannot be deleted: record an annulment'); END;

-- The table writes its own index, which can only repeat what the entry says: the two cannot disagree.
CREATE TRIGGER entry_tagged AFTER INSERT ON entry
BEGIN
    INSERT OR IGNORE INTO entry_tag (tag, position)
    SELECT value, NEW.position FROM json_each(NEW.tags) WHERE value > 0;
END;
CREATE TRIGGER entry_tag_true BEFORE INSERT ON entry_tag
WHEN NOT EXISTS (
    SELECT 1 FROM entry, json_each(entry.tags) AS said
    WHERE entry.position = NEW.position AND said.value = NEW.tag
)
BEGIN SELECT RAISE(ABORT, 'a tag stands in its entry'); END;
CREATE TRIGGER entry_tag_unchanged BEFORE UPDATE ON entry_tag
BEGIN SELECT RAISE(ABORT, 'a tag cannot be changed'); END;
CREATE TRIGGER entry_tag_kept BEFORE DELETE ON entry_tag
BEGIN SELECT RAISE(ABORT, 'a tag cannot be deleted'); END
"""

_VAULT_TABLE = """
CREATE TABLE vault (commitment TEXT PRIMARY KEY, salt BLOB NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TRIGGER vault_same_value BEFORE INSERT ON vault
WHEN EXISTS (
    SELECT 1 FROM vault WHERE commitment = NEW.commitment AND (salt, value) IS NOT (NEW.salt, NEW.value)
)
BEGIN SELECT RAISE(ABORT, 'a commitment binds one value'); END;
CREATE TRIGGER vault_unchanged BEFORE UPDATE ON vault
BEGIN SELECT RAISE(ABORT, 'a disclosed value cannot be changed, only deleted'); END
"""


class Vault:
    """Personal values outside the entries: the only table whose rows may be deleted."""

    def create(self, c: Cursor) -> None:
        """Make the table and its guards."""
        execute_script(c, _VAULT_TABLE)

    def append(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:  # noqa: ARG002 - what every companion is given
        """Store and delete, event by event, what the ledger events among ``events`` disclose and erase.

        A disclosure already there is left alone, and one to erase that is not there is passed over.
        """
        for event in events:
            disclosures: tuple[Disclosure, ...] = getattr(event, "disclosures", ())
            erasures: tuple[str, ...] = getattr(event, "erasures", ())
            if disclosures:
                c.executemany(
                    "INSERT INTO vault (commitment, salt, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", disclosures
                )
            if erasures:
                c.executemany("DELETE FROM vault WHERE commitment = ?", [(gone,) for gone in erasures])


def house_companions() -> tuple[Companion, ...]:
    """Return the companions every ledger has, new ones: a tree remembers the ledger it is of."""
    return Vault(), HashTree()


def execute_script(c: Cursor, script: str) -> None:
    """Run statements separated by ``;`` without the commit that :mod:`sqlite3` puts before a script."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            c.execute(statement)
            statement = ""


def create_schema(c: Cursor, origin: str, companions: Sequence[Companion]) -> None:
    """Make all tables, those of ``companions`` too, inside the caller's transaction."""
    execute_script(c, _ENTRY_TABLES)
    c.execute("INSERT INTO ledger (origin) VALUES (?)", (origin,))
    for companion in companions:
        companion.create(c)


def create_ledger_file(path: Path, origin: str, *, companions: Sequence[Companion] = ()) -> None:
    """Make an empty ledger named ``origin`` at ``path``, with the folders above it.

    ``companions`` are those beyond the house's own; open the ledger for writing with the same ones. Raises as
    :func:`drafted` does.
    """
    with (
        drafted(path) as draft,
        explained(str(path), reading=False),
        closing(sqlite3.connect(draft, isolation_level=None)) as raw,
    ):
        c = raw.cursor()
        c.execute("PRAGMA synchronous = FULL")
        c.execute("PRAGMA journal_mode = WAL")
        c.execute("BEGIN IMMEDIATE")
        create_schema(c, origin, (*house_companions(), *companions))
        c.execute("COMMIT")


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Give out a name to make a file under; at the end of the block, complete and on disk, it takes its own.

    So a crash leaves either nothing at ``path`` or a good ledger. An error in the block leaves nothing at all behind,
    and nothing is ever written over.

    Raises:
        Refused: something is there already. It is not touched.
        Unreadable: the disk or its permissions say no.
    """
    refuse_remains(path)
    draft = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        publish(draft, path)
    except OSError as error:
        raise Unreadable(
            "A ledger cannot be made at {path}: {reason}.",
            "Choose a folder you may write to.",
            path=path,
            reason=error.strerror,
        ) from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
            leftover = draft.with_name(draft.name + suffix)
            with suppress(OSError):
                if os.name == "nt" and leftover.exists():
                    leftover.chmod(stat.S_IWRITE)  # Windows does not delete what is read-only
                leftover.unlink(missing_ok=True)


def _already_there(path: Path) -> Refused:
    return Refused(
        "There is already something at {path}.",
        "Choose another name, or open the one that is there.",
        path=path,
    )


def refuse_remains(path: Path) -> None:
    """Refuse a name that is taken, or at which an earlier ledger has left something."""
    if os.path.lexists(path):
        raise _already_there(path)
    for suffix in ("-wal", "-journal"):
        # SQLite would pour what an earlier, deleted ledger left behind into the new one.
        remains = path.with_name(path.name + suffix)
        if os.path.lexists(remains):
            raise Refused(
                "{remains} is left from an earlier ledger of the same name.",
                "It may hold entries that exist nowhere else: move it away, or choose another name.",
                remains=remains,
            )


def publish(draft: Path, path: Path) -> None:
    """Give the finished file its name, never over another file."""
    try:
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            raise
        except OSError:
            # No hard links here (FAT, some network drives): claim the name with an empty file, which no
            # reader takes for a ledger, and only then replace it.
            path.touch(exist_ok=False)
            draft.replace(path)
    except FileExistsError as error:
        raise _already_there(path) from error
    if os.name == "posix":
        # Elsewhere a folder cannot be opened, and the file system looks after its own names.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Held:
    """A ledger file that this process has open; looked at before it is opened, and not again while it is.

    When a process closes a file on POSIX, it loses every lock it has on it, by whichever opening (fcntl(2)). SQLite
    would go on without its locks, and another process that closes the ledger would take itself for the last, and
    remove the log that entries are still being written to.
    """

    _open: ClassVar[Counter[tuple[int, int]]] = Counter()
    _turn: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, path: Path) -> None:
        """Take hold of the file at ``path``; raises Unreadable as :func:`check_ledger_file` does."""
        with self._turn:
            if not self._open[_file_at(path)]:
                check_ledger_file(path)
            self._file: tuple[int, int] | None = _file_at(path)
            self._open[self._file] += 1

    def let_go(self) -> None:
        """Once its connections are closed."""
        with self._turn:
            if self._file is not None:
                self._open[self._file] -= 1
                self._file = None


def _file_at(path: Path) -> tuple[int, int]:
    """What tells a file from any other, whatever it is called; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def check_ledger_file(path: Path) -> None:
    """Make sure, from its first 100 bytes alone, that ``path`` is a ledger this program can read.

    SQLite is not asked: it would create what is missing and leave files beside what it opens.

    Raises:
        Unreadable: missing, not a file, not permitted, not SQLite, cut short, not a ledger, newer than us.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("{path} is not a file.", "Give the name of the ledger file itself.", path=path)
        with path.open("rb", buffering=0) as file:
            header = file.read(_HEADER_SIZE) or b""
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Unreadable(
            "There is no ledger at {path}.", "Check the name, or make a new ledger there first.", path=path
        ) from error
    except PermissionError as error:
        raise Unreadable(
            "You may not read {path}.", "Ask whoever looks after the ledger for access.", path=path
        ) from error
    except OSError as error:
        raise Unreadable(
            "{path} cannot be read: {reason}.",
            "Check the name and the disk.",
            path=path,
            reason=error.strerror,
        ) from error
    _check_header(path, header)


def _check_header(path: Path, header: bytes) -> None:
    if not _MAGIC.startswith(header[: len(_MAGIC)]):
        raise Unreadable(
            "{path} is not a ledger: it is not a database at all.",
            "Check that this is the right file.",
            path=path,
        )
    if len(header) < _HEADER_SIZE:
        raise Unreadable(
            "{path} is cut short: it does not even hold the beginning of a ledger.",
            "Bring back a copy from backup, or the rest of the file if a copying was interrupted.",
            path=path,
        )
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise Unreadable("{path} is a database, but not a ledger.", "Check that this is the right file.", path=path)
    version = int.from_bytes(header[60:64], "big")
    if version > FORMAT_VERSION:
        raise Unreadable(
            "{path} was made by a newer Vedtak (file format {version}; this one knows {known}).",
            "Update Vedtak, then open it again. The file has not been touched.",
            path=path,
            version=version,
            known=FORMAT_VERSION,
        )
    if version == 1:
        raise Unreadable(
            "{path} was made by a Vedtak from before the first release (file format 1).",
            "Record it anew from the commands it was recorded from; a demo is rebuilt by “vedtak demo”.",
            path=path,
        )
    if version < FORMAT_VERSION:
        raise Unreadable(
            "{path} says it has file format {version}, which no Vedtak has written.",
            "The file is damaged: bring back a copy from backup.",
            path=path,
            version=version,
        )

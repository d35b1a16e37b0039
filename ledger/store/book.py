"""The book: a ledger, open.

Everything above ``ledger.store`` speaks to a :class:`Book`, in entries; which database is behind it is decided when it
is opened and by nothing else. Reading goes straight to what is stored. The library's application and event store are
there for recording, and are loaded when something is first recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from ledger.entry import Entry, decode
from ledger.errors import Refused, Unreadable
from ledger.store.sqlite_format import create_ledger_file
from ledger.store.sqlite_reading import SQLiteFile
from ledger.store.stored import Disclosure, Restoration, StoredLedger, StoredRow

if TYPE_CHECKING:
    import sqlite3

    from ledger.store.api import LedgerRecorder
    from ledger.store.application import LedgerApplication

SUFFIX = ".vedtak"
WHOLE_LEDGER: frozenset[str] = frozenset()
"""The boundary of a batch that must stand exactly where it was tried out: nothing at all may come meanwhile."""


class Sealed(NamedTuple):
    """An entry ready to be appended: with its tags, what goes to the vault, and what is deleted from it."""

    entry: Entry
    tags: tuple[str, ...]
    disclosures: tuple[Disclosure, ...] = ()
    erasures: tuple[str, ...] = ()


class Book:
    """One ledger, open. Use as a context manager, or close it."""

    def __init__(self, stored: StoredLedger, application: Callable[[], LedgerApplication]) -> None:
        self._stored = stored
        self._start = application
        self._application: LedgerApplication | None = None

    @property
    def origin(self) -> str:
        """The name of the ledger, which every one of its entries bears."""
        return self._stored.origin

    @property
    def stored(self) -> StoredLedger:
        """The tables themselves, for verification."""
        return self._stored

    @property
    def recorder(self) -> LedgerRecorder:
        """The recorder that appends; starts the library's application if that is not running yet."""
        return self._started().recorder

    def head(self) -> int:
        """The position of the newest entry; 0 when empty."""
        return self._stored.head()

    def stream(self, after: int = 0, until: int | None = None) -> Iterator[bytes]:
        """The stored bytes of the entries after one position and up to another, in order."""
        return (data for _, data in self._stored.stream(after, until))

    def entries(self, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """The entries after one position and up to another, in order.

        Raises Unreadable, naming the entry, when bytes are damaged or belong to another ledger.
        """
        origin = self.origin
        for position, data in self._stored.stream(after, until):
            entry = decode(data, position)
            if entry.origin != origin:
                raise Unreadable(
                    "Entry #{position} belongs to the ledger “{other}”, not to “{origin}”.",
                    "Do not write to this ledger; restore a backup and compare.",
                    position=position,
                    other=entry.origin,
                    origin=origin,
                )
            yield entry

    def append(self, sealed: Sequence[Sealed], boundary: Collection[str], after: int) -> int:
        """Append all or none; the position of the last one, once it is durable.

        Raises WrittenMeanwhile when an entry later than ``after`` bears a tag of the boundary, and StampNotLater when
        a recorded time is not later than the newest stored one.
        """
        return self._started().record(sealed, boundary, after)

    def _started(self) -> LedgerApplication:
        if self._application is None:
            self._application = self._start()
        return self._application

    def remake(self, companion: str) -> Iterator[int]:
        """Make what is kept in step, named as ``module:Class``, anew from the entries; yield how far it has come.

        It may be stopped after any step and gone on with later. Raises Refused when there is no file.
        """
        from pkgutil import resolve_name  # whoever only reads keeps nothing in step

        from ledger.store.sqlite import SQLiteDCBRecorder

        recorder = self.recorder
        if not isinstance(recorder, SQLiteDCBRecorder):
            raise Refused("A ledger in memory has no index.", "Name a ledger in a file.")
        yield from recorder.remake(resolve_name(companion)())

    def rows(self) -> Iterator[StoredRow]:
        """Every entry with what is stored beside its bytes, for examination."""
        return self._stored.rows()

    def misfiled(self) -> list[int]:
        """The positions that the tag index gives for a tag which their entry does not bear."""
        return self._stored.misfiled()

    def root(self, size: int | None = None) -> bytes:
        """The root of the hash tree over the first ``size`` entries; over all, when None.

        Raises Unreadable when there are not that many, or hashes are missing.
        """
        return self._stored.root(size)

    def hashes(self, level: int, first: int, last: int) -> list[bytes]:
        """The hashes ``first <= n < last`` of a level of the tree: what ``ledger.proof.tree`` makes proofs from.

        Raises Unreadable when one is missing.
        """
        return self._stored.hashes(level, first, last)

    def complaints(self) -> list[str]:
        """What the database itself finds wrong with its file."""
        return self._stored.complaints()

    def settings(self) -> dict[str, str]:
        """What durability rests on here, for whoever examines an installation."""
        return self._stored.settings()

    def disclosures(self, commitments: Collection[str]) -> dict[str, Disclosure]:
        """The personal values still in the vault, by commitment."""
        return self._stored.disclosures(commitments)

    @property
    def restored(self) -> Restoration | None:
        """What this ledger was restored from, if it is a copy of another as that was known at some time."""
        return self._stored.restored() if isinstance(self._stored, SQLiteFile) else None

    def commitments(self) -> list[str]:
        """The commitments of all personal values still in the vault."""
        return self._stored.commitments()

    def connect(self) -> sqlite3.Connection | None:
        """A connection to read the tables with, closed with the book if not before; None where there is no file."""
        return self._stored.connect() if isinstance(self._stored, SQLiteFile) else None

    def close(self) -> None:
        """Let go of the ledger."""
        if self._application is not None:
            self._application.close()
        self._stored.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_book(path: Path, *, read_only: bool = False, companions: Sequence[str] = ()) -> Book:
    """Open the ledger in a SQLite file.

    ``companions`` name what else is kept in step with it, as ``module:Class``, when something is recorded.
    Raises Unreadable when there is none, or the file is something else, newer or damaged; nothing is changed then.
    """
    settings = {
        "PERSISTENCE_MODULE": "ledger.store.sqlite",
        "SQLITE_DBNAME": str(path),
        "LEDGER_COMPANIONS": " ".join(companions),
    }
    if read_only:
        settings["LEDGER_READ_ONLY"] = "yes"

    def start() -> LedgerApplication:
        from ledger.store.application import LedgerApplication

        return LedgerApplication(settings)

    stored = SQLiteFile(path)
    if not read_only and stored.restored() is not None:
        stored.close()
        raise Refused(
            "{path} is a restored ledger, which is only read.", "Record in the ledger it was restored from.", path=path
        )
    return Book(stored, start)


def create_book(path: Path, origin: str, *, companions: Sequence[str] = ()) -> None:
    """Make an empty ledger in a new SQLite file. Raises Refused when something is there already."""
    from pkgutil import resolve_name  # as above

    create_ledger_file(path, origin, companions=[resolve_name(name)() for name in companions])


def memory_book(origin: str) -> Book:
    """A ledger that lives in memory, for tests and for trying things out."""
    from ledger.store.application import LedgerApplication

    application = LedgerApplication({"PERSISTENCE_MODULE": "ledger.store.memory", "LEDGER_ORIGIN": origin})
    return Book(application.recorder, lambda: application)

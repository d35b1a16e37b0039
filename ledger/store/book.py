"""The book: a ledger opened under the library's application and event store.

Everything above ``ledger.store`` speaks to a :class:`Book`, in entries; which database is behind it is decided when it
is opened and by nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Selector, Tagged
from eventsourcing.dcb.persistence import DCBMapper
from eventsourcing.persistence import IntegrityError

from ledger.entry import Entry, decode, encode
from ledger.errors import Unreadable
from ledger.store.api import Disclosure, LedgerEvent, LedgerRecorder, StoredRow
from ledger.store.sqlite_format import create_ledger_file

SUFFIX = ".vedtak"
WHOLE_LEDGER: frozenset[str] = frozenset()
"""The boundary of a batch that must stand exactly where it was tried out: nothing at all may come meanwhile."""


class WrittenMeanwhile(Exception):
    """An entry within the boundary was appended after the position the rules were checked at; nothing was stored."""


class Sealed(NamedTuple):
    """An entry ready to be appended: with its tags, what goes to the vault, and what is deleted from it."""

    entry: Entry
    tags: tuple[str, ...]
    disclosures: tuple[Disclosure, ...] = ()
    erasures: tuple[str, ...] = ()


class EntryMapper(DCBMapper[Any]):
    """Entries as the library's tagged decisions: the stored bytes are the canonical JSON and nothing else."""

    def to_dcb_event(self, event: Tagged[Any]) -> DCBEvent:
        """The event to store."""
        sealed: Sealed = event.decision
        return LedgerEvent(
            type=sealed.entry.wire_name,
            data=encode(sealed.entry),
            tags=event.tags,
            recorded_at=sealed.entry.recorded_us,
            disclosures=sealed.disclosures,
            erasures=sealed.erasures,
        )

    def to_domain_event(self, event: DCBEvent) -> Tagged[Any]:
        """The entry that was stored; its position is not known here."""
        return Tagged(event.tags, decode(event.data, 0))


class Book(DCBApplication):
    """One ledger, open. Use as a context manager, or close it."""

    name = "vedtak"
    recorder: LedgerRecorder

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__({"MAPPER_TOPIC": "ledger.store.book:EntryMapper", **settings})

    @property
    def origin(self) -> str:
        """The name of the ledger, which every one of its entries bears."""
        return self.recorder.origin

    def head(self) -> int:
        """The position of the newest entry; 0 when empty."""
        return self.recorder.head()

    def stream(self, after: int = 0, until: int | None = None) -> Iterator[bytes]:
        """The stored bytes of the entries after one position and up to another, in order."""
        return (data for _, data in self.recorder.stream(after, until))

    def entries(self, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """The entries after one position and up to another, in order.

        Raises Unreadable, naming the entry, when bytes are damaged or belong to another ledger.
        """
        origin = self.origin
        for position, data in self.recorder.stream(after, until):
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
        selectors = [Selector(tags=[tag]) for tag in sorted(boundary)]
        tagged = [Tagged(list(item.tags), cast("Any", item)) for item in sealed]
        try:
            return self.events.append(tagged, cb=selectors, after=after)
        except IntegrityError as error:
            raise WrittenMeanwhile from error

    def rows(self) -> Iterator[StoredRow]:
        """Every entry with what is stored beside its bytes, for examination."""
        return self.recorder.rows()

    def root(self, size: int | None = None) -> bytes:
        """The root of the hash tree over the first ``size`` entries; over all, when None.

        Raises Unreadable when there are not that many, or hashes are missing.
        """
        return self.recorder.root(size)

    def hashes(self, level: int, first: int, last: int) -> list[bytes]:
        """The hashes ``first <= n < last`` of a level of the tree: what ``ledger.proof.tree`` makes proofs from.

        Raises Unreadable when one is missing.
        """
        return self.recorder.hashes(level, first, last)

    def complaints(self) -> list[str]:
        """What the database itself finds wrong with its file."""
        return self.recorder.complaints()

    def settings(self) -> dict[str, str]:
        """What durability rests on here, for whoever examines an installation."""
        return self.recorder.settings()

    def disclosures(self, commitments: Collection[str]) -> dict[str, Disclosure]:
        """The personal values still in the vault, by commitment."""
        return self.recorder.disclosures(commitments)


def open_book(path: Path, *, read_only: bool = False) -> Book:
    """Open the ledger in a SQLite file.

    Raises Unreadable when there is none, or the file is something else, newer or damaged; nothing is changed then.
    """
    settings = {"PERSISTENCE_MODULE": "ledger.store.sqlite", "SQLITE_DBNAME": str(path)}
    if read_only:
        settings["LEDGER_READ_ONLY"] = "yes"
    return Book(settings)


def create_book(path: Path, origin: str) -> None:
    """Make an empty ledger in a new SQLite file. Raises Refused when something is there already."""
    create_ledger_file(path, origin)


def memory_book(origin: str) -> Book:
    """A ledger that lives in memory, for tests and for trying things out."""
    return Book({"PERSISTENCE_MODULE": "ledger.store.memory", "LEDGER_ORIGIN": origin})

"""A moment of a ledger restored for a person: what it would be, then the copy, and the whole state beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ledger.fields import KINDS
from ledger.restore import Progress, restoration, restored
from ledger.store import Restoration, publish, refuse_remains
from ledger.vault import personal_digests
from projections.index import TOPIC
from projections.partnership import summary, tree
from projections.reading import Reading
from projections.things import show
from tui.cli.stories import is_invented
from tui.ledgers import log_of, open_ledger

if TYPE_CHECKING:
    from datetime import date, datetime

    from ledger.store import Book

ERASED_SHOWN: Final = 20
_BATCH: Final = 500


def restore(
    book: Book,
    target: Path,
    told: Restoration,
    effective: date,
    progress: Progress | None = None,
    last: Callable[[], object] | None = None,
) -> Path:
    """Write the copy, and the state beside it; where that is. ``last`` is called before either takes its name.

    Raises Refused when something is there already, Unreadable when the disk says no; then nothing is left behind.
    """
    beside = target.with_suffix(".json")
    refuse_remains(target)
    refuse_remains(beside)
    draft = beside.with_name(f".{beside.name}.{os.getpid()}.new")
    try:
        with (
            restored(book, target, told, [TOPIC], progress) as copy,
            open_ledger(copy, read_only=True) as again,
        ):
            # Without the vault: what may be erased must not stand in the clear in one more place.
            _write_state(draft, Reading(log_of(again), effective, told.known), told)
            if last:
                last()
        publish(draft, beside)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return beside


def _write_state(path: Path, reading: Reading, told: Restoration) -> None:
    """The whole state as one JSON document, a thing a line, so that a large one is never held whole."""
    head: dict[str, Any] = {
        "restored": told._asdict(),
        "on": reading.effective,
        "known": reading.known,
        "invented": is_invented(told.origin),
        "partnership": None,
        "summary": summary(reading),
        "tree": tree(reading),
    }
    with path.open("xb") as file:
        file.write(msgspec.json.encode(head).removesuffix(b"}") + b',"things":[')
        first = True
        for kind in KINDS:
            for ref, _answer in reading.journal.history.each("exists", kind, reading.effective, reading.known):
                file.write((b"\n" if first else b",\n") + msgspec.json.encode(show(reading, ref)))
                first = False
        file.write(b"\n]}\n")
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class DryRun:
    """What a restored ledger would be, beside what the ledger is now."""

    told: Restoration
    head: int
    """The newest entry of the ledger."""
    now: dict[str, int]
    """How many things of each kind there are on the day by all that is known."""
    then: dict[str, int]
    """The same as known at the moment."""
    gone: tuple[tuple[int, str], ...]
    """The first personal values that have been erased, and so do not come back: entry and field."""
    gone_count: int


def dry_run(book: Book, reading: Reading, known_at: datetime | None, progress: Progress) -> DryRun:
    """Work out what restoring would give; nothing is written. Raises Refused when nothing was known then."""
    told = restoration(book, source_of(book), reading.effective, reading.known, known_at)
    head = reading.journal.head
    now = summary(Reading(reading.journal, reading.effective, head))
    then = summary(reading)
    gone = list(_erased(book, reading, progress))
    return DryRun(told, head, dict(now.things), dict(then.things), tuple(gone[:ERASED_SHOWN]), len(gone))


def source_of(book: Book) -> str:
    """What the ledger's file is called."""
    return Path(str(getattr(book.stored, "name", ""))).name or book.origin


def _erased(book: Book, reading: Reading, progress: Progress) -> Iterator[tuple[int, str]]:
    waiting: list[tuple[int, str, str]] = []
    for position, entry in reading.journal.numbered(reading.known):
        waiting += [(position, field, digest) for field, digest in personal_digests(entry).items()]
        if position % _BATCH == 0 or position == reading.known:
            kept = book.disclosures([digest for _, _, digest in waiting])
            yield from ((where, field) for where, field, digest in waiting if digest not in kept)
            waiting = []
            progress(position, reading.known)

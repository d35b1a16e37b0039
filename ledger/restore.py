"""A ledger as it was known at some time, in a file of its own: what was recorded later is not in it.

The log is never rolled back. What is restored is a copy of its beginning, byte for byte, with the hashes and the index
made anew; it says what it was restored from, and is only read. Personal values come along only while the vault of the
ledger itself has them: what has been erased since does not come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final

from ledger.entry import decode, from_microseconds
from ledger.errors import N_, Conflict, Refused, Unreadable
from ledger.store import Book, Restoration, StoredRow, open_book
from ledger.vault import personal_digests
from ledger.verify import Anchor, verify

Progress = Callable[[int, int], object]
"""Told how many entries are done, and of how many."""

_BATCH: Final = 1000


def restoration(book: Book, source: str, on: date, known: int, known_at: datetime | None) -> Restoration:
    """What a copy of the first ``known`` entries says of itself.

    Raises Refused when nothing was known then.
    """
    if known < 1:
        first = next((row.recorded_at for row in book.rows()), None)
        if not first:
            raise Refused("There is nothing in this ledger to restore.", "Record something first.")
        raise Refused(
            "Nothing was known at that time.",
            "Ask with --known {time} or later, when the first entry was recorded.",
            time=from_microseconds(first).isoformat(),
        )
    now = datetime.now(UTC)
    return Restoration(
        origin=book.origin,
        source=source,
        on_day=on.isoformat(),
        known=known,
        known_at=(known_at or now).isoformat(),
        root=book.root(known).hex(),
        made_at=now.isoformat(),
    )


@contextmanager
def restored(
    book: Book, path: Path, told: Restoration, companions: Sequence[str], progress: Progress | None = None
) -> Iterator[Path]:
    """Write the copy and read it back; yield where it lies meanwhile. At the end of the block it lies at ``path``.

    Raises Refused when something is there already, Conflict when personal data was erased meanwhile.
    """
    from ledger.store.sqlite_restored import restored_file

    copying = _Copying(book, told.known, progress)
    with restored_file(path, copying.batches(), told, [resolve_name(name)() for name in companions]) as draft:
        with open_book(draft, read_only=True) as copy:
            _compare(book, copy, told)
        yield draft
        copying.refuse_if_erased()


class _Copying:
    """The entries on their way from one ledger to another."""

    def __init__(self, book: Book, size: int, progress: Progress | None) -> None:
        self._book = book
        self._size = size
        self._progress = progress
        self._disclosed: list[str] = []

    def batches(self) -> Iterator[list[Any]]:
        """The entries, a thousand at a time, with the personal values that are still disclosed."""
        batch: list[StoredRow] = []
        for row in self._book.rows():
            batch.append(row)
            if row.position % _BATCH == 0 or row.position == self._size:
                yield self._prepared(batch)
                batch = []
                if self._progress:
                    self._progress(row.position, self._size)
            if row.position == self._size:
                return

    def _prepared(self, rows: Sequence[StoredRow]) -> list[Any]:
        from ledger.store.api import LedgerEvent

        digests = [list(personal_digests(decode(row.data, row.position)).values()) for row in rows]
        kept = self._book.disclosures([digest for own in digests for digest in own])
        self._disclosed += kept
        return [
            LedgerEvent(
                type=row.type,
                data=row.data,
                tags=list(row.tags),
                recorded_at=row.recorded_at or 0,
                disclosures=tuple(kept[digest] for digest in own if digest in kept),
            )
            for row, own in zip(rows, digests, strict=True)
        ]

    def refuse_if_erased(self) -> None:
        """What has been erased while it was copied must not come back."""
        if len(self._book.disclosures(self._disclosed)) < len(set(self._disclosed)):
            raise Conflict("Personal data was erased meanwhile. Nothing was restored.", "Try again.")


def _compare(book: Book, copy: Book, told: Restoration) -> None:
    """Read the copy back: every byte, tag and time must be that of the ledger, and the root the one it says."""
    pairs = 0
    for row, again in zip(book.rows(), copy.rows(), strict=False):
        if row != again:
            raise _unlike(row.position)
        pairs += 1
        if pairs == told.known:
            break
    if pairs != told.known or not verify(copy, Anchor(bytes.fromhex(told.root), told.known)).sound:
        raise _unlike(pairs)


def _unlike(position: int) -> Unreadable:
    return Unreadable(
        N_("What was read back of the copy is not what was written, from entry #{position} on. Nothing was restored."),
        "Check the disk before anything else; then verify the ledger.",
        position=position,
    )

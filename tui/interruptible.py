"""Long work that somebody waits for and may call off, in a thread with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

from projections.indexed import IndexedLog
from tui.background import Errand
from tui.ledgers import indexed_log_of

if TYPE_CHECKING:
    from ledger.entry import Entry
    from ledger.journal import Log
    from ledger.store import Book

TOLD_SECONDS: Final = 0.05
"""How often it is told how far the work has come."""
SQL_STEPS: Final = 20_000


class Stopped(BaseException):
    """The work was called off."""


class PolledLog(IndexedLog):
    """A log by the index that asks at every entry it reads whether to go on."""

    errand: Errand | None = None

    def entry(self, position: int) -> Entry:
        """The entry at a position. Raises Stopped when the work was called off."""
        go_on(self.errand)
        return super().entry(position)

    def numbered(self, known: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Every entry with its position. Raises Stopped when the work was called off."""
        for numbered in super().numbered(known):
            go_on(self.errand)
            yield numbered


def go_on(errand: Errand | None) -> None:
    """Raise Stopped when the work was called off."""
    if errand is not None and errand.is_cancelled:
        raise Stopped


@contextmanager
def polled_log(book: Book, otherwise: Log, errand: Errand) -> Iterator[Log]:
    """The log by a connection of the thread's own; ``otherwise``, which lies in memory, where there is no index."""
    found = indexed_log_of(book)
    if found is None:
        yield otherwise
        return
    log = PolledLog(found.connection)
    log.errand = errand
    log.connection.set_progress_handler(lambda: errand.is_cancelled, SQL_STEPS)
    try:
        yield log
    finally:
        log.close()


def telling(errand: Errand, tell: Callable[[int, int], object]) -> Callable[[int, int], None]:
    """What to give work that tells how far it has come: it stops the work when that is called off."""
    last = 0.0

    def told(done: int, total: int) -> None:
        nonlocal last
        errand.rest(0.001)  # lets keys and drawing through
        go_on(errand)
        if done >= total or monotonic() - last >= TOLD_SECONDS:
            last = monotonic()
            tell(done, total)

    return told

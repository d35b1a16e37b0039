"""What is found out while nobody waits: whether the hashes agree, what needs somebody, how the entries are spread.

Each is a thread that asks every few milliseconds whether to go on, so that leaving never waits for it. It reads through
a connection of its own, and gives way while keys are being pressed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from textual import work
from textual.app import App
from textual.message import Message
from textual.reactive import reactive
from textual.worker import Worker, get_current_worker

from ledger.journal import Log
from ledger.vault import Disclosed
from ledger.verify import Verdict, verify
from projections.attention import SOURCES
from projections.attention.item import Watch
from projections.indexed import IndexedLog
from projections.reading import Reading
from projections.spread import Months, filed_between, months
from projections.timeline import Filter
from tui.ledgers import UNREADABLE, indexed_log_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.store import Book
    from tui.context import TimeContext

UNASKED_MAX: Final = 20_000
"""In a longer ledger, what needs somebody is counted when somebody asks."""
QUIET_SECONDS: Final = 0.4
BREATH_SECONDS: Final = 0.003


@dataclass(frozen=True)
class Checked:
    """How the hashes stand: still being made, agreeing as far as ``entries``, or wrong at entry ``bad``."""

    entries: int = 0
    of: int = 0
    bad: int | None = None
    done: bool = False


class Found(Message):
    """A thread has found something out."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__()
        self.name = name
        self.value = value


class Background(App[int]):
    """The threads of the app, and what they found."""

    checked: reactive[Checked] = reactive(Checked(), init=False)
    due: reactive[int | None] = reactive(None, init=False)
    """How many open obligations there are at the moment shown; None while that is not known."""
    months: reactive[Months | None] = reactive(None, init=False)

    if TYPE_CHECKING:
        book: Book
        journal: Log
        reading: reactive[Reading]
        context: reactive[TimeContext]

    pressed: float = 0.0
    """When a key was last pressed."""
    _due_at: object = None

    def on_found(self, message: Found) -> None:
        setattr(self, message.name, message.value)

    def examine(self) -> None:
        """Find everything out anew, as far as it is not too much to ask for unasked."""
        self._verify()
        self._spread()
        self.count_due(asked=False)

    def count_due(self, *, asked: bool) -> None:
        """Count what needs somebody at the moment shown."""
        at = (self.reading.effective, self.reading.known, self.journal.head)
        if at == self._due_at and self.due is not None and not asked:
            return
        self._due_at = at
        self.due = None
        self.workers.cancel_group(self, "due")
        if asked or self.journal.head <= UNASKED_MAX:
            self._count_due(self.reading)

    @contextmanager
    def own_log(self) -> Iterator[Log]:
        """The log by a connection of this thread's own; the app's where it is in memory, which nobody changes."""
        log = indexed_log_of(self.book)
        try:
            yield log or self.journal
        finally:
            if log:
                log.connection.close()

    def _going(self, worker: Worker[Any]) -> Callable[[], bool]:
        """Whether the thread is to go on; waits while keys are being pressed."""

        def going() -> bool:
            sleep(BREATH_SECONDS)
            while monotonic() - self.pressed < QUIET_SECONDS and not worker.is_cancelled:
                sleep(0.05)
            return not worker.is_cancelled

        return going

    @work(thread=True, exclusive=True, group="verify")
    def _verify(self) -> None:
        worker = get_current_worker()
        going = self._going(worker)

        def told(done: int, total: int) -> bool:
            if worker.is_cancelled:
                return False
            self.post_message(Found("checked", Checked(done, total)))
            return going()

        try:
            if not going():
                return
            verdict: Verdict = verify(self.book, None, told)
        except UNREADABLE:
            return  # said in the alarm line by the reading that notices it
        if not worker.is_cancelled:
            bad = verdict.findings[0].position if verdict.findings else None
            self.post_message(Found("checked", Checked(verdict.entries, verdict.entries, bad, done=True)))

    @work(thread=True, exclusive=True, group="due")
    def _count_due(self, shown: Reading) -> None:
        worker = get_current_worker()
        going, count = self._going(worker), 0
        try:
            with self.own_log() as log:
                if log.head < shown.known:
                    return
                watch = Watch(Reading(log, shown.effective, shown.known, Disclosed(self.book)))
                for source in SOURCES:
                    if not going():
                        return
                    for _item in source(watch):
                        count += 1
                        if worker.is_cancelled:
                            return
        except UNREADABLE:
            return
        self.post_message(Found("due", count))

    def searched(self, wanted: Filter, shown: Reading, worker: Worker[Any]) -> list[int] | None:
        """The known entries that pass, by the index and in the thread that asks; None when it was not to go on."""
        found: list[set[int]] = []
        try:
            with self.own_log() as log:
                if isinstance(log, IndexedLog):  # a look at a table may be long: it is ended when nobody wants it
                    log.connection.set_progress_handler(lambda: worker.is_cancelled, 20_000)
                if wanted.type:
                    found.append(set(log.of_type(wanted.type, shown.known)))
                if wanted.touches:
                    found.append(set(log.mentions(wanted.touches, shown.known)))
                if wanted.partnership:
                    found.append(set(log.mentions(wanted.partnership, shown.known)))
                if wanted.since and wanted.until:
                    found.append(set(filed_between(log, wanted.since, wanted.until, shown.known)))
                if wanted.search and isinstance(log, IndexedLog):
                    found.append(set(log.containing(wanted.search, shown.known)))
        except UNREADABLE:
            return None
        return sorted(set.intersection(*found)) if found else None

    @work(thread=True, exclusive=True, group="spread")
    def _spread(self) -> None:
        worker = get_current_worker()
        try:
            with self.own_log() as log:
                found = months(log, lambda: not worker.is_cancelled)
        except UNREADABLE:
            return
        if not worker.is_cancelled:
            self.post_message(Found("months", found))

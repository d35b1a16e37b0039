"""What is found out while nobody waits: whether the hashes agree, what needs somebody, how the entries are spread.

Each is a thread that asks every few milliseconds whether to go on, so that leaving never waits for it. It reads through
a connection of its own, and gives way while keys are being pressed.
"""

from __future__ import annotations

import gc
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from textual.app import App
from textual.message import Message
from textual.reactive import reactive

from ledger.journal import Log
from ledger.vault import Disclosed
from projections.indexed import IndexedLog
from projections.reading import Reading
from projections.spread import Months, filed_between, months
from projections.timeline import Filter
from tui.ledgers import UNREADABLE, indexed_log_of
from tui.time_bar import Checked

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.store import Book
    from ledger.verify import Verdict
    from tui.context import TimeContext

UNASKED_MAX: Final = 20_000
"""In a longer ledger, what needs somebody is counted when somebody asks."""
QUIET_SECONDS: Final = 0.4
BREATH_SECONDS: Final = 0.003
IDLE_SECONDS: Final = 30.0
NEVER: Final = 1_000_000
SWITCH_SECONDS: Final = 0.001
"""After how long a thread that works lets the one that draws through, which asks many times for a single frame."""
SOME: Final = 20


def set_aside() -> None:
    """Leave out what has just been made when garbage is looked for, if it is much: an answer refers to no cycles.

    Looking through the answers of a very long ledger would hold up whoever draws for seconds. They go, as anything
    does, when nobody holds them any more.
    """
    if gc.get_count()[2] > SOME:
        gc.freeze()


class Found(Message):
    """A thread has found something out."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__()
        self.name = name
        self.value = value


class Cancellable(Protocol):
    """Work that can be called off."""

    @property
    def is_cancelled(self) -> bool:
        """Whether it has been."""


class Errand(Thread):
    """Something to find out. Workers are for what somebody waits for; nobody waits for this, and it can be stopped."""

    def __init__(self, name: str, do: Callable[[Errand], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._do = do
        self._off = Event()

    def run(self) -> None:
        """Do it, unless it has been called off."""
        if not self.is_cancelled:
            self._do(self)

    @property
    def is_cancelled(self) -> bool:
        """Whether it has been called off."""
        return self._off.is_set()

    def cancel(self) -> None:
        """Call it off."""
        self._off.set()

    def rest(self, seconds: float) -> None:
        """Let others work, no longer than until it is called off."""
        self._off.wait(seconds)


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

        def in_trouble(self, error: Exception) -> None:
            """Say that the ledger could not be read."""

    pressed: float = 0.0
    """When a key was last pressed."""
    _due_at: object = None

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._errands: dict[str, Errand] = {}
        self._thresholds = gc.get_threshold()
        self._switching = sys.getswitchinterval()

    def on_found(self, message: Found) -> None:
        setattr(self, message.name, message.value)

    def examine(self) -> None:
        """Find everything out anew, as far as it is not too much to ask for unasked."""
        self._send("verify", self._verify)
        self._send("spread", self._spread)
        self.count_due(asked=False)

    def count_due(self, *, asked: bool) -> None:
        """Count what needs somebody at the moment shown."""
        at = (self.reading.effective, self.reading.known, self.journal.head)
        if at == self._due_at and self.due is not None and not asked:
            return
        self._due_at = at
        self.due = None
        shown = self.reading
        if asked or self.journal.head <= UNASKED_MAX:
            self._send("due", lambda errand: self._count_due(errand, shown))

    @contextmanager
    def own_log(self, worker: Cancellable | None = None) -> Iterator[Log]:
        """The log by a connection of this thread's own; the app's where it is in memory, which nobody changes.

        A look at a table may be long: it is broken off when the worker has been called off.
        """
        log = indexed_log_of(self.book)
        if log and worker:
            log.connection.set_progress_handler(lambda: worker.is_cancelled, 20_000)
        try:
            yield log or self.journal
        finally:
            if log:
                log.close()

    def _send(self, name: str, do: Callable[[Errand], None]) -> None:
        """Find something out in the place of what was to be found out before."""
        if before := self._errands.pop(name, None):
            before.cancel()
        self._errands[name] = errand = Errand(name, do)
        errand.start()

    # Looking through every object for cycles takes a third of a second in a long ledger, and comes whenever it likes:
    # it is kept for when nobody presses a key.

    def tidy_when_idle(self) -> None:
        """From now on, look for what nobody holds any more only in quiet moments."""
        self._thresholds = gc.get_threshold()
        gc.set_threshold(*self._thresholds[:2], NEVER)
        gc.freeze()  # what has been loaded stays for good: it need not be looked through
        gc.enable()
        sys.setswitchinterval(SWITCH_SECONDS)
        self.set_interval(IDLE_SECONDS, self._tidy)

    def _tidy(self) -> None:
        idle = monotonic() - self.pressed > IDLE_SECONDS and all(worker.is_finished for worker in self.workers)
        if idle and gc.get_count()[2] > SOME:
            gc.collect()

    def on_unmount(self) -> None:
        gc.set_threshold(*self._thresholds)
        gc.unfreeze()
        sys.setswitchinterval(self._switching)
        for errand in self._errands.values():
            errand.cancel()
        for errand in self._errands.values():
            errand.join(1)

    def _going(self, errand: Errand) -> bool:
        """Whether to go on; waits while keys are being pressed."""
        errand.rest(BREATH_SECONDS)
        while monotonic() - self.pressed < QUIET_SECONDS and not errand.is_cancelled:
            errand.rest(0.05)
        return not errand.is_cancelled

    def _could_not(self, worker: Cancellable, error: Exception) -> None:
        """Say why, from a thread; what was called off is broken off by an error, too."""
        if not worker.is_cancelled:
            self.call_later(self.in_trouble, error)

    def _verify(self, worker: Errand) -> None:
        from ledger.verify import verify

        def told(done: int, total: int) -> bool:
            if worker.is_cancelled:
                return False
            self.post_message(Found("checked", Checked(done, total)))
            return self._going(worker)

        try:
            if not self._going(worker):
                return
            verdict: Verdict = verify(self.book, None, told)
        except UNREADABLE as error:
            self._could_not(worker, error)
            return
        if not worker.is_cancelled:
            bad = verdict.findings[0].position if verdict.findings else None
            self.post_message(Found("checked", Checked(verdict.entries, verdict.entries, bad, done=True)))

    def _count_due(self, worker: Errand, shown: Reading) -> None:
        from projections.attention import SOURCES
        from projections.attention.item import Watch

        count = 0
        try:
            with self.own_log(worker) as log:
                if log.head < shown.known:
                    return
                watch = Watch(Reading(log, shown.effective, shown.known, Disclosed(self.book)))
                for source in SOURCES:
                    if not self._going(worker):
                        return
                    for _item in source(watch):
                        count += 1
                        if worker.is_cancelled:
                            return
        except UNREADABLE as error:
            self._could_not(worker, error)
            return
        if not worker.is_cancelled:
            self.post_message(Found("due", count))

    def searched(self, wanted: Filter, shown: Reading, worker: Cancellable) -> Sequence[int] | None:
        """The known entries that pass, oldest first, by the index and in the thread that asks; None when called off."""
        found: list[Sequence[int]] = []
        try:
            with self.own_log(worker) as log:
                if wanted.type:
                    found.append(log.of_type(wanted.type, shown.known))
                if wanted.touches:
                    found.append(log.mentions(wanted.touches, shown.known))
                if wanted.partnership:
                    found.append(log.mentions(wanted.partnership, shown.known))
                if wanted.since and wanted.until:
                    found.append(filed_between(log, wanted.since, wanted.until, shown.known))
                if wanted.search and isinstance(log, IndexedLog):
                    found.append(log.containing(wanted.search, shown.known)[::-1])
        except UNREADABLE as error:
            self._could_not(worker, error)
            return None
        return _in_each(found) if found else None

    def _spread(self, worker: Errand) -> None:
        try:
            with self.own_log(worker) as log:
                found = months(log, lambda: not worker.is_cancelled)
        except UNREADABLE as error:
            self._could_not(worker, error)
            return
        if not worker.is_cancelled:
            self.post_message(Found("months", found))


def _in_each(ascending: Iterable[Sequence[int]]) -> Sequence[int]:
    """What is in every one of some ascending rows of numbers, of which the shortest is looked for in the others.

    No step goes through all of a long one at once, as sorting it would: nobody else would come to anything meanwhile.
    """
    kept, *others = sorted(ascending, key=len)
    for other in others:
        among = set(kept)
        kept = [number for number in other if number in among]
    return array("q", kept)

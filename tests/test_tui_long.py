"""Is a key as little work in a long ledger as in a short one, so that nobody waits for it however long that grows?

What the thread that draws does for a key is counted: what is called of our code and by it, and the steps that SQLite
takes for it. How often Textual lays out a screen that is still being filled is a matter of luck, and left out. Numbers
are the same on every machine, loaded or not. The clock is looked at only where ``VEDTAK_LONG_LEDGER`` says
how many entries to do it with, a million say, on a machine with nothing else to do.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from ledger.journal import tags
from ledger.store import Sealed
from projections.indexed import IndexedLog
from tests.pilots import SeenAtOnce, Typed, app_of, opened, press, seen, unfinished
from tui.app import VedtakApp
from tui.ledgers import create_ledger, open_ledger

if TYPE_CHECKING:
    from types import FrameType

    from textual.pilot import Pilot

SHORT, LONG = 2_000, 40_000
ROUNDS: Final = 2
KEYS: Final = (
    *("comma", "comma", "full_stop", "g", "down", "G", "pageup", "enter", "comma", "escape", "w", "escape"),
    *("slash", Typed("barnehage"), "enter", "n", "n", "N", "escape"),
    *("less_than_sign", "0", "K", "minus", "minus", "f", "escape", "question_mark", "escape"),
    *("2", "down", "pagedown", "comma", "full_stop", "less_than_sign", "w", "escape", "enter", "escape"),
    *("3", "down", "right", "s", "plus", "plus", "t", "slash", Typed("komm"), "enter", "escape"),
    *("4", "down", "pagedown", "enter", "escape"),
    *("5", "down", "b", "b", "b", "slash", Typed("komm"), "enter", "escape", "7", "comma", "full_stop", "1"),
)
"""Through the screens, each with the keys that move about in it."""
CALLS_EACH, STEPS_EACH = 0.5, 0.5
"""How much more there may be for each entry that the long ledger has more. It is not nothing, as the two do not tell of
the same: a text is longer, a layout comes a moment later, there are more partnerships to draw a tree of."""
TIMED: Final = os.environ.get("VEDTAK_LONG_LEDGER", "")
BEAT_SECONDS: Final = 0.01
LATE_SECONDS: Final = 0.05
"""How much later than in a short ledger; there it is what Textual needs to put a screen together."""
OURS: Final = tuple(str(Path(__file__).parent.parent / room) + os.sep for room in ("ledger", "projections", "tui"))
LOOKING: Final = {seen.__code__, unfinished.__code__}
"""What the tests themselves do in that thread, as often as they must wait."""


class Work(NamedTuple):
    """What was done for a key."""

    calls: int
    steps: int


class Unbothered(SeenAtOnce):
    """The app without what is found out while nobody waits, which comes whenever it likes."""

    def examine(self) -> None:
        """Not asked for."""

    def count_due(self, *, asked: bool) -> None:
        """Not asked for."""


class Counter:
    """Counts what the thread it is used in does, and what SQLite does on a connection."""

    EVERY: Final = 100
    """SQLite tells of its steps by so many."""

    def __init__(self, log: IndexedLog) -> None:
        self._calls = self._steps = 0
        self._looking = False
        log.connection.set_progress_handler(self._stepped, self.EVERY)

    def __enter__(self) -> None:
        self._calls = self._steps = 0
        sys.setprofile(self._called)

    def __exit__(self, *_failure: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, _argument: object) -> None:
        if frame.f_code in LOOKING:
            self._looking = event != "return"
        elif not self._looking and event in {"call", "c_call"} and frame.f_code.co_filename.startswith(OURS):
            self._calls += 1

    def _stepped(self) -> int:
        self._steps += self.EVERY
        return 0

    @property
    def work(self) -> Work:
        return Work(self._calls, self._steps)


def long_ledger(path: Path, count: int) -> Path:
    """A ledger of so many invented entries."""
    workload: Any = import_module("bench.workload")  # scripts, not checked with the rest
    create_ledger(path, workload.ORIGIN)
    with open_ledger(path) as book:
        entries = workload.entries(count)
        done = 0
        while some := [Sealed(entry, tags(entry)) for entry in islice(entries, 5_000)]:
            book.append(some, (), done)
            done += len(some)
    return path


async def work_for_each_key(path: Path) -> list[Work]:
    """The least of some rounds: what is imported, laid out and kept the first time is not what is asked about."""
    with open_ledger(path, read_only=True) as book:
        async with opened(book, app=Unbothered) as pilot:
            log = app_of(pilot).journal
            assert isinstance(log, IndexedLog)
            counter = Counter(log)
            rounds = [await work_for_keys(pilot, counter) for _round in range(ROUNDS)]
    return [Work(*map(min, zip(*times, strict=True))) for times in zip(*rounds, strict=True)]


async def work_for_keys(pilot: Pilot[int], counter: Counter) -> list[Work]:
    found = []
    for key in KEYS:
        with counter:
            await press(pilot, key)
        found.append(counter.work)
    return found


@pytest.mark.slow
async def test_no_key_is_more_work_in_a_long_ledger(tmp_path: Path) -> None:
    short, long = [await work_for_each_key(long_ledger(tmp_path / f"{size}.vedtak", size)) for size in (SHORT, LONG)]
    more = LONG - SHORT
    grown = [
        f"{number}. {key}: {before} → {after}"
        for number, (key, before, after) in enumerate(zip(KEYS, short, long, strict=True), 1)
        if after.calls - before.calls > CALLS_EACH * more or after.steps - before.steps > STEPS_EACH * more
    ]
    assert not grown, "\n".join(grown)


class Beating(VedtakApp):
    """The app with a heartbeat in the thread that draws, by the clock of Textual's own timers."""

    CSS_PATH = SeenAtOnce.CSS_PATH

    def on_mount(self) -> None:
        self.latest = 0.0
        self._last = monotonic()
        self.set_interval(BEAT_SECONDS, self._beat)

    def _beat(self) -> None:
        now = monotonic()
        self.latest = max(self.latest, now - self._last - BEAT_SECONDS)
        self._last = now


async def lateness_at_each_key(path: Path) -> list[float]:
    """How late the heart beat at the most while a key was seen to, all threads at work."""
    found = []
    with open_ledger(path, read_only=True) as book:
        async with opened(book, app=Beating) as pilot:
            app = app_of(pilot)
            assert isinstance(app, Beating)
            await press(pilot, *KEYS)  # what is imported and laid out the first time is not what is asked about
            for key in KEYS:
                app.latest = 0.0
                await press(pilot, key)
                await pilot.pause(2 * BEAT_SECONDS)
                found.append(app.latest)
    return found


@pytest.mark.proof
@pytest.mark.skipif(not TIMED, reason="VEDTAK_LONG_LEDGER says in how many entries to look at the clock")
async def test_no_key_waits_longer_in_a_very_long_ledger(tmp_path: Path) -> None:
    sizes = (SHORT, int(TIMED))
    short, long = [await lateness_at_each_key(long_ledger(tmp_path / f"{size}.vedtak", size)) for size in sizes]
    assert any(short), "the heart did not beat"
    waiting = [
        f"{number}. {key}: {before:.3f} s → {after:.3f} s"
        for number, (key, before, after) in enumerate(zip(KEYS, short, long, strict=True), 1)
        if after - before > LATE_SECONDS
    ]
    assert not waiting, "\n".join(waiting)

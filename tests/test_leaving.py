"""Leaving while an answer is still on its way: what comes then finds a screen half taken down, and is dropped."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from textual.widget import Widget

from ledger.store import Book, memory_book
from tests.pens import record_board
from tests.pilots import SeenAtOnce, app_of, opened, press, screen_of, settled
from tui.clerk import Clerk, Look, Named
from tui.modes import modes_of
from tui.screens.facets import Facets
from tui.screens.palette import Palette
from tui.screens.record import RecordScreen
from tui.screens.timeline import TimelineScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.screen import Screen

    from ledger.journal import Log
    from tui.background import Cancellable
    from tui.drafts import Drafts


class Gate:
    """Where a thread waits until it is let through."""

    def __init__(self) -> None:
        self.closed = False
        self.reached = Event()
        self._open = Event()

    def wait(self) -> None:
        if self.closed:
            self.reached.set()
            assert self._open.wait(60)

    def open(self) -> None:
        self._open.set()


class SlowClerk(Clerk):
    """The clerk with a gate before every answer."""

    gate: Gate

    def look(self, *given: Any, **named: Any) -> Look:
        self.gate.wait()
        return super().look(*given, **named)

    def offers(self, *given: Any, **named: Any) -> list[Named]:
        self.gate.wait()
        return super().offers(*given, **named)


class SlowLog(SeenAtOnce):
    """The app with a gate before the log that its threads read."""

    gate: Gate

    @contextmanager
    def own_log(self, worker: Cancellable | None = None) -> Iterator[Log]:
        self.gate.wait()
        with super().own_log(worker) as log:
            yield log


class Lingering(Widget):
    """Takes its time to go, and so does whatever it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()

    async def on_unmount(self) -> None:
        await self.may_go.wait()


async def until(is_so: Callable[[], object]) -> None:
    """Wait, without asking the app to do anything: it waits itself for the screen to be gone."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


async def taken_down_halfway(pilot: Pilot[int], screen: Screen[Any], keeping: Widget, gate: Gate) -> None:
    """Leave a screen, let the answer come when parts of the screen have gone, then let the rest go."""
    await until(gate.reached.is_set)
    lingering = Lingering()
    await keeping.mount(lingering)
    kept = {lingering, *lingering.ancestors}
    going = [widget for widget in screen.walk_children(Widget) if widget not in kept]
    pilot.app.pop_screen()
    await until(lambda: not any(widget.is_attached for widget in going))
    assert screen.is_attached, "the rest is still there"
    gate.open()
    await until(lambda: all(worker.is_finished for worker in pilot.app.workers))
    lingering.may_go.set()
    await settled(pilot)
    assert isinstance(pilot.app.screen, TimelineScreen)
    assert pilot.app.is_running


@pytest.fixture
def book() -> Iterator[Book]:
    with memory_book("test/leaving") as opened_book:
        yield record_board(opened_book)


@pytest.mark.parametrize("asked", ["look", "offers"])
async def test_a_form_is_left_while_the_ledger_is_asked(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with opened(book, role="write") as pilot:
        app_of(pilot).open_record("decision-adopted")
        await settled(pilot)
        screen = screen_of(pilot, RecordScreen)
        screen.clerk = screen.pane.clerk = clerk = SlowClerk(book, app_of(pilot).role)
        clerk.gate = Gate()
        path = (
            "effective"
            if asked == "look"
            else next(row.path for row in screen.form.rows() if row.field is not None and row.field.refers_to)
        )
        screen.pane.go(path)
        await settled(pilot)
        clerk.gate.closed = True
        await pilot.press("2", "0", "1", "9")
        await taken_down_halfway(pilot, screen, screen.pane.editor.line, clerk.gate)
        drafts: Drafts = screen.drafts
        assert [draft.form.texts[path] for draft in drafts.all()] == ["2019"], "what was written is kept"


@pytest.mark.parametrize(("keys", "kind"), [(("colon", "s", "t", "y"), Palette), (("f",), Facets)])
async def test_a_list_is_left_while_the_ledger_is_asked(book: Book, keys: tuple[str, ...], kind: type[Any]) -> None:
    gate = Gate()
    SlowLog.gate = gate
    async with opened(book, app=SlowLog) as pilot:
        await settled(pilot)
        gate.closed = True
        await pilot.press(*keys)
        screen = screen_of(pilot, kind)
        await taken_down_halfway(pilot, screen, screen, gate)
        gate.closed = False
        await press(pilot, "2", "1")


@pytest.mark.parametrize("mode", modes_of("admin"))
async def test_the_program_ends_while_a_screen_is_being_put_up(book: Book, mode: str) -> None:
    async with opened(book, role="admin") as pilot:
        if pilot.app.current_mode == mode:
            await press(pilot, "2")
        pilot.app.switch_mode(mode)
        pilot.app.exit(0)
        await asyncio.sleep(0.05)
    assert pilot.app.return_value == 0

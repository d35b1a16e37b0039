"""What comes before the first frame: only what it shows is asked for, and nothing is made twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from projections.indexed import IndexedLog
from tests.pilots import opened, seen, settled
from tui.app import VedtakApp
from tui.columns import Column, Row
from tui.ledgers import open_ledger
from tui.screens.why import WhyScreen
from tui.theme import CONTRAST, DARK, ParsedOnce
from tui.widgets.virtual_list import PAGE, VirtualList

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

HEIGHT = 24


class Asked:
    """A thousand rows that note which of them were asked for."""

    def __init__(self) -> None:
        self.rows: set[int] = set()

    def __len__(self) -> int:
        return 1000

    def page(self, start: int, stop: int) -> list[Row]:
        self.rows.update(range(start, stop))
        return [Row((f"row {number}",)) for number in range(start, stop)]


class Listing(App[None]):
    CSS_PATH = "../tui/vedtak.tcss"

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.asked = asked

    def compose(self) -> ComposeResult:
        yield VirtualList((Column("", 20),))

    def on_mount(self) -> None:
        self.query_one(VirtualList).set_rows(self.asked, cursor=len(self.asked) - 1)


async def test_only_the_rows_around_the_cursor_are_ever_asked_for() -> None:
    asked = Asked()
    async with Listing(asked).run_test(size=(40, HEIGHT)) as pilot:
        await pilot.pause()
        shown = HEIGHT - 1
        assert pilot.app.query_one(VirtualList).scroll_offset.y == len(asked) - shown
    assert set(range(len(asked) - shown, len(asked))) <= asked.rows
    assert min(asked.rows) > len(asked) - shown - PAGE


def test_a_style_sheet_is_parsed_again_only_for_other_colours() -> None:
    dark = {**DARK.to_color_system().generate(), **DARK.variables}
    sheet = ParsedOnce(variables=dark)
    sheet.add_source("Screen { background: $surface; }", read_from=("here", "first"))
    (first,) = sheet.rules
    sheet.set_variables(dict(dark))
    sheet.reparse()
    assert sheet.rules == [first]
    sheet.set_variables({**CONTRAST.to_color_system().generate(), **CONTRAST.variables})
    sheet.reparse()
    (again,) = sheet.rules
    assert again.styles.background != first.styles.background
    sheet.add_source("Screen { color: $foreground; }", read_from=("here", "second"))
    sheet.reparse()
    assert sheet.rules[0] is again
    assert len(sheet.rules) == 2


def test_what_a_thread_has_read_is_let_go_of_when_it_has_its_answer(demo_ledger: Path) -> None:
    with open_ledger(demo_ledger, read_only=True) as book:
        app = VedtakApp(book)
        with app.own_log() as log:
            assert isinstance(log, IndexedLog)
            assert log is not app.journal
            log.entry(1)
            assert log._entries
        assert not log._entries


async def test_a_key_let_go_of_before_a_screen_is_there_does_not_disturb_it(demo_ledger: Path) -> None:
    with open_ledger(demo_ledger, read_only=True) as book:
        async with opened(book) as pilot:
            app = pilot.app
            assert isinstance(app, VedtakApp)
            app.push_screen(WhyScreen(12))
            assert not app.screen.is_mounted
            app._settled()
            await settled(pilot)
            assert isinstance(app.screen, WhyScreen)
            assert "#12" in seen(pilot)

"""Does the terminal interface show the ledger as of one moment, at every size, in both languages, by its keys?"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from ledger.entry import Actor
from ledger.errors import Unreadable
from ledger.record import Pen
from ledger.store import Book, memory_book
from tests import pilots
from tests.pilots import SIZES, Typed, app_of, at, press, screen_of, seen, settled, told
from tui.columns import Column, Row
from tui.keymap import KEYS, SECTIONS, WRITING
from tui.locale import _, language
from tui.screens.ask_date import AskDate
from tui.screens.detail import DetailScreen
from tui.screens.help import HelpScreen
from tui.screens.overlay import Overlay
from tui.screens.record_kind import Rows
from tui.screens.structure import StructureScreen
from tui.screens.timeline import TimelineScreen
from tui.screens.why import WhyScreen
from tui.widgets import virtual_list
from tui.widgets.bars import HintBar
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.pilot import Pilot

opened = partial(pilots.opened, on=date(2025, 6, 10))


def cursor_entry(pilot: Pilot[int]) -> int | None:
    return screen_of(pilot, TimelineScreen).selected_entry()


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_on_the_newest_entry_with_the_moment_above(
    six_entries: Book, spoken: str, size: tuple[int, int]
) -> None:
    async with opened(six_entries, size) as pilot:
        shown = seen(pilot)
        assert ("10. juni 2025" if spoken == "nb" else "10 June 2025") in shown
        assert _("READ") in shown
        assert cursor_entry(pilot) == 6
        for number in range(1, 7):
            assert f"#{number} " in shown
        assert ("Vedtak fattet" if spoken == "nb" else "Decision") in shown
        assert "Regionrådet"[:7] in shown
        assert _("Help") in shown.splitlines()[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_the_second_pane_is_there_when_there_is_room(six_entries: Book, size: tuple[int, int]) -> None:
    async with opened(six_entries, size) as pilot:
        assert pilot.app.screen.query_one("#detail").display == (size != (60, 20))
        await press(pilot, "enter")
        assert at(pilot, DetailScreen)
        assert "Storfjord" in seen(pilot)
        await press(pilot, "comma")
        assert "Felles arkiv" in seen(pilot)
        await press(pilot, "escape")
        assert cursor_entry(pilot) == 5


@pytest.mark.parametrize("size", [(20, 6), (10, 3), (1, 1), (40, 9), (300, 80)])
async def test_no_size_is_refused(six_entries: Book, size: tuple[int, int]) -> None:
    async with opened(six_entries, size) as pilot:
        await press(
            pilot,
            "2",
            "down",
            "w",
            "escape",
            "1",
            "slash",
            "f",
            "escape",
            "d",
            "escape",
            "question_mark",
            "question_mark",
        )
        assert at(pilot, HelpScreen)


async def test_it_follows_the_terminal_when_that_is_resized(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        assert not pilot.app.screen.query_one("#detail").display
        await pilot.resize_terminal(120, 36)
        await settled(pilot)
        assert pilot.app.screen.query_one("#detail").display


async def test_the_detail_says_what_how_known_and_what_changed(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        for part in (
            "#6",
            "Storfjord",
            "1 January 2030",
            "documented",
            "Felles arkiv (decision/en)",
            "none given",
            "per",
        ):
            assert part in told(pilot)
        assert "~ name: Fjord → Storfjord" in told(pilot)
        await press(pilot, "comma")
        assert "Styret bygger et felles arkiv." in told(pilot)
        assert "+ " in told(pilot)


async def test_signs_tell_what_does_not_hold_yet(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        lines = seen(pilot).splitlines()
        assert any("· #6" in line for line in lines)
        assert not any("· #5" in line for line in lines)


async def test_a_withdrawn_entry_is_marked(six_entries: Book) -> None:
    pen = Pen(six_entries, Actor("per", "secretariat"))
    corrected = {"type": "organisation-renamed", "organisation": "organisation/fjord", "name": "Nyfjord"}
    reason = {"entry": 6, "kind": "recording_error", "reason": "Navnet var feil."}
    pen.record({"effective": "2030-01-01", "knowledge": "documented", "corrects": reason, "event": corrected})
    async with opened(six_entries) as pilot:
        assert any("✗ #6" in line for line in seen(pilot).splitlines())
        assert "corrects entry #6" in told(pilot)
        await press(pilot, "w")
        assert at(pilot, WhyScreen)
        assert "Why: #7 – 3 links" in seen(pilot)
        assert "corrected" in seen(pilot)


async def test_stepping_moves_through_the_entries(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "comma", "comma")
        assert cursor_entry(pilot) == 4
        assert "entry 4 of 6" in seen(pilot)
        await press(pilot, "full_stop")
        assert cursor_entry(pilot) == 5
        await press(pilot, "g")
        assert cursor_entry(pilot) == 1
        await press(pilot, "comma")
        assert cursor_entry(pilot) == 1
        await press(pilot, "end", "k")
        assert cursor_entry(pilot) == 5


async def test_a_click_chooses_a_row(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        rows = pilot.app.screen.query_one(VirtualList)
        await pilot.click(rows, offset=(10, 2))
        await settled(pilot)
        assert cursor_entry(pilot) == 2


async def test_as_known_then_hides_what_came_later(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "home", "down", "down", "K")
        assert cursor_entry(pilot) == 3
        shown = seen(pilot)
        assert "#3 " in shown
        assert "#4 " not in shown
        assert "entry 3 of 6" in shown
        assert "2025-06-03" in shown
        await press(pilot, "minus")
        assert "#6 " in seen(pilot)
        await press(pilot, "minus")
        assert "#6 " not in seen(pilot)
        await press(pilot, "0")
        assert "#6 " in seen(pilot)


async def test_another_day_is_another_structure(six_entries: Book, spoken: str) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "2")
        assert at(pilot, StructureScreen)
        shown = seen(pilot)
        assert "Digitalt utvalg" in shown
        assert _("decided – not evidenced")[:12] in shown
        await press(pilot, "d", Typed("15.6.2013"), "enter")
        assert ("15. juni 2013" if spoken == "nb" else "15 June 2013") in seen(pilot)
        assert "Styret" in seen(pilot)
        assert "Digitalt utvalg" not in seen(pilot)


async def test_a_thing_that_may_be_is_marked_so(six_entries: Book) -> None:
    async with opened(six_entries, on=date(2015, 6, 1)) as pilot:
        await press(pilot, "2", "G")
        assert "◐ may be" in seen(pilot)
        assert "◐ may exist on this day" in told(pilot)


async def test_a_date_that_is_none_is_said_in_the_field(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "d", "x", "y", "enter")
        assert at(pilot, AskDate)
        assert "✗ “xy” is not a date." in seen(pilot)
        assert "Write 2018-10-24" in seen(pilot)
        await press(pilot, "escape")
        assert at(pilot, TimelineScreen)
        assert "10 June 2025" in seen(pilot)


async def test_known_on_is_asked_for_in_words(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "D")
        pilot.app.screen.query_one(Input).value = "2025-06-02"
        await settled(pilot)
        assert "2 of 6" in seen(pilot)
        await press(pilot, "enter")
        assert "entry 2 of 6" in seen(pilot)
        await press(pilot, "D")
        pilot.app.screen.query_one(Input).value = "2020-01-01"
        await press(pilot, "enter")
        assert "before the first entry" in seen(pilot)
        assert "before the first entry, nothing was" in seen(pilot)


async def test_the_filter_is_live_and_counts(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "slash", Typed("styret"))
        shown = seen(pilot)
        assert "3 of 6 · “styret”" in shown
        await press(pilot, "enter", "comma")
        assert cursor_entry(pilot) == 4
        await press(pilot, "slash", Typed("zzz"))
        assert "No entry passes the filter. 0 of 6. esc takes the filter away." in seen(pilot)
        await press(pilot, "escape")
        assert "6 entries" in seen(pilot)
        assert isinstance(pilot.app.focused, VirtualList)


async def test_a_thing_leads_to_its_entries(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "2", "g", "enter")
        assert at(pilot, TimelineScreen)
        assert "2 of 6 · about Regionrådet" in seen(pilot)
        await press(pilot, "escape")
        assert "6 entries" in seen(pilot)


async def test_folding_the_tree(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "2", "g", "left")
        assert "Digitalt utvalg" not in seen(pilot)
        await press(pilot, "right", "right")
        assert "Styret" in told(pilot)
        await press(pilot, "left")
        assert "Digitalt utvalg" not in seen(pilot)
        await press(pilot, "space")
        assert "Digitalt utvalg" in seen(pilot)


async def test_stepping_in_the_structure_moves_what_is_known(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "2", "comma", "comma", "comma")
        assert "Styret" in seen(pilot)
        assert "Digitalt utvalg" not in seen(pilot)
        await press(pilot, "full_stop")
        assert "Digitalt utvalg" in seen(pilot)


async def test_why_leads_from_an_entry_to_its_authority(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        await press(pilot, "w")
        assert at(pilot, WhyScreen)
        assert "Why: #6 – 2 links" in seen(pilot)
        await press(pilot, "down", "down", "enter")
        assert cursor_entry(pilot) == 5
        await press(pilot, "2", "G", "w")
        assert "Digitalt utvalg" in seen(pilot)
        await press(pilot, "escape")
        assert at(pilot, StructureScreen)


async def test_the_language_changes_at_once_everywhere(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        assert "Organisation renamed" in told(pilot)
        await press(pilot, "comma", "L")
        assert language() == "nb"
        assert cursor_entry(pilot) == 5
        assert "Vedtak fattet" in seen(pilot)
        assert "10. juni 2025" in seen(pilot)
        await press(pilot, "2", "L")
        assert "10 June 2025" in seen(pilot)


async def test_what_others_record_appears(six_entries: Book) -> None:
    async with opened(six_entries) as pilot:
        event = {
            "type": "organisation-registered",
            "organisation": "organisation/ny",
            "name": "Nykommune",
            "kind": "municipality",
        }
        Pen(six_entries, Actor("kari", "secretariat")).record(
            {"effective": "2025", "knowledge": "documented", "event": event}
        )
        app_of(pilot).fetch()
        await settled(pilot)
        assert "Nykommune" in seen(pilot)
        assert cursor_entry(pilot) == 7
        await press(pilot, "home")
        assert app_of(pilot).head == 7


async def test_an_empty_ledger_says_what_would_be_here() -> None:
    with memory_book("test/empty") as empty:
        async with opened(empty) as pilot:
            assert "Here every entry will stand" in seen(pilot)
            await press(pilot, "2")
            assert "d chooses another day" in seen(pilot)


async def test_a_ledger_that_cannot_be_read_says_so_and_stays(
    six_entries: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.errors import Unreadable

    def damaged() -> int:
        raise Unreadable("Entry #{position} is damaged.", "Restore a backup.", position=3)

    async with opened(six_entries) as pilot:
        monkeypatch.setattr(six_entries, "head", damaged)
        app_of(pilot).fetch()
        await settled(pilot)
        assert "! Entry #3 is damaged. Restore a backup." in seen(pilot)
        monkeypatch.undo()
        app_of(pilot).fetch()
        await settled(pilot)
        assert "damaged" not in seen(pilot)


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting(six_entries: Book, key: str) -> None:
    async with opened(six_entries) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert pilot.app.return_code == 0
        assert not pilot.app.is_running


async def test_help_lists_every_key_and_closes_by_itself(six_entries: Book) -> None:
    async with opened(six_entries, role="admin") as pilot:
        await press(pilot, "question_mark")
        assert at(pilot, Overlay)
        await press(pilot, "question_mark")
        shown = told(pilot)
        for section, keys in KEYS.items():
            if section in WRITING:
                continue
            assert SECTIONS[section] in shown
            for key in keys:
                assert key.help in shown
        await press(pilot, "question_mark")
        assert at(pilot, TimelineScreen)


@pytest.mark.parametrize("width", [200, 120, 80, 60, 40, 20])
async def test_the_hint_line_never_drops_help(six_entries: Book, spoken: str, width: int) -> None:
    async with opened(six_entries, (width, 20)) as pilot:
        line = pilot.app.screen.query_one(HintBar).render().plain
        assert f"? {_('Help')}" in line
        assert len(line) <= max(width, len(f"? {_('Help')}") + 2)


class OneList(App[None]):
    """A list and nothing else."""

    def compose(self) -> ComposeResult:
        yield VirtualList([Column("no.", 6)])


class OneUnreadable(Rows):
    """Rows of which the seventh cannot be read."""

    def page(self, start: int, stop: int) -> Sequence[Row]:
        if start <= 7 < stop:
            raise Unreadable("Entry 7 is damaged.", "Look at a copy.")
        return super().page(start, stop)


async def test_a_row_that_cannot_be_read_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Exception] = []
    monkeypatch.setattr(virtual_list, "_raise", told.append)
    async with OneList().run_test(size=(40, 20)) as pilot:
        rows = pilot.app.query_one(VirtualList)
        rows.set_rows(OneUnreadable([Row((str(number),)) for number in range(12)]))
        await pilot.pause()
        assert [cells for (cells,) in rows.all_cells()] == [str(number) if number != 7 else "!" for number in range(12)]
    assert {type(error) for error in told} == {Unreadable}


async def test_a_scroll_bar_that_comes_later_stands_where_the_list_is() -> None:
    async with OneList().run_test(size=(40, 20)) as pilot:
        rows = pilot.app.query_one(VirtualList)
        rows.set_rows(Rows([Row((str(number),)) for number in range(400)]))
        await pilot.pause()
        rows.show_vertical_scrollbar = False
        rows.scroll_y = 300
        assert rows.vertical_scrollbar.position == rows.scroll_y == 300

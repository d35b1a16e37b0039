"""Does every screen have the shell: bars, stepping, keys on the screen, palette, command line, filter, export, zoom?"""

from __future__ import annotations

import csv
import json
import re
import shlex
import sqlite3
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from textual.widgets import Input

from ledger.store import Book
from projections.attention import attention
from tests.pilots import (
    DAY,
    SIZES,
    SeenAtOnce,
    Typed,
    app_of,
    at,
    key_event,
    opened,
    press,
    reading_of,
    screen_of,
    seen,
    settled,
    told,
    until,
)
from tui import moment, stepping
from tui.app import VedtakApp
from tui.cli.opening import speaks_utf8
from tui.keymap import KEYS, SECTIONS, WRITING
from tui.ledgers import open_ledger
from tui.locale import _
from tui.locator import parse_locator
from tui.modes import MODES, modes_of
from tui.screens.base import LedgerScreen
from tui.screens.detail import DetailScreen, ThingScreen
from tui.screens.facets import Facets
from tui.screens.help import AboutScreen, HelpScreen
from tui.screens.overlay import Overlay
from tui.screens.palette import Palette
from tui.screens.structure import StructureScreen
from tui.screens.timeline import TimelineScreen
from tui.screens.why import WhyScreen
from tui.stepping import Hold, months_later
from tui.widgets.bars import HintBar
from tui.widgets.scrubber import Scrubber
from tui.widgets.sheet import Sheet
from tui.widgets.tree_list import TreeList
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.screen import Screen

    from tests.conftest import Run


def focused(pilot: Pilot[int]) -> type[Any]:
    return type(pilot.app.focused)


# ---------------------------------------------------------------------------------------------------- the keys


BOUND: dict[str, type[Any]] = {
    "list": VirtualList,
    "tree": TreeList,
    "sheet": Sheet,
    "timeline": TimelineScreen,
    "structure": StructureScreen,
    "why": WhyScreen,
    "detail": DetailScreen,
    "thing": ThingScreen,
    "palette": Palette,
    "overlay": Overlay,
    "modal": HelpScreen,
    "screen": LedgerScreen,
    "time": VedtakApp,
    "app": VedtakApp,
}


@pytest.mark.parametrize("section", sorted(BOUND))
def test_every_key_is_bound_to_something_that_can_be_done(section: str) -> None:
    where = BOUND[section]
    bound = {
        binding.key: binding.action
        for _keys, binding in where._merged_bindings.key_to_bindings.items()
        for binding in binding
    }
    for key in KEYS[section]:
        name = key.action.partition("(")[0]
        assert hasattr(where, f"action_{name}") or hasattr(VedtakApp, f"action_{name}"), key
        for one in key.keys.split(","):
            assert one in bound or where is VedtakApp, (section, one)


def test_no_key_needs_altgr_on_a_norwegian_keyboard() -> None:
    for keys in KEYS.values():
        for key in keys:
            assert not set(key.shown) & set("[]{}@~^$`"), key


@pytest.mark.parametrize("size", SIZES[:2])
async def test_the_keys_stand_on_the_screen_and_act(demo: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(demo, size) as pilot:
        await press(pilot, "question_mark")
        assert at(pilot, Overlay)
        shown = seen(pilot)
        for part in (" A ", " B ", " w ", " : ", " d "):
            assert part in shown
        await press(pilot, "B")
        assert focused(pilot) is Sheet
        await press(pilot, "question_mark", "A")
        assert focused(pilot) is VirtualList
        await press(pilot, "question_mark", "2")
        assert at(pilot, StructureScreen)
        await press(pilot, "question_mark", "escape")
        assert at(pilot, StructureScreen)


async def test_the_list_of_keys_is_narrowed_by_typing(demo: Book) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "question_mark", "question_mark")
        assert at(pilot, HelpScreen)
        kept, every = map(int, re.findall(r"Keys · (\d+) of (\d+)", seen(pilot))[0])
        writing = sum(len(keys) for section, keys in KEYS.items() if section in WRITING)
        assert kept == every
        assert 100 < every < sum(map(len, KEYS.values())) - writing  # a reader has neither those nor Record and Restore
        mine = SECTIONS.keys() - WRITING - (MODES.keys() - modes_of("read"))
        assert [
            heading for section, heading in SECTIONS.items() if section in mine and heading not in told(pilot)
        ] == []
        await press(pilot, Typed("month"))
        assert f"2 of {every}" in seen(pilot)
        assert "one month earlier" in seen(pilot)
        await press(pilot, Typed("zzz"))
        assert "No key does that" in seen(pilot)
        await press(pilot, "question_mark")
        assert at(pilot, TimelineScreen)


@pytest.mark.parametrize("size", SIZES[:2])
async def test_what_is_in_focus_is_explained(demo: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(demo, size) as pilot:
        for mode, widget in (("1", VirtualList), ("2", TreeList)):
            await press(pilot, mode, "f1")
            assert at(pilot, AboutScreen)
            assert " ".join(_(widget.HELP or "").split()) in told(pilot)
            await press(pilot, "f1")
            assert screen_of(pilot, LedgerScreen).HELP


# ---------------------------------------------------------------------------------------------------- the bars


@pytest.mark.parametrize("size", SIZES[:2])
async def test_the_hashes_and_what_needs_somebody_are_told(demo: Book, spoken: str, size: tuple[int, int]) -> None:
    open_on_the_day = len(attention(reading_of(demo)))
    async with opened(demo, size, VedtakApp) as pilot:
        await until(pilot, lambda: f"✓ {demo.head()}" in seen(pilot))
        await until(pilot, lambda: f"! {open_on_the_day}" in seen(pilot))
        assert app_of(pilot).checked.done


async def test_a_changed_entry_is_found_while_nobody_waits(demo_copy: Path) -> None:
    with sqlite3.connect(demo_copy) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {trigger}")
        raw.execute(
            "UPDATE entry SET data = CAST(replace(CAST(data AS TEXT), 'demo', 'dema') AS BLOB) WHERE position = 7"
        )
    raw.close()
    with open_ledger(demo_copy, read_only=True) as book:
        async with opened(book, app=VedtakApp) as pilot:
            await until(pilot, lambda: "✗ #7" in seen(pilot))


async def test_a_click_on_the_years_chooses_the_day(demo: Book) -> None:
    async with opened(demo) as pilot:
        bar = pilot.app.screen.query_one(Scrubber)
        assert bar.render().plain.count("◆") == 1
        await pilot.click(bar, offset=(10, 0))
        await settled(pilot)
        clicked = app_of(pilot).context.effective
        assert clicked < DAY
        assert bar.render().plain[10] == "◆"
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert not bar.display or bar.size.height == 0


async def test_tabs_and_hints_can_be_clicked(demo: Book) -> None:
    async with opened(demo) as pilot:
        line = seen(pilot).splitlines()[0]
        await pilot.click(offset=(line.index("Structure"), 0))
        await settled(pilot)
        assert at(pilot, StructureScreen)
        hints = pilot.app.screen.query_one(HintBar)
        await pilot.click(hints, offset=(hints.render().plain.index("? Help"), 0))
        await settled(pilot)
        assert at(pilot, Overlay)


# ---------------------------------------------------------------------------------------------------- stepping


def test_a_held_key_goes_faster_and_a_pause_begins_again() -> None:
    now = [0.0]
    hold = Hold(lambda: now[0])
    taken = []
    for _press in range(60):
        taken.append(hold.steps(1))
        now[0] += 0.03
    assert taken[:9] == [1, 1, 1, 1, 2, 2, 2, 2, 4]
    assert taken[-1] == 4096
    assert hold.steps(-1) == -1
    now[0] += 1
    assert hold.steps(-1) == -1
    assert not hold.held


def test_months_keep_the_day_and_the_last_day() -> None:
    assert months_later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_later(date(2024, 2, 29), 1) == date(2024, 3, 31)
    assert months_later(date(2024, 1, 15), -1) == date(2023, 12, 15)
    assert months_later(date(1800, 1, 1), -1) == date(1800, 1, 1)
    assert months_later(date(2999, 12, 1), 4096) == date(2999, 12, 31)


async def test_while_a_key_is_held_the_light_parts_follow_and_the_heavy_wait(
    demo: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "HELD_SECONDS", 3600)  # one long press, however slow the machine is
    monkeypatch.setattr(moment, "SETTLED_SECONDS", 3600)
    async with opened(demo, app=VedtakApp) as pilot:
        await press(pilot, "g")
        screen = screen_of(pilot, LedgerScreen)
        await pilot.press(*["full_stop"] * 12)
        assert app_of(pilot).settling
        assert screen.selected_entry() == 1 + 4 * (1 + 2 + 4)
        assert f"entry {screen.selected_entry()} of" in seen(pilot)
        assert "#2 " in told(pilot)  # where the first press led, before it was a long one
        monkeypatch.setattr(moment, "SETTLED_SECONDS", 0.01)
        await press(pilot, "full_stop")
        assert not app_of(pilot).settling
        assert f"#{screen.selected_entry()} " in told(pilot)


async def test_a_press_that_waits_behind_a_long_frame_still_holds_the_key(
    demo: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[int | None] = []
    settle = TimelineScreen.settled

    def listening(screen: TimelineScreen) -> None:
        rested.append(screen.selected_entry())
        settle(screen)

    monkeypatch.setattr(TimelineScreen, "settled", listening)
    monkeypatch.setattr(stepping, "HELD_SECONDS", 3600)
    monkeypatch.setattr(moment, "SETTLED_SECONDS", 0.3)
    async with opened(demo, app=VedtakApp) as pilot:
        await press(pilot, "g", "full_stop")
        pilot.app.post_message(key_event("full_stop"))
        await until(pilot, lambda: app_of(pilot).settling)
        pilot.app.post_message(key_event("full_stop"))
        time.sleep(0.4)  # noqa: ASYNC251 - the frame that takes long
        await settled(pilot)
        assert rested == [screen_of(pilot, TimelineScreen).selected_entry()]


class Filmed(SeenAtOnce):
    """The app with every frame kept, and the entry that was chosen when it was drawn."""

    def on_load(self) -> None:
        self.film: list[tuple[int | None, str]] = []

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if renderable is not None:
            shown = "\n".join(strip.text for strip in screen._compositor.render_strips())
            self.film.append((cast("LedgerScreen", screen).selected_entry(), shown))


async def test_every_frame_shows_the_entry_that_is_stepped_to_and_its_number(demo: Book) -> None:
    async with opened(demo, app=Filmed) as pilot:
        await press(pilot, "g")
        film = cast("Filmed", pilot.app).film
        film.clear()
        await press(pilot, *["full_stop"] * 40)
        assert {entry for entry, _frame in film} == {*range(2, 42)}
        assert all(f"entry {entry} of" in frame and f" #{entry} " in frame for entry, frame in film)


async def test_months_are_stepped_on_every_screen(demo: Book) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "less_than_sign")
        assert "30 November 2018" in seen(pilot)
        await press(pilot, "2", "greater_than_sign")
        assert "31 December 2018" in seen(pilot)
        await press(pilot, "shift+left")
        assert "Structure on 30 November 2018" in seen(pilot)


# ---------------------------------------------------------------------------------------------------- going places


async def test_the_palette_goes_to_things_entries_and_screens(demo: Book, spoken: str) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "colon")
        assert at(pilot, Palette)
        await press(pilot, Typed("fosen-regionr"))
        assert "body/fosen-regionrad" in seen(pilot)
        await press(pilot, "escape", "ctrl+p", "number_sign", "1", "2", "enter")
        assert screen_of(pilot, LedgerScreen).selected_entry() == 12
        await press(pilot, "colon", *("struktur" if spoken == "nb" else "structure"))
        await press(pilot, "enter")
        assert at(pilot, StructureScreen)
        await press(pilot, "colon", Typed("zzzzqq"))
        assert _("Nothing is called that. A reference begins with its kind: body/styret.")[:24] in seen(pilot)


async def test_the_palette_finds_names_and_does_what_has_a_key(demo: Book) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "colon", Typed("ekommunestrat"))
        assert "eKommunestrategi" in seen(pilot)
        await press(pilot, "enter")
        assert at(pilot, StructureScreen) or at(pilot, ThingScreen)
        assert "ekommunestrategi" in " ".join(screen_of(pilot, LedgerScreen).command())
        await press(pilot, "colon", Typed("high contrast"), "enter")
        assert pilot.app.theme == "vedtak-light"


async def test_a_locator_leads_back(demo: Book) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "g", "down", "down", "K", "y")
        copied = pilot.app.clipboard
        assert copied == "vedtak://e/3?on=2018-12-31&known=3"
    async with opened(demo, on=date(2020, 1, 1), place=parse_locator(copied)) as pilot:
        await settled(pilot)
        assert screen_of(pilot, LedgerScreen).selected_entry() == 3
        assert app_of(pilot).context.known == 3
        assert app_of(pilot).context.effective == DAY


@pytest.mark.parametrize(
    ("locator", "screen"),
    [("vedtak://s/structure", StructureScreen), ("vedtak://t/body/fosen-regionrad-styret", None)],
)
async def test_a_locator_of_a_screen_or_a_thing(demo: Book, locator: str, screen: type | None) -> None:
    async with opened(demo, place=parse_locator(locator)) as pilot:
        await settled(pilot)
        assert at(pilot, screen) if screen else type(pilot.app.screen) in {StructureScreen, ThingScreen}


@pytest.mark.parametrize(
    "keys", [("1",), ("2",), ("2", "down"), ("1", "enter"), ("1", "slash", Typed("styret"), "enter"), ("1", "w")]
)
async def test_the_command_shown_gives_the_same(
    demo: Book, demo_ledger: Path, vedtak: Run, keys: tuple[str, ...]
) -> None:
    async with opened(demo, named=("--ledger", str(demo_ledger))) as pilot:
        await press(pilot, *keys, "K" if keys == ("1",) else "Y", "Y")
        words = shlex.split(pilot.app.clipboard)
        assert words[0] == "vedtak"
        assert "--on" in words
        shown = " ".join(seen(pilot).split())
        assert "$ vedtak" in shown
        reading = app_of(pilot).reading
        known, count = reading.known, len(screen_of(pilot, LedgerScreen).query(VirtualList))
    outcome = vedtak(*words[1:], "--json")
    assert outcome.code == 0, outcome.err
    answer = json.loads(outcome.out)
    assert answer
    if keys == ("1",):
        assert count == 1
        assert max(entry["entry"] for entry in answer) == known


# ---------------------------------------------------------------------------------------------------- filter


async def test_every_list_is_narrowed_and_counts(demo: Book) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "2", "slash", Typed("strategi"))
        tree = pilot.app.screen.query_one(TreeList)
        count, every = tree._count, len(tree)
        assert 0 < count < every
        assert f"{count} of {every}" in seen(pilot)
        await press(pilot, "enter", "down", "up", "n", "N", "end")
        assert tree._count == count
        await press(pilot, "escape")
        assert tree._count == every
        await press(pilot, "g", "n", "n")
        assert tree.cursor > 0
        await press(pilot, "slash", Typed("zzz"))
        assert "No line has these words" in seen(pilot)


async def test_hits_are_stepped_through_when_the_filter_is_gone(demo: Book) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "slash", Typed("digut"), "enter", "escape", "g", "n")
        first = screen_of(pilot, LedgerScreen).selected_entry() or 0
        assert first > 1
        await press(pilot, "n")
        assert (screen_of(pilot, LedgerScreen).selected_entry() or 0) > first
        await press(pilot, "N")
        assert screen_of(pilot, LedgerScreen).selected_entry() == first


@pytest.mark.parametrize("size", SIZES[:2])
async def test_facets_filter_by_type_and_year(demo: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(demo, size) as pilot:
        await press(pilot, "f")
        assert at(pilot, Facets)
        assert "█" in seen(pilot)
        await press(pilot, "enter")
        assert at(pilot, TimelineScreen)
        command = screen_of(pilot, LedgerScreen).command()
        assert command[1] == "--type"
        count = len(pilot.app.screen.query_one(VirtualList))
        assert _("{count} of {all}").format(count=count, all=app_of(pilot).head) in seen(pilot)
        await press(pilot, "f", "G", "escape", "escape")
        assert screen_of(pilot, LedgerScreen).command() == ("events",)


# ---------------------------------------------------------------------------------------------------- export, zoom


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.txt"])
async def test_what_is_shown_is_written_once(demo: Book, tmp_path: Path, name: str) -> None:
    path, before = tmp_path / name, ""
    async with opened(demo) as pilot:
        await press(pilot, "slash", Typed("styret"), "enter")
        count = len(pilot.app.screen.query_one(VirtualList))
        for again in range(2):
            await press(pilot, "e")
            pilot.app.screen.query_one(Input).value = str(path)
            await press(pilot, "enter")
            if again:
                assert "overwritten" in seen(pilot)
            before = path.read_text(encoding="utf-8")
        assert path.read_text(encoding="utf-8") == before
    if name.endswith("json"):
        assert len(json.loads(before)) == count
    elif name.endswith("csv"):
        assert len(list(csv.reader(before.splitlines()))) == count + 1
    else:
        assert len(before.splitlines()) == count + 1


async def test_a_pane_alone(demo: Book) -> None:
    async with opened(demo) as pilot:
        await press(pilot, "tab", "z")
        assert not pilot.app.screen.query_one("#main").display
        assert pilot.app.screen.query_one("#detail").size.width > 100
        await press(pilot, "z")
        assert pilot.app.screen.query_one("#main").display


@pytest.mark.parametrize("size", [(39, 30), (100, 9), (12, 4)])
async def test_too_small_is_said(demo: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(demo, size) as pilot:
        assert "40×10"[: size[0]] in seen(pilot)
        await press(pilot, "2", "question_mark", "escape", "colon", "escape", "1")
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        assert "40×10" not in seen(pilot)


async def test_one_pane_and_no_frames(demo: Book) -> None:
    async with opened(demo, linear=True) as pilot:
        for key in ("1", "2", "w", "escape"):
            await press(pilot, key)
            assert not set(seen(pilot)) & set("╭╮╰╯│├└─▁▂▃▄▅▆▇")
            assert not pilot.app.screen.query_one("#detail").display


async def test_signs_for_terminals_that_have_only_ascii(demo: Book) -> None:
    async with opened(demo, plain_signs=True) as pilot:
        for key in ("1", "2", "question_mark", "escape", "f1", "escape", "colon"):
            await press(pilot, key)
            odd = {sign for sign in pilot.app.export_screenshot(simplify=True) if sign in "◆◇✓✗│─╭▁▆"}
            assert not odd


@pytest.mark.parametrize(
    ("said", "speaks"), [("nb_NO.UTF-8", True), ("nb_NO.utf8", True), ("C", True), ("nb_NO.ISO-8859-1", False)]
)
def test_a_terminal_without_utf8_is_known_by_what_it_says(
    monkeypatch: pytest.MonkeyPatch, said: str, *, speaks: bool
) -> None:
    for name in ("LC_ALL", "LC_CTYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", said)
    assert speaks_utf8() is speaks


# ---------------------------------------------------------------------------------------------------- trouble


async def test_a_ledger_that_vanishes_is_said_and_nothing_lost(demo_copy: Path, spoken: str) -> None:
    with open_ledger(demo_copy, read_only=True) as book:
        async with opened(book) as pilot:
            away = demo_copy.rename(demo_copy.with_suffix(".away"))  # noqa: ASYNC240 - at once
            app_of(pilot).fetch()
            await settled(pilot)
            assert _("The file is gone from its place")[:8] in seen(pilot) or "Fila er borte" in seen(pilot)
            await press(pilot, "comma", "2", "1")
            assert "#" in seen(pilot)
            away.rename(demo_copy)
            app_of(pilot).fetch()
            await settled(pilot)
            assert not app_of(pilot).trouble


async def test_a_ledger_damaged_meanwhile_is_said_and_the_screens_stay(demo_copy: Path) -> None:
    with open_ledger(demo_copy, read_only=True) as book:
        async with opened(book, app=VedtakApp) as pilot:
            log = app_of(pilot).journal
            cast("Any", log).connection.close()  # from now on every look at a table fails
            await press(
                pilot, "2", "1", "g", "w", "escape", "less_than_sign", "colon", Typed("fosen"), "escape", "f", "escape"
            )
            assert pilot.app.is_running
            assert "The ledger cannot be read" in seen(pilot)

"""Does the terminal interface show the ledger as of one moment, at every size, in both languages, by its keys?"""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from ledger.entry import Actor
from ledger.record import Pen
from ledger.store import Book, memory_book
from tui.app import VedtakApp
from tui.keymap import KEYS, SECTIONS, WRITING
from tui.locale import _, language, use_language
from tui.screens.ask_date import AskDate
from tui.screens.detail import DetailScreen
from tui.screens.help import HelpScreen
from tui.screens.overlay import Overlay
from tui.screens.structure import StructureScreen
from tui.screens.timeline import TimelineScreen
from tui.screens.why import WhyScreen
from tui.widgets.bars import HintBar
from tui.widgets.sheet import Sheet
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from textual.pilot import Pilot
    from textual.screen import Screen

SIZES = [(120, 36), (80, 24), (60, 20)]
START = datetime(2025, 6, 1, 12, tzinfo=UTC)

RAADET, FJORD, STYRET = "organisation/raadet", "organisation/fjord", "body/styret"
POINT = {"no": "1", "text": "Styret bygger et felles arkiv.", "strength": "shall"}
FACTS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "2010-01-01",
        "organisation-registered",
        {"organisation": RAADET, "name": "Regionrådet", "kind": "regional_council"},
    ),
    ("2010-01-01", "organisation-registered", {"organisation": FJORD, "name": "Fjord", "kind": "municipality"}),
    (
        "2012-03-01",
        "body-established",
        {"body": STYRET, "name": "Styret", "kind": "board", "effect": "evidenced", "owner": RAADET},
    ),
    (
        "2015",
        "body-established",
        {"body": "body/digitalt", "name": "Digitalt utvalg", "kind": "committee", "effect": "decided", "under": STYRET},
    ),
    (
        "2018-05-02",
        "decision-adopted",
        {"decision": "decision/en", "title": "Felles arkiv", "body": STYRET, "wording": "full", "points": [POINT]},
    ),
    ("2030-01-01", "organisation-renamed", {"organisation": FJORD, "name": "Storfjord"}),
]


@pytest.fixture
def book() -> Iterator[Book]:
    """Six entries, recorded one day after the other; the fifth rests on nothing, the sixth on the fifth."""
    days = iter(START + timedelta(days=number) for number in range(100))
    opened = memory_book("test/tui")
    pen = Pen(opened, Actor("per", "secretariat"), now=lambda: next(days))
    for number, (effective, kind, fields) in enumerate(FACTS, 1):
        command = {"effective": effective, "knowledge": "documented", "event": {"type": kind, **fields}}
        pen.record(command | ({"authority": "decision/en"} if number == 6 else {}))
    yield opened
    opened.close()


@pytest.fixture(params=["nb", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    before = language()
    use_language(request.param)
    yield request.param
    use_language(before)


@pytest.fixture
def english() -> Iterator[None]:
    before = language()
    use_language("en")
    yield
    use_language(before)


@asynccontextmanager
async def opened(book: Book, size: tuple[int, int] = (120, 36), **moment: Any) -> AsyncIterator[Pilot[int]]:
    moment.setdefault("on", date(2025, 6, 10))
    app = VedtakApp(book, **moment)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot


async def settled(pilot: Pilot[int]) -> None:
    assert isinstance(pilot.app, VedtakApp)
    while pilot.app.settling:
        await pilot.pause(0.02)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def seen(pilot: Pilot[int]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def at(pilot: Pilot[int], screen: type[Screen[Any]]) -> bool:
    return type(pilot.app.screen) is screen


def told(pilot: Pilot[int]) -> str:
    return " ".join(pilot.app.screen.query_one(Sheet).shown.split())


def cursor_entry(pilot: Pilot[int]) -> int | None:
    screen = pilot.app.screen
    assert isinstance(screen, TimelineScreen)
    return screen.selected_entry()


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_on_the_newest_entry_with_the_moment_above(
    book: Book, spoken: str, size: tuple[int, int]
) -> None:
    async with opened(book, size) as pilot:
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
async def test_the_second_pane_is_there_when_there_is_room(book: Book, english: None, size: tuple[int, int]) -> None:
    async with opened(book, size) as pilot:
        assert pilot.app.screen.query_one("#detail").display == (size != (60, 20))
        await press(pilot, "enter")
        assert at(pilot, DetailScreen)
        assert "Storfjord" in seen(pilot)
        await press(pilot, "comma")
        assert "Felles arkiv" in seen(pilot)
        await press(pilot, "escape")
        assert cursor_entry(pilot) == 5


@pytest.mark.parametrize("size", [(20, 6), (10, 3), (1, 1), (40, 9), (300, 80)])
async def test_no_size_is_refused(book: Book, english: None, size: tuple[int, int]) -> None:
    async with opened(book, size) as pilot:
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


async def test_it_follows_the_terminal_when_that_is_resized(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        assert not pilot.app.screen.query_one("#detail").display
        await pilot.resize_terminal(120, 36)
        await settled(pilot)
        assert pilot.app.screen.query_one("#detail").display


async def test_the_detail_says_what_how_known_and_what_changed(book: Book, english: None) -> None:
    async with opened(book) as pilot:
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


async def test_signs_tell_what_does_not_hold_yet(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        lines = seen(pilot).splitlines()
        assert any("· #6" in line for line in lines)
        assert not any("· #5" in line for line in lines)


async def test_a_withdrawn_entry_is_marked(book: Book, english: None) -> None:
    pen = Pen(book, Actor("per", "secretariat"))
    corrected = {"type": "organisation-renamed", "organisation": "organisation/fjord", "name": "Nyfjord"}
    reason = {"entry": 6, "kind": "recording_error", "reason": "Navnet var feil."}
    pen.record({"effective": "2030-01-01", "knowledge": "documented", "corrects": reason, "event": corrected})
    async with opened(book) as pilot:
        assert any("✗ #6" in line for line in seen(pilot).splitlines())
        assert "corrects entry #6" in told(pilot)
        await press(pilot, "w")
        assert at(pilot, WhyScreen)
        assert "Why: #7 – 3 links" in seen(pilot)
        assert "corrected" in seen(pilot)


async def test_stepping_moves_through_the_entries(book: Book, english: None) -> None:
    async with opened(book) as pilot:
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


async def test_a_click_chooses_a_row(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        rows = pilot.app.screen.query_one(VirtualList)
        await pilot.click(rows, offset=(10, 2))
        await settled(pilot)
        assert cursor_entry(pilot) == 2


async def test_as_known_then_hides_what_came_later(book: Book, english: None) -> None:
    async with opened(book) as pilot:
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


async def test_another_day_is_another_structure(book: Book, spoken: str) -> None:
    async with opened(book) as pilot:
        await press(pilot, "2")
        assert at(pilot, StructureScreen)
        shown = seen(pilot)
        assert "Digitalt utvalg" in shown
        assert _("decided – not evidenced")[:12] in shown
        await press(pilot, "d")
        await press(pilot, *("full_stop" if letter == "." else letter for letter in "15.6.2013"))
        await press(pilot, "enter")
        assert ("15. juni 2013" if spoken == "nb" else "15 June 2013") in seen(pilot)
        assert "Styret" in seen(pilot)
        assert "Digitalt utvalg" not in seen(pilot)


async def test_a_thing_that_may_be_is_marked_so(book: Book, english: None) -> None:
    async with opened(book, on=date(2015, 6, 1)) as pilot:
        await press(pilot, "2", "G")
        assert "◐ may be" in seen(pilot)
        assert "◐ may exist on this day" in told(pilot)


async def test_a_date_that_is_none_is_said_in_the_field(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "d", "x", "y", "enter")
        assert at(pilot, AskDate)
        assert "✗ “xy” is not a date." in seen(pilot)
        assert "Write 2018-10-24" in seen(pilot)
        await press(pilot, "escape")
        assert at(pilot, TimelineScreen)
        assert "10 June 2025" in seen(pilot)


async def test_known_on_is_asked_for_in_words(book: Book, english: None) -> None:
    async with opened(book) as pilot:
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


async def test_the_filter_is_live_and_counts(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "slash", *"styret")
        shown = seen(pilot)
        assert "3 of 6 · “styret”" in shown
        await press(pilot, "enter", "comma")
        assert cursor_entry(pilot) == 4
        await press(pilot, "slash", *"zzz")
        assert "No entry passes the filter. 0 of 6. esc takes the filter away." in seen(pilot)
        await press(pilot, "escape")
        assert "6 entries" in seen(pilot)
        assert isinstance(pilot.app.focused, VirtualList)


async def test_a_thing_leads_to_its_entries(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "2", "g", "enter")
        assert at(pilot, TimelineScreen)
        assert "2 of 6 · about Regionrådet" in seen(pilot)
        await press(pilot, "escape")
        assert "6 entries" in seen(pilot)


async def test_folding_the_tree(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "2", "g", "left")
        assert "Digitalt utvalg" not in seen(pilot)
        await press(pilot, "right", "right")
        assert "Styret" in told(pilot)
        await press(pilot, "left")
        assert "Digitalt utvalg" not in seen(pilot)
        await press(pilot, "space")
        assert "Digitalt utvalg" in seen(pilot)


async def test_stepping_in_the_structure_moves_what_is_known(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "2", "comma", "comma", "comma")
        assert "Styret" in seen(pilot)
        assert "Digitalt utvalg" not in seen(pilot)
        await press(pilot, "full_stop")
        assert "Digitalt utvalg" in seen(pilot)


async def test_why_leads_from_an_entry_to_its_authority(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "w")
        assert at(pilot, WhyScreen)
        assert "Why: #6 – 2 links" in seen(pilot)
        await press(pilot, "down", "down", "enter")
        assert cursor_entry(pilot) == 5
        await press(pilot, "2", "G", "w")
        assert "Digitalt utvalg" in seen(pilot)
        await press(pilot, "escape")
        assert at(pilot, StructureScreen)


async def test_the_language_changes_at_once_everywhere(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        assert "Organisation renamed" in told(pilot)
        await press(pilot, "comma", "L")
        assert language() == "nb"
        assert cursor_entry(pilot) == 5
        assert "Vedtak fattet" in seen(pilot)
        assert "10. juni 2025" in seen(pilot)
        await press(pilot, "2", "L")
        assert "10 June 2025" in seen(pilot)


async def test_what_others_record_appears(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        event = {
            "type": "organisation-registered",
            "organisation": "organisation/ny",
            "name": "Nykommune",
            "kind": "municipality",
        }
        Pen(book, Actor("kari", "secretariat")).record({"effective": "2025", "knowledge": "documented", "event": event})
        assert isinstance(pilot.app, VedtakApp)
        pilot.app.fetch()
        await settled(pilot)
        assert "Nykommune" in seen(pilot)
        assert cursor_entry(pilot) == 7
        await press(pilot, "home")
        assert pilot.app.head == 7


async def test_an_empty_ledger_says_what_would_be_here(english: None) -> None:
    empty = memory_book("test/empty")
    async with opened(empty) as pilot:
        assert "Here every entry will stand" in seen(pilot)
        await press(pilot, "2")
        assert "d chooses another day" in seen(pilot)
    empty.close()


async def test_a_ledger_that_cannot_be_read_says_so_and_stays(
    book: Book, english: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.errors import Unreadable

    def damaged() -> int:
        raise Unreadable("Entry #{position} is damaged.", "Restore a backup.", position=3)

    async with opened(book) as pilot:
        monkeypatch.setattr(book, "head", damaged)
        assert isinstance(pilot.app, VedtakApp)
        pilot.app.fetch()
        await settled(pilot)
        assert "! Entry #3 is damaged. Restore a backup." in seen(pilot)
        monkeypatch.undo()
        pilot.app.fetch()
        await settled(pilot)
        assert "damaged" not in seen(pilot)


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting(book: Book, english: None, key: str) -> None:
    async with opened(book) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert pilot.app.return_code == 0
        assert not pilot.app.is_running


async def test_help_lists_every_key_and_closes_by_itself(book: Book, english: None) -> None:
    async with opened(book, role="admin") as pilot:
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
async def test_the_hint_line_never_drops_help(book: Book, spoken: str, width: int) -> None:
    async with opened(book, (width, 20)) as pilot:
        line = pilot.app.screen.query_one(HintBar).render().plain
        assert f"? {_('Help')}" in line
        assert len(line) <= max(width, len(f"? {_('Help')}") + 2)

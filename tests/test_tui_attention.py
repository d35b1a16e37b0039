"""Does the list of what needs somebody have everything the projection has, with its rule and what would settle it?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, get_args

import pytest

from ledger.declaration import declarations
from projections.attention import Kind, attention
from projections.attention.clearing import CLEARED_BY
from tests.figure_screens import SIZES, look_for, opened, press, reading_of, seen, spoken_in, story_book, told
from tests.money_book import new_pen, tell
from tui.screens.attention import AttentionScreen, Open, open_items
from tui.screens.attention_rules import RULES
from tui.screens.timeline import TimelineScreen
from tui.screens.whole import WholeScreen
from tui.screens.why import WhyScreen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.store import Book


@pytest.fixture
def book(continuation: Path) -> Iterator[Book]:
    with story_book(continuation) as opened_book:
        yield opened_book


@pytest.fixture(params=["nb", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    with spoken_in(request.param):
        yield request.param


@pytest.fixture
def english() -> Iterator[None]:
    with spoken_in("en"):
        yield


def screen_of(pilot: object) -> AttentionScreen:
    found = pilot.app.screen  # type: ignore[attr-defined]
    assert isinstance(found, AttentionScreen)
    return found


def test_every_kind_has_a_rule_and_event_types_that_there_are() -> None:
    known = {told.wire_name for told in declarations()}
    assert set(RULES) == set(CLEARED_BY) == set(get_args(Kind))
    for kind, types in CLEARED_BY.items():
        assert types, kind
        assert set(types) <= known, kind


@pytest.mark.parametrize("size", SIZES)
async def test_every_item_is_listed_in_order_and_counted_in_the_title(
    book: Book, spoken: str, size: tuple[int, int]
) -> None:
    wanted = attention(reading_of(book))
    async with opened(book, size) as pilot:
        await press(pilot, "5")
        screen = screen_of(pilot)
        late = sum(item.due_state == "overdue" for item in wanted)
        assert f"{len(wanted)} " in seen(pilot)
        assert (f"{late} av dem" if spoken == "nb" else f"{late} of them") in seen(pilot)
        listed = []
        for _line in range(len(screen.rows)):
            if screen.chosen:
                listed.append(screen.chosen.item)
            screen.rows.cursor += 1
            await pilot.pause()
        assert listed[: len(wanted)] == wanted


async def test_an_item_is_explained(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "5")
        shown = told(pilot)
        assert "A task is open until it is discharged." in shown
        assert "(mandate-discharged)" in shown
        assert "30 April 2018" in shown
        assert "days over" in shown
        assert "DiguT" in shown


async def test_enter_opens_the_thing_and_why_the_chain(book: Book, english: None) -> None:
    async with opened(book) as pilot:
        await press(pilot, "5", "enter")
        assert isinstance(pilot.app.screen, WholeScreen)
        assert "mandate/digut-samhandlingsstrategi" in seen(pilot)
        await press(pilot, "w")
        assert isinstance(pilot.app.screen, WhyScreen)
        await press(pilot, "escape", "escape", "w")
        assert isinstance(pilot.app.screen, WhyScreen)
        await press(pilot, "escape", "enter", "enter")
        assert isinstance(pilot.app.screen, TimelineScreen)


async def test_groups_and_filter_keep_every_item(book: Book, english: None) -> None:
    items = {found.key for found in screen_items(book)}
    async with opened(book) as pilot:
        await press(pilot, "5", "b")
        assert "by what is open" in seen(pilot)
        assert set(screen_of(pilot)._shown_items) == items
        await press(pilot, "b")
        assert "by whom it waits for" in seen(pilot)
        await look_for(pilot, "aafjord")
        kept = screen_of(pilot)._shown_items.values()
        assert kept
        assert all("Åfjord" in " ".join((found.item.name, found.what, *found.waits_for)) for found in kept)
        await press(pilot, "escape")
        assert set(screen_of(pilot)._shown_items) == items


def screen_items(book: Book) -> list[Open]:
    return list(open_items(reading_of(book)))


async def test_nothing_open_says_what_would_be_here(english: None) -> None:
    async with opened(new_pen()._book, on=date(2024, 1, 1)) as pilot:
        await press(pilot, "5")
        assert "Nothing was open on 1 January 2024" in " ".join(seen(pilot).replace("│", " ").split())


async def test_markup_in_a_name_is_text(english: None) -> None:
    pen = new_pen()
    tell(
        pen,
        "2019-01-01",
        "body-established",
        body="body/x",
        name="[/x] [red]x[/red] {name}",
        kind="board",
        effect="decided",
    )
    async with opened(pen._book, on=date(2024, 1, 1)) as pilot:
        await press(pilot, "5")
        assert "[/x] [red]x[/red]" in told(pilot)

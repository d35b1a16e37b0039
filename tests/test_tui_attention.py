"""Does the list of what needs somebody have everything the projection has, with its rule and what would settle it?"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, get_args

import pytest

from ledger.declaration import declarations
from projections.attention import Kind, attention
from projections.attention.clearing import CLEARED_BY
from tests import pilots
from tests.money_book import new_pen, tell
from tests.pilots import SIZES, look_for, press, reading_of, screen_of, seen, settled, told
from tui.screens.attention import AttentionScreen, Open, open_items
from tui.screens.attention_rules import RULES
from tui.screens.timeline import TimelineScreen
from tui.screens.whole import WholeScreen
from tui.screens.why import WhyScreen

if TYPE_CHECKING:
    from ledger.store import Book

DAY = date(2026, 5, 17)
opened = partial(pilots.opened, on=DAY)


def test_every_kind_has_a_rule_and_event_types_that_there_are() -> None:
    known = {told.wire_name for told in declarations()}
    assert set(RULES) == set(CLEARED_BY) == set(get_args(Kind))
    for kind, types in CLEARED_BY.items():
        assert types, kind
        assert set(types) <= known, kind


@pytest.mark.parametrize("size", SIZES)
async def test_every_item_is_listed_in_order_and_counted_in_the_title(
    story: Book, spoken: str, size: tuple[int, int]
) -> None:
    wanted = attention(reading_of(story, DAY))
    async with opened(story, size) as pilot:
        await press(pilot, "5")
        screen = screen_of(pilot, AttentionScreen)
        late = sum(item.due_state == "overdue" for item in wanted)
        assert f"{len(wanted)} " in seen(pilot)
        assert (f"{late} av dem" if spoken == "nb" else f"{late} of them") in seen(pilot)
        listed = []
        for _line in range(len(screen.rows)):
            if screen.chosen:
                listed.append(screen.chosen.item)
            screen.rows.cursor += 1
            await settled(pilot)
        assert listed[: len(wanted)] == wanted


async def test_an_item_is_explained(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "5")
        shown = told(pilot)
        assert "A task is open until it is discharged." in shown
        assert "(mandate-discharged)" in shown
        assert "30 April 2018" in shown
        assert "days over" in shown
        assert "DiguT" in shown


async def test_enter_opens_the_thing_and_why_the_chain(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "5", "enter")
        assert isinstance(pilot.app.screen, WholeScreen)
        assert "mandate/digut-samhandlingsstrategi" in seen(pilot)
        await press(pilot, "w")
        assert isinstance(pilot.app.screen, WhyScreen)
        await press(pilot, "escape", "escape", "w")
        assert isinstance(pilot.app.screen, WhyScreen)
        await press(pilot, "escape", "enter", "enter")
        assert isinstance(pilot.app.screen, TimelineScreen)


async def test_groups_and_filter_keep_every_item(story: Book) -> None:
    items = {found.key for found in screen_items(story)}
    async with opened(story) as pilot:
        await press(pilot, "5", "b")
        assert "by what is open" in seen(pilot)
        assert set(screen_of(pilot, AttentionScreen)._shown_items) == items
        await press(pilot, "b")
        assert "by whom it waits for" in seen(pilot)
        await look_for(pilot, "aafjord")
        kept = screen_of(pilot, AttentionScreen)._shown_items.values()
        assert kept
        assert all("Åfjord" in " ".join((found.item.name, found.what, *found.waits_for)) for found in kept)
        await press(pilot, "escape")
        assert set(screen_of(pilot, AttentionScreen)._shown_items) == items


def screen_items(story: Book) -> list[Open]:
    return list(open_items(reading_of(story, DAY)))


async def test_nothing_open_says_what_would_be_here() -> None:
    async with opened(new_pen()._book, on=date(2024, 1, 1)) as pilot:
        await press(pilot, "5")
        assert "Nothing was open on 1 January 2024" in " ".join(seen(pilot).replace("│", " ").split())


async def test_markup_in_a_name_is_text() -> None:
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

"""Does the comparison of two moments say what ``vedtak diff`` says, at every size and in both languages?"""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests import pilots
from tests.pilots import SIZES, app_of, at, press, screen_of, seen, settled, told
from tui.context import TimeContext
from tui.ledgers import open_ledger
from tui.locale import _
from tui.screens.compare import CompareScreen
from tui.screens.timeline import TimelineScreen
from tui.screens.why import WhyScreen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from ledger.store import Book
    from tests.conftest import Run


opened = partial(pilots.opened, on=date(2025, 6, 10))


async def compared(pilot: Pilot[int]) -> CompareScreen:
    await settled(pilot)
    screen = screen_of(pilot, CompareScreen)
    assert screen.compared is not None
    return screen


def marked(pilot: Pilot[int], effective: date, known: int | None = None) -> None:
    app_of(pilot).marked = TimeContext(effective, known)


@pytest.mark.parametrize("size", SIZES)
async def test_two_moments_are_compared_thing_by_thing(six_entries: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(six_entries, size, on=date(2031, 1, 1)) as pilot:
        marked(pilot, date(2011, 1, 1))
        await press(pilot, "6")
        await compared(pilot)
        shown = seen(pilot)
        assert "Styret" in shown
        assert ("1. januar 2011" if spoken == "nb" else "1 January 2011") in shown or size == (60, 20)
        if size == (120, 36):
            assert any("Fjord" in line and "→ Storfjord" in line and "#6" in line for line in shown.splitlines())
            assert ("6 Sammenlign" if spoken == "nb" else "6 Compare") in shown
        await press(pilot, "end")
        assert any(line.lstrip("│ ").startswith("+") for line in seen(pilot).splitlines())


async def test_on_a_narrow_terminal_before_and_after_take_a_line_each(six_entries: Book) -> None:
    async with opened(six_entries, (80, 24), on=date(2031, 1, 1)) as pilot:
        marked(pilot, date(2029, 1, 1))
        await press(pilot, "6")
        await compared(pilot)
        shown = seen(pilot)
        assert "- Fjord" in shown
        assert "+ Storfjord" in shown


async def test_a_is_marked_with_a_key_anywhere_and_changes_places_with_b(six_entries: Book) -> None:
    async with opened(six_entries, on=date(2011, 1, 1)) as pilot:
        app = app_of(pilot)
        await press(pilot, "m")
        app.context = TimeContext(date(2031, 1, 1))
        await press(pilot, "6")
        screen = await compared(pilot)
        many = len(screen.compared.changes) if screen.compared else 0
        assert f"{many} differences: A ◆ 1 January 2011 ◇ #6 → B ◆ 1 January 2031 ◇ #6" in seen(pilot)
        screen.action_turn_round()
        screen = await compared(pilot)
        assert app.context.effective == date(2011, 1, 1)
        assert screen.compared is not None
        assert len(screen.compared.changes) == many
        assert {change.sign for change in screen.compared.changes} >= {"-", "~"}


async def test_the_same_day_by_other_knowledge(six_entries: Book) -> None:
    async with opened(six_entries, on=date(2031, 1, 1)) as pilot:
        marked(pilot, date(2000, 1, 1), 4)
        await press(pilot, "6", "t")
        screen = await compared(pilot)
        assert screen.first().effective == date(2031, 1, 1)
        assert "A ◆ 1 January 2031 ◇ #4 → B ◆ 1 January 2031 ◇ #6 · same day" in seen(pilot)
        assert screen.compared is not None
        assert {change.entry for change in screen.compared.changes} == {5, 6}


async def test_a_difference_leads_to_its_entry_and_to_why(six_entries: Book) -> None:
    async with opened(six_entries, on=date(2031, 1, 1)) as pilot:
        marked(pilot, date(2029, 1, 1))
        await press(pilot, "6")
        await compared(pilot)
        await press(pilot, "down")
        assert "A Fjord" in told(pilot)
        await press(pilot, "w")
        assert at(pilot, WhyScreen)
        await press(pilot, "escape", "enter")
        assert at(pilot, TimelineScreen)


async def test_what_is_the_same_is_shown_when_asked_for(six_entries: Book) -> None:
    async with opened(six_entries, on=date(2031, 1, 1)) as pilot:
        marked(pilot, date(2029, 1, 1))
        await press(pilot, "6")
        await compared(pilot)
        assert "unchanged" not in "\n".join(seen(pilot).splitlines()[:-1])
        await press(pilot, "u")
        await compared(pilot)
        assert "body: 2 unchanged" in seen(pilot)
        assert "Digitalt utvalg" in seen(pilot)


async def test_nothing_different_is_explained(six_entries: Book, spoken: str) -> None:
    async with opened(six_entries, on=date(2011, 1, 1)) as pilot:
        marked(pilot, date(2011, 1, 1))
        await press(pilot, "6")
        await compared(pilot)
        told = _(
            "Nothing is different at B from what was so at A. m marks A on any screen, d and D choose B, t compares "
            "what was known."
        )
        assert told[:60] in seen(pilot)


async def test_work_that_nobody_waits_for_any_more_is_dropped(six_entries: Book) -> None:
    async with opened(six_entries, on=date(2031, 1, 1)) as pilot:
        marked(pilot, date(2029, 1, 1))
        await press(pilot, "6")
        screen = await compared(pilot)
        before, late = screen.compared, screen.errand
        assert late is not None
        screen.action_same_day()
        screen.on_compare_screen_done(CompareScreen.Done(late, OSError("late")))
        assert not app_of(pilot).trouble
        await compared(pilot)
        assert screen.compared is not before


async def test_it_says_what_vedtak_diff_says(demo_ledger: Path, vedtak: Run) -> None:
    with open_ledger(demo_ledger, read_only=True) as book:
        async with opened(book, on=date(2018, 12, 31), named=("--ledger", str(demo_ledger))) as pilot:
            marked(pilot, date(2017, 6, 1))
            await press(pilot, "6")
            screen = await compared(pilot)
            words = screen.command_words()[1:]
            found = screen.compared.found if screen.compared else None
    answer = json.loads(vedtak(*words, "--json").out)
    assert answer["changes"]
    assert found is not None
    assert json.loads(msgspec.json.encode(found.changes)) == answer["changes"]
    assert json.loads(msgspec.json.encode(found.accounts)) == answer["accounts"]

"""Is every figure on the screen the one that ``vedtak money --json`` prints, to the øre, with the unknown unknown?"""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests import pilots
from tests.money_book import UNKNOWN, A, applied, kr, new_pen, source, tell
from tests.pilots import SIZES, press, reading_of, screen_of, seen
from tui.screens.entries_behind import EntriesBehind
from tui.screens.money import MoneyScreen
from tui.screens.money_tree import money_nodes
from tui.screens.why import WhyScreen
from tui.widgets.figures import ASCII, bar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.store import Book
    from tests.conftest import Run

DAY = date(2026, 5, 17)
opened = partial(pilots.opened, on=DAY)


def figures(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if "ore" in value and "entries" in value:
            yield path, value
            return
        for name, item in value.items():
            yield from figures(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from figures(item, f"{path}.{number}")


def english_text(found: dict[str, Any]) -> str:
    """The figure as an Englishman reads it, put together anew."""

    def kroner(ore: int) -> str:
        return f"{'-' if ore < 0 else ''}{abs(ore) // 100:,}.{abs(ore) % 100:02} kr"

    if not found["entries"]:
        return "–"
    if found["ore"] is None:
        return "unknown amount"
    if found["least"] != found["most"]:
        return f"◐ {kroner(found['least'])} – {kroner(found['most'])}"
    about = {"floor": "at least ", "ceiling": "at most ", "estimate": "about "}.get(found["known"], "")
    unknown = f" ({len(found['unknown_in'])} unknown)" if found.get("unknown_in") else ""
    return about + kroner(found["ore"]) + unknown


@pytest.mark.parametrize("day", [DAY, date(2020, 10, 1), date(2019, 6, 1)])
async def test_each_figure_on_the_screen_is_the_one_in_the_json(
    story: Book, continuation: Path, vedtak: Run, day: date
) -> None:
    printed = vedtak("money", "--json", "--on", day.isoformat(), "--ledger", str(continuation))
    wanted = dict(figures(json.loads(printed.out)))
    income = {path for path in wanted if ".lines." in path and path.endswith(".left")}
    checked = set()
    async with opened(story, (160, 50), on=day) as pilot:
        await press(pilot, "4")
        screen = screen_of(pilot, MoneyScreen)
        for _line in range(len(screen.things)):
            if screen.node:
                shown = seen(pilot).splitlines()
                for part in screen.node.parts:
                    if part.figure is None:
                        continue
                    text = english_text(wanted[part.path])
                    assert part.text == text, part.path
                    assert any(part.label in line and text in line for line in shown), (part.path, text)
                    assert part.entries == tuple(wanted[part.path]["entries"])
                    checked.add(part.path)
            await press(pilot, "down")
    left_out = set(wanted) - checked
    assert left_out <= income, left_out
    assert not any(".paid" in path for path in left_out)


@pytest.mark.parametrize("size", SIZES)
async def test_no_amount_is_cut_at_any_size(story: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(story, size) as pilot:
        await press(pilot, "4", "down", "down", "down", "enter")
        shown = " ".join(seen(pilot).split())
        amount = "1 247 500,00 kr" if spoken == "nb" else "1,247,500.00 kr"
        assert amount in shown
        assert "kr…" not in shown
        await press(pilot, "escape")
        assert screen_of(pilot, MoneyScreen).things.has_focus


async def test_why_leads_from_any_figure_to_its_entries(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "4", "down", "down", "down", "enter", "w")
        assert isinstance(pilot.app.screen, WhyScreen)
        await press(pilot, "escape", "down", "down", "down", "w")
        assert isinstance(pilot.app.screen, EntriesBehind)
        assert "5 entries: spent 1,247,500.00 kr" in seen(pilot)
        await press(pilot, "w")
        assert isinstance(pilot.app.screen, WhyScreen)


async def test_an_unknown_amount_stays_unknown_and_has_no_bar() -> None:
    pen = new_pen()
    source(pen)
    tell(pen, "2019-02-01", "grant-applied", **applied(A, UNKNOWN))
    async with opened(pen._book, on=date(2024, 1, 1)) as pilot:
        await press(pilot, "4", "down", "enter")
        line = next(line for line in seen(pilot).splitlines() if "applied for" in line)
        assert "unknown amount" in line
        assert "?" in line
        assert "0.00" not in seen(pilot)


async def test_a_ledger_without_money_says_so() -> None:
    async with opened(new_pen()._book, on=date(2024, 1, 1)) as pilot:
        await press(pilot, "4")
        assert "No money was on record on 1 January 2024" in " ".join(seen(pilot).replace("│", " ").split())


async def test_brackets_in_names_are_shown_as_they_are() -> None:
    pen = new_pen()
    tell(
        pen,
        "2019-01-01",
        "funding-source-registered",
        fund="fund/x",
        name="[/x] [red]fund[/red] {0}",
        kind="discretionary",
    )
    tell(pen, "2019-02-01", "grant-applied", **{**applied(A, kr(1)), "fund": "fund/x", "project": "[/] [@click=quit]p"})
    async with opened(pen._book, on=date(2024, 1, 1)) as pilot:
        await press(pilot, "4", "down", "enter")
        assert "[/x] [red]fund[/red]" in seen(pilot)
        assert "[/] [@click=quit]p" in seen(pilot)


def test_the_export_has_every_figure_in_ore(story: Book) -> None:
    nodes = money_nodes(reading_of(story, DAY))
    assert nodes
    assert len({node.key for node in nodes}) == len(nodes)


@pytest.mark.parametrize(
    ("drawn", "wanted"),
    [
        (bar(0, 100, 10), ""),
        (bar(100, 100, 10), "██████████"),
        (bar(1, 100, 10), "▌"),
        (bar(25, 100, 10), "██▌"),
        (bar(110, 100, 10), "█████████!"),
        (bar(-5, 100, 10), ""),
        (bar(5, 0, 10), ""),
        (bar(20, 100, 10, most=50), "██▒▒▒"),
        (bar(25, 100, 10, most=50, signs=ASCII), "##-??"),
    ],
)
def test_bars(drawn: str, wanted: str) -> None:
    assert drawn == wanted

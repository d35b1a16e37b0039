"""The invented continuation as a ledger on disk, and short ways to look at the screens that answer from it."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from ledger.vault import Disclosed
from projections.reading import Reading
from tui.app import VedtakApp
from tui.ledgers import log_of, open_ledger
from tui.locale import language, use_language
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from ledger.store import Book

DAY = date(2026, 5, 17)
SIZES = [(120, 36), (80, 24), (60, 20)]


@contextmanager
def spoken_in(code: str) -> Iterator[None]:
    before = language()
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


@contextmanager
def story_book(path: Path) -> Iterator[Book]:
    with open_ledger(path, read_only=True) as book:
        yield book


def reading_of(book: Book, on: date = DAY) -> Reading:
    log = log_of(book)
    return Reading(log, on, log.head, Disclosed(book))


@asynccontextmanager
async def opened(book: Book, size: tuple[int, int] = (120, 36), **moment: Any) -> AsyncIterator[Pilot[int]]:
    moment.setdefault("on", DAY)
    app = VedtakApp(book, **moment)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot


async def settled(pilot: Pilot[int]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def look_for(pilot: Pilot[int], words: str) -> None:
    await press(pilot, "slash")
    pilot.app.screen.query_one(Input).value = words
    await settled(pilot)
    await press(pilot, "enter")


def seen(pilot: Pilot[int]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def told(pilot: Pilot[int]) -> str:
    return " ".join(pilot.app.screen.query_one(Sheet).shown.split())

"""Keys that come all at once, as from a hurried hand or a slow line: each does what it would have done alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from textual.events import Paste

from tests.pilots import Typed, app_of, key_event, opened, screen_of, seen, settled
from tui.ledgers import create_ledger, open_ledger
from tui.screens.record import RecordScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot


async def at_once(pilot: Pilot[int], *keys: str | Paste) -> None:
    """Everything is typed before the first of it has been looked at."""
    for key in keys:
        if isinstance(key, Paste):
            pilot.app.post_message(key)
            continue
        for one in key if isinstance(key, Typed) else (key,):
            pilot.app.post_message(key_event(one))
    await settled(pilot)


async def test_what_is_typed_stands_in_the_field_it_was_typed_for(tmp_path: Path) -> None:
    create_ledger(tmp_path / "typed.vedtak", "test/typed")
    with open_ledger(tmp_path / "typed.vedtak") as book:
        async with opened(book, role="write") as pilot:
            await at_once(pilot, "a", Typed("organisation registered"), "enter")
            form = screen_of(pilot, RecordScreen)
            await at_once(
                pilot,
                *(Typed("2019-01-01"), "tab", Typed("Vik kommune"), "enter"),
                *(Typed("municipality"), "tab", Typed("4639"), "shift+tab", "shift+tab"),
                *(Paste("Nye "), "home", Typed("X"), "tab", "tab", "tab", "tab"),
            )
            texts = form.form.texts
            assert texts["effective"] == "2019-01-01"
            assert (texts["event.name"], texts["event.kind"]) == ("XVik kommuneNye ", "municipality")
            assert "4639" in texts.values(), texts


async def test_a_dialogue_takes_what_is_typed_behind_the_key_that_opens_it(tmp_path: Path) -> None:
    create_ledger(tmp_path / "typed.vedtak", "test/typed")
    with open_ledger(tmp_path / "typed.vedtak", read_only=True) as book:
        async with opened(book) as pilot:
            app = app_of(pilot)
            await at_once(pilot, "d", Typed("2012-03-04"), "enter", "D", Typed("2013-05-06"), "enter", "2")
            assert app.context.effective == date(2012, 3, 4)
            assert app.current_mode == "structure", seen(pilot)
            await at_once(pilot, "1", "slash", Typed("2345"), "enter", "colon", Typed("3"), "escape", "slash")
            assert app.current_mode == "timeline"
            assert "2345" in seen(pilot)

"""A thing, or a cell, on the whole screen; from there to its entries and to why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tui.keymap import bindings
from tui.locale import N_
from tui.screens.base import LedgerScreen
from tui.widgets.sheet import Item, Sheet

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading


class WholeScreen(LedgerScreen):
    """What ``items`` says of the moment. ``ref`` is the thing it is about, ``entry`` what it rests on."""

    SECTIONS = ("whole", "sheet")
    BINDINGS = bindings("whole")
    HELP = N_("A cell or an item in full, and below it the entry or the thing it is about.")

    def __init__(
        self, items: Callable[[Reading], Iterable[Item]], ref: str, entry: int | None = None, name: str = ""
    ) -> None:
        super().__init__()
        self._items = items
        self._ref = ref
        self._entry = entry
        self._about = name

    def panes(self) -> Iterable[Widget]:
        yield Sheet(id="whole")

    def show(self, reading: Reading) -> None:
        self.query_one(Sheet).set_items(self._items(reading), keep_place=True)

    def selected_entry(self) -> int | None:
        known = self._entry is not None and self._entry <= self.vedtak.reading.known
        return self._entry if known else None

    def place(self) -> tuple[str, str]:
        return "t", self._ref

    def command(self) -> tuple[str, ...]:
        return "show", self._ref

    def action_open(self) -> None:
        """The entries that concern the thing, in the timeline."""
        self.app.pop_screen()
        self.vedtak.open_entries_of(self._ref)

    def action_why(self) -> None:
        """The chain behind it."""
        from tui.screens.why import WhyScreen

        if position := self.selected_entry():
            self.app.push_screen(WhyScreen(position, self._about))

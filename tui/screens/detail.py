"""An entry or a thing on the whole screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.keymap import bindings
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import entry_items
from tui.widgets.bars import TimeBar
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading
    from tui.screens.timeline import TimelineScreen


class DetailScreen(LedgerScreen):
    """The entry chosen in the timeline; stepping steps there too."""

    SECTIONS = ("detail",)
    BINDINGS = bindings("detail")

    def __init__(self, timeline: TimelineScreen) -> None:
        super().__init__()
        self._timeline = timeline

    def panes(self) -> Iterable[Widget]:
        yield Sheet(id="whole")

    def show(self, reading: Reading) -> None:
        position = self.selected_entry()
        known = position is not None and position <= reading.known
        self.query_one(Sheet).set_items(entry_items(reading, position) if known and position else ())
        self.query_one(TimeBar).refresh()

    def selected_entry(self) -> int | None:
        return self._timeline.selected_entry()

    def action_step(self, by: int) -> None:
        """To another entry."""
        self._timeline.action_step(by)
        self.show(self.vedtak.reading)

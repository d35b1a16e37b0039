"""An entry or a thing on the whole screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on

from tui.keymap import bindings
from tui.locale import N_
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import entry_items
from tui.screens.thing_sheet import cited_for, thing_items
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading
    from projections.why import SourceStep
    from tui.screens.timeline import TimelineScreen


class DetailScreen(LedgerScreen):
    """The entry chosen in the timeline; stepping steps there too."""

    SECTIONS = ("detail", "sheet")
    BINDINGS = bindings("detail")
    HELP = N_("One entry: what it says, when, how we know, on what authority, and what it changed.")

    def __init__(self, timeline: TimelineScreen) -> None:
        super().__init__()
        self._timeline = timeline

    def panes(self) -> Iterable[Widget]:
        yield Sheet(id="whole")

    def show(self, reading: Reading) -> None:
        position = self.selected_entry()
        known = position is not None and position <= reading.known
        self.query_one(Sheet).set_items(entry_items(reading, position) if known and position else ())
        self.refresh_bars()

    def selected_entry(self) -> int | None:
        return self._timeline.selected_entry()

    def command(self) -> tuple[str, ...]:
        return ("show", f"#{self.selected_entry() or 0}")

    def action_step(self, by: int) -> None:
        """To another entry; faster while the key is held."""
        self._timeline.action_step(by)
        if self.vedtak.settling:
            self.refresh_bars()
        else:
            self.show(self.vedtak.reading)

    def settled(self) -> None:
        super().settled()
        self._timeline.settled()
        self.show(self.vedtak.reading)


class ThingScreen(LedgerScreen):
    """A thing that does not stand in the tree on the day, or not at all."""

    SECTIONS = ("thing", "sheet")
    BINDINGS = bindings("thing")
    HELP = N_("One thing as it stood on the day (◆), as known then (◇).")

    def __init__(self, ref: str) -> None:
        super().__init__()
        self._ref = ref

    def panes(self) -> Iterable[Widget]:
        yield Sheet(id="whole")

    def show(self, reading: Reading) -> None:
        self.query_one(Sheet).set_items(thing_items(reading, self._ref))

    def place(self) -> tuple[str, str]:
        return "t", self._ref

    def command(self) -> tuple[str, ...]:
        about = self.query_one(Sheet).about
        return ("why", about) if about else ("show", self._ref)

    @on(Sheet.Pointed)
    def _value_pointed_at(self) -> None:
        self.refresh_bars()

    def action_why(self) -> None:
        """The chain behind the chosen value."""
        from tui.screens.why import WhyScreen

        self.app.push_screen(WhyScreen(self.query_one(Sheet).about or self._ref))

    def cited(self) -> SourceStep | None:
        return cited_for(self.vedtak.reading, self._ref)

    def action_open(self) -> None:
        """The entries that concern the thing, in the timeline."""
        self.app.pop_screen()
        self.vedtak.open_entries_of(self._ref)

"""The log, entry by entry, with the chosen one in full beside it."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from projections.timeline import Filter, candidates, line
from tui.keymap import bindings
from tui.locale import _, ngettext_
from tui.phrases import line_parts
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import entry_items, short_date
from tui.widgets.bars import HintBar, TimeBar
from tui.widgets.safe import one_line
from tui.widgets.sheet import Sheet
from tui.widgets.virtual_list import Column, Row, VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading

SLICE_SECONDS = 0.008
"""How long the search works before it lets keys and drawing through."""


class EntryRows:
    """Entries as rows, drawn up when asked for."""

    def __init__(self, reading: Reading, positions: Sequence[int]) -> None:
        self.reading = reading
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [self._row(position) for position in self.positions[start:stop]]

    def _row(self, position: int) -> Row:
        date = self.reading.date_of(position)
        kind, who, what = line_parts(self.reading, line(self.reading, position))
        sign, look = " ", ""
        if self.reading.journal.withdrawn_by(position, self.reading.known) is not None:
            sign, look = "✗", "gone"
        elif date.earliest > self.reading.effective:
            sign, look = "·", "quiet"
        elif date.latest > self.reading.effective:
            sign, look = "◐", "doubt"
        return Row((sign, f"#{position}", short_date(date), kind, who, what), look)


class TimelineScreen(LedgerScreen):
    """Every entry known at the moment."""

    SECTIONS = ("timeline", "list")
    BINDINGS = bindings("timeline")

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Filter()
        self._positions: Sequence[int] = range(0)
        self._goto: int | None = None

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="entries"), Input(id="filter", compact=True, select_on_focus=False), id="main")
        yield Sheet(id="detail")

    # ------------------------------------------------------------------------------------------------ showing

    def show(self, reading: Reading) -> None:
        self.query_one("#filter", Input).placeholder = _("words to look for")
        self.entries.set_columns(
            (
                Column("", 1),
                Column(_("no."), max(4, len(str(reading.known)) + 1)),
                Column(_("effective"), 12),
                Column(_("type"), 12, share=1, needs=56),
                Column(_("who"), 8, share=2),
                Column(_("what"), 0, share=3, needs=46),
            )
        )
        if self.wanted == Filter():
            self.workers.cancel_group(self, "search")
            self._show_positions(reading, range(1, reading.known + 1))
        else:
            self._search(reading)

    def _show_positions(self, reading: Reading, positions: Sequence[int]) -> None:
        followed = self.entries.cursor >= len(self._positions) - 1
        here = self._goto or self.selected_entry()
        self._goto = None
        if here in positions and not (followed and len(self._positions) and here == self._positions[-1]):
            cursor = positions.index(here)
        else:  # the newest, or the last one before where the cursor was
            cursor = len(positions) - 1 if followed or here is None else bisect_right(positions, here) - 1
        self._positions = positions
        self.entries.set_rows(EntryRows(reading, positions), cursor=cursor, empty=self._why_empty(reading))
        self.query_one("#main").border_title = self._title(reading)
        if not positions:
            self.sheet.set_items(())

    @work(exclusive=True, group="search")
    async def _search(self, reading: Reading) -> None:
        """Try entry after entry, letting everything else through every few milliseconds."""
        wanted, found = self.wanted, []
        pause = monotonic() + SLICE_SECONDS
        for position in candidates(reading, wanted):
            if wanted.admits(reading.journal.entry(position)):
                found.append(position)
            if monotonic() > pause:
                await asyncio.sleep(0)
                pause = monotonic() + SLICE_SECONDS
        self._show_positions(reading, found)

    def _title(self, reading: Reading) -> Content:
        known = reading.known
        if self.wanted == Filter():
            return one_line(ngettext_("{count} entry", "{count} entries", known).format(count=known))
        count = _("{count} of {all}").format(count=len(self._positions), all=known)
        told = [count]
        if self.wanted.touches:
            told.append(_("about {name}").format(name=reading.label(self.wanted.touches)))
        if self.wanted.search:
            told.append(_("“{words}”").format(words=self.wanted.search.removesuffix("*")))
        return one_line(" · ".join(told))

    def _why_empty(self, reading: Reading) -> str:
        if not self.vedtak.loaded:
            return _("Reading the ledger …")
        if self.wanted != Filter():
            return _("No entry passes the filter. 0 of {all}. esc takes the filter away.").format(all=reading.known)
        if self.vedtak.head:
            return _("Here stands what was known; before the first entry, nothing was. 0 shows everything known now.")
        return _("Here every entry will stand, the newest last. Nothing is recorded yet; “vedtak record” records.")

    @on(VirtualList.Highlighted, "#entries")
    def _entry_chosen(self, event: VirtualList.Highlighted) -> None:
        if position := self.selected_entry():
            self.sheet.set_items(entry_items(self.vedtak.reading, position))
            self.query_one(TimeBar).refresh()

    @property
    def entries(self) -> VirtualList:
        """The list of entries."""
        return self.query_one("#entries", VirtualList)

    @property
    def sheet(self) -> Sheet:
        """The chosen entry in full."""
        return self.query_one("#detail", Sheet)

    @property
    def sections(self) -> tuple[str, ...]:
        return ("filter", "app") if isinstance(self.focused, Input) else super().sections

    def selected_entry(self) -> int | None:
        place = self.entries.cursor
        return self._positions[place] if 0 <= place < len(self._positions) else None

    # ------------------------------------------------------------------------------------------------ doing

    def go_to(self, position: int) -> None:
        """Put the cursor on an entry, taking a filter away that would hide it."""
        if position in self._positions:
            self.entries.cursor = self._positions.index(position)
        else:
            self._goto = position
            self.filter_by(Filter())

    def filter_by(self, wanted: Filter) -> None:
        """Show only what passes."""
        self.wanted = wanted
        field = self.query_one("#filter", Input)
        with field.prevent(Input.Changed):
            field.value = (wanted.search or "").removesuffix("*")
        field.set_class(wanted.search is not None, "-open")
        self.again()

    def again(self) -> None:
        """Show the same moment once more, or do so when the screen is next seen."""
        self._shown = None
        self.keep_up()

    def action_step(self, by: int) -> None:
        """To another entry."""
        self.entries.action_cursor(by)

    def action_open(self) -> None:
        """The chosen entry, on the whole screen."""
        from tui.screens.detail import DetailScreen

        if self.selected_entry():
            self.app.push_screen(DetailScreen(self))

    @on(VirtualList.Chosen, "#entries")
    def _entry_opened(self) -> None:
        self.action_open()

    def action_filter(self) -> None:
        """Open the field for words to look for."""
        field = self.query_one("#filter", Input)
        field.add_class("-open")
        field.focus()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        words = event.value.strip()
        if words[-1:].isalnum():
            words += "*"  # the last word is still being typed
        self.wanted = Filter(touches=self.wanted.touches, search=words or None)
        self.again()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self._leave_field()

    def _leave_field(self) -> None:
        self.query_one("#filter", Input).set_class(self.wanted.search is not None, "-open")
        self.entries.focus()

    def on_descendant_focus(self) -> None:
        self.query_one(HintBar).refresh()

    def action_back(self) -> None:
        """Take away the words, then the thing, that the list is filtered by."""
        if self.wanted.search is not None or isinstance(self.focused, Input):
            self.filter_by(Filter(touches=self.wanted.touches))
        else:
            self.filter_by(Filter())
        self.entries.focus()

"""The entries behind a figure, and the chosen one below: what ``w`` on a sum leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical

from tui.columns import Column
from tui.entry_rows import EntryRows
from tui.keymap import bindings
from tui.locale import N_, _, ngettext_
from tui.phrases import number_text
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import entry_items
from tui.widgets.safe import one_line
from tui.widgets.sheet import Sheet
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading


class EntriesBehind(LedgerScreen):
    """Entries, under what they are behind."""

    SECTIONS = ("behind", "list")
    BINDINGS = bindings("behind")
    HELP = N_("The entries that a figure is made of, or that say what is unknown in it, and the chosen one in full.")

    def __init__(self, about: str, entries: Sequence[int]) -> None:
        super().__init__()
        self._about = about
        self._behind = tuple(entries)
        self._entries: Sequence[int] = ()

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="behind"), id="main")
        yield Sheet(id="detail")

    def show(self, reading: Reading) -> None:
        self._entries = [entry for entry in self._behind if entry <= reading.known]
        rows = self.query_one(VirtualList)
        rows.set_columns(
            (
                Column("", 1),
                Column(_("no."), max(4, len(str(reading.known)) + 1)),
                Column(_("effective"), 12),
                Column(_("type"), 12, share=1, needs=56),
                Column(_("who"), 8, share=2),
                Column(_("what"), 0, share=3, needs=46),
            )
        )
        rows.set_rows(EntryRows(reading, self._entries), empty=_("None of them was known then. esc goes back."))
        count = len(self._entries)
        told = ngettext_("{count} entry", "{count} entries", count).format(count=number_text(count))
        self.query_one("#main").border_title = one_line(f"{told}: {self._about}")
        if not self._entries:
            self.query_one(Sheet).set_items(())

    @on(VirtualList.Highlighted)
    def _entry_chosen(self) -> None:
        if position := self.selected_entry():
            self.query_one(Sheet).set_items(entry_items(self.vedtak.reading, position))
            self.refresh_bars()

    @on(VirtualList.Chosen)
    def _entry_opened(self) -> None:
        self.action_open()

    def selected_entry(self) -> int | None:
        place = self.query_one(VirtualList).cursor
        return self._entries[place] if place < len(self._entries) else None

    def command(self) -> tuple[str, ...]:
        return "show", f"#{self.selected_entry() or 0}"

    def action_open(self) -> None:
        """The entry, in the timeline."""
        if position := self.selected_entry():
            self.app.pop_screen()
            self.vedtak.open_entry(position)

"""The log, entry by entry, with the chosen one in full beside it."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on, work
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input
from textual.worker import get_current_worker

from projections.indexed import IndexedLog
from projections.timeline import Filter, candidates
from tui.entry_rows import EntryRows, columns, title, why_none
from tui.keymap import bindings
from tui.locale import N_, _
from tui.phrases import number_text, type_name
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import entry_items
from tui.widgets.bars import TimeBar
from tui.widgets.filter_field import FilterField
from tui.widgets.safe import one_line
from tui.widgets.sheet import Sheet
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading

BY_HAND_MAX = 20_000
"""In a longer ledger words are looked up in its index."""
SLICE_SECONDS = 0.008
"""How long the search works before it lets keys and drawing through."""


def _years(wanted: Filter) -> str:
    first, last = wanted.since, wanted.until
    if first and last and first.year == last.year:
        return str(first.year)
    return f"{first.year if first else ''}–{last.year if last else ''}"


def _place_of(position: int | None, positions: Sequence[int]) -> int | None:
    """Where a position stands among some in order; None where it is not one of them."""
    place = bisect_left(positions, position or 0)
    return place if place < len(positions) and positions[place] == position else None


class TimelineScreen(LedgerScreen):
    """Every entry known at the moment."""

    SECTIONS = ("timeline", "list")
    BINDINGS = bindings("timeline")
    HELP = N_(
        "Every entry in the order it was recorded, and the chosen one in full. The two dates above decide what is "
        "shown: entries recorded after ◇ are not here, those that take effect after ◆ have a · before them."
    )

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Filter()
        self._positions: Sequence[int] = range(0)
        self._goto: int | None = None
        self._sought = ""
        self._hits: Sequence[int] = ()
        """The entries with the words last looked for."""

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="entries"), id="main")
        yield Sheet(id="detail")

    def on_mount(self) -> None:
        # Not by the list's message, which comes in a later round: a line and its number belong in one frame.
        self.watch(self.entries, "cursor", self._entry_passed, init=False)

    # ------------------------------------------------------------------------------------------------ showing

    def show(self, reading: Reading) -> None:
        self.entries.set_columns(columns(reading.known))
        if self.wanted == Filter():
            self.workers.cancel_group(self, "search")
            self._show_positions(reading, range(1, reading.known + 1))
        else:
            self._search(reading)

    def _show_positions(self, reading: Reading, positions: Sequence[int]) -> None:
        followed = self.entries.cursor >= len(self._positions) - 1
        here = self._goto or self.selected_entry()
        self._goto = None
        place = _place_of(here, positions)
        if place is not None and not (followed and len(self._positions) and here == self._positions[-1]):
            cursor = place
        else:  # the newest, or the last one before where the cursor was
            cursor = len(positions) - 1 if followed or here is None else bisect_right(positions, here) - 1
        self._positions = positions
        self.entries.set_rows(EntryRows(reading, positions), cursor=cursor, empty=self._why_empty(reading))
        self.query_one("#main").border_title = self._title(reading)
        if not positions:
            self.sheet.set_items(())

    def _search(self, reading: Reading) -> None:
        """Find what passes: by the index in a thread where there is one, else entry by entry between the keys."""
        if isinstance(reading.journal, IndexedLog) and reading.known > BY_HAND_MAX:
            self._search_index(reading, self.wanted)
        else:
            self._search_by_hand(reading, self.wanted)

    @work(exclusive=True, group="search")
    async def _search_by_hand(self, reading: Reading, wanted: Filter) -> None:
        """Try entry after entry, letting everything else through every few milliseconds."""
        found = []
        pause = monotonic() + SLICE_SECONDS
        for position in candidates(reading, wanted):
            if wanted.admits(reading.journal.entry(position)):
                found.append(position)
            if monotonic() > pause:
                await asyncio.sleep(0)
                pause = monotonic() + SLICE_SECONDS
        self._show_found(reading, wanted, found)

    @work(thread=True, exclusive=True, group="search")
    def _search_index(self, reading: Reading, wanted: Filter) -> None:
        """Ask the index, which knows whole words and how they begin, by a connection of the thread's own."""
        worker = get_current_worker()
        found = self.vedtak.searched(wanted, reading, worker)
        if found is not None and not worker.is_cancelled:
            self.call_later(self._show_found, reading, wanted, found)

    def _show_found(self, reading: Reading, wanted: Filter, found: Sequence[int]) -> None:
        if wanted != self.wanted:
            return
        if wanted.search:
            self._hits = found
        self._show_positions(reading, found)

    def _title(self, reading: Reading) -> Content:
        known = reading.known
        if self.wanted == Filter():
            return one_line(title(known))
        count = _("{count} of {all}").format(count=number_text(len(self._positions)), all=number_text(known))
        told = [count]
        if self.wanted.touches:
            told.append(_("about {name}").format(name=reading.label(self.wanted.touches)))
        if self.wanted.type:
            told.append(type_name(self.wanted.type))
        if self.wanted.since and self.wanted.until:
            told.append(_years(self.wanted))
        if self.wanted.partnership:
            told.append(reading.label(self.wanted.partnership))
        if self.wanted.search:
            told.append(_("“{words}”").format(words=self.wanted.search.removesuffix("*")))
        return one_line(" · ".join(told))

    def _why_empty(self, reading: Reading) -> str:
        if not self.vedtak.loaded:
            return _("Reading the ledger …")
        if self.wanted != Filter():
            return _("No entry passes the filter. 0 of {all}. esc takes the filter away.").format(
                all=number_text(reading.known)
            )
        return why_none(self.vedtak.head)

    def _entry_passed(self) -> None:
        self.query_one(TimeBar).refresh()

    @on(VirtualList.Highlighted, "#entries")
    def _entry_chosen(self) -> None:
        position = self.selected_entry()
        if position and not self.vedtak.settling:
            self.sheet.set_items(entry_items(self.vedtak.reading, position))

    @property
    def entries(self) -> VirtualList:
        """The list of entries."""
        return self.query_one("#entries", VirtualList)

    @property
    def sheet(self) -> Sheet:
        """The chosen entry in full."""
        return self.query_one("#detail", Sheet)

    def selected_entry(self) -> int | None:
        place = self.entries.cursor
        return self._positions[place] if 0 <= place < len(self._positions) else None

    # ------------------------------------------------------------------------------------------------ doing

    def go_to(self, position: int) -> None:
        """Put the cursor on an entry, taking a filter away that would hide it."""
        place = _place_of(position, self._positions)
        if place is not None:
            self.entries.cursor = place
        else:
            self._goto = position
            self.filter_by(Filter())

    def filter_by(self, wanted: Filter) -> None:
        """Show only what passes."""
        self.wanted = wanted
        field = self.query_one(FilterField)
        with field.prevent(Input.Changed):
            field.value = (wanted.search or "").removesuffix("*")
        field.set_class(wanted.search is not None, "-open")
        self.again()

    def again(self) -> None:
        """Show the same moment once more, or do so when the screen is next seen."""
        self._shown = None
        self.keep_up()

    def narrow(self, words: str) -> None:
        said = f"{words}*" if words[-1:].isalnum() else words  # the last word is still being typed
        self.wanted = replace(self.wanted, search=said or None)
        if words:
            self._sought = words
        self.again()

    def action_find(self, direction: int) -> None:
        """The next entry with the words last looked for, also when the filter has been taken away."""
        if self.wanted.search or not self._hits:
            self.entries.action_cursor(direction if self.wanted.search else 0)
            return
        here = self.selected_entry() or 0
        at = bisect_right(self._hits, here) if direction > 0 else bisect_left(self._hits, here) - 1
        if 0 <= at < len(self._hits):
            self.go_to(self._hits[at])

    def action_step(self, by: int) -> None:
        """To another entry; faster while the key is held."""
        self.entries.action_cursor(self.vedtak.steps(self.hold, by))

    def settled(self) -> None:
        super().settled()
        self._entry_chosen()

    def action_open(self) -> None:
        """The chosen entry, on the whole screen."""
        from tui.screens.detail import DetailScreen

        if self.selected_entry():
            self.app.push_screen(DetailScreen(self))

    @on(VirtualList.Chosen, "#entries")
    def _entry_opened(self) -> None:
        self.action_open()

    def action_facets(self) -> None:
        """Filter by type, year or partnership."""
        from tui.screens.facets import Facets

        def chosen(wanted: Filter | None) -> None:
            if wanted is not None:
                self.filter_by(wanted)

        self.app.push_screen(Facets(self.vedtak.reading, self.wanted), chosen)

    def action_back(self) -> None:
        """Take away the words, then everything else, that the list is filtered by."""
        if self.wanted.search is not None or isinstance(self.focused, Input):
            self.filter_by(replace(self.wanted, search=None))
        else:
            self.filter_by(Filter())
        self.entries.focus()

    def clear_filter(self) -> None:
        self.action_back()

    def command(self) -> tuple[str, ...]:
        wanted = self.wanted
        asked = {
            "--type": wanted.type,
            "--touches": wanted.touches,
            "--since": wanted.since.isoformat() if wanted.since else None,
            "--until": wanted.until.isoformat() if wanted.until else None,
            "--search": wanted.search,
            "--partnership": wanted.partnership,
        }
        return ("events", *(word for name, value in asked.items() if value is not None for word in (name, value)))

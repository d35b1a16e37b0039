"""A list of any length that asks for its rows page by page and draws only the lines that can be seen.

It knows nothing of the ledger. Rows are plain text, made safe here, so that nobody who fills a list can forget to.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import N_, _
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from textual import events

PAGE: Final = 8
"""Rows asked for at a time: few, since all of a page is worked out for the one line of it that is seen first."""
PAGES_KEPT: Final = 256
HEAD: Final = 1
GAP: Final = 1
AT_ONCE: Final = 1_000
"""So many lines are looked through while a key is being pressed; more, with keys let through every so often."""
BREATH: Final = 64


@dataclass(frozen=True)
class Column:
    """A column: its title, its least width in cells, and its share of what is left over."""

    title: str
    width: int
    share: int = 0
    needs: int = 0
    """The list must be this wide for the column to be shown."""
    right: bool = False
    """Whether its texts end at the right edge, as numbers do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a text for each column, and how the line looks.

    That is ``""``, ``quiet``, ``gone``, ``doubt``, ``strong`` or ``marked``.
    """

    cells: tuple[str, ...]
    look: str = ""


class RowProvider(Protocol):
    """Where a list gets its rows."""

    def __len__(self) -> int:
        """How many rows there are."""

    def page(self, start: int, stop: int) -> Sequence[Row]:
        """The rows from one index up to another."""


class NoRows:
    """A provider with nothing in it."""

    def __len__(self) -> int:
        return 0

    def page(self, start: int, stop: int) -> Sequence[Row]:
        """Nothing."""
        return ()


def _raise(error: Exception) -> None:
    """Let the screen hear of it, which says so."""
    raise error


class VirtualList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows under a fixed heading, with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--head",
        "list--cursor",
        "list--cursor-idle",
        "list--plain",
        "list--strong",
        "list--quiet",
        "list--doubt",
        "list--gone",
        "list--empty",
        "list--marked",
    }
    BINDINGS = bindings("list")
    SECTIONS: ClassVar[tuple[str, ...]] = ("list",)
    HELP = N_("Lines to choose from. Signs stand first: · not yet, ◐ may be, ✗ withdrawn; the list of keys tells all.")

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row that is chosen, counted among all rows, also when only some are shown."""

    class Highlighted(Message):
        """The cursor stands on another row, or the row it stands on was replaced."""

        def __init__(self, rows: VirtualList, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

        @property
        def control(self) -> VirtualList:
            """The list, for ``@on``."""
            return self.rows

    class Chosen(Highlighted):
        """Enter or a double click on a row."""

    class Narrowed(Message):
        """Only the lines with some words are shown, or all again when there are none."""

        def __init__(self, rows: VirtualList, words: str, count: int, of: int) -> None:
            super().__init__()
            self.rows = rows
            self.words = words
            self.count = count
            self.of = of

    def __init__(self, columns: Sequence[Column] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows: RowProvider = NoRows()
        self._pages: dict[int, Sequence[Row]] = {}
        self._empty = ""
        self._words: tuple[str, ...] = ()
        self._sought: tuple[str, ...] = ()
        self._some: Sequence[int] | None = None
        """The rows that are shown, in order; None for all."""

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns, or the same with other titles."""
        self._columns = tuple(columns)
        self._pages.clear()
        self.refresh()

    def set_rows(self, rows: RowProvider, *, cursor: int | None = None, empty: str = "") -> None:
        """Show other rows. Without ``cursor`` it stays where it was, as far as there are rows."""
        self._rows = rows
        self._empty = empty
        self._pages.clear()
        self._some = None
        self.virtual_size = Size(0, len(rows) + HEAD)
        self.set_reactive(VirtualList.cursor, self.validate_cursor(self.cursor if cursor is None else cursor))
        self._keep_in_view()
        self.call_after_refresh(self._keep_in_view)  # only then is it known how far the new rows can be scrolled
        self.refresh()
        if len(rows):
            self.post_message(self.Highlighted(self, self.cursor))
        if self._words:
            self.narrow(" ".join(self._words))

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return tuple(column.title for column in self._columns)

    def all_cells(self) -> Iterator[tuple[str, ...]]:
        """The texts of the rows that are shown, page by page."""
        for line in range(self._count):
            row = self._row(self._index(line))
            if row is not None:
                yield row.cells

    # ------------------------------------------------------------------------------------------------ some rows only

    @property
    def _count(self) -> int:
        return len(self._rows) if self._some is None else len(self._some)

    def _index(self, line: int) -> int:
        """The row drawn in a line."""
        return line if self._some is None else self._some[line] if 0 <= line < len(self._some) else -1

    @property
    def _line(self) -> int:
        """The line that the cursor stands in."""
        return self.cursor if self._some is None else bisect_left(self._some, self.cursor)

    def narrow(self, words: str) -> None:
        """Show only the rows with every one of these words; all when there are none."""
        self._words = tuple(words.casefold().split())
        if self._words:
            self._sought = self._words
        self.workers.cancel_group(self, f"narrow-{id(self)}")
        if not self._words:
            self._show_some(None)
        elif len(self._rows) <= AT_ONCE:
            self._show_some([index for index in range(len(self._rows)) if self.matches(index, self._words)])
        else:
            self.run_worker(self._narrow_slowly(self._words), group=f"narrow-{id(self)}", exclusive=True)

    async def _narrow_slowly(self, words: tuple[str, ...]) -> None:
        found = []
        for index in range(len(self._rows)):
            if self.matches(index, words):
                found.append(index)
            if index % BREATH == 0:
                await asyncio.sleep(0)
        self._show_some(found)

    def matches(self, index: int, words: tuple[str, ...]) -> bool:
        """Whether a row has every word."""
        row = self._row(index)
        text = " ".join(row.cells).casefold() if row else ""
        return all(word in text for word in words)

    def _show_some(self, some: Sequence[int] | None) -> None:
        self._some = some
        self.virtual_size = Size(0, self._count + HEAD)
        before = self.cursor
        self.set_reactive(VirtualList.cursor, self.validate_cursor(self.cursor))
        self._keep_in_view()
        self.call_after_refresh(self._keep_in_view)
        self.refresh()
        self.post_message(self.Narrowed(self, " ".join(self._words), self._count, len(self._rows)))
        if before != self.cursor:
            self.post_message(self.Highlighted(self, self.cursor))

    def find(self, direction: int) -> None:
        """To the next row with the words last looked for, or the one before."""
        if self._some is not None:
            self.action_cursor(direction)
        elif self._sought:
            end = len(self._rows) if direction > 0 else -1
            for index in range(self.cursor + direction, end, direction)[:AT_ONCE]:
                if self.matches(index, self._sought):
                    self.cursor = index
                    return

    def __len__(self) -> int:
        return len(self._rows)

    def __bool__(self) -> bool:
        return True

    # ------------------------------------------------------------------------------------------------ cursor

    def validate_cursor(self, cursor: int) -> int:
        """Within the rows that are shown."""
        if self._some:
            return self._some[min(bisect_left(self._some, cursor), len(self._some) - 1)]
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        if old == new:
            return
        if self._some is None:
            self.refresh_line(old + HEAD)
            self.refresh_line(new + HEAD)
        else:
            self.refresh()
        self._keep_in_view()
        self.post_message(self.Highlighted(self, new))

    @property
    def _lines(self) -> int:
        return max(1, self.size.height - HEAD)

    def _keep_in_view(self) -> None:
        if not self.size.height:
            return
        # Forced: the scrollbar of a list just filled may not have come yet, and without it nothing is scrolled.
        top, line = self.scroll_offset.y, self._line
        if line < top:
            self.scroll_to(y=line, animate=False, force=True)
        elif line >= top + self._lines:
            self.scroll_to(y=line - self._lines + 1, animate=False, force=True)

    def action_cursor(self, by: int) -> None:
        """Move the cursor some lines."""
        self._to_line(self._line + by)

    def _to_line(self, line: int) -> None:
        self.cursor = self._index(max(0, min(line, self._count - 1))) if self._count else 0

    def action_page(self, by: int) -> None:
        """Move the cursor some pages."""
        self._to_line(self._line + by * self._lines)

    def action_end(self, which: int) -> None:
        """To the first or the last line."""
        self._to_line(0 if which < 0 else self._count - 1)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self._count:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        line = self.scroll_offset.y + event.y - HEAD
        if event.y >= HEAD and line < self._count:
            self.cursor = self._index(line)
            if event.chain > 1:
                self.action_choose()

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # Before anything is drawn; a Resize comes after a frame with the wrong rows.
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        self._keep_in_view()
        return changed

    def on_focus(self) -> None:
        self.refresh_line(self._line + HEAD)

    def on_blur(self) -> None:
        self.refresh_line(self._line + HEAD)

    # ------------------------------------------------------------------------------------------------ drawing

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width = self.scrollable_content_region.width
        if y < HEAD:
            return self._drawn(tuple(column.title for column in self._columns), "head", width)
        if not self._count:
            return self._drawn_empty(y - HEAD, width)
        index = self._index(self.scroll_offset.y + y - HEAD)
        row = self._row(index)
        if row is None:
            return Strip.blank(width, self.rich_style)
        return self._drawn(row.cells, row.look or "plain", width, cursor=index == self.cursor)

    def _row(self, index: int) -> Row | None:
        if not 0 <= index < len(self._rows):
            return None
        number, place = divmod(index, PAGE)
        if number not in self._pages:
            if len(self._pages) >= PAGES_KEPT:
                self._pages.clear()
            try:
                page = self._rows.page(number * PAGE, min((number + 1) * PAGE, len(self._rows)))
            except UNREADABLE as error:  # what cannot be read must not take the screen with it
                self.screen.call_later(_raise, error)
                page = [Row(("!",) * len(self._columns), "gone")] * PAGE
            self._pages[number] = page
        page = self._pages[number]
        return page[place] if place < len(page) else None

    def widths(self, available: int) -> list[int]:
        """How wide each column is drawn in a list of this many cells; 0 for one that is left out."""
        kept = [column for column in self._columns if column.needs <= available]
        left = available - sum(column.width for column in kept) - GAP * max(0, len(kept) - 1)
        shares = sum(column.share for column in kept)
        widths = [column.width if column in kept else 0 for column in self._columns]
        for number, column in enumerate(self._columns):
            if column in kept and column.share:
                extra = left * column.share // shares
                left -= extra
                shares -= column.share
                widths[number] = max(1, column.width + extra)
        return widths

    def _drawn(self, cells: Sequence[str], look: str, width: int, *, cursor: bool = False) -> Strip:
        looks = [f"list--{look}"]
        if cursor:
            looks.append("list--cursor" if self.has_focus else "list--cursor-idle")
        style = self.get_visual_style(*looks)
        if self.get_component_styles(looks[-1]).text_style.reverse:  # which a visual style forgets
            style += Style(reverse=True)
        line = Content(" " * GAP).join(self.drawn_cells(cells, self.widths(width))).truncate(width, pad=True)
        return Strip(line.render_segments(style), width)

    def drawn_cells(self, cells: Sequence[str], widths: Sequence[int]) -> list[Content]:
        """Each text, safe and exactly as wide as its column; columns left out are left out."""
        right = [column.right for column in self._columns]
        drawn = []
        for number, (text, width) in enumerate(zip(cells, widths, strict=False)):
            if width:
                cell = one_line(text, 4 * width).truncate(width, ellipsis=True)
                space = Content(" " * (width - cell.cell_length))
                drawn.append(space + cell if right[number : number + 1] == [True] else cell + space)
        return drawn

    def _drawn_empty(self, y: int, width: int) -> Strip:
        style = self.get_visual_style("list--empty")
        told = self._empty if self._some is None else _("No line has these words. esc takes the filter away.")
        lines = one_line(told).wrap(max(8, width - 4)) if told else []
        text = lines[y - 1] if 0 < y <= len(lines) else Content("")
        return Strip((Content("  ") + text).truncate(width, pad=True).render_segments(style), width)

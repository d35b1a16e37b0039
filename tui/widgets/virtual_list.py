"""A list of any length that asks for its rows page by page and draws only the lines that can be seen.

It knows nothing of the ledger. Rows are plain text, made safe here, so that nobody who fills a list can forget to.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style

from tui.columns import Column, Row, filled, side_by_side, widths
from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import N_, _
from tui.unbroken import Unbroken
from tui.widgets.safe import one_line
from tui.widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from rich.style import Style as RichStyle
    from textual import events
    from textual.geometry import Region

PAGE: Final = 64
"""So many rows are asked for at a time at the most; no more than are seen, when they are asked for to be seen."""
ROWS_KEPT: Final = 2048
HEAD: Final = 1
AT_ONCE: Final = 1_000
"""So many lines are looked through while a key is being pressed; more, with keys let through every so often."""
BREATH: Final = 64


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


class VirtualList(Unbroken, Scrolled, can_focus=True, inherit_bindings=False):
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
        self._read: dict[int, Row] = {}
        """Rows by index, as far as they have been asked for."""
        self._empty = ""
        self._words: tuple[str, ...] = ()
        self._sought: tuple[str, ...] = ()
        self._some: Sequence[int] | None = None
        """The rows that are shown, in order; None for all."""
        self._width = 0
        self._widths: list[int] = []
        self._styles: dict[tuple[str, bool], RichStyle] = {}

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns, or the same with other titles."""
        self._columns = tuple(columns)
        self._read.clear()
        self.refresh()

    def set_rows(self, rows: RowProvider, *, cursor: int | None = None, empty: str = "") -> None:
        """Show other rows. Without ``cursor`` it stays where it was, as far as there are rows."""
        self._rows = rows
        self._empty = empty
        self._read.clear()
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
        # At once: else a frame is drawn first in which the cursor has left the lines that are shown.
        top, line = self.scroll_offset.y, self._line
        if line < top:
            self.scroll_to(y=line, animate=False, force=True, immediate=True)
        elif line >= top + self._lines:
            self.scroll_to(y=line - self._lines + 1, animate=False, force=True, immediate=True)

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

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines of the widget; what is the same for all of them is worked out once."""
        self._width = self.scrollable_content_region.width
        self._widths = self.widths(self._width)
        self._styles.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        if y < HEAD:
            return self._drawn(self.titles, "head")
        if not self._count:
            return self._drawn_empty(y - HEAD)
        index = self._index(self.scroll_offset.y + y - HEAD)
        row = self._row(index)
        if row is None:
            return Strip.blank(self._width, self.rich_style)
        return self._drawn(row.cells, row.look or "plain", cursor=index == self.cursor)

    def _row(self, index: int) -> Row | None:
        if not 0 <= index < len(self._rows):
            return None
        if index not in self._read:
            self._read_page(index)
        return self._read.get(index)

    def _read_page(self, first: int) -> None:
        """Read a row, and those after it that will be wanted next: asked for together they come sooner."""
        seen = self._index(min(self.scroll_offset.y + self.size.height - HEAD, self._count) - 1)
        last = min(first + PAGE, len(self._rows), seen + 1 if first <= seen else len(self._rows))
        last = next((index for index in range(first + 1, last) if index in self._read), last)
        try:
            page = self._rows.page(first, last)
        except UNREADABLE:  # what cannot be read must not take the others with it
            page = [self._read_alone(first)]
        if len(self._read) >= ROWS_KEPT:
            self._read.clear()
        self._read.update(zip(range(first, last), page, strict=False))

    def _read_alone(self, index: int) -> Row:
        try:
            return self._rows.page(index, index + 1)[0]
        except UNREADABLE as error:
            self.screen.call_later(_raise, error)
            return Row(("!",) * len(self._columns), "gone")

    def widths(self, available: int) -> list[int]:
        """How wide each column is drawn in a list of this many cells; 0 for one that is left out."""
        return widths(self._columns, available)

    def _drawn(self, cells: Sequence[str], look: str, *, cursor: bool = False) -> Strip:
        line = side_by_side(self.drawn_cells(cells, self._widths), self._width)
        return Strip([Segment(line, self._style(look, cursor=cursor))], self._width)

    def _style(self, look: str, *, cursor: bool) -> RichStyle:
        if (look, cursor) not in self._styles:
            looks = [f"list--{look}"]
            if cursor:
                looks.append("list--cursor" if self.has_focus else "list--cursor-idle")
            style = self.get_visual_style(*looks)
            if self.get_component_styles(looks[-1]).text_style.reverse:  # which a visual style forgets
                style += Style(reverse=True)
            self._styles[look, cursor] = style.rich_style
        return self._styles[look, cursor]

    def drawn_cells(self, cells: Sequence[str], widths: Sequence[int]) -> list[str]:
        """Each text, safe and exactly as wide as its column; columns left out are left out."""
        return filled(self._columns, cells, widths)

    def _drawn_empty(self, y: int) -> Strip:
        width, style = self._width, self.get_visual_style("list--empty")
        told = self._empty if self._some is None else _("No line has these words. esc takes the filter away.")
        lines = one_line(told).wrap(max(8, width - 4)) if told else []
        text = lines[y - 1] if 0 < y <= len(lines) else Content("")
        return Strip((Content("  ") + text).truncate(width, pad=True).render_segments(style), width)

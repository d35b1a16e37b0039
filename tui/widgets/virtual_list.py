"""A list of any length that asks for its rows page by page and draws only the lines that can be seen.

It knows nothing of the ledger. Rows are plain text, made safe here, so that nobody who fills a list can forget to.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from textual import events

PAGE: Final = 64
PAGES_KEPT: Final = 32
HEAD: Final = 1
GAP: Final = 1


@dataclass(frozen=True)
class Column:
    """A column: its title, its least width in cells, and its share of what is left over."""

    title: str
    width: int
    share: int = 0
    needs: int = 0
    """The list must be this wide for the column to be shown."""


@dataclass(frozen=True)
class Row:
    """One line: a text for each column, and how the line looks (``""``, ``quiet``, ``gone``, ``doubt``, ``strong``)."""

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
    }
    BINDINGS = bindings("list")

    cursor: reactive[int] = reactive(0, repaint=False)

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

    def __init__(self, columns: Sequence[Column] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows: RowProvider = NoRows()
        self._pages: dict[int, Sequence[Row]] = {}
        self._empty = ""

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
        self.virtual_size = Size(0, len(rows) + HEAD)
        self.set_reactive(VirtualList.cursor, self.validate_cursor(self.cursor if cursor is None else cursor))
        self._keep_in_view()
        self.call_after_refresh(self._keep_in_view)  # only then is it known how far the new rows can be scrolled
        self.refresh()
        if len(rows):
            self.post_message(self.Highlighted(self, self.cursor))

    def __len__(self) -> int:
        return len(self._rows)

    def __bool__(self) -> bool:
        return True

    # ------------------------------------------------------------------------------------------------ cursor

    def validate_cursor(self, cursor: int) -> int:
        """Within the rows."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        if old == new:
            return
        self.refresh_line(old + HEAD)
        self.refresh_line(new + HEAD)
        self._keep_in_view()
        self.post_message(self.Highlighted(self, new))

    @property
    def _lines(self) -> int:
        return max(1, self.size.height - HEAD)

    def _keep_in_view(self) -> None:
        if not self.size.height:
            return
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + self._lines:
            self.scroll_to(y=self.cursor - self._lines + 1, animate=False)

    def action_cursor(self, by: int) -> None:
        """Move the cursor some lines."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Move the cursor some pages."""
        self.cursor += by * self._lines

    def action_end(self, which: int) -> None:
        """To the first or the last line."""
        self.cursor = 0 if which < 0 else len(self._rows) - 1

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if len(self._rows):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y - HEAD
        if event.y >= HEAD and index < len(self._rows):
            self.cursor = index
            if event.chain > 1:
                self.action_choose()

    def on_resize(self) -> None:
        self._keep_in_view()

    def on_focus(self) -> None:
        self.refresh_line(self.cursor + HEAD)

    def on_blur(self) -> None:
        self.refresh_line(self.cursor + HEAD)

    # ------------------------------------------------------------------------------------------------ drawing

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width = self.scrollable_content_region.width
        if y < HEAD:
            return self._drawn(tuple(column.title for column in self._columns), "head", width)
        if not len(self._rows):
            return self._drawn_empty(y - HEAD, width)
        index = self.scroll_offset.y + y - HEAD
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
            self._pages[number] = self._rows.page(number * PAGE, min((number + 1) * PAGE, len(self._rows)))
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
        return [
            one_line(text, 4 * width).truncate(width, ellipsis=True, pad=True)
            for text, width in zip(cells, widths, strict=False)
            if width
        ]

    def _drawn_empty(self, y: int, width: int) -> Strip:
        style = self.get_visual_style("list--empty")
        lines = one_line(self._empty).wrap(max(8, width - 4)) if self._empty else []
        text = lines[y - 1] if 0 < y <= len(lines) else Content("")
        return Strip((Content("  ") + text).truncate(width, pad=True).render_segments(style), width)

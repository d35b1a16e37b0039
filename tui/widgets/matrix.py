"""A table of signs under a fixed heading and beside a fixed first column, drawn by one widget, with a cursor on a cell.

It knows nothing of the ledger. All text in it is plain and is made safe here. What stands right of the cells (sums) and
in the last line stays in place too, however far the cells are scrolled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style

from tui.keymap import bindings
from tui.locale import N_
from tui.widgets.safe import one_line
from tui.widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from textual import events

HEAD: Final = 2
FOOT: Final = 1
GAP: Final = 1
CELL_LEAST: Final = 4
CELL_MOST: Final = 26
CELL_NAMED: Final = 9
"""From this width on, columns are headed by their names, and not by their codes alone."""
NAME_LEAST: Final = 12
NAME_MOST: Final = 30


@dataclass(frozen=True)
class Mark:
    """A sign in a cell, and its look: ``plain``, ``good``, ``doubt``, ``bad`` or ``quiet``."""

    sign: str
    look: str = "plain"


@dataclass(frozen=True)
class Line:
    """A row: what it is called, a mark for each column, and the texts that stay at the right."""

    name: str
    marks: Sequence[Mark]
    tail: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """A column: a code of two or three characters, its name, and what stands below it in the last line."""

    code: str
    name: str
    foot: str = ""


@dataclass(frozen=True)
class Tail:
    """A column at the right that is not of cells."""

    title: str
    width: int
    needs: int = 0
    """The matrix must be this wide for it to be shown."""


class Matrix(Scrolled, can_focus=True, inherit_bindings=False):
    """Lines by headings. It scrolls a whole column at a time."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"matrix--{look}" for look in ("head", "plain", "good", "doubt", "bad", "quiet")),
        "matrix--line",
        "matrix--cursor",
        "matrix--cursor-idle",
    }
    DEFAULT_CSS = """
    Matrix { height: 1fr; overflow-x: hidden; overflow-y: auto; background: $surface; padding: 0 0 0 1;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & > .matrix--head { color: $quiet; background: $surface; }
        & > .matrix--plain { color: $foreground; background: $surface; }
        & > .matrix--good { color: $success; background: $surface; }
        & > .matrix--doubt { color: $warning; background: $surface; text-style: bold; }
        & > .matrix--bad { color: $error; background: $surface; text-style: bold; }
        & > .matrix--quiet { color: $quiet; background: $surface; }
        & > .matrix--line { background: $cursor-idle; }
        & > .matrix--cursor { color: $cursor-text; background: $cursor; text-style: bold; }
        & > .matrix--cursor-idle { background: $cursor-idle; text-style: bold; }
    }
    Matrix:ansi > .matrix--cursor { text-style: bold reverse; }
    Matrix:ansi > .matrix--cursor-idle { text-style: bold reverse; }
    """
    BINDINGS = bindings("matrix")
    SECTIONS: ClassVar[tuple[str, ...]] = ("matrix",)
    HELP = N_("Signs in rows and columns. The first column, the headings and the sums stay where they are.")

    place: reactive[tuple[int, int]] = reactive((0, 0), repaint=False)
    """The cell under the cursor: which line, which column."""

    class Highlighted(Message):
        """The cursor stands on another cell, or the cell it stands on was replaced."""

        def __init__(self, matrix: Matrix) -> None:
            super().__init__()
            self.matrix = matrix

        @property
        def control(self) -> Matrix:
            """The matrix, for ``@on``."""
            return self.matrix

    class Chosen(Highlighted):
        """Enter or a double click on a cell."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._corner = self._foot = self._empty = ""
        self._headings: Sequence[Heading] = ()
        self._lines: Sequence[Line] = ()
        self._tails: Sequence[Tail] = ()
        self._looks: dict[tuple[str, ...], Style] = {}
        self._measured: dict[int, tuple[int, int, int]] = {}
        self._first = 0
        """The leftmost column that is shown."""

    def set_lines(
        self,
        headings: Sequence[Heading],
        lines: Sequence[Line],
        tails: Sequence[Tail] = (),
        *,
        corner: str = "",
        foot: str = "",
        place: tuple[int, int] | None = None,
        empty: str = "",
    ) -> None:
        """Show another table. Without ``place`` the cursor stays where it was, as far as there are cells."""
        self._headings, self._lines, self._tails = headings, lines, tails
        self._corner, self._foot, self._empty = corner, foot, empty
        self._measured.clear()
        self.virtual_size = Size(0, len(lines) + HEAD + FOOT if lines else 0)
        self.set_reactive(Matrix.place, self.validate_place(self.place if place is None else place))
        self._keep_in_view()
        self.call_after_refresh(self._keep_in_view)
        self.refresh()
        self.post_message(self.Highlighted(self))

    # ------------------------------------------------------------------------------------------------ cursor

    def validate_place(self, place: tuple[int, int]) -> tuple[int, int]:
        """Within the table."""
        line, column = place
        return max(0, min(line, len(self._lines) - 1)), max(0, min(column, len(self._headings) - 1))

    def watch_place(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        if old != new:
            self._keep_in_view()
            self.refresh()
            self.post_message(self.Highlighted(self))

    @property
    def _height(self) -> int:
        return max(1, self.size.height - HEAD - FOOT)

    def _keep_in_view(self) -> None:
        if not self.size.height:
            return
        line, column = self.place
        top = self.scroll_offset.y
        if line < top:
            self.scroll_to(y=line, animate=False, force=True)
        elif line >= top + self._height:
            self.scroll_to(y=line - self._height + 1, animate=False, force=True)
        room = self.measures(self.scrollable_content_region.width)[2]
        self._first = max(0, min(self._first, column, len(self._headings) - room))
        self._first = max(self._first, column - room + 1)

    def action_cursor(self, by: int) -> None:
        """Some lines up or down."""
        self.place = (self.place[0] + by, self.place[1])

    def action_across(self, by: int) -> None:
        """Some columns left or right."""
        self.place = (self.place[0], self.place[1] + by)

    def action_page(self, by: int) -> None:
        """Some pages up or down."""
        self.action_cursor(by * self._height)

    def action_end(self, which: int) -> None:
        """To the first or the last line."""
        self.place = (0 if which < 0 else len(self._lines) - 1, self.place[1])

    def action_choose(self) -> None:
        """Open the cell under the cursor."""
        if self._lines and self._headings:
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        name, cell, room = self.measures(self.scrollable_content_region.width)
        line = self.scroll_offset.y + event.y - HEAD
        column = (event.x - self.gutter.left - name - GAP) // cell + self._first if cell else 0
        inside = HEAD <= event.y < self.size.height - FOOT and line < len(self._lines)
        if inside and self._first <= column < min(self._first + room, len(self._headings)):
            self.place = (line, column)
            if event.chain > 1:
                self.action_choose()

    def on_resize(self) -> None:
        self._keep_in_view()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # ------------------------------------------------------------------------------------------------ drawing

    def measures(self, width: int) -> tuple[int, int, int]:
        """How wide the names are drawn in so many cells, how wide each column, and how many columns have room."""
        if width in self._measured:
            return self._measured[width]
        tails = sum(tail.width + GAP for tail in self._shown_tails(width))
        longest = max((one_line(line.name, NAME_MOST).cell_length for line in self._lines), default=0)
        name = min(
            max(longest, one_line(self._corner, NAME_MOST).cell_length, NAME_LEAST), NAME_MOST, max(4, width // 3)
        )
        left = max(0, width - name - GAP - tails)
        count = max(1, len(self._headings))
        cell = max(CELL_LEAST, min(CELL_MOST, left // count))
        self._measured[width] = name, cell, max(1, min(count, left // cell))
        return self._measured[width]

    def _shown_tails(self, width: int) -> list[Tail]:
        return [tail for tail in self._tails if tail.needs <= width]

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width = self.scrollable_content_region.width
        if not self._lines or not self._headings:
            return self._drawn_empty(y, width)
        if y < HEAD:
            return self._drawn_head(y, width)
        last = min(self.size.height - FOOT, HEAD + len(self._lines))
        if y < last:
            return self._drawn_line(self.scroll_offset.y + y - HEAD, width)
        return self._drawn_foot(width) if y == last else Strip.blank(width, self.rich_style)

    def _drawn_line(self, index: int, width: int) -> Strip:
        name, cell, room = self.measures(width)
        line = self._lines[min(index, len(self._lines) - 1)]
        here, at = self.place
        beside = self._style("plain", *(("line",) if index == here else ()))
        parts: list[tuple[Content, Style]] = [(_fit(line.name, name), beside), (Content(" "), beside)]
        for column in range(self._first, min(self._first + room, len(line.marks))):
            mark = line.marks[column]
            looks = [mark.look]
            if index == here:
                looks.append(("cursor" if self.has_focus else "cursor-idle") if column == at else "line")
            parts.append((_middle(mark.sign, cell), self._style(*looks)))
        tails = [
            (_right(text, tail.width + GAP), beside)
            for text, tail in zip(line.tail, self._tails, strict=False)
            if tail.needs <= width
        ]
        return self._strip([*parts, *tails], width)

    def _drawn_head(self, y: int, width: int) -> Strip:
        name, cell, room = self.measures(width)
        style = self._style("head")
        parts = [(_fit(self._corner if y == HEAD - 1 else "", name), style), (Content(" "), style)]
        last = min(self._first + room, len(self._headings))
        for column in range(self._first, last):
            heading = self._headings[column]
            look = self._style("plain") if column == self.place[1] else style
            parts.append((_heading_part(heading, cell, y), look))
        hidden = self._hidden(last) if y == 0 else ""
        for tail in self._shown_tails(width):
            text, hidden = (tail.title, hidden) if y == HEAD - 1 else (hidden, "")
            parts.append((_right(text, tail.width + GAP), style))
        return self._strip(parts, width)

    def _hidden(self, last: int) -> str:
        """Which columns there are to the left and to the right of those shown."""
        told = [f"←{self._headings[0].code}"] if self._first else []
        return " ".join([*told, *([f"→{self._headings[-1].code}"] if last < len(self._headings) else [])])

    def _drawn_foot(self, width: int) -> Strip:
        name, cell, room = self.measures(width)
        style = self._style("head")
        parts = [(_fit(self._foot, name), style), (Content(" "), style)]
        shown = self._headings[self._first : self._first + room]
        return self._strip([*parts, *((_middle(heading.foot, cell), style) for heading in shown)], width)

    def _drawn_empty(self, y: int, width: int) -> Strip:
        lines = one_line(self._empty).wrap(max(8, width - 4)) if self._empty else []
        text = lines[y - 1] if 0 < y <= len(lines) else Content("")
        return self._strip([(Content("  ") + text, self._style("quiet"))], width)

    def notify_style_update(self) -> None:
        self._looks.clear()
        super().notify_style_update()

    def _style(self, *looks: str) -> Style:
        if looks in self._looks:
            return self._looks[looks]
        names = [f"matrix--{look}" for look in looks]
        style = self.get_visual_style(*names)
        if self.get_component_styles(names[-1]).text_style.reverse:  # which a visual style forgets
            style += Style(reverse=True)
        self._looks[looks] = style
        return style

    def _strip(self, parts: Sequence[tuple[Content, Style]], width: int) -> Strip:
        segments = [segment for content, style in parts for segment in content.render_segments(style)]
        return Strip(segments).adjust_cell_length(width, self.rich_style)


def _fit(text: str, width: int) -> Content:
    return one_line(text, 4 * width).truncate(width, ellipsis=True, pad=True)


def _right(text: str, width: int) -> Content:
    fitted = one_line(text, 4 * width).truncate(width, ellipsis=True)
    return Content(" " * (width - fitted.cell_length)) + fitted


@lru_cache(maxsize=1024)
def _middle(text: str, width: int) -> Content:
    """In the middle, a little to the left when it does not come out even; one cell is always kept free."""
    fitted = one_line(text, 4 * width).truncate(width - 1, ellipsis=True)
    before = (width - fitted.cell_length) // 2
    return Content(" " * before) + fitted + Content(" " * (width - before - fitted.cell_length))


def _heading_part(heading: Heading, width: int, y: int) -> Content:
    """A line of a heading: the code, with as much of the name as there is room for, over two lines."""
    if width < CELL_NAMED:
        return _middle(heading.code if y == HEAD - 1 else "", width)
    lines = one_line(f"{heading.code} {heading.name}").wrap(width - 1)
    if y == 0:
        return lines[0].truncate(width, pad=True)
    rest = Content(" ").join(lines[1:]) if len(lines) > 1 else Content("")
    return rest.truncate(width - 1, ellipsis=True).truncate(width, pad=True)

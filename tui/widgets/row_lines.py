"""Rows of a form that are not being filled in: a mark, a label and a value each, drawn line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from textual import events


@dataclass(frozen=True)
class DrawnRow:
    """What stands on one line."""

    label: str
    text: str = ""
    aside: str = ""
    """What the text was understood as, where there is room."""
    mark: str = " "
    look: str = "text"
    """``text``, ``quiet``, ``head`` or ``wrong``."""
    level: int = 0


class RowLines(Widget):
    """Rows one below the other; a click on one says which."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--label", "row--text", "row--quiet", "row--head", "row--wrong"}
    DEFAULT_CSS = """
    RowLines { height: 0; }
    RowLines > .row--label { color: $quiet; }
    RowLines > .row--text { color: $foreground; }
    RowLines > .row--quiet { color: $quiet; }
    RowLines > .row--head { color: $foreground; text-style: bold; }
    RowLines > .row--wrong { color: $error; }
    """

    class Clicked(Message):
        """A row was clicked on."""

        def __init__(self, lines: RowLines, index: int) -> None:
            super().__init__()
            self.lines = lines
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.rows: Sequence[DrawnRow] = ()
        self.label_width = 16

    def set_rows(self, rows: Sequence[DrawnRow], label_width: int) -> None:
        """Show other rows."""
        self.styles.height = len(rows)
        self.rows = tuple(rows)
        self.label_width = label_width
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row."""
        width = self.size.width
        if not 0 <= y < len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[y]
        label = label_of(row, self.label_width)
        look = self.get_visual_style("row--head" if row.look == "head" else "row--label")
        parts = list(Content(label).render_segments(look))
        room = max(0, width - len_of(label))
        text = one_line(row.text).truncate(room, ellipsis=True)
        parts += text.render_segments(self.get_visual_style(f"row--{row.look}"))
        left = room - text.cell_length - 2
        if row.aside and left > 6:  # noqa: PLR2004 - less says nothing
            aside = one_line(row.aside).truncate(left, ellipsis=True)
            gap = " " * (left + 2 - aside.cell_length)
            parts += (Content(gap) + aside).render_segments(self.get_visual_style("row--quiet"))
        return Strip(parts).adjust_cell_length(width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        if 0 <= event.y < len(self.rows):
            self.post_message(self.Clicked(self, event.y))


def label_of(row: DrawnRow, width: int) -> str:
    """The mark and the label, as wide as every label is."""
    indent = "  " * row.level
    room = max(4, width - 3 - len(indent))
    if row.look == "head":
        return f"{row.mark} {indent}{one_line(row.label, 60).plain}  "
    label: Content = one_line(row.label).truncate(room, ellipsis=True, pad=True)
    return f"{row.mark} {indent}{label.plain} "


def len_of(text: str) -> int:
    """The width of a text in cells."""
    return Content(text).cell_length

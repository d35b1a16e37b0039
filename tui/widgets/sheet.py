"""A page of labelled values under headings, wrapped to its width, drawn line by line.

Like the lists it takes plain text and makes it safe itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.keymap import bindings
from tui.locale import N_
from tui.widgets.safe import block, one_line

LABEL_MAX: Final = 20
LABEL_SHARE: Final = 3
"""The labels never take more than a third of the width."""
NARROW: Final = 30


@dataclass(frozen=True)
class Item:
    """A value with its label. Without a label it takes the whole width; without either it is an empty line."""

    label: str = ""
    text: str = ""
    look: str = "text"
    """``text``, ``title``, ``head``, ``quiet``, ``doubt``, ``gone``, ``added`` or ``taken``."""
    indent: int = 0


_Part = tuple[str, str]


class Sheet(ScrollView, can_focus=True, inherit_bindings=False):
    """Items one below the other."""

    BINDINGS = bindings("sheet")
    SECTIONS: ClassVar[tuple[str, ...]] = ("sheet",)
    HELP = N_("What there is to say of the chosen line: labels on the left, values on the right.")

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sheet--label",
        "sheet--text",
        "sheet--title",
        "sheet--head",
        "sheet--quiet",
        "sheet--doubt",
        "sheet--gone",
        "sheet--added",
        "sheet--taken",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._items: tuple[Item, ...] = ()
        self._lines: list[tuple[_Part, ...]] = []

    def set_items(self, items: Iterable[Item], *, keep_place: bool = False) -> None:
        """Show other items, from the top unless the place is kept."""
        self._items = tuple(items)
        self._lay_out()
        if not keep_place:
            self.scroll_to(y=0, animate=False)

    @property
    def shown(self) -> str:
        """What the sheet says, as plain lines."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width = max(8, self.scrollable_content_region.width)
        self._lines = list(_laid_out(self._items, width))
        self.virtual_size = Size(0, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width = self.scrollable_content_region.width
        place = self.scroll_offset.y + y
        if not 0 <= place < len(self._lines):
            return Strip.blank(width, self.rich_style)
        segments = [
            segment
            for text, look in self._lines[place]
            for segment in Content(text).render_segments(self.get_visual_style(f"sheet--{look}"))
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)


def _laid_out(items: Sequence[Item], width: int) -> Iterator[tuple[_Part, ...]]:
    labels = [one_line(item.label, LABEL_MAX).cell_length + item.indent for item in items if item.label]
    column = min([max(labels, default=0), LABEL_MAX, width // LABEL_SHARE])
    for item in items:
        if width < NARROW and item.label:  # no room side by side
            yield ((" " * item.indent + one_line(item.label, width).plain, "label"),)
            for line in _wrapped(item.text, width - item.indent - 2):
                yield ((" " * (item.indent + 2) + line, item.look),)
            continue
        hang = column + 2 if item.label else item.indent
        label = one_line(item.label).truncate(max(1, column - item.indent), ellipsis=True)
        for number, line in enumerate(_wrapped(item.text, width - hang)):
            if number or not item.label:
                yield (" " * hang, "text"), (line, item.look)
            else:
                start = " " * item.indent + label.plain
                yield (start + " " * (hang - item.indent - label.cell_length), "label"), (line, item.look)


def _wrapped(text: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in block(text).wrap(max(6, width))] or [""]

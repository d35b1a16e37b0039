"""A page of labelled values under headings, wrapped to its width, drawn line by line.

Like the lists it takes plain text and makes it safe itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
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
    about: str = ""
    """What the item tells, for whoever asks about it; with focus, the cursor goes from one such item to the next."""


_Part = tuple[str, str]
_Line = tuple[int, tuple[_Part, ...]]
"""Which item a line is of, and its parts."""


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
        "sheet--cursor",
    }

    class Pointed(Message):
        """The cursor stands on another item."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._items: tuple[Item, ...] = ()
        self._lines: list[_Line] = []
        self._cursor: int | None = None

    def set_items(self, items: Iterable[Item], *, keep_place: bool = False) -> None:
        """Show other items, from the top unless the place is kept."""
        before = self.about
        self._items = tuple(items)
        places = self._asked
        self._cursor = next((place for place in places if self._items[place].about == before), next(iter(places), None))
        self._lay_out()
        if not keep_place:
            self.scroll_to(y=0, animate=False)

    @property
    def shown(self) -> str:
        """What the sheet says, as plain lines."""
        return "\n".join("".join(text for text, _ in parts) for _, parts in self._lines)

    # ------------------------------------------------------------------------------------------------ cursor

    @property
    def _asked(self) -> list[int]:
        return [place for place, item in enumerate(self._items) if item.about]

    @property
    def about(self) -> str:
        """What the item under the cursor tells; empty where there is none."""
        return self._items[self._cursor].about if self._cursor is not None else ""

    def action_scroll_down(self) -> None:
        """To the next item that can be asked about, where it can be seen; else one line down."""
        self._move(1)

    def action_scroll_up(self) -> None:
        """To the item before."""
        self._move(-1)

    def _move(self, by: int) -> None:
        top = self.scroll_offset.y
        bottom = top + self.size.height
        places = {place: self._line_of(place) for place in self._asked}
        here = self._line_of(self._cursor) if self._cursor is not None else -1
        from_ = here if top <= here < bottom else (top - 1 if by > 0 else bottom)
        ahead = [place for place, line in places.items() if (line > from_ if by > 0 else line < from_)]
        found = (ahead[0] if by > 0 else ahead[-1]) if ahead else None
        if found is None or not top - 1 <= places[found] <= bottom:
            self.scroll_to(y=top + by, animate=False)
            return
        self._cursor = found
        if places[found] < top or places[found] >= bottom:
            self.scroll_to(y=top + by, animate=False)
        self.refresh()
        self.post_message(self.Pointed())

    def _line_of(self, place: int) -> int:
        return next((line for line, (of, _parts) in enumerate(self._lines) if of == place), -1)

    def on_focus(self) -> None:
        self.refresh()
        self.post_message(self.Pointed())

    def on_blur(self) -> None:
        self.refresh()
        self.post_message(self.Pointed())

    # ------------------------------------------------------------------------------------------------ drawing

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
        of, parts = self._lines[place]
        chosen = ("sheet--cursor",) if self.has_focus and of == self._cursor else ()
        segments = [
            segment
            for text, look in parts
            for segment in Content(text).render_segments(self.get_visual_style(f"sheet--{look}", *chosen))
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)


def _laid_out(items: Sequence[Item], width: int) -> Iterator[_Line]:
    labels = [one_line(item.label, LABEL_MAX).cell_length + item.indent for item in items if item.label]
    column = min([max(labels, default=0), LABEL_MAX, width // LABEL_SHARE])
    for place, item in enumerate(items):
        if width < NARROW and item.label:  # no room side by side
            yield place, ((" " * item.indent + one_line(item.label, width).plain, "label"),)
            for line in _wrapped(item.text, width - item.indent - 2):
                yield place, ((" " * (item.indent + 2) + line, item.look),)
            continue
        hang = column + 2 if item.label else item.indent
        label = one_line(item.label).truncate(max(1, column - item.indent), ellipsis=True)
        for number, line in enumerate(_wrapped(item.text, width - hang)):
            if number or not item.label:
                yield place, ((" " * hang, "text"), (line, item.look))
            else:
                start = " " * item.indent + label.plain
                yield place, ((start + " " * (hang - item.indent - label.cell_length), "label"), (line, item.look))


def _wrapped(text: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in block(text).wrap(max(6, width))] or [""]

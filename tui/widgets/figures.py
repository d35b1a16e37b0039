"""Lists with figures: numbers flush right under their headings, and bars that only repeat what a number says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tui.columns import Column
from tui.spans import cells
from tui.widgets.tree_list import TreeList
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable

UNICODE: Final = ("█", "▌", "▒")
ASCII: Final = ("#", "-", "?")
"""A whole cell, half of one, and one that may or may not be."""


def bar(certain: int, whole: int, cells: int, *, most: int | None = None, signs: Sequence[str] = UNICODE) -> str:
    """A bar for a part of a whole, in so many cells. What may come on top is drawn otherwise; too much ends in ``!``.

    Anything above nothing is at least half a cell, and what is below nothing has no bar: the number says it.
    """
    full, half, perhaps = signs
    if whole <= 0 or cells < 1 or (most or certain) <= 0:
        return ""
    if certain > whole:
        return full * (cells - 1) + "!"
    halves = max(certain > 0, round(2 * cells * max(certain, 0) / whole))
    drawn = full * (halves // 2) + half * (halves % 2)
    if most is not None and most > certain:
        reach = min(cells, max(len(drawn) + 1, round(cells * most / whole)))
        drawn += perhaps * (reach - len(drawn))
    return drawn[:cells]


class FigureColumn(Column, frozen=True):
    """A column of numbers."""


class _FlushRight(VirtualList):
    """Puts the numbers at the right, and asks for its rows anew when its width changes: bars are as long as it is."""

    def on_resize(self) -> None:
        self._read.clear()
        self.refresh()

    def drawn_cells(self, cells: Sequence[str], widths: Sequence[int]) -> list[str]:
        """Each text, safe and exactly as wide as its column."""
        drawn = super().drawn_cells(cells, widths)
        shown = [column for column, width in zip(self._columns, widths, strict=False) if width]
        return [
            _flush(text) if isinstance(column, FigureColumn) else text
            for text, column in zip(drawn, shown, strict=False)
        ]


class FigureList(_FlushRight):
    """A list with figures."""


class FigureTree(_FlushRight, TreeList):
    """A tree with figures."""


def width_of(texts: Iterable[str]) -> int:
    """How wide a column must be so that no number in it is cut."""
    return max(map(cells, texts), default=0)


def _flush(text: str) -> str:
    figure = text.rstrip()
    return " " * (len(text) - len(figure)) + figure

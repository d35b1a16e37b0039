"""The columns of a list: which are shown in how many cells, and what stands in them. Without Textual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tui.spans import cells, cut, line_text

GAP: Final = 1
"""The cells between two columns."""


class Column(Struct, frozen=True):
    """A column: its title, its least width in cells, and its share of what is left over."""

    title: str
    width: int
    share: int = 0
    needs: int = 0
    """The list must be this wide for the column to be shown."""
    right: bool = False
    """Whether its texts end at the right edge, as numbers do."""


class Row(Struct, frozen=True):
    """One line: a text for each column, and how the line looks.

    That is ``""``, ``quiet``, ``gone``, ``doubt``, ``strong`` or ``marked``.
    """

    cells: tuple[str, ...]
    look: str = ""


def widths(columns: Sequence[Column], available: int) -> list[int]:
    """How wide each column is drawn in a list of this many cells; 0 for one that is left out."""
    kept = [column for column in columns if column.needs <= available]
    left = available - sum(column.width for column in kept) - GAP * max(0, len(kept) - 1)
    shares = sum(column.share for column in kept)
    found = [column.width if column in kept else 0 for column in columns]
    for number, column in enumerate(columns):
        if column in kept and column.share:
            extra = left * column.share // shares
            left -= extra
            shares -= column.share
            found[number] = max(1, column.width + extra)
    return found


def filled(columns: Sequence[Column], texts: Sequence[str], wide: Sequence[int]) -> list[str]:
    """Each text, safe and exactly as wide as its column; columns left out are left out."""
    found = []
    right = [column.right for column in columns]
    for number, (text, width) in enumerate(zip(texts, wide, strict=False)):
        if width:
            cell = cut(line_text(text, 4 * width), width)
            space = " " * (width - cells(cell))
            found.append(space + cell if right[number : number + 1] == [True] else cell + space)
    return found


def side_by_side(texts: Sequence[str], width: int) -> str:
    """Texts as one line, exactly so wide."""
    line = cut((" " * GAP).join(texts), width, ellipsis=False)
    return line + " " * (width - cells(line))

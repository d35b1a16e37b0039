"""Lines of styled text, made safe, measured and cut without Textual: by what draws before it is loaded, and by it.

What is found here is what Textual would find, so that a line drawn before it stands where it draws it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ledger.text import safe_text

Span = tuple[str, str]
"""A text and how it looks, in the words of Textual's styles: ``""``, ``bold``, ``bold $warning``."""

ONE_LINE_MAX: Final = 500
"""No line on a screen is longer; cutting before measuring keeps a 20 kB value from costing anything."""
_SINGLE: Final = re.compile("[ -~\xa0-\xac\xae-\u02ff\u2010-\u2027\u2190-\u22ff\u2500-\u25fc✓✗]*")
"""Signs that are one cell wide beyond doubt."""


def line_text(text: str, most: int = ONE_LINE_MAX) -> str:
    """Text for one line, made harmless: line breaks and tabs become spaces."""
    cut = text[:most] + "…" if len(text) > most else text
    return " ".join(safe_text(cut).split())


def cells(text: str) -> int:
    """How many cells a terminal draws the text in."""
    if _SINGLE.fullmatch(text):
        return len(text)
    from rich.cells import cell_len  # few texts have signs that need to be looked up

    return cell_len(text)


def cut(text: str, width: int, *, ellipsis: bool = True) -> str:
    """The text, in no more than so many cells."""
    if cells(text) <= width:
        return text
    end = "…" if ellipsis and width else ""
    if _SINGLE.fullmatch(text):
        return text[: width - len(end)] + end
    from rich.cells import set_cell_size

    return set_cell_size(text, width - len(end)) + end


def length(spans: Iterable[Span]) -> int:
    """How many cells a line takes."""
    return sum(cells(text) for text, _look in spans)


def joined(between: str, lines: Iterable[Sequence[Span]]) -> list[Span]:
    """Lines as one, with a text between each and the next."""
    whole: list[Span] = []
    for line in lines:
        whole += [(between, ""), *line] if whole else line
    return whole


def cut_line(spans: Sequence[Span], width: int, *, ellipsis: bool = False) -> list[Span]:
    """The line, in no more than so many cells."""
    if length(spans) <= width:
        return list(spans)
    end = "…" if ellipsis and width else ""
    kept, left = list[Span](), width - len(end)
    for text, look in spans:
        kept.append((cut(text, left, ellipsis=False), look))
        left -= cells(kept[-1][0])
        if left <= 0:
            break
    kept[-1] = (kept[-1][0] + end, kept[-1][1])
    return kept

"""How much of a screen there is room for. Without Textual, which is told the same."""

from __future__ import annotations

from typing import Final

ACROSS: Final = [(0, "-narrow"), (70, "-normal"), (104, "-wide")]
DOWN: Final = [(0, "-low"), (10, "-short"), (16, "-mid"), (32, "-tall")]
"""From how many columns, and rows, on a screen is called so in the style sheet."""
LEAST: Final = (40, 10)
"""What is drawn on a smaller terminal than this cannot be read."""


def called(size: int, breakpoints: list[tuple[int, str]]) -> str:
    """What a screen of so many columns, or rows, is called."""
    return next(name for least, name in reversed(breakpoints) if size >= least)

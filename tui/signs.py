"""Signs for terminals that have no more than ASCII, put in where lines are written, so that nothing is forgotten.

Letters stay as they are, æ, ø and å too: they are the names of people and places. Every sign is one cell wide, and so
is what stands for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_BARS: Final = "▁▂▃▄▅▆▇█"
TABLE: Final = str.maketrans(
    {
        **dict(zip(_BARS, ".:-=+*##", strict=True)),
        **dict.fromkeys("─━═╌┄▔", "-"),
        **dict.fromkeys("│┃║▎▏▌▐▕", "|"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛", "+"),
        **dict.fromkeys("░▒▓▉▊▋▍", "#"),
        "◆": "@",
        "◇": "o",
        "◐": "?",
        "●": "*",
        "○": "o",
        "▸": ">",
        "▾": "v",
        "✓": "V",
        "✗": "X",
        "·": ".",
        "→": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "…": "~",
        "–": "-",
        "—": "-",
        "≤": "<",
        "≥": ">",
        "“": '"',
        "”": '"',
        "’": "'",
        "\u00a0": " ",
    }
)


def plain_signs(text: str) -> str:
    """The text with ASCII signs."""
    return text.translate(TABLE)


class PlainSigns(LineFilter):
    """Writes every line with ASCII signs."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, other signs."""
        return [Segment(plain_signs(text), style, control) for text, style, control in segments]

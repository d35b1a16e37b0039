"""The first frame of the terminal interface, drawn before Textual is loaded: the timeline, on the newest entry.

Loading Textual takes most of the time until somebody sees anything. What is drawn here is what the timeline draws
first, in the same places and colours: the lines at the top and the frames, then the list, each entry as soon as it is
read, the newest first. What only keys bring to life (the hints, the sheet beside the list) comes with Textual, which
then draws all of it.
"""

from __future__ import annotations

import os
import textwrap
from colorsys import rgb_to_hls
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.breakpoints import ACROSS, DOWN, LEAST, called
from tui.colours import DARK
from tui.columns import filled, side_by_side, widths
from tui.entry_rows import EntryRows, columns, title, why_none
from tui.spans import Span, length
from tui.time_bar import Standing, bar_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.columns import Column

_ATTRIBUTES: Final = {"bold": "1", "reverse": "7", "strike": "9"}
_LOOKS: Final = {
    "": "$foreground on $surface",
    "quiet": "$quiet on $surface",
    "doubt": "$warning on $surface",
    "gone": "strike $error on $surface",
}
"""How rows look, as ``tui/vedtak.tcss`` says."""
TRUE_COLOUR, PALETTE, COLOURLESS = "true colour", "256 colours", "no colours"


def colours_of_terminal() -> str | None:
    """How colours are told to this terminal; None where it has too few for those of a theme."""
    if "NO_COLOR" in os.environ:
        return COLOURLESS
    if os.environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return TRUE_COLOUR
    return PALETTE if os.environ.get("TERM", "").lower().endswith("-256color") else None


class Frame(NamedTuple):
    """The frame: what is told in it, in how many columns and rows, in which colours."""

    told: Standing
    width: int
    height: int
    colours: str

    def drawn(self) -> Iterator[str]:
        """What the terminal is to be sent, one thing after the other; nothing where there is no room for it."""
        if self.width < LEAST[0] or self.height < LEAST[1]:
            return
        lines = [*self._bars(), *self._panes()]
        lines += [[]] * (self.height - len(lines) - 1)
        lines.append([(" " * self.width, "on $panel")])
        yield "".join(
            f"\x1b[{number};1H{''.join(self._styled(span) for span in self._full(line))}"
            for number, line in enumerate(lines, 1)
        )
        yield from self._rows()

    @property
    def _across(self) -> str:
        return called(self.width, ACROSS)

    @property
    def _down(self) -> str:
        return called(self.height, DOWN)

    # ------------------------------------------------------------------------------------------------ what stands where

    def _bars(self) -> Iterator[list[Span]]:
        narrow = self._across == "-narrow"
        for line in bar_lines(self.told, self.width, 1 if narrow else 2):
            spans = [
                (text, f"{look} on $panel" if "$" in look else f"{look} $foreground on $panel") for text, look in line
            ]
            yield [*spans, (" " * (self.width - length(line)), "on $panel")]
        if self._down == "-tall" and not narrow:
            yield [(" " * self.width, "on $panel")]  # the years, when they have been counted

    @property
    def _bar_lines(self) -> int:
        return 1 if self._across == "-narrow" else 2 + (self._down == "-tall")

    @property
    def _room(self) -> int:
        """How many lines the panes have."""
        return self.height - self._bar_lines - (1 if self._across == "-narrow" else 2)

    @property
    def _list_size(self) -> tuple[int, int]:
        """The columns and lines of the list, its frame included."""
        if self._across == "-narrow" or self._down == "-short":
            return self.width, self._room
        if self._across == "-wide":
            return self.width * 5 // 8, self._room
        return self.width, self._room // 2 if self._down == "-tall" else self._room - 9

    def _panes(self) -> Iterator[list[Span]]:
        """The frame of the list, and the empty one of the sheet beside or below it."""
        width, height = self._list_size
        if width < self.width:
            beside = self._boxed(self.width - width, height, "", [], "$frame")
            for line, other in zip(self._list(width, height), beside, strict=True):
                yield [*line, *other]
        else:
            yield from self._list(width, height)
            if height < self._room:
                yield from self._boxed(width, self._room - height, "", [], "$frame")

    def _list(self, width: int, height: int) -> Iterator[list[Span]]:
        """The list without its rows."""
        known = self.told.reading.known
        listed = columns(known)
        lines = [[self._row(listed, [column.title for column in listed], "$quiet on $surface")]]
        if not known:
            told = textwrap.wrap(why_none(self.told.head), max(8, width - 8))
            lines += [[], *([(f"  {text}", "$quiet on $surface")] for text in told)]
        return self._boxed(width, height, title(known), lines, "$accent")

    def _rows(self) -> Iterator[str]:
        """The entries that there is room for: the newest, where the cursor stands, and then all the others."""
        known = self.told.reading.known
        first = max(0, known - (self._list_size[1] - 3))
        listed, rows = columns(known), EntryRows(self.told.reading, range(1, known + 1))
        newest = max(first, known - 1)
        for start, stop in ((newest, known), (first, newest)):
            for place, row in enumerate(rows.page(start, stop), start):
                look = _LOOKS[row.look]
                if place == newest:
                    chosen = "bold $cursor-text on $cursor" if self.colours != COLOURLESS else "bold reverse"
                    look = f"strike {chosen}" if look.startswith("strike") else chosen
                styled = self._styled(self._row(listed, row.cells, look))
                yield f"\x1b[{self._bar_lines + 3 + place - first};3H{styled}"

    def _row(self, listed: Sequence[Column], texts: Sequence[str], look: str) -> Span:
        inner = self._list_size[0] - 4
        return side_by_side(filled(listed, texts, widths(listed, inner)), inner), look

    def _boxed(
        self, width: int, height: int, heading: str, lines: Sequence[Sequence[Span]], colour: str
    ) -> Iterator[list[Span]]:
        """Lines in a frame, with a blank before each and one where a scrollbar may stand."""
        frame, ground = f"{colour} on $surface", (" ", "on $surface")
        top = [("─ ", frame), (heading, "bold $foreground on $surface"), (" ", frame)] if heading else []
        yield [("╭", frame), *top, ("─" * (width - 2 - length(top)) + "╮", frame)]
        for number in range(height - 2):
            line = lines[number] if number < len(lines) else ()
            rest = " " * (width - 4 - length(line))
            yield [("│", frame), ground, *line, (rest, "on $surface"), ground, ("│", frame)]
        yield [("╰" + "─" * (width - 2) + "╯", frame)]

    def _full(self, line: Sequence[Span]) -> list[Span]:
        return [*line, (" " * (self.width - length(line)), "on $surface")]

    # ------------------------------------------------------------------------------------------------ styles

    def _styled(self, span: Span) -> str:
        text, look = span
        return f"{_codes(look, self.colours)}{text}\x1b[0m" if text else ""


@cache
def _codes(look: str, colours: str) -> str:
    """The sequence that makes what follows look so."""
    codes, place = list[str](), "38"
    for word in look.split():
        if word == "on":
            place = "48"
        elif not word.startswith("$"):
            codes.append(_ATTRIBUTES[word])
        elif colours != COLOURLESS:
            told = DARK[word[1:]]
            red, green, blue = (int(told[at : at + 2], 16) for at in (1, 3, 5))
            of_palette = f"5;{_nearest(red, green, blue)}"
            codes.append(f"{place};{of_palette if colours == PALETTE else f'2;{red};{green};{blue}'}")
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _nearest(red: int, green: int, blue: int) -> int:
    """The colour of the 256 that Rich would take."""
    _hue, lightness, saturation = rgb_to_hls(red / 255, green / 255, blue / 255)
    if saturation < 0.15:  # noqa: PLR2004 - below this, Rich says, it is a grey
        grey = round(lightness * 25)
        return {0: 16, 25: 231}.get(grey, 231 + grey)
    steps = [round(part / 95 if part < 95 else 1 + (part - 95) / 40) for part in (red, green, blue)]  # noqa: PLR2004 - the cube's
    return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]

"""The ledger's years as one line of small bars, with the day and the knowledge shown on it; a click goes there."""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Final, cast

from textual.content import Content
from textual.widget import Widget

from projections.spread import MONTHS, day_in, month_of
from tui.dates import HOME, today
from tui.locale import N_, _

if TYPE_CHECKING:
    from textual import events

    from tui.app import VedtakApp

_BARS: Final = " ▁▂▃▄▅▆▇█"
_ENDS: Final = 6
"""The cells of a year and the space beside it."""


class Scrubber(Widget):
    """How many entries take effect when; ◆ is the day shown, ◇ when the newest known entry was recorded."""

    HELP = N_("How many entries take effect in each part of the ledger's years. A click chooses that day (◆).")

    def _scale(self) -> tuple[int, int, int] | None:
        """The first month, how many months there are, and how many cells they are drawn in."""
        found = cast("VedtakApp", self.app).months
        cells = self.size.width - 2 * _ENDS - len(self._hint()) - 2
        if found is None or cells < MONTHS:
            return None
        last = max(found.first + len(found.counts) - 1, month_of(today()))
        return found.first, last - found.first + 1, cells

    def _hint(self) -> str:
        return _(", . step   < > month") if self.size.width >= 100 else ""  # noqa: PLR2004 - columns

    def render(self) -> Content:
        """The line."""
        app = cast("VedtakApp", self.app)
        scale, found = self._scale(), app.months
        if scale is None or found is None:
            return Content("")
        first, many, cells = scale
        sums = [0] * cells
        for number, count in enumerate(found.counts):
            sums[number * cells // many] += count
        most = max(*sums, 1)
        # Roots, so that one month in which everybody was registered leaves something of the others to be seen.
        bars = [_BARS[ceil((count / most) ** 0.5 * 8)] for count in sums]
        marks = {self._cell(app.reading.effective, scale): ("◆", "bold $warning")}
        if app.context.known is not None and app.reading.known:
            recorded = app.reading.journal.entry(app.reading.known).recorded_at
            cell = self._cell(_at_home(recorded), scale)
            marks[cell + 1 if cell in marks else cell] = ("◇", "bold $accent")
        drawn = [Content.styled(*marks[at]) if at in marks else Content(bar) for at, bar in enumerate([*bars, " "])]
        start = Content.styled(f" {'…' if found.before else ' '}{first // MONTHS:4}", "$quiet")
        end = Content.styled(f"{(first + many - 1) // MONTHS:4} ", "$quiet")
        line = start + Content("").join(drawn) + end
        hint = Content.styled(self._hint() + " ", "$quiet")
        gap = max(1, self.size.width - line.cell_length - hint.cell_length)
        return (line + Content(" " * gap) + hint).truncate(self.size.width)

    @staticmethod
    def _cell(day: date, scale: tuple[int, int, int]) -> int:
        first, many, cells = scale
        return max(0, min((month_of(day) - first) * cells // many, cells - 1))

    def on_click(self, event: events.Click) -> None:
        scale = self._scale()
        if scale is None:
            return
        first, many, cells = scale
        cell = event.x - _ENDS
        if 0 <= cell < cells:
            app = cast("VedtakApp", self.app)
            app.context = app.context.on(day_in(first + ceil(cell * many / cells)))


def _at_home(moment: object) -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return cast("datetime", moment).astimezone(ZoneInfo(HOME)).date()

"""The lines that every screen has: where and when we are at the top, what can be pressed at the bottom."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.breakpoints import LEAST
from tui.keymap import Key, hints
from tui.locale import N_, _
from tui.spans import length
from tui.time_bar import LONG_FORM, Standing, bar_lines, tabs, times
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from textual import events

    from tui.app import VedtakApp
    from tui.screens.base import LedgerScreen


class TimeBar(Widget):
    """Screens and role above; the day, what is known, the entry, the hashes and what needs somebody below."""

    HELP = N_(
        "The moment every screen shows. ◆ is the day asked about, ◇ the newest entry that counts as known. "
        "✓ tells how many entries have the hashes they were recorded with, ✗ the first that has not; ! how many "
        "obligations are open."
    )

    def render(self) -> Content:
        """Both lines, or the second alone on a low terminal."""
        lines = bar_lines(self._standing(), self.size.width, self.size.height)
        return Content("\n").join([Content.assemble(*line) for line in lines])

    def _standing(self) -> Standing:
        app = cast("VedtakApp", self.app)
        return Standing(
            origin=app.origin,
            role=app.role,
            mode=app.current_mode,
            restored=app.restored is not None,
            context=app.context,
            reading=app.reading,
            head=app.head,
            place=cast("LedgerScreen", self.screen).selected_entry() or app.reading.known,
            checked=app.checked,
            due=app.due,
        )

    def on_click(self, event: events.Click) -> None:
        """The screen whose tab is there, or the date."""
        app = cast("VedtakApp", self.app)
        if event.y == 0 and self.size.height > 1:
            end = 0
            for name, span in tabs(self._standing(), self.size.width):
                end += length([span])
                if event.x < end:
                    app.call_later(app.action_mode, name)
                    return
            return
        told = times(self._standing(), self.size.width, self.size.width)
        known = "".join(text for text, _look in told).find("◇")
        if event.x < known - (13 if self.size.width >= LONG_FORM else 1):
            app.action_ask_effective()
        elif known >= 0:
            app.action_ask_known()


class Alarm(Static):
    """What is wrong with the ledger and what to do, for as long as it is; in a few lines where it needs them."""

    _told = ""

    def tell(self, trouble: str) -> None:
        """Say it, if it is not what is said already."""
        if trouble != self._told:
            self._told = trouble
            self.update(one_line(f"! {trouble}"))


class TooSmall(Widget):
    """What is said where nothing else can be."""

    def render(self) -> Content:
        """How many columns and rows are needed."""
        told = _("Too small: {width}×{height} at least.").format(width=LEAST[0], height=LEAST[1])
        return one_line(told)


class CommandLine(Widget):
    """The command that gives on the command line what is shown here."""

    def render(self) -> Content:
        """The command, as far as there is room."""
        words = cast("LedgerScreen", self.screen).command_words()
        told = Content.styled(" $ ", "bold $accent") + one_line(shlex.join(words))
        return told.truncate(self.size.width, ellipsis=True)

    def on_click(self) -> None:
        cast("LedgerScreen", self.screen).action_copy_command()


class HintBar(Widget):
    """Keys worth knowing here, as many as fit; Help is never left out."""

    def render(self) -> Content:
        """The line."""
        return self._drawn()[0]

    def _drawn(self) -> tuple[Content, list[tuple[int, int, Key]]]:
        screen = cast("LedgerScreen", self.screen)
        keys = [key for key in hints(screen.sections) if screen.offers(key.action)]
        help_key = next(key for key in keys if key.action == "help")
        last = _hint(help_key)
        room = self.size.width - last.cell_length - 3
        kept: set[Key] = set()
        for key in sorted(keys, key=lambda key: key.rank):
            needed = _hint(key).cell_length + 2
            if key is not help_key and needed <= room:
                kept.add(key)
                room -= needed
        shown = list(dict.fromkeys(key for key in keys if key in kept))
        places, at = [], 1
        for key in shown:
            length = _hint(key).cell_length
            places.append((at, at + length, key))
            at += length + 2
        left = Content("  ").join([_hint(key) for key in shown])
        gap = max(1, self.size.width - left.cell_length - last.cell_length - 2)
        start = 1 + left.cell_length + gap
        return Content(" ") + left + Content(" " * gap) + last, [*places, (start, start + last.cell_length, help_key)]

    def on_click(self, event: events.Click) -> None:
        for start, end, key in self._drawn()[1]:
            if start <= event.x < end:
                self.app.simulate_key(key.keys.partition(",")[0])


def _hint(key: Key) -> Content:
    return Content.assemble((_(key.hint_key or key.shown), "bold $accent"), " ", _(key.hint))

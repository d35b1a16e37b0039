"""The lines that every screen has: where and when we are at the top, what can be pressed at the bottom."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final, cast

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.cli.stories import is_invented
from tui.dates import day_short, day_text, moment_text, today
from tui.keymap import Key, hints
from tui.locale import N_, _
from tui.modes import modes_of
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from textual import events

    from tui.app import VedtakApp
    from tui.screens.base import LedgerScreen

ROLE_NAMES = {"read": N_("READ"), "write": N_("WRITE"), "admin": N_("ADMIN")}
LONG_FORM = 92
"""From this width on, dates are written out with what they are."""
WIDE = 112
"""From this width on, the time of day is told too."""
NAME_LEAST: Final = 8
"""Less than this of a ledger's name says nothing."""
LEAST: Final = (40, 10)
"""What is drawn on a smaller terminal than this cannot be read."""


class TimeBar(Widget):
    """Screens and role above; the day, what is known, the entry, the hashes and what needs somebody below."""

    HELP = N_(
        "The moment every screen shows. ◆ is the day asked about, ◇ the newest entry that counts as known. "
        "✓ tells how many entries have the hashes they were recorded with, ✗ the first that has not; ! how many "
        "obligations are open."
    )

    def render(self) -> Content:
        """Both lines, or the second alone on a low terminal."""
        if self.size.height > 1:
            return Content("\n").join([self._modes(), self._times(self.size.width)])
        told = Content(" · ").join(self._marks()) + Content(" ")
        times = self._times(self.size.width - told.cell_length - 1)
        gap = max(1, self.size.width - times.cell_length - told.cell_length)
        return (times + Content(" " * gap) + told).truncate(self.size.width)

    def _modes(self) -> Content:
        app = cast("VedtakApp", self.app)
        left = Content("").join([tab for _name, tab in self._tabs()])
        told = Content(" · ").join(self._marks())
        room = self.size.width - left.cell_length - told.cell_length - 8
        name = one_line(app.origin).truncate(room, ellipsis=True) if room >= NAME_LEAST else Content()
        right = (Content(" · ").join([name, told]) if name else told) + Content(" ")
        gap = max(1, self.size.width - left.cell_length - right.cell_length)
        return (left + Content(" " * gap) + right).truncate(self.size.width)

    def _marks(self) -> list[Content]:
        """What must not be overlooked: that it is invented or a copy of what was, and what one may do."""
        app = cast("VedtakApp", self.app)
        role = Content.styled(_(ROLE_NAMES.get(app.role, app.role.upper())), "bold")
        told = [*([_("invented")] * is_invented(app.origin)), *([_("restored")] * (app.restored is not None))]
        return [*(Content.styled(words, "bold $warning") for words in told), role]

    def _tabs(self) -> list[tuple[str, Content]]:
        """The screens by name: all in words, or, where there is no room, only the one shown."""
        app = cast("VedtakApp", self.app)
        modes = modes_of(app.role)
        told = Content(" · ").join(self._marks()).cell_length + 2
        brief = sum(len(f" {mode.key} {_(mode.title)} ") for mode in modes.values()) + told > self.size.width
        return [
            (
                name,
                Content.styled(f"[{mode.key} {_(mode.title)}]", "bold")
                if name == app.current_mode
                else Content(f" {mode.key} " if brief else f" {mode.key} {_(mode.title)} "),
            )
            for name, mode in modes.items()
        ]

    def _times(self, room: int) -> Content:
        app = cast("VedtakApp", self.app)
        known, head = app.reading.known, app.head
        place = cast("LedgerScreen", self.screen).selected_entry() or known
        long = self.size.width >= LONG_FORM
        if app.context.known is None:
            since = _("now")
        elif known == 0:
            since = _("before the first entry")
        else:
            recorded = app.reading.journal.entry(known).recorded_at
            since = moment_text(recorded) if self.size.width >= WIDE else moment_text(recorded).partition(" ")[0]
        day = day_text(app.reading.effective) if self.size.width >= LONG_FORM // 2 else day_short(app.reading.effective)
        entry = (_("entry {place} of {all}") if long else _("{place} of {all}")).format(
            place=f"{place:,}".replace(",", "\u00a0"), all=f"{head:,}".replace(",", "\u00a0")
        )
        if long:
            parts = [_("As of ◆ {day}").format(day=day), _("As known ◇ {since}").format(since=since), entry]
        else:
            parts = [f"◆ {day}", f"◇ {since}", entry]
        # Another day than today, or other knowledge than all there is, must not be overlooked.
        looks = [
            "bold $warning" if other else "bold"
            for other in (app.context.effective != today(), app.context.known is not None)
        ]
        told = [Content.styled(part, look) for part, look in zip(parts, [*looks, ""], strict=True)]
        told += [self._hashes(long=long), self._due()]
        gap = "   " if long else "  "
        while len(told) > 1 and sum(part.cell_length + len(gap) for part in told) > room:
            told.pop(2 if len(told) > 3 else len(told) - 1)  # noqa: PLR2004 - the entry goes first, the dates last
        return (Content(" ") + Content(gap).join(told)).truncate(room, ellipsis=True)

    def _hashes(self, *, long: bool) -> Content:
        checked = cast("VedtakApp", self.app).checked
        if checked.bad is not None:
            told, look = f"✗ #{checked.bad}", "bold $error"
        elif checked.done:
            told, look = f"✓ {checked.entries:,}".replace(",", "\u00a0"), "$success"
        elif checked.of:
            told, look = f"… {100 * checked.entries // checked.of} %", ""
        else:
            told, look = "…", ""
        return Content.styled(_("hashes {verdict}").format(verdict=told) if long else told, look)

    def _due(self) -> Content:
        due = cast("VedtakApp", self.app).due
        return Content.styled(f"! {'…' if due is None else due}", "bold $warning" if due else "")

    def on_click(self, event: events.Click) -> None:
        """The screen whose tab is there, or the date."""
        app = cast("VedtakApp", self.app)
        if event.y == 0 and self.size.height > 1:
            end = 0
            for name, tab in self._tabs():
                end += tab.cell_length
                if event.x < end:
                    app.call_later(app.action_mode, name)
                    return
            return
        known = self._times(self.size.width).plain.find("◇")
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

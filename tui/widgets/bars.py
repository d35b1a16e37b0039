"""The lines that every screen has: where and when we are at the top, what can be pressed at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget

from tui.cli.stories import is_invented
from tui.dates import day_short, day_text, moment_text, today
from tui.keymap import Key, hints
from tui.locale import N_, _
from tui.modes import MODES
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from tui.app import VedtakApp
    from tui.screens.base import LedgerScreen

ROLE_NAMES = {"read": N_("READ"), "write": N_("WRITE"), "admin": N_("ADMIN")}
LONG_FORM = 92
"""From this width on, dates are written out with what they are."""


class TimeBar(Widget):
    """Screens and role above; the day, what is known, and the entry below."""

    def render(self) -> Content:
        """Both lines, or the second alone on a low terminal."""
        times = self._times()
        return times if self.size.height < 2 else Content("\n").join([self._modes(), times])  # noqa: PLR2004 - rows

    def _modes(self) -> Content:
        app = cast("VedtakApp", self.app)
        parts = [
            Content.styled(f"[{mode.key} {_(mode.title)}]", "bold")
            if name == app.current_mode
            else Content(f" {mode.key} {_(mode.title)} ")
            for name, mode in MODES.items()
        ]
        left = Content(" ").join(parts)
        role = _(ROLE_NAMES.get(app.role, app.role.upper()))
        mark = Content.styled(_("invented"), "bold $warning") if is_invented(app.origin) else Content("")
        room = self.size.width - left.cell_length - mark.cell_length - len(role) - 11
        name = one_line(app.origin).truncate(max(0, room), ellipsis=True)
        told = Content(" · ").join([part for part in (name, mark, Content.styled(role, "bold")) if part])
        right = told + Content(" ")
        gap = max(1, self.size.width - left.cell_length - right.cell_length)
        return (left + Content(" " * gap) + right).truncate(self.size.width)

    def _times(self) -> Content:
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
            since = moment_text(recorded) if long else moment_text(recorded).partition(" ")[0]
        day = day_text(app.reading.effective) if self.size.width >= LONG_FORM // 2 else day_short(app.reading.effective)
        entry = (_("entry {place} of {all}") if long else _("{place} of {all}")).format(place=place, all=head)
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
        return (Content(" ") + Content("   ").join(told)).truncate(self.size.width, ellipsis=True)


class Alarm(Widget):
    """One line for what is wrong with the ledger, for as long as it is."""

    def render(self) -> Content:
        """The problem and its remedy."""
        return one_line(f" ! {cast('VedtakApp', self.app).trouble}").truncate(self.size.width, ellipsis=True, pad=True)


class HintBar(Widget):
    """Keys worth knowing here, as many as fit; Help is never left out."""

    def render(self) -> Content:
        """The line."""
        keys = hints(cast("LedgerScreen", self.screen).sections)
        help_key = next(key for key in keys if key.action == "help")
        last = _hint(help_key)
        room = self.size.width - last.cell_length - 3
        kept: set[Key] = set()
        for key in sorted(keys, key=lambda key: key.rank):
            needed = _hint(key).cell_length + 2
            if key is not help_key and needed <= room:
                kept.add(key)
                room -= needed
        left = Content("  ").join([_hint(key) for key in keys if key in kept])
        gap = max(1, self.size.width - left.cell_length - last.cell_length - 2)
        return Content(" ") + left + Content(" " * gap) + last


def _hint(key: Key) -> Content:
    return Content.assemble((key.hint_key or key.shown, "bold $accent"), " ", _(key.hint))

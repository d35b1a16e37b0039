"""The one moment that every screen shows, and the keys that change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.reactive import reactive

from ledger.journal import Journal
from projections.reading import Reading
from tui.background import Background
from tui.context import TimeContext
from tui.dates import day_text, moment_text, parse_day, parse_known, today
from tui.ledgers import UNREADABLE
from tui.locale import _
from tui.stepping import SETTLED_SECONDS, Hold, months_later

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.timer import Timer

COUNT_SECONDS: Final = 0.4
"""How long a moment is shown before what needs somebody then is counted."""


class Moment(Background):
    """The day and the knowledge shown, and how they are moved."""

    context: reactive[TimeContext] = reactive(TimeContext(date.min), init=False)
    reading: reactive[Reading] = reactive(TimeContext(date.min).reading(Journal(), {}), init=False)
    head: reactive[int] = reactive(0, init=False)
    """The newest entry of the ledger, known at the moment or not."""
    trouble: reactive[str] = reactive("", init=False)

    if TYPE_CHECKING:
        disclosed: Mapping[str, str]

    marked: TimeContext | None = None
    """The moment that others are compared with (A)."""
    _previous: TimeContext | None = None
    _settling: asyncio.TimerHandle | None = None
    _counting: Timer | None = None

    def watch_context(self, old: TimeContext, new: TimeContext) -> None:
        self._previous = old
        self.read_again()

    def read_again(self) -> None:
        """Look at the moment again: it, or the ledger, is another."""
        try:
            # A screen whose answer is worked out in a thread would not notice that this connection is lost.
            self.head = self.journal.advance()
            self.reading = self.context.reading(self.journal, self.disclosed)
        except UNREADABLE as error:
            self.in_trouble(error)
            return
        if self._counting:
            self._counting.stop()
        self._counting = self.set_timer(COUNT_SECONDS, self._count)

    def _count(self) -> None:
        self.count_due(asked=False)

    def in_trouble(self, error: Exception) -> None:
        """Say that the ledger could not be read."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------------ moving it

    @property
    def settling(self) -> bool:
        """Whether a key is being held, so that only what is light follows."""
        return self._settling is not None

    def steps(self, hold: Hold, direction: int) -> int:
        """How many steps a press means; while the key is held the heavy panes wait."""
        by = hold.steps(direction)
        if hold.held:
            self._settle_later()
        return by

    def _settle_later(self) -> None:
        if self._settling:
            self._settling.cancel()
        # By way of the messages: behind a frame that took long, more presses may wait than were seen to.
        # Nor by a timer of Textual's, which may never go off: see tui.type_ahead.
        self._settling = asyncio.get_running_loop().call_later(SETTLED_SECONDS, self.call_later, self._settled)

    def _settled(self) -> None:
        if monotonic() - self.pressed < SETTLED_SECONDS:
            self._settle_later()
            return
        self._settling = None
        # A screen that is still being put together shows the moment when it is there.
        if self.screen.is_mounted and (settled := getattr(self.screen, "settled", None)):
            settled()

    def know_as_of(self, position: int) -> None:
        """Show what was known when an entry had just been recorded."""
        self.context = self.context.as_known(max(0, min(position, self.journal.head)))

    def action_month(self, direction: int) -> None:
        """The same day one month before or after; more while the key is held."""
        by = self.steps(self._months_held, direction)
        self.context = self.context.on(months_later(self.context.effective, by))

    @property
    def _months_held(self) -> Hold:
        held: Hold = self.__dict__.setdefault("_month_hold", Hold())
        return held

    def action_now(self) -> None:
        """Today, with everything known."""
        self.context = TimeContext(today())

    def action_swap(self) -> None:
        """The moment shown before this one."""
        if self._previous is not None:
            self.context = self._previous

    def action_mark(self) -> None:
        """Compare with this moment, from now on."""
        self.marked = self.context
        told = _("A is {day}, as known after entry #{known}.")
        self.say(told.format(day=day_text(self.context.effective), known=self.reading.known))

    def say(self, text: str) -> None:
        """Tell of something that went well."""
        raise NotImplementedError

    def action_ask_effective(self) -> None:
        """Ask for the day."""
        self._ask(
            _("As of which day? ◆"),
            _("17.5.2018, 2018-05-17, last year, end of 2018 …"),
            lambda text: day_text(parse_day(text, today())),
            self._effective_given,
        )

    def _effective_given(self, text: str) -> None:
        self.context = self.context.on(parse_day(text, today()))

    def action_ask_known(self) -> None:
        """Ask for the time up to which entries count as known."""

        def position(text: str) -> int:
            return self.journal.known_at(parse_known(text, datetime.now(UTC)))

        def told(text: str) -> str:
            moment = moment_text(parse_known(text, datetime.now(UTC)))
            return _("{moment}: {count} of {all} entries were recorded").format(
                moment=moment, count=position(text), all=self.head
            )

        def given(text: str) -> None:
            self.know_as_of(position(text))

        self._ask(_("As known when? ◇"), _("yesterday, 2025-06-01, 2025-06-01 14:00 …"), told, given)

    def _ask(self, title: str, hint: str, read: Callable[[str], str], given: Callable[[str], None]) -> None:
        from tui.screens.ask_date import AskDate

        def answered(text: str | None) -> None:
            if text is not None:
                given(text)

        self.push_screen(AskDate(title, hint, read), answered)

"""The terminal interface: opens on a book, keeps up with it, and holds the one moment that every screen shows."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import work
from textual.app import App
from textual.message import Message
from textual.reactive import reactive
from textual.worker import get_current_worker

from ledger.errors import LedgerError
from ledger.journal import Journal, Log
from ledger.vault import Disclosed
from projections.indexed import IndexedLog
from projections.timeline import Filter
from tui.context import TimeContext
from tui.dates import day_text, moment_text, parse_day, parse_known, today
from tui.keymap import bindings
from tui.ledgers import indexed_log_of
from tui.locale import _, explain, language, use_language
from tui.modes import makers
from tui.theme import DARK, LIGHT, THEMES

if TYPE_CHECKING:
    from textual.screen import Screen

    from ledger.store import Book
    from projections.reading import Reading
    from tui.screens.timeline import TimelineScreen

POLL_SECONDS: Final = 1.0


class Arrived(Message):
    """There is more in the book than is shown; ``log`` has it, where another one than the app's was read in."""

    def __init__(self, log: Log | None = None) -> None:
        super().__init__()
        self.log = log


class Trouble(Message):
    """The book could not be read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class VedtakApp(App[int]):
    """One ledger, on a terminal."""

    TITLE = "Vedtak"
    CSS_PATH = "vedtak.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[object]]]] = cast(
        "dict[str, str | Callable[[], Screen[object]]]", makers()
    )
    DEFAULT_MODE = "timeline"
    BINDINGS = [*bindings("record"), *bindings("time"), *bindings("app")]

    context: reactive[TimeContext] = reactive(TimeContext(date.min), init=False)
    reading: reactive[Reading] = reactive(TimeContext(date.min).reading(Journal(), {}), init=False)
    head: reactive[int] = reactive(0, init=False)
    """The newest entry of the ledger, known at the moment or not."""
    loaded: reactive[bool] = reactive(False, init=False)
    """Whether everything there was at the start has been read in."""
    language_code: reactive[str] = reactive("nb", init=False)
    trouble: reactive[str] = reactive("", init=False)

    def __init__(self, book: Book, *, role: str = "read", on: date | None = None, known: int | None = None) -> None:
        # With NO_COLOR Textual would turn colours into greys; its ANSI mode is the one that prints none at all.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.book = book
        self.origin = book.origin
        self.role = role
        self.journal: Log = indexed_log_of(book) or Journal()
        self.disclosed = Disclosed(book)
        context = TimeContext(on or today(), known)
        self._previous = context
        self.set_reactive(VedtakApp.context, context)
        self.set_reactive(VedtakApp.reading, context.reading(self.journal, self.disclosed))
        self.set_reactive(VedtakApp.head, self.journal.head)
        self.set_reactive(VedtakApp.loaded, isinstance(self.journal, IndexedLog))
        self.set_reactive(VedtakApp.language_code, language())
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    # ------------------------------------------------------------------------------------------------ the book

    def on_mount(self) -> None:
        self.fetch()
        self.set_interval(POLL_SECONDS, self.fetch)

    def fetch(self) -> None:
        """Read what has come, unless that is being done already."""
        if not any(worker.group == "fetch" and not worker.is_finished for worker in self.workers):
            self._fetch()

    @work(thread=True, group="fetch")
    def _fetch(self) -> None:
        worker = get_current_worker()
        try:
            if self.loaded and self.book.head() <= self.journal.head:
                if self.trouble:
                    self.post_message(Trouble(""))
            elif isinstance(self.journal, IndexedLog):
                self.post_message(Arrived())
            else:
                # Without an index the whole ledger is read; the screens go on with what they have meanwhile.
                log = self.journal.fork()
                for entry in self.book.entries(after=log.head):
                    if worker.is_cancelled:
                        return
                    log.add(entry)
                self.post_message(Arrived(log))
        except LedgerError as error:
            self.post_message(Trouble(" ".join(explain(error))))

    def on_arrived(self, message: Arrived) -> None:
        if message.log is not None:
            self.journal = message.log
        try:
            self.journal.advance()
        except LedgerError as error:
            self.trouble = " ".join(explain(error))
            return
        self.trouble = ""
        self.head = self.journal.head
        self.reading = self.context.reading(self.journal, self.disclosed)
        self.loaded = True

    def on_trouble(self, message: Trouble) -> None:
        self.trouble = message.text

    # ------------------------------------------------------------------------------------------------ the moment

    def watch_context(self, old: TimeContext, new: TimeContext) -> None:
        self._previous = old
        self.reading = new.reading(self.journal, self.disclosed)

    def know_as_of(self, position: int) -> None:
        """Show what was known when an entry had just been recorded."""
        self.context = self.context.as_known(max(0, min(position, self.journal.head)))

    def action_now(self) -> None:
        """Today, with everything known."""
        self.context = TimeContext(today())

    def action_swap(self) -> None:
        """The moment shown before this one."""
        self.context = self._previous

    def action_ask_effective(self) -> None:
        """Ask for the day."""
        from tui.screens.ask_date import AskDate

        def answered(text: str | None) -> None:
            if text is not None:
                self.context = self.context.on(parse_day(text, today()))

        hint = _("17.5.2018, 2018-05-17, last year, end of 2018 …")
        read = AskDate(_("As of which day? ◆"), hint, lambda text: day_text(parse_day(text, today())))
        self.push_screen(read, answered)

    def action_ask_known(self) -> None:
        """Ask for the time up to which entries count as known."""
        from tui.screens.ask_date import AskDate

        def position(text: str) -> int:
            return self.journal.known_at(parse_known(text, datetime.now(UTC)))

        def told(text: str) -> str:
            known = position(text)
            moment = moment_text(parse_known(text, datetime.now(UTC)))
            return _("{moment}: {count} of {all} entries were recorded").format(
                moment=moment, count=known, all=self.head
            )

        def answered(text: str | None) -> None:
            if text is not None:
                self.know_as_of(position(text))

        hint = _("yesterday, 2025-06-01, 2025-06-01 14:00 …")
        self.push_screen(AskDate(_("As known when? ◇"), hint, told), answered)

    # ------------------------------------------------------------------------------------------------ going places

    def action_mode(self, name: str) -> None:
        """To one of the numbered screens."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_mode(name)

    async def _timeline_shown(self) -> TimelineScreen:
        self.action_mode("timeline")
        return cast("TimelineScreen", self.screen)

    def open_entry(self, position: int) -> None:
        """Show an entry in the timeline."""
        self.call_later(self._open_entry, position)

    async def _open_entry(self, position: int) -> None:
        (await self._timeline_shown()).go_to(position)

    def open_entries_of(self, ref: str) -> None:
        """Show the entries that concern a thing in the timeline."""
        self.call_later(self._open_entries_of, ref)

    async def _open_entries_of(self, ref: str) -> None:
        (await self._timeline_shown()).filter_by(Filter(touches=ref))

    # ------------------------------------------------------------------------------------------------ recording

    @property
    def may_record(self) -> bool:
        """Whether the person may add entries here."""
        return self.role in {"write", "admin"}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that the role lacks does nothing."""
        return super().check_action(action, parameters) and (action not in {"record", "correct"} or self.may_record)

    def action_record(self) -> None:
        """Choose what happened, then fill in its form."""
        self.open_record()

    def action_correct(self) -> None:
        """Correct the entry under the cursor."""
        from tui.screens.base import LedgerScreen

        if isinstance(self.screen, LedgerScreen) and (position := self.screen.selected_entry()):
            self.open_record(correcting=position)

    def open_record(
        self, wire_name: str | None = None, texts: Mapping[str, str] | None = None, *, correcting: int | None = None
    ) -> None:
        """Open a form: of a type, with texts known beforehand; to correct an entry; else ask what happened."""
        from tui.recording import begin

        if self.may_record:
            begin(self, wire_name, texts or {}, correcting)

    @work
    async def show_recorded(self, position: int, before: int | None = None) -> None:
        """Show a new entry in the timeline, or what it corrected as that was known before."""
        for _attempt in range(40):
            if self.head >= position:
                break
            self.fetch()
            await asyncio.sleep(0.05)
        self.context = self.context.as_known(None if before is None else position - 1)
        await self._open_entry(before or position)

    # ------------------------------------------------------------------------------------------------ the rest

    def action_switch_language(self) -> None:
        """The other language, at once."""
        use_language("en" if language() == "nb" else "nb")
        self.language_code = language()

    def action_switch_theme(self) -> None:
        """Dark or light."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        """Every key."""
        from tui.screens.base import LedgerScreen
        from tui.screens.help import HelpScreen

        here = self.screen.sections if isinstance(self.screen, LedgerScreen) else ("modal", "app")
        self.push_screen(HelpScreen(here))

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(0)

    def action_help_quit(self) -> None:
        """Say how to quit, to those who try ctrl+c."""
        self.notify(_("q or ctrl+q quits"))


def run(book: Book, *, role: str = "read", on: date | None = None, known: int | None = None) -> int:
    """Show a book until the person quits. Returns the exit code."""
    return VedtakApp(book, role=role, on=on, known=known).run() or 0

"""The terminal interface: opens on a book, keeps up with it, and goes where it is told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, work
from textual.reactive import reactive

from projections.timeline import Filter
from tui.context import Opening, TimeContext
from tui.dates import today
from tui.following import Following
from tui.keymap import bindings
from tui.locale import _, language, use_language
from tui.modes import makers, modes_of
from tui.signs import PlainSigns
from tui.sources import Sources
from tui.theme import THEMES, ParsedOnce
from tui.type_ahead import TypeAhead
from tui.unbroken import Unbroken

if TYPE_CHECKING:
    from textual.screen import Screen

    from ledger.journal import Log
    from ledger.store import Book
    from tui.locator import Locator
    from tui.screens.structure import StructureScreen
    from tui.screens.timeline import TimelineScreen

HANG_UP_SECONDS: Final = 1.0
EXAMINE_SECONDS: Final = 0.3
"""How long after the newest entry came the ledger is gone through again."""


class VedtakApp(TypeAhead, Unbroken, Following):
    """One ledger, on a terminal."""

    TITLE = "Vedtak"
    CSS_PATH = "vedtak.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[object]]]] = cast(
        "dict[str, str | Callable[[], Screen[object]]]", makers()
    )
    DEFAULT_MODE = "timeline"
    BINDINGS = [*bindings("record"), *bindings("time"), *bindings("app")]

    language_code: reactive[str] = reactive("nb", init=False)

    def __init__(self, book: Book, opening: Opening = Opening(), *, log: Log | None = None) -> None:
        # With NO_COLOR Textual would turn colours into greys; its ANSI mode is the one that prints none at all.
        super().__init__(book, log, ansi_color=True if "NO_COLOR" in os.environ else None)
        self.origin = book.origin
        self.restored = book.restored
        self.role = opening.role
        self.named = opening.named
        self.linear = opening.linear
        self.sources = Sources.named(opening.sources)
        """The papers themselves, where they are at hand."""
        self._place = opening.place
        context = TimeContext(opening.on or today(), opening.known)
        self._previous = context
        self.set_reactive(VedtakApp.context, context)
        self.set_reactive(VedtakApp.reading, context.reading(self.journal, self.disclosed))
        self.set_reactive(VedtakApp.language_code, language())
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        if opening.plain_signs:
            self._filters.append(PlainSigns())
            self.add_class("-plain-signs")
        if opening.linear:
            self.animation_level = "none"

    def on_mount(self) -> None:
        self.tidy_when_idle()
        if at_a_terminal():
            self.set_interval(HANG_UP_SECONDS, self._leave_when_hung_up)
            with suppress(NotImplementedError):  # on Windows nobody is asked to end
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
        if self.loaded:
            self.watch_loaded()
        if self.restored:
            from tui.cli.options import restored_text

            self.say(restored_text(self.restored))

    def _leave_when_hung_up(self) -> None:
        """End with the terminal: without one, Textual asks for the next key as fast as it can, for ever."""
        if not at_a_terminal():
            self.exit()

    def watch_loaded(self) -> None:
        self.watch_head()
        if self._place:
            place, self._place = self._place, None
            self.call_after_refresh(self.go, place)

    def watch_head(self) -> None:
        if self.loaded:
            self.set_timer(EXAMINE_SECONDS, self.examine)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self.pressed = monotonic()
        await super().on_event(event)

    # ------------------------------------------------------------------------------------------------ going places

    def action_mode(self, name: str) -> None:
        """To one of the numbered screens."""
        self.call_later(self.show_mode, name)

    async def show_mode(self, name: str) -> None:
        """To one of the numbered screens, and there when this is done."""
        if name not in modes_of(self.role):
            return
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.switch_mode(name)

    def open_entry(self, position: int) -> None:
        """Show an entry in the timeline."""
        self.call_later(self._open_entry, position)

    async def _open_entry(self, position: int) -> None:
        await self.show_mode("timeline")
        cast("TimelineScreen", self.screen).go_to(position)

    def open_entries_of(self, ref: str) -> None:
        """Show the entries that concern a thing in the timeline."""
        self.call_later(self._open_entries_of, ref)

    async def _open_entries_of(self, ref: str) -> None:
        await self.show_mode("timeline")
        cast("TimelineScreen", self.screen).filter_by(Filter(touches=ref))

    def open_thing(self, ref: str) -> None:
        """Show a thing: in the structure, or, where that does not have it, on a screen of its own."""
        self.call_later(self._open_thing, ref)

    async def _open_thing(self, ref: str) -> None:
        from tui.screens.detail import ThingScreen

        await self.show_mode("structure")
        if not cast("StructureScreen", self.screen).go_to(ref):
            await self.push_screen(ThingScreen(ref))

    def go(self, place: Locator) -> None:
        """To where a locator says, at its moment."""
        if place.on or place.known is not None:
            known = place.known if place.known is None or place.known < self.journal.head else None
            self.context = TimeContext(place.on or self.context.effective, known)
        if place.kind == "e":
            self.open_entry(int(place.place))
        elif place.kind == "t":
            self.open_thing(place.place)
        elif place.place in modes_of(self.role):
            self.action_mode(place.place)

    def action_palette(self) -> None:
        """Go to anything, do anything."""
        from tui.screens.palette import Palette

        def chosen(do: Callable[[], object] | None) -> None:
            if do is not None:
                do()

        self.push_screen(Palette(self.sections_here()), chosen)

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
        """The next of dark, light and high contrast."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    def sections_here(self) -> tuple[str, ...]:
        """The sections of keys that apply where the person is."""
        return getattr(self.screen, "sections", ("modal", "app"))

    def action_help(self) -> None:
        """The keys, printed on the screen they are for."""
        from tui.screens.base import LedgerScreen
        from tui.screens.help import HelpScreen
        from tui.screens.overlay import Overlay

        if isinstance(self.screen, LedgerScreen):
            self.push_screen(Overlay(self.screen))
        else:
            self.push_screen(HelpScreen(self.sections_here()))

    async def action_quit(self) -> None:
        """Leave, unless something is written that cannot be kept and nobody has been told of it."""
        from tui.screens.base import LedgerScreen

        if all(screen.may_leave() for screen in self.screen_stack if isinstance(screen, LedgerScreen)):
            self.exit(0)

    def action_help_quit(self) -> None:
        """Say how to quit, to those who try ctrl+c."""
        self.say(_("q or ctrl+q quits"))

    def say(self, text: str) -> None:
        """Tell of something that went well, for a moment."""
        from tui.widgets.safe import one_line

        self.clear_notifications()
        self.notify(one_line(text).plain, markup=False, timeout=4)


def at_a_terminal() -> bool:
    """Whether keys come from a terminal that is still there."""
    return sys.__stdin__ is not None and sys.__stdin__.isatty()

"""What every screen has in common: bars, panes that fold away on small terminals, and keeping up with the moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from tui.breakpoints import ACROSS, DOWN, LEAST
from tui.dates import today
from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import _
from tui.locator import Locator
from tui.phrases import number_text
from tui.stepping import Hold
from tui.unbroken import Unbroken
from tui.widgets.bars import Alarm, CommandLine, HintBar, TimeBar, TooSmall
from tui.widgets.filter_field import FilterField
from tui.widgets.safe import one_line
from tui.widgets.scrubber import Scrubber
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Resize
    from textual.widget import Widget

    from projections.reading import Reading
    from projections.why import SourceStep
    from tui.app import VedtakApp
    from tui.exporting import Table

BARS = ("head", "trouble", "checked", "due", "months")
"""What the bars show beside the moment."""


class LedgerScreen(Unbroken, Screen[None]):
    """A screen that shows the ledger from the app's moment."""

    HORIZONTAL_BREAKPOINTS = ACROSS
    VERTICAL_BREAKPOINTS = DOWN
    BINDINGS = bindings("screen")
    SECTIONS: ClassVar[tuple[str, ...]] = ()
    """The sections of ``tui.keymap`` that apply here, the most particular first."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] | None = None
        self.hold = Hold()

    def compose(self) -> ComposeResult:
        yield TimeBar()
        yield Scrubber()
        yield Alarm()
        yield TooSmall()
        yield Container(*self.panes(), id="panes")
        yield FilterField()
        yield CommandLine()
        yield HintBar()

    def panes(self) -> Iterable[Widget]:
        """The widgets between the bars."""
        return ()

    def on_mount(self) -> None:
        self.set_class(self.vedtak.linear, "-linear")
        if self.vedtak.linear:
            self.query_one(FilterField).cursor_blink = False
        for name in ("reading", "loaded", "language_code"):
            self.watch(self.app, name, self.keep_up, init=False)
        for name in BARS:
            self.watch(self.app, name, self.refresh_bars, init=False)
        self.keep_up()

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width < LEAST[0] or event.size.height < LEAST[1], "-too-small")

    def on_screen_resume(self) -> None:
        self.keep_up()

    def on_screen_suspend(self) -> None:
        if self not in self.app.screen_stack:  # and not just behind another one
            self.give_up()

    def give_up(self) -> None:
        """Stop working out what this screen is to show: somebody has turned to another; it is begun anew here."""

    def keep_up(self) -> None:
        """Show the present moment, if it is another than the one shown; a screen that nobody sees waits until it is."""
        if not self.is_current:
            return
        self.refresh_bars()
        shown = (self.vedtak.reading, self.vedtak.loaded, self.vedtak.language_code)
        if shown != self._shown and not self.vedtak.settling:
            self._shown = shown
            self.query_one(FilterField).placeholder = _("words to look for")
            try:
                self.show(self.vedtak.reading)
            except UNREADABLE as error:
                self.vedtak.in_trouble(error)

    def refresh_bars(self) -> None:
        """Draw the lines at the top and the bottom anew."""
        if self.is_current:
            self.set_class(bool(self.vedtak.trouble), "-trouble")
            self.query_one(Alarm).tell(self.vedtak.trouble)
            for bar in self.query("TimeBar, Scrubber, CommandLine, HintBar"):
                bar.refresh()

    def settled(self) -> None:
        """A key that was held has been let go: what is heavy follows."""
        self.keep_up()

    def show(self, reading: Reading) -> None:
        """Draw everything anew for a moment or a language."""

    @property
    def vedtak(self) -> VedtakApp:
        """The app, typed."""
        return cast("VedtakApp", self.app)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections whose keys may be hinted at now."""
        if isinstance(self.focused, Input):
            return ("filter", "app")
        recording = ("record",) if self.vedtak.may_record else ()
        return (*self.SECTIONS, *recording, "screen", "time", "app")

    @property
    def small(self) -> bool:
        """Whether there is no room for a second pane."""
        return self.vedtak.linear or any(self.has_class(name) for name in ("-narrow", "-low", "-short"))

    def offers(self, action: str) -> bool:
        """Whether a key that does this is worth hinting at now."""
        return True

    def on_descendant_focus(self) -> None:
        self.query_one(HintBar).refresh()

    # ------------------------------------------------------------------------------------------------ what is shown

    def selected_entry(self) -> int | None:
        """The entry that the cursor stands on, where it does."""
        return None

    def command(self) -> tuple[str, ...]:
        """The words after ``vedtak`` that give on the command line what is shown here, without the moment."""
        return ("state",)

    def command_words(self) -> list[str]:
        """The whole command, with the moment where it is not now, and the ledger where one was named."""
        return self.moment_words(*self.command())

    def moment_words(self, *command: str) -> list[str]:
        """A command with the moment where it is not now, and the ledger where one was named."""
        words = ["vedtak", *command]
        context, reading = self.vedtak.context, self.vedtak.reading
        if context.effective != today():
            words += ["--on", context.effective.isoformat()]
        if context.known is not None:
            words += ["--known", _known_word(reading)]
        return words + list(self.vedtak.named)

    def place(self) -> tuple[str, str]:
        """What is shown, for a locator: ``e`` and an entry, ``t`` and a thing, or ``s`` and a screen."""
        if position := self.selected_entry():
            return "e", str(position)
        return "s", self.app.current_mode

    def locator(self) -> Locator:
        """Where this is, with the moment."""
        reading = self.vedtak.reading
        return Locator(*self.place(), on=reading.effective, known=reading.known)

    def table(self) -> Table | None:
        """What is exported: the list in focus, or the first; a screen that shows more says so here."""
        from tui.exporting import Table

        rows = self.listed()
        return Table(rows.titles, rows.all_cells) if rows else None

    def listed(self) -> VirtualList | None:
        """The list in focus, or the first there is."""
        if isinstance(self.focused, VirtualList):
            return self.focused
        return next(iter(self.query(VirtualList)), None)

    # ------------------------------------------------------------------------------------------------ keys

    def action_known_then(self) -> None:
        """Go to when the chosen entry had just been recorded."""
        if position := self.selected_entry():
            self.vedtak.know_as_of(position)

    def action_why(self) -> None:
        """Show the chain behind the chosen entry."""
        from tui.screens.why import WhyScreen

        if position := self.selected_entry():
            self.app.push_screen(WhyScreen(position))

    def cited(self) -> SourceStep | None:
        """The source that what is chosen rests on; the first where there are several."""
        from projections.why import step

        reading, position = self.vedtak.reading, self.selected_entry()
        entry = reading.entry(position)
        return next(iter(step(reading, position, entry, "fact").sources), None) if position and entry else None

    def action_source(self) -> None:
        """Show the source."""
        from tui.screens.source import SourceScreen

        if source := self.cited():
            self.app.push_screen(SourceScreen(source, self.selected_entry()))
        else:
            self.vedtak.say(_("No source is given for this."))

    def action_back(self) -> None:
        """Take the filter away, or leave a pushed screen."""
        if self.query_one(FilterField).has_class("-open"):
            self.clear_filter()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def may_leave(self) -> bool:
        """Whether nothing is lost by leaving that has not been told of."""
        return True

    def action_zoom(self) -> None:
        """Show the pane in focus alone, or all again."""
        panes = list(self.query_one("#panes").children)
        here = next((pane for pane in panes if pane.has_focus_within or pane.has_focus), None)
        zoomed = not self.has_class("-zoomed") and here is not None
        self.set_class(zoomed, "-zoomed")
        for pane in panes:
            pane.set_class(zoomed and pane is here, "-alone")

    def action_copy_command(self) -> None:
        """Put the command on the clipboard."""
        import shlex

        self._copy(shlex.join(self.command_words()))

    def action_copy_locator(self) -> None:
        """Put the locator on the clipboard."""
        self._copy(str(self.locator()))

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.vedtak.say(_("Copied: {text}").format(text=text))

    def action_export(self) -> None:
        """Ask for a file, and write what is shown to it."""
        from tui.screens.export import export

        if table := self.table():
            export(self, table)

    def action_about(self) -> None:
        """Explain what is in focus."""
        from tui.screens.help import AboutScreen

        self.app.push_screen(AboutScreen(self, self.focused, self.vedtak.restored))

    def action_examine(self) -> None:
        """Make every hash again, and count what needs somebody, however long it takes."""
        self.vedtak.look_again()
        self.vedtak.examine()
        self.vedtak.count_due(asked=True)

    # ------------------------------------------------------------------------------------------------ filter

    def action_filter(self) -> None:
        """Open the field for words to look for."""
        if self.listed() is None:
            self.vedtak.say(_("There is no list here to filter."))
            return
        field = self.query_one(FilterField)
        field.add_class("-open")
        field.focus()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        self.narrow(event.value.strip())

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.leave_filter()

    def narrow(self, words: str) -> None:
        """Show only the lines with these words."""
        if rows := self.listed():
            rows.narrow(words)

    @on(VirtualList.Narrowed)
    def _narrowed(self, event: VirtualList.Narrowed) -> None:
        pane = event.rows.parent if event.rows.parent is not self.query_one("#panes") else event.rows
        if pane is not None:
            told = _("{count} of {all}").format(count=number_text(event.count), all=number_text(event.of))
            cast("Widget", pane).border_subtitle = one_line(told) if event.words else None

    def leave_filter(self) -> None:
        """To the list, keeping the words."""
        field = self.query_one(FilterField)
        field.set_class(bool(field.value.strip()), "-open")
        if rows := self.listed():
            rows.focus()

    def clear_filter(self) -> None:
        """To the list, without the words."""
        field = self.query_one(FilterField)
        with field.prevent(Input.Changed):
            field.value = ""
        self.narrow("")
        self.leave_filter()

    def action_find(self, direction: int) -> None:
        """The next line with the words last looked for, or the one before."""
        if rows := self.listed():
            rows.find(direction)


def _known_word(reading: Reading) -> str:
    """How the knowledge shown is asked for: the microsecond its newest entry was recorded in."""
    if not reading.known:
        return "1970-01-01"
    recorded = reading.journal.entry(reading.known).recorded_at.astimezone(UTC)
    return recorded.isoformat(timespec="microseconds").replace("+00:00", "Z")

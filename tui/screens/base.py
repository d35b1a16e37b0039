"""What every screen has in common: bars, panes that fold away on small terminals, and keeping up with the moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Container
from textual.screen import Screen

from tui.widgets.bars import Alarm, HintBar, TimeBar

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from projections.reading import Reading
    from tui.app import VedtakApp


class LedgerScreen(Screen[None]):
    """A screen that shows the ledger from the app's moment."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-normal"), (104, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (10, "-short"), (16, "-mid"), (32, "-tall")]
    SECTIONS: ClassVar[tuple[str, ...]] = ()
    """The sections of ``tui.keymap`` that apply here, the most particular first."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] | None = None

    def compose(self) -> ComposeResult:
        yield TimeBar()
        yield Alarm()
        yield Container(*self.panes(), id="panes")
        yield HintBar()

    def panes(self) -> Iterable[Widget]:
        """The widgets between the bars."""
        return ()

    def on_mount(self) -> None:
        for name in ("reading", "head", "loaded", "language_code", "trouble"):
            self.watch(self.app, name, self.keep_up, init=False)
        self.keep_up()

    def on_screen_resume(self) -> None:
        self.keep_up()

    def keep_up(self) -> None:
        """Show the present moment, if it is another than the one shown; a screen that nobody sees waits until it is."""
        if not self.is_current:
            return
        self.set_class(bool(self.vedtak.trouble), "-trouble")
        for bar in self.query("TimeBar, Alarm, HintBar"):
            bar.refresh()
        shown = (self.vedtak.reading, self.vedtak.loaded, self.vedtak.language_code)
        if shown != self._shown:
            self._shown = shown
            self.show(self.vedtak.reading)

    def show(self, reading: Reading) -> None:
        """Draw everything anew for a moment or a language."""

    @property
    def vedtak(self) -> VedtakApp:
        """The app, typed."""
        return cast("VedtakApp", self.app)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections whose keys may be hinted at now."""
        recording = ("record",) if self.vedtak.may_record else ()
        return (*self.SECTIONS, *recording, "time", "app")

    @property
    def small(self) -> bool:
        """Whether there is no room for a second pane."""
        return self.has_class("-narrow") or self.has_class("-low") or self.has_class("-short")

    def selected_entry(self) -> int | None:
        """The entry that the cursor stands on, where it does."""
        return None

    def action_known_then(self) -> None:
        """Go to when the chosen entry had just been recorded."""
        if position := self.selected_entry():
            self.vedtak.know_as_of(position)

    def action_why(self) -> None:
        """Show the chain behind the chosen entry."""
        from tui.screens.why import WhyScreen

        if position := self.selected_entry():
            self.app.push_screen(WhyScreen(position))

    def action_back(self) -> None:
        """Leave a pushed screen."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

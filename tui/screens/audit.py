"""The whole history gone through: entry by entry with what each one changed, or every hash, entry and rule at once."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual import on
from textual.containers import Vertical
from textual.message import Message

from tui.auditing import Pass, Progress, Verification, Wrong
from tui.background import Errand
from tui.columns import Column
from tui.entry_rows import EntryRows
from tui.interruptible import Stopped
from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import N_, _
from tui.phrases import number_text
from tui.screens.audit_sheet import BAR, Checks, step_items, verdict_items, verdict_text
from tui.screens.base import LedgerScreen
from tui.widgets.safe import one_line
from tui.widgets.sheet import Sheet
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from projections.reading import Reading

PLAY_SECONDS: Final = 0.7
"""How long an entry stands while they are played."""
WITH_BARS: Final = 84


class AuditScreen(LedgerScreen):
    """Replay, and verification."""

    SECTIONS = ("audit", "list")
    BINDINGS = bindings("audit")
    HELP = N_(
        "Every entry known at the moment, with what it changed and the root of the hash tree after it; space plays "
        "them. v makes every hash again from the stored bytes, examines every entry and tries every rule; what is "
        "wrong is listed as it is found. esc stops, and goes back to the entries."
    )

    class Told(Message):
        """How far verification has come, or that the ledger could not be read."""

        def __init__(self, errand: Errand, value: Progress | Exception) -> None:
            super().__init__()
            self.errand = errand
            self.value = value

    def __init__(self) -> None:
        super().__init__()
        self.progress: Progress | None = None
        """Of the verification shown; None while entries are."""
        self.errand: Errand | None = None
        self.deep = False
        self._known = 0
        self._playing: Timer | None = None

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="entries"), VirtualList(id="checks"), id="main")
        yield Sheet(id="detail")

    def on_mount(self) -> None:
        self.checks.display = False
        super().on_mount()

    def on_unmount(self) -> None:
        if self.errand:
            self.errand.cancel()

    @property
    def entries(self) -> VirtualList:
        """The entries in their order."""
        return self.query_one("#entries", VirtualList)

    @property
    def checks(self) -> VirtualList:
        """The passes of verification, and what they found."""
        return self.query_one("#checks", VirtualList)

    @property
    def verifying(self) -> bool:
        """Whether verification is going on."""
        return self.progress is not None and not (self.progress.ended or self.progress.stopped)

    def listed(self) -> VirtualList:
        return self.entries if self.progress is None else self.checks

    # ------------------------------------------------------------------------------------------------ replay

    def show(self, reading: Reading) -> None:
        here = self.entries.cursor
        self._known = reading.known
        self.entries.set_columns(
            (
                Column("", 1),
                Column(_("no."), max(4, len(str(reading.known)) + 1)),
                Column(_("effective"), 12),
                Column(_("type"), 12, share=1, needs=56),
                Column(_("who"), 8, share=2),
                Column(_("what"), 0, share=3, needs=46),
            )
        )
        empty = _("Here every entry will stand, the oldest first. Nothing was known then; 0 shows what is known now.")
        self.entries.set_rows(EntryRows(reading, range(1, reading.known + 1)), cursor=here, empty=empty)
        self.draw()

    def draw(self) -> None:
        """Draw what is shown: an entry, or how verification stands."""
        title = self.query_one("#main")
        if self.progress is not None:
            self._draw_progress(self.progress)
            title.border_title = one_line(_("Verification – {verdict}").format(verdict=verdict_text(self.progress)))
            return
        position = self.selected_entry() or 0
        told = _("Replay – entry {place} of {all}").format(place=number_text(position), all=number_text(self._known))
        title.border_title = one_line(f"{told} · ▸" if self._playing else told)
        if not self.vedtak.settling:
            items = step_items(self.vedtak.reading, self.vedtak.book, position) if position else ()
            self.query_one(Sheet).set_items(items)
        self.refresh_bars()

    @on(VirtualList.Highlighted, "#entries")
    def _stepped(self) -> None:
        if self.progress is None:
            self.draw()

    def settled(self) -> None:
        super().settled()
        self.draw()

    def selected_entry(self) -> int | None:
        if self.progress is not None:
            chosen = self._chosen()
            return chosen.position or None if chosen else None
        place = self.entries.cursor + 1
        return place if 1 <= place <= self._known else None

    def go_to(self, position: int) -> None:
        """Put the cursor on an entry."""
        self.entries.cursor = position - 1

    def action_step(self, by: int) -> None:
        """To another entry; faster while the key is held."""
        self.listed().action_cursor(self.vedtak.steps(self.hold, by))

    def action_play(self) -> None:
        """Play from here to the newest, or stop."""
        if self._playing:
            self._playing.stop()
            self._playing = None
        elif self.progress is None:
            self._playing = self.set_interval(PLAY_SECONDS, self._play_on)
        self.draw()

    def _play_on(self) -> None:
        if not self.is_current or self.entries.cursor + 1 >= self._known:
            self.action_play()
        else:
            self.entries.action_cursor(1)

    # ------------------------------------------------------------------------------------------------ verification

    def action_verify(self) -> None:
        """Make every hash again, examine every entry, try every rule."""
        self._verify(deep=False)

    def action_verify_deep(self) -> None:
        """The same, and compare the index with the entries."""
        self._verify(deep=True)

    def _verify(self, *, deep: bool) -> None:
        if self.verifying:
            return
        if self._playing:
            self.action_play()
        self.deep = deep
        book, reading = self.vedtak.book, self.vedtak.reading

        def work(errand: Errand) -> None:
            def tell(progress: Progress) -> None:
                self.post_message(self.Told(errand, progress))

            try:
                Verification(book, reading, errand, tell, deep).run()
            except Stopped:
                return
            except UNREADABLE as error:
                self.post_message(self.Told(errand, error))

        self.errand = Errand("audit", work)
        self._show_checks(Progress((Pass("hashes"),)))
        self.errand.start()

    def _show_checks(self, progress: Progress | None) -> None:
        self.progress = progress
        self.entries.display = progress is None
        self.checks.display = progress is not None
        self.set_class(progress is not None, "-stacked")
        self.listed().focus()
        self.draw()

    def on_audit_screen_told(self, message: Told) -> None:
        if message.errand is not self.errand or message.errand.is_cancelled:
            return
        if isinstance(message.value, Exception):
            self.vedtak.in_trouble(message.value)
            self._stop()
        else:
            self.progress = message.value
            self.draw()

    def _draw_progress(self, progress: Progress) -> None:
        wide = self.size.width >= WITH_BARS
        over = progress.ended or progress.stopped  # then the findings need the room that the bars had
        self.checks.set_columns(
            (
                Column("", 1),
                Column(_("no."), 5),
                Column(_("check"), 16, share=3),
                Column("", BAR, needs=10_000 if over else WITH_BARS),
                Column("", 5, needs=10_000 if progress.ended else 0),
                Column(_("result"), 13, share=0 if over else 1, needs=44),
            )
        )
        self.checks.set_rows(Checks(progress, wide=wide))

    @on(VirtualList.Highlighted, "#checks")
    def _check_chosen(self) -> None:
        if self.progress is not None:
            rules = self.moment_words("audit")
            commands = [shlex.join(words) for words in (self.command_words(), rules)]
            items = verdict_items(self.progress, commands, self._chosen())
            self.query_one(Sheet).set_items(items, keep_place=True)
            self.refresh_bars()

    def _chosen(self) -> Wrong | None:
        """The finding that the cursor stands on."""
        if self.progress is None:
            return None
        place = self.checks.cursor - len(self.progress.passes)
        return self.progress.wrong[place] if 0 <= place < len(self.progress.wrong) else None

    def _stop(self) -> None:
        if self.errand and self.progress:
            self.errand.cancel()
            self.progress = replace(self.progress, stopped=True)
            self.draw()

    # ------------------------------------------------------------------------------------------------ doing

    def action_back(self) -> None:
        """Stop playing or verifying; then back to the entries."""
        if self._playing:
            self.action_play()
        elif self.verifying:
            self._stop()
        elif self.progress is not None:
            self._show_checks(None)
        else:
            super().action_back()

    @on(VirtualList.Chosen)
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """The chosen entry, in the timeline."""
        if position := self.selected_entry():
            self.vedtak.open_entry(position)

    def command(self) -> tuple[str, ...]:
        if self.progress is not None:
            return ("verify", "--deep") if self.deep else ("verify",)
        position = str(self.selected_entry() or 1)
        return ("replay", "--from", position, "--to", position)

    def command_words(self) -> list[str]:
        if self.progress is not None:
            return ["vedtak", *self.command(), *self.vedtak.named]
        return super().command_words()

"""The ledger restored as it was known at the moment shown: what that would be first, then a file of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported
from textual.containers import Vertical
from textual.message import Message

from ledger.errors import InvalidInput, LedgerError, Refused
from ledger.proof.anchor import spelled
from ledger.store import refuse_remains
from ledger.vault import Disclosed
from projections.reading import Reading
from tui.background import Errand
from tui.columns import Column, Row
from tui.dates import day_text
from tui.interruptible import Stopped, go_on, polled_log, telling
from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import N_, _, explain, ngettext_
from tui.phrases import number_text, type_name
from tui.restoring import DryRun, dry_run, restore, source_of
from tui.screens.ask_date import AskDate
from tui.screens.base import LedgerScreen
from tui.terms import term
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet
from tui.widgets.virtual_list import NoRows, VirtualList

if TYPE_CHECKING:
    from datetime import datetime

    from textual.widget import Widget

Tell = Callable[[int, int], object]
LEDGER_SUFFIX = ".vedtak"


def checked_target(text: str) -> Path:
    """The file to make. Raises InvalidInput or Refused where none can be made."""
    path = Path(text.strip()).expanduser()
    if not path.name or path.suffix != LEDGER_SUFFIX:
        raise InvalidInput("“{name}” is no name of a ledger.", "Let the name end in .vedtak.", name=text)
    if not path.absolute().parent.is_dir():
        raise InvalidInput(
            "There is no folder {path}.", "Make it first, or choose another.", path=path.absolute().parent
        )
    refuse_remains(path)
    refuse_remains(path.with_suffix(".json"))
    if not os.access(path.absolute().parent, os.W_OK):
        raise Refused("{path} cannot be written to.", "Choose a folder you may write to.", path=path.absolute().parent)
    return path


class Counts:
    """What there is now, and in the copy, as rows."""

    def __init__(self, found: DryRun) -> None:
        self.rows = [
            Row((_("entries"), number_text(found.head), number_text(found.told.known)), "strong"),
            *(
                Row((term(kind), number_text(found.now.get(kind, 0)), number_text(found.then.get(kind, 0))))
                for kind in found.now
                if found.now.get(kind) or found.then.get(kind)
            ),
        ]

    def __len__(self) -> int:
        return len(self.rows)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return self.rows[start:stop]


class RestoreScreen(LedgerScreen):
    """What a restored ledger would hold; then the copy."""

    SECTIONS = ("restore", "list")
    BINDINGS = bindings("restore")
    HELP = N_(
        "What a copy of the ledger would hold that ends with what was known at the moment (◇), seen on the day (◆). d "
        "and D choose them. ctrl+s asks for a file and writes it; the ledger itself is never changed."
    )

    class Told(Message):
        """A dry run or a copy is further, done, or has failed."""

        def __init__(self, errand: Errand, value: DryRun | Path | Exception | tuple[int, int]) -> None:
            super().__init__()
            self.errand = errand
            self.value = value

    def __init__(self) -> None:
        super().__init__()
        self.found: DryRun | None = None
        self.errand: Errand | None = None
        self.writing: Path | None = None
        self.written: Path | None = None
        self._error: Exception | None = None
        self._come: tuple[int, int] = (0, 0)
        self._start = 0.0
        self._stopped = False
        self._of: Reading | None = None
        """What the dry run is of."""

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="counts"), id="main")
        yield Sheet(id="detail")

    def on_unmount(self) -> None:
        if self.errand:
            self.errand.cancel()

    @property
    def busy(self) -> bool:
        """Whether something is being worked out or written."""
        return self.errand is not None and self.errand.is_alive() and not self.errand.is_cancelled

    def offers(self, action: str) -> bool:
        match action:
            case "write":
                return self.found is not None and self.writing is None
            case "open_restored":
                return self.written is not None
            case "back":
                return self.writing is not None
            case "filter" | "correct":
                return False  # no line here is an entry
        return super().offers(action)

    # ------------------------------------------------------------------------------------------------ dry run

    def show(self, reading: Reading) -> None:
        if self.writing:
            self._draw()  # the copy is of the moment it was asked for
            return
        self.found, self._error, self._stopped, self._of = None, None, False, reading
        book, known_at = self.vedtak.book, self._known_at()

        def work(errand: Errand, tell: Tell) -> DryRun:
            with polled_log(book, reading.journal, errand) as log:
                seen = Reading(log, reading.effective, reading.known, Disclosed(book))
                return dry_run(book, seen, known_at, telling(errand, tell))

        self._send(work)
        self._draw()

    def _known_at(self) -> datetime | None:
        context, reading = self.vedtak.context, self.vedtak.reading
        if context.known is None or not reading.known:
            return None
        return reading.journal.entry(reading.known).recorded_at

    def _send(self, do: Callable[[Errand, Tell], DryRun | Path]) -> None:
        if self.errand:
            self.errand.cancel()

        def work(errand: Errand) -> None:
            def tell(done: int, total: int) -> None:
                self.post_message(self.Told(errand, (done, total)))

            try:
                result: DryRun | Path | Exception = do(errand, tell)
            except Stopped:
                return
            except UNREADABLE as error:
                result = error
            self.post_message(self.Told(errand, result))

        self._come, self._start = (0, 0), monotonic()
        self.errand = Errand("restore", work)
        self.errand.start()

    def on_restore_screen_told(self, message: Told) -> None:
        if message.errand is not self.errand:
            return
        match message.value:
            case DryRun():
                self.found = message.value
            case Path():
                self.written, self.writing = message.value, None
            case Exception():
                self._error, self.writing = message.value, None
            case _:
                self._come = message.value
        self._draw()

    # ------------------------------------------------------------------------------------------------ writing

    def action_write(self) -> None:
        """Ask for the file, then write."""
        if self._of != self.vedtak.reading and not self.writing:
            self.show(self.vedtak.reading)  # another moment was chosen while a copy was written
        if self.found is None or self.writing:
            return

        def told(text: str) -> str:
            return _("writes {path}, and the state beside it as JSON").format(path=checked_target(text).absolute())

        def answered(text: str | None) -> None:
            if text is not None:
                self.write(Path(text.strip()).expanduser())

        stem = Path(source_of(self.vedtak.book)).stem
        hint = f"{one_line(stem).plain}-{self.vedtak.reading.effective.isoformat()}{LEDGER_SUFFIX}"
        self.app.push_screen(AskDate(_("Restore into which file?"), hint, told), answered)

    def write(self, target: Path) -> None:
        """Write the copy as the dry run said."""
        found, of = self.found, self._of
        if found is None or of is None:
            return
        book, effective = self.vedtak.book, of.effective
        self.writing, self.written, self._error, self._stopped = target, None, None, False

        def work(errand: Errand, tell: Tell) -> Path:
            restore(book, target, found.told, effective, telling(errand, tell), lambda: go_on(errand))
            return target

        self._send(work)
        self._draw()

    def action_back(self) -> None:
        if self.writing and self.errand:
            self.errand.cancel()
            self.writing, self._stopped = None, True
            self._draw()
        else:
            super().action_back()

    def action_open_restored(self) -> None:
        """Open the copy in a terminal interface of its own; this one waits."""
        if self.written is None:
            return
        command = [sys.executable, "-m", "tui", *self._opening()[1:]]
        try:
            with self.app.suspend():
                subprocess.run(command, check=False)  # noqa: S603 - this program, on the file just written
        except SuspendNotSupported:
            self.vedtak.say(_("Open it with: {command}").format(command=shlex.join(self._opening())))

    def _opening(self) -> list[str]:
        return ["vedtak", "open", "--ledger", str(self.written)]

    # ------------------------------------------------------------------------------------------------ drawing

    def _draw(self) -> None:
        counts = self.query_one("#counts", VirtualList)
        counts.set_columns((Column("", 14, share=2), Column(_("now"), 9, share=1), Column(_("restored"), 9, share=1)))
        if self.found:
            counts.set_rows(Counts(self.found), empty="")
        else:
            told = _("Nothing can be restored as of this moment.") if self._error else _("Working it out …")
            counts.set_rows(NoRows(), empty=told)
        title = _("Restore – {day}").format(day=day_text(self.vedtak.reading.effective))
        self.query_one("#main").border_title = one_line(title)
        self.query_one(Sheet).set_items(self._items(), keep_place=True)
        self.refresh_bars()

    def _items(self) -> Iterator[Item]:
        yield from self._outcome()
        found = self.found
        if found is None or self._of is None:
            return
        yield Item(text=_("Dry run: what a copy would hold"), look="title")
        yield Item(_("Day"), day_text(self._of.effective))
        yield Item(
            _("Entries"), _("{count} of {all}").format(count=number_text(found.told.known), all=number_text(found.head))
        )
        left = found.head - found.told.known
        if left:
            told = ngettext_("{count} entry", "{count} entries", left).format(count=number_text(left))
            yield Item(_("Left out"), _("{entries}, from #{first} on").format(entries=told, first=found.told.known + 1))
        else:
            yield Item(_("Left out"), _("nothing"))
        yield Item(_("Root"), spelled(bytes.fromhex(found.told.root)))
        yield Item()
        yield Item(
            text=_("Erased values that do not come back: {count}").format(count=number_text(found.gone_count)),
            look="head",
        )
        for position, field in found.gone:
            kind, _dot, name = field.partition(".")
            yield Item(text=f"#{position}  {type_name(kind)}: {term(name)}", look="quiet", indent=2)
        if found.gone_count > len(found.gone):
            yield Item(text="…", look="quiet", indent=2)
        yield Item()
        yield Item(text=_("The ledger itself is never changed. The copy is only read."), look="quiet")

    def _outcome(self) -> Iterator[Item]:
        """What became of writing, or how far it has come."""
        if self._error is not None:
            problem, remedy = _said(self._error)
            yield Item(text=f"✗ {problem}", look="gone")
            yield Item(text=remedy, indent=2)
            yield Item()
        elif self._stopped:
            yield Item(text=_("Stopped. Nothing was written."), look="doubt")
            yield Item()
        elif self.writing:
            done, total = self._come
            rate = done / max(monotonic() - self._start, 0.001)
            yield Item(text=_("Writing {path} …").format(path=self.writing), look="head")
            if done < total or not total:
                told = _("{done} of {all} entries, {rate}/s, about {seconds} s left – esc stops")
                left = round((total - done) / rate) if rate else 0
                numbers = {"done": number_text(done), "all": number_text(total), "rate": number_text(round(rate))}
                yield Item(text=told.format(**numbers, seconds=left))
            else:
                yield Item(text=_("reading it back – esc stops"))
            yield Item()
        elif self.written:
            yield Item(text=_("✓ Restored into {path}").format(path=self.written), look="added")
            yield Item(text=_("Read back: every byte, and the root, are those of the ledger."), indent=2)
            yield Item(text=_("o opens it; or: {command}").format(command=shlex.join(self._opening())), indent=2)
            yield Item()

    def selected_entry(self) -> int | None:
        return None

    def command(self) -> tuple[str, ...]:
        target = self.written or self.writing
        return ("restore", "--to", str(target) if target else _("FILE"))


def _said(error: Exception) -> tuple[str, str]:
    if isinstance(error, LedgerError):
        return explain(error)
    return _("It cannot be written: {reason}.").format(reason=error), _("See how much room the disk has.")

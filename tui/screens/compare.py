"""Two moments compared: A, which was marked, and B, which is shown on every screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from textual import on
from textual.containers import Vertical
from textual.message import Message

from ledger.fields import KINDS
from ledger.vault import Disclosed
from projections.changes import Differences, differences
from projections.reading import Reading
from tui.background import Errand, set_aside
from tui.columns import Column
from tui.context import TimeContext
from tui.dates import HOME, day_text
from tui.interruptible import Stopped, polled_log
from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import N_, _, ngettext_
from tui.phrases import number_text
from tui.screens.base import LedgerScreen, _known_word
from tui.screens.compare_rows import Change, Line, Lines, lines, told_changes, unchanged_lines
from tui.screens.entry_sheet import SIGNS, entry_items
from tui.stepping import months_later
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.events import Resize
    from textual.widget import Widget

SIDE_BY_SIDE: Final = 92
"""In a list this wide, before and after stand in columns of their own."""
_YEAR: Final = -12


@dataclass(frozen=True)
class Compared:
    """What was found, in words too."""

    found: Differences
    changes: Sequence[Change]
    beside: Sequence[Line]
    """The lines where before and after stand side by side, with what is the same where somebody asked for it."""
    halved: Sequence[Line]
    """The lines where there is no room for that."""


class CompareScreen(LedgerScreen):
    """What is different at B from what was so at A."""

    SECTIONS = ("compare", "list")
    BINDINGS = bindings("compare")
    HELP = N_(
        "What is different at the moment shown (B) from what was so at A, which m marks on any screen; nothing marked, "
        "A is a year before. + is new, ~ another value, - gone. t compares the same day by what was known then and is "
        "known now; x lets A and B change places."
    )

    class Done(Message):
        """The differences have been worked out, or it cannot be read."""

        def __init__(self, errand: Errand, value: Compared | Exception) -> None:
            super().__init__()
            self.errand = errand
            self.value = value

    def __init__(self) -> None:
        super().__init__()
        self.same_day = False
        self.with_unchanged = False
        self.compared: Compared | None = None
        self.errand: Errand | None = None
        self._sides: tuple[Reading, Reading] | None = None
        self._asked: object = None
        self._lines: Sequence[Line] = ()
        self._halved = False

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="differences"), id="main")
        yield Sheet(id="detail")

    def on_mount(self) -> None:
        self.add_class("-stacked")
        super().on_mount()

    def on_unmount(self) -> None:
        self._call_off()

    @property
    def rows(self) -> VirtualList:
        """The list of differences."""
        return self.query_one("#differences", VirtualList)

    # ------------------------------------------------------------------------------------------------ the moments

    def keep_up(self) -> None:
        if self.is_current and self._asked is not None and self._asked != self._wanted():
            self._shown = None  # another A was marked meanwhile
        super().keep_up()

    def _wanted(self) -> object:
        return self.vedtak.marked, self.same_day, self.with_unchanged

    def first(self) -> Reading:
        """The ledger from A."""
        after = self.vedtak.reading
        marked = self.vedtak.marked or self.vedtak.context.on(months_later(after.effective, _YEAR))
        before = marked.reading(after.journal, after.disclosed)
        if not self.same_day:
            return before
        known = before.known
        if known == after.known:  # then what was known on the day itself is meant
            end = datetime.combine(after.effective + timedelta(days=1), time(), ZoneInfo(HOME))
            known = after.journal.known_at(end.astimezone(UTC) - timedelta(microseconds=1))
        return Reading(after.journal, after.effective, min(known, after.journal.head), after.disclosed)

    def show(self, reading: Reading) -> None:
        self._asked = self._wanted()
        self._call_off()
        before = self.first()
        self._sides = before, reading
        self.compared = None
        self._draw()
        journal, disclosed, book = reading.journal, Disclosed(self.vedtak.book), self.vedtak.book
        unchanged = self.with_unchanged

        def work(errand: Errand) -> None:
            try:
                with polled_log(book, journal, errand) as log:
                    sides = [Reading(log, side.effective, side.known, disclosed) for side in (before, reading)]
                    found = differences(sides[0], sides[1])
                    changes = told_changes(sides[0], sides[1], found)
                    same = _unchanged(sides[1], {change.ref for change in changes}) if unchanged else ()
                    below = list(unchanged_lines(sides[1], same))
                    beside, halved = ([*lines(changes, halved=narrow), *below] for narrow in (False, True))
                    result: Compared | Exception = Compared(found, changes, beside, halved)
                set_aside()
            except Stopped:
                return
            except UNREADABLE as error:
                result = error
            if not errand.is_cancelled:
                self.post_message(self.Done(errand, result))

        self.errand = Errand("compare", work)
        self.errand.start()

    def give_up(self) -> None:
        if self.compared is None:
            self._call_off()
            self._shown = None

    def _call_off(self) -> None:
        if self.errand:
            self.errand.cancel()

    def on_compare_screen_done(self, message: Done) -> None:
        if message.errand is not self.errand:
            return  # of moments that nobody looks at any more
        if isinstance(message.value, Exception):
            self.vedtak.in_trouble(message.value)
        else:
            self.compared = message.value
        self._draw()

    # ------------------------------------------------------------------------------------------------ drawing

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        if self._sides and (event.size.width < SIDE_BY_SIDE + 4) != self._halved:
            self._draw()

    def _draw(self) -> None:
        if self._sides is None:
            return
        reading, chosen = self._sides[1], self._line()
        self._halved = self.size.width < SIDE_BY_SIDE + 4
        width = 0 if self._halved else 14
        self.rows.set_columns(
            (
                Column("", 1),
                Column(_("what"), 12, share=3),
                Column(_("A"), width, share=2, needs=SIDE_BY_SIDE),
                Column(_("B"), width, share=2, needs=SIDE_BY_SIDE),
                Column(_("holds"), 10, needs=44),
                Column(_("no."), max(4, len(str(reading.known)) + 1)),
            )
        )
        self._lines = ()
        if self.compared:
            self._lines = self.compared.halved if self._halved else self.compared.beside
        same = (at for at, line in enumerate(self._lines) if chosen and line[1:] == chosen[1:])
        self.rows.set_rows(Lines(self._lines), cursor=next(same, None), empty=self._why_empty())
        self.query_one("#main").border_title = one_line(self._title())
        if not self._lines:
            self.query_one(Sheet).set_items(())
        self.refresh_bars()

    def _title(self) -> str:
        assert self._sides is not None  # noqa: S101 - drawn only then
        before, after = self._sides
        told = _("comparing …")
        if self.compared:
            count = len(self.compared.changes)
            told = ngettext_("{count} difference", "{count} differences", count).format(count=number_text(count))
        sides = [
            _("{name} ◆ {day} ◇ #{known}").format(name=name, day=day_text(side.effective), known=side.known)
            for name, side in (("A", before), ("B", after))
        ]
        told = f"{told}: {sides[0]} → {sides[1]}"
        if self.same_day:
            told = " · ".join((told, _("same day, other knowledge")))
        return told

    def _why_empty(self) -> str:
        if not self.vedtak.loaded:
            return _("Reading the ledger …")
        if self.compared is None:
            return _("Comparing … esc stops.") if self.errand and not self.errand.is_cancelled else _("Stopped.")
        return _(
            "Nothing is different at B from what was so at A. m marks A on any screen, d and D choose B, t compares "
            "what was known."
        )

    @on(VirtualList.Highlighted, "#differences")
    def _chosen(self) -> None:
        self.query_one(Sheet).set_items(self._items())
        self.refresh_bars()

    def _items(self) -> Iterable[Item]:
        line = self._line()
        if line is None or self._sides is None:
            return
        if line.change is None:
            if line.ref:
                yield Item(text=f"{self._sides[1].label(line.ref)}  ({line.ref})", look="title")
            return
        change = line.change
        yield Item(text=f"{change.name}  ({change.ref})", look="title")
        yield Item(text=f"{change.sign} {change.what}", look=SIGNS[change.sign])
        yield Item("A", change.before)
        yield Item("B", change.after)
        if change.holds:
            yield Item(_("holds"), change.holds)
        reading = max(self._sides, key=lambda side: side.known)
        if change.entry and change.entry <= reading.known:
            yield Item()
            yield from entry_items(reading, change.entry)

    def _line(self) -> Line | None:
        place = self.rows.cursor
        return self._lines[place] if 0 <= place < len(self._lines) else None

    def selected_entry(self) -> int | None:
        line = self._line()
        return line.change.entry if line and line.change else None

    # ------------------------------------------------------------------------------------------------ doing

    @on(VirtualList.Chosen, "#differences")
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """The entry behind the difference, in the timeline; on a thing's line, the thing."""
        line = self._line()
        if line and line.change and line.change.entry:
            self.vedtak.open_entry(line.change.entry)
        elif line and line.ref:
            self.vedtak.open_thing(line.ref)

    def action_turn_round(self) -> None:
        """Compare from B to A."""
        if self._sides is None:
            return
        head = self.vedtak.journal.head
        first, second = (
            TimeContext(side.effective, None if side.known == head else side.known) for side in self._sides
        )
        self.vedtak.marked = second
        if first == self.vedtak.context:
            self._again()
        else:
            self.vedtak.context = first

    def action_same_day(self) -> None:
        """The same day with other knowledge, or the two moments again."""
        self.same_day = not self.same_day
        self._again()

    def action_unchanged(self) -> None:
        """Show what is the same, too, or not."""
        self.with_unchanged = not self.with_unchanged
        self._again()

    def _again(self) -> None:
        self._shown = None
        self.keep_up()

    def action_back(self) -> None:
        if self.compared is None and self.errand and not self.errand.is_cancelled:
            self.errand.cancel()
            self._draw()
        else:
            super().action_back()

    def place(self) -> tuple[str, str]:
        return "s", self.app.current_mode

    def command(self) -> tuple[str, ...]:
        before, after = self._sides or (self.first(), self.vedtak.reading)
        words = ["diff", before.effective.isoformat(), after.effective.isoformat()]
        for option, side in (("--known-a", before), ("--known-b", after)):
            if side.known < self.vedtak.head:
                words += [option, _known_word(side)]
        return tuple(words)

    def command_words(self) -> list[str]:
        return ["vedtak", *self.command(), *self.vedtak.named]


def _unchanged(reading: Reading, changed: set[str]) -> list[str]:
    return [
        ref
        for kind in KINDS
        for ref, answer in reading.journal.history.each("exists", kind, reading.effective, reading.known)
        if answer.holds != "no" and ref not in changed
    ]

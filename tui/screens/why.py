"""Why something is so: the chain from an entry to what it corrected and to the decision it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical

from projections.timeline import line
from projections.why import EntryStep, chain
from tui.keymap import bindings
from tui.locale import N_, _, ngettext_
from tui.phrases import line_parts
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import entry_items, short_date
from tui.widgets.bars import TimeBar
from tui.widgets.safe import one_line
from tui.widgets.sheet import Sheet
from tui.widgets.virtual_list import Column, Row, VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading


FRAME = 4
"""The border, the heading and one empty line."""


class ChainRows:
    """The steps of a chain as rows."""

    def __init__(self, reading: Reading, steps: Sequence[EntryStep]) -> None:
        self.reading = reading
        self.steps = steps

    def __len__(self) -> int:
        return len(self.steps)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [self._row(number) for number in range(start, stop)]

    def _row(self, number: int) -> Row:
        step = self.steps[number]
        kind, who, what = line_parts(self.reading, line(self.reading, step.entry))
        sources = ", ".join(
            f"{source.title} {source.locator}" if source.locator else source.title for source in step.sources
        )
        gone = step.corrected_by is not None
        place = f"#{step.entry}"
        told = (self._because(number), place, short_date(step.date), f"{kind}: {who} {what}", sources or "–")
        return Row(("✗" if gone else "●", *told), "gone" if gone else "")

    def _because(self, number: int) -> str:
        """How a step came into the chain."""
        told = {"fact": "", "corrected": _("corrected"), "authority": _("authority")}
        return told[self.steps[number].because]


class WhyScreen(LedgerScreen):
    """The chain above, the step under the cursor below."""

    SECTIONS = ("why", "list")
    BINDINGS = bindings("why")
    HELP = N_(
        "What a fact rests on: the entry that says so, what that one corrected, the decision it rests on, and the "
        "sources with their places and hashes."
    )

    def __init__(self, position: int, name: str = "") -> None:
        super().__init__()
        self._position = position
        self._about = name
        self._steps: list[EntryStep] = []

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="chain"), id="main")
        yield Sheet(id="detail")

    def on_mount(self) -> None:
        self.add_class("-stacked")
        super().on_mount()

    def show(self, reading: Reading) -> None:
        self._steps = chain(reading, self._position)
        rows = self.query_one(VirtualList)
        rows.set_columns(
            (
                Column("", 1),
                Column("", 10, needs=70),
                Column(_("no."), 5),
                Column(_("effective"), 12),
                Column(_("what"), 10, share=3),
                Column(_("source"), 10, share=2, needs=70),
            )
        )
        empty = _("Entry #{entry} was not known then. esc goes back.").format(entry=self._position)
        rows.set_rows(ChainRows(reading, self._steps), empty=empty)
        if not self._steps:
            self.query_one(Sheet).set_items(())
        count = len(self._steps)
        self.query_one("#main").styles.height = (
            max(count, 1) + FRAME
        )  # no higher than half the screen, by the style sheet
        links = ngettext_("{count} link", "{count} links", count).format(count=count)
        title = _("Why: {subject} – {links}").format(subject=self._about or f"#{self._position}", links=links)
        self.query_one("#main").border_title = one_line(title)

    @on(VirtualList.Highlighted)
    def _step_chosen(self) -> None:
        if position := self.selected_entry():
            self.query_one(Sheet).set_items(entry_items(self.vedtak.reading, position))
            self.query_one(TimeBar).refresh()

    @on(VirtualList.Chosen)
    def _step_opened(self) -> None:
        self.action_open()

    def selected_entry(self) -> int | None:
        place = self.query_one(VirtualList).cursor
        return self._steps[place].entry if place < len(self._steps) else None

    def command(self) -> tuple[str, ...]:
        return ("why", f"#{self._position}")

    def action_open(self) -> None:
        """The step's entry, in the timeline."""
        if position := self.selected_entry():
            self.app.pop_screen()
            self.vedtak.open_entry(position)

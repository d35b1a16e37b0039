"""The partnership as it stood: the tree, and the chosen thing beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.containers import Vertical
from textual.worker import get_current_worker

from projections.partnership import Node, tree
from projections.reading import Reading
from tui.background import set_aside
from tui.columns import Column, Row
from tui.dates import day_text
from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import N_, _
from tui.screens.base import LedgerScreen
from tui.screens.detail import ThingScreen
from tui.screens.thing_sheet import cited_for, mark_text, relation_text, thing_items
from tui.widgets.safe import one_line
from tui.widgets.sheet import Sheet
from tui.widgets.tree_list import TreeList
from tui.widgets.tree_rows import Branch
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.why import SourceStep

AT_ONCE_MAX: Final = 20_000
"""In a longer ledger the tree is drawn up in a thread."""


def branch(node: Node) -> Branch:
    """A node of the projection as a branch of the list."""
    row = Row((node.name, relation_text(node), mark_text(node)), "doubt" if node.holds == "maybe" else "")
    return Branch(node.ref, row, tuple(branch(child) for child in node.children))


class StructureScreen(LedgerScreen):
    """Who is bound to whom on the day."""

    _wanted: str | None = None
    """The thing to go to when the tree has come."""

    SECTIONS = ("structure", "tree", "list")
    BINDINGS = bindings("structure")
    HELP = N_(
        "Who is bound to whom on the day (◆), as known then (◇). What may be so, since its date is uncertain or "
        "sources differ, has a ◐. Stepping moves what is known, entry by entry."
    )

    def panes(self) -> Iterable[Widget]:
        yield Vertical(TreeList(id="tree"), id="main")
        yield Sheet(id="detail")

    @property
    def tree_list(self) -> TreeList:
        """The tree."""
        return self.query_one(TreeList)

    def show(self, reading: Reading) -> None:
        self.tree_list.set_columns(
            (
                Column(_("name"), 14, share=1),
                Column(_("as"), 11, needs=48),
                Column(_("note"), 9, share=1, needs=30),
            )
        )
        title = _("Structure on {day}").format(day=day_text(reading.effective))
        self.query_one("#main").border_title = one_line(title)
        if reading.journal.head <= AT_ONCE_MAX:
            self._show_tree(reading, [branch(node) for node in tree(reading)])
        else:
            self._make_tree(reading)

    @work(thread=True, exclusive=True, group="tree")
    def _make_tree(self, reading: Reading) -> None:
        """Draw up a large tree in a thread, by a connection of its own; the one shown stays meanwhile."""
        worker = get_current_worker()
        try:
            with self.vedtak.own_log(worker) as log:
                own = Reading(log, reading.effective, reading.known, reading.disclosed)
                roots = [branch(node) for node in tree(own)]
            set_aside()
        except UNREADABLE as error:
            if not worker.is_cancelled:
                self.call_later(self.vedtak.in_trouble, error)
            return
        if not worker.is_cancelled:
            self.call_later(self._show_tree, reading, roots)

    def give_up(self) -> None:
        if self._is_drawing_up:
            self.workers.cancel_group(self, "tree")
            self._shown = None

    @property
    def _is_drawing_up(self) -> bool:
        return any(worker.group == "tree" and not worker.is_finished for worker in self.workers)

    def _show_tree(self, reading: Reading, roots: list[Branch]) -> None:
        self.tree_list.set_roots(roots, empty=self._why_empty(reading))
        if not roots:
            self.query_one(Sheet).set_items(())
        wanted, self._wanted = self._wanted, None
        if wanted and not self.tree_list.go_to(wanted):
            self.app.push_screen(ThingScreen(wanted))

    def _why_empty(self, reading: Reading) -> str:
        if not self.vedtak.loaded:
            return _("Reading the ledger …")
        told = _("Here stand strategies, agreements, bodies and posts. None held on {day}, as known then.")
        next_key = _("d chooses another day, 0 is today with everything known.")
        return f"{told.format(day=day_text(reading.effective))} {next_key}"

    @on(VirtualList.Highlighted)
    def _thing_chosen(self) -> None:
        if ref := self.tree_list.chosen:
            self.query_one(Sheet).set_items(thing_items(self.vedtak.reading, ref))
            self.refresh_bars()

    @on(VirtualList.Chosen)
    def _thing_opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """The entries that concern the thing, in the timeline."""
        if ref := self.tree_list.chosen:
            self.vedtak.open_entries_of(ref)

    def asked(self) -> str | None:
        """What ``w`` asks about: the value under the cursor of the page, else the thing's being there."""
        sheet = self.query_one(Sheet)
        return (sheet.about if sheet.has_focus else "") or self.tree_list.chosen

    @on(Sheet.Pointed)
    def _value_pointed_at(self) -> None:
        self.refresh_bars()

    def action_why(self) -> None:
        """The chain behind the chosen value, or behind the thing's being there."""
        from tui.screens.why import WhyScreen

        if asked := self.asked():
            self.app.push_screen(WhyScreen(asked))

    def cited(self) -> SourceStep | None:
        return cited_for(self.vedtak.reading, self.tree_list.chosen)

    def action_step(self, by: int) -> None:
        """As known one entry earlier or later; faster while the key is held."""
        self.vedtak.know_as_of(self.vedtak.reading.known + self.vedtak.steps(self.hold, by))

    def go_to(self, ref: str) -> bool:
        """Put the cursor on a thing; whether it is in the tree."""
        self.keep_up()
        self.clear_filter()
        if self._is_drawing_up:
            self._wanted = ref  # the tree is on its way
            return True
        return self.tree_list.go_to(ref)

    def place(self) -> tuple[str, str]:
        ref = self.tree_list.chosen
        return ("t", ref) if ref else super().place()

    def command(self) -> tuple[str, ...]:
        ref = self.tree_list.chosen
        if self.query_one(Sheet).has_focus and (about := self.asked()):
            return "why", about
        return ("show", ref) if ref else ("state",)

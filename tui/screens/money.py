"""The money: funds, budgets, what is set aside, cost keys and contributions; below, every figure of the chosen one."""

from __future__ import annotations

import locale
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.containers import Vertical

from tui.columns import Column, Row
from tui.dates import day_text
from tui.keymap import bindings
from tui.locale import N_, _
from tui.phrases import figure_text
from tui.screens.answered import AnsweredScreen
from tui.screens.money_tree import Node, Part, money_nodes
from tui.terms import term
from tui.widgets.figures import ASCII, UNICODE, FigureColumn, FigureList, FigureTree, bar, width_of
from tui.widgets.filter_field import FilterField
from tui.widgets.safe import one_line
from tui.widgets.tree_rows import Branch
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.figures import Figure
    from projections.reading import Reading
    from tui.exporting import Table

NAME = 18
BAR = 14
NOTE = 14


def signs() -> Sequence[str]:
    """What bars are drawn with here."""
    return UNICODE if locale.getpreferredencoding(do_setlocale=False).casefold().startswith("utf") else ASCII


def _text(found: Figure | None) -> str:
    return figure_text(found) if found is not None else ""


def _bar(part: Figure | None, whole: int, cells: int = BAR) -> str:
    if part is None or part.ore is None:
        return "?" if part is not None and part.entries else ""
    return bar(part.ore, whole, cells, most=part.most, signs=signs())


def _branch(node: Node) -> Branch:
    whole = node.amount.ore if node.amount and node.amount.ore is not None else 0
    drawn = _bar(node.used, whole) if node.amount and node.amount.entries else ""
    row = Row((node.title, node.note, _text(node.amount), _text(node.used), _text(node.left), drawn), node.look)
    return Branch(node.key, row, tuple(_branch(child) for child in node.below))


def _everything(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _everything(node.below)


class PartRows:
    """The figures of one thing as rows, each with a bar as long as it is beside the largest of them."""

    def __init__(self, parts: Sequence[Part], cells: Callable[[], int]) -> None:
        self.parts = parts
        self._cells = cells
        self._most = max((part.figure.most or 0 for part in parts if part.figure), default=0)

    def __len__(self) -> int:
        return len(self.parts)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [self._row(part) for part in self.parts[start:stop]]

    def _row(self, part: Part) -> Row:
        entries = " ".join(f"#{entry}" for entry in part.entries)
        if part.figure is None:
            return Row((part.label, "", part.text, entries))
        look = "quiet" if not part.figure.entries else "doubt" if part.figure.least != part.figure.most else ""
        return Row((part.label, part.text, _bar(part.figure, self._most, self._cells()), entries), look)


class Laid(NamedTuple):
    """The things as they are drawn, and how wide their three columns of figures must be."""

    by_key: Mapping[str, Node]
    roots: Sequence[Branch]
    widths: tuple[int, int, int]


class MoneyScreen(AnsweredScreen[tuple[Node, ...], Laid]):
    """The things above, the figures of the chosen one below."""

    SECTIONS = ("money", "tree", "list")
    BINDINGS = bindings("money")
    HELP = N_(
        "What there is money in, and below it every figure of the chosen thing with the entries behind it. A – says "
        "that nothing is recorded; an unknown amount is never counted as nothing. Bars only repeat the figures."
    )
    CSS = """
    MoneyScreen #panes, MoneyScreen.-normal #panes { layout: vertical; }
    MoneyScreen #main, MoneyScreen.-normal #main { width: 1fr; height: 1fr; }
    MoneyScreen #detail, MoneyScreen.-normal #detail { width: 1fr; height: 9; padding: 0; }
    MoneyScreen.-tall #detail, MoneyScreen.-normal.-tall #detail { height: 13; }
    MoneyScreen #detail:focus-within { border: round $accent; }
    MoneyScreen.-low #detail, MoneyScreen.-short #detail, MoneyScreen.-narrow #detail { display: none; }
    MoneyScreen.-parts.-low #detail, MoneyScreen.-parts.-short #detail, MoneyScreen.-parts.-narrow #detail {
        display: block; height: 1fr; }
    MoneyScreen.-parts.-low #main, MoneyScreen.-parts.-short #main, MoneyScreen.-parts.-narrow #main { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_key: Mapping[str, Node] = {}

    def panes(self) -> Iterable[Widget]:
        yield Vertical(FigureTree(id="things"), id="main")
        yield Vertical(FigureList(id="parts"), id="detail")

    @property
    def things(self) -> FigureTree:
        """What there is money in."""
        return self.query_one("#things", FigureTree)

    @property
    def parts(self) -> FigureList:
        """The figures of the chosen one."""
        return self.query_one("#parts", FigureList)

    # ------------------------------------------------------------------------------------------------ showing

    def work_out(self, reading: Reading) -> tuple[Node, ...]:
        return money_nodes(reading)

    def lay_out(self, answer: tuple[Node, ...]) -> Laid:
        everything = list(_everything(answer))
        return Laid(
            {node.key: node for node in everything},
            [_branch(node) for node in answer],
            (
                width_of([_("amount"), *(_text(node.amount) for node in everything)]),
                width_of([_("spent, paid"), *(_text(node.used) for node in everything)]),
                width_of([_("left"), *(_text(node.left) for node in everything)]),
            ),
        )

    def show_answer(self) -> None:
        self._by_key, roots, (amount, used, left) = self.laid_out or self.lay_out(())
        room = NAME + amount + left + 2
        self.things.set_columns(
            (
                Column(_("what"), NAME, share=3),
                Column("", NOTE, share=1, needs=room + used + BAR + NOTE + 3),
                FigureColumn(_("amount"), amount),
                FigureColumn(_("spent, paid"), used, needs=room + used + 1),
                FigureColumn(_("left"), left, needs=room),
                Column("", BAR, needs=room + used + BAR + 2),
            )
        )
        self.things.set_roots(roots, empty=self._why_empty())
        day = day_text(self.vedtak.reading.effective)
        self.query_one("#main").border_title = one_line(_("Money on {date}").format(date=day))
        if not roots:
            self._show_parts(None)

    def _why_empty(self) -> str:
        told = _("Here stand funds, budgets, what is set aside and cost keys. No money was on record on {day}.")
        next_key = _("d chooses another day, 0 is today with everything known.")
        return self.why_empty(told.format(day=day_text(self.vedtak.reading.effective)), next_key)

    @on(VirtualList.Highlighted, "#things")
    def _thing_chosen(self) -> None:
        self._show_parts(self.node)
        self.refresh_bars()

    def _show_parts(self, node: Node | None) -> None:
        parts = node.parts if node else ()
        figures = width_of([part.text for part in parts if part.figure])
        labels = min(24, width_of([part.label for part in parts]))
        self.parts.set_columns(
            (
                Column("", labels),
                FigureColumn("", figures),
                Column("", 6, share=1),
                Column(_("entries"), 8, share=1, needs=labels + figures + 24),
            )
        )
        empty = _("Its figures stand below it; → unfolds it.") if node else ""
        self.parts.set_rows(PartRows(parts, self._bar_cells), cursor=0, empty=empty)
        self.query_one("#detail").border_title = one_line(node.title if node else "")

    def _bar_cells(self) -> int:
        """How long a bar may be: a bar is never cut, for it would say something else."""
        return min(2 * BAR, self.parts.widths(self.parts.scrollable_content_region.width)[2])

    # ------------------------------------------------------------------------------------------------ doing

    @property
    def node(self) -> Node | None:
        """The thing under the cursor."""
        return self._by_key.get(self.things.chosen or "")

    @property
    def part(self) -> Part | None:
        """The figure under the cursor, when the figures have the keys."""
        node, place = self.node, self.parts.cursor
        return node.parts[place] if node and self.parts.has_focus and place < len(node.parts) else None

    def selected_entry(self) -> int | None:
        if self.part is not None:
            return self.part.entries[-1] if self.part.entries else None
        return self.node.entry if self.node else None

    @on(VirtualList.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """From a thing to its figures; from a figure to the entries behind it."""
        if self.part is not None:
            self.action_why()
        elif self.node and self.node.parts:
            self.add_class("-parts")
            self.call_after_refresh(self.parts.focus)

    def action_back(self) -> None:
        """Take the filter away, or go from the figures to the things."""
        if self.query_one(FilterField).has_class("-open"):
            self.clear_filter()
        self.remove_class("-parts")
        self.call_after_refresh(self.things.focus)

    def action_why(self) -> None:
        """The entries behind the figure, or behind the thing's being there."""
        node, part = self.node, self.part
        if node is None:
            return
        if part is not None:
            self._behind(f"{part.label} {part.text} · {node.title}" if part.figure else node.title, part.entries)
        else:
            figure = node.amount if node.entry is None else None
            self._behind(node.title, figure.entries if figure else (node.entry,) if node.entry else ())

    def _behind(self, name: str, entries: Sequence[int]) -> None:
        from tui.screens.entries_behind import EntriesBehind
        from tui.screens.why import WhyScreen

        if len(entries) > 1:
            self.app.push_screen(EntriesBehind(name, entries))
        elif entries:
            self.app.push_screen(WhyScreen(entries[0], name))
        else:
            self.notify(_("Nothing is recorded here, so there is nothing behind it."))

    def command(self) -> tuple[str, ...]:
        return ("money",)

    def table(self) -> Table:
        """A row for each figure, in øre, with how well it is known and the entries behind it."""
        from tui.exporting import Table

        titles = (_("thing"), _("figure"), _("øre"), _("known"), _("least"), _("most"), _("entries"))
        return Table(titles, self._figures)

    def _figures(self) -> Iterator[tuple[str, ...]]:
        for node in self._by_key.values():
            for part in node.parts:
                if found := part.figure:
                    numbers = ["" if ore is None else str(ore) for ore in (found.least, found.most)]
                    entries = " ".join(str(entry) for entry in found.entries)
                    ore = "" if found.ore is None else str(found.ore)
                    yield node.title, part.label, ore, term(found.known), *numbers, entries

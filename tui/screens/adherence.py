"""Who adheres to what: organisations by agreements, strategies, plans, decisions or measures, and the chosen cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import on
from textual.containers import Vertical
from textual.widgets import Input

from projections.things import plural
from tui.columns import Column, Row
from tui.dates import day_text, short_date
from tui.keymap import bindings
from tui.locale import N_, _
from tui.phrases import number_text
from tui.screens.adherence_grid import NOTHING, ORDERS, Adherence, Grid, gathered, kinds, laid_out, legend
from tui.screens.adherence_sheet import cell_items, whole_cell
from tui.screens.answered import AnsweredScreen
from tui.terms import term
from tui.widgets.filter_field import FilterField
from tui.widgets.matrix import Matrix, Tail
from tui.widgets.safe import one_line
from tui.widgets.sheet import Sheet
from tui.widgets.virtual_list import NoRows, VirtualList

if TYPE_CHECKING:
    from textual.events import Resize
    from textual.widget import Widget

    from projections.reading import Reading
    from tui.exporting import Table

NO_GRID: Final = Grid((), (), (), (), (), 0, 0)


def counted(shown: int, every: int) -> str:
    """How many there are, and of how many where some are left out."""
    count = number_text(shown)
    return count if shown == every else _("{count} of {all}").format(count=count, all=number_text(every))


class OneOrganisation:
    """The cells of one organisation as rows: the matrix for a narrow terminal."""

    def __init__(self, reading: Reading, found: Adherence, grid: Grid, line: int) -> None:
        self._reading = reading
        self._found = found
        self._grid = grid
        self._who = grid.organisations[line] if line < len(grid.organisations) else ""

    def __len__(self) -> int:
        return len(self._grid.targets) if self._who else 0

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [self._row(number) for number in range(start, stop)]

    def _row(self, number: int) -> Row:
        heading, cell = self._grid.headings[number], self._found.cells.get((self._who, self._grid.targets[number]))
        mark = cell.mark if cell else NOTHING
        status = term(cell.status) if cell else ""
        date = short_date(self._reading.date_of(cell.entry)) if cell and cell.entry else ""
        look = {"doubt": "doubt", "quiet": "quiet"}.get(mark.look, "")
        return Row((mark.sign, f"{heading.code} {heading.name}", status, date), look)


class Laid(NamedTuple):
    """The grid of one kind of thing, and which kinds there are."""

    kinds: Sequence[str]
    kind: str
    grid: Grid


NOTHING_LAID: Final = Laid((), "", NO_GRID)


class AdherenceScreen(AnsweredScreen[Adherence, Laid]):
    """The matrix above, the cell below."""

    SECTIONS = ("adherence", "matrix")
    BINDINGS = bindings("adherence")
    HELP = N_(
        "Organisations down, what they adhere to across, a sign in each cell: the line below says what each means. "
        "That nothing is recorded is not a no."
    )
    CSS = """
    AdherenceScreen #panes, AdherenceScreen.-normal #panes { layout: vertical; }
    AdherenceScreen #main, AdherenceScreen.-normal #main { width: 1fr; height: 1fr; }
    AdherenceScreen #detail, AdherenceScreen.-normal #detail { width: 1fr; height: 7; }
    AdherenceScreen.-tall #detail, AdherenceScreen.-normal.-tall #detail { height: 11; }
    AdherenceScreen.-low #detail, AdherenceScreen.-short #detail, AdherenceScreen.-narrow #detail { display: none; }
    AdherenceScreen #one, AdherenceScreen.-narrow #matrix { display: none; }
    AdherenceScreen.-narrow #one { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.grid = NO_GRID
        self.kind = ""
        self._kinds: Sequence[str] = ()
        self._order = 0
        self._gaps = False
        self._words = ""

    def panes(self) -> Iterable[Widget]:
        yield Vertical(Matrix(id="matrix"), VirtualList(id="one"), id="main")
        yield Sheet(id="detail")

    @property
    def matrix(self) -> Matrix:
        """The matrix."""
        return self.query_one(Matrix)

    @property
    def one(self) -> VirtualList:
        """The list that stands for it on a narrow terminal."""
        return self.query_one("#one", VirtualList)

    # ------------------------------------------------------------------------------------------------ showing

    def work_out(self, reading: Reading) -> Adherence:
        return gathered(reading)

    def lay_out(self, answer: Adherence) -> Laid:
        there = kinds(answer)
        if not there:
            return NOTHING_LAID
        kind = self.kind if self.kind in there else there[0]
        return Laid(there, kind, laid_out(answer, kind, order=self._order, words=self._words, gaps=self._gaps))

    def show_answer(self) -> None:
        here = self.chosen
        self._kinds, self.kind, self.grid = self.laid_out or NOTHING_LAID
        self.matrix.set_lines(
            self.grid.headings,
            self.grid.lines,
            (Tail(_("sum"), 6), Tail(_("latest"), 12, needs=90)),
            corner=_("organisation"),
            foot=_("sum of ✓"),
            place=self._place_of(here),
            empty=self._why_empty(),
        )
        self._head()
        if not self.grid.lines:
            self.one.set_rows(NoRows())
            self.query_one(Sheet).set_items(())

    def _head(self) -> None:
        """The title, and what the signs say."""
        self.query_one("#main").border_title = one_line(self._title())
        self.query_one("#main").border_subtitle = one_line(legend(self.grid.signs, self.size.width - 6))

    def _place_of(self, here: tuple[str, str] | None) -> tuple[int, int] | None:
        """Where a cell stands in the grid now; each half by itself, should the other be gone."""
        if here is None:
            return None
        line, column = self.matrix.place
        who, to = here
        at = self.grid.organisations.index(who) if who in self.grid.organisations else line
        return at, self.grid.targets.index(to) if to in self.grid.targets else column

    def _title(self) -> str:
        grid = self.grid
        if not self.kind:
            return _("Adherence")
        things = term(self.kind if len(grid.targets) == grid.every_target == 1 else plural(self.kind))
        things = f"{counted(len(grid.targets), grid.every_target)} {things}"
        count = counted(len(grid.lines), grid.everyone)
        told = [_("Adherence: {organisations} organisations × {things}").format(organisations=count, things=things)]
        told += [_("only gaps")] * self._gaps
        told += [_(ORDERS[self._order])] if self._order else []
        return " · ".join(told) + self._sought

    @property
    def _sought(self) -> str:
        """The words that it is narrowed by, at the end of a title."""
        return " · " + _("“{words}”").format(words=self._words) if self._words else ""

    def _why_empty(self) -> str:
        if self._words and self.grid.everyone and not self.grid.lines:
            return _("No organisation has these words in its name, nor has anything here. esc takes the filter away.")
        if self._gaps and self.grid.every_target:
            return _("Nobody is missing anywhere. + shows all columns again.")
        told = _("Here stands who has decided on, signed or declined what. Nothing was recorded of that on {day}.")
        next_key = _("d chooses another day, 0 is today with everything known.")
        return self.why_empty(told.format(day=day_text(self.vedtak.reading.effective)), next_key)

    @on(Matrix.Highlighted)
    def _cell_chosen(self) -> None:
        found, chosen = self.answer, self.chosen
        if found is None or chosen is None:
            return
        line, column = self.matrix.place
        name = self.grid.headings[column].name
        self.query_one(Sheet).set_items(cell_items(self.vedtak.reading, found, *chosen, name))
        self.refresh_bars()
        with self.prevent(VirtualList.Highlighted):
            self.one.set_columns(
                (Column("", 2), Column(self.grid.lines[line].name, 14, share=1), Column("", 12), Column("", 10))
            )
            self.one.set_rows(OneOrganisation(self.vedtak.reading, found, self.grid, line), cursor=column)
        if self.has_class("-narrow"):
            told = _("{name} ({place} of {all}) · {title}")
            self.query_one("#main").border_title = one_line(
                told.format(
                    name=self.grid.lines[line].name,
                    place=line + 1,
                    all=len(self.grid.lines),
                    title=f"{term(plural(self.kind))}{self._sought}",
                )
            )

    @on(VirtualList.Highlighted, "#one")
    def _row_chosen(self, event: VirtualList.Highlighted) -> None:
        self.matrix.place = (self.matrix.place[0], event.index)

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._arrange)

    def _arrange(self) -> None:
        """Give the keys to whichever of the two is there, when it changes."""
        if not isinstance(self.focused, Input | Sheet):
            (self.one if self.has_class("-narrow") else self.matrix).focus()
        self._head()
        self._cell_chosen()

    # ------------------------------------------------------------------------------------------------ doing

    @property
    def chosen(self) -> tuple[str, str] | None:
        """The organisation and the thing whose cell the cursor is on."""
        line, column = self.matrix.place
        if line < len(self.grid.organisations) and column < len(self.grid.targets):
            return self.grid.organisations[line], self.grid.targets[column]
        return None

    def selected_entry(self) -> int | None:
        cell = self.answer.cells.get(self.chosen) if self.answer and self.chosen else None
        return cell.entry if cell and cell.entry and cell.entry <= self.vedtak.reading.known else None

    def action_why(self) -> None:
        """The chain behind the cell."""
        from tui.screens.why import WhyScreen

        if (position := self.selected_entry()) and self.chosen:
            line, column = self.matrix.place
            name = f"{self.grid.lines[line].name} × {self.grid.headings[column].name}"
            self.app.push_screen(WhyScreen(position, name))
        else:
            self.notify(_("Nothing is recorded here, so there is nothing behind it."))

    @on(Matrix.Chosen)
    @on(VirtualList.Chosen, "#one")
    def _cell_opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """The cell and its entry, on the whole screen."""
        from tui.screens.whole import WholeScreen

        found, chosen = self.answer, self.chosen
        if found and chosen:
            name = self.grid.headings[self.matrix.place[1]].name
            self.app.push_screen(
                WholeScreen(lambda reading: whole_cell(reading, found, *chosen, name), chosen[1], self.selected_entry())
            )

    def action_turn_to(self) -> None:
        """The next kind of thing that somebody adheres to."""
        if self.kind in self._kinds:
            self.kind = self._kinds[(self._kinds.index(self.kind) + 1) % len(self._kinds)]
            self.lay_out_anew()

    def action_sort(self) -> None:
        """The next order."""
        self._order = (self._order + 1) % len(ORDERS)
        self.lay_out_anew()

    def action_gaps(self) -> None:
        """Only the columns where somebody is missing, or all."""
        self._gaps = not self._gaps
        self.lay_out_anew()

    def action_across(self, by: int) -> None:
        """On a narrow terminal: another organisation."""
        self.matrix.place = (self.matrix.place[0] + by, self.matrix.place[1])

    def narrow(self, words: str) -> None:
        self._words = words
        self.lay_out_anew()

    def leave_filter(self) -> None:
        self.query_one(FilterField).set_class(bool(self._words), "-open")
        (self.one if self.has_class("-narrow") else self.matrix).focus()

    def action_find(self, direction: int) -> None:
        """The next organisation that is shown, or the one before."""
        self.matrix.action_cursor(direction)

    def command(self) -> tuple[str, ...]:
        to = ("--to", self.chosen[1]) if self.chosen and len(self.grid.targets) == 1 else ()
        return ("adherence", *to)

    def table(self) -> Table:
        """A row for each organisation, a column for each thing."""
        from tui.exporting import Table

        titles = (_("organisation"), *(heading.name for heading in self.grid.headings), _("sum"), _("latest"))
        lines = self.grid.lines
        return Table(titles, lambda: ((line.name, *(mark.sign for mark in line.marks), *line.tail) for line in lines))

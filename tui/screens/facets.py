"""The timeline by type, year or partnership: how many entries of each, and a filter by what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from msgspec.structs import replace
from textual import on, work
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.worker import get_current_worker

from projections.reading import Reading
from projections.spread import partnerships, years
from projections.timeline import Filter
from tui.columns import Column, Row
from tui.keymap import bindings
from tui.ledgers import UNREADABLE
from tui.locale import _, ngettext_
from tui.phrases import number_text, type_name
from tui.unbroken import Unbroken
from tui.widgets.safe import one_line
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.app import VedtakApp

BAR: Final = 24


class Facet(NamedTuple):
    """One value, how many entries have it, and the filter that lets those through; without a filter a heading."""

    title: str
    entries: int = 0
    wanted: Filter | None = None


class FacetRows:
    """Facets as rows, each with a bar as long as its share of the most frequent in its group."""

    def __init__(self, facets: Sequence[Facet]) -> None:
        self.facets = facets
        self._most: list[int] = []
        group: list[int] = []
        for facet in reversed(facets):
            group.append(facet.entries)
            if facet.wanted is None:
                self._most += [max(group)] * len(group)
                group = []
        self._most = [*self._most, *[max(group)] * len(group)][::-1] if group else self._most[::-1]

    def __len__(self) -> int:
        return len(self.facets)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [self._row(number) for number in range(start, stop)]

    def _row(self, number: int) -> Row:
        facet = self.facets[number]
        if facet.wanted is None:
            return Row((facet.title, "", ""), "strong")
        length = max(1, round(BAR * facet.entries / max(1, self._most[number])))
        return Row((facet.title, str(facet.entries), "█" * length))


class Facets(Unbroken, ModalScreen[Filter | None]):
    """Gives back the filter to show by; None when left."""

    BINDINGS = bindings("modal")

    def __init__(self, reading: Reading, wanted: Filter) -> None:
        super().__init__()
        self._reading = reading
        self._wanted = wanted
        self._facets: list[Facet] = []

    def compose(self) -> ComposeResult:
        box = Vertical(VirtualList(id="facets"), id="facet-box")
        known = self._reading.known
        told = ngettext_("{count} entry", "{count} entries", known).format(count=number_text(known))
        box.border_title = one_line(_("Filter by – of {entries}").format(entries=told))
        box.border_subtitle = one_line(_("enter filters · esc closes"))
        yield box

    def on_mount(self) -> None:
        rows = self.query_one(VirtualList)
        rows.set_columns((Column("", 16, share=2), Column(_("entries"), 9, right=True), Column("", BAR, needs=60)))
        rows.set_rows(FacetRows(()), empty=_("Counting …"))
        rows.focus()
        self._count()

    @work(thread=True, exclusive=True, group="facets")
    def _count(self) -> None:
        worker = get_current_worker()
        known, wanted = self._reading.known, self._wanted

        def going() -> bool:
            return not worker.is_cancelled

        try:
            with cast("VedtakApp", self.app).own_log(worker) as log:
                types, by_year = log.types(known), years(log, known, going)
                by_partnership = partnerships(log, known, going)
        except UNREADABLE as error:
            if going():
                self.call_later(self._could_not, error)
            return
        facets = [Facet(_("Type"))]
        facets += [Facet(type_name(name), count, replace(wanted, type=name)) for name, count in types.items()]
        facets.append(Facet(_("Year it takes effect")))
        for year, count in by_year.items():
            of_year = replace(wanted, since=date(year, 1, 1), until=date(year, 12, 31))
            facets.append(Facet(str(year), count, of_year))
        if by_partnership:
            facets.append(Facet(_("Partnership")))
            facets += [
                Facet(self._reading.label(ref), count, replace(wanted, partnership=ref))
                for ref, count in by_partnership.items()
            ]
        if going():
            self.call_later(self._show, facets)

    def _could_not(self, error: Exception) -> None:
        cast("VedtakApp", self.app).in_trouble(error)
        empty = _("The ledger cannot be read; the line at the top says why.")
        self.query_one(VirtualList).set_rows(FacetRows(()), empty=empty)

    def _show(self, facets: list[Facet]) -> None:
        self._facets = facets
        self.query_one(VirtualList).set_rows(FacetRows(facets), cursor=min(1, len(facets) - 1))

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        facet = self._facets[event.index] if event.index < len(self._facets) else None
        if facet and facet.wanted:
            self.dismiss(facet.wanted)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

"""One cell of the matrix in words: how far it has come, by which entries, how that is known, on what authority."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from projections.adherence import STAGES, row_of
from projections.reading import Reading
from tui.dates import day_text, effective_text
from tui.locale import _
from tui.phrases import date_text
from tui.screens.adherence_grid import mark_of, sign_words
from tui.screens.entry_sheet import entry_items
from tui.terms import term
from tui.widgets.sheet import Item

if TYPE_CHECKING:
    from projections.adherence import Row
    from tui.screens.adherence_grid import Adherence

LOOKS = {"good": "added", "doubt": "doubt", "bad": "gone", "quiet": "quiet", "plain": "text"}


def cell_items(reading: Reading, found: Adherence, organisation: str, to: str, to_name: str) -> Iterator[Item]:
    """Everything there is to say of a cell, the sign first."""
    then = Reading(reading.journal, found.on, found.known, reading.disclosed)
    row = row_of(then, organisation, to)
    name = found.names.get(organisation, organisation)
    yield Item(text=f"{name} × {to_name}", look="title")
    if row is None:
        told = _("– Nothing is recorded of {name} here, on {day}. That is not a no.")
        yield Item(text=told.format(name=name, day=day_text(found.on)), look="quiet")
        return
    mark = mark_of(row)
    yield Item(text=_headline(row, f"{mark.sign} {term(row.status)} · {sign_words(mark)}"), look=LOOKS[mark.look])
    yield from _remarks(row)
    for stage in STAGES:
        if stage in row.stages:
            yield Item(term(stage), f"#{row.stages[stage]}  {effective_text(then.date_of(row.stages[stage]))}")
    if row.cites:
        yield Item(_("Cites"), row.cites)
    if row.knowledge:
        yield Item(_("Knowledge"), term(row.knowledge))
    authority = f"{reading.label(row.authority)}  ({row.authority})" if row.authority else _("none given")
    yield Item(_("Authority"), authority, "text" if row.authority else "quiet")


def whole_cell(reading: Reading, found: Adherence, organisation: str, to: str, to_name: str) -> Iterator[Item]:
    """The cell, and below it the entry that its sign rests on."""
    yield from cell_items(reading, found, organisation, to, to_name)
    cell = found.cells.get((organisation, to))
    if cell is not None and cell.entry and cell.entry <= reading.known:
        yield Item()
        yield from entry_items(reading, cell.entry)


def _headline(row: Row, told: str) -> str:
    if row.ended:
        told += " · " + _("what it adhered to has ended")
    elif row.holds == "maybe":
        told += " · " + _("on this day: maybe")
    return told + (" · " + _("declared without decision") if row.without_decision else "")


def _remarks(row: Row) -> Iterator[Item]:
    if row.leaves:
        told = _("! It has given notice, and leaves {date}.")
        yield Item(text=told.format(date=date_text(row.leaves)), look="doubt")
    if row.version_differs:
        told = _("! It signed version {signed}, and had decided on version {decided}.")
        yield Item(text=told.format(signed=row.signed_version, decided=row.decided_version), look="doubt")
    if row.conditions:
        yield Item(_("Conditions"), row.conditions, "doubt" if row.status == "conditional" else "text")

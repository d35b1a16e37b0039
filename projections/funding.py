"""Money: what was granted, set aside, paid, spent, given back, and what is left of grants, budgets, allocations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, Final

from msgspec import Struct

from ledger.calendar import bounds
from ledger.events.budgets import ALLOCATED, TAKEN_BACK
from ledger.facts import Holds
from ledger.structure import Thing
from projections.costkeys import KeyRow, key_rows
from projections.figures import Figure, Figures, combined, stated
from projections.reading import FactView, Reading, existence

RULES: Final = (
    "rules",
    "own_share_floor",
    "minimum_ore",
    "application_deadline",
    "reporting_deadline",
    "eligible",
    "not_covered",
)


class AllocationRow(Struct, frozen=True):
    """Money set aside: from where, for what, how much of it is spent."""

    allocation: str
    taken_from: str | None
    line: str | None
    to: str | None
    to_name: str
    holds: Holds
    entry: int | None
    allocated: Figure
    spent: Figure
    left: Figure
    overrun: Holds
    """Whether more is spent than was set aside."""


class ReportRow(Struct, frozen=True):
    """A report on a grant, and whether it came in time."""

    report: str
    entry: int | None
    final: bool
    outcome: str | None
    late: Holds


class GrantRow(Struct, frozen=True):
    """An application and the money that came of it."""

    application: str
    name: str
    fund: str | None
    applicant: str | None
    status: FactView
    applied: Figure
    granted: Figure
    paid: Figure
    allocated: Figure
    spent: Figure
    returned: Figure
    left: Figure
    """Granted, less what is set aside and given back."""
    unspent: Figure
    """Paid, less what is spent and given back."""
    conditions: dict[str, FactView]
    reports: tuple[ReportRow, ...]


class FundRow(Struct, frozen=True):
    """A source of money, its rules, and the sums of what was applied for from it."""

    fund: str
    name: str
    kind: str | None
    funder: str | None
    holds: Holds
    entry: int | None
    rules: dict[str, FactView]
    granted: Figure
    paid: Figure
    allocated: Figure
    spent: Figure
    returned: Figure
    left: Figure
    grants: tuple[GrantRow, ...]


class BudgetLineRow(Struct, frozen=True):
    """A line of a budget and how far it is used."""

    no: str
    title: str
    direction: str
    budgeted: Figure
    allocated: Figure
    spent: Figure
    left: Figure


class BudgetRow(Struct, frozen=True):
    """A budget, line by line."""

    budget: str
    name: str
    holder: str | None
    year: int | None
    holds: Holds
    entry: int | None
    total: Figure
    lines: tuple[BudgetLineRow, ...]


class LateRow(Struct, frozen=True):
    """Money that was put on record for a year after the year was closed, by no correction."""

    entry: int
    type: str
    holder: str
    year: int
    closed_by: int


class Funding(Struct, frozen=True):
    """Everything about money at one moment."""

    on: str
    known: int
    funds: tuple[FundRow, ...]
    budgets: tuple[BudgetRow, ...] = ()
    allocations: tuple[AllocationRow, ...] = ()
    keys: tuple[KeyRow, ...] = ()
    late: tuple[LateRow, ...] = ()


Taken = defaultdict[str | None, list[AllocationRow]]
"""What was set aside, by what it was taken from."""


def funding(reading: Reading, fund: str | None = None) -> Funding:
    """Funds with their grants, budgets, allocations and cost keys on the day; or one fund and what came of it."""
    allocations = [_allocation(reading, thing) for thing in reading.structure.list("allocation")]
    taken: Taken = defaultdict(list)
    for row in allocations:
        taken[row.taken_from].append(row)
    grants = [_grant(reading, thing, taken[thing.ref]) for thing in reading.structure.list("application")]
    things = [reading.structure.thing(fund)] if fund else list(reading.structure.list("fund"))
    funds = tuple(_fund(reading, thing, [row for row in grants if row.fund == thing.ref]) for thing in things)
    on = reading.effective.isoformat()
    if fund:
        own = {row.application for row in grants if row.fund == fund}
        return Funding(on, reading.known, funds, allocations=tuple(r for r in allocations if r.taken_from in own))
    budgets = tuple(_budget(reading, thing, taken[thing.ref]) for thing in reading.structure.list("budget"))
    late = tuple(late_entries(reading))
    return Funding(on, reading.known, funds, budgets, tuple(allocations), tuple(key_rows(reading)), late)


def text_of(thing: Thing, attribute: str) -> str | None:
    """A text attribute as it may stand, or None."""
    value = thing.fact(attribute).value
    return value if isinstance(value, str) else None


def _allocation(reading: Reading, thing: Thing) -> AllocationRow:
    exists = reading.view(existence(thing))
    figures = Figures(reading, thing.ref)
    allocated = combined([(1, figures.of(*ALLOCATED)), (-1, figures.of(*TAKEN_BACK))])
    spent = combined([(1, figures.of("spent")), (-1, figures.of("reversed"))])
    left = combined([(1, allocated), (-1, spent)])
    to = text_of(thing, "to")
    return AllocationRow(
        allocation=thing.ref,
        taken_from=text_of(thing, "taken_from"),
        line=text_of(thing, "line"),
        to=to,
        to_name=reading.label(to) if to else "",
        holds=exists.holds,
        entry=exists.entry,
        allocated=allocated,
        spent=spent,
        left=left,
        overrun=_below_zero(left),
    )


def _below_zero(left: Figure) -> Holds:
    if left.least is None or left.most is None:
        return "maybe"
    if left.most < 0 and left.known in {"exact", "ceiling"}:
        return "yes"
    return "maybe" if left.least < 0 else "no"


def _sum(figures: Iterator[Figure]) -> Figure:
    return combined([(1, found) for found in figures])


def _grant(reading: Reading, thing: Thing, own: list[AllocationRow]) -> GrantRow:
    figures = Figures(reading, thing.ref)
    granted = combined([(1, figures.of("granted")), (-1, figures.of("reduced"))])
    paid, returned = figures.of("paid"), figures.of("returned")
    allocated, spent = _sum(row.allocated for row in own), _sum(row.spent for row in own)
    return GrantRow(
        application=thing.ref,
        name=thing.label,
        fund=text_of(thing, "fund"),
        applicant=text_of(thing, "applicant"),
        status=reading.view(thing.fact("status")),
        applied=figures.of("applied"),
        granted=granted,
        paid=paid,
        allocated=allocated,
        spent=spent,
        returned=returned,
        left=combined([(1, granted), (-1, returned), (-1, allocated)]),
        unspent=combined([(1, paid), (-1, returned), (-1, spent)]),
        conditions={ref: reading.view(reading.structure.thing(ref).fact("status")) for ref in thing.keyed("condition")},
        reports=tuple(_reports(reading, thing)),
    )


def _reports(reading: Reading, thing: Thing) -> Iterator[ReportRow]:
    due = reading.structure.thing(text_of(thing, "fund") or thing.ref).fact("reporting_deadline").value
    for name, fact in thing.keyed("report").items():
        value: Any = fact.value
        late: Holds = "no"
        if isinstance(due, str) and fact.entry is not None:
            sent = reading.date_of(fact.entry)
            late = (
                "yes" if sent.earliest > bounds(due).latest else ("maybe" if sent.latest > bounds(due).latest else "no")
            )
        outcome = thing.fact("report_outcome", name).value
        yield ReportRow(name, fact.entry, bool(value["final"]), str(outcome) if outcome else None, late)


def _fund(reading: Reading, thing: Thing, grants: list[GrantRow]) -> FundRow:
    exists = reading.view(existence(thing))
    rules = {name: reading.view(thing.fact(name)) for name in RULES}
    return FundRow(
        fund=thing.ref,
        name=thing.label,
        kind=text_of(thing, "kind"),
        funder=text_of(thing, "funder"),
        holds=exists.holds,
        entry=exists.entry,
        rules={name: view for name, view in rules.items() if view.holds != "no"},
        granted=_sum(row.granted for row in grants),
        paid=_sum(row.paid for row in grants),
        allocated=_sum(row.allocated for row in grants),
        spent=_sum(row.spent for row in grants),
        returned=_sum(row.returned for row in grants),
        left=_sum(row.left for row in grants),
        grants=tuple(grants),
    )


def _budget(reading: Reading, thing: Thing, own: list[AllocationRow]) -> BudgetRow:
    exists = reading.view(existence(thing))
    year = thing.fact("year").value
    return BudgetRow(
        budget=thing.ref,
        name=thing.label,
        holder=text_of(thing, "holder"),
        year=year if isinstance(year, int) else None,
        holds=exists.holds,
        entry=exists.entry,
        total=stated(reading, thing.ref, "total"),
        lines=tuple(
            _budget_line(reading, thing.ref, no, fact.value, [row for row in own if row.line == no])
            for no, fact in thing.keyed("line").items()
        ),
    )


def _budget_line(reading: Reading, budget: str, no: str, value: Any, own: list[AllocationRow]) -> BudgetLineRow:
    budgeted, allocated = stated(reading, budget, "line", no), _sum(row.allocated for row in own)
    return BudgetLineRow(
        no=no,
        title=value["title"],
        direction=value["direction"],
        budgeted=budgeted,
        allocated=allocated,
        spent=_sum(row.spent for row in own),
        left=combined([(1, budgeted), (-1, allocated)]),
    )


def late_entries(reading: Reading) -> Iterator[LateRow]:
    """Expenditure and reversals that lie in a year closed by an earlier entry, and correct nothing: for the audit."""
    closed: dict[tuple[str, int], int] = {}
    holders = cache(partial(_holder, reading))
    types = ("period-closed", "expenditure-recorded", "payment-reversed")
    found = sorted(position for type_ in types for position in reading.journal.of_type(type_, reading.known))
    for position in found:
        entry = reading.journal.entry(position)
        if reading.journal.withdrawn_by(position, reading.known) is not None:
            continue
        happened: Any = entry.happened
        if entry.wire_name == "period-closed":
            closed.setdefault((happened.holder, happened.year), position)
        if entry.wire_name == "period-closed" or entry.corrects:
            continue
        first, last = bounds(entry.effective)
        allocation = happened.allocation if entry.wire_name == "expenditure-recorded" else happened.payment_on
        holder = holders(allocation)
        if holder and first.year == last.year and (holder, first.year) in closed:
            yield LateRow(position, entry.wire_name, holder, first.year, closed[holder, first.year])


def _holder(reading: Reading, allocation: str) -> str | None:
    """Whose accounts an allocation is in: the budget's holder, or the applicant of the grant."""
    origin = text_of(reading.structure.thing(allocation), "taken_from")
    if origin is None:
        return None
    thing = reading.structure.thing(origin)
    return text_of(thing, "holder") or text_of(thing, "applicant")

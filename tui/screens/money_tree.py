"""Money as a tree of things with their figures, in words and numbers. No widget here.

Nothing is added up here that the projection has not added up, and what is unknown stays so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from projections.funding import funding
from tui.locale import N_, _
from tui.phrases import date_text, figure_text, money_text, value_text
from tui.terms import term

if TYPE_CHECKING:
    from projections.costkeys import AssessmentRow, KeyRow, PartyRow, PeriodRow
    from projections.figures import Figure
    from projections.funding import AllocationRow, BudgetLineRow, BudgetRow, Funding, FundRow, GrantRow
    from projections.reading import FactView, Reading

LABELS: Final = {
    "applied": N_("applied for"),
    "granted": N_("granted"),
    "paid": N_("paid"),
    "allocated": N_("set aside"),
    "spent": N_("spent"),
    "returned": N_("given back"),
    "left": N_("left"),
    "unspent": N_("paid and not spent"),
    "total": N_("total"),
    "budgeted": N_("budget"),
    "assessed": N_("assessed"),
    "invoiced": N_("invoiced"),
    "interest": N_("interest"),
    "waived": N_("waived"),
    "outstanding": N_("outstanding"),
}
FUND: Final = ("granted", "paid", "allocated", "spent", "returned", "left")
GRANT: Final = ("applied", *FUND, "unspent")
LINE: Final = ("budgeted", "allocated", "spent", "left")
ALLOCATION: Final = ("allocated", "spent", "left")
PARTY: Final = ("assessed", "invoiced", "interest", "paid", "waived", "outstanding")


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of a thing, or one thing said about it, and the entries behind it."""

    label: str
    text: str
    entries: tuple[int, ...]
    figure: Figure | None = None
    row: str = ""
    name: str = ""

    @property
    def path(self) -> str:
        """Where the figure stands in what ``vedtak money --json`` prints."""
        return f"{self.row}.{self.name}"


@dataclass(frozen=True, slots=True)
class Node:
    """A thing with figures: the three that matter most in the list, all of them in its parts."""

    key: str
    title: str
    note: str = ""
    entry: int | None = None
    amount: Figure | None = None
    used: Figure | None = None
    left: Figure | None = None
    parts: tuple[Part, ...] = ()
    below: tuple[Node, ...] = ()
    look: str = ""


def money_nodes(reading: Reading) -> tuple[Node, ...]:
    """Everything about money at one moment."""
    return tuple(_nodes(reading, funding(reading)))


def _nodes(reading: Reading, found: Funding) -> Iterator[Node]:
    for number, fund in enumerate(found.funds):
        yield _fund(reading, fund, f"funds.{number}")
    for number, budget in enumerate(found.budgets):
        yield _budget(reading, budget, f"budgets.{number}")
    if found.allocations:
        rows = [_allocation(reading, row, f"allocations.{n}") for n, row in enumerate(found.allocations)]
        yield Node("allocations", _("Set aside"), below=tuple(rows), look="strong")
    for number, key in enumerate(found.keys):
        yield _key(reading, key, f"keys.{number}")
    for late in found.late:
        told = _("#{entry} lies in {year}, which {holder} had closed in #{closed}.")
        text = told.format(entry=late.entry, year=late.year, holder=reading.label(late.holder), closed=late.closed_by)
        part = Part("!", text, (late.entry, late.closed_by))
        yield Node(f"late.{late.entry}", f"! {text}", entry=late.entry, parts=(part,), look="doubt")


def _figures(row: object, names: Sequence[str], path: str) -> Iterator[Part]:
    for name in names:
        found: Figure = getattr(row, name)
        yield Part(_(LABELS[name]), figure_text(found), found.entries, found, path, name)


def _view(reading: Reading, label: str, view: FactView, *, ore: bool = False) -> Part:
    known = {"known": "exact", "ore": view.value}
    text = money_text(known) if ore and isinstance(view.value, int) else value_text(reading, view.value)
    text = date_text(text) if isinstance(view.value, str) else text
    doubt = "◐ " if view.holds == "maybe" else ""
    return Part(label, doubt + text, (view.entry,) if view.entry else ())


def _rules(reading: Reading, rules: dict[str, FactView]) -> Iterator[Part]:
    for name, view in rules.items():
        yield _view(reading, term(name), view, ore=name.endswith("_ore"))


def _doubt(holds: str, note: str) -> tuple[str, str]:
    """A note with the doubt before it, and the look that goes with it."""
    if holds != "maybe":
        return note, ""
    return " · ".join(part for part in ("◐ " + _("may be"), note) if part), "doubt"


def _fund(reading: Reading, row: FundRow, path: str) -> Node:
    note, look = _doubt(row.holds, term(row.kind) if row.kind else "")
    funder = [Part(_("funder"), reading.label(row.funder), (row.entry,) if row.entry else ())] if row.funder else []
    nothing = [] if row.grants else [Part("", _("No application is on record."), ())]
    grants = tuple(_grant(reading, grant, f"{path}.grants.{n}") for n, grant in enumerate(row.grants))
    parts = (*_figures(row, FUND, path), *funder, *_rules(reading, row.rules), *nothing)
    return Node(row.fund, row.name, note, row.entry, row.granted, row.spent, row.left, parts, grants, look or "strong")


def _grant(reading: Reading, row: GrantRow, path: str) -> Node:
    applicant = [Part(_("applicant"), reading.label(row.applicant), ())] if row.applicant else []
    conditions = [
        Part(term("condition"), f"{reading.label(ref)}: {value_text(reading, view.value)}", _entry(view))
        for ref, view in row.conditions.items()
    ]
    reports = [
        Part(term("report"), " · ".join(_report(report.report, report.outcome, report.late)), _one(report.entry))
        for report in row.reports
    ]
    status = _view(reading, term("status"), row.status)
    parts = (*_figures(row, GRANT, path), status, *applicant, *conditions, *reports)
    return Node(row.application, row.name, status.text, row.status.entry, row.granted, row.spent, row.left, parts)


def _report(name: str, outcome: str | None, late: str) -> Iterator[str]:
    yield name
    if outcome:
        yield term(outcome)
    if late != "no":
        yield _("late") if late == "yes" else _("perhaps late")


def _budget(reading: Reading, row: BudgetRow, path: str) -> Node:
    note, look = _doubt(row.holds, value_text(reading, row.holder))
    lines = tuple(_line(line, f"{path}.lines.{n}", row.budget) for n, line in enumerate(row.lines))
    parts = tuple(_figures(row, ("total",), path))
    return Node(row.budget, row.name, note, row.entry, row.total, parts=parts, below=lines, look=look or "strong")


def _line(row: BudgetLineRow, path: str, budget: str) -> Node:
    spends = row.direction == "expenditure"
    parts = tuple(_figures(row, LINE if spends else LINE[:-1], path))
    left = row.left if spends else None
    title = f"{row.no} {row.title}"
    return Node(f"{budget}.{row.no}", title, term(row.direction), None, row.budgeted, row.spent, left, parts)


def _allocation(reading: Reading, row: AllocationRow, path: str) -> Node:
    overrun = {"yes": _("overrun"), "maybe": _("perhaps overrun"), "no": ""}[row.overrun]
    note, look = _doubt(row.holds, overrun)
    origin = value_text(reading, row.taken_from) + (f" {row.line}" if row.line else "")
    parts = (*_figures(row, ALLOCATION, path), Part(_("from"), origin, _one(row.entry)))
    if overrun:
        parts = (*parts, Part("!", overrun, row.left.entries))
    return Node(
        row.allocation,
        row.to_name,
        note,
        row.entry,
        row.allocated,
        row.spent,
        row.left,
        parts,
        look=look or "doubt" * bool(overrun),
    )


def _key(reading: Reading, row: KeyRow, path: str) -> Node:
    note, look = _doubt(row.holds, _("cost key"))
    below = tuple(
        node for n, period in enumerate(row.periods) for node in _period(reading, row, period, f"{path}.periods.{n}")
    )
    parties = Part(_("parties"), ", ".join(reading.label(party) for party in row.parties), ())
    parts = (*_rules(reading, row.rule), *([parties] if row.parties else []))
    return Node(row.key, row.name, note, row.entry, parts=parts, below=below, look=look or "strong")


def _period(reading: Reading, key: KeyRow, row: PeriodRow, path: str) -> Iterator[Node]:
    for number, assessment in enumerate(row.assessments):
        yield _assessment(reading, assessment, row.period, f"{path}.assessments.{number}")
    if not row.assessments:
        told = _("{period}: the numbers are fixed, nothing is assessed.").format(period=row.period)
        yield Node(f"{key.key}.{row.period}", told, entry=row.inputs.entry, parts=(Part("", told, _entry(row.inputs)),))


def _assessment(reading: Reading, row: AssessmentRow, period: str, path: str) -> Node:
    note, look = _doubt(row.holds, _("assessed"))
    parties = tuple(_party(reading, part, f"{path}.parties.{n}", row) for n, part in enumerate(row.parties))
    total = tuple(_figures(row, ("total",), path))
    parts = (*total, Part(_("worked out again"), verdict(row), ()))
    wrong = row.agrees is False or row.sums_to_total is False
    return Node(
        row.contribution,
        period,
        note,
        row.entry,
        row.total,
        parts=parts,
        below=parties,
        look="doubt" if wrong else look,
    )


def _party(reading: Reading, row: PartyRow, path: str, of: AssessmentRow) -> Node:
    again = _("not possible") if row.recomputed is None else money_text({"known": "exact", "ore": row.recomputed})
    parts = [*_figures(row, PARTY, path)]
    parts.insert(1, Part(_("worked out again"), again, _one(of.entry)))
    note = ""
    if row.dispute is not None:
        note = _("disputed")
        parts.append(_view(reading, note, row.dispute))
    if row.dispute_outcome is not None:
        note += f": {value_text(reading, row.dispute_outcome.value)}"
        parts.append(_view(reading, _("outcome"), row.dispute_outcome))
    key = f"{of.contribution}.{row.organisation}"
    return Node(key, row.name, note, of.entry, row.assessed, row.paid, row.outstanding, tuple(parts))


def verdict(row: AssessmentRow) -> str:
    """Whether the assessment is what the key and the numbers give."""
    if row.agrees is None or row.sums_to_total is None:
        return _("It cannot be worked out again: an amount or the numbers behind it are not on record.")
    if row.agrees and row.sums_to_total:
        return _("Worked out again from the key and the numbers, every amount is the same to the øre.")
    return _("Worked out again from the key and the numbers, the amounts are others than those assessed.")


def _entry(view: FactView) -> tuple[int, ...]:
    return _one(view.entry)


def _one(entry: int | None) -> tuple[int, ...]:
    return (entry,) if entry else ()

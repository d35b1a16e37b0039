"""The command that answers for money: ``vedtak money``."""

from __future__ import annotations

import click

from ledger.errors import InvalidInput
from projections.costkeys import AssessmentRow, KeyRow, PartyRow
from projections.funding import BudgetRow, Funding, FundRow, GrantRow, funding
from projections.reading import Reading
from projections.things import require
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_table, print_text, shortened
from tui.dates import day_text
from tui.locale import _
from tui.phrases import figure_text, money_text, value_text
from tui.terms import term

WIDE = 40


@click.command()
@click.option("--fund", metavar="REF", help=_("One source of money and what came of it."))
@common()
def money(asked: Asked, fund: str | None) -> None:
    """Show the money as it stood."""
    with asked.reading() as reading:
        if fund:
            require(reading, fund)
            if not fund.startswith("fund/"):
                raise InvalidInput("{ref} is no source of money.", "Name one as fund/name.", ref=fund)
        found = funding(reading, fund)
        if asked.as_json:
            print_json(found)
            return
        print_money(reading, found)


def print_money(reading: Reading, found: Funding) -> None:
    """Everything about money, for people."""
    print_text(_("Money on {date}").format(date=day_text(reading.effective)))
    if not (found.funds or found.budgets or found.allocations or found.keys):
        print_text(_("No money is on record."))
    for fund in found.funds:
        _print_fund(reading, fund)
    for budget in found.budgets:
        _print_budget(reading, budget)
    if found.allocations:
        print_text()
        print_text(_("Set aside"))
        print_table(
            (_("for"), _("from"), _("set aside"), _("spent"), _("left"), "", _("entry")),
            [
                (
                    shortened(row.to_name, WIDE),
                    shortened(value_text(reading, row.taken_from), WIDE) + (f" {row.line}" if row.line else ""),
                    figure_text(row.allocated),
                    figure_text(row.spent),
                    figure_text(row.left),
                    {"yes": _("overrun"), "maybe": _("perhaps overrun"), "no": ""}[row.overrun],
                    f"#{row.entry}",
                )
                for row in found.allocations
            ],
        )
    for key in found.keys:
        _print_key(reading, key)
    for late in found.late:
        print_text(
            _("#{entry} lies in {year}, which {holder} had closed in #{closed}.").format(
                entry=late.entry, year=late.year, holder=reading.label(late.holder), closed=late.closed_by
            )
        )


def _print_fund(reading: Reading, fund: FundRow) -> None:
    print_text()
    kind = f"{term(fund.kind)}, " if fund.kind else ""
    print_text(f"{fund.name}  ({kind}{fund.fund})")
    for name, view in fund.rules.items():
        ore = {"known": "exact", "ore": view.value}
        text = money_text(ore) if name == "minimum_ore" else value_text(reading, view.value)
        print_text(f"  {term(name)}: {text}  #{view.entry}")
    if not fund.grants:
        print_text("  " + _("No application is on record."))
    headings = (_("project"), _("status"), *(_column(name) for name in COLUMNS))
    print_table(headings, [_grant_line(grant) for grant in fund.grants])


COLUMNS = ("applied", "granted", "paid", "allocated", "spent", "returned", "left")


def _column(name: str) -> str:
    return {
        "applied": _("applied for"),
        "granted": _("granted"),
        "paid": _("paid"),
        "allocated": _("set aside"),
        "spent": _("spent"),
        "returned": _("given back"),
        "left": _("left"),
    }[name]


def _grant_line(grant: GrantRow) -> list[str]:
    figures = [figure_text(getattr(grant, name)) for name in COLUMNS]
    return [shortened(grant.name, WIDE), term(str(grant.status.value)), *figures]


def _print_budget(reading: Reading, budget: BudgetRow) -> None:
    print_text()
    print_text(f"{budget.name}  ({value_text(reading, budget.holder)}, {budget.budget})")
    print_table(
        (_("line"), "", _("title"), _("budget"), _("set aside"), _("spent"), _("left")),
        [
            (
                line.no,
                term(line.direction),
                shortened(line.title, WIDE),
                figure_text(line.budgeted),
                figure_text(line.allocated),
                figure_text(line.spent),
                figure_text(line.left) if line.direction == "expenditure" else "",
            )
            for line in budget.lines
        ],
    )
    print_text(_("Total: {amount}").format(amount=figure_text(budget.total)))


def _print_key(reading: Reading, key: KeyRow) -> None:
    print_text()
    print_text(f"{key.name}  ({_('cost key')}, {key.key})")
    for name, view in key.rule.items():
        ore = {"known": "exact", "ore": view.value}
        text = money_text(ore) if name.endswith("_ore") else value_text(reading, view.value)
        print_text(f"  {term(name)}: {text}")
    for period in key.periods:
        for row in period.assessments:
            print_text(f"  {period.period}: {figure_text(row.total)}, {row.contribution}, #{row.entry}")
            print_table(
                (_("party"), _("assessed"), _("worked out again"), _("invoiced"), _("paid"), _("outstanding"), ""),
                [_party_line(reading, part) for part in row.parties],
            )
            print_text("  " + _verdict(row))
        if not period.assessments:
            print_text("  " + _("{period}: the numbers are fixed, nothing is assessed.").format(period=period.period))


def _party_line(reading: Reading, part: PartyRow) -> list[str]:
    again = _("not possible") if part.recomputed is None else money_text({"known": "exact", "ore": part.recomputed})
    dispute = ""
    if part.dispute is not None:
        dispute = _("disputed")
        if part.dispute_outcome is not None:
            dispute += f": {value_text(reading, part.dispute_outcome.value)}"
    return [
        shortened(part.name, WIDE),
        figure_text(part.assessed),
        again,
        figure_text(part.invoiced),
        figure_text(part.paid),
        figure_text(part.outstanding),
        shortened(dispute, WIDE),
    ]


def _verdict(row: AssessmentRow) -> str:
    if row.agrees is None or row.sums_to_total is None:
        return _("It cannot be worked out again: an amount or the numbers behind it are not on record.")
    if row.agrees and row.sums_to_total:
        return _("Worked out again from the key and the numbers, every amount is the same to the øre.")
    return _("Worked out again from the key and the numbers, the amounts are others than those assessed.")


COMMANDS = (money,)

"""Does money follow its rules: is what cannot be refused, and what can be kept, in whatever order it is told?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.record import Pen
from projections.figures import Figure
from tests.money_book import (
    COUNCIL,
    GRANT,
    UNKNOWN,
    Given,
    applied,
    correct,
    kr,
    money,
    new_pen,
    on,
    refused,
    source,
    tell,
)


@pytest.fixture
def pen() -> Pen:
    return new_pen()


# ---- sources and applications


def test_only_municipalities_apply_for_discretionary_money(pen: Pen) -> None:
    source(pen)
    error = refused(pen, "only municipality may apply", "2019-05-01", "grant-applied", **applied(COUNCIL))
    assert error.source == "the rules of the funding source"
    tell(pen, "2019-05-01", "grant-applied", **{**applied(COUNCIL), "sent": "planned"})


def test_a_body_applies_as_its_owner(pen: Pen) -> None:
    source(pen)
    tell(
        pen,
        "2019-01-01",
        "body-established",
        body="body/styret",
        name="Styret",
        kind="board",
        owner=COUNCIL,
        effect="evidenced",
    )
    refused(pen, "Rådet is a regional_council", "2019-05-01", "grant-applied", **applied("body/styret"))


def test_a_source_says_itself_who_may_apply(pen: Pen) -> None:
    source(pen, eligible=["municipality", "regional_council"])
    tell(pen, "2019-05-01", "grant-applied", **applied(COUNCIL))


def test_less_than_the_least_application_is_refused(pen: Pen) -> None:
    source(pen, minimum_ore=15_000_000)
    refused(pen, "is less than the 15000000 øre", "2019-05-01", "grant-applied", **applied(amount=kr(149_999)))
    refused(pen, "is less than", "2019-05-01", "grant-applied", **applied(amount=kr(100_000, "ceiling")))


@pytest.mark.parametrize("amount", [kr(150_000), kr(100_000, "floor"), kr(100_000, "estimate"), UNKNOWN])
def test_what_may_be_enough_is_kept(pen: Pen, amount: Given) -> None:
    source(pen, minimum_ore=15_000_000)
    tell(pen, "2019-05-01", "grant-applied", **applied(amount=amount))


def test_a_certainly_late_application_is_refused(pen: Pen) -> None:
    source(pen, application_deadline="2019-09-01")
    refused(pen, "were due on 2019-09-01", "2019-09-02", "grant-applied", **applied())
    refused(pen, "were due on 2019-09-01", "2019-09-30", "grant-applied", **applied(sent_on="2019-09-05/2019-09-30"))
    tell(pen, "2019-09", "grant-applied", **applied(sent_on="2019-09"))


def test_the_own_share_reaches_the_floor(pen: Pen) -> None:
    source(pen, own_share_floor={"n": 1, "d": 2})
    short = applied(own_share=kr(299_999), total_cost=kr(600_000))
    refused(pen, "at least 1/2 of the cost", "2019-05-01", "grant-applied", **short)
    tell(pen, "2019-05-01", "grant-applied", **applied(own_share=kr(300_000), total_cost=kr(600_000)))


def test_money_is_not_for_what_the_source_leaves_out(pen: Pen) -> None:
    source(pen, not_covered=["ordinary_operation"])
    refused(
        pen,
        "is not for “ordinary_operation”",
        "2019-05-01",
        "grant-applied",
        **applied(meant_for=["ordinary_operation"]),
    )


def test_reports_are_not_due_before_applications(pen: Pen) -> None:
    dates = {"application_deadline": "2019-09-01", "reporting_deadline": "2018"}
    refused(
        pen,
        "before applications",
        "2019-01-01",
        "funding-source-registered",
        fund="fund/x",
        name="X",
        kind="fund",
        **dates,
    )


# ---- awards, payments, reports


@pytest.fixture
def awarded(pen: Pen) -> Pen:
    source(pen, reporting_deadline="2021-06-01")
    tell(pen, "2019-05-01", "grant-applied", **applied())
    tell(pen, "2019-12-01", "grant-awarded", application=GRANT, amount=kr(250_000))
    return pen


def test_no_more_is_awarded_than_was_applied_for(awarded: Pen) -> None:
    more = {"application": GRANT, "amount": kr(50_001)}
    refused(awarded, "more than was applied for: 30000000 øre, of which 5000000", "2020-01-01", "grant-awarded", **more)
    tell(awarded, "2020-01-01", "grant-awarded", above_applied=True, **more)
    assert on(awarded, date(2020, 1, 1)).balance(GRANT, "granted").certain == 30_000_100
    assert on(awarded, date(2019, 12, 31)).balance(GRANT, "granted").certain == 25_000_000


def test_a_refused_application_gets_nothing(pen: Pen) -> None:
    source(pen)
    tell(pen, "2019-05-01", "grant-applied", **applied())
    tell(pen, "2019-12-01", "grant-refused", application=GRANT)
    refused(pen, "was refused by", "2020-01-01", "grant-awarded", application=GRANT, amount=kr(1))
    refused(
        pen, "was refused by", "2020-01-01", "grant-payment-received", application=GRANT, amount=kr(1), via="direct"
    )
    condition = {"condition": "condition/x", "application": GRANT, "text": "Rapport"}
    refused(pen, "was refused by", "2020-01-01", "grant-condition-set", **condition)


def test_an_award_is_reduced_by_no_more_than_it_is(awarded: Pen) -> None:
    refused(awarded, "cannot be taken off", "2020-01-01", "grant-reduced", application=GRANT, amount=kr(250_001))
    refused(awarded, "below zero", "2020-01-01", "grant-reduced", application=GRANT, amount=kr(-1))


def test_no_more_is_paid_than_was_awarded(awarded: Pen) -> None:
    payment = {"application": GRANT, "via": "block_grant"}
    tell(awarded, "2020-01", "grant-payment-received", amount=kr(200_000), **payment)
    refused(awarded, "5000000 øre", "2020-02-01", "grant-payment-received", amount=kr(50_001), **payment)
    tell(awarded, "2019-11-01", "grant-payment-received", amount=kr(50_000), **payment)
    balance = on(awarded, date(2020, 1, 15)).balance(GRANT, "paid")
    assert (balance.certain, balance.least, balance.most) == (5_000_000, 5_000_000, 25_000_000)


def test_an_unknown_award_refuses_no_payment(pen: Pen) -> None:
    source(pen)
    tell(pen, "2019-05-01", "grant-applied", **applied())
    tell(pen, "2019-12-01", "grant-awarded", application=GRANT, amount=UNKNOWN)
    tell(pen, "2020-01-01", "grant-payment-received", application=GRANT, amount=kr(1000), via="direct")
    tell(pen, "2020-01-01", "allocation-decided", **allocated(amount=kr(1000), taken_from=GRANT))
    (fund,) = money(pen).funds
    (grant,) = fund.grants
    assert grant.granted == Figure(None, "unknown", None, None, (7,), (7,))
    assert grant.left.ore is None
    assert grant.paid.ore == 100_000


def test_a_report_is_accepted_when_there_is_one_and_late_is_shown(awarded: Pen) -> None:
    report = {"application": GRANT, "report": "Sluttrapport"}
    refused(awarded, "No report “Sluttrapport”", "2021-07-01", "grant-report-decided", outcome="accepted", **report)
    tell(awarded, "2021-06", "grant-report-submitted", final=True, **report)
    tell(awarded, "2021-07-01", "grant-report-decided", outcome="accepted", **report)
    tell(awarded, "2021-07", "grant-report-submitted", application=GRANT, report="Tillegg", final=False)
    rows = money(awarded).funds[0].grants[0].reports
    assert [(row.report, row.outcome, row.late) for row in rows] == [
        ("Sluttrapport", "accepted", "maybe"),
        ("Tillegg", None, "yes"),
    ]


def test_a_reduced_award_pays_less(awarded: Pen) -> None:
    tell(awarded, "2020-02-01", "grant-reduced", application=GRANT, amount=kr(100_000), reason="Lavere kostnad")
    payment: Given = {"application": GRANT, "via": "direct", "amount": kr(150_001)}
    refused(awarded, "15000000 øre", "2020-03-01", "grant-payment-received", **payment)
    tell(awarded, "2020-01-15", "grant-payment-received", **payment)
    assert money(awarded).funds[0].grants[0].granted.ore == 15_000_000


# ---- budgets and allocations


def allocated(name: str = "en", amount: Given | None = None, **more: Any) -> Given:
    return {"allocation": f"allocation/{name}", "to": COUNCIL, "amount": amount or kr(100_000), **more}


def line(no: str, kroner: int, direction: str = "expenditure") -> Given:
    return {"no": no, "title": f"Linje {no}", "direction": direction, "amount": kr(kroner)}


BUDGET: Given = {"budget": "budget/2020", "title": "Budsjett", "holder": COUNCIL, "year": 2020}


def test_a_budget_sums_to_its_total_and_is_in_balance(pen: Pen) -> None:
    lines = [line("1", 60), line("2", 40), line("3", 90, "income")]
    error = refused(
        pen, "sum to 10000 øre, not to the total", "2019-12-01", "budget-adopted", **BUDGET, lines=lines, total=kr(90)
    )
    assert error.source is not None
    assert "14-4" in error.source
    refused(pen, "“income” sum to 9000", "2019-12-01", "budget-adopted", **BUDGET, lines=lines, total=kr(100))
    twice = [line("1", 60), line("1", 40)]
    refused(pen, "Line 1 stands twice", "2019-12-01", "budget-adopted", **BUDGET, lines=twice, total=kr(100))


def test_a_revision_keeps_the_balance_and_what_is_set_aside(pen: Pen) -> None:
    tell(pen, "2019-12-01", "budget-adopted", **BUDGET, lines=[line("1", 60), line("2", 40)], total=kr(100))
    fifty: Given = {"taken_from": "budget/2020", "line": "1", "amount": kr(50)}
    tell(pen, "2020-01-01", "allocation-decided", **allocated(**fifty))
    revision: Given = {"budget": "budget/2020", "total": kr(100)}
    refused(pen, "sum to 9000", "2020-06-01", "budget-revised", **revision, lines=[line("1", 50)])
    too_low = [line("1", 49), line("2", 51)]
    refused(pen, "5000 øre are set aside from line 1", "2020-06-01", "budget-revised", **revision, lines=too_low)
    tell(pen, "2020-06-01", "budget-revised", **revision, lines=[line("1", 50), line("2", 50)])
    assert money(pen, date(2020, 5, 31)).budgets[0].lines[0].left.ore == 1_000
    assert money(pen, date(2020, 6, 1)).budgets[0].lines[0].left.ore == 0


def test_more_than_is_left_is_not_allocated(awarded: Pen) -> None:
    tell(awarded, "2020-03-01", "allocation-decided", **allocated(taken_from=GRANT, amount=kr(200_000)))
    error = refused(
        awarded,
        "Only 5000000 øre are left",
        "2020-01-01",
        "allocation-decided",
        **allocated("to", kr(50_001), taken_from=GRANT),
    )
    assert error.source is not None
    assert "14-5" in error.source
    raised = {"allocation": "allocation/en", "change": "increased", "amount": kr(50_001)}
    refused(awarded, "Only 5000000 øre are left", "2020-04-01", "allocation-changed", **raised)
    tell(awarded, "2020-04-01", "allocation-changed", allocation="allocation/en", change="released", amount=kr(20_000))
    tell(awarded, "2020-05-01", "allocation-decided", **allocated("to", kr(70_000), taken_from=GRANT))
    before = allocated("tre", kr(1), taken_from=GRANT)
    refused(awarded, "Only 0 øre are left", "2019-11-30", "allocation-decided", **before)


def test_an_allocation_on_an_uncertain_day_of_the_award_is_kept(pen: Pen) -> None:
    source(pen)
    tell(pen, "2019-05-01", "grant-applied", **applied())
    tell(pen, "2019-12", "grant-awarded", application=GRANT, amount=kr(250_000))
    tell(pen, "2019-12-15", "allocation-decided", **allocated(taken_from=GRANT))


def test_a_budget_line_is_named_where_there_is_one(awarded: Pen) -> None:
    refused(awarded, "names the line", "2020-01-01", "allocation-decided", **allocated(taken_from=GRANT, line="1"))
    tell(awarded, "2019-12-01", "budget-adopted", **BUDGET, lines=[line("1", 60)], total=kr(60))
    refused(awarded, "names the line", "2020-01-01", "allocation-decided", **allocated(taken_from="budget/2020"))
    other = allocated(taken_from="budget/2020", line="2")
    refused(awarded, "Only 0 øre are left", "2020-01-01", "allocation-decided", **other)


def test_what_is_spent_is_not_set_free_or_moved(awarded: Pen) -> None:
    tell(awarded, "2020-03-01", "allocation-decided", **allocated(taken_from=GRANT))
    tell(awarded, "2020-03-01", "allocation-decided", **allocated("to", taken_from=GRANT))
    spent = {"allocation": "allocation/en", "voucher": "1", "what": "Utstyr", "amount": kr(80_000)}
    tell(awarded, "2020-04-01", "expenditure-recorded", **spent)
    taken = {"allocation": "allocation/en", "amount": kr(20_001)}
    refused(awarded, "Only 2000000 øre", "2020-05-01", "allocation-changed", change="released", **taken)
    refused(awarded, "Only 2000000 øre", "2020-05-01", "allocation-reallocated", to="allocation/to", **taken)
    taken["amount"] = kr(20_000)
    tell(awarded, "2020-05-01", "allocation-reallocated", to="allocation/to", **taken)
    rows = {row.allocation: row for row in money(awarded).allocations}
    assert rows["allocation/en"].left.ore == 0
    assert rows["allocation/to"].allocated.ore == 12_000_000
    assert money(awarded).funds[0].allocated.ore == 20_000_000


def test_money_does_not_move_between_sources(awarded: Pen) -> None:
    tell(awarded, "2020-03-01", "allocation-decided", **allocated(taken_from=GRANT))
    tell(awarded, "2019-12-01", "budget-adopted", **BUDGET, lines=[line("1", 60)], total=kr(60))
    own = allocated("to", kr(10), taken_from="budget/2020", line="1")
    tell(awarded, "2020-03-01", "allocation-decided", **own)
    moved = {"allocation": "allocation/en", "to": "allocation/to", "amount": kr(1)}
    refused(awarded, "of the same grant or budget line", "2020-05-01", "allocation-reallocated", **moved)


def test_an_overrun_is_kept_and_shown(awarded: Pen) -> None:
    tell(awarded, "2020-03-01", "allocation-decided", **allocated(taken_from=GRANT))
    spent = {"allocation": "allocation/en", "voucher": "1", "what": "Utstyr", "amount": kr(100_001)}
    entry = tell(awarded, "2020-04-01", "expenditure-recorded", **spent)
    refused(awarded, "Voucher 1 is recorded", "2020-04-02", "expenditure-recorded", **spent)
    (row,) = money(awarded).allocations
    assert (row.overrun, row.left.ore, row.spent.entries) == ("yes", -100, (entry,))
    assert money(awarded, date(2020, 3, 31)).allocations[0].overrun == "no"
    assert money(awarded, known=entry - 1).allocations[0].overrun == "no"


def test_no_more_goes_back_than_was_paid(awarded: Pen) -> None:
    tell(awarded, "2020-03-01", "allocation-decided", **allocated(taken_from=GRANT))
    spent = {"allocation": "allocation/en", "voucher": "1", "what": "Utstyr", "amount": kr(100)}
    tell(awarded, "2020-04-01", "expenditure-recorded", **spent)
    back = {"payment_on": "allocation/en", "amount": kr(101)}
    refused(awarded, "not clear which payment", "2020-05-01", "payment-reversed", **back)
    refused(awarded, "10000 øre", "2020-05-01", "payment-reversed", **back, voucher="1")
    tell(awarded, "2020-05-01", "payment-reversed", payment_on="allocation/en", amount=kr(100), voucher="1")
    assert money(awarded).allocations[0].spent.ore == 0


def test_no_more_is_returned_than_was_received_and_not_spent(awarded: Pen) -> None:
    tell(awarded, "2020-01-01", "grant-payment-received", application=GRANT, amount=kr(200_000), via="direct")
    tell(awarded, "2020-03-01", "allocation-decided", **allocated(taken_from=GRANT))
    spent = {"allocation": "allocation/en", "voucher": "1", "what": "Utstyr", "amount": kr(80_000)}
    tell(awarded, "2020-04-01", "expenditure-recorded", **spent)
    refused(awarded, "12000000 øre", "2021-01-01", "funds-returned", application=GRANT, amount=kr(120_001))
    tell(awarded, "2021-01-01", "funds-returned", application=GRANT, amount=kr(120_000))
    assert money(awarded).funds[0].grants[0].unspent.ore == 0


def test_what_comes_late_in_a_closed_year_is_shown(pen: Pen) -> None:
    tell(pen, "2019-12-01", "budget-adopted", **BUDGET, lines=[line("1", 60)], total=kr(60))
    tell(pen, "2020-01-01", "allocation-decided", **allocated(taken_from="budget/2020", line="1", amount=kr(60)))
    refused(pen, "cannot be closed", "2019-12-31", "period-closed", holder=COUNCIL, year=2020)
    closed = tell(pen, "2021-02-22", "period-closed", holder=COUNCIL, year=2020)
    spent = {"allocation": "allocation/en", "what": "Utstyr", "amount": kr(1)}
    late = tell(pen, "2020-11", "expenditure-recorded", voucher="1", **spent)
    tell(pen, "2020-11/2021-03", "expenditure-recorded", voucher="2", **spent)
    assert [(row.entry, row.closed_by) for row in money(pen).late] == [(late, closed)]
    correct(pen, late, "2020-11", "expenditure-recorded", voucher="1", **spent)
    assert money(pen).late == ()

"""Do strategies, measures, benefits and supplies follow their rules?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.small_partnership import (
    BENEFIT,
    BY,
    DAL,
    FJORD,
    STARTED,
    B,
    Case,
    M,
    P,
    S,
    Told,
    assert_refused,
    history,
    row,
    status,
    then,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REFUSED: list[Case] = [
    (
        "changes a supply that does not run",
        [
            told("2015-01-01", "supply-started", supply="supply/s", supplier=FJORD, service="Drift", level="total"),
            told("2016-01-01", "supply-ended", supply="supply/s"),
        ],
        told("2017-01-01", "supply-changed", supply="supply/s", supplier=DAL),
        "The supply does not run on 2017-01-01.",
        "",
    ),
    (
        "a customer leaves and stays",
        [told("2015-01-01", "supply-started", supply="supply/s", supplier=FJORD, service="Drift", level="total")],
        told("2017-01-01", "supply-changed", supply="supply/s", supplier=FJORD, customers=[DAL], left=[DAL]),
        "Dal is said both to leave and to stay.",
        "",
    ),
    (
        "superseded by nothing",
        [],
        told("2020-01-01", "strategy-status-changed", strategy=S, change="superseded"),
        "What takes the place of “Strategien” is not named as it should be.",
        "",
    ),
    (
        "ends twice",
        [told("2019-01-01", "strategy-status-changed", strategy=S, change="expired")],
        told("2020-01-01", "strategy-status-changed", strategy=S, change="expired"),
        "“Strategien” does not stand on 2020-01-01.",
        "",
    ),
    ("no such goal", [], told("2020", "goal-changed", strategy=S, no="3", text="x"), "“Strategien” has no goal 3", ""),
    (
        "two ranks",
        [],
        told("2020-01-01", "measures-prioritised", part_of=P, order=[M, M]),
        "“Tiltaket” stands twice in the order.",
        "",
    ),
    (
        "moved from elsewhere",
        [],
        told("2020-01-01", "measure-moved", measure=M, old=S, new=P),
        "“Tiltaket” cannot be moved from “Strategien” to “Planen” on 2020-01-01.",
        "",
    ),
    ("completed unstarted", [], status("2012-01-01", "completed"), "“Tiltaket” is proposed on 2012-01-01 and", ""),
    ("resumed without a pause", STARTED, status("2013-01-01", "resumed"), "is started on 2013-01-01 and", ""),
    ("paused twice", [STARTED, status("2013", "paused")], status("2014-01-01", "paused"), "is paused on", ""),
    (
        "goes on when it is over",
        [STARTED, status("2013-01-01", "cancelled")],
        status("2014-01-01", "started"),
        "The measure “Tiltaket” is already cancelled on 2014-01-01.",
        "",
    ),
    (
        "completed without what it was to yield",
        [STARTED, told("2013-01-01", "measure-delivered", measure=M, deliverable="Kart")],
        status("2014-01-01", "completed"),
        "“Tiltaket” has not yielded: Kurs.",
        "",
    ),
    (
        "a gate passed twice",
        [told("2013-01-01", "measure-gate-decided", measure=M, gate="bp3", outcome="passed")],
        told("2014-01-01", "measure-gate-decided", measure=M, gate="bp2", outcome="passed"),
        "“Tiltaket” has passed BP3 already on 2014-01-01.",
        "Prosjektveiviseren, BP1-BP5",
    ),
    (
        "a milestone nobody set",
        [],
        told("2014-01-01", "milestone-settled", measure=M, milestone="Halvveis", outcome="reached"),
        "“Tiltaket” has no milestone “Halvveis” on 2014-01-01.",
        "",
    ),
    (
        "missed before it is due",
        [told("2013-01-01", "milestone-set", measure=M, milestone="Halvveis", due="2014-06")],
        told("2014-05-31", "milestone-settled", measure=M, milestone="Halvveis", outcome="missed"),
        "The milestone “Halvveis” is due 2014-06; it cannot be missed on 2014-05-31.",
        "",
    ),
    (
        "awarded after it was called off",
        [told("2013-01-01", "procurement-noted", measure=M, stage="called_off")],
        told("2014-01-01", "procurement-noted", measure=M, stage="awarded"),
        "The procurement for “Tiltaket” is called off on 2014-01-01.",
        "",
    ),
    (
        "a supplier without an award",
        [],
        told("2014-01-01", "procurement-noted", measure=M, stage="announced", supplier=DAL),
        "A procurement that is not awarded has no supplier.",
        "",
    ),
    (
        "leaves what it never joined",
        [],
        told("2014-01-01", "participation-ended", organisation=DAL, to=M),
        "Dal is not on record as taking part in “Tiltaket” on 2014-01-01.",
        "",
    ),
    (
        "answers twice",
        [],
        told(
            "2014-01-01",
            "participation-surveyed",
            to=M,
            by=FJORD,
            state="closed",
            answers=[{"organisation": DAL, "answer": "yes"}, {"organisation": DAL, "answer": "no"}],
        ),
        "Dal stands twice among the answers.",
        "",
    ),
    (
        "another unit",
        [BENEFIT],
        told("2014-01-01", "benefit-measured", benefit=B, stage="result", value={"number": 3, "unit": "dager"}),
        "“Kortere tid” is measured in timer, not in dager.",
        "",
    ),
    (
        "a benefit given up",
        [BENEFIT, told("2013-01-01", "benefit-reviewed", benefit=B, outcome="abandoned", finding="Nei")],
        told("2014-01-01", "benefit-target-set", benefit=B, value={"number": 3, "unit": "timer"}),
        "“Kortere tid” is not followed up on 2014-01-01.",
        "",
    ),
]


@pytest.mark.parametrize(
    ("before", "event", "problem", "source"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_refused(before: Sequence[Told | Iterable[Told]], event: Told, problem: str, source: str) -> None:
    assert_refused(before, event, problem, source)


def test_a_measure_keeps_its_status_when_its_scope_changes() -> None:
    pen = history(STARTED, status("2013-01-01", "rescoped", reason="Mindre"))
    assert then(pen, M, "2013-01-01").fact("status").value == "started"
    assert then(pen, M, "2013-01-01").fact("rescoped").value == {"reason": "Mindre", "decision": None}


def test_a_measure_moves_from_plan_to_strategy() -> None:
    pen = history(told("2013-01-01", "measure-moved", measure=M, old=P, new=S, no="4"))
    assert M in then(pen, P, "2012-12-31").keyed("measure")
    assert M not in then(pen, P, "2013-01-01").keyed("measure")
    assert then(pen, S, "2013-01-01").fact("measure", M).value == "4"


def test_a_superseded_strategy_points_to_the_next() -> None:
    pen = history(
        told("2020", "strategy-status-changed", strategy=S, change="superseded", superseded_by="strategy/next"),
    )
    assert then(pen, S, "2019-12-31").holds == "yes"
    assert then(pen, S, "2020-06-01").holds == "maybe"
    assert then(pen, S, "2021-01-01").holds == "no"
    assert then(pen, S, "2021-01-01").fact("superseded_by").value == "strategy/next"


def test_a_goal_is_reworded_and_dropped() -> None:
    pen = history(
        told("2011-01-01", "goal-set", strategy=S, no="1", text="Først"),
        told("2012-01-01", "goal-changed", strategy=S, no="1", text="Så"),
        told("2013-01-01", "goal-changed", strategy=S, no="1", reason="Nådd"),
    )
    assert [then(pen, S, f"{year}-06-01").fact("goal", "1").value for year in (2011, 2012, 2013)] == [
        "Først",
        "Så",
        None,
    ]


def test_who_left_a_measure_has_withdrawn_until_it_takes_part_again() -> None:
    declares = {"organisation": DAL, "to": M, "answer": "participates", "decision": "decision/dal"}
    pen = history(
        told("2013-01-01", "participation-declared", **declares),
        told("2014-01-01", "participation-ended", organisation=DAL, to=M, cause="For dyrt"),
        told("2015-01-01", "participation-declared", **declares),
    )
    found = [row(pen, DAL, f"{year}-06-01", M).status for year in (2013, 2014, 2015)]
    assert found == ["decided", "withdrawn", "decided"]


def test_a_benefit_is_followed_from_baseline_to_result() -> None:
    def measured(on: str, stage: str, number: int) -> Told:
        value = {"number": number, "decimals": 1, "unit": "timer"}
        return told(on, "benefit-measured", benefit=B, stage=stage, value=value, organisation=DAL)

    pen = history(BENEFIT, measured("2012-02-01", "baseline", 125), measured("2014-02", "result", 98))
    benefit = then(pen, B, "2014-02-15")
    assert benefit.fact("baseline", DAL).value == {
        "value": {"number": 125, "unit": "timer", "decimals": 1},
        "method": None,
    }
    assert benefit.fact("result", DAL).holds == "maybe"
    assert then(pen, M, "2014-01-01").keyed("benefit").keys() == {B}


def test_a_supply_changes_hands() -> None:
    started = {"supply": "supply/s", "supplier": FJORD, "customers": [DAL], "service": "Drift", "level": "total"}
    pen = history(
        told("2015-01-01", "supply-started", **started),
        told("2016-01-01", "supply-changed", supply="supply/s", supplier=BY, customers=[FJORD], left=[DAL]),
    )
    assert then(pen, DAL, "2015-06-01").fact("supplied_by", "supply/s").value == FJORD
    assert then(pen, DAL, "2016-01-01").fact("supplied_by", "supply/s").holds == "no"
    assert then(pen, FJORD, "2016-01-01").fact("supplied_by", "supply/s").value == BY

"""Is what each party owes the same whoever works it out, and are claims, payments and effort kept apart?"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from ledger.entry import Actor
from ledger.record import Pen
from ledger.store import create_book, open_book
from projections.figures import Figure
from projections.reading import Reading
from tests.money_book import (
    AB,
    COUNCIL,
    GRANT,
    UNKNOWN,
    A,
    B,
    C,
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
from tui.cli.commands import run
from tui.cli.money import print_money
from tui.cli.output import print_json
from tui.phrases import figure_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pen() -> Pen:
    return new_pen()


# ---- cost keys and contributions

COMPONENTS = [{"basis": "equal", "weight": {"n": 3, "d": 10}}, {"basis": "population", "weight": {"n": 7, "d": 10}}]


def key(**more: Any) -> Given:
    told = {
        "key": "key/raad",
        "name": "Nøkkelen",
        "subject": COUNCIL,
        "parties": [A, B, C],
        "components": COMPONENTS,
        "rounding": "largest_remainder",
    }
    return {**told, **more}


def population(**of: int) -> Given:
    parties = [f"organisation/{name}" for name in of]
    numbers = zip(parties, of.values(), strict=True)
    return {
        "key": "key/raad",
        "parties": parties,
        "inputs": [
            {"organisation": who, "basis": "population", "value": n, "dated": "2018-01-01"} for who, n in numbers
        ],
    }


def assessment(total: int, amounts: dict[str, int], **more: Any) -> Given:
    told = {
        "contribution": "contribution/2019",
        "key": "key/raad",
        "period": "2019",
        "total": {"known": "exact", "ore": total},
        "amounts": [{"organisation": who, "amount": {"known": "exact", "ore": ore}} for who, ore in amounts.items()],
    }
    return {**told, **more}


def shared(total: int, heads: dict[str, int]) -> dict[str, int]:
    whole = sum(heads.values())
    exact = {who: total * (Fraction(1, 10) + Fraction(7 * n, 10 * whole)) for who, n in heads.items()}
    down = {who: int(amount) for who, amount in exact.items()}
    for who in sorted(heads, key=lambda who: (down[who] - exact[who], who))[: total - sum(down.values())]:
        down[who] += 1
    return down


HEADS = {A: 2001, B: 1334, C: 858}


@pytest.fixture
def fixed(pen: Pen) -> Pen:
    tell(pen, "2018-10-01", "cost-key-adopted", **key())
    tell(pen, "2018-12-01", "cost-key-inputs-fixed", period="2019", **population(adal=2001, berg=1334, co=858))
    return pen


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"components": COMPONENTS[:1]}, "weights sum to 3/10"),
        ({"components": [COMPONENTS[0], COMPONENTS[0]]}, "stands twice"),
        ({"rounding": "down_rest_to_party"}, "who takes the rest"),
        ({"rest_to": A}, "who takes the rest"),
        ({"rounding": "down_rest_to_party", "rest_to": COUNCIL}, "is no party"),
        ({"floor_ore": 2, "cap_ore": 1}, "above the cap"),
    ],
)
def test_a_key_leaves_nothing_open(pen: Pen, more: Given, problem: str) -> None:
    refused(pen, problem, "2018-10-01", "cost-key-adopted", **key(**more))


def test_every_party_has_its_numbers(pen: Pen) -> None:
    tell(pen, "2018-10-01", "cost-key-adopted", **key())
    day, fix = "2018-12-01", "cost-key-inputs-fixed"
    refused(pen, "Co shares by", day, fix, period="2019", **population(adal=1, berg=1))
    refused(pen, "Rådet is no party", day, fix, period="2019", **population(adal=1, berg=1, co=1, raad=1))
    missing = population(adal=1, berg=1, co=1)
    missing["inputs"].pop()
    refused(pen, "There are 0 numbers of “population” for Co", day, fix, period="2019", **missing)
    users = population(adal=1, berg=1, co=1)
    users["inputs"].append({"organisation": A, "basis": "users", "value": 1, "dated": "2018"})
    refused(pen, "the key takes 0", day, fix, period="2019", **users)


def test_parties_come_and_go(pen: Pen) -> None:
    tell(pen, "2018-10-01", "cost-key-adopted", **key(parties=[A, B]))
    refused(pen, "Nobody joins", "2020-01-01", "cost-key-parties-changed", key="key/raad")
    refused(
        pen, "both joins and leaves", "2020-01-01", "cost-key-parties-changed", key="key/raad", joined=[A], left=[A]
    )
    tell(pen, "2020-01-01", "cost-key-parties-changed", key="key/raad", joined=[C], left=[B])
    tell(pen, "2020-01-01", "cost-key-inputs-fixed", period="2019", **population(adal=1, berg=1))
    tell(pen, "2020-01-01", "cost-key-inputs-fixed", period="2020", **population(adal=1, co=1))


def test_a_merger_changes_who_shares_from_the_next_period_on(fixed: Pen) -> None:
    tell(fixed, "2020-01-01", "organisation-registered", organisation=AB, name="Ådalberg", kind="municipality")
    tell(fixed, "2020-01-01", "organisations-merged", predecessors=[A, B], result=AB)
    old = population(adal=1, berg=1, co=1)
    error = refused(
        fixed, "Adal does not exist on 2020-01-01", "2020-02-01", "cost-key-inputs-fixed", period="2020", **old
    )
    assert error.source == "inndelingslova § 3: a merger makes one unit; by convention the old takes on nothing new"
    tell(fixed, "2020-02-01", "cost-key-inputs-fixed", period="2019", **old)
    tell(fixed, "2020-02-01", "cost-key-inputs-fixed", period="2020", **population(adalberg=3, co=1))


def test_a_recorded_successor_to_the_key_has_to_share(fixed: Pen) -> None:
    tell(fixed, "2020-01-01", "organisation-registered", organisation=AB, name="Ådalberg", kind="municipality")
    tell(fixed, "2020-01-01", "organisations-merged", predecessors=[A, B], result=AB)
    refused(
        fixed, "Rådet is no party", "2020-02-01", "cost-key-inputs-fixed", period="2020", **population(raad=1, co=1)
    )
    tell(fixed, "2020-02-01", "cost-key-inputs-fixed", period="2020", **population(co=1))
    heir = {"to": AB, "share": {"n": 1, "d": 1}}
    for party in (A, B):
        told = {"organisation": party, "commitment": "key/raad", "ground": "law", "successors": [heir]}
        tell(fixed, "2020-01-01", "successorship-determined", **told)
    refused(fixed, "Ådalberg shares by", "2020-03-01", "cost-key-inputs-fixed", period="2020", **population(co=1))
    tell(fixed, "2020-03-01", "cost-key-inputs-fixed", period="2020", **population(adalberg=3, co=1))


def test_amounts_are_those_of_the_key_to_the_ore(fixed: Pen) -> None:
    right = shared(10_001, HEADS)
    assert sum(right.values()) == 10_001
    day, assess = "2019-01-10", "contribution-assessed"
    wrong = {**right, A: right[A] + 1, B: right[B] - 1}
    error = refused(fixed, f"Adal is assessed at {right[A] + 1} øre", day, assess, **assessment(10_001, wrong))
    assert str(right[A]) in str(error)
    refused(fixed, "sum to 10001 øre, not to 10002", day, assess, **assessment(10_002, right))
    without = {A: 5000, B: 5001}
    refused(fixed, "is assessed at", day, assess, **assessment(10_001, without))
    refused(fixed, "are not fixed", day, assess, **assessment(10_001, right, period="2020"))
    tell(fixed, day, assess, **assessment(10_001, right))
    assert on(fixed).balance("contribution/2019", f"assessed {A}").certain == right[A]
    assert on(fixed, date(2019, 1, 9)).balance("contribution/2019", "assessed").certain == 0
    (row,) = money(fixed).keys[0].periods[0].assessments
    assert (row.sums_to_total, row.agrees) == (True, True)
    assert {part.organisation: part.recomputed for part in row.parties} == right


def test_a_key_adopted_during_the_period_is_read_as_it_stood_then(pen: Pen) -> None:
    tell(pen, "2019-03-01", "cost-key-adopted", **key(parties=[A, B]))
    tell(pen, "2021-01-01", "cost-key-parties-changed", key="key/raad", joined=[C])
    tell(pen, "2019-03-02", "cost-key-inputs-fixed", period="2019", **population(adal=1, berg=1))


def test_an_unknown_amount_is_not_compared(fixed: Pen) -> None:
    right = shared(10_001, HEADS)
    told = assessment(10_001, right)
    told["amounts"][1]["amount"] = UNKNOWN
    tell(fixed, "2019-01-10", "contribution-assessed", **told)
    (row,) = money(fixed).keys[0].periods[0].assessments
    assert row.parties[1].assessed.ore is None
    assert row.parties[1].recomputed == right[B]
    assert row.agrees


def test_corrected_inputs_show_that_the_assessment_is_another(fixed: Pen) -> None:
    before = tell(fixed, "2019-01-10", "contribution-assessed", **assessment(10_001, shared(10_001, HEADS)))
    inputs = population(adal=2001, berg=1334, co=1858)
    correct(fixed, 6, "2018-12-01", "cost-key-inputs-fixed", period="2019", **inputs)
    assert money(fixed).keys[0].periods[0].assessments[0].agrees is False
    assert money(fixed, known=before).keys[0].periods[0].assessments[0].agrees is True


@pytest.fixture
def assessed(fixed: Pen) -> Pen:
    tell(fixed, "2019-01-10", "contribution-assessed", **assessment(10_001, shared(10_001, HEADS)))
    return fixed


def test_claims_and_payments_keep_within_what_is_owed(assessed: Pen) -> None:
    owed = shared(10_001, HEADS)[A]
    of: Given = {"contribution": "contribution/2019", "organisation": A}

    def ore(amount: int) -> Given:
        return {"known": "exact", "ore": amount}

    stranger = {**of, "organisation": COUNCIL}

    refused(assessed, "is not among those", "2019-02-01", "contribution-paid", amount=ore(1), **stranger)
    refused(assessed, "is assessed and not claimed", "2019-02-01", "contribution-invoiced", amount=ore(owed + 1), **of)
    tell(assessed, "2019-02-01", "contribution-invoiced", amount=ore(owed), interest=ore(5), due="2019-03-01", **of)
    refused(assessed, "owes with interest", "2019-03-01", "contribution-paid", amount=ore(owed + 6), **of)
    tell(assessed, "2019-03-01", "contribution-paid", amount=ore(owed), **of)
    refused(assessed, "to waive", "2019-03-02", "contribution-waived", amount=ore(owed + 6), **of)
    tell(assessed, "2019-03-02", "contribution-waived", amount=ore(5), **of)
    refused(assessed, "No dispute", "2019-03-03", "contribution-dispute-settled", outcome="withdrawn", **of)
    tell(assessed, "2019-03-03", "contribution-disputed", reason="Folketallet", **of)
    part = money(assessed).keys[0].periods[0].assessments[0].parties[0]
    assert (part.outstanding.ore, part.paid.ore, part.dispute_outcome) == (0, owed, None)
    assert part.dispute is not None
    refused(
        assessed,
        f"{owed} øre",
        "2019-04-01",
        "payment-reversed",
        payment_on="contribution/2019",
        organisation=A,
        amount=ore(owed + 1),
    )


def test_effort_is_counted_apart_from_cash(pen: Pen) -> None:
    given: Given = {"organisation": A, "to": COUNCIL, "what": "Prosjektledelse", "period": "2019"}
    refused(pen, "not said how much", "2019-06-01", "in-kind-contributed", **given)
    tell(pen, "2019-06-01", "in-kind-contributed", value=kr(10), hours=100, **given)
    assert on(pen).balance(COUNCIL, "in_kind").certain == 1000
    assert on(pen).balance(COUNCIL, "paid").certain == 0


def test_a_settlement_sums_to_zero_or_to_what_is_stated(pen: Pen) -> None:
    lines = [{"organisation": A, "amount": kr(30)}, {"organisation": B, "amount": kr(-20)}]
    told: Given = {"subject": COUNCIL, "ground": "exit", "lines": lines}
    refused(pen, "sums to 1000 øre, not to 0", "2020-12-31", "settlement-made", **told)
    refused(pen, "stands twice", "2020-12-31", "settlement-made", **{**told, "lines": [lines[0], lines[0]]})
    tell(pen, "2020-12-31", "settlement-made", **told, total=kr(10))
    assert on(pen).balance(COUNCIL, f"settled {B}").certain == -2000


def test_co_financing_grows_unless_decided_otherwise(pen: Pen) -> None:
    steps = [{"period": "2020", "share": {"n": 1, "d": 2}}, {"period": "2021", "share": {"n": 1, "d": 3}}]
    told: Given = {"subject": COUNCIL}
    refused(pen, "The share falls in 2021", "2019-01-01", "co-financing-phased", **told, steps=steps)
    refused(pen, "does not come after", "2019-01-01", "co-financing-phased", **told, steps=steps[::-1])
    whole = [{"period": "2020", "share": {"n": 3, "d": 2}}]
    refused(pen, "more than the whole", "2019-01-01", "co-financing-phased", **told, steps=whole)
    tell(pen, "2019-01-01", "co-financing-phased", **told, steps=steps, may_fall=True)
    assert on(pen).thing(COUNCIL).fact("own_share_in", "2021").value == {"n": 1, "d": 3}
    assert on(pen, date(2018, 12, 31)).thing(COUNCIL).fact("own_share_in", "2021").holds == "no"


# ---- the answer


def test_the_answer_is_one_document_and_says_unknown_in_words(
    assessed: Pen, capsys: pytest.CaptureFixture[str]
) -> None:
    source(assessed)
    tell(assessed, "2019-05-01", "grant-applied", **applied(amount=UNKNOWN))
    tell(assessed, "2019-06", "grant-awarded", application=GRANT, amount=kr(1234))
    found = money(assessed, date(2019, 6, 15))
    print_json(found)
    told = json.loads(capsys.readouterr().out)
    assert told["keys"][0]["periods"][0]["assessments"][0]["sums_to_total"] is True
    assert told["funds"][0]["grants"][0]["applied"] == {
        "ore": None,
        "known": "unknown",
        "least": None,
        "most": None,
        "entries": [9],
        "unknown_in": [9],
    }
    journal = assessed.catch_up()
    print_money(Reading(journal, date(2019, 6, 15), journal.head), found)
    text = capsys.readouterr().out
    assert "unknown amount" in text
    assert "◐ 0.00 kr – 1,234.00 kr" in text
    assert "every amount is the same to the øre" in text
    assert figure_text(Figure(0, "exact", 0, 0, ())) == "–"


def test_the_command_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "penger.vedtak"
    create_book(path, "vedtak.test/penger")
    with open_book(path) as book:
        source(Pen(book, Actor(name="kari", role="secretariat")))
    ledger = ["--ledger", str(path), "--lang", "en"]
    assert run(["money", "--fund", "fund/skjonn", "--on", "2020-01-01", *ledger]) == 0
    assert "No application is on record." in capsys.readouterr().out
    assert run(["money", "--json", *ledger]) == 0
    assert json.loads(capsys.readouterr().out)["funds"][0]["left"]["entries"] == []
    assert run(["money", "--on", "1900-01-01", *ledger]) == 0
    assert "No money is on record." in capsys.readouterr().out

"""Do the registers say who held what, and what was decided, with all that concerns it and how sure it is?"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import pytest

from projections.decisions import DecisionRow, ProposalRow, Standing, decisions, proposals
from projections.reading import Reading
from projections.roles import RoleRow, roles
from tests.clerks import (
    ANN,
    BOARD,
    BOB,
    CHAIR,
    COMPANY,
    COUNCIL,
    GROUP,
    LEADER,
    NORD,
    SEAT,
    SOR,
    TEAM,
    Clerk,
    furnished,
)
from tests.councils import BOARD as COMMITTEE
from tests.councils import CASE, DAY, DECISION, FIRST, MEETING, OTHER, A, B, adopted, seated, vote
from tests.councils import COUNCIL as TOWN
from tests.councils import NORD as TOWN_ITSELF
from tui import terms

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run


def reading(clerk: Clerk, day: str) -> Reading:
    journal = clerk.pen.catch_up()
    return Reading(journal, date.fromisoformat(day), journal.head)


def held(clerk: Clerk, day: str, ref: str | None = None, **more: Any) -> list[RoleRow]:
    return roles(reading(clerk, day), ref, **more)


def brief(rows: list[RoleRow]) -> list[tuple[str, str | None, str, str]]:
    return [(row.kind, row.holder, row.ref, row.holds) for row in rows]


# ---- roles


def test_a_post_is_vacant_until_somebody_takes_it_and_after_the_term() -> None:
    clerk = furnished()
    assert brief(held(clerk, "2019-06-01", CHAIR)) == [("vacancy", None, CHAIR, "yes")]
    clerk.has("2019", "role-assigned", post=CHAIR, holder=ANN, term_until="2020-12-31")
    assert brief(held(clerk, "2019-06-01", CHAIR)) == [
        ("vacancy", None, CHAIR, "maybe"),
        ("post", ANN, CHAIR, "maybe"),
    ]
    assert brief(held(clerk, "2020-06-01", CHAIR)) == [("post", ANN, CHAIR, "yes")]
    over = held(clerk, "2021-06-01", CHAIR)
    assert [(row.kind, row.term_over, row.free) for row in over] == [("vacancy", "no", 1), ("post", "yes", None)]
    assert over[1].term_until == "2020-12-31"


def test_seats_that_are_free_are_counted() -> None:
    clerk = furnished()
    created = {
        "post": "post/medlem",
        "body": BOARD,
        "title": "Medlem",
        "kind": "member",
        "seats": 3,
        "status": "created",
    }
    clerk.has("2019-01-01", "post-created", **created)
    clerk.has("2019-02-01", "role-assigned", post="post/medlem", holder=ANN)
    assert [(row.kind, row.free) for row in held(clerk, "2019-06-01", "post/medlem")] == [
        ("vacancy", 2),
        ("post", None),
    ]
    planned = {**created, "post": "post/planlagt", "status": "planned"}
    clerk.has("2019-01-01", "post-created", **planned)
    assert [row.planned for row in held(clerk, "2019-06-01", "post/planlagt")] == [True]


def test_who_acts_during_leave_and_who_steps_in() -> None:
    clerk = furnished()
    clerk.has("2019-01-01", "role-assigned", post=CHAIR, holder=ANN)
    clerk.has("2019-02-01", "leave-granted", post=CHAIR, holder=ANN, until="2019-08-01", temporary=BOB)
    clerk.has("2019-02-01", "substitute-appointed", post=CHAIR, substitute=SOR, order=2)
    clerk.has("2019-02-01", "substitute-appointed", post=CHAIR, substitute=NORD, order=1)
    (row,) = held(clerk, "2019-06-01", BOB)
    assert (row.holder, row.on_leave, row.leave_until, row.temporary) == (ANN, "yes", "2019-08-01", BOB)
    assert [(one.order, one.holder, one.holds) for one in row.substitutes] == [(1, NORD, "yes"), (2, SOR, "yes")]
    assert held(clerk, "2019-06-01", NORD) == [row]


def test_functions_and_memberships_by_body_and_by_holder() -> None:
    clerk = furnished()
    clerk.has("2019-01-01", "body-function-assigned", holder=TEAM, function="secretariat", subject=COMPANY)
    clerk.has("2019-01-01", "body-membership-set", body=GROUP, members=[NORD, SOR])
    clerk.has("2019-01-01", "role-assigned", post=LEADER, holder=ANN)
    assert [(row.kind, row.role, row.holder) for row in held(clerk, "2019-06-01", TEAM)] == [
        ("function", "secretariat", TEAM)
    ]
    assert [(row.kind, row.holder) for row in held(clerk, "2019-06-01", GROUP)] == [("member", NORD), ("member", SOR)]
    names = [row.holder_name for row in held(clerk, "2019-06-01", by="holder")]
    assert names == sorted(names)
    places = [row.place_name for row in held(clerk, "2019-06-01")]
    assert places == sorted(places)
    assert {row.ref for row in held(clerk, "2019-06-01", BOARD)} == {CHAIR}
    assert {row.ref for row in held(clerk, "2019-06-01", COUNCIL)} == {SEAT}


def test_a_member_that_has_ended_is_marked_and_stays_until_somebody_records_what_became_of_it() -> None:
    clerk = furnished()
    clerk.has("2019-01-01", "body-membership-set", body=GROUP, members=[NORD])
    clerk.has("2020-01-01", "organisation-dissolved", organisation=NORD, cause="Nedlagt")
    assert [row.holder_stands for row in held(clerk, "2019-06-01", GROUP)] == ["yes"]
    assert [row.holder_stands for row in held(clerk, "2020-06-01", GROUP)] == ["no"]


def test_a_dissolved_body_has_no_vacancies() -> None:
    clerk = furnished()
    clerk.has("2019-01-01", "body-dissolved", body=BOARD)
    assert held(clerk, "2019-06-01", CHAIR) == []


# ---- decisions and proposals


def register(clerk: Clerk, day: str = "2022-01-01", ref: str | None = None) -> list[DecisionRow]:
    return decisions(reading(clerk, day), ref)


def put(clerk: Clerk, day: str = "2022-01-01", ref: str | None = None) -> list[ProposalRow]:
    return proposals(reading(clerk, day), ref)


def test_a_decision_with_all_that_concerns_it() -> None:
    clerk = seated()
    named = [{"voter": A, "vote": "for"}, {"voter": B, "vote": "for"}]
    tally: dict[str, Any] = {
        "votes_for": 2,
        "votes_against": 0,
        "named": named,
        "on": [{"proposal": FIRST}],
        "case": CASE,
    }
    clerk.has(DAY, "vote-held", **{**vote(**tally), "on": [{"proposal": FIRST}]})
    follows = [{"proposal": FIRST, "extent": "as_proposed"}]
    clerk.has(DAY, "decision-adopted", **adopted(case=CASE, meeting=MEETING, votes=["vote/v"], proposals=follows))
    terms_ = {"to": DECISION, "kind": "suspensive", "text": "Midler finnes."}
    clerk.has(DAY, "condition-attached", condition="condition/p", point="1", deadline="2021-06", **terms_)
    clerk.has(DAY, "condition-attached", condition="condition/h", **terms_)
    clerk.has(
        "2021-04-01", "decision-implementation-reported", decision=DECISION, point="2", state="done", by=TOWN_ITSELF
    )
    clerk.has("2021-04-01", "complaint-filed", decision=DECISION, complaint="K1", right="fvl. § 28")
    clerk.pen.record(
        {
            "effective": DAY,
            "knowledge": "documented",
            "authority": DECISION,
            "event": {
                "type": "recommendation-made",
                "recommendation": "recommendation/r",
                "by": COMMITTEE,
                "content": "Delta",
                "addressees": "Kommunene",
                "named": [TOWN_ITSELF],
            },
        }
    )
    answer = {"recommendation": "recommendation/r", "addressee": TOWN_ITSELF, "answer": "followed"}
    clerk.has("2021-05-01", "recommendation-answered", **answer)
    (row,) = register(clerk)
    assert (row.ref, row.body, row.case, row.standing, row.holds) == (DECISION, COMMITTEE, CASE, "stands", "yes")
    assert [(point.no, point.strength) for point in row.points] == [("1", "is"), ("2", "is")]
    assert [term.condition for term in row.points[0].conditions] == ["condition/p"]
    assert [term.condition for term in row.conditions] == ["condition/h"]
    assert row.points[0].conditions[0].status.value == "open"
    assert row.points[1].implementation is not None
    assert row.points[1].implementation.value["state"] == "done"
    assert [(told.votes_for, told.outcome, told.mismatch) for told in row.votes] == [(2, "carried", False)]
    assert [told.number for told in row.complaints] == ["K1"]
    assert row.follows[FIRST].value == "as_proposed"
    assert row.recommendations[0].answers[TOWN_ITSELF].value == "followed"
    first = next(told for told in put(clerk) if told.ref == FIRST)
    assert (first.outcome.value, first.outcome.holds) == ("adopted", "yes")
    assert first.adopted_in[DECISION].value == "as_proposed"


@pytest.mark.parametrize(
    ("events", "standing"),
    [
        ([("decision-reversed", {"by": COMMITTEE, "how": "repealed"})], "set_aside"),
        ([("decision-reversed", {"by": TOWN, "how": "overturned", "points": ["2"]})], "partly_set_aside"),
        ([("decision-found-invalid", {"by": TOWN, "finder": "body", "since": "date", "reason": "Feil"})], "invalid"),
        (
            [
                (
                    "decision-found-invalid",
                    {"by": TOWN, "finder": "body", "since": "date", "reason": "F", "points": ["1"]},
                )
            ],
            "partly_invalid",
        ),
    ],
)
def test_whether_a_decision_stands(events: list[tuple[str, dict[str, Any]]], standing: str) -> None:
    clerk = seated()
    clerk.has(DAY, "decision-adopted", **adopted())
    for wire_name, fields in events:
        clerk.has("2021-05-01/2021-06-01", wire_name, decision=DECISION, **fields)
    assert [row.standing for row in register(clerk, "2021-04-01")] == ["stands"]
    assert [row.standing for row in register(clerk, "2021-05-15")] == ["stands"], "only what is certain changes it"
    assert [row.standing for row in register(clerk, "2021-07-01")] == [standing]
    assert standing in get_args(Standing)
    assert terms.known(standing)


def test_the_register_is_of_one_body_case_or_owner() -> None:
    clerk = seated()
    clerk.has(DAY, "decision-adopted", **adopted(case=CASE))
    clerk.has("2021-02-15", "decision-adopted", **adopted("decision/eldre", body=TOWN))
    assert [row.ref for row in register(clerk)] == ["decision/eldre", DECISION]
    assert [row.ref for row in register(clerk, ref=COMMITTEE)] == [DECISION]
    assert [row.ref for row in register(clerk, ref=CASE)] == [DECISION]
    assert len(register(clerk, ref=TOWN_ITSELF)) == 2
    assert [row.ref for row in register(clerk, "2021-02-20")] == ["decision/eldre"]
    assert {row.ref for row in put(clerk, ref=COMMITTEE)} == {FIRST, OTHER}
    assert put(clerk, ref=TOWN) == []


def test_a_proposal_without_known_outcome_is_no_decision() -> None:
    clerk = seated()
    assert {row.outcome.value for row in put(clerk)} == {"unknown"}
    clerk.has("2021-04", "proposal-rejected", proposal=OTHER, by=COMMITTEE)
    rejected = next(row for row in put(clerk, "2021-04-15") if row.ref == OTHER)
    assert rejected.outcome.holds == "maybe"
    assert COMMITTEE in rejected.rejected_by
    assert register(clerk) == []


# ---- the commands


def test_the_commands_answer_with_arrays(demo_ledger: Path, vedtak: Run) -> None:
    rows: list[dict[str, Any]] = []
    for command in ("roles", "decisions"):
        outcome = vedtak(command, "--ledger", demo_ledger, "--on", "2019-06-01", "--json")
        assert outcome.code == 0
        rows = json.loads(outcome.out)
        assert rows
        assert all({"ref", "holds", "entry", "knowledge", "authority"} <= row.keys() for row in rows)
    proposed = [row for row in rows if row["kind"] == "proposal"]
    assert {row["outcome"]["value"] for row in proposed} == {"unknown"}
    assert "decision/ru-2018-05-02" in {row["ref"] for row in rows if row["kind"] == "decision"}


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_commands_answer_people(demo_ledger: Path, vedtak: Run, lang: str) -> None:
    told = vedtak("decisions", "decision/ru-2018-05-02", "--ledger", demo_ledger, "--on", "2019-06-01", lang=lang)
    assert told.code == 0
    assert "2018" in told.out
    case = vedtak("decisions", "case/levanger-94-18", "--ledger", demo_ledger, "--on", "2019-06-01", lang=lang)
    assert "94/18" in case.out
    seats = vedtak("roles", "--ledger", demo_ledger, "--on", "2019-06-01", "--by", "holder", lang=lang)
    assert seats.code == 0
    assert "KS" in seats.out
    nothing = vedtak("decisions", "--ledger", demo_ledger, "--on", "1801-01-01", lang=lang)
    assert nothing.code == 0
    assert vedtak("roles", "body/ingen", "--ledger", demo_ledger, lang=lang).code == 1

"""What may not happen to decisions, conditions, hearings and elections – and what may, although it looks odd."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.events.review import easter, is_working_day, review_deadline
from tests.clerks import Clerk, Plain
from tests.councils import (
    BIGGER,
    BOARD,
    CASE,
    COUNCIL,
    DAY,
    DECISION,
    FIRST,
    MEETING,
    NORD,
    POINTS,
    STATE,
    TEAM,
    A,
    B,
    adopted,
    proposal,
    seated,
    vote,
)


@pytest.fixture
def clerk() -> Clerk:
    """Everything in place."""
    return seated()


# ---- decisions


def test_a_decision_rests_on_votes_of_its_own_body_that_carried(clerk: Clerk) -> None:
    clerk.has(DAY, "vote-held", **vote("vote/falt", votes_for=1, votes_against=3, outcome="fell"))
    clerk.has(DAY, "vote-held", **vote("vote/ja", votes_for=3, votes_against=1))
    clerk.has(DAY, "vote-held", **vote("vote/annen", meeting="meeting/k", votes_for=3, votes_against=1))
    assert "None of the votes" in clerk.refused(DAY, "decision-adopted", **adopted(votes=["vote/falt"])).problem
    assert "one of {other}" in clerk.refused(DAY, "decision-adopted", **adopted(votes=["vote/annen"])).problem
    assert "one of {other}" in clerk.refused(DAY, "decision-adopted", **adopted(meeting="meeting/k")).problem
    assert "instead of itself" in clerk.refused(DAY, "decision-adopted", **adopted(instead_of=BOARD)).problem
    clerk.has(DAY, "decision-adopted", **adopted(votes=["vote/falt", "vote/ja"], meeting=MEETING))


def test_a_known_wording_has_points_numbered_once(clerk: Clerk) -> None:
    assert "wording" in clerk.refused(DAY, "decision-adopted", **adopted(points=[])).problem
    assert "wording" in clerk.refused(DAY, "decision-adopted", **adopted(wording="unknown")).problem
    assert "stands twice" in clerk.refused(DAY, "decision-adopted", **adopted(points=[POINTS[0], POINTS[0]])).problem
    clerk.has(DAY, "decision-adopted", **adopted(points=[], wording="unknown"))


def test_implementation_is_reported_by_point(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"decision": DECISION, "by": NORD}
    refusal = clerk.refused(DAY, "decision-implementation-reported", **told, point="3", state="done")
    assert "has no point" in refusal.problem
    clerk.has("2021-05-01", "decision-implementation-reported", **told, point="1", state="under_way")
    clerk.has("2021-09-01", "decision-implementation-reported", **told, point="1", state="done")
    assert clerk.value("2021-06-01", DECISION, "implementation", "1") == {"state": "under_way", "by": NORD}
    assert clerk.value("2021-09-01", DECISION, "implementation", "1") == {"state": "done", "by": NORD}
    assert clerk.holds("2021-09-01", DECISION, "implementation") == "no"


@pytest.mark.parametrize(
    ("to", "setter", "other"), [(DECISION, BOARD, COUNCIL), (DECISION, BOARD, NORD), (FIRST, BOARD, TEAM)]
)
def test_only_the_body_that_set_a_condition_waives_it(clerk: Clerk, to: str, setter: str, other: str) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"condition": "condition/v", "to": to, "point": "1", "kind": "suspensive", "text": "Minst to deltar."}
    clerk.has(DAY, "condition-attached", **told)
    refusal = clerk.refused("2021-04-01", "condition-settled", condition="condition/v", outcome="waived", by=other)
    assert refusal.problem.startswith("Only {body} can waive this condition")
    assert refusal.details["body"] == "formannskapet"
    clerk.has("2021-04-01", "condition-settled", condition="condition/v", outcome="waived", by=setter)
    assert clerk.value("2021-03-31", "condition/v", "status") == "open"
    assert clerk.value("2021-04-01", "condition/v", "status") == "waived"


def test_anybody_may_tell_that_a_condition_is_fulfilled_and_unknown_setters_bar_nobody(clerk: Clerk) -> None:
    told: Plain = {"kind": "suspensive", "text": "Minst to deltar."}
    clerk.has(DAY, "condition-attached", condition="condition/a", to=FIRST, **told)
    clerk.has(DAY, "condition-settled", condition="condition/a", outcome="fulfilled", by=NORD)
    unaddressed = {name: held for name, held in proposal("proposal/uten").items() if name != "to"}
    clerk.has("2021-02-01", "proposal-submitted", **unaddressed)
    clerk.has(DAY, "condition-attached", condition="condition/b", to="proposal/uten", **told)
    clerk.has(DAY, "condition-settled", condition="condition/b", outcome="waived", by=TEAM)
    refusal = clerk.refused(DAY, "condition-settled", condition="condition/b", outcome="failed", by=TEAM)
    assert "is not open" in refusal.problem


# ---- reversal, review, complaint


def test_a_decision_is_reversed_by_its_body_or_one_above(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"decision": DECISION, "how": "overturned"}
    refusal = clerk.refused("2021-06-01", "decision-reversed", **told, by=TEAM)
    assert refusal.problem == "{by} neither made this decision nor stands above {body}."
    assert "§ 22-1" in str(refusal.source)
    assert (
        "own place" in clerk.refused("2021-06-01", "decision-reversed", **told, by=BOARD, new_decision=DECISION).problem
    )
    assert "has no point" in clerk.refused("2021-06-01", "decision-reversed", **told, by=BOARD, points=["9"]).problem
    clerk.has("2021-06-01", "decision-reversed", **told, by=BOARD, points=["1"])
    clerk.has("2021-07-01", "decision-reversed", **told, by=COUNCIL)
    assert clerk.holds("2021-06-30", DECISION, "reversal") == "no"
    assert clerk.value("2021-06-30", DECISION, "reversal", "1") == {"how": "overturned", "by": BOARD}
    assert clerk.value("2021-07-01", DECISION, "reversal") == {"how": "overturned", "by": COUNCIL}
    assert "already" in clerk.refused("2021-08-01", "decision-reversed", **told, by=COUNCIL).problem


def test_the_council_does_not_fall_to_the_board_under_it(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted(body=COUNCIL))
    clerk.refused("2021-06-01", "decision-reversed", decision=DECISION, how="repealed", by=BOARD)


def test_whoever_took_over_may_reverse(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted(body=COUNCIL))
    clerk.has(DAY, "decision-adopted", **adopted("decision/gruppa", body=TEAM))
    clerk.has("2021-05-01", "body-dissolved", body=TEAM, tasks_to=BOARD)
    clerk.has("2021-06-01", "decision-reversed", decision="decision/gruppa", how="repealed", by=BOARD)
    clerk.has("2022-01-01", "organisation-registered", organisation=BIGGER, name="N", kind="municipality")
    clerk.has("2022-01-01", "organisations-merged", predecessors=[NORD, STATE], result=BIGGER)
    told: Plain = {"name": "Nytt", "kind": "elected", "effect": "evidenced", "owner": BIGGER}
    clerk.has("2022-01-01", "body-established", body="body/nytt", **told)
    clerk.has("2022-02-01", "decision-reversed", decision=DECISION, how="repealed", by="body/nytt")


def test_easter_and_the_days_a_limit_does_not_end_on() -> None:
    assert [easter(year) for year in (1818, 1943, 2019, 2021, 2024, 2038)] == [
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(2019, 4, 21),
        date(2021, 4, 4),
        date(2024, 3, 31),
        date(2038, 4, 25),
    ]
    assert not any(is_working_day(date(2021, month, day)) for month, day in ((1, 1), (4, 1), (5, 13), (5, 17), (3, 6)))
    assert review_deadline(date(2021, 3, 1)) == date(2021, 3, 22)
    assert review_deadline(date(2021, 3, 11)) == date(2021, 4, 6)  # from Maundy Thursday to after Easter Monday
    assert review_deadline(date(2999, 12, 31)).year == 3000


def test_a_review_takes_three_members_within_three_weeks(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"decision": DECISION, "initiative": "members"}
    few = clerk.refused("2021-03-10", "legality-review-requested", **told, put_forward="2021-03-10", members=2)
    assert str(few).startswith("2 members cannot demand a review")
    late = clerk.refused("2021-03-23", "legality-review-requested", **told, put_forward="2021-03-23", members=3)
    assert "after the limit of three weeks, 2021-03-22" in str(late)
    assert "§ 27-1" in str(late.source)
    clerk.has("2021-04-01", "legality-review-requested", **told, put_forward="2021-03-22", members=3, suspended=True)
    assert clerk.value("2021-03-22", DECISION, "legality_review") == "members"
    assert clerk.value("2021-04-01", DECISION, "suspended") is True


@pytest.mark.parametrize("put_forward", ["2021-03", "2021-03-20/2021-06-01", "2021"])
def test_a_review_that_may_have_been_in_time_is_recorded(clerk: Clerk, put_forward: str) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"decision": DECISION, "initiative": "members", "put_forward": put_forward}
    clerk.has("2021-06-01", "legality-review-requested", **told, members=3)


def test_the_ministry_has_no_limit_and_an_uncertain_decision_day_is_read_at_its_latest(clerk: Clerk) -> None:
    clerk.has("2021-03", "decision-adopted", **adopted())
    clerk.has(
        "2021-04-20", "legality-review-requested", decision=DECISION, initiative="members", put_forward="2021-04-20"
    )
    clerk.refused(
        "2021-04-22", "legality-review-requested", decision=DECISION, initiative="members", put_forward="2021-04-22"
    )
    clerk.has("2022", "legality-review-requested", decision=DECISION, initiative="ministry", put_forward="2022")


def test_a_review_is_concluded_and_may_annul(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"decision": DECISION, "by": STATE}
    assert (
        "not under review" in clerk.refused("2021-05-01", "legality-review-concluded", **told, outcome="lawful").problem
    )
    asked: Plain = {"decision": DECISION, "initiative": "members", "put_forward": "2021-03-10", "members": 4}
    clerk.has("2021-03-10", "legality-review-requested", **asked)
    assert clerk.holds("2021-04-01", DECISION, "invalid") == "no"
    clerk.has("2021-05-01", "legality-review-concluded", **told, outcome="annulled")
    assert clerk.value("2021-05-01", DECISION, "invalid") == {"by": STATE, "since": "beginning"}
    assert clerk.value("2021-05-01", DECISION, "suspended") is False


def test_a_complaint_is_concluded_by_its_number(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"decision": DECISION, "complaint": "2021/3-4"}
    assert (
        "no complaint" in clerk.refused("2021-05-01", "complaint-concluded", **told, outcome="upheld", by=BOARD).problem
    )
    clerk.has("2021-03-20", "complaint-filed", **told, right="fvl. § 28")
    clerk.has("2021-05-01", "complaint-concluded", **told, outcome="not_upheld", by=BOARD)
    assert clerk.value("2021-05-01", DECISION, "complaint_outcome", "2021/3-4") == "not_upheld"


def test_an_urgent_decision_is_laid_before_the_body_that_should_have_made_it(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted("decision/vanlig"))
    refusal = clerk.refused(DAY, "urgent-decision-reported", decision="decision/vanlig", meeting="meeting/k")
    assert "not recorded as an urgent decision" in refusal.problem
    clerk.has(DAY, "decision-adopted", **adopted(instead_of=COUNCIL))
    refusal = clerk.refused(DAY, "urgent-decision-reported", decision=DECISION, meeting=MEETING)
    assert "should have decided" in refusal.problem
    assert "§ 11-8" in str(refusal.source)
    clerk.has(DAY, "urgent-decision-reported", decision=DECISION, meeting="meeting/k")
    assert clerk.value(DAY, DECISION, "reported_in") == "meeting/k"


def test_a_decision_found_invalid_was_recorded_rightly(clerk: Clerk) -> None:
    clerk.has(DAY, "decision-adopted", **adopted())
    told: Plain = {"decision": DECISION, "by": STATE, "finder": "court", "reason": "Feil organ."}
    assert "has no point" in clerk.refused("2022", "decision-found-invalid", **told, since="date", points=["9"]).problem
    clerk.has("2022-01-01", "decision-found-invalid", **told, since="date", affects=[CASE])
    assert clerk.holds("2021-12-31", DECISION, "invalid") == "no"
    assert clerk.value("2022-01-01", DECISION, "invalid") == {"by": STATE, "since": "date", "reason": "Feil organ."}
    assert clerk.holds("2022-01-01", CASE, "rests_on_invalid", DECISION) == "yes"


# ---- hearings and elections


def test_a_hearing_asks_somebody_and_is_answered_after_it_is_sent(clerk: Clerk) -> None:
    told: Plain = {"hearing": "hearing/h", "title": "Plan", "by": BOARD}
    assert "who is asked" in clerk.refused(DAY, "hearing-sent", **told).problem
    clerk.has(DAY, "hearing-sent", **told, to=[NORD], deadline="2021-04-01")
    answer: Plain = {"hearing": "hearing/h", "by": NORD, "stance": "supports"}
    assert "has not been sent" in clerk.refused("2021-02-01", "hearing-answered", **answer).problem
    clerk.has("2021-08-01", "hearing-answered", **answer)  # late, and recorded
    assert clerk.value("2021-08-01", "hearing/h", "answer", NORD) == {"stance": "supports"}


def election(*candidates: tuple[str, str, int | None], **more: Any) -> Plain:
    stood = [{"who": who, "result": result, "votes": votes} for who, result, votes in candidates]
    told = {"election": "election/e", "title": "Leder", "body": BOARD, "seats": 1, "method": "majority"}
    return {**told, "candidates": [{k: v for k, v in one.items() if v is not None} for one in stood], **more}


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (election((A, "elected", 3), (A, "not_elected", 1)), "stands twice"),
        (election((A, "elected", 3), (B, "elected", 3)), "are elected to"),
        (election((A, "elected", 2), (B, "not_elected", 3)), "is elected before"),
        (election((A, "elected", 3), (B, "not_elected", 3)), "a lot is drawn"),
        (election((A, "elected", 3), (B, "not_elected", 3), by_lot=False), "nobody has a casting vote"),
    ],
)
def test_in_an_election_most_votes_win_and_a_lot_settles_a_tie(clerk: Clerk, told: Plain, problem: str) -> None:
    refusal = clerk.refused(DAY, "election-held", **told)
    assert problem in refusal.problem
    assert "lot on a tie" in str(refusal.source)


@pytest.mark.parametrize(
    "told",
    [
        election((A, "elected", 3), (B, "not_elected", 2)),
        election((A, "elected", 3), (B, "not_elected", 3), by_lot=True),
        election((A, "elected", None), (B, "not_elected", 3)),
        election((A, "elected", 1), (B, "not_elected", 3), method="proportional"),
    ],
)
def test_an_election_gives_no_post_by_itself(clerk: Clerk, told: Plain) -> None:
    clerk.has("2020", "post-created", post="post/l", body=BOARD, title="L", kind="chair", seats=1, status="created")
    clerk.has(DAY, "election-held", **told, post="post/l")
    assert clerk.holds(DAY, "post/l", "holder", A) == "no"
    assert clerk.holds(DAY, "post/l", "election", "election/e") == "yes"

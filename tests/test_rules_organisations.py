"""What may not happen to organisations, bodies and mandates – and what may, although it looks odd."""

from __future__ import annotations

import pytest

from tests.clerks import (
    ANN,
    BOARD,
    CHAIR,
    COMPANY,
    COUNCIL,
    GROUP,
    NORD,
    SOR,
    STRATEGY,
    TEAM,
    WHOLE,
    Clerk,
    Plain,
    furnished,
)


@pytest.fixture
def clerk() -> Clerk:
    """Everything in place since 2000."""
    return furnished()


# ---- organisations


def test_an_inquiry_is_marked_between_the_two_and_closed_with_an_outcome(clerk: Clerk) -> None:
    clerk.has("2012", "merger-inquiry-noted", parties=[NORD, SOR], state="opened", initiative_by=NORD)
    assert clerk.holds("2012-06-01", NORD, "merger_inquiry", SOR) == "maybe"
    clerk.has("2014-05-01", "merger-inquiry-noted", parties=[NORD, SOR], state="closed", outcome="abandoned")
    found = clerk.value("2014-05-01", SOR, "merger_inquiry", NORD)
    assert isinstance(found, dict)
    assert (found["state"], found["outcome"]) == ("closed", "abandoned")


@pytest.mark.parametrize(("state", "outcome"), [("closed", None), ("opened", "proceed"), ("possible", "none")])
def test_an_inquiry_has_an_outcome_when_closed_only(clerk: Clerk, state: str, outcome: str | None) -> None:
    fields: Plain = {"parties": [NORD, SOR], "state": state} | ({"outcome": outcome} if outcome else {})
    assert "when it is closed" in clerk.refused("2012", "merger-inquiry-noted", **fields).problem


def test_a_merger_is_decided_and_nothing_ends_yet(clerk: Clerk) -> None:
    fields: Plain = {"parties": [NORD, SOR], "scheduled": "2020-01-01"}
    refusal = clerk.refused("2017-06-08", "merger-decided", **fields, decided_by="king", agreement="not_all")
    assert "inndelingslova § 4" in str(refusal.source)
    late = {**fields, "scheduled": "2016"}
    assert (
        "before it is decided"
        in clerk.refused("2017-06-08", "merger-decided", **late, decided_by="king", agreement="all").problem
    )
    clerk.has("2017-06-08", "merger-decided", **fields, decided_by="storting", agreement="not_all")
    assert clerk.on("2025-01-01").organisation(NORD).holds == "yes"
    found = clerk.value("2017-06-08", NORD, "merger_decided")
    assert isinstance(found, dict)
    assert found["with"] == (SOR,)


def test_a_part_goes_from_one_to_another(clerk: Clerk) -> None:
    assert "to itself" in clerk.refused("2019", "boundary-adjusted", ceding=NORD, receiving=NORD, place="Vik").problem
    clerk.has("2019-01-01", "boundary-adjusted", ceding=NORD, receiving=SOR, place="Vik")
    assert clerk.value("2018-12-31", SOR, "area_received", "Vik") is None
    assert clerk.holds("2019-01-01", SOR, "area_received", "Vik") == "yes"


def test_a_form_changes_once_from_the_form_it_was(clerk: Clerk) -> None:
    fields: Plain = {"organisation": COMPANY, "to_form": "limited_company"}
    assert "another form" in clerk.refused("2021", "organisation-transformed", from_form="board_1992", **fields).problem
    same = {**fields, "to_form": "task_community"}
    assert (
        "are the same" in clerk.refused("2021", "organisation-transformed", from_form="task_community", **same).problem
    )
    clerk.has("2021-01-01", "organisation-transformed", from_form="task_community", **fields)
    assert clerk.value("2020-12-31", COMPANY, "kind") == "task_community"
    assert clerk.value("2021-01-01", COMPANY, "kind") == "limited_company"


def test_an_old_organisation_number_is_free_again(clerk: Clerk) -> None:
    clerk.has("2010-01-01", "organisation-identified", organisation=NORD, orgnr="300000002")
    fields: Plain = {"organisation": NORD, "orgnr": "300000010"}
    wrong = clerk.refused("2015", "organisation-identified", **fields, old="100000008")
    assert (wrong.details["code"], wrong.details["old"]) == ("300000002", "100000008")
    clerk.has("2015-01-01", "organisation-identified", **fields, old="300000002")
    clerk.has("2015-01-01", "organisation-identified", organisation=SOR, orgnr="300000002")
    assert clerk.value("2014-12-31", NORD, "orgnr") == "300000002"
    assert clerk.value("2015-01-01", SOR, "orgnr") == "300000002"


def test_a_commitment_passes_once(clerk: Clerk) -> None:
    clerk.has("2019-12-31", "organisation-dissolved", organisation=NORD, cause="Slutt")
    fields: Plain = {"organisation": NORD, "commitment": BOARD, "ground": "agreement"}
    half = {"to": SOR, "share": {"n": 1, "d": 2}}
    twice = clerk.refused("2020-01-01", "successorship-determined", **fields, successors=[half, half])
    assert "named twice" in twice.problem
    short = clerk.refused("2020-01-01", "successorship-determined", **fields, successors=[half])
    assert "do not sum to one" in short.problem
    whole = [{"to": SOR, "share": WHOLE}]
    position = clerk.has("2020-01-01", "successorship-determined", **fields, successors=whole)
    for day in ("2019-12-31", "2020-01-01", "2023"):  # also one that is dated before the first
        refusal = clerk.refused(day, "successorship-determined", **fields, successors=whole)
        assert refusal.details["entry"] == position
    clerk.has("2020-01-01", "successorship-determined", **{**fields, "commitment": GROUP}, successors=whole)
    assert clerk.value("2020-01-01", NORD, "successor_ground", BOARD) == "agreement"


def test_a_corrected_determination_makes_room_for_another(clerk: Clerk) -> None:
    clerk.has("2019-12-31", "organisation-dissolved", organisation=NORD, cause="Slutt")
    event = {
        "type": "successorship-determined",
        "organisation": NORD,
        "commitment": BOARD,
        "ground": "law",
        "successors": [{"to": SOR, "share": WHOLE}],
    }
    first = clerk.pen.record({"effective": "2020-01-01", "knowledge": "documented", "event": event}).position
    asked = {
        "effective": "2020-02-01",
        "knowledge": "documented",
        "corrects": {"entry": first, "kind": "better_source", "reason": "Avtalen er funnet."},
        "event": {**event, "ground": "agreement"},
    }
    clerk.pen.record(asked)
    assert clerk.value("2020-02-01", NORD, "successor_ground", BOARD) == "agreement"


# ---- bodies


def test_other_owners_need_an_owner(clerk: Clerk) -> None:
    fields: Plain = {"body": "body/ny", "name": "Ny", "kind": "board", "effect": "decided", "co_owners": [NORD]}
    clerk.refused("2010", "body-established", **fields)
    clerk.refused("2010", "body-established", **fields, owner=NORD)
    clerk.has("2010-01-01", "body-established", **fields, owner=SOR)
    assert clerk.holds("2010-01-01", "body/ny", "co_owner", NORD) == "yes"


def test_a_body_is_renamed_to_something_new(clerk: Clerk) -> None:
    assert "already" in clerk.refused("2010", "body-renamed", body=BOARD, name="Styret").problem
    clerk.has("2010-01-01", "body-renamed", body=BOARD, name="Hovedstyret")
    assert clerk.on("2009-12-31").thing(BOARD).label == "Styret"
    assert clerk.on("2010-01-01").thing(BOARD).label == "Hovedstyret"


def test_bodies_make_no_ring_at_once_or_later(clerk: Clerk) -> None:
    clerk.has("2016-01-01", "body-placed", body=TEAM, under=GROUP)
    clerk.has("2016-01-01", "body-placed", body=GROUP, under=BOARD)
    assert "under itself" in clerk.refused("2017", "body-placed", body=BOARD, under=TEAM).problem
    assert "under itself" in clerk.refused("2015", "body-placed", body=BOARD, under=TEAM).problem
    clerk.has("2015-12-31", "body-placed", body=BOARD)
    clerk.has("2015-01-01", "body-placed", body=BOARD, under=TEAM)  # until the end of that year
    assert clerk.value("2015-06-01", BOARD, "under") == TEAM
    assert clerk.value("2016-01-01", BOARD, "under") is None


def test_an_exclusive_function_has_one_holder(clerk: Clerk) -> None:
    fields: Plain = {"subject": STRATEGY, "function": "steering_group"}
    clerk.has("2018-01-01", "body-function-assigned", holder=BOARD, **fields)
    refusal = clerk.refused("2019-01-01", "body-function-assigned", holder=GROUP, **fields)
    assert refusal.details["holder"] == "Styret"
    clerk.has("2019-01-01", "body-function-assigned", holder=GROUP, wished=True, **fields)
    clerk.has("2018-01-01", "body-function-assigned", holder=GROUP, subject=STRATEGY, function="supplier")
    clerk.has("2018-01-01", "body-function-assigned", holder=TEAM, subject=STRATEGY, function="supplier")
    clerk.has("2017-01-01", "body-function-assigned", holder=TEAM, **fields)  # reported late; its end may follow
    clerk.has("2017-12-31", "body-function-ended", holder=TEAM, **fields)
    clerk.has("2018-12-31", "body-function-ended", holder=BOARD, **fields)
    clerk.has("2019-01-01", "body-function-assigned", holder=GROUP, **fields)
    assert clerk.holds("2018-06-01", STRATEGY, "steering_group", BOARD) == "yes"
    assert clerk.holds("2019-01-01", STRATEGY, "steering_group", BOARD) == "no"
    assert clerk.holds("2019-01-01", GROUP, "supplier_for", STRATEGY) == "yes"
    assert "does not have that function" in clerk.refused("2020", "body-function-ended", holder=BOARD, **fields).problem


def test_a_function_that_may_have_ended_may_pass_on(clerk: Clerk) -> None:
    fields: Plain = {"subject": STRATEGY, "function": "steering_group"}
    clerk.has("2018-01-01", "body-function-assigned", holder=BOARD, **fields)
    clerk.has("2019", "body-function-ended", holder=BOARD, **fields)
    clerk.has("2019-06-01", "body-function-assigned", holder=GROUP, **fields)


def test_a_report_of_activity_has_a_period(clerk: Clerk) -> None:
    fields: Plain = {"body": GROUP, "state": "dormant"}
    wrong = clerk.refused("2015", "body-activity-reported", **fields, since="2012", until="2010")
    assert "before it starts" in wrong.problem
    clerk.has("2015", "body-activity-reported", **fields, since="2009-01-01", until="2011-01-01")
    assert clerk.value("2010-06-01", GROUP, "activity") == "dormant"
    assert clerk.value("2011-01-01", GROUP, "activity") is None


def test_a_body_does_not_leave_tasks_and_posts_behind(clerk: Clerk) -> None:
    clerk.has("2010-01-01", "mandate-given", mandate="mandate/m", giver=COUNCIL, receiver=BOARD, task="Utrede")
    refusal = clerk.refused("2012-01-01", "body-dissolved", body=BOARD)
    assert refusal.details["task"] == "Utrede"
    assert "its own tasks" in clerk.refused("2012", "body-dissolved", body=BOARD, tasks_to=BOARD).problem
    clerk.has("2011-01-01", "mandate-discharged", mandate="mandate/m", outcome="lapsed")
    clerk.has("2011-01-01", "role-assigned", post=CHAIR, holder=ANN)
    assert "is still held" in clerk.refused("2012-01-01", "body-dissolved", body=BOARD).problem
    clerk.has("2012-01-01", "body-dissolved", body=BOARD, tasks_to=GROUP, archive_custodian=NORD)
    assert clerk.on("2012-01-01").body(BOARD).holds == "no"
    assert clerk.value("2012-01-01", BOARD, "archive_custodian") == NORD


# ---- mandates and delegation


def test_the_giver_or_one_above_changes_a_task(clerk: Clerk) -> None:
    clerk.has("2010-01-01", "body-placed", body=GROUP, under=BOARD)
    clerk.has("2010-02-01", "mandate-given", mandate="mandate/m", giver=GROUP, receiver=TEAM, task="Utrede")
    fields: Plain = {"mandate": "mandate/m", "deadline": "2011-01-01"}
    refusal = clerk.refused("2010-03-01", "mandate-amended", by=NORD, **fields)
    assert (refusal.details["who"], refusal.details["giver"]) == ("Nord", "Gruppa")
    assert "Nothing" in clerk.refused("2010-03-01", "mandate-amended", by=GROUP, mandate="mandate/m").problem
    assert "before the change" in clerk.refused("2012", "mandate-amended", by=GROUP, **fields).problem
    for who in (GROUP, BOARD, COMPANY):
        clerk.has("2010-03-01", "mandate-amended", by=who, **fields)
    assert clerk.value("2010-02-28", "mandate/m", "deadline") is None
    assert clerk.value("2010-03-01", "mandate/m", "deadline") == "2011-01-01"
    assert clerk.value("2010-03-01", "mandate/m", "name") == "Utrede"


def test_late_is_recorded_and_too_early_is_not(clerk: Clerk) -> None:
    clerk.has(
        "2010-02", "mandate-given", mandate="mandate/m", giver=GROUP, receiver=TEAM, task="T", deadline="2010-12-31"
    )
    fields: Plain = {"mandate": "mandate/m", "deliverable": "Plan"}
    assert "has not been given" in clerk.refused("2010-01-31", "mandate-deliverable-submitted", **fields).problem
    clerk.has("2010-02-10", "mandate-deliverable-submitted", **fields)  # perhaps before, perhaps after
    clerk.has("2012-01-01", "mandate-deliverable-submitted", **fields, version="2")
    assert clerk.value("2012-01-01", "mandate/m", "delivered_version", "Plan") == "2"


def test_a_task_is_closed_once_and_withdrawn_by_its_giver(clerk: Clerk) -> None:
    clerk.has("2010-02-01", "mandate-given", mandate="mandate/m", giver=GROUP, receiver=TEAM, task="T")
    fields: Plain = {"mandate": "mandate/m"}
    assert (
        "Only a withdrawn" in clerk.refused("2011", "mandate-discharged", **fields, outcome="lapsed", by=GROUP).problem
    )
    assert "did not give" in clerk.refused("2011", "mandate-discharged", **fields, outcome="withdrawn", by=NORD).problem
    clerk.has("2011", "mandate-discharged", **fields, outcome="withdrawn", by=GROUP)
    clerk.has("2011-05-01", "mandate-amended", **fields, by=GROUP, task="T2")  # may have been open still
    assert "is not open" in clerk.refused("2012-01-01", "mandate-discharged", **fields, outcome="fulfilled").problem


def test_a_task_closed_while_it_is_unsure_when_it_was_given_stays_closed(clerk: Clerk) -> None:
    clerk.has("2010", "mandate-given", mandate="mandate/m", giver=GROUP, receiver=TEAM, task="T")
    clerk.has("2010-06-01", "mandate-discharged", mandate="mandate/m", outcome="fulfilled")
    assert clerk.holds("2010-12-31", "mandate/m", "outcome") == "yes"
    assert "is not open" in clerk.refused("2011", "mandate-discharged", mandate="mandate/m", outcome="lapsed").problem
    clerk.has("2011-01-01", "body-dissolved", body=TEAM)


def test_an_administrative_host_decides_nothing_of_principle(clerk: Clerk) -> None:
    fields: Plain = {"giver": NORD, "receiver": SOR, "matter": "Løyver"}
    refusal = clerk.refused("2020", "delegation-granted", **fields, host_form="administrative")
    assert "20-2" in str(refusal.source)
    itself = clerk.refused("2020", "delegation-granted", **{**fields, "receiver": NORD})
    assert "to itself" in itself.problem
    assert itself.source == "convention of the ledger", "no act speaks of it"
    assert "no authority" in clerk.refused("2020", "delegation-revoked", **fields).problem
    clerk.has("2020-01-01", "delegation-granted", **fields, host_form="administrative", non_principled_only=True)
    clerk.has("2020-01-01", "delegation-granted", **{**fields, "matter": "Innkjøp"}, limit={"known": "unknown"})
    clerk.has("2021-01-01", "delegation-revoked", **fields)
    assert clerk.holds("2020-12-31", SOR, "delegated_from", f"{NORD} Løyver") == "yes"
    assert clerk.holds("2021-01-01", NORD, "delegated", f"{SOR} Løyver") == "no"
    assert clerk.holds("2021-01-01", NORD, "delegated", f"{SOR} Innkjøp") == "yes"

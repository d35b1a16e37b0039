"""What may not happen to rules, seats, staff, posts and those who hold them – and what may, although it looks odd."""

from __future__ import annotations

import pytest

from tests.clerks import ANN, BOARD, BOB, CHAIR, GROUP, LEADER, NORD, SEAT, SOR, Clerk, Plain, furnished


@pytest.fixture
def clerk() -> Clerk:
    """Everything in place since 2000."""
    return furnished()


# ---- rules, seats, staff


def test_one_version_of_the_rules_is_in_force(clerk: Clerk) -> None:
    fields: Plain = {"body": GROUP, "kind": "instructions"}
    clerk.has("2010-01-01", "rules-adopted", **fields, document="document/instruks-1")
    refusal = clerk.refused("2011-01-01", "rules-adopted", **fields, document="document/instruks-2")
    assert refusal.details["document"] == "document/instruks-1"
    clerk.has("2011-01-01", "rules-adopted", body=GROUP, kind="statutes", document="document/instruks-2")
    new: Plain = {"document": "document/instruks-2", "replaces": "document/instruks-1"}
    clerk.has("2011-01-01", "rules-adopted", **fields, **new)
    for day, number in (("2010-12-31", 1), ("2011-01-01", 2)):
        found = clerk.value(day, GROUP, "rules", "instructions")
        assert isinstance(found, dict)
        assert found["document"] == f"document/instruks-{number}"


def test_seats_are_named_once_and_go_with_their_rule(clerk: Clerk) -> None:
    seat = {"group": "Nord", "count": 2, "voting": True}
    fields: Plain = {"body": GROUP, "rule": "To fra Nord.", "status": "adopted"}
    assert "named twice" in clerk.refused("2010", "composition-rule-set", **fields, seats=[seat, seat]).problem
    clerk.has("2010-01-01", "composition-rule-set", **fields, seats=[seat], term_years=4)
    clerk.has("2012-01-01", "composition-rule-set", **{**fields, "rule": "Etter avtale."})
    assert clerk.holds("2011-12-31", GROUP, "composition_terms_adopted") == "yes"
    assert clerk.value("2012-01-01", GROUP, "composition_terms_adopted") is None


def test_a_requirement_is_more_than_nothing(clerk: Clerk) -> None:
    fields: Plain = {"body": GROUP, "status": "adopted"}
    nothing = {"milli_fte": 0, "bound": "floor"}
    assert "nothing" in clerk.refused("2010", "capacity-requirement-set", **fields, staffing=nothing).problem
    for phase, milli in (("oppstart", 1000), ("drift", 2000)):
        staffing = {"milli_fte": milli, "bound": "floor"}
        clerk.has("2010-01-01", "capacity-requirement-set", **fields, staffing=staffing, phase=phase)
    assert set(clerk.on("2010-01-01").thing(GROUP).keyed("capacity_adopted")) == {"oppstart", "drift"}


def test_staff_is_provided_changed_and_withdrawn(clerk: Clerk) -> None:
    fields: Plain = {"organisation": NORD, "body": GROUP}
    half, full = ({"milli_fte": milli, "bound": "exact"} for milli in (500, 1000))
    assert "no staff" in clerk.refused("2010", "staff-changed", **fields, staffing=half).problem
    assert "no staff" in clerk.refused("2010", "staff-withdrawn", **fields).problem
    clerk.has("2010-01-01", "staff-committed", **fields, staffing=half, funded_by=SOR)
    clerk.has("2011-01-01", "staff-changed", **fields, staffing=full)
    clerk.has("2012-01-01", "staff-withdrawn", **fields)
    assert clerk.value("2010-06-01", GROUP, "staff", NORD) == half
    assert clerk.value("2011-06-01", GROUP, "staff", NORD) == full
    assert clerk.value("2011-06-01", GROUP, "staff_terms", NORD) == {"competence": None, "funded_by": SOR}
    assert clerk.value("2012-01-01", GROUP, "staff", NORD) is None


# ---- posts


def test_a_seat_is_free_when_the_term_is_certainly_over(clerk: Clerk) -> None:
    clerk.has("2015-10-01", "role-assigned", post=CHAIR, holder=ANN, term_until="2019")
    assert "are taken" in clerk.refused("2019-10-01", "role-assigned", post=CHAIR, holder=BOB).problem
    assert "are taken" in clerk.refused("2019-10-01", "vacancy-noted", post=CHAIR).problem
    clerk.has("2020-01-01", "vacancy-noted", post=CHAIR)
    assert clerk.holds("2020-01-01", CHAIR, "vacant_since") == "yes"
    clerk.has("2020-02-01", "role-assigned", post=CHAIR, holder=BOB)
    assert clerk.holds("2020-02-01", CHAIR, "vacant_since") == "no"
    clerk.has("2019-12-31", "role-ended", post=CHAIR, holder=ANN, cause="term")


def test_the_daily_leader_of_a_task_community_does_not_sit_in_its_council(clerk: Clerk) -> None:
    clerk.has("2020-01-01", "role-assigned", post=SEAT, holder=ANN)
    refusal = clerk.refused("2021-01-01", "role-assigned", post=LEADER, holder=ANN)
    assert "§ 19-3" in str(refusal.source)
    clerk.has("2021-01-01", "role-assigned", post=LEADER, holder=BOB)
    clerk.has("2021-06-01", "role-ended", post=SEAT, holder=ANN, cause="resignation")
    assert "daily leader" in clerk.refused("2021-07-01", "role-assigned", post=SEAT, holder=BOB).problem
    clerk.has("2022-01-01", "role-ended", post=LEADER, holder=BOB, cause="resignation")
    clerk.has("2022-01-01", "role-assigned", post=LEADER, holder=ANN)
    clerk.has("2022-01-01", "role-assigned", post=SEAT, holder=BOB)


def test_a_post_in_use_is_not_abolished(clerk: Clerk) -> None:
    clerk.has("2020-01-01", "role-assigned", post=CHAIR, holder=ANN)
    assert "is held" in clerk.refused("2021", "post-abolished", post=CHAIR).problem
    clerk.has("2021-01-01", "role-ended", post=CHAIR, holder=ANN, cause="exemption")
    clerk.has("2021-01-01", "post-abolished", post=CHAIR)
    assert "does not exist" in clerk.refused("2022", "role-assigned", post=CHAIR, holder=ANN).problem
    assert "do not hold" in clerk.refused("2022", "role-ended", post=CHAIR, holder=ANN, cause="term").problem


def test_substitutes_stand_in_order_and_step_in(clerk: Clerk) -> None:
    meeting = "meeting/m"
    clerk.has("2020-03-01", "meeting-registered", meeting=meeting, body=BOARD, status="called")
    clerk.has("2020-01-01", "role-assigned", post=CHAIR, holder=ANN)
    assert (
        "themselves" in clerk.refused("2020-01-01", "substitute-appointed", post=CHAIR, substitute=ANN, order=1).problem
    )
    fields: Plain = {"post": CHAIR, "substitute": BOB}
    assert "no substitute" in clerk.refused("2020-03-01", "substitute-stepped-in", **fields, meeting=meeting).problem
    clerk.has("2020-01-01", "substitute-appointed", **fields, order=1)
    refusal = clerk.refused("2020-02-01", "substitute-appointed", post=CHAIR, substitute=NORD, order=1)
    assert refusal.details["order"] == 1
    wrong = clerk.refused("2020-03-01", "substitute-stepped-in", **fields, meeting=meeting, absent=SOR)
    assert "do not hold" in wrong.problem
    clerk.has("2020-03-01", "substitute-stepped-in", **fields, meeting=meeting, absent=ANN)
    assert clerk.value("2020-03-01", meeting, "stepped_in", BOB) == {"post": CHAIR, "for": ANN}
    clerk.has("2020-06-01", "substitute-ended", **fields)
    assert "no substitute" in clerk.refused("2020-07-01", "substitute-ended", **fields).problem
    assert clerk.holds("2020-05-31", BOB, "substitute_for", CHAIR) == "yes"


def test_leave_lies_within_the_term(clerk: Clerk) -> None:
    clerk.has("2020-01-01", "role-assigned", post=CHAIR, holder=ANN, term_until="2021-12-31")
    fields: Plain = {"post": CHAIR, "holder": ANN}
    for more, problem in (
        ({"until": "2022-02-01"}, "after the term"),
        ({"until": "2020-01-01"}, "before it starts"),
        ({"temporary": ANN}, "their own place"),
    ):
        assert problem in clerk.refused("2020-06-01", "leave-granted", **fields, **more).problem
    assert "do not hold" in clerk.refused("2020-06-01", "leave-granted", post=CHAIR, holder=BOB).problem
    assert "not on leave" in clerk.refused("2020-06-01", "leave-ended", **fields).problem
    clerk.has("2020-06-01", "leave-granted", **fields, until="2021", temporary=BOB)  # some day in 2021
    assert clerk.value("2020-06-01", CHAIR, "leave", ANN) == {"until": "2021", "temporary": BOB}
    assert clerk.value("2020-06-01", BOB, "acting_in", CHAIR) == ANN
    clerk.has("2021-02-01", "leave-ended", **fields)
    assert clerk.value("2021-02-01", CHAIR, "leave", ANN) is None


def test_a_chair_goes_round(clerk: Clerk) -> None:
    clerk.has("2020-01-01", "role-assigned", post=CHAIR, holder=NORD)
    clerk.has("2020-01-01", "role-assigned", post=SEAT, holder=ANN)
    fields: Plain = {"post": CHAIR, "outgoing": NORD, "incoming": SOR}
    assert "no chair" in clerk.refused("2021", "chair-rotated", post=SEAT, outgoing=ANN, incoming=BOB).problem
    assert "passes to the one" in clerk.refused("2021", "chair-rotated", **{**fields, "incoming": NORD}).problem
    assert "do not hold" in clerk.refused("2021", "chair-rotated", **{**fields, "outgoing": BOB}).problem
    clerk.has("2021-01-01", "chair-rotated", **fields)
    assert set(clerk.on("2020-12-31").post(CHAIR).holders) == {NORD}
    assert set(clerk.on("2021-01-01").post(CHAIR).holders) == {SOR}

"""What may not happen in cases, meetings and votes – and what may, although it looks odd."""

from __future__ import annotations

import pytest

from tests.clerks import Clerk, Plain
from tests.councils import (
    BOARD,
    CASE,
    COUNCIL,
    DAY,
    FIRST,
    MEETING,
    OTHER,
    POINTS,
    A,
    B,
    C,
    D,
    E,
    F,
    adopted,
    attending,
    proposal,
    seated,
    vote,
)


@pytest.fixture
def clerk() -> Clerk:
    """Everything in place."""
    return seated()


# ---- cases and meetings


def test_what_is_sent_on_goes_to_somebody(clerk: Clerk) -> None:
    refusal = clerk.refused(DAY, "case-deferred", case=CASE, by=BOARD, how="referred")
    assert refusal.problem == "It is not said to whom the case is sent."
    clerk.has(DAY, "case-deferred", case=CASE, by=BOARD, how="postponed", until="2021-23")
    clerk.has(DAY, "case-deferred", case=CASE, by=COUNCIL, how="sent_back", to_whom="utvalget")
    assert clerk.value(DAY, CASE, "deferred", BOARD) == {"how": "postponed", "until": "2021-23"}
    assert clerk.value("2021-02-28", CASE, "deferred", BOARD) is None


def test_taking_note_commits_nobody(clerk: Clerk) -> None:
    clerk.has(DAY, "case-noted", case=CASE, by=COUNCIL, how="for_information")
    assert clerk.value(DAY, CASE, "noted", COUNCIL) == "for_information"
    assert not clerk.on(DAY).thing(CASE).keyed("decision")


def test_a_cancelled_meeting_has_neither_chair_attendance_votes_nor_minutes(clerk: Clerk) -> None:
    gone = "meeting/avlyst"
    clerk.has(DAY, "meeting-registered", meeting="meeting/n", body=BOARD, status="called")
    assert (
        "not chaired"
        in clerk.refused(DAY, "meeting-concluded", meeting="meeting/n", status="cancelled", chair=A).problem
    )
    assert "already" in clerk.refused(DAY, "meeting-concluded", meeting=gone, status="held").problem
    attendance: Plain = {"meeting": gone, "extent": "partial", "present": attending(A)}
    assert "nobody met" in clerk.refused(DAY, "attendance-recorded", **attendance).problem
    assert "nobody voted" in clerk.refused(DAY, "vote-held", **vote(meeting=gone)).problem
    assert "no minutes" in clerk.refused(DAY, "minutes-treated", meeting=gone, outcome="approved", by=BOARD).problem


@pytest.mark.parametrize("late", [{"chair_objects": True}, {"objections": 2, "present": 6}, {"objections": 3}])
def test_a_late_item_is_not_decided_against_the_chair_or_a_third(clerk: Clerk, late: Plain) -> None:
    clerk.has(DAY, "attendance-recorded", meeting=MEETING, extent="complete", present=attending(A, B, C, D, E))
    refusal = clerk.refused(DAY, "agenda-item-noted", meeting=MEETING, case=CASE, late=late)
    assert "came late" in refusal.problem
    assert "§ 11-3" in str(refusal.source)


@pytest.mark.parametrize(
    ("meeting", "late"),
    [
        (MEETING, {"chair_objects": False, "objections": 2, "present": 7}),
        (MEETING, {"objections": 2}),  # nobody knows of how many
        (MEETING, {"by": A}),
        ("meeting/g", {"chair_objects": True}),  # the Act does not rule a working group
    ],
)
def test_a_late_item_without_enough_objections_is_noted(clerk: Clerk, meeting: str, late: Plain) -> None:
    clerk.has(DAY, "agenda-item-noted", meeting=meeting, case=CASE, order=3, late=late)
    assert clerk.value(DAY, meeting, "late_item", CASE) == late
    assert clerk.value(DAY, meeting, "agenda_order", CASE) == 3


@pytest.mark.parametrize("purpose", ["information", "question"])
def test_a_late_item_that_nothing_is_decided_in_is_nobodys_to_stop(clerk: Clerk, purpose: str) -> None:
    item: Plain = {"meeting": MEETING, "case": CASE, "late": {"chair_objects": True}}
    assert "came late" in clerk.refused(DAY, "agenda-item-noted", **item, purpose="decision").problem
    clerk.has(DAY, "agenda-item-noted", **item, purpose=purpose)


@pytest.mark.parametrize(
    ("kind", "bound"), [("political_council", True), ("task_community", True), ("intermunicipal_company", False)]
)
def test_the_act_rules_the_assembly_of_a_council_or_task_community_alone(clerk: Clerk, kind: str, bound: bool) -> None:
    owner, body, meeting = "organisation/felles", "body/representantskapet", "meeting/r"
    clerk.has("2000-01-01", "organisation-registered", organisation=owner, name="Felles", kind=kind)
    assembly: Plain = {"body": body, "name": "Representantskapet", "kind": "assembly", "effect": "evidenced"}
    clerk.has("2000-01-01", "body-established", **assembly, owner=owner)
    clerk.has(DAY, "meeting-registered", meeting=meeting, body=body, status="held")
    item: Plain = {"meeting": meeting, "case": CASE, "late": {"chair_objects": True}}
    if bound:
        assert "came late" in clerk.refused(DAY, "agenda-item-noted", **item).problem
    else:
        clerk.has(DAY, "agenda-item-noted", **item)


def test_attendance_lists_everybody_once(clerk: Clerk) -> None:
    told: Plain = {"meeting": MEETING, "extent": "complete"}
    for absent in ([A], [C, C]):
        refusal = clerk.refused(DAY, "attendance-recorded", **told, present=attending(A, B), absent=absent)
        assert "listed twice" in refusal.problem


def test_no_more_sit_at_an_item_than_there_are_seats(clerk: Clerk) -> None:
    clerk.has(
        "2020-01-01", "post-created", post="post/m", body=BOARD, title="M", kind="member", seats=2, status="created"
    )
    told: Plain = {"meeting": MEETING, "extent": "complete"}
    crowd = [*attending(A, B, post="post/m"), *attending(C, post="post/m", items=[{"first": 3}])]
    refusal = clerk.refused(DAY, "attendance-recorded", **told, present=crowd)
    assert refusal.details["count"] == 3
    assert "2 seats" in str(refusal)
    assert "2 seats" in str(clerk.refused(DAY, "attendance-recorded", **told, present=attending(A, B, C), members=2))
    relieved = [
        *attending(A, capacity="chair", post="post/m"),
        *attending(B, post="post/m", items=[{"first": 1, "last": 2}]),
        *attending(C, capacity="substitute", post="post/m", for_whom=B, items=[{"first": 3}]),
        *attending(D, E, capacity="observer"),
    ]
    clerk.has(DAY, "attendance-recorded", **told, present=relieved, members=2, absent=[F])
    assert clerk.holds(DAY, MEETING, "absent", F) == "yes"


def test_doors_are_closed_on_a_paragraph(clerk: Clerk) -> None:
    refusal = clerk.refused(DAY, "meeting-closed-to-public", meeting=MEETING, legal_ground="personvern")
    assert "names no paragraph" in refusal.problem
    assert "11-5" in str(refusal.source)
    clerk.has(DAY, "meeting-closed-to-public", meeting=MEETING, legal_ground="koml. § 11-5 andre ledd")
    assert clerk.value(DAY, MEETING, "closed_to_public") == "koml. § 11-5 andre ledd"


def test_nobody_stands_in_for_oneself_or_one_who_stays(clerk: Clerk) -> None:
    told: Plain = {"meeting": MEETING, "case": CASE, "member": A, "ground": "fvl. § 6"}
    clerk.refused(DAY, "recusal-decided", **told, outcome="disqualified", substitute=A)
    clerk.refused(DAY, "recusal-decided", **told, outcome="not_disqualified", substitute=B)
    clerk.has(DAY, "recusal-decided", **told, outcome="disqualified", substitute=B)


def test_remarks_to_minutes_are_given(clerk: Clerk) -> None:
    told: Plain = {"meeting": MEETING, "by": BOARD}
    assert "not given" in clerk.refused(DAY, "minutes-treated", **told, outcome="remarked").problem
    clerk.has(DAY, "minutes-treated", **told, outcome="remarked", remarks="Feil navn.")
    clerk.has("2021-04-01", "minutes-treated", **told, outcome="approved")
    assert clerk.value("2021-03-15", MEETING, "minutes_status") == "remarked"
    assert clerk.value("2021-04-01", MEETING, "minutes_status") == "approved"


# ---- proposals


def test_a_counter_proposal_names_a_point_that_is_there(clerk: Clerk) -> None:
    told = proposal("proposal/ny", targets=[{"proposal": FIRST, "point": "9"}])
    assert "has no point" in clerk.refused(DAY, "proposal-submitted", **told).problem
    taken = [{**POINTS[0], "from_proposal": FIRST, "from_point": "9"}]
    assert "has no point" in clerk.refused(DAY, "proposal-submitted", **proposal("proposal/ny", points=taken)).problem
    orphan = [{**POINTS[0], "from_point": "1"}]
    assert "not of which" in clerk.refused(DAY, "proposal-submitted", **proposal("proposal/ny", points=orphan)).problem
    clerk.has(DAY, "proposal-submitted", **proposal("proposal/ny", targets=[{"proposal": FIRST, "point": "1"}]))
    assert clerk.holds(DAY, FIRST, "counter_proposal", "proposal/ny") == "yes"


def test_a_proposal_is_withdrawn_before_it_is_decided_on(clerk: Clerk) -> None:
    assert "replace itself" in clerk.refused(DAY, "proposal-withdrawn", proposal=FIRST, replaced_by=FIRST).problem
    clerk.has(DAY, "decision-adopted", **adopted(proposals=[{"proposal": FIRST, "extent": "changed"}]))
    assert clerk.value(DAY, FIRST, "outcome") == "adopted"
    assert "was decided on" in clerk.refused("2021-03-02", "proposal-withdrawn", proposal=FIRST).problem
    clerk.has("2021-02-15", "proposal-withdrawn", proposal=OTHER, replaced_by=FIRST)
    assert clerk.value("2021-02-14", OTHER, "outcome") == "unknown"
    assert clerk.value("2021-02-15", OTHER, "outcome") == "replaced"


def test_a_withdrawn_proposal_is_neither_voted_on_nor_followed(clerk: Clerk) -> None:
    clerk.has("2021-02-15", "proposal-withdrawn", proposal=OTHER)
    for refusal in (
        clerk.refused(DAY, "vote-held", **vote(on=[{"proposal": OTHER}])),
        clerk.refused(DAY, "proposal-rejected", proposal=OTHER, by=BOARD),
        clerk.refused(DAY, "decision-adopted", **adopted(proposals=[{"proposal": OTHER, "extent": "partly"}])),
    ):
        assert "was withdrawn or replaced" in refusal.problem
    clerk.has("2021-02-10", "vote-held", **vote(on=[{"proposal": OTHER}]))


def test_a_withdrawal_of_unknown_day_forbids_nothing(clerk: Clerk) -> None:
    clerk.has("2021", "proposal-withdrawn", proposal=OTHER)
    clerk.has(DAY, "vote-held", **vote(on=[{"proposal": OTHER}]))


def test_a_proposal_that_carried_did_not_fall(clerk: Clerk) -> None:
    clerk.has(DAY, "vote-held", **vote(on=[{"proposal": FIRST}], votes_for=3, votes_against=1))
    assert "carried" in clerk.refused(DAY, "proposal-rejected", proposal=FIRST, by=BOARD, vote="vote/v").problem
    assert "has no point" in clerk.refused(DAY, "proposal-rejected", proposal=OTHER, by=BOARD, points=["7"]).problem
    both = [{"proposal": FIRST, "votes": 3}, {"proposal": OTHER, "votes": 1}]
    clerk.has(DAY, "vote-held", **vote("vote/alt", method="alternative", on=both))
    clerk.has(DAY, "proposal-rejected", proposal=OTHER, by=BOARD, vote="vote/alt")
    assert clerk.value(DAY, OTHER, "outcome") == "fell"
    clerk.has(DAY, "proposal-rejected", proposal=FIRST, by=BOARD, points=["2"])
    assert clerk.value(DAY, FIRST, "outcome") == "unknown"
    assert clerk.value(DAY, FIRST, "rejected_point", "2") == BOARD


# ---- votes


@pytest.mark.parametrize(
    "numbers",
    [
        {"votes_for": 3, "votes_against": 2},
        {"votes_for": 3, "votes_against": 3, "casting_vote": "for"},
        {"votes_for": 2, "votes_against": 3, "outcome": "fell"},
        {"votes_for": 3, "votes_against": 3, "outcome": "fell"},
        {"votes_for": 4, "votes_against": 2, "majority": "two_thirds"},
        {"votes_for": 5, "votes_against": 3, "majority": "two_thirds", "outcome": "fell"},
        {"votes_for": 5, "votes_against": 1, "majority": "unanimity", "outcome": "fell"},
        {"votes_for": 5, "votes_against": 1, "meeting": "meeting/g", "outcome": "fell"},
        {"method": "unanimous"},
        {"votes_for": 3},
    ],
)
def test_a_vote_ends_as_its_numbers_say(clerk: Clerk, numbers: Plain) -> None:
    clerk.has(DAY, "vote-held", **vote(**numbers))
    assert clerk.value(DAY, "vote/v", "outcome") == numbers.get("outcome", "carried")
    assert clerk.value(DAY, "vote/v", "mismatch") is None


@pytest.mark.parametrize(
    "numbers",
    [
        {"votes_for": 2, "votes_against": 3},
        {"votes_for": 3, "votes_against": 3},
        {"votes_for": 3, "votes_against": 3, "casting_vote": "against"},
        {"votes_for": 3, "votes_against": 2, "outcome": "fell"},
        {"votes_for": 5, "votes_against": 3, "majority": "two_thirds"},
        {"votes_for": 5, "votes_against": 1, "majority": "unanimity"},
        {"votes_for": 0, "votes_against": 0, "majority": "two_thirds"},
    ],
)
def test_another_outcome_than_the_numbers_give_is_refused(clerk: Clerk, numbers: Plain) -> None:
    refusal = clerk.refused(DAY, "vote-held", **vote(**numbers))
    assert refusal.problem == "{ayes} for and {noes} against does not give that outcome."
    assert "§ 11-9" in str(refusal.source)


def test_the_chair_settles_ties_only(clerk: Clerk) -> None:
    assert (
        "settles a tie"
        in clerk.refused(DAY, "vote-held", **vote(votes_for=3, votes_against=2, casting_vote="for")).problem
    )
    assert "unanimous" in clerk.refused(DAY, "vote-held", **vote(method="unanimous", votes_against=1)).problem


def test_a_tally_that_is_not_the_sum_of_the_named_votes_is_kept_and_marked(clerk: Clerk) -> None:
    named = [{"voter": A, "vote": "for"}, {"voter": B, "vote": "against"}]
    clerk.has(DAY, "vote-held", **vote(votes_for=1, votes_against=2, named=named))
    assert clerk.value(DAY, "vote/v", "mismatch") is True
    assert clerk.value(DAY, "vote/v", "votes_against") == 2
    both = [{"proposal": FIRST, "votes": 2}, {"proposal": OTHER, "votes": 0}]
    for_first = [{"voter": A, "vote": "for", "proposal": FIRST}]
    clerk.has(DAY, "vote-held", **vote("vote/alt", method="alternative", on=both, named=for_first))
    assert clerk.value(DAY, "vote/alt", "mismatch") is True
    clerk.has(DAY, "vote-held", **vote("vote/rett", votes_for=1, votes_against=1, casting_vote="for", named=named))
    assert clerk.value(DAY, "vote/rett", "mismatch") is None
    assert clerk.value(DAY, "vote/rett", "named_vote", B) == {"voter": B, "vote": "against"}


def test_no_more_vote_than_were_present(clerk: Clerk) -> None:
    clerk.has(DAY, "vote-held", **vote("vote/for-oppmote", votes_for=9, votes_against=1))
    clerk.has(DAY, "agenda-item-noted", meeting=MEETING, case=CASE, order=2)
    present = [*attending(A, B, C), *attending(D, items=[{"first": 1, "last": 1}]), *attending(E, capacity="observer")]
    clerk.has(DAY, "attendance-recorded", meeting=MEETING, extent="complete", present=present)
    refusal = clerk.refused(DAY, "vote-held", **vote(case=CASE, votes_for=3, votes_against=1))
    assert str(refusal).startswith("4 voted, but 3 were present with a vote.")
    clerk.has(DAY, "vote-held", **vote(votes_for=3, votes_against=1))  # at some item, four were there
    clerk.has(DAY, "vote-held", **vote("vote/2", case=CASE, votes_for=2, votes_against=1))
    both = [{"proposal": FIRST, "votes": 3}, {"proposal": OTHER, "votes": 1}]
    assert "4 voted" in str(clerk.refused(DAY, "vote-held", **vote("vote/3", case=CASE, method="alternative", on=both)))


def test_a_partial_list_binds_no_count(clerk: Clerk) -> None:
    clerk.has(DAY, "attendance-recorded", meeting=MEETING, extent="partial", present=attending(A), absent=[F])
    clerk.has(DAY, "vote-held", **vote(votes_for=5, votes_against=1, named=[{"voter": B, "vote": "for"}]))
    absent = clerk.refused(DAY, "vote-held", **vote("vote/2", named=[{"voter": F, "vote": "for"}]))
    assert "not recorded as present" in absent.problem


def test_voters_are_there_and_are_named_once(clerk: Clerk) -> None:
    clerk.has(DAY, "attendance-recorded", meeting=MEETING, extent="complete", present=attending(A, B))
    stranger = clerk.refused(DAY, "vote-held", **vote(named=[{"voter": C, "vote": "for"}]))
    assert stranger.details["voter"] == C
    twice = [{"voter": A, "vote": "for"}, {"voter": A, "vote": "against"}]
    assert "named twice" in clerk.refused(DAY, "vote-held", **vote(named=twice)).problem


@pytest.mark.parametrize("outcome", ["disqualified", "excused"])
def test_a_disqualified_member_neither_votes_nor_counts(clerk: Clerk, outcome: str) -> None:
    told: Plain = {"meeting": MEETING, "case": CASE, "member": A, "outcome": outcome, "ground": "fvl. § 6"}
    clerk.has(DAY, "recusal-decided", **told)
    refusal = clerk.refused(DAY, "vote-held", **vote(case=CASE, named=[{"voter": A, "vote": "for"}]))
    assert "was disqualified" in refusal.problem
    assert "11-10" in str(refusal.source)
    clerk.has(DAY, "attendance-recorded", meeting=MEETING, extent="complete", present=attending(A, B, C))
    assert "3 voted, but 2" in str(clerk.refused(DAY, "vote-held", **vote(case=CASE, votes_for=3, votes_against=0)))
    clerk.has(DAY, "vote-held", **vote(named=[{"voter": A, "vote": "for"}]))  # in another case of the same meeting


def test_a_member_found_able_votes(clerk: Clerk) -> None:
    told: Plain = {"meeting": MEETING, "case": CASE, "member": A, "outcome": "not_disqualified", "ground": "fvl. § 6"}
    clerk.has(DAY, "recusal-decided", **told)
    clerk.has(DAY, "vote-held", **vote(case=CASE, named=[{"voter": A, "vote": "for"}]))


def test_half_of_the_members_must_have_voted(clerk: Clerk) -> None:
    refusal = clerk.refused(DAY, "vote-held", **vote(votes_for=3, votes_against=0, members=7))
    assert str(refusal).startswith("3 of 7 members voted")
    clerk.has(DAY, "vote-held", **vote("vote/fire", votes_for=3, votes_against=1, members=7))
    clerk.has(DAY, "vote-held", **vote("vote/blank", votes_for=3, votes_against=0, votes_blank=1, members=8))
    clerk.has(DAY, "vote-held", **vote("vote/falt", votes_for=1, votes_against=2, members=7, outcome="fell"))
    clerk.has(DAY, "vote-held", **vote("vote/fri", meeting="meeting/g", votes_for=1, votes_against=0, members=7))
    clerk.has(DAY, "vote-held", **vote("vote/ukjent", votes_for=1, votes_against=0))
    clerk.has(DAY, "attendance-recorded", meeting=MEETING, extent="partial", present=attending(A), members=9)
    assert "4 of 9" in str(clerk.refused(DAY, "vote-held", **vote("vote/liste", votes_for=4, votes_against=0)))

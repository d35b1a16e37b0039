"""Is every open obligation listed, with its due date and whom it waits for, and is what is settled left out?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import pytest

from projections.attention import Item, Kind, attention
from projections.attention.item import due_state, either
from projections.reading import Reading
from tests.clerks import ANN, BOARD, BOB, CHAIR, COMPANY, GROUP, NORD, SOR, STRATEGY, TEAM, Clerk, furnished
from tests.councils import BOARD as COMMITTEE
from tests.councils import CASE, DAY, DECISION, FIRST, MEETING, adopted, seated
from tests.councils import COUNCIL as TOWN
from tests.councils import NORD as TOWN_ITSELF
from tests.small_partnership import DAL, FJORD, NY, history, in_force, notice, organisation, told
from tests.small_partnership import A as AGREEMENT
from tui import terms

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.record import Pen
    from tests.conftest import Run

Event = tuple[str, str, dict[str, Any]]


def on(source: Clerk | Pen, day: str, kind: str, *, ref: str | None = None) -> list[Item]:
    pen = source.pen if isinstance(source, Clerk) else source
    journal = pen.catch_up()
    found = attention(Reading(journal, date.fromisoformat(day), journal.head))
    return [item for item in found if item.kind == kind and ref in {None, item.ref}]


def shown(items: list[Item]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(item.holds, item.due_state, item.waits_for) for item in items]


def one(clerk: Clerk, *events: Event) -> Clerk:
    for effective, wire_name, fields in events:
        clerk.has(effective, wire_name, **fields)
    return clerk


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (None, "none"),
        ("2019-05-31", "overdue"),
        ("2019-06-01", "due"),
        ("2019-06-02", "due"),
        ("2019", "maybe_overdue"),
        ("2018", "overdue"),
        ("2019-05-20/2019-06-20", "maybe_overdue"),
        ("no date", "none"),
    ],
)
def test_a_due_date_is_past_on_the_day_after(due: str | None, state: str) -> None:
    assert due_state(due, date(2019, 6, 1)) == state


def test_of_several_possible_due_dates_one_that_is_past_makes_it_perhaps_overdue() -> None:
    assert either(["due", "due"]) == "due"
    assert either(["overdue", "overdue"]) == "overdue"
    assert either(["overdue", "due"]) == "maybe_overdue"
    assert either(["none", "due"]) == "due"


def condition(deadline: str = "2021-06-01", **more: Any) -> Event:
    fields = {"condition": "condition/c", "to": DECISION, "point": "1", "kind": "suspensive", "text": "Midler finnes."}
    return DAY, "condition-attached", {**fields, "on_whom": [TOWN_ITSELF], "deadline": deadline, **more}


SETTLED = {"condition": "condition/c", "outcome": "fulfilled", "by": TOWN_ITSELF}


def test_a_condition_waits_for_those_it_is_on_until_it_is_settled() -> None:
    clerk = one(seated(), (DAY, "decision-adopted", adopted()), condition())
    assert shown(on(clerk, "2021-05-01", "open_condition")) == [("yes", "due", (TOWN_ITSELF,))]
    assert shown(on(clerk, "2021-07-01", "open_condition")) == [("yes", "overdue", (TOWN_ITSELF,))]
    clerk.has("2021-08/2021-10", "condition-settled", **SETTLED)
    assert shown(on(clerk, "2021-09-01", "open_condition")) == [("maybe", "overdue", (TOWN_ITSELF,))]
    assert on(clerk, "2021-11-01", "open_condition") == []


def test_a_condition_on_what_came_to_nothing_waits_for_nobody() -> None:
    clerk = one(seated(), condition(to=FIRST))
    assert len(on(clerk, "2021-05-01", "open_condition")) == 1
    clerk.has("2021-05-02", "proposal-rejected", proposal=FIRST, by=COMMITTEE)
    assert on(clerk, "2021-05-03", "open_condition") == []
    decided = one(seated(), (DAY, "decision-adopted", adopted()), condition())
    decided.has("2021-05-02", "decision-reversed", decision=DECISION, by=COMMITTEE, how="repealed")
    assert on(decided, "2021-05-03", "open_condition") == []


def test_what_it_rests_on_stands_beside_it() -> None:
    clerk = one(seated(), (DAY, "decision-adopted", adopted()), condition())
    (item,) = on(clerk, "2021-05-01", "open_condition")
    assert (item.name, item.what, item.due, item.knowledge) == (
        "Midler finnes.",
        "Vedtak",
        "2021-06-01",
        "documented",
    )
    assert item.entry == clerk.pen.catch_up().head


def test_a_task_and_what_is_missing_of_it() -> None:
    task = {"mandate": "mandate/m", "giver": BOARD, "receiver": GROUP, "task": "Utred", "deadline": "2019-05"}
    clerk = one(furnished(), ("2019-01-01", "mandate-given", {**task, "deliverables": ["Rapport", "Plan"]}))
    clerk.has("2019-03-01", "mandate-deliverable-submitted", mandate="mandate/m", deliverable="Plan")
    assert shown(on(clerk, "2019-05-10", "task_open")) == [("yes", "maybe_overdue", (GROUP,))]
    assert [item.what for item in on(clerk, "2019-05-10", "deliverable_missing")] == ["Rapport"]
    clerk.has("2019-06-01~", "mandate-discharged", mandate="mandate/m", outcome="lapsed")
    assert [*on(clerk, "2019-06-02", "task_open"), *on(clerk, "2019-06-02", "deliverable_missing")] == []


def test_a_hearing_waits_for_each_one_asked() -> None:
    asked = {"hearing": "hearing/h", "title": "Høring", "by": BOARD, "to": [NORD, SOR], "deadline": "2019-05-01"}
    clerk = one(furnished(), ("2019-01-01", "hearing-sent", asked))
    clerk.has("2019-02-01", "hearing-answered", hearing="hearing/h", by=NORD, stance="supports")
    assert shown(on(clerk, "2019-03-01", "hearing_unanswered")) == [("yes", "due", (SOR,))]
    open_ = {"hearing": "hearing/o", "title": "Åpen", "by": BOARD, "addressees": "Alle som vil"}
    clerk.has("2019-01-01", "hearing-sent", **open_)
    assert [item.what for item in on(clerk, "2019-03-01", "hearing_unanswered", ref="hearing/o")] == ["Alle som vil"]


def test_a_recommendation_waits_for_each_one_named_who_has_neither_answered_nor_joined() -> None:
    pen = history(
        told(
            "2019-01-01",
            "recommendation-made",
            recommendation="recommendation/r",
            by="body/board",
            content="Slutt dere til",
            addressees="Kommunene",
            named=[FJORD, DAL, "organisation/by"],
            subject="strategy/s",
        ),
        told(
            "2019-02-01", "recommendation-answered", recommendation="recommendation/r", addressee=DAL, answer="partly"
        ),
        told("2019-02-01", "participation-declared", organisation=FJORD, to="strategy/s", answer="participates"),
    )
    assert shown(on(pen, "2019-03-01", "recommendation_unanswered")) == [("yes", "none", ("organisation/by",))]


def test_an_invitation_waits_for_each_one_named_and_a_group_is_one_item() -> None:
    invited = {"to": "strategy/s", "addressees": "47 kommuner", "count": 2, "named": [FJORD, DAL], "deadline": "2019"}
    pen = history(told("2018-01-01", "participation-invited", **invited))
    assert sorted(shown(on(pen, "2019-06-01", "invitation_unanswered"))) == [
        ("yes", "maybe_overdue", (DAL,)),
        ("yes", "maybe_overdue", (FJORD,)),
    ]
    assert [item.what for item in on(pen, "2019-06-01", "group_invitation")] == ["47 kommuner (0/2)"]
    answer = {"type": "participation-declared", "to": "strategy/s", "answer": "declines"}
    pen.record({"effective": "2018-02", "knowledge": "reported", "event": {**answer, "organisation": DAL}})
    assert [item.waits_for for item in on(pen, "2019-06-01", "invitation_unanswered")] == [(FJORD,)]
    assert [item.holds for item in on(pen, "2018-02-10", "invitation_unanswered")].count("maybe") == 1
    assert [item.what for item in on(pen, "2019-06-01", "group_invitation")] == ["47 kommuner (1/2)"]
    pen.record({"effective": "2018-03-01", "knowledge": "reported", "event": {**answer, "organisation": FJORD}})
    assert on(pen, "2019-06-01", "group_invitation") == []


def test_a_seat_without_a_certain_holder_is_vacant_or_may_be() -> None:
    clerk = furnished()
    assert shown(on(clerk, "2019-06-01", "vacancy", ref=CHAIR)) == [("yes", "none", (BOARD,))]
    clerk.has("2019-01-01", "role-assigned", post=CHAIR, holder=ANN, term_until="2020")
    assert on(clerk, "2019-06-01", "vacancy", ref=CHAIR) == []
    assert shown(on(clerk, "2020-06-01", "vacancy", ref=CHAIR)) == [("maybe", "none", (BOARD,))]
    assert shown(on(clerk, "2020-06-01", "term_over")) == [("yes", "maybe_overdue", (ANN,))]
    assert shown(on(clerk, "2021-06-01", "term_over")) == [("yes", "overdue", (ANN,))]
    assert shown(on(clerk, "2021-06-01", "vacancy", ref=CHAIR)) == [("yes", "none", (BOARD,))]


def test_leave_past_its_end_waits_for_whoever_is_on_leave() -> None:
    clerk = one(furnished(), ("2019-01-01", "role-assigned", {"post": CHAIR, "holder": ANN}))
    clerk.has("2019-02-01", "leave-granted", post=CHAIR, holder=ANN, until="2019-05-01", temporary=BOB)
    assert on(clerk, "2019-04-01", "leave_over") == []
    assert shown(on(clerk, "2019-06-01", "leave_over")) == [("yes", "overdue", (ANN,))]


def test_too_little_staff_is_shown_as_far_as_it_is_known() -> None:
    clerk = furnished()
    two = {"milli_fte": 2000, "bound": "floor"}
    clerk.has("2019-01-01", "capacity-requirement-set", body=TEAM, staffing=two, status="adopted")
    assert [(item.what, item.holds) for item in on(clerk, "2019-02-01", "capacity_lacking")] == [("0/2", "yes")]
    clerk.has(
        "2019-02-01", "staff-committed", organisation=NORD, body=TEAM, staffing={"milli_fte": 1500, "bound": "floor"}
    )
    assert [(item.what, item.holds) for item in on(clerk, "2019-03-01", "capacity_lacking")] == [("1.5/2", "maybe")]
    clerk.has(
        "2019-03-01", "staff-committed", organisation=SOR, body=TEAM, staffing={"milli_fte": 500, "bound": "exact"}
    )
    assert on(clerk, "2019-04-01", "capacity_lacking") == []


def test_agreements_run_out_and_notices_run() -> None:
    pen = history(
        in_force("2015-01-01", until="2019-12-31"), notice("2018-01-01", "2018-12-31", "agreement", notice_months=6)
    )
    assert on(pen, "2017-01-01", "agreement_expiring") == []
    assert shown(on(pen, "2019-06-01", "agreement_expiring")) == [("yes", "due", (FJORD, DAL))]
    assert shown(on(pen, "2020-06-01", "agreement_expired")) == [("yes", "overdue", (FJORD, DAL))]
    assert shown(on(pen, "2018-06-01", "notice_running")) == [("yes", "due", (DAL,))]
    assert shown(on(pen, "2019-06-01", "notice_running")) == [("yes", "overdue", (DAL,))]
    leaving = {"type": "withdrawal-took-effect", "organisation": DAL, "to": AGREEMENT}
    pen.record({"effective": "2019-01-01", "knowledge": "documented", "event": leaving})
    assert on(pen, "2019-06-01", "notice_running") == []


def test_commitments_of_an_ended_organisation_wait_for_its_heirs() -> None:
    merged = [
        organisation(NY, "Ny", "2020-01-01"),
        told("2020-01-01", "organisations-merged", predecessors=[DAL], result=NY),
    ]
    pen = history(in_force("2015-01-01"), *merged)
    assert on(pen, "2019-12-31", "commitment_unassigned") == []
    assert [(item.ref, item.waits_for) for item in on(pen, "2020-06-01", "commitment_unassigned")] == [
        (AGREEMENT, (NY,))
    ]
    gone = history(in_force("2015-01-01"), told("2019-01-01", "agreement-term-changed", agreement=AGREEMENT,
                                                change="expired"), *merged)  # fmt: skip
    assert on(gone, "2020-06-01", "commitment_unassigned") == []


def test_what_is_to_be_told_approved_and_found_out() -> None:
    clerk = seated()
    clerk.has(DAY, "decision-adopted", **adopted(instead_of=TOWN))
    state = {"subject": DECISION, "to": "Fylkestinget", "request": "Behandling", "state": "to_be_done"}
    clerk.has(DAY, "decision-forwarded", **state)
    clerk.has("2021-04-01", "meeting-registered", meeting="meeting/neste", body=TOWN, status="called")
    (told_,) = on(clerk, "2021-03-02", "urgent_unreported")
    assert (told_.due, told_.due_state, told_.waits_for) == (None, "none", (COMMITTEE,))
    (told_,) = on(clerk, "2021-04-02", "urgent_unreported")
    assert (told_.due, told_.due_state) == ("2021-04-01", "overdue")
    assert [item.waits_for for item in on(clerk, "2021-04-02", "to_forward")] == [(COMMITTEE,)]
    assert {item.ref for item in on(clerk, "2021-04-02", "minutes_unapproved")} == {MEETING, "meeting/k", "meeting/g"}
    assert FIRST in {item.ref for item in on(clerk, "2021-04-02", "outcome_unknown")}
    clerk.has("2021-04-01", "urgent-decision-reported", decision=DECISION, meeting="meeting/neste")
    clerk.has("2021-04-01", "minutes-treated", meeting=MEETING, outcome="approved", by=COMMITTEE)
    clerk.has("2021-04-01", "decision-forwarded", **{**state, "state": "done"})
    clerk.has("2021-04-01", "proposal-rejected", proposal=FIRST, by=COMMITTEE)
    kinds = ("urgent_unreported", "to_forward")
    assert [item for kind in kinds for item in on(clerk, "2021-04-02", kind)] == []
    assert MEETING not in {item.ref for item in on(clerk, "2021-04-02", "minutes_unapproved")}
    assert FIRST not in {item.ref for item in on(clerk, "2021-04-02", "outcome_unknown")}


def test_a_case_put_off_waits_until_it_is_decided() -> None:
    clerk = one(seated(), (DAY, "case-deferred", {"case": CASE, "by": COMMITTEE, "how": "referred", "to": TOWN}))
    assert [item.waits_for for item in on(clerk, "2021-04-01", "case_waiting")] == [(TOWN,)]
    clerk.has("2021-05-01", "decision-adopted", **adopted(case=CASE))
    assert on(clerk, "2021-06-01", "case_waiting") == []


def test_complaints_and_reviews_wait_until_they_are_concluded() -> None:
    clerk = one(seated(), (DAY, "decision-adopted", adopted()))
    clerk.has(DAY, "complaint-filed", decision=DECISION, complaint="K1", right="fvl. § 28")
    asked = {"decision": DECISION, "initiative": "members", "put_forward": "2021-03-10", "members": 3}
    clerk.has("2021-03-10", "legality-review-requested", **asked)
    assert [len(on(clerk, "2021-04-01", kind)) for kind in ("complaint_pending", "review_pending")] == [1, 1]
    clerk.has("2021-05-01", "complaint-concluded", decision=DECISION, complaint="K1", outcome="dismissed", by=TOWN)
    clerk.has("2021-05-01", "legality-review-concluded", decision=DECISION, outcome="lawful", by="organisation/staten")
    assert [len(on(clerk, "2021-06-01", kind)) for kind in ("complaint_pending", "review_pending")] == [0, 0]


def test_sources_access_and_bodies() -> None:
    clerk = furnished()
    clerk.has("2019-01-01", "source-gap-noted", subject=STRATEGY, missing="Figuren")
    claims = {"conflict": "conflict/c", "about": STRATEGY, "claims": ["2017", "2018"]}
    clerk.has("2019-01-01", "source-conflict-noted", **claims)
    secret = {"subject": STRATEGY, "legal_ground": "offl. § 13", "scope": "everything", "until": "2019-05-01"}
    clerk.has("2019-01-01", "access-restricted", **secret)
    planned = {"body": "body/ny", "name": "Ny", "kind": "board", "effect": "decided", "owner": COMPANY}
    clerk.has("2019-01-01", "body-established", **planned)
    kinds = ("gap_open", "conflict_open", "restriction_over", "not_evidenced")
    assert [len(on(clerk, "2019-06-01", kind)) for kind in kinds] == [1, 1, 1, 1]
    assert on(clerk, "2019-04-01", "restriction_over") == []
    clerk.has("2019-06-02", "conflict-resolved", conflict="conflict/c", resolution="2018", reason="Møteboka")
    clerk.has("2019-06-02", "access-restriction-lifted", subject=STRATEGY)
    assert [len(on(clerk, "2019-06-03", kind)) for kind in kinds] == [1, 0, 0, 1]


def test_measures_without_benefits_and_milestones_past_due() -> None:
    pen = history(told("2012-01-01", "milestone-set", measure="measure/m", milestone="Start", due="2013-01-01"))
    assert [item.ref for item in on(pen, "2012-06-01", "without_benefits")] == ["measure/m"]
    assert [item.due_state for item in on(pen, "2012-06-01", "milestone_open")] == ["due"]
    assert [item.due_state for item in on(pen, "2013-06-01", "milestone_open")] == ["overdue"]


def test_it_is_sorted_by_how_late_it_is_then_by_due_date_then_by_name() -> None:
    clerk = one(seated(), (DAY, "decision-adopted", adopted()))
    for number, deadline in enumerate(["2021-06-01", "2022-01-01", "2021", "2021-05-01", None, "2021-05-01"]):
        fields = {
            "to": DECISION,
            "kind": "deferral",
            "text": f"{number}",
            **({"deadline": deadline} if deadline else {}),
        }
        clerk.has(DAY, "condition-attached", condition=f"condition/c{number}", **fields)
    names = [item.name for item in on(clerk, "2021-07-01", "open_condition")]
    assert names == ["3", "5", "0", "2", "1", "4"]


def test_every_kind_has_a_word() -> None:
    assert set(get_args(Kind)) - set(terms._WORDS) == set()


def test_the_command_answers_for_programs_and_for_people_in_both_languages(demo_ledger: Path, vedtak: Run) -> None:
    outcome = vedtak("attention", "--ledger", demo_ledger, "--on", "2019-06-01", "--json")
    assert outcome.code == 0
    assert '"task_open"' in outcome.out
    for lang in ("nb", "en"):
        told_ = vedtak("attention", "--ledger", demo_ledger, "--on", "2019-06-01", lang=lang)
        assert told_.code == 0
        assert "DiguT" in told_.out
    some = vedtak("attention", "--ledger", demo_ledger, "--on", "2019-06-01", "--for", "body/digut")
    assert "94/18" not in some.out
    none = vedtak("attention", "--ledger", demo_ledger, "--on", "2019-06-01", "--for", "organisation/orland")
    assert "Nothing is open" in none.out
    unknown = vedtak("attention", "--ledger", demo_ledger, "--for", "organisation/ingen")
    assert unknown.code == 1

"""Do agreements, hosts and withdrawals follow their rules, and is lawful history never refused?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.small_partnership import (
    BY,
    COMMUNITY,
    DAL,
    FJORD,
    GIVEN,
    HOST,
    MERGED,
    NY,
    STARTED,
    A,
    Case,
    S,
    Told,
    assert_refused,
    draft,
    history,
    in_force,
    left,
    notice,
    row,
    status,
    then,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REFUSED: list[Case] = [
    (
        "contents are missing",
        [draft("task_community", "borrowing", "reporting"), in_force()[:2]],
        in_force()[2],
        "asks for: g) power to borrow – myndighet til å ta opp lån; h) what it reports to the participants – hva det",
        "koml. § 19-4",
    ),
    (
        "the archive is forgotten",
        [draft("political_council", "dissolution_and_archive"), in_force()[:2]],
        in_force()[2],
        "who keeps the archives",
        "koml. § 18-4",
    ),
    (
        "the host is not named",
        [draft("host_municipality", "host"), in_force()[:2]],
        in_force()[2],
        "which of them is host",
        "koml. § 20-4",
    ),
    (
        "a party that must sign has not",
        [draft("association", required_parties=[BY]), in_force()[:2]],
        in_force()[2],
        "“Avtalen” cannot enter into force without By.",
        "",
    ),
    (
        "too few parties",
        [draft("association", quorum=3), in_force()[:2]],
        in_force()[2],
        "needs 3 parties and has 2",
        "",
    ),
    ("no signature", [in_force()[:1]], in_force()[2], "Dal has not signed “Avtalen” by 2020-06-01.", ""),
    (
        "no such version",
        [draft("association")],
        told("2020-01-01", "agreement-signed", organisation=FJORD, agreement=A, version="2"),
        "“Avtalen” has no version “2” on record.",
        "",
    ),
    (
        "the assembly changes what the councils must",
        COMMUNITY,
        told("2021-01-01", "agreement-amended", agreement=A, version="2", clauses=["borrowing"], by="assembly"),
        "Only the councils themselves can change what koml. § 19-4 lists: g) power to borrow",
        "koml. § 19-4",
    ),
    (
        "less than two thirds",
        COMMUNITY,
        told("2021", "agreement-amended", agreement=A, version="2", by="assembly", votes_for=5, votes_cast=8),
        "5 of 8 votes are less than two thirds.",
        "koml. § 19-4",
    ),
    ("not in force", [], told("2021", "task-transferred", agreement=A, task="x"), "is not in force on 2021-12-31.", ""),
    (
        "runs out too early",
        [in_force(until="2024-12-31")],
        told("2023-01-01", "agreement-term-changed", agreement=A, change="expired"),
        "runs until 2024-12-31, and cannot run out on 2023-01-01",
        "",
    ),
    (
        "extended to an earlier end",
        [in_force(until="2024-12-31")],
        told("2023-01-01", "agreement-term-changed", agreement=A, change="extended", until="2023-12-31"),
        "The new end, 2023-12-31, is before the one agreed, 2024-12-31.",
        "",
    ),
    (
        "a board joins for the council",
        [draft("host_municipality")],
        told("2020-01-01", "adherence-decided", organisation=FJORD, to=A, answer="joins", decision="decision/board"),
        "body/board cannot join “Avtalen” for Fjord: the council itself decides.",
        "koml. § 20-4",
    ),
    (
        "another municipality's council joins for it",
        [draft("host_municipality")],
        told("2020-01-01", "adherence-decided", organisation=FJORD, to=A, answer="joins", decision="decision/dal"),
        "body/dal-council cannot join “Avtalen” for Fjord",
        "koml. § 20-4",
    ),
    (
        "the body named did not decide",
        [],
        told(
            "2020-01-01",
            "adherence-decided",
            organisation=FJORD,
            to=S,
            answer="joins",
            decision="decision/board",
            body="body/council",
        ),
        "decision/board was made by body/board, not by body/council.",
        "koml. §§ 18-4, 19-4, 20-4: each council decides for itself",
    ),
    (
        "admitted twice",
        COMMUNITY,
        told("2021-01-01", "party-admitted", organisation=DAL, agreement=A),
        "Dal is a party to “Avtalen” already on 2021-01-01.",
        "",
    ),
    (
        "leaves a host agreement after half a year",
        HOST,
        notice("2021-01-01", "2021-12-31", "host_agreement_law"),
        "Notice of 12 months given on 2021-01-01 runs until 2022-01-01; Dal cannot leave on 2021-12-31.",
        "koml. § 20-8",
    ),
    (
        "leaves a task community by the rule for hosts",
        COMMUNITY,
        notice("2021-01-01", "2022-01-01", "host_agreement_law"),
        "“Avtalen” is no host municipality agreement.",
        "koml. § 20-8",
    ),
    (
        "leaves before the agreed period",
        COMMUNITY,
        notice("2021-01-01", "2021-06", "agreement"),
        "Notice of 6 months given on 2021-01-01 runs until 2021-07-01",
        "koml. §§ 18-4, 19-4, 20-8; inndelingslova § 16",
    ),
    (
        "leaves by a period nobody knows",
        HOST,
        notice("2021-01-01", "2023-06", "agreement"),
        "The period of notice agreed in “Avtalen” is not on record.",
        "koml. §§ 18-4, 19-4, 20-8; inndelingslova § 16",
    ),
    (
        "no boundary change",
        HOST,
        notice("2021-01-01", "2022-01-01", "boundary_change"),
        "No boundary change of a party to “Avtalen” is on record in the year before 2021-01-01.",
        "inndelingslova § 16",
    ),
    (
        "a boundary change too long ago",
        [HOST, MERGED],
        notice("2021-01-02", "2021-12-01", "boundary_change", NY),
        "No boundary change of a party to “Avtalen” is on record in the year before 2021-01-02.",
        "inndelingslova § 16",
    ),
    (
        "the boundary rule for a form it does not speak of",
        [draft("no_statutory_form"), *in_force("2019-12-01"), MERGED],
        notice("2020-03-31", "2020-09-30", "boundary_change", NY),
        "“Avtalen” is of a form that inndelingslova § 16 does not speak of.",
        "inndelingslova § 16",
    ),
    (
        "six months have not run",
        [HOST, MERGED],
        notice("2020-03-31", "2020-09-29", "boundary_change", NY),
        "Notice of 6 months given on 2020-03-31 runs until 2020-09-30; Ny cannot leave on 2020-09-29.",
        "inndelingslova § 16",
    ),
    ("no party gives notice", HOST, notice("2021-01-01", "2022-01-01", "agreement", BY), "By is no party to", "koml."),
    ("left without notice", COMMUNITY, left("2022-01-01"), "Dal has given no notice on record", "koml. §§ 18-4"),
    (
        "left before the notice ran out",
        [COMMUNITY, notice("2021-01-01", "2021-07-01", "agreement")],
        left("2021-06-30"),
        "The notice Dal gave to leave “Avtalen” runs until 2021-07-01.",
        "koml. §§ 18-4, 19-4, 20-8",
    ),
    (
        "ends without an archive",
        COMMUNITY,
        told("2024-01-01", "agreement-terminated", agreement=A, ground="agreed_by_all"),
        "“Avtalen” cannot end without anybody to keep its archives.",
        "koml. § 19-4",
    ),
    (
        "shares are less than the whole",
        COMMUNITY,
        told(
            "2021-01-01",
            "liability-shares-set",
            agreement=A,
            of="liability",
            shares=[
                {"organisation": FJORD, "share": {"n": 1, "d": 3}},
                {"organisation": DAL, "share": {"n": 1, "d": 2}},
            ],
        ),
        "The shares of the parties are 5/6 together, not one.",
        "koml. §§ 18-2",
    ),
    (
        "a party has two shares",
        COMMUNITY,
        told(
            "2021-01-01",
            "liability-shares-set",
            agreement=A,
            of="ownership",
            shares=[{"organisation": DAL, "share": {"n": 1, "d": 2}}, {"organisation": DAL, "share": {"n": 1, "d": 2}}],
        ),
        "Dal stands twice among the shares.",
        "koml.",
    ),
    (
        "the host is no party",
        HOST,
        told("2021-01-01", "host-designated", agreement=A, host=BY),
        "By is no party to “Avtalen” on 2021-01-01, and only a party can be host.",
        "koml. §§ 20-1",
    ),
    (
        "another host before",
        [HOST, told("2020-01-01", "host-designated", agreement=A, host=FJORD)],
        told("2021-01-01", "host-designated", agreement=A, host=FJORD, previous=DAL),
        "Fjord is host on 2021-01-01, not Dal.",
        "koml. §§ 20-1",
    ),
    (
        "authority over individuals",
        COMMUNITY,
        told("2021-01-01", "task-transferred", agreement=A, task="Vedtak", individual_decisions="any"),
        "“Avtalen” may not be given authority to make individual decisions of any kind.",
        "koml. § 19-1",
    ),
    (
        "returns what was not handed over",
        COMMUNITY,
        told("2021-01-01", "task-returned", agreement=A, task="Drift"),
        "“Drift” is not handed over under “Avtalen” on 2021-01-01.",
        "",
    ),
]


@pytest.mark.parametrize(
    ("before", "event", "problem", "source"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_refused(before: Sequence[Told | Iterable[Told]], event: Told, problem: str, source: str) -> None:
    assert_refused(before, event, problem, source)


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([draft("task_community", "borrowing"), *in_force("2019-10-31")], id="contents before the act"),
        pytest.param(
            [told("2012-01-01", "agreement-draft-filed", agreement=A, version="1", form="board_1992"), *in_force()],
            id="a form whose law is not held",
        ),
        pytest.param(in_force(), id="no draft filed"),
        pytest.param(
            [draft("host_municipality", "other_by_law", "joint_board_members"), *in_force()], id="conditional"
        ),
        pytest.param([*HOST, notice("2021-01-01", "2022-01-01", "host_agreement_law")], id="one year to the day"),
        pytest.param([*HOST, *MERGED, notice("2021-01-01", "2021-07-01", "boundary_change", NY)], id="within a year"),
        pytest.param(
            [*HOST, *MERGED, notice("2021-01-01", "2021-07-01", "boundary_change", FJORD)],
            id="a boundary change of another party",
        ),
        pytest.param(
            [
                *HOST,
                told("2021", "agreement-amended", agreement=A, version="2", by="assembly", votes_for=5, votes_cast=8),
            ],
            id="a host agreement, of whose changes the law asks no two thirds",
        ),
        pytest.param([*COMMUNITY, notice("2021", "2021-10-01", "agreement", given="2021")], id="notice in some month"),
        pytest.param(
            [draft("host_municipality"), *in_force("2012"), notice("2013-01-01", "2013-02-01", "host_agreement_law")],
            id="notice by the act of 1992",
        ),
        pytest.param([*COMMUNITY, left("2022-01-01", ground="agreed_by_all")], id="all agreed"),
        pytest.param(
            [*COMMUNITY, notice("2021-01-01", "2021-07", "agreement"), left("2021-07-01")], id="runs out then"
        ),
        pytest.param(
            [
                *STARTED,
                status("2013", "paused"),
                status("2014", "resumed"),
                status("2015", "completed", reason="Godt nok"),
            ],
            id="completed with a reason",
        ),
        pytest.param(
            [status("2012", "started"), status("2012", "paused"), status("2012", "resumed")], id="all one year"
        ),
        pytest.param(
            [*HOST, told("2021-01-01", "agreement-terminated", agreement=A, ground="as_agreed")], id="host ends"
        ),
    ],
)
def test_lawful_or_doubtful_history_is_recorded(events: list[Told]) -> None:
    assert history(events).catch_up().head == len(GIVEN) + len(events)


def test_a_party_goes_from_decided_to_withdrawn_and_keeps_its_liability() -> None:
    joins = {"organisation": DAL, "to": A, "answer": "joins", "decision": "decision/dal", "version": "1"}
    pen = history(
        draft("task_community", notice_months=6),
        told("2020-01-01", "adherence-decided", **joins),
        in_force(),
        notice("2021-01-01", "2021-07-01", "agreement"),
        left("2021-07-01", liability_share={"n": 1, "d": 2}),
    )
    assert row(pen, DAL, "2020-02-01").status == "decided"
    assert row(pen, DAL, "2020-07-01").status == "in_force"
    leaving = row(pen, DAL, "2021-03-01")
    assert (leaving.status, leaving.leaves) == ("in_force", "2021-07-01")
    assert row(pen, DAL, "2021-07-01").status == "withdrawn"
    kept = then(pen, A, "2021-07-01").fact("residual_liability", DAL)
    assert kept.value == {"share": {"n": 1, "d": 2}, "amount": {"known": "unknown"}}
    assert then(pen, A, "2021-06-30").fact("residual_liability", DAL).holds == "no"
    back = told("2023-01-01", "party-admitted", organisation=DAL, agreement=A)
    pen.record({"effective": back[0], "knowledge": "documented", "event": back[1]})
    again = row(pen, DAL, "2023-01-01")
    assert (again.status, again.leaves) == ("in_force", None)


def test_another_version_than_decided_is_flagged_and_not_refused() -> None:
    joins = {"organisation": DAL, "to": A, "answer": "joins", "decision": "decision/dal", "version": "1"}
    second = told("2012-02-01", "agreement-draft-filed", agreement=A, version="2", form="association")
    pen = history(
        draft("association"),
        second,
        told("2020-01-01", "adherence-decided", **joins),
        told("2020-02-01", "agreement-signed", organisation=DAL, agreement=A, version="2"),
    )
    assert not row(pen, DAL, "2020-01-15").version_differs
    flagged = row(pen, DAL, "2020-02-01")
    assert flagged.status == "signed"
    assert flagged.version_differs


def test_a_decision_is_conditional_until_its_conditions_are_settled() -> None:
    condition = {"condition": "condition/c", "to": "decision/dal", "kind": "suspensive", "text": "Minst tre."}
    pen = history(
        told("2020-01-01", "adherence-decided", organisation=DAL, to=S, answer="joins", decision="decision/dal"),
        told("2020-01-01", "condition-attached", **condition),
        told("2020-06-01", "condition-settled", condition="condition/c", outcome="fulfilled", by="body/council"),
    )
    assert row(pen, DAL, "2020-02-01", S).status == "conditional"
    assert row(pen, DAL, "2020-06-01", S).status == "decided"


def test_a_decision_with_an_uncertain_date_may_hold() -> None:
    pen = history(
        told("2020", "adherence-decided", organisation=DAL, to=S, answer="declines", decision="decision/dal"),
    )
    asked = row(pen, DAL, "2020-05-01", S)
    assert (asked.status, asked.holds) == ("declined", "maybe")
    assert row(pen, DAL, "2021-01-01", S).holds == "yes"


def test_nobody_adheres_to_what_has_ended() -> None:
    pen = history(HOST, told("2022-01-01", "agreement-terminated", agreement=A, ground="as_agreed"))
    assert row(pen, DAL, "2021-12-31").holds == "yes"
    ended = row(pen, DAL, "2022-01-01")
    assert (ended.holds, ended.ended, ended.status) == ("no", True, "in_force")


def test_there_is_one_host_at_a_time() -> None:
    pen = history(
        HOST,
        told("2020-01-01", "host-designated", agreement=A, host=FJORD),
        told("2021", "host-designated", agreement=A, host=DAL, previous=FJORD),
    )
    assert then(pen, A, "2020-06-01").fact("host").value == FJORD
    doubtful = then(pen, A, "2021-06-01").fact("host")
    assert (doubtful.holds, {doubtful.value, *(value for value, _ in doubtful.alternatives)}) == ("maybe", {FJORD, DAL})
    assert then(pen, A, "2022-01-01").fact("host").value == DAL

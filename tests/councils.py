"""A council, the committee under it and a group bound by no act, with a case and meetings, for the rules' tests."""

from __future__ import annotations

from typing import Any

from tests.clerks import Clerk, Plain

NORD, STATE, BIGGER = "organisation/nord", "organisation/staten", "organisation/nordvik"
COUNCIL, BOARD, TEAM = "body/kommunestyret", "body/formannskapet", "body/gruppa"
MEETING, CASE = "meeting/m", "case/sak"
A, B, C, D, E, F = (f"person/{letter}" for letter in "abcdef")
FIRST, OTHER = "proposal/innstilling", "proposal/motforslag"
DECISION = "decision/vedtak"
POINTS = [{"no": "1", "text": "Kommunen deltar.", "strength": "is"}, {"no": "2", "text": "Mer.", "strength": "is"}]
DAY = "2021-03-01"


def seated() -> Clerk:
    """A council with an executive committee under it, a group bound by no act, six people, a case and a meeting."""
    made = Clerk()
    for ref in (NORD, STATE):
        made.has("2000-01-01", "organisation-registered", organisation=ref, name=ref[13:], kind="municipality")
    for ref, kind, under in ((COUNCIL, "council", None), (BOARD, "elected", COUNCIL), (TEAM, "working_group", None)):
        told: Plain = {"under": under} if under else {}
        fields: Plain = {"name": ref[5:], "kind": kind, "effect": "evidenced", "owner": NORD, **told}
        made.has("2000-01-01", "body-established", body=ref, **fields)
    for ref in (A, B, C, D, E, F):
        made.has("2000-01-01", "person-registered", person=ref, name=ref)
    made.has("2021-01-01", "case-opened", case=CASE, title="Sak", organisation=NORD)
    for meeting, body in ((MEETING, BOARD), ("meeting/k", COUNCIL), ("meeting/g", TEAM)):
        made.has(DAY, "meeting-registered", meeting=meeting, body=body, status="held")
    made.has(DAY, "meeting-registered", meeting="meeting/avlyst", body=BOARD, status="called")
    made.has(DAY, "meeting-concluded", meeting="meeting/avlyst", status="cancelled")
    for ref in (FIRST, OTHER):
        made.has("2021-02-01", "proposal-submitted", **proposal(ref))
    return made


def proposal(ref: str, **more: Any) -> Plain:
    return {"proposal": ref, "title": ref[9:], "kind": "alternative", "by": NORD, "to": BOARD, "points": POINTS, **more}


def vote(ref: str = "vote/v", **more: Any) -> Plain:
    told = {"vote": ref, "question": "Forslaget", "meeting": MEETING, "method": "for_against", "outcome": "carried"}
    return {**told, **more}


def adopted(ref: str = DECISION, **more: Any) -> Plain:
    return {"decision": ref, "title": "Vedtak", "body": BOARD, "wording": "full", "points": POINTS, **more}


def attending(*who: str, capacity: str = "member", **more: Any) -> list[Plain]:
    return [{"who": ref, "capacity": capacity, **more} for ref in who]

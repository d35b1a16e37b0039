"""Two municipalities and their task community, and a clerk who records one event at a time for the rules' tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ledger.entry import Actor
from ledger.errors import Refused
from ledger.record import Pen
from ledger.store import memory_book

if TYPE_CHECKING:
    from ledger.structure import Structure

NORD, SOR, COMPANY = "organisation/nord", "organisation/sor", "organisation/ko"
BOARD, GROUP, TEAM = "body/styret", "body/gruppa", "body/teamet"
COUNCIL, STRATEGY = "body/representantskapet", "document/strategien"
ANN, BOB = "person/ann", "person/bob"
CHAIR, SEAT, LEADER = "post/leder", "post/plass", "post/daglig-leder"
WHOLE = {"n": 1, "d": 1}

Plain = dict[str, Any]


class Clerk:
    """Records one event at a time and looks at what stood."""

    def __init__(self) -> None:
        self.pen = Pen(memory_book("vedtak.test/regler"), Actor(name="test", role="import"))

    def has(self, effective: str, wire_name: str, **fields: object) -> int:
        asked = {"effective": effective, "knowledge": "documented", "event": {"type": wire_name, **fields}}
        return self.pen.record(asked).position

    def refused(self, effective: str, wire_name: str, **fields: object) -> Refused:
        before = self.pen.catch_up().head
        with pytest.raises(Refused) as caught:
            self.has(effective, wire_name, **fields)
        assert self.pen.catch_up().head == before
        assert caught.value.remedy
        assert caught.value.source
        return caught.value

    def on(self, day: str) -> Structure:
        journal = self.pen.catch_up()
        return journal.structure(date.fromisoformat(day), journal.head)

    def value(self, day: str, ref: str, attribute: str, key: str = "") -> object:
        return self.on(day).thing(ref).fact(attribute, key).value

    def holds(self, day: str, ref: str, attribute: str, key: str = "") -> str:
        return self.on(day).thing(ref).fact(attribute, key).holds


def furnished() -> Clerk:
    """Two municipalities and a task community; three bodies, two people and three posts of theirs, all since 2000."""
    made = Clerk()
    for ref, kind in ((NORD, "municipality"), (SOR, "municipality"), (COMPANY, "task_community")):
        made.has("2000-01-01", "organisation-registered", organisation=ref, name=ref[13:].title(), kind=kind)
    for ref, kind in ((BOARD, "board"), (GROUP, "working_group"), (TEAM, "working_group"), (COUNCIL, "assembly")):
        made.has(
            "2000-01-01",
            "body-established",
            body=ref,
            name=ref[5:].title(),
            kind=kind,
            effect="evidenced",
            owner=COMPANY,
        )
    for ref in (ANN, BOB):
        made.has("2000-01-01", "person-registered", person=ref, name=ref[7:].title())
    for ref, place, kind in ((CHAIR, BOARD, "chair"), (SEAT, COUNCIL, "member"), (LEADER, COMPANY, "manager")):
        made.has(
            "2000-01-01", "post-created", post=ref, body=place, title=ref[5:], kind=kind, seats=1, status="created"
        )
    for ref in (STRATEGY, "document/instruks-1", "document/instruks-2"):
        made.has(
            "2000-01-01", "document-registered", document=ref, title=ref, kind="register", holding="reference_only"
        )
    return made

"""A small partnership to try rules on: three municipalities, an agreement, a strategy, a plan with a measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ledger.entry import Actor
from ledger.errors import Refused
from ledger.law import CONTENTS_2018
from ledger.record import Pen
from ledger.store import memory_book
from projections.adherence import Row, adherence
from projections.reading import Reading

if TYPE_CHECKING:
    from ledger.structure import Thing

A, S, P, M, B = "agreement/a", "strategy/s", "plan/p", "measure/m", "benefit/b"

FJORD, DAL, BY, NY = "organisation/fjord", "organisation/dal", "organisation/by", "organisation/ny"

Told = tuple[str, dict[str, Any]]

ALL = {form: [item.content for item in asked.items] for form, asked in CONTENTS_2018.items()}


def told(effective: str, wire_name: str, **event: Any) -> Told:
    return effective, {"type": wire_name, **event}


def organisation(ref: str, name: str, since: str = "1900-01-01") -> Told:
    return told(since, "organisation-registered", organisation=ref, name=name, kind="municipality")


def body(ref: str, kind: str, owner: str) -> Told:
    return told("2000-01-01", "body-established", body=ref, name=ref, kind=kind, effect="evidenced", owner=owner)


def decision(ref: str, by: str) -> Told:
    return told("2010-01-01", "decision-adopted", decision=ref, title=ref, body=by, wording="unknown")


GIVEN = [
    organisation(FJORD, "Fjord"),
    organisation(DAL, "Dal"),
    organisation(BY, "By"),
    body("body/council", "council", FJORD),
    body("body/dal-council", "council", DAL),
    body("body/board", "board", FJORD),
    decision("decision/council", "body/council"),
    decision("decision/dal", "body/dal-council"),
    decision("decision/board", "body/board"),
    told("2010-01-01", "agreement-draft-ordered", agreement=A, title="Avtalen", parties="Alle"),
    told("2010-01-01", "strategy-filed", strategy=S, title="Strategien"),
    told("2010-01-01", "plan-filed", plan=P, title="Planen"),
    told("2010-01-01", "measure-added", measure=M, title="Tiltaket", part_of=P, deliverables=["Kart", "Kurs"]),
    told("2010-01-01", "strategy-filed", strategy="strategy/next", title="Den neste"),
]


def draft(form: str, *without: str, on: str = "2012-01-01", **more: Any) -> Told:
    contents = [item for item in ALL.get(form, []) if item not in without]
    return told(on, "agreement-draft-filed", agreement=A, version="1", form=form, contents=contents, **more)


def in_force(day: str = "2020-06-01", *, signed: str | None = None, **more: Any) -> list[Told]:
    return [
        *(told(signed or day, "agreement-signed", organisation=party, agreement=A) for party in (FJORD, DAL)),
        told(day, "agreement-entered-into-force", agreement=A, parties=[FJORD, DAL], **more),
    ]


def notice(on: str, takes_effect: str, ground: str, party: str = DAL, **more: Any) -> Told:
    event = {"organisation": party, "to": A, "ground": ground, "takes_effect": takes_effect}
    return told(on, "withdrawal-notified", **event, **more)


def left(on: str, party: str = DAL, **more: Any) -> Told:
    return told(on, "withdrawal-took-effect", organisation=party, to=A, **more)


def status(on: str, word: str, **more: Any) -> Told:
    return told(on, "measure-status-changed", measure=M, status=word, **more)


def history(*events: Told | Iterable[Told]) -> Pen:
    pen = Pen(memory_book("vedtak.test/avtale"), Actor(name="test", role="import"))
    flat: list[Told] = list(GIVEN)
    for event in events:
        flat.extend([event] if isinstance(event, tuple) else event)
    for effective, happened in flat:
        pen.record({"effective": effective, "knowledge": "documented", "event": happened})
    return pen


def then(pen: Pen, ref: str, on: str) -> Thing:
    return pen.catch_up().structure(date.fromisoformat(on)).thing(ref)


def row(pen: Pen, party: str, on: str, to: str = A) -> Row:
    reading = Reading(pen.catch_up(), date.fromisoformat(on), pen.journal.head)
    return next(row for row in adherence(reading, to) if row.organisation == party)


MERGED = [
    organisation(NY, "Ny", "2020-01-01"),
    told("2020-01-01", "organisations-merged", predecessors=[DAL, BY], result=NY),
]

HOST = [draft("host_municipality"), *in_force("2019-12-01")]

COMMUNITY = [draft("task_community", notice_months=6), *in_force()]

STARTED = [status("2011", "supported"), status("2012-01-01", "started")]

BENEFIT = told(
    "2012-01-01",
    "benefit-defined",
    benefit=B,
    measure=M,
    title="Kortere tid",
    kind="time",
    indicator="Tid",
    unit="timer",
)


Case = tuple[str, Sequence[Told | Iterable[Told]], Told, str, str]
"""A name, what happened before, what is refused, words of the problem, how the source begins."""


def assert_refused(before: Sequence[Told | Iterable[Told]], event: Told, problem: str, source: str) -> None:
    pen = history(*before)
    head = pen.catch_up().head
    with pytest.raises(Refused) as refusal:
        pen.record({"effective": event[0], "knowledge": "documented", "event": event[1]})
    assert problem in str(refusal.value)
    assert refusal.value.remedy.endswith(".")
    assert (refusal.value.source or "").startswith(source)
    assert pen.catch_up().head == head

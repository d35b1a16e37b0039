"""A small book about money: three municipalities and their council, and short ways to tell and to ask."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ledger.calendar import LATEST
from ledger.entry import Actor
from ledger.errors import Refused
from ledger.record import Pen
from ledger.store import memory_book
from projections.funding import Funding, funding
from projections.reading import Reading

if TYPE_CHECKING:
    from ledger.structure import Structure

A, B, C, AB = (f"organisation/{name}" for name in ("adal", "berg", "co", "adalberg"))
COUNCIL = "organisation/raad"
GRANT = "application/portal"
Given = dict[str, Any]


def kr(kroner: int, known: str = "exact") -> Given:
    return {"known": known, "ore": kroner * 100}


UNKNOWN: Given = {"known": "unknown"}


def new_pen() -> Pen:
    made = Pen(memory_book("vedtak.test/penger"), Actor(name="kari", role="secretariat"))
    for name in (A, B, C):
        tell(
            made,
            "2010-01-01",
            "organisation-registered",
            organisation=name,
            name=name[13:].title(),
            kind="municipality",
        )
    tell(made, "2010-01-01", "organisation-registered", organisation=COUNCIL, name="Rådet", kind="regional_council")
    return made


def tell(pen: Pen, effective: str, type_: str, **event: Any) -> int:
    command = {"effective": effective, "knowledge": "documented", "event": {"type": type_, **event}}
    return pen.record(command).position


def correct(pen: Pen, entry: int, effective: str, type_: str, **event: Any) -> int:
    command = {
        "effective": effective,
        "knowledge": "documented",
        "corrects": {"entry": entry, "kind": "recording_error", "reason": "Feil tall"},
        "event": {"type": type_, **event},
    }
    return pen.record(command).position


def refused(pen: Pen, problem: str, effective: str, type_: str, **event: Any) -> Refused:
    before = pen.catch_up().head
    with pytest.raises(Refused) as caught:
        tell(pen, effective, type_, **event)
    assert problem in str(caught.value), str(caught.value)
    assert caught.value.remedy
    assert caught.value.source
    assert pen.catch_up().head == before
    return caught.value


def on(pen: Pen, day: date = LATEST) -> Structure:
    return pen.catch_up().structure(day)


def money(pen: Pen, day: date = date(2024, 1, 1), known: int | None = None) -> Funding:
    journal = pen.catch_up()
    return funding(Reading(journal, day, journal.head if known is None else known))


def source(pen: Pen, **rules: Any) -> None:
    tell(
        pen, "2019-01-01", "funding-source-registered", fund="fund/skjonn", name="Skjønn", kind="discretionary", **rules
    )


def applied(applicant: str = A, amount: Given | None = None, **more: Any) -> Given:
    return {
        "application": GRANT,
        "fund": "fund/skjonn",
        "applicant": applicant,
        "project": "Portal",
        "amount": amount or kr(300_000),
        "sent": "sent",
        **more,
    }

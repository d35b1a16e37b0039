"""Is an event of uncertain date refused only when it would be wrong on every day that the date may mean?"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.calendar import EARLIEST, LATEST, bounds
from ledger.declaration import declaration, references
from ledger.entry import Actor
from ledger.errors import LedgerError, Refused
from ledger.events import CATALOGUE
from ledger.facts import Assign, Happening, History, Slot, possible, possible_within
from ledger.journal import Log
from ledger.record import Pen
from ledger.store import memory_book
from tests.small_partnership import (
    BENEFIT,
    COMMUNITY,
    DAL,
    FJORD,
    STARTED,
    A,
    B,
    M,
    Told,
    draft,
    history,
    in_force,
    notice,
    organisation,
    status,
    told,
)
from tests.test_replay import EFFECTIVE, QUERIED, VALUES

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.event import Event
    from ledger.structure import Structure

FIXTURES = Path(__file__).parent.parent / "fixtures"
DAY = timedelta(days=1)
SLOT = Slot("organisation/a", "name")


# ---- what is on record of a span of days


@settings(max_examples=300, deadline=None)
@given(written=st.lists(st.tuples(EFFECTIVE, VALUES), max_size=5), ends=st.tuples(QUERIED, QUERIED))
def test_a_span_of_days_may_hold_what_any_of_them_may(written: list[tuple[str, Any]], ends: tuple[date, date]) -> None:
    first, last = sorted(ends)
    told_of = History()
    for position, (dated, value) in enumerate(written, 1):
        told_of.add(Happening(position, dated, (Assign(SLOT, value),)))
    writers = told_of.writers(SLOT, len(written))
    days = [possible(writers, first + DAY * step) for step in range((last - first).days + 1)]
    found = told_of.answer(SLOT, last, len(written), first)

    assert found == possible_within(writers, first, last)
    assert {writer.position for writer in found.writers} == {w.position for answer in days for w in answer.writers}
    assert found.unset == any(answer.unset for answer in days)
    assert found.last == days[-1].last
    if first == last:
        assert found == days[0]

    # Certain of the span is what is certain, and the same, on each day of it.
    shown = [(answer.holds, answer.value if answer.holds == "yes" else None) for answer in days]
    same = set(map(repr, shown))
    assert (found.holds == "yes") == (len(same) == 1 and shown[0][0] == "yes")
    assert (found.holds == "no") == (len(same) == 1 and shown[0][0] == "no")


# ---- every rule, on the sample of every event


@cache
def sample() -> Log:
    lines = (FIXTURES / "every-event.jsonl").read_text(encoding="utf-8").splitlines()
    pen = Pen(memory_book("vedtak.test/usikker"), Actor("test", "import"))
    pen.record_all([json.loads(line) for line in lines])
    return pen.catch_up()


@cache
def turning_days() -> list[date]:
    """The first and last day there is, each day on which something happens in the sample, and its morrow."""
    found = {EARLIEST, LATEST}
    for _, entry in sample().numbered():
        found |= {*bounds(entry.effective)}
    return sorted(found | {day + DAY for day in found - {LATEST}})


@cache
def of_kind() -> dict[str, list[str]]:
    found = defaultdict(list)
    for ref in sample().history.entities():
        found[ref.partition("/")[0]].append(ref)
    return found


def allowed(event: Event, structure: Structure) -> bool:
    try:
        event.check(structure)
    except LedgerError:
        return False
    return True


def spoken_of(event: Event, structure: Structure) -> bool:
    """Whether all that the event refers to may have been there by then. A rule has nothing to go by on days before."""
    return all(structure.thing(ref).answer("exists").writers for _, ref in references(event))


def others_put_in(plain: Any, drawn: st.DataObject) -> Any:
    """The same event, but of other things and with other choices, as they may be drawn."""
    if isinstance(plain, dict):
        return {name: held if name == "type" else others_put_in(held, drawn) for name, held in plain.items()}
    if isinstance(plain, list | tuple):
        return [others_put_in(held, drawn) for held in plain]
    if isinstance(plain, str) and (found := re.fullmatch(r"([a-z]+)/[a-z0-9-]+", plain)):
        return drawn.draw(st.sampled_from([plain, *of_kind().get(found[1], [])]))
    return plain


def drawn_event(drawn: st.DataObject) -> Event:
    entry = sample().entry(drawn.draw(st.integers(1, sample().head), label="entry"))
    plain = {"type": entry.wire_name, **msgspec.to_builtins(entry.happened)}
    if drawn.draw(st.booleans()):
        plain = others_put_in(plain, drawn)
    for field in declaration(entry.wire_name).fields:
        if field.choices and not field.many and field.name in plain and drawn.draw(st.booleans()):
            plain[field.name] = drawn.draw(st.sampled_from(field.choices))
    return msgspec.convert(plain, CATALOGUE[entry.wire_name])


@settings(max_examples=400, deadline=None)
@given(drawn=st.data())
def test_what_may_be_right_on_one_day_is_not_refused_on_a_span_with_that_day(drawn: st.DataObject) -> None:
    """The rule of an event is asked about spans of days, when all of the sample is known."""
    journal, event = sample(), drawn_event(drawn)
    chosen = drawn.draw(st.lists(st.sampled_from(turning_days()), min_size=2, max_size=6, unique=True), label="days")
    first, *_, last = chosen = sorted(chosen)
    if not allowed(event, journal.structure(last, earliest=first)):
        there = [day for day in chosen if spoken_of(event, journal.structure(day))]
        assert [day for day in there if allowed(event, journal.structure(day))] == []


@pytest.mark.parametrize("wide", ["its year", "whenever"])
def test_what_was_recorded_of_a_day_could_have_been_of_a_span(wide: str) -> None:
    refused = []
    for position, entry in sample().numbered():
        first, last = bounds(entry.effective)
        span = (
            (first.replace(month=1, day=1), last.replace(month=12, day=31))
            if wide == "its year"
            else (EARLIEST, LATEST)
        )
        if not allowed(entry.happened, sample().structure(span[1], position - 1, span[0])):
            refused.append((position, entry.wire_name))
    assert refused == []


# ---- one of each sort, spelt out


MANDATE = {"mandate": "mandate/a", "giver": "body/council", "receiver": "body/board", "task": "Utred"}
CONDITION = told(
    "2012-01-01", "condition-attached", condition="condition/a", to="decision/council", kind="deferral", text="Vent"
)
FUND = told(
    "2012-01-01",
    "funding-source-registered",
    fund="fund/a",
    name="Midler",
    kind="fund",
    application_deadline="2018-06-01",
)
APPLIED = {"application": "application/a", "fund": "fund/a", "applicant": FJORD, "project": "P", "sent": "sent"}
UNKNOWN = {"known": "unknown"}
JOINS = {"organisation": FJORD, "to": A, "answer": "joins"}

Case = tuple[Sequence[Any], "Callable[[str], Told]", str, str]
"""What came before, an event as of some date, a day on which it is refused, and a span around it where it is not."""
CASES: dict[str, Case] = {
    "a body that was dissolved": (
        [told("2018-06-01", "body-dissolved", body="body/board")],
        lambda on: told(on, "body-renamed", body="body/board", name="Nytt"),
        *("2018-07-01", "2018"),
    ),
    "an organisation that came later": (
        [organisation("organisation/ny", "Ny", "2018-06-01")],
        lambda on: told(on, "membership-started", member="organisation/ny", of="body/board"),
        *("2018-05-01", "2018"),
    ),
    "a number that was given up": (
        [
            told("2000-01-01", "organisation-number-changed", organisation=FJORD, new="1621", cause="other"),
            told(
                "2018-06-01", "organisation-number-changed", organisation=FJORD, old="1621", new="5015", cause="other"
            ),
        ],
        lambda on: told(on, "organisation-number-changed", organisation=DAL, new="1621", cause="other"),
        *("2018-05-01", "2018"),
    ),
    "a name it had for a while": (
        [
            told("2018-06-01", "organisation-renamed", organisation=FJORD, name="Fjorden"),
            told("2018-08-01", "organisation-renamed", organisation=FJORD, name="Fjord"),
        ],
        lambda on: told(on, "organisation-renamed", organisation=FJORD, name="Fjord"),
        *("2018-09-01", "2018-05/2018-09"),  # it was another only in the middle
    ),
    "a task with a deadline": (
        [],
        lambda on: told(on, "mandate-given", **MANDATE, deadline="2018-06-01"),
        *("2018-07-01", "2018"),
    ),
    "a task that is over": (
        [
            told("2018-01-01", "mandate-given", **MANDATE),
            told("2018-06-01", "mandate-discharged", mandate="mandate/a", outcome="lapsed"),
        ],
        lambda on: told(on, "mandate-discharged", mandate="mandate/a", outcome="fulfilled"),
        *("2018-07-01", "2018"),
    ),
    "a condition that is settled": (
        [
            CONDITION,
            told("2018-06-01", "condition-settled", condition="condition/a", outcome="failed", by="body/council"),
        ],
        lambda on: told(on, "condition-settled", condition="condition/a", outcome="fulfilled", by="body/council"),
        *("2018-07-01", "2018"),
    ),
    "a benefit that was given up": (
        [BENEFIT, told("2018-06-01", "benefit-reviewed", benefit=B, outcome="abandoned", finding="Nei")],
        lambda on: told(on, "benefit-reviewed", benefit=B, outcome="on_track", finding="Ja"),
        *("2018-07-01", "2018"),
    ),
    "a measure that is closed": (
        [*STARTED, status("2018-06-01", "cancelled")],
        lambda on: told(on, "milestone-set", measure=M, milestone="Kartet", due="2019"),
        *("2018-07-01", "2018"),
    ),
    "a measure that was paused": (
        [*STARTED, status("2018-06-01", "paused")],
        lambda on: status(on, "resumed"),
        *("2018-05-01", "2018"),
    ),
    "money to apply for in time": (
        [FUND],
        lambda on: told(on, "grant-applied", **APPLIED, amount=UNKNOWN),
        *("2018-07-01", "2018"),
    ),
    "an application that was refused": (
        [
            FUND,
            told("2018-01-01", "grant-applied", **APPLIED, amount=UNKNOWN),
            told("2018-06-01", "grant-refused", application="application/a"),
        ],
        lambda on: told(on, "grant-awarded", application="application/a", amount=UNKNOWN),
        *("2018-07-01", "2018"),
    ),
    "a merger that was to come": (
        [],
        lambda on: told(
            on, "merger-decided", parties=[FJORD, DAL], decided_by="king", agreement="all", scheduled="2018-06-01"
        ),
        *("2018-07-01", "2018"),
    ),
    "a meeting that was cancelled": (
        [
            told("2018-01-01", "meeting-registered", meeting="meeting/a", body="body/board", status="called"),
            told("2018-06-01", "meeting-concluded", meeting="meeting/a", status="cancelled"),
        ],
        lambda on: told(on, "meeting-concluded", meeting="meeting/a", status="held"),
        *("2018-07-01", "2018"),
    ),
    "what the law asks of an agreement since 2019": (
        [draft("task_community", "borrowing"), *in_force("2019-01-01")[:2]],
        lambda on: told(on, "agreement-entered-into-force", agreement=A, parties=[FJORD, DAL]),
        *("2019-11-01", "2019"),
    ),
    "who joins by the law since 2019": (
        [draft("task_community")],
        lambda on: told(on, "adherence-decided", **JOINS, decision="decision/board"),
        *("2019-11-01", "2019"),
    ),
    "tasks that the law keeps back since 2019": (
        [draft("task_community"), *in_force("2019-01-01")],
        lambda on: told(on, "task-transferred", agreement=A, task="Alt", individual_decisions="any"),
        *("2019-11-01", "2019"),
    ),
    "notice of six months": (
        [*COMMUNITY],
        lambda on: notice(on, "2021-06-01", "agreement"),
        *("2021-01-01", "2020-11/2021-01"),
    ),
}


def record(pen: Pen, event: Told) -> None:
    pen.preview({"effective": event[0], "knowledge": "documented", "event": event[1]})


@pytest.mark.parametrize("name", CASES)
def test_is_refused_of_the_day_and_not_of_the_span(name: str) -> None:
    before, event, day, span = CASES[name]
    pen = history(*before)
    assert bounds(span).earliest <= date.fromisoformat(day) <= bounds(span).latest
    with pytest.raises(Refused):
        record(pen, event(day))
    record(pen, event(span))


@pytest.mark.parametrize(
    ("kind", "joins"), [("council", True), ("unknown", True), ("elected", False), ("board", False)]
)
def test_only_the_council_joins_what_the_law_leaves_to_it(kind: str, *, joins: bool) -> None:
    who = told("2000-01-01", "body-established", body="body/a", name="A", kind=kind, effect="evidenced", owner=FJORD)
    made = told("2010-01-01", "decision-adopted", decision="decision/a", title="A", body="body/a", wording="unknown")
    pen = history(draft("host_municipality"), who, made)
    event = told("2021-01-01", "adherence-decided", **JOINS, decision="decision/a")
    if joins:
        record(pen, event)
    else:
        with pytest.raises(Refused, match="the council itself decides"):
            record(pen, event)

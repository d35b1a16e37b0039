"""Agreements and those bound by them: decisions, versions, contents, heirs, and votes that do not add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from ledger.calendar import EARLIEST, LATEST, bounds
from ledger.errors import N_
from ledger.law import CONTENTS_2018, judged
from projections.adherence import adherence
from projections.attention import attention
from projections.audit.finding import Finding, found
from projections.reading import Reading

SETS_DOWN: Final = "koml. §§ 18-4, 19-4, 20-4"


def adherences(reading: Reading) -> Iterator[Finding]:
    """Taking part with no decision behind it, and signing another version than was decided on."""
    for row in adherence(reading):
        if row.holds == "no":
            continue
        if row.without_decision and row.status not in {"declined", "withdrawn"}:
            yield found(
                "without_decision",
                N_("{party} says that it takes part in “{name}”, and no decision of it is on record."),
                row.to,
                row.entry,
                party=row.name,
                name=row.to_name,
            )
        if row.version_differs:
            yield found(
                "other_version",
                N_("{party} decided on version “{decided}” of “{name}” and signed “{signed}”."),
                row.to,
                row.stages.get("signed"),
                party=row.name,
                name=row.to_name,
                decided=row.decided_version or "",
                signed=row.signed_version or "",
            )


def contents(reading: Reading) -> Iterator[Finding]:
    """Agreements in force whose contents were not measured: under the act of 1992, or with no version filed."""
    for thing in reading.structure.list("agreement"):
        status, form = thing.fact("status"), thing.fact("form").value
        if status.value != "in_force" or status.holds != "yes" or status.entry is None:
            continue
        since = reading.date_of(status.entry)
        name = reading.label(thing.ref)
        if form in CONTENTS_2018 and not judged(since.latest):
            yield found(
                "contents_not_judged",
                N_("“{name}” entered into force {date}; what the act of 1992 asked it to contain is not judged."),
                thing.ref,
                status.entry,
                SETS_DOWN,
                name=name,
                date=since.edtf,
            )
        elif thing.fact("version_filed").holds == "no":
            yield found(
                "contents_not_judged",
                N_("“{name}” is in force, and no version of it is filed to judge its contents by."),
                thing.ref,
                status.entry,
                SETS_DOWN,
                name=name,
            )


def commitments(reading: Reading) -> Iterator[Finding]:
    """What organisations that have ended certainly were bound to, and nobody is on record as having taken over."""
    for item in attention(reading):
        if item.kind == "commitment_unassigned" and item.holds == "yes":
            yield found(
                "commitment_unassigned",
                N_("{organisation} has ended, and who takes over “{name}” is not on record."),
                item.ref,
                item.entry,
                "convention of the ledger",
                organisation=item.what,
                name=item.name,
            )


def votes(reading: Reading) -> Iterator[Finding]:
    """Votes whose printed tally is not the sum of the named votes."""
    for thing in reading.structure.list("vote"):
        mismatch = thing.fact("mismatch")
        if mismatch.value is True:
            yield found(
                "tally_mismatch",
                N_("In “{name}” the printed numbers are not the sum of the named votes."),
                thing.ref,
                mismatch.entry,
                "koml. § 11-4",
                name=reading.label(thing.ref),
            )


def periods(reading: Reading) -> Iterator[Finding]:
    """Plans certainly outside the period of their strategy, and measures outside that of their plan or strategy."""
    for kind, above, names in (
        ("plan", "strategy", ("period_from", "period_until")),
        ("measure", "part_of", ("starts", "ends")),
    ):
        for thing in reading.structure.list(kind):
            parent = thing.fact(above).value
            if not isinstance(parent, str):
                continue
            outer = reading.structure.thing(parent)
            first, last = (thing.fact(name) for name in names)
            since, until = outer.fact("period_from").value, outer.fact("period_until").value
            early = _ends(first.value) < _starts(since)
            late = any(_starts(value) > _ends(until) for value in (first.value, last.value))
            if early or late:
                yield found(
                    "outside_period",
                    N_("“{name}” ({from_} – {until}) lies outside the period of “{parent}” ({since} – {end})."),
                    thing.ref,
                    last.entry or first.entry,
                    name=reading.label(thing.ref),
                    from_=str(first.value or "…"),
                    until=str(last.value or "…"),
                    parent=reading.label(parent),
                    since=str(since or "…"),
                    end=str(until or "…"),
                )


def _starts(value: object) -> date:
    """The first day a date may mean; the calendar's first when there is none."""
    return bounds(value).earliest if isinstance(value, str) else EARLIEST


def _ends(value: object) -> date:
    """The last day a date may mean; the calendar's last when there is none."""
    return bounds(value).latest if isinstance(value, str) else LATEST


RULES: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (adherences, contents, commitments, votes, periods)

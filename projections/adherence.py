"""Who adheres to what, and how far it has come: organisation by agreement, strategy, decision, plan or measure.

Stages never overwrite each other, so the furthest one recorded is the status. A proposal is *proposed* whatever it
proposes; a party that a source merely tells of is *unknown*; taking part by one's own word, with no decision behind
it, is *unknown* too and says so. A decision is *conditional* while a condition attached to it is open or has failed, or
while it states terms and none is on record that could settle them. A party that has given notice is a party until it
has withdrawn; of what has ended altogether, nobody is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from msgspec import Struct

from ledger.facts import Holds
from ledger.fields import Knowledge
from ledger.structure import Thing
from projections.reading import FactView, Reading, as_mapping

Status = Literal[
    "invited",
    "proposed",
    "recommended",
    "decided",
    "signed",
    "in_force",
    "conditional",
    "declined",
    "withdrawn",
    "unknown",
]
STAGES: Final = (
    "withdrawn",
    "in_force",
    "signed",
    "decided",
    "declared",
    "proposed",
    "recommended",
    "invited",
    "reported",
)
"""From the furthest to the least; the keyed attributes of the thing adhered to."""
TARGETS: Final = ("agreement", "strategy", "plan", "decision", "measure")


class Row(Struct, frozen=True, omit_defaults=True):
    """One organisation's adherence to one thing. Every stage recorded is in ``stages`` with its entry."""

    organisation: str
    name: str
    to: str
    to_name: str
    status: Status
    holds: Holds
    entry: int | None
    knowledge: Knowledge | None
    authority: str | None
    stages: dict[str, int]
    cites: str | None = None
    """What the status rests on, for a reader: the case number and title of the paper, or the decision."""
    proposal: str | None = None
    case: str | None = None
    case_number: str | None = None
    decision: str | None = None
    conditions: str | None = None
    without_decision: bool = False
    leaves: str | None = None
    """When it will have left, as it gave notice; it has not left."""
    signed_version: str | None = None
    decided_version: str | None = None
    version_differs: bool = False
    """It signed another version than it had decided on."""
    ended: bool = False
    """What it adhered to has ended; then nothing holds any more, whatever the status was."""


def adherence(reading: Reading, to: str | None = None) -> list[Row]:
    """A row for each organisation and thing adhered to (one thing when ``to`` is given), by thing and name."""
    return sorted(each_row(reading, to), key=lambda row: (row.to, row.name))


def each_row(reading: Reading, to: str | None = None) -> Iterator[Row]:
    """The rows one by one, in no order, for whoever needs only a little of each."""
    things = (
        (reading.structure.thing(to),)
        if to
        else (thing for kind in TARGETS for thing in reading.structure.recorded(kind))
    )
    return (row for thing in things for row in _rows(reading, thing))


def row_of(reading: Reading, organisation: str, to: str) -> Row | None:
    """One organisation's adherence to one thing; None where nothing is recorded of it."""
    thing = reading.structure.thing(to)
    return next(_rows(reading, thing, organisation), None)


def _rows(reading: Reading, thing: Thing, only: str | None = None) -> Iterator[Row]:
    stages = {stage: thing.keyed(stage) for stage in STAGES}
    for ref in dict.fromkeys(ref for facts in stages.values() for ref in facts):
        if only in {None, ref}:
            told = {stage: reading.view(facts[ref]) for stage, facts in stages.items() if ref in facts}
            yield _row(reading, thing, ref, told)


def _row(reading: Reading, thing: Thing, organisation: str, stages: dict[str, FactView]) -> Row:
    furthest = next(stage for stage in STAGES if stage in stages)
    fact = stages[furthest]
    value = as_mapping(fact.value) or {}
    decided = as_mapping(stages["decided"].value) if "decided" in stages else None
    proposal = str(stages["proposed"].value) if "proposed" in stages else None
    signed = as_mapping(stages["signed"].value) if "signed" in stages else None
    versions = [told.get("version") if told else None for told in (signed, decided)]
    notice = as_mapping(thing.fact("notice", organisation).value)
    ended = thing.holds == "no" and thing.fact("ended_by").holds == "yes"
    case, case_number, cites = _cited(reading, proposal if furthest == "proposed" else None)
    decision = (decided or value).get("decision") if furthest != "proposed" else None
    return Row(
        organisation=organisation,
        name=reading.label(organisation),
        to=thing.ref,
        to_name=thing.label,
        status=_status(reading, furthest, value),
        holds="no" if ended else fact.holds,
        entry=fact.entry,
        knowledge=fact.knowledge,
        authority=fact.authority,
        stages={stage: view.entry for stage, view in stages.items() if view.entry is not None},
        cites=cites or (reading.label(str(decision)) if decision else None),
        proposal=proposal,
        case=case,
        case_number=case_number,
        decision=str(decision) if decision else None,
        conditions=value.get("conditions") or (decided or {}).get("conditions"),
        without_decision=furthest == "declared" and not value.get("decision"),
        leaves=str(notice["takes_effect"]) if notice and furthest != "withdrawn" else None,
        signed_version=versions[0],
        decided_version=versions[1],
        version_differs=all(versions) and versions[0] != versions[1],
        ended=ended,
    )


def _status(reading: Reading, stage: str, value: Any) -> Status:
    if stage == "decided":
        if value.get("answer") == "declines":
            return "declined"
        return "conditional" if _conditional(reading, value) else "decided"
    if stage == "declared":
        if value.get("answer") == "declines":
            return "declined"
        if not value.get("decision"):
            return "unknown"
        return "conditional" if value.get("answer") == "reserves" or _conditional(reading, value) else "decided"
    if stage == "reported":
        return "unknown"
    known: dict[str, Status] = {
        "withdrawn": "withdrawn",
        "in_force": "in_force",
        "signed": "signed",
        "proposed": "proposed",
        "recommended": "recommended",
        "invited": "invited",
    }
    return known[stage]


def _conditional(reading: Reading, value: Any) -> bool:
    """Whether a condition on record for the decision is not settled in its favour; else, whether it states terms."""
    attached = reading.structure.thing(str(value.get("decision"))).keyed("condition")
    if attached:
        statuses = [reading.structure.thing(condition).fact("status").value for condition in attached]
        return any(status not in {"fulfilled", "waived"} for status in statuses)
    return bool(value.get("conditions"))


def _cited(reading: Reading, proposal: str | None) -> tuple[str | None, str | None, str | None]:
    if proposal is None:
        return None, None, None
    case = reading.structure.thing(proposal).fact("case").value
    if not isinstance(case, str):
        return None, None, reading.label(proposal)
    thing = reading.structure.thing(case)
    number = thing.fact("case_number").value
    text = f"{number} {thing.label}" if number else thing.label
    return case, str(number) if number else None, text

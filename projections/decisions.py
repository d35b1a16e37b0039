"""The register of decisions and proposals: their points, terms and votes, what was done, and whether they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from ledger.facts import Holds
from ledger.fields import Knowledge
from ledger.structure import Thing
from projections.reading import DateView, FactView, Reading, as_mapping, existence

Standing = Literal["stands", "partly_set_aside", "set_aside", "partly_invalid", "invalid"]


class ConditionRow(Struct, frozen=True):
    """A condition and how it stands."""

    condition: str
    text: str
    kind: str | None
    on_whom: tuple[str, ...]
    deadline: str | None
    status: FactView


class RegisterPoint(Struct, frozen=True):
    """One point, as strong as its words, and what became of it."""

    no: str
    text: str
    strength: str | None
    holds: Holds
    entry: int | None
    conditions: tuple[ConditionRow, ...]
    implementation: FactView | None
    reversal: FactView | None
    invalid: FactView | None
    rejected_by: FactView | None


class RecommendationRow(Struct, frozen=True):
    """What is recommended on the ground of a decision, to whom, and each answer."""

    recommendation: str
    text: str
    by: str | None
    addressees: str | None
    named: tuple[str, ...]
    answers: dict[str, FactView]
    holds: Holds
    entry: int | None


class VoteRow(Struct, frozen=True):
    """A vote, as printed."""

    vote: str
    question: str
    method: str | None
    votes_for: int | None
    votes_against: int | None
    votes_blank: int | None
    outcome: str | None
    mismatch: bool
    """Whether the numbers are not the sum of the named votes."""
    entry: int | None


class ComplaintRow(Struct, frozen=True):
    """A complaint by its number, how it ended, and the decision that came of it."""

    number: str
    filed: FactView
    outcome: FactView | None
    new_decision: str | None


class DecisionRow(Struct, frozen=True):
    """One decision with all that concerns it."""

    kind: Literal["decision"]
    ref: str
    name: str
    body: str | None
    body_name: str
    case: str | None
    case_number: str | None
    meeting: str | None
    date: DateView | None
    wording: str | None
    legal_basis: str | None
    instead_of: str | None
    reported_in: str | None
    standing: Standing
    holds: Holds
    entry: int | None
    knowledge: Knowledge | None
    authority: str | None
    points: tuple[RegisterPoint, ...]
    conditions: tuple[ConditionRow, ...]
    """Those on no point in particular."""
    recommendations: tuple[RecommendationRow, ...]
    implementation: FactView | None
    reversal: FactView | None
    invalid: FactView | None
    review: FactView | None
    review_outcome: FactView | None
    suspended: FactView | None
    complaints: tuple[ComplaintRow, ...]
    votes: tuple[VoteRow, ...]
    follows: dict[str, FactView]


class ProposalRow(Struct, frozen=True):
    """One proposal, which is never a decision, and what became of it as far as is known."""

    kind: Literal["proposal"]
    ref: str
    name: str
    case: str | None
    case_number: str | None
    by: str | None
    to: str | None
    to_name: str
    date: DateView | None
    outcome: FactView
    adopted_in: dict[str, FactView]
    rejected_by: dict[str, FactView]
    replaced_by: str | None
    against: tuple[str, ...]
    """The proposals it was put against."""
    holds: Holds
    entry: int | None
    knowledge: Knowledge | None
    authority: str | None
    points: tuple[RegisterPoint, ...]
    conditions: tuple[ConditionRow, ...]
    votes: tuple[VoteRow, ...]


def decisions(reading: Reading, ref: str | None = None) -> list[DecisionRow]:
    """Every decision on the day, oldest first; with ``ref`` that one, or those of a body, case or organisation."""
    made = _recommendations(reading)
    rows = [_decision(reading, thing, tuple(made[thing.ref])) for thing in reading.structure.list("decision")]
    return sorted((row for row in rows if _about(reading, row, ref, row.body)), key=_when)


def proposals(reading: Reading, ref: str | None = None) -> list[ProposalRow]:
    """Every proposal on the day, oldest first; with ``ref`` that one, or those to a body, in a case, or of somebody."""
    rows = [_proposal(reading, thing) for thing in reading.structure.list("proposal")]
    return sorted((row for row in rows if ref == row.by or _about(reading, row, ref, row.to)), key=_when)


def _about(reading: Reading, row: DecisionRow | ProposalRow, ref: str | None, body: str | None) -> bool:
    owner = reading.structure.body(body).owner.value if body else None
    return ref is None or ref in {row.ref, row.case, body, owner}


def _when(row: DecisionRow | ProposalRow) -> tuple[str, str]:
    return (row.date.latest.isoformat() if row.date else "", row.ref)


def _decision(reading: Reading, thing: Thing, made: tuple[RecommendationRow, ...]) -> DecisionRow:
    exists = reading.view(existence(thing))
    body = _text(thing, "body")
    points = _points(reading, thing)
    reversal, invalid = _known(reading, thing, "reversal"), _known(reading, thing, "invalid")
    votes = thing.fact("votes").value
    return DecisionRow(
        kind="decision",
        ref=thing.ref,
        name=reading.label(thing.ref),
        body=body,
        body_name=reading.label(body) if body else "",
        case=_text(thing, "case"),
        case_number=_text(thing, "case_number"),
        meeting=_text(thing, "meeting"),
        date=reading.date_of(exists.entry) if exists.entry else None,
        wording=_text(thing, "wording"),
        legal_basis=_text(thing, "legal_basis"),
        instead_of=_text(thing, "instead_of"),
        reported_in=_text(thing, "reported_in"),
        standing=_standing(points, reversal, invalid),
        holds=exists.holds,
        entry=exists.entry,
        knowledge=exists.knowledge,
        authority=exists.authority,
        points=points,
        conditions=_conditions(reading, thing, None),
        recommendations=made,
        implementation=_known(reading, thing, "implementation"),
        reversal=reversal,
        invalid=invalid,
        review=_known(reading, thing, "legality_review"),
        review_outcome=_known(reading, thing, "legality_outcome"),
        suspended=_known(reading, thing, "suspended"),
        complaints=tuple(_complaint(reading, thing, number) for number in thing.keyed("complaint")),
        votes=_votes(reading, votes if isinstance(votes, tuple | list) else ()),
        follows=_views(reading, thing, "follows"),
    )


def _proposal(reading: Reading, thing: Thing) -> ProposalRow:
    exists = reading.view(existence(thing))
    to, case = _text(thing, "to"), _text(thing, "case")
    targets = thing.fact("targets").value
    aimed = [as_mapping(target) or {} for target in targets] if isinstance(targets, tuple | list) else []
    return ProposalRow(
        kind="proposal",
        ref=thing.ref,
        name=reading.label(thing.ref),
        case=case,
        case_number=_text(reading.structure.thing(case), "case_number") if case else None,
        by=_text(thing, "by"),
        to=to,
        to_name=reading.label(to) if to else "",
        date=reading.date_of(exists.entry) if exists.entry else None,
        outcome=reading.view(thing.fact("outcome")),
        adopted_in=_views(reading, thing, "adopted_in"),
        rejected_by=_views(reading, thing, "rejected_by"),
        replaced_by=_text(thing, "replaced_by"),
        against=tuple(dict.fromkeys(str(target["proposal"]) for target in aimed if "proposal" in target)),
        holds=exists.holds,
        entry=exists.entry,
        knowledge=exists.knowledge,
        authority=exists.authority,
        points=_points(reading, thing),
        conditions=_conditions(reading, thing, None),
        votes=_votes(reading, thing.keyed("vote")),
    )


def _text(thing: Thing, attribute: str) -> str | None:
    value = thing.fact(attribute).value
    return value if isinstance(value, str) else None


def _known(reading: Reading, thing: Thing, attribute: str, key: str = "") -> FactView | None:
    view = reading.view(thing.fact(attribute, key))
    return None if view.holds == "no" else view


def _views(reading: Reading, thing: Thing, attribute: str) -> dict[str, FactView]:
    return {key: reading.view(fact) for key, fact in thing.keyed(attribute).items()}


def _points(reading: Reading, thing: Thing) -> tuple[RegisterPoint, ...]:
    return tuple(
        RegisterPoint(
            no=no,
            text=str((as_mapping(fact.value) or {}).get("text", "")),
            strength=(as_mapping(fact.value) or {}).get("strength"),
            holds=fact.holds,
            entry=fact.entry,
            conditions=_conditions(reading, thing, no),
            implementation=_known(reading, thing, "implementation", no),
            reversal=_known(reading, thing, "reversal", no),
            invalid=_known(reading, thing, "invalid", no),
            rejected_by=_known(reading, thing, "rejected_point", no),
        )
        for no, fact in thing.keyed("point").items()
    )


def _conditions(reading: Reading, thing: Thing, point: str | None) -> tuple[ConditionRow, ...]:
    """The conditions on a point, or on the whole."""
    return tuple(
        _condition(reading, reading.structure.thing(ref))
        for ref, fact in thing.keyed("condition").items()
        if (fact.value == point if point else not isinstance(fact.value, str))
    )


def _condition(reading: Reading, thing: Thing) -> ConditionRow:
    on_whom = thing.fact("on_whom").value
    return ConditionRow(
        condition=thing.ref,
        text=thing.label,
        kind=_text(thing, "kind"),
        on_whom=tuple(str(who) for who in on_whom) if isinstance(on_whom, tuple | list) else (),
        deadline=_text(thing, "deadline"),
        status=reading.view(thing.fact("status")),
    )


def _recommendations(reading: Reading) -> defaultdict[str, list[RecommendationRow]]:
    """All of them, by the decision on whose authority they were made."""
    rows: defaultdict[str, list[RecommendationRow]] = defaultdict(list)
    for thing in reading.structure.list("recommendation"):
        exists = existence(thing)
        entry = reading.entry(exists.entry)
        if entry is None or entry.authority is None:
            continue
        rows[entry.authority].append(
            RecommendationRow(
                recommendation=thing.ref,
                text=thing.label,
                by=_text(thing, "by"),
                addressees=_text(thing, "addressees"),
                named=tuple(getattr(entry.happened, "named", ())),
                answers=_views(reading, thing, "answer"),
                holds=exists.holds,
                entry=exists.entry,
            )
        )
    return rows


def _complaint(reading: Reading, thing: Thing, number: str) -> ComplaintRow:
    new = thing.fact("complaint_decision", number).value
    return ComplaintRow(
        number=number,
        filed=reading.view(thing.fact("complaint", number)),
        outcome=_known(reading, thing, "complaint_outcome", number),
        new_decision=new if isinstance(new, str) else None,
    )


def _votes(reading: Reading, refs: Mapping[str, Any] | tuple[Any, ...] | list[Any]) -> tuple[VoteRow, ...]:
    rows = []
    for ref in refs:
        thing = reading.structure.thing(str(ref))
        printed = [thing.fact(name).value for name in ("votes_for", "votes_against", "votes_blank")]
        ayes, noes, blank = (value if isinstance(value, int) else None for value in printed)
        rows.append(
            VoteRow(
                vote=thing.ref,
                question=reading.label(thing.ref),
                method=_text(thing, "method"),
                votes_for=ayes,
                votes_against=noes,
                votes_blank=blank,
                outcome=_text(thing, "outcome"),
                mismatch=thing.fact("mismatch").value is True,
                entry=existence(thing).entry,
            )
        )
    return tuple(rows)


def _standing(points: tuple[RegisterPoint, ...], reversal: FactView | None, invalid: FactView | None) -> Standing:
    """Whether it stands as far as is known; what is uncertain shows in the facts themselves."""
    if invalid and invalid.holds == "yes":
        return "invalid"
    if reversal and reversal.holds == "yes":
        return "set_aside"
    if any(point.invalid and point.invalid.holds == "yes" for point in points):
        return "partly_invalid"
    if any(point.reversal and point.reversal.holds == "yes" for point in points):
        return "partly_set_aside"
    return "stands"

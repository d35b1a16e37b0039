"""Cost keys: what each party was assessed at, the same worked out again from the record, and what is outstanding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec import Struct

from ledger.apportionment import apportioned
from ledger.calendar import bounds
from ledger.errors import Refused
from ledger.events.costkeys import inputs_of, rule_of
from ledger.facts import Holds
from ledger.structure import Structure, Thing
from projections.figures import Figure, Figures, combined, stated
from projections.reading import FactView, Reading, existence


class PartyRow(Struct, frozen=True):
    """One party's part of an assessment, and how far it is paid."""

    organisation: str
    name: str
    assessed: Figure
    recomputed: int | None
    """Worked out again from the key and the inputs; None where they are not on record or the total is not known."""
    invoiced: Figure
    interest: Figure
    paid: Figure
    waived: Figure
    outstanding: Figure
    dispute: FactView | None
    dispute_outcome: FactView | None


class AssessmentRow(Struct, frozen=True):
    """A total shared among the parties."""

    contribution: str
    holds: Holds
    entry: int | None
    total: Figure
    parties: tuple[PartyRow, ...]
    sums_to_total: bool | None
    """Whether the amounts worked out again sum to the total, to the øre."""
    agrees: bool | None
    """Whether each known assessed amount is the one worked out again."""


class PeriodRow(Struct, frozen=True):
    """One period of a key."""

    period: str
    inputs: FactView
    assessments: tuple[AssessmentRow, ...]


class KeyRow(Struct, frozen=True):
    """A cost key and its periods."""

    key: str
    name: str
    subject: str | None
    holds: Holds
    entry: int | None
    parties: dict[str, FactView]
    rule: dict[str, FactView]
    periods: tuple[PeriodRow, ...]


def key_rows(reading: Reading) -> Iterator[KeyRow]:
    """Every cost key on the day."""
    contributions: defaultdict[object, list[Thing]] = defaultdict(list)
    for found in reading.structure.list("contribution"):
        contributions[found.fact("key").value].append(found)
    for thing in reading.structure.list("key"):
        own = contributions[thing.ref]
        periods = dict.fromkeys([*thing.keyed("input"), *(str(found.fact("period").value) for found in own)])
        exists = reading.view(existence(thing))
        rule = {
            name: reading.view(thing.fact(name))
            for name in ("components", "rounding", "rest_to", "floor_ore", "cap_ore", "population_date")
        }
        subject = thing.fact("subject").value
        yield KeyRow(
            key=thing.ref,
            name=thing.label,
            subject=subject if isinstance(subject, str) else None,
            holds=exists.holds,
            entry=exists.entry,
            parties={party: reading.view(fact) for party, fact in thing.keyed("party").items()},
            rule={name: view for name, view in rule.items() if view.holds != "no"},
            periods=tuple(
                PeriodRow(
                    period,
                    reading.view(thing.fact("input", period)),
                    tuple(_assessment(reading, found) for found in own if found.fact("period").value == period),
                )
                for period in sorted(periods)
            ),
        )


def _assessment(reading: Reading, thing: Thing) -> AssessmentRow:
    exists = reading.view(existence(thing))
    total = stated(reading, thing.ref, "total")
    parties: dict[str, Any] = thing.keyed("assessed")
    again = recomputed(reading, thing, total)
    figures = Figures(reading, thing.ref)
    rows = tuple(_party(reading, thing, figures, party, (again or {}).get(party)) for party in parties)
    known = [row for row in rows if row.assessed.ore is not None]
    agrees = (
        None
        if again is None
        else set(again) == set(parties)
        and all(row.assessed.ore == row.recomputed for row in known if row.assessed.least == row.assessed.most)
    )
    return AssessmentRow(
        contribution=thing.ref,
        holds=exists.holds,
        entry=exists.entry,
        total=total,
        parties=rows,
        sums_to_total=None if again is None else sum(again.values()) == total.ore,
        agrees=agrees,
    )


def recomputed(reading: Reading, thing: Thing, total: Figure) -> dict[str, int] | None:
    """The amounts by the recorded key and inputs alone, as they stood when the assessment was made."""
    key, period, entry = thing.fact("key").value, thing.fact("period").value, thing.fact("period").entry
    if total.ore is None or entry is None:
        return None
    day = bounds(reading.journal.entry(entry).effective).latest
    then: Structure = reading.journal.structure(day, reading.known)
    measured = inputs_of(then, str(key), str(period))
    if measured is None:
        return None
    try:
        return apportioned(total.ore, rule_of(then, str(key)), measured)
    except Refused:  # the key or its inputs have been corrected into something that shares nothing
        return None


def _party(reading: Reading, thing: Thing, figures: Figures, party: str, again: int | None) -> PartyRow:
    part = partial(figures.of, key=party)

    assessed, interest, waived = part("assessed"), part("interest"), part("waived")
    paid = combined([(1, part("paid")), (-1, part("reversed"))])
    dispute = thing.fact("dispute", party)
    outcome = thing.fact("dispute_outcome", party)
    return PartyRow(
        organisation=party,
        name=reading.label(party),
        assessed=assessed,
        recomputed=again,
        invoiced=part("invoiced"),
        interest=interest,
        paid=paid,
        waived=waived,
        outstanding=combined([(1, assessed), (1, interest), (-1, waived), (-1, paid)]),
        dispute=reading.view(dispute) if dispute.holds != "no" else None,
        dispute_outcome=reading.view(outcome) if outcome.holds != "no" else None,
    )

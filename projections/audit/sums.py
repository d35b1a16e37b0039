"""Shares that do not make a whole, money spent beyond what was set aside, entries in a year that was closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

from ledger.errors import N_
from projections.audit.finding import Finding, found
from projections.funding import funding, late_entries
from projections.reading import Reading


def shares(reading: Reading) -> Iterator[Finding]:
    """Shares of ownership or liability that do not make one among those who have not left; and shares of heirs."""
    for thing in reading.structure.list("agreement"):
        for attribute in ("ownership_shares", "liability_shares"):
            fact = thing.fact(attribute)
            rows = fact.value if isinstance(fact.value, tuple | list) else ()
            left = [str(row["organisation"]) for row in _rows(rows) if _left(reading, thing.ref, row["organisation"])]
            total = _total(row for row in _rows(rows) if row["organisation"] not in left)
            if rows and fact.holds == "yes" and total != 1:
                yield found(
                    "shares_not_whole",
                    N_("Those who are party to “{name}” have shares that make {total}, not one."),
                    thing.ref,
                    fact.entry,
                    "koml. §§ 18-2, 19-2",
                    name=reading.label(thing.ref),
                    total=str(total),
                )
    for thing in map(reading.structure.thing, reading.journal.history.having("successors")):
        if not thing.ref.startswith("organisation/"):
            continue
        for commitment, fact in thing.keyed("successors").items():
            total = _total(_rows(fact.value))
            if total != 1:
                yield found(
                    "shares_not_whole",
                    N_("The heirs of {organisation} to “{name}” have shares that make {total}, not one."),
                    commitment,
                    fact.entry,
                    "convention of the ledger",
                    organisation=reading.label(thing.ref),
                    name=reading.label(commitment),
                    total=str(total),
                )


def _rows(value: Any) -> Iterator[Any]:
    return (row for row in value) if isinstance(value, tuple | list) else iter(())


def _total(rows: Iterator[Any]) -> Fraction:
    return sum((Fraction(row["share"]["n"], row["share"]["d"]) for row in rows), Fraction(0))


def _left(reading: Reading, agreement: str, organisation: str) -> bool:
    return reading.structure.thing(agreement).fact("withdrawn", organisation).holds == "yes"


def overruns(reading: Reading) -> Iterator[Finding]:
    """Allocations of which more is certainly spent than was set aside."""
    for row in funding(reading).allocations:
        if row.overrun == "yes":
            yield found(
                "overrun",
                N_("{spent} øre are spent of {allocated} øre set aside for {name}."),
                row.allocation,
                max((*row.spent.entries, *row.allocated.entries), default=row.entry),
                spent=row.spent.ore or 0,
                allocated=row.allocated.ore or 0,
                name=row.to_name,
            )


def late(reading: Reading) -> Iterator[Finding]:
    """Money put on record for a year after the year was closed."""
    for row in late_entries(reading):
        yield found(
            "late_entry",
            N_("#{entry} lies in {year}, which {holder} had closed in #{closed}."),
            row.holder,
            row.entry,
            year=row.year,
            holder=reading.label(row.holder),
            closed=row.closed_by,
        )


RULES: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (shares, overruns, late)

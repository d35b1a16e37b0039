"""Cost keys worked out: how a total in øre is shared among parties, to the øre, by a rule that anybody can repeat.

A key weighs one or more bases (an equal share for each, population, users …) with weights that sum to one. A party's
share is, basis by basis, its part of the sum of that basis, times the weight. All arithmetic is with fractions; nothing
is rounded before the last step, and no øre is left over: by *largest remainder* every party gets its share rounded down
and the øre that are left go one each to those with the largest remainders, first by reference among equals; or every
party is rounded down and one named party takes the rest.

A floor and a cap in øre for each party are held exactly: those whose proportional share lies outside are set to the
bound, and the others share what is left in proportion, over and over until nobody is outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Literal, NamedTuple

from ledger.errors import Refused

Rounding = Literal["largest_remainder", "down_rest_to_party"]
CONVENTION = "convention of the ledger"
EQUAL = "equal"
"""The basis that needs no measure: every party counts one."""


class Component(NamedTuple):
    """One basis and how much it weighs."""

    basis: str
    weight: Fraction


class Rule(NamedTuple):
    """A cost key as arithmetic."""

    components: Sequence[Component]
    rounding: Rounding
    rest_to: str | None = None
    floor_ore: int | None = None
    cap_ore: int | None = None


Measures = Mapping[str, Mapping[str, int]]
"""For each party, the measure of each basis; whole numbers, none of them negative."""


def shares(rule: Rule, measures: Measures) -> dict[str, Fraction]:
    """Each party's share of the whole before floors, caps and rounding; they sum to exactly one.

    Raises Refused when there is nobody to share, or nothing at all of a basis that weighs.
    """
    found = dict.fromkeys(sorted(measures), Fraction(0))
    if not found:
        raise Refused(
            "There is nobody to share the cost.", "Fix the inputs of at least one party first.", source=CONVENTION
        )
    for basis, weight in rule.components:
        counted = {party: 1 if basis == EQUAL else measures[party].get(basis, 0) for party in found}
        whole = sum(counted.values())
        if whole == 0:
            raise Refused(
                "Nobody has any of “{basis}”, so it cannot be shared by.",
                "Check the inputs, or the components of the key.",
                source=CONVENTION,
                basis=basis,
            )
        for party, count in counted.items():
            found[party] += weight * Fraction(count, whole)
    return found


def apportioned(total: int, rule: Rule, measures: Measures) -> dict[str, int]:
    """What each party pays of ``total`` øre, by reference; the amounts sum to exactly the total.

    Raises Refused when the total is negative, or floors and caps leave no way to share it.
    """
    exact = _bounded(total, rule, shares(rule, measures))
    amounts = {party: floor(amount) for party, amount in exact.items()}
    left = total - sum(amounts.values())
    if rule.rounding == "down_rest_to_party":
        if rule.rest_to not in amounts:
            raise Refused(
                "The party that is to take the rest is not among those who share.",
                "Fix inputs for it as well, or adopt a key that names another.",
                source=CONVENTION,
            )
        amounts[rule.rest_to] += left
    else:
        by_remainder = sorted(exact, key=lambda party: (amounts[party] - exact[party], party))
        for party in by_remainder[:left]:
            amounts[party] += 1
    return amounts


def _bounded(total: int, rule: Rule, share: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The exact amounts within floor and cap."""
    least = Fraction(rule.floor_ore or 0)
    most = Fraction(total if rule.cap_ore is None else rule.cap_ore)
    _require_room(total, least, most, rule, share)
    fixed: dict[str, Fraction] = {party: least for party, part in share.items() if part == 0}
    while True:
        free = {party: part for party, part in share.items() if party not in fixed}
        if not free:
            return {party: fixed[party] for party in share}
        rest, whole = total - sum(fixed.values()), sum(free.values())
        found = {party: rest * part / whole for party, part in free.items()}
        missing = sum(max(least - amount, Fraction(0)) for amount in found.values())
        beyond = sum(max(amount - most, Fraction(0)) for amount in found.values())
        if not missing and not beyond:
            return {party: fixed.get(party, found.get(party, least)) for party in share}
        # The side that is further out is settled first: what it frees or takes may bring the other side within.
        if missing >= beyond:
            fixed |= {party: least for party, amount in found.items() if amount < least}
        else:
            fixed |= {party: most for party, amount in found.items() if amount > most}


def _require_room(total: int, least: Fraction, most: Fraction, rule: Rule, share: Mapping[str, Fraction]) -> None:
    if total < 0:
        raise Refused(
            "A total below zero cannot be shared.",
            "Record what is paid back as a settlement instead.",
            source=CONVENTION,
        )
    sharing = sum(1 for part in share.values() if part)
    highest = most * sharing + least * (len(share) - sharing)
    if least > most or least * len(share) > total or (rule.cap_ore is not None and highest < total):
        raise Refused(
            "With a floor of {floor} øre and a cap of {cap} øre a party, {count} parties cannot share {total} øre.",
            "Check the total, the floor and the cap.",
            source=CONVENTION,
            floor=rule.floor_ore or 0,
            cap="–" if rule.cap_ore is None else rule.cap_ore,
            count=len(share),
            total=total,
        )

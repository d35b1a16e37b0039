"""Is a cost shared to the øre, by the rule and by nothing else? Recomputed here in another way."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.apportionment import Component, Rule, apportioned, shares
from ledger.errors import Refused
from ledger.fields import Share

PARTIES = ["organisation/a", "organisation/b", "organisation/c", "organisation/d"]
HALVES = (Component("equal", Fraction(3, 10)), Component("population", Fraction(7, 10)))
TOTALS = st.integers(0, 10**11)
Measured = dict[str, dict[str, int]]


@st.composite
def measures(draw: st.DrawFn) -> Measured:
    parties = draw(st.lists(st.sampled_from(PARTIES), min_size=1, unique=True))
    return {
        party: {"population": draw(st.integers(0, 300_000)), "users": draw(st.integers(0, 40))} for party in parties
    }


@st.composite
def components(draw: st.DrawFn) -> tuple[Component, ...]:
    bases = draw(st.lists(st.sampled_from(["equal", "population", "users"]), min_size=1, unique=True))
    parts = [draw(st.integers(1, 30)) for _ in bases]
    return tuple(Component(basis, Fraction(part, sum(parts))) for basis, part in zip(bases, parts, strict=True))


def recomputed(total: int, rule: Rule, measured: Measured) -> dict[str, int]:
    """The same by whole numbers over one common denominator, and the bounds by searching the multiplier."""
    weighed: dict[str, Fraction] = {}
    for party, own in measured.items():
        parts = [
            part.weight
            * (
                Fraction(1, len(measured))
                if part.basis == "equal"
                else Fraction(own[part.basis], sum(other[part.basis] for other in measured.values()))
            )
            for part in rule.components
        ]
        weighed[party] = sum(parts, Fraction(0))
    exact = {party: part * total for party, part in weighed.items()}
    if rule.floor_ore is not None or rule.cap_ore is not None:
        low, high = rule.floor_ore or 0, total if rule.cap_ore is None else rule.cap_ore

        def clamped(multiplier: Fraction) -> dict[str, Fraction]:
            return {
                party: min(max(multiplier * part, Fraction(low)), Fraction(high)) for party, part in weighed.items()
            }

        bends = sorted({bound / part for part in weighed.values() if part for bound in (Fraction(low), Fraction(high))})
        exact = clamped(bends[0])
        for first, second in pairwise(bends):
            at_first, at_second = sum(clamped(first).values()), sum(clamped(second).values())
            if at_first <= total <= at_second:
                rise = at_second - at_first
                here = first if rise == 0 else first + (second - first) * (total - at_first) / rise
                exact = clamped(here)
                break
    down = {party: amount.numerator // amount.denominator for party, amount in exact.items()}
    left = total - sum(down.values())
    if rule.rounding == "down_rest_to_party":
        return {party: amount + (left if party == rule.rest_to else 0) for party, amount in down.items()}
    queue = sorted(sorted(exact), key=lambda party: exact[party] - down[party], reverse=True)
    return {party: amount + (queue.index(party) < left) for party, amount in down.items()}


@given(total=TOTALS, parts=components(), measured=measures(), last=st.booleans())
def test_amounts_are_those_of_the_rule_and_sum_to_the_total(
    total: int, parts: tuple[Component, ...], measured: Measured, last: bool
) -> None:
    for part in parts:
        assume(part.basis == "equal" or any(own[part.basis] for own in measured.values()))
    rule = Rule(parts, "down_rest_to_party" if last else "largest_remainder", max(measured) if last else None)
    amounts = apportioned(total, rule, measured)
    assert sum(amounts.values()) == total
    assert amounts == recomputed(total, rule, measured)
    assert sum(shares(rule, measured).values()) == 1
    for party, share in shares(rule, measured).items():
        if not last:
            assert abs(amounts[party] - share * total) < 1


@given(total=TOTALS, parts=components(), measured=measures(), low=st.integers(0, 10**10), high=st.integers(0, 10**11))
def test_floor_and_cap_are_held(
    total: int, parts: tuple[Component, ...], measured: Measured, low: int, high: int
) -> None:
    for part in parts:
        assume(part.basis == "equal" or any(own[part.basis] for own in measured.values()))
    rule = Rule(parts, "largest_remainder", None, low, high)
    sharing = sum(1 for share in shares(rule, measured).values() if share)
    possible = low <= high and low * len(measured) <= total <= high * sharing + low * (len(measured) - sharing)
    if not possible:
        with pytest.raises(Refused):
            apportioned(total, rule, measured)
        return
    amounts = apportioned(total, rule, measured)
    assert sum(amounts.values()) == total
    assert all(low <= amount <= high for amount in amounts.values())
    assert amounts == recomputed(total, rule, measured)


@given(total=TOTALS, measured=measures(), data=st.data())
def test_the_order_in_which_parties_are_named_does_not_matter(
    total: int, measured: Measured, data: st.DataObject
) -> None:
    assume(any(own["population"] for own in measured.values()))
    shuffled = {party: measured[party] for party in data.draw(st.permutations(sorted(measured)))}
    rule = Rule(HALVES, "largest_remainder")
    assert apportioned(total, rule, shuffled) == apportioned(total, rule, measured)


def test_equal_remainders_go_by_reference() -> None:
    rule = Rule((Component("equal", Fraction(1)),), "largest_remainder")
    assert list(apportioned(200, rule, {party: {} for party in reversed(PARTIES[:3])}).items()) == [
        ("organisation/a", 67),
        ("organisation/b", 67),
        ("organisation/c", 66),
    ]


def test_the_rest_goes_to_the_party_named() -> None:
    rule = Rule((Component("equal", Fraction(1)),), "down_rest_to_party", "organisation/c")
    assert apportioned(200, rule, {party: {} for party in PARTIES[:3]})["organisation/c"] == 68


def test_thirty_per_cent_fixed_and_seventy_by_population() -> None:
    measured = {"organisation/a": {"population": 3000}, "organisation/b": {"population": 1000}}
    assert apportioned(100_000, Rule(HALVES, "largest_remainder"), measured) == {
        "organisation/a": 15_000 + 52_500,
        "organisation/b": 15_000 + 17_500,
    }


@pytest.mark.parametrize(
    ("total", "rule", "measured", "problem"),
    [
        (1, Rule(HALVES, "largest_remainder"), {}, "nobody to share"),
        (1, Rule(HALVES, "largest_remainder"), {"organisation/a": {"population": 0}}, "Nobody has any of"),
        (-1, Rule((Component("equal", Fraction(1)),), "largest_remainder"), {"organisation/a": {}}, "below zero"),
        (
            1,
            Rule((Component("equal", Fraction(1)),), "down_rest_to_party", "organisation/b"),
            {"organisation/a": {}},
            "take the rest",
        ),
    ],
)
def test_what_cannot_be_shared_is_refused(total: int, rule: Rule, measured: Measured, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        apportioned(total, rule, measured)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_is_in_lowest_terms_or_refused(n: int, d: int) -> None:
    if d and Fraction(n, d).as_integer_ratio() == (n, d):
        assert (Share(n, d).n, Share(n, d).d) == (n, d)
    else:
        with pytest.raises(ValueError, match="lowest terms"):
            Share(n, d)

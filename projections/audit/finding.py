"""A rule that does not hold, as a value."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Rule = Literal[
    "broken_rule",
    "not_judged",
    "lost_reference",
    "two_holders",
    "too_many_holders",
    "shares_not_whole",
    "overrun",
    "late_entry",
    "commitment_unassigned",
    "body_ring",
    "without_decision",
    "contents_not_judged",
    "outside_period",
    "term_not_four_years",
    "too_few_substitutes",
    "other_version",
    "tally_mismatch",
]
CONVENTION: Final = "convention of the ledger"


class Finding(Struct, frozen=True):
    """A rule, what is wrong (an English template with its details), where, and where the rule comes from."""

    rule: Rule
    problem: str
    details: dict[str, str | int]
    ref: str | None
    entry: int | None
    source: str


def found(
    rule: Rule, problem: str, ref: str | None, entry: int | None, source: str = CONVENTION, **details: str | int
) -> Finding:
    """A finding; the number of its entry and its reference can be used in the problem."""
    told: dict[str, str | int] = {"ref": ref or "", "entry": entry or 0}
    return Finding(rule, problem, {**told, **details}, ref, entry, source)

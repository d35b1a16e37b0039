"""Rules that do not hold, by back-dating, annulment or what was never checked: values, never exceptions.

Replay never refuses anything, and a rule is checked only when its entry is recorded. What is recorded later about an
earlier day, or taken back, can leave entries that would be refused today. They stay, and are listed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ledger.errors import N_
from projections.audit import parties, seats, sums
from projections.audit.finding import Finding, Rule, found
from projections.audit.hindsight import broken_rules
from projections.reading import Reading

__all__ = ["RULES", "Finding", "Rule", "audit", "one_by_one"]

RULES: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (
    broken_rules,
    *seats.RULES,
    *parties.RULES,
    *sums.RULES,
)


def audit(reading: Reading) -> list[Finding]:
    """What is wrong: every live entry by its own rule, then the structure on the day; by entry."""
    findings = [finding for _, finding in one_by_one(reading) if finding]
    return sorted(findings, key=lambda finding: (finding.entry or 0, finding.rule, finding.ref or ""))


def one_by_one(reading: Reading) -> Iterator[tuple[int, Finding | None]]:
    """The findings as they are made, each with how many rules had been gone through; None as each rule is done."""
    for done, rule in enumerate(RULES):
        for finding in _guarded(rule, reading):
            yield done, finding
        yield done + 1, None


def _guarded(rule: Callable[[Reading], Iterator[Finding]], reading: Reading) -> Iterator[Finding]:
    try:
        yield from rule(reading)
    except Exception as error:  # noqa: BLE001 - an audit that stops at the first oddity is none
        problem = N_("“{check}” could not be gone through to the end ({error}).")
        yield found("not_judged", problem, None, None, check=rule.__name__, error=type(error).__name__)

"""Is this ledger what it says it is? Everything recomputed from the stored bytes, without trusting an index.

Findings are values, never exceptions: a damaged ledger is examined to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from ledger.declaration import creations, references
from ledger.entry import Entry, decode, happening
from ledger.errors import LedgerError, Unreadable
from ledger.facts import replay
from ledger.journal import Journal


class Finding(NamedTuple):
    """Something wrong with one entry."""

    position: int
    error: LedgerError


class Verdict(NamedTuple):
    """How many entries were read, and what was wrong with them."""

    entries: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong."""
        return not self.findings


def check(stored: Iterable[bytes], origin: str, on: date) -> Verdict:
    """Read every entry again from its bytes and look for what recording could never have produced.

    Checked: the bytes are canonical; the entry names this ledger; recorded times grow; command ids are used once; what
    is referred to was on record; and the state on ``on`` is the same by plain replay as by the in-memory history.
    """
    findings: list[Finding] = []
    journal = Journal()
    position = 0
    for position, data in enumerate(stored, 1):
        try:
            entry = decode(data, position)
        except LedgerError as error:
            findings.append(Finding(position, error))
            break
        findings.extend(Finding(position, error) for error in _faults(journal, position, entry, origin))
        journal.add(entry)
    if not findings and not _agrees(journal, on):
        findings.append(
            Finding(
                position,
                Unreadable("Two ways of computing the state disagree.", "Report this as an error in the program."),
            )
        )
    return Verdict(position, tuple(findings))


def _faults(journal: Journal, position: int, entry: Entry, origin: str) -> Iterator[LedgerError]:
    remedy = "Do not write to this ledger; restore a backup and compare."
    if entry.origin != origin:
        yield Unreadable("Entry #{position} belongs to another ledger.", remedy, position=position)
    if journal.entries and entry.recorded_us <= journal.entries[-1].recorded_us:
        yield Unreadable("Entry #{position} was not recorded after the one before it.", remedy, position=position)
    if entry.command in journal.commands:
        yield Unreadable("Entry #{position} repeats a command id.", remedy, position=position)
    created = set(creations(entry))
    for _, ref in references(entry):
        if ref not in created and not journal.mentions(ref):
            yield Unreadable(
                "Entry #{position} refers to {ref}, which is not on record.", remedy, position=position, ref=ref
            )
    if entry.corrects and entry.corrects.entry >= position:
        yield Unreadable("Entry #{position} corrects an entry that comes after it.", remedy, position=position)


def _agrees(journal: Journal, on: date) -> bool:
    happenings = [happening(position, entry) for position, entry in journal.numbered()]
    plain, quick = replay(happenings, on, journal.head), journal.history.at(on, journal.head)
    return plain.answers == quick.answers and plain.balances == quick.balances

"""Is this ledger what it says it is? All is recomputed from the stored bytes; what stands beside them is not trusted.

In two passes: ``ledger.verify`` asks whether the bytes are those that were recorded, and :func:`examine` whether they
say what recording could have written, and whether what is kept beside them agrees. Findings are values, never
exceptions: a damaged ledger is examined as far as it can be read. What neither can find is an entry replaced by another
one that could have been recorded, with all hashes made anew; for that, somebody outside must hold a root.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ledger.declaration import creations, references
from ledger.entry import Entry, decode, happening
from ledger.errors import N_, LedgerError, Unreadable
from ledger.facts import replay
from ledger.journal import Journal, tags
from ledger.store import Book, StoredRow
from ledger.vault import opens, personal_digests
from ledger.verify import Anchor, Finding, Progress, Verdict, verify

_TOLD_EVERY: Final = 1_000
_REMEDY: Final = N_("Do not write to this ledger; restore a backup and compare.")


def check(book: Book, on: date, anchor: Anchor | None = None) -> Verdict:
    """Verify every hash, then examine every entry; the verdict of both, with the root."""
    hashed = verify(book, anchor)
    return both(hashed, examine(book, on))


def both(hashed: Verdict, examined: Verdict) -> Verdict:
    """One verdict of the two passes: of an entry that is not what was recorded, not also what its bytes now say."""
    known = {finding.position for finding in hashed.findings}
    more = tuple(finding for finding in examined.findings if finding.position not in known)
    findings = sorted((*hashed.findings, *more), key=lambda finding: finding.position)
    return Verdict(
        max(hashed.entries, examined.entries), tuple(findings), hashed.root, hashed.complete and examined.complete
    )


def examine(book: Book, on: date, progress: Progress | None = None) -> Verdict:
    """Read every entry again from its bytes and look for what recording could never have produced.

    Checked: positions have no gap; the bytes are canonical; the entry names this ledger; recorded times grow; command
    ids are used once; what is referred to was on record; type, tags, tag index and clock beside the bytes agree with
    them; every personal value in the vault opens its commitment; the database finds its own file in order; and the
    state on ``on`` is the same by plain replay as by the in-memory history.
    """
    findings: list[Finding] = []
    journal = Journal()
    total = 0
    try:
        origin, total = book.origin, book.head()
        rows = book.rows()
        while row := _next(rows, journal.head + 1, findings):
            if row.position != journal.head + 1:
                findings.append(_finding(row.position, N_("An entry is missing before #{position}.")))
                break
            entry = decode(row.data, row.position)
            problems = (*_faults(journal, entry, origin), *_strays(row, entry), *_leaks(book, entry))
            findings.extend(_finding(row.position, problem) for problem in problems)
            journal.add(entry)
            if progress and journal.head % _TOLD_EVERY == 0 and progress(journal.head, total) is False:
                return Verdict(journal.head, tuple(findings), complete=False)
        findings.extend(_of_the_whole(book))
    except LedgerError as error:
        findings.append(Finding(journal.head + 1, error))
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError):
        # What rules and dates make of bytes that nobody could have recorded is not foreseen one by one.
        findings.append(_finding(journal.head + 1, N_("Entry #{position} cannot be made sense of.")))
    if not findings and not _agrees(journal, on):
        findings.append(_finding(journal.head, N_("Two ways of computing the state after #{position} disagree.")))
    if progress and not findings:
        progress(journal.head, total)
    return Verdict(journal.head, tuple(findings))


def _next(rows: Iterator[StoredRow], position: int, findings: list[Finding]) -> StoredRow | None:
    """The next row; None after the last, and where they cannot be read any further, which is a finding."""
    try:
        return next(rows, None)
    except LedgerError as error:
        findings.append(Finding(position, error, "unreadable"))
        return None


def _of_the_whole(book: Book) -> Iterator[Finding]:
    for position in book.misfiled():
        yield _finding(position, N_("The tag index has entry #{position} under something it does not concern."))
    for told in book.complaints():
        error = Unreadable(N_("The database finds its own file not in order: {told}."), _REMEDY, told=told)
        yield Finding(0, error, "unreadable")


def _finding(position: int, problem: str) -> Finding:
    return Finding(position, Unreadable(problem, _REMEDY, position=position))


def _faults(journal: Journal, entry: Entry, origin: str) -> Iterator[str]:
    position = journal.head + 1
    if entry.origin != origin:
        yield N_("Entry #{position} belongs to another ledger.")
    if journal.entries and entry.recorded_us <= journal.entries[-1].recorded_us:
        yield N_("Entry #{position} was not recorded after the one before it.")
    if journal.commanded(entry.command) is not None:
        yield N_("Entry #{position} repeats a command id.")
    created = set(creations(entry))
    if any(ref not in created and not journal.mentions(ref) for _, ref in references(entry)):
        yield N_("Entry #{position} refers to something that is not on record.")
    if entry.corrects and entry.corrects.entry >= position:
        yield N_("Entry #{position} corrects an entry that comes after it.")


def _strays(row: StoredRow, entry: Entry) -> Iterator[str]:
    """What the store says of an entry beside its bytes, where that is not what they say."""
    if row.type != entry.wire_name:
        yield N_("Entry #{position} is filed under another type than its own.")
    if row.tags != tags(entry) or row.indexed != frozenset(row.tags):
        yield N_("Entry #{position} is not filed under the things it concerns.")
    if row.recorded_at != entry.recorded_us:
        yield N_("The clock has another time for entry #{position} than the entry itself.")


def _leaks(book: Book, entry: Entry) -> Iterator[str]:
    digests = personal_digests(entry)
    kept = book.disclosures(list(digests.values())) if digests else {}
    if any(digest in kept and not opens(path, kept[digest]) for path, digest in digests.items()):
        yield N_("The personal value kept for entry #{position} is not the one it commits to.")


def _agrees(journal: Journal, on: date) -> bool:
    happenings = [happening(position, entry) for position, entry in journal.numbered()]
    plain, quick = replay(happenings, on, journal.head), journal.history.at(on, journal.head)
    return plain.answers == quick.answers and plain.balances == quick.balances

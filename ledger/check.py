"""Is this ledger what it says it is? All is recomputed from the stored bytes; what stands beside them is not trusted.

In two passes: ``ledger.verify`` asks whether the bytes are those that were recorded, and :func:`examine` whether they
say what recording could have written, and whether what is kept beside them agrees. Findings are values, never
exceptions: a damaged ledger is examined as far as it can be read. What neither can find is an entry replaced by another
one that could have been recorded, with all hashes made anew; for that, somebody outside must hold a root.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from ledger.declaration import creations, references
from ledger.entry import Entry, decode, happening
from ledger.errors import N_, LedgerError, Unreadable
from ledger.events.corrections import PersonalDataErased
from ledger.facts import replay
from ledger.journal import Journal, tags
from ledger.store import Book, StoredRow
from ledger.vault import opens, personal_digests, to_erase
from ledger.verify import FINDINGS_MAX, Anchor, Finding, Progress, Verdict, verify

_TOLD_EVERY: Final = 1_000
_REMEDY: Final = N_("Do not write to this ledger; restore a backup and compare.")


def check(book: Book, on: date, anchor: Anchor | None = None) -> Verdict:
    """Verify every hash, then examine every entry; the verdict of both, with the root."""
    hashed = verify(book, anchor)
    return both(hashed, examine(book, on))


def both(hashed: Verdict, examined: Verdict) -> Verdict:
    """One verdict of the two passes: of an entry that is not what was recorded, not also what its bytes now say."""
    known = {finding.position for finding in hashed.findings}
    more = tuple(finding for finding in examined.findings if finding.position not in known or not finding.position)
    findings = sorted((*hashed.findings, *more), key=lambda finding: finding.position)
    return Verdict(
        max(hashed.entries, examined.entries), tuple(findings), hashed.root, hashed.complete and examined.complete
    )


def examine(book: Book, on: date, progress: Progress | None = None, findings_max: int = FINDINGS_MAX) -> Verdict:
    """Read every entry again from its bytes and look for what recording could never have produced.

    Checked: positions have no gap; the bytes are canonical; the entry names this ledger; recorded times grow; command
    ids are used once; what is referred to was on record; type, tags, tag index, command and clock beside the bytes
    agree with them; every personal value in the vault is one that an entry commits to, opens that commitment and was
    not erased; the database finds its own file in order; and the state on ``on`` is the same by plain replay as by the
    in-memory history. It ends early when there are more findings than anybody wants to read.
    """
    return _Examination(book, on, findings_max).run(progress)


class _Examination:
    """One time through the entries."""

    def __init__(self, book: Book, on: date, findings_max: int) -> None:
        self.book = book
        self.on = on
        self.findings_max = findings_max
        self.findings: list[Finding] = []
        self.journal = Journal()
        self.committed: set[str] = set()
        self.erased: set[str] = set()

    def run(self, progress: Progress | None) -> Verdict:
        """Go through the ledger."""
        journal, total = self.journal, 0
        try:
            # The vault first: what others disclose from now on, they commit to in entries that may not be read here.
            total, kept = self.book.head(), self.book.commitments()
            if not self._entries(progress, total):
                return self._verdict(complete=False)
            if not self._enough():
                self._beside(kept if journal.head >= total else ())
        except LedgerError as error:
            self.findings.append(Finding(journal.head + 1, error, "unreadable"))
        except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError):
            # What rules and dates make of bytes that nobody could have recorded is not foreseen one by one.
            self._add(journal.head + 1, N_("Entry #{position} cannot be made sense of."))
        if not self.findings and not _agrees(journal, self.on):
            self._add(journal.head, N_("Two ways of computing the state after #{position} disagree."))
        if progress and not self.findings:
            progress(journal.head, total)
        return self._verdict()

    def _entries(self, progress: Progress | None, total: int) -> bool:
        """Examine one after the other, as far as they can be read; False when that was stopped from outside."""
        journal, origin, rows = self.journal, self.book.origin, self.book.rows()
        while not self._enough() and (row := self._next(rows)):
            if row.position != journal.head + 1:
                self._add(row.position, N_("An entry is missing before #{position}."))
                break
            try:
                entry = decode(row.data, row.position)
            except LedgerError as error:
                self.findings.append(Finding(row.position, error))
                break
            for problem in (*_faults(journal, entry, origin), *_strays(row, entry), *self._leaks(entry)):
                self._add(row.position, problem)
            journal.add(entry)
            if progress and journal.head % _TOLD_EVERY == 0 and progress(journal.head, total) is False:
                return False
        return True

    def _next(self, rows: Iterator[StoredRow]) -> StoredRow | None:
        """The next row; None after the last, and where they cannot be read any further, which is a finding."""
        try:
            return next(rows, None)
        except LedgerError as error:
            self.findings.append(Finding(self.journal.head + 1, error, "unreadable"))
            return None

    def _leaks(self, entry: Entry) -> Iterator[str]:
        """What is wrong with the personal values of an entry; remembers them, and which ones it erases."""
        digests = personal_digests(entry)
        self.committed.update(digests.values())
        kept = self.book.disclosures(list(digests.values())) if digests else {}
        if any(digest in kept and not opens(path, kept[digest]) for path, digest in digests.items()):
            yield N_("The personal value kept for entry #{position} is not the one it commits to.")
        if isinstance(entry.happened, PersonalDataErased):
            about = {position for person in entry.happened.persons for position in self.journal.mentions(person)}
            self.erased.update(to_erase(entry.happened, map(self.journal.entry, about)))

    def _beside(self, kept: Collection[str]) -> None:
        """Examine what is beside all entries: the tag index, the vault as it was at first, the file."""
        for position in self.book.misfiled():
            self._add(position, N_("The tag index has entry #{position} under something it does not concern."))
        if not self.committed.issuperset(kept):
            self._add(0, N_("The vault has a personal value that no entry commits to."))
        if self.book.disclosures(self.erased.intersection(kept)):
            self._add(0, N_("The vault has a personal value that was erased."))
        for told in self.book.complaints():
            self._add(0, N_("The database finds its own file not in order: {told}."), told=told)

    def _add(self, position: int, problem: str, **details: str) -> None:
        self.findings.append(Finding(position, Unreadable(problem, _REMEDY, position=position, **details)))

    def _enough(self) -> bool:
        return len(self.findings) >= self.findings_max

    def _verdict(self, *, complete: bool = True) -> Verdict:
        return Verdict(self.journal.head, tuple(self.findings[: self.findings_max]), complete=complete)


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


def _agrees(journal: Journal, on: date) -> bool:
    happenings = [happening(position, entry) for position, entry in journal.numbered()]
    plain, quick = replay(happenings, on, journal.head), journal.history.at(on, journal.head)
    return plain.answers == quick.answers and plain.balances == quick.balances

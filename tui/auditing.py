"""A ledger verified while somebody watches: hashes, entries, rules and, when asked for, the index; pass after pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from ledger.check import both, examine
from ledger.errors import LedgerError
from ledger.vault import Disclosed
from ledger.verify import Verdict, verify
from projections.audit import RULES, one_by_one
from projections.deep import index_findings
from projections.reading import Reading
from tui.dates import today
from tui.interruptible import go_on, polled_log, telling
from tui.ledgers import UNREADABLE
from tui.locale import N_, _, explain
from tui.terms import term

if TYPE_CHECKING:
    from ledger.store import Book
    from ledger.verify import Finding
    from tui.background import Errand

PASSES: Final = {
    "hashes": N_("Hashes"),
    "entries": N_("Entries examined"),
    "rules": N_("Rules"),
    "index": N_("Index, row by row"),
}


@dataclass(frozen=True)
class Pass:
    """One time through the ledger: how far it has come, what it found, how long it took."""

    name: str
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    found: int = 0
    ended: bool = False

    @property
    def percent(self) -> int:
        """How far it has come."""
        return 100 if self.ended else 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True)
class Wrong:
    """Something wrong, in words: with an entry, or with the ledger as a whole (0)."""

    position: int
    problem: str
    remedy: str
    of: str
    """The pass that found it."""


@dataclass(frozen=True)
class Progress:
    """Where verification stands."""

    passes: tuple[Pass, ...]
    wrong: tuple[Wrong, ...] = ()
    verdict: Verdict | None = None
    """Of the hashes and the entries, once both are done."""
    ended: bool = False
    stopped: bool = False


@dataclass
class Verification:
    """The work of one errand."""

    book: Book
    reading: Reading
    errand: Errand
    tell: Callable[[Progress], object]
    deep: bool = False
    told: Progress = field(init=False)

    def run(self) -> None:
        """Go through everything. Raises Stopped when called off."""
        names = [name for name in PASSES if self.deep or name != "index"]
        self.told = Progress(tuple(Pass(name) for name in names))
        with self._pass("hashes") as told:
            hashed = verify(self.book, None, told)
            self._found("hashes", hashed.findings)
        with self._pass("entries") as told:
            verdict = both(hashed, examine(self.book, today(), told))
            self._found("entries", [finding for finding in verdict.findings if finding not in hashed.findings])
        self.told = replace(self.told, verdict=verdict)
        with self._pass("rules") as told:
            self._rules(told)
        if self.deep:
            with self._pass("index") as told:
                self._found("index", index_findings(self.book, told))
        self.told = replace(self.told, ended=True)
        self.tell(self.told)

    @contextmanager
    def _pass(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Tell how far a pass comes, and what it found."""
        start = monotonic()

        def told(done: int, total: int) -> None:
            self._change(name, done=done, total=total, seconds=monotonic() - start)
            self.tell(self.told)

        go_on(self.errand)
        self.tell(self.told)
        yield telling(self.errand, told)
        go_on(self.errand)
        self._change(name, seconds=monotonic() - start, ended=True)
        self.tell(self.told)

    def _change(self, name: str, **changes: Any) -> None:
        passes = tuple(replace(one, **changes) if one.name == name else one for one in self.told.passes)
        self.told = replace(self.told, passes=passes)

    def _found(self, name: str, findings: Sequence[Finding]) -> None:
        self._add(name, [Wrong(finding.position, *explain(finding.error), name) for finding in findings])

    def _add(self, name: str, wrong: Sequence[Wrong]) -> None:
        self.told = replace(self.told, wrong=(*self.told.wrong, *wrong))
        self._change(name, found=sum(one.of == name for one in self.told.wrong))

    def _rules(self, told: Callable[[int, int], None]) -> None:
        """Every rule, in hindsight and on the day shown."""
        from tui.cli.duties import problem_text

        shown = self.reading
        try:
            with polled_log(self.book, shown.journal, self.errand) as log:
                reading = Reading(log, shown.effective, shown.known, Disclosed(self.book))
                for done, finding in one_by_one(reading):
                    go_on(self.errand)
                    if finding:
                        remedy = f"{term(finding.rule)} ({_(finding.source)})"
                        self._add("rules", [Wrong(finding.entry or 0, problem_text(finding), remedy, "rules")])
                    told(done, len(RULES))
        except UNREADABLE as error:
            problem = explain(error) if isinstance(error, LedgerError) else (str(error), "")
            self._add("rules", [Wrong(0, *problem, "rules")])

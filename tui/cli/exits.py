"""What a command says when it cannot do what was asked, and the code it ends with. Everything here goes to stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import IntEnum

from ledger.errors import Conflict, InvalidInput, LedgerError, Refused, Unreadable
from ledger.text import safe_text
from tui.locale import _, explain


class Exit(IntEnum):
    """Exit codes: the contract with scripts."""

    DONE = 0
    REFUSED = 1
    """A rule said no, or a check found something wrong."""
    USAGE = 2
    """The command line cannot be understood, or there is not enough to judge."""
    UNREADABLE = 3
    """There is no ledger to read, or it cannot be trusted."""
    CONFLICT = 4
    """Somebody else wrote first; nothing was recorded."""


def code_of(error: LedgerError) -> Exit:
    """The exit code of an error."""
    for kind, code in (
        (Refused, Exit.REFUSED),
        (InvalidInput, Exit.USAGE),
        (Unreadable, Exit.UNREADABLE),
        (Conflict, Exit.CONFLICT),
    ):
        if isinstance(error, kind):
            return code
    return Exit.USAGE


def report(error: LedgerError) -> Exit:
    """Say the problem and the remedy on stderr; return the code to end with."""
    problem, remedy = explain(error)
    say(f"{_('Problem')}: {problem}")
    say(f"{_('Remedy')}: {remedy}")
    return code_of(error)


def say(text: str) -> None:
    """One line for the person at the terminal, on stderr."""
    print(safe_text(text), file=sys.stderr)  # noqa: T201 - stderr is what this module is for


def progress(what: str) -> Callable[[int, int], None]:
    """Shows how far long work has come, in one line on stderr; silent where nobody is looking."""
    seen = sys.stderr.isatty()

    def told(done: int, total: int) -> None:
        if seen:
            sys.stderr.write(f"\r\x1b[K{safe_text(what)} {done}/{total}" if done < total else "\r\x1b[K")
            sys.stderr.flush()

    return told

"""What can go wrong, said so that a person can act on it.

Every error carries a *problem* (what is wrong) and a *remedy* (what to do about it). Both are English templates with
``{placeholders}``; the front end looks the template up in the reader's language and then fills it in, so nothing in
``ledger/`` needs to know which language the reader speaks. Exit codes belong to the command line, not here.
"""

from __future__ import annotations


def N_(msgid: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a text that goes into an error's details for translation; the front end translates it where it is shown."""
    return msgid


class LedgerError(Exception):
    """A problem and its remedy. ``source`` names the law paragraph or convention, where a rule is behind it."""

    def __init__(self, problem: str, remedy: str, *, source: str | None = None, **details: object) -> None:
        self.problem = problem
        self.remedy = remedy
        self.source = source
        self.details = details
        super().__init__(problem, remedy)

    def __str__(self) -> str:
        """Both sentences in English, filled in; front ends translate ``problem`` and ``remedy`` first instead."""
        return f"{self.problem.format(**self.details)} {self.remedy.format(**self.details)}"


class Refused(LedgerError):
    """A rule says no. Nothing was recorded."""


class InvalidInput(LedgerError):
    """What was given cannot be read: an unknown type or field, a date that is no date. Nothing was recorded."""


class Unreadable(LedgerError):
    """The ledger cannot be opened or its bytes cannot be trusted: missing, not a ledger, newer, damaged."""


class Conflict(LedgerError):
    """Somebody else wrote first, again and again. Nothing was recorded; trying once more is safe."""

"""The reader's language: Norwegian bokmål or English, switched at any time.

Message ids are the English texts. The catalogue lies beside this file, compiled, so that a fresh checkout needs no
build step. Errors of the ledger come as English templates and are translated here, at the edge.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ledger.errors import LedgerError

LANGUAGES: Final = ("nb", "en")
_DOMAIN: Final = "vedtak"
_NORWEGIAN: Final = ("nb", "no", "nn")


def N_(msgid: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return msgid


CLICK_SAYS: Final = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Positional arguments"),
    N_("Error: {message}"),
    N_("Aborted!"),
    N_("Try '{command} {option}' for help."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("No such command {name!r}."),
    N_("No such option {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Invalid value: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} does not exist."),
    N_("Choose from:\n\t{choices}"),
    N_("Show the version and exit."),
    N_("Show this message and exit."),
)
"""What the command line library says by itself, so that the catalogue has it too."""

WITHIN_LINES: Final = (
    N_("Ledger"),
    N_("Newest entry known"),
    N_("Problem"),
    N_("Remedy"),
    N_("Why: {subject}"),
    N_("cost key"),
    N_("decided, not evidenced"),
    N_("declared without decision"),
    N_("document SHA-256"),
    N_("or"),
    N_("passage SHA-256"),
    N_("point"),
    N_("recorded"),
    N_("uncertain"),
    N_("{count} unknown"),
)
"""Texts that stand inside formatted strings, where message extraction does not look; a test finds those forgotten."""

_current: gettext.NullTranslations = gettext.NullTranslations()
_language: str = "en"


def _(msgid: str) -> str:
    """The text in the reader's language."""
    return _current.gettext(msgid)


def said_in(code: str, msgid: str) -> str:
    """The text in one language, whichever the reader's is."""
    return _catalogue(code).gettext(msgid)


def ngettext_(one: str, many: str, count: int) -> str:
    """The text in the reader's language, in the right number."""
    return _current.ngettext(one, many, count)


def language() -> str:
    """The reader's language: ``nb`` or ``en``."""
    return _language


def use_language(code: str) -> None:
    """Read on in another language. Raises ValueError for one we do not have."""
    global _current, _language
    if code not in LANGUAGES:
        raise ValueError(code)
    _current, _language = _catalogue(code), code
    # Click's own words come through the process-wide catalogue, which asks the environment for the language.
    os.environ["LANGUAGE"] = code
    gettext.bindtextdomain(_DOMAIN, Path(__file__).parent)
    gettext.textdomain(_DOMAIN)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    if code == "en":
        return gettext.NullTranslations()
    return gettext.translation(_DOMAIN, Path(__file__).parent, [code], fallback=True)


def preferred(arguments: list[str], environment: Mapping[str, str] = os.environ) -> str:
    """The language asked for with ``--lang``, else that of the environment, else Norwegian."""
    for here, argument in enumerate(arguments):
        asked = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and here + 1 < len(arguments):
            asked = arguments[here + 1]
        if asked in LANGUAGES:
            return asked
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = environment.get(name, "").partition("_")[0].partition(".")[0].lower()
        if code in _NORWEGIAN:
            return "nb"
        if code == "en":
            return "en"
    return "nb"


def explain(error: LedgerError) -> tuple[str, str]:
    """The problem and the remedy in the reader's language, filled in."""
    details = {name: _told(value) for name, value in error.details.items()}
    problem = _(error.problem).format(**details)
    if error.source:
        problem = f"{problem} ({_(error.source)})"
    return problem, _(error.remedy).format(**details)


def _told(value: object) -> object:
    return _(value) if isinstance(value, str) and value else value

"""The reader's language: Norwegian bokmål or English, switched at any time.

Message ids are the English texts. The catalogue lies beside this file, compiled, so that a fresh checkout needs no
build step. Errors of the ledger come as English templates and are translated here, at the edge.

Click says its own words through ``gettext``; importing this module has it look for them in the same place.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from functools import cache
from typing import Final

from ledger.errors import LedgerError
from tui.locale.compiled import Compiled

LANGUAGES: Final = ("nb", "en")
# Without pathlib, which takes longer to load than all that is looked up.
_COMPILED: Final = f"{os.path.dirname(__file__)}/nb/LC_MESSAGES/vedtak.mo"  # noqa: PTH120 - see above
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

_language: str = "en"


def _(msgid: str) -> str:
    """The text in the reader's language."""
    return said_in(_language, msgid)


def said_in(code: str, msgid: str) -> str:
    """The text in one language, whichever the reader's is."""
    forms = _norwegian().forms(msgid) if code == "nb" else ()
    return forms[0] if forms else msgid


def ngettext_(one: str, many: str, count: int) -> str:
    """The text in the reader's language, in the right number."""
    forms = (_norwegian().forms(one) if _language == "nb" else ()) or (one, many)
    return forms[count != 1]  # both languages have one form for one, and another for every other number


def language() -> str:
    """The reader's language: ``nb`` or ``en``."""
    return _language


def use_language(code: str) -> None:
    """Read on in another language. Raises ValueError for one we do not have."""
    global _language  # noqa: PLW0603 - one reader, one language
    if code not in LANGUAGES:
        raise ValueError(code)
    _language = code


@cache
def _norwegian() -> Compiled:
    with open(_COMPILED, "rb") as file:  # noqa: PTH123 - see there
        return Compiled(file.read())


# What every plain ``gettext()`` of the process goes through. By itself it would read the whole catalogue once more,
# and look for the file anew for each text.
gettext.dgettext = lambda domain, message: _(message)  # noqa: ARG005 - there is one domain
gettext.dngettext = lambda domain, msgid1, msgid2, n: ngettext_(msgid1, msgid2, n)  # noqa: ARG005 - as above


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

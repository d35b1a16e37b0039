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

_current: gettext.NullTranslations = gettext.NullTranslations()
_language: str = "en"


def N_(msgid: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return msgid


def _(msgid: str) -> str:
    """The text in the reader's language."""
    return _current.gettext(msgid)


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

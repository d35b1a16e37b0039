"""What the words of the ledger are called in each language: kinds, attributes, statuses and other choices.

These are the partnership's own terms, not sentences, so they stand in one table (``terms.txt``: word = English |
Norwegian) that screens, tables and help read, and not in the message catalogue. A test fails when an event declares a
choice, or an effect writes an attribute, that is not there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from tui.locale import language

_TABLE: Final = Path(__file__).with_name("terms.txt").read_text(encoding="utf-8")
_WORDS: Final = dict(line.split(" = ", 1) for line in _TABLE.splitlines())
"""The labels of each word, in one; few of them are ever taken apart."""


@cache
def labels(word: str) -> tuple[str, ...]:
    """What the word is called in English and in Norwegian; nothing when the table does not have it."""
    told = _WORDS.get(word)
    return tuple(told.split(" | ")) if told else ()


def known(word: str) -> bool:
    """Whether the table has the word."""
    return word in _WORDS


def term(word: str) -> str:
    """What the word is called in the reader's language; one not in the table is shown with spaces for underscores."""
    english, norwegian = labels(word) or (word.replace("_", " "),) * 2
    return norwegian if language() == "nb" else english


def word_meant(label: str) -> str:
    """The word a person means by its label in the reader's language; the label itself when it is none, or of many."""
    wanted = label.casefold().strip()
    if wanted in _WORDS:
        return wanted
    found = [word for word in _WORDS if wanted in {text.casefold() for text in labels(word)}]
    return found[0] if len(found) == 1 else label


def word_for(label: str, among: tuple[str, ...]) -> str | None:
    """The choice that a person means by a label in either language, or by the word itself."""
    wanted = label.casefold().strip()
    for word in among:
        if wanted in {word.casefold(), *(text.casefold() for text in labels(word))}:
            return word
    return None

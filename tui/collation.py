"""The Norwegian order of the alphabet, and letters made alike for looking things up. Both languages sort names so."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_LAST: Final = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"}
"""The letters after z, as the characters that come after z in ASCII."""
_ALIKE: Final = {"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "đ": "d", "ð": "d", "ŋ": "n", "ŧ": "t"}


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """What to sort a name by: æ, ø and å come last, aa is an old å, accents do not count."""
    text = unicodedata.normalize("NFC", name).casefold().replace("aa", "å")
    return "".join(_LAST.get(letter) or _bare(letter) for letter in text)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text as it is compared when somebody looks for it: å is aa, ø is oe, æ is ae; case and accents go."""
    lowered = unicodedata.normalize("NFC", text).casefold()
    return "".join(_ALIKE.get(letter) or _bare(letter) for letter in lowered)


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]

"""One value of a form: read from its text and held against its declaration, in the words the pen would use."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from ledger.declaration import FORMATS, FieldDeclaration
from ledger.errors import InvalidInput
from ledger.text import normalised
from tui.catalogue import PATTERNS
from tui.locale import _, language
from tui.terms import term
from tui.values import from_text

YES: Final = ("yes", "ja", "true", "1")
NO: Final = ("no", "nei", "false", "0")
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ð": "d", "þ": "th", "đ": "d", "ß": "ss", "ŋ": "n"})
_SLUG_MAX: Final = 60


def title(told: FieldDeclaration) -> str:
    """What the field is called."""
    return (told.nb if language() == "nb" else told.en) or term(told.name)


def read_leaf(told: FieldDeclaration, text: str) -> Any:
    """The plain data for the text of one field. Raises InvalidInput when the text does not fit, naming the field."""
    named = title(told)
    if told.personal:
        FORMATS["line"](named, normalised(text))
        return text
    if told.base is bool and not told.choices:
        if text.casefold().strip() not in {*YES, *NO}:
            raise InvalidInput("“{text}” in {field} is neither yes nor no.", "Write yes or no.", text=text, field=named)
        return text.casefold().strip() in YES
    free = told.format in {"line", "text"}
    try:
        value = from_text(told, text if free else text.strip())
    except InvalidInput as error:
        if "field" in error.details:
            error.details["field"] = named
        if "choices" in error.details:
            error.details["choices"] = ", ".join(term(choice) for choice in told.choices)
        raise
    _within(told, named, value)
    if isinstance(value, str):
        if told.format:
            FORMATS[told.format](named, normalised(value))
        _patterned(told, named, value)
    return value


def _within(told: FieldDeclaration, named: str, value: Any) -> None:
    if told.base is not int or not isinstance(value, int):
        return
    if (told.least is not None and value < told.least) or (told.most is not None and value > told.most):
        raise InvalidInput(
            "{value} in {field} is too small or too large.",
            "Write a whole number from {least} to {most}.",
            value=value,
            field=named,
            least="…" if told.least is None else told.least,
            most="…" if told.most is None else told.most,
        )


def _patterned(told: FieldDeclaration, named: str, value: str) -> None:
    if told.choices or told.pattern is None or re.search(told.pattern, value):
        return
    kinds = (told.creates,) if told.creates else told.refers_to
    if kinds:
        raise InvalidInput(
            "{where} takes a reference.",
            "Write {example}: small letters, digits and hyphens after the stroke.",
            where=named,
            example=", ".join(f"{kind}/…" for kind in kinds[:4]),
        )
    raise InvalidInput(
        "“{text}” does not fit in {field}.",
        "It takes: {takes}.",
        text=value,
        field=named,
        takes=PATTERNS.get(told.pattern, told.pattern),
    )


def folded(text: str) -> str:
    """A text to search in: small letters, with the Norwegian ones and accents written plainly."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def slug(text: str) -> str:
    """A name as the last part of a reference: ``felles-arkiv-for-trondelag``. Empty when nothing is left of it."""
    words = re.findall(r"[a-z0-9]+", folded(text))
    made = ""
    for word in words:
        if made and len(made) + 1 + len(word) > _SLUG_MAX:
            break
        made = f"{made}-{word}" if made else word[:_SLUG_MAX]
    return made


def yes_or_no() -> tuple[str, str]:
    """The two answers in the reader's language."""
    return _("yes"), _("no")

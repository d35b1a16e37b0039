"""What a person types for a field, turned into what the ledger takes. The declaration of the field decides how."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ledger.calendar import OPEN, bounds
from ledger.declaration import FieldDeclaration
from ledger.errors import InvalidInput
from ledger.fields import Money, Share, Staffing
from tui.dates import parse_day, parse_period, today
from tui.locale import _
from tui.terms import term, word_for

_BOUND_WORDS = {
    "min": "floor",
    "minst": "floor",
    "minimum": "floor",
    "at least": "floor",
    "maks": "ceiling",
    "max": "ceiling",
    "høyst": "ceiling",
    "at most": "ceiling",
    "ca": "estimate",
    "cirka": "estimate",
    "omtrent": "estimate",
    "omlag": "estimate",
    "om lag": "estimate",
    "rundt": "estimate",
    "about": "estimate",
}
_BOUNDS = {"exact": "", "floor": "min ", "ceiling": "maks ", "estimate": "ca "}
"""How each is typed, understood in either language."""
_PRICE_YEAR = re.compile(r"\s*\(?(\d{4})-(?:kr|kroner|prices|priser)\)?\s*$", re.IGNORECASE)
_UNKNOWN_WORDS = {"unknown", "unknown amount", "ukjent", "ukjent beløp", "?"}


def from_text(field: FieldDeclaration, text: str) -> Any:
    """The plain data for one value of a field. Raises InvalidInput naming the field when the text does not fit."""
    if field.choices:
        return _choice(field, text)
    if field.fields:
        return _compound(field, text)
    if field.base is int:
        return _whole(field, text)
    if field.base is bool:
        return text.casefold() in {"yes", "ja", "true", "1"}
    if field.base is Money:
        return _money(field, text)
    if field.base is Share:
        return _share(field, text)
    if field.base is Staffing:
        return _staffing(field, text)
    if field.format == "edtf":
        return edtf_from(text)
    return reference_from(field, text)


def reference_from(field: FieldDeclaration, text: str) -> str:
    """A reference, with the kind put before a bare slug where the field takes one kind only."""
    kinds = (field.creates,) if field.creates else field.refers_to
    if len(kinds) == 1 and "/" not in text:
        return f"{kinds[0]}/{text.strip()}"
    return text


def edtf_from(text: str) -> str:
    """An EDTF date as typed, or the plain day that words mean."""
    try:
        bounds(text)
    except InvalidInput:
        if text.startswith("/"):
            return OPEN + text
        return parse_period(text) or parse_day(text, today()).isoformat()
    return text


def to_text(field: FieldDeclaration, value: Any, *, words: bool = True) -> str:
    """What a person would type to get this value: :func:`from_text` makes it again. ``words`` are the reader's own."""
    if field.choices:
        return term(str(value)) if words else str(value)
    if field.base is bool:
        yes, no = (_("yes"), _("no")) if words else ("yes", "no")
        return yes if value else no
    if field.base is Money:
        if value["known"] == "unknown":
            return _("unknown") if words else "unknown"
        kroner, ore = divmod(abs(value["ore"]), 100)
        year = f" ({value['price_year']}-kr)" if "price_year" in value else ""
        sign = "-" if value["ore"] < 0 else ""
        return f"{_BOUNDS[value['known']]}{sign}{kroner}{f',{ore:02}' if ore else ''}{year}"
    if field.base is Share:
        return f"{value['n']}/{value['d']}"
    if field.base is Staffing:
        whole, thousandths = divmod(value["milli_fte"], 1000)
        decimals = f"{thousandths:03}".rstrip("0")
        return f"{_BOUNDS[value['bound']]}{whole}{f',{decimals}' if decimals else ''}"
    return str(value)


def _choice(field: FieldDeclaration, text: str) -> str:
    word = word_for(text, field.choices)
    if word is None:
        raise InvalidInput(
            "“{text}” is no choice for {field}.",
            "Choose one of: {choices}.",
            text=text,
            field=field.name,
            choices=", ".join(field.choices),
        )
    return word


def _whole(field: FieldDeclaration, text: str) -> int:
    digits = re.sub(r"[\s\u00a0.,']", "", text)
    if not re.fullmatch(r"-?\d{1,18}", digits):
        raise InvalidInput(
            "“{text}” in {field} is not a whole number.", "Write digits only.", text=text, field=field.name
        )
    return int(digits)


def _qualified(text: str) -> tuple[str | None, str]:
    lowered = text.casefold().strip()
    for word, bound in _BOUND_WORDS.items():
        for start in (f"{word} ", f"{word}. "):
            if lowered.startswith(start):
                return bound, lowered.removeprefix(start).strip()
    return None, lowered


def _decimal(field: FieldDeclaration, text: str) -> Decimal:
    number = re.sub(r"\s", "", text)
    if re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+\.\d+", number):  # both signs: the comma can only set thousands apart
        number = number.replace(",", "")
    if not re.fullmatch(r"-?\d{1,15}([.,]\d{1,6})?", number):
        raise InvalidInput("“{text}” in {field} is not a number.", "Write it as 1234,50.", text=text, field=field.name)
    return Decimal(number.replace(",", "."))


def _money(field: FieldDeclaration, text: str) -> dict[str, Any]:
    bound, rest = _qualified(text)
    if rest in _UNKNOWN_WORDS:
        return {"known": "unknown"}
    if year := _PRICE_YEAR.search(text):
        return {**_money(field, text[: year.start()]), "price_year": int(year[1])}
    amount = re.sub(r"\s", "", re.sub(r"^(kr\.?|nok)|(kr\.?|nok|,-)$", "", rest))
    # An amount never has three decimals: three digits after a sign are thousands, in either language.
    for thousands, point in ((".", ","), (",", ".")):
        if re.fullmatch(rf"-?[1-9]\d{{0,2}}(\{thousands}\d{{3}})+(\{point}\d{{1,2}})?", amount):
            amount = amount.replace(thousands, "")
            break
    ore = _decimal(field, amount) * 100
    if ore != ore.to_integral_value():
        raise InvalidInput(
            "“{text}” in {field} is no whole number of øre.",
            "Write kroner with at most two decimals, or “unknown”.",
            text=text,
            field=field.name,
        )
    return {"known": bound or "exact", "ore": int(ore)}


def _share(field: FieldDeclaration, text: str) -> dict[str, int]:
    number = text.replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"\d{1,10}([/.]\d{1,10})?", number) or re.search(r"/0+$", number):
        raise InvalidInput(
            "“{text}” in {field} is not a share.", "Write it as a fraction: 1/3.", text=text, field=field.name
        )
    fraction = Fraction(number)
    return {"n": fraction.numerator, "d": fraction.denominator}


def _staffing(field: FieldDeclaration, text: str) -> dict[str, Any]:
    bound, rest = _qualified(text)
    thousandths = _decimal(field, rest.removesuffix("årsverk").removesuffix("fte").strip()) * 1000
    if bound == "estimate" or thousandths != thousandths.to_integral_value():
        raise InvalidInput(
            "“{text}” in {field} is no number of full-time equivalents.",
            "Write it as 2,3, “min 2” or “max 3”.",
            text=text,
            field=field.name,
        )
    return {"milli_fte": int(thousandths), "bound": bound or "exact"}


def _compound(field: FieldDeclaration, text: str) -> dict[str, Any]:
    """A compound value, as JSON or as ``name=value; name=value``."""
    parts = {inner.name: inner for inner in field.fields}
    if text.lstrip().startswith("{"):
        try:
            given = json.loads(text)
        except ValueError as error:
            raise InvalidInput(
                "The JSON in {field} cannot be read.", "Check quotes and braces.", field=field.name
            ) from error
        if isinstance(given, dict):
            return given
    value: dict[str, Any] = {}
    for part in re.split(rf";\s*(?=(?:{'|'.join(parts)})=)", text):
        name, equals, inner_text = part.partition("=")
        inner = parts.get(name.strip())
        if not equals or inner is None:
            raise InvalidInput(
                "“{text}” in {field} names no part of it.",
                "Write {example}; the parts are {parts}.",
                text=part,
                field=field.name,
                example="; ".join(f"{inner.name}=…" for inner in field.fields if inner.required),
                parts=", ".join(parts),
            )
        item = from_text(inner, inner_text.strip())
        if inner.many:
            value.setdefault(inner.name, []).append(item)
        else:
            value[inner.name] = item
    return value

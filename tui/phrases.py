"""Entries and values put into words, in the reader's language. Plain text, not yet made safe for a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, to_builtins

from ledger.calendar import bounds
from ledger.declaration import declaration
from ledger.errors import InvalidInput
from ledger.fields import KINDS, Money, Personal, Share, Staffing
from projections.reading import DateView
from tui.dates import day_text, effective_text
from tui.locale import _, language
from tui.terms import known, term

if TYPE_CHECKING:
    from projections.figures import Figure
    from projections.reading import Reading
    from projections.timeline import Line

NO_BREAK: Final = "\u00a0"
_LINES: Final = re.compile(r"(?:lines?|linjer?)\s+(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?", re.IGNORECASE)


def type_name(wire_name: str) -> str:
    """The event type's name."""
    told = declaration(wire_name)
    return told.nb if language() == "nb" else told.en


def line_parts(reading: Reading, line: Line) -> tuple[str, str, str]:
    """An entry in three parts: its type, what it is about, and the rest of what it says."""
    subject = reading.label(line.subject) if line.subject else ""
    told = []
    for field, value in line.details:
        text = value_text(reading, value) if not field.choices else term(value)
        if text and text != subject and not field.personal:
            told.append(text)
    return type_name(line.entry.wire_name), subject, " · ".join(told)


def value_text(reading: Reading, value: Any) -> str:
    """A value as a reader wants it: names for references, words for choices, kroner for øre."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Struct):
        return _struct_text(value)
    if isinstance(value, Mapping):
        return _mapping_text(reading, value)
    if isinstance(value, list | tuple):
        return ", ".join(value_text(reading, item) for item in value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, int):
        return number_text(value)
    return _word_text(reading, str(value))


def _word_text(reading: Reading, text: str) -> str:
    kind, slash, _slug = text.partition("/")
    if slash and kind in KINDS and " " not in text:
        return reading.label(text)
    if known(text):
        return term(text)
    return text


def _struct_text(value: Struct) -> str:
    if isinstance(value, Money):
        return money_text(to_builtins(value))
    if isinstance(value, Share):
        return f"{value.n}/{value.d}"
    if isinstance(value, Staffing):
        return staffing_text(to_builtins(value))
    if isinstance(value, Personal):
        return _("(personal)")
    return str(to_builtins(value))


def _mapping_text(reading: Reading, value: Mapping[str, Any]) -> str:
    if value.keys() == {"digest"}:
        return _("(personal)")
    if "milli_fte" in value:
        return staffing_text(value)
    if value.keys() <= {"known", "ore", "price_year"} and "known" in value:
        return money_text(value)
    if value.keys() == {"n", "d"}:
        return f"{value['n']}/{value['d']}"
    return ", ".join(
        f"{term(str(name))}: {value_text(reading, item)}" for name, item in value.items() if item not in (None, (), [])
    )


def money_text(value: Mapping[str, Any]) -> str:
    """An amount in kroner and øre, or that it is unknown."""
    ore = value.get("ore")
    if ore is None:
        return _("unknown amount")
    sign = "-" if ore < 0 else ""
    kroner, rest = divmod(abs(ore), 100)
    point = "," if language() == "nb" else "."
    text = f"{sign}{number_text(kroner)}{point}{rest:02} kr"
    qualified = {
        "ceiling": _("at most {amount}"),
        "floor": _("at least {amount}"),
        "estimate": _("about {amount}"),
    }
    return qualified.get(str(value.get("known")), "{amount}").format(amount=text)


def figure_text(found: Figure) -> str:
    """A sum in kroner and øre, what it lies between, or that it is not known; a dash when nothing is recorded."""
    if not found.entries:
        return "–"
    text = money_text({"known": found.known, "ore": found.ore})
    if found.ore is not None and found.unknown_in:
        count = len(found.unknown_in)
        text += f" ({_('{count} unknown').format(count=count)})"
    if found.least is not None and found.most is not None and found.least != found.most:
        least, most = (money_text({"known": "exact", "ore": ore}) for ore in (found.least, found.most))
        text = f"◐ {least} – {most}"
    return text


def staffing_text(value: Mapping[str, Any]) -> str:
    """Full-time equivalents, exact or bounded."""
    whole, thousandths = divmod(int(value["milli_fte"]), 1000)
    decimals = f"{thousandths:03}".rstrip("0")
    point = "," if language() == "nb" else "."
    number = f"{whole}{point}{decimals}" if decimals else str(whole)
    text = _("{number} FTE").format(number=number)
    qualified = {"floor": _("at least {amount}"), "ceiling": _("at most {amount}")}
    return qualified.get(str(value.get("bound")), "{amount}").format(amount=text)


def lines_cited(locator: str | None) -> tuple[int, int] | None:
    """The first and last line that a locator names, as ``line 47`` and ``lines 45-57`` do; None for any other."""
    found = _LINES.fullmatch((locator or "").strip())
    if not found:
        return None
    first = int(found[1])
    last = int(found[2] or first)
    return (first, last) if 1 <= first <= last else None


def place_text(locator: str) -> str:
    """Where in a source, in the reader's words where it names lines; else as recorded."""
    cited = lines_cited(locator)
    if cited is None:
        return locator
    first, last = cited
    if first == last:
        return _("line {number}").format(number=first)
    return _("lines {first}–{last}").format(first=first, last=last)


def number_text(value: int) -> str:
    """A whole number with thousands set apart."""
    return f"{value:,}".replace(",", NO_BREAK if language() == "nb" else ",")


def date_text(edtf: str) -> str:
    """An EDTF date in words; the text itself when it is none."""
    try:
        first, last = bounds(edtf)
    except InvalidInput:
        return edtf
    return effective_text(DateView(edtf, first, last))


def holds_text(holds: str) -> str:
    """Yes, maybe, no – as a word that says it of a fact."""
    return {"yes": _("yes"), "maybe": _("maybe"), "no": _("no")}[holds]

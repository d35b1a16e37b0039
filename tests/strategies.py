"""Events and commands for Hypothesis, read off the declarations: a new event type is generated without a line here.

What is generated is *structurally* valid: fields, limits and formats are right, references need not be on record.
Nothing is generated from a pattern, because that is slow; samples are tried against it instead.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from hypothesis import strategies as st

from ledger.declaration import ORGNR_WEIGHTS, FieldDeclaration, declaration, struct_fields
from ledger.entry import Command, command_from
from ledger.events import CATALOGUE
from ledger.fields import Money, Personal, Share, Staffing
from ledger.text import objection

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from ledger.event import Event

Plain = dict[str, Any]

SLUGS: Final = st.sampled_from(["a", "b", "c", "a-1", "2018-10-24", "orland"])
"""Few, so that things meet."""
LETTERS: Final = "abz ABZ019.,-–«»“”()[]{}<>/\\%&#§\"'æøåÆØÅáŧšïé½…€\U0001f4dc"
"""Among them what markup, JSON and SQL treat as special, and letters outside the basic plane."""
SAMPLES: Final = [
    *("16", "50", "1621", "5015", "5057", "1", "2b", "1.4", "100a.2.3", "0123456789abcdef" * 4, "f" * 64),
    *("A" * 43 + "=", "b" * 43 + "="),
]
"""For a text with a pattern: those that match it."""


def days(first: date = date(2010, 1, 1), last: date = date(2026, 12, 31)) -> SearchStrategy[date]:
    """A day; the bounds of the ledger's calendar are tested elsewhere."""
    return st.dates(first, last)


def _interval(ends: tuple[date, date]) -> str:
    first, last = sorted(ends)
    return f"{first}/{last}"


def _spread(day: date, length: int, unit: str) -> str:
    later = day + timedelta(days=length)
    return f"{day:{unit}}/{later:{unit}}"


def edtf() -> SearchStrategy[str]:
    """An effective date: a plain day four times in five, else one of the ways of not being sure."""
    plain = days().map(date.isoformat)
    unsure = st.one_of(
        days().map(lambda day: f"{day}?"),
        days().map(lambda day: f"{day:%Y}"),
        days().map(lambda day: f"{day:%Y}~"),
        days().map(lambda day: f"{day:%Y-%m}"),
        st.builds(lambda day, season: f"{day:%Y}-{season}", days(), st.sampled_from([21, 22, 23])),
        st.builds(lambda day, years: f"{day:%Y}-22/{day.year + years}-23", days(), st.integers(0, 2)),
        st.tuples(days(), days()).map(_interval),
        st.builds(_spread, days(), st.integers(0, 90), st.just("%Y-%m")),
        days().map(lambda day: f"../{day}"),
        days().map(lambda day: f"{day}/.."),
    )
    return st.integers(0, 4).flatmap(lambda choice: unsure if choice == 4 else plain)


def _accepted(*, line: bool) -> Callable[[str], bool]:
    return lambda text: objection(text, line=line) is None


def lines(most: int = 40) -> SearchStrategy[str]:
    """A line of text, with characters that markup treats as special."""
    return st.text(LETTERS, min_size=1, max_size=most).filter(_accepted(line=True))


def texts(most: int = 80) -> SearchStrategy[str]:
    """Text that may have several lines."""
    return st.text(LETTERS + "\n\t", min_size=1, max_size=most).filter(_accepted(line=False))


def orgnrs() -> SearchStrategy[str]:
    """Nine digits with the right control digit."""

    def control(digits: list[int]) -> int:
        return -sum(weight * digit for weight, digit in zip(ORGNR_WEIGHTS, digits, strict=True)) % 11

    digits = st.lists(st.integers(0, 9), min_size=8, max_size=8).filter(lambda found: control(found) < 10)
    return digits.map(lambda found: "".join(map(str, [*found, control(found)])))


def references(*kinds: str) -> SearchStrategy[str]:
    """``kind/slug`` with few slugs."""
    return st.builds("{}/{}".format, st.sampled_from(kinds), SLUGS)


def money() -> SearchStrategy[Plain]:
    """A known amount, negative ones too, or an unknown one."""
    known = st.fixed_dictionaries(
        {"known": st.sampled_from(["exact", "ceiling", "floor", "estimate"]), "ore": st.integers(-(10**15), 10**15)},
        optional={"price_year": st.integers(1990, 2030)},
    )
    return st.one_of(known, st.just({"known": "unknown"}))


def shares() -> SearchStrategy[Plain]:
    """A share between none and all, in lowest terms."""
    fractions = st.builds(lambda n, d: Fraction(n, n + d), st.integers(0, 1000), st.integers(1, 1000))
    return st.one_of(st.just(Fraction(1)), fractions).map(lambda share: {"n": share.numerator, "d": share.denominator})


def staffing() -> SearchStrategy[Plain]:
    """So many thousandths of a full-time position."""
    return st.fixed_dictionaries(
        {"milli_fte": st.integers(0, 10**7), "bound": st.sampled_from(["exact", "floor", "ceiling"])}
    )


def personal() -> SearchStrategy[Plain]:
    """A sealed value; what it commits to is nobody's business here."""
    digits = st.text("ABCabc012+/", min_size=43, max_size=43)
    return digits.map(lambda found: {"digest": f"{found}="})


COMPOUND: Final[dict[type, Callable[[], SearchStrategy[Plain]]]] = {
    Money: money,
    Share: shares,
    Staffing: staffing,
    Personal: personal,
}
FORMATTED: Final[dict[str, Callable[[], SearchStrategy[str]]]] = {
    "line": lines,
    "text": texts,
    "edtf": edtf,
    "orgnr": orgnrs,
}


def _one(field: FieldDeclaration) -> SearchStrategy[Any]:
    found: SearchStrategy[Any]
    if field.choices:
        found = st.sampled_from(field.choices)
    elif field.refers_to or field.creates:
        found = references(*(field.refers_to or (cast("str", field.creates),)))
    elif field.format:
        found = FORMATTED[field.format]()
    elif field.base in COMPOUND:
        found = COMPOUND[field.base]()
    elif field.fields:
        found = data(field.fields)
    elif field.base is bool:
        found = st.booleans()
    elif field.base is int:
        found = st.integers(field.least, field.most)
    else:
        matching = [sample for sample in SAMPLES if re.search(field.pattern or "", sample)]
        assert matching, f"{field.name}: no sample in tests/strategies.py matches {field.pattern}"
        found = st.sampled_from(matching)
    return found


def values(field: FieldDeclaration) -> SearchStrategy[Any]:
    """What a field may hold; of a repeated field two or three different ones, so that every least number is met."""
    if not field.many:
        return _one(field)
    first = field.fields[0].name if field.fields else None  # the number of a point, the body of a step

    def identity(item: Any) -> object:
        return item[first] if first else item

    return st.lists(_one(field), min_size=2, max_size=3, unique_by=identity)


def data(fields: tuple[FieldDeclaration, ...]) -> SearchStrategy[Plain]:
    """The fields of a struct as plain data; any of the optional ones may be left out."""
    return st.fixed_dictionaries(
        {field.name: values(field) for field in fields if field.required},
        optional={field.name: values(field) for field in fields if not field.required},
    )


@cache
def plain_events(wire_name: str) -> SearchStrategy[Plain]:
    """An event of a type as plain data, the way a person gives it, but with personal values sealed."""
    return data(declaration(wire_name).fields).map(lambda held: {"type": wire_name, **held})


@cache
def events(wire_name: str) -> SearchStrategy[Event]:
    """An event of a type."""
    return plain_events(wire_name).map(lambda plain: msgspec.convert(plain, CATALOGUE[wire_name]))


@cache
def plain_commands(wire_name: str) -> SearchStrategy[Plain]:
    """A command with an event of a type, as plain data; every part of the envelope but ``corrects``."""
    envelope = tuple(field for field in struct_fields(Command) if field.name not in {"command", "corrects", "event"})
    return st.builds(
        lambda told, command, event: {**told, "command": str(command), "event": event},
        data(envelope),
        st.uuids(),
        plain_events(wire_name),
    )


@cache
def commands(wire_name: str) -> SearchStrategy[Command]:
    """A command with an event of a type, validated as the pen would."""
    return plain_commands(wire_name).map(command_from)

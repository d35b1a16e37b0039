"""Effective dates: EDTF text in, the earliest and the latest day it can mean out.

A ledger date is EDTF (ISO 8601-2): ``2018-10-24``, ``2018-05`` (some day in May), ``2018-23`` (autumn), ``2018-01-30?``
(doubtful), ``2002~`` (about). An interval reads *one unknown day between its ends*: ``2011-23/2012-23`` is a day in
autumn 2011, in autumn 2012 or between them, and ``../2012-04-20`` is a day no later than 20 April 2012, for a body that
is known to exist on a day but not since when. A period is two dates, from and until, never an interval.

The bounds are strict: ``?`` and ``~`` are shown to the reader and never widen them. Years, months, seasons and days are
read without the EDTF library, which costs more to load than the rest of the program's start; it reads all other forms.
"""

from __future__ import annotations

import contextlib
import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ledger.errors import InvalidInput

EARLIEST = date(1800, 1, 1)
LATEST = date(2999, 12, 31)
OPEN = ".."

_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?[?~]?\Z")
"""A year, a month or season, or a day, with or without doubt: all that most ledgers hold."""
_SEASONS = {"21": (3, 5), "22": (6, 8), "23": (9, 11)}
"""First and last month of spring, summer and autumn."""
_WINTER = "24"
_LETTERS = re.compile(r"[0-9X?~%./\[\]{},-]+\Z")


class Bounds(NamedTuple):
    """The first and the last day that an effective date can mean; equal when the day is certain."""

    earliest: date
    latest: date

    @property
    def certain(self) -> bool:
        """Whether only one day is meant."""
        return self.earliest == self.latest


@lru_cache(maxsize=65536)
def bounds(edtf: str) -> Bounds:
    """The first and last day of an EDTF date, both within 1800-01-01 … 2999-12-31.

    Raises InvalidInput when the text is no EDTF date, lies outside those years, or ends before it starts.
    """
    first, slash, last = edtf.partition("/")
    if not slash:
        return _within(_one(edtf), edtf)
    if first == last == OPEN:
        raise _no_date(edtf)
    earliest = EARLIEST if first == OPEN else _one(first).earliest
    latest = LATEST if last == OPEN else _one(last).latest
    return _within(Bounds(earliest, latest), edtf)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it is shorter: 31 August + 6 = 28 February.

    The ledger's calendar ends with 2999: a later day is its last one.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > LATEST.year:
        return LATEST
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February in a year that has none."""
    return months_after(day, 12 * years)


def _days_in(year: int, month: int) -> int:
    from calendar import monthrange  # it loads the locales, and most dates are days

    return monthrange(year, month)[1]


def _one(edtf: str) -> Bounds:
    plain = _PLAIN.match(edtf)
    if plain is None:
        return _by_library(edtf)
    year, month, day = int(plain[1]), plain[2], plain[3]
    try:
        if day:
            return Bounds(date(year, int(month), int(day)), date(year, int(month), int(day)))
        first, last = _SEASONS.get(month, (int(month), int(month))) if month else (1, 12)
        return Bounds(date(year, first, 1), date(year, last, _days_in(year, last)))
    except ValueError as error:
        if month == _WINTER:
            raise InvalidInput(
                "“{date}” says winter, which lies in two years.",
                "Write the months that are meant: 2018-12/2019-02, or 2018-01/2018-02.",
                date=edtf,
            ) from error
        raise _no_date(edtf) from error


def _by_library(edtf: str) -> Bounds:
    if not _LETTERS.match(edtf):
        raise _no_date(edtf)
    import edtf as library  # 0.15 s to load, and most dates are plain

    try:
        with contextlib.redirect_stdout(None):  # the library tells of its attempts there
            parsed = library.parse_edtf(edtf)
        first, last = parsed.lower_strict(), parsed.upper_strict()
        earliest = date(first.tm_year, first.tm_mon, first.tm_mday)
        month_end = _days_in(last.tm_year, last.tm_mon)
        latest = date(last.tm_year, last.tm_mon, min(last.tm_mday, month_end))
    except (library.EDTFParseException, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _no_date(edtf) from error
    return Bounds(earliest, latest)


def _within(found: Bounds, edtf: str) -> Bounds:
    if found.earliest > found.latest:
        raise InvalidInput(
            "The date “{date}” ends before it starts.",
            "Write the earlier date first: 2011-23/2012-23.",
            date=edtf,
        )
    if found.earliest < EARLIEST or found.latest > LATEST:
        raise InvalidInput(
            "The date “{date}” lies outside the years 1800 to 2999.",
            "Check the year; the ledger keeps dates within these bounds only.",
            date=edtf,
        )
    return found


def _no_date(edtf: str) -> InvalidInput:
    return InvalidInput(
        "“{date}” is not a date.",
        "Write a day as 2018-10-24, a month as 2018-10, a season as 2018-23 (autumn), a doubtful day as 2018-10-24?.",
        date=edtf,
    )

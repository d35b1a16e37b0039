"""Effective dates: EDTF text in, the earliest and the latest day it can mean out.

A ledger date is EDTF (ISO 8601-2): ``2018-10-24``, ``2018-05`` (some day in May), ``2018-23`` (autumn), ``2018-01-30?``
(doubtful), ``2002~`` (about). An interval reads *one unknown day between its ends*: ``2011-23/2012-23`` is a day in
autumn 2011, in autumn 2012 or between them, and ``../2012-04-20`` is a day no later than 20 April 2012, for a body that
is known to exist on a day but not since when. A period is two dates, from and until, never an interval.

The bounds are strict: ``?`` and ``~`` are shown to the reader and never widen them. The plain day, by far the most
common, is read without loading the EDTF library, which costs more than the rest of the program's start.
"""

from __future__ import annotations

import calendar as _gregorian
import contextlib
import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ledger.errors import InvalidInput

EARLIEST = date(1800, 1, 1)
LATEST = date(2999, 12, 31)
OPEN = ".."

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_LETTERS = re.compile(r"[0-9X?~%./\[\]{},-]+\Z")
_SEASON_IN_DOUBT = re.compile(r"\A(\d{4}-2[123])[?~%]\Z")
_WINTER = re.compile(r"\d{4}-24\b")


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
    return date(year, month + 1, min(day.day, _gregorian.monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February in a year that has none."""
    return months_after(day, 12 * years)


def _one(edtf: str) -> Bounds:
    if _DAY.match(edtf):
        try:
            day = date.fromisoformat(edtf)
        except ValueError as error:
            raise _no_date(edtf) from error
        return Bounds(day, day)
    return _by_library(edtf)


def _by_library(edtf: str) -> Bounds:
    if not _LETTERS.match(edtf):
        raise _no_date(edtf)
    if _WINTER.match(edtf):
        raise InvalidInput(
            "“{date}” says winter, which lies in two years.",
            "Write the months that are meant: 2018-12/2019-02, or 2018-01/2018-02.",
            date=edtf,
        )
    import edtf as library  # 0.15 s to load, and most dates are plain days

    try:
        with contextlib.redirect_stdout(None):  # the library tells of its attempts there
            parsed = library.parse_edtf(_SEASON_IN_DOUBT.sub(r"\1", edtf))
        first, last = parsed.lower_strict(), parsed.upper_strict()
        earliest = date(first.tm_year, first.tm_mon, first.tm_mday)
        month_end = _gregorian.monthrange(last.tm_year, last.tm_mon)[1]
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

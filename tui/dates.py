"""Dates as people write and read them.

``--on`` and the date fields take a plain day, an EDTF date, or words in either language: *i går*, *last year*,
*slutten av 2018*, *17. mai 2025*. A period means its last day, since what is asked is what stood then.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from ledger.calendar import EARLIEST, LATEST, OPEN, bounds
from ledger.errors import InvalidInput
from tui.locale import N_, _, language

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from projections.reading import DateView

HOME: Final = "Europe/Oslo"
_AHEAD: Final = (timedelta(hours=1), timedelta(hours=2))
"""How far home is ahead of UTC, in winter and in summer."""

_MONTH_NAMES: Final = (
    ("januar", "january", "jan"),
    ("februar", "february", "feb"),
    ("mars", "march", "mar"),
    ("april", "april", "apr"),
    ("mai", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("august", "august", "aug"),
    ("september", "september", "sep", "sept"),
    ("oktober", "october", "okt", "oct"),
    ("november", "november", "nov"),
    ("desember", "december", "des", "dec"),
)
"""Norwegian, English, and how else they are written."""
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
_NAMED_DAYS: Final = {
    **dict.fromkeys(("i dag", "today", "nå", "now"), ({}, None)),
    **dict.fromkeys(("i går", "yesterday"), ({"days": -1}, None)),
    **dict.fromkeys(("i morgen", "tomorrow"), ({"days": 1}, None)),
    **dict.fromkeys(("i fjor", "last year"), ({"years": -1}, "year")),
    **dict.fromkeys(("i forrige måned", "forrige måned", "last month"), ({"months": -1}, "month")),
    **dict.fromkeys(("i forrige uke", "last week"), ({"weeks": -1}, "week")),
}
"""How far from today, and the end of what is meant."""
_UNITS: Final = {"d": "days", "m": "months", "y": "years", "å": "years", "u": "weeks", "w": "weeks"}
_SEASONS: Final = {"våren": 21, "spring": 21, "sommeren": 22, "summer": 22, "høsten": 23, "autumn": 23, "fall": 23}
_SEASON_NAMES: Final = {21: N_("spring {year}"), 22: N_("summer {year}"), 23: N_("autumn {year}")}
_BASES: Final = {
    "year-inferred": N_("year inferred"),
    "relative": N_("counted from another date"),
    "season": N_("season only"),
    "approximate": N_("approximate"),
    "attested": N_("known to be so by then"),
    "bounded": N_("one day between these"),
}


def parse_day(text: str, today: date) -> date:
    """The day meant by what a person typed, within 1800–2999.

    Raises InvalidInput when nothing can be made of it.
    """
    words = " ".join(text.casefold().replace("\u00a0", " ").split())
    if not words:
        raise _unknown(text)
    if (day := _named_day(words, today) or _written_day(words) or _part_of_year(words)) is not None:
        return bounds(day.isoformat()).latest
    try:
        return bounds(text.strip()).latest
    except InvalidInput as error:
        if error.problem.startswith("“{date}” is not"):
            raise _unknown(text) from error
        raise


def parse_period(text: str) -> str | None:
    """The season or month that words name, as EDTF, for a date that is recorded: ``2018-23``, ``2018-05``."""
    found = re.fullmatch(r"([a-zæøå]+)\s(\d{4})", " ".join(text.casefold().split()))
    if found is None:
        return None
    number = _SEASONS.get(found[1]) or _MONTHS.get(found[1])
    return f"{found[2]}-{number:02}" if number else None


def parse_known(text: str, now: datetime) -> datetime:
    """The moment (UTC) meant as “known then”: a date or word means the end of that day at home, a time means itself."""
    try:
        if "T" in text or re.search(r"\d:\d", text):
            import pendulum  # only for what a person types beyond a plain date

            moment = pendulum.parse(text, tz=HOME, exact=False)
            return datetime.fromisoformat(str(moment)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unknown(text) from error
    words = text.casefold().strip()
    if words in {"nå", "now"}:
        return now.astimezone(UTC)
    return end_of_day(parse_day(text, day_at_home(now)))


def end_of_day(day: date) -> datetime:
    """The last microsecond of a day at home, in UTC."""
    return datetime.combine(day, time.max, _home()).astimezone(UTC)


def _named_day(words: str, today: date) -> date | None:
    named = _NAMED_DAYS.get(words)
    if named is None:
        found = re.fullmatch(r"([+-])(\d{1,4})([dmyåuw])", words)
        if found is None:
            return None
        named = {_UNITS[found[3]]: int(f"{found[1]}{found[2]}")}, None
    import pendulum  # only for what a person types beyond a plain date

    distance, end = named
    day = pendulum.date(today.year, today.month, today.day).add(**distance)
    return day.end_of(end) if end else day


def _written_day(words: str) -> date | None:
    if found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2}|\d{4})", words):
        day, month, year = (int(part) for part in found.groups())
        return _checked(_century(year), month, day, words)
    if found := re.fullmatch(r"(\d{1,2})\.?\s([a-zæøå]+)\s(\d{4})", words):
        number = _MONTHS.get(found[2])
        return _checked(int(found[3]), number, int(found[1]), words) if number else None
    return None


def _part_of_year(words: str) -> date | None:
    parts = re.fullmatch(
        r"(?:(?P<end>slutten av|utgangen av|end of|late)|(?P<start>starten av|begynnelsen av|start of|early))?\s?"
        r"(?:(?P<month>[a-zæøå]+)\s)?(?P<year>\d{4})",
        words,
    )
    if not parts or not (parts["end"] or parts["start"] or parts["month"]):
        return None
    year, word = int(parts["year"]), parts["month"]
    if word in _SEASONS:
        span = bounds(f"{year}-{_SEASONS[word]}")
    elif word in _MONTHS:
        span = bounds(f"{year}-{_MONTHS[word]:02}")
    elif word is None:
        span = bounds(f"{year}")
    else:
        return None
    return span.earliest if parts["start"] else span.latest


def _century(year: int) -> int:
    return year if year > 99 else 2000 + year  # noqa: PLR2004 - two digits mean this century


def _checked(year: int, month: int, day: int, words: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _unknown(words) from error


def _unknown(text: str) -> InvalidInput:
    return InvalidInput(
        "“{text}” is not a date.",
        "Write 2018-10-24, 24.10.2018, “yesterday”, “end of 2018”, or a season as 2018-23.",
        text=text,
    )


def day_text(day: date) -> str:
    """A day in words: *17. mai 2025*, *17 May 2025*."""
    return _day_in(day, language())


def _day_in(day: date, code: str) -> str:
    norwegian, english = _MONTH_NAMES[day.month - 1][:2]
    return f"{day.day}. {norwegian} {day.year}" if code == "nb" else f"{day.day} {english.capitalize()} {day.year}"


def day_short(day: date) -> str:
    """A day in ten characters: *17.05.2025*, *2025-05-17*."""
    return f"{day.day:02}.{day.month:02}.{day.year}" if language_is_norwegian() else day.isoformat()


def moment_text(moment: datetime) -> str:
    """A time at home, to the second."""
    here = moment.astimezone(_home())
    return f"{day_short(here.date())} {here:%H:%M:%S}"


def short_date(shown: DateView) -> str:
    """An effective date in at most twelve characters: a day, a month, a year or years, or no later or earlier than."""
    first, last = shown.earliest, shown.latest
    if first == last:
        text = day_short(first)
    elif first == EARLIEST:
        text = f"≤ {day_short(last)}"
    elif last == LATEST:
        text = f"≥ {day_short(first)}"
    elif first.year != last.year:
        text = f"{first.year}–{last.year}"
    elif first.month != last.month:
        text = str(first.year)
    else:
        text = f"{first.month:02}.{first.year}" if language() == "nb" else f"{first.year}-{first.month:02}"
    return text


def effective_text(shown: DateView) -> str:
    """An effective date as a reader wants it, with what is uncertain about it said in words."""
    first, slash, last = shown.edtf.partition("/")
    if not slash:
        text = _one(first)
    elif first == OPEN:
        text = _("by {date}").format(date=_one(last))
    elif last == OPEN:
        text = _("from {date}, not known when").format(date=_one(first))
    else:
        text = _("{first} or {last}, or between").format(first=_one(first), last=_one(last))
    if shown.basis in _BASES:
        return f"{text} ({_(_BASES[shown.basis])})"
    return f"{text} ({_('uncertain')})" if "?" in shown.edtf else text


def _one(edtf: str) -> str:
    plain = edtf.rstrip("?~%")
    about = edtf.endswith("~")
    if found := re.fullmatch(r"(\d{4})-(2[123])", plain):
        text = _(_SEASON_NAMES[int(found[2])]).format(year=found[1])
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
        text = day_text(date.fromisoformat(plain))
    elif found := re.fullmatch(r"(\d{4})-(\d{2})", plain):
        text = day_text(date(int(found[1]), int(found[2]), 1)).partition(" ")[2]
    else:
        text = plain
    return _("about {date}").format(date=text) if about else text


def language_is_norwegian() -> bool:
    """Whether dates are written the Norwegian way."""
    return language() == "nb"


def today() -> date:
    """Today at home."""
    return day_at_home(datetime.now(UTC))


def day_at_home(moment: datetime) -> date:
    """The day that it is at home at a moment."""
    days = {(moment.astimezone(UTC) + ahead).date() for ahead in _AHEAD}
    # Zones take long to load, and decide for one hour of the day: 22 to 23 in UTC.
    return days.pop() if len(days) == 1 else moment.astimezone(_home()).date()


def _home() -> ZoneInfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(HOME)


def since_text(delta: timedelta) -> str:
    """A duration in seconds, minutes or hours, for a clock that is off."""
    seconds = delta.total_seconds()
    return f"{seconds:.6f} s" if seconds < 1 else f"{seconds:.0f} s"

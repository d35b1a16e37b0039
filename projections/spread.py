"""How a ledger is spread: entries by month, year, type and partnership, and things found by how their name begins.

From the index these are single looks at one table; without one, every entry is gone through once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

from ledger.calendar import EARLIEST, LATEST, bounds
from ledger.fields import KINDS
from ledger.journal import Log
from projections.index import day_of, words
from projections.indexed import IndexedLog
from projections.reading import Reading
from projections.timeline import line

MONTHS: Final = 12
_TENTH: Final = 10

Going = Callable[[], bool]
"""Asked now and then; False stops the work."""


class Months(NamedTuple):
    """How many entries begin in each month, from ``first`` on; a month is counted as year times 12 plus month - 1."""

    first: int
    counts: tuple[int, ...]
    before: int
    """How many begin earlier than ``first``."""


def month_of(day: date) -> int:
    """A month as one number."""
    return day.year * MONTHS + day.month - 1


def day_in(month: int) -> date:
    """The first day of a month."""
    return date(month // MONTHS, month % MONTHS + 1, 1)


def always() -> bool:
    """Go on."""
    return True


def months(log: Log, going: Going = always) -> Months | None:
    """Entries by the month they take effect in; None for a ledger that has none.

    Nine tenths of them are within; a few that lie centuries back would leave no room for the rest.
    """
    counts: Counter[int] = Counter()
    for day, count in _days(log, going):
        if EARLIEST < day < LATEST:  # a bound that nobody knows is no month
            counts[month_of(day)] += count
    if not counts:
        return None
    passed, first, least = 0, min(counts), sum(counts.values()) // _TENTH
    for month in sorted(counts):
        first = month
        if passed + counts[month] > least:
            break
        passed += counts[month]
    return Months(first, tuple(counts[month] for month in range(first, max(counts) + 1)), passed)


def _days(log: Log, going: Going) -> Iterator[tuple[date, int]]:
    if isinstance(log, IndexedLog):
        for day, count in log.connection.execute("SELECT day, count(*) FROM edge GROUP BY day"):
            yield day_of(day), count
        return
    for _, entry in log.numbered():
        if not going():
            return
        first, last = bounds(entry.effective)
        yield first, 1
        if last != first:
            yield last, 1


def years(log: Log, known: int, going: Going = always) -> dict[int, int]:
    """How many known entries begin in each year, oldest first."""
    counts: Counter[int] = Counter()
    if isinstance(log, IndexedLog):
        found = log.connection.execute("SELECT day, count(*) FROM edge WHERE position <= ? GROUP BY day", (known,))
        for day, count in found:
            counts[day_of(day).year] += count
    else:
        for _, entry in log.numbered(known):
            if not going():
                break
            counts[bounds(entry.effective).earliest.year] += 1
    return dict(sorted(counts.items()))


def partnerships(log: Log, known: int, going: Going = always) -> dict[str, int]:
    """How many known entries concern each partnership, the most frequent first."""
    if isinstance(log, IndexedLog):
        found = log.connection.execute(
            "SELECT text, count(*) AS count FROM name JOIN entry_tag ON tag = number "
            "WHERE text >= 'partnership/' AND text < 'partnership0' AND position <= ? "
            "GROUP BY text ORDER BY count DESC, text",
            (known,),
        )
        return dict(found.fetchall())
    counts: Counter[str] = Counter()
    for ref in log.history.entities("partnership"):
        if going():
            counts[ref] = len(log.mentions(ref, known))
    return dict(counts.most_common())


def begins(reading: Reading, text: str, most: int, going: Going = always) -> list[str]:
    """The references of things whose reference or name has words that begin so; so many at most.

    References are looked up by their beginning; names through the newest entries that hold the words.
    """
    asked = [word.casefold() for word in text.split()]
    if not asked:
        return []
    found: dict[str, None] = {}
    log = reading.journal
    for ref in _by_reference(log, text.strip().casefold(), most):
        found.setdefault(ref)
    for ref in _by_name(reading, asked, going):
        if len(found) >= most or not going():
            break
        found.setdefault(ref)
    return list(found)[:most]


def _by_reference(log: Log, text: str, most: int) -> Iterator[str]:
    starts = [text] if "/" in text else [f"{kind}/{text.replace(' ', '-')}" for kind in KINDS]
    for start in starts:
        if isinstance(log, IndexedLog):
            found = log.connection.execute(
                "SELECT text FROM name WHERE text >= ? AND text < ? ORDER BY text LIMIT ?",
                (start, start + "\U0010ffff", most),
            )
            yield from (row[0] for row in found.fetchall() if row[0].partition("/")[0] in KINDS)
        else:
            kind = start.partition("/")[0]
            yield from (ref for ref in log.history.entities(kind) if ref.startswith(start))


_LOOKED_AT: Final = 400


def _by_name(reading: Reading, asked: list[str], going: Going) -> Iterator[str]:
    log = reading.journal
    if isinstance(log, IndexedLog):
        looked = log.containing(" ".join(asked), reading.known, _LOOKED_AT)
        refs = (line(reading, position).subject for position in looked)
    else:
        refs = log.history.entities()  # type: ignore[assignment] # none of these is None
    for ref in refs:
        if not going():
            return
        if ref is None:
            continue
        of_name = words(reading.label(ref))
        if all(any(part.startswith(word) for part in of_name) for word in words(" ".join(asked))):
            yield ref


def filed_between(log: Log, first: date, last: date, known: int) -> list[int]:
    """The known entries that begin, or may, between two days; without an index those dated so."""
    if isinstance(log, IndexedLog):
        return list(log.around(first, last, known))
    return [
        position
        for position, entry in log.numbered(known)
        if bounds(entry.effective).earliest <= last and bounds(entry.effective).latest >= first
    ]

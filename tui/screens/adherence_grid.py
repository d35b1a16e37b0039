"""Adherence laid out in rows and columns: which sign stands in which cell, the order, the sums. No widget here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, overload

from projections.adherence import TARGETS, Row, adherence
from tui.collation import folded, sort_key
from tui.locale import N_, _
from tui.screens.entry_sheet import short_date
from tui.terms import term
from tui.widgets.matrix import Heading, Line, Mark

if TYPE_CHECKING:
    from projections.reading import DateView, Reading

WITH: Final = frozenset({"decided", "signed", "in_force"})
NOTHING: Final = Mark("–", "quiet")
_MAYBE: Final = Mark("◐", "doubt")
_MARKS: Final[dict[str, Mark]] = {
    **dict.fromkeys(WITH, Mark("✓", "good")),
    "conditional": _MAYBE,
    "proposed": Mark("○", "quiet"),
    "recommended": Mark("○", "quiet"),
    "unknown": Mark("?", "plain"),
    "invited": Mark("!", "doubt"),
    "declined": Mark("✗", "bad"),
    "withdrawn": Mark("✗", "bad"),
}
_ENDED: Final = Mark("†", "quiet")
LEGEND: Final = (
    ("✓", N_("with")),
    ("✓!", N_("with, see below")),
    ("◐", N_("conditional, maybe")),
    ("○", N_("only wished")),
    ("?", N_("no decision known")),
    ("!", N_("not answered")),
    ("✗", N_("declined, left")),
    ("†", N_("ended")),
    ("–", N_("nothing recorded")),
)
"""Every sign that may stand in a cell, and what it says."""
ORDERS: Final = (N_("by name"), N_("fewest first"), N_("latest first"))


@dataclass(frozen=True)
class Adherence:
    """Everything adhered to at one moment, by organisation and thing."""

    on: date
    rows: Mapping[tuple[str, str], Row]
    names: Mapping[str, str]
    dates: Mapping[int, DateView]
    """When the entries behind the rows took effect."""


@dataclass(frozen=True)
class Grid:
    """What is to be drawn: references beside what stands for them."""

    organisations: tuple[str, ...]
    targets: tuple[str, ...]
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    signs: tuple[str, ...]
    """Those that occur."""
    everyone: int
    """How many organisations there are without the filter."""
    every_target: int


def gathered(reading: Reading) -> Adherence:
    """What the projection answers, with the names and dates needed to draw it."""
    rows = adherence(reading)
    entries = dict.fromkeys(entry for row in rows for entry in (row.entry, *row.stages.values()) if entry)
    return Adherence(
        on=reading.effective,
        rows={(row.organisation, row.to): row for row in rows},
        names={row.organisation: row.name for row in rows},
        dates={entry: reading.date_of(entry) for entry in entries},
    )


def kinds(found: Adherence) -> list[str]:
    """The kinds of thing that somebody adheres to."""
    there = {to.partition("/")[0] for _, to in found.rows}
    return [kind for kind in TARGETS if kind in there]


def mark_of(row: Row | None) -> Mark:
    """The sign for one organisation's adherence to one thing."""
    if row is None or (row.holds == "no" and not row.ended):
        return NOTHING
    if row.ended:
        return _ENDED
    if row.holds == "maybe":
        return _MAYBE
    mark = _MARKS[row.status]
    return Mark("✓!", "doubt") if row.status in WITH and (row.leaves or row.version_differs) else mark


def is_with(row: Row | None) -> bool:
    """Whether the organisation certainly adheres."""
    return row is not None and row.status in WITH and row.holds == "yes"


def laid_out(found: Adherence, kind: str, *, order: int = 0, words: str = "", gaps: bool = False) -> Grid:
    """The organisations that adhere to something of a kind, or are asked to, by the things of that kind.

    Words narrow the organisations by their names; where they are in none of these, the things by theirs.
    """
    rows = {key: row for key, row in found.rows.items() if key[1].startswith(f"{kind}/")}
    names = {to: row.to_name for (_, to), row in rows.items()}
    targets = sorted(names, key=lambda to: (sort_key(names[to]), to))
    everyone = dict.fromkeys(organisation for organisation, _ in rows)
    wanted = folded(words)
    shown = [who for who in everyone if wanted in folded(found.names[who])]
    named = [to for to in targets if wanted in folded(names[to])]
    if named and not shown:
        shown = list(everyone)
    else:
        named = targets
    codes = {to: f"{term(kind)[0].upper()}{number}" for number, to in enumerate(targets, 1)}
    among = set(shown)
    joined = [key for key, row in rows.items() if is_with(row)]
    sums, feet = Counter(who for who, _ in joined), Counter(to for who, to in joined if who in among)
    kept = [to for to in named if not gaps or feet[to] < len(shown)]
    last = _latest(found, rows)

    def place(who: str) -> tuple[object, ...]:
        name = (sort_key(found.names[who]), who)
        changed = last[who].latest.toordinal() if who in last else 0
        return ((), (sums[who],), (-changed,))[order] + name

    shown.sort(key=place)
    lines = tuple(
        Line(
            found.names[who],
            Marks(rows, who, kept),
            (f"{sums[who]}/{len(targets)}", short_date(last[who]) if who in last else "–"),
        )
        for who in shown
    )
    headings = tuple(Heading(codes[to], names[to], str(feet[to])) for to in kept)
    signs = _signs(rows, among, set(kept))
    return Grid(tuple(shown), tuple(kept), headings, lines, signs, len(everyone), len(targets))


@dataclass(frozen=True)
class Marks(Sequence[Mark]):
    """The marks of one organisation, looked up when they are drawn: of a long ledger nearly all cells are empty."""

    rows: Mapping[tuple[str, str], Row]
    who: str
    targets: Sequence[str]

    def __len__(self) -> int:
        return len(self.targets)

    @overload
    def __getitem__(self, column: int) -> Mark: ...
    @overload
    def __getitem__(self, column: slice) -> Sequence[Mark]: ...
    def __getitem__(self, column: int | slice) -> Mark | Sequence[Mark]:
        if isinstance(column, slice):
            return Marks(self.rows, self.who, self.targets[column])
        return mark_of(self.rows.get((self.who, self.targets[column])))


def _signs(
    rows: Mapping[tuple[str, str], Row], organisations: AbstractSet[str], targets: AbstractSet[str]
) -> tuple[str, ...]:
    """The signs that occur in some lines and columns, in the order of the legend."""
    there = [mark_of(row).sign for (who, to), row in rows.items() if who in organisations and to in targets]
    some_are_empty = len(there) < len(organisations) * len(targets)
    found = {*there, *([NOTHING.sign] if some_are_empty else [])}
    return tuple(sign for sign, _ in LEGEND if sign in found)


def legend(signs: Sequence[str], room: int) -> str:
    """What the signs that occur say, in so many cells; those that need it least are left out first."""
    kept, told = [sign for sign, _words in LEGEND if sign in signs], ""
    for plain in ("", "✓", "–", "✗", "!"):
        kept = [sign for sign in kept if sign != plain]
        told = " · ".join(f"{sign} {_(words)}" for sign, words in LEGEND if sign in kept)
        if len(told) <= room:
            break
    return told


def sign_words(mark: Mark) -> str:
    """What a sign says."""
    return next((_(words) for sign, words in LEGEND if sign == mark.sign), "")


def _latest(found: Adherence, rows: Mapping[tuple[str, str], Row]) -> dict[str, DateView]:
    """When what was last recorded of each organisation took effect."""
    last: dict[str, DateView] = {}
    for row in rows.values():
        if row.entry:
            who, shown = row.organisation, found.dates[row.entry]
            if who not in last or (shown.earliest, shown.latest) > (last[who].earliest, last[who].latest):
                last[who] = shown
    return last

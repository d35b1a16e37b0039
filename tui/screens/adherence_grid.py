"""Adherence laid out in rows and columns: which sign stands in which cell, the order, the sums. No widget here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple, overload

from projections.adherence import TARGETS, Row, each_row
from tui.collation import folded, sort_key
from tui.dates import short_date
from tui.locale import N_, _
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


class Cell(NamedTuple):
    """As much of a row as is drawn of it."""

    mark: Mark
    status: str
    entry: int | None
    joined: bool
    """Whether the organisation certainly adheres."""


Cells = Mapping[tuple[str, str], Cell]
"""By organisation and thing."""


@dataclass(frozen=True)
class Adherence:
    """Everything adhered to at one moment."""

    on: date
    known: int
    cells: Cells
    names: Mapping[str, str]
    """Of the organisations, and of the things."""
    last: Mapping[tuple[str, str], DateView]
    """When what was last recorded of an organisation took effect, by it and the kind of thing."""


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
    cells: dict[tuple[str, str], Cell] = {}
    names: dict[str, str] = {}
    refs: dict[str, str] = {}
    last: dict[tuple[str, str], DateView] = {}
    for row in each_row(reading):
        # Each reference is kept once, and not as often as it was read.
        who, to = (refs.setdefault(ref, ref) for ref in (row.organisation, row.to))
        names[who], names[to] = row.name, row.to_name
        cells[who, to] = Cell(mark_of(row), row.status, row.entry, is_with(row))
        if row.entry:
            of_kind, shown = (who, to.partition("/")[0]), reading.date_of(row.entry)
            before = last.get(of_kind, shown)
            last[of_kind] = max(before, shown, key=lambda date: (date.earliest, date.latest))
    return Adherence(reading.effective, reading.known, cells, names, last)


def kinds(found: Adherence) -> list[str]:
    """The kinds of thing that somebody adheres to."""
    there = {to.partition("/")[0] for _, to in found.cells}
    return [kind for kind in TARGETS if kind in there]


def mark_of(row: Row) -> Mark:
    """The sign for one organisation's adherence to one thing."""
    if row.holds == "no" and not row.ended:
        return NOTHING
    if row.ended:
        return _ENDED
    if row.holds == "maybe":
        return _MAYBE
    mark = _MARKS[row.status]
    return Mark("✓!", "doubt") if row.status in WITH and (row.leaves or row.version_differs) else mark


def is_with(row: Row) -> bool:
    """Whether the organisation certainly adheres."""
    return row.status in WITH and row.holds == "yes"


def laid_out(found: Adherence, kind: str, *, order: int = 0, words: str = "", gaps: bool = False) -> Grid:
    """The organisations that adhere to something of a kind, or are asked to, by the things of that kind.

    Words narrow the organisations by their names; where they are in none of these, the things by theirs.
    """
    cells = {key: cell for key, cell in found.cells.items() if key[1].startswith(f"{kind}/")}
    names = found.names
    targets = sorted({to for _, to in cells}, key=lambda to: (sort_key(names[to]), to))
    everyone = dict.fromkeys(organisation for organisation, _ in cells)
    wanted = folded(words)
    shown = [who for who in everyone if wanted in folded(names[who])]
    named = [to for to in targets if wanted in folded(names[to])]
    if named and not shown:
        shown = list(everyone)
    else:
        named = targets
    codes = {to: f"{term(kind)[0].upper()}{number}" for number, to in enumerate(targets, 1)}
    among = set(shown)
    joined = [key for key, cell in cells.items() if cell.joined]
    sums, feet = Counter(who for who, _ in joined), Counter(to for who, to in joined if who in among)
    kept = [to for to in named if not gaps or feet[to] < len(shown)]
    last = {who: found.last[who, kind] for who in shown if (who, kind) in found.last}

    def place(who: str) -> tuple[object, ...]:
        name = (sort_key(names[who]), who)
        changed = last[who].latest.toordinal() if who in last else 0
        return ((), (sums[who],), (-changed,))[order] + name

    shown.sort(key=place)
    lines = tuple(
        Line(
            names[who],
            Marks(cells, who, kept),
            (f"{sums[who]}/{len(targets)}", short_date(last[who]) if who in last else "–"),
        )
        for who in shown
    )
    headings = tuple(Heading(codes[to], names[to], str(feet[to])) for to in kept)
    signs = _signs(cells, among, set(kept))
    return Grid(tuple(shown), tuple(kept), headings, lines, signs, len(everyone), len(targets))


@dataclass(frozen=True)
class Marks(Sequence[Mark]):
    """The marks of one organisation, looked up when they are drawn: of a long ledger nearly all cells are empty."""

    cells: Cells
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
            return Marks(self.cells, self.who, self.targets[column])
        cell = self.cells.get((self.who, self.targets[column]))
        return cell.mark if cell else NOTHING


def _signs(cells: Cells, organisations: AbstractSet[str], targets: AbstractSet[str]) -> tuple[str, ...]:
    """The signs that occur in some lines and columns, in the order of the legend."""
    there = [cell.mark.sign for (who, to), cell in cells.items() if who in organisations and to in targets]
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

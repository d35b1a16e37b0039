"""Differences as lines: thing by thing, with a sign, before and after, whether it holds, and the entry behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from projections.changes import BalanceDifference, Difference, Differences
from tui.columns import Row
from tui.locale import _
from tui.phrases import holds_text, money_text, number_text, value_text
from tui.terms import term

if TYPE_CHECKING:
    from projections.figures import Figure
    from projections.reading import Reading


@dataclass(frozen=True)
class Change:
    """One difference in words, and what stands behind it."""

    sign: str
    ref: str
    name: str
    what: str
    before: str
    after: str
    holds: str
    entry: int | None


class Line(NamedTuple):
    """A line of the list: a thing, one of its changes, or the second half of one that needs two lines."""

    row: Row
    ref: str = ""
    change: Change | None = None


def told_changes(before: Reading, after: Reading, found: Differences) -> list[Change]:
    """All differences in words, those of a thing together, things by name."""
    things: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in found.changes:
        things[change.name, change.ref].append(_of_slot(before, after, change))
    for account in found.accounts:
        things[account.name, account.ref].append(_of_account(after, account))
    return [change for thing in sorted(things) for change in things[thing]]


def _of_slot(before: Reading, after: Reading, change: Difference) -> Change:
    return Change(
        change.sign,
        change.ref,
        change.name,
        _what(after, change.attribute, change.key),
        _side(before, change.before),
        _side(after, change.after),
        _holds(change.before_holds, change.after_holds),
        change.entry,
    )


def _of_account(after: Reading, account: BalanceDifference) -> Change:
    what = _("sum {account}").format(account=_what(after, account.account, account.key))
    return Change(
        account.sign, account.ref, account.name, what, _sum(account.before), _sum(account.after), "", account.entry
    )


def _what(reading: Reading, name: str, key: str | None) -> str:
    return f"{term(name)} [{value_text(reading, key)}]" if key else term(name)


def _side(reading: Reading, value: object) -> str:
    return "–" if value is None else value_text(reading, value) or "–"


def _holds(before: str, after: str) -> str:
    """Whether it certainly holds now; also how it did before, where that was not certain."""
    now = f"◐ {holds_text(after)}" if after == "maybe" else holds_text(after)
    return f"◐ → {now}" if before == "maybe" and after != "maybe" else now


def _sum(figure: Figure) -> str:
    if figure.known == "nothing_recorded":
        return "–"
    return money_text({"known": figure.known, "ore": figure.ore})


def lines(changes: Sequence[Change], *, halved: bool) -> Iterator[Line]:
    """The lines; ``halved`` where before and after do not go side by side."""
    ref = None
    for change in changes:
        if change.ref != ref:
            ref = change.ref
            yield Line(Row(("", change.name, "", "", "", ""), "strong"), ref)
        entry = f"#{change.entry}" if change.entry else ""
        if not halved:
            cells = (change.sign, f"  {change.what}", change.before, f"→ {change.after}", change.holds, entry)
            yield Line(Row(cells), ref, change)
        elif change.sign == "~":
            yield Line(Row(("~", f"  {change.what}", "", "", change.holds, entry)), ref, change)
            yield Line(Row(("", f"    - {change.before}", "", "", "", ""), "quiet"), ref, change)
            yield Line(Row(("", f"    + {change.after}", "", "", "", "")), ref, change)
        else:
            value = change.after if change.sign == "+" else change.before
            yield Line(Row((change.sign, f"  {change.what}: {value}", "", "", change.holds, entry)), ref, change)


def unchanged_lines(reading: Reading, refs: Sequence[str]) -> Iterator[Line]:
    """What is the same at both moments, kind by kind."""
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for ref in refs:
        kinds[ref.partition("/")[0]].append(ref)
    for kind, of_kind in kinds.items():
        title = _("{kind}: {count} unchanged").format(kind=term(kind), count=number_text(len(of_kind)))
        yield Line(Row(("=", title, "", "", "", ""), "quiet"))
        for ref in of_kind:
            yield Line(Row(("", f"  {reading.label(ref)}", "", "", "", ""), "quiet"), ref)


class Lines:
    """The lines as rows."""

    def __init__(self, told: Sequence[Line]) -> None:
        self.told = told

    def __len__(self) -> int:
        return len(self.told)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [line.row for line in self.told[start:stop]]

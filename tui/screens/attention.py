"""What needs somebody: every open obligation, grouped, the most pressing first; the chosen one explained below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import on
from textual.containers import Vertical

from ledger.calendar import bounds
from projections.attention import Item, attention
from projections.attention.clearing import CLEARED_BY
from projections.reading import DateView
from tui.collation import folded, sort_key
from tui.columns import Column, Row
from tui.dates import day_text, short_date
from tui.keymap import bindings
from tui.locale import N_, _, ngettext_
from tui.phrases import date_text, number_text, type_name, value_text
from tui.screens.answered import AnsweredScreen
from tui.screens.attention_rules import RULES
from tui.screens.thing_sheet import thing_items
from tui.screens.whole import WholeScreen
from tui.terms import term
from tui.widgets import sheet
from tui.widgets.figures import FigureColumn, FigureTree
from tui.widgets.safe import one_line
from tui.widgets.tree_rows import Branch
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading

GROUPS: Final = (N_("by due date"), N_("by what is open"), N_("by whom it waits for"))
DUE: Final = {
    "overdue": N_("Overdue"),
    "maybe_overdue": N_("Perhaps overdue"),
    "due": N_("Still to come"),
    "none": N_("No due date"),
}
SIGNS: Final = {"overdue": "✗", "maybe_overdue": "◐", "due": "!", "none": "·"}
LOOKS: Final = {"overdue": "doubt", "maybe_overdue": "doubt"}


@dataclass(frozen=True, slots=True)
class Open:
    """An item in words."""

    item: Item
    key: str
    kind: str
    what: str
    due: str
    age: str
    waits_for: tuple[str, ...]

    @property
    def told(self) -> str:
        """All that is looked through by the filter."""
        return folded(" ".join((self.kind, self.item.name, self.what, *self.waits_for)))


def open_items(reading: Reading) -> tuple[Open, ...]:
    """What the projection answers, in words and in its order."""
    return tuple(_open(reading, item, number) for number, item in enumerate(attention(reading)))


def _open(reading: Reading, item: Item, number: int) -> Open:
    return Open(
        item=item,
        key=f"{number}",
        kind=term(item.kind),
        what=value_text(reading, item.what),
        due=date_text(item.due) if item.due else "",
        age=_age(item, reading.effective),
        waits_for=tuple(reading.label(ref) for ref in item.waits_for),
    )


def _age(item: Item, day: date) -> str:
    """How long ago it was due, or how long there is left, by the last day it may mean."""
    if item.due is None or item.due_state == "none":
        return ""
    left = (bounds(item.due).latest - day).days
    if left < 0:
        return ngettext_("{count} day over", "{count} days over", -left).format(count=number_text(-left))
    return ngettext_("{count} day left", "{count} days left", left).format(count=number_text(left))


class Laid(NamedTuple):
    """What passes the filter, grouped."""

    shown: Mapping[str, Open]
    roots: Sequence[Branch]
    late: int
    """How many of them are overdue."""
    ages: int
    """How wide the column of their ages must be."""


class AttentionScreen(AnsweredScreen[tuple[Open, ...], Laid]):
    """The list above, the rule and what would settle it below."""

    SECTIONS = ("attention", "tree", "list")
    BINDINGS = bindings("attention")
    HELP = N_(
        "Everything that is open on the day (◆), as known then (◇): which rule says so, by when, whom it waits for, "
        "and the type of event that would settle it. Nothing is settled because time has passed."
    )
    CSS = """
    AttentionScreen #panes, AttentionScreen.-normal #panes { layout: vertical; }
    AttentionScreen #main, AttentionScreen.-normal #main { width: 1fr; height: 1fr; }
    AttentionScreen #detail, AttentionScreen.-normal #detail { width: 1fr; height: 8; }
    AttentionScreen.-tall #detail, AttentionScreen.-normal.-tall #detail { height: 12; }
    AttentionScreen.-low #detail, AttentionScreen.-short #detail, AttentionScreen.-narrow #detail { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown_items: Mapping[str, Open] = {}
        self._group = 0
        self._words = ""
        self._begin = True

    def panes(self) -> Iterable[Widget]:
        yield Vertical(FigureTree(id="open"), id="main")
        yield sheet.Sheet(id="detail")

    @property
    def rows(self) -> FigureTree:
        """The list."""
        return self.query_one(FigureTree)

    # ------------------------------------------------------------------------------------------------ showing

    def work_out(self, reading: Reading) -> tuple[Open, ...]:
        return open_items(reading)

    def lay_out(self, answer: tuple[Open, ...]) -> Laid:
        wanted = folded(self._words)
        shown = {found.key: found for found in answer if wanted in found.told}
        late = sum(found.item.due_state == "overdue" for found in shown.values())
        ages = max((len(found.age) for found in answer), default=0)
        return Laid(shown, list(self._branches(shown.values())), late, ages)

    def show_answer(self) -> None:
        everything = len(self.answer or ())
        self._shown_items, roots, late, ages = self.laid_out or self.lay_out(())
        self.rows.set_columns(
            (
                Column(_("what is open"), 24, share=1),
                Column(_("about"), 12, share=4, needs=50),
                Column(term("due"), 12, needs=40),
                FigureColumn("", ages, needs=64 + ages),
                Column(_("waits for"), 10, share=2, needs=72 + ages),
                Column(_("entry"), 6, needs=72 + ages),
            )
        )
        self.rows.set_roots(roots, empty=self._why_empty(everything))
        self.query_one("#main").border_title = one_line(self._title(len(self._shown_items), late, everything))
        self.query_one("#main").border_subtitle = one_line(_("✗ overdue · ◐ perhaps · ! to come · · no date"))
        if not self._shown_items:
            self.query_one(sheet.Sheet).set_items(())
        elif self._begin:  # on the first item, and not on the heading of its group
            self._begin = False
            self.rows.cursor = 1

    def _branches(self, shown: Iterable[Open]) -> Iterator[Branch]:
        groups: dict[str, list[Open]] = {}
        for found in shown:
            for name in self._groups_of(found):
                groups.setdefault(name, []).append(found)
        names = list(groups)
        if self._group == 1:
            names.sort(key=sort_key)
        elif self._group > 1:
            names.sort(key=lambda name: (name == _("nobody in particular"), sort_key(name)))
        for name in names:
            items = groups[name]
            late = sum(found.item.due_state == "overdue" for found in items)
            count = _("{count} open, {late} overdue") if late and self._group else "{count}"
            row = Row(
                (name, count.format(count=number_text(len(items)), late=number_text(late)), "", "", "", ""), "strong"
            )
            yield Branch(f"group {name}", row, tuple(_branch(found) for found in items))

    def _groups_of(self, found: Open) -> tuple[str, ...]:
        ways: tuple[Callable[[], tuple[str, ...]], ...] = (
            lambda: (_(DUE[found.item.due_state]),),
            lambda: (found.kind,),
            lambda: found.waits_for or (_("nobody in particular"),),
        )
        return ways[self._group]()

    def _title(self, shown: int, late: int, everything: int) -> str:
        day = day_text(self.vedtak.reading.effective)
        told = [
            _("{count} open on {date}, {late} of them overdue.").format(
                count=number_text(shown), date=day, late=number_text(late)
            )[:-1]
        ]
        if self._words:
            told[:0] = [_("“{words}”").format(words=self._words)]
            told.append(_("{count} of {all}").format(count=number_text(shown), all=number_text(everything)))
        if self._group:
            told.append(_(GROUPS[self._group]))
        return " · ".join(told)

    def _why_empty(self, everything: int) -> str:
        if everything:
            told = _("Nothing passes the filter. 0 of {all}. esc takes the filter away.")
            return told.format(all=number_text(everything))
        told = _("Here stands what needs somebody: conditions, deadlines, vacancies. Nothing was open on {day}.")
        next_key = _("d chooses another day, 0 is today with everything known.")
        return self.why_empty(told.format(day=day_text(self.vedtak.reading.effective)), next_key)

    @on(VirtualList.Highlighted, "#open")
    def _item_chosen(self) -> None:
        found = self.chosen
        self.query_one(sheet.Sheet).set_items(self.item_items(found) if found else ())
        self.refresh_bars()

    def item_items(self, found: Open) -> Iterator[sheet.Item]:
        """An item explained: the rule, the deadline, who, and what would settle it."""
        item = found.item
        yield sheet.Item(text=f"{SIGNS[item.due_state]} {found.kind}: {item.name}", look="title")
        if found.what:
            yield sheet.Item(text=found.what)
        if item.holds == "maybe":
            yield sheet.Item(text=_("◐ It may be open on this day, or not."), look="doubt")
        yield sheet.Item(_("Rule"), _(RULES[item.kind]))
        due = " · ".join(part for part in (found.due, found.age) if part) or _("none given")
        yield sheet.Item(term("due").capitalize(), due, LOOKS.get(item.due_state, "text"))
        yield sheet.Item(_("Waits for"), ", ".join(found.waits_for) or _("nobody in particular"))
        events = ", ".join(f"{type_name(name)} ({name})" for name in CLEARED_BY[item.kind])
        yield sheet.Item(_("Settled by"), events)
        if item.entry:
            known = f"  {term(item.knowledge)}" if item.knowledge else ""
            authority = f" · {self.vedtak.reading.label(item.authority)}" if item.authority else ""
            yield sheet.Item(_("Rests on"), f"#{item.entry}{known}{authority}")

    # ------------------------------------------------------------------------------------------------ doing

    @property
    def chosen(self) -> Open | None:
        """The item under the cursor; none on the heading of a group."""
        return self._shown_items.get(self.rows.chosen or "")

    def selected_entry(self) -> int | None:
        entry = self.chosen.item.entry if self.chosen else None
        return entry if entry and entry <= self.vedtak.reading.known else None

    @on(VirtualList.Chosen, "#open")
    def _item_opened(self) -> None:
        if self.chosen is None:
            self.rows.action_turn()
        else:
            self.action_open()

    def action_open(self) -> None:
        """The thing, on the whole screen, below why it is on the list."""
        found = self.chosen
        if found is None:
            return

        def items(reading: Reading) -> Iterator[sheet.Item]:
            yield from self.item_items(found)
            yield sheet.Item()
            if reading.structure.on_record(found.item.ref):
                yield from thing_items(reading, found.item.ref)

        self.app.push_screen(WholeScreen(items, found.item.ref, self.selected_entry(), found.item.name))

    def action_why(self) -> None:
        """The chain behind the item."""
        from tui.screens.why import WhyScreen

        if (position := self.selected_entry()) and self.chosen:
            self.app.push_screen(WhyScreen(position, f"{self.chosen.kind}: {self.chosen.item.name}"))

    def action_group(self) -> None:
        """The next way to group."""
        self._group = (self._group + 1) % len(GROUPS)
        self.lay_out_anew()

    def narrow(self, words: str) -> None:
        self._words = words
        self.lay_out_anew()

    def command(self) -> tuple[str, ...]:
        return ("attention",)


def _branch(found: Open) -> Branch:
    item = found.item
    sign = SIGNS[item.due_state] + (" ◐" if item.holds == "maybe" and item.due_state != "maybe_overdue" else "")
    about = " · ".join(part for part in (item.name, found.what) if part)
    waits = ", ".join(found.waits_for)
    cells = (f"{sign} {found.kind}", about, _short(item), found.age, waits, f"#{item.entry}" if item.entry else "")
    return Branch(found.key, Row(cells, LOOKS.get(item.due_state, "")))


def _short(item: Item) -> str:
    if item.due is None or item.due_state == "none":
        return item.due or ""
    return short_date(DateView(item.due, *bounds(item.due)))

"""Go to any thing, entry or screen, or do anything that has a key, by typing a part of what it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from textual import on, work
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import get_current_worker

from projections.reading import Reading
from projections.spread import begins
from tui.columns import Column, Row
from tui.keymap import KEYS, bindings
from tui.ledgers import UNREADABLE
from tui.locale import _
from tui.modes import modes_of
from tui.terms import term
from tui.unbroken import Unbroken
from tui.widgets.safe import SafeInput, one_line
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.app import VedtakApp

MOST: Final = 40
"""So many things are shown at most; who wants another types more of its name."""


class Goal(NamedTuple):
    """A line of the palette: what it is, its key or reference, and what choosing it does."""

    title: str
    kind: str
    key: str
    do: Callable[[], object]


class Goals:
    """The lines as rows."""

    def __init__(self, goals: Sequence[Goal]) -> None:
        self.goals = goals

    def __len__(self) -> int:
        return len(self.goals)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [Row((goal.kind, goal.title, goal.key)) for goal in self.goals[start:stop]]


class Palette(Unbroken, ModalScreen[Callable[[], object] | None]):
    """Gives back what to do; None when left."""

    BINDINGS = bindings("palette")

    def __init__(self, sections: Iterable[str]) -> None:
        super().__init__()
        self._sections = tuple(sections)
        self._goals: list[Goal] = []

    @property
    def vedtak(self) -> VedtakApp:
        """The app, typed."""
        return cast("VedtakApp", self.app)

    def compose(self) -> ComposeResult:
        hint = _("a name, a reference, #12, or what you want to do")
        box = Vertical(SafeInput(placeholder=hint, compact=True), VirtualList(id="goals"), id="palette")
        box.border_title = one_line(_("Go to"))
        box.border_subtitle = one_line(_("enter goes there · esc closes"))
        yield box

    def on_mount(self) -> None:
        rows = self.query_one(VirtualList)
        rows.can_focus = False
        rows.set_columns((Column("", 12), Column("", 12, share=2), Column("", 8, share=1, needs=44)))
        self._look("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._look(event.value.strip())

    def _look(self, text: str) -> None:
        words = text.casefold().split()
        goals = [goal for goal in self._fixed(text) if _has(goal, words)]
        self._show(goals)
        if words and not text.startswith("#"):
            self._look_up(self.vedtak.reading, text, goals)
        else:
            self.workers.cancel_group(self, "look")

    def _fixed(self, text: str) -> Iterable[Goal]:
        app = self.vedtak
        number = re.fullmatch(r"#?\s?(\d{1,18})", text)
        if number and 1 <= int(number[1]) <= app.reading.known:
            yield Goal(f"#{int(number[1])}", _("entry"), text, partial(app.open_entry, int(number[1])))
        for name, mode in modes_of(app.role).items():
            yield Goal(_(mode.title), _("screen"), mode.key, partial(app.action_mode, name))
        done: set[str] = set()
        for section in self._sections:
            for key in KEYS[section]:
                if key.action in done or key.action.startswith(("mode(", "palette", "cursor", "page", "end(")):
                    continue
                done.add(key.action)
                press = partial(app.simulate_key, key.keys.partition(",")[0])
                yield Goal(_(key.help), _("command"), _(key.shown), press)

    @work(thread=True, exclusive=True, group="look")
    def _look_up(self, shown: Reading, text: str, before: Sequence[Goal]) -> None:
        worker = get_current_worker()
        app = self.vedtak
        try:
            with app.own_log(worker) as log:
                reading = Reading(log, shown.effective, shown.known, app.disclosed)
                refs = begins(reading, text, MOST, lambda: not worker.is_cancelled)
                told = [(ref, reading.label(ref)) for ref in refs if not worker.is_cancelled]
        except UNREADABLE as error:
            if not worker.is_cancelled:
                self.call_later(app.in_trouble, error)
            return
        found = [Goal(name, term(ref.partition("/")[0]), ref, partial(app.open_thing, ref)) for ref, name in told]
        if not worker.is_cancelled:
            self.call_later(self._show, [*found, *before])

    def _show(self, goals: list[Goal]) -> None:
        self._goals = goals
        empty = _("Nothing is called that. A reference begins with its kind: body/styret.")
        self.query_one(VirtualList).set_rows(Goals(goals), cursor=0, empty=empty)

    def action_cursor(self, by: int) -> None:
        """Another line."""
        self.query_one(VirtualList).action_cursor(by)

    @on(Input.Submitted)
    @on(VirtualList.Chosen)
    def _chosen(self) -> None:
        self.action_choose()

    def action_choose(self) -> None:
        """Do what the cursor is on."""
        place = self.query_one(VirtualList).cursor
        if place < len(self._goals):
            self.dismiss(self._goals[place].do)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)


def _has(goal: Goal, words: Iterable[str]) -> bool:
    text = f"{goal.kind} {goal.title} {goal.key}".casefold()
    return all(word in text for word in words)

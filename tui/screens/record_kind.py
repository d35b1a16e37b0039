"""What happened? Every type of event to choose from, found by its words in either language; drafts come first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ledger.declaration import Declaration, declarations
from tui.catalogue import FAMILIES
from tui.columns import Column, Row
from tui.dates import moment_text
from tui.drafts import Draft
from tui.keymap import bindings
from tui.leaves import folded
from tui.locale import _, language
from tui.phrases import type_name
from tui.unbroken import Unbroken
from tui.widgets.field_editor import FieldInput
from tui.widgets.safe import block, one_line
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.app import ComposeResult

ADMINISTRATION: Final = frozenset({"acts"})
"""Families that are not for a secretary's daily work; they come last."""


class Rows:
    """Rows made beforehand."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def page(self, start: int, stop: int) -> Sequence[Row]:
        """The rows from one index up to another."""
        return self.rows[start:stop]


def found(text: str, recent: Sequence[str]) -> list[Declaration]:
    """The types that fit the words typed, the best first; all of them, the recent ones first, when nothing is typed."""
    every = [told for told in declarations() if told.wire_name != "entry-annulled"]
    if not text.strip():
        place = {name: number for number, name in enumerate(recent)}
        return sorted(every, key=lambda told: (told.family in ADMINISTRATION, place.get(told.wire_name, len(place))))
    wanted = folded(text.strip())
    matcher = Matcher(wanted)
    scored = []
    for told in every:
        names = [folded(told.nb), folded(told.en), told.wire_name]
        score = max(matcher.match(name) for name in names)
        if any(name.startswith(wanted) for name in names):
            score += 10
        elif any(wanted in name for name in names):
            score += 5
        elif any(wanted in folded(about) for about in (told.about, _(told.about))):
            score = max(score, 0.1)
        if told.wire_name in recent:
            score *= 1.1
        if score > 0:
            scored.append((-score, len(told.nb), told.wire_name, told))
    return [told for *_ranks, told in sorted(scored, key=lambda item: item[:3])]


class KindScreen(Unbroken, ModalScreen["str | Draft | None"]):
    """Gives back the type chosen, or the draft to go on with; None when left."""

    BINDINGS = bindings("kinds")
    CSS = """
    KindScreen { align: center middle; background: $background 60%; }
    KindScreen #kinds { width: 96; max-width: 100%; height: 90%; border: round $accent; background: $surface; }
    KindScreen #about { height: 3; color: $quiet; padding: 0 1; border-top: solid $frame; }
    """

    def __init__(self, recent: Sequence[str], drafts: Sequence[Draft]) -> None:
        super().__init__()
        self._recent = recent
        self._drafts = list(drafts)
        self._choices: list[Declaration | Draft] = []
        self.discarded: list[Draft] = []

    def compose(self) -> ComposeResult:
        box = Vertical(FieldInput(), VirtualList(id="found"), Static(id="about"), id="kinds")
        box.border_title = one_line(_("What happened?"))
        box.border_subtitle = one_line(_("enter chooses · esc leaves"))
        yield box

    def on_mount(self) -> None:
        self.query_one(VirtualList).can_focus = False
        field = self.query_one(FieldInput)
        field.placeholder = one_line(_("some letters of it, in Norwegian or English")).plain
        field.focus()
        other = _("in English") if language() == "nb" else _("in Norwegian")
        self.query_one(VirtualList).set_columns(
            (Column("", 1), Column(_("type"), 20, share=3), Column(other, 10, share=2, needs=60))
        )
        self._search("")

    def _search(self, text: str) -> None:
        drafts = [draft for draft in self._drafts if folded(text) in folded(_draft_name(draft))]
        kinds = found(text, self._recent)
        self._choices = [*drafts, *kinds]
        rows = [
            Row(("✎", _draft_name(draft), _("draft, {moment}").format(moment=moment_text(draft.saved))), "strong")
            for draft in drafts
        ]
        for told in kinds:
            names = (told.nb, told.en) if language() == "nb" else (told.en, told.nb)
            rows.append(Row(("·" if told.wire_name in self._recent and not text else " ", *names)))
        empty = _("No type has these letters. Take some away, or look in “vedtak catalogue”.")
        self.query_one(VirtualList).set_rows(Rows(rows), cursor=0, empty=empty)
        if not rows:
            self.query_one("#about", Static).update("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.query_one(FieldInput).open = True
        self._search(event.value)

    @on(VirtualList.Highlighted)
    def _highlighted(self) -> None:
        chosen = self._chosen()
        about = self.query_one("#about", Static)
        field = self.query_one(FieldInput)
        field.open = bool(field.value) or not isinstance(chosen, Draft)  # delete is then for the draft
        if isinstance(chosen, Declaration):
            family = FAMILIES[chosen.family].partition(" – ")[2 if language() == "nb" else 0]
            about.update(block(f"{family} · {_(chosen.about)}"))
        elif chosen is not None:
            told = _("Not recorded yet. enter goes on with it; delete throws it away.")
            about.update(Content(told))

    def _chosen(self) -> Declaration | Draft | None:
        place = self.query_one(VirtualList).cursor
        return self._choices[place] if 0 <= place < len(self._choices) else None

    @on(Input.Submitted)
    @on(VirtualList.Chosen)
    def action_choose(self) -> None:
        """The one under the cursor."""
        chosen = self._chosen()
        if chosen is not None:
            self.dismiss(chosen.wire_name if isinstance(chosen, Declaration) else chosen)

    def action_cursor(self, by: int) -> None:
        """Up or down in the list."""
        self.query_one(VirtualList).action_cursor(by)

    def action_page(self, by: int) -> None:
        """A page up or down."""
        self.query_one(VirtualList).action_page(by)

    @on(FieldInput.Erased)
    def action_discard(self) -> None:
        """Throw the draft under the cursor away."""
        chosen = self._chosen()
        if isinstance(chosen, Draft):
            self._drafts.remove(chosen)
            self.discarded.append(chosen)
            self._search(self.query_one(FieldInput).value)

    def action_back(self) -> None:
        """Leave without recording anything."""
        self.dismiss(None)


def _draft_name(draft: Draft) -> str:
    form = draft.form
    told = next((text for path, text in form.texts.items() if path.startswith("event.") and "/" not in text), "")
    name = type_name(form.wire_name)
    if form.target is not None:
        name = _("Correction of #{entry}: {type}").format(entry=form.target, type=name)
    return f"{name}: {told}" if told else name

"""The form on the screen: every row, and the one that is being filled in."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.containers import VerticalScroll
from textual.message import Message

from ledger.calendar import bounds
from ledger.errors import LedgerError
from ledger.fields import Money
from tui.clerk import Clerk
from tui.dates import today
from tui.form import Form, Row
from tui.leaves import folded, read_leaf, yes_or_no
from tui.locale import _, explain
from tui.screens.record_preview import path_of, understood_text
from tui.terms import term
from tui.unbroken import Unbroken
from tui.widgets.field_editor import FieldArea, FieldEditor, Offer
from tui.widgets.row_lines import DrawnRow, RowLines
from tui.widgets.safe import block

if TYPE_CHECKING:
    from textual.app import ComposeResult

LABELS: Final = (12, 20)
KINDS_FEW: Final = 4
"""A field that takes more kinds than this is offered something only once something is typed."""


class FormPane(Unbroken, VerticalScroll, can_focus=False):
    """The rows of one form, with the cursor on one of them."""

    DEFAULT_CSS = """
    FormPane { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """

    class Changed(Message):
        """Something was written, added or taken away."""

    def __init__(self, form: Form, clerk: Clerk) -> None:
        super().__init__(id="fields")
        self.form = form
        self.clerk = clerk
        self.at = ""
        self.understood = form.read()
        self.refusal: LedgerError | None = None
        """What the pen says of the command as it is now."""
        self.names: dict[str, str] = {}
        self._rows: list[Row] = []
        self._suggested: dict[str, str] = {}
        self._refused_at: str | None = None

    def compose(self) -> ComposeResult:
        yield RowLines(id="above")
        yield FieldEditor()
        yield RowLines(id="below")

    @property
    def editor(self) -> FieldEditor:
        """The row being filled in."""
        return self.query_one(FieldEditor)

    def begin(self, form: Form) -> None:
        """Show a form, with the cursor where it is to be filled in first."""
        self.form, self.refusal = form, None
        self._rows = self.form.rows()
        leaves = [row for row in self._rows if row.kind == "leaf"]
        first = next((row for row in leaves if row.path == "corrects.reason"), None)
        first = first or next((row for row in leaves if not self.form.texts.get(row.path)), leaves[0])
        self.go(first.path)

    def go(self, path: str) -> None:
        """Put the cursor on a row."""
        self._rows = self.form.rows()
        self._suggested = self.form.suggested()
        row = next((row for row in self._rows if row.path == path), self._rows[0])
        self.at = row.path
        self.query_one(FieldEditor).edit(
            row.path,
            self._drawn(row, active=True),
            self.form.texts.get(row.path, ""),
            multi=row.kind == "leaf" and row.field is not None and row.field.format == "text",
            open_=row.kind == "leaf",
            hint=self._hint(row),
            width=self._label_width,
        )
        self.again()
        if row.kind == "leaf" and not self.form.texts.get(row.path):
            self._offer()
        self.call_after_refresh(self._keep_in_view)

    def _keep_in_view(self) -> None:
        fields = self
        editor = self.query_one(FieldEditor)
        top, height = editor.virtual_region.y, editor.virtual_region.height
        if top < fields.scroll_offset.y:
            fields.scroll_to(y=max(0, top - 1), animate=False)
        elif top + height > fields.scroll_offset.y + fields.size.height:
            fields.scroll_to(y=min(top, top + height - fields.size.height), animate=False)

    def _hint(self, row: Row) -> str:
        if row.kind == "add":
            return _("enter adds")
        if row.kind == "head":
            return _("delete takes it away") if row.removable else ""
        suggested = self._suggested.get(row.path, "")
        if suggested:
            return suggested
        return _("must be filled in") if row.path in self.understood.missing else ""

    @property
    def _label_width(self) -> int:
        least, most = LABELS
        return max(least, min(most, self.size.width // 8)) + 3

    def again(self) -> None:
        """Draw the form from what is written now."""
        self.understood = self.form.read()
        self._rows = self.form.rows()
        self._suggested = self.form.suggested()
        self._refused_at = path_of(self.form, self.refusal) if self.refusal else None
        paths = [row.path for row in self._rows]
        here = paths.index(self.at) if self.at in paths else 0
        drawn = [self._drawn(row) for row in self._rows]
        self.query_one("#above", RowLines).set_rows(drawn[:here], self._label_width)
        self.query_one("#below", RowLines).set_rows(drawn[here + 1 :], self._label_width)
        editor = self.query_one(FieldEditor)
        editor.set_row(self._drawn(self._rows[here], active=True), self._label_width)
        self._say(self._rows[here])

    def _error_at(self, path: str) -> LedgerError | None:
        if path in self.understood.errors:
            return self.understood.errors[path]
        return self.refusal if self._refused_at == path else None

    def _drawn(self, row: Row, *, active: bool = False) -> DrawnRow:
        if row.kind == "add":
            return DrawnRow(f"+ {row.title}", level=row.level, look="quiet", mark=" ")
        if row.kind == "head":
            return DrawnRow(row.title, level=row.level, look="text" if active else "head")
        text = self.form.texts.get(row.path, "")
        shown = text or self._suggested.get(row.path, "")
        aside = self._understood_as(row)
        if row.field is not None and row.field.refers_to and aside:
            shown, aside = aside, shown
        mark = " "
        if self._error_at(row.path):
            mark = "✗"
        elif row.path in self.understood.missing:
            mark = "•"
        if row.path in self.form.sealed and not text:
            shown = _("(personal, sealed)")
        look = "wrong" if mark == "✗" else "text" if text else "quiet"
        title = f"{row.title} ◊" if row.field is not None and row.field.personal else row.title
        return DrawnRow(title, shown, aside if aside != shown else "", mark, look, row.level)

    def _understood_as(self, row: Row) -> str:
        """How the text of a row was understood."""
        text = self.form.texts.get(row.path) or self._suggested.get(row.path, "")
        if row.field is None or not text or row.path in self.understood.errors:
            return ""
        try:
            return understood_text(row.field, read_leaf(row.field, text), self.names)
        except LedgerError:
            return ""

    def _say(self, row: Row) -> None:
        editor = self.query_one(FieldEditor)
        error = self._error_at(row.path) if row.kind == "leaf" and not editor.offers else None
        if error is not None:
            problem, remedy = explain(error)
            editor.say(block(f"✗ {problem}\n→ {remedy}"), wrong=True)
            return
        aside = self._understood_as(row) if row.kind == "leaf" and self.form.texts.get(row.path) else ""
        told = [f"= {aside}"] if aside and aside != self.form.texts.get(row.path) else []
        if row.field is not None and row.field.personal:
            told.append(_("◊ personal: kept apart, and can be erased"))
        if row.field is not None and row.field.base is Money and not told:
            told.append(_("1 250 000 · “about 2000000” · “at least 5000” · “unknown” when nobody knows"))
        told.append(row.help)
        editor.say(block("\n".join(filter(None, told[:2]))), wrong=False)

    # ---------------------------------------------------------------------------------------------- being filled in

    @on(FieldEditor.Typed)
    def _typed(self, event: FieldEditor.Typed) -> None:
        event.stop()
        if event.path == self.at and self._write(event.text):
            self._offer()
            self.call_after_refresh(self._keep_in_view)

    def _write(self, text: str) -> bool:
        """Write in the field under the cursor; False when that stood there already."""
        if self.form.texts.get(self.at, "") == text:
            return False
        self.form.texts[self.at] = text
        self.form.sealed.pop(self.at, None)
        self._changed()
        return True

    def _changed(self) -> None:
        self.refusal = None
        self.again()
        self.post_message(self.Changed())

    def _row(self) -> Row:
        return next((row for row in self._rows if row.path == self.at), self._rows[0])

    @work(exclusive=True, group="offer")
    async def _offer(self, everything: bool = False) -> None:
        """Offer what the field can be filled with."""
        row, text = self._row(), self.form.texts.get(self.at, "")
        told = row.field
        editor = self.editor
        if told is None or row.kind != "leaf":
            return
        sought = "" if everything else text
        offers: list[Offer] = []
        words = told.choices or (("yes", "no") if told.base is bool else ())
        if words:
            names = yes_or_no() if told.base is bool and not told.choices else [term(word) for word in words]
            offers = [
                Offer(name, name)
                for word, name in zip(words, names, strict=True)
                if (folded(sought) in folded(name) or folded(sought) in word) and name != sought
            ]
            if text in names and not everything:
                offers = []
        elif told.refers_to and (sought or len(told.refers_to) <= KINDS_FEW or everything):
            await asyncio.sleep(0.05)
            found = await asyncio.to_thread(self.clerk.offers, told.refers_to, sought, self._day())
            if row.path != self.at:
                return
            self.names |= {named.ref: named.name for named in found}
            offers = [Offer(named.ref, named.name, named.ref) for named in found if named.ref != text]
            if any(named.ref == text for named in found) and not everything:
                offers = []
        # What is typed is part of a name: the likest one is meant until another is chosen.
        editor.set_offers(offers, chosen=0 if sought and offers else -1)
        self._say(row)
        self.call_after_refresh(self._keep_in_view)

    def _day(self) -> date:
        try:
            return bounds(str(self.understood.command.get("effective"))).latest
        except LedgerError:
            return today()

    @on(FieldEditor.Done)
    def _done(self) -> None:
        row = self._row()
        if row.kind == "add":
            self.form.add(row.path)
            self._changed()
            self._go_first_in(f"{row.path}[{self.form.counts[row.path] - 1}]")
            return
        self.step(1)

    def _take_only(self) -> None:
        """A name typed in full, or the only thing offered, is what is meant."""
        offers = self.editor.offers
        meant = [offer for offer in offers if folded(offer.shown) == folded(self.editor.text)] or list(offers)
        if self.editor.text and len(meant) == 1:
            self._write(meant[0].text)

    def _go_first_in(self, group: str) -> None:
        self._rows = self.form.rows()
        within = [row for row in self._rows if row.path.startswith(f"{group}.") and row.kind == "leaf"]
        suggested = self.form.suggested()
        self.go(next((row.path for row in within if row.path not in suggested), within[0].path))

    @on(FieldEditor.Erase)
    def remove_group(self) -> None:
        """Take away the group whose heading the cursor is on."""
        row = self._row()
        if row.kind != "head" or not row.removable:
            return
        self.form.remove(row.path)
        self.go(row.path.rpartition("[")[0])
        self._changed()

    @on(RowLines.Clicked)
    def _clicked(self, event: RowLines.Clicked) -> None:
        paths = [row.path for row in self._rows]
        here = paths.index(self.at)
        place = event.index if event.lines.id == "above" else here + 1 + event.index
        if place < len(paths):
            self.leave_field()
            self.go(paths[place])

    @on(FieldArea.Left)
    def _area_left(self, event: FieldArea.Left) -> None:
        self.step(event.by)

    def leave_field(self) -> None:
        """Take what is written, or the offer that is meant by it."""
        row = self._row()
        if row.kind != "leaf":
            return
        taken = self.editor.take()
        self._write(self.editor.text if taken is None else taken)
        if taken is None and row.field is not None and row.field.refers_to and "/" not in self.editor.text:
            self._take_only()

    def step(self, by: int) -> None:
        """To the next row, or the one before."""
        self.leave_field()
        paths = [row.path for row in self.form.rows() if row.kind != "head" or row.removable]
        here = paths.index(self.at) if self.at in paths else 0
        self.go(paths[(here + by) % len(paths)])

    def down(self) -> None:
        """Down in what is offered, else to the next row."""
        if not self.editor.move(1):
            self.step(1)

    def up(self) -> None:
        """Up in what is offered, else to the row before."""
        if not self.editor.move(-1):
            self.step(-1)

    def offer_all(self) -> None:
        """Everything the field can be filled with."""
        self._offer(everything=True)

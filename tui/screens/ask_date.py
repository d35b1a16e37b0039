"""One line to type a date in, as people write dates; what it was read as stands below it while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ledger.errors import LedgerError
from tui.keymap import bindings
from tui.locale import explain
from tui.unbroken import Unbroken
from tui.widgets.safe import SafeInput, block, one_line

if TYPE_CHECKING:
    from textual.app import ComposeResult


class AskDate(Unbroken, ModalScreen[str | None]):
    """Gives back the text, once it can be read; None when left."""

    BINDINGS = bindings("modal")

    def __init__(self, title: str, hint: str, read: Callable[[str], str]) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._read = read

    def compose(self) -> ComposeResult:
        box = Vertical(
            SafeInput(placeholder=self._hint, compact=True), Static(one_line(self._hint), id="answer"), id="box"
        )
        box.border_title = one_line(self._title)
        yield box

    def _answer(self, text: str) -> bool:
        answer = self.query_one("#answer", Static)
        try:
            told = self._read(text)
        except LedgerError as error:
            problem, remedy = explain(error)
            answer.update(block(f"✗ {problem}\n  {remedy}"))
            answer.add_class("-wrong")
            return False
        answer.update(block(f"→ {told}"))
        answer.remove_class("-wrong")
        return True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value.strip():
            self._answer(event.value)
        else:
            self.query_one("#answer", Static).update(one_line(self._hint))

    @on(Input.Submitted)
    def _done(self, event: Input.Submitted) -> None:
        if self._answer(event.value):
            self.dismiss(event.value)

    def action_back(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)

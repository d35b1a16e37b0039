"""What was recorded, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.keymap import bindings
from tui.locale import _
from tui.unbroken import Unbroken
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult


class DoneScreen(Unbroken, ModalScreen["str | None"]):
    """Gives back ``open``, ``another`` or ``before``; None when left."""

    BINDINGS = bindings("recorded")
    CSS = """
    DoneScreen { align: center middle; background: $background 60%; }
    DoneScreen #done { width: 76; max-width: 100%; height: auto; max-height: 90%; border: round $accent;
        background: $surface; padding: 0 0 0 1; }
    DoneScreen Sheet { height: auto; max-height: 24; }
    """

    def __init__(self, title: str, items: Iterable[Item], *, corrected: int | None) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)
        self._corrected = corrected

    def compose(self) -> ComposeResult:
        box = Vertical(Sheet(), id="done")
        box.border_title = one_line(self._title)
        yield box

    def on_mount(self) -> None:
        keys = [
            Item("enter", _("show it in the timeline")),
            Item("a", _("record another like this")),
        ]
        if self._corrected is not None:
            keys.insert(1, Item("b", _("show #{entry} as it was known before").format(entry=self._corrected)))
        items = [*self._items, Item(), *keys, Item("esc", _("back to where you were"))]
        sheet = self.query_one(Sheet)
        sheet.styles.height = len(items) + sum(len(item.text) // 60 for item in items)
        sheet.set_items(items)

    def action_answer(self, what: str) -> None:
        """Say what comes next."""
        if what != "before" or self._corrected is not None:
            self.dismiss(what)

    def action_back(self) -> None:
        """Nothing more."""
        self.dismiss(None)

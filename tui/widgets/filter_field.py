"""One line to type words in that a list is narrowed by."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tui.keymap import bindings
from tui.locale import N_
from tui.widgets.safe import SafeInput

if TYPE_CHECKING:
    from tui.screens.base import LedgerScreen


class FilterField(SafeInput):
    """The field; what is typed is taken up at once by the screen."""

    BINDINGS = bindings("filter")
    HELP = N_("Lines with every one of these words stay; how many they are stands beside the title.")

    def __init__(self) -> None:
        super().__init__(id="filter", compact=True, select_on_focus=False)

    def action_leave_filter(self) -> None:
        """To the list, keeping the words."""
        cast("LedgerScreen", self.screen).leave_filter()

    def action_clear_filter(self) -> None:
        """To the list, without the words."""
        cast("LedgerScreen", self.screen).clear_filter()

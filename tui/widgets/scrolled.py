"""What is drawn line by line and can be scrolled, also before its scroll bar has come."""

from __future__ import annotations

from textual.scroll_view import ScrollView


class Scrolled(ScrollView, inherit_bindings=False):
    """A view whose scroll bar always knows where it stands."""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # Textual tells a bar of each move while it is shown; what came before that, it would never hear of.
        self.vertical_scrollbar.position = new_value

"""The least that Textual can show: what the first paint of the terminal interface is measured against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

GREETING = "Hello, World!"


class Hello(App[None]):
    """One line of text."""

    BINDINGS = (("q", "quit", "Quit"),)

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(GREETING)


if __name__ == "__main__":
    Hello().run()

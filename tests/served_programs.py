"""Programs for a browser to show, and waiting for them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parent.parent

SMALL_APP = [
    sys.executable,
    "-c",
    """
import io
from textual.app import App
from textual.widgets import Static

class Small(App):
    def compose(self):
        yield Static("Ready")

    def on_key(self, event):
        if event.key == "e":
            self.deliver_text(io.StringIO("navn;vedtak\\næøå;ja\\n"), save_filename="æøå.csv")

Small().run()
""",
]
"""It delivers a file when “e” is pressed."""


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)

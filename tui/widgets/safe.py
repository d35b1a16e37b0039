"""The only way text reaches a widget: made harmless, and as Content, which reads no markup."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from ledger.text import safe_text

ONE_LINE_MAX: Final = 500
"""No line on a screen is longer; cutting before measuring keeps a 20 kB value from costing anything."""


def one_line(text: str, most: int = ONE_LINE_MAX) -> Content:
    """Text for one line: line breaks and tabs become spaces."""
    cut = text[:most] + "…" if len(text) > most else text
    return Content(" ".join(safe_text(cut).split()))


def block(text: str) -> Content:
    """Text that may run over several lines."""
    return Content(safe_text(text).replace("\t", "    "))

"""How answers are printed: one JSON document for programs, plain aligned text for people. Data only, on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ledger.text import safe_text


def print_json(value: Any) -> None:
    """One JSON document; dates ISO, keys English, nothing else on stdout."""
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def print_text(text: str = "") -> None:
    """A line of text, made safe for the terminal."""
    sys.stdout.write(safe_text(text) + "\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Aligned columns under headings; nothing when there are no rows."""
    from tabulate import tabulate  # people's output only

    body = [[_cell(cell) for cell in row] for row in rows]
    if body:
        sys.stdout.write(tabulate(body, headers=[_cell(name) for name in headings], disable_numparse=True) + "\n")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return safe_text(text).replace("\n", " ").replace("\t", " ")


def shortened(text: str, width: int) -> str:
    """The text in at most ``width`` characters, with a sign where it was cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"

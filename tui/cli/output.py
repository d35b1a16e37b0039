"""How answers are printed: one JSON document for programs, plain aligned text for people. Data only, on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, Final

import msgspec

from ledger.text import safe_text

_ROOM: Final = 2
"""A column is wider than its heading by this much at least."""


def print_json(value: Any) -> None:
    """One JSON document; dates ISO, keys English, nothing else on stdout."""
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def print_text(text: str = "") -> None:
    """A line of text, made safe for the terminal."""
    sys.stdout.write(safe_text(text) + "\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Aligned columns under headings, or between rules where there are none; nothing when there are no rows."""
    body = [[_cell(cell) for cell in row] for row in rows]
    if not body:
        return
    head = [_cell(name) for name in headings]
    lengths = [[len(name) + _ROOM for name in head], *([len(cell) for cell in row] for row in body)]
    widths = [max(column) for column in zip_longest(*lengths, fillvalue=0)]
    rule = ["-" * width for width in widths]
    for line in [head, rule, *body] if head else [rule, *body, rule]:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=False))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return safe_text(text).replace("\n", " ").replace("\t", " ").strip()


def shortened(text: str, width: int) -> str:
    """The text in at most ``width`` characters, with a sign where it was cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"

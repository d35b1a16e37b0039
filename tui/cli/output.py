"""How answers are printed: one JSON document for programs, plain aligned text for people. Data only, on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
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
    """Aligned columns under headings, or between two rules; nothing when there are no rows."""
    body = [[_cell(cell) for cell in row] for row in rows]
    if not body:
        return
    head = [_cell(name) for name in headings]
    widths = [max(map(len, column)) for column in zip_longest(*body, [f"{name}  " for name in head], fillvalue="")]
    rule = ["-" * width for width in widths]
    for line in (head, rule, *body) if head else (rule, *body, rule):
        sys.stdout.write("  ".join(map(str.ljust, line, widths)).rstrip() + "\n")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return safe_text(text).replace("\n", " ").replace("\t", " ").strip()


def shortened(text: str, width: int) -> str:
    """The text in at most ``width`` characters, with a sign where it was cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"

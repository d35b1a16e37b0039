"""What is shown on a screen, written to a file as text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.errors import InvalidInput, Refused
from ledger.text import safe_text
from tui.widgets.safe import one_line

FORMS: Final = (".txt", ".csv", ".json", ".md")
_MARKS: Final = re.compile(r"[\\`*_{}\[\]<>#|~!]")
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Table:
    """Titles, and what gives the rows when they are wanted."""

    titles: tuple[str, ...]
    rows: Callable[[], Iterable[Sequence[str]]]
    markdown: Callable[[], str] | None = None
    """The whole as Markdown, where that says more than the rows do."""


def checked_path(text: str) -> Path:
    """Where to write to. Raises InvalidInput for a form we do not have, Refused when something is there."""
    path = Path(text.strip()).expanduser()
    if path.suffix.lower() not in FORMS:
        raise InvalidInput(
            "“{name}” says no form to write in.",
            "Let the name end in .txt, .csv, .json or .md.",
            name=path.name or text,
        )
    if path.exists():
        raise Refused("{path} is there already; nothing is overwritten.", "Choose another name.", path=path)
    if not path.absolute().parent.is_dir():
        raise InvalidInput(
            "There is no folder {path}.", "Make it first, or choose another.", path=path.absolute().parent
        )
    return path


def written(titles: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> str:
    """The table as text in a form: ``.txt``, ``.csv``, ``.json`` or ``.md``."""
    names = [title or str(number) for number, title in enumerate(titles, 1)]
    if form == ".json":
        told = [dict(zip(names, row, strict=False)) for row in rows]
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if form == ".csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_no_formula(cell) for cell in row] for row in rows)
        return text.getvalue()
    if form == ".md":
        table = (names, ["---"] * len(names), *rows)
        return "".join(f"| {' | '.join(map(as_markdown, row))} |\n" for row in table)
    plain = [[one_line(cell).plain for cell in row] for row in (titles, *rows)]
    widths = [max(len(row[at]) if at < len(row) else 0 for row in plain) for at in range(len(titles))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in plain)
    return "\n".join(lines) + "\n"


def as_markdown(text: str) -> str:
    """Text in one line that Markdown shows as it stands."""
    return _MARKS.sub(r"\\\g<0>", " ".join(safe_text(text).split()))


def _no_formula(cell: str) -> str:
    """A cell that no spreadsheet reads as a formula."""
    return f"'{cell}" if len(cell) > 1 and cell.startswith(_FORMULA) else cell


def write(path: Path, text: str) -> None:
    """Write a new file. Raises Refused when something is there, or it cannot be written."""
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError as error:
        raise Refused("{path} is there already; nothing is overwritten.", "Choose another name.", path=path) from error
    except OSError as error:
        raise Refused(
            "{path} cannot be written: {reason}.", "Choose another place.", path=path, reason=error.strerror
        ) from error

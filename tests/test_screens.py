"""Every screen, letter by letter, at three sizes and in both languages. A screen that is added is added to a table.

``python -m pytest tests/test_screens.py --golden-update`` writes tests/golden/screens/ anew; read what changed.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from tests.pilots import SIZES, Typed, demo_at, opened, paper_at, press, seen, speaking
from tui.dates import today
from tui.ledgers import open_ledger
from tui.modes import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.store import Book

PUSHED: Final[dict[str, tuple[str, ...]]] = {
    "entry": ("1", "g", *["pagedown"] * 3, "enter"),
    "thing": ("colon", Typed("decision/ru-2018"), "enter"),
    "why": ("colon", Typed("decision/ru-2018"), "enter", *["down"] * 4, "w"),
    "why-entry": ("colon", Typed("#504"), "enter", "w"),
    "source-not-at-hand": ("colon", Typed("#504"), "enter", "o"),
    "palette": ("colon",),
    "keys": ("question_mark",),
    "help": ("question_mark", "question_mark"),
    "about": ("f1",),
    "ask-date": ("d",),
    "facets": ("1", "f"),
    "filter": ("1", "slash", Typed("strategi")),
    "record-kind": ("a",),
    "record": ("a", Typed("decision-adopted"), "enter"),
}
"""The screens without a number, and the keys that lead to them from the start."""
HASH: Final = re.compile(r"(?:[0-9a-f]{4} )+[0-9a-f]{4}\b")
ROLES: Final = {**{name: mode.role for name, mode in MODES.items()}, "record-kind": "write", "record": "write"}
"""The role that a screen takes."""
SCREENS: Final = {**{name: (mode.key,) for name, mode in MODES.items()}, **PUSHED}


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screens")
    demo_at(folder / "demo.vedtak")
    paper_at(folder / "cited.vedtak")
    return folder


@contextmanager
def reading(path: Path, spoken: str) -> Iterator[Book]:
    with speaking(spoken), open_ledger(path, read_only=True) as book:
        yield book


async def drawn(book: Book, keys: tuple[str, ...], sources: str | None = None, role: str = "read") -> str:
    """The screen that the keys lead to, at every size."""
    told = []
    for size in SIZES:
        async with opened(book, size, sources=sources, role=role) as pilot:
            await press(pilot, *keys)
            # a new form begins on the day it is
            grid = seen(pilot).replace(today().isoformat(), "2019-01-01")
            if role == "admin":  # the root is over salts, which are new in every demo
                grid = HASH.sub(lambda found: re.sub("[0-9a-f]", "0", found[0]), grid)
            told.append(f"=== {size[0]}×{size[1]}\n{grid}\n")
    return "".join(told)


@pytest.mark.parametrize("spoken", ["nb", "en"])
@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_looks_as_it_did(
    ledgers: Path, golden: Callable[[str, str], None], name: str, spoken: str
) -> None:
    with reading(ledgers / "demo.vedtak", spoken) as book:
        golden(f"screens/{name}.{spoken}.txt", await drawn(book, SCREENS[name], role=ROLES.get(name) or "read"))


@pytest.mark.parametrize("spoken", ["nb", "en"])
async def test_a_source_at_hand_looks_as_it_did(ledgers: Path, golden: Callable[[str, str], None], spoken: str) -> None:
    with reading(ledgers / "cited.vedtak", spoken) as book:
        shown = await drawn(book, ("end", "o"), str(ledgers / "papers"))
        golden(f"screens/source.{spoken}.txt", shown)

"""Every screen, letter by letter, at three sizes and in both languages. A screen that is added is added to a table.

``python -m pytest tests/test_screens.py --golden-update`` writes tests/golden/screens/ anew; read what changed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from tests.pilots import demo_at, opened, paper_at, press, seen, settled, speaking
from tui.ledgers import open_ledger
from tui.modes import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.store import Book

SIZES: Final = ((120, 36), (80, 24), (60, 20))
PUSHED: Final[dict[str, tuple[str, ...]]] = {
    "entry": ("1", "g", *["pagedown"] * 3, "enter"),
    "thing": ("colon", *"decision/ru-2018", "enter"),
    "why": ("colon", *"decision/ru-2018", "enter", *["down"] * 4, "w"),
    "why-entry": ("colon", *"#504", "enter", "w"),
    "source-not-at-hand": ("colon", *"#504", "enter", "o"),
    "palette": ("colon",),
    "keys": ("question_mark",),
    "help": ("question_mark", "question_mark"),
    "about": ("f1",),
    "ask-date": ("d",),
    "facets": ("1", "f"),
    "filter": ("1", "slash", *"strategi"),
}
"""The screens without a number, and the keys that lead to them from the start."""
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


async def drawn(book: Book, keys: tuple[str, ...], sources: str | None = None) -> str:
    """The screen that the keys lead to, at every size."""
    told = []
    for size in SIZES:
        async with opened(book, size, sources=sources) as pilot:
            await press(pilot, *keys)
            await settled(pilot)
            told.append(f"=== {size[0]}×{size[1]}\n{seen(pilot)}\n")
    return "".join(told)


@pytest.mark.parametrize("spoken", ["nb", "en"])
@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_looks_as_it_did(
    ledgers: Path, golden: Callable[[str, str], None], name: str, spoken: str
) -> None:
    with reading(ledgers / "demo.vedtak", spoken) as book:
        golden(f"screens/{name}.{spoken}.txt", await drawn(book, SCREENS[name]))


@pytest.mark.parametrize("spoken", ["nb", "en"])
async def test_a_source_at_hand_looks_as_it_did(ledgers: Path, golden: Callable[[str, str], None], spoken: str) -> None:
    with reading(ledgers / "cited.vedtak", spoken) as book:
        shown = await drawn(book, ("end", "o"), str(ledgers / "papers"))
        golden(f"screens/source.{spoken}.txt", shown)

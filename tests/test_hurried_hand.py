"""Random keys, none of them waited for: whatever they lead to, nothing ends in a traceback."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.pilots import SIZES, SeenAtOnce, Typed, app_of, demo_at, key_event, opened, speaking
from tui.app import VedtakApp
from tui.keymap import KEYS
from tui.ledgers import open_ledger

if TYPE_CHECKING:
    from textual.pilot import Pilot

FIRST: Final = int(os.environ.get("VEDTAK_SEED", "1"))
"""Another number gives other walks."""
WALKS: Final = 60
TEXTS: Final = [Typed(text) for text in ("2018", "styr", "body/", "decisionadopted", "#12", "[red]x[/]", "æøå")]
PAUSES: Final = (0, 0, 0.005, 0.02, 0.1)


class Hurried(VedtakApp):
    """The app itself, threads and all."""

    CSS_PATH = SeenAtOnce.CSS_PATH


def pressed() -> list[str]:
    """Every key that does something somewhere, but for leaving; some oftener, as people do."""
    keys = {key for section in KEYS.values() for one in section for key in one.keys.split(",")}
    return [
        *sorted(keys - {"q", "ctrl+q"}),
        *["enter"] * 4,
        *["escape"] * 4,
        *["tab", "down"] * 3,
        "backspace",
        "space",
    ]


async def walk(pilot: Pilot[int], chance: random.Random) -> None:
    """Press keys, type, click and change the size of the terminal at random."""
    app, keys = app_of(pilot), pressed()
    for _step in range(chance.randrange(20, 120)):
        what = chance.choices(("key", "text", "click", "resize"), (80, 14, 4, 2))[0]
        if what == "click":
            await pilot.click(offset=(chance.randrange(app.size.width), chance.randrange(app.size.height)))
        elif what == "resize":
            await pilot.resize_terminal(*chance.choice(SIZES))
        else:
            given = chance.choice(TEXTS) if what == "text" else chance.choice(keys)
            for key in given if isinstance(given, Typed) else (given,):
                app.post_message(key_event(key))
        await asyncio.sleep(chance.choice(PAUSES))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_at(tmp_path_factory.mktemp("demo") / "demo.vedtak")


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(FIRST, FIRST + WALKS))
async def test_no_walk_ends_in_a_traceback(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)  # where what is exported goes
    chance = random.Random(seed)  # noqa: S311 - where to go, not a secret
    ledger = Path(shutil.copy(demo, tmp_path / "walked.vedtak"))
    spoken, role, size = chance.choice(["nb", "en"]), chance.choice(["read", "write", "admin"]), chance.choice(SIZES)
    with speaking(spoken), open_ledger(ledger) as book:
        async with opened(book, size, app=Hurried, role=role) as pilot:
            await walk(pilot, chance)
            pilot.app.exit(0)
            await asyncio.sleep(0.05)

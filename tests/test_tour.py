"""Can the tour be walked: does each key of docs/tour.md show what the page says is then seen?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from tests.pilots import demo_at, opened, press, seen, speaking
from tui.dates import today
from tui.ledgers import create_ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable

TOUR: Final = Path(__file__).parent.parent / "docs" / "tour.md"
KEYS: Final = {
    "esc": "escape",
    ":": "colon",
    "?": "question_mark",
    "/": "slash",
    "!": "exclamation_mark",
    "F1": "f1",
    "enter": "enter",
    "tab": "tab",
    "down": "down",
    "up": "up",
    "ctrl+s": "ctrl+s",
    " ": "space",
}
"""What the page calls a key, where Textual calls it something else; any other word of more than a letter is typed."""

WRITERS: Final = {"The secretary"}


class Step(NamedTuple):
    key: str
    seen: tuple[str, ...]

    @property
    def keys(self) -> Iterable[str]:
        return (KEYS[self.key],) if self.key in KEYS else tuple(KEYS.get(letter, letter) for letter in self.key)


def walks() -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for section in re.split(r"^## ", TOUR.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name = section.partition(" – ")[0]
        rows = re.findall(r"^\| `([^`]+)` \|[^|]*\|(.*)\|$", section, re.MULTILINE)
        found[name] = [Step(key, tuple(re.findall(r"“([^”]*)”", said))) for key, said in rows]
    return found


@pytest.fixture
def ledger(who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo to read; for the secretary, a new ledger to write in, as the page makes one."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    if who not in WRITERS:
        return demo_at(tmp_path / "demo.vedtak")
    path = tmp_path / "scratch.vedtak"
    create_ledger(path, "scratch.test")
    return path


def test_there_is_a_walk_for_every_kind_of_user() -> None:
    assert list(walks()) == ["The auditor", "The administrator", "The secretary"]
    assert all(step.seen for steps in walks().values() for step in steps)


@pytest.mark.slow
@pytest.mark.parametrize("who", walks())
async def test_the_walk_can_be_walked(ledger: Path, who: str) -> None:
    role = "write" if who in WRITERS else "read"
    with speaking("en"), open_ledger(ledger, read_only=role == "read") as book:
        async with opened(book, on=today(), role=role) as pilot:
            for number, step in enumerate(walks()[who], 1):
                await press(pilot, *step.keys)
                for words in step.seen:
                    assert words in seen(pilot), f"step {number} of {who}, {step.key}:\n{seen(pilot)}"

"""Can an administrator, and nobody else, restore a moment, see beforehand what that gives, and open it?"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from ledger.proof.anchor import spelled
from ledger.record import Pen
from projections.reading import Reading
from tests.pens import FJORD, WRITER, person, population, register, rename
from tests.pilots import DAY, SIZES, Typed, at, opened, press, screen_of, seen, settled, told, until
from tui import restoring
from tui.ledgers import create_ledger, log_of, open_ledger
from tui.screens.restore import RestoreScreen
from tui.screens.timeline import TimelineScreen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from ledger.store import Book
    from tests.conftest import Run


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Book]:
    """1 to 3: an organisation, a person, another name; 4: the person erased; 5: a number."""
    path = tmp_path / "ours.vedtak"
    create_ledger(path, "vedtak.test/restore")
    with open_ledger(path) as book:
        times = iter(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=30 * step) for step in range(20))
        pen = Pen(book, WRITER, lambda: next(times))
        pen.record_all([register(FJORD), person("Kari Hemmelig"), rename(FJORD, "Fjordane")])
        gone = {"type": "personal-data-erased", "persons": ["person/kari"], "ground": "x", "decided_by": FJORD}
        pen.record({"effective": "2020-06-01", "knowledge": "documented", "event": gone})
        pen.record(population(FJORD, 5))
    with open_ledger(path, read_only=True) as book:
        yield book


async def done(pilot: Pilot[int]) -> RestoreScreen:
    await settled(pilot)
    screen = screen_of(pilot, RestoreScreen)
    assert not screen.busy
    return screen


@pytest.mark.parametrize("role", ["read", "write"])
async def test_only_an_administrator_has_the_screen(ours: Book, role: str) -> None:
    async with opened(ours, role=role) as pilot:
        await press(pilot, "8")
        assert at(pilot, TimelineScreen)
        assert "Restore" not in seen(pilot)
        await press(pilot, "question_mark", "question_mark", Typed("restore"))
        assert "choose a file and write the copy" not in told(pilot)
        assert "a moment restored" not in told(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_first_it_is_said_what_a_copy_would_hold(ours: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(ours, size, on=DAY, known=3, role="admin") as pilot:
        await press(pilot, "8")
        await done(pilot)
        assert " ".join(spelled(ours.root(3)).split()) in told(pilot)
        assert ("3 av 5" if spoken == "nb" else "3 of 5") in told(pilot)
        assert ("Utelatt 2 føringer, fra #4 av" if spoken == "nb" else "Left out 2 entries, from #4 on") in told(pilot)
        assert "#2 " in told(pilot)
        assert ("31. desember 2018" if spoken == "nb" else "31 December 2018") in seen(pilot)


async def test_it_is_the_copy_that_the_command_makes(ours: Book, vedtak: Run, tmp_path: Path) -> None:
    source = str(tmp_path / "ours.vedtak")
    async with opened(ours, on=DAY, known=3, role="admin", named=("--ledger", source)) as pilot:
        await press(pilot, "8")
        screen = await done(pilot)
        screen.write(tmp_path / "one.vedtak")
        screen = await done(pilot)
        words = screen.command_words()[1:]
    words[words.index("--to") + 1] = str(tmp_path / "two.vedtak")
    assert vedtak(*words).code == 0
    states = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("one", "two")]
    for state in states:
        state["restored"].pop("made_at")
    assert states[0] == states[1]


async def test_what_cannot_be_written_is_said_with_its_remedy(
    ours: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "taken.vedtak"
    taken.write_text("mine")
    async with opened(ours, on=DAY, role="admin") as pilot:
        await press(pilot, "8")
        screen = await done(pilot)
        await press(pilot, "ctrl+s")
        for name, problem in ((taken, "taken.vedtak"), (tmp_path / "no" / "x.vedtak", "There is no folder")):
            pilot.app.screen.query_one(Input).value = str(name)
            await press(pilot, "enter")
            assert "✗" in seen(pilot)
            assert problem in seen(pilot)
        await press(pilot, "escape")
        screen.write(taken)
        await done(pilot)
        assert "✗" in told(pilot)
        assert taken.read_text() == "mine"

        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(restoring, "_write_state", full)
        screen.write(tmp_path / "full.vedtak")
        await done(pilot)
        assert "No space left on device" in told(pilot)
        assert not (tmp_path / "full.vedtak").exists()


async def test_writing_stops_when_told_to_and_leaves_nothing(
    ours: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(ours, on=DAY, role="admin") as pilot:
        await press(pilot, "8")
        screen = await done(pilot)

        def slow(_path: Path, _reading: Reading, _told: Any) -> None:
            while not (screen.errand and screen.errand.is_cancelled):
                sleep(0.005)

        monkeypatch.setattr(restoring, "_write_state", slow)
        screen.write(tmp_path / "copy.vedtak")
        await until(pilot, lambda: "esc stops" in told(pilot))
        await press(pilot, "escape")
        assert "Stopped. Nothing was written." in told(pilot)
        assert screen.errand is not None
        screen.errand.join(60)
    assert not [name for name in os.listdir(tmp_path) if "copy" in name]  # noqa: PTH208 - nothing waits for it
    assert log_of(ours).head == 5

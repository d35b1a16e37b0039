"""When the disk is full, the file goes or the connection is lost: is it said, is nothing lost, does nothing break?

The program is the real one, in a real terminal; the disk is a small one that is really full.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger.entry import Actor
from ledger.record import Pen
from ledger.verify import verify
from tests.terminals import Terminal, terminal
from tui.ledgers import create_ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

FACTS: list[dict[str, Any]] = [
    {"type": "organisation-registered", "organisation": "organisation/raadet", "name": "Regionrådet",
     "kind": "regional_council"},
    {"type": "body-established", "body": "body/styret", "name": "Styret", "kind": "board", "effect": "evidenced",
     "owner": "organisation/raadet"},
    {"type": "document-registered", "document": "document/protokoll", "title": "Protokoll 3/18", "kind": "minutes",
     "holding": "reference_only"},
]  # fmt: skip
SIZES = [(120, 36), (80, 24)]
RECORD = "\x13"
ESCAPE = "\x1b"


def small_ledger(path: Path) -> Path:
    create_ledger(path, "test/failing")
    days = iter(datetime(2025, 6, 1, 12, tzinfo=UTC) + timedelta(days=number) for number in range(100))
    with open_ledger(path) as book:
        pen = Pen(book, Actor("per", "secretariat"), now=lambda: next(days))
        for event in FACTS:
            pen.record({"effective": "2012-01-01", "knowledge": "documented", "event": event})
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    return small_ledger(tmp_path / "disk" / "l.vedtak")


@contextmanager
def opened(path: Path, state: Path, size: tuple[int, int] = (120, 36)) -> Iterator[Terminal]:
    """The program as an administrator has it; it ends by a key and with nothing on the terminal that went wrong."""
    arguments = ["-m", "tui", "open", "--ledger", str(path), "--role", "admin", "--lang", "en", "--on", "2025-06-10"]
    with terminal(arguments, size, {"XDG_STATE_HOME": str(state)}) as window:
        window.shows("hashes ✓" if size[0] > 100 else "✓ 3")
        yield window
        assert window.leave() == 0
        assert "Traceback" not in window.output


def filled(window: Terminal) -> Terminal:
    """The form of an organisation, filled in and looked through."""
    window.press("a").shows("What happened?")
    window.press("Organisation registered").shows("Organisation registered")
    window.press("\r").shows("What changes")
    window.press("2019-01-01").press("\t", "Vik kommune").press("\t", "municipality").press("\t").quiet(0.6)
    return window


def verified(path: Path) -> int:
    """How many entries there are, once every hash has been made again and SQLite has looked at its file."""
    with open_ledger(path, read_only=True) as book:
        verdict = verify(book)
        assert verdict.findings == ()
        assert book.complaints() == []
    return verdict.entries


# ------------------------------------------------------------------------------------------------ a disk that is full


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if not sys.platform.startswith("linux") or mount is None:
        pytest.skip("only Linux has small disks in memory")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("a disk can be mounted by an administrator only")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leave not a byte free."""
    path = disk / "full"
    with path.open("wb", buffering=0) as file:
        for size in (65536, 1):
            while True:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    break
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("drafts", ["elsewhere", "on it"])
def test_a_full_disk_is_said_and_the_form_is_recorded_when_there_is_room(
    disk: Path, tmp_path: Path, size: tuple[int, int], drafts: str
) -> None:
    path = small_ledger(disk / "l.vedtak")
    state = disk / "state" if drafts == "on it" else tmp_path / "state"
    with opened(path, state, size) as window:
        filled(window)
        full = fill(disk)
        window.press(RECORD).quiet(0.5)
        if size == SIZES[1]:
            window.press(RECORD)
        window.shows("is full. Nothing was recorded.")
        assert "Make room on it, then try again." in window.recent()
        assert verified(path) == 3
        full.unlink()
        window.press(RECORD).shows("Recorded as #4")
        window.press(ESCAPE)
    assert verified(path) == 4

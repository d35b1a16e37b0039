"""When the disk is full, the file goes or the connection is lost: is it said, is nothing lost, does nothing break?

The program is the real one, in a real terminal; the disk is a small one that is really full.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.verify import verify
from projections.indexed import IndexedLog
from tests.pens import record_board
from tests.pilots import app_of, press, seen, speaking
from tests.pilots import opened as opened_by_keys
from tests.terminals import ESCAPE, Terminal, terminal
from tui.ledgers import create_ledger, open_ledger
from tui.modes import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.pilot import Pilot

pytestmark = pytest.mark.slow

SIZES = [(120, 36), (80, 24)]
RECORD, QUIT = "\x13", "\x11"


def small_ledger(path: Path) -> Path:
    create_ledger(path, "test/failing")
    with open_ledger(path) as book:
        record_board(book)
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
def test_a_full_disk_is_said_and_the_form_is_recorded_when_there_is_room(
    disk: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = small_ledger(disk / "l.vedtak")
    with opened(path, tmp_path / "state", size) as window:
        filled(window)
        full = fill(disk)
        if size == SIZES[1]:  # the preview comes before recording where there is no room for both
            window.press(RECORD).shows("What changes")
        window.press(RECORD)
        window.shows("is full.").shows("Make room on it")
        window.shows("The draft is kept.")
        assert verified(path) == 3
        full.unlink()
        window.press(RECORD).shows("Recorded as #4")
        window.press(ESCAPE)
    assert verified(path) == 4
    assert not list((tmp_path / "state").rglob("*.json")), "recorded, and no draft any more"


def test_a_form_that_cannot_be_kept_is_not_left_unasked(disk: Path) -> None:
    path = small_ledger(disk / "l.vedtak")
    with opened(path, disk / "state") as window:
        full = fill(disk)
        filled(window).shows("the draft could not be")
        window.press(RECORD).shows("Stay here until")
        window.press(ESCAPE).quiet(0.5)
        assert "Organisation registered" in window.drawn(), "the form is still there"
        window.press("1").quiet(0.6)  # something else is written: it is asked again, whatever key leaves
        window.press(QUIT).shows("leave without it")
        window.press("\x7f").quiet(0.6)
        full.unlink()
        window.press(RECORD).shows("Recorded as #4")
        window.press(ESCAPE)
    assert verified(path) == 4


def test_a_disk_that_takes_no_more_is_said_whoever_runs_it(ledger: Path, tmp_path: Path) -> None:
    """Files of the program may grow no longer: what a quota does, and what needs no disk of its own."""
    resource = pytest.importorskip("resource", reason="this system has no limits for the files of one process")
    if not hasattr(resource, "prlimit"):
        pytest.skip("only Linux limits the files of another process")
    with opened(ledger, tmp_path / "state") as window:
        filled(window)
        before = resource.prlimit(window.child.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        window.press(RECORD).shows("reports an error").shows("The draft is kept.")
        resource.prlimit(window.child.pid, resource.RLIMIT_FSIZE, before)
        assert verified(ledger) == 3
        window.press(RECORD).shows("Recorded as #4")
        window.press(ESCAPE)
    assert verified(ledger) == 4


# ------------------------------------------------------------------------------------------------ a terminal that goes


def test_a_terminal_that_goes_ends_the_program_and_the_form_is_kept(ledger: Path, tmp_path: Path) -> None:
    """Also where it is not the system that ends it: a program started apart has no terminal to be ended with."""
    arguments = ["-m", "tui", "open", "--ledger", str(ledger), "--role", "admin", "--lang", "en", "--on", "2025-06-10"]
    with terminal(arguments, environment={"XDG_STATE_HOME": str(tmp_path / "state")}) as window:
        window.shows("hashes ✓")
        filled(window)
        window.hang_up()
        window.child.wait(60)
    assert "Vik kommune" in next((tmp_path / "state").rglob("*.json")).read_text(encoding="utf-8")
    assert verified(ledger) == 3


# ------------------------------------------------------------------------------------------------ a ledger that goes


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.vedtak"))


def replaced(path: Path) -> None:
    other = path.with_name("other.vedtak")
    shutil.copy(path, other)
    other.replace(path)


def damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xaa" * (path.stat().st_size - 4096))


def without_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("entry", "point", "word"):
            connection.execute(f"ALTER TABLE {table} RENAME TO no_{table}")


GONE = ("The file is gone from its place", "Bring it back, or quit and open the one that is there.")


@pytest.mark.parametrize(
    ("spoil", "problem", "remedy"),
    [
        (moved, *GONE),
        (replaced, *GONE),
        (damaged, "is damaged and cannot be read.", "bring back a copy from backup"),
        (without_tables, "cannot be read", "! looks again|bring back a copy from backup"),
    ],
    ids=["moved", "replaced", "damaged", "without tables"],
)
def test_every_screen_says_that_the_ledger_is_gone_and_goes_on(
    ledger: Path, tmp_path: Path, spoil: Callable[[Path], None], problem: str, remedy: str
) -> None:
    with opened(ledger, tmp_path / "state", (80, 24)) as window:
        spoil(ledger)
        window.quiet(1.2)
        for mode in MODES.values():
            window.press(
                mode.key, "j", "<", "\r", ESCAPE, "w", ESCAPE, ":", "sty", ESCAPE, "f", ESCAPE, "r", ESCAPE, "!"
            )
            shown = window.quiet(0.3).drawn()
            assert problem in shown, mode.title
            assert re.search(remedy, shown), mode.title
        if spoil is moved:
            ledger.with_name("elsewhere.vedtak").rename(ledger)
            window.quiet(1.5)
            assert problem not in window.press("1").drawn()
            assert "Regionrådet" in window.drawn()


def test_a_form_survives_its_ledger(ledger: Path, tmp_path: Path) -> None:
    with opened(ledger, tmp_path / "state") as window:
        filled(window)
        moved(ledger)
        window.press(RECORD).shows("longer").shows("The draft is kept.")  # the sentence is cut where its pane ends
        ledger.with_name("elsewhere.vedtak").rename(ledger)
        window.press(RECORD).shows("Recorded as #4")
        window.press(ESCAPE)
    assert verified(ledger) == 4


def test_a_ledger_kept_busy_by_another_program_is_said_and_the_form_kept(ledger: Path, tmp_path: Path) -> None:
    with opened(ledger, tmp_path / "state") as window, closing(sqlite3.connect(ledger)) as other:
        filled(window)
        other.execute("BEGIN IMMEDIATE")
        window.press(RECORD).shows("has kept").shows("busy for too long.")
        window.shows("Close the other program").shows("The draft is kept.")
        other.rollback()
        window.press(RECORD).shows("Recorded as #4")
        window.press(ESCAPE)
    assert verified(ledger) == 4


def test_what_was_typed_last_is_kept_when_the_program_is_left(ledger: Path, tmp_path: Path) -> None:
    with opened(ledger, tmp_path / "state") as window:
        filled(window).press("\x1b[Z", "\x1b[Z", " i nord")
    (kept,) = (tmp_path / "state").rglob("*.json")
    assert "Vik kommune i nord" in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", MODES)
async def test_a_lost_connection_is_said_on_every_screen_and_another_is_made(ledger: Path, mode: str) -> None:
    with speaking("en"), open_ledger(ledger) as book:
        async with opened_by_keys(book, (80, 24), role="admin") as pilot:
            await press(pilot, MODES[mode].key)
            lose_connection(pilot)
            await press(pilot, "less_than_sign")
            shown = " ".join(seen(pilot).split())
            assert "Cannot operate on a closed database" in shown
            assert "! looks again" in shown
            await press(pilot, "exclamation_mark")
            assert "closed database" not in seen(pilot)
            assert "30 November 2018" in seen(pilot), "the day that was asked for"
            await press(pilot, "1")
            assert "Regionrådet" in seen(pilot)


@pytest.mark.parametrize("mode", MODES)
async def test_looking_again_mends_a_lost_connection_that_nobody_noticed(ledger: Path, mode: str) -> None:
    with speaking("en"), open_ledger(ledger) as book:
        async with opened_by_keys(book, (80, 24), role="admin") as pilot:
            await press(pilot, MODES[mode].key)
            lose_connection(pilot)
            await press(pilot, "exclamation_mark", "less_than_sign")
            assert "closed database" not in seen(pilot)


def lose_connection(pilot: Pilot[int]) -> None:
    log = app_of(pilot).journal
    assert isinstance(log, IndexedLog)
    log.connection.close()


# ------------------------------------------------------------------------------------------------ a small terminal


def test_a_terminal_that_is_too_small_says_so_and_nothing_is_lost(ledger: Path, tmp_path: Path) -> None:
    with opened(ledger, tmp_path / "state") as window:
        filled(window)
        for size in ((30, 8), (1, 1), (3, 2), (39, 9)):
            window.resize(*size)
        assert "Too small" in window.words()
        window.resize(120, 36)
        assert "Vik kommune" in window.words()
        window.press(RECORD).shows("Recorded as #4")
        window.press(ESCAPE)
    assert verified(ledger) == 4

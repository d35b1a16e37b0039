"""Is an entry that was acknowledged still there after a crash, and does every writer get its turn?"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import Conflict, Refused
from ledger.record import Pen
from ledger.store import open_book
from ledger.store.api import DCBEvent, LedgerEvent
from ledger.store.sqlite import create_ledger_file, open_ledger
from tests.pens import FJORD, WRITER, person, register

PROJECT = Path(__file__).parent.parent
ORIGIN = "vedtak.test/regionrad"


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    path = tmp_path / "a ledger.vedtak"
    create_ledger_file(path, ORIGIN)
    return path


def entry(number: int) -> LedgerEvent:
    return LedgerEvent("noted", b"entry %d" % number, ["a"], recorded_at=number)


# Says the new head after every append, and never before the append has returned.
STEADY_WRITER = """
import sys
from pathlib import Path
from ledger.store.api import LedgerEvent
from ledger.store.sqlite import open_ledger

recorder = open_ledger(Path(sys.argv[1]))
head = 0
for _ in range(20_000):  # far more than it will live to see
    numbers = (head + 1, head + 2)
    head = recorder.append([LedgerEvent("noted", b"entry %d" % n, ["a", f"n:{n}"], recorded_at=n) for n in numbers])
    print(head, flush=True)
"""

# Writes until it is told to stop, with pauses for thought; then says how often, and its longest wait in seconds.
THOUGHTFUL_WRITER = """
import sys, time
from pathlib import Path
from ledger.store.api import LedgerEvent, StampNotLater
from ledger.store.sqlite import open_ledger

recorder = open_ledger(Path(sys.argv[1]))
print("ready", flush=True)
end = float(sys.stdin.readline())
appends, longest = 0, 0.0
while time.time() < end:
    began = time.perf_counter()
    stamp = recorder.last_recorded_at()
    while True:
        try:
            recorder.append([LedgerEvent("noted", b"from a writer", ["a"], recorded_at=stamp + 1)])
            break
        except StampNotLater as refusal:
            stamp = refusal.last
    longest = max(longest, time.perf_counter() - began)
    appends += 1
    time.sleep(0.01)
recorder.close()
print(appends, longest)
"""


def start(program: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(8))
def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path, trial: int) -> None:
    chance = random.Random(trial)  # noqa: S311 - when to kill, not a secret
    path = tmp_path / "killed.vedtak"
    create_ledger_file(path, "vedtak.test/killed")
    with start(STEADY_WRITER, path) as writer:
        assert writer.stdout
        assert writer.stderr
        said = [writer.stdout.readline() for _ in range(chance.randint(1, 150))]
        time.sleep(chance.uniform(0, 0.003))  # somewhere inside an append
        writer.kill()
        said += writer.stdout.readlines()  # what was on its way when it died; the last line may be cut short
        assert writer.stderr.read() == ""
    acknowledged = max(int(line) for line in said if line.endswith("\n"))

    with closing(open_ledger(path)) as recorder:
        head = recorder.head()
        assert head >= acknowledged
        assert head % 2 == 0  # an append of two is there whole or not at all
        assert list(recorder.stream()) == [(n, b"entry %d" % n) for n in range(1, head + 1)]
        assert recorder.last_recorded_at() == head
        assert [found.event.tags for found in recorder.read()] == [["a", f"n:{n}"] for n in range(1, head + 1)]
        assert recorder.append([DCBEvent("noted", b"life goes on")]) == head + 1
    with closing(open_ledger(path)) as recorder, recorder.datastore.transaction(commit=False) as c:
        c.execute("PRAGMA integrity_check")
        assert c.fetchall() == [("ok",)]


@pytest.mark.slow
def test_four_writers_at_once_all_get_their_turn(tmp_path: Path) -> None:
    path = tmp_path / "shared.vedtak"
    create_ledger_file(path, "vedtak.test/shared")
    writers = [start(THOUGHTFUL_WRITER, path) for _ in range(4)]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    end = time.time() + 2
    answers = []
    for writer in writers:
        assert writer.stdin
        writer.stdin.write(f"{end}\n")
        writer.stdin.flush()
    for writer in writers:
        said, errors = writer.communicate(timeout=30)
        assert (writer.returncode, errors) == (0, "")
        answers.append(said.split())
    appends = [int(count) for count, _ in answers]
    longest_waits = [float(wait) for _, wait in answers]

    with closing(open_ledger(path, read_only=True)) as recorder:
        assert [position for position, _ in recorder.stream()] == list(range(1, sum(appends) + 1))
        assert recorder.last_recorded_at() == sum(appends)
    assert min(appends) >= 0.5 * max(appends)
    assert max(longest_waits) < 1, "somebody waited for half of the time"
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith(("-wal", "-shm"))] == []


# ---- beside other connections, on one machine


def test_reading_goes_on_while_somebody_writes(ledger_file: Path) -> None:
    with closing(open_ledger(ledger_file)) as writer, closing(open_ledger(ledger_file)) as reader:
        writer.append([entry(1)])
        with writer.datastore.transaction(commit=True) as c:
            c.execute("INSERT INTO entry VALUES (2, 1, 9, NULL, '[]', x'00')")
            assert (reader.head(), writer.head()) == (1, 1)
            assert len(list(reader.stream())) == len(list(reader.read())) == 1
        assert reader.head() == 2


def test_waiting_for_others_ends_with_an_explanation(ledger_file: Path) -> None:
    with (
        closing(open_ledger(ledger_file)) as first,
        closing(open_ledger(ledger_file, lock_timeout=0.05)) as second,
    ):
        with (
            first.datastore.transaction(commit=True),
            pytest.raises(Conflict, match="Others have been writing"),
        ):
            second.append([entry(1)])
        with closing(sqlite3.connect(ledger_file, isolation_level=None)) as shell:
            shell.execute("BEGIN IMMEDIATE")  # a program that knows nothing of the lock file
            with pytest.raises(Conflict, match="busy"):
                second.append([entry(1)])
        assert second.append([entry(1)]) == 1


def test_a_write_keeps_out_programs_that_know_nothing_of_the_lock_file(ledger_file: Path) -> None:
    with (
        closing(open_ledger(ledger_file)) as recorder,
        closing(sqlite3.connect(ledger_file, timeout=0, isolation_level=None)) as shell,
        recorder.datastore.transaction(commit=True),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        shell.execute("BEGIN IMMEDIATE")


def test_a_full_disk_costs_nothing_but_the_append(ledger_file: Path) -> None:
    def limit_pages(count: int) -> None:
        with recorder.datastore.transaction(commit=False) as c:
            c.execute(f"PRAGMA max_page_count = {count}")

    with closing(open_ledger(ledger_file)) as recorder:
        recorder.append([entry(1)])
        limit_pages(1)  # which SQLite takes as: not one page more than now
        with pytest.raises(Refused, match="full"):
            recorder.append([LedgerEvent("noted", b"x" * 100_000, ["a"], recorded_at=2)])
        assert recorder.head() == 1
        limit_pages(10_000)
        assert recorder.append([entry(2)]) == 2


def test_read_only_writes_nothing_and_makes_no_lock(ledger_file: Path) -> None:
    with closing(open_ledger(ledger_file, read_only=True)) as recorder:
        assert (recorder.origin, list(recorder.stream()), list(recorder.read())) == (ORIGIN, [], [])
        with pytest.raises(Refused):
            recorder.append([entry(1)])
        with pytest.raises(Exception, match="readonly"), recorder.datastore.transaction(commit=False) as c:
            c.execute("INSERT INTO entry VALUES (1, 1, 9, NULL, '[]', x'00')")
    assert list(ledger_file.parent.iterdir()) == [ledger_file]


def test_every_connection_is_durable_and_forgets_what_is_deleted(ledger_file: Path) -> None:
    with closing(open_ledger(ledger_file)) as recorder, recorder.datastore.transaction(commit=False) as c:
        found = {}
        for pragma in ("synchronous", "secure_delete", "foreign_keys", "journal_mode"):
            c.execute(f"PRAGMA {pragma}")
            found[pragma] = c.fetchone()[0]
    assert found == {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "journal_mode": "wal"}


LOOK = """
import sys
from pathlib import Path
from ledger.store import open_book

with open_book(Path(sys.argv[1]), read_only=True) as book:
    print(book.head())
"""


def test_what_is_recorded_after_another_process_has_looked_is_there_when_this_one_is_killed(ledger_file: Path) -> None:
    """A process that closes a file loses its locks on it; without them, the other would remove the log."""

    def seen_by_another() -> int:
        look = [sys.executable, "-c", LOOK, str(ledger_file)]
        return int(subprocess.run(look, check=True, capture_output=True, cwd=PROJECT).stdout)

    with open_book(ledger_file) as reading, open_book(ledger_file) as book:
        pen = Pen(book, WRITER)
        pen.record(register(FJORD))
        assert seen_by_another() == 1
        pen.record(person("Kari"))
        assert seen_by_another() == 2  # not only when this process closes it, which a killed one never does
        assert reading.head() == 2

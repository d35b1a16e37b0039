"""Is every rule true when an entry is stored, whoever else is writing?"""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest

from ledger.errors import Conflict, Refused
from ledger.record import ATTEMPTS, Pen
from ledger.store import Book, open_book
from tests.pens import (
    DAL,
    FJORD,
    NAMESPACE,
    PROJECT,
    an_hour_ahead,
    annul,
    before_append,
    command,
    corrects,
    name_on,
    population,
    register,
    rename,
)

# ---- others write at the same time; the pen tried here is an hour ahead, so that only its boundary can notice them


def test_a_rule_is_checked_again_when_what_it_read_was_written_meanwhile(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record(register(FJORD))
    attempts = before_append(monkeypatch, book, lambda time: time == 1 and other.record(rename(FJORD, "Nyfjord")))
    with pytest.raises(Refused, match="Nyfjord bears that name already"):
        an_hour_ahead(book).record(rename(FJORD, "Nyfjord"))
    assert attempts == [1]
    assert book.head() == 2


def test_what_is_still_legal_is_recorded_at_the_second_try(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record(register(FJORD))
    attempts = before_append(monkeypatch, book, lambda time: time == 1 and other.record(rename(FJORD, "Nyfjord")))
    outcome = an_hour_ahead(book).record(rename(FJORD, "Storfjord", "2020-01-01"))
    assert (attempts, outcome.position) == ([1, 2], 3)
    assert name_on(pen, FJORD, date(2020, 1, 1)) == "Storfjord"


def test_the_boundary_is_what_the_rule_read_not_only_what_the_event_names(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    def place(body: str, under: str) -> dict[str, Any]:
        return command("body-placed", body=f"body/{body}", under=f"body/{under}")

    established = {"kind": "committee", "effect": "decided"}
    pen.record_all([command("body-established", body=f"body/{name}", name=name, **established) for name in "abcd"])
    pen.record_all([place("b", "c"), place("d", "a")])
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(place("c", "d")))
    with pytest.raises(Refused, match="a would stand under itself"):  # a under b under c under d under a
        an_hour_ahead(book).record(place("a", "b"))
    assert book.head() == 7


def test_two_who_create_the_same_thing(monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen) -> None:
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(register(FJORD)))
    with pytest.raises(Refused, match="on record already"):
        an_hour_ahead(book).record(register(FJORD))
    assert book.head() == 1


def test_two_who_send_the_same_command(monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen) -> None:
    asked = register(FJORD)
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(asked))
    outcome = an_hour_ahead(book).record(asked)
    assert (outcome.position, outcome.repeated, outcome.entry.recorded_by.name) == (1, True, "Ola")
    assert book.head() == 1


def test_two_who_use_the_same_id_for_different_things(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    asked = register(FJORD)
    theirs = {**register(DAL, "Dal"), "command": asked["command"]}
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(theirs))
    with pytest.raises(Refused, match="something else, in entry #1"):
        an_hour_ahead(book).record(asked)
    assert book.head() == 1


def test_two_who_correct_the_same_entry(monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1)])
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(annul(2)))
    with pytest.raises(Refused, match="corrected by #3 already"):
        an_hour_ahead(book).record(population(FJORD, 2, _corrects=corrects(2)))
    assert book.head() == 3


def test_a_dependant_that_came_meanwhile_stops_the_annulment(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record(register(FJORD))
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(population(FJORD, 1)))
    with pytest.raises(Refused, match="is used by #2"):
        an_hour_ahead(book).record(annul(1))
    assert book.head() == 2


def test_what_others_write_elsewhere_only_moves_the_position(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record(register(FJORD))
    attempts = before_append(monkeypatch, book, lambda _: other.record(register(DAL, "Dal")))
    commands = [rename(FJORD, "Nyfjord"), population(FJORD, 1)]
    outcomes = an_hour_ahead(book).record_all(commands)
    assert attempts == [1], "no rule had read what was written"
    assert [outcome.position for outcome in outcomes] == [3, 4]
    entries = list(book.entries())
    assert entries[2:] == [outcome.entry for outcome in outcomes]
    assert [entry.command for entry in entries[2:]] == [asked["command"] for asked in commands]


def test_what_others_write_later_than_the_stamp_asks_for_a_new_stamp(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record(register(FJORD))
    attempts = before_append(monkeypatch, book, lambda time: time == 1 and other.record(register(DAL, "Dal")))
    outcome = pen.record(rename(FJORD, "Nyfjord"))
    assert (attempts, outcome.position, outcome.clock_behind) == ([1, 2], 3, None)
    stamps = [entry.recorded_us for entry in book.entries()]
    assert stamps == sorted(set(stamps))


def test_a_batch_that_corrects_its_own_entry_is_not_moved_onto_somebody_elses(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record(register(FJORD))
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(register(DAL, "Dal")))
    batch = [population(FJORD, 1), population(FJORD, 2, _corrects=corrects(2))]
    with pytest.raises(Conflict):
        an_hour_ahead(book).record_all(batch)
    assert [entry.wire_name for entry in book.entries()] == ["organisation-registered"] * 2


def test_being_overtaken_again_and_again_ends_with_an_explanation(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record(register(FJORD))
    attempts = before_append(
        monkeypatch, book, lambda time: other.record(population(FJORD, time, effective=f"20{time + 18}-01-01"))
    )
    mine = rename(FJORD, "Nyfjord")
    with pytest.raises(Conflict, match=f"after {ATTEMPTS} tries nothing was recorded"):
        an_hour_ahead(book).record(mine)
    assert len(attempts) == ATTEMPTS
    assert mine["command"] not in {entry.command for entry in book.entries()}
    monkeypatch.undo()
    assert an_hour_ahead(book).record(mine).position == book.head() == ATTEMPTS + 2


# ---- real processes

# Half of what each one records is about the same thing, so they are in each other's way; trying once more is safe.
RECORDER = """
import sys
from pathlib import Path
from uuid import UUID, uuid5
from ledger.entry import Actor
from ledger.errors import Conflict
from ledger.record import Pen
from ledger.store import open_book

path, who = Path(sys.argv[1]), sys.argv[2]
with open_book(path) as book:
    pen = Pen(book, Actor(who, "secretariat"))
    pen.catch_up()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(15):
        about = "organisation/fjord" if number % 2 else "organisation/" + who
        event = {"type": "annotation-added", "about": about, "kind": "doubt", "text": f"{who} {number}"}
        id = str(uuid5(UUID("5f4dcc3b-5aa7-4000-8000-000000000000"), f"{who} {number}"))
        while True:
            try:
                pen.record({"command": id, "effective": "2018-01-01", "knowledge": "witnessed", "event": event})
                break
            except Conflict:
                print("overtaken", flush=True)
"""


@pytest.mark.slow
def test_three_processes_at_once_lose_nothing(path: Path, pen: Pen) -> None:
    names = ["anne", "berit", "cecilie"]
    pen.record_all([register(FJORD), *(register(f"organisation/{name}", name) for name in names)])
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", RECORDER, str(path), name],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert (writer.returncode, errors) == (0, "")

    with open_book(path, read_only=True) as book:
        entries = list(book.entries())
        assert [position for position, _ in book.recorder.stream()] == list(range(1, 4 + 45 + 1))
    expected = {str(uuid5(NAMESPACE, f"{name} {number}")) for name in names for number in range(15)}
    assert {entry.command for entry in entries[4:]} == expected
    times = [entry.recorded_us for entry in entries]
    assert all(earlier < later for earlier, later in pairwise(times))
    for name in names:
        told = [str(entry.event.text) for entry in entries[4:] if entry.recorded_by.name == name]
        assert told == [f"{name} {number}" for number in range(15)], "in the order it was recorded"

"""Is the index the same however it grew, does what was known stay, and is one that lacks entries left unused?"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from sqlite3 import Connection, connect
from typing import Any

import pytest

from ledger.entry import Entry, decode
from ledger.journal import Journal, Log, tags
from ledger.store import WHOLE_LEDGER, Sealed, open_book
from ledger.store.sqlite import open_ledger as open_recorder
from ledger.store.sqlite_names import SQLiteNames
from projections.index import TABLES, Index, words
from projections.indexed import IndexedLog, is_current
from tests.dense_ledgers import (
    ORGANISATIONS,
    ORIGIN,
    PARTNERSHIPS,
    Manner,
    Oracle,
    Tally,
    batches,
    compare,
    dense,
    manner,
    on,
    recorded,
    stored,
)
from tui.ledgers import create_ledger, log_of, open_ledger

PROJECT = Path(__file__).parent.parent
SEEDS = range(40)
HARD = Manner(entries=60, days=10, doubt=0.2)


def chance_of(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a history, not a secret


def sealed(entry: Entry) -> Sealed:
    return Sealed(entry, tags(entry))


def rows(connection: Connection) -> dict[str, list[Any]]:
    """Every table of the index but the words, with the names that its numbers stand for."""
    names = dict(connection.execute("SELECT number, text FROM name"))
    found: dict[str, list[Any]] = {}
    for table in TABLES:
        if table == "word":
            continue
        told = connection.execute(f"SELECT * FROM {table}")
        named = [
            column[0] in {"entity", "attribute", "key", "account", "scope", "value"} for column in told.description
        ]
        found[table] = sorted(
            (
                [names.get(value, value) if name else value for name, value in zip(named, row, strict=True)]
                for row in told
            ),
            key=repr,
        )
    return found


def said(log: IndexedLog) -> dict[str, Sequence[int]]:
    """Where each word of the ledger is found."""
    asked = {word for _, entry in log.numbered() for word in words(f"{entry.event} {entry.effective}")}
    return {word: log.containing(word, log.head) for word in sorted(asked)}


@contextmanager
def file_with(path: Path, entries: Sequence[Entry], sizes: Sequence[int]) -> Iterator[Connection]:
    """A ledger file, recorded through the book, open for reading."""
    create_ledger(path, ORIGIN)
    with open_ledger(path) as book:
        begun = 0
        for size in sizes:
            begun = book.append([sealed(entry) for entry in entries[begun : begun + size]], WHOLE_LEDGER, begun)
    with closing(connect(path)) as connection:
        yield connection


# ---- however it grew


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_the_same_whatever_the_batches(seed: int) -> None:
    chance = chance_of(seed)
    entries = dense(chance, manner(chance))
    events = [stored(entry) for entry in entries]
    one_by_one = [1] * len(events)
    with recorded(events, batches(chance, len(events))) as some, recorded(events, one_by_one) as single:
        assert rows(some) == rows(single)
        assert said(IndexedLog(some)) == said(IndexedLog(single))


@pytest.mark.parametrize("seed", range(6))
def test_rebuilt_from_the_log_it_is_the_one_that_grew(seed: int, tmp_path: Path) -> None:
    chance = chance_of(seed)
    entries = dense(chance, HARD._replace(lawless=seed > 3))
    path = tmp_path / "ledger.vedtak"
    with file_with(path, entries, batches(chance, len(entries))) as connection:
        grown, found = rows(connection), said(IndexedLog(connection))
        names = connection.execute("SELECT * FROM name").fetchall()
        index = Index()
        with closing(open_recorder(path)) as recorder, recorder.datastore.transaction(commit=True) as cursor:
            c = cursor.sqlite_cursor
            index.drop(c)
            assert index.head(c) is None
            index.create(c)
            begun = 0
            for size in batches(chance, len(entries)):
                index.append(
                    c, SQLiteNames(c, {}), begun + 1, [stored(entry) for entry in entries[begun : begun + size]]
                )
                begun += size
        assert rows(connection) == grown
        assert said(IndexedLog(connection)) == found
        assert connection.execute("SELECT * FROM name").fetchall() == names  # a rebuild invents no name


@pytest.mark.parametrize("seed", range(4))
def test_a_ledger_file_answers_as_replay_does(seed: int, tmp_path: Path) -> None:
    chance = chance_of(seed)
    entries = dense(chance, HARD)
    tally = Tally()
    with file_with(tmp_path / "ledger.vedtak", entries, batches(chance, len(entries))) as connection:
        compare(tally, IndexedLog(connection), Oracle(entries), chance, HARD.days, 40)
    assert tally.wrong == []


def test_every_word_of_an_entry_is_found_and_no_other() -> None:
    chance = chance_of(1)
    entries = dense(chance, HARD)
    with recorded([stored(entry) for entry in entries], [7] * 9) as connection:
        log = IndexedLog(connection)
        assert log.containing("ÆRFUGLØYA", log.head) == [
            position for position, entry in reversed(list(log.numbered())) if "Ærfugløya" in str(entry.event)
        ]
        assert log.containing("arfugloya", log.head) == []
        assert log.containing("  ", log.head) == []
        assert log.containing("dense", log.head) == []  # where it was recorded is no part of what it says


# ---- as time goes


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_known_stays_known(seed: int) -> None:
    """Whatever is recorded later, every answer with K up to the old head stays, of an index open all the while too."""
    chance = chance_of(seed)
    told = manner(chance)._replace(lawless=False)
    entries = dense(chance, told)
    events = [stored(entry) for entry in entries]
    old = chance.randint(1, len(entries))
    moments = [(on(chance.randint(-1, told.days)), chance.randint(0, old)) for _ in range(15)]
    with recorded(events[:old], [old]) as connection:
        then = [IndexedLog(connection).history.at(*moment) for moment in moments]
    with recorded(events, [old, *[1] * (len(events) - old)]) as connection:
        assert [IndexedLog(connection).history.at(*moment) for moment in moments] == then


@pytest.mark.parametrize("seed", range(20))
def test_a_log_that_is_behind_answers_for_what_it_has_and_catches_up(seed: int, tmp_path: Path) -> None:
    chance = chance_of(seed)
    entries = dense(chance, HARD._replace(entries=30))
    old = chance.randint(1, 29)
    tally = Tally()
    with (
        file_with(tmp_path / "ledger.vedtak", entries[:old], [old]) as connection,
        open_ledger(tmp_path / "ledger.vedtak") as book,
    ):
        log = IndexedLog(connection)
        compare(tally, log, Oracle(entries[:old]), chance, HARD.days, 2)
        book.append([sealed(entry) for entry in entries[old:]], WHOLE_LEDGER, old)
        log.history.forget()  # so that everything is read anew, with what is there now
        compare(tally, log, Oracle(entries[:old]), chance, HARD.days, 5)
        assert (log.head, log.advance()) == (old, len(entries))
        compare(tally, log, Oracle(entries), chance, HARD.days, 5)
    assert tally.wrong == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fork_goes_on_from_the_index(seed: int) -> None:
    chance = chance_of(seed)
    told = manner(chance)._replace(lawless=False)
    entries = dense(chance, told)
    old = chance.randint(0, len(entries) - 1)
    oracle = Oracle(entries)
    with recorded([stored(entry) for entry in entries[:old]], [old] * bool(old)) as connection:
        log = IndexedLog(connection)
        fork = log.fork()
        fork.extend(entries[old:])
        assert fork.head == len(entries)
        for _ in range(15):
            day, known = on(chance.randint(-1, told.days)), chance.randint(0, fork.head)
            assert fork.history.at(day, known) == oracle.at(day, known)
            assert log.history.at(day, min(known, old)) == oracle.at(day, min(known, old))
        for position in range(1, fork.head + 1):
            assert fork.entry(position) == entries[position - 1]
            assert fork.history.place(position) == oracle.place(position)
            assert fork.withdrawn_by(position) == oracle.withdrawn_by(position, fork.head)
        assert {*fork.history.entities()} == {*oracle.entities}
        for scope in PARTNERSHIPS:
            placed = {entity for where, entity in oracle.placed if where == scope}
            assert {*fork.history.placed_in(scope)} == placed


# ---- an index that lacks entries


def test_an_index_that_lacks_entries_is_not_used_and_not_added_to(tmp_path: Path) -> None:
    chance = chance_of(3)
    entries = dense(chance, HARD)
    path = tmp_path / "ledger.vedtak"
    oracle = Oracle(entries)
    with file_with(path, entries[:20], [20]) as connection:
        assert is_current(connection)
        open_all_the_while = IndexedLog(connection)
        with open_book(path) as unaware:
            unaware.append([sealed(entry) for entry in entries[20:40]], WHOLE_LEDGER, 20)
        assert not is_current(connection)
        with open_ledger(path) as book:
            book.append([sealed(entry) for entry in entries[40:]], WHOLE_LEDGER, 40)
            assert not is_current(connection)
            assert connection.execute("SELECT head FROM indexed").fetchone() == (20,)
            log = log_of(book)
            assert isinstance(log, Journal)
            same_everywhere(log, oracle, chance)
        # It never says that it knows of entries which its index lacks.
        assert open_all_the_while.advance() == 20
        same_everywhere(open_all_the_while, Oracle(entries[:20]), chance)


@pytest.mark.parametrize(
    "spoil", ["UPDATE indexed SET version = version + 1", "DROP TABLE indexed", "UPDATE indexed SET head = head - 1"]
)
def test_an_index_of_another_version_or_none_is_not_used(tmp_path: Path, spoil: str) -> None:
    chance = chance_of(4)
    entries = dense(chance, HARD)
    path = tmp_path / "ledger.vedtak"
    with file_with(path, entries, [60]) as connection:
        with open_ledger(path) as book:
            assert isinstance(log_of(book), IndexedLog)
        connection.execute(spoil)
        connection.commit()
        with open_ledger(path) as book:
            log = log_of(book)
            assert isinstance(log, Journal)
            same_everywhere(log, Oracle(entries), chance)


def same_everywhere(log: Log, oracle: Oracle, chance: Random) -> None:
    assert log.head == oracle.head
    for _ in range(10):
        day, known = on(chance.randint(-1, HARD.days)), chance.randint(0, oracle.head)
        assert log.history.at(day, known) == oracle.at(day, known)


# ---- after a crash

# Says the new head after every append, and never before the append has returned.
STEADY_WRITER = """
import sys
from pathlib import Path
from random import Random
from ledger.journal import tags
from ledger.store import WHOLE_LEDGER, Sealed
from tests.dense_ledgers import Manner, dense
from tui.ledgers import open_ledger

entries = dense(Random(int(sys.argv[2])), Manner(400, 30, 0.2))
with open_ledger(Path(sys.argv[1])) as book:
    head = 0
    while head < len(entries):
        batch = [Sealed(entry, tags(entry)) for entry in entries[head : head + 3]]
        head = book.append(batch, WHOLE_LEDGER, head)
        print(head, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(4))
def test_after_a_kill_the_index_has_every_entry_and_answers_as_replay_does(tmp_path: Path, trial: int) -> None:
    chance = chance_of(trial)
    path = tmp_path / "killed.vedtak"
    create_ledger(path, ORIGIN)
    command = [sys.executable, "-c", STEADY_WRITER, str(path), str(trial)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stderr
        heads = [writer.stdout.readline() for _ in range(chance.randint(1, 60))]
        time.sleep(chance.uniform(0, 0.003))  # somewhere inside an append
        writer.kill()
        heads += writer.stdout.readlines()  # the last line may be cut short
        assert writer.stderr.read() == ""
    acknowledged = max(int(line) for line in heads if line.endswith("\n"))

    tally = Tally()
    with open_ledger(path) as book:
        entries = [decode(data, position) for position, data in enumerate(book.stream(), 1)]
        assert len(entries) >= acknowledged
        log = log_of(book)
        assert isinstance(log, IndexedLog)
        compare(tally, log, Oracle(entries), chance, 30, 20)
        more = dense(chance_of(trial), Manner(400, 30, 0.2))[len(entries) :][:20]
        book.append([sealed(entry) for entry in more], WHOLE_LEDGER, len(entries))
        log.advance()
        compare(tally, log, Oracle([*entries, *more]), chance, 30, 20)
    assert tally.wrong == []


def test_a_failed_append_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = dense(chance_of(5), HARD)
    path = tmp_path / "ledger.vedtak"
    with file_with(path, entries[:30], [30]) as connection, open_ledger(path) as book:
        before = rows(connection)
        with monkeypatch.context() as patch:
            patch.setattr("projections.index._Batch._withdraw", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                book.append([sealed(entry) for entry in entries[30:]], WHOLE_LEDGER, 30)
        assert rows(connection) == before
        assert is_current(connection)
        book.append([sealed(entry) for entry in entries[30:]], WHOLE_LEDGER, 30)
        same_everywhere(IndexedLog(connection), Oracle(entries), chance_of(6))


def test_far_days_and_strange_questions() -> None:
    entries = dense(chance_of(7), HARD)
    oracle = Oracle(entries)
    with recorded([stored(entry) for entry in entries], [60]) as connection:
        log = IndexedLog(connection)
        assert log.history.at(date.min, 60) == oracle.at(date.min, 60)
        assert log.history.at(date.max, 60) == oracle.at(date.max, 60)
        assert log.history.of_scope("partnership/none", date.max, 60) == {}
        assert list(log.history.placed_in(ORGANISATIONS[0])) == []
        assert list(log.history.slots("body/none")) == []
        for position in (0, 61):
            with pytest.raises(IndexError):
                log.entry(position)
        assert [later - earlier for earlier, later in pairwise(map(log.recorded_us, range(1, 61)))] == [1] * 59

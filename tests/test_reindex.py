"""Is a damaged index found, can it be made anew at any time, and is the log left alone meanwhile?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from ledger.check import check
from ledger.declaration import nearest_reference
from ledger.entry import Actor, happening
from ledger.errors import LedgerError
from ledger.facts import replay
from ledger.record import Pen
from ledger.store import open_book
from projections import deep
from projections.deep import index_findings
from projections.index import TABLES, TOPIC, asked_words, text_of
from projections.indexed import IndexedLog
from tests.pens import FJORD, WRITER, annul, person, population, register, rename
from tests.random_logs import logs, recorded
from tui.ledgers import create_ledger, in_memory, log_of, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ledger.entry import Entry
    from tests.conftest import Run

LOG = ("ledger", "entry", "entry_tag", "vault")
DAMAGE = [
    "DELETE FROM point WHERE entity = (SELECT max(entity) FROM point)",
    "UPDATE point SET value = '\"x\"' WHERE place = 411",
    "UPDATE point SET dead = 500 WHERE place = 411",
    "UPDATE point SET span = 1 WHERE place = 20",
    "INSERT INTO point SELECT entity, attribute, key, earliest + 1, place, lag, part, span, dead, value FROM point LIMIT 1",  # noqa: E501 - one statement a line
    "DELETE FROM edge WHERE position = 100",
    "INSERT INTO edge VALUES (7, 100)",
    "INSERT INTO correction VALUES (100, 50, 50)",
    "INSERT INTO home VALUES (1, 1)",
    "INSERT INTO movement VALUES (1, 1, 1, 100, 1, 0, NULL, 5)",
    "INSERT INTO word (rowid, text) VALUES (100, 'aldri')",
    "UPDATE indexed SET head = 3",
    "UPDATE indexed SET version = 9",
    "DELETE FROM indexed",
    "DROP TABLE point",
    "DROP TABLE word",
]


def log_of_file(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as raw:
        return [raw.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in LOG[1:]]


def damage(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        assert raw.execute(statement).rowcount != 0


def findings(path: Path) -> list[str]:
    with open_book(path, read_only=True) as book:
        return [str(finding.error) for finding in index_findings(book)]


def reindexed(path: Path) -> None:
    with open_ledger(path) as book:
        assert list(book.remake(TOPIC))[-1] == book.head()


def answers(path: Path, words: Iterable[str]) -> object:
    """All that the index holds, and what is found in it; None where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as raw:
            tables = {table: raw.execute(f"SELECT * FROM {table}").fetchall() for table in set(TABLES) - {"word"}}
            sought = [raw.execute("SELECT count(*) FROM point WHERE entity = ?", row[:1]) for row in tables["point"]]
            hits = [raw.execute("SELECT rowid FROM word WHERE word MATCH ?", (f'"{word}"',)) for word in words]
            return tables, [found.fetchall() for found in (*sought, *hits)]
    except (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError):
        return None


def is_found(path: Path) -> bool:
    """Whether ``vedtak verify --deep`` has something to say."""
    try:
        with open_book(path, read_only=True) as book:
            return not check(book, date(2020, 1, 1)).sound or bool(index_findings(book))
    except LedgerError:
        return True


@pytest.mark.parametrize("stride", [pytest.param(61, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.proof)])
def test_no_flipped_bit_makes_the_index_lie_unnoticed(tmp_path: Path, stride: int) -> None:
    path = tmp_path / "ledger.vedtak"
    create_ledger(path, "test/flips")
    commands = [register("organisation/fjord"), person("Kari"), rename("organisation/fjord", "Storfjord")]
    with open_ledger(path) as book:
        Pen(book, WRITER).record_all([*commands, *(population("organisation/fjord", 900 + n) for n in range(120))])
        words = sorted({word for entry in book.entries() for word in asked_words(text_of(entry))})
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
    seed = Random(stride)  # noqa: S311 - which bit, not a secret
    original, before = path.read_bytes(), answers(path, words)
    assert before is not None
    assert not is_found(path)
    differing, unnoticed = 0, []
    for at in range(0, len(original), stride):
        data = bytearray(original)
        data[at] ^= 1 << seed.randrange(8)
        path.write_bytes(data)
        if answers(path, words) != before:
            differing += 1
            unnoticed += [] if is_found(path) else [at]
    assert unnoticed == []
    assert differing > len(original) / stride / 20, "the trial is of an index, not of empty pages"


@pytest.mark.parametrize("statement", DAMAGE)
def test_damage_is_found_and_mended(demo_copy: Path, statement: str, vedtak: Run) -> None:
    before = log_of_file(demo_copy)
    damage(demo_copy, statement)
    found = findings(demo_copy)
    assert found
    assert all("vedtak reindex" in text for text in found)
    table = statement.removeprefix("INSERT INTO ").removeprefix("DELETE FROM ").removeprefix("UPDATE ").split()[0]
    if table not in {"indexed", "DROP"}:
        assert f"table {table}" in found[0]
    assert vedtak("reindex", "--ledger", demo_copy).code == 0
    assert findings(demo_copy) == []
    assert log_of_file(demo_copy) == before
    with open_book(demo_copy, read_only=True) as book:
        assert isinstance(log_of(book), IndexedLog)


def test_a_sound_index_has_no_findings_and_a_large_one_is_sampled(
    demo_ledger: Path, sample_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings(demo_ledger) == []
    assert findings(sample_ledger) == [], "there is no index in it"
    monkeypatch.setattr(deep, "_ENTRIES_MOST", 100)
    monkeypatch.setattr(deep, "_PLACES_MOST", 100)
    assert findings(demo_ledger) == []


def test_doctor_tells_of_the_index_when_asked(vedtak: Run, demo_copy: Path) -> None:
    damage(demo_copy, "UPDATE point SET value = '\"x\"' WHERE place = 411")
    assert vedtak("doctor", "--ledger", demo_copy).code == 0
    outcome = vedtak("verify", "--deep", "--ledger", demo_copy)
    assert outcome.code == 1
    assert "#411" in outcome.out


@settings(max_examples=15, deadline=None)
@given(entries=logs())
def test_an_index_made_anew_answers_as_replay_does(entries: list[Entry]) -> None:
    with recorded(entries) as (book, path):
        kept = dump(path)
        for done in book.remake(TOPIC):
            assert done <= len(entries)
        assert dump(path) == kept, "as it was kept while recording"
        assert index_findings(book) == []
        log = log_of(book)
        happenings = [happening(position, entry) for position, entry in enumerate(entries, 1)]
        for known in range(len(entries) + 1):
            day = date(2020, 2, 1)
            state = replay(happenings, day, known)
            found = log.history.at(day, known)
            assert (found.answers, found.balances) == (state.answers, state.balances)


def dump(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as raw:
        tables = ("point", "movement", "edge", "correction", "home", "indexed")
        return [sorted(raw.execute(f"SELECT * FROM {table}").fetchall(), key=str) for table in tables]


def test_it_can_be_stopped_and_gone_on_with_while_others_record(demo_copy: Path) -> None:
    with open_ledger(demo_copy) as book, open_ledger(demo_copy) as another:
        recorder: Any = book.recorder
        from projections.index import Index

        steps = list(islice(recorder.remake(Index(), batch=100), 3))
        assert steps == [0, 100, 200]
        assert type(log_of(another)).__name__ == "Journal", "what is half made is not read"
        Pen(another, Actor("Kari", "secretariat")).record(rename("organisation/levanger", "Nylevanger"))
        steps = list(recorder.remake(Index(), batch=100))
        assert steps[:2] == [200, 300], "it goes on where it was"
        assert steps[-1] == another.head()
        Pen(another, Actor("Kari", "secretariat")).record(rename("organisation/levanger", "Levanger", "2020-01-01"))
    assert findings(demo_copy) == []
    with open_book(demo_copy, read_only=True) as book:
        assert isinstance(log_of(book), IndexedLog)


def test_a_ledger_without_an_index_gets_one(path: Path, vedtak: Run) -> None:
    with open_book(path) as book:
        pen = Pen(book, WRITER)
        for asked in (register(FJORD), population(FJORD, 3), rename(FJORD, "Dal"), annul(2)):
            pen.record(asked)
    before = log_of_file(path)
    outcome = vedtak("reindex", "--ledger", path, "--json")
    assert (outcome.code, outcome.out) == (0, '{\n  "indexed": 4\n}\n')
    assert log_of_file(path) == before
    assert findings(path) == []


def test_what_is_erased_is_wiped_after_an_index_was_made(tmp_path: Path) -> None:
    path = tmp_path / "erased.vedtak"
    create_ledger(path, "vedtak.test/erased")
    with open_ledger(path) as book:
        pen = Pen(book, WRITER)
        pen.record(register(FJORD))
        pen.record(person("Kari Hemmelig Nordmann"))
        assert b"Hemmelig" in path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
        list(book.remake(TOPIC))
        assert book.recorder.settings()["secure_delete"] == "1"
        erased = {"type": "personal-data-erased", "persons": ["person/kari"], "ground": "GDPR art. 17"}
        pen.record({"effective": "2020-01-01", "knowledge": "documented", "event": {**erased, "decided_by": FJORD}})
    assert b"Hemmelig" not in path.read_bytes()


def test_commands_do_not_break_on_a_damaged_index(vedtak: Run, demo_copy: Path) -> None:
    damage(demo_copy, "DROP TABLE point")
    for arguments in (["show", "organisation/levanger"], ["state"], ["diff", "2012", "2013"], ["list", "bodies"]):
        outcome = vedtak(*arguments, "--ledger", demo_copy)
        assert outcome.code == 3
        assert "vedtak reindex" in outcome.err
        assert outcome.out == ""


def test_values_that_are_no_values_are_explained(vedtak: Run, demo_copy: Path) -> None:
    damage(demo_copy, "UPDATE point SET value = '{'")
    outcome = vedtak("show", "organisation/levanger", "--ledger", demo_copy)
    assert outcome.code == 3
    assert "vedtak reindex" in outcome.err


def test_memory_and_index_name_the_same_likely_things(demo_ledger: Path) -> None:
    with open_book(demo_ledger, read_only=True) as book:
        log, journal = log_of(book), in_memory(book)
        for ref in ("organisation/levangr", "organisation/xlevanger", "body/digutt", "decision/ru-2018-05-03"):
            likely = nearest_reference(ref, log.structure(date(2018, 12, 31)).alike(ref))
            assert likely
            assert likely[0] == nearest_reference(ref, journal.structure(date(2018, 12, 31)).alike(ref))[0]

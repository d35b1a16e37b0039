"""Is a restored ledger the beginning of the other, byte for byte, and nothing that was not known or not to be told?"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ledger import restore
from ledger.record import Pen
from ledger.store import open_book
from projections.deep import index_findings
from projections.indexed import IndexedLog
from tests.pens import FJORD, WRITER, person, population, register, rename
from tui.ledgers import create_ledger, log_of, open_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    parts = root_by_definition(leaves[:half]) + root_by_definition(leaves[half:])
    return hashlib.sha256(b"\x01" + parts).digest()


@pytest.fixture
def erased(tmp_path: Path) -> Path:
    """1 to 4: an organisation, two persons, another name; 5: one of the persons erased; 6: a number."""
    path = tmp_path / "ours.vedtak"
    create_ledger(path, "vedtak.test/restore")
    with open_ledger(path) as book:
        now = datetime(2020, 1, 1, tzinfo=UTC)
        times = iter(now + timedelta(days=30 * step) for step in range(20))
        pen = Pen(book, WRITER, lambda: next(times))
        pen.record(register(FJORD))
        pen.record(person("Kari Hemmelig"))
        pen.record(_ola())
        pen.record(rename(FJORD, "Fjordane"))
        gone = {"type": "personal-data-erased", "persons": ["person/kari"], "ground": "x", "decided_by": FJORD}
        pen.record({"effective": "2020-06-01", "knowledge": "documented", "event": gone})
        pen.record(population(FJORD, 5))
    return path


def _ola() -> dict[str, Any]:
    told = person("Ola Synlig")
    told["event"]["person"] = "person/ola"
    return told


def entries(path: Path) -> list[tuple[Any, ...]]:
    with open_book(path, read_only=True) as book:
        return [tuple(row) for row in book.rows()]


def restored(vedtak: Run, source: Path, target: Path, *arguments: str) -> Any:
    outcome = vedtak("restore", "--to", target, "--json", "--ledger", source, *arguments)
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def test_the_copy_holds_what_was_known_and_no_more(vedtak: Run, erased: Path, tmp_path: Path) -> None:
    target = tmp_path / "then.vedtak"
    before = erased.read_bytes()
    told = restored(vedtak, erased, target, "--on", "2019-06-30", "--known", "2020-05-15")
    assert (told["known"], told["on_day"], told["origin"]) == (4 + 1, "2019-06-30", "vedtak.test/restore")
    assert entries(target) == entries(erased)[:5]
    assert erased.read_bytes() == before
    with open_book(target, read_only=True) as book:
        assert told["root"] == root_by_definition(list(book.stream())).hex()
        assert book.restored is not None
        assert book.restored._asdict().items() <= told.items()
        assert index_findings(book) == []
        assert isinstance(log_of(book), IndexedLog)
    with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = {name for (name,) in raw.execute("SELECT text FROM name")}
        assert "population" not in names, "not even a name of what came later"


def test_what_was_erased_does_not_come_back(vedtak: Run, erased: Path, tmp_path: Path) -> None:
    target = tmp_path / "then.vedtak"
    restored(vedtak, erased, target, "--known", "2020-03-15")  # when both were still there
    for file in (target, tmp_path / "then.json"):
        assert b"Hemmelig" not in file.read_bytes()
    assert b"Synlig" in target.read_bytes()
    assert b"Synlig" not in (tmp_path / "then.json").read_bytes(), "the vault alone has names"
    assert "Ola" not in vedtak("show", "person/ola", "--ledger", target, "--known", "2020-01-15").out
    with open_book(target, read_only=True) as book:
        assert book.head() == 3


def test_erased_while_it_is_copied_is_noticed(
    vedtak: Run, erased: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = restore._compare

    def late(*arguments: Any) -> None:
        compare(*arguments)
        with open_ledger(erased) as book:
            gone = {"type": "personal-data-erased", "persons": ["person/ola"], "ground": "x", "decided_by": FJORD}
            Pen(book, WRITER).record({"effective": "2020-06-01", "knowledge": "documented", "event": gone})

    monkeypatch.setattr(restore, "_compare", late)
    outcome = vedtak("restore", "--to", tmp_path / "then.vedtak", "--ledger", erased)
    assert outcome.code == 4
    assert "erased meanwhile" in outcome.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ours.vedtak", "ours.vedtak.lock"]


def test_it_is_only_read(vedtak: Run, erased: Path, tmp_path: Path) -> None:
    target = tmp_path / "then.vedtak"
    restored(vedtak, erased, target)
    if os.name == "posix":
        assert not stat.S_IMODE(target.stat().st_mode) & 0o222
    before = target.read_bytes()
    for command in (
        ["record", "organisation-renamed", "--organisation", "fjord", "--name", "Ny"],
        ["reindex"],
    ):
        outcome = vedtak(*command, "--ledger", target)
        assert outcome.code == 1
        assert "only read" in outcome.err
    with (
        closing(sqlite3.connect(target)) as raw,
        pytest.raises(sqlite3.DatabaseError, match=r"only read|readonly"),
    ):
        raw.execute("INSERT INTO entry SELECT position + 1, type, recorded_at + 1, NULL, '[]', data FROM entry")
    assert target.read_bytes() == before


def test_questions_are_about_its_day(vedtak: Run, erased: Path, tmp_path: Path) -> None:
    target = tmp_path / "then.vedtak"
    restored(vedtak, erased, target, "--on", "2018-06-30")
    assert "Stands on 30 June 2018" in vedtak("show", FJORD, "--ledger", target).out
    outcome = vedtak("state", "--json", "--ledger", target)
    assert json.loads(outcome.out)["on"] == "2018-06-30"
    assert "Restored from “ours.vedtak”" in outcome.err
    assert json.loads(vedtak("state", "--json", "--on", "2019-06-30", "--ledger", target).out)["on"] == "2019-06-30"


def test_the_whole_state_lies_beside_it(vedtak: Run, erased: Path, tmp_path: Path) -> None:
    restored(vedtak, erased, tmp_path / "then.vedtak", "--on", "2019-06-30")
    told = json.loads((tmp_path / "then.json").read_text(encoding="utf-8"))
    assert {"restored", "on", "known", "summary", "tree", "things"} <= told.keys()
    things = {thing["ref"]: thing for thing in told["things"]}
    assert things[FJORD]["attributes"]["name"]["value"] == "Fjordane"
    assert set(things) == {FJORD, "person/kari", "person/ola"}


def test_nothing_is_written_over(vedtak: Run, erased: Path, tmp_path: Path) -> None:
    for taken in ("then.vedtak", "then.json"):
        (tmp_path / taken).write_text("mine", encoding="utf-8")
        outcome = vedtak("restore", "--to", tmp_path / "then.vedtak", "--ledger", erased)
        assert outcome.code == 1
        assert (tmp_path / taken).read_text(encoding="utf-8") == "mine"
        (tmp_path / taken).unlink()
        assert {file.name for file in tmp_path.iterdir()} <= {"ours.vedtak", "ours.vedtak.lock"}


def test_before_the_first_entry_there_is_nothing_to_restore(vedtak: Run, erased: Path, tmp_path: Path) -> None:
    outcome = vedtak("restore", "--known", "2001", "--to", tmp_path / "then.vedtak", "--ledger", erased)
    assert outcome.code == 1
    assert "Nothing was known" in outcome.err
    assert not (tmp_path / "then.vedtak").exists()


def test_the_demo_can_be_restored_whole(vedtak: Run, demo_ledger: Path, tmp_path: Path) -> None:
    restored(vedtak, demo_ledger, tmp_path / "demo.vedtak", "--on", "2018-12-31")
    assert entries(tmp_path / "demo.vedtak") == entries(demo_ledger)
    assert vedtak("verify", "--deep", "--ledger", tmp_path / "demo.vedtak").code == 0

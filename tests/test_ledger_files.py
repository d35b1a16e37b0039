"""Is a file that is not a readable ledger told apart, in plain words and without touching it?"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.errors import Refused, Unreadable
from ledger.store import open_book
from ledger.store.api import DCBEvent
from ledger.store.sqlite import APPLICATION_ID, check_ledger_file, create_ledger_file, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.companion import Cursor, Names


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "-"
        for path in folder.rglob("*")
    }


def nothing(path: Path) -> None:
    del path


def a_folder(path: Path) -> None:
    path.mkdir()


def a_text(path: Path) -> None:
    path.write_text("Møteprotokoll 24. juni\n" * 20, encoding="utf-8")


def a_short_text(path: Path) -> None:
    path.write_text("SQL", encoding="utf-8")


def an_empty_file(path: Path) -> None:
    path.touch()


def half_a_header(path: Path) -> None:
    create_ledger_file(path, "vedtak.test/half")
    path.write_bytes(path.read_bytes()[:50])


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE accounts (number)")


def of_format(version: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            raw.execute(f"PRAGMA user_version = {version}")

    return make


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (nothing, "There is no ledger at"),
        (a_folder, "is not a file"),
        (a_text, "not a database at all"),
        (a_short_text, "cut short"),
        (an_empty_file, "cut short"),
        (half_a_header, "cut short"),
        (another_database, "is a database, but not a ledger"),
        (of_format(3), "made by a newer Vedtak"),
        (of_format(1), "from before the first release"),
        (of_format(0), "file format 0"),
    ],
)
@pytest.mark.parametrize("look", [check_ledger_file, open_ledger])
def test_what_is_no_ledger_is_named_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], said: str, look: Callable[[Path], object]
) -> None:
    path = tmp_path / "regionråd.vedtak"
    make(path)
    before = fingerprint(tmp_path)
    with pytest.raises(Unreadable, match=said) as refusal:
        look(path)
    assert refusal.value.remedy.format(**refusal.value.details)
    assert fingerprint(tmp_path) == before


def test_a_name_below_a_file_is_simply_missing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreadable, match="There is no ledger at"):
        check_ledger_file(tmp_path / "file" / "ledger.vedtak")


@pytest.mark.parametrize(
    ("error", "said"),
    [(PermissionError(13, "Permission denied"), "may not read"), (OSError(5, "I/O error"), "I/O error")],
)
def test_a_file_that_will_not_open_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    path = tmp_path / "closed.vedtak"
    create_ledger_file(path, "vedtak.test/closed")
    before = fingerprint(tmp_path)

    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    with monkeypatch.context() as patch:  # real permissions do not stop an administrator, who may be running this
        patch.setattr(Path, "open", refuse)
        with pytest.raises(Unreadable, match=said):
            check_ledger_file(path)
    assert fingerprint(tmp_path) == before


def test_a_ledger_that_is_gone_when_it_is_read_anew_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "here.vedtak"
    create_ledger_file(path, "vedtak.test/here")
    with open_book(path, read_only=True) as book:
        path.rename(tmp_path / "elsewhere.vedtak")
        with pytest.raises(Unreadable, match="no longer where it was"):
            book.connect()


def test_a_ledger_passes_untouched_while_it_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "open.vedtak"
    create_ledger_file(path, "vedtak.test/open")
    with closing(open_ledger(path)) as recorder:
        recorder.append([DCBEvent("noted", b"")])
        before = fingerprint(tmp_path)
        check_ledger_file(path)
        assert fingerprint(tmp_path) == before


# ---- making


def test_a_new_ledger_is_one_file_with_its_name_in_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "regionråd #1%20.vedtak"
    create_ledger_file(path, "vedtak.test/regionråd")
    assert list(path.parent.iterdir()) == [path]
    check_ledger_file(path)
    with closing(open_ledger(path)) as recorder:
        assert (recorder.origin, recorder.head()) == ("vedtak.test/regionråd", 0)
        recorder.append([DCBEvent("noted", b"")])
    # The lock file stays where the system cannot remove it safely; nothing else does.
    assert {file.name for file in path.parent.iterdir()} <= {path.name, path.name + ".lock"}
    header = path.read_bytes()[:100]
    assert (header[60:64], header[68:72]) == (b"\x00\x00\x00\x02", b"VDTK")


@pytest.mark.parametrize("make", [a_folder, a_text, an_empty_file])
def test_making_a_ledger_never_replaces_anything(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "taken.vedtak"
    make(path)
    before = fingerprint(tmp_path)
    with pytest.raises(Refused, match="already something"):
        create_ledger_file(path, "vedtak.test/taken")
    assert fingerprint(tmp_path) == before


def test_somebody_may_take_the_name_while_the_ledger_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "raced.vedtak"
    path.write_text("first", encoding="utf-8")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(Refused, match="already something"):
        create_ledger_file(path, "vedtak.test/second")
    assert fingerprint(tmp_path) == {path.name: hashlib.sha256(b"first").hexdigest()}


def test_a_disk_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*args: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    path = tmp_path / "on a memory stick.vedtak"
    create_ledger_file(path, "vedtak.test/stick")
    check_ledger_file(path)
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    before = fingerprint(tmp_path)
    with pytest.raises(Refused, match="already something"):
        create_ledger_file(path, "vedtak.test/again")
    assert fingerprint(tmp_path) == before


def test_remains_of_an_earlier_ledger_are_not_poured_into_a_new_one(tmp_path: Path) -> None:
    remains = tmp_path / "reused.vedtak-wal"
    remains.write_bytes(b"entries that exist nowhere else")
    with pytest.raises(Refused, match="earlier ledger"):
        create_ledger_file(tmp_path / "reused.vedtak", "vedtak.test/reused")
    assert list(tmp_path.iterdir()) == [remains]


def test_a_ledger_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreadable, match="cannot be made"):
        create_ledger_file(tmp_path / "file" / "ledger.vedtak", "vedtak.test/impossible")

    class Broken:
        def create(self, c: Cursor) -> None:
            c.execute("CREATE nonsense")

        def append(self, c: Cursor, names: Names, first_position: int, events: object) -> None: ...

    with pytest.raises(sqlite3.OperationalError, match="nonsense"):
        create_ledger_file(tmp_path / "ledger.vedtak", "vedtak.test/broken", companions=[Broken()])
    assert fingerprint(tmp_path) == {"file": hashlib.sha256(b"").hexdigest()}


# ---- damage


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "damaged.vedtak"
    create_ledger_file(path, "vedtak.test/damaged")
    with closing(open_ledger(path)) as recorder:
        recorder.append([DCBEvent("noted", b"x" * 500, [f"n:{number}"]) for number in range(400)])
    return path


def overwrite(path: Path, start: int, end: int) -> None:
    content = bytearray(path.read_bytes())
    content[start:end] = b"\xa5" * (end - start)
    path.write_bytes(content)


def read_all(path: Path) -> None:
    with closing(open_ledger(path)) as recorder:
        recorder.head()
        list(recorder.stream())
        list(recorder.read())


def test_damage_at_the_beginning_is_named_when_opening(filled: Path) -> None:
    overwrite(filled, 100, 4096)
    with pytest.raises(Unreadable, match="damaged"):
        open_ledger(filled)


@pytest.mark.parametrize("method", ["head", "stream", "read"])
def test_damage_further_on_is_named_when_reading(filled: Path, method: str) -> None:
    with closing(sqlite3.connect(filled)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entry'").fetchone()
    overwrite(filled, (root - 1) * 4096, root * 4096)
    with closing(open_ledger(filled)) as recorder, pytest.raises(Unreadable, match="damaged") as refusal:
        list(getattr(recorder, method)()) if method != "head" else recorder.head()
    assert "backup" in str(refusal.value)


def test_a_file_that_lost_its_end_is_named(filled: Path) -> None:
    filled.write_bytes(filled.read_bytes()[: filled.stat().st_size // 8192 * 4096])
    with pytest.raises(Unreadable, match="damaged"):
        read_all(filled)


@pytest.mark.parametrize(
    ("vandalism", "said"),
    [
        ("DROP TRIGGER entry_kept; DELETE FROM entry WHERE position = 200", "entries are missing"),
        ("DROP TRIGGER entry_unchanged; UPDATE entry SET tags = '[' WHERE position = 7", "tags"),
        ("DROP TRIGGER ledger_keeps_name; DELETE FROM ledger", "lost its name"),
        ("DROP TABLE entry", "damaged"),
    ],
)
def test_entries_that_went_missing_are_not_passed_over(filled: Path, vandalism: str, said: str) -> None:
    with closing(sqlite3.connect(filled)) as raw:
        raw.executescript(vandalism)
    with pytest.raises(Unreadable, match=said):
        read_all(filled)


def test_a_folder_one_may_not_write_in_is_named(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_ledger(filled)) as recorder:
        lock = filled.with_name(filled.name + ".lock")
        lock.unlink(missing_ok=True)
        lock.mkdir()  # stands in for missing rights, which do not stop an administrator
        with pytest.raises(Refused, match="lock file"):
            recorder.append([DCBEvent("noted", b"")])
        assert recorder.head() == 400
        lock.rmdir()
        assert recorder.append([DCBEvent("noted", b"")]) == 401


def test_closing_a_ledger_that_another_thread_reads(path: Path) -> None:
    book = open_book(path, read_only=True)
    begun, told = threading.Event(), []

    def read() -> None:
        connection = book.connect()
        assert connection is not None
        connection.create_function("told", 0, begun.set)
        try:
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT told() UNION ALL SELECT i FROM n) SELECT count(*) FROM n"
            ).fetchone()
        except sqlite3.OperationalError as error:
            told.append(str(error))
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    book.close()
    reader.join(60)
    assert told == ["interrupted"]

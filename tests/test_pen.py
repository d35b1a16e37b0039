"""Does the pen record what was asked, once, whole or not at all?"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ledger.entry import Actor
from ledger.errors import InvalidInput, Refused, Unreadable
from ledger.record import Pen
from ledger.store import Book, create_book, open_book
from ledger.vault import commitment, opens
from tests.pens import (
    DAL,
    FJORD,
    ORIGIN,
    WRITER,
    annul,
    command,
    digest,
    name_on,
    person,
    register,
    rename,
    stored,
)

# ---- preview


def test_a_preview_tells_what_would_change_and_changes_nothing(path: Path) -> None:
    with open_book(path) as book:
        Pen(book, WRITER).record(register(FJORD))
    before = digest(path)
    with open_book(path) as book:
        pen = Pen(book, WRITER)
        entry, found = pen.preview(rename(FJORD, "Nyfjord"))
        told = {(change.slot.attribute, change.before.value, change.after.value) for change in found}
        assert told == {("name", "Fjord", "Nyfjord")}
        assert entry.effective == "2019-01-01"
        assert pen.journal.head == book.head() == 1
        assert name_on(pen, FJORD, date(2019, 1, 1)) == "Fjord"
    assert digest(path) == before


def test_a_rehearsal_of_many_changes_nothing(path: Path) -> None:
    before = digest(path)
    with open_book(path) as book:
        entries = Pen(book, WRITER).rehearse([register(FJORD), rename(FJORD, "Nyfjord")])
        assert [entry.wire_name for entry in entries] == ["organisation-registered", "organisation-renamed"]
        assert book.head() == 0
    assert digest(path) == before


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(rename(DAL, "Nydal"), id="not on record"),
        pytest.param(rename(FJORD, "Fjord"), id="rule"),
        pytest.param(register(FJORD), id="on record already"),
        pytest.param(annul(7), id="nothing to correct"),
        pytest.param(command("no-such-type"), id="unknown type"),
        pytest.param(register(DAL, colour="blue"), id="unknown field"),
        pytest.param(register(DAL, effective="2018-02-30"), id="no date"),
        pytest.param(register(DAL, name="a\x1b[2Jb"), id="control character"),
        pytest.param(register(DAL, orgnr="938587052"), id="control digit"),
        pytest.param(
            command("annotation-added", about=FJORD, kind="doubt", text="æ" * 20_000, _note="æ" * 20_000),
            id="too long",
        ),
    ],
)
def test_a_preview_refuses_what_recording_refuses(pen: Pen, asked: dict[str, Any]) -> None:
    pen.record(register(FJORD))
    with pytest.raises((Refused, InvalidInput)) as recording:
        pen.record(asked)
    for way in (lambda: pen.preview(asked), lambda: pen.rehearse([asked])):
        with pytest.raises(type(recording.value)) as trying:
            way()
        assert str(trying.value) == str(recording.value)
    assert pen.catch_up().head == 1


# ---- record


def test_what_is_recorded_is_what_was_asked(pen: Pen, path: Path) -> None:
    asked = register(FJORD, _note="Til leseren")
    outcome = pen.record(asked)
    assert (outcome.position, outcome.repeated, outcome.clock_behind) == (1, False, None)
    (entry,) = stored(path)
    assert entry == outcome.entry
    assert (entry.command, entry.effective, entry.note) == (asked["command"], "2018-01-01", "Til leseren")
    assert (entry.recorded_by, entry.origin) == (WRITER, ORIGIN)


def test_a_command_without_an_id_is_given_one(pen: Pen) -> None:
    asked = register(FJORD)
    del asked["command"]
    assert UUID(pen.record(asked).entry.command).version == 4
    assert "command" not in asked, "what was given must not be changed"


def test_the_same_words_are_the_same_bytes(pen: Pen) -> None:
    decomposed = unicodedata.normalize("NFD", "Åfjord på Fosen")
    assert decomposed != "Åfjord på Fosen"
    pen.record(register(FJORD, decomposed))
    assert name_on(pen, FJORD, date(2018, 1, 1)) == "Åfjord på Fosen"


def test_an_entry_that_does_not_fit_an_audit_record_is_refused(pen: Pen, book: Book) -> None:
    pen.record(register(FJORD))
    long = command("annotation-added", about=FJORD, kind="doubt", text="æ" * 20_000, _note="æ" * 20_000)
    with pytest.raises(InvalidInput, match="bytes long"):
        pen.record(long)
    with pytest.raises(InvalidInput, match="bytes long"):
        pen.record_all([rename(FJORD, "Nyfjord"), long])
    assert book.head() == 1


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({**register(FJORD), "event": "organisation-registered"}, id="event is text"),
        pytest.param({**register(FJORD), "event": None}, id="event is null"),
        pytest.param({"command": str(uuid4())}, id="nothing but an id"),
        pytest.param({**register(FJORD), "sources": {"document": "document/x"}}, id="sources is no list"),
        pytest.param({**register(FJORD), "corrects": {"entry": 0, "kind": "recording_error", "reason": "x"}}, id="#0"),
        pytest.param(register(FJORD, name="x\ud800"), id="half a character"),
        pytest.param(
            {**register(FJORD), "event": {"type": ["organisation-registered"]}},
            id="type is a list",
        ),
        pytest.param(
            {**register(FJORD), "\ud800": 1},
            id="half a character as a name",
        ),
        pytest.param(
            {**register(FJORD), "event": json.loads("[" * 700 + "]" * 700)},
            id="very deep",
        ),
    ],
)
def test_anything_that_is_no_command_is_refused_in_words(pen: Pen, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        pen.record(asked)
    assert pen.catch_up().head == 0


# ---- once


def test_asking_twice_records_once(path: Path) -> None:
    asked = register(FJORD)
    with open_book(path) as book:
        first = Pen(book, WRITER).record(asked)
    before = digest(path)
    with open_book(path) as book:
        again = Pen(book, Actor("another", "import")).record(asked)
    assert (again.position, again.repeated, again.entry) == (1, True, first.entry)
    assert digest(path) == before


def test_an_id_used_for_something_else_is_refused(pen: Pen, book: Book) -> None:
    asked = register(FJORD)
    pen.record(asked)
    for changed in (
        {**asked, "effective": "2018-01-02"},
        {**asked, "knowledge": "reported"},
        {**asked, "note": "also"},
        {**asked, "event": {**asked["event"], "name": "Fjorden"}},
        {**rename(FJORD, "Nyfjord"), "command": asked["command"]},
    ):
        with pytest.raises(Refused, match="something else, in entry #1"):
            pen.record(changed)
    assert book.head() == 1


def test_a_repeated_command_is_told_apart_from_the_fresh_ones_beside_it(pen: Pen) -> None:
    old = register(FJORD)
    pen.record(old)
    outcomes = pen.record_all([old, register(DAL, "Dal")])
    assert [(outcome.position, outcome.repeated) for outcome in outcomes] == [(1, True), (2, False)]


def test_the_same_command_twice_in_one_batch_is_recorded_once(pen: Pen, book: Book) -> None:
    asked = register(FJORD)
    outcomes = pen.record_all([asked, asked])
    assert book.head() == 1
    assert [(outcome.position, outcome.repeated) for outcome in outcomes] == [(1, False), (1, True)]


def test_two_contents_under_one_id_in_one_batch_are_refused(pen: Pen, book: Book) -> None:
    asked = register(FJORD)
    with pytest.raises(Refused, match="something else"):
        pen.record_all([asked, {**asked, "effective": "2018-01-02"}])
    assert book.head() == 0


def test_a_personal_value_is_compared_through_the_vault(pen: Pen, book: Book) -> None:
    asked = person("Kari Nordmann")
    first = pen.record(asked)
    assert b"Nordmann" not in b"".join(book.stream()), "the name stands in the vault and nowhere else"
    assert pen.record(asked).repeated
    assert pen.record({**asked, "event": {**asked["event"], "name": "Kari Nordmann"}}).position == first.position
    with pytest.raises(Refused, match="something else"):
        pen.record({**asked, "event": {**asked["event"], "name": "Kari Sørmann"}})
    with pytest.raises(Refused, match="something else"):
        pen.record({**asked, "effective": "2018-01-02"})
    assert book.head() == 1


def test_a_personal_value_in_other_unicode_form_is_the_same(pen: Pen) -> None:
    asked = person(unicodedata.normalize("NFD", "Kåre Bjørnå"))
    pen.record(asked)
    assert pen.record({**asked, "event": {**asked["event"], "name": "Kåre Bjørnå"}}).repeated


def test_asking_twice_is_harmless_after_the_name_was_erased(path: Path) -> None:
    asked = person("Kari Nordmann")
    with open_book(path) as book:
        Pen(book, WRITER).record(asked)
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        assert shell.execute("DELETE FROM vault").rowcount == 1
    with open_book(path) as book:
        pen = Pen(book, WRITER)
        assert pen.record(asked).repeated
        with pytest.raises(Refused, match="something else"):
            pen.record({**asked, "effective": "2018-01-02"})
        assert book.head() == 1
        assert not book.disclosures([entry.event.name.digest for entry in book.entries()])


def test_a_changed_vault_vouches_for_nobody(path: Path) -> None:
    asked = person("Kari Nordmann")
    with open_book(path) as book:
        Pen(book, WRITER).record(asked)
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("DROP TRIGGER vault_unchanged")
        shell.execute("UPDATE vault SET value = 'Kari Sørmann'")
    with open_book(path) as book, pytest.raises(Refused, match="something else"):
        Pen(book, WRITER).record({**asked, "event": {**asked["event"], "name": "Kari Sørmann"}})


def test_the_vault_opens_the_commitment(pen: Pen, book: Book) -> None:
    sealed = pen.record(person("Kari Nordmann")).entry.event.name.digest
    (kept,) = book.disclosures([sealed]).values()
    assert kept.value == "Kari Nordmann"
    assert sealed == commitment("person-registered.name", kept.salt, "Kari Nordmann")
    assert opens("person-registered.name", kept)
    assert not opens("organisation-registered.name", kept)


# ---- all or none


def test_a_batch_with_one_that_is_refused_leaves_no_trace(path: Path) -> None:
    with open_book(path) as book:
        Pen(book, WRITER).record(register(FJORD))
    before = digest(path)
    with open_book(path) as book:
        pen = Pen(book, WRITER)
        with pytest.raises(Refused):
            pen.record_all([register(DAL, "Dal"), person("Kari"), rename(DAL, "Dal")])
        assert (book.head(), pen.journal.head) == (1, 1)
    assert digest(path) == before
    with closing(sqlite3.connect(path)) as shell:
        assert shell.execute("SELECT count(*) FROM vault").fetchone() == (0,)


def test_a_batch_sees_its_own_earlier_commands(pen: Pen) -> None:
    outcomes = pen.record_all([register(FJORD), rename(FJORD, "Nyfjord"), annul(2), rename(FJORD, "Nyfjord")])
    assert [outcome.position for outcome in outcomes] == [1, 2, 3, 4]
    assert name_on(pen, FJORD, date(2019, 1, 1)) == "Nyfjord"
    with pytest.raises(Refused, match="bears that name"):
        pen.record_all([rename(FJORD, "Fjorden", "2020-01-01"), rename(FJORD, "Fjorden", "2020-01-02")])


def test_nothing_asked_is_nothing_recorded(pen: Pen, book: Book) -> None:
    assert pen.record_all([]) == []
    assert book.head() == 0


# ---- the clock


def test_a_clock_that_is_behind_is_told_and_order_is_kept(book: Book) -> None:
    noon = datetime(2026, 5, 17, 12, tzinfo=UTC)
    Pen(book, WRITER, lambda: noon).record(register(FJORD))
    outcome = Pen(book, WRITER, lambda: noon - timedelta(hours=1)).record(rename(FJORD, "Nyfjord"))
    assert outcome.entry.recorded_at == noon + timedelta(microseconds=1)
    assert outcome.clock_behind == timedelta(hours=1, microseconds=1)
    right = Pen(book, WRITER, lambda: noon + timedelta(hours=1)).record(register(DAL, "Dal"))
    assert (right.entry.recorded_at, right.clock_behind) == (noon + timedelta(hours=1), None)
    assert [entry.recorded_at for entry in book.entries()] == sorted(entry.recorded_at for entry in book.entries())


def test_a_clock_that_stands_still_still_gives_each_entry_its_own_time(book: Book) -> None:
    noon = datetime(2026, 5, 17, 12, tzinfo=UTC)
    pen = Pen(book, WRITER, lambda: noon)
    pen.record_all([register(FJORD), register(DAL, "Dal"), rename(FJORD, "Nyfjord")])
    pen.record(rename(DAL, "Nydal"))
    assert [entry.recorded_at - noon for entry in book.entries()] == [timedelta(microseconds=n) for n in range(4)]


def test_known_then_is_found_by_the_recorded_time(book: Book) -> None:
    noon = datetime(2026, 5, 17, 12, tzinfo=UTC)
    for hours, asked in enumerate([register(FJORD), rename(FJORD, "Nyfjord")]):
        Pen(book, WRITER, partial(noon.__add__, timedelta(hours=hours))).record(asked)
    journal = Pen(book, WRITER).catch_up()
    moments = [noon - timedelta(microseconds=1), noon, noon + timedelta(minutes=59), noon + timedelta(hours=1)]
    assert [journal.known_at(moment) for moment in moments] == [0, 1, 1, 2]


# ---- one ledger, one name


def test_every_entry_names_its_ledger_and_another_ledger_refuses_it(tmp_path: Path) -> None:
    asked = register(FJORD)
    for name in ("one", "two"):
        create_book(tmp_path / f"{name}.vedtak", f"vedtak.test/{name}")
        with open_book(tmp_path / f"{name}.vedtak") as book:
            Pen(book, WRITER).record(asked)
    one, two = (stored(tmp_path / f"{name}.vedtak")[0] for name in ("one", "two"))
    assert (one.origin, two.origin) == ("vedtak.test/one", "vedtak.test/two")
    assert one.asked() == two.asked()

    with closing(sqlite3.connect(tmp_path / "one.vedtak", isolation_level=None)) as shell:
        shell.execute("ATTACH ? AS two", (str(tmp_path / "two.vedtak"),))
        shell.execute("DROP TRIGGER entry_unchanged")
        shell.execute("UPDATE main.entry SET data = (SELECT data FROM two.entry)")
    with open_book(tmp_path / "one.vedtak") as book:
        with pytest.raises(Unreadable, match=r"Entry #1 belongs to the ledger “vedtak\.test/two”"):
            list(book.entries())
        with pytest.raises(Unreadable):
            Pen(book, WRITER).record(rename(FJORD, "Nyfjord"))
        assert book.head() == 1

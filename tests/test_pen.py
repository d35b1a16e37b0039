"""Does the pen record what was asked, once, whole or not at all, whoever else is writing?"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from ledger.entry import Actor, Entry
from ledger.errors import Conflict, InvalidInput, Refused, Unreadable
from ledger.record import ATTEMPTS, Pen
from ledger.store import Book, create_book, open_book
from ledger.vault import commitment, opens

PROJECT = Path(__file__).parent.parent
ORIGIN = "vedtak.test/pen"
WRITER = Actor("Kari", "secretariat")
NAMESPACE = UUID("5f4dcc3b-5aa7-4000-8000-000000000000")
FJORD, DAL = "organisation/fjord", "organisation/dal"


def command(event_type: str, /, effective: str = "2018-01-01", **fields: Any) -> dict[str, Any]:
    """A command with an id of its own; fields named ``_note`` and the like belong to the envelope."""
    envelope = {name[1:]: value for name, value in fields.items() if name.startswith("_")}
    event = {name: value for name, value in fields.items() if not name.startswith("_")}
    return {
        "command": str(uuid4()),
        "effective": effective,
        "knowledge": "documented",
        "event": {"type": event_type, **event},
        **envelope,
    }


def register(ref: str, name: str = "Fjord", **rest: Any) -> dict[str, Any]:
    return command("organisation-registered", organisation=ref, name=name, kind="municipality", **rest)


def rename(ref: str, name: str, effective: str = "2019-01-01", **rest: Any) -> dict[str, Any]:
    return command("organisation-renamed", effective, organisation=ref, name=name, **rest)


def population(ref: str, count: int, **rest: Any) -> dict[str, Any]:
    return command("population-recorded", organisation=ref, population=count, **rest)


def corrects(position: int, reason: str = "Feil") -> dict[str, Any]:
    return {"entry": position, "kind": "recording_error", "reason": reason}


def annul(position: int) -> dict[str, Any]:
    return command("entry-annulled", _corrects=corrects(position))


def person(name: str, **rest: Any) -> dict[str, Any]:
    return command("person-registered", person="person/kari", name=name, **rest)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.vedtak"
    create_book(path, ORIGIN)
    return path


@pytest.fixture
def book(path: Path) -> Iterator[Book]:
    with open_book(path) as book:
        yield book


@pytest.fixture
def pen(book: Book) -> Pen:
    return Pen(book, WRITER)


@pytest.fixture
def other(path: Path) -> Iterator[Pen]:
    """Somebody else, with a handle of their own on the same file."""
    with open_book(path) as book:
        yield Pen(book, Actor("Ola", "secretariat"))


def before_append(monkeypatch: pytest.MonkeyPatch, book: Book, meanwhile: Callable[[int], object]) -> list[int]:
    """Let ``meanwhile`` run each time this book is about to append: after the rules were checked, before it is stored.

    Returns the list of the attempts made.
    """
    append = book.append
    attempts: list[int] = []

    def late(*arguments: Any) -> int:
        attempts.append(len(attempts) + 1)
        meanwhile(len(attempts))
        return append(*arguments)

    monkeypatch.setattr(book, "append", late)
    return attempts


def an_hour_ahead(book: Book) -> Pen:
    """A pen whose stamps are later than whatever the others write meanwhile."""
    return Pen(book, WRITER, lambda: datetime.now(UTC) + timedelta(hours=1))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stored(path: Path) -> list[Entry]:
    with open_book(path, read_only=True) as book:
        return list(book.entries())


def name_on(pen: Pen, ref: str, day: date, known: int | None = None) -> str | None:
    return pen.catch_up().structure(day, known).organisation(ref).name.value


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
        assert not book.disclosures([entry.event.name.digest for entry in book.entries()])  # type: ignore[attr-defined]


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
    sealed = pen.record(person("Kari Nordmann")).entry.event.name.digest  # type: ignore[attr-defined]
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


# ---- corrections


def test_both_versions_stay_readable_each_at_its_own_time(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 4312), population(FJORD, 4321, _corrects=corrects(2))])
    journal = pen.catch_up()

    def counted(known: int) -> tuple[int | None, int | None]:
        fact = journal.structure(date(2018, 6, 1), known).organisation(FJORD).population
        return fact.value, fact.entry

    assert [counted(known) for known in (1, 2, 3)] == [(None, None), (4312, 2), (4321, 3)]
    assert [journal.withdrawn_by(2, known) for known in (2, 3)] == [None, 3]
    assert journal.entry(2).happened.population == 4312  # type: ignore[attr-defined]


def test_a_correction_is_corrected_at_the_end_of_the_chain(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1), population(FJORD, 2, _corrects=corrects(2))])
    with pytest.raises(Refused, match=r"#2 was corrected by #3 already\. Correct #3 instead"):
        pen.record(population(FJORD, 3, _corrects=corrects(2)))
    pen.record(population(FJORD, 3, _corrects=corrects(3)))
    structure = pen.catch_up().structure(date(2018, 6, 1))
    assert structure.organisation(FJORD).population.value == 3


def test_what_is_annulled_counts_no_more_and_cannot_be_annulled_back(pen: Pen) -> None:
    pen.record_all([register(FJORD), rename(FJORD, "Nyfjord"), annul(2)])
    assert [name_on(pen, FJORD, date(2019, 1, 1), known) for known in (1, 2, 3)] == ["Fjord", "Nyfjord", "Fjord"]
    with pytest.raises(Refused, match="annuls another"):
        pen.record(annul(3))
    with pytest.raises(Refused, match="corrected by #3 already"):
        pen.record(annul(2))
    assert pen.record(rename(FJORD, "Nyfjord")).position == 4


def test_an_annulled_correction_does_not_bring_back_what_it_corrected(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1), population(FJORD, 2, _corrects=corrects(2)), annul(3)])
    structure = pen.catch_up().structure(date(2018, 6, 1))
    assert structure.organisation(FJORD).population.value is None


def test_an_annulment_says_what_it_annuls(pen: Pen) -> None:
    with pytest.raises(Refused, match="does not say which entry"):
        pen.record(command("entry-annulled"))


@pytest.mark.parametrize("target", [2, 3, 99], ids=["itself", "after it", "far away"])
def test_only_an_entry_that_is_there_can_be_corrected(pen: Pen, target: int) -> None:
    pen.record(register(FJORD))
    with pytest.raises(Refused, match="There is no entry"):
        pen.record(annul(target))


def test_a_correction_is_the_same_event_recorded_rightly(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1)])
    with pytest.raises(Refused, match="a correction is the same event"):
        pen.record(rename(FJORD, "Nyfjord", _corrects=corrects(2)))


def test_what_others_rest_on_cannot_be_taken_away(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1), command("alias-noted", subject=FJORD, alias="Fjorden")])
    for taken in (annul(1), register("organisation/fjorden", _corrects=corrects(1))):
        with pytest.raises(Refused, match=r"organisation/fjord is used by #2, #3"):
            pen.record(taken)
    pen.record_all([annul(2), annul(3), annul(1)])
    assert not pen.catch_up().structure(date(2018, 6, 1)).on_record(FJORD)
    assert pen.record(register(FJORD)).position == 7


def test_a_creating_entry_is_corrected_under_the_same_reference(pen: Pen) -> None:
    pen.record_all([register(FJORD, "Fjrod"), population(FJORD, 1)])
    pen.record(register(FJORD, "Fjord", _corrects=corrects(1)))
    assert [name_on(pen, FJORD, date(2018, 6, 1), known) for known in (2, 3)] == ["Fjrod", "Fjord"]


def test_the_rule_judges_as_if_the_corrected_entry_were_not_there(pen: Pen) -> None:
    pen.record_all([register(FJORD, code="5001"), register(DAL, "Dal")])
    pen.record(register(FJORD, code="5001", _corrects=corrects(1)))
    with pytest.raises(Refused, match="belongs to"):
        pen.record(register(DAL, "Dal", code="5001", _corrects=corrects(2)))


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
        Pen(book, WRITER, lambda hours=hours: noon + timedelta(hours=hours)).record(asked)  # type: ignore[misc]
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
        told = [str(entry.event.text) for entry in entries[4:] if entry.recorded_by.name == name]  # type: ignore[attr-defined]
        assert told == [f"{name} {number}" for number in range(15)], "in the order it was recorded"

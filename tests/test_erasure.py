"""Is an erased personal value gone, from the vault and from the disk, while every entry still holds?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from ledger.check import check
from ledger.entry import Actor, encode
from ledger.errors import Refused
from ledger.record import Pen
from ledger.store import create_book, memory_book, open_book
from ledger.store.api import Disclosure, LedgerEvent, LedgerRecorder
from ledger.store.memory import MemoryRecorder
from ledger.store.sqlite import memory_ledger
from ledger.vault import commitment, opens, personal_digests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.store import Book

ORIGIN = "vedtak.test/sletting"
KARI, OLA = "Kari Nordmann-Eksempelsen", "Ola Nordmann-Eksempelsen"
NUMBERS = count(1)


def command(type_: str, *, corrects: int | None = None, **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "command": str(UUID(int=next(NUMBERS))),
        "effective": "2020-01-01",
        "knowledge": "documented",
        "event": {"type": type_, **fields},
    }
    if corrects:
        told["corrects"] = {"entry": corrects, "kind": "recording_error", "reason": "Feil."}
    return told


def person(slug: str, name: str, **told: Any) -> dict[str, Any]:
    return command("person-registered", person=f"person/{slug}", name=name, **told)


def erasure(**fields: Any) -> dict[str, Any]:
    return command(
        "personal-data-erased",
        **{"ground": "GDPR art. 17(1)(a)", "decided_by": "organisation/kommunen", **fields},
    )


def pen_on(book: Book) -> Pen:
    now = (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=second) for second in count())
    pen = Pen(book, Actor(name="kari", role="secretariat"), lambda: next(now))
    pen.record(command("organisation-registered", organisation="organisation/kommunen", name="K", kind="municipality"))
    return pen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "bok.vedtak"
    create_book(made, ORIGIN)
    return made


@pytest.fixture(params=["memory", "file"])
def book(request: pytest.FixtureRequest) -> Iterator[Book]:
    made = memory_book(ORIGIN) if request.param == "memory" else open_book(request.getfixturevalue("path"))
    with closing(made):
        yield made


def in_vault(book: Book) -> set[str]:
    digests = [digest for entry in book.entries() for digest in personal_digests(entry).values()]
    return {kept.value for kept in book.disclosures(digests).values()}


def test_a_persons_values_go_with_the_recording(book: Book) -> None:
    pen = pen_on(book)
    pen.record_all([person("k", KARI), person("o", OLA)])
    assert in_vault(book) == {KARI, OLA}

    before = list(book.stream())
    outcome = pen.record(erasure(persons=["person/k"]))

    assert in_vault(book) == {OLA}
    assert list(book.stream())[:-1] == before
    assert outcome.position == 4
    assert check(book, date(2020, 1, 1)).sound


def test_what_was_corrected_or_annulled_goes_too(book: Book) -> None:
    pen = pen_on(book)
    pen.record(person("k", KARI + " (feil)"))
    pen.record(person("k", KARI, corrects=2))
    pen.record(person("annullert", OLA))
    pen.record(command("entry-annulled", corrects=4))
    assert in_vault(book) == {KARI, KARI + " (feil)", OLA}

    annulled = personal_digests(list(book.entries())[3])["person-registered.name"]
    pen.record(erasure(persons=["person/k"], commitments=[annulled]))

    assert in_vault(book) == set()


def test_the_structure_says_on_what_ground(book: Book) -> None:
    pen = pen_on(book)
    pen.record(person("k", KARI))
    pen.record(erasure(persons=["person/k"]))
    fact = pen.catch_up().structure(date(2020, 1, 1)).thing("person/k").fact("erased")
    assert fact.value == {"ground": "GDPR art. 17(1)(a)", "decided_by": "organisation/kommunen"}
    assert pen.catch_up().structure(date(2019, 12, 31)).thing("person/k").fact("erased").holds == "no"


def test_erasing_what_is_unknown_or_gone_is_no_error(book: Book) -> None:
    pen = pen_on(book)
    pen.record(person("k", KARI))
    first = pen.record(erasure(persons=["person/k"]))
    again = pen.record(erasure(persons=["person/k"], commitments=["A" * 43 + "="]))
    assert (first.position, again.position) == (3, 4)
    assert in_vault(book) == set()


def test_registered_and_erased_in_one_batch(book: Book) -> None:
    pen = pen_on(book)
    pen.record_all([person("k", KARI), erasure(persons=["person/k"]), person("o", OLA)])
    assert in_vault(book) == {OLA}


def test_a_name_registered_anew_afterwards_is_kept(book: Book) -> None:
    pen = pen_on(book)
    pen.record(person("k", KARI))
    pen.record_all([erasure(persons=["person/k"]), person("k", "Kari N.", corrects=2)])
    assert in_vault(book) == {"Kari N."}


def test_asking_again_records_nothing_and_brings_nothing_back(book: Book) -> None:
    pen = pen_on(book)
    asked, erased = person("k", KARI), erasure(persons=["person/k"])
    pen.record(asked)
    pen.record(erased)

    outcomes = [pen.record(asked), pen.record(erased), *pen.record_all([asked, erased])]

    assert [outcome.position for outcome in outcomes] == [2, 3, 2, 3]
    assert all(outcome.repeated for outcome in outcomes)
    assert (book.head(), in_vault(book)) == (3, set())


def test_nothing_is_erased_by_a_preview_or_a_refusal(book: Book) -> None:
    pen = pen_on(book)
    pen.record(person("k", KARI))
    pen.preview(erasure(persons=["person/k"]))
    pen.rehearse([erasure(persons=["person/k"])])
    with pytest.raises(Refused, match="not on record"):
        pen.record_all([erasure(persons=["person/k"]), erasure(persons=["person/ukjent"])])
    assert in_vault(book) == {KARI}


def test_another_pen_that_registers_meanwhile_is_seen(book: Book) -> None:
    slow, quick = pen_on(book), Pen(book, Actor(name="ola", role="secretariat"))
    slow.record(person("k", KARI))
    whole = Pen.catch_up

    class Late(Pen):
        hurried = False

        def catch_up(self) -> Any:
            journal = whole(self)
            if not self.hurried:
                self.hurried = True
                quick.record(person("k", KARI + " Hansen", corrects=2))
            return journal

    Late(book, Actor(name="kari", role="secretariat")).record(erasure(persons=["person/k"]))
    assert in_vault(book) == set()


def test_it_must_say_what_to_erase(book: Book) -> None:
    with pytest.raises(Refused) as refusal:
        pen_on(book).record(erasure())
    assert refusal.value.problem == "It is not said what to delete."
    assert refusal.value.remedy == "Name the person, or the commitment that stands in the entry."
    assert (refusal.value.source or "").startswith("GDPR art. 17")


def test_an_erasure_cannot_be_taken_back(book: Book) -> None:
    pen = pen_on(book)
    pen.record_all([person("k", KARI), person("o", OLA), erasure(persons=["person/k"])])
    for taking_back in (command("entry-annulled", corrects=4), erasure(persons=["person/o"], corrects=4)):
        with pytest.raises(Refused) as refusal:
            pen.record(taking_back)
        assert refusal.value.problem == "Entry #{target} erased personal data; that cannot be taken back."
    assert in_vault(book) == {OLA}
    pen.record(erasure(persons=["person/o", "person/k"], ground="GDPR art. 17(1)(d)", corrects=4))
    assert in_vault(book) == set()


def test_the_bytes_are_gone_from_the_disk_and_every_entry_still_holds(path: Path) -> None:
    with closing(open_book(path)) as book:
        pen_on(book).record_all([person("k", KARI), person("o", OLA)])
        salts = [
            kept.salt
            for entry in list(book.entries())[1:2]
            for kept in book.disclosures(list(personal_digests(entry).values())).values()
        ]
    assert KARI.encode() in path.read_bytes()
    assert salts[0] in path.read_bytes()

    with closing(open_book(path)) as book:
        before = list(book.stream())
        Pen(book, Actor(name="kari", role="secretariat")).record(erasure(persons=["person/k"]))

    left = [file for file in path.parent.iterdir() if file.suffix != ".lock"]
    assert left == [path]
    raw = path.read_bytes()
    assert KARI.encode() not in raw
    assert salts[0] not in raw
    assert OLA.encode() in raw
    with closing(open_book(path)) as book:
        assert list(book.stream())[:-1] == before
        assert [encode(entry) for entry in book.entries()] == list(book.stream())
        assert check(book, date(2020, 1, 1)).sound


def on_disk(path: Path) -> bytes:
    """What stands in the ledger file and in the log beside it."""
    return b"".join(file.read_bytes() for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())


def test_the_bytes_are_gone_while_the_ledger_is_still_open(path: Path) -> None:
    with closing(open_book(path)) as book, closing(open_book(path, read_only=True)) as reader:
        pen = pen_on(book)
        pen.record_all([person("k", KARI), person("o", OLA)])
        assert list(reader.entries())
        assert KARI.encode() in on_disk(path)

        pen.record(erasure(persons=["person/k"]))

        assert KARI.encode() not in on_disk(path)
        assert OLA.encode() in on_disk(path)
        assert reader.head() == 4


def test_somebody_who_is_reading_hinders_no_erasure_and_the_next_append_cleans_up(path: Path) -> None:
    with closing(open_book(path)) as book:
        pen = pen_on(book)
        pen.record_all([person("k", KARI), person("o", OLA)])
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM entry").fetchone() == (3,)

            started = monotonic()
            assert pen.record(erasure(persons=["person/k"])).position == 4
            assert monotonic() - started < 2  # it is not waited for

            assert in_vault(book) == {OLA}
            assert KARI.encode() in on_disk(path)
            assert reader.execute("SELECT count(*) FROM entry").fetchone() == (3,)
            reader.execute("COMMIT")
            pen.record(person("n", "Ny Eksempelsen"))
            assert KARI.encode() not in on_disk(path)
        assert check(book, date(2020, 1, 1)).sound


# ---- recorders


@pytest.fixture(params=["sqlite", "memory"])
def recorder(request: pytest.FixtureRequest) -> Iterator[LedgerRecorder]:
    made = memory_ledger(ORIGIN) if request.param == "sqlite" else MemoryRecorder(ORIGIN)
    with closing(made):
        yield made


def sealed(path: str, value: str) -> Disclosure:
    salt = b"0123456789abcdef"
    found = Disclosure(commitment(path, salt, value), salt, value)
    assert opens(path, found)
    return found


def test_recorders_disclose_and_erase_in_the_order_of_the_entries(recorder: LedgerRecorder) -> None:
    kari, ola = sealed("a.b", "Kari"), sealed("a.b", "Ola")
    recorder.append([LedgerEvent("a", b"1", ["a"], recorded_at=1, disclosures=(kari, ola))])
    recorder.append(
        [
            LedgerEvent("b", b"2", ["a"], recorded_at=2, erasures=(kari.commitment, ola.commitment, "unknown")),
            LedgerEvent("a", b"3", ["a"], recorded_at=3, disclosures=(ola,)),
        ]
    )
    assert recorder.disclosures([kari.commitment, ola.commitment]) == {ola.commitment: ola}


def test_an_append_that_is_refused_erases_nothing(recorder: LedgerRecorder) -> None:
    kari = sealed("a.b", "Kari")
    recorder.append([LedgerEvent("a", b"1", ["a"], recorded_at=5, disclosures=(kari,))])
    with pytest.raises(Exception, match="5"):
        recorder.append([LedgerEvent("b", b"2", ["a"], recorded_at=5, erasures=(kari.commitment,))])
    assert recorder.disclosures([kari.commitment]) == {kari.commitment: kari}

"""Does looking for words find the same entries with and without an index, and by the names of what they concern?"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ledger.record import Pen
from ledger.store import open_book
from projections import search as searching
from projections.index import words
from projections.indexed import IndexedLog
from projections.reading import Reading
from projections.search import matching, search
from projections.timeline import Filter, positions
from tests.pens import FJORD, WRITER, population, register, rename
from tests.pilots import recorded
from tui.cli.stories import lines_of
from tui.ledgers import create_ledger, in_memory, log_of, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Run

DAY = date(2018, 12, 31)


@pytest.fixture(scope="module")
def readings(demo_ledger: Path) -> Iterator[tuple[Reading, Reading]]:
    """The demo by its index, and read into memory."""
    with open_book(demo_ledger, read_only=True) as book:
        log, journal = log_of(book), in_memory(book)
        assert type(log) is not type(journal)
        yield Reading(log, DAY, log.head), Reading(journal, DAY, journal.head)


@pytest.mark.parametrize(
    "text",
    [
        "strategi", "STRATEGI", "digital strategi", "digut", "levanger 94/18", "«eKommune»", "ørland", "orland",
        "samhandlingsstrategi trøndelag", "utvalg strat", "body-established", "organ opprettet", "2018-05-02",
        "ingenting_slikt", "", "--- !", "a", "kommit ks",
    ],
)  # fmt: skip
def test_index_and_scan_find_the_same(readings: tuple[Reading, Reading], text: str) -> None:
    indexed, scanned = (matching(reading, text) for reading in readings)
    assert indexed == scanned
    assert indexed == sorted(indexed, reverse=True), "newest first"
    if text:
        assert list(positions(readings[0], Filter(search=text))) == sorted(indexed)
    for reading in readings:
        assert matching(reading, text, 3) == indexed[:3]


@pytest.fixture(scope="module")
def every_event(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = lines_of("every-event.jsonl").splitlines()
    path = tmp_path_factory.mktemp("every") / "every-event.vedtak"
    return recorded(path, "vedtak.test/every-event", [json.loads(line) for line in lines])


WINDOWS = [
    (date(2018, 5, 2), None),
    (None, date(2012, 6, 30)),
    (date(2012, 6, 1), date(2012, 6, 30)),
    (date(2018, 1, 1), date(2018, 12, 31)),
    (date(2999, 12, 31), None),
]


@pytest.mark.parametrize(("since", "until"), WINDOWS, ids=str)
def test_dates_are_looked_up_and_no_entry_is_overlooked(
    demo_ledger: Path, every_event: Path, since: date | None, until: date | None
) -> None:
    """Some types of event change nothing, or tell of other days than their entry's."""
    for path in (demo_ledger, every_event):
        with open_ledger(path, read_only=True) as book:
            log, wanted = log_of(book), Filter(since=since, until=until)
            assert isinstance(log, IndexedLog)
            found = list(positions(Reading(log, DAY, log.head), wanted))
            decoded = len(log._entries)
            assert found == [position for position, entry in log.numbered() if wanted.admits(entry)]
            assert decoded <= len(found) + 50, "only what may pass is read"
            assert decoded < log.head


def test_every_word_must_be_there(readings: tuple[Reading, Reading]) -> None:
    both = set(matching(readings[0], "digital strategi"))
    assert both == set(matching(readings[0], "digital")) & set(matching(readings[0], "strategi"))
    assert both


@pytest.fixture
def named(tmp_path: Path) -> Path:
    path = tmp_path / "named.vedtak"
    create_ledger(path, "vedtak.test/search")
    with open_ledger(path) as book:
        pen = Pen(book, WRITER)
        pen.record(register(FJORD, "Fjord"))
        pen.record(rename(FJORD, "Østvidda"))
        pen.record(population(FJORD, 12))
        pen.record(population("organisation/fjord", 13, effective="2020-01-01", _note="Talt på nytt"))
    return path


@pytest.mark.parametrize("indexed", [True, False])
def test_what_concerns_a_thing_is_found_by_its_name(
    named: Path, monkeypatch: pytest.MonkeyPatch, *, indexed: bool
) -> None:
    with open_book(named, read_only=True) as book:
        log = log_of(book) if indexed else in_memory(book)
        reading = Reading(log, DAY, log.head)
        assert matching(reading, "østvidda") == [4, 3, 2, 1]
        assert matching(reading, "østvidda nytt") == [4]
        assert matching(reading, "østvidda folketall") == [4, 3]
        assert matching(Reading(log, DAY, 1), "østvidda") == []
        assert search(reading, "østvidda", 2).entries == (4, 3)
        monkeypatch.setattr(searching, "COUNT_MOST", 3)
        hits = search(reading, "østvidda", 2)
        assert (hits.total, hits.more) == (3, True)
        monkeypatch.setattr(searching, "NAMING_MOST", 0)
        assert matching(reading, "østvidda") == [2], "too common a word is looked for in the texts alone"


def test_search_counts_and_shows_the_newest(ask: Callable[..., Any], vedtak: Run, demo_ledger: Path) -> None:
    told = ask("search", "strategi", "--limit", "4")
    assert len(told["entries"]) == 4
    assert told["total"] > 4
    assert not told["more"]
    numbers = [row["entry"] for row in told["entries"]]
    assert numbers == sorted(numbers, reverse=True)
    all_of_them = [row["entry"] for row in ask("events", "--search", "strategi")]
    assert len(all_of_them) == told["total"]
    assert all_of_them[-4:] == numbers[::-1]
    outcome = vedtak("search", "strategi", "--limit", "4", "--ledger", demo_ledger)
    assert f"4 of {told['total']} entries" in outcome.out
    nothing = vedtak("search", "zzzz", "--ledger", demo_ledger)
    assert (nothing.code, nothing.out) == (0, "No entries match.\n")


def test_words_are_letters_and_digits() -> None:
    assert words("Sak 94/18: «e-Kommune» i TRØNDELAG_2018") == [
        "sak",
        "94",
        "18",
        "e",
        "kommune",
        "i",
        "trøndelag",
        "2018",
    ]

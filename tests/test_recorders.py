"""Do all our recorders keep the library's promises, and the ledger's own?"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError, ProgrammingError
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Refused, Unreadable
from ledger.store.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBRecorder,
    Disclosure,
    LedgerEvent,
    LedgerRecorder,
    StampNotLater,
)
from ledger.store.memory import MemoryRecorder
from ledger.store.sqlite import SQLiteDCBRecorder, create_ledger_file, memory_ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ledger.companion import Cursor, Names, Stored

ORIGIN = "vedtak.test/regionrad"


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    path = tmp_path / "a ledger.vedtak"
    create_ledger_file(path, ORIGIN)
    return path


@pytest.fixture
def on_file(ledger_file: Path) -> Iterator[SQLiteDCBRecorder]:
    with closing(open_ledger(ledger_file)) as recorder:
        yield recorder


@pytest.fixture(params=["file", "sqlite in memory", "memory"])
def recorder(request: pytest.FixtureRequest) -> Iterator[LedgerRecorder]:
    if request.param == "file":
        yield request.getfixturevalue("on_file")
    else:
        made = memory_ledger(ORIGIN) if request.param == "sqlite in memory" else MemoryRecorder(ORIGIN)
        with closing(made):
            yield made


def entry(number: int, *tags: str, stamp: int | None = None, personal: Sequence[Disclosure] = ()) -> LedgerEvent:
    return LedgerEvent(
        "noted", b"entry %d" % number, list(tags), recorded_at=stamp or number, disclosures=tuple(personal)
    )


def everything(recorder: DCBRecorder) -> list[tuple[int, str, bytes, list[str]]]:
    return [(s.position, s.event.type, s.event.data, s.event.tags) for s in recorder.read()]


def by_tag(*tags: str) -> DCBQuery:
    return DCBQuery([DCBQueryItem(tags=[tag]) for tag in tags])


# ---- the library's contract


def test_reading_and_appending_as_the_library_wants_it(recorder: LedgerRecorder) -> None:
    DCBRecorderTestCase()._test_append_read(recorder)


def test_following_as_the_library_wants_it(recorder: LedgerRecorder) -> None:
    DCBRecorderTestCase()._test_append_subscribe(recorder)


def test_appending_nothing_is_a_mistake_of_the_program(recorder: LedgerRecorder) -> None:
    with pytest.raises(ProgrammingError):
        recorder.append([], DCBAppendCondition())


TYPES = st.sampled_from(["founded", "joined", "left"])
COMMANDS = ["command/00000000-0000-4000-8000-000000000001", "command/00000000-0000-4000-8000-000000000002"]
TAGS = st.sampled_from(["a", "b", "ø", 'quo"te', *COMMANDS])
EVENTS = st.builds(DCBEvent, TYPES, st.binary(max_size=3), st.lists(TAGS, max_size=4))
QUERIES = st.none() | st.builds(
    DCBQuery,
    st.lists(st.builds(DCBQueryItem, st.lists(TYPES, max_size=2), st.lists(TAGS, max_size=3)), max_size=3),
)
POSITIONS = st.none() | st.integers(0, 12)
CONDITIONS = st.none() | st.builds(DCBAppendCondition, QUERIES.map(lambda query: query or DCBQuery()), POSITIONS)


@settings(max_examples=200, deadline=None)
@given(
    appends=st.lists(st.tuples(st.lists(EVENTS, min_size=1, max_size=3), CONDITIONS), max_size=6),
    reads=st.lists(st.tuples(QUERIES, POSITIONS, POSITIONS), min_size=1, max_size=6),
)
def test_sqlite_answers_as_the_librarys_own_recorder_does(
    appends: list[tuple[list[DCBEvent], DCBAppendCondition | None]],
    reads: list[tuple[DCBQuery | None, int | None, int | None]],
) -> None:
    def append(recorder: DCBRecorder, events: list[DCBEvent], condition: DCBAppendCondition | None) -> object:
        try:
            return recorder.append(events, condition)
        except IntegrityError:
            return "refused"

    model = InMemoryDCBRecorder()
    with closing(memory_ledger()) as sqlite, closing(MemoryRecorder()) as memory:
        for events, condition in appends:
            expected = append(model, events, condition)
            assert append(sqlite, events, condition) == expected
            assert append(memory, events, condition) == expected
        for query, after, limit in reads:
            wanted = model.read(query, after=after, limit=limit)
            expected_events = list(wanted)
            for recorder in (sqlite, memory):
                found = recorder.read(query, after=after, limit=limit)
                assert list(found) == expected_events
                assert found.head == wanted.head


def test_a_rule_may_have_read_thousands_of_things(recorder: LedgerRecorder) -> None:
    recorder.append([entry(1, "thing:4999", "partnership:1")])
    things = [f"thing:{number}" for number in range(5000)]
    with pytest.raises(IntegrityError):
        recorder.append([entry(2)], DCBAppendCondition(by_tag(*things)))
    assert recorder.append([entry(2)], DCBAppendCondition(by_tag(*things), after=1)) == 2
    assert [found.position for found in recorder.read(by_tag(*things))] == [1]


def test_the_librarys_applications_run_on_a_ledger(ledger_file: Path) -> None:
    env = {"PERSISTENCE_MODULE": "ledger.store.sqlite", "SQLITE_DBNAME": str(ledger_file)}
    for position in (1, 2):  # the second time the tables are there already
        with DCBApplication(env=env) as application:
            assert application.recorder.append([entry(position)]) == position
    with DCBApplication(env={**env, "LEDGER_READ_ONLY": "yes"}) as application:
        assert len(list(application.recorder.read())) == 2
        with pytest.raises(Refused):
            application.recorder.append([entry(3)])


@pytest.mark.parametrize("module", ["ledger.store.sqlite", "ledger.store.memory"])
def test_the_librarys_applications_run_in_memory(module: str) -> None:
    env = {"PERSISTENCE_MODULE": module, "SQLITE_DBNAME": ":memory:", "LEDGER_ORIGIN": ORIGIN}
    with DCBApplication(env=env) as application:
        assert isinstance(application.recorder, LedgerRecorder)
        assert application.recorder.append([entry(1)]) == 1
        assert application.recorder.origin == ORIGIN


def test_an_application_is_told_when_no_ledger_is_named() -> None:
    with pytest.raises(OSError, match="SQLITE_DBNAME"):
        DCBApplication(env={"PERSISTENCE_MODULE": "ledger.store.sqlite", "SQLITE_DBNAME": ""})


def test_an_application_does_not_make_a_ledger_by_accident(tmp_path: Path) -> None:
    missing = tmp_path / "missing.vedtak"
    with pytest.raises(Unreadable):
        DCBApplication(env={"PERSISTENCE_MODULE": "ledger.store.sqlite", "SQLITE_DBNAME": str(missing)})
    assert list(tmp_path.iterdir()) == []


# ---- positions, heads and the stream


def test_positions_are_dense_whatever_was_refused_between(recorder: LedgerRecorder) -> None:
    assert (recorder.origin, recorder.head(), recorder.last_recorded_at()) == (ORIGIN, 0, 0)
    with pytest.raises(StampNotLater):
        recorder.append([LedgerEvent("never stamped", b"")])
    assert recorder.append([entry(1, "a"), entry(2, "a")]) == 2
    with pytest.raises(IntegrityError):
        recorder.append([entry(3)], DCBAppendCondition(by_tag("a")))
    with pytest.raises(StampNotLater):
        recorder.append([entry(3, stamp=1)])
    assert recorder.append([entry(3)]) == 3
    assert [position for position, *_ in everything(recorder)] == [1, 2, 3]
    assert recorder.head() == 3


def test_the_stream_gives_the_stored_bytes_of_a_range(recorder: LedgerRecorder) -> None:
    recorder.append([entry(number) for number in range(1, 2502)])  # more than two batches
    assert list(recorder.stream()) == [(number, b"entry %d" % number) for number in range(1, 2502)]
    assert [position for position, _ in recorder.stream(after=998, until=1001)] == [999, 1000, 1001]
    assert (
        list(recorder.stream(after=2501)) == list(recorder.stream(after=9000)) == list(recorder.stream(until=0)) == []
    )
    assert len(list(recorder.stream(after=-1, until=9000))) == 2501


def test_the_stream_shows_one_moment_and_lets_others_write(recorder: LedgerRecorder) -> None:
    recorder.append([entry(number) for number in range(1, 1501)])
    stream = recorder.stream()
    first = next(stream)
    recorder.append([entry(1501)])
    assert [first[0], *(position for position, _ in stream)] == list(range(1, 1501))


# ---- clock and vault


@pytest.mark.parametrize("stamps", [[10], [9], [0], [11, 11], [12, 11]])
def test_time_that_stands_still_or_goes_back_is_refused(recorder: LedgerRecorder, stamps: list[int]) -> None:
    recorder.append([entry(1, stamp=10)])
    secret = Disclosure("c", b"salt", "Kari")
    events = [LedgerEvent("noted", b"", ["a"], recorded_at=stamp, disclosures=(secret,)) for stamp in stamps]
    with pytest.raises(StampNotLater) as refusal:
        recorder.append(events)
    assert refusal.value.last == 10
    assert (recorder.head(), recorder.last_recorded_at(), recorder.disclosures(["c"])) == (1, 10, {})
    assert recorder.append([entry(2, stamp=11), entry(3, stamp=12)]) == 3
    assert recorder.last_recorded_at() == 12


def test_disclosures_are_kept_apart_from_the_entry(recorder: LedgerRecorder) -> None:
    kari, ola = Disclosure("c1", b"\x00salt", "Kari Nordmann"), Disclosure("c2", b"s", "Ola Nordmann")
    recorder.append([entry(1, personal=[kari]), entry(2, personal=[ola])])
    recorder.append([entry(3, personal=[kari])])  # said again: the same commitment is the same disclosure
    assert recorder.disclosures(["c2", "c1", "c3"]) == {"c1": kari, "c2": ola}
    assert recorder.disclosures([]) == {}
    assert "Nordmann" not in repr(list(recorder.read()))


def test_a_value_deleted_from_memory_is_gone() -> None:
    recorder = MemoryRecorder()
    recorder.append([entry(1, personal=[Disclosure("c", b"salt", "Kari")])])
    del recorder.vault["c"]
    assert recorder.disclosures(["c"]) == {}


def test_a_value_deleted_from_the_vault_is_gone_from_the_disk(ledger_file: Path) -> None:
    secret = Disclosure("c", b"salt", "Kari Nordmann, 99 88 77 66")
    with closing(open_ledger(ledger_file)) as recorder:
        recorder.append([entry(1, personal=[secret])])
    assert secret.value.encode() in ledger_file.read_bytes()
    with closing(open_ledger(ledger_file)) as recorder:
        with recorder.datastore.transaction(commit=True) as c:
            c.execute("DELETE FROM vault WHERE commitment = 'c'")
        assert recorder.disclosures(["c"]) == {}
    assert [path.name for path in ledger_file.parent.iterdir() if path.suffix not in {".lock", ".vedtak"}] == []
    assert secret.value.encode() not in ledger_file.read_bytes()


# ---- companions


class Tally:
    """Counts events, and fails when told to, after having written."""

    fails = False

    def create(self, c: Cursor) -> None:
        c.execute("CREATE TABLE tally (first INTEGER, events INTEGER)")

    def append(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:  # noqa: ARG002 - what every companion is given
        c.execute("INSERT INTO tally VALUES (?, ?)", (first_position, len(events)))
        if self.fails:
            raise RuntimeError


def test_a_companion_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    tally = Tally()
    path = tmp_path / "with a tally.vedtak"
    create_ledger_file(path, ORIGIN, companions=[tally])
    with closing(open_ledger(path, companions=[tally])) as recorder:
        recorder.append([DCBEvent("plain", b""), entry(5, "a")])
        tally.fails = True
        with pytest.raises(RuntimeError):
            recorder.append([entry(6, "b", personal=[Disclosure("c", b"salt", "Kari")])])
        tally.fails = False
        assert recorder.append([entry(6, "b")]) == 3
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT * FROM tally").fetchall() == [(1, 2), (3, 1)]
        assert raw.execute("SELECT position, recorded_at FROM entry").fetchall() == [(1, None), (2, 5), (3, 6)]
        tags = "SELECT text, position FROM entry_tag JOIN name ON tag = number"
        assert raw.execute(tags).fetchall() == [("a", 2), ("b", 3)]
        assert raw.execute("SELECT * FROM vault").fetchall() == []


class LateTally(Tally):
    """Fails only when the transaction is committed."""

    def create(self, c: Cursor) -> None:
        c.execute("CREATE TABLE tally (first INTEGER REFERENCES entry DEFERRABLE INITIALLY DEFERRED, events INTEGER)")

    def append(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:  # noqa: ARG002 - what every companion is given
        c.execute("INSERT INTO tally VALUES (?, ?)", (first_position + 1000 * self.fails, len(events)))


def test_a_commit_that_fails_leaves_nothing_behind() -> None:
    tally = LateTally()
    with closing(memory_ledger(companions=[tally])) as recorder:
        tally.fails = True
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            recorder.append([entry(1)])
        tally.fails = False
        assert recorder.head() == 0
        assert recorder.append([entry(1)]) == 1


# ---- the tables' own guards


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET data = x'00' WHERE position = 1",
        "UPDATE entry SET position = 9 WHERE position = 2",
        "DELETE FROM entry WHERE position = 2",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry VALUES (1, 1, 9, NULL, '[]', x'00')",
        "REPLACE INTO entry VALUES (2, 1, 9, NULL, '[]', x'00')",
        "INSERT INTO entry VALUES (2, 1, 9, NULL, '[]', x'00') ON CONFLICT DO UPDATE SET data = excluded.data",
        "INSERT INTO entry VALUES (4, 1, 9, NULL, '[]', x'00') -- a gap",
        "INSERT INTO entry VALUES (0, 1, 9, NULL, '[]', x'00') -- before the first",
        "INSERT INTO entry (type, recorded_at, tags, data) VALUES (1, 9, '[]', x'00') -- no position",
        "INSERT INTO entry VALUES (3, 1, 9, NULL, 'not json', x'00')",
        "INSERT INTO entry VALUES (3, 1, 2, NULL, '[]', x'00') -- no later than the one before",
        "UPDATE entry SET recorded_at = recorded_at + 1",
        "UPDATE entry SET type = 2",
        "UPDATE entry SET command = x'00'",
        "UPDATE entry_tag SET tag = 1",
        "DELETE FROM entry_tag",
        "INSERT INTO entry_tag VALUES (1, 1)",
        "INSERT OR REPLACE INTO entry_tag VALUES (1, 2)",
        "INSERT INTO entry_tag VALUES (2, 9)",
        "UPDATE name SET text = 'other' WHERE number = 1",
        "DELETE FROM name",
        "INSERT INTO name VALUES (9, 'a gap')",
        "INSERT OR REPLACE INTO name VALUES (1, 'other')",
        "INSERT OR REPLACE INTO name VALUES (3, 'noted')",
        "UPDATE leaf SET hash = zeroblob(32)",
        "DELETE FROM leaf",
        "INSERT OR REPLACE INTO leaf VALUES (2, zeroblob(32))",
        "INSERT INTO leaf VALUES (3, zeroblob(32))",
        "INSERT INTO tile VALUES (1, 0, zeroblob(32))",
        "INSERT INTO tile VALUES (0, 0, zeroblob(32))",
        "UPDATE ledger SET origin = 'another'",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger VALUES ('another')",
        "REPLACE INTO ledger (rowid, origin) VALUES (1, 'another')",
        "UPDATE vault SET value = 'Ola'",
        "INSERT OR REPLACE INTO vault VALUES ('c', x'00', 'Ola')",
    ],
)
def test_the_file_refuses_to_be_rewritten_even_from_the_outside(on_file: SQLiteDCBRecorder, statement: str) -> None:
    on_file.append([entry(1, "a"), entry(2, "a", personal=[Disclosure("c", b"salt", "Kari")])])
    with closing(sqlite3.connect(on_file.datastore.path or "")) as raw:  # no settings of ours, as in the sqlite3 shell
        before = "\n".join(raw.iterdump())
        with pytest.raises((sqlite3.IntegrityError, sqlite3.OperationalError)):
            raw.execute(statement)
        raw.rollback()
        assert "\n".join(raw.iterdump()) == before
    assert on_file.append([entry(3)]) == 3


# ---- at the same time


def test_threads_take_turns(recorder: LedgerRecorder) -> None:
    def write() -> None:
        for _ in range(20):
            recorder.append([DCBEvent("noted", b"", ["a"])])
            recorder.head()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorder.head() == len(list(recorder.stream())) == 80


def test_following_sees_what_another_connection_writes(ledger_file: Path) -> None:
    with (
        closing(open_ledger(ledger_file)) as writer,
        closing(open_ledger(ledger_file, read_only=True)) as reader,
    ):
        writer.append([entry(number, "odd" if number % 2 else "even") for number in range(1, 1203)])
        with reader.subscribe(by_tag("odd"), after=1) as following:
            assert [next(following).position for _ in range(600)] == list(range(3, 1202, 2))
            writer.append([entry(1203, "even"), entry(1204, "odd")])
            assert next(following).position == 1204


def test_following_stops_when_told_to(recorder: LedgerRecorder) -> None:
    received: list[object] = []
    with recorder.subscribe() as following:
        thread = threading.Thread(target=lambda: received.extend(following))
        thread.start()
        time.sleep(0.1)
        following.stop()
        began = time.monotonic()
        thread.join(timeout=5)
    assert not thread.is_alive()
    assert time.monotonic() - began < 1
    assert received == []

"""Does the index say of everything that fixtures/ records what replay says, and does every value come through it?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random
from sqlite3 import Connection, connect
from typing import Any, NamedTuple

import pytest

from ledger.calendar import bounds
from ledger.entry import Actor, happening
from ledger.events import CATALOGUE
from ledger.facts import BELONGS_TO, Assign, Happening, Slot, Value, replay
from ledger.fields import KINDS, SCOPED_KINDS
from ledger.journal import Journal, tags
from ledger.record import Pen
from ledger.store import WHOLE_LEDGER, Sealed, memory_book
from projections.index import VALUE_MAX
from projections.indexed import IndexedLog
from projections.indexed_points import value_of
from projections.reading import Reading
from tests.dense_ledgers import Oracle
from tui.ledgers import create_ledger, open_ledger

FIXTURES = Path(__file__).parent.parent / "fixtures"
HISTORIES = {
    "demo": ("register.jsonl", "papers.jsonl"),
    "continuation": ("register.jsonl", "papers.jsonl", "continuation.jsonl"),
    "every-event": ("every-event.jsonl",),
}
PAIRS = 50


class History(NamedTuple):
    log: IndexedLog
    journal: Journal
    happenings: list[Happening]
    connection: Connection


@pytest.fixture(scope="module", params=HISTORIES)
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Checked by the pen, then appended to a file a hundred at a time."""
    text = "".join((FIXTURES / name).read_text(encoding="utf-8") for name in HISTORIES[request.param])
    origin = "vedtak.test/fixtures"
    pen = Pen(memory_book(origin), Actor("test", "import"))
    entries = pen.rehearse([json.loads(line) for line in text.splitlines()])
    path = tmp_path_factory.mktemp("index") / "ledger.vedtak"
    create_ledger(path, origin)
    with open_ledger(path) as book:
        for begun in range(0, len(entries), 100):
            book.append([Sealed(entry, tags(entry)) for entry in entries[begun : begun + 100]], WHOLE_LEDGER, begun)
    journal = Journal()
    journal.extend(entries)
    with closing(connect(path)) as connection:
        happenings = [happening(position, entry) for position, entry in journal.numbered()]
        yield History(IndexedLog(connection), journal, happenings, connection)


def moments(history: History) -> list[tuple[date, int]]:
    """Days around which something begins, or may, and any day; as known at any time."""
    chance = Random(len(history.happenings))  # noqa: S311 - where to look, not a secret
    found = []
    for _ in range(PAIRS):
        told = chance.choice(history.happenings)
        day = chance.choice(bounds(told.effective)) + timedelta(days=chance.choice([-1, 0, 0, 1, 400]))
        found.append((day, chance.randint(0, history.log.head)))
    return found


def test_the_whole_state_is_what_replay_says(history: History) -> None:
    for moment in [*moments(history), (date.max, history.log.head), (date.min, history.log.head)]:
        found, expected = history.log.history.at(*moment), replay(history.happenings, *moment)
        assert found.answers == expected.answers
        assert found.balances == expected.balances


def test_each_partnership_is_what_replay_says(history: History) -> None:
    oracle = Oracle(entry for _, entry in history.journal.numbered())
    partnerships = [ref for ref in oracle.entities if ref.startswith("partnership/")]
    for moment in moments(history)[:20]:
        state = oracle.at(*moment)
        for partnership in partnerships:
            assert history.log.history.of_scope(partnership, *moment) == oracle.of_scope(partnership, state)


def test_what_there_is_comes_in_the_order_recorded(history: History) -> None:
    """Of what the pen let through, the index lists everything in the very order of the log in memory."""
    facts, memory = history.log.history, history.journal.history
    assert list(facts.entities()) == list(memory.entities())
    for kind in KINDS:
        assert list(facts.entities(kind)) == list(memory.entities(kind))
    for attribute in ("name", "exists", BELONGS_TO, "member"):
        assert list(facts.having(attribute)) == list(memory.having(attribute))
    assert {*facts.accounts()} == {*memory.accounts()}
    for entity in memory.entities():
        assert list(facts.slots(entity)) == list(memory.slots(entity))
    for partnership in memory.entities("partnership"):
        assert list(facts.placed_in(partnership)) == list(memory.placed_in(partnership))


def test_every_look_is_what_memory_says(history: History) -> None:
    chance = Random(1)  # noqa: S311 - where to look, not a secret
    facts, memory = history.log.history, history.journal.history
    for entity in memory.entities():
        slot = chance.choice(list(memory.slots(entity)))
        for day, known in moments(history)[:3]:
            assert facts.fact(slot, day, known) == facts.answer(slot, day, known) == memory.answer(slot, day, known)
            assert facts.writers(slot, known) == memory.writers(slot, known)
    for position in range(1, history.log.head + 1):
        assert facts.withdrawn_by(position, history.log.head) == memory.withdrawn_by(position, history.log.head)
        assert facts.place(position) == memory.place(position)


def test_what_is_looked_up_together_is_called_as_when_it_is_asked_for_alone(history: History) -> None:
    refs = [*history.journal.history.entities(), "meeting/nobody-met"]
    for day, known in moments(history)[:10]:
        for log in (history.log, history.journal):
            together, alone = Reading(log, day, known), Reading(history.journal, day, known)
            together.look_up(refs)
            assert {*together.looked_up} >= {Slot(ref, "name") for ref in refs}
            assert [together.label(ref) for ref in refs] == [alone.label(ref) for ref in refs]


def identical(found: Value, expected: Value) -> bool:
    """Equal, and of the same types all through: 1 is not True, and a list no tuple."""
    if isinstance(expected, tuple):
        return isinstance(found, tuple) and len(found) == len(expected) and all(map(identical, found, expected))
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and list(found) == list(expected)
            and all(identical(found[name], held) for name, held in expected.items())
        )
    return type(found) is type(expected) and found == expected


def is_plain(value: Value) -> bool:
    """A reference, or one of the few values that have a number."""
    return isinstance(value, bool | None) or (isinstance(value, str) and value.partition("/")[0] in KINDS)


def test_every_value_comes_through_as_it_was(history: History) -> None:
    kept = dict[tuple[int, int], Any](
        ((place + lag, part), value)
        for place, lag, part, value in history.connection.execute("SELECT place, lag, part, value FROM point")
    )
    shapes: set[str] = set()
    for told in history.happenings:
        for part, effect in enumerate(told.effects):
            if not isinstance(effect, Assign):
                assert (told.position, part) not in kept
                continue
            text = kept.pop((told.position, part))
            size = len(json.dumps(effect.value, ensure_ascii=False, separators=(",", ":")))
            assert (text is None) == (size > VALUE_MAX)
            assert (type(text) is int) == is_plain(effect.value)
            if isinstance(text, str):
                assert identical(value_of(text), effect.value), (told.position, effect)
            # And as it is read, long or short.
            (writer,) = [
                writer
                for writer in history.log.history.writers(effect.slot, told.position)
                if writer.position == told.position and writer.value == effect.value
            ][:1]
            assert identical(writer.value, effect.value)
            shapes.add(f"{type(effect.value).__name__} {'long' if text is None else 'short'}")
    assert kept == {}
    if {entry.wire_name for _, entry in history.journal.numbered()} >= {*CATALOGUE}:
        assert shapes >= {
            *("str short", "tuple short", "tuple long", "dict short", "dict long"),
            *("bool short", "int short", "NoneType short"),
        }


def test_only_what_belongs_to_partnerships_has_a_home(history: History) -> None:
    homes = history.connection.execute(
        "SELECT scope.text, thing.text FROM home JOIN name AS scope ON scope.number = scope "
        "JOIN name AS thing ON thing.number = entity"
    ).fetchall()
    assert all(scope.startswith("partnership/") and thing.partition("/")[0] in SCOPED_KINDS for scope, thing in homes)
    placed = {
        (effect.value, effect.slot.entity)
        for told in history.happenings
        for effect in told.effects
        if isinstance(effect, Assign) and effect.slot.attribute == BELONGS_TO and effect.value is not None
    }
    assert {*homes} == placed

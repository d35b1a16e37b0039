"""Would the test of the index see it if the index were wrong? Each mutant is one mistake, made in its source."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any, Final, NamedTuple

import pytest

from projections import index, indexed, indexed_facts, indexed_points
from tests.dense_ledgers import Kept, Tally, examine

LEDGERS: Final = 300
PAIRS: Final = 10


class Change(NamedTuple):
    """Text of a module, every occurrence of it, and what stands there in the mutant."""

    module: ModuleType
    old: str
    new: str
    times: int = 1


ALIVE, HEARD = "(dead IS NULL OR dead > ?)", "place + lag <= ?"
MUTANTS: Final[dict[str, list[Change]]] = {
    "corrections are not applied": [
        Change(indexed_facts, "dead IS NULL OR dead > ?", "dead > -1 - ? OR dead IS NULL", 3),
        Change(indexed_points, "dead IS NULL OR dead > ?2", "dead > -1 - ?2 OR dead IS NULL", 2),
    ],
    "what is withdrawn counts for one entry more": [
        Change(indexed_facts, "dead > ?", "dead >= ?", 3),
        Change(indexed_points, "dead > ?2", "dead >= ?2", 2),
        Change(indexed_facts, "dead > known", "dead >= known"),
    ],
    "an entry is known one too late": [
        Change(indexed_facts, f'"AND {HEARD} AND {ALIVE} ORDER', f'"AND place + lag < ? AND {ALIVE} ORDER'),
        Change(indexed_points, HEARD, "place + lag < ?"),
    ],
    "of one day, the first recorded is the last": [
        Change(indexed_facts, "ORDER BY earliest DESC, place DESC", "ORDER BY earliest DESC, place"),
        Change(indexed_points, "key, earliest, place, lag, part LIMIT", "key, earliest, place DESC, lag, part LIMIT"),
    ],
    "a whole state breaks a tie by date only": [
        Change(indexed_points, "key, earliest, place, lag, part LIMIT", "key, earliest, lag, part LIMIT"),
    ],
    "an effect begins a day late": [
        Change(indexed_facts, "earliest <= ?", "earliest < ?", 2),
        Change(indexed_points, "WHERE earliest <= ?1", "WHERE earliest < ?1"),
    ],
    "the place of a correction is forgotten": [Change(index, "place = self._place(target)", "place = position")],
    "the place of a correction is forgotten across batches": [
        Change(index, "return place_of(self._c, position)", "return position"),
    ],
    "an uncertain date is read by its first day": [
        Change(index, "return day_number(first), (last - first).days", "return day_number(first), 0"),
    ],
    "an effect's own date is overlooked": [
        Change(index, "span_of(effect.at or effective)", "span_of(effective)"),
    ],
    "an earlier batch is not withdrawn": [Change(index, "if target not in self._filed:", "if target < 0:")],
    "what the same batch corrects is not withdrawn": [Change(index, "in reversed(self._corrections)}", "in ()}")],
    "what came after its withdrawal stands": [Change(index, "return dict(self._c.fetchall())", "return {}")],
    "the last to correct counts, not the first": [
        Change(index, "in reversed(self._corrections)}", "in self._corrections}")
    ],
    "one slot written twice in an entry has one writer": [
        Change(index, "if twin != part and span == 0:", "if twin != part and span == 9:"),
    ],
    "two corrections in one place are one": [Change(index, "if shared:", "if shared and position < 0:")],
    "a thing is at home where the first thing of its entry is": [
        Change(index, "(refers_to, effect.slot.entity)", "(refers_to, effects[0][0].entity)"),
    ],
    "a thing is at home wherever it ever was": [
        Change(indexed_facts, " and any(writer.value == scope for writer in answer.writers)", ""),
    ],
    "all things are at home where those are that have one": [
        Change(indexed_points, "len(holders) == len(set(self._entities)) and ", ""),
    ],
    "everything is at home if it has a home": [
        Change(indexed_points, " and set(compress(self._numbers, held)) <= {value}", ""),
    ],
    "a movement is not withdrawn with its entry": [Change(index, "dead.get(position), row.ore", "None, row.ore")],
    "a movement of an earlier batch is not withdrawn": [
        Change(index, '"AND part = ? AND dead IS NULL"', '"AND part = ? AND dead < 0"'),
    ],
    "a movement is certain from its first day": [
        Change(indexed_points, "FILTER (WHERE earliest + span <= ?1)", "FILTER (WHERE earliest <= ?1)"),
    ],
    "what may have moved is what has": [Change(indexed_points, "AND earliest + span > ?1", "AND earliest + span > 0")],
    "a long value is looked for in another effect": [
        Change(indexed_points, "told[position][part]", "told[position][part - 1]"),
    ],
    "a long value is left out where another may be meant": [
        Change(indexed_points, "asked = set(chain.from_iterable(doubtful))", "asked: set[int] = set()"),
    ],
    "a tuple comes back as a list": [Change(indexed_points, 'tupled(value) if "["', 'value if "["')],
    "a tuple of a whole state comes back as a list": [Change(indexed_points, "if type(value) in _NESTED", "if False")],
    "the effects of an entry lose their order": [
        Change(indexed_points, "zip(self._positions, self._parts", "zip(self._positions, self._spans"),
    ],
    "an entry is around its first day only": [Change(index, "(earliest, earliest + span)", "(earliest, earliest)")],
    "a thing too large to read whole loses its order": [
        Change(indexed_facts, "ORDER BY place + lag, part", "ORDER BY place, part"),
    ],
}


def mutant(changes: list[Change]) -> Kept:
    made: dict[ModuleType, ModuleType] = {}
    with pytest.MonkeyPatch.context() as patch:
        for module in (index, indexed_points, indexed_facts, indexed):
            source = inspect.getsource(module)
            for change in changes:
                if change.module is module:
                    assert source.count(change.old) == change.times, f"“{change.old}” is not in {module.__name__} now"
                    source = source.replace(change.old, change.new)
            made[module] = ModuleType(module.__name__)
            exec(compile(source, f"<mutant of {module.__name__}>", "exec"), vars(made[module]))  # noqa: S102 - our own source
            patch.setitem(sys.modules, module.__name__, made[module])  # for the next to import from
    log: Any = made[indexed]
    return Kept(made[index].Index, log.IndexedLog, made[indexed_facts], made[indexed_points])


def seen(kept: Kept) -> int | None:
    """How many ledgers it takes until the mistake is seen."""
    tally = Tally()
    for count, seed in enumerate(range(LEDGERS), 1):
        try:
            examine(tally, seed, PAIRS, kept)
        except Exception as error:  # noqa: BLE001 - whatever a mutant comes to grief over
            tally.wrong.append(repr(error))
        if tally.wrong:
            return count
    return None


@pytest.mark.parametrize("changes", MUTANTS.values(), ids=MUTANTS)
def test_the_mistake_is_seen(changes: list[Change]) -> None:
    assert seen(mutant(changes)) is not None


def test_nothing_is_seen_where_nothing_is_wrong() -> None:
    kept = mutant([])
    tally = Tally()
    for seed in range(20):
        examine(tally, seed, PAIRS, kept)
    assert tally.wrong == []

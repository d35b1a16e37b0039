"""Small, dense ledgers and everything that can be asked of them, each answer held against the definition.

Few things, few days: ties are the rule. The entries are real ones, of event types that give every sort of effect, but
sealed here and not by the pen, whose rules no dense history would pass. They are recorded through the real append path
of SQLite, in batches of any size, and the index is asked what :func:`ledger.facts.replay` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from random import Random
from sqlite3 import Connection, connect
from types import ModuleType
from typing import Any, Final, NamedTuple
from uuid import UUID

import pytest

from ledger.calendar import bounds
from ledger.entry import Actor, Correction, Entry, encode, from_microseconds, happening
from ledger.events import CATALOGUE
from ledger.events.budgets import BudgetLine
from ledger.facts import (
    BELONGS_TO,
    Account,
    Answer,
    Assign,
    Balance,
    Happening,
    Move,
    Movement,
    Slot,
    State,
    Writer,
    possible_within,
    replay,
)
from ledger.fields import Money
from ledger.journal import Journal, Log, tags
from ledger.store.api import LedgerEvent
from ledger.store.sqlite import memory_ledger
from projections import indexed, indexed_facts, indexed_points
from projections.index import Index
from projections.indexed import IndexedLog

START: Final = date(2020, 1, 20)
ORIGIN: Final = "vedtak.test/dense"
ACTOR: Final = Actor("test", "import")
ORGANISATIONS: Final = [f"organisation/{slug}" for slug in "abc"]
BODIES: Final = [f"body/{slug}" for slug in "ab"]
PARTNERSHIPS: Final = [f"partnership/{slug}" for slug in "ab"]
CONTRIBUTIONS: Final = ["contribution/a", "contribution/b"]
BUDGET, STRATEGY, DECISION = "budget/a", "strategy/a", "decision/a"
SCOPED: Final = [*BODIES, *CONTRIBUTIONS, BUDGET]
NAMES: Final = ["Ny", "Gammel", " og ".join(["Et langt navn"] * 9), "Ærfugløya-" * 14]
"""The last two are too long to stand in the index itself."""

Making = Callable[[Random], dict[str, Any]]


def one(*of: Sequence[Any]) -> Callable[[Random], Any]:
    choices = [choice for part in of for choice in part]
    return lambda chance: chance.choice(choices)


def some(of: Sequence[Any], least: int = 1) -> Callable[[Random], tuple[Any, ...]]:
    """A few of them, one perhaps twice: then an entry assigns one slot twice."""
    return lambda chance: tuple(chance.choices(of, k=chance.randint(least, 3)))


def money(chance: Random) -> Money:
    known = chance.random() < 0.8
    return Money("exact", chance.randint(-300, 300)) if known else Money("unknown")


def lines(chance: Random) -> tuple[BudgetLine, ...]:
    return tuple(
        BudgetLine(chance.choice("12"), chance.choice(NAMES), "expenditure", money(chance))
        for _ in range(chance.randint(1, 3))
    )


EVENTS: Final[dict[str, dict[str, Callable[[Random], Any]]]] = {
    "organisation-renamed": {"organisation": one(ORGANISATIONS), "name": one(NAMES)},
    "population-recorded": {"organisation": one(ORGANISATIONS), "population": one(range(3))},
    "organisation-dissolved": {"organisation": one(ORGANISATIONS), "cause": one(NAMES)},
    "organisations-merged": {"predecessors": some(ORGANISATIONS), "result": one(ORGANISATIONS)},
    "membership-started": {"member": one(ORGANISATIONS), "of": one(BODIES)},
    "membership-ended": {"member": one(ORGANISATIONS), "of": one(BODIES)},
    "body-membership-set": {"body": one(BODIES), "members": some([*ORGANISATIONS, *BODIES])},
    "body-established": {
        "body": one(BODIES),
        "name": one(NAMES),
        "kind": one(["board", "council"]),
        "effect": one(["decided", "evidenced"]),
        "owner": one([*ORGANISATIONS, None]),
    },
    "body-renamed": {"body": one(BODIES), "name": one(NAMES)},
    "partnership-registered": {"partnership": one(PARTNERSHIPS), "name": one(NAMES)},
    "partnership-ended": {
        "partnership": one(PARTNERSHIPS),
        "reason": one(NAMES),
        "succeeded_by": some(PARTNERSHIPS, 0),
    },
    "things-placed": {"things": some(SCOPED), "partnership": one([*PARTNERSHIPS, *PARTNERSHIPS, None])},
    "budget-adopted": {
        "budget": one([BUDGET]),
        "title": one(NAMES),
        "holder": one([*ORGANISATIONS, *BODIES]),
        "year": one([2020, 2021]),
        "lines": lines,
        "total": money,
    },
    "budget-revised": {"budget": one([BUDGET]), "lines": lines, "total": money},
    "contribution-paid": {
        "contribution": one(CONTRIBUTIONS),
        "organisation": one(ORGANISATIONS),
        "amount": money,
        "paid_by": one([*ORGANISATIONS, None, None]),
    },
    "contribution-waived": {"contribution": one(CONTRIBUTIONS), "organisation": one(ORGANISATIONS), "amount": money},
    "adherence-decided": {
        "organisation": one(ORGANISATIONS),
        "to": one([STRATEGY]),
        "answer": one(["joins", "declines"]),
        "decision": one([DECISION]),
        "conditions": one([*NAMES, None]),
    },
    "body-activity-reported": {"body": one(BODIES), "state": one(["functioning", "dormant"])},
    "legality-review-requested": {
        "decision": one([DECISION]),
        "initiative": one(["members", "ministry"]),
        "members": one([3, 4, None]),
    },
    "access-restricted": {
        "subject": one([*BODIES, DECISION]),
        "legal_ground": one(NAMES),
        "scope": one(["everything", "names"]),
    },
}
OWN_DATES: Final = {"body-activity-reported": ("since", "until"), "legality-review-requested": ("put_forward",)}
"""The fields that date an effect by themselves; only what the review was put forward on must be there."""
PLAIN: Final = [*EVENTS, *["organisation-renamed", "things-placed", "contribution-paid", "body-renamed"] * 2]


def on(number: int) -> date:
    return START + timedelta(days=number)


def some_date(chance: Random, days: int, doubt: float) -> str:
    """A day of few; or, as often as ``doubt`` says, one of the ways of not being sure."""
    day = on(chance.randrange(days))
    if chance.random() >= doubt:
        return f"{day}" if chance.random() < 0.9 else f"{day}?"
    later = on(chance.randrange(days))
    return chance.choice(
        [
            f"{day:%Y-%m}",
            f"{min(day, later)}/{max(day, later)}",
            f"../{day}",
            f"{day}/..",
            f"{day:%Y}",
            f"{day:%Y-%m}/{max(day, later):%Y-%m}",
        ]
    )


class Manner(NamedTuple):
    """What sort of ledger."""

    entries: int
    days: int
    doubt: float
    corrected: float = 0.25
    lawless: bool = False
    """Also corrects what is corrected already, itself, and entries yet to come: the pen would never."""


def manner(chance: Random) -> Manner:
    most = chance.choice([5, 20, 80])
    doubt = chance.choice([0, 0, 0.1, 0.5])
    return Manner(chance.randint(1, most), chance.randint(3, 40), doubt, lawless=chance.random() < 0.15)


def dense(chance: Random, told: Manner) -> list[Entry]:
    """The entries of a ledger, in order."""
    made: list[Entry] = []
    withdrawn: set[int] = set()
    for position in range(1, told.entries + 1):
        target = None
        if chance.random() < told.corrected:
            free = [n for n in range(1, position) if n not in withdrawn]
            if told.lawless:
                free = sorted(withdrawn) if chance.random() < 0.5 else [*range(1, told.entries + 1)]
            target = chance.choice([*free, None])
        if target is not None:
            withdrawn.add(target)
        made.append(_entry(chance, told, made, position, target))
    return made


def _entry(chance: Random, told: Manner, made: Sequence[Entry], position: int, target: int | None) -> Entry:
    effective = some_date(chance, told.days, told.doubt)
    if target is not None and chance.random() < 0.3:
        event = CATALOGUE["entry-annulled"]()
    elif target is not None and target < position and chance.random() < 0.7:
        corrected = made[target - 1]
        event = corrected.happened
        if isinstance(event, CATALOGUE["entry-annulled"]) or chance.random() < 0.6:
            event = _like(chance, told, event.__struct_config__.tag)
        effective = corrected.effective if chance.random() < 0.6 else effective
    else:
        event = _like(chance, told, chance.choice(PLAIN))
    return Entry(
        v=1,
        origin=ORIGIN,
        command=str(UUID(int=position)),
        recorded_at=from_microseconds(position),
        recorded_by=ACTOR,
        effective=effective,
        knowledge="documented",
        partnership=chance.choice([*PARTNERSHIPS, None]),
        corrects=None if target is None else Correction(target, "recording_error", "Feil"),
        event=event,
    )


def _like(chance: Random, told: Manner, wire_name: Any) -> Any:
    if wire_name not in EVENTS:
        wire_name = "population-recorded"
    fields = {name: make(chance) for name, make in EVENTS[wire_name].items()}
    for name in OWN_DATES.get(wire_name, ()):
        dated = name == "put_forward" or chance.random() < 0.7
        fields[name] = some_date(chance, told.days, told.doubt) if dated else None
    return CATALOGUE[wire_name](**fields)


def batches(chance: Random, entries: int) -> list[int]:
    """How many entries each append takes: one at a time, two, seven, all at once, or any."""
    size = chance.choice([1, 2, 7, entries, 0])
    sizes: list[int] = []
    while sum(sizes) < entries:
        sizes.append(min(size or chance.randint(1, 9), entries - sum(sizes)))
    return sizes


def stored(entry: Entry) -> LedgerEvent:
    return LedgerEvent(entry.wire_name, encode(entry), list(tags(entry)), recorded_at=entry.recorded_us)


class Kept(NamedTuple):
    """An index and what reads it: the real ones, or mutants of them."""

    companion: Callable[[], Any] = Index
    log: Callable[[Connection], IndexedLog] = IndexedLog
    facts: ModuleType = indexed_facts
    points: ModuleType = indexed_points


REAL: Final = Kept()


@contextmanager
def recorded(
    events: Sequence[LedgerEvent], sizes: Sequence[int], index: Callable[[], Any] = Index
) -> Iterator[Connection]:
    """A ledger in memory with an index, and a connection to read it by."""
    with closing(memory_ledger(ORIGIN, companions=[index()])) as recorder:
        begun = 0
        for size in sizes:
            recorder.append(events[begun : begun + size])
            begun += size
        with closing(connect(recorder.datastore.pool.db_name, uri=True)) as connection:
            yield connection


# ---- what the definition says


class Oracle:
    """What is on record, by going through every entry; it shares nothing with the index but ``effects``."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.happenings = [happening(position, entry) for position, entry in enumerate(entries, 1)]
        self.head = len(self.happenings)
        assigned = [effect for told in self.happenings for effect in told.effects if isinstance(effect, Assign)]
        self.slots = list(dict.fromkeys(effect.slot for effect in assigned))
        self.entities = list(dict.fromkeys(slot.entity for slot in self.slots))
        self.accounts = list(
            dict.fromkeys(
                effect.account for told in self.happenings for effect in told.effects if isinstance(effect, Move)
            )
        )
        self.placed = {(effect.value, effect.slot.entity) for effect in assigned if effect.slot.attribute == BELONGS_TO}

    def at(self, effective: date, known: int) -> State:
        return replay(self.happenings, effective, known)

    def withdrawn_by(self, position: int, known: int) -> int | None:
        found = [told.position for told in self.happenings[:known] if told.withdraws == position]
        return min(found, default=None)

    def place(self, position: int) -> int:
        target = self.happenings[position - 1].withdraws
        return position if target is None or target >= position else self.place(target)

    def writers(self, slot: Slot, known: int) -> list[Writer]:
        return [
            Writer(*bounds(effect.at or told.effective), told.position, effect.value, self.place(told.position))
            for told in self._standing(known)
            for effect in told.effects
            if isinstance(effect, Assign) and effect.slot == slot
        ]

    def movements(self, account: Account, known: int) -> list[Movement]:
        return [
            Movement(told.position, *bounds(effect.at or told.effective), effect.ore)
            for told in self._standing(known)
            for effect in told.effects
            if isinstance(effect, Move) and effect.account == account
        ]

    def of_scope(self, scope: str, state: State) -> dict[Slot, Answer]:
        """What is said of everything that belongs to a partnership, or may."""
        here = {
            slot.entity
            for slot, answer in state.answers.items()
            if slot.attribute == BELONGS_TO and scope in [writer.value for writer in answer.writers]
        }
        return {slot: answer for slot, answer in state.answers.items() if slot.entity in here}

    def _standing(self, known: int) -> Iterator[Happening]:
        withdrawn = {told.withdraws for told in self.happenings[:known]}
        return (told for told in self.happenings[:known] if told.position not in withdrawn)


# ---- holding one against the other


class Tally:
    """How many answers were compared, at how many (effective, known), and those that were not the same."""

    def __init__(self) -> None:
        self.pairs = 0
        self.checks = 0
        self.wrong: list[str] = []

    def same(self, found: object, expected: object, *question: object) -> None:
        self.checks += 1
        if found != expected:
            self.wrong.append(f"{question}: {found!r} is not {expected!r}")

    def dates(self, chance: Random, days: int, head: int) -> tuple[date, int]:
        """A random (effective, known): every day there is and one on either side, and far away now and then."""
        self.pairs += 1
        far = chance.random()
        day = date(1, 1, 1) if far < 0.02 else date(9999, 12, 31) if far < 0.04 else on(chance.randint(-1, days))
        return day, chance.randint(0, head)


def compare(tally: Tally, log: IndexedLog, oracle: Oracle, chance: Random, days: int, pairs: int) -> None:
    """Ask the index at so many random (effective, known)."""
    _compare_whole(tally, log, oracle)
    before: tuple[State, State] | None = None
    for _ in range(pairs):
        moment = tally.dates(chance, days, oracle.head)
        expected = oracle.at(*moment)
        found = log.history.at(*moment)
        tally.same(found.answers, expected.answers, "answers", moment)
        tally.same(found.balances, expected.balances, "balances", moment)
        for slot in chance.sample(oracle.slots, min(2, len(oracle.slots))):
            answer = expected.answers.get(slot, Answer((), unset=True))
            tally.same(log.history.answer(slot, *moment), answer, "answer", slot, moment)
            tally.same(log.history.fact(slot, *moment), answer, "fact", slot, moment)
        scope = chance.choice(PARTNERSHIPS)
        tally.same(log.history.of_scope(scope, *moment), oracle.of_scope(scope, expected), "of", scope, moment)
        if chance.random() < 0.2:
            _compare_parts(tally, log, oracle, chance, *moment)
        if before is not None:
            tally.same(_changed(before[0], found), _changed(before[1], expected), "differences", moment)
        before = found, expected


def _changed(before: State, after: State) -> Collection[object]:
    """The slots and accounts of which another thing is true."""
    pairs: list[tuple[Mapping[Any, Any], Mapping[Any, Any]]] = [
        (before.answers, after.answers),
        (before.balances, after.balances),
    ]
    return {name for one, other in pairs for name in {*one, *other} if one.get(name) != other.get(name)}


def _compare_parts(tally: Tally, log: IndexedLog, oracle: Oracle, chance: Random, effective: date, known: int) -> None:
    facts = log.history
    for slot in chance.sample(oracle.slots, min(2, len(oracle.slots))):
        writers = oracle.writers(slot, known)
        tally.same(facts.writers(slot, known), writers, "writers", slot, known)
        first = min(effective, on(chance.randint(-1, 40)))
        tally.same(
            facts.answer(slot, effective, known, first),
            possible_within(writers, first, effective),
            ("answer within", slot, first, effective, known),
        )
    for account in oracle.accounts[:3]:
        tally.same(facts.movements(account, known), oracle.movements(account, known), "movements", account, known)
    for account in [*oracle.accounts[:1], Account("contribution/none", "paid")]:
        balance = oracle.at(effective, known).balances.get(account, Balance(0, 0, 0))
        tally.same(facts.balance(account, effective, known), balance, "balance", account, effective, known)
    position = chance.randint(1, oracle.head)
    tally.same(facts.withdrawn_by(position, known), oracle.withdrawn_by(position, known), "withdrawn", position, known)
    tally.same(facts.place(position), oracle.place(position), "place", position)


def _compare_whole(tally: Tally, log: IndexedLog, oracle: Oracle) -> None:
    facts = log.history
    tally.same({*facts.entities()}, {*oracle.entities}, "entities")
    tally.same({*facts.entities("body")}, {ref for ref in oracle.entities if ref.startswith("body/")}, "bodies")
    tally.same({*facts.accounts()}, {*oracle.accounts}, "accounts")
    having = {slot.entity for slot in oracle.slots if slot.attribute == "name"}
    tally.same({*facts.having("name")}, having, "having")
    for entity in oracle.entities[:4]:
        slots = [slot for slot in oracle.slots if slot.entity == entity]
        tally.same(list(facts.slots(entity)), slots, "slots", entity)
    for scope in PARTNERSHIPS:
        placed = {entity for where, entity in oracle.placed if where == scope}
        tally.same({*facts.placed_in(scope)}, placed, "placed in", scope)


def compare_logs(tally: Tally, log: Log, journal: Journal, chance: Random, days: int) -> None:
    """What a log answers beside its facts, against the one in memory."""
    known = chance.randint(0, journal.head)
    first, last = sorted(on(chance.randint(-1, days)) for _ in range(2))
    tally.same(list(log.around(first, last, known)), list(journal.around(first, last, known)), "around", first, last)
    tally.same(log.types(known), journal.types(known), "types", known)
    among = set(chance.choices(range(1, journal.head + 1), k=journal.head // 2))
    tally.same([*log.types(known, among).items()], [*journal.types(known, among).items()], "types among", known)
    tally.same(list(log.numbered(known)), list(journal.numbered(known)), "numbered", known)
    for ref in (*ORGANISATIONS[:1], *PARTNERSHIPS[:1], "body/none"):
        tally.same(list(log.mentions(ref, known)), list(journal.mentions(ref, known)), "mentions", ref, known)
    some = (*ORGANISATIONS[:2], *PARTNERSHIPS[:1], "body/none")
    tally.same(log.mentioning(some, known), journal.mentioning(some, known), "mentioning", some, known)
    wire_name = chance.choice(PLAIN)
    tally.same(list(log.of_type(wire_name, known)), list(journal.of_type(wire_name, known)), "of type", wire_name)
    position = chance.randint(1, journal.head)
    entry = journal.entry(position)
    tally.same(log.entry(position), entry, "entry", position)
    tally.same(log.commanded(entry.command), position, "commanded", position)
    tally.same(log.known_at(entry.recorded_at), position, "known at", position)


def examine(tally: Tally, seed: int, pairs: int, kept: Kept = REAL) -> None:
    """Record the ledger of a seed and compare it at so many (effective, known)."""
    chance = Random(seed)  # noqa: S311 - a history, not a secret
    told = manner(chance)
    entries = dense(chance, told)
    sizes = batches(chance, len(entries))
    with (
        recorded([stored(entry) for entry in entries], sizes, kept.companion) as connection,
        pytest.MonkeyPatch.context() as patch,
    ):
        if chance.random() < 0.3:  # as if the ledger were larger than what is kept in mind
            patch.setattr(kept.facts, "BLOCK_MAX", chance.choice([0, 3]))
            for name in ("_BLOCKS", "_ASKED", "_PAGE"):
                patch.setattr(kept.facts, name, 2)
            patch.setattr(indexed, "_ENTRIES", 2)
            patch.setattr(kept.points, "_NAMES", 3)
        log = kept.log(connection)
        before = len(tally.wrong)
        compare(tally, log, Oracle(entries), chance, told.days, pairs)
        compare_logs(tally, log, journal_of(entries), chance, told.days)
        tally.wrong[before:] = [f"seed {seed}, {told}, batches {sizes}: {what}" for what in tally.wrong[before:]]


def journal_of(entries: Iterable[Entry]) -> Journal:
    journal = Journal()
    journal.extend(entries)
    return journal

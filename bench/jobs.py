"""The jobs: what is asked of ours, of the floor and of the peers, at which sizes, and what the goal is.

The goals are those that the project set itself; the numbers in :data:`GOALS` are the whole of the promise.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any, Final

from bench import floors, ours, points, workload
from bench.measuring import (
    PAIRS,
    SLOW_DISK,
    Goal,
    NotHere,
    Result,
    Side,
    compare,
    duration,
    profiled,
    weigh,
)
from bench.peers import plain_text_accounting
from ledger.entry import Entry, decode
from ledger.facts import Slot

SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
_ALL = (SMALL, MIDDLE, LARGE)
_PEER = (SMALL, MIDDLE)

_BARE_COMMIT = "bare one-row SQLite commit"
_AGGREGATES = "eventsourcing aggregates"
GOALS: Final = (
    Goal("1", "append one, durable, with everything", _BARE_COMMIT, 2, "at_most", _ALL, "wall", durable=True),
    Goal("1b", "append one", f"{_AGGREGATES}: get, tell, save", 5, "at_least", _PEER, "wall", durable=True),
    Goal("1c", "append one", "git add and commit", 200, "at_least", _PEER, "wall"),
    Goal("1d", "append one", "the same at 10 000", 1.5, "at_most", (LARGE,), "wall", durable=True),
    Goal("1e", "append one dated back 20 years", "one in order", 1.2, "at_most", _ALL, "wall", durable=True),
    Goal("1j", "append one: CPU alone", _BARE_COMMIT, 2, "shown", _ALL),
    Goal("1f", "the tree's part of an append", "–", 30e-6, "seconds", _ALL),
    Goal("1g", "append one", "DoltLite: a row and a commit", 1, "shown", (SMALL,), "wall", durable=True),
    Goal("1h", "append one", "DuckDB: one row", 1, "shown", _PEER, "wall", durable=True),
    Goal("1i", "append one", "PostgreSQL 15: one row", 1, "shown", _PEER, "wall", durable=True),
    Goal("2", "import all, with everything", "bare executemany of the bodies", 6, "at_most", _ALL),
    Goal("2b", "import all, with everything", f"{_AGGREGATES}: save 500 at a time", 7, "at_least", _PEER),
    Goal("3", "rebuild everything from the log", "bare decode and fold", 3, "at_most", _ALL),
    Goal("3b", "fold in memory", "bare decode and fold", 1.15, "at_most", _ALL),
    Goal("3c", "rebuild everything from the log", f"{_AGGREGATES}: replay", 5, "at_least", _PEER),
    Goal("4", "one partnership at a random (E, K)", "–", 2e-3, "seconds", _ALL),
    Goal("4b", "one partnership at a random (E, K)", "last writers of its own entries, in memory", 4, "at_least", _ALL),
    Goal("4c", "one partnership at a random (E, K)", "the same answers by replay, entries read", 4, "at_least", _ALL),
    Goal("4d", "one partnership at a random (E, K)", "DuckDB points", 5, "at_least", _ALL, "wall"),
    Goal("4f", "one partnership at a random (E, K)", "PostgreSQL 15 points", 5, "at_least", _ALL, "wall"),
    Goal("4e", "one partnership at a random (E, K)", "the same at 10 000", 1.3, "at_most", (LARGE,)),
    Goal("5", "one fact at a random (E, K)", "bare primary-key look-up", 2, "at_most", _ALL),
    Goal("5b", "one fact at a random (E, K)", "DoltLite: one fact at a commit", 200, "at_least", (SMALL,), "wall"),
    Goal("5c", "one fact at a random (E, K)", "DuckDB points", 1, "shown", _PEER, "wall"),
    Goal("5d", "one fact at a random (E, K)", "PostgreSQL 15 points", 1, "shown", _PEER, "wall"),
    Goal("6", "everything at a (E, K)", "replay by the definition", 4, "at_least", (SMALL, MIDDLE)),
    Goal("7", "what differs after 30 days", "two full states", 50, "at_least", _ALL),
    Goal("7b", "what differs after a year", "git diff of two dates", 4, "at_least", _PEER, "wall"),
    Goal(
        "8", "process: newest 50 and one partnership", "process: import sqlite3, msgspec", 1.5, "at_most", _ALL, "wall"
    ),
    Goal("8a", "process: vedtak events --limit 50", "process: import sqlite3, msgspec", 1, "shown", (SMALL,), "wall"),
    Goal("8b", "process: newest 50 and one partnership", "the same at 10 000", 1.15, "at_most", (LARGE,), "wall"),
    Goal("8c", "process: newest 50 and one partnership", "git log -n 50", 1, "shown", _PEER, "wall"),
    Goal("9", "verify, reading included", "bare RFC 6962 hashing in memory", 1.6, "at_most", _ALL),
    Goal("9b", "verify, reading included", "git fsck --full, a commit an entry", 5, "at_least", _PEER, "wall"),
    Goal("10", "newest 50 with the commonest word", "–", 1e-3, "seconds", _ALL),
    Goal("10a", "newest 50 with the commonest word", "bare FTS5 table of the same words", 1.2, "at_most", _ALL),
    Goal("10b", "newest 50 with a rare word", "git log --grep, whole process", 10, "at_least", _PEER, "wall"),
    Goal("12", "all balances at a date", "ledger: whole process", 25, "at_least", _ALL, "wall"),
    Goal("12b", "all balances at a date", "hledger: whole process", 100, "at_least", _PEER, "wall"),
    Goal("13", "bytes on disk, everything", "the JSON Lines", 1.5, "at_most", _ALL),
    Goal("13b", "bytes on disk, everything", _AGGREGATES, 1, "shown", _PEER),
    Goal("13c", "bytes on disk, everything", "git, a commit an entry", 1, "shown", _PEER),
    Goal("13d", "bytes on disk, everything", "DoltLite, a commit an entry", 1, "shown", (SMALL,)),
    Goal("13e", "bytes on disk, everything", "DuckDB: the points alone", 1, "shown", _PEER),
    Goal("13f", "bytes on disk, everything", "PostgreSQL 15: the points alone", 1, "shown", _PEER),
)
_DECODE: Final = partial(decode, position=0)


class Ground:
    """A workload of one size on disk, and whatever has been made of it, each made when first asked for."""

    def __init__(self, size: int, folder: Path) -> None:
        self.size = size
        self.folder = folder / str(size)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.chance = Random(size)  # noqa: S311 - which questions to ask
        self.lines = workload.jsonl(size, folder)
        self._appended = 0
        self._peers: dict[str, Any] = {}
        self._closing: list[Callable[[], object]] = []

    # The workload.

    def bodies(self) -> Iterator[bytes]:
        """The bodies, streamed from disk."""
        with self.lines.open("rb") as file:
            for line in file:
                yield line[:-1]

    @cached_property
    def held(self) -> list[bytes]:
        """The bodies, in memory."""
        return list(self.bodies())

    def entries(self) -> Iterator[Entry]:
        """The entries, streamed."""
        return map(_DECODE, self.bodies())

    @cached_property
    def withdrawn(self) -> dict[int, int]:
        """Which entry each corrected one was corrected by."""
        return points.corrections(self.entries())

    @cached_property
    def rows(self) -> points.Rows:
        """The workload as rows."""
        return points.rows(self.entries(), self.folder, self.withdrawn)

    @cached_property
    def terms(self) -> tuple[str, str]:
        """The commonest word, and a rare one."""
        return floors.terms(self.entries())

    @cached_property
    def scoped(self) -> list[list[tuple[int, bytes]]]:
        """The bodies of ten partnerships' entries, as an index of entries by partnership would give them."""
        count = workload.partnerships(self.size)
        kept: dict[int, list[tuple[int, bytes]]] = {
            number + 1: [] for number in self.chance.sample(range(count), k=min(10, count))
        }
        for position, body in enumerate(self.bodies(), 1):
            homes = {points.scope(effect[0].entity) for effect in _DECODE(body).happened.effects()}
            for home in homes & kept.keys():
                kept[home].append((position, body))
        return list(kept.values())

    # What is asked.

    def moments(self, count: int) -> list[tuple[date, int]]:
        """So many random (E, K)."""
        begun = date.fromordinal(workload.BEGUN)
        days = int(workload.YEARS * 365.25)
        return [
            (begun + timedelta(days=self.chance.randrange(days)), self.chance.randint(self.size // 10, self.size))
            for _ in range(count)
        ]

    def some_slots(self, count: int) -> list[Slot]:
        """So many slots that are somebody's."""
        return self.chance.choices(self._slots, k=count)

    @cached_property
    def _slots(self) -> list[Slot]:
        return list(self.rows.slots)

    def appendable(self, back: int = 0) -> Iterator[Entry]:
        """Entries that can come next, without end: of the workload's kind, recorded after everything so far."""
        kinds = [
            draft
            for draft in islice(workload.drafts(3000), 1000, 3000)
            if draft.corrects is None and draft.kind in workload.LOOSE
        ]
        for draft in cycle(kinds):
            self._appended += 1
            draft.us = workload.BEGUN_US + 2 * workload.SPAN_US + self._appended * workload.STEP_US
            draft.command = f"{self._appended:08x}-0000-4000-a000-{self.chance.getrandbits(48):012x}"
            if back:
                draft.effective = workload.iso(workload.BEGUN + self._appended % (back * 365))
            yield draft.entry()

    # What is made of it.

    @cached_property
    def ledger(self) -> Path:
        """Our ledger of it."""
        path = self.folder / "ours.vedtak"
        ours.build(path, self.entries())
        return path

    @cached_property
    def handle(self) -> ours.Handle:
        """Our ledger, open."""
        handle = ours.opened(self.ledger)
        self._closing.append(partial(ours.closed, handle))
        return handle

    @cached_property
    def bare(self) -> Any:
        """The bare table of it."""
        connection = floors.bare_table(self.folder / "bare.db", self.bodies())
        self._closing.append(connection.close)
        return connection

    @cached_property
    def words(self) -> Any:
        """The bare full-text table of it."""
        connection = floors.full_text(self.folder / "words.db", self.entries())
        self._closing.append(connection.close)
        return connection

    def peer(self, name: str, make: Callable[[], Any]) -> Any:
        """A peer, made once; what is not here is not here each time."""
        if name not in self._peers:
            try:
                self._peers[name] = made = make()
                self._closing.append(made.close)
            except NotHere as why:
                self._peers[name] = why
        if isinstance(self._peers[name], NotHere):
            raise self._peers[name]
        return self._peers[name]

    def close(self) -> None:
        """Let go of everything."""
        for close in reversed(self._closing):
            with suppress(Exception):
                close()

    # The peers.

    @property
    def aggregates(self) -> Any:
        """The library's own aggregates."""
        return self.peer("aggregates", lambda: self.saved_aggregates(self.folder / "aggregates.db"))

    def saved_aggregates(self, path: Path) -> Any:
        """The workload as aggregates in a file."""
        from bench.peers import eventsourcing_aggregates

        peer = eventsourcing_aggregates.Peer(path)
        peer.load(self.entries())
        return peer

    @property
    def git(self) -> Any:
        """The workload as commits."""
        from bench.peers import git_commits

        def made() -> git_commits.Peer:
            peer = git_commits.Peer(self.folder / "git")
            peer.load(self.entries(), self.bodies())
            return peer

        return self.peer("git", made)

    @property
    def duckdb(self) -> Any:
        """The workload as points in DuckDB."""
        from bench.peers import duckdb_points

        return self.peer("duckdb", lambda: duckdb_points.Peer(self.folder / "points.duckdb", self.rows))

    @property
    def postgres(self) -> Any:
        """The workload as points in PostgreSQL."""
        from bench.peers import postgres_points

        folder = Path("/tmp") / f"vedtak-bench-{self.size}"  # noqa: S108 - a socket's path is short, and its user another
        return self.peer("postgres", lambda: postgres_points.Peer(folder, self.rows))

    @property
    def doltlite(self) -> Any:
        """The workload as commits in DoltLite."""
        from bench.peers import doltlite_commits

        return self.peer("doltlite", lambda: doltlite_commits.Peer(self.folder / "dolt.db", self.rows))

    def accounting(self, program: plain_text_accounting.Program) -> Any:
        """The movements as a plain-text journal."""
        return plain_text_accounting.Peer(program, self.movements)

    @cached_property
    def movements(self) -> Path:
        """The journal itself."""
        path = self.folder / "movements.journal"
        plain_text_accounting.journal(self.entries(), self.withdrawn, path)
        return path

    @cached_property
    def untouched(self) -> Path:
        """Our ledger of exactly the workload, which nobody appends to."""
        path = self.folder / "untouched.vedtak"
        ours.build(path, self.entries())
        return path


class Grounds:
    """The workloads of a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[int, Ground] = {}

    def __getitem__(self, size: int) -> Ground:
        """The workload of a size."""
        if size not in self._made:
            self._made[size] = Ground(size, self.folder)
        return self._made[size]

    def leave(self, size: int) -> None:
        """Let go of one."""
        if size in self._made:
            self._made.pop(size).close()


# ------------------------------------------------------------------------------------------------------------- sides

_FEW, _MANY = 20, 300


def _append(ground: Ground, back: int = 0) -> Side:
    entries = ground.appendable(back)

    return Side(lambda: [partial(ours.append_one, ground.handle, next(entries)) for _ in range(_FEW)], each=True)


def _commit(ground: Ground) -> Side:
    bodies = ground.held[:_FEW]
    return Side(lambda: [partial(floors.commit_one, ground.bare, body) for body in bodies], each=True)


def _append_aggregate(ground: Ground) -> Side:
    peer, entries = ground.aggregates, ground.appendable()
    return Side(lambda: [partial(peer.append, next(entries)) for _ in range(_FEW)], each=True)


def _append_row(ground: Ground, peer: Any) -> Side:
    seqs = iter(range(2 * ground.size, 10 * ground.size))
    rows = ((1, seq % 100, 730_000, seq, points.FOREVER, "1") for seq in seqs)
    return Side(lambda: [partial(peer.append, row) for row in islice(rows, _FEW)], each=True)


def _import(ground: Ground) -> Side:
    path = ground.folder / "imported.vedtak"
    return Side(lambda: ours.build(path, map(_DECODE, ground.held)))


def _bare_import(ground: Ground) -> Side:
    path = ground.folder / "imported.db"
    return Side(lambda: floors.bare_table(path, ground.held).close())


def _save_aggregates(ground: Ground) -> Side:
    _ = ground.aggregates
    path = ground.folder / "saved.db"
    return Side(lambda: ground.saved_aggregates(path).close())


def _partnership(ground: Ground) -> Side:
    refs = [f"partnership/p{number}" for number in range(workload.partnerships(ground.size))]
    handle, choice = ground.handle, ground.chance.choice
    ours.partnership_state(handle, refs[0], *ground.moments(1)[0])
    return Side(
        lambda: [partial(ours.partnership_state, handle, choice(refs), *moment) for moment in ground.moments(_FEW)],
        each=True,
    )


def _scoped_replay(ground: Ground) -> Side:
    scoped, choice = ground.scoped, ground.chance.choice
    return Side(
        lambda: [partial(floors.scoped_replay, choice(scoped), *moment) for moment in ground.moments(_FEW)], each=True
    )


def _scoped_definition(ground: Ground) -> Side:
    owned, choice, bare = [[at for at, _ in own] for own in ground.scoped], ground.chance.choice, ground.bare
    return Side(
        lambda: [partial(floors.scoped_definition, bare, choice(owned), *moment) for moment in ground.moments(_FEW)],
        each=True,
    )


def _partnership_rows(ground: Ground, peer: Any) -> Side:
    scopes, choice = range(1, ground.rows.scopes + 1), ground.chance.choice
    return Side(
        lambda: [partial(peer.state, choice(scopes), day.toordinal(), k) for day, k in ground.moments(_FEW)], each=True
    )


class _Asked:
    """Questions made anew before each turn, so that no turn finds the last one's answers warm."""

    def __init__(self, make: Callable[[], list[Any]], answer: Callable[..., object], count: int) -> None:
        self.make, self.answer, self.count = make, answer, count
        self.questions: list[Any] = []

    def side(self) -> Side:
        """The turn: all the questions."""
        return Side(self.run, before=self.prepare, operations=self.count)

    def prepare(self) -> None:
        """Other questions."""
        self.questions = self.make()

    def run(self) -> None:
        """Ask them all."""
        answer = self.answer
        for question in self.questions:
            answer(*question)


def _fact(ground: Ground) -> Side:
    handle = ground.handle

    def questions() -> list[Any]:
        slots, moments = ground.some_slots(_MANY), ground.moments(_MANY)
        return [(handle, slot, *moment) for slot, moment in zip(slots, moments, strict=True)]

    ours.fact(*questions()[0])
    return _Asked(questions, ours.fact, _MANY).side()


def _look_up(ground: Ground) -> Side:
    def questions() -> list[Any]:
        return [(ground.bare, ground.chance.randint(1, ground.size)) for _ in range(_MANY)]

    return _Asked(questions, floors.look_up, _MANY).side()


def _fact_row(ground: Ground, peer: Any) -> Side:
    def questions() -> list[Any]:
        slots, moments = ground.some_slots(_FEW), ground.moments(_FEW)
        return [
            (points.scope(slot.entity), ground.rows.slots[slot], day.toordinal(), known)
            for slot, (day, known) in zip(slots, moments, strict=True)
        ]

    return _Asked(questions, peer.fact, _FEW).side()


def _state(ground: Ground) -> Side:
    (moment,) = ground.moments(1)
    ours.full_state(ground.handle, *moment)
    return Side(lambda: ours.full_state(ground.handle, *moment))


def _definition(ground: Ground) -> Side:
    (moment,) = ground.moments(1)
    return Side(lambda: ours.full_replay(ground.handle, *moment))


def _diff(ground: Ground, days: int) -> Side:
    since = date(2010, 7, 1)
    asked = (ground.handle, since, since + timedelta(days=days), ground.size)
    ours.diff(*asked)
    return Side(lambda: ours.diff(*asked))


def _two_states(ground: Ground) -> Side:
    since = date(2010, 7, 1)
    days = (since, since + timedelta(days=30))
    return Side(lambda: [ours.full_state(ground.handle, day, ground.size) for day in days])


def _opening(ground: Ground) -> Side:
    path = ground.untouched
    return Side(lambda: ours.opening(path, "partnership/p1"))


def _verify(ground: Ground) -> Side:
    ours.verify(ground.handle)
    return Side(lambda: ours.verify(ground.handle))


def _search(ground: Ground, which: int) -> Side:
    term = ground.terms[which]
    ours.search(ground.handle, term, 50)
    return Side(lambda: [ours.search(ground.handle, term, 50) for _ in range(_FEW)], operations=_FEW)


def _bare_search(ground: Ground) -> Side:
    term = ground.terms[0]
    return Side(lambda: [floors.newest_hits(ground.words, term, 50) for _ in range(_FEW)], operations=_FEW)


def _balances(ground: Ground) -> Side:
    handle = ground.handle
    ours.balances(handle, date(2010, 7, 1))
    return Side(lambda: ours.balances(handle, date(2010, 7, 1)))


def _tree(ground: Ground) -> Side:
    bodies = ground.held[:_MANY]
    ours.tree_on_append(ground.handle, bodies[0])
    return Side(lambda: [ours.tree_on_append(ground.handle, body) for body in bodies], operations=_MANY)


def _cycling(ground: Ground, one: Callable[[bytes], object]) -> Side:
    bodies = iter(ground.held)
    return Side(lambda: one(next(bodies)))


Pair = tuple[Callable[[Grounds, int], Side], Callable[[Grounds, int], Side] | None]

SIDES: Final[dict[str, Pair]] = {
    "1": (lambda g, n: _append(g[n]), lambda g, n: _commit(g[n])),
    "1b": (lambda g, n: _append(g[n]), lambda g, n: _append_aggregate(g[n])),
    "1c": (lambda g, n: _append(g[n]), lambda g, n: _cycling(g[n], g[n].git.commit)),
    "1d": (lambda g, n: _append(g[n]), lambda g, _: _append(g[SMALL])),
    "1e": (lambda g, n: _append(g[n], 20), lambda g, n: _append(g[n])),
    "1j": (lambda g, n: _append(g[n]), lambda g, n: _commit(g[n])),
    "1f": (lambda g, n: _tree(g[n]), None),
    "1g": (
        lambda g, n: _append(g[n]),
        lambda g, n: Side(lambda: g[n].doltlite.ask("append", _FEW), operations=_FEW),
    ),
    "1h": (lambda g, n: _append(g[n]), lambda g, n: _append_row(g[n], g[n].duckdb)),
    "1i": (lambda g, n: _append(g[n]), lambda g, n: _append_row(g[n], g[n].postgres)),
    "2": (lambda g, n: _import(g[n]), lambda g, n: _bare_import(g[n])),
    "2b": (lambda g, n: _import(g[n]), lambda g, n: _save_aggregates(g[n])),
    "3": (
        lambda g, n: Side(lambda: ours.rebuild(g[n].untouched)),
        lambda g, n: Side(lambda: floors.decode_fold(g[n].held)),
    ),
    "3b": (
        lambda g, n: Side(lambda: ours.fold(g[n].untouched)),
        lambda g, n: Side(lambda: floors.decode_fold(g[n].held)),
    ),
    "3c": (lambda g, n: Side(lambda: ours.rebuild(g[n].untouched)), lambda g, n: Side(g[n].aggregates.replay)),
    "4": (lambda g, n: _partnership(g[n]), None),
    "4b": (lambda g, n: _partnership(g[n]), lambda g, n: _scoped_replay(g[n])),
    "4c": (lambda g, n: _partnership(g[n]), lambda g, n: _scoped_definition(g[n])),
    "4d": (lambda g, n: _partnership(g[n]), lambda g, n: _partnership_rows(g[n], g[n].duckdb)),
    "4f": (lambda g, n: _partnership(g[n]), lambda g, n: _partnership_rows(g[n], g[n].postgres)),
    "4e": (lambda g, n: _partnership(g[n]), lambda g, _: _partnership(g[SMALL])),
    "5": (lambda g, n: _fact(g[n]), lambda g, n: _look_up(g[n])),
    "5b": (lambda g, n: _fact(g[n]), lambda g, n: Side(lambda: g[n].doltlite.ask("fact", _FEW), operations=_FEW)),
    "5c": (lambda g, n: _fact(g[n]), lambda g, n: _fact_row(g[n], g[n].duckdb)),
    "5d": (lambda g, n: _fact(g[n]), lambda g, n: _fact_row(g[n], g[n].postgres)),
    "6": (lambda g, n: _state(g[n]), lambda g, n: _definition(g[n])),
    "7": (lambda g, n: _diff(g[n], 30), lambda g, n: _two_states(g[n])),
    "7b": (
        lambda g, n: _diff(g[n], 365),
        lambda g, n: Side(partial(g[n].git.diff, 1_277_942_400, 1_309_478_400)),
    ),
    "8": (lambda g, n: _opening(g[n]), lambda *_: Side(floors.whole_process)),
    "8a": (
        lambda g, n: Side(lambda: ours.whole_process(ours.newest_argv(g[n].untouched))),
        lambda *_: Side(floors.whole_process),
    ),
    "8b": (lambda g, n: _opening(g[n]), lambda g, _: _opening(g[SMALL])),
    "8c": (lambda g, n: _opening(g[n]), lambda g, n: Side(g[n].git.newest)),
    "9": (lambda g, n: _verify(g[n]), lambda g, n: Side(lambda: floors.tree_head(g[n].held))),
    "9b": (lambda g, n: _verify(g[n]), lambda g, n: Side(g[n].git.fsck)),
    "10": (lambda g, n: _search(g[n], 0), None),
    "10a": (lambda g, n: _search(g[n], 0), lambda g, n: _bare_search(g[n])),
    "10b": (lambda g, n: _search(g[n], 1), lambda g, n: Side(partial(g[n].git.grep, g[n].terms[1]))),
    "12": (
        lambda g, n: _balances(g[n]),
        lambda g, n: Side(partial(g[n].accounting("ledger").balances, date(2010, 7, 1))),
    ),
    "12b": (
        lambda g, n: _balances(g[n]),
        lambda g, n: Side(partial(g[n].accounting("hledger").balances, date(2010, 7, 1))),
    ),
}

SIZES: Final[dict[str, Callable[[Ground], float]]] = {
    "13": lambda ground: float(floors.json_lines_bytes(ground.bodies())),
    "13b": lambda ground: float(ground.aggregates.size()),
    "13c": lambda ground: float(ground.git.size()),
    "13d": lambda ground: float(ground.doltlite.size()),
    "13e": lambda ground: float(ground.duckdb.size()),
    "13f": lambda ground: float(ground.postgres.size()),
}


def measured(goal: Goal, size: int, grounds: Grounds, *, pairs: int = PAIRS) -> Result:
    """What comes of a goal at a size; what is not written or not installed is a result too."""
    try:
        return _weighed(goal, grounds[size]) if goal.id in SIZES else _compared(goal, size, grounds, pairs)
    except NotHere as missing:
        return Result(goal, size, f"not here: {missing}")


def _weighed(goal: Goal, ground: Ground) -> Result:
    against = SIZES[goal.id](ground)
    result = weigh(goal, ground.size, float(ours.on_disk(ground.untouched)), against)
    if result.missed:
        result.profile = floors.tables(ground.untouched)
    return result


def _compared(goal: Goal, size: int, grounds: Grounds, pairs: int) -> Result:
    make_ours, make_against = SIDES[goal.id]
    against = make_against(grounds, size) if make_against else None
    mine = make_ours(grounds, size)
    result = compare(goal, size, mine, against, pairs=pairs)
    if goal.durable and result.verdict in {"met", "missed"}:
        disk = _commit(grounds[size]).once("wall")
        if disk > SLOW_DISK:
            result.verdict = f"not judged: the disk takes {duration(disk)} a commit"
    if mine and result.missed and not goal.job.startswith("process"):
        result.profile = profiled(mine.work)
    return result


@contextmanager
def grounds(folder: Path) -> Iterator[Grounds]:
    """The workloads, let go of at the end."""
    made = Grounds(folder)
    try:
        yield made
    finally:
        for size in list(made._made):  # noqa: SLF001 - ours
            made.leave(size)
        sys.stdout.flush()

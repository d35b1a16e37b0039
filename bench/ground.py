"""The workloads of a run on disk, and whatever is made of them: our ledger, the bare tables, the peers'."""

from __future__ import annotations

import shutil
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
from bench.measuring import NotHere
from bench.peers import plain_text_accounting
from ledger.entry import Entry, decode
from ledger.facts import Slot

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
        """Our ledger of it, to append to."""
        return Path(shutil.copyfile(self.untouched, floors.fresh(self.folder / "ours.vedtak")))

    @cached_property
    def empty(self) -> Path:
        """A ledger of ours with nothing in it."""
        path = self.folder / "empty.vedtak"
        ours.build(path, ())
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

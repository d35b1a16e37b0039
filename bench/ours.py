"""Our side of every job: one function each.

A *handle* is what :func:`opened` gives and :func:`closed` takes: a ledger open for questions and appends, by its index.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.floors import fresh
from bench.workload import ORIGIN
from ledger.entry import Entry, effects, happening
from ledger.facts import Account, Answer, Assign, Balance, Happening, Slot, State, replay
from ledger.journal import Journal, tags
from ledger.store import Book, Sealed
from ledger.store.sqlite_tree import HashTree
from ledger.verify import verify as verified
from projections.changes import changed_slots, touched
from projections.index import TOPIC
from projections.indexed import IndexedLog
from projections.reading import Reading
from tui.cli.collecting import without_collecting
from tui.ledgers import create_ledger, indexed_log_of, open_ledger

BATCH: Final = 20_000


class Handle:
    """A ledger open for questions and appends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book: Book = open_ledger(path)
        self.head = self.book.head()
        log = indexed_log_of(self.book)
        assert log is not None
        self.log: IndexedLog = log
        self.scratch: _Scratch | None = None


def opened(path: Path) -> Handle:
    """Open a ledger that :func:`build` made."""
    return Handle(path)


def closed(handle: Handle) -> None:
    """Let go of it."""
    handle.book.close()


def build(path: Path, entries: Iterable[Entry], batch: int = BATCH) -> None:
    """A ledger with everything that is kept beside the entries, from entries in order; whatever was there is gone."""
    fresh(path).with_name(path.name + ".lock").unlink(missing_ok=True)
    create_ledger(path, ORIGIN)
    with open_ledger(path) as book, without_collecting():
        after, source = 0, iter(entries)
        while chunk := [Sealed(entry, tags(entry)) for entry in islice(source, batch)]:
            after = book.append(chunk, (), after)


def append_one(handle: Handle, entry: Entry) -> None:
    """One entry with its condition: durable, and in every index, when this returns."""
    named = tags(entry)
    handle.head = handle.book.append([Sealed(entry, named)], named, handle.head)


def rebuild(path: Path) -> None:
    """The index, made anew from the entries, in batches that are each durable."""
    with open_ledger(path) as book, without_collecting():
        deque(book.remake(TOPIC), maxlen=0)


def fold(path: Path) -> object:
    """The entries and their effects in memory, the last writer of each slot: the part of a rebuild that is no table."""
    last: dict[Slot, tuple[int, Any]] = {}
    with open_ledger(path, read_only=True) as book, without_collecting():
        for position, entry in enumerate(book.entries(), 1):
            for effect in effects(entry):
                if isinstance(effect, Assign):
                    last[effect.slot] = (position, effect.value)
    return last


def partnership_state(handle: Handle, partnership_ref: str, effective: date, known: int) -> Mapping[Slot, Answer]:
    """What holds of everything that is a partnership's own, at (effective, known)."""
    return handle.log.history.of_scope(partnership_ref, effective, known)


def fact(handle: Handle, slot: Slot, effective: date, known: int) -> Answer:
    """What one slot may hold at (effective, known)."""
    return handle.log.history.fact(slot, effective, known)


def diff(handle: Handle, e0: date, e1: date, known: int) -> Mapping[Slot, tuple[Answer, Answer]]:
    """The slots that hold something else on ``e1`` than on ``e0``, with both answers."""
    before, after = (Reading(handle.log, day, known) for day in (e0, e1))
    slots, _ = touched(before, after)
    return {slot: (then, now) for slot, then, now in changed_slots(before, after, slots)}


def full_state(handle: Handle, e: date, k: int) -> State:
    """What holds of everything, at (effective, known)."""
    with without_collecting():
        return handle.log.history.at(e, k)


def full_replay(handle: Handle, e: date, k: int) -> State:
    """The same by the definition, from the stored bytes."""
    happenings: Iterable[Happening] = (
        happening(position, entry) for position, entry in enumerate(handle.book.entries(until=k), 1)
    )
    return replay(happenings, e, k)


def search(handle: Handle, term: str, limit: int) -> Sequence[int]:
    """The positions of the entries in which a word stands, newest first."""
    return handle.log.containing(term, handle.log.head, limit)


def balances(handle: Handle, day: date) -> Mapping[Account, Balance]:
    """Every account on a day, as known now."""
    return handle.log.history.balances(day, handle.log.head)


def verify(handle: Handle) -> bytes:
    """Every entry read from disk and hashed into the tree, compared with what is kept; the root."""
    verdict = verified(handle.book)
    assert verdict.sound
    assert verdict.root is not None
    return verdict.root


class _Stored(NamedTuple):
    data: bytes


class _NoNames:
    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(names, 0)


class _Scratch:
    """A tree of its own, in memory, that entries are added to one by one."""

    def __init__(self) -> None:
        self.c = sqlite3.connect(":memory:", isolation_level=None).cursor()
        self.c.execute("CREATE TABLE entry (position INTEGER PRIMARY KEY)")
        self.tree, self.size = HashTree(), 0
        self.tree.create(self.c)

    def append(self, body: bytes) -> None:
        self.size += 1
        self.c.execute("INSERT INTO entry VALUES (?)", (self.size,))
        self.tree.append(self.c, _NoNames(), self.size, [_Stored(body)])


def tree_on_append(handle: Handle, body: bytes) -> None:
    """What the tree alone adds to one append, its rows in memory."""
    if handle.scratch is None:
        handle.scratch = _Scratch()
    handle.scratch.append(body)


def on_disk(path: Path) -> int:
    """Bytes of the ledger on disk, its log poured into it."""
    handle = Handle(path)
    closed(handle)
    return sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*") if part.is_file())


def whole_process(argv: Sequence[str]) -> None:
    """``vedtak …`` as a person starts it: a process from nothing to the last line."""
    subprocess.run([sys.executable, "-m", "tui", *argv], check=True, stdout=subprocess.DEVNULL, env=_environment())


def _environment() -> dict[str, str]:
    found = [str(Path.cwd()), os.environ.get("PYTHONPATH", "")]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join(found)}


def opening(path: Path, partnership_ref: str) -> None:
    """The newest fifty entries and one partnership's state, as two commands of one process."""
    subprocess.run(
        [sys.executable, *opening_argv(path, partnership_ref)],
        check=True,
        stdout=subprocess.DEVNULL,
        env=_environment(),
    )


def opening_argv(path: Path, partnership_ref: str) -> list[str]:
    """What Python is started with for that."""
    both = [newest_argv(path), ["state", "--partnership", partnership_ref, "--ledger", str(path)]]
    return ["-c", f"from tui.cli import main\nfor command in {both!r}: main(command)"]


def loading(arguments: Sequence[str]) -> str:
    """What a Python started with these says of the modules it loads, and how long each takes (``-X importtime``)."""
    return subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(),
    ).stderr


def newest_argv(path: Path) -> list[str]:
    """The command that shows the newest fifty entries."""
    return ["events", "--limit", "50", "--ledger", str(path)]


def journal_of(entries: Iterable[Entry]) -> Any:
    """A journal of entries that are in memory already."""
    journal = Journal()
    journal.extend(entries)
    return journal

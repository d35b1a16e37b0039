"""Our side of every job: one function each, so that whoever writes the index fills in these and nothing else.

A *handle* is what :func:`opened` gives and :func:`closed` takes. What is not written yet raises
:class:`~bench.measuring.NotYet`; the job is then reported as not there yet, with its floor. What answers from memory
today is measured as it is today: the handle reads the whole ledger when it is first asked something.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.floors import fresh
from bench.measuring import NotYet
from bench.workload import ORIGIN, PARTNERSHIPS
from ledger.entry import Entry, happening
from ledger.facts import Account, Answer, Balance, Happening, Slot, State, replay
from ledger.journal import Journal, tags
from ledger.store import Book, Sealed, create_book, open_book

BATCH: Final = 20_000
SCOPED: Final = PARTNERSHIPS
"""Whether a partnership can be asked for at all."""


class Handle:
    """A ledger open for questions and appends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book: Book = open_book(path)
        self.head = self.book.head()
        self._journal: Journal | None = None

    @property
    def journal(self) -> Journal:
        """The whole ledger in memory, read once."""
        if self._journal is None:
            self._journal = Journal()
            self._journal.extend(self.book.entries())
        return self._journal


def opened(path: Path) -> Handle:
    """Open a ledger that :func:`build` made."""
    return Handle(path)


def closed(handle: Handle) -> None:
    """Let go of it."""
    handle.book.close()


def build(path: Path, entries: Iterable[Entry], batch: int = BATCH) -> None:
    """A ledger with everything that is kept beside the entries, from entries in order; whatever was there is gone."""
    fresh(path).with_name(path.name + ".lock").unlink(missing_ok=True)
    create_book(path, ORIGIN)
    with open_book(path) as book:
        after, source = 0, iter(entries)
        while chunk := [Sealed(entry, tags(entry)) for entry in islice(source, batch)]:
            after = book.append(chunk, (), after)


def append_one(handle: Handle, entry: Entry) -> None:
    """One entry with its condition: durable, and in every index, when this returns."""
    named = tags(entry)
    handle.head = handle.book.append([Sealed(entry, named)], named, handle.head)


def rebuild(path: Path) -> object:
    """Everything that is kept beside the entries, made anew from their bytes; today that is the journal in memory."""
    handle = Handle(path)
    try:
        return handle.journal
    finally:
        closed(handle)


def fold(path: Path) -> object:
    """The entries and their effects in memory, nothing more: the part of a rebuild that is no table."""
    return rebuild(path)


def partnership_state(handle: Handle, partnership_ref: str, effective: date, known: int) -> Mapping[Slot, Answer]:
    """What holds of everything that is a partnership's own, at (effective, known)."""
    raise NotYet(handle, partnership_ref, effective, known)


def fact(handle: Handle, slot: Slot, effective: date, known: int) -> Answer:
    """What one slot may hold at (effective, known)."""
    return handle.journal.history.answer(slot, effective, known)


def diff(handle: Handle, e0: date, e1: date, known: int) -> Mapping[Slot, tuple[Answer, Answer]]:
    """The slots that hold something else on ``e1`` than on ``e0``, with both answers."""
    raise NotYet(handle, e0, e1, known)


def full_state(handle: Handle, e: date, k: int) -> State:
    """What holds of everything, at (effective, known)."""
    return handle.journal.history.at(e, k)


def full_replay(handle: Handle, e: date, k: int) -> State:
    """The same by the definition, from the stored bytes."""
    happenings: Iterable[Happening] = (
        happening(position, entry) for position, entry in enumerate(handle.book.entries(until=k), 1)
    )
    return replay(happenings, e, k)


def search(handle: Handle, term: str, limit: int) -> Sequence[int]:
    """The positions of the entries in which a word stands, newest first."""
    raise NotYet(handle, term, limit)


def balances(handle: Handle, day: date) -> Mapping[Account, Balance]:
    """Every account on a day, as known now."""
    history = handle.journal.history
    accounts: Iterable[Account] = history._movements  # noqa: SLF001 - until there is a question for it
    return {account: history.balance(account, day, history.head) for account in accounts}


def verify(handle: Handle) -> bytes:
    """Every entry read from disk and hashed into the tree; the root."""
    raise NotYet(handle)


def tree_on_append(handle: Handle, body: bytes) -> None:
    """What the tree alone adds to one append, in memory."""
    raise NotYet(handle, body)


def on_disk(path: Path) -> int:
    """Bytes of the ledger on disk, its log poured into it."""
    handle = Handle(path)
    closed(handle)
    return sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*") if part.is_file())


def whole_process(argv: Sequence[str]) -> None:
    """``vedtak …`` as a person starts it: a process from nothing to the last line."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])}
    subprocess.run([sys.executable, "-m", "tui", *argv], check=True, stdout=subprocess.DEVNULL, env=environment)


def opening_argv(path: Path, partnership_ref: str) -> list[list[str]]:
    """The commands that show the newest fifty entries and one partnership's state, in one process each."""
    if not SCOPED:
        raise NotYet(path, partnership_ref)
    raise NotYet(path, partnership_ref)


def newest_argv(path: Path) -> list[str]:
    """The command that shows the newest fifty entries."""
    return ["events", "--limit", "50", "--ledger", str(path)]


def journal_of(entries: Iterable[Entry]) -> Any:
    """A journal of entries that are in memory already."""
    journal = Journal()
    journal.extend(entries)
    return journal

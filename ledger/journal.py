"""The log as it is read: every entry, what each one did, and which things each one concerns.

The pen checks against a :class:`Log` and the projections answer from one. :class:`Journal` is the one in memory; an
index on disk offers the same (``projections.index``), and a journal on top of it tries out what entries would do.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from ledger.calendar import bounds
from ledger.declaration import named
from ledger.entry import Entry, effects, happening, microseconds
from ledger.facts import Answer, Assign, Facts, History, Slot
from ledger.structure import Structure


class Change(NamedTuple):
    """What an entry would change, or changed: a slot, before and after, on the entry's own date."""

    slot: Slot
    before: Answer
    after: Answer


def concerns(entry: Entry) -> frozenset[str]:
    """Every thing an entry refers to, creates, touches or is said to concern, envelope included."""
    return frozenset(named(entry).union(entry.happened.tags(), (effect[0].entity for effect in effects(entry))))


def tags(entry: Entry) -> tuple[str, ...]:
    """The tags an entry is stored and found under: its command, the things it concerns, the entry it corrects."""
    corrected = (f"entry/{entry.corrects.entry}",) if entry.corrects else ()
    return (f"command/{entry.command}", *sorted(concerns(entry)), *corrected)


class Log(ABC):
    """The entries of one ledger up to :attr:`head`, in order, and what they made true; positions count from 1."""

    head: int
    """The position of the newest entry; 0 when there is none."""

    @property
    @abstractmethod
    def history(self) -> Facts:
        """What the entries made true."""

    @abstractmethod
    def advance(self) -> int:
        """Take in what has been recorded since; the new head."""

    @abstractmethod
    def entry(self, position: int) -> Entry:
        """The entry at a position. Raises IndexError when there is none."""

    def entries_at(self, positions: Collection[int]) -> Iterator[tuple[int, Entry]]:
        """The entries at some positions, in their order. Raises IndexError as ``entry``."""
        return ((position, self.entry(position)) for position in sorted(positions))

    @abstractmethod
    def numbered(self, known: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Every entry with its position, those known after entry ``known`` (all, when None)."""

    @abstractmethod
    def mentions(self, ref: str, known: int | None = None) -> Sequence[int]:
        """The positions of the entries that concern a thing, oldest first, whether or not they were withdrawn."""

    def mentioning(self, refs: Collection[str], known: int | None = None) -> set[int]:
        """The positions of the entries that concern any of some things."""
        return {position for ref in refs for position in self.mentions(ref, known)}

    @abstractmethod
    def of_type(self, wire_name: str, known: int | None = None) -> Sequence[int]:
        """The positions of the entries of one type, oldest first."""

    @abstractmethod
    def types(self, known: int, among: Collection[int] | None = None) -> dict[str, int]:
        """How many entries there are of each type, at all or among some positions; the most frequent first."""

    @abstractmethod
    def commanded(self, command: str) -> int | None:
        """The position of the entry recorded under a command id, if there is one."""

    @abstractmethod
    def recorded_us(self, position: int) -> int:
        """When an entry was recorded, in microseconds since 1970 UTC. Raises IndexError when there is none."""

    @abstractmethod
    def around(self, first: date, last: date, known: int) -> Sequence[int]:
        """The entries that, or an effect of which, may have begun on one of these days first or last of all."""

    def known_at(self, moment: datetime) -> int:
        """The newest entry recorded at or before a time; 0 when none was: one binary search."""
        return bisect_right(range(1, self.head + 1), microseconds(moment), key=self.recorded_us)

    def withdrawn_by(self, position: int, known: int | None = None) -> int | None:
        """The entry that corrects or annuls this one, as known after entry ``known``."""
        return self.history.withdrawn_by(position, self.head if known is None else known)

    def structure(self, effective: date, known: int | None = None, earliest: date | None = None) -> Structure:
        """The partnership as it stood on a day, as known after entry ``known`` (now, when None).

        ``earliest`` is the first day meant, when the structure is for checking an event of uncertain date.
        """
        return Structure(self.history, effective, self.head if known is None else known, earliest)

    def fork(self) -> Journal:
        """A log in memory that goes on from here and leaves this one alone, for trying out what entries would do."""
        return Journal(self)


class Journal(Log):
    """A log in memory. It grows by :meth:`add`; with a ``base`` it begins where that one stood when it was made.

    ``source`` gives the entries after a position, in order: what :meth:`advance` takes in.
    """

    def __init__(self, base: Log | None = None, source: Callable[[int], Iterable[Entry]] | None = None) -> None:
        self._base = base
        self._source = source
        self._after = self.head = base.head if base is not None else 0
        self.entries: list[Entry] = []
        """The entries that were added here; those of the base are not among them."""
        self._history = History(base.history if base is not None else None, self.head)
        self._commands: dict[str, int] = {}
        self._mentions: defaultdict[str, list[int]] = defaultdict(list)

    @property
    def history(self) -> History:
        """What the entries made true."""
        return self._history

    def add(self, entry: Entry) -> int:
        """Take in the next entry and return its position."""
        position = self.head + 1
        self._history.add(happening(position, entry))
        self.head = position
        self.entries.append(entry)
        self._commands[entry.command] = position
        for ref in concerns(entry):
            self._mentions[ref].append(position)
        return position

    def advance(self) -> int:
        """Take in what its source has got since; the new head."""
        if self._source is not None:
            self.extend(self._source(self.head))
        return self.head

    def extend(self, entries: Iterable[Entry]) -> None:
        """Take in entries in order."""
        for entry in entries:
            self.add(entry)

    def entry(self, position: int) -> Entry:
        """The entry at a position. Raises IndexError when there is none."""
        if not 1 <= position <= self.head:
            raise IndexError(position)
        if self._base is not None and position <= self._after:
            return self._base.entry(position)
        return self.entries[position - self._after - 1]

    def numbered(self, known: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Every entry with its position, those known after entry ``known`` (all, when None)."""
        last = self.head if known is None else min(known, self.head)
        if self._base is not None:
            yield from self._base.numbered(min(last, self._after))
        yield from enumerate(self.entries[: max(last - self._after, 0)], self._after + 1)

    def mentions(self, ref: str, known: int | None = None) -> Sequence[int]:
        """The positions of the entries that concern a thing, oldest first, whether or not they were withdrawn."""
        own = self._mentions.get(ref, [])
        last = self.head if known is None else known
        before = self._base.mentions(ref, min(last, self._after)) if self._base is not None else ()
        return [*before, *own[: bisect_right(own, last)]]

    def of_type(self, wire_name: str, known: int | None = None) -> Sequence[int]:
        """The positions of the entries of one type, oldest first."""
        return [position for position, entry in self.numbered(known) if entry.wire_name == wire_name]

    def around(self, first: date, last: date, known: int) -> Sequence[int]:
        """The entries that, or an effect of which, may have begun on one of these days first or last of all."""
        return [
            position
            for position, entry in self.numbered(known)
            if any(
                first <= edge <= last
                for at in (entry.effective, *(effect.at for effect in happening(position, entry).effects if effect.at))
                for edge in bounds(at)
            )
        ]

    def types(self, known: int, among: Collection[int] | None = None) -> dict[str, int]:
        """How many entries there are of each type, at all or among some positions; the most frequent first."""
        entries = (entry for position, entry in self.numbered(known) if among is None or position in among)
        return dict(Counter(entry.wire_name for entry in entries).most_common())

    def commanded(self, command: str) -> int | None:
        """The position of the entry recorded under a command id, if there is one."""
        own = self._commands.get(command)
        if own is not None or self._base is None:
            return own
        before = self._base.commanded(command)
        return before if before is not None and before <= self._after else None

    def recorded_us(self, position: int) -> int:
        """When an entry was recorded, in microseconds since 1970 UTC."""
        return self.entry(position).recorded_us


def changes(journal: Log, position: int) -> list[Change]:
    """What an entry changed on the days its effects begin, as known just after it, against just before it."""
    entry = journal.entry(position)
    slots: dict[Slot, str] = {}
    targets = [(position, entry)]
    if entry.corrects:
        targets.insert(0, (entry.corrects.entry, journal.entry(entry.corrects.entry)))
    for where, target in targets:
        for effect in happening(where, target).effects:
            if isinstance(effect, Assign):
                slots[effect.slot] = effect.at or target.effective
    found = [
        Change(
            slot,
            journal.history.answer(slot, bounds(date).latest, position - 1),
            journal.history.answer(slot, bounds(date).latest, position),
        )
        for slot, date in slots.items()
    ]
    return [change for change in found if _shown(change.before) != _shown(change.after)]


def _shown(answer: Answer) -> tuple[object, ...]:
    return (answer.value, answer.holds, tuple(writer.value for writer in answer.writers))

"""A ledger read into memory: every entry, what each one did, and which things each one concerns.

The pen checks against it and the projections answer from it. It grows by catching up with the book and never looks
anything up on disk.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from ledger.calendar import bounds
from ledger.declaration import creations, references
from ledger.entry import Entry, effects, happening, microseconds
from ledger.facts import Answer, Assign, History, Slot
from ledger.structure import Structure


class Change(NamedTuple):
    """What an entry would change, or changed: a slot, before and after, on the entry's own date."""

    slot: Slot
    before: Answer
    after: Answer


def concerns(entry: Entry) -> frozenset[str]:
    """Every thing an entry refers to, creates, touches or is said to concern, envelope included."""
    event = entry.happened
    named = {ref for _, ref in references(entry)} | set(creations(entry)) | set(event.tags())
    return frozenset(named | {effect[0].entity for effect in effects(entry)})


def tags(entry: Entry) -> tuple[str, ...]:
    """The tags an entry is stored and found under: its command, the things it concerns, the entry it corrects."""
    corrected = (f"entry/{entry.corrects.entry}",) if entry.corrects else ()
    return (f"command/{entry.command}", *sorted(concerns(entry)), *corrected)


class Journal:
    """The entries of one ledger up to :attr:`head`, in order; positions count from 1."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.history = History()
        self.commands: dict[str, int] = {}
        self._mentions: defaultdict[str, list[int]] = defaultdict(list)
        self._recorded_us: list[int] = []

    @property
    def head(self) -> int:
        """The position of the newest entry; 0 when there is none."""
        return len(self.entries)

    def copy(self) -> Journal:
        """A journal that starts out the same and grows on its own."""
        twin = Journal()
        twin.entries = list(self.entries)
        twin.history = self.history.copy()
        twin.commands = dict(self.commands)
        for ref, positions in self._mentions.items():
            twin._mentions[ref] = list(positions)
        twin._recorded_us = list(self._recorded_us)
        return twin

    def add(self, entry: Entry) -> int:
        """Take in the next entry and return its position."""
        position = self.head + 1
        self.history.add(happening(position, entry))
        self.entries.append(entry)
        self.commands[entry.command] = position
        self._recorded_us.append(entry.recorded_us)
        for ref in concerns(entry):
            self._mentions[ref].append(position)
        return position

    def extend(self, entries: Iterable[Entry]) -> None:
        """Take in entries in order."""
        for entry in entries:
            self.add(entry)

    def entry(self, position: int) -> Entry:
        """The entry at a position. Raises IndexError when there is none."""
        if not 1 <= position <= self.head:
            raise IndexError(position)
        return self.entries[position - 1]

    def numbered(self, known: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Entries with their positions, those known after entry ``known`` (all, when None)."""
        return iter(list(enumerate(self.entries, 1))[:known])

    def mentions(self, ref: str, known: int | None = None) -> list[int]:
        """The positions of the entries that concern a thing, oldest first, whether or not they were withdrawn."""
        positions = self._mentions.get(ref, [])
        return positions if known is None else positions[: bisect_right(positions, known)]

    def withdrawn_by(self, position: int, known: int | None = None) -> int | None:
        """The entry that corrects or annuls this one, as known after entry ``known``."""
        return self.history.withdrawn_by(position, self.head if known is None else known)

    def known_at(self, moment: datetime) -> int:
        """The newest entry recorded at or before a time; 0 when none was: one binary search."""
        return bisect_right(self._recorded_us, microseconds(moment))

    def structure(self, effective: date, known: int | None = None, earliest: date | None = None) -> Structure:
        """The partnership as it stood on a day, as known after entry ``known`` (now, when None).

        ``earliest`` is the first day meant, when the structure is for checking an event of uncertain date.
        """
        return Structure(self.history, effective, self.head if known is None else known, earliest)


def changes(journal: Journal, position: int) -> list[Change]:
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

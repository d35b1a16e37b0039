"""What the form asks of the ledger, from a thread beside the screen: what would happen, what there is, and to record.

One log and one pen serve every question, one at a time, so that nothing here touches what the screens read from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any, Final, Literal, NamedTuple

from ledger.calendar import bounds
from ledger.declaration import declaration
from ledger.entry import Entry
from ledger.errors import InvalidInput, LedgerError, Unreadable
from ledger.record import Pen, Recorded
from ledger.store import Book
from ledger.vault import Disclosed
from projections.reading import Reading
from projections.timeline import ChangeView, changed, line
from tui.dates import today
from tui.drafts import place_of
from tui.flags import actor
from tui.leaves import folded
from tui.ledgers import log_of
from tui.phrases import line_parts

LISTED_MAX: Final = 3000
"""So many things of a kind are looked through for a name."""
LISTING_SECONDS: Final = 0.6
OFFERED_MAX: Final = 30


class Named(NamedTuple):
    """A thing that may be referred to."""

    ref: str
    name: str
    sought: str


@dataclass(frozen=True)
class Look:
    """What recording a command would do, as the ledger is now."""

    command: Mapping[str, Any]
    head: int
    entry: Entry | None = None
    changes: tuple[ChangeView, ...] = ()
    reading: Reading | None = None
    """The ledger as it would be, to name things by."""
    error: LedgerError | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def same_as(self, other: Look) -> bool:
        """Whether the person has seen all of it in the other one."""
        return self.error is None and other.error is None and _plain(self.changes) == _plain(other.changes)

    def overtaken_by(self, later: Look) -> bool:
        """Whether what others have recorded since makes the same command do something else."""
        same = self.command == later.command and self.error is None and later.error is None
        return same and self.head < later.head and not later.same_as(self)


def _plain(changes: Iterable[ChangeView]) -> list[object]:
    """Changes without the commitments to personal values, which are others each time one is made."""
    return [
        (view.sign, view.ref, view.attribute, view.key, *(None if _sealed(side) else side for side in sides))
        for view in changes
        for sides in [(view.before, view.after)]
    ]


def _sealed(value: object) -> bool:
    return isinstance(value, Mapping) and "digest" in value


class Overtaken(NamedTuple):
    """Others have recorded something that changes what this would do: what it does now, and what they recorded."""

    look: Look
    since: tuple[str, ...]


class Clerk:
    """Works for one person at one ledger."""

    def __init__(self, book: Book, role: str) -> None:
        self.book = book
        self.lock = RLock()
        as_role: Literal["secretariat", "administrator"] = "administrator" if role == "admin" else "secretariat"
        self._actor = actor(as_role)
        self._disclosed = Disclosed(book)
        self._pen: Pen | None = None
        self._lists: dict[tuple[str, date, int], list[Named]] = {}
        self._file = _identity(book)

    @property
    def pen(self) -> Pen:
        """The pen, with a log of its own."""
        if self._pen is None:
            self._pen = Pen(self.book, self._actor, log=log_of(self.book))
        return self._pen

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """One question at a time; one that the file does not answer is asked by a new connection the next time."""
        with self.lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                self._pen = None
                raise Unreadable(
                    "The ledger cannot be read: {reason}.", "Find out what became of the file.", reason=error
                ) from error

    # ---------------------------------------------------------------------------------------------- looking

    def look(self, command: Mapping[str, Any], *, whole: bool = True) -> Look:
        """What recording the command would do; only the names in it, when it is not ``whole`` yet."""
        try:
            with self._asking():
                return self._looked(command, whole=whole)
        except LedgerError as error:
            return Look(command, 0, error=error)

    def _looked(self, command: Mapping[str, Any], *, whole: bool) -> Look:
        log = self.pen.catch_up()
        reading = Reading(log, _day(command), log.head, self._disclosed)
        names = {ref: reading.label(ref) for ref in _references(command) if reading.structure.on_record(ref)}
        taken = frozenset(ref for ref in _new_ones(command) if reading.structure.on_record(ref))
        if not whole:
            return Look(command, log.head, names=names, taken=taken)
        try:
            entry, _ = self.pen.preview(command)
        except LedgerError as error:
            return Look(command, log.head, error=error, names=names, taken=taken)
        trial = log.fork()
        trial.add(entry)
        would_be = Reading(trial, _day(command), trial.head, self._disclosed)
        found = tuple(changed(would_be, trial.head))
        return Look(command, log.head, entry, found, would_be, None, names, taken)

    def offers(self, kinds: Iterable[str], text: str, day: date) -> list[Named]:
        """Things of these kinds, there on the day, whose name or reference has the text in it; the likest first."""
        wanted = folded(text.strip())
        until = monotonic() + LISTING_SECONDS
        found: list[tuple[int, int, Named]] = []
        try:
            with self._asking():
                head = self.pen.catch_up().head
                for kind in kinds:
                    for named in self._listed(kind, day, head, until):
                        rank = _likeness(wanted, named)
                        if rank is not None:
                            found.append((rank, len(found), named))
                    if monotonic() > until:
                        break
        except LedgerError:  # the look at what would change says so
            return []
        return [named for _, _, named in sorted(found)[:OFFERED_MAX]]

    def _listed(self, kind: str, day: date, head: int, until: float) -> list[Named]:
        key = (kind, day, head)
        if key not in self._lists:
            reading = Reading(self.pen.journal, day, head, self._disclosed)
            listed: list[Named] = []
            whole = True
            for thing in reading.structure.list(kind):
                name = reading.label(thing.ref)
                listed.append(Named(thing.ref, name, f"{folded(name)}\n{thing.ref}"))
                if len(listed) >= LISTED_MAX or monotonic() > until:
                    whole = len(listed) >= LISTED_MAX
                    break
            if not whole:
                return listed
            if len(self._lists) > 64:  # noqa: PLR2004 - of a few days and all kinds
                self._lists.clear()
            self._lists[key] = listed
        return self._lists[key]

    # ---------------------------------------------------------------------------------------------- recording

    def record(self, command: Mapping[str, Any], seen: Look) -> Recorded | Overtaken:
        """Record what was seen; if others have changed what it would do meanwhile, nothing is, and that is told.

        Raises LedgerError when the ledger does not take it.
        """
        with self.lock:
            try:
                self._require_there()
                if self.pen.catch_up().head != seen.head:
                    now = self.look(command)
                    if not now.same_as(seen) and self.pen.journal.commanded(str(command["command"])) is None:
                        return Overtaken(now, self.since(seen.head))
                return self.pen.record(command)
            except LedgerError:
                raise
            except Exception as error:  # whatever it is, the person must be told, and the draft stays
                self._pen = None
                raise Unreadable(
                    "Recording failed: {reason}.",
                    "Look in the timeline whether it is there. Recording it again is safe: it is never recorded twice.",
                    reason=f"{type(error).__name__}: {error}",
                ) from error

    def since(self, head: int, most: int = 8) -> tuple[str, ...]:
        """What has been recorded after an entry, a line for each."""
        with self._asking():
            log = self.pen.catch_up()
            reading = Reading(log, today(), log.head, self._disclosed)
            told = []
            for position in range(max(head, log.head - most) + 1, log.head + 1):
                kind, who, what = line_parts(reading, line(reading, position))
                told.append(f"#{position}  {kind}: {' · '.join(filter(None, (who, what)))}")
            return tuple(told)

    def read(self, position: int) -> tuple[Entry, Mapping[str, str]]:
        """An entry, and the personal values that can still be read."""
        with self._asking():
            return self.pen.catch_up().entry(position), self._disclosed

    def _require_there(self) -> None:
        if self._file is not None and _identity(self.book) != self._file:
            raise Unreadable(
                "{path} is no longer where it was; nothing was recorded.",
                "Find out what became of the file. The draft is kept, and can be recorded when the ledger is back.",
                path=place_of(self.book),
            )


def _identity(book: Book) -> tuple[int, int] | None:
    """Which file a ledger is; (0, 0) when it is gone, None for one in memory."""
    place = place_of(book)
    if place is None:
        return None
    try:
        told = Path(place).stat()
    except OSError:
        return (0, 0)
    return told.st_dev, told.st_ino


def _day(command: Mapping[str, Any]) -> date:
    try:
        return bounds(str(command.get("effective", ""))).latest
    except InvalidInput:
        return today()


def _references(value: Any) -> set[str]:
    """Whatever in a command may be a reference."""
    if isinstance(value, str):
        return {value} if "/" in value and " " not in value and len(value) < 200 else set()  # noqa: PLR2004 - no reference is as long
    if isinstance(value, Mapping):
        return set().union(*map(_references, value.values())) if value else set()
    if isinstance(value, list | tuple):
        return set().union(*map(_references, value)) if value else set()
    return set()


def _new_ones(command: Mapping[str, Any]) -> set[str]:
    """What the event would create."""
    event = command["event"]
    fields = declaration(event["type"]).fields
    return {str(event[told.name]) for told in fields if told.creates and isinstance(event.get(told.name), str)}


def _likeness(wanted: str, named: Named) -> int | None:
    """How like a thing is to what is sought, 0 the most; None when not at all."""
    if not wanted:
        return 0
    name, _, ref = named.sought.partition("\n")
    if wanted in {name, ref}:
        return 0
    if name.startswith(wanted):
        return 1
    words = wanted.split()
    if all(any(part.startswith(word) for part in name.replace("-", " ").split()) for word in words):
        return 2
    return 3 if all(word in named.sought for word in words) else None

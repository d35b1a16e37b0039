"""The log itself: entries in the order recorded, which of them match, and what each one changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, to_builtins

from ledger.calendar import EARLIEST, LATEST, bounds
from ledger.declaration import FieldDeclaration, leaves
from ledger.entry import Entry
from ledger.facts import Holds
from ledger.journal import changes
from projections.changes import sign
from projections.indexed import IndexedLog
from projections.reading import DateView, Reading, dated
from projections.scope import entries_of
from projections.search import matching


class Filter(Struct, frozen=True):
    """Which entries to show; empty lets all through. Dates compare with the bounds of the effective date."""

    type: str | None = None
    touches: str | None = None
    since: date | None = None
    until: date | None = None
    search: str | None = None
    partnership: str | None = None

    def admits(self, entry: Entry) -> bool:
        """Whether an entry passes that is among the candidates: whether its date does."""
        first, last = bounds(entry.effective)
        return not ((self.since and last < self.since) or (self.until and first > self.until))


def positions(reading: Reading, wanted: Filter) -> Sequence[int]:
    """The positions of the entries that pass, oldest first."""
    found = candidates(reading, wanted)
    if wanted.since is None and wanted.until is None:
        return found
    return [position for position in found if wanted.admits(reading.journal.entry(position))]


def candidates(reading: Reading, wanted: Filter) -> Sequence[int]:
    """The positions of the entries that may pass, oldest first: dates are narrowed by where there is an index.

    No entry is read for it.
    """
    log, known = reading.journal, reading.known
    chosen: list[Sequence[int]] = []
    if wanted.touches:
        chosen.append(log.mentions(wanted.touches, known))
    if wanted.type:
        chosen.append(log.of_type(wanted.type, known))
    if wanted.partnership:
        chosen.append(entries_of(reading, wanted.partnership))
    if wanted.search:
        chosen.append(matching(reading, wanted.search))
    if isinstance(log, IndexedLog):  # which files the days of effects, too: one of these may pass for its entry
        if wanted.since:
            chosen.append(log.around(wanted.since, LATEST, known))
        if wanted.until:
            chosen.append(log.around(EARLIEST, wanted.until, known))
    if not chosen:
        return range(1, known + 1)
    return sorted(set(chosen[0]).intersection(*chosen[1:]))


class EntryView(Struct, frozen=True):
    """An entry, as the log shows it: the whole of what is stored, with its position and what became of it."""

    entry: int
    type: str
    date: DateView
    effective: str
    recorded_at: str
    recorded_by: str
    role: str
    knowledge: str
    partnership: str | None
    authority: str | None
    authority_point: str | None
    sources: Any
    corrects: Any
    corrected_by: int | None
    note: str | None
    command: str
    event: Any


def view(reading: Reading, position: int) -> EntryView:
    """One entry in full."""
    entry = reading.journal.entry(position)
    return EntryView(
        entry=position,
        type=entry.wire_name,
        date=dated(entry),
        effective=entry.effective,
        recorded_at=entry.recorded_at.isoformat(),
        recorded_by=entry.recorded_by.name,
        role=entry.recorded_by.role,
        knowledge=entry.knowledge,
        partnership=entry.partnership,
        authority=entry.authority,
        authority_point=entry.authority_point,
        sources=to_builtins(entry.sources),
        corrects=to_builtins(entry.corrects),
        corrected_by=reading.journal.withdrawn_by(position, reading.known),
        note=entry.note,
        command=entry.command,
        event=to_builtins(entry.event),
    )


class Line(Struct, frozen=True):
    """An entry in one line: what it is about, and its values beside that."""

    position: int
    entry: Entry
    subject: str | None
    details: tuple[tuple[FieldDeclaration, Any], ...]


def line(reading: Reading, position: int) -> Line:
    """The first thing an entry names is what it is about; the rest are details in the order declared."""
    entry = reading.journal.entry(position)
    values = [(field, value) for _, field, value in leaves(entry.happened)]
    subject = next((value for field, value in values if field.creates or field.refers_to), None)
    details = tuple((field, value) for field, value in values if value != subject and not field.creates)
    return Line(position, entry, subject, details)


class ChangeView(Struct, frozen=True):
    """One slot that an entry changed: ``+`` it had no value, ``-`` it lost it, ``~`` it got another."""

    sign: str
    ref: str
    name: str
    attribute: str
    key: str | None
    before: Any
    after: Any
    before_holds: Holds
    after_holds: Holds


def changed(reading: Reading, position: int) -> list[ChangeView]:
    """What an entry changed on its own date, as known just after it against just before it."""
    return [
        ChangeView(
            sign=sign(change.before.value, change.after.value),
            ref=change.slot.entity,
            name=reading.label(change.slot.entity),
            attribute=change.slot.attribute,
            key=change.slot.key or None,
            before=change.before.value,
            after=change.after.value,
            before_holds=change.before.holds,
            after_holds=change.after.holds,
        )
        for change in changes(reading.journal, position)
    ]


def replayed(reading: Reading, first: int, last: int) -> Iterator[tuple[EntryView, list[ChangeView]]]:
    """Entry by entry, what each one changed."""
    for position in range(max(first, 1), min(last, reading.known) + 1):
        yield view(reading, position), changed(reading, position)

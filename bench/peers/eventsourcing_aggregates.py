"""The library under our log, used as its own documentation uses it: an aggregate a thing, JSON, SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench.floors import fresh
from ledger.entry import Entry

NAME = "eventsourcing aggregates"
_AT_ONCE = 500


class Thing(Aggregate):
    """Something on record, and what was told of it."""

    @event("Appeared")
    def __init__(self, ref: str) -> None:
        self.ref = ref
        self.told: list[dict[str, Any]] = []

    @staticmethod
    def create_id(ref: str) -> UUID:
        """The same thing has the same id."""
        return uuid5(NAMESPACE_URL, ref)

    @event("Told")
    def tell(self, effective: str, data: dict[str, Any]) -> None:
        """Something happened to it."""
        self.told.append({"effective": effective, **data})


def about(entry: Entry) -> tuple[str, dict[str, Any]]:
    """The thing an entry is about, and its event as plain data."""
    data: dict[str, Any] = msgspec.to_builtins(entry.event)
    named = [value for name, value in data.items() if name != "type" and isinstance(value, str) and "/" in value]
    return (named[0] if named else "entry/none"), {**data, "note": entry.note, "authority": entry.authority}


class Peer:
    """An application on a file."""

    def __init__(self, path: Path) -> None:
        self.path = fresh(path)
        self.app: Application[UUID] = Application(
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        )

    def load(self, entries: Iterable[Entry]) -> None:
        """Save everything, many aggregates at a time."""
        things: dict[str, Thing] = {}
        waiting: dict[str, Thing] = {}
        for entry in entries:
            ref, data = about(entry)
            thing = things.get(ref)
            if thing is None:
                thing = things[ref] = Thing(ref)
            thing.tell(entry.effective, data)
            waiting[ref] = thing
            if len(waiting) >= _AT_ONCE:
                self.app.save(*waiting.values())
                waiting = {}
        if waiting:
            self.app.save(*waiting.values())

    def append(self, entry: Entry) -> None:
        """Get the thing, tell it, save it."""
        ref, data = about(entry)
        try:
            thing: Thing = self.app.repository.get(Thing.create_id(ref))
        except KeyError:
            thing = Thing(ref)
        thing.tell(entry.effective, data)
        self.app.save(thing)

    def replay(self) -> dict[tuple[UUID, str], Any]:
        """The last value of every attribute by (effective, place), from the notification log."""
        slots: dict[tuple[UUID, str], Any] = {}
        to_event = self.app.mapper.to_domain_event
        start = 1
        while found := self.app.recorder.select_notifications(start=start, limit=1000):
            for notification in found:
                told: Any = to_event(notification)
                if not hasattr(told, "data"):
                    continue
                order = (told.effective, notification.id)
                for name, value in told.data.items():
                    slot = (told.originator_id, name)
                    held = slots.get(slot)
                    if held is None or held[0] < order:
                        slots[slot] = (order, value)
            start = found[-1].id + 1
        return slots

    def close(self) -> None:
        """Let go of the file."""
        self.app.close()

    def size(self) -> int:
        """Bytes on disk, once closed."""
        return sum(part.stat().st_size for part in self.path.parent.glob(f"{self.path.name}*"))

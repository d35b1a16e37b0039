"""The ledger in one SQLite file: append on a condition, query by tag, follow.

9.5.6 of the library has no SQLite recorder for its dynamic consistency boundary; this is one, on the
library's own SQLite connections and pool. Writers take turns at a lock file before SQLite sees them, because
SQLite's own waiting is unfair and starves some of them; readers never wait for writers, nor writers for
readers.
"""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING
from uuid import UUID

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.popo import SimpleDCBReadResponse
from eventsourcing.persistence import IntegrityError, ProgrammingError
from eventsourcing.sqlite import SQLiteCursor, SQLiteFactory, SQLiteRecorder, SQLiteTrackingRecorder
from eventsourcing.utils import strtobool

from ledger.store.api import LEDGER_ORIGIN, LedgerEvent, LedgerRecorder, refuse_stale_stamps
from ledger.store.sqlite_connection import WRITE_WAIT_SECONDS, explained
from ledger.store.sqlite_datastore import LedgerDatastore
from ledger.store.sqlite_format import (
    APPLICATION_ID,
    FORMAT_VERSION,
    Vault,
    check_ledger_file,
    create_ledger_file,
    create_schema,
    execute_script,
    house_companions,
)
from ledger.store.sqlite_names import SQLiteNames, names_of, numbers_of
from ledger.store.sqlite_reading import BY_COMMAND, COMMAND, SQLiteReading, head, last_recorded_at, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eventsourcing.utils import Environment, EnvType

    from ledger.companion import Companion, Cursor, Remade

__all__ = [
    "APPLICATION_ID",
    "FORMAT_VERSION",
    "LedgerDatastore",
    "SQLiteDCBFactory",
    "SQLiteDCBRecorder",
    "SQLiteSubscription",
    "Vault",
    "check_ledger_file",
    "create_ledger_file",
    "execute_script",
    "memory_ledger",
    "open_ledger",
]

_FOLLOW_POLL_SECONDS = 0.05
_FOLLOW_BATCH = 500
_REMAKE_BATCH = 2_000
_REMAKE_CACHE_KIB = 262_144  # rows go to places all over the tables

# One statement for every query, however many tags it has: SQLite limits how many values and terms a statement
# may have, and what a rule has read can be more. An item that names a command is pinned to the entries of that command.
_TAGGED = """position IN (
    WITH item (tag, also, types, pinned) AS MATERIALIZED (
        SELECT value ->> 0, value -> 1, value -> 2, value ->> 3 FROM json_each(:tagged)
    ),
    seen (position, also, types) AS (
        SELECT entry_tag.position, item.also, item.types
        FROM item CROSS JOIN entry_tag ON entry_tag.tag = item.tag AND entry_tag.position > :after
        WHERE item.pinned IS NULL
        UNION ALL
        SELECT item.pinned, item.also, item.types FROM item WHERE item.pinned > :after
    )
    SELECT seen.position
    FROM seen
    WHERE (seen.also = '[]' OR NOT EXISTS (
        SELECT 1 FROM json_each(seen.also) AS other WHERE NOT EXISTS (
            SELECT 1 FROM entry_tag AS has WHERE has.tag = other.value AND has.position = seen.position
        )
    ))
    AND (seen.types = '[]' OR EXISTS (
        SELECT 1 FROM entry AS typed
        WHERE typed.position = seen.position AND typed.type IN (SELECT value FROM json_each(seen.types))
    ))
)"""
_TYPED = "type IN (SELECT value FROM json_each(:types))"
_COMMAND = re.compile(r"command/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")


class SQLiteDCBRecorder(SQLiteReading, LedgerRecorder, SQLiteRecorder):
    """A ledger on SQLite.

    ``companions`` are kept in step with the entries in every append, after the house's own; they
    must be the ones the ledger was made with. ``origin`` is for :meth:`create_table` only: a ledger that
    exists has its own. Use :func:`open_ledger` or :func:`memory_ledger` rather than making one by hand.
    """

    datastore: LedgerDatastore

    def __init__(
        self, datastore: LedgerDatastore, *, companions: Sequence[Companion] = (), origin: str = "memory"
    ) -> None:
        super().__init__(datastore)
        self.name = datastore.name
        self.companions: tuple[Companion, ...] = (*house_companions(), *companions)
        self._names: dict[str, int] = {}
        self._new_origin = origin
        self._erased_in_log = False

    def _create_table(self, c: SQLiteCursor) -> None:
        create_schema(c.sqlite_cursor, self._new_origin, self.companions)

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """Return the events that match, in order; see :meth:`DCBRecorder.read`.

        ``head`` of the response is the position of the newest entry of all, or with ``limit`` that of the
        last event returned; None if there is none.
        """
        with self.reading() as c:
            where, params = _where(c, query, after)
            params["limit"] = -1 if limit is None else max(limit, 0)
            c.execute(
                f"SELECT position, type, data, tags, command FROM entry WHERE {where} ORDER BY position LIMIT :limit",
                params,
            )
            rows = c.fetchall()
            names = names_of(c, {number for row in rows for number in (row[1], *self._numbers(row[3]))})
            newest = (head(c) or None) if limit is None else (rows[-1][0] if rows else None)
        events = [
            DCBSequencedEvent(
                DCBEvent(names.get(type_, ""), data, list(spelled(self._numbers(tags), command, names))), position
            )
            for position, type_, data, tags, command in rows
        ]
        return SimpleDCBReadResponse(iter(events), newest)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all the events or none, and return the last position once they are on disk.

        Raises:
            IntegrityError: an entry matches the condition.
            StampNotLater: a recorded time is not after the one before it.
            ProgrammingError: there are no events.
            LedgerError: the file is busy, read-only, damaged, or its disk is full.
        """
        if not events:
            msg = "an append needs at least one event"
            raise ProgrammingError(msg)
        with explained(self.name, reading=False), self.datastore.transaction(commit=True) as cursor:
            c = cursor.sqlite_cursor
            if condition is not None and _matches(c, condition):
                raise IntegrityError(condition)
            stamps = refuse_stale_stamps(events, last_recorded_at(c))
            names = SQLiteNames(c, self._names)
            first = head(c) + 1
            c.executemany(
                "INSERT INTO entry (position, type, recorded_at, command, tags, data) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (position, *_filed(names, event, stamp), event.data)
                    for position, (event, stamp) in enumerate(zip(events, stamps, strict=True), first)
                ],
            )
            for companion in self.companions:
                companion.append(c, names, first, events)
        names.keep()
        self._erased_in_log |= any(isinstance(event, LedgerEvent) and event.erasures for event in events)
        if self._erased_in_log:
            # The file and its log still hold what was erased; if somebody stands in the way, the next append tries.
            self._erased_in_log = not self.datastore.empty_log()
        return first + len(events) - 1

    def remake(self, companion: Remade, batch: int = _REMAKE_BATCH) -> Iterator[int]:
        """Make a companion anew from the stored entries; yield how far it has come, after each batch.

        Every batch is a transaction of its own, between which others may record; what was done stays done when this
        is stopped, and it is gone on with from there. No entry, tag or vault row is touched.

        Raises:
            LedgerError: the file is busy, read-only or damaged, or its disk is full.
        """
        done, whole = -1, False
        while not whole:
            with explained(self.name, reading=False), self.datastore.transaction(commit=True) as cursor:
                c = cursor.sqlite_cursor
                names = SQLiteNames(c, self._names)
                with _hurried(c):
                    if done < 0:
                        done = companion.begin(c)
                    else:
                        c.execute("SELECT data FROM entry WHERE position > ? ORDER BY position LIMIT ?", (done, batch))
                        events = [DCBEvent("", data, []) for (data,) in c.fetchall()]
                        if events:
                            companion.take(c, names, done + 1, events)
                        done += len(events)
                        whole = done >= head(c)
                        if whole:
                            companion.finish(c)
            names.keep()
            yield done
        self.datastore.empty_log()

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> SQLiteSubscription:
        """Return an iterator over the events that match, which waits for more when it has given them all."""
        return SQLiteSubscription(self, query=query, after=after)

    def close(self) -> None:
        """Close the connections. The last of all processes to do so folds the write-ahead log into the file."""
        self.datastore.close()

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A cursor in a transaction of its own."""
        with explained(self.name, reading=True), self.datastore.transaction(commit=False) as cursor:
            yield cursor.sqlite_cursor


class SQLiteSubscription(DCBSubscription[SQLiteDCBRecorder]):
    """Follows the ledger by looking at its head twenty times a second; other processes' entries are seen too.

    Looking costs tens of microseconds and holds nothing between two looks: no connection, no thread.
    """

    def __init__(self, recorder: SQLiteDCBRecorder, query: DCBQuery | None = None, after: int | None = None) -> None:
        super().__init__(recorder, query, after)
        self._stopping = threading.Event()
        self._waiting: Iterator[DCBSequencedEvent] = iter(())

    def stop(self) -> None:
        """End the iteration, also in a thread that is waiting for the next event."""
        super().stop()
        self._stopping.set()

    def __next__(self) -> DCBSequencedEvent:
        while not self._stopping.is_set():
            event = next(self._waiting, None)
            if event is not None:
                return event
            if not self._fetch():
                self._stopping.wait(_FOLLOW_POLL_SECONDS)
        raise StopIteration

    def _fetch(self) -> bool:
        """Read what is new, and say whether there is anything to give out."""
        head = self._recorder.head()
        if head <= self._last_position:
            return False
        events = list(self._recorder.read(self._query, after=self._last_position, limit=_FOLLOW_BATCH))
        # All up to `head` has now been looked at, unless the limit came first: do not look through it again.
        whole = len(events) < _FOLLOW_BATCH
        self._last_position = max([head] * whole + [event.position for event in events[-1:]])
        self._waiting = iter(events)
        return bool(events)


class SQLiteDCBFactory(DCBInfrastructureFactory[SQLiteTrackingRecorder]):
    """Lets the library's applications run on a ledger: ``PERSISTENCE_MODULE=ledger.store.sqlite``.

    ``SQLITE_DBNAME`` is the path of a ledger that exists (the factory makes none) or ``:memory:``;
    ``SQLITE_LOCK_TIMEOUT`` is in seconds; ``LEDGER_READ_ONLY`` is yes or no; ``LEDGER_ORIGIN`` names a ledger in
    memory; ``LEDGER_COMPANIONS`` names classes as ``module:Class``, a space between two.
    """

    LEDGER_READ_ONLY = "LEDGER_READ_ONLY"
    LEDGER_COMPANIONS = "LEDGER_COMPANIONS"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        settings = SQLiteFactory(self.env)  # reads and checks the library's own keys
        given = settings.datastore.pool
        in_memory = given.is_sqlite_memory_mode
        path = None if in_memory else Path(given.db_name)
        self.datastore = LedgerDatastore(
            path,
            read_only=strtobool(self.env.get(self.LEDGER_READ_ONLY, "no")),
            lock_timeout=given.lock_timeout or WRITE_WAIT_SECONDS,
        )

    def dcb_recorder(self) -> SQLiteDCBRecorder:
        """Return a recorder on the ledger."""
        companions = [resolve_name(name)() for name in self.env.get(self.LEDGER_COMPANIONS, "").split()]
        origin = self.env.get(LEDGER_ORIGIN, "memory")
        recorder = SQLiteDCBRecorder(self.datastore, companions=companions, origin=origin)
        if self.datastore.path is None:
            recorder.create_table()
        return recorder

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


def open_ledger(
    path: Path,
    *,
    read_only: bool = False,
    lock_timeout: float = WRITE_WAIT_SECONDS,
    companions: Sequence[Companion] = (),
) -> SQLiteDCBRecorder:
    """Open the ledger at ``path``; close it when done.

    ``lock_timeout`` is how many seconds an append waits for other writers. Opened ``read_only``, nothing can
    be written through it, and no lock file is made.

    Raises:
        Unreadable: there is no ledger there, or not one this program can read.
    """
    recorder = SQLiteDCBRecorder(
        LedgerDatastore(path, read_only=read_only, lock_timeout=lock_timeout), companions=companions
    )
    try:
        _ = recorder.origin  # damage to the first pages shows here, before anybody has begun to work
    except BaseException:
        recorder.close()
        raise
    return recorder


def memory_ledger(origin: str = "memory", *, companions: Sequence[Companion] = ()) -> SQLiteDCBRecorder:
    """Make a ledger in memory, with all the tables and guards of one on disk; it is gone when closed."""
    recorder = SQLiteDCBRecorder(LedgerDatastore(None), companions=companions, origin=origin)
    recorder.create_table()
    return recorder


@contextmanager
def _hurried(c: Cursor) -> Iterator[None]:
    """A connection with much memory that does not wipe what it deletes.

    For what is worked out from the entries, none of which is ever deleted: there is nothing in it to wipe.
    """
    c.execute("PRAGMA cache_size")
    (before,) = c.fetchone() or (0,)
    c.execute(f"PRAGMA cache_size = -{_REMAKE_CACHE_KIB}")
    c.execute("PRAGMA secure_delete = OFF")
    try:
        yield
    finally:
        c.execute("PRAGMA secure_delete = ON")
        c.execute(f"PRAGMA cache_size = {before}")


def _filed(names: SQLiteNames, event: DCBEvent, stamp: int | None) -> tuple[int, int | None, bytes | None, str]:
    """The type, recorded time, command and tags of an event, as they stand beside its bytes."""
    # An event of two commands is nothing that a ledger writes; both are then filed as any other tag.
    commands = {tag for tag in event.tags if tag.startswith(COMMAND) and _COMMAND.match(tag)}
    command = commands.pop() if len(commands) == 1 else None
    numbers = names.numbers((event.type, *(tag for tag in event.tags if tag != command)))
    filed = ",".join([str(numbers[tag]) if tag != command else "0" for tag in event.tags])
    return numbers[event.type], stamp, _uuid(command) if command else None, f"[{filed}]"


def _uuid(command: str) -> bytes:
    return UUID(command.removeprefix(COMMAND)).bytes


def _where(c: Cursor, query: DCBQuery | None, after: int | None) -> tuple[str, dict[str, object]]:
    """The condition on ``entry`` that a query amounts to, and its values."""
    items = query.items if query else []
    params: dict[str, object] = {"after": after or 0}
    if not items or any(not item.tags and not item.types for item in items):
        return "position > :after", params
    numbers = numbers_of(c, {name for item in items for name in (*item.tags, *item.types)})
    tagged = [row for item in items if item.tags for row in _rows(c, item, numbers)]
    types = [numbers[type_] for item in items if not item.tags for type_ in item.types if type_ in numbers]
    params |= {"tagged": json.dumps(tagged), "types": json.dumps(types)}
    choices = [_TAGGED] * bool(tagged) + [_TYPED] * bool(types)
    return f"position > :after AND ({' OR '.join(choices) or 'FALSE'})", params


def _rows(c: Cursor, item: DCBQueryItem, numbers: dict[str, int]) -> Iterator[tuple[object, ...]]:
    """What an item asks for in numbers: a tag to look under, more to have, types to be of, an entry to be."""
    types = [numbers[type_] for type_ in item.types if type_ in numbers]
    if item.types and not types:
        return
    commands = {tag for tag in item.tags if _COMMAND.match(tag)}
    if len(commands) == 1:
        (command,) = commands
        rest = [tag for tag in item.tags if tag != command]
        c.execute(f"SELECT position FROM entry WHERE {BY_COMMAND}", {"command": _uuid(command)})
        if all(tag in numbers for tag in rest):
            yield from ((None, [numbers[tag] for tag in rest], types, position) for (position,) in c.fetchall())
    if all(tag in numbers for tag in item.tags):
        first, *also = (numbers[tag] for tag in item.tags)
        yield first, also, types, None


def _matches(c: Cursor, condition: DCBAppendCondition) -> bool:
    where, params = _where(c, condition.fail_if_events_match, condition.after)
    c.execute(f"SELECT EXISTS (SELECT 1 FROM entry WHERE {where})", params)
    return c.fetchone() == (1,)

"""The ledger in one SQLite file: append on a condition, read by tag, follow.

9.5.6 of the library has no SQLite recorder for its dynamic consistency boundary; this is one, on the
library's own SQLite connections and pool. Writers take turns at a lock file before SQLite sees them, because
SQLite's own waiting is unfair and starves some of them; readers never wait for writers, nor writers for
readers.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.popo import SimpleDCBReadResponse
from eventsourcing.persistence import IntegrityError, ProgrammingError
from eventsourcing.sqlite import SQLiteCursor, SQLiteFactory, SQLiteRecorder, SQLiteTrackingRecorder
from eventsourcing.utils import strtobool

from ledger.errors import N_, Unreadable
from ledger.store.api import LEDGER_ORIGIN, Cursor, Disclosure, Extent, LedgerEvent, LedgerRecorder, StoredRow
from ledger.store.sqlite_connection import WRITE_WAIT_SECONDS, LedgerDatastore, explained
from ledger.store.sqlite_format import (
    APPLICATION_ID,
    FORMAT_VERSION,
    Companion,
    RecordedClock,
    Vault,
    check_ledger_file,
    create_ledger_file,
    create_schema,
    execute_script,
    house_companions,
)
from ledger.store.sqlite_tree import complaints, entry_rows, extent, has_leaves, hash_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eventsourcing.utils import Environment, EnvType

__all__ = [
    "APPLICATION_ID",
    "FORMAT_VERSION",
    "Companion",
    "LedgerDatastore",
    "RecordedClock",
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
_STREAM_BATCH = 1000

# One statement for every query, however many tags it has: SQLite limits how many values and terms a statement
# may have, and what a rule has read can be more.
_TAGGED = """position IN (
    WITH item (tag, also, types) AS MATERIALIZED (
        SELECT value ->> 0, value -> 1, value -> 2 FROM json_each(:tagged)
    )
    SELECT seen.position
    FROM item CROSS JOIN entry_tag AS seen ON seen.tag = item.tag AND seen.position > :after
    WHERE (item.also = '[]' OR NOT EXISTS (
        SELECT 1 FROM json_each(item.also) AS other WHERE NOT EXISTS (
            SELECT 1 FROM entry_tag AS has WHERE has.tag = other.value AND has.position = seen.position
        )
    ))
    AND (item.types = '[]' OR EXISTS (
        SELECT 1 FROM entry AS typed
        WHERE typed.position = seen.position AND typed.type IN (SELECT value FROM json_each(item.types))
    ))
)"""
_TYPED = "type IN (SELECT value FROM json_each(:types))"


class SQLiteDCBRecorder(LedgerRecorder, SQLiteRecorder):
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
        self.companions: tuple[Companion, ...] = (*house_companions(), *companions)
        self._new_origin = origin
        self._erased_in_log = False

    def _create_table(self, c: SQLiteCursor) -> None:
        create_schema(c, self._new_origin, self.companions)

    @property
    def origin(self) -> str:
        """The name the ledger was given when it was made."""
        with self._reading() as c:
            c.execute("SELECT origin FROM ledger")
            row = c.fetchone()
        if row is None:
            raise self._damaged(N_("it has lost its name"))
        return str(row[0])

    def head(self) -> int:
        """Return how many entries there are."""
        with self._reading() as c:
            return _head(c)

    def last_recorded_at(self) -> int:
        """Return the newest recorded time in microseconds; 0 when empty."""
        with self._reading() as c:
            return RecordedClock().last(c)

    def disclosures(self, commitments: Iterable[str]) -> dict[str, Disclosure]:
        """Return the disclosures that are still in the vault."""
        with self._reading() as c:
            c.execute(
                "SELECT commitment, salt, value FROM vault WHERE commitment IN (SELECT value FROM json_each(?))",
                (_json(list(commitments)),),
            )
            return {row[0]: Disclosure(*row) for row in c.fetchall()}

    def settings(self) -> dict[str, str]:
        """Return the journal mode, how commits are synchronised (2 is FULL) and whether deleted bytes are wiped."""
        told = {}
        with self._reading() as c:
            for name in ("journal_mode", "synchronous", "secure_delete", "user_version"):
                c.execute(f"PRAGMA {name}")
                told[name] = str((c.fetchone() or ("",))[0])
        return told

    def stream(self, after: int = 0, until: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield position and bytes of the entries that are there when called."""
        head = self.head()
        return self._batches(max(after, 0), head if until is None else min(until, head))

    def _batches(self, after: int, until: int) -> Iterator[tuple[int, bytes]]:
        # Each batch is a transaction of its own, so that a slow reader does not keep the write-ahead log from
        # being emptied. It is one snapshot all the same: up to `until`, nothing ever changes.
        while after < until:
            with self._reading() as c:
                c.execute(
                    "SELECT position, data FROM entry WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
                    (after, until, _STREAM_BATCH),
                )
                rows: list[tuple[int, bytes]] = c.fetchall()
            expected = after + min(_STREAM_BATCH, until - after)
            if not rows or rows[-1][0] != expected or len(rows) != expected - after:
                raise self._damaged(N_("entries are missing"))
            yield from rows
            after = expected

    def rows(self) -> Iterator[StoredRow]:
        """Yield every entry with its tags as written, as indexed, and its stamp."""
        after, limit = 0, _STREAM_BATCH
        while True:
            try:
                batch = self._rows(after, limit)
            except Unreadable:
                if limit == 1:
                    raise
                limit = 1  # up to the entry that cannot be read
                continue
            if not batch:
                return
            for position, type_, data, tags, indexed, at in batch:
                try:
                    yield StoredRow(position, type_, data, tuple(json.loads(tags)), frozenset(json.loads(indexed)), at)
                except (ValueError, TypeError) as error:
                    raise self._damaged(N_("the tags of an entry cannot be read")) from error
            after = batch[-1][0]

    def _rows(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        with self._reading() as c:
            c.execute(
                "SELECT position, type, data, tags, "
                "(SELECT json_group_array(tag) FROM entry_tag WHERE entry_tag.position = entry.position), "
                "(SELECT at FROM recorded_at WHERE recorded_at.position = entry.position) "
                "FROM entry WHERE position > ? ORDER BY position LIMIT ?",
                (after, limit),
            )
            rows: list[tuple[Any, ...]] = c.fetchall()
        return rows

    def extent(self) -> Extent:
        """Return how far entries and hashes reach."""
        with self._reading() as c:
            return extent(c)

    def stored(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return position and bytes of the entries that are there between two positions, both included."""
        with self._reading() as c:
            return entry_rows(c, first, last)

    def hash_rows(self, level: int, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return number and hash of what the tree has at a level."""
        with self._reading() as c:
            return hash_rows(c, level, first, last)

    def has_leaves(self, first: int, leaves: Sequence[bytes]) -> bool:
        """Say whether these are the hashes kept from position ``first`` on."""
        with self._reading() as c:
            return has_leaves(c, first, leaves)

    def complaints(self) -> list[str]:
        """Return what SQLite finds wrong with the file."""
        with self._reading() as c:
            return complaints(c)

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """Return the events that match, in order; see :meth:`DCBRecorder.read`.

        ``head`` of the response is the position of the newest entry of all, or with ``limit`` that of the
        last event returned; None if there is none.
        """
        where, params = _where(query, after)
        params["limit"] = -1 if limit is None else max(limit, 0)
        statement = f"SELECT position, type, data, tags FROM entry WHERE {where} ORDER BY position LIMIT :limit"
        with self._reading() as c:
            c.execute(statement, params)
            rows = c.fetchall()
            head = (_head(c) or None) if limit is None else (rows[-1][0] if rows else None)
        try:
            events = [
                DCBSequencedEvent(DCBEvent(type_, data, json.loads(tags)), position)
                for position, type_, data, tags in rows
            ]
        except ValueError as error:
            raise self._damaged(N_("the tags of an entry cannot be read")) from error
        return SimpleDCBReadResponse(iter(events), head)

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
        rows = [(event.type, event.data, _json(event.tags)) for event in events]
        with explained(self.datastore.name, reading=False), self.datastore.transaction(commit=True) as c:
            if condition is not None and _matches(c, condition):
                raise IntegrityError(condition)
            first = _head(c) + 1
            c.executemany(
                "INSERT INTO entry (position, type, data, tags) VALUES (?, ?, ?, ?)",
                [(position, *row) for position, row in enumerate(rows, first)],
            )
            for companion in self.companions:
                companion.append(c, first, events)
        self._erased_in_log |= any(isinstance(event, LedgerEvent) and event.erasures for event in events)
        if self._erased_in_log:
            # The file and its log still hold what was erased; if somebody stands in the way, the next append tries.
            self._erased_in_log = not self.datastore.empty_log()
        return first + len(events) - 1

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> SQLiteSubscription:
        """Return an iterator over the events that match, which waits for more when it has given them all."""
        return SQLiteSubscription(self, query=query, after=after)

    def close(self) -> None:
        """Close the connections. The last of all processes to do so folds the write-ahead log into the file."""
        self.datastore.close()

    @contextmanager
    def _reading(self) -> Iterator[SQLiteCursor]:
        with explained(self.datastore.name, reading=True), self.datastore.transaction(commit=False) as cursor:
            yield cursor

    def _damaged(self, what: str) -> Unreadable:
        return Unreadable(
            "{path} is damaged: {what}.",
            "Keep the file as it is for examination, and bring back a copy from backup under another name.",
            path=self.datastore.name,
            what=what,
        )


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
    memory.
    """

    LEDGER_READ_ONLY = "LEDGER_READ_ONLY"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        settings = SQLiteFactory(self.env)  # reads and checks the library's own keys
        given = settings.datastore.pool
        in_memory = given.is_sqlite_memory_mode
        path = None if in_memory else Path(given.db_name)
        if path is not None:
            check_ledger_file(path)
        self.datastore = LedgerDatastore(
            path,
            read_only=strtobool(self.env.get(self.LEDGER_READ_ONLY, "no")),
            lock_timeout=given.lock_timeout or WRITE_WAIT_SECONDS,
        )

    def dcb_recorder(self) -> SQLiteDCBRecorder:
        """Return a recorder on the ledger."""
        recorder = SQLiteDCBRecorder(self.datastore, origin=self.env.get(LEDGER_ORIGIN, "memory"))
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
    check_ledger_file(path)
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


def _json(values: list[str]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _head(c: Cursor) -> int:
    c.execute("SELECT max(position) FROM entry")
    (newest,) = c.fetchone() or (None,)
    return newest or 0


def _where(query: DCBQuery | None, after: int | None) -> tuple[str, dict[str, object]]:
    """Return the condition on ``entry`` that a query amounts to, and its values."""
    items = query.items if query else []
    params: dict[str, object] = {
        "after": after or 0,
        "tagged": json.dumps([(item.tags[0], item.tags[1:], item.types) for item in items if item.tags]),
        "types": _json([type_ for item in items if not item.tags for type_ in item.types]),
    }
    if not items or any(not item.tags and not item.types for item in items):
        return "position > :after", params
    choices = [_TAGGED] * any(item.tags for item in items) + [_TYPED] * any(not item.tags for item in items)
    return f"position > :after AND ({' OR '.join(choices)})", params


def _matches(c: Cursor, condition: DCBAppendCondition) -> bool:
    where, params = _where(condition.fail_if_events_match, condition.after)
    c.execute(f"SELECT EXISTS (SELECT 1 FROM entry WHERE {where})", params)
    return c.fetchone() == (1,)

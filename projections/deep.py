"""Does the index say what the log says? Every row of it is worked out anew and compared, and whole states as well.

The index is made once more, in a database of its own that nobody else sees and that is gone afterwards, by the same
companion that keeps it; then the tables are compared row by row, both ways. What that cannot find is a mistake in the
companion itself: so states are compared with :func:`ledger.facts.replay`, which knows no index.

Nothing is written to the ledger. It takes as long as making the index anew, and as much room for temporary files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple, Protocol
from zlib import crc32

from ledger.calendar import LATEST, bounds
from ledger.entry import from_microseconds, happening
from ledger.errors import N_, Unreadable
from ledger.facts import Happening, State, replay
from ledger.verify import Finding
from projections.index import VERSION, Index
from projections.indexed import IndexedLog

Progress = Callable[[int, int], object]
"""Told how many entries are done, and of how many."""

FINDINGS_MOST: Final = 20
STATES: Final = 4
_ENTRIES_MOST: Final = 100_000  # in a larger ledger, states are compared for a part of all things
_PLACES_MOST: Final = 3_000_000
_CACHE_KIB: Final = 131_072
_BATCH: Final = 2_000
_TERMS: Final = 200


class Opened(Protocol):
    """A ledger, open: ``ledger.store.Book``."""

    def connect(self) -> sqlite3.Connection | None:
        """A connection to read the tables with; None where there is no file."""


class _Table(NamedTuple):
    """How a table of the index is compared: what identifies a row, what else is in it, which entry it is of."""

    name: str
    key: tuple[str, ...]
    rest: tuple[str, ...]
    entry: str


TABLES: Final = (
    _Table(
        "point",
        ("entity", "attribute", "key", "earliest", "place", "lag", "part"),
        ("span", "dead", "value"),
        "here.place + here.lag",
    ),
    _Table("movement", ("entity", "account", "earliest", "position", "part"), ("span", "dead", "ore"), "here.position"),
    _Table("edge", ("day", "position"), (), "here.position"),
    _Table("correction", ("position",), ("target", "place"), "here.position"),
    _Table("home", ("scope", "entity"), (), "0"),
)
_REMEDY: Final = N_("Make the index anew from the entries: “vedtak reindex”.")


def index_findings(book: Opened, progress: Progress | None = None) -> list[Finding]:
    """What is wrong with the index of a ledger, at most so many; nothing, when there is none.

    An index that has fallen behind is a finding: what is asked is then answered from the entries, slowly.
    """
    connection = book.connect()
    if connection is None:
        return []
    try:
        with closing(connection), closing(_scratch(connection)) as scratch:
            return list(_first(_findings(connection, scratch, progress), FINDINGS_MOST))
    except sqlite3.DatabaseError:
        return [_finding(0, N_("The index cannot be read: its tables are damaged."))]
    except Unreadable as error:  # an entry is damaged, or the index says what no index would
        return [Finding(0, error, "index")]


def _first(found: Iterable[Finding], most: int) -> Iterator[Finding]:
    for count, finding in enumerate(found, 1):
        if count > most:
            yield _finding(0, N_("There is more wrong with the index than is told here."))
            return
        yield finding


def _finding(position: int, problem: str, **details: str) -> Finding:
    error = Unreadable(problem, _REMEDY, **details)
    error.details["position"] = position
    return Finding(position, error, "index")


def _scratch(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A database in a temporary file of its own, with the ledger beside it to be read."""
    path = next(row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main")
    scratch = sqlite3.connect("", uri=True, isolation_level=None)
    for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
        scratch.execute(f"PRAGMA {setting}")
    scratch.execute("ATTACH ? AS ledger", (f"{Path(path).as_uri()}?mode=ro",))
    return scratch


def _findings(
    connection: sqlite3.Connection, scratch: sqlite3.Connection, progress: Progress | None
) -> Iterator[Finding]:
    scratch.execute("BEGIN")  # all that is read of the ledger is of one moment, whoever records meanwhile
    if scratch.execute("SELECT count(*) FROM ledger.sqlite_schema WHERE name = 'indexed'").fetchone() == (0,):
        return
    (head,) = scratch.execute("SELECT coalesce(max(position), 0) FROM ledger.entry").fetchone()
    if scratch.execute("SELECT head, version FROM ledger.indexed").fetchall() != [(head, VERSION)]:
        yield _finding(head, N_("The index does not hold every entry up to #{position}."))
        return
    _make(scratch, head, progress)
    sound = True
    for finding in (*(found for table in TABLES for found in _table(scratch, table)), *_texts(scratch)):
        sound = False
        yield finding
    if sound and head:
        yield from _states(connection, head)


# ---- row by row


class _Numbers:
    """The ledger's own numbers of names; a name that it does not have gets a number that nothing has."""

    def __init__(self, scratch: sqlite3.Connection) -> None:
        self._scratch = scratch
        self._known: dict[str, int] = {}
        self._missing = 0

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of each name."""
        return {name: self._known.get(name) or self._look_up(name) for name in names}

    def _look_up(self, name: str) -> int:
        row = self._scratch.execute("SELECT number FROM ledger.name WHERE text = ?", (name,)).fetchone()
        self._missing -= row is None
        self._known[name] = number = row[0] if row else self._missing
        return number


class _Stored(NamedTuple):
    """An entry, as a companion is given it."""

    data: bytes


def _make(scratch: sqlite3.Connection, head: int, progress: Progress | None) -> None:
    """Make the index again, beside the ledger."""
    index, c, names = Index(), scratch.cursor(), _Numbers(scratch)
    index.create(c)
    for after in range(0, head, _BATCH):
        rows = scratch.execute(
            "SELECT data FROM ledger.entry WHERE position > ? ORDER BY position LIMIT ?", (after, _BATCH)
        ).fetchall()
        index.take(c, names, after + 1, [_Stored(data) for (data,) in rows])
        if progress:
            progress(after + len(rows), head)


def _table(scratch: sqlite3.Connection, table: _Table) -> Iterator[Finding]:
    """What one of two tables has and the other has not, and rows that are in both and differ."""
    same = " AND ".join(f"there.{name} IS here.{name}" for name in table.key)
    ref = "(SELECT text FROM ledger.name WHERE number = here.entity)" if "entity" in table.key else "NULL"
    unlike = " OR ".join(f"there.{name} IS NOT here.{name}" for name in table.rest)
    missing = "NOT EXISTS (SELECT 1 FROM {other}.{table} AS there WHERE {same})"
    questions = [
        ("main", "ledger", missing, N_("The index lacks what entry #{position} says of {ref} (table {table}).")),
        ("ledger", "main", missing, N_("The index says of {ref} what entry #{position} does not (table {table}).")),
    ]
    if unlike:
        differs = "EXISTS (SELECT 1 FROM {other}.{table} AS there WHERE {same} AND ({unlike}))"
        problem = N_("The index says of {ref} something else than entry #{position} does (table {table}).")
        questions.append(("main", "ledger", differs, problem))
    for here, other, asked, problem in questions:
        condition = asked.format(other=other, table=table.name, same=same, unlike=unlike)
        statement = f"SELECT {table.entry}, {ref} FROM {here}.{table.name} AS here WHERE {condition} LIMIT ?"
        for position, thing in scratch.execute(statement, (FINDINGS_MOST + 1,)):
            yield _finding(position, problem, ref=thing or "–", table=table.name)


def _texts(scratch: sqlite3.Connection) -> Iterator[Finding]:
    """Words: in how many entries each is, of all; in which, of some, or of all in a ledger that is not large."""
    for where, schema in (("here", "main"), ("there", "ledger")):
        scratch.execute(f"CREATE VIRTUAL TABLE temp.{where} USING fts5vocab({schema}, word, row)")
        scratch.execute(f"CREATE VIRTUAL TABLE temp.{where}_in USING fts5vocab({schema}, word, instance)")
    terms = {
        term
        for first, second in (("here", "there"), ("there", "here"))
        for term, _ in scratch.execute(
            f"SELECT term, doc FROM temp.{first} EXCEPT SELECT term, doc FROM temp.{second} LIMIT ?", (FINDINGS_MOST,)
        )
    }
    count, places = scratch.execute("SELECT count(*), total(doc) FROM temp.here").fetchone()
    step = 1 if places <= _PLACES_MOST else max(count // _TERMS, 1)
    sampled = scratch.execute("SELECT term FROM temp.here").fetchall()[::step]
    for term in (*sorted(terms), *(term for (term,) in sampled if term not in terms)):
        held, said = (
            {doc for (doc,) in scratch.execute(f"SELECT doc FROM temp.{where}_in WHERE term = ?", (term,))}
            for where in ("there", "here")
        )
        for position in sorted(held ^ said):
            problem = (
                N_("The index lacks the word “{word}” of entry #{position} (table word).")
                if position in said
                else N_("The index has the word “{word}” for entry #{position}, which does not have it (table word).")
            )
            yield _finding(position, problem, word=term)


# ---- whole states


def _states(connection: sqlite3.Connection, head: int) -> Iterator[Finding]:
    """What holds by the index, and by plain replay, at several moments."""
    log = IndexedLog(connection)
    happenings, part = _happenings(log, head)
    for day, known in _moments(log, head):
        plain = replay(happenings, day, known)
        if not _agree(log, plain, day, known, whole=part == 1):
            problem = N_("By the index and by replay, not the same holds on {day} as known after #{position}.")
            yield _finding(known, problem, day=day.isoformat())


def _happenings(log: IndexedLog, head: int) -> tuple[list[Happening], int]:
    """All that happened; in a large ledger, to one thing in so many."""
    part = 1 + head // _ENTRIES_MOST
    found = []
    for position, entry in log.numbered(head):
        happened = happening(position, entry)
        if part > 1:
            mine = tuple(effect for effect in happened.effects if crc32(effect[0].entity.encode()) % part == 0)
            happened = happened._replace(effects=mine)
        found.append(happened)
    return found, part


def _moments(log: IndexedLog, head: int) -> Iterator[tuple[date, int]]:
    """Today and the newest entry; the end of all days; and the days and the knowledge of some entries."""
    today = from_microseconds(log.recorded_us(head)).date()
    yield today, head
    yield LATEST, head
    for share in range(1, STATES):
        position = max(head * share // STATES, 1)
        yield bounds(log.entry(position).effective).latest, head
        yield today, position


def _agree(log: IndexedLog, plain: State, day: date, known: int, *, whole: bool) -> bool:
    facts = log.history
    if whole:
        state = facts.at(day, known)
        return state.answers == plain.answers and state.balances == plain.balances
    return all(facts.fact(slot, day, known) == answer for slot, answer in plain.answers.items()) and all(
        facts.balance(account, day, known) == balance for account, balance in plain.balances.items()
    )

"""The bare floors: what each job costs when nothing is done but what cannot be left out.

Bare means the standard library and msgspec, no rules, no checks, no library of events. A floor is no rival: it could
not answer a single question of the ledger. It is what the machine of the run can do.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bench.workload import text_of
from ledger.calendar import bounds
from ledger.entry import Entry, happening, spelt_out
from ledger.facts import Answer, Slot, replay
from ledger.fields import Money
from tui.cli.collecting import without_collecting

_DECODE = msgspec.json.Decoder(spelt_out(Entry)).decode
_LEAF, _INNER = b"\x00", b"\x01"


def fresh(path: Path) -> Path:
    """The path, with nothing there: no database, no log of one."""
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


# ------------------------------------------------------------------------------------------------------------ SQLite


def bare_table(path: Path, bodies: Iterable[bytes] = ()) -> sqlite3.Connection:
    """A table of bodies by position, in a file of its own: WAL, every commit on disk."""
    connection = sqlite3.connect(fresh(path), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE entry (position INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT")
    load(connection, bodies)
    return connection


def load(connection: sqlite3.Connection, bodies: Iterable[bytes]) -> None:
    """All the bodies in one transaction, and nothing else."""
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO entry VALUES (?, ?)", enumerate(bodies, 1))
    connection.execute("COMMIT")


def commit_one(connection: sqlite3.Connection, body: bytes) -> None:
    """One row, on disk when this returns."""
    connection.execute("INSERT INTO entry (data) VALUES (?)", (body,))


def look_up(connection: sqlite3.Connection, position: int) -> Any:
    """One body by primary key."""
    return connection.execute("SELECT data FROM entry WHERE position = ?", (position,)).fetchone()


def tables(path: Path) -> list[str]:
    """How many bytes each table and index of a file takes, as far as this SQLite can tell."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            found = connection.execute("SELECT sum(pgsize), name FROM dbstat GROUP BY name ORDER BY 1 DESC").fetchall()
        except sqlite3.OperationalError:
            pages, size = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
            found = [(pages * size, "everything; this SQLite was built without dbstat, which tells the tables apart")]
    return [f"{size:>12} B  {name}" for size, name in found]


def full_text(path: Path, entries: Iterable[Entry]) -> sqlite3.Connection:
    """A full-text table of the same words, without the words themselves."""
    connection = sqlite3.connect(fresh(path), isolation_level=None)
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content = '', columnsize = 0)")
    connection.execute("BEGIN")
    rows = ((position, text_of(entry)) for position, entry in enumerate(entries, 1))
    connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
    connection.execute("COMMIT")
    return connection


def newest_hits(connection: sqlite3.Connection, term: str, limit: int) -> list[int]:
    """Where a word stands, the newest first."""
    asked = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
    return [row[0] for row in connection.execute(asked, (f'"{term}"', limit))]


# --------------------------------------------------------------------------------------------------- decode and fold


def decode_fold(bodies: Iterable[bytes]) -> tuple[dict[tuple[str, str], Any], dict[tuple[str, str], int]]:
    """Every body decoded to its typed event, every field of it put in a dictionary where the last writer counts.

    A slot is (what the event is about, the field); the last writer is the one of the greatest (effective, position),
    by the text of the date. Amounts are added up. Corrections are not looked at, nor dates that are uncertain: this is
    what Python itself costs, below every reading of what the events mean.
    """
    decode = _DECODE
    slots: dict[tuple[str, str], Any] = {}
    sums: dict[tuple[str, str], int] = {}
    names: dict[type, tuple[str, ...]] = {}
    with without_collecting():
        for position, body in enumerate(bodies, 1):
            entry = decode(body)
            event: Any = entry.event
            fields = names.get(type(event))
            if fields is None:
                fields = names[type(event)] = event.__struct_fields__
            if not fields:
                continue
            about = getattr(event, fields[0])
            order = (entry.effective, position)
            for name in fields[1:]:
                value = getattr(event, name)
                if value is None or value == ():
                    continue
                slot = (about, name)
                held = slots.get(slot)
                if held is None or held[0] < order:
                    slots[slot] = (order, value)
                if type(value) is Money and value.ore is not None:
                    sums[slot] = sums.get(slot, 0) + value.ore
    return slots, sums


def scoped_replay(bodies: Iterable[tuple[int, bytes]], effective: date, known: int) -> dict[Any, Any]:
    """What the entries of one partnership make true at (effective, known): decoded, and gone through once.

    The fair rival of any index: last writers by (latest day, position), without the may-be of uncertain dates. The
    bodies are in memory already, as if looking them up cost nothing.
    """
    heard = [(position, _DECODE(body)) for position, body in bodies if position <= known]
    gone = {entry.corrects.entry for _, entry in heard if entry.corrects}
    slots: dict[Any, Any] = {}
    for position, entry in heard:
        if position in gone:
            continue
        for effect in entry.happened.effects():
            latest = bounds(effect.at or entry.effective).latest
            if latest > effective or not hasattr(effect, "slot"):
                continue
            held = slots.get(effect.slot)
            if held is None or held[0] <= (latest, position):
                slots[effect.slot] = ((latest, position), effect.value)
    return slots


def scoped_definition(
    connection: sqlite3.Connection, positions: Iterable[int], effective: date, known: int
) -> Mapping[Slot, Answer]:
    """What the entries of one partnership make true at (effective, known): read, decoded, and replayed by definition.

    What the index gives is part of it, answer for answer, with the may-be of uncertain dates and who wrote what. Which
    entries they are is in memory already, as if looking that up cost nothing.
    """
    wanted = json.dumps([position for position in positions if position <= known])
    found = connection.execute(
        "SELECT position, data FROM entry WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position",
        (wanted,),
    )
    happenings = [happening(position, _DECODE(data)) for position, data in found.fetchall()]
    return replay(happenings, effective, known).answers


# ----------------------------------------------------------------------------------------------------------- hashing


def tree_head(bodies: Iterable[bytes]) -> bytes:
    """The root of the Merkle tree of RFC 6962 over bytes in memory, level by level."""
    sha256 = hashlib.sha256
    level = [sha256(_LEAF + body).digest() for body in bodies]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(_INNER + left + right).digest() for left, right in pairs] + odd
    return level[0] if level else sha256(b"").digest()


# ----------------------------------------------------------------------------------------------------------- process


def whole_process(arguments: Sequence[str] = ("-c", "import sqlite3, msgspec")) -> None:
    """A Python that starts, loads what any reader of a ledger needs, and ends."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


# ------------------------------------------------------------------------------------------------------------- words


def terms(entries: Iterable[Entry]) -> tuple[str, str]:
    """The commonest word of a history, and one that stands in about one entry of a thousand."""
    counts: dict[str, int] = {}
    total = 0
    for entry in entries:
        total += 1
        for word in set(text_of(entry).lower().split()):
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return ranked[0], min(ranked, key=lambda word: (abs(counts[word] - total / 1000), word))


def json_lines_bytes(bodies: Iterable[bytes]) -> int:
    """How many bytes the entries are as lines."""
    return sum(len(body) + 1 for body in bodies)


def plain_json(bodies: Iterable[bytes]) -> int:
    """The standard library's decoder over the same bodies, for those who ask what msgspec buys."""
    return sum(len(json.loads(body)) for body in bodies)

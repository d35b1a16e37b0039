"""The hash tree beside the entries, in two tables written by the transaction that appends them.

``leaf`` has the hash of each entry's bytes, ``tile`` one row for every full 256 hashes of the level below
(``ledger.proof.tree`` says which). Both follow from the entries and could be made again from them: they are kept so
that a root or a proof needs a few rows and not the whole ledger, and so that a change to an entry can be told from a
change to its hash. Reading is by functions on a cursor; numbers count from 0, positions from 1.

What hashes is loaded when something is appended: whoever only reads entries hashes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger.store.stored import Extent, numbered_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.companion import Cursor, Names, Stored
    from ledger.proof.tree import Frontier

_TABLES: Final = (
    "CREATE TABLE leaf (position INTEGER PRIMARY KEY, hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT",
    """CREATE TABLE tile (
        level INTEGER, n INTEGER, hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (level, n)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER leaf_next_position BEFORE INSERT ON leaf
    WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM leaf)
        OR NEW.position > (SELECT coalesce(max(position), 0) FROM entry)
    BEGIN SELECT RAISE(ABORT, 'a hash takes the position of its entry'); END""",
    """CREATE TRIGGER leaf_unchanged BEFORE UPDATE ON leaf
    BEGIN SELECT RAISE(ABORT, 'the hash of an entry cannot be changed'); END""",
    """CREATE TRIGGER leaf_kept BEFORE DELETE ON leaf
    BEGIN SELECT RAISE(ABORT, 'the hash of an entry cannot be deleted'); END""",
    """CREATE TRIGGER tile_next_full BEFORE INSERT ON tile
    WHEN NEW.level < 1
        OR NEW.n IS NOT (SELECT coalesce(max(n), -1) + 1 FROM tile WHERE level = NEW.level)
        OR (NEW.n + 1) * 256 > CASE NEW.level
            WHEN 1 THEN (SELECT coalesce(max(position), 0) FROM leaf)
            ELSE (SELECT coalesce(max(n), -1) + 1 FROM tile WHERE level = NEW.level - 1)
        END
    BEGIN SELECT RAISE(ABORT, 'a tile is over the next full row of hashes'); END""",
    """CREATE TRIGGER tile_unchanged BEFORE UPDATE ON tile
    BEGIN SELECT RAISE(ABORT, 'a tile cannot be changed'); END""",
    """CREATE TRIGGER tile_kept BEFORE DELETE ON tile
    BEGIN SELECT RAISE(ABORT, 'a tile cannot be deleted'); END""",
)


class HashTree:
    """The companion that hashes what is appended. Each open ledger has one of its own: it remembers.

    What it remembers is the edge of the tree as the last append *found* it. What that append added is read back by the
    next one, together with what others have added, since only then is it known to have been stored.
    """

    def __init__(self) -> None:
        from ledger.proof.tree import Frontier

        self._certain = Frontier()

    def create(self, c: Cursor) -> None:
        """Make the tables and their guards."""
        for statement in _TABLES:
            c.execute(statement)

    def append(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:  # noqa: ARG002 - what every companion is given
        """Store the hashes of ``events``, and of the tiles they fill.

        Raises Unreadable when the tree lacks hashes of what was appended before.
        """
        from ledger.proof.tree import leaf_hashes

        frontier = self._at(c, first_position - 1).copy()
        leaves = leaf_hashes([event.data for event in events])
        c.executemany("INSERT INTO leaf (position, hash) VALUES (?, ?)", list(enumerate(leaves, first_position)))
        tiles = frontier.extend(leaves)
        if tiles:
            c.executemany("INSERT INTO tile (level, n, hash) VALUES (?, ?, ?)", tiles)

    def _at(self, c: Cursor, size: int) -> Frontier:
        """The edge of the tree over the entries that are there."""
        from ledger.proof.tree import TILE_WIDTH, Frontier

        behind = size - self._certain.size
        if 0 <= behind <= TILE_WIDTH:
            self._certain.extend(hashes(c, 0, self._certain.size, size))
        else:
            self._certain = Frontier.of(size, lambda level, first, last: hashes(c, level, first, last))
        return self._certain


def hash_rows(c: Cursor, level: int, first: int, last: int) -> list[tuple[int, bytes]]:
    """Number and hash of those of ``first <= n < last`` that the tree has at a level, in order of their numbers."""
    if level == 0:
        c.execute(
            "SELECT position - 1, hash FROM leaf WHERE position > ? AND position <= ? ORDER BY position", (first, last)
        )
    else:
        c.execute(
            "SELECT n, hash FROM tile WHERE level = ? AND n >= ? AND n < ? ORDER BY n",
            (level, first, last),
        )
    return c.fetchall()


def has_leaves(c: Cursor, first: int, leaves: Sequence[bytes]) -> bool:
    """Whether these, and no others, are the hashes of as many entries from position ``first`` on.

    As one row: what takes time in a row is handing it over. A range of positions is read in their order, and its count
    and sum tell if a position in it is not what it should be. Several that make up for each other are out of order on
    the page, which is for :func:`complaints` to find.
    """
    last = first + len(leaves) - 1
    c.execute(
        "SELECT count(*), sum(position), CAST(group_concat(hash, '') AS BLOB) "
        "FROM leaf WHERE position >= ? AND position <= ?",
        (first, last),
    )
    return c.fetchall() == [(len(leaves), (first + last) * len(leaves) // 2, b"".join(leaves))]


def hashes(c: Cursor, level: int, first: int, last: int) -> list[bytes]:
    """The hashes ``first <= n < last`` of a level. Raises Unreadable when one is missing."""
    return numbered_from(first, last, hash_rows(c, level, first, last))


def extent(c: Cursor) -> Extent:
    """How far entries, leaves and tiles reach."""
    c.execute(
        "SELECT (SELECT coalesce(min(position), 1) FROM entry), (SELECT coalesce(min(position), 1) FROM leaf), "
        "(SELECT coalesce(max(position), 0) FROM entry), (SELECT coalesce(max(position), 0) FROM leaf), "
        "(SELECT count(*) FROM tile)"
    )
    ((entry, leaf, entries, leaves, tiles),) = c.fetchall()
    return Extent(min(entry, leaf), entries, leaves, tiles)


def entry_rows(c: Cursor, first: int, last: int) -> list[tuple[int, bytes]]:
    """Position and bytes of those of ``first <= position <= last`` that are there, in order."""
    c.execute("SELECT position, data FROM entry WHERE position >= ? AND position <= ? ORDER BY position", (first, last))
    return c.fetchall()


def unbroken_rows(c: Cursor, first: int, last: int) -> list[tuple[bytes]] | None:
    """The bytes of all entries from one position to another; None unless just these are there.

    Handing over a position with each would take longer than SQLite takes to add them up: as in :func:`has_leaves`.
    """
    span, size = (first, last), last - first + 1
    c.execute("SELECT data FROM entry WHERE position >= ? AND position <= ? ORDER BY position", span)
    rows = c.fetchall()
    c.execute("SELECT count(*), sum(position) FROM entry WHERE position >= ? AND position <= ?", span)
    return rows if c.fetchall() == [(size, (first + last) * size // 2)] and len(rows) == size else None


def complaints(c: Cursor) -> list[str]:
    """What SQLite finds wrong with the file; nothing when it is content."""
    c.execute("PRAGMA integrity_check")
    return [str(told) for (told,) in c.fetchall() if told != "ok"]

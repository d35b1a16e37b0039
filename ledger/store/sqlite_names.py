"""The dictionary of a ledger in SQLite: types, tags and references written once, each with a number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.companion import Cursor

_REMEMBERED = 200_000


class SQLiteNames:
    """The names of one ledger as one transaction sees and extends them.

    ``kept`` holds what is known to be committed, and is shared by transactions; :meth:`keep` adds to it what this one
    has found and made, and may only be called when it is committed.
    """

    def __init__(self, c: Cursor, kept: dict[str, int]) -> None:
        self._c = c
        self._kept = kept
        self._found: dict[str, int] = {}
        self._next: int | None = None

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of each name; one that is new gets the next number."""
        return {name: self._kept.get(name) or self._found.get(name) or self._number(name) for name in names}

    def _number(self, name: str) -> int:
        self._c.execute("SELECT number FROM name WHERE text = ?", (name,))
        row = self._c.fetchone()
        number = int(row[0]) if row else self._add(name)
        self._found[name] = number
        return number

    def _add(self, name: str) -> int:
        if self._next is None:
            self._c.execute("SELECT coalesce(max(number), 0) + 1 FROM name")
            self._next = int((self._c.fetchone() or (1,))[0])
        number, self._next = self._next, self._next + 1
        self._c.execute("INSERT INTO name (number, text) VALUES (?, ?)", (number, name))
        return number

    def keep(self) -> None:
        """Remember what the transaction found, now that it is committed."""
        if len(self._kept) > _REMEMBERED:
            self._kept.clear()
        self._kept.update(self._found)


def numbers_of(c: Cursor, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of those of the names that the ledger has; none is added."""
    wanted = json.dumps(list(names), ensure_ascii=False)
    c.execute("SELECT text, number FROM name WHERE text IN (SELECT value FROM json_each(?))", (wanted,))
    return dict(c.fetchall())


def names_of(c: Cursor, numbers: Iterable[int]) -> dict[int, str]:
    """Return the names that have these numbers."""
    wanted = json.dumps(list(numbers))
    c.execute("SELECT number, text FROM name WHERE number IN (SELECT value FROM json_each(?))", (wanted,))
    return dict(c.fetchall())

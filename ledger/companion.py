"""What is kept in step with the entries: the hook that an append calls, and the dictionary of names beside the log.

A companion sees the stored bytes inside the transaction that stores them, so that it can neither fall behind nor get
ahead: a tree of hashes, an index. The log needs none of them, and each can be made anew from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol


class Cursor(Protocol):
    """The part of a database cursor that a companion uses. Rows are plain tuples."""

    def execute(self, statement: str, params: Sequence[Any] | Mapping[str, Any] = ..., /) -> object:
        """Run one statement with its values bound."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each row of values."""

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, or None."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the remaining rows."""


class Stored(Protocol):
    """An entry as it is being stored."""

    @property
    def data(self) -> bytes:
        """Its bytes."""


class Names(Protocol):
    """The dictionary of a ledger: each name, such as a reference, is written once and has a number."""

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of each name; one that is new gets the next number."""


class Companion(Protocol):
    """Something kept in step with the entries."""

    def create(self, c: Cursor) -> None:
        """Make the tables, once, when the ledger is made."""

    def append(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:
        """Keep up with ``events``, already stored at ``first_position`` and on, inside the same transaction.

        Any exception leaves the ledger as it was before the append, entries included.
        """


class Remade(Protocol):
    """A companion that can be made anew from the entries while others go on recording, in many transactions."""

    def begin(self, c: Cursor) -> int:
        """Begin anew, or go on where that was interrupted; return the newest entry that is taken in already."""

    def take(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:
        """Take in entries, the next ones."""

    def finish(self, c: Cursor) -> None:
        """Every entry is taken in: from here on it counts, and :meth:`Companion.append` keeps it in step."""

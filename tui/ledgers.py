"""Ledgers opened for people: with the index kept in step, and read by it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from ledger.errors import LedgerError
from ledger.journal import Journal, Log
from ledger.store import Book, create_book, open_book
from projections.index import TOPIC
from projections.indexed import IndexedLog, is_current

UNREADABLE: Final = (sqlite3.Error, LedgerError, OSError)
"""What reading a ledger can end in when its file is damaged, or gone."""


def create_ledger(path: Path, origin: str) -> None:
    """Make an empty ledger with an index. Raises Refused when something is there already."""
    create_book(path, origin, companions=[TOPIC])


def open_ledger(path: Path, *, read_only: bool = False) -> Book:
    """Open a ledger; what is recorded in it goes into its index too. Raises Unreadable as ``open_book`` does."""
    return open_book(path, read_only=read_only, companions=[TOPIC])


def log_of(book: Book) -> Log:
    """The log of a ledger by its index; read into memory where it has none, or one that lacks entries."""
    return indexed_log_of(book) or in_memory(book)


def indexed_log_of(book: Book) -> IndexedLog | None:
    """The log of a ledger by its index; None where it has none, or one that lacks entries."""
    connection = book.connect()
    if connection is None:
        return None
    try:
        if is_current(connection):
            return IndexedLog(connection)
    except sqlite3.Error:
        pass  # an index that cannot even be asked is as good as none; “vedtak verify --deep” tells of it
    connection.close()
    return None


def in_memory(book: Book) -> Journal:
    """The log of a ledger, read whole."""
    journal = Journal(source=book.entries)
    journal.advance()
    return journal

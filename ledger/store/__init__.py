"""The one place that knows where entries are kept, and the only one that imports ``eventsourcing``.

``book`` is what the rest of the house uses. Under it: ``api`` (what a recorder must do), ``sqlite`` and ``memory`` (two
that do it). A further database is one more recorder and one more line in ``book``.
"""

from __future__ import annotations

from ledger.store.api import Disclosure, Extent, StampNotLater, StoredRow
from ledger.store.book import SUFFIX, WHOLE_LEDGER, Book, Sealed, WrittenMeanwhile, create_book, memory_book, open_book

__all__ = [
    "SUFFIX",
    "WHOLE_LEDGER",
    "Book",
    "Disclosure",
    "Extent",
    "Sealed",
    "StampNotLater",
    "StoredRow",
    "WrittenMeanwhile",
    "create_book",
    "memory_book",
    "open_book",
]

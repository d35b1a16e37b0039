"""The one place that knows where entries are kept, and the only one that imports ``eventsourcing``.

``book`` is what the rest of the house uses. Under it, for reading: ``stored`` (what may be asked) and
``sqlite_reading``. For recording: ``application``, ``api`` (what a recorder must do), ``sqlite`` and ``memory`` (two
that do it).
"""

from __future__ import annotations

from ledger.store.book import SUFFIX, WHOLE_LEDGER, Book, Sealed, create_book, memory_book, open_book
from ledger.store.sqlite_format import FORMAT_VERSION, publish, refuse_remains
from ledger.store.stored import Disclosure, Extent, Restoration, StampNotLater, StoredRow, WrittenMeanwhile

__all__ = [
    "FORMAT_VERSION",
    "SUFFIX",
    "WHOLE_LEDGER",
    "Book",
    "Disclosure",
    "Extent",
    "Restoration",
    "Sealed",
    "StampNotLater",
    "StoredRow",
    "WrittenMeanwhile",
    "create_book",
    "memory_book",
    "open_book",
    "publish",
    "refuse_remains",
]

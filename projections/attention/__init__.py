"""What needs somebody: every open obligation on a day, with its due date and whom it waits for.

An obligation is open until the record says that it is settled; nothing is taken to be settled because time has passed.
What may be open and may be settled is listed as a maybe, and a due date that may have passed is *maybe overdue*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from projections.attention import agreed, bodies, decided, work
from projections.attention.item import DueState, Item, Kind, Watch, when
from projections.reading import Reading

__all__ = ["DueState", "Item", "Kind", "attention"]

SOURCES: Final[tuple[Callable[[Watch], Iterator[Item]], ...]] = (
    *decided.SOURCES,
    *bodies.SOURCES,
    *agreed.SOURCES,
    *work.SOURCES,
)


def attention(reading: Reading) -> list[Item]:
    """Every open obligation: overdue first, then by due date, then by name."""
    watch = Watch(reading)
    return sorted((item for source in SOURCES for item in source(watch)), key=when)

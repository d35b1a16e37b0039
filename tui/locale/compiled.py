"""A compiled message catalogue (``.mo``), looked into as it lies.

``gettext`` makes a dictionary of the whole catalogue, which takes longer than most commands have to say. Messages lie
sorted in the file, so a command that says thirty of them looks for those thirty.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from typing import Final

_NUMBER: Final = 4
_PAIR: Final = 2 * _NUMBER


class Compiled:
    """The bytes of a ``.mo`` file, little-endian and UTF-8 as ours are written."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._count, self._ids, self._texts = (self._number(_NUMBER * place) for place in (2, 3, 4))
        self.forms = cache(self._forms)

    def _number(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + _NUMBER], "little")

    def _parts(self, table: int, row: int) -> list[bytes]:
        length, start = self._number(table + _PAIR * row), self._number(table + _PAIR * row + _NUMBER)
        return self._data[start : start + length].split(b"\0")

    def _forms(self, msgid: str) -> tuple[str, ...]:
        """What a message is in the other language: one text, or one for each number; nothing when it is not there."""
        wanted = msgid.encode()
        row = bisect_left(range(self._count), wanted, key=lambda row: self._parts(self._ids, row)[0])
        if row == self._count or self._parts(self._ids, row)[0] != wanted:
            return ()
        return tuple(text.decode() for text in self._parts(self._texts, row))

"""Steps that grow while a key is held, and days a month apart."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from time import monotonic
from typing import Final

HELD_SECONDS: Final = 0.15
"""Presses of one key that come closer than this are one long press: keyboards repeat 25 to 40 times a second."""
SETTLED_SECONDS: Final = 0.12
"""How long after the last step the heavy panes follow."""
DOUBLED_EVERY: Final = 4
STEPS_MAX: Final = 4096
_FIRST, _LAST = date(1800, 1, 1), date(2999, 12, 31)


class Hold:
    """How far one press goes: one step, and twice as far after every fourth repetition while the key is held."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._direction = 0
        self._last = 0.0
        self._streak = 0

    def steps(self, direction: int) -> int:
        """How many steps to take now, in that direction."""
        now = self._clock()
        held = direction == self._direction and now - self._last < HELD_SECONDS
        self._streak = self._streak + 1 if held else 0
        self._direction, self._last = direction, now
        return direction * min(1 << self._streak // DOUBLED_EVERY, STEPS_MAX)

    @property
    def held(self) -> bool:
        """Whether the last press was a repetition."""
        return self._streak > 0


def months_later(day: date, by: int) -> date:
    """The same day of another month; the last day stays the last, and no day is outside 1800-2999."""
    number = day.year * 12 + day.month - 1 + by
    if not _FIRST.year * 12 <= number < (_LAST.year + 1) * 12:
        return _FIRST if by < 0 else _LAST
    year, month = number // 12, number % 12 + 1
    length = monthrange(year, month)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month, length if is_last else min(day.day, length))

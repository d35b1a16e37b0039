"""A terminal that shows something before Textual is loaded, and is handed over to it.

Textual enters the alternate screen, which many terminals clear whenever they are told to, also when they show it
already. So it is entered here, once; the driver then leaves that out. What is typed meanwhile is kept for Textual, and
not printed over the frame. If it never comes to that, the terminal is put back as it was, also when the program is told
to end.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.driver import Driver

try:
    import termios
except ImportError:
    termios = None  # type: ignore[assignment] # not everywhere is there a terminal like Unix has
POSSIBLE: Final = termios is not None
"""Whether anything can be shown before Textual is loaded."""

ENTER: Final = "\x1b[?1049h"
LEAVE: Final = "\x1b[?1049l"
_HIDE_CURSOR: Final = "\x1b[?25l"
_SHOW_CURSOR: Final = "\x1b[?25h"


class Handover:
    """What Textual has to know of the terminal that it takes over."""

    def __init__(self, before: list[Any]) -> None:
        self.before = before
        """How the terminal was set up, as ``termios`` tells it."""
        self.done = False
        """Whether Textual has taken over, and leaves the alternate screen itself."""

    def driver(self, usual: type[Driver]) -> type[Driver]:
        """Textual's driver, for a terminal on whose alternate screen the first frame stands."""
        handover = self

        class Continuing(usual):  # type: ignore[misc, valid-type] # which one it is, is known at run time
            def write(self, data: str) -> None:
                if handover.done or data != ENTER:
                    super().write(data)

            def start_application_mode(self) -> None:
                super().start_application_mode()
                if not handover.done:
                    self.attrs_before = handover.before
                    handover.done = True

        return Continuing


@contextmanager
def shown(frame: Iterable[str]) -> Iterator[Handover]:
    """Show a frame, piece by piece, where Textual reads and writes, until it draws its own. Both must be a terminal."""
    keys, screen = sys.stdin, sys.stderr
    before = termios.tcgetattr(keys)
    handover = Handover(before)
    told_to_end = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _be_silent(keys, before)
        screen.write(f"{ENTER}{_HIDE_CURSOR}")
        for piece in frame:
            screen.write(piece)
            screen.flush()
        yield handover
    finally:
        if not handover.done:
            with suppress(OSError):  # a terminal that is gone needs nothing more
                screen.write(f"{LEAVE}{_SHOW_CURSOR}")
                screen.flush()
        with suppress(termios.error):
            termios.tcsetattr(keys, termios.TCSANOW, before)
        signal.signal(signal.SIGTERM, told_to_end)


def _be_silent(keys: TextIO, before: list[Any]) -> None:
    """Keep what is typed as it is typed, ctrl+z too, which Textual sees to; ctrl+c still ends the program."""
    flags = list(before)
    flags[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.IXOFF)
    flags[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    flags[6] = [*before[6]]
    flags[6][termios.VMIN] = 1
    flags[6][termios.VSUSP] = bytes([os.fpathconf(keys.fileno(), "PC_VDISABLE")])
    termios.tcsetattr(keys, termios.TCSANOW, flags)

"""A program on a pseudo-terminal, timed from outside: what reaches the terminal, and when.

This end of the pseudo-terminal is a terminal that knows synchronised output, so that every frame but those before it
could say so is closed by an end mark. *First paint* is the arrival of the bytes in which the content stands that the
program was opened for: the greeting of hello-world, the number of the newest entry in the list of ours (or, in an empty
ledger, what stands there instead). A frame without it does not count, however early it comes. Ours draws the rows of
the list from the newest to the oldest, so the last of them is waited for too, in a goal of its own. It draws them
before Textual is loaded, and no key is answered until it is. So the moment when Textual itself has drawn the content is
measured as well: *answers keys*. By then it reads keys, and has taken in those that were pressed before.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from typing import Final

from bench import hello
from bench.measuring import NotHere
from tui.stepping import DOUBLED_EVERY, STEPS_MAX

COLUMNS, ROWS = 120, 36
REPEATS: Final = 1 / 30
"""Seconds between two presses of a key that is held, as keyboards repeat them."""
HOLDS: Final = 5
"""How often the key is held, from the first entry on each time."""
PATIENCE: Final = 60.0
ANSWERED_BY: Final = 180.0
"""Seconds after which nobody waits for the answer of a screen any longer."""
IDLE_CPU: Final = 0.15
"""Seconds of CPU in a second, below which a program only looks whether something has come."""
_ASKS_SYNC, _KNOWS_SYNC = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_TAKEN_OVER: Final = _ASKS_SYNC
"""Textual asks this when it has the terminal and reads its keys, before it draws anything."""
_ENTRY: Final = re.compile(rb"entry ([\d,]+) of")
_VISITED: Final = b"23456712"
"""The keys of the screens, the timeline last but one."""


class Terminal:
    """The terminal's end: what has come so far, and keys to press."""

    def __init__(self, master: int, child: int) -> None:
        self._master = master
        self.child = child
        self.shown = b""
        self._answered = 0

    def read(self, until: float) -> bool:
        """Take what has come by then, as soon as anything has; False when nothing came, or the program is gone."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, until - time.perf_counter()))
        if not ready:
            return False
        try:
            self.shown += os.read(self._master, 1 << 16)
        except OSError:  # how Linux says that nobody is at the other end any more
            return False
        asked = self.shown.count(_ASKS_SYNC)
        for _ in range(asked - self._answered):
            self.press(_KNOWS_SYNC)
        self._answered = asked
        return True

    def await_text(self, text: bytes, after: bytes = b"") -> float:
        """When the text stood in what had come; in what had come after something else, where that is given."""
        end = time.perf_counter() + PATIENCE
        while text not in self.shown.partition(after)[2] if after else text not in self.shown:
            if not self.read(end):
                message = f"{text.decode()!r} never came: {self.shown[-400:]!r}"
                raise AssertionError(message)
        return time.perf_counter()

    def rest(self, seconds: float) -> None:
        """Go on reading for so long."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.read(end)

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)


@contextmanager
def running(arguments: Sequence[str]) -> Iterator[Terminal]:
    """A Python program on a terminal of its own, ended when it has been looked at: it only reads."""
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "PYTHONDONTWRITEBYTECODE"}},
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
    }
    child, master = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606 - a child with our terminal
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    terminal = Terminal(master, child)
    try:
        yield terminal
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(master)


def opened(ledger: Path) -> list[str]:
    """The program that opens a ledger."""
    return ["-m", "tui", "open", "--lang", "en", "--ledger", str(ledger)]


GREETED: Final = [str(Path(hello.__file__))]
NOTHING: Final = b"Here every entry"
"""How the list of an empty ledger begins."""


def newest(size: int) -> bytes:
    """What the list shows of the newest entry."""
    return b"#%d " % size


def last_drawn(size: int) -> bytes:
    """What the list shows of the oldest entry there is room for: ours draws from the newest on."""
    return newest(size - (ROWS - 9))


def first_paint(arguments: Sequence[str], content: bytes) -> float:
    """Seconds from the start of a process until its content has reached the terminal."""
    begun = time.perf_counter()
    with running(arguments) as terminal:
        return terminal.await_text(content) - begun


def answers_keys(arguments: Sequence[str], content: bytes) -> float:
    """Seconds from the start of a process until Textual itself has drawn the content."""
    begun = time.perf_counter()
    with running(arguments) as terminal:
        return terminal.await_text(content, _TAKEN_OVER) - begun


def first_paint_cpu(arguments: Sequence[str], content: bytes) -> float:
    """The seconds of CPU that every thread of the process has used by then."""
    with running(arguments) as terminal:
        terminal.await_text(content)
        return _cpu(terminal.child)


def _cpu(child: int) -> float:
    try:
        tasks = list(Path(f"/proc/{child}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except OSError as error:
        message = f"the system does not tell what a thread has used ({error})"
        raise NotHere(message) from error


def held(terminal: Terminal, size: int) -> list[float]:
    """Seconds from each press of a held ``.`` until a frame came that shows the entry it leads to, or a later one."""
    terminal.press(b"g")
    terminal.rest(0.6)
    presses = _presses(size)
    walk, when, latencies = _Walk(), list[float](), list[float]()
    read, at = len(terminal.shown), time.perf_counter()
    while len(latencies) < presses:
        now = time.perf_counter()
        if len(when) < presses and now >= at:
            when.append(now)
            terminal.press(b".")
            at += REPEATS
        elif not terminal.read(at if len(when) < presses else now + PATIENCE) and len(when) == presses:
            message = f"nothing came of the last {presses - len(latencies)} presses"
            raise AssertionError(message)
        arrived = time.perf_counter()
        for found in _ENTRY.finditer(terminal.shown, read):
            read = found.end()
            shown = walk.to(int(found[1].replace(b",", b"")), len(when), presses)
            latencies += [arrived - pressed for pressed in when[len(latencies) : shown]]
    return latencies


class _Walk:
    """Where held presses lead: each a step on, twice as far after every fourth, from one again after a standstill."""

    def __init__(self) -> None:
        self.ways = {(1, 0, -1)}
        """The entry reached; by how many presses it may have been, and since which standstill."""

    def to(self, reached: int, pressed: int, presses: int) -> int:
        """How many of the presses an entry was reached by: all, or else the fewest that lead there."""
        found = {way for way in self.ways if way[0] == reached}
        ways = self.ways
        while ways:
            ways = {
                (place + _step(now), taken + 1, now)
                for place, taken, streak in ways
                for now in (streak + 1, 0)
                if taken < pressed and place + _step(now) <= reached
            }
            found |= {way for way in ways if way[0] == reached}
        self.ways = found
        counts = {taken for _, taken, _ in found}
        return presses if presses in counts else min(counts)


def _step(streak: int) -> int:
    return min(1 << streak // DOUBLED_EVERY, STEPS_MAX)


def _presses(size: int) -> int:
    """How often the key can be pressed before the last entry is reached, in three seconds at most."""
    place, presses = 1, 0
    while presses < 3 / REPEATS and (place := place + _step(presses)) < size:
        presses += 1
    return presses


def latency(ledger: Path, size: int) -> float:
    """The 95th percentile of the seconds from key to repaint, of all presses while ``.`` is held a few times."""
    with running(opened(ledger)) as terminal:
        terminal.await_text(newest(size), _TAKEN_OVER)
        terminal.rest(1)
        return quantiles([seconds for _ in range(HOLDS) for seconds in held(terminal, size)], n=20)[-1]


def _at_rest(terminal: Terminal) -> None:
    """Wait until the program has nothing left to find out, however large the ledger is."""
    end = time.perf_counter() + ANSWERED_BY
    while time.perf_counter() < end:
        before = _used(terminal.child)
        terminal.rest(1)
        if _used(terminal.child) - before < IDLE_CPU:
            return


def _used(child: int) -> float:
    """Seconds of CPU, those of threads that have ended too; coarser than :func:`_cpu`."""
    try:
        told = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    except OSError as error:
        message = f"the system does not tell what a process has used ({error})"
        raise NotHere(message) from error
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory(ledger: Path, size: int, *, patiently: bool = False) -> float:
    """The most bytes the process ever had in memory, after a held key and a second on every screen.

    Some screens of a large ledger need longer than that for all they have to show; ``patiently`` waits for it.
    """
    with running(opened(ledger)) as terminal:
        terminal.await_text(newest(size), _TAKEN_OVER)
        held(terminal, size)
        for key in _VISITED:
            terminal.press(bytes([key]))
            terminal.rest(1)
            if patiently:
                _at_rest(terminal)
        try:
            told = Path(f"/proc/{terminal.child}/status").read_text()
        except OSError as error:
            message = f"the system does not tell the peak memory of a process ({error})"
            raise NotHere(message) from error
    return 1024.0 * int(told.partition("VmHWM:")[2].split()[0])

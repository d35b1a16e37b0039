"""The real program in a real pseudo terminal: what is typed, and every byte that comes out."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from rich.cells import cell_len

PROJECT: Final = Path(__file__).parent.parent
RAW: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
"""What acts on a terminal, or hides what a sentence says."""
REPERTOIRE: Final = re.compile(
    r"\x1b(?:"
    r"\[[0-9;:]*m"  # colours and styles
    r"|\[\d+;\d+H"  # where the next text goes
    r"|\[(?:[<>=?][0-9;]*)?[a-zA-Z]"  # modes and keyboard protocols, on and off, and the cursor home
    r"|\[[0-9;?]*[hlnut]"
    r"|\[\?[0-9;]+\$p"
    r"|\[>\d+[a-z]|\[[0-9;]*[ABCDJKHc]"
    r"|\]22;[a-z]*(?:\x07|\x1b\\)"  # the shape of the pointer
    r"|P=[12]s\x1b\\"  # synchronised output
    r"|[()][A-Z0-9]|[=>78]"
    r")"
)
"""What Textual says to a terminal, and nothing else."""
CLIPBOARD: Final = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
PLACE: Final = re.compile(r"\x1b\[(\d+);(\d+)H")
STYLE: Final = re.compile(r"\x1b\[[0-9;:]*m")
ESCAPE: Final = "\x1b"
_ESCAPE_KEY: Final = "\x1b[27u"
"""The key as the Kitty protocol spells it: nothing that follows can be read with it, so nobody waits for that."""


class Terminal:
    """A program on a pseudo terminal."""

    def __init__(self, child: subprocess.Popen[bytes], ours: int, size: tuple[int, int], before: list[object]) -> None:
        self.child = child
        self.before = before
        """How the terminal was set up before anything ran on it."""
        self.size = size
        self._ours = ours
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._before = io.StringIO()
        self._recent = ""
        """What came out after the last keys."""

    @property
    def output(self) -> str:
        """All that came out so far."""
        return self._before.getvalue() + self._recent

    def _begin(self) -> None:
        self._before.write(self._recent)
        self._recent = ""

    def press(self, *keys: str) -> Terminal:
        """Type keys one after the other, waiting after each until the program is quiet."""
        for key in keys:
            self._begin()
            os.write(self._ours, (_ESCAPE_KEY if key == ESCAPE else key).encode())
            self.quiet()
        return self

    def paste(self, text: str) -> Terminal:
        """Paste, as terminals that mark what is pasted do."""
        return self.press(f"\x1b[200~{text}\x1b[201~")

    def quiet(self, seconds: float = 0.12) -> Terminal:
        """Read until nothing has come for so long."""
        while self._read(seconds):
            pass
        return self

    def shows(self, text: str, seconds: float = 60) -> Terminal:
        """Wait until a text comes out that was not there before the last keys; styles in it are passed over."""
        until = time.monotonic() + seconds
        while text not in self.words():
            assert time.monotonic() < until, f"“{text}” never came: {self.words()[-3000:]}"
            assert self._read(0.2) or self.child.poll() is None, f"it ended: {self.words()[-3000:]}"
        return self

    def recent(self) -> str:
        """The text that came out after the last keys, a line for each place it was put at."""
        return text_of(self._recent)

    def words(self) -> str:
        """The words that came out after the last keys, as if on one line."""
        return " ".join(self.recent().split())

    def drawn(self) -> str:
        """The words of the whole screen, drawn anew."""
        self._begin()
        columns, rows = self.size
        _resize(self._ours, columns, rows - 1)
        self.child.send_signal(signal.SIGWINCH)
        self.quiet(0.3)
        _resize(self._ours, columns, rows)
        self.child.send_signal(signal.SIGWINCH)
        until = time.monotonic() + 30
        while columns not in map(len, self.recent().splitlines()) and time.monotonic() < until:
            self._read(0.2)
        return self.quiet(0.3).words()

    def leave(self, key: str = "\x11") -> int:
        """Quit by a key (ctrl+q); the exit code."""
        self._begin()
        until = time.monotonic() + 30
        while self.child.poll() is None and time.monotonic() < until:
            os.write(self._ours, key.encode())
            asked = time.monotonic()
            while self.child.poll() is None and time.monotonic() < asked + 3:
                self._read(0.05)
        self.quiet(0.05)
        return self.child.wait(1)

    def hang_up(self) -> None:
        """Be gone, as a terminal is whose connection is lost."""
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), self._ours)

    def resize(self, columns: int, rows: int) -> Terminal:
        """Make the window another size."""
        self._begin()
        self.size = columns, rows
        _resize(self._ours, columns, rows)
        self.child.send_signal(signal.SIGWINCH)
        return self.quiet(0.4)

    def _read(self, patience: float) -> bool:
        if not select.select([self._ours], [], [], patience)[0]:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # Linux says so when the other end has closed
            return False
        self._recent += self._decoder.decode(data)
        return bool(data)


def text_of(output: str) -> str:
    """What was written, without styles; what was put at another place is on another line."""
    return REPERTOIRE.sub("", STYLE.sub("", PLACE.sub("\n", output)))


_SIGN: Final = re.compile(
    r"(?P<goto>\x1b\[(\d+);(\d+)H)|(?P<style>\x1b\[[0-9;:]*m)|(?P<clear>\x1b\[\?1049[hl])|"
    rf"(?:{REPERTOIRE.pattern})|(?P<text>.)",
    re.DOTALL,
)


def screen_of(output: str, size: tuple[int, int]) -> list[list[tuple[str, str]]]:
    """What stands on the screen after an output: for each cell of each row its sign, and the style it was given."""
    columns, rows = size
    blank = [[(" ", "")] * columns for _row in range(rows)]
    screen, at, row, style = [[*line] for line in blank], 0, 0, ""
    for found in _SIGN.finditer(output):
        if found["goto"]:
            row, at = int(found[2]) - 1, int(found[3]) - 1
        elif found["style"]:
            style = "" if found["style"] in {"\x1b[0m", "\x1b[m"} else found["style"]
        elif found["clear"]:
            screen, at, row = [[*line] for line in blank], 0, 0
        elif found["text"] == "\r":
            at = 0
        elif found["text"] == "\n":
            row += 1
        elif found["text"]:
            width = cell_len(found["text"])
            for cell in range(at, min(at + width, columns)):
                screen[row][cell] = (found["text"] if cell == at else "", style)
            at += width
    return screen


def settings(end: int) -> list[object]:
    """How a terminal is set up, as ``termios`` tells it."""
    import termios

    found: list[object] = termios.tcgetattr(end)
    return found


def _resize(end: int, columns: int, rows: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextmanager
def terminal(
    arguments: Sequence[str], size: tuple[int, int] = (120, 36), environment: dict[str, str] | None = None
) -> Iterator[Terminal]:
    """Python started with these arguments on a pseudo terminal of this many columns and rows."""
    pty = pytest.importorskip("pty", reason="there are no pseudo terminals on this system")
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo terminal to be had: {error}")
    _resize(theirs, *size)
    before = settings(theirs)
    inherited = {
        name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TEXTUAL", "COLUMNS", "LINES"}
    }
    child = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={
            **inherited,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            **(environment or {}),
        },
        cwd=PROJECT,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(child, ours, size, before)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        os.close(ours)

"""The papers themselves, where a person has them in a folder: found by their SHA-256, read, and held to what is cited.

The name of a file proves nothing, so none is looked at. A file is a document when its bytes have the document's hash.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.store import SUFFIX

VARIABLE: Final = "VEDTAK_SOURCES"
FILES_MAX: Final = 10_000
BYTES_MAX: Final = 64 * 1024 * 1024
"""A larger file is not read; papers are not that long."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Paper:
    """A document as it lies in a file: its lines, as bytes, without the line feeds between them."""

    path: Path
    lines: tuple[bytes, ...]

    @property
    def is_text(self) -> bool:
        """Whether it can be shown: a page description or a picture has bytes that no text has."""
        return not any(b"\0" in line for line in self.lines[:200])

    def passage_sha256(self, first: int, last: int) -> str | None:
        """The hash of some lines, as the ledger cites them; None when there are not so many."""
        if last > len(self.lines):
            return None
        return hashlib.sha256(b"\n".join(self.lines[first - 1 : last])).hexdigest()

    def line(self, number: int) -> str:
        """A line as text, counted from one. What is not UTF-8 stands as the bytes it is."""
        return self.lines[number - 1].decode("utf-8", "backslashreplace").removesuffix("\r")


class Sources:
    """A folder with papers, or none."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._hashes: dict[tuple[str, int, int], str] = {}

    @classmethod
    def named(cls, folder: str | None) -> Sources:
        """The folder that is named, else the one of the environment."""
        given = folder or os.environ.get(VARIABLE)
        return cls(Path(given).expanduser() if given else None)

    def find(self, sha256: str, going_on: Callable[[], bool] = lambda: True) -> Paper | None:
        """The paper with this hash; None when there is none, or when asked not to go on."""
        for path, about in self._files():
            if not going_on():
                return None
            seen = (str(path), about.st_size, about.st_mtime_ns)
            try:
                if seen not in self._hashes:
                    self._hashes[seen] = _digest(path, going_on)
                if self._hashes[seen] != sha256:
                    continue
                data = path.read_bytes()
            except OSError:
                continue
            if hashlib.sha256(data).hexdigest() == sha256:  # what is shown is what was hashed
                return Paper(path, tuple(data.split(b"\n")))
        return None

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        count = 0
        for here, folders, names in os.walk(self.folder) if self.folder else ():
            folders.sort()
            for name in sorted(names):
                if SUFFIX in name:
                    continue  # no paper, and perhaps open: to close it beside SQLite would cost it its locks
                path = Path(here, name)
                try:
                    about = path.stat()
                except OSError:
                    continue
                count += 1
                if count > FILES_MAX:
                    return
                if stat.S_ISREG(about.st_mode) and about.st_size <= BYTES_MAX:
                    yield path, about


def _digest(path: Path, going_on: Callable[[], bool]) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while going_on() and (chunk := file.read(_CHUNK)):
            made.update(chunk)
    if not going_on():
        raise InterruptedError
    return made.hexdigest()

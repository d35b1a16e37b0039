"""DoltLite: SQLite with Dolt's commits under it, a commit an entry. The closest embedded rival; known-on only."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from bench.floors import fresh
from bench.measuring import NotHere
from bench.points import Rows

NAME = "DoltLite"
MOST = 10_000
"""More commits than this are not made: at 10 KB an entry and a scan of all commits for a history, the point is made."""


class Peer:
    """A process with a database of its own."""

    def __init__(self, path: Path, rows: Rows) -> None:
        if importlib.util.find_spec("doltlite") is None:
            message = "the wheel “doltlite” is not installed (requirements/bench.txt)"
            raise NotHere(message)
        self.path = fresh(path)
        worker = Path(__file__).with_name("doltlite_worker.py")
        self._process = subprocess.Popen(
            [sys.executable, str(worker), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.loading = self.ask("load", str(rows.points))

    def ask(self, what: str, argument: object) -> float:
        """The seconds the worker took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([what, argument]) + "\n")
        self._process.stdin.flush()
        return float(json.loads(self._process.stdout.readline()))

    def size(self) -> int:
        """Bytes on disk."""
        return sum(part.stat().st_size for part in self.path.parent.glob(f"{self.path.name}*"))

    def close(self) -> None:
        """End the process and remove the database."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        fresh(self.path)

"""The other end of :mod:`bench.peers.doltlite_commits`: a process of its own, since importing doltlite swaps SQLite.

It reads a request a line (JSON) and answers the seconds it took. Imports nothing of ours: it is run by its path.
"""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import sys
import time

import doltlite  # noqa: F401 - before sqlite3: it puts its own library under it

_TABLE = """
CREATE TABLE points (
    scope INTEGER, slot INTEGER, eff INTEGER, seq INTEGER, dead INTEGER, val TEXT, PRIMARY KEY (scope, slot, eff, seq)
)
"""


class Worker:
    """A database in which every entry is a commit."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute(_TABLE)
        self.commits: list[str] = []
        self.rows: list[tuple[int, int]] = []
        self.chance = random.Random(1)  # noqa: S311 - which fact to ask for

    def commit(self) -> None:
        """Make what has been written a commit."""
        told = self.connection.execute("SELECT dolt_commit('-A', '-m', 'entry')").fetchone()
        self.commits.append(told[0])

    def load(self, points: str) -> None:
        """Insert the rows, and commit for every entry."""
        last = None
        with open(points, newline="", encoding="utf-8") as file:  # noqa: PTH123 - a path from the parent
            for row in csv.reader(file):
                if last not in (None, row[3]):
                    self.commit()
                last = row[3]
                self.rows.append((int(row[0]), int(row[1])))
                self.connection.execute("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?)", row)
        self.commit()

    def append(self, count: int) -> None:
        """So many entries of one row, each a commit."""
        for _ in range(count):
            scope, slot = self.chance.choice(self.rows)
            row = (scope, slot, 800_000, len(self.commits), 2**31 - 1, "1")
            self.connection.execute("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?)", row)
            self.commit()

    def fact(self, count: int) -> None:
        """So many facts, each as of some commit."""
        for _ in range(count):
            scope, slot = self.chance.choice(self.rows)
            commit = self.chance.choice(self.commits[len(self.commits) // 2 :])
            self.connection.execute(
                f"SELECT val FROM dolt_at_points('{commit}') WHERE scope = ? AND slot = ? AND eff <= 730000 "
                "ORDER BY eff DESC, seq DESC LIMIT 1",
                (scope, slot),
            ).fetchone()

    def history(self, count: int) -> None:
        """The history of so many facts."""
        for _ in range(count):
            scope, slot = self.chance.choice(self.rows)
            self.connection.execute(
                "SELECT commit_hash, val FROM dolt_history_points WHERE scope = ? AND slot = ?", (scope, slot)
            ).fetchall()


def main() -> None:
    """Serve until the input ends."""
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        name, argument = json.loads(line)
        begun = time.perf_counter()
        getattr(worker, name)(argument)
        print(json.dumps(time.perf_counter() - begun), flush=True)


if __name__ == "__main__":
    main()

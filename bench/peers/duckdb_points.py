"""DuckDB: points in a column store, sorted by partnership and slot. Strong on the whole ledger, weak on one row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.floors import fresh
from bench.measuring import NotHere
from bench.points import FACT, STATE, TABLE, Rows

NAME = "DuckDB"


class Peer:
    """A file with one table, on one thread."""

    def __init__(self, path: Path, rows: Rows) -> None:
        try:
            import duckdb
        except ImportError as missing:
            message = "the wheel “duckdb” is not installed (requirements/bench.txt)"
            raise NotHere(message) from missing
        self.path = fresh(path)
        self.connection: Any = duckdb.connect(str(path), config={"threads": 1})
        self.connection.execute(TABLE)
        columns = "{'scope': 'INTEGER', 'slot': 'INTEGER', 'eff': 'INTEGER', 'seq': 'INTEGER', 'dead': 'INTEGER', "
        self.connection.execute(
            f"INSERT INTO points SELECT * FROM read_csv('{rows.points}', header = false, "
            f"columns = {columns}'val': 'VARCHAR'}}) ORDER BY scope, slot, eff, seq"
        )
        self.connection.execute("CHECKPOINT")

    def state(self, scope: int, effective: int, known: int) -> list[tuple[int, str]]:
        """What holds of one partnership's things."""
        rows: list[tuple[int, str]] = self.connection.execute(
            STATE.format("?"), (scope, effective, known, known)
        ).fetchall()
        return rows

    def fact(self, scope: int, slot: int, effective: int, known: int) -> object:
        """What one slot holds."""
        return self.connection.execute(FACT.format("?"), (scope, slot, effective, known, known)).fetchone()

    def append(self, row: tuple[int, int, int, int, int, str]) -> None:
        """One row, on disk."""
        self.connection.execute("INSERT INTO points VALUES (?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def size(self) -> int:
        """Bytes on disk."""
        return self.path.stat().st_size

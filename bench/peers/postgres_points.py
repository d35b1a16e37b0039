"""PostgreSQL 15: points behind a B-tree, in a throwaway cluster on a Unix socket, asked through psycopg."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from bench.measuring import NotHere
from bench.points import FACT, STATE, TABLE, Rows

NAME = "PostgreSQL 15"
BINARIES: Final = Path("/usr/lib/postgresql/15/bin")
_USER: Final = "postgres"


class Peer:
    """A cluster of its own, which is gone when closed. The server may not be root's: then it is another user's."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        if not (BINARIES / "initdb").exists():
            message = "the Debian package “postgresql-15” is not installed"
            raise NotHere(message)
        try:
            import psycopg
        except ImportError as missing:
            message = "the wheel “psycopg[binary]” is not installed (requirements/bench.txt)"
            raise NotHere(message) from missing
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)
        self.data, self.socket = folder / "data", folder
        self._run("initdb", "-D", self.data, "-A", "trust", "-U", _USER, "--no-sync", "-E", "UTF8", "--locale", "C")
        options = f"-k {self.socket} -c listen_addresses='' -c shared_buffers=256MB"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", folder / "log", "-o", options, "start")
        self.connection: Any = psycopg.connect(host=str(self.socket), user=_USER, dbname=_USER, autocommit=True)
        self.connection.execute(TABLE)
        with (
            self.connection.cursor() as cursor,
            cursor.copy("COPY points FROM STDIN (FORMAT csv)") as copy,
            rows.points.open("rb") as file,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        self.connection.execute("CREATE UNIQUE INDEX ON points (scope, slot, eff DESC, seq DESC)")
        self.connection.execute("VACUUM ANALYZE points")

    def _run(self, program: str, *arguments: object) -> None:
        as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(BINARIES / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def state(self, scope: int, effective: int, known: int) -> list[tuple[int, str]]:
        """What holds of one partnership's things."""
        rows: list[tuple[int, str]] = self.connection.execute(
            STATE.format("%s"), (scope, effective, known, known)
        ).fetchall()
        return rows

    def fact(self, scope: int, slot: int, effective: int, known: int) -> object:
        """What one slot holds."""
        return self.connection.execute(FACT.format("%s"), (scope, slot, effective, known, known)).fetchone()

    def append(self, row: tuple[int, int, int, int, int, str]) -> None:
        """One row, on disk."""
        self.connection.execute("INSERT INTO points VALUES (%s, %s, %s, %s, %s, %s)", row)

    def size(self) -> int:
        """Bytes of the table and its index."""
        return int(self.connection.execute("SELECT pg_total_relation_size('points')").fetchone()[0])

    def close(self) -> None:
        """Stop the server and remove the cluster."""
        self.connection.close()
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

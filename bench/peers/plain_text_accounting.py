"""hledger and ledger: the same movements as a plain-text journal, and every balance at a date. One axis of time."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Literal

from bench.measuring import NotHere
from ledger.calendar import bounds
from ledger.entry import Entry
from ledger.facts import Move

Program = Literal["ledger", "hledger"]
PROGRAMS: Final[tuple[Program, ...]] = ("ledger", "hledger")


def journal(entries: Iterable[Entry], withdrawn: dict[int, int], path: Path) -> int:
    """Write the movements that stand today as transactions; how many there are."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for position, entry in enumerate(entries, 1):
            if position in withdrawn:
                continue
            for effect in entry.happened.effects():
                if not isinstance(effect, Move):
                    continue
                count += 1
                day = bounds(effect.at or entry.effective).latest.isoformat()
                kroner, ore = divmod(abs(effect.ore), 100)
                sign = "-" if effect.ore < 0 else ""
                account = f"{effect.account.entity}:{effect.account.name}".replace(" ", "-")
                file.write(f"{day} #{position}\n    {account}  {sign}{kroner}.{ore:02} NOK\n    equity\n\n")
    return count


class Peer:
    """One of the two programs, on a journal."""

    def __init__(self, program: Program, path: Path) -> None:
        if shutil.which(program) is None:
            message = f"the Debian package “{program}” is not installed"
            raise NotHere(message)
        self.program, self.path = program, path

    def balances(self, day: date) -> bytes:
        """Every account at the end of a day."""
        until = (day + timedelta(days=1)).isoformat()
        total = "--no-total"
        command = [self.program, "-f", str(self.path), "balance", "--flat", total, "-e", until]
        return subprocess.run(command, check=True, capture_output=True).stdout

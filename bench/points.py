"""The workload as rows: what a database without our log would be given to answer the same questions from."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from ledger.calendar import bounds
from ledger.entry import Entry
from ledger.facts import Account, Assign, Slot

FOREVER: Final = 2**31 - 1
"""The position of the entry that withdraws what nobody has withdrawn."""
_SCOPE: Final = re.compile(r"/(?:t([0-9]))?p([0-9]+)")


class Rows(NamedTuple):
    """Files of rows, and what the numbers in them stand for.

    ``points``: scope, slot, eff, seq, dead, val. ``moves``: account, eff, seq, dead, ore. Days are ordinals; uncertain
    ones stand under their latest day.
    """

    points: Path
    moves: Path
    slots: dict[Slot, int]
    accounts: dict[Account, int]
    scopes: int
    count: int


def scope(entity: str) -> int:
    """The number of the partnership a thing belongs to, from 1; 0 for what they share."""
    found = _SCOPE.search(entity)
    return int(found[1] or 0) * 1000 + int(found[2]) + 1 if found else 0


def rows(entries: Iterable[Entry], folder: Path, withdrawn: dict[int, int]) -> Rows:
    """Write the rows; ``withdrawn`` says which entry each corrected one was corrected by."""
    slots: dict[Slot, int] = {}
    accounts: dict[Account, int] = {}
    points, moves = folder / "points.csv", folder / "moves.csv"
    count, scopes = 0, 0
    folder.mkdir(parents=True, exist_ok=True)
    encode = msgspec.json.Encoder().encode
    with (
        points.open("w", newline="", encoding="utf-8") as first,
        moves.open("w", newline="", encoding="utf-8") as second,
    ):
        assigned, moved = csv.writer(first), csv.writer(second)
        for position, entry in enumerate(entries, 1):
            dead = withdrawn.get(position, FOREVER)
            for effect in entry.happened.effects():
                day = bounds(effect.at or entry.effective).latest.toordinal()
                if isinstance(effect, Assign):
                    number = slots.setdefault(effect.slot, len(slots))
                    home = scope(effect.slot.entity)
                    scopes = max(scopes, home)
                    assigned.writerow((home, number, day, position, dead, encode(effect.value).decode()))
                    count += 1
                else:
                    number = accounts.setdefault(effect.account, len(accounts))
                    moved.writerow((number, day, position, dead, effect.ore))
    return Rows(points, moves, slots, accounts, scopes, count)


def corrections(entries: Iterable[Entry]) -> dict[int, int]:
    """Which entry each corrected one was corrected by."""
    return {entry.corrects.entry: position for position, entry in enumerate(entries, 1) if entry.corrects}


STATE: Final = """
SELECT slot, val FROM (
    SELECT slot, val, row_number() OVER (PARTITION BY slot ORDER BY eff DESC, seq DESC) AS place
    FROM points WHERE scope = {0} AND eff <= {0} AND seq <= {0} AND dead > {0}
) AS seen WHERE place = 1 AND val <> 'null'
"""
FACT: Final = """
SELECT val FROM points WHERE scope = {0} AND slot = {0} AND eff <= {0} AND seq <= {0} AND dead > {0}
ORDER BY eff DESC, seq DESC LIMIT 1
"""
TABLE: Final = """
CREATE TABLE points (
    scope INTEGER NOT NULL, slot INTEGER NOT NULL, eff INTEGER NOT NULL, seq INTEGER NOT NULL, dead INTEGER NOT NULL,
    val TEXT NOT NULL
)
"""

"""An invented history of any length, in the ledger's own events: the same seed gives the same bytes.

A partnership lives through about 1,000 entries in 31 years; many partnerships are recorded side by side in one ledger,
interleaved in the order of recording, and share the organisations. Texts are Norwegian-like words with a Zipf
distribution. Nothing here happened. What each share is meant to be stands in :data:`SHAPE`, and ``python -m bench
--check`` measures it, has every rule of the ledger accept a small history, and looks for faults in what was recorded.

Only what is true whatever the date is dated far back or ahead, is uncertain or is corrected (:data:`LOOSE`), so that
every rule accepts every entry without the generator having to know the rules' every corner.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from heapq import merge
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.workload.draft import (
    BEGUN,
    BEGUN_US,
    ORIGIN,
    RECORDER,
    SPAN_US,
    STEP_US,
    YEARS,
    Draft,
    iso,
)
from bench.workload.organisations import World
from bench.workload.partnership import LOOSE, Partnership
from ledger.entry import Entry, spelt_out
from ledger.fields import KINDS

__all__ = [
    "BEGUN",
    "BEGUN_US",
    "LOOSE",
    "ORIGIN",
    "RECORDER",
    "SEED",
    "SHAPE",
    "SPAN_US",
    "STEP_US",
    "TILE",
    "YEARS",
    "Draft",
    "bodies",
    "commands",
    "drafts",
    "entries",
    "iso",
    "jsonl",
    "partnerships",
    "text_of",
]

SEED: Final = 20_260_101
SHAPE: Final = {
    "decision": 0.21,
    "authority": 0.60,  # of all but decisions
    "back-dated": 0.107,  # by more than 30 days
    "future-dated": 0.019,
    "uncertain": 0.02,
    "correction": 0.0095,
}
"""The shares of entries that the history is to have."""
TILE: Final = 1_000_000
"""Longer histories are this one laid side by side under other names."""
_REFERENCE: Final = re.compile(b'"(?:%s)/' % "|".join({*KINDS, "partnership"}).encode())


def partnerships(size: int) -> int:
    """How many partnerships a history of so many entries has."""
    return max(1, round(size / 1000))


def drafts(size: int, seed: int = SEED) -> Iterator[Draft]:
    """A history of at most :data:`TILE` entries, in order, each knowing its place."""
    count = partnerships(size)
    world = World(count, seed)
    rest = size - len(world.planned)
    quotas = [rest // count + (number < rest % count) for number in range(count)]
    hands = [Partnership(world, number, quota, seed).drafts() for number, quota in enumerate(quotas)]
    last = 0
    for position, draft in enumerate(merge(world.drafts(), *hands, key=lambda draft: draft.us), 1):
        draft.us = last = max(draft.us, last + STEP_US)
        draft.position = position
        yield draft


def entries(size: int, seed: int = SEED) -> Iterator[Entry]:
    """The entries of a history, in order."""
    if size <= TILE:
        return (draft.entry() for draft in drafts(size, seed))
    decode = msgspec.json.Decoder(spelt_out(Entry)).decode
    return map(decode, bodies(size, seed))


def commands(size: int, seed: int = SEED) -> Iterator[tuple[int, dict[str, Any]]]:
    """When each command was given (µs since 1970, UTC), and the command as plain data."""
    return ((draft.us, draft.asked()) for draft in drafts(size, seed))


def bodies(size: int, seed: int = SEED) -> Iterator[bytes]:
    """The canonical bytes of the entries of a history, in order."""
    encode = msgspec.json.Encoder().encode
    if size <= TILE:
        return (encode(draft.entry()) for draft in drafts(size, seed))
    if size % TILE or size > 10 * TILE:
        message = f"a longer history is a whole number of tiles, and ten at most: {size}"
        raise ValueError(message)
    return _tiled(size // TILE, encode, seed)


def _tiled(tiles: int, encode: Callable[[Any], bytes], seed: int) -> Iterator[bytes]:
    """Every entry of one history as many times, with names, command and microsecond of each tile's own."""
    for draft in drafts(TILE, seed):
        us, command, wrong = draft.us, draft.command, draft.corrects
        place = wrong.position if wrong else 0
        for tile in range(tiles):
            draft.us = us + tile
            draft.command = f"{int(command[:8], 16) ^ (tile << 28):08x}{command[8:]}"
            if wrong:
                wrong.position = (place - 1) * tiles + tile + 1
            body = encode(draft.entry())
            yield _REFERENCE.sub(rb"\g<0>t%d" % tile, body) if tile else body
        draft.us, draft.command = us, command
        if wrong:
            wrong.position = place


def jsonl(size: int, folder: Path, seed: int = SEED) -> Path:
    """The history as JSON Lines in a file, written once for each version of this package."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:10]
    path = folder / f"workload-{size}-{seed}-{version}.jsonl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with draft.open("wb", buffering=1 << 20) as file:
            for body in bodies(size, seed):
                file.write(body + b"\n")
        draft.replace(path)
    return path


def text_of(entry: Entry) -> str:
    """What there is to search in an entry: its note, and the words of its event."""
    event: Any = entry.event
    found = (entry.note, *(getattr(event, name, None) for name in ("title", "text", "name", "what", "project")))
    points = (point.text for point in getattr(event, "points", ()) if hasattr(point, "text"))
    return " ".join([*(text for text in found if isinstance(text, str)), *points])

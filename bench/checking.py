"""Is the workload what it says, and does the ledger take it? A small one is recorded through the pen and examined."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec

from bench import workload
from ledger.calendar import bounds
from ledger.check import check
from ledger.entry import Entry, decode, encode
from ledger.journal import tags
from ledger.record import Pen
from ledger.store import Sealed, memory_book

TOLERANCE = {"decision": 0.01, "authority": 0.02, "back-dated": 0.01, "future-dated": 0.004, "uncertain": 0.004}
_BATCH = 250


def shape(size: int) -> dict[str, float]:
    """The shares of :data:`bench.workload.SHAPE`, as they are."""
    found: Counter[str] = Counter()
    for draft in workload.drafts(size):
        recorded = date(1970, 1, 1) + timedelta(microseconds=draft.us)
        span = bounds(draft.effective)
        decision = draft.kind == "decision-adopted"
        found["decision"] += decision
        found["rest"] += not decision
        found["authority"] += draft.authority is not None
        found["back-dated"] += span.latest < recorded - timedelta(days=30)
        found["future-dated"] += span.earliest > recorded
        found["uncertain"] += not span.certain
        found["correction"] += draft.corrects is not None
        found["annulment"] += draft.kind == "entry-annulled"
    shares = {name: found[name] / size for name in workload.SHAPE}
    shares["authority"] = found["authority"] / found["rest"]
    shares["annulled of corrections"] = found["annulment"] / max(found["correction"], 1)
    return shares


def bytes_are_canonical(size: int) -> None:
    """What the workload writes is what the ledger would write of the same entry, and comes out again."""
    for draft, body in zip(workload.drafts(size), workload.bodies(size), strict=True):
        assert encode(draft.entry()) == body
        assert decode(body, draft.position) == draft.entry()


def rules_accept(size: int) -> int:
    """Record the commands through the pen; the number of entries. Raises what the pen raises."""
    book = memory_book(workload.ORIGIN)
    clock = [datetime.fromtimestamp(0, UTC)]
    pen = Pen(book, workload.RECORDER, lambda: clock[0])
    batch = []
    for us, asked in workload.commands(size):
        batch.append(asked)
        if len(batch) == _BATCH:
            clock[0] = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)
            pen.record_all(batch)
            batch = []
    if batch:
        clock[0] += timedelta(days=30)
        pen.record_all(batch)
    return book.head()


def nothing_is_wrong(size: int) -> None:
    """What is appended without the pen is as sound as what is recorded with it."""
    book = memory_book(workload.ORIGIN)
    sealed = [Sealed(entry, tags(entry)) for entry in workload.entries(size)]
    for start in range(0, len(sealed), _BATCH):
        book.append(sealed[start : start + _BATCH], (), start)
    verdict = check(book, date(2010, 7, 1))
    assert verdict.entries == size, verdict
    assert verdict.sound, verdict.findings[:3]


def tiles_are_sound(size: int, tiles: int) -> None:
    """A history laid side by side is a ledger too."""
    whole, workload.TILE = workload.TILE, size  # type: ignore[misc] # final but for this
    try:
        book = memory_book(workload.ORIGIN)
        decoder = msgspec.json.Decoder(Entry)
        sealed = [Sealed(entry, tags(entry)) for entry in map(decoder.decode, workload.bodies(size * tiles))]
        book.append(sealed, (), 0)
        verdict = check(book, date(2010, 7, 1))
        assert verdict.sound, verdict.findings[:3]
    finally:
        workload.TILE = whole  # type: ignore[misc] # as above


def run(size: int = 3_000) -> None:
    """All of it, with what was found."""
    found = shape(20_000)
    for name, share in found.items():
        meant = workload.SHAPE.get(name)
        print(f"{name:>24}  {share:7.4f}" + (f"  (meant {meant})" if meant is not None else ""))
    for name, within in TOLERANCE.items():
        assert abs(found[name] - workload.SHAPE[name]) <= within, name
    bytes_are_canonical(size)
    nothing_is_wrong(size)
    tiles_are_sound(1_000, 3)
    print(f"recorded by the pen: {rules_accept(size)} of {size}; nothing wrong")

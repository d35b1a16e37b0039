"""Does the index answer every question as going through the whole ledger would, however the ledger came to be?

``make proof`` asks ten times as much as the test suite.
"""

from __future__ import annotations

import os
from random import Random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.indexed import IndexedLog
from tests.dense_ledgers import (
    Manner,
    Oracle,
    Tally,
    batches,
    compare,
    compare_logs,
    dense,
    examine,
    journal_of,
    recorded,
    stored,
)

PROOF: Final = bool(os.environ.get("VEDTAK_PROOF"))
SHARDS: Final = 8
LEDGERS: Final = 600 if PROOF else 60
"""In each shard."""
PAIRS: Final = 25
"""How many (effective, known) each ledger is asked at."""


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_index_answers_as_replay_does(shard: int) -> None:
    first = 1_000_000 * PROOF + shard * LEDGERS
    tally = Tally()
    for seed in range(first, first + LEDGERS):
        examine(tally, seed, PAIRS)
        assert not tally.wrong, tally.wrong[0]
    print(  # noqa: T201 - what a proof of a release has to show
        f"seeds {first} to {first + LEDGERS - 1}: {tally.checks} answers at {tally.pairs} (effective, known)"
    )
    assert tally.pairs == LEDGERS * PAIRS
    assert tally.checks > (1_000_000 if PROOF else 100_000) / SHARDS


@st.composite
def manners(draw: st.DrawFn) -> Manner:
    doubt = draw(st.sampled_from([0, 0.3]))
    return Manner(draw(st.integers(1, 8)), draw(st.integers(1, 6)), doubt, 0.4, lawless=draw(st.booleans()))


@settings(max_examples=60, deadline=None)
@given(told=manners(), chance=st.randoms(use_true_random=False))
def test_a_smaller_ledger_shows_what_is_wrong(told: Manner, chance: Random) -> None:
    """The same, of few entries and shrinking to fewer: what to read when the test above fails."""
    entries = dense(chance, told)
    tally = Tally()
    with recorded([stored(entry) for entry in entries], batches(chance, len(entries))) as connection:
        log = IndexedLog(connection)
        compare(tally, log, Oracle(entries), chance, told.days, 4)
        compare_logs(tally, log, journal_of(entries), chance, told.days)
    assert not tally.wrong, "\n".join([*map(str, Oracle(entries).happenings), *tally.wrong])

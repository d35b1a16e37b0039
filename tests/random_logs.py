"""Short logs of random entries, put straight into a ledger: rules are not asked, so that odd histories come up too."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ledger.entry import Actor, Entry, command_from, written
from ledger.journal import Journal, tags
from ledger.store import WHOLE_LEDGER, Sealed
from tests.pens import ORIGIN, command
from tests.test_replay import EFFECTIVE
from tui.ledgers import create_ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.store import Book

ORGANISATIONS = st.sampled_from(["organisation/a", "organisation/b"])
NAMES = st.sampled_from(["Fjord", "Dal og fjord", "Vidda"])
AMOUNTS = st.sampled_from([100, 250, -40])
START = 1_600_000_000_000_000


def _paid(organisation: str, ore: int) -> dict[str, Any]:
    amount = {"known": "exact", "ore": ore}
    return {
        "type": "contribution-paid",
        "contribution": "contribution/c",
        "organisation": organisation,
        "amount": amount,
    }


EVENTS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(
        lambda ref, name: {"type": "organisation-renamed", "organisation": ref, "name": name}, ORGANISATIONS, NAMES
    ),
    st.builds(
        lambda ref, name: {
            "type": "organisation-registered",
            "organisation": ref,
            "name": name,
            "kind": "municipality",
        },
        ORGANISATIONS,
        NAMES,
    ),
    st.builds(
        lambda ref, count: {"type": "population-recorded", "organisation": ref, "population": count},
        ORGANISATIONS,
        st.integers(0, 2),
    ),
    ORGANISATIONS.map(lambda ref: {"type": "organisation-dissolved", "organisation": ref, "cause": "x"}),
    st.builds(_paid, ORGANISATIONS, AMOUNTS),
)


@st.composite
def logs(draw: st.DrawFn, most: int = 9) -> list[Entry]:
    """Entries in the order recorded; one in four annuls or corrects an earlier one."""
    entries: list[Entry] = []
    for position in range(1, draw(st.integers(1, most)) + 1):
        plain = command("entry-annulled", draw(EFFECTIVE))
        kind = draw(st.integers(0, 7)) if position > 1 else 7
        if kind > 0:
            plain["event"] = draw(EVENTS)
        if kind <= 1:
            plain["corrects"] = {"entry": draw(st.integers(1, position - 1)), "kind": "recording_error", "reason": "x"}
        recorded = START + position * 1_000_000
        entries.append(written(command_from(plain), ORIGIN, Actor("test", "import"), recorded))
    return entries


@contextmanager
def recorded(entries: list[Entry]) -> Iterator[tuple[Book, Path]]:
    """A ledger on disk with an index, and these entries in it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.vedtak"
        create_ledger(path, ORIGIN)
        with open_ledger(path) as book:
            book.append([Sealed(entry, tags(entry)) for entry in entries], WHOLE_LEDGER, 0)
            yield book, path


def journal(entries: list[Entry]) -> Journal:
    found = Journal()
    found.extend(entries)
    return found

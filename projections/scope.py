"""Which things belong to a partnership at a moment, and which entries are its."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ledger.facts import BELONGS_TO, Holds, Slot
from ledger.fields import SCOPED_KINDS
from ledger.structure import Thing
from projections.reading import Reading


def belonging(reading: Reading, partnership: str) -> Mapping[str, Holds]:
    """What belongs to a partnership at this moment, yes or maybe, in the order first recorded.

    Whether a thing exists on the day is another question: one that has ended belongs where it did. A reading works it
    out once, since each part of an answer about a partnership begins here.
    """
    if partnership not in reading.scopes:
        reading.scopes[partnership] = _belonging(reading, partnership)
    return reading.scopes[partnership]


def _belonging(reading: Reading, partnership: str) -> dict[str, Holds]:
    structure = reading.structure
    placed: dict[str, Holds] = {}
    for ref in reading.journal.history.placed_in(partnership):
        answer = structure.answer(Slot(ref, BELONGS_TO))
        if any(writer.value == partnership for writer in answer.writers):
            sure = not answer.unset and all(writer.value == partnership for writer in answer.writers)
            placed[ref] = "yes" if sure else "maybe"
    return placed


def of_kind(reading: Reading, kind: str, among: Mapping[str, Holds] | None) -> Iterator[Thing]:
    """Everything of a kind on record, or, among what belongs to a partnership, what is of that kind."""
    if among is None:
        return reading.structure.recorded(kind)
    return (reading.structure.thing(ref) for ref in among if ref.startswith(f"{kind}/"))


def counts(reading: Reading, among: Iterable[str]) -> dict[str, int]:
    """How many things of each kind stand, or may stand, on the day."""
    standing = [ref.partition("/")[0] for ref in among if reading.structure.thing(ref).holds != "no"]
    return {kind: standing.count(kind) for kind in SCOPED_KINDS if kind in standing}


def entries_of(reading: Reading, partnership: str) -> list[int]:
    """The entries that name a partnership, or concern what belongs to it at this moment, oldest first."""
    return sorted(reading.journal.mentioning([partnership, *belonging(reading, partnership)], reading.known))

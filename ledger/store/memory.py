"""A ledger that lives in memory and forgets: for unit tests, with the same rules as the ones on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.popo import POPOTrackingRecorder

from ledger.proof.tree import TILE_WIDTH, leaf_hashes, root_over
from ledger.store.api import (
    LEDGER_ORIGIN,
    DCBAppendCondition,
    DCBEvent,
    Disclosure,
    IntegrityError,
    LedgerEvent,
    LedgerRecorder,
    StoredRow,
    refuse_stale_stamps,
)
from ledger.store.stored import Extent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class MemoryRecorder(InMemoryDCBRecorder, LedgerRecorder):
    """The library's in-memory recorder with the ledger's clock and vault.

    ``vault`` is the table of disclosures by commitment; deleting from it is how a test erases a personal
    value.
    """

    def __init__(self, origin: str = "memory") -> None:
        super().__init__()
        self._origin = origin
        self._last_recorded_at = 0
        self._stamps: list[int | None] = []
        self.vault: dict[str, Disclosure] = {}

    @property
    def origin(self) -> str:
        """The name this ledger was given."""
        return self._origin

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all the events or none; return the last position.

        Raises:
            IntegrityError: an entry matches the condition.
            StampNotLater: a recorded time is not after the one before it.
            ProgrammingError: there are no events.
        """
        with self._database_lock:
            # The library checks the condition and stores in one go; the clock has its say between the two, as
            # on disk.
            if events and condition is not None and self._matches(condition):
                raise IntegrityError(condition)
            stamps = refuse_stale_stamps(events, self._last_recorded_at)
            # Disclosures and stamps must not stay in the entry: what is deleted from the vault has to be
            # gone.
            position = super().append([DCBEvent(event.type, event.data, list(event.tags)) for event in events])
            self._stamps.extend(stamps)
            self._last_recorded_at = max((stamp for stamp in stamps if stamp), default=self._last_recorded_at)
            for event in events:
                if isinstance(event, LedgerEvent):
                    for disclosure in event.disclosures:
                        self.vault.setdefault(disclosure.commitment, disclosure)
                    for commitment in event.erasures:
                        self.vault.pop(commitment, None)
            return position

    def head(self) -> int:
        """Return how many entries there are."""
        return len(self.events)

    def stream(self, after: int = 0, until: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield position and bytes of the entries that were there when called."""
        with self._database_lock:
            taken = self.events[max(after, 0) : None if until is None else max(until, 0)]
        return ((entry.position, entry.event.data) for entry in taken)

    def misfiled(self) -> list[int]:
        """Nothing: there is no index beside the entries that could say something else."""
        return []

    def rows(self) -> Iterator[StoredRow]:
        """Yield every entry with what is kept beside it."""
        with self._database_lock:
            taken = list(zip(self.events, self._stamps, strict=True))
        return (
            StoredRow(e.position, e.event.type, e.event.data, tuple(e.event.tags), frozenset(e.event.tags), stamp)
            for e, stamp in taken
        )

    def last_recorded_at(self) -> int:
        """Return the newest recorded time in microseconds; 0 when empty."""
        return self._last_recorded_at

    def disclosures(self, commitments: Iterable[str]) -> dict[str, Disclosure]:
        """Return the disclosures that are still in the vault."""
        with self._database_lock:
            return {wanted: self.vault[wanted] for wanted in commitments if wanted in self.vault}

    def commitments(self) -> list[str]:
        """Return the commitments of all that is in the vault."""
        with self._database_lock:
            return list(self.vault)

    def extent(self) -> Extent:
        """Return how many entries there are, each with its hash."""
        head, tiles = self.head(), 0
        full = head
        while full := full // TILE_WIDTH:
            tiles += full
        return Extent(1, head, head, tiles)

    def stored(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return position and bytes of the entries between two positions, both included."""
        return list(self.stream(first - 1, last))

    def hash_rows(self, level: int, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return number and hash at a level, worked out from the bytes."""
        width = TILE_WIDTH**level
        last = min(last, self.head() // width)
        leaves = leaf_hashes([data for _, data in self.stream(first * width, last * width)])
        return [(first + n, root_over(leaves[n * width : (n + 1) * width])) for n in range(len(leaves) // width)]

    def _matches(self, condition: DCBAppendCondition) -> bool:
        found = self.read(condition.fail_if_events_match, after=condition.after, limit=1)
        return next(found, None) is not None


class MemoryFactory(DCBInfrastructureFactory[POPOTrackingRecorder]):
    """Lets the library's applications run in memory: ``PERSISTENCE_MODULE=ledger.store.memory``."""

    def dcb_recorder(self) -> MemoryRecorder:
        """Return a new, empty ledger named by ``LEDGER_ORIGIN``."""
        return MemoryRecorder(self.env.get(LEDGER_ORIGIN, "memory"))

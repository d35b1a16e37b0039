"""What may be asked of a stored ledger, whichever way it is kept, and what can be wrong with appending to one.

Nothing here needs the library: a command that only reads must not pay for what it takes to write.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.errors import Unreadable


class Disclosure(NamedTuple):
    """A personal value kept outside the entry, in the vault, from which it can be deleted.

    The entry holds only ``commitment``, a hash over ``salt`` and ``value``; what exactly is hashed is the
    business of ``ledger.vault``. Because the commitment binds both, two disclosures with one commitment are
    the same disclosure.
    """

    commitment: str
    salt: bytes
    value: str


class Restoration(NamedTuple):
    """What a ledger was restored from, if it is the copy of another one as that was known at some time."""

    origin: str
    source: str
    """What the file was called."""
    on_day: str
    """The day asked about, which is also the one that questions are about when they name none."""
    known: int
    """The newest entry known then, and the number of entries in the copy."""
    known_at: str
    """The time asked about."""
    root: str
    """The root of the hash tree over those entries (RFC 6962, SHA-256), in hexadecimal."""
    made_at: str


class StoredRow(NamedTuple):
    """An entry as stored, with everything the store keeps beside its bytes: what an examination compares them with."""

    position: int
    type: str
    data: bytes
    tags: tuple[str, ...]
    indexed: frozenset[str]
    """The tags under which the entry is really found."""
    recorded_at: int | None
    """Microseconds since 1970 (UTC); None if the store has none."""


class Extent(NamedTuple):
    """How far a ledger reaches by what its tables hold, which in a damaged one need not be the same."""

    first: int
    """The lowest position of an entry or hash; 1 in any ledger that was only appended to."""
    entries: int
    """The highest position of an entry; 0 when there is none."""
    leaves: int
    """The highest position that has a hash."""
    tiles: int
    """How many tiles there are, of all levels."""


class StampNotLater(Exception):
    """The entry's recorded time is not after the newest stored one; nothing was stored.

    ``last`` is the newest stored time in microseconds (0 in an empty ledger). Stamp with something later and
    try again.
    """

    def __init__(self, last: int) -> None:
        self.last = last
        super().__init__(last)


class WrittenMeanwhile(Exception):
    """An entry within the boundary was appended after the position the rules were checked at; nothing was stored."""


class StoredLedger(ABC):
    """Reading: entries with dense positions (1, 2, 3 …) and recorded times that only increase, and the vault."""

    @property
    @abstractmethod
    def origin(self) -> str:
        """The name of this ledger, fixed when it was made; every entry carries it."""

    @abstractmethod
    def head(self) -> int:
        """Return the position of the newest entry, which is also how many there are; 0 when empty."""

    @abstractmethod
    def stream(self, after: int = 0, until: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield the position and stored bytes of each entry with ``after < position <= until``, in order.

        What is in the ledger at the moment of the call is what is yielded, however long the reading takes.
        Entries are fetched in batches: memory does not grow with the ledger, and nobody's writing is held up.
        """

    @abstractmethod
    def rows(self) -> Iterator[StoredRow]:
        """Yield every entry with what is kept beside it, in order, for examination. Positions may be missing."""

    @abstractmethod
    def misfiled(self) -> list[int]:
        """Return the positions that a tag index gives for a tag which their entry does not bear, in order."""

    @abstractmethod
    def last_recorded_at(self) -> int:
        """Return the newest recorded time in microseconds since 1970 (UTC); 0 when empty."""

    @abstractmethod
    def disclosures(self, commitments: Iterable[str]) -> dict[str, Disclosure]:
        """Return, by commitment, those of the asked-for disclosures that are still in the vault."""

    @abstractmethod
    def commitments(self) -> list[str]:
        """Return the commitments of all disclosures that are still in the vault."""

    @abstractmethod
    def extent(self) -> Extent:
        """Return how far entries and hashes reach, for verification."""

    @abstractmethod
    def stored(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return position and bytes of those of ``first <= position <= last`` that are there, in order.

        For verification: all at once, and gaps are the caller's to notice.
        """

    def unbroken(self, first: int, last: int) -> list[tuple[bytes]] | None:
        """Return the bytes of all entries from ``first`` to ``last``, a row each; None unless these are there, once."""
        rows = self.stored(first, last)
        return [(data,) for _, data in rows] if [n for n, _ in rows] == list(range(first, last + 1)) else None

    @abstractmethod
    def hash_rows(self, level: int, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return number and hash of those of ``first <= n < last`` that the hash tree has at a level, in order.

        Level 0 are the entries (number = position - 1), the others the tiles of ``ledger.proof.tree``.
        """

    def has_leaves(self, first: int, leaves: Sequence[bytes]) -> bool:
        """Say whether these, and no others, are the hashes kept for as many entries from position ``first`` on."""
        expected = list(enumerate(leaves, first - 1))
        return self.hash_rows(0, first - 1, first - 1 + len(leaves)) == expected

    def hashes(self, level: int, first: int, last: int) -> list[bytes]:
        """Return the hashes ``first <= n < last`` of a level: the source that roots and proofs are made from.

        Raises:
            Unreadable: one of them is missing.
        """
        return numbered_from(first, last, self.hash_rows(level, first, last))

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the hash tree over the first ``size`` entries; over all, when None.

        Raises:
            Unreadable: there are not that many entries, or hashes are missing.
        """
        from ledger.proof.tree import root_at  # hashing is for those who ask for it

        return root_at(self.head() if size is None else size, self.hashes)

    def complaints(self) -> list[str]:
        """What the database itself finds wrong with its file; nothing where there is none."""
        return []

    def settings(self) -> dict[str, str]:
        """What the durability of an append rests on here, by name, for whoever examines an installation."""
        return {}

    def close(self) -> None:  # noqa: B027 - there may be nothing to let go of
        """Let go of files and connections. The ledger cannot be used afterwards."""


def numbered_from(first: int, last: int, rows: Sequence[tuple[int, bytes]]) -> list[bytes]:
    """Return the hashes alone, of rows that must be numbered from ``first`` to before ``last``.

    Raises:
        Unreadable: they are not.
    """
    if [n for n, _ in rows] != list(range(first, last)):
        raise Unreadable(
            "The hash tree beside the entries is not complete.",
            "Do not write to this ledger; verify it, and compare it with a backup.",
        )
    return [node for _, node in rows]

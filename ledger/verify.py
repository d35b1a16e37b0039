"""Do the stored bytes still make the hashes they made when they were recorded?

From the bytes up: every leaf, every tile and the root are computed again (``ledger.proof.tree``) and compared with what
stands beside the entries, and the root with one from outside, if somebody kept one. Without such an *anchor* this finds
what was changed by those who did not make all hashes anew; with it, any change at all. What the bytes mean is not asked
here: that is ``ledger.check``.

Findings are values, never exceptions: a damaged ledger is gone through as far as it can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, NamedTuple

from ledger.errors import N_, LedgerError, Unreadable
from ledger.proof.tree import TILE_WIDTH, Frontier, Tile, leaf_hash, leaf_hashes_of, root_over
from ledger.store import Book, Extent

Kind = Literal["missing", "inserted", "moved", "changed", "leaf", "tile", "anchor", "unreadable", "beside", "index"]
"""What is wrong: an entry gone, put in, out of its place, or changed; the hash beside it, or one over many, wrong; the
root not the anchor; SQLite cannot read it; what the bytes say is not so, or not what is kept beside them."""

Progress = Callable[[int, int], object]
"""Told how many entries are done, and of how many. Returning False stops the work; so does raising."""

Rows = Sequence[tuple[int, bytes]]

_RANGE: Final = 16_384  # entries hashed and compared at once; a multiple of the tile width
_SLICE: Final = 1_024  # entries read at once: their bytes stay in the processor's cache, and memory small
FINDINGS_MAX: Final = 20
_NO_HASH: Final = b""  # the leaf of what is not even bytes; no stored hash is that
_COMPARE: Final = N_("Do not write to this ledger; restore a backup and compare.")
_HOW_MANY: Final = N_(
    "If the anchor is over fewer entries, say how many; if not, do not write to this ledger, and compare with a backup."
)


class Finding(NamedTuple):
    """Something wrong with one entry, or with the ledger as a whole, whose position is 0."""

    position: int
    error: LedgerError
    kind: Kind = "beside"


class Verdict(NamedTuple):
    """How many entries were gone through, what was wrong with them, and the root over their bytes."""

    entries: int
    findings: tuple[Finding, ...]
    root: bytes | None = None
    """None when some of the bytes cannot be read, or are missing."""
    complete: bool = True
    """Whether the work was done to its end; not so when it was stopped from outside."""

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong with what was gone through."""
        return not self.findings


class Anchor(NamedTuple):
    """A root somebody kept outside the ledger, and how many entries it is over; None means all there are now."""

    root: bytes
    size: int | None = None


def verify(book: Book, anchor: Anchor | None = None, progress: Progress | None = None) -> Verdict:
    """Compute every hash again from the stored bytes and compare; at most 20 findings, the first bad entry first.

    Takes about as long as hashing the bytes, and a few megabytes whatever the size of the ledger.
    """
    return _Pass(book, anchor).run(progress)


class _Damaged(Exception):
    """Reading stopped at an entry; those before it were read."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(position)


class _Pass:
    """One time through the ledger."""

    def __init__(self, book: Book, anchor: Anchor | None) -> None:
        self.stored = book.stored
        self.anchor = anchor
        self.frontier = Frontier()
        self.findings: list[Finding] = []
        self.whole = True
        """Whether all bytes up to here could be read and stand in their places."""

    def run(self, progress: Progress | None) -> Verdict:
        """Go through the ledger."""
        try:
            extent = self.stored.extent()
        except LedgerError as error:
            return Verdict(0, (Finding(0, error, "unreadable"),))
        if extent.first < 1:
            self._add(0, N_("There are entries or hashes before #1."), "inserted")
        total = max(extent.entries, extent.leaves)
        for first in range(1, total + 1, _RANGE):
            last = min(first + _RANGE - 1, total)
            try:
                self._range(first, last, extent)
            except _Damaged as stopped:
                problem = N_("Entry #{position} or its hash cannot be read: the file is damaged there.")
                self._add(stopped.position, problem, "unreadable")
                return Verdict(stopped.position - 1, tuple(self.findings))
            except LedgerError as error:
                self.findings.append(Finding(first, error, "unreadable"))
                return Verdict(first - 1, tuple(self.findings))
            if progress and progress(last, total) is False:
                return Verdict(last, tuple(self.findings), complete=last == total)
            if not self.whole:
                return Verdict(last, tuple(self.findings))
        if extent.tiles != _tiles_of(total) and not self.findings:
            self._add(0, N_("There are hashes over entries that do not exist."), "tile")
        root = self.frontier.root()
        self._at_the_end(total, root)
        return Verdict(total, tuple(self.findings), root)

    def _range(self, first: int, last: int, extent: Extent) -> None:
        """Take in the entries from one position to another; ``first`` is just after those taken in already."""
        leaves: list[bytes] = []
        alike = True
        for start in range(first, last + 1, _SLICE):
            end = min(start + _SLICE - 1, last)
            hashed = self._hashed(start, end)
            if hashed is None:
                rows = _read(self.stored.stored, start, end)
                if [position for position, _ in rows] != list(range(start, end + 1)):
                    self._broken(rows, (start, end), extent)
                    return
                hashed = [_leaf(data) for _, data in rows]
            alike = alike and self._has(start, hashed)
            leaves += hashed
        if self.anchor and self.anchor.size is not None and first <= self.anchor.size <= last:
            then = self.frontier.copy()
            then.extend(leaves[: self.anchor.size - first + 1])
            self._against_anchor(self.anchor.size, then.root())
        computed = self.frontier.extend(leaves)
        wrong = self._wrong(computed)
        if not alike:
            before = len(self.findings)
            self._compare(dict(enumerate(leaves, first)), (first, last), extent, wrong)
            if len(self.findings) == before:
                problem = N_("The hashes of the entries #{position}–#{end} are not in their order.")
                self._add(first, problem, "leaf", end=last)
        for tile in wrong.values():
            width = TILE_WIDTH**tile.level
            start, end = tile.n * width + 1, (tile.n + 1) * width
            if not any(start <= finding.position <= end for finding in self.findings):
                self._add(start, N_("The hash over the entries #{position}–#{end} is not theirs."), "tile", end=end)

    def _wrong(self, computed: Sequence[Tile]) -> dict[tuple[int, int], Tile]:
        """Those of the tiles that the ledger has otherwise, or not at all."""
        wrong: dict[tuple[int, int], Tile] = {}
        for level in sorted({tile.level for tile in computed}):
            made = [tile for tile in computed if tile.level == level]
            try:
                rows = self.stored.hash_rows(level, made[0].n, made[-1].n + 1)
            except LedgerError as error:
                raise _Damaged(made[0].n * TILE_WIDTH**level + 1) from error
            kept = dict(rows)
            wrong |= {(level, tile.n): tile for tile in made if kept.get(tile.n) != tile.hash}
        return wrong

    def _broken(self, rows: Rows, span: tuple[int, int], extent: Extent) -> None:
        """Say what is wrong with a span that is not just its entries, one after the other."""
        before = len(self.findings)
        there: dict[int, bytes] = {}
        twice: list[int] = []
        for position, data in rows:
            if there.setdefault(position, leaf := _leaf(data)) is not leaf:
                twice.append(position)
        self._compare(there, span, extent, {})
        for position in twice:
            self._add(position, N_("There are two entries #{position}."), "inserted")
        if len(self.findings) == before:
            self._add(span[0], N_("The entries #{position}–#{end} are not in their order."), "moved", end=span[1])
        self.whole = False

    def _hashed(self, first: int, last: int) -> list[bytes] | None:
        """The leaves of the entries from one position to another; None unless just these are there and readable."""
        try:
            rows = self.stored.unbroken(first, last)
        except LedgerError:
            return None  # which one cannot be read is found out when each is read
        if rows is None:
            return None
        try:
            return leaf_hashes_of(rows)
        except TypeError:
            return [_leaf(data) for (data,) in rows]

    def _has(self, first: int, leaves: Sequence[bytes]) -> bool:
        try:
            return self.stored.has_leaves(first, leaves)
        except LedgerError:
            return False  # which one cannot be read is found out when each is compared

    def _compare(
        self,
        leaves: dict[int, bytes],
        span: tuple[int, int],
        extent: Extent,
        wrong: dict[tuple[int, int], Tile],
    ) -> None:
        """Say which entries of a span differ from their hashes, and how."""
        rows = _read(lambda first, last: self.stored.hash_rows(0, first - 1, last), *span)
        stored = {number: kept for number, kept in rows if _is_bytes(kept)}
        here = {leaf: position for position, leaf in leaves.items()}
        for position in range(span[0], span[1] + 1):
            leaf, kept = leaves.get(position), stored.get(position - 1)
            if leaf is None:
                self._add(position, N_("Entry #{position} is missing."), "missing")
            elif kept is None and position > extent.leaves:
                self._add(position, N_("Entry #{position} was put in from outside: it has no hash."), "inserted")
            elif kept is None:
                self._add(position, N_("The hash of entry #{position} is missing."), "leaf")
            elif leaf != kept:
                self._differs(position, leaf, here.get(kept), stored, wrong)
            if not self.whole or len(self.findings) >= FINDINGS_MAX:
                return

    def _differs(
        self,
        position: int,
        leaf: bytes,
        recorded_here: int | None,
        stored: dict[int, bytes],
        wrong: dict[tuple[int, int], Tile],
    ) -> None:
        """An entry does not have the hash that stands at its place. The entry that has may stand somewhere near."""
        n = (position - 1) // TILE_WIDTH
        full = (n + 1) * TILE_WIDTH <= self.frontier.size  # then the tile says which of the two is wrong
        if full and (1, n) not in wrong:
            self._add(position, N_("The hash of entry #{position} was changed; the entry itself was not."), "leaf")
            return
        other = self._recorded_as(leaf, stored)
        if other is not None and recorded_here is None:
            self.whole = False
            problem = N_("Entry #{position} is missing; entry #{other} stands in its place.")
            self._add(position, problem, "missing", other=other)
        elif other is not None:
            problem = N_("Entry #{position} is out of its place: it was recorded as #{other}.")
            self._add(position, problem, "moved", other=other)
        elif recorded_here == position + 1:
            self.whole = False
            problem = N_("Entry #{position} was put in from outside, before the one recorded there.")
            self._add(position, problem, "inserted")
        elif full and self._is_the_tile(n, stored):
            self._add(position, N_("Entry #{position} was changed: its bytes are not what was recorded."), "changed")
        else:
            problem = N_("Entry #{position} and its hash do not agree: one of them was changed.")
            self._add(position, problem, "changed")

    def _is_the_tile(self, n: int, stored: dict[int, bytes]) -> bool:
        below = [stored.get(number, _NO_HASH) for number in range(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)]
        return self.stored.hash_rows(1, n, n + 1) == [(n, root_over(below))]

    def _recorded_as(self, leaf: bytes, stored: dict[int, bytes]) -> int | None:
        """The position whose hash this is, looked for where the entry stands and then in all the ledger."""
        for number, kept in stored.items():
            if kept == leaf:
                return number + 1
        for first in range(0, self.stored.extent().leaves, _RANGE):
            for number, kept in self.stored.hash_rows(0, first, first + _RANGE):
                if kept == leaf:
                    return number + 1
        return None

    def _at_the_end(self, total: int, root: bytes) -> None:
        if self.anchor is None:
            return
        size = self.anchor.size
        if size is None or size == 0:
            self._against_anchor(size or total, Frontier().root() if size == 0 else root)
        elif size > total:
            self._add(
                total + 1,
                N_("Entry #{position} and on are missing: the anchor is of {size} entries, and {total} are left."),
                "missing",
                size=size,
                total=total,
            )

    def _against_anchor(self, size: int, root: bytes) -> None:
        if self.anchor is None or self.anchor.root == root:
            return
        if self.anchor.size is None:  # it may well have been kept when the ledger was shorter
            problem, remedy = N_("The root after entry #{size}, the newest, is not the anchor."), _HOW_MANY
        else:
            problem = N_("The root after entry #{size} is not the anchor: some entry up to there is not what it was.")
            remedy = _COMPARE
        self._add(0, problem, "anchor", remedy, size=size)

    def _add(self, position: int, problem: str, kind: Kind, remedy: str = _COMPARE, **details: Any) -> None:
        if len(self.findings) < FINDINGS_MAX or kind == "anchor":
            self.findings.append(Finding(position, Unreadable(problem, remedy, position=position, **details), kind))


def _leaf(data: bytes) -> bytes:
    return leaf_hash(data) if _is_bytes(data) else _NO_HASH  # a damaged row can hold anything


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _read(read: Callable[[int, int], Rows], first: int, last: int) -> Rows:
    """Rows of the positions from first to last. Raises _Damaged with the first position that cannot be read."""
    try:
        return read(first, last)
    except LedgerError as error:
        if first == last:
            raise _Damaged(first) from error
    middle = (first + last) // 2
    return [*_read(read, first, middle), *_read(read, middle + 1, last)]


def _tiles_of(size: int) -> int:
    """How many tiles a tree of that size has, of all levels."""
    found = 0
    while size := size // TILE_WIDTH:
        found += size
    return found

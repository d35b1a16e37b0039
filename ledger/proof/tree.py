"""The hash tree over the entries of a ledger, and proofs from it.

The tree is that of RFC 6962 §2.1 (the same in RFC 9162 §2.1) over SHA-256: an entry is a leaf, hashed as
``SHA-256(00 ‖ bytes)``, two nodes make the one above them, ``SHA-256(01 ‖ left ‖ right)``, and the root at a size binds
the content and the order of all entries up to there. Leaves are numbered from 0: the entry at position *p* of a ledger
is leaf *p* - 1. All hashes are 32 bytes.

*Tiles* are as in C2SP tlog-tiles: the hash *n* at level *L* is the root over the 256**L leaves from n * 256**L on, and
exists once they all do. Level 0 is the leaves themselves. From the levels any root or proof takes a few rows of 256.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import count
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
TILE_WIDTH: Final = 256
_TILE_HEIGHT: Final = 8  # levels of the tree between two levels of tiles
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a ledger without entries (RFC 6962 §2.1)."""

HashSource = Callable[[int, int, int], Sequence[bytes]]
"""Gives the hashes ``first <= n < last`` of a level of tiles: ``source(level, first, last)``; all of them exist."""


class Tile(NamedTuple):
    """The root over a full tile of 256 hashes of the level below: one hash of this level, by its number."""

    level: int
    n: int
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf, from the stored bytes of an entry."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """The hashes of many leaves. Raises TypeError when one is not bytes."""
    # Both names are local: a global looked up for each of a million entries costs a tenth of the whole.
    hashed, prefix = sha256, b"\x00"
    return [hashed(prefix + entry).digest() for entry in entries]


def leaf_hashes_of(rows: Sequence[tuple[bytes]]) -> list[bytes]:
    """The hashes of leaves in rows of one column, as a database gives them. Raises TypeError as above."""
    hashed, prefix = sha256, b"\x00"
    return [hashed(prefix + entry).digest() for (entry,) in rows]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


def _paired(hashes: Sequence[bytes]) -> list[bytes]:
    """The level above: a node for each two, and an odd last one as it is."""
    hashed, prefix = sha256, b"\x01"
    each = iter(hashes)
    above = [hashed(prefix + left + right).digest() for left, right in zip(each, each, strict=False)]
    if len(hashes) % 2:
        above.append(hashes[-1])
    return above


def root_over(hashes: Sequence[bytes]) -> bytes:
    """The root over these nodes, each the root of as many leaves as the others; the last may have fewer."""
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > 1:
        hashes = _paired(hashes)
    return hashes[0]


class Frontier:
    """The right edge of a tree that grows: what the next tiles and the root are made from, and no more.

    At most 255 hashes a level are held. ``rests[L]`` are those of level L that are in no full tile yet.
    """

    def __init__(self, size: int = 0, rests: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        """How many leaves the tree has."""
        self._rests: list[list[bytes]] = [list(rest) for rest in rests]

    @classmethod
    def of(cls, size: int, source: HashSource) -> Frontier:
        """The edge of a tree of that size, from its tiles and at most 255 hashes of each level."""
        rests: list[Sequence[bytes]] = []
        there = size
        while there:
            rests.append(source(len(rests), there - there % TILE_WIDTH, there))
            there //= TILE_WIDTH
        return cls(size, rests)

    def copy(self) -> Frontier:
        """One that starts out the same and grows on its own."""
        return Frontier(self.size, self._rests)

    def extend(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Take in the hashes of the next leaves; the tiles that became full, level by level, in order."""
        before, made = self.size, []
        self.size += len(leaves)
        full: Sequence[bytes] = leaves
        for level in count():
            if level == len(self._rests):
                self._rests.append([])
            rest = self._rests[level]
            rest += full
            whole = len(rest) - len(rest) % TILE_WIDTH
            if not whole:
                break
            full = rest[:whole]
            del rest[:whole]
            for _ in range(_TILE_HEIGHT):
                full = _paired(full)
            made += [Tile(level + 1, n, node) for n, node in enumerate(full, before // TILE_WIDTH ** (level + 1))]
        return made

    def root(self) -> bytes:
        """The root over all leaves so far."""
        below: list[bytes] = []
        for rest in self._rests:
            if rest or below:
                below = [root_over(rest + below)]
        return below[0] if below else EMPTY_ROOT


def root_at(size: int, source: HashSource) -> bytes:
    """The root over the first ``size`` leaves."""
    return Frontier.of(size, source).root()


# ---- proofs


class _Nodes:
    """Any node of a tree of a given size, worked out from tiles, each of which is read once."""

    def __init__(self, size: int, source: HashSource) -> None:
        self._size = size
        self._source = source
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def over(self, start: int, end: int) -> bytes:
        """The root over the leaves from ``start`` to before ``end``: MTH(D[start:end]) of RFC 6962."""
        width = end - start
        if width & (width - 1):
            middle = start + _split(width)
            return node_hash(self.over(start, middle), self.over(middle, end))
        level, height = divmod(width.bit_length() - 1, _TILE_HEIGHT)
        first = start >> (level * _TILE_HEIGHT)
        within = first % TILE_WIDTH
        return root_over(self._tile(level, first // TILE_WIDTH)[within : within + (1 << height)])

    def _tile(self, level: int, n: int) -> Sequence[bytes]:
        if (level, n) not in self._tiles:
            first = n * TILE_WIDTH
            last = min(first + TILE_WIDTH, self._size >> (level * _TILE_HEIGHT))
            self._tiles[level, n] = self._source(level, first, last)
        return self._tiles[level, n]


def _split(width: int) -> int:
    """The largest power of two below ``width``: how many leaves are to the left."""
    return 1 << (width - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, source: HashSource) -> list[bytes]:
    """What proves leaf ``index`` to be in the tree of ``size`` leaves: PATH of RFC 6962 §2.1.1, lowest node first.

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        msg = f"there is no leaf {index} among {size}"
        raise ValueError(msg)
    nodes, proof = _Nodes(size, source), []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(nodes.over(middle, end))
            end = middle
        else:
            proof.append(nodes.over(start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, source: HashSource) -> list[bytes]:
    """What proves that a tree of ``new`` leaves begins with that of ``old``: PROOF of RFC 6962 §2.1.2.

    Empty when the sizes are equal, and when ``old`` is 0: everything goes on from nothing. Raises ValueError when the
    old tree is the larger.
    """
    if not 0 <= old <= new:
        msg = f"a tree of {new} leaves does not go on from one of {old}"
        raise ValueError(msg)
    if old == 0:
        return []
    nodes, proof = _Nodes(new, source), []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(nodes.over(middle, end))
            end = middle
        else:
            proof.append(nodes.over(start, middle))
            start = middle
    if start:
        proof.append(nodes.over(start, end))
    return proof[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that leaf ``index`` of the tree with this size and root has this hash.

    RFC 9162 §2.1.3.2, with the length of the proof checked before anything is hashed.
    """
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        return False
    inner = (index ^ (size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count():
        return False
    at, last, node = index, size - 1, leaf
    for other in proof:
        if at % 2 or at == last:
            node = node_hash(other, node)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, other)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def consistent(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows that the tree with the new size and root begins with the one with the old.

    RFC 9162 §2.1.4.2, with the length of the proof checked before anything is hashed. From an empty tree, whose root is
    known, anything goes on.
    """
    if not 0 <= old <= new or not _hashes(old_root, new_root, *proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    if len(proof) != _consistency_length(old, new):
        return False
    # An old tree that is one whole subtree of the new one is not repeated in the proof.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            older, newer = node_hash(other, older), node_hash(other, newer)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, other)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _consistency_length(old: int, new: int) -> int:
    inner = ((old - 1) ^ (new - 1)).bit_length()
    border = ((old - 1) >> inner).bit_count()
    whole = (old & -old).bit_length() - 1  # levels of the largest subtree that ends where the old tree ends
    return inner - whole + border + (old & (old - 1) != 0)


def _hashes(*given: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in given)

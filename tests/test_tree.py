"""Is the hash tree that of RFC 6962, and does a proof show what it says and nothing else?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.companion import Cursor, Names, Stored
from ledger.errors import InvalidInput, Unreadable
from ledger.proof.anchor import in_base64, parse_root, spelled
from ledger.proof.tree import (
    EMPTY_ROOT,
    Frontier,
    HashSource,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    root_at,
    root_over,
)
from ledger.store import create_book, open_book
from ledger.store.api import DCBEvent
from ledger.store.memory import MemoryRecorder
from ledger.store.sqlite import memory_ledger, open_ledger

# The inputs and roots that Certificate Transparency's own implementations are tested with
# (google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc).
VECTORS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOFS = {  # index and size, and the proof of them in the same tests
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}


def naive(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    left = 1
    while left * 2 < len(entries):
        left *= 2
    return sha256(b"\x01" + naive(entries[:left]) + naive(entries[left:])).digest()


def grown(entries: Sequence[bytes], step: int = 1) -> tuple[Frontier, HashSource]:
    """The edge of a tree that took the entries in by so many, and a source of all its hashes."""
    frontier = Frontier()
    leaves = leaf_hashes(entries)
    kept = {(0, n): leaf for n, leaf in enumerate(leaves)}
    for start in range(0, len(leaves), step):
        kept |= {(tile.level, tile.n): tile.hash for tile in frontier.extend(leaves[start : start + step])}
    return frontier, lambda level, first, last: [kept[level, n] for n in range(first, last)]


ENTRIES = [b"%d" % n for n in range(70)]
LEAVES = leaf_hashes(ENTRIES)
ALL_ROOTS = [naive(ENTRIES[:size]) for size in range(len(ENTRIES) + 1)]
_, SOURCE = grown(ENTRIES)


# ---- the tree


def test_the_known_vectors_come_out() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaves = leaf_hashes(VECTORS)
    assert [root_over(leaves[:size]).hex() for size in range(1, 9)] == ROOTS
    _, source = grown(VECTORS)
    for (index, size), proof in PROOFS.items():
        assert [node.hex() for node in inclusion_proof(index, size, source)] == proof


def test_every_way_to_a_root_gives_the_one_of_the_definition() -> None:
    for size, root in enumerate(ALL_ROOTS):
        assert root_over(LEAVES[:size]) == root_at(size, SOURCE) == grown(ENTRIES[:size], 7)[0].root() == root


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537 + 256])
def test_tiles_make_no_difference(size: int) -> None:
    entries = [n.to_bytes(3, "big") for n in range(size)]
    expected = root_over(leaf_hashes(entries))
    frontier, source = grown(entries, 256)
    assert frontier.root() == expected
    for step in (size, 1_000):
        frontier, source = grown(entries, step)
        assert frontier.root() == root_at(size, source) == expected
    index = size * 2 // 3
    proof = inclusion_proof(index, size, source)
    assert included(leaf_hash(entries[index]), index, size, proof, expected)
    older = consistency_proof(index, size, source)
    assert consistent(index, size, older, root_over(leaf_hashes(entries[:index])), expected)


@given(st.lists(st.binary(max_size=3), max_size=600), st.integers(1, 600), st.data())
def test_however_a_tree_grew_it_is_the_same(entries: list[bytes], step: int, data: st.DataObject) -> None:
    frontier, source = grown(entries, step)
    assert frontier.root() == root_over(leaf_hashes(entries)) == naive(entries)
    size = data.draw(st.integers(0, len(entries)))
    assert Frontier.of(size, source).root() == naive(entries[:size])
    again = Frontier.of(size, source)
    twin = again.copy()
    twin.extend(leaf_hashes(entries[size:]))
    assert twin.root() == frontier.root()
    assert again.root() == naive(entries[:size]), "a copy grows on its own"


# ---- proofs


def test_every_inclusion_is_proven_and_no_other() -> None:
    for size in range(1, len(ENTRIES) + 1):
        root = ALL_ROOTS[size]
        for index in range(size):
            proof = inclusion_proof(index, size, SOURCE)
            assert included(LEAVES[index], index, size, proof, root)
            wrong = (index + 1) % len(LEAVES)
            assert not included(LEAVES[wrong], index, size, proof, root)
            assert not included(LEAVES[index], index, size, [*proof, LEAVES[0]], root)
            assert not included(LEAVES[index], index, size, proof, ALL_ROOTS[size - 1])
            assert not included(LEAVES[index], size, size, proof, root)
            assert not included(LEAVES[index], -1, size, proof, root)
            if proof:
                assert not included(LEAVES[index], index, size, proof[:-1], root)
                assert not included(LEAVES[index], index, size, proof[1:], root)
                assert not included(LEAVES[index], index, size, [proof[0][:31], *proof[1:]], root)
            for other in range(size):
                if other != index:
                    assert not included(LEAVES[index], other, size, proof, root)


def test_every_consistency_is_proven_and_no_other() -> None:
    for new in range(len(ENTRIES) + 1):
        for old in range(new + 1):
            proof = consistency_proof(old, new, SOURCE)
            older, newer = ALL_ROOTS[old], ALL_ROOTS[new]
            assert consistent(old, new, proof, older, newer)
            assert not consistent(old, new, [*proof, LEAVES[0]], older, newer)
            assert not consistent(old, new, proof, LEAVES[0] if old != 1 else LEAVES[1], newer)
            if old:
                assert not consistent(old, new, proof, older, LEAVES[0] if new != 1 else LEAVES[1])
                assert old == new or not consistent(new, old, proof, newer, older)
            for at in range(len(proof)):
                assert not consistent(old, new, [*proof[:at], *proof[at + 1 :]], older, newer)
                forged = [node if n != at else leaf_hash(node) for n, node in enumerate(proof)]
                assert not consistent(old, new, forged, older, newer)


def test_what_is_not_there_has_no_proof() -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(index, size, SOURCE)
    for old, new in ((6, 5), (-1, 5)):
        with pytest.raises(ValueError, match="does not go on"):
            consistency_proof(old, new, SOURCE)


def test_a_leaf_is_not_a_node_and_a_node_no_leaf() -> None:
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


def test_a_proof_reads_few_hashes() -> None:
    entries = [n.to_bytes(3, "big") for n in range(70_000)]
    frontier, source = grown(entries, 70_000)
    read = 0

    def counted(level: int, first: int, last: int) -> Sequence[bytes]:
        nonlocal read
        read += last - first
        return source(level, first, last)

    inclusion_proof(12_345, 70_000, counted)
    consistency_proof(12_345, 70_000, counted)
    assert root_at(70_000, counted) == frontier.root()
    assert read <= 3 * 3 * 2 * 256


# ---- beside the entries


def test_every_recorder_keeps_the_same_tree() -> None:
    sizes = [1, 1, 250, 3, 1, 256, 1, 700, 257, 1]
    entries = [b"entry %d" % n for n in range(sum(sizes))]
    with closing(memory_ledger()) as sqlite, closing(MemoryRecorder()) as memory:
        at = 0
        for size in sizes:
            events = [DCBEvent("noted", data) for data in entries[at : at + size]]
            at += size
            assert sqlite.append(events) == memory.append(events) == at
            assert sqlite.root() == memory.root() == root_over(leaf_hashes(entries[:at]))
            assert sqlite.extent() == memory.extent()
        assert sqlite.root(300) == memory.root(300) == root_over(leaf_hashes(entries[:300]))
        assert sqlite.hashes(1, 0, at // 256) == memory.hashes(1, 0, at // 256)
        assert sqlite.stored(7, 9) == memory.stored(7, 9)
        for recorder in (sqlite, memory):
            assert recorder.has_leaves(3, leaf_hashes(entries[2:700]))
            assert not recorder.has_leaves(2, leaf_hashes(entries[2:700]))
            assert recorder.complaints() == []
            with pytest.raises(Unreadable):
                recorder.root(at + 1)


def test_a_tree_goes_on_from_what_others_wrote(tmp_path: Path) -> None:
    path = tmp_path / "two.vedtak"
    create_book(path, "vedtak.test/two")
    count = 0
    with open_book(path) as one, open_book(path) as two:
        for step in (1, 2, 255, 1, 300, 1, 600, 1, 1):
            for book in (one, two, two):
                book.recorder.append([DCBEvent("noted", b"%d" % n) for n in range(count, count + step)])
                count += step
                expected = root_over(leaf_hashes([b"%d" % n for n in range(count)]))
                assert one.root() == two.root() == expected


class Objecting:
    """A companion that comes after the tree and undoes the append."""

    objects = False

    def create(self, c: Cursor) -> None:
        pass

    def append(self, c: Cursor, names: Names, first_position: int, events: Sequence[Stored]) -> None:  # noqa: ARG002 - what every companion is given
        if self.objects:
            raise RuntimeError


def test_an_append_that_came_to_nothing_leaves_no_trace_in_the_tree(tmp_path: Path) -> None:
    path = tmp_path / "undone.vedtak"
    create_book(path, "vedtak.test/undone")
    objecting = Objecting()
    with closing(open_ledger(path, companions=[objecting])) as one, closing(open_ledger(path)) as two:
        one.append([DCBEvent("noted", b"0")])
        objecting.objects = True
        with pytest.raises(RuntimeError):
            one.append([DCBEvent("noted", b"lost"), DCBEvent("noted", b"2")])
        objecting.objects = False
        two.append([DCBEvent("noted", b"1"), DCBEvent("noted", b"2")])  # as many, and the last one the same
        one.append([DCBEvent("noted", b"%d" % n) for n in range(3, 300)])
        assert one.root() == root_over(leaf_hashes([b"%d" % n for n in range(300)]))
        assert one.hashes(1, 0, 1) == [root_over(one.hashes(0, 0, 256))]


# ---- as people write it


@given(st.binary(min_size=32, max_size=32))
def test_a_root_is_understood_as_it_is_written(root: bytes) -> None:
    assert len(spelled(root).split()) == 16
    for text in (root.hex(), root.hex().upper(), spelled(root), f" {spelled(root)}\n", in_base64(root)):
        assert parse_root(text) == root


@pytest.mark.parametrize(
    "text", ["", "00", "0" * 63, "0" * 65, "g" * 64, "A" * 43, "A" * 42 + "B=", "A" * 44, "٣" * 64, "0x" + "0" * 62]
)
def test_half_a_root_is_no_root(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_root(text)

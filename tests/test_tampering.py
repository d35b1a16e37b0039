"""Is whatever somebody does to a ledger's file found, and is the entry named?"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from eventsourcing.sqlite import SQLiteCursor

from ledger.check import check, examine
from ledger.entry import decode, encode
from ledger.errors import LedgerError
from ledger.journal import tags
from ledger.proof.anchor import in_base64, spelled
from ledger.proof.tree import TILE_WIDTH, leaf_hash, leaf_hashes, root_over
from ledger.record import Pen
from ledger.store import Book, create_book, memory_book, open_book
from ledger.store.sqlite import LedgerDatastore, SQLiteDCBRecorder
from ledger.verify import Anchor, Verdict, verify
from tests.conftest import Run
from tests.pens import ORIGIN, WRITER, person, population, register

ENTRIES = 280  # a full tile, and a rest that no tile is over yet
TODAY = date(2020, 1, 1)
HELD = ("ledger", "entry", "entry_tag", "leaf", "tile", "recorded_at", "vault")

# One bit of every 97th byte of the file. VEDTAK_FLIP_EVERY=7 takes two minutes, 1 a quarter of an hour.
STRIDE = int(os.environ.get("VEDTAK_FLIP_EVERY", "97"))


def build(path: Path, entries: int) -> Path:
    create_book(path, ORIGIN)
    commands = [register("organisation/fjord"), person("Kari")]
    commands += [population("organisation/fjord", 1000 + n) for n in range(entries - len(commands))]
    with open_book(path) as book:
        Pen(book, WRITER).record_all(commands)
    with closing(sqlite3.connect(path)) as shell:
        shell.execute("PRAGMA journal_mode = DELETE")  # what is read from memory has no log beside it
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("tampering") / "ledger.vedtak", ENTRIES)


@pytest.fixture
def victim(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built, tmp_path / "victim.vedtak"))


Shell = sqlite3.Connection


@contextmanager
def unguarded(path: Path) -> Iterator[Shell]:
    """A shell on the file with the guards gone, as for somebody who may write it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        guards = shell.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for (name,) in guards:
            shell.execute(f"DROP TRIGGER {name}")
        yield shell


def data_at(shell: Shell, position: int) -> bytes:
    (data,) = shell.execute("SELECT data FROM entry WHERE position = ?", (position,)).fetchone()
    return bytes(data)


def replaced(data: bytes, people: int = 7) -> bytes:
    """Another entry that could have been recorded in the place of this one."""
    entry = decode(data, 1)
    return encode(msgspec.structs.replace(entry, event=msgspec.structs.replace(entry.event, population=people)))


def rehash(shell: Shell) -> None:
    """Make all hashes anew, as somebody does who knows how the ledger is built."""
    leaves = leaf_hashes([data for (data,) in shell.execute("SELECT data FROM entry ORDER BY position")])
    shell.execute("DELETE FROM leaf")
    shell.execute("DELETE FROM tile")
    shell.executemany("INSERT INTO leaf VALUES (?, ?)", list(enumerate(leaves, 1)))
    for n in range(len(leaves) // TILE_WIDTH):
        over = root_over(leaves[n * TILE_WIDTH : (n + 1) * TILE_WIDTH])
        shell.execute("INSERT INTO tile VALUES (1, ?, ?)", (n, over))


def verdict_on(path: Path, anchor: Anchor | None = None) -> Verdict:
    with open_book(path, read_only=True) as book:
        return check(book, TODAY, anchor)


# ---- by SQL


def move_all_up(shell: Shell, after: int) -> None:
    for table in ("entry", "recorded_at", "leaf", "entry_tag"):
        shell.execute(f"UPDATE {table} SET position = -position - 1 WHERE position > ?", (after,))
        shell.execute(f"UPDATE {table} SET position = -position WHERE position < 0")


def delete(shell: Shell) -> None:
    shell.execute("DELETE FROM entry WHERE position = 100")


def delete_all_traces(shell: Shell) -> None:
    for table in ("entry", "recorded_at", "leaf", "entry_tag"):
        shell.execute(f"DELETE FROM {table} WHERE position = 100")


def delete_and_close_up(shell: Shell) -> None:
    shell.execute("DELETE FROM entry WHERE position = 100")
    shell.execute("UPDATE entry SET position = -position + 1 WHERE position > 100")
    shell.execute("UPDATE entry SET position = -position WHERE position < 0")


def delete_the_last(shell: Shell) -> None:
    shell.execute("DELETE FROM entry WHERE position = ?", (ENTRIES,))


def reorder(shell: Shell) -> None:
    first, second = data_at(shell, 100), data_at(shell, 101)
    shell.execute("UPDATE entry SET data = ? WHERE position = 100", (second,))
    shell.execute("UPDATE entry SET data = ? WHERE position = 101", (first,))


def insert(shell: Shell) -> None:
    """An entry is put in, with all that belongs to it but the hash; the later ones make room."""
    data = replaced(data_at(shell, 100))
    for table in ("entry", "recorded_at", "entry_tag"):
        shell.execute(f"UPDATE {table} SET position = -position - 1 WHERE position >= 100")
        shell.execute(f"UPDATE {table} SET position = -position WHERE position < 0")
    shell.execute(
        "INSERT INTO entry SELECT 100, type, ?, tags FROM entry WHERE position = 101",
        (data,),
    )


def insert_at_the_end(shell: Shell) -> None:
    data = replaced(data_at(shell, ENTRIES))
    shell.execute(
        "INSERT INTO entry SELECT ?, type, ?, tags FROM entry WHERE position = ?", (ENTRIES + 1, data, ENTRIES)
    )


def insert_before_the_first(shell: Shell) -> None:
    shell.execute("INSERT INTO entry SELECT 0, type, data, tags FROM entry WHERE position = 1")


def replace(shell: Shell) -> None:
    shell.execute("UPDATE entry SET data = ? WHERE position = 100", (replaced(data_at(shell, 100)),))


def replace_with_its_leaf(shell: Shell) -> None:
    replace(shell)
    shell.execute("UPDATE leaf SET hash = ? WHERE position = 100", (leaf_hash(data_at(shell, 100)),))


def replace_where_no_tile_is(shell: Shell) -> None:
    shell.execute("UPDATE entry SET data = ? WHERE position = ?", (replaced(data_at(shell, ENTRIES)), ENTRIES))


def change_to_nothing(shell: Shell) -> None:
    shell.execute("UPDATE entry SET data = x'' WHERE position = 100")


def change_the_type(shell: Shell) -> None:
    shell.execute("UPDATE entry SET type = 'organisation-renamed' WHERE position = 100")


def change_the_tags(shell: Shell) -> None:
    shell.execute("UPDATE entry SET tags = '[]' WHERE position = 100")


def drop_a_tag(shell: Shell) -> None:
    shell.execute("DELETE FROM entry_tag WHERE position = 100 AND tag = 'organisation/fjord'")


def change_the_clock(shell: Shell) -> None:
    shell.execute("UPDATE recorded_at SET at = at + 1 WHERE position = 100")


def drop_the_clock(shell: Shell) -> None:
    shell.execute("DELETE FROM recorded_at WHERE position = 100")


def change_a_leaf(shell: Shell) -> None:
    shell.execute("UPDATE leaf SET hash = zeroblob(32) WHERE position = 100")


def drop_a_leaf(shell: Shell) -> None:
    shell.execute("DELETE FROM leaf WHERE position = 100")


def add_a_leaf(shell: Shell) -> None:
    shell.execute("INSERT INTO leaf VALUES (?, zeroblob(32))", (ENTRIES + 1,))


def exchange_two_leaves(shell: Shell) -> None:
    hashes = [leaf_hash(data_at(shell, position)) for position in (100, 101)]
    shell.executemany("UPDATE leaf SET hash = ? WHERE position = ?", list(zip(hashes, (101, 100), strict=True)))


def change_a_tile(shell: Shell) -> None:
    shell.execute("UPDATE tile SET hash = zeroblob(32)")


def drop_a_tile(shell: Shell) -> None:
    shell.execute("DELETE FROM tile")


def add_a_tile(shell: Shell) -> None:
    shell.execute("INSERT INTO tile VALUES (1, 1, zeroblob(32))")


def change_a_name(shell: Shell) -> None:
    shell.execute("UPDATE vault SET value = 'Kåre'")


def rename_the_ledger(shell: Shell) -> None:
    shell.execute("UPDATE ledger SET origin = 'vedtak.test/another'")


DEEDS: list[tuple[Callable[[Shell], None], int, str]] = [
    (delete, 100, "missing"),
    (delete_all_traces, 100, "missing"),
    (delete_and_close_up, 100, "missing"),
    (delete_the_last, ENTRIES, "missing"),
    (reorder, 100, "moved"),
    (insert, 100, "inserted"),
    (insert_at_the_end, ENTRIES + 1, "inserted"),
    (insert_before_the_first, 0, "inserted"),
    (replace, 100, "changed"),
    (replace_with_its_leaf, 1, "tile"),
    (replace_where_no_tile_is, ENTRIES, "changed"),
    (change_to_nothing, 100, "changed"),
    (change_the_type, 100, "beside"),
    (change_the_tags, 100, "beside"),
    (drop_a_tag, 100, "beside"),
    (change_the_clock, 100, "beside"),
    (drop_the_clock, 100, "beside"),
    (change_a_leaf, 100, "leaf"),
    (drop_a_leaf, 100, "leaf"),
    (add_a_leaf, ENTRIES + 1, "missing"),
    (change_a_tile, 1, "tile"),
    (drop_a_tile, 1, "tile"),
    (add_a_tile, 0, "tile"),
    (change_a_name, 2, "beside"),
    (rename_the_ledger, 1, "beside"),
]


@pytest.mark.parametrize(("deed", "position", "kind"), DEEDS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_done_by_hand_is_found_and_named(
    vedtak: Run, victim: Path, deed: Callable[[Shell], None], position: int, kind: str
) -> None:
    with unguarded(victim) as shell:
        deed(shell)
    found = vedtak("verify", "--ledger", victim)
    assert found.code == 1
    told = json.loads(vedtak("verify", "--json", "--ledger", victim).out)["findings"]
    assert (told[0]["entry"] or 0, told[0]["kind"]) == (position, kind)
    if position and kind not in {"tile", "beside"}:
        assert f"#{position}" in told[0]["problem"]
    assert f"✗ {told[0]['problem']}" in found.out
    quick = vedtak("verify", "--quick", "--ledger", victim)
    assert quick.code == (0 if kind == "beside" else 1)


def test_both_of_two_that_changed_places_are_named(victim: Path) -> None:
    with unguarded(victim) as shell:
        reorder(shell)
    assert [(found.position, found.kind) for found in verdict_on(victim).findings] == [(100, "moved"), (101, "moved")]


def test_the_tile_tells_exchanged_hashes_from_exchanged_entries(victim: Path) -> None:
    with unguarded(victim) as shell:
        exchange_two_leaves(shell)
    assert [(found.position, found.kind) for found in verdict_on(victim).findings] == [(100, "leaf"), (101, "leaf")]


def test_a_rewritten_past_is_found_by_whoever_kept_a_root(vedtak: Run, built: Path, victim: Path) -> None:
    with open_book(built, read_only=True) as book:
        kept, older = book.root(), book.root(ENTRIES - 1)
    with unguarded(victim) as shell:
        replace_where_no_tile_is(shell)
        rehash(shell)
    assert verdict_on(victim).sound, "who makes all hashes anew leaves nothing that contradicts them"

    found = verdict_on(victim, Anchor(kept))
    assert [(finding.position, finding.kind) for finding in found.findings] == [(0, "anchor")]
    with open_book(victim, read_only=True) as book:
        assert not verify(book, Anchor(kept, ENTRIES)).sound
        assert verify(book, Anchor(older, ENTRIES - 1)).sound, "up to there nothing was changed"
    for text in (kept.hex(), spelled(kept), in_base64(kept)):
        outcome = vedtak("verify", "--quick", "--anchor", text, "--ledger", victim)
        assert outcome.code == 1
        assert f"after entry #{ENTRIES}" in outcome.out
        assert vedtak("verify", "--quick", "--anchor", text, "--ledger", built).code == 0


def test_a_ledger_set_back_is_found_by_whoever_kept_a_root(vedtak: Run, built: Path, tmp_path: Path) -> None:
    with open_book(built, read_only=True) as book:
        kept = book.root()
    shorter = Path(shutil.copy(built, tmp_path / "shorter.vedtak"))
    with unguarded(shorter) as shell:
        for table in ("entry", "recorded_at", "entry_tag"):
            shell.execute(f"DELETE FROM {table} WHERE position > 270")
        rehash(shell)
    assert verdict_on(shorter).sound
    outcome = vedtak("verify", "--quick", "--anchor", kept.hex(), "--size", ENTRIES, "--ledger", shorter)
    assert outcome.code == 1
    assert "#271 and on are missing" in outcome.out


def test_a_verdict_without_an_anchor_says_what_it_does_not_show(vedtak: Run, built: Path) -> None:
    outcome = vedtak("verify", "--ledger", built)
    assert (outcome.code, outcome.err) == (0, "")
    with open_book(built, read_only=True) as book:
        root = book.root()
    assert spelled(root) in outcome.out
    assert in_base64(root) in outcome.out
    assert "Compare the root with one kept elsewhere" in outcome.out
    assert spelled(root) in vedtak("doctor", "--ledger", built).out


@pytest.mark.parametrize("arguments", [["--anchor", "abcd"], ["--size", "3"], ["--anchor", "00" * 32, "--size", "-1"]])
def test_an_anchor_that_is_none_is_refused(vedtak: Run, built: Path, arguments: list[str]) -> None:
    assert vedtak("verify", *arguments, "--ledger", built).code == 2


def test_the_work_is_told_of_and_can_be_stopped(built: Path) -> None:
    told: list[tuple[int, int]] = []
    with open_book(built, read_only=True) as book:
        assert verify(book, progress=lambda done, total: told.append((done, total))).complete
        assert told == [(ENTRIES, ENTRIES)]
        stopped = examine(book, TODAY, lambda *_: False)
        assert stopped.sound
        empty = verify(memory_book(ORIGIN))
        assert (empty.entries, empty.findings, empty.complete) == (0, (), True)


def test_a_ledger_in_memory_is_verified_too() -> None:
    book = memory_book(ORIGIN)
    Pen(book, WRITER).record_all([register("organisation/fjord"), person("Kari")])
    verdict = check(book, TODAY)
    assert verdict.sound
    assert verdict.root == book.root()


# ---- by the byte


class Copy(LedgerDatastore):
    """A ledger's bytes in memory: quicker by far than a file that is written and opened for each trial."""

    def __init__(self) -> None:
        super().__init__(None)
        self.connection = sqlite3.connect(":memory:", isolation_level=None)

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        assert not commit
        yield SQLiteCursor(self.connection.cursor())

    def holds(self, data: bytearray) -> None:
        self.connection.close()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.deserialize(bytes(data))

    def all(self) -> list[list[Any]] | None:
        """What readers get; None when SQLite cannot read it all."""
        try:
            return [self.connection.execute(f"SELECT * FROM {table}").fetchall() for table in HELD]
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            return None


def judged(book: Book) -> Verdict | None:
    """None when the ledger does not even open."""
    try:
        verdict = verify(book)
        return verdict if verdict.findings else examine(book, TODAY)
    except LedgerError:
        return None


@pytest.mark.slow
def test_no_flipped_bit_goes_unnoticed(tmp_path: Path) -> None:
    original = build(tmp_path / "ledger.vedtak", 200).read_bytes()
    seed = random.Random(STRIDE)  # noqa: S311 - which bit, not a secret
    copy = Copy()
    book = memory_book(ORIGIN)
    book = Book(SQLiteDCBRecorder(copy), lambda: None)
    data = bytearray(original)
    copy.holds(data)
    before = copy.all()
    assert before is not None
    verdict = judged(book)
    assert verdict is not None
    assert verdict.sound
    unnoticed, misnamed, differing = [], [], 0
    for at in range(0, len(original), STRIDE):
        data[at] ^= 1 << seed.randrange(8)
        copy.holds(data)
        after = copy.all()
        if after != before:
            differing += 1
            verdict = judged(book)
            if verdict is not None and verdict.sound:
                unnoticed.append(at)
            elif verdict is not None and after is not None and (first := first_changed(before[1], after[1])):
                misnamed += [at] * (verdict.findings[0].position != first)
        data[at] = original[at]
    assert differing > len(original) / STRIDE / 3, "the trial is of a ledger, not of empty pages"
    assert (unnoticed, misnamed) == ([], [])


def first_changed(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> int | None:
    """The entry whose bytes a flip has changed, when it did that and nothing else."""
    if [row[:2] + row[3:] for row in before] != [row[:2] + row[3:] for row in after]:
        return None
    return next((old[0] for old, new in zip(before, after, strict=True) if old[2] != new[2]), None)


def test_a_page_that_sqlite_cannot_read_names_the_entry_where_reading_stopped(vedtak: Run, victim: Path) -> None:
    with closing(sqlite3.connect(victim)) as shell:
        (page,) = shell.execute("PRAGMA page_size").fetchone()
        wanted = data_at(shell, 100)
    data = bytearray(victim.read_bytes())
    start = data.index(wanted) // page * page
    data[start : start + 8] = b"\xff" * 8  # what says which cells are on the page
    victim.write_bytes(data)
    outcome = vedtak("verify", "--json", "--ledger", victim)
    assert outcome.code == 3
    (first, *_) = json.loads(outcome.out)["findings"]
    assert first["kind"] == "unreadable"
    assert 90 < first["entry"] <= 100


def test_tags_follow_from_the_bytes(built: Path) -> None:
    with open_book(built, read_only=True) as book:
        rows = list(book.rows())
    assert all(row.tags == tags(decode(row.data, row.position)) for row in rows)

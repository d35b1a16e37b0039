"""Is whatever somebody does to a ledger's file found, and is the entry named?"""

from __future__ import annotations

import json
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

from ledger.check import check, examine
from ledger.entry import decode, encode
from ledger.errors import LedgerError
from ledger.journal import tags
from ledger.proof.anchor import in_base64, spelled
from ledger.proof.tree import TILE_WIDTH, leaf_hash, leaf_hashes, root_over
from ledger.record import Pen
from ledger.store import Book, create_book, memory_book, open_book
from ledger.store.application import LedgerApplication
from ledger.store.sqlite_connection import explained
from ledger.store.sqlite_reading import SQLiteReading
from ledger.verify import Anchor, Verdict, verify
from tests.conftest import Run
from tests.pens import ORIGIN, WRITER, command, person, population, register

ENTRIES = 280  # a full tile, and a rest that no tile is over yet
TODAY = date(2020, 1, 1)
BESIDE = "type, recorded_at, command, tags"  # of the columns of an entry, in their order, those before the bytes
HELD = (  # what readers get, from the tables and by way of the indexes
    "* FROM entry",
    "* FROM ledger",
    "* FROM name",
    "* FROM entry_tag",
    "* FROM leaf",
    "* FROM tile",
    "* FROM vault",
    "type, position FROM entry INDEXED BY entry_type ORDER BY type",
    "position FROM entry INDEXED BY entry_command WHERE command IS NOT NULL ORDER BY substr(command, 1, 5)",
    "text, number FROM name INDEXED BY sqlite_autoindex_name_1 ORDER BY text",
    "commitment, rowid FROM vault INDEXED BY sqlite_autoindex_vault_1 ORDER BY commitment",
)


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


def delete(shell: Shell) -> None:
    shell.execute("DELETE FROM entry WHERE position = 100")


def delete_all_traces(shell: Shell) -> None:
    for table in ("entry", "leaf", "entry_tag"):
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
    for table in ("entry", "entry_tag"):
        shell.execute(f"UPDATE {table} SET position = -position - 1 WHERE position >= 100")
        shell.execute(f"UPDATE {table} SET position = -position WHERE position < 0")
    shell.execute(f"INSERT INTO entry SELECT 100, {BESIDE}, ? FROM entry WHERE position = 101", (data,))


def insert_at_the_end(shell: Shell) -> None:
    data = replaced(data_at(shell, ENTRIES))
    shell.execute(
        f"INSERT INTO entry SELECT ?, {BESIDE}, ? FROM entry WHERE position = ?", (ENTRIES + 1, data, ENTRIES)
    )


def insert_before_the_first(shell: Shell) -> None:
    shell.execute(f"INSERT INTO entry SELECT 0, {BESIDE}, data FROM entry WHERE position = 1")


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
    shell.execute("UPDATE entry SET type = 1 WHERE position = 100")


def change_the_tags(shell: Shell) -> None:
    shell.execute("UPDATE entry SET tags = '[]' WHERE position = 100")


def break_the_tags(shell: Shell) -> None:
    shell.execute("UPDATE entry SET tags = '[0,' WHERE position = 100")


def write_the_tags_otherwise(shell: Shell) -> None:
    shell.execute("UPDATE entry SET tags = replace(tags, ',', ', ') WHERE position = 100")


def give_a_tag_that_means_nothing(shell: Shell) -> None:
    shell.execute("UPDATE entry SET tags = json_insert(tags, '$[#]', 4711) WHERE position = 100")
    shell.execute("INSERT INTO entry_tag VALUES (4711, 100)")


def drop_a_tag(shell: Shell) -> None:
    shell.execute("DELETE FROM entry_tag WHERE position = 100 AND tag = (SELECT min(tag) FROM entry_tag)")


def file_under_another_tag(shell: Shell) -> None:
    shell.execute("INSERT INTO entry_tag SELECT number, 100 FROM name WHERE text = 'person/kari'")


def file_an_entry_that_does_not_exist(shell: Shell) -> None:
    shell.execute("INSERT INTO entry_tag SELECT number, 9999 FROM name WHERE text = 'person/kari'")


def change_the_command(shell: Shell) -> None:
    shell.execute("UPDATE entry SET command = randomblob(16) WHERE position = 100")


def shorten_the_command(shell: Shell) -> None:
    shell.execute("UPDATE entry SET command = substr(command, 1, 15) WHERE position = 100")


def drop_the_command(shell: Shell) -> None:
    shell.execute("UPDATE entry SET command = NULL WHERE position = 100")


def change_the_clock(shell: Shell) -> None:
    shell.execute("UPDATE entry SET recorded_at = recorded_at + 1 WHERE position = 100")


def drop_the_clock(shell: Shell) -> None:
    shell.execute("UPDATE entry SET recorded_at = NULL WHERE position = 100")


def change_a_word(shell: Shell) -> None:
    shell.execute("UPDATE name SET text = 'person/ola' WHERE text = 'person/kari'")


def exchange_two_words(shell: Shell) -> None:
    shell.execute("UPDATE name SET text = '' WHERE text = 'person/kari'")
    shell.execute("UPDATE name SET text = 'person/kari' WHERE text = 'organisation/fjord'")
    shell.execute("UPDATE name SET text = 'organisation/fjord' WHERE text = ''")


def drop_a_word(shell: Shell) -> None:
    shell.execute("DELETE FROM name WHERE text = 'person/kari'")


def add_a_word_out_of_turn(shell: Shell) -> None:
    shell.execute("INSERT INTO name VALUES (4711, 'person/ola')")


def write_a_word_twice(shell: Shell) -> None:
    """Only by lying to SQLite about what it has to keep unique."""
    shell.execute("CREATE TABLE other (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    shell.execute("INSERT INTO other SELECT number, text FROM name")
    shell.execute("INSERT INTO other SELECT max(number) + 1, 'person/kari' FROM name")
    shell.execute("DROP TABLE name")
    shell.execute("ALTER TABLE other RENAME TO name")


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


def change_a_commitment(shell: Shell) -> None:
    shell.execute("UPDATE vault SET commitment = replace(commitment, '=', '')")


def add_a_name(shell: Shell) -> None:
    shell.execute("INSERT INTO vault VALUES ('another', zeroblob(16), 'Ola')")


def name_the_ledger_twice(shell: Shell) -> None:
    shell.execute("INSERT INTO ledger VALUES ('vedtak.test/another')")


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
    (break_the_tags, 100, "beside"),
    (write_the_tags_otherwise, 100, "beside"),
    (give_a_tag_that_means_nothing, 100, "beside"),
    (drop_a_tag, 100, "beside"),
    (file_under_another_tag, 100, "beside"),
    (file_an_entry_that_does_not_exist, 9999, "beside"),
    (change_the_command, 100, "beside"),
    (shorten_the_command, 100, "beside"),
    (drop_the_command, 100, "beside"),
    (change_the_clock, 100, "beside"),
    (drop_the_clock, 100, "beside"),
    (change_a_leaf, 100, "leaf"),
    (drop_a_leaf, 100, "leaf"),
    (add_a_leaf, ENTRIES + 1, "missing"),
    (change_a_tile, 1, "tile"),
    (drop_a_tile, 1, "tile"),
    (add_a_tile, 0, "tile"),
    (change_a_word, 2, "beside"),
    (exchange_two_words, 1, "beside"),
    (drop_a_word, 0, "beside"),
    (add_a_word_out_of_turn, 0, "beside"),
    (write_a_word_twice, 0, "beside"),
    (change_a_name, 2, "beside"),
    (change_a_commitment, 0, "beside"),
    (add_a_name, 0, "beside"),
    (name_the_ledger_twice, 0, "beside"),
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
    said = [line.removeprefix("✗ ") for line in found.out.splitlines() if line.startswith("✗ ")]
    assert all(one["problem"].startswith(problem) for one, problem in zip(told, said, strict=True))
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
        for table in ("entry", "entry_tag"):
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


class Copy(SQLiteReading):
    """A ledger's bytes in memory: quicker by far than a file that is written and opened for each trial."""

    name = "copy"

    def holds(self, data: bytes | bytearray) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.deserialize(data)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        with explained(self.name, reading=True):
            yield self.connection.cursor()

    def all(self) -> list[list[Any]] | None:
        """What readers get; None when SQLite cannot read it all."""
        try:
            return [self.connection.execute(f"SELECT {what}").fetchall() for what in HELD]
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            return None


def quick_verdict(book: Book) -> Verdict | None:
    """The first of what ``check`` finds, as soon as it is found; None when the ledger cannot be read at all."""
    try:
        verdict = verify(book)
        return verdict if verdict.findings else examine(book, TODAY, findings_max=1)
    except LedgerError:
        return None


# A ledger without an index beside it: what an index says is compared with the entries by ``verify --deep``.
@pytest.mark.parametrize("stride", [pytest.param(7, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.proof)])
def test_no_flipped_bit_goes_unnoticed(tmp_path: Path, stride: int) -> None:
    original = build(tmp_path / "ledger.vedtak", 200).read_bytes()
    seed = random.Random(stride)  # noqa: S311 - which bit, not a secret
    copy = Copy()
    book = Book(copy, raises_application)
    copy.holds(original)
    before = copy.all()
    assert before is not None
    assert check(book, TODAY).sound
    data = bytearray(original)
    unnoticed, misnamed, differing = [], [], 0
    for at in range(0, len(original), stride):
        data[at] ^= 1 << seed.randrange(8)
        copy.holds(data)
        after = copy.all()
        if after != before:
            differing += 1
            verdict = quick_verdict(book)
            if verdict is not None and verdict.sound:
                unnoticed.append(at)
            elif verdict is not None and after is not None and (first := only_changed(before, after)):
                misnamed += [at] * (verdict.findings[0].position != first)
        data[at] = original[at]
    assert differing > len(original) / stride / 3, "the trial is of a ledger, not of empty pages"
    assert (unnoticed, misnamed) == ([], [])


def raises_application() -> LedgerApplication:
    raise AssertionError


def only_changed(before: list[list[Any]], after: list[list[Any]]) -> int | None:
    """The position of the one entry of which a flip has changed the row, if that is what it did."""
    (old, *_), (new, *_) = before, after
    if len(old) != len(new):
        return None
    changed = [was for was, is_ in zip(old, new, strict=True) if was != is_]
    return changed[0][0] if len(changed) == 1 else None


@pytest.mark.parametrize(("index", "wanted"), [("entry_type", "type"), ("entry_command", "substr(command, 1, 5)")])
def test_an_index_that_lacks_an_entry_is_found(vedtak: Run, victim: Path, index: str, wanted: str) -> None:
    with unguarded(victim) as shell:
        shell.execute("PRAGMA writable_schema = ON")
        (made,) = shell.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (index,)).fetchone()
        shell.execute(
            "UPDATE sqlite_schema SET sql = ? WHERE name = ?",
            (f"{made.partition(' ON ')[0]} ON entry ({wanted}) WHERE position <> 100", index),
        )
    with closing(sqlite3.connect(victim, isolation_level=None)) as shell:
        shell.execute(f"REINDEX {index}")
        shell.execute("PRAGMA writable_schema = ON")
        shell.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (made, index))
    outcome = vedtak("verify", "--json", "--ledger", victim)
    assert outcome.code == 1
    findings = json.loads(outcome.out)["findings"]
    assert {finding["entry"] for finding in findings} == {None, 100}
    assert f"row 100 missing from index {index}" in str(findings)


def test_an_anchor_of_fewer_entries_is_asked_for_its_size(vedtak: Run, built: Path) -> None:
    with open_book(built, read_only=True) as book:
        older = book.root(100).hex()
    outcome = vedtak("verify", "--quick", "--anchor", older, "--ledger", built)
    assert outcome.code == 1
    assert "say how many" in outcome.out
    outcome = vedtak("verify", "--quick", "--anchor", older, "--size", "100", "--ledger", built)
    assert outcome.code == 0
    assert "after entry #100 is the anchor" in outcome.out


def test_a_remedy_is_said_once_and_a_cut_list_says_so(vedtak: Run, victim: Path) -> None:
    with unguarded(victim) as shell:
        shell.execute("UPDATE entry SET recorded_at = NULL")
    outcome = vedtak("verify", "--ledger", victim)
    assert outcome.out.count("✗ ") == 20
    assert outcome.out.count("restore a backup") == 1
    assert "there may be more" in outcome.out


def test_personal_values_that_were_erased_and_are_back_are_found(vedtak: Run, tmp_path: Path) -> None:
    path = build(tmp_path / "ledger.vedtak", 3)
    with closing(sqlite3.connect(path)) as shell:
        kept = shell.execute("SELECT * FROM vault").fetchall()
    with open_book(path) as book:
        told: dict[str, Any] = {
            "persons": ["person/kari"],
            "ground": "GDPR art. 17",
            "decided_by": "organisation/fjord",
        }
        Pen(book, WRITER).record(command("personal-data-erased", **told))
    assert verdict_on(path).sound
    with unguarded(path) as shell:
        shell.executemany("INSERT INTO vault VALUES (?, ?, ?)", kept)
    outcome = vedtak("verify", "--ledger", path)
    assert outcome.code == 1
    assert "was erased" in outcome.out


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

"""Does a command that cannot do what was asked say what is wrong and what to do, and leave every byte alone?"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from ledger.entry import Actor
from ledger.record import Pen
from ledger.store import Book, create_book, open_book
from tui.locale import _, use_language

if TYPE_CHECKING:
    from tests.conftest import Outcome, Run

TAKEN = "00000000-0000-4000-8000-000000000001"
FJORD = ("--organisation", "fjord")
NOTE = ("record", "annotation-added", "--about", "organisation/fjord", "--kind", "doubt", "--text", "x")


def told(command: str | None = None, **event: Any) -> dict[str, Any]:
    asked = {"effective": "2018-01-01", "knowledge": "documented", "event": event}
    return {"command": command, **asked} if command else asked


REGISTERED = told(TAKEN, type="organisation-registered", organisation="organisation/fjord", name="Fjord", kind="other")
GOOD = told(type="population-recorded", organisation="organisation/fjord", population=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    folder = tmp_path / "ledgers"
    folder.mkdir()
    path = folder / "fjord.vedtak"
    create_book(path, "vedtak.test/fjord")
    with open_book(path) as book:
        Pen(book, Actor("test", "import")).record(REGISTERED)
    return path


def traces(path: Path) -> dict[str, str]:
    """Everything that lies in the ledger's folder, with its digest; an empty lock file does not count."""
    found = {}
    for file in sorted(path.parent.iterdir()):
        data = file.read_bytes()
        if file.name != f"{path.name}.lock" or data:
            found[file.name] = hashlib.sha256(data).hexdigest()
    return found


def assert_explained(outcome: Outcome, code: int, lang: str) -> str:
    """Problem and remedy on stderr, in the language, with nothing left to fill in; the problem is returned."""
    assert outcome.code == code, outcome.err
    assert outcome.out == ""
    use_language(lang)
    problem, remedy = (line.partition(": ") for line in outcome.err.splitlines())
    assert (problem[0], remedy[0]) == (_("Problem"), _("Remedy"))
    for _label, _colon, sentence in (problem, remedy):
        assert re.search(r"[.!?…»”)]$", sentence), f"a sentence ends somehow: {sentence!r}"
        assert not re.search(r"\{[a-z_]*\}", sentence)
    return problem[2]


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        pytest.param(2, ["record", "organisation-registred", *FJORD], id="unknown type"),
        pytest.param(2, [*NOTE, "--effective", "2018-13-45"], id="wrong date"),
        pytest.param(2, [*NOTE, "--effective", "2012-24"], id="a winter is in two years"),
        pytest.param(2, [*NOTE, "--effective", "1234"], id="long ago"),
        pytest.param(2, [*NOTE, "--command-id", "mine"], id="not a command id"),
        pytest.param(2, [*NOTE, "--corrects", "twelve"], id="not an entry number"),
        pytest.param(2, [*NOTE, "--locator", "p. 1"], id="a locator without a source"),
        pytest.param(2, ["record", "population-recorded", *FJORD, "--population", "many"], id="not a number"),
        pytest.param(2, [*NOTE[:-1], "a\x1b[31mb"], id="control character"),
        pytest.param(
            2, ["record", "organisation-registered", *FJORD, "--name", "x", "--kind", "fjord"], id="no choice"
        ),
        pytest.param(
            2,
            ["record", "organisation-identified", *FJORD, "--orgnr", "938587052"],
            id="control digit",
        ),
        pytest.param(
            1, ["record", "population-recorded", "--organisation", "dal", "--population", "1"], id="missing ref"
        ),
        pytest.param(1, [*NOTE, "--authority", "decision/nowhere"], id="missing authority"),
        pytest.param(1, [*NOTE, "--source", "document/nowhere"], id="missing source"),
        pytest.param(1, ["record", "organisation-renamed", *FJORD, "--name", "Fjord"], id="rule broken"),
        pytest.param(1, ["record", "entry-annulled"], id="rule broken, with its source"),
        pytest.param(
            1,
            ["record", "organisation-registered", *FJORD, "--name", "Fjord", "--kind", "other"],
            id="on record already",
        ),
        pytest.param(1, [*NOTE, "--command-id", TAKEN], id="command id used for something else"),
        pytest.param(1, [*NOTE, "--corrects", "#9", "--correction-reason", "x"], id="nothing to correct"),
        pytest.param(1, [*NOTE, "--corrects", "#1", "--correction-reason", "x"], id="correction of another type"),
        pytest.param(1, ["show", "organisation/dal"], id="show what is not there"),
        pytest.param(1, ["show", "organisation/fjord", "--known", "2001-01-01"], id="show what was not known yet"),
        pytest.param(1, ["show", "#9"], id="show an entry that is not there"),
        pytest.param(2, ["show", "#nine"], id="show no entry"),
        pytest.param(1, ["why", "organisation/dal.name"], id="why of what is not there"),
        pytest.param(2, ["why", "organisation/fjord.colour"], id="why of no attribute"),
        pytest.param(2, ["list", "fjords"], id="no such kind"),
        pytest.param(2, ["list", "organisations", "--where", "colour=blue"], id="no such attribute"),
        pytest.param(2, ["list", "organisations", "--where", "colour"], id="no condition"),
        pytest.param(2, ["events", "--type", "organisation-registred"], id="events of an unknown type"),
        pytest.param(1, ["events", "--touches", "organisation/dal"], id="events of what is not there"),
        pytest.param(2, ["events", "--on", "someday"], id="no day"),
        pytest.param(2, ["events", "--known", "25:99"], id="no time"),
        pytest.param(2, ["adherence", "--to", "organisation/fjord"], id="nobody adheres to that"),
        pytest.param(2, ["record", "--from", "nowhere.jsonl"], id="no such file"),
    ],
)
def test_the_refusal_is_explained_and_changes_nothing(
    vedtak: Run, ledger: Path, code: int, arguments: list[str]
) -> None:
    before = traces(ledger)
    english, norwegian = (vedtak(*arguments, "--ledger", ledger, lang=lang) for lang in ("en", "nb"))
    assert assert_explained(english, code, "en") != assert_explained(norwegian, code, "nb")
    assert traces(ledger) == before


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]], ids=["record", "dry run"])
@pytest.mark.parametrize(
    ("code", "bad"),
    [
        pytest.param(2, "{", id="no JSON"),
        pytest.param(2, "[]", id="no command"),
        pytest.param(2, json.dumps({**GOOD, "colour": "blue"}), id="unknown field beside the event"),
        pytest.param(2, json.dumps({**GOOD, "event": {**GOOD["event"], "colour": "blue"}}), id="unknown field"),
        pytest.param(2, json.dumps({**GOOD, "event": {"type": "population-recorded"}}), id="field left out"),
        pytest.param(2, json.dumps(told(type="no-such-type")), id="unknown type"),
        pytest.param(2, json.dumps({**GOOD, "effective": "2018-02-30"}), id="wrong date"),
        pytest.param(2, json.dumps({**GOOD, "knowledge": "rumoured"}), id="no choice"),
        pytest.param(2, json.dumps({**GOOD, "event": {**GOOD["event"], "population": -1}}), id="out of range"),
        pytest.param(
            1,
            json.dumps(told(type="population-recorded", organisation="organisation/dal", population=1)),
            id="missing ref",
        ),
        pytest.param(
            1,
            json.dumps(told(type="organisation-renamed", organisation="organisation/fjord", name="Fjord")),
            id="rule broken",
        ),
        pytest.param(1, json.dumps({**GOOD, "command": TAKEN}), id="command id used for something else"),
    ],
)
def test_one_bad_line_keeps_all_of_them_out(
    vedtak: Run, ledger: Path, tmp_path: Path, code: int, bad: str, dry_run: list[str]
) -> None:
    lines = tmp_path / "lines.jsonl"
    good = [json.dumps({**GOOD, "event": {**GOOD["event"], "population": count}}) for count in (1, 2)]
    lines.write_text("\n".join([good[0], "", bad, good[1]]), encoding="utf-8")
    before = traces(ledger)
    english, norwegian = (
        vedtak("record", "--from", lines, *dry_run, "--ledger", ledger, lang=lang) for lang in ("en", "nb")
    )
    assert assert_explained(english, code, "en") != assert_explained(norwegian, code, "nb")
    assert traces(ledger) == before
    if bad in {"{", "[]"}:
        assert "3" in english.err, "the line is named by its number in the file"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["record", "population-recorded", *FJORD], id="a field left out"),
        pytest.param(
            ["record", "population-recorded", *FJORD, "--population", "1", "--colour", "x"], id="unknown field"
        ),
        pytest.param(["record", *NOTE[1:], "--knowledge", "rumoured"], id="no choice"),
        pytest.param(["record", "--from", "x.jsonl", *NOTE[1:]], id="both a file and a type"),
        pytest.param(["show"], id="nothing to show"),
        pytest.param(["events", "--limit", "0"], id="out of range"),
        pytest.param(["no-such-command"], id="no such command"),
        pytest.param(["open"], id="no terminal"),
    ],
)
def test_a_command_line_that_cannot_be_understood(vedtak: Run, ledger: Path, arguments: list[str]) -> None:
    before = traces(ledger)
    where = [] if arguments[0] == "no-such-command" else ["--ledger", ledger]
    outcome = vedtak(*arguments, *where)
    assert (outcome.code, outcome.out) == (2, "")
    assert "vedtak" in outcome.err, "it names the command whose help says more"
    assert "--help" in outcome.err
    assert re.search(r"^Error: .+", outcome.err, re.MULTILINE)
    assert traces(ledger) == before


# ---- files that are no ledger


def as_newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("PRAGMA user_version = 99")


def as_text(path: Path) -> None:
    path.write_text("Sak 94/18\n" * 20, encoding="utf-8")


def as_other_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("CREATE TABLE sak (nr TEXT)")


def as_nothing(path: Path) -> None:
    path.write_bytes(b"")


def as_beginning(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


def as_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def as_noise(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:100] + bytes(len(data) - 100))


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def as_altered(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        (data,) = shell.execute("SELECT data FROM entry WHERE position = 1").fetchone()
        shell.execute("DROP TRIGGER entry_unchanged")
        shell.execute("UPDATE entry SET data = ? WHERE position = 1", (data.replace(b":", b": ", 1),))


@pytest.mark.parametrize(
    "spoil",
    [
        as_newer,
        as_text,
        as_other_database,
        as_nothing,
        as_beginning,
        as_half,
        as_noise,
        as_folder,
        as_altered,
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [["events"], ["show", "organisation/fjord"], list(NOTE), [*NOTE, "--dry-run"]],
    ids=["events", "show", "record", "dry run"],
)
def test_what_is_no_ledger_is_left_as_it_is(
    vedtak: Run, ledger: Path, spoil: Callable[[Path], None], arguments: list[str]
) -> None:
    spoil(ledger)
    before = {} if ledger.is_dir() else traces(ledger)
    english, norwegian = (vedtak(*arguments, "--ledger", ledger, lang=lang) for lang in ("en", "nb"))
    assert assert_explained(english, 3, "en") != assert_explained(norwegian, 3, "nb")
    if spoil is as_newer:
        assert "newer" in english.err
        assert "Update Vedtak" in english.err
    assert ({} if ledger.is_dir() else traces(ledger)) == before


@pytest.mark.parametrize("name", ["none.vedtak", "no/such/folder.vedtak", "x" * 300, "fjord.vedtak/below"])
@pytest.mark.parametrize("arguments", [["events"], list(NOTE), ["state"]], ids=["events", "record", "state"])
def test_where_there_is_no_ledger_it_says_how_to_make_one(
    vedtak: Run, ledger: Path, name: str, arguments: list[str]
) -> None:
    before = traces(ledger)
    missing = ledger.parent / name
    for lang in ("en", "nb"):
        outcome = vedtak(*arguments, "--ledger", missing, lang=lang)
        assert_explained(outcome, 3, lang)
        assert f"vedtak init {missing} --origin" in outcome.err
        assert "vedtak demo" in outcome.err
    assert traces(ledger) == before


def test_without_any_ledger_named_it_looks_at_the_persons_own(
    vedtak: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    outcome = vedtak("events")
    assert_explained(outcome, 3, "en")
    assert str(tmp_path) in outcome.err
    assert list(tmp_path.rglob("*")) == []


def test_a_database_server_is_said_to_be_out_of_reach(vedtak: Run) -> None:
    for lang in ("en", "nb"):
        outcome = vedtak("events", "--ledger", "postgresql://kari:hemmelig@db.example.no/ledger", lang=lang)
        assert_explained(outcome, 2, lang)
        assert "hemmelig" not in outcome.err


# ---- init


def test_init_never_writes_over_anything(vedtak: Run, ledger: Path) -> None:
    before = traces(ledger)
    for lang in ("en", "nb"):
        assert_explained(vedtak("init", ledger, "--origin", "vedtak.test/new", lang=lang), 1, lang)
    assert traces(ledger) == before


@pytest.mark.parametrize(
    ("name", "origin"),
    [("ledger.db", "vedtak.test/new"), ("new.vedtak", ""), ("new.vedtak", "a\nb"), ("new.vedtak", "x" * 401)],
    ids=["suffix", "no name", "two lines", "too long"],
)
def test_init_refuses_a_ledger_nobody_could_write_in(vedtak: Run, tmp_path: Path, name: str, origin: str) -> None:
    for lang in ("en", "nb"):
        assert_explained(vedtak("init", tmp_path / name, "--origin", origin, lang=lang), 2, lang)
    assert list(tmp_path.iterdir()) == []


# ---- somebody else writes


def test_a_lock_that_is_not_let_go(vedtak: Run, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.sqlite.WRITE_WAIT_SECONDS", 0.05)
    before = traces(ledger)
    with FileLock(ledger.with_name(ledger.name + ".lock")):
        english, norwegian = (vedtak(*NOTE, "--ledger", ledger, lang=lang) for lang in ("en", "nb"))
        assert vedtak("events", "--ledger", ledger).code == 0, "reading does not wait for writers"
    assert assert_explained(english, 4, "en") != assert_explained(norwegian, 4, "nb")
    assert traces(ledger) == before
    assert vedtak(*NOTE, "--ledger", ledger).code == 0


def test_being_overtaken_time_and_again(vedtak: Run, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append = Book.append
    mine = threading.get_ident()

    def late(book: Book, *arguments: Any) -> int:
        """Somebody in another thread records about the same thing just before each append of ours."""
        if threading.get_ident() == mine:
            thread = threading.Thread(target=somebody_else)
            thread.start()
            thread.join()
        return append(book, *arguments)

    def somebody_else() -> None:
        with open_book(ledger) as book:
            Pen(book, Actor("Ola", "secretariat")).record(GOOD)

    monkeypatch.setattr(Book, "append", late)
    for lang in ("en", "nb"):
        assert_explained(vedtak(*NOTE, "--ledger", ledger, lang=lang), 4, lang)
    monkeypatch.undo()
    with open_book(ledger, read_only=True) as book:
        assert {entry.recorded_by.name for entry in book.entries()} == {"test", "Ola"}
        assert book.head() == 1 + 2 * 8


# ---- as a script meets it


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (1, ["show", "organisation/dal"]),
        (2, ["record", "organisation-registred"]),
        (3, ["events", "--ledger", "none.vedtak"]),
    ],
)
@pytest.mark.parametrize("lang", ["en", "nb"])
def test_a_process_ends_with_the_code(
    vedtak_process: Run, ledger: Path, code: int, arguments: list[str], lang: str
) -> None:
    before = traces(ledger)
    outcome = vedtak_process(*arguments, lang=lang, environment={"VEDTAK_LEDGER": str(ledger)})
    assert_explained(outcome, code, lang)
    assert traces(ledger) == before

"""Does the program tell the truth about itself: schema, catalogue, doctor, demo?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from ledger.events import CATALOGUE
from ledger.store import open_book
from tests.pens import tamper
from tui.cli import stories

if TYPE_CHECKING:
    from tests.conftest import Outcome, Run

PROJECT = Path(__file__).parent.parent
LONG_AGO = "2001-01-01"
ESCAPE = "\x1b"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def flat(text: str) -> str:
    """Without any space: how lines are broken in help is not of interest."""
    return "".join(text.split())


# ---- the program about itself


def test_the_schema_admits_every_stored_entry(ask: Callable[..., Any], demo_ledger: Path, sample_ledger: Path) -> None:
    schema = ask("schema")
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    entries = []
    for path in (demo_ledger, sample_ledger):
        with open_book(path, read_only=True) as book:
            entries += [json.loads(data) for data in book.stream()]
    for entry in entries:
        validator.validate(entry)
    good = entries[-1]
    assert not validator.is_valid({**good, "colour": "blue"})
    assert not validator.is_valid({**good, "event": {**good["event"], "type": "no-such-type"}})


def test_the_catalogue_has_every_type(ask: Callable[..., Any], vedtak: Run, tmp_path: Path) -> None:
    assert {row["type"] for row in ask("catalogue")} == set(CATALOGUE)
    outcome = vedtak("catalogue")
    assert {name for name in CATALOGUE if f"### {name}\n" in outcome.out} == set(CATALOGUE)
    assert vedtak("catalogue", "--write", tmp_path).code == 0
    assert (tmp_path / "events.md").read_text(encoding="utf-8") == outcome.out.removesuffix("\n")
    assert json.loads((tmp_path / "events.schema.json").read_text(encoding="utf-8")) == ask("schema")


def test_doctor_finds_a_sound_ledger_sound(ask: Callable[..., Any], demo_ledger: Path) -> None:
    told = ask("doctor")
    assert (told["sound"], told["findings"], told["exists"]) == (True, [], True)
    assert told["settings"]["journal_mode"] == "wal"
    assert told["settings"]["synchronous"] == "2"
    with open_book(demo_ledger, read_only=True) as book:
        assert told["entries"] == book.head()
        assert told["origin"] == book.origin


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"v":1', b'"v": 1', id="a space"),
        pytest.param(b'"v":1', b'"v":2', id="another version"),
        pytest.param(b'"origin":"demo', b'"origin":"Demo', id="another ledger"),
        pytest.param(b'"recorded_at":"2', b'"recorded_at":"1', id="another time"),
        pytest.param(b'"organisation":"organisation/', b'"organisation":"organisation/x', id="another thing"),
        pytest.param(b"}", b"", id="the end is missing"),
    ],
)
def test_doctor_finds_a_changed_entry(vedtak: Run, demo_copy: Path, old: bytes, new: bytes) -> None:
    tamper(demo_copy, 130, old, new)
    before = digest(demo_copy)
    for lang in ("en", "nb"):
        outcome = vedtak("doctor", "--ledger", demo_copy, lang=lang)
        assert outcome.code == 1
        assert "#130" in outcome.out
    told = json.loads(vedtak("doctor", "--json", "--ledger", demo_copy).out)
    assert told["sound"] is False
    assert any("#130" in finding for finding in told["findings"])
    assert digest(demo_copy) == before


def test_doctor_of_no_ledger_and_of_something_else(
    vedtak: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = vedtak("doctor", "--ledger", tmp_path / "none.vedtak")
    assert (named.code, named.out) == (3, "")
    assert "none.vedtak" in named.err
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    unnamed = told_of(vedtak("doctor", "--json"))
    assert (unnamed["exists"], unnamed["packages"]["eventsourcing"][:2]) == (False, "9.")
    assert str(tmp_path) in unnamed["ledger"]
    (tmp_path / "text.vedtak").write_text("no ledger at all " * 20, encoding="utf-8")
    other = vedtak("doctor", "--ledger", tmp_path / "text.vedtak")
    assert other.code == 3
    assert "not a ledger" in other.err


# ---- the demo


def told_of(outcome: Outcome) -> dict[str, Any]:
    assert (outcome.code, outcome.err) == (0, "")
    told: dict[str, Any] = json.loads(outcome.out)
    return told


def test_the_demo_is_built_once_and_read_after_that(vedtak: Run, tmp_path: Path) -> None:
    path = tmp_path / "below" / "demo.vedtak"
    first = told_of(vedtak("demo", "--json", "--ledger", path))
    before = digest(path)
    again = told_of(vedtak("demo", "--json", "--ledger", path))
    assert first["recorded"] == first["summary"]["entries"] == len(stories.commands_of(stories.PAPERS))
    assert {**again, "verdict": first["verdict"]} == {**first, "recorded": 0}
    assert again["verdict"]["root"] == first["verdict"]["root"]
    assert len(first["verdict"].pop("root")) == 64
    assert first["verdict"] == {"entries": first["recorded"], "sound": True, "findings": []}
    assert first["tree"]
    assert digest(path) == before
    assert {file.name for file in path.parent.iterdir()} <= {path.name, f"{path.name}.lock"}


def test_the_demo_prints_summary_verdict_and_structure_where_there_is_no_terminal(
    vedtak: Run, demo_ledger: Path
) -> None:
    for lang in ("en", "nb"):
        outcome = vedtak("demo", "--no-tui", "--ledger", demo_ledger, lang=lang)
        assert outcome.code == 0
        summary, verdict = (
            line for line in outcome.out.splitlines() if str(len(stories.commands_of(stories.PAPERS))) in line
        )
        assert verdict.startswith("✓")
        assert outcome.out.index(summary) < outcome.out.index(verdict)
        assert re.search(r"^├─ .*Trondheim", outcome.out, re.MULTILINE)
        assert str(demo_ledger) in outcome.err, "where to look further is not data"


def test_the_demo_without_a_place_lies_in_the_persons_cache(
    vedtak: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setenv("VEDTAK_LEDGER", str(tmp_path / "mine.vedtak"))
    path = Path(told_of(vedtak("demo", "--json"))["ledger"])
    assert path.is_file()
    assert tmp_path in path.parents
    assert not (tmp_path / "mine.vedtak").exists(), "the demo never touches a person's own ledger"
    assert told_of(vedtak("demo", "--json"))["recorded"] == 0
    assert [file for file in path.parent.iterdir() if file.name.startswith(".")] == []

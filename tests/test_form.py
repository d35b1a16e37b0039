"""Does the form of every event give back what it is filled with, and say what is wrong in the words of the pen?"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from ledger.declaration import declarations
from tui.cli.recording import record_type
from tui.flags import command_from_flags, spoken
from tui.form import Form, annulment
from tui.leaves import slug
from tui.locale import explain, use_language

FIXTURES = Path(__file__).parent.parent / "fixtures"
LINES: list[dict[str, Any]] = [
    json.loads(line)
    for name in ("every-event.jsonl", "papers.jsonl", "continuation.jsonl")
    for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()
]
DECISION = next(line for line in LINES if line["event"]["type"] == "decision-adopted" and "points" in line["event"])


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_form_gives_back_what_it_was_filled_with(lang: str) -> None:
    use_language(lang)
    for line in LINES:
        understood = Form.of(line).read()
        assert understood.whole, (line, understood.errors, understood.missing)
        assert understood.command == line
    assert {line["event"]["type"] for line in LINES} == {told.wire_name for told in declarations()}


def test_every_form_survives_being_kept_as_a_draft() -> None:
    for line in LINES:
        kept = json.loads(json.dumps(Form.of(line).data()))
        assert Form.from_data(kept).read().command == line


def test_everything_typed_is_on_a_row() -> None:
    for line in LINES:
        form = Form.of(line)
        assert set(form.texts) <= {row.path for row in form.rows()}, line


def test_the_command_line_shown_records_the_same() -> None:
    by_flags = 0
    for line in LINES:
        told = shlex.split(spoken(line))
        if told[0] != "vedtak":
            assert json.loads(told[2]) == line
            continue
        by_flags += 1
        wire_name = line["event"]["type"]
        command = record_type(wire_name)
        parsed = command.make_context(wire_name, told[3:]).params
        assert command_from_flags(wire_name, parsed) == line
    assert by_flags > 0.7 * len(LINES)  # the rest: a hash of the passage, or what flags have no word for


@pytest.mark.parametrize("told", list(declarations()), ids=lambda told: told.wire_name)
def test_an_empty_form_says_what_is_missing_and_is_not_whole(told: Any) -> None:
    form = Form.blank(told.wire_name)
    required = [field for field in told.fields if field.required and not field.creates]
    understood = form.read()
    assert not understood.errors
    assert bool(understood.missing) >= bool(required)
    assert set(understood.missing) <= {row.path for row in form.rows()} | {f"event.{f.name}" for f in told.fields}
    assert form.another().read().command["event"]["type"] == told.wire_name


def test_a_new_reference_is_made_from_the_name_and_is_free() -> None:
    form = Form.blank("decision-adopted", {"event.title": "Felles arkiv på Ørland – og Åfjord"})
    assert form.read().command["event"]["decision"] == "decision/felles-arkiv-pa-orland-og-afjord"
    form.taken = frozenset({"decision/felles-arkiv-pa-orland-og-afjord"})
    assert form.read().command["event"]["decision"] == "decision/felles-arkiv-pa-orland-og-afjord-2"
    form.texts["event.decision"] = "egen"
    assert form.read().command["event"]["decision"] == "decision/egen"
    assert slug("\x1b[31m 字 –") == "31m"


def test_rows_of_what_is_repeated_are_added_numbered_and_removed() -> None:
    form = Form.blank("decision-adopted", {"event.title": "T"})
    for text in ("en", "to", "tre"):
        form.add("event.points")
        form.texts[f"event.points[{form.counts['event.points'] - 1}].text"] = text
    form.remove("event.points[1]")
    points = form.read().command["event"]["points"]
    assert [(point["no"], point["text"]) for point in points] == [("1", "en"), ("2", "tre")]


@pytest.mark.parametrize(
    ("wire_name", "path", "text", "said"),
    [
        ("decision-adopted", "effective", "snart", "“snart” is not a date."),
        ("decision-adopted", "knowledge", "sett", "“sett” is no choice for Knowledge."),
        ("decision-adopted", "event.body", "Styret!", "takes a reference"),
        ("decision-adopted", "event.title", "a\x1b[31m", "invisible control character"),
        ("organisation-registered", "event.code", "17", "“17” does not fit in"),
        ("grant-awarded", "event.amount", "mye", "“mye” in"),
        ("grant-awarded", "event.years[0]", "nå", "is not a whole number"),
    ],
)
def test_what_does_not_fit_is_said_of_the_field(wire_name: str, path: str, text: str, said: str) -> None:
    errors = Form.blank(wire_name, {path: text}).read().errors
    problem, remedy = explain(errors[path])
    assert said in problem
    assert remedy


@pytest.mark.parametrize(
    ("text", "edtf"),
    [("høsten 2018", "2018-23"), ("autumn 2018", "2018-23"), ("mai 2018", "2018-05"), ("17.5.2018", "2018-05-17")],
)
def test_dates_as_people_write_them(text: str, edtf: str) -> None:
    assert Form.blank("decision-adopted", {"effective": text}).read().command["effective"] == edtf


def test_a_correction_holds_the_entry_and_asks_only_for_the_reason() -> None:
    form = Form.correction(7, DECISION, {})
    understood = form.read()
    assert understood.missing == ("corrects.reason",)
    form.texts["corrects.reason"] = "Feil nummer."
    command = form.read().command
    assert command["corrects"] == {"entry": 7, "kind": "recording_error", "reason": "Feil nummer."}
    assert command["event"] == DECISION["event"]
    assert command["command"] != DECISION["command"]
    assert annulment(7, "2018").read().command["corrects"]["entry"] == 7


def test_another_keeps_what_is_likely_the_same() -> None:
    form = Form.of(DECISION)
    again = form.another()
    assert again.command_id != form.command_id
    assert again.texts["event.body"] == DECISION["event"]["body"]
    assert again.texts["effective"] == DECISION["effective"]
    assert "event.title" not in again.texts
    assert "event.decision" not in again.texts

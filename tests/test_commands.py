"""Does every command answer as promised, on the real history, in both languages and as JSON?"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from ledger.declaration import Declaration, FieldDeclaration, declaration, declarations
from ledger.entry import Actor
from ledger.events import CATALOGUE
from ledger.fields import KINDS, Knowledge
from ledger.record import Pen
from ledger.store import create_book, open_book
from projections.things import plural
from tui.cli import demo, recording

if TYPE_CHECKING:
    from tests.conftest import Outcome, Run

PROJECT = Path(__file__).parent.parent
LONG_AGO = "2001-01-01"
ESCAPE = "\x1b"


@pytest.fixture(scope="session")
def sample_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented history that uses every event and field; only for reading and dry runs."""
    path = tmp_path_factory.mktemp("sample") / "sample.vedtak"
    create_book(path, "vedtak.test/eksempel")
    lines = (PROJECT / "fixtures" / "every-event.jsonl").read_text(encoding="utf-8").splitlines()
    with open_book(path) as book:
        Pen(book, Actor("test", "import")).record_all([json.loads(line) for line in lines])
    return path


@pytest.fixture
def ask(vedtak: Run, demo_ledger: Path) -> Callable[..., Any]:
    """The JSON that a command prints about the demo."""

    def run(*arguments: object) -> Any:
        outcome = vedtak(*arguments, "--json", "--ledger", demo_ledger)
        assert (outcome.code, outcome.err) == (0, "")
        return json.loads(outcome.out)

    return run


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def flat(text: str) -> str:
    """Without any space: how lines are broken in help is not of interest."""
    return "".join(text.split())


# ---- each command, for people

ASKED = [
    ["events", "--limit", "20"],
    ["events", "--type", "decision-adopted", "--since", "2018", "--until", "2018-12"],
    ["events", "--touches", "decision/ru-2018-05-02", "--search", "strategi"],
    ["show", "organisation/levanger"],
    ["show", "decision/ru-2018-05-02"],
    ["show", "organisation/snillfjord", "--on", "2020-01-01"],
    ["show", "#503"],
    ["list", "organisations", "--where", "county=50"],
    ["list", "body"],
    ["state"],
    ["adherence"],
    ["adherence", "--to", "strategy/samhandlingsstrategi-trondelag"],
    ["why", "organisation/orland.code"],
    ["why", "decision/ru-2018-05-02.points.3"],
    ["replay", "--from", "500", "--to", "510"],
    ["doctor"],
    ["schema"],
    ["catalogue"],
]


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_answers_in_both_languages_and_alters_nothing(vedtak: Run, demo_ledger: Path, arguments: list[str]) -> None:
    before = digest(demo_ledger)
    answers = {}
    for lang in ("en", "nb"):
        outcome = vedtak(*arguments, "--ledger", demo_ledger, lang=lang)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.strip()
        assert ESCAPE not in outcome.out
        assert not re.search(r"(?<![\w/])\{[a-z_]+\}", outcome.out) or arguments[0] in {"schema", "catalogue"}
        answers[lang] = outcome.out
    if arguments[0] not in {"schema", "catalogue", "doctor"}:  # those are in both languages at once, or for the trade
        assert answers["en"] != answers["nb"]
    assert digest(demo_ledger) == before
    assert [file.name for file in demo_ledger.parent.iterdir()] == [demo_ledger.name]


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_with_json_prints_one_document_the_same_in_both_languages(
    vedtak: Run, demo_ledger: Path, arguments: list[str]
) -> None:
    answers = []
    for lang in ("en", "nb"):
        outcome = vedtak(
            *arguments, *([] if arguments[0] == "schema" else ["--json"]), "--ledger", demo_ledger, lang=lang
        )
        assert (outcome.code, outcome.err) == (0, "")
        answers.append(json.loads(outcome.out))
    assert answers[0] == answers[1]


# ---- the shape of the JSON


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from dicts(item)
    elif isinstance(value, list):
        for item in value:
            yield from dicts(item)


@pytest.mark.parametrize(
    "arguments",
    [
        ["state"],
        ["adherence"],
        ["show", "decision/ru-2018-05-02"],
        ["show", "body/kommit", "--on", "2012-01-01"],
        ["show", "organisation/snillfjord", "--on", "2020-01-01"],
        *(["list", plural(kind), "--on", "2018-12-31"] for kind in KINDS),
    ],
    ids=" ".join,
)
def test_every_fact_says_whether_it_holds_and_on_what(ask: Callable[..., Any], arguments: list[str]) -> None:
    facts = [found for found in dicts(ask(*arguments)) if "holds" in found]
    if arguments[0] != "list":
        assert facts
    for fact in facts:
        assert fact["holds"] in {"yes", "maybe", "no"}
        assert {"entry", "knowledge", "authority"} <= fact.keys(), fact
        assert isinstance(fact["entry"], int)
        assert fact["knowledge"] in get_args(Knowledge), "how we know is always said"


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (
            ["events"],
            {"entry", "type", "date", "effective", "recorded_at", "knowledge", "authority", "sources", "event"},
        ),
        (["list", "organisations"], {"ref", "name", "holds", "entry", "knowledge", "authority"}),
        (["adherence"], {"organisation", "to", "status", "holds", "entry", "knowledge", "authority", "stages"}),
        (["replay", "--to", "20"], {"entry", "changed"}),
        (["catalogue"], {"type", "en", "nb", "about", "rule", "source", "family", "fields"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_lists_are_arrays_of_rows(ask: Callable[..., Any], arguments: list[str], keys: set[str]) -> None:
    rows = ask(*arguments)
    assert isinstance(rows, list)
    assert rows
    assert all(keys <= row.keys() for row in rows)


def test_dates_are_iso_and_in_order(ask: Callable[..., Any]) -> None:
    rows = ask("events")
    assert [row["entry"] for row in rows] == list(range(1, len(rows) + 1)), "newest last"
    for row in rows:
        dated = row["date"]
        assert date.fromisoformat(dated["earliest"]) <= date.fromisoformat(dated["latest"])
        assert row["recorded_at"].endswith("+00:00")
        assert str(UUID(row["command"])) == row["command"]


def test_amounts_are_whole_ore_and_say_what_is_known(vedtak: Run, sample_ledger: Path) -> None:
    outcome = vedtak("list", "applications", "--on", "2018-01-01", "--json", "--ledger", sample_ledger)
    amounts = [found for found in dicts(json.loads(outcome.out)) if "known" in found]
    assert {"known": "unknown"} in amounts, "an unknown amount is not zero"
    assert {"known": "exact", "ore": 40000000} in amounts
    assert all(isinstance(amount.get("ore", 0), int) for amount in amounts)


# ---- the history itself


@pytest.mark.parametrize(("day", "count"), [("2018-01-01", 47), ("2019-01-01", 48), ("2020-01-01", 38)])
def test_how_many_municipalities_trondelag_has(ask: Callable[..., Any], day: str, count: int) -> None:
    rows = ask("list", "organisations", "--where", "county=50", "--where", "kind=municipality", "--on", day)
    assert len(rows) == len({row["code"] for row in rows}) == count
    assert {row["holds"] for row in rows} == {"yes"}


def test_nothing_was_decided_in_2018_only_proposed(ask: Callable[..., Any], vedtak: Run, demo_ledger: Path) -> None:
    rows = ask("adherence", "--on", "2018-12-31")
    levanger = [row for row in rows if row["organisation"] == "organisation/levanger"]
    assert {row["to"].partition("/")[0] for row in levanger} >= {"strategy"}
    assert {row["status"] for row in levanger} == {"proposed"}
    assert {row["case_number"] for row in levanger} == {"94/18"}
    assert not {row["status"] for row in rows} & {"decided", "signed", "in_force"}
    people = vedtak("adherence", "--on", "2018-12-31", "--ledger", demo_ledger, lang="nb").out
    assert re.search(r"Levanger.*foreslått.*94/18", people)


def test_a_body_that_came_in_one_autumn_or_the_next(ask: Callable[..., Any]) -> None:
    holds = {
        day: ask("show", "body/kommit", "--on", day)["holds"] for day in ("2011-08-31", "2012-01-01", "2013-01-01")
    }
    assert holds == {"2011-08-31": "no", "2012-01-01": "maybe", "2013-01-01": "yes"}


def test_the_decision_of_2_may_2018(ask: Callable[..., Any]) -> None:
    shown = ask("show", "decision/ru-2018-05-02")
    assert len(shown["points"]) == 11
    assert [point["no"] for point in shown["points"]] == [str(number) for number in range(1, 12)]
    strengths = {"shall", "is", "recommended", "wished", "considered"}
    for point in shown["points"]:
        assert point["strength"] in strengths
        assert point["knowledge"] == "reported"
        assert point["text"]
    assert shown["knowledge"] == "reported"
    assert (shown["date"]["basis"], shown["date"]["earliest"]) == ("year-inferred", "2018-05-02")


@pytest.mark.parametrize(("day", "code"), [("2017-12-31", "1621"), ("2018-01-01", "5015"), ("2020-01-01", "5057")])
def test_why_orland_has_its_number(ask: Callable[..., Any], day: str, code: str) -> None:
    told = ask("why", "organisation/orland.code", "--on", day)
    assert (told["value"], told["holds"]) == (code, "yes")
    step = told["chain"][0]
    assert step["entry"] == told["entry"]
    assert step["date"]["latest"] <= day
    assert any(
        source["document"] == "document/ssb-klass-131" and source["locator"] == code for source in step["sources"]
    )


def test_snillfjord_was_split_and_nobody_was_told_its_commitments(
    ask: Callable[..., Any], vedtak: Run, demo_ledger: Path
) -> None:
    assert ask("show", "organisation/snillfjord", "--on", "2019-12-31")["holds"] == "yes"
    shown = ask("show", "organisation/snillfjord", "--on", "2020-01-01")
    assert shown["holds"] == "no"
    assert shown["ended"]["by"] == "split"
    assert [heir["name"] for heir in shown["ended"]["into"]] == ["Heim", "Hitra", "Orkland"]
    assert shown["commitments"]["status"] == "unassigned"
    people = vedtak("show", "organisation/snillfjord", "--on", "2020-01-01", "--ledger", demo_ledger).out
    assert "split into Heim, Hitra, Orkland" in people


@pytest.mark.parametrize(
    ("arguments", "empty"),
    [
        (["events"], []),
        (["list", "organisations"], []),
        (["adherence"], []),
        (["replay"], []),
    ],
    ids=" ".join,
)
def test_before_the_first_entry_nothing_was_known(
    ask: Callable[..., Any], vedtak: Run, demo_ledger: Path, arguments: list[str], empty: list[Any]
) -> None:
    assert ask(*arguments, "--known", LONG_AGO) == empty
    assert vedtak(*arguments, "--known", LONG_AGO, "--ledger", demo_ledger).code == 0


def test_before_the_first_entry_the_structure_is_empty(ask: Callable[..., Any]) -> None:
    told = ask("state", "--known", LONG_AGO)
    assert (told["known"], told["tree"]) == (0, [])
    assert set(told["summary"]["things"].values()) == {0}


def test_known_then_is_what_the_log_said_then(vedtak: Run, demo_copy: Path) -> None:
    renamed = ["record", "organisation-renamed", "--organisation", "levanger", "--name", "Nylevanger"]
    assert vedtak(*renamed, "--effective", "2019-01-01", "--ledger", demo_copy).code == 0
    stamps = [row["recorded_at"] for row in json.loads(vedtak("events", "--json", "--ledger", demo_copy).out)[-2:]]
    names = []
    for known in stamps:
        shown = vedtak(
            "show", "organisation/levanger", "--on", "2019-06-01", "--known", known, "--json", "--ledger", demo_copy
        )
        names.append(json.loads(shown.out)["name"])
    assert names[0].startswith("Levanger")
    assert names[1] == "Nylevanger"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2018-12-31", "2018-12-31"),
        ("31.12.2018", "2018-12-31"),
        ("31.12.18", "2018-12-31"),
        ("17. mai 2018", "2018-05-17"),
        ("17 May 2018", "2018-05-17"),
        ("slutten av 2018", "2018-12-31"),
        ("end of 2018", "2018-12-31"),
        ("start of 2018", "2018-01-01"),
        ("høsten 2018", "2018-11-30"),
        ("2018-23", "2018-11-30"),
        ("februar 2020", "2020-02-29"),
        ("2018", "2018-12-31"),
        ("2018-05-02?", "2018-05-02"),
    ],
)
def test_dates_may_be_said_in_words(ask: Callable[..., Any], words: str, day: str) -> None:
    assert ask("state", "--on", words)["on"] == day


@pytest.mark.parametrize(("nb", "en"), [("i dag", "today"), ("i går", "yesterday"), ("i fjor", "last year")])
def test_relative_days_in_both_languages(ask: Callable[..., Any], nb: str, en: str) -> None:
    assert ask("state", "--on", nb)["on"] == ask("state", "--on", en)["on"]


# ---- plain text


def test_a_pipe_gets_plain_text(vedtak_process: Run, demo_ledger: Path) -> None:
    for environment in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "TERM": "xterm-256color"}):
        for arguments in (["show", "decision/ru-2018-05-02"], ["record", "--help"], ["events", "--limit", "0"]):
            where = [] if "--help" in arguments else ["--ledger", demo_ledger]
            outcome = vedtak_process(*arguments, *where, environment=environment)
            assert ESCAPE not in outcome.out + outcome.err


def test_what_is_recorded_cannot_repaint_the_screen(vedtak: Run, demo_copy: Path) -> None:
    # Recording refuses such characters; an old or imported entry may hold them all the same.
    tamper(demo_copy, 9, b'"name":"Trondheim"', '"name":"\\u001b[2J\u202egnu"'.encode())
    asked = [
        ["events"],
        ["list", "organisations", "--on", "1999"],
        ["show", "organisation/trondheim", "--on", "1999"],
        ["why", "organisation/trondheim.name", "--on", "1999"],
        ["replay", "--to", "9"],
    ]
    for arguments in asked:
        outcome = vedtak(*arguments, "--ledger", demo_copy)
        assert outcome.code == 0
        assert "␛[2J‹U+202E›gnu" in outcome.out
        assert not set(outcome.out) & {ESCAPE, "\u202e"}
    refused = vedtak("show", f"organisation/{ESCAPE}[2J\u202e", "--ledger", demo_copy)
    assert not set(refused.err) & {ESCAPE, "\u202e"}


@pytest.mark.skipif(os.name == "nt", reason="no head on Windows")
@pytest.mark.parametrize("arguments", ["events", "catalogue", "schema", "events --json"])
def test_a_reader_that_has_had_enough_is_no_error(demo_ledger: Path, arguments: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; "{sys.executable}" -m tui {arguments} | head -n 1'],
        cwd=PROJECT,
        env={**os.environ, "VEDTAK_LEDGER": str(demo_ledger)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


# ---- help


def test_help_lists_every_command(vedtak_process: Run) -> None:
    for lang in ("en", "nb"):
        outcome = vedtak_process("--help", lang=lang)
        assert (outcome.code, outcome.err) == (0, "")
        for name in (
            "open", "demo", "init", "record", "events", "show", "list", "state", "adherence", "why", "replay",
            "schema", "catalogue", "doctor",
        ):  # fmt: skip
            assert re.search(rf"^  {name} +\S", outcome.out, re.MULTILINE), name
    assert vedtak_process("--help", lang="en").out != vedtak_process("--help", lang="nb").out


def test_the_help_of_record_lists_every_type(vedtak: Run) -> None:
    outcome = vedtak("record", "--help")
    assert outcome.code == 0
    for told in declarations():
        assert re.search(rf"^  {told.wire_name}\b", outcome.out, re.MULTILINE)
        assert flat(f"{told.nb} / {told.en}") in flat(outcome.out)


@pytest.mark.parametrize("told", list(declarations()), ids=lambda told: told.wire_name)
def test_the_help_of_each_type_says_what_its_fields_are_in_both_languages(vedtak: Run, told: Declaration) -> None:
    outcome = vedtak("record", told.wire_name, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    text = flat(outcome.out)
    assert flat(f"{told.nb} / {told.en}") in text
    assert flat(told.about) in text
    assert flat(told.rule) in text
    for field in told.fields:
        assert f"--{field.name.replace('_', '-')}" in outcome.out
        for said in (field.nb, field.en, field.help_nb, field.help_en):
            assert flat(said) in text, f"{field.name}: {said}"
        for choice in field.choices:
            assert choice in text
    for flag in ("--effective", "--authority", "--source", "--locator", "--knowledge", "--dry-run", "--command-id"):
        assert flag in outcome.out


@pytest.mark.parametrize("told", list(declarations()), ids=lambda told: told.wire_name)
def test_no_field_hides_a_flag_that_every_event_has(told: Declaration) -> None:
    names = [parameter.name for parameter in recording.record_type(told.wire_name).params]
    flags = [flag for parameter in recording.record_type(told.wire_name).params for flag in parameter.opts]
    assert len(set(names)) == len(names)
    twice = {flag for flag in flags if flags.count(flag) > 1}
    assert not twice, f"--{twice} means two things"


# ---- recording by flags

EXAMPLES: list[tuple[str, list[str], dict[str, Any]]] = [
    (
        "cost-estimated",
        ["--subject", "measure/eksempelarkiv", "--amount", "ca. 1 234,50 kr", "--reason", "Anslag",
         "--by-year", "2019"],
        {
            "subject": "measure/eksempelarkiv",
            "amount": {"known": "estimate", "ore": 123450},
            "reason": "Anslag",
            "by_year": "2019",
        },
    ),
    (
        "cost-estimated",
        ["--subject", "measure/eksempelarkiv", "--amount", "ukjent", "--reason", "Anslag"],
        {"subject": "measure/eksempelarkiv", "amount": {"known": "unknown"}, "reason": "Anslag"},
    ),
    (
        "capacity-requirement-set",
        ["--body", "eksempelsekretariatet", "--staffing", "min 2,5", "--status", "vedtatt"],
        {
            "body": "body/eksempelsekretariatet",
            "staffing": {"milli_fte": 2500, "bound": "floor"},
            "status": "adopted",
        },
    ),
    (
        "organisation-split",
        [
            "--organisation", "eksempelnes",
            "--parts", "to=organisation/eksempelfjord; basis=area; share=2/3",
            "--parts", '{"to": "organisation/eksempelstad", "basis": "population", "share": {"n": 1, "d": 3}}',
            "--effective", "2019-01-01",
        ],
        {
            "organisation": "organisation/eksempelnes",
            "parts": [
                {"to": "organisation/eksempelfjord", "basis": "area", "share": {"n": 2, "d": 3}},
                {"to": "organisation/eksempelstad", "basis": "population", "share": {"n": 1, "d": 3}},
            ],
        },
    ),
    (
        "decision-adopted",
        [
            "--decision", "ny-8-18", "--title", "Nytt", "--body", "eksempelkommunestyret", "--wording", "i sin helhet",
            "--points", "no=1; text=Vedtas; med tegn = her.; strength=shall; concerns=strategy/eksempelstrategi",
            "--points", "no=2; text=Det ønskes.; strength=ønsket",
        ],
        {
            "decision": "decision/ny-8-18",
            "title": "Nytt",
            "body": "body/eksempelkommunestyret",
            "wording": "full",
            "points": [
                {
                    "no": "1",
                    "text": "Vedtas; med tegn = her.",
                    "strength": "shall",
                    "concerns": ["strategy/eksempelstrategi"],
                },
                {"no": "2", "text": "Det ønskes.", "strength": "wished"},
            ],
        },
    ),
    (
        "body-function-assigned",
        ["--holder", "organisation/eksempelfjord", "--function", "host_municipality",
         "--subject", "measure/eksempelarkiv", "--wished"],
        {
            "holder": "organisation/eksempelfjord",
            "function": "host_municipality",
            "subject": "measure/eksempelarkiv",
            "wished": True,
        },
    ),
    (
        "organisation-registered",
        ["--organisation", "ny", "--name", "Ny", "--kind", "kommune", "--code", "9111", "--orgnr",
         "923609016", "--county", "91", "--parent", "eksempelraadet"],
        {
            "organisation": "organisation/ny",
            "name": "Ny",
            "kind": "municipality",
            "code": "9111",
            "orgnr": "923609016",
            "county": "91",
            "parent": "organisation/eksempelraadet",
        },
    ),
    (
        "population-recorded",
        ["--organisation", "eksempelfjord", "--population", "4 321"],
        {"organisation": "organisation/eksempelfjord", "population": 4321},
    ),
    (
        "agreement-reported",
        ["--agreement", "ny", "--title", "Ny", "--form", "vertskommune", "--host", "eksempelfjord",
         "--parties", "organisation/eksempelfjord", "--parties", "body/eksempelstyret"],
        {
            "agreement": "agreement/ny",
            "title": "Ny",
            "form": "host_municipality",
            "parties": ["organisation/eksempelfjord", "body/eksempelstyret"],
            "host": "organisation/eksempelfjord",
        },
    ),
    (
        "funding-principle-stated",
        ["--subject", "measure/eksempelarkiv", "--sources", "skjønnsmidler", "--sources", "own_share", "--text", "Slik",
         "--strength", "anbefalt"],
        {
            "subject": "measure/eksempelarkiv",
            "sources": ["discretionary", "own_share"],
            "text": "Slik",
            "strength": "recommended",
        },
    ),
    (
        "body-activity-reported",
        ["--body", "eksempelgruppa", "--state", "hvilende", "--since", "2016-23"],
        {"body": "body/eksempelgruppa", "state": "dormant", "since": "2016-23"},
    ),
]  # fmt: skip


def dry_run(vedtak: Run, ledger: Path, event_type: str, flags: list[str]) -> dict[str, Any]:
    outcome = vedtak("record", event_type, *flags, "--dry-run", "--json", "--ledger", ledger)
    assert (outcome.code, outcome.err) == (0, "")
    entry: dict[str, Any] = json.loads(outcome.out)["entry"]
    return entry


@pytest.mark.parametrize(
    ("event_type", "flags", "event"), EXAMPLES, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(EXAMPLES)]
)
def test_flags_become_the_event(
    vedtak: Run, sample_ledger: Path, event_type: str, flags: list[str], event: dict[str, Any]
) -> None:
    on = [] if "--effective" in flags else ["--effective", "2018-05-01"]
    entry = dry_run(vedtak, sample_ledger, event_type, [*flags, *on])
    assert entry["event"] == {"type": event_type, **event}


def test_the_examples_cover_every_sort_of_field() -> None:
    def sorts(fields: tuple[FieldDeclaration, ...]) -> Iterator[tuple[object, ...]]:
        for field in fields:
            base = field.base.__name__ if field.base and not field.fields else None
            yield (base, bool(field.choices), field.many, bool(field.fields))
            yield from sorts(field.fields)

    def used(event_type: str, event: dict[str, Any]) -> Iterator[tuple[object, ...]]:
        return sorts(tuple(field for field in declaration(event_type).fields if field.name in event))

    covered = {sort for name, _, event in EXAMPLES for sort in used(name, event)}
    declared = {sort for told in declarations() for sort in sorts(told.fields)}
    personal = {sort for sort in declared if sort[0] == "Personal"}  # has a test of its own
    assert declared - personal <= covered


def test_the_envelope_from_flags(vedtak: Run, sample_ledger: Path) -> None:
    flags = [
        "--about", "strategy/eksempelstrategi", "--kind", "doubt", "--text", "Sikkert?",
        "--effective", "2018-05", "--dating", "approximate", "--dating-reason", "«i vår»",
        "--knowledge", "inferred", "--authority", "decision/eksempelfjord-7-17", "--authority-point", "1",
        "--source", "document/saksframlegg", "--locator", "s. 2", "--quote", "Ordrett.",
        "--source", "document/eksempelregister", "--remark", "Til leseren",
        "--command-id", "0d9d9d5c-31d6-4a4d-9d8c-3f3ad5c5e5aa",
    ]  # fmt: skip
    entry = dry_run(vedtak, sample_ledger, "annotation-added", flags)
    assert entry["event"]["text"] == "Sikkert?"
    expected = {
        "command": "0d9d9d5c-31d6-4a4d-9d8c-3f3ad5c5e5aa",
        "effective": "2018-05",
        "dating": {"basis": "approximate", "reason": "«i vår»"},
        "knowledge": "inferred",
        "authority": "decision/eksempelfjord-7-17",
        "authority_point": "1",
        "sources": [
            {"document": "document/saksframlegg", "locator": "s. 2", "quote": "Ordrett."},
            {"document": "document/eksempelregister"},
        ],
        "note": "Til leseren",
    }
    assert {name: entry[name] for name in expected} == expected


def test_knowledge_is_witnessed_unless_a_document_says_so(vedtak: Run, sample_ledger: Path) -> None:
    flags = ["--about", "strategy/eksempelstrategi", "--kind", "doubt", "--text", "x"]
    assert dry_run(vedtak, sample_ledger, "annotation-added", flags)["knowledge"] == "witnessed"
    documented = [*flags, "--source", "document/saksframlegg"]
    assert dry_run(vedtak, sample_ledger, "annotation-added", documented)["knowledge"] == "documented"


def test_a_name_given_by_flag_is_sealed_and_gone_when_it_is_erased(vedtak: Run, demo_copy: Path) -> None:
    outcome = vedtak(
        "record", "person-registered", "--person", "kari", "--name", "Kari Nordmann", "--ledger", demo_copy
    )
    assert outcome.code == 0
    with open_book(demo_copy, read_only=True) as book:
        assert b"Nordmann" not in b"".join(book.stream())
    assert "Kari Nordmann" in vedtak("show", "person/kari", "--ledger", demo_copy).out
    with closing(sqlite3.connect(demo_copy, isolation_level=None)) as shell:
        shell.execute("DELETE FROM vault WHERE value = 'Kari Nordmann'")
    for arguments in (["show", "person/kari"], ["list", "persons"], ["events", "--limit", "1"], ["state"], ["doctor"]):
        for form in ([], ["--json"]):
            found = vedtak(*arguments, *form, "--ledger", demo_copy)
            assert found.code == 0
            assert "Nordmann" not in found.out


def test_a_dry_run_tells_and_changes_nothing(vedtak: Run, demo_copy: Path) -> None:
    before = digest(demo_copy)
    renamed = ["record", "organisation-renamed", "--organisation", "levanger", "--name", "Nylevanger", "--dry-run"]
    english, norwegian = (vedtak(*renamed, "--ledger", demo_copy, lang=lang) for lang in ("en", "nb"))
    assert english.code == norwegian.code == 0
    assert "→ Nylevanger" in english.out
    assert english.out != norwegian.out
    changes = json.loads(vedtak(*renamed, "--json", "--ledger", demo_copy).out)["changes"]
    assert [(change["attribute"], change["after"]) for change in changes] == [("name", "Nylevanger")]
    assert digest(demo_copy) == before
    assert list(demo_copy.parent.iterdir()) == [demo_copy]


def test_recording_twice_with_an_id_records_once(vedtak: Run, demo_copy: Path) -> None:
    asked = ["record", "organisation-renamed", "--organisation", "levanger", "--name", "Nylevanger"]
    asked += [
        "--effective",
        "2019-01-01",
        "--command-id",
        "0d9d9d5c-31d6-4a4d-9d8c-3f3ad5c5e5aa",
        "--ledger",
        str(demo_copy),
    ]
    first = json.loads(vedtak(*asked, "--json").out)
    again = json.loads(vedtak(*asked, "--json").out)
    assert first == {"entry": first["entry"], "command": "0d9d9d5c-31d6-4a4d-9d8c-3f3ad5c5e5aa", "repeated": False}
    assert again == {**first, "repeated": True}
    assert f"#{first['entry']}" in vedtak(*asked).out


def test_corrections_by_flag(vedtak: Run, demo_copy: Path) -> None:
    asked = ["record", "population-recorded", "--organisation", "levanger", "--ledger", demo_copy]
    number = json.loads(vedtak(*asked, "--population", "1", "--effective", "2021-01-01", "--json").out)["entry"]
    right = [
        "--population",
        "2",
        "--effective",
        "2021-01-01",
        "--corrects",
        f"#{number}",
        "--correction-reason",
        "Feil",
    ]
    assert vedtak(*asked, *right).code == 0
    shown = json.loads(vedtak("show", f"#{number}", "--json", "--ledger", demo_copy).out)
    assert shown["entry"]["corrected_by"] == number + 1
    listed = vedtak("events", "--touches", "organisation/levanger", "--ledger", demo_copy).out
    assert re.search(rf"✗ +#{number}\b", listed)


def test_record_from_a_file_and_from_a_pipe(vedtak: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = tmp_path / "new.vedtak"
    assert vedtak("init", ledger, "--origin", "vedtak.test/ny").code == 0
    lines = PROJECT / "fixtures" / "every-event.jsonl"
    count = len(lines.read_text(encoding="utf-8").splitlines())
    dry = json.loads(vedtak("record", "--from", lines, "--dry-run", "--json", "--ledger", ledger).out)
    assert dry == {"recorded": 0, "would_record": count}
    first = json.loads(vedtak("record", "--from", lines, "--json", "--ledger", ledger).out)
    assert first == {"recorded": count, "repeated": 0, "entries": list(range(1, count + 1))}
    monkeypatch.setattr("sys.stdin", io.StringIO(lines.read_text(encoding="utf-8")))
    again = json.loads(vedtak("record", "--from", "-", "--json", "--ledger", ledger).out)
    assert again == {"recorded": 0, "repeated": count, "entries": list(range(1, count + 1))}


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


def tamper(path: Path, position: int, old: bytes, new: bytes) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("DROP TRIGGER entry_unchanged")
        (data,) = shell.execute("SELECT data FROM entry WHERE position = ?", (position,)).fetchone()
        changed = data.replace(old, new, 1)
        assert changed != data
        shell.execute("UPDATE entry SET data = ? WHERE position = ?", (changed, position))


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
    assert first["recorded"] == first["summary"]["entries"] == len(demo.story())
    assert again == {**first, "recorded": 0}
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
        summary, verdict = (line for line in outcome.out.splitlines() if str(len(demo.story())) in line)
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

"""Does every command answer as promised, on the real history, in both languages and as JSON?"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

import pytest

from ledger.declaration import Declaration, declarations
from ledger.fields import KINDS, Knowledge
from projections.index import TOPIC
from projections.things import plural
from tests.pens import tamper
from tui.cli import recording
from tui.cli.output import print_table
from tui.ledgers import open_ledger

if TYPE_CHECKING:
    from tests.conftest import Run

PROJECT = Path(__file__).parent.parent
LONG_AGO = "2001-01-01"
ESCAPE = "\x1b"


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
    ["diff", "2018-01-01", "2018-12-31"],
    ["search", "digital strategi"],
    ["doctor"],
    ["verify"],
    ["verify", "--deep"],
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


def test_before_the_first_entry_that_is_said_in_words(vedtak: Run, demo_ledger: Path) -> None:
    for arguments in (["list", "organisations"], ["events"], ["state"], ["search", "digital"], ["adherence"]):
        outcome = vedtak(*arguments, "--known", LONG_AGO, "--ledger", demo_ledger)
        assert outcome.code == 0
        assert "Nothing was known then" in outcome.err
    for arguments in (["show", "organisation/levanger"], ["why", "organisation/levanger.code"]):
        outcome = vedtak(*arguments, "--known", LONG_AGO, "--ledger", demo_ledger)
        assert (outcome.code, outcome.out) == (1, "")
        assert "was not on record at that time" in outcome.err
        (time,) = re.findall(r"--known (\S+)", outcome.err)
        assert vedtak(*arguments, "--known", time, "--ledger", demo_ledger).code == 0, "the remedy works"
    outcome = vedtak("show", "organisation/aldri", "--known", LONG_AGO, "--ledger", demo_ledger)
    assert "nothing was, at that time" in outcome.err


@pytest.mark.parametrize("day", ["0001-01-01", "1", "1799-12-31", "3000-01-01", "9999-12-31", "9999", "10000-01-01"])
@pytest.mark.parametrize("arguments", [["show", "organisation/levanger"], ["state"], ["diff", "2018"]], ids=" ".join)
def test_days_no_ledger_holds_are_refused(vedtak: Run, demo_ledger: Path, arguments: list[str], day: str) -> None:
    asked = [*arguments, day] if arguments[0] == "diff" else [*arguments, "--on", day]
    outcome = vedtak(*asked, "--ledger", demo_ledger)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Remedy: " in outcome.err


@pytest.mark.parametrize("day", ["1800-01-01", "2999-12-31"])
def test_the_first_and_the_last_day_can_be_asked_about(ask: Callable[..., Any], day: str) -> None:
    assert ask("state", "--on", day)["on"] == day
    assert isinstance(ask("diff", day, "2018")["changes"], list)


@pytest.mark.parametrize(
    ("ref", "like"),
    [
        ("organisation/levangr", "organisation/levanger"),
        ("organisation/xlevanger", "organisation/levanger"),
        ("body/digutt", "body/digut"),
        ("decision/ru-2018-5-2", "decision/ru-2018-05-02"),
        ("organisation/", "“vedtak list organisations” shows"),
        ("organisation/qqqqqqqqqqq", "“vedtak list organisations” shows"),
        ("levanger", "kind/name"),
        ("", "kind/name"),
    ],
)
def test_what_is_not_on_record_is_refused_with_what_may_be_meant(
    vedtak: Run, demo_ledger: Path, ref: str, like: str
) -> None:
    outcome = vedtak("show", ref, "--ledger", demo_ledger)
    assert (outcome.code, outcome.out) == (1, "")
    assert like in outcome.err


# ---- long answers are counted first and come in pages


def test_a_list_comes_in_pages(ask: Callable[..., Any], vedtak: Run, demo_ledger: Path) -> None:
    rows = ask("list", "organisations", "--on", "2018-12-31")
    asked = ("list", "organisations", "--on", "2018-12-31", "--limit", "10", "--offset", "20")
    assert ask(*asked) == rows[20:30]
    people = vedtak(*asked, "--ledger", demo_ledger).out
    assert f"10 of {len(rows)}" in people
    assert f"{len(rows)} on 31 December 2018" in people


def test_the_log_comes_in_pages_from_its_end(ask: Callable[..., Any], vedtak: Run, demo_ledger: Path) -> None:
    rows = ask("events")
    assert ask("events", "--limit", "5") == rows[-5:]
    assert ask("events", "--limit", "5", "--offset", "5") == rows[-10:-5]
    assert ask("events", "--offset", str(len(rows) - 2)) == rows[:2]
    assert ask("events", "--offset", "100000") == []
    assert f"5 of {len(rows)} entries" in vedtak("events", "--limit", "5", "--ledger", demo_ledger).out


def test_a_large_ledger_is_not_drawn_as_one_tree(
    vedtak: Run, ask: Callable[..., Any], demo_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = vedtak("state", "--ledger", demo_ledger).out
    monkeypatch.setattr("tui.cli.questions.TREE_MOST", 50)
    outcome = vedtak("state", "--ledger", demo_ledger)
    assert outcome.code == 0
    assert tree.startswith(outcome.out.splitlines()[0])
    assert "--partnership" in outcome.out
    assert len(outcome.out.splitlines()) == 4
    assert vedtak("state", "--all", "--ledger", demo_ledger).out == tree
    assert ask("state")["tree"]


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


@pytest.mark.parametrize(
    ("headings", "rows", "printed"),
    [
        (
            ("no.", "what"),
            [("#1", "one\nline "), ("#1000", None)],
            "no.    what\n-----  --------\n#1     one line\n#1000\n",
        ),
        ((), [("a", "x"), ("bbb", "y")], "---  -\na    x\nbbb  y\n---  -\n"),
        (("", "nøkkel"), [("", "\x1b[2J")], "    nøkkel\n--  --------\n    ␛[2J\n"),
        (("no.",), [], ""),
    ],
)
def test_columns_stand_under_their_headings(
    capsys: pytest.CaptureFixture[str], headings: tuple[str, ...], rows: list[tuple[object, ...]], printed: str
) -> None:
    print_table(headings, rows)
    assert capsys.readouterr().out == printed


def test_what_is_recorded_cannot_repaint_the_screen(vedtak: Run, demo_copy: Path) -> None:
    # Recording refuses such characters; an old or imported entry may hold them all the same.
    tamper(demo_copy, 9, b'"name":"Trondheim"', '"name":"\\u001b[2J\u202egnu"'.encode())
    with open_ledger(demo_copy) as book:
        assert list(book.remake(TOPIC))[-1] == book.head()
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
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", ["events", "catalogue", "schema", "events --json", "record --help"])
def test_a_reader_that_has_had_enough_is_no_error(demo_ledger: Path, arguments: str, unbuffered: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; "{sys.executable}" -m tui {arguments} | head -n 1'],
        cwd=PROJECT,
        env={**os.environ, "VEDTAK_LEDGER": str(demo_ledger), "PYTHONUNBUFFERED": unbuffered},
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
            "diff", "search", "reindex", "restore", "schema", "catalogue", "doctor", "verify",
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

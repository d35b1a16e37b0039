"""The invented continuation: is it recorded whole, do its sums come out, do the rules refuse, is it said to be that?"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from ledger.entry import Actor
from ledger.errors import Refused
from ledger.record import Pen
from ledger.store import create_book, memory_book
from projections.reading import Reading
from projections.things import commitments
from tests.conftest import Outcome, Run
from tests.pilots import opened, speaking
from tui.cli import stories
from tui.widgets.bars import TimeBar

FIXTURES: Final = Path(__file__).parent.parent / "fixtures"
SOURCE: Final = "document/oppdiktet-fortsettelse"
YEARS: Final = range(2019, 2025)
YEAR_BEFORE, YEAR_AFTER = date(2018, 12, 31), date(2019, 12, 31)
SAID: Final = {
    "en": "Invented continuation – not real events",
    "nb": "Oppdiktet fortsettelse – ikke virkelige hendelser",
}
WORDS: Final = ("invented", "oppdiktet")

Plain = dict[str, Any]


def lines(name: str) -> list[Plain]:
    return [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()]


STORY: Final = lines("continuation.jsonl")
BEFORE: Final = len(lines("register.jsonl")) + len(lines("papers.jsonl"))


def events(wire_name: str) -> list[Plain]:
    return [line["event"] for line in STORY if line["event"]["type"] == wire_name]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("continuation") / "continuation.vedtak"
    assert stories.build(path, "continuation") == BEFORE + len(STORY)
    return path


@pytest.fixture(scope="module")
def pen() -> Pen:
    """For refusals only: nothing more is recorded."""
    made = Pen(memory_book(stories.INVENTED), Actor("demo", "import"))
    made.record_all(stories.commands_of("continuation"))
    return made


# ------------------------------------------------------------------------------------------------------ the story


def test_the_script_writes_the_file() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); import build_continuation as it; print(it.lines(), end='')"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program, str(FIXTURES)], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == (FIXTURES / "continuation.jsonl").read_text(encoding="utf-8"), (
        "run python fixtures/build_continuation.py"
    )


def test_it_is_recorded_whole_after_the_papers_and_only_once(ledger: Path) -> None:
    assert stories.build(ledger, "continuation") == 0
    assert 150 <= len(STORY) <= 300


def test_every_line_says_that_it_is_invented() -> None:
    first, *rest = STORY
    assert first["event"]["document"] == SOURCE
    assert all(text in first["event"]["title"] for text in SAID.values())
    for number, line in enumerate(STORY, 1):
        assert line["sources"] == [{"document": SOURCE, "locator": f"line {number}"}]
    called = {"body-established", "person-registered", "decision-adopted", "organisation-registered", "post-created"}
    for line in rest:
        if line["event"]["type"] in called:
            name = line["event"].get("name") or line["event"]["title"]
            assert "oppdiktet" in name.lower(), line
        if line["event"]["type"] == "person-registered":
            assert re.fullmatch(r"Oppdiktet person \d+", line["event"]["name"])


def test_a_correction_names_what_it_corrects() -> None:
    story = {BEFORE + number: line for number, line in enumerate(STORY, 1)}
    corrections = [line for line in STORY if "corrects" in line]
    assert len(corrections) == 2
    for line in corrections:
        corrected = story[line["corrects"]["entry"]]["event"]
        if line["event"]["type"] == "entry-annulled":
            assert corrected["voucher"] == "B-1002"
        else:
            assert corrected == line["event"]


def test_no_agreement_has_a_statutory_form_before_the_act_of_2018() -> None:
    forms = [(line["effective"], line["event"]["form"]) for line in STORY if "form" in line["event"]]
    assert {form for day, form in forms if day < "2019-11-01"} == {"no_statutory_form"}
    assert {form for day, form in forms if day >= "2019-11-01"} == {"host_municipality"}


# ------------------------------------------------------------------------------------------------------- the sums


def worked_out(year: int) -> tuple[int, dict[str, int]]:
    """Total and contributions of a year from the lines alone, by fractions, with none of the ledger's arithmetic."""
    (key,) = events("cost-key-adopted")
    (fixed,) = [event for event in events("cost-key-inputs-fixed") if event["period"] == str(year)]
    (assessed,) = [event for event in events("contribution-assessed") if event["period"] == str(year)]
    total = assessed["total"]["ore"]
    weight = {part["basis"]: Fraction(part["weight"]["n"], part["weight"]["d"]) for part in key["components"]}
    people = {found["organisation"]: found["value"] for found in fixed["inputs"]}
    assert weight == {"equal": Fraction(30, 100), "population": Fraction(70, 100)}
    assert set(people) == set(fixed["parties"])
    owed, over = {}, []
    for party, count in people.items():
        exact = Fraction(total) * (weight["equal"] / len(people) + weight["population"] * count / sum(people.values()))
        owed[party], rest = exact.numerator // exact.denominator, exact % 1
        over.append((-rest, party))
    for _, party in sorted(over)[: total - sum(owed.values())]:
        owed[party] += 1
    return total, owed


@pytest.mark.parametrize("year", YEARS)
def test_every_contribution_is_what_the_key_gives_to_the_ore(year: int, ledger: Path, vedtak: Run) -> None:
    total, owed = worked_out(year)
    assert sum(owed.values()) == total
    (assessed,) = [event for event in events("contribution-assessed") if event["period"] == str(year)]
    recorded = {part["organisation"]: part["amount"] for part in assessed["amounts"]}
    assert recorded == {party: {"known": "exact", "ore": ore} for party, ore in owed.items()}

    told = json.loads(vedtak("money", "--json", "--on", f"{year}-12-31", "--ledger", ledger).out)
    (key,) = told["keys"]
    (period,) = [found for found in key["periods"] if found["period"] == str(year)]
    (row,) = period["assessments"]
    assert (row["total"]["ore"], row["sums_to_total"], row["agrees"]) == (total, True, True)
    assert {part["organisation"]: part["assessed"]["ore"] for part in row["parties"]} == owed
    assert {part["organisation"]: part["recomputed"] for part in row["parties"]} == owed


@pytest.mark.parametrize("year", YEARS)
def test_the_numbers_of_inhabitants_are_those_of_the_table(year: int) -> None:
    with (FIXTURES / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    (fixed,) = [event for event in events("cost-key-inputs-fixed") if event["period"] == str(year)]
    day = "2018-01-01" if year < 2020 else "2020-01-01"
    for found in fixed["inputs"]:
        assert found["dated"] == day
        named = found["organisation"].partition("/")[2].replace("-", " ")
        counts = {
            row[f"population_{day.replace('-', '_')}"]
            for row in table
            if row["name"].lower().replace("ø", "o").replace("å", "a") == named
        } - {""}
        assert counts == {str(found["value"])}


def test_the_parties_follow_the_mergers_and_the_withdrawal() -> None:
    parties = {int(event["period"]): set(event["parties"]) for event in events("cost-key-inputs-fixed")}
    merged = {f"organisation/{name}" for name in ("bjugn", "roan", "orkdal", "meldal")}
    assert merged <= parties[2019]
    assert not merged & parties[2020]
    assert "organisation/orkland" in parties[2020]
    assert "organisation/verdal" in parties[2022]
    assert "organisation/verdal" not in parties[2023]


@pytest.mark.parametrize("name", ["bjugn", "meldal", "orkdal", "roan"])
def test_one_commitment_is_left_unassigned(pen: Pen, name: str) -> None:
    journal = pen.catch_up()
    found = commitments(Reading(journal, date(2020, 6, 1), journal.head), f"organisation/{name}")
    assert found["open"] == (["measure/felles-sak-arkivsystem"] if name == "roan" else [])
    assert found["status"] == ("partly_assigned" if name == "roan" else "assigned")


@pytest.mark.parametrize("body", ["body/strategigruppa", "body/sekretariatet"])
def test_a_body_that_was_only_decided_is_shown_to_exist_once_it_works(pen: Pen, body: str) -> None:
    journal = pen.catch_up()
    shown = [journal.structure(day, journal.head).body(body).fact("effect").value for day in (YEAR_BEFORE, YEAR_AFTER)]
    assert shown == ["decided", "evidenced"]


# --------------------------------------------------------------------------------------------------- the refusals


def kr(kroner: int) -> Plain:
    return {"known": "exact", "ore": kroner * 100}


HALF: Final = {"n": 1, "d": 2}
AGREEMENT: Final = "agreement/samarbeidsavtale-trondelag"
REFUSED: Final[dict[str, tuple[str, Plain, str, str]]] = {
    "more-than-is-left": (
        "2020-02-20",
        {
            "type": "allocation-decided",
            "allocation": "allocation/for-mye",
            "taken_from": "application/oppdiktet-oppstart",
            "to": "body/sekretariatet",
            "amount": kr(1_000_000),
        },
        "left to allocate",
        "koml. §§ 14-5, 14-10",
    ),
    "refused-application": (
        "2019-05-01",
        {"type": "grant-awarded", "application": "application/oppdiktet-efagrad", "amount": kr(100_000)},
        "was refused",
        "convention of the ledger",
    ),
    "merged-municipality": (
        "2021-01-01",
        {"type": "role-assigned", "post": "post/oppdiktet-gruppemedlem", "holder": "organisation/bjugn"},
        "does not exist",
        "inndelingslova § 3",
    ),
    "before-its-notice": (
        "2024-03-01",
        {
            "type": "withdrawal-notified",
            "organisation": "organisation/levanger",
            "to": AGREEMENT,
            "ground": "agreement",
            "takes_effect": "2024-02-01",
        },
        "cannot leave on",
        "koml. §§ 18-4, 19-4, 20-8",
    ),
    "contents-missing": (
        "2021-07-01",
        {
            "type": "agreement-entered-into-force",
            "agreement": "agreement/oppdiktet-arkivvert-fosen",
            "parties": ["organisation/afjord", "organisation/orland"],
            "version": "0.9",
        },
        "does not settle",
        "koml. § 20-4",
    ),
    "wrong-body": (
        "2020-02-01",
        {
            "type": "condition-settled",
            "condition": "condition/oppdiktet-indre-fosen",
            "outcome": "waived",
            "by": "body/orland-kommunestyre",
        },
        "can waive",
        "convention of the ledger",
    ),
    "liability-shares": (
        "2023-01-01",
        {
            "type": "liability-shares-set",
            "agreement": AGREEMENT,
            "of": "liability",
            "shares": [
                {"organisation": f"organisation/{name}", "share": HALF} for name in ("levanger", "orland", "afjord")
            ],
        },
        "not one",
        "koml. §§ 18-2",
    ),
    "successors": (
        "2020-01-01",
        {
            "type": "successorship-determined",
            "organisation": "organisation/roan",
            "commitment": "measure/felles-sak-arkivsystem",
            "successors": [{"to": "organisation/afjord", "share": HALF}],
            "ground": "law",
        },
        "do not sum to one",
        "convention of the ledger",
    ),
    "key-weights": (
        "2024-01-01",
        {
            "type": "cost-key-adopted",
            "key": "key/skjev",
            "name": "Skjev",
            "subject": AGREEMENT,
            "parties": ["organisation/levanger"],
            "components": [{"basis": "equal", "weight": HALF}],
            "rounding": "largest_remainder",
        },
        "not to one",
        "koml. §§ 19-4",
    ),
    "more-voters-than-present": (
        "2019-10-25",
        {
            "type": "vote-held",
            "vote": "vote/for-mange",
            "question": "Et spørsmål",
            "meeting": "meeting/oppdiktet-programstyret-2019-10-25",
            "method": "for_against",
            "votes_for": 5,
            "votes_against": 1,
            "outcome": "carried",
        },
        "were present",
        "koml. § 11-9",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unlawful_or_impossible_is_refused(pen: Pen, name: str) -> None:
    effective, event, problem, source = REFUSED[name]
    before = pen.catch_up().head
    with pytest.raises(Refused) as caught:
        pen.record({"effective": effective, "knowledge": "documented", "event": event})
    assert problem in str(caught.value)
    assert caught.value.remedy
    assert (caught.value.source or "").startswith(source)
    assert pen.catch_up().head == before


# ------------------------------------------------------------------------------------------------ what it says it is


COMMANDS: Final = (
    ["state", "--json"],
    ["state"],
    ["events", "--limit", "3"],
    ["show", "organisation/roan"],
    ["list", "measures"],
    ["adherence"],
    ["why", "organisation/orland.code"],
    ["replay", "--from", "850"],
    ["money"],
    ["doctor"],
    ["record", "annotation-added", "--about", "organisation/roan", "--kind", "doubt", "--text", "x", "--dry-run"],
)


def first_line(text: str) -> str:
    return text.partition("\n")[0]


@pytest.mark.parametrize("lang", ["en", "nb"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_says_so_first_and_never_of_another_ledger(
    vedtak: Run, ledger: Path, demo_ledger: Path, arguments: list[str], lang: str
) -> None:
    shown = vedtak(*arguments, "--ledger", ledger, lang=lang)
    assert (shown.code, first_line(shown.err), shown.err.count(SAID[lang])) == (0, SAID[lang], 1)
    plain = vedtak(*arguments, "--ledger", demo_ledger, lang=lang)
    assert not any(word in plain.err.lower() for word in WORDS)
    if "--json" in arguments:
        assert (json.loads(shown.out)["invented"], json.loads(plain.out)["invented"]) == (True, False)
    else:
        assert not any(word in plain.out.lower() for word in WORDS)


@pytest.fixture
def cached(monkeypatch: pytest.MonkeyPatch, ledger: Path) -> Path:
    """The story of the person's cache, which is not built anew for every test."""
    monkeypatch.setattr(stories, "ledger_of", lambda _story: ledger)
    return ledger


@pytest.mark.parametrize("lang", ["en", "nb"])
def test_the_demo_tells_the_story_that_is_asked_for(vedtak: Run, ledger: Path, demo_copy: Path, lang: str) -> None:
    told = vedtak("demo", "--story", "continuation", "--no-tui", "--ledger", ledger, lang=lang)
    assert (told.code, first_line(told.out)) == (0, SAID[lang])
    as_json = vedtak("demo", "--story", "continuation", "--json", "--ledger", ledger, lang=lang)
    assert json.loads(as_json.out)["invented"] is True
    assert json.loads(as_json.out)["origin"] == "demo.vedtak/invented-continuation"
    assert first_line(as_json.err) == SAID[lang]
    plain = vedtak("demo", "--no-tui", "--ledger", demo_copy, lang=lang)
    assert not any(word in (plain.out + plain.err).lower() for word in WORDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["money", "--json", "--on", "2021-12-31", "--story", "continuation"],
        ["state", "--story", "continuation"],
        ["--story", "continuation", "state"],
    ],
    ids=" ".join,
)
def test_a_story_is_asked_instead_of_a_ledger(vedtak: Run, cached: Path, arguments: list[str]) -> None:
    told = vedtak(*arguments)
    assert (told.code, told.err) == (0, SAID["en"] + "\n")


def test_a_story_is_built_into_the_cache(vedtak: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    assert vedtak("state", "--story", "continuation").code == 0
    (built,) = (tmp_path / "vedtak").glob("*.vedtak")
    assert built == stories.ledger_of("continuation") != stories.ledger_of("papers")


def refusal(told: Outcome) -> tuple[int, bool, bool]:
    return told.code, "Problem: " in told.err, "Remedy: " in told.err


def test_what_is_invented_stays_out_of_other_ledgers(
    vedtak: Run, cached: Path, demo_copy: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.vedtak"
    create_book(own, "fosen.no/regionrad")
    for place in (own, demo_copy):
        before = place.read_bytes()
        assert refusal(vedtak("demo", "--story", "continuation", "--no-tui", "--ledger", place)) == (1, True, True)
        assert place.read_bytes() == before
    assert refusal(vedtak("state", "--story", "continuation", "--ledger", own)) == (2, True, True)
    note = ["annotation-added", "--about", "organisation/roan", "--kind", "doubt", "--text", "x"]
    assert refusal(vedtak("--story", "continuation", "record", *note)) == (2, True, True)
    mine = vedtak("state", "--json", "--ledger", own)
    assert (json.loads(mine.out)["invented"], mine.err) == (False, "")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "nb"])
async def test_the_interface_says_so_beside_the_origin(width: int, lang: str) -> None:
    word = WORDS[lang == "nb"]
    for origin in (stories.INVENTED, "demo.vedtak/trondelag"):
        with speaking(lang), memory_book(origin) as book:
            async with opened(book, (width, 24), on=date(2020, 1, 1)) as pilot:
                bar = pilot.app.screen.query_one(TimeBar).render().plain
        assert (f"{word} ·" in bar) == (origin == stories.INVENTED), bar

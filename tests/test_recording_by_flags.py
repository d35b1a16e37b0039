"""Can every field of every event be given on the command line, and does a mistake change nothing?"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger.declaration import FieldDeclaration, declaration, declarations
from ledger.store import open_book

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


# ---- recording by flags

EXAMPLES: list[tuple[str, list[str], dict[str, Any]]] = [
    (
        "benefit-target-set",
        ["--benefit", "eksempeltid", "--value", "number=95; unit=timer; decimals=1", "--effective", "2022-02-01"],
        {"benefit": "benefit/eksempeltid", "value": {"number": 95, "unit": "timer", "decimals": 1}},
    ),
    (
        "grant-awarded",
        ["--application", "skjonn-2020", "--amount", "1000", "--years", "2018", "--years", "2019",
         "--above-applied", "--effective", "2020-02-01"],
        {
            "application": "application/skjonn-2020",
            "amount": {"known": "exact", "ore": 100000},
            "years": [2018, 2019],
            "above_applied": True,
        },
    ),
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

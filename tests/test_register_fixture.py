"""Does the register in fixtures/ say the same as the table it is made from, on every date that matters?"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger.declaration import creations, references
from ledger.entry import Command, command_from
from ledger.facts import Happening, History, Slot, replay
from ledger.structure import Organisation, Structure

if TYPE_CHECKING:
    from ledger.event import Event

FIXTURES = Path(__file__).parent.parent / "fixtures"
REGISTER = FIXTURES / "register.jsonl"
DAYS = [date(2012, 6, 1), date(2018, 1, 1), date(2019, 1, 1), date(2020, 1, 1), date(2024, 6, 1)]


def table() -> list[dict[str, str]]:
    with (FIXTURES / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = table()
LINES: list[dict[str, Any]] = [json.loads(line) for line in REGISTER.read_text(encoding="utf-8").splitlines()]
COMMANDS: list[Command] = [command_from(line) for line in LINES]


def happened(command: Command) -> Event:
    event: Event = command.event
    return event


HAPPENINGS = [
    Happening(position, command.effective, tuple(happened(command).effects()), None)
    for position, command in enumerate(COMMANDS, 1)
]


def rows_on(day: date) -> list[dict[str, str]]:
    """Straight from the table: valid from a day, and up to but not on another."""
    return [
        row
        for row in ROWS
        if row["valid_from"] <= day.isoformat() and (not row["valid_to"] or day.isoformat() < row["valid_to"])
    ]


@pytest.fixture(scope="module")
def history() -> History:
    taken_in = History()
    for happening in HAPPENINGS:
        taken_in.add(happening)
    return taken_in


def on(history: History, day: date) -> Structure:
    return Structure(history, day, history.head)


def municipalities(structure: Structure) -> list[Organisation]:
    return [thing for thing in structure.all(Organisation) if thing.kind.value == "municipality"]


def test_is_what_the_script_makes_of_the_table(tmp_path: Path) -> None:
    for name in ("build_register.py", "municipalities.csv"):
        (tmp_path / name).write_bytes((FIXTURES / name).read_bytes())
    subprocess.run([sys.executable, "-I", tmp_path / "build_register.py"], check=True)
    assert (tmp_path / REGISTER.name).read_bytes() == REGISTER.read_bytes(), "run python fixtures/build_register.py"


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_same_numbers_are_in_use(history: History, day: date) -> None:
    answers = replay(HAPPENINGS, day, len(HAPPENINGS)).answers
    refs = {
        slot.entity for slot, answer in answers.items() if slot.attribute == "kind" and answer.value == "municipality"
    }
    standing = {ref for ref in refs if answers[Slot(ref, "exists")].value is True}
    numbers = [answers[Slot(ref, "code")].value for ref in standing]
    assert sorted(map(str, numbers)) == sorted(row["kommunenummer"] for row in rows_on(day))
    assert {thing.ref for thing in municipalities(on(history, day))} == standing


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_number_has_the_county_and_the_certainty_of_the_table(history: History, day: date) -> None:
    counties = {row["kommunenummer"]: row["fylke"][:2] for row in rows_on(day)}
    found = municipalities(on(history, day))
    assert {thing.code.value: thing.county.value for thing in found} == counties
    assert {(thing.holds, thing.code.holds, thing.county.holds) for thing in found} == {("yes", "yes", "yes")}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_number_has_the_name_of_the_table(history: History, day: date) -> None:
    names = {}
    for row in ROWS:
        taken = row["later_names"].removesuffix(")").rpartition(" (")
        late = taken[2] and taken[2] <= day.isoformat()
        names[row["kommunenummer"]] = taken[0] if late else row["name"]
    found = {thing.code.value: thing.name.value for thing in municipalities(on(history, day))}
    assert found == {row["kommunenummer"]: names[row["kommunenummer"]] for row in rows_on(day)}


@pytest.mark.parametrize("day", [date(2012, 1, 1), date(2018, 1, 1), date(2020, 1, 1)], ids=str)
def test_each_municipality_has_the_population_of_the_table(history: History, day: date) -> None:
    column = f"population_{day:%Y_%m_%d}"
    counted = {row["kommunenummer"]: int(row[column]) for row in ROWS if row[column]}
    assert {thing.code.value: thing.population.value for thing in municipalities(on(history, day))} == counted


@pytest.mark.parametrize(("day", "count"), [(DAYS[1], 47), (DAYS[2], 48), (DAYS[3], 38), (DAYS[4], 38)], ids=str)
def test_how_many_municipalities_trondelag_has(history: History, day: date, count: int) -> None:
    found = [thing for thing in on(history, day).all(Organisation) if thing.county.value == "50"]
    assert len(found) == count


@pytest.mark.parametrize(("day", "code"), [(DAYS[0], "1621"), (DAYS[1], "5015"), (DAYS[3], "5057")], ids=str)
def test_orland_is_one_municipality_with_three_numbers(history: History, day: date, code: str) -> None:
    assert on(history, day).organisation("organisation/orland").code.value == code


def test_snillfjord_was_split_in_three(history: History) -> None:
    before, after = (
        on(history, day).organisation("organisation/snillfjord") for day in (date(2019, 12, 31), date(2020, 1, 1))
    )
    assert (before.holds, before.ended_by.value) == ("yes", None)
    assert (after.holds, after.ended_by.value) == ("no", "split")
    assert after.succeeded_by.value == ("organisation/heim", "organisation/hitra", "organisation/orkland")


def test_the_counties_of_trondelag_merged(history: History) -> None:
    counties = [
        {
            thing.ref.removeprefix("organisation/")
            for thing in on(history, day).all(Organisation)
            if thing.kind.value == "county"
        }
        for day in (date(2017, 12, 31), date(2018, 1, 1))
    ]
    assert counties == [
        {"sor-trondelag-fylkeskommune", "nord-trondelag-fylkeskommune", "more-og-romsdal-fylkeskommune"},
        {"trondelag-fylkeskommune", "more-og-romsdal-fylkeskommune"},
    ]


def test_every_number_of_the_table_occurs() -> None:
    events = [line["event"] for line in LINES]
    assert {event.get("code") or event.get("new") for event in events} >= {row["kommunenummer"] for row in ROWS}
    assert len(ROWS) == 108


def test_organisation_numbers_are_those_of_the_table_but_for_levanger(history: History) -> None:
    found = {thing.code.value: thing.orgnr.value for thing in municipalities(on(history, date(2020, 1, 1)))}
    listed = {row["kommunenummer"]: row["orgnr_2020_list"] for row in rows_on(date(2020, 1, 1))}
    assert found == {**listed, "5037": None}


def test_nothing_is_referred_to_before_it_is_there() -> None:
    there: set[str] = set()
    for command in COMMANDS:
        new = set(creations(command))
        assert not new & there
        assert {ref for _, ref in references(command)} - new <= there
        there |= new


def test_command_ids_are_distinct() -> None:
    assert len({command.command for command in COMMANDS}) == len(COMMANDS)

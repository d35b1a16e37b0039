"""Is the partnership's whole life covered, and does every event type tell what it is, its rule, source and example?"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from ledger.declaration import Declaration, declarations
from ledger.events import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "coverage-of-domain.md").read_text(encoding="utf-8")
BY_ROW, _, WITHOUT_ROW = PAGE.partition("## Types without a row")

COUNTS = {"A": 11, "B": 14, "C": 9, "D": 29, "E": 17, "S": 17, "G": 22, "H": 5, "I": 7, "J": 14}
ROW = re.compile(r"^\| ([A-Z]\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) ?\|$", re.MULTILINE)
TYPE = re.compile(r"\[([a-z-]+)\]\(events\.md#([a-z-]+)\)")
LINES = (ROOT / "fixtures" / "every-event.jsonl").read_text(encoding="utf-8").splitlines()
EXAMPLES = Counter(json.loads(line)["event"]["type"] for line in LINES)


def test_every_row_is_there_once_and_in_order() -> None:
    rows = [match[1] for match in ROW.finditer(BY_ROW)]
    assert rows == [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
    assert f"in {len(rows)} rows" in PAGE
    assert len(rows) == len(re.findall(r"^\| [A-Z]\d+", PAGE, re.MULTILINE)), "a row does not have its five cells"


@pytest.mark.parametrize("row", list(ROW.finditer(BY_ROW)), ids=lambda match: match[1])
def test_a_row_names_what_it_is_recorded_as(row: re.Match[str]) -> None:
    _, name, norwegian, recorded_as, _ = row.groups()
    assert name.strip()
    assert norwegian.strip()
    assert TYPE.search(recorded_as) or "`corrects`" in recorded_as


def test_every_type_named_is_in_the_catalogue() -> None:
    named = TYPE.findall(PAGE)
    assert [text for text, anchor in named if text != anchor or text not in CATALOGUE] == []


def test_every_type_has_a_row_or_a_reason() -> None:
    by_row = {text for text, _ in TYPE.findall(BY_ROW)}
    reasons = dict(re.findall(r"^\| \[([a-z-]+)\]\(\S+\) \| (.+) \|$", WITHOUT_ROW, re.MULTILINE))
    assert all(len(reason.split()) > 5 for reason in reasons.values())
    assert by_row.isdisjoint(reasons)
    assert set(CATALOGUE) - by_row - set(reasons) == set(), "name them in docs/coverage-of-domain.md"


@pytest.mark.parametrize("told", list(declarations()), ids=lambda told: told.wire_name)
def test_a_type_has_name_meaning_rule_source_fields_and_example(told: Declaration) -> None:
    assert told.nb, "no Norwegian name"
    assert told.event.__doc__, "no docstring"
    assert told.rule, "check has no docstring"
    assert told.source, "no source of the rule"
    assert told.fields or told.wire_name == "entry-annulled", "no fields"
    assert EXAMPLES[told.wire_name], "no line in fixtures/every-event.jsonl"

"""Is what people read, and what is written for ever, still the same as when somebody last looked at it?"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.entry import Actor, decode, encode
from ledger.record import Pen
from ledger.store import memory_book
from ledger.vault import opens, personal_digests

if TYPE_CHECKING:
    from tests.conftest import Golden, Run

FIXTURES = Path(__file__).parent.parent / "fixtures"
ENTRIES = Path(__file__).parent / "golden" / "every-event.entries.jsonl"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)|\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d")
ON = ("--on", "2018-12-31")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("state", ["state", *ON]),
        ("state-2012", ["state", "--on", "2012-12-31"]),
        ("adherence", ["adherence", *ON]),
        ("show-decision", ["show", "decision/ru-2018-05-02", *ON]),
        ("show-organisation-ended", ["show", "organisation/snillfjord", "--on", "2020-01-01"]),
        ("show-body-maybe", ["show", "body/kommit", "--on", "2012-01-01"]),
        ("show-entry", ["show", "#503"]),
        ("list-bodies", ["list", "bodies", *ON]),
        ("why", ["why", "decision/ru-2018-05-02.points.3", *ON]),
        ("replay", ["replay", "--from", "450", "--to", "470"]),
        ("events", ["events", "--touches", "decision/ru-2018-05-02"]),
    ],
)
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_what_people_read(
    vedtak: Run, demo_ledger: Path, golden: Golden, name: str, arguments: list[str], lang: str
) -> None:
    outcome = vedtak(*arguments, "--ledger", demo_ledger, lang=lang)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"{name}.{lang}.txt", MOMENT.sub("(recorded)", outcome.out))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("show-decision", ["show", "decision/ru-2018-05-02", *ON]),
        ("adherence", ["adherence", *ON]),
        ("why", ["why", "decision/ru-2018-05-02.points.3", *ON]),
        ("replay", ["replay", "--from", "503", "--to", "504"]),
    ],
)
def test_what_scripts_read(vedtak: Run, demo_ledger: Path, golden: Golden, name: str, arguments: list[str]) -> None:
    outcome = vedtak(*arguments, "--json", "--ledger", demo_ledger)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"{name}.json", MOMENT.sub("(recorded)", outcome.out))


def test_what_is_written_is_for_ever(monkeypatch: pytest.MonkeyPatch, golden: Golden) -> None:
    salts = count(1)
    monkeypatch.setattr("secrets.token_bytes", lambda size: next(salts).to_bytes(size, "big"))
    lines = (FIXTURES / "every-event.jsonl").read_text(encoding="utf-8").splitlines()
    book = memory_book("vedtak.test/eksempel")
    pen = Pen(book, Actor("Kari Ørn", "secretariat"), lambda: datetime(2026, 5, 17, 12, tzinfo=UTC))
    pen.record_all([json.loads(line) for line in lines])
    written = "".join(f"{data.decode()}\n" for data in book.stream())

    before = ENTRIES.read_text(encoding="utf-8") if ENTRIES.exists() else ""
    assert written.startswith(before), (
        "an entry that was recorded once would be written differently now, so ledgers that exist could not be read. "
        "New lines come at the end of fixtures/every-event.jsonl (before the first release: delete the file)."
    )
    golden(ENTRIES.name, written)


def test_what_was_written_is_read_back_byte_for_byte() -> None:
    lines = ENTRIES.read_bytes().splitlines()
    assert len(lines) == len((FIXTURES / "every-event.jsonl").read_bytes().splitlines())
    for position, data in enumerate(lines, 1):
        entry = decode(data, position)
        assert encode(entry) == data
        assert list(json.loads(data)) == [name for name in entry.__struct_fields__ if name in json.loads(data)]


def test_a_sealed_name_is_opened_by_its_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda size: b"\x01" * size)
    book = memory_book("vedtak.test/eksempel")
    outcome = Pen(book, Actor("Kari", "secretariat")).record(
        {
            "effective": "2018-01-01",
            "knowledge": "witnessed",
            "event": {"type": "person-registered", "person": "person/kari", "name": "Kari Ørn"},
        }
    )
    ((path, sealed),) = personal_digests(outcome.entry).items()
    # base64(SHA-256("vedtak/field/1\nperson-registered.name\n" + salt + "Kari Ørn")), worked out with hashlib alone
    assert (path, sealed) == ("person-registered.name", "XB644XWiwPTxHPKbyFOuMnEDxtfAmoWlu8kzkFcvcNI=")
    assert opens(path, book.disclosures([sealed])[sealed])

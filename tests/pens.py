"""Small commands for the pen, and somebody else who writes at the wrong moment."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ledger.entry import Actor, Entry
from ledger.record import Pen
from ledger.store import Book, open_book

PROJECT = Path(__file__).parent.parent
ORIGIN = "vedtak.test/pen"
WRITER = Actor("Kari", "secretariat")
NAMESPACE = UUID("5f4dcc3b-5aa7-4000-8000-000000000000")
FJORD, DAL = "organisation/fjord", "organisation/dal"


def command(event_type: str, /, effective: str = "2018-01-01", **fields: Any) -> dict[str, Any]:
    """A command with an id of its own; fields named ``_note`` and the like belong to the envelope."""
    envelope = {name[1:]: value for name, value in fields.items() if name.startswith("_")}
    event = {name: value for name, value in fields.items() if not name.startswith("_")}
    return {
        "command": str(uuid4()),
        "effective": effective,
        "knowledge": "documented",
        "event": {"type": event_type, **event},
        **envelope,
    }


def register(ref: str, name: str = "Fjord", **rest: Any) -> dict[str, Any]:
    return command("organisation-registered", organisation=ref, name=name, kind="municipality", **rest)


def rename(ref: str, name: str, effective: str = "2019-01-01", **rest: Any) -> dict[str, Any]:
    return command("organisation-renamed", effective, organisation=ref, name=name, **rest)


def population(ref: str, count: int, **rest: Any) -> dict[str, Any]:
    return command("population-recorded", organisation=ref, population=count, **rest)


def corrects(position: int, reason: str = "Feil") -> dict[str, Any]:
    return {"entry": position, "kind": "recording_error", "reason": reason}


def annul(position: int) -> dict[str, Any]:
    return command("entry-annulled", _corrects=corrects(position))


def person(name: str, **rest: Any) -> dict[str, Any]:
    return command("person-registered", person="person/kari", name=name, **rest)


RAADET, STYRET = "organisation/raadet", "body/styret"
SIX: list[dict[str, Any]] = [
    command("organisation-registered", "2010-01-01", organisation=RAADET, name="Regionrådet", kind="regional_council"),
    command("organisation-registered", "2010-01-01", organisation=FJORD, name="Fjord", kind="municipality"),
    command(
        "body-established", "2012-03-01", body=STYRET, name="Styret", kind="board", effect="evidenced", owner=RAADET
    ),
    command(
        "body-established",
        "2015",
        body="body/digitalt",
        name="Digitalt utvalg",
        kind="committee",
        effect="decided",
        under=STYRET,
    ),
    command(
        "decision-adopted",
        "2018-05-02",
        decision="decision/en",
        title="Felles arkiv",
        body=STYRET,
        wording="full",
        points=[{"no": "1", "text": "Styret bygger et felles arkiv.", "strength": "shall"}],
    ),
    rename(FJORD, "Storfjord", "2030-01-01", _authority="decision/en"),
]
"""A council, a municipality, two bodies, a decision, and another name that rests on it."""


def before_append(monkeypatch: pytest.MonkeyPatch, book: Book, meanwhile: Callable[[int], object]) -> list[int]:
    """Let ``meanwhile`` run each time this book is about to append: after the rules were checked, before it is stored.

    Returns the list of the attempts made.
    """
    append = book.append
    attempts: list[int] = []

    def late(*arguments: Any) -> int:
        attempts.append(len(attempts) + 1)
        meanwhile(len(attempts))
        return append(*arguments)

    monkeypatch.setattr(book, "append", late)
    return attempts


def an_hour_ahead(book: Book) -> Pen:
    """A pen whose stamps are later than whatever the others write meanwhile."""
    return Pen(book, WRITER, lambda: datetime.now(UTC) + timedelta(hours=1))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stored(path: Path) -> list[Entry]:
    with open_book(path, read_only=True) as book:
        return list(book.entries())


def name_on(pen: Pen, ref: str, day: date, known: int | None = None) -> str | None:
    return pen.catch_up().structure(day, known).organisation(ref).name.value


def tamper(path: Path, position: int, old: bytes, new: bytes) -> None:
    """Change stored bytes behind the ledger's back, as somebody with the file could."""
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("DROP TRIGGER entry_unchanged")
        (data,) = shell.execute("SELECT data FROM entry WHERE position = ?", (position,)).fetchone()
        changed = data.replace(old, new, 1)
        assert changed != data
        shell.execute("UPDATE entry SET data = ? WHERE position = ?", (changed, position))


BOARD_FACTS: list[dict[str, Any]] = [
    {"type": "organisation-registered", "organisation": "organisation/raadet", "name": "Regionrådet",
     "kind": "regional_council"},
    {"type": "body-established", "body": "body/styret", "name": "Styret", "kind": "board", "effect": "evidenced",
     "owner": "organisation/raadet"},
    {"type": "document-registered", "document": "document/protokoll", "title": "Protokoll 3/18", "kind": "minutes",
     "holding": "reference_only"},
]  # fmt: skip
"""A council, its board, and the minutes that a case may cite."""


def record_board(book: Book) -> Book:
    """Record those, one a day from 1 June 2025."""
    days = (datetime(2025, 6, 1, 12, tzinfo=UTC) + timedelta(days=number) for number in range(len(BOARD_FACTS)))
    pen = Pen(book, Actor("per", "secretariat"), now=lambda: next(days))
    for event in BOARD_FACTS:
        pen.record({"effective": "2012-01-01", "knowledge": "documented", "event": event})
    return book

"""A ledger whose every text would rather act on a terminal than be read, as an old or foreign one might hold it.

The pen lets none of this in: the bytes are stored without asking it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ledger.declaration import FieldDeclaration, declaration, struct_fields
from ledger.entry import Actor, Entry
from ledger.event import Event
from ledger.fields import Personal
from ledger.journal import tags
from ledger.record import Pen
from ledger.store import Disclosure, memory_book
from ledger.store.api import LedgerEvent
from ledger.store.sqlite import open_ledger as open_recorder
from ledger.vault import SALT_BYTES, commitment
from projections.index import TOPIC
from tests.terminals import PROJECT
from tests.test_hostile_text import BEL, ESC, PAYLOADS
from tui.ledgers import create_ledger, open_ledger

S = TypeVar("S", bound=Struct)

ORIGIN: Final = f"test/{ESC}]0;PWNED{BEL}\u202ehostile"
PLAIN: Final = "test/hostile"
RARE: Final = ("long", "paragraph")
"""These are long: a few entries have them."""


def payloads() -> Iterator[str]:
    """A payload for each entry, the long ones first and once, the others again and again."""
    yield from (PAYLOADS[name] for name in RARE)
    while True:
        yield from (text for name, text in PAYLOADS.items() if name not in RARE)


def is_free(field: FieldDeclaration) -> bool:
    """Whether anything may stand in a field that is text."""
    ruled = field.pattern or field.refers_to or field.creates or field.choices or field.format in {"edtf", "orgnr"}
    return field.base is str and not ruled and field.name != "origin"


def spoilt(value: S, payload: str) -> S:
    """The struct with the payload in every text, however deep, as much of it as bytes that can be read may hold."""

    def other(field: FieldDeclaration, held: Any) -> Any:
        return spoilt(held, payload) if field.fields or field.base is Event else payload[: field.most]

    changes = {}
    for field in struct_fields(type(value)):
        held = getattr(value, field.name)
        if held is None or field.personal or not (field.fields or field.base is Event or is_free(field)):
            continue
        changes[field.name] = tuple(other(field, item) for item in held) if field.many else other(field, held)
    return replace(value, **changes)


def disclosed(entry: Entry, payload: str) -> tuple[Entry, tuple[Disclosure, ...]]:
    """The entry with the payload in its personal values, too, and what belongs in the vault."""
    event: Any = entry.event
    kept, changes = [], {}
    for number, field in enumerate(declaration(entry.wire_name).fields):
        if field.personal and getattr(event, field.name) is not None:
            salt = bytes([number]) * SALT_BYTES
            digest = commitment(f"{entry.wire_name}.{field.name}", salt, f"{payload} {entry.command}")
            kept.append(Disclosure(digest, salt, f"{payload} {entry.command}"))
            changes[field.name] = Personal(digest)
    return replace(entry, event=replace(event, **changes)), tuple(kept)


def hostile_ledger(path: Path, origin: str = ORIGIN) -> Path:
    """A ledger of every type of event there is, with an index."""
    lines = (PROJECT / "fixtures" / "every-event.jsonl").read_text(encoding="utf-8").splitlines()
    with memory_book(PLAIN) as book:
        Pen(book, Actor("per", "secretariat")).record_all([json.loads(line) for line in lines])
        entries = list(book.entries())
    create_ledger(path, origin)
    spoilt_ones = []
    kept: list[tuple[Disclosure, ...]] = []
    for entry, payload in zip(entries, payloads(), strict=False):
        hostile, disclosures = disclosed(replace(spoilt(entry, payload), origin=origin), payload)
        spoilt_ones.append(hostile)
        kept.append(disclosures)
    append_unasked(path, spoilt_ones, kept)
    return path


def append_unasked(path: Path, entries: Sequence[Entry], kept: Sequence[tuple[Disclosure, ...]] = ()) -> None:
    """Store entries without asking the pen, and bring the index up to them."""
    stored = [
        LedgerEvent(
            entry.wire_name,
            msgspec.json.encode(entry),
            list(tags(entry)),
            recorded_at=entry.recorded_us,
            disclosures=disclosures,
        )
        for entry, disclosures in zip_longest(entries, kept, fillvalue=())
        if isinstance(entry, Entry)
    ]
    with closing(open_recorder(path)) as recorder:
        recorder.append(stored)
    with open_ledger(path) as book:
        for _done in book.remake(TOPIC):
            pass

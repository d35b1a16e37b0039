"""Does every event type say what a person needs to know of it, and is there a legal example of each?"""

from __future__ import annotations

import inspect
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger.declaration import Declaration, FieldDeclaration, declaration, declarations, struct_fields
from ledger.entry import Actor, Command, command_from
from ledger.events import CATALOGUE
from ledger.fields import KINDS
from ledger.record import Pen
from ledger.store import memory_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.event import Event

FIXTURES = Path(__file__).parent.parent / "fixtures"
SEALED = {"digest": "A" * 43 + "="}


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()]


EVERY_EVENT = lines("every-event.jsonl")
DECLARATIONS = list(declarations())


def of_type(wire_name: str) -> list[dict[str, Any]]:
    return [line for line in EVERY_EVENT if line["event"]["type"] == wire_name]


def sealed(line: dict[str, Any]) -> dict[str, Any]:
    personal = {field.name for field in declaration(line["event"]["type"]).fields if field.personal}
    event = {name: SEALED if name in personal else value for name, value in line["event"].items()}
    return {**line, "event": event}


def with_nested(fields: tuple[FieldDeclaration, ...], path: str = "") -> Iterator[tuple[str, FieldDeclaration]]:
    for field in fields:
        yield f"{path}{field.name}", field
        yield from with_nested(field.fields, f"{path}{field.name}.")


def paths(value: object, path: str = "") -> Iterator[str]:
    """``points.concerns`` for every field that is filled in, however deep."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield f"{path}{name}"
            yield from paths(held, f"{path}{name}.")
    elif isinstance(value, list):
        for held in value:
            yield from paths(held, path)


@pytest.mark.parametrize("wire_name", CATALOGUE)
def test_has_an_example(wire_name: str) -> None:
    assert of_type(wire_name), f"append a line with {wire_name} to fixtures/every-event.jsonl"


def test_every_kind_of_thing_can_be_created() -> None:
    assert {field.creates for told in DECLARATIONS for field in told.fields if field.creates} == set(KINDS)


@pytest.mark.parametrize("line", EVERY_EVENT, ids=lambda line: line["event"]["type"])
def test_each_example_is_a_command(line: dict[str, Any]) -> None:
    assert command_from(sealed(line)).command == line["command"]


@pytest.mark.parametrize("wire_name", CATALOGUE)
def test_every_optional_field_is_used_in_an_example(wire_name: str) -> None:
    used = {path for line in of_type(wire_name) for path in paths(line["event"])}
    optional = {path for path, field in with_nested(declaration(wire_name).fields) if not field.required}
    assert optional <= used, "append a line to fixtures/every-event.jsonl that uses the missing fields"


def test_the_envelope_is_used_in_full() -> None:
    used = {path for line in EVERY_EVENT for path in paths({**line, "event": None})}
    assert {path for path, _ in with_nested(struct_fields(Command))} <= used


@pytest.mark.parametrize("name", ["every-event.jsonl", "register.jsonl"])
def test_each_line_is_legal_when_recorded_in_order(name: str) -> None:
    pen = Pen(memory_book("vedtak.test/eksempel"), Actor(name="test", role="import"))
    outcomes = pen.record_all(lines(name))
    assert [outcome.position for outcome in outcomes] == list(range(1, len(outcomes) + 1))


@pytest.mark.parametrize("told", DECLARATIONS, ids=lambda told: told.wire_name)
def test_is_described_in_both_languages(told: Declaration) -> None:
    assert told.nb
    assert told.source
    assert told.event.__doc__
    for path, field in with_nested(told.fields):
        assert field.en, f"{path} has no English title"
        assert field.nb, f"{path} has no Norwegian title"
        assert field.help_en, f"{path} has no English help"
        assert field.help_nb, f"{path} has no Norwegian help"


@pytest.mark.parametrize("told", DECLARATIONS, ids=lambda told: told.wire_name)
def test_rule_and_effects_are_explained_where_they_are_written(told: Declaration) -> None:
    assert told.rule
    for written in ("check", "effects", "tags"):
        if written in vars(told.event):
            assert vars(told.event)[written].__doc__, f"{written} has no docstring of its own"


def test_names_are_distinct() -> None:
    twice = [name for name, count in Counter(told.nb for told in DECLARATIONS).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("event", CATALOGUE.values(), ids=CATALOGUE)
def test_header_is_the_usual_one(event: type[Event]) -> None:
    config = event.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields
    assert config.omit_defaults
    assert config.tag_field == "type"
    parameters = inspect.signature(event).parameters.values()
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters)


@pytest.mark.parametrize("event", CATALOGUE.values(), ids=CATALOGUE)
def test_optional_fields_default_to_nothing(event: type[Event]) -> None:
    defaults = [value.default for value in inspect.signature(event).parameters.values()]
    assert {default for default in defaults if default is not inspect.Parameter.empty} <= {None, ()}

"""Do the quick ways through an entry say the same as the plain ones they stand for?

An entry is decoded in two steps, by the decoder of its event type alone; the plain way is one decoder for every type.
What an entry refers to, creates and has in a format is found on a way past all other fields; the plain way is to look
at every field.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.declaration import FORMATS, check_formats, creations, leaves, references
from ledger.entry import Actor, Command, Entry, command_from, decode, encode, invalid, spelt_out, written
from ledger.errors import InvalidInput, LedgerError, Unreadable
from ledger.events import CATALOGUE
from ledger.vault import seal
from tests import strategies

LINES: list[dict[str, Any]] = [
    seal(json.loads(line))[0]
    for line in (Path(__file__).parent.parent / "fixtures" / "every-event.jsonl").read_text("utf-8").splitlines()
]
ACTOR = Actor("test", "secretariat")
EVERY_TYPE = pytest.mark.parametrize("wire_name", CATALOGUE)
SOME = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def recorded(command: Command) -> Entry:
    return written(command, "vedtak.test/x", ACTOR, 1_800_000_000_000_000)


ENTRIES = [recorded(command_from(line)) for line in LINES]


def plainly_checked(entry: msgspec.Struct) -> None:
    for path, field, item in leaves(entry):
        if field.format:
            FORMATS[field.format](path, item)


def refusal(ask: Any, *asked: Any) -> str | None:
    try:
        ask(*asked)
    except LedgerError as error:
        return repr((type(error), error.problem, error.remedy, error.details))
    return None


def agrees(entry: Entry) -> None:
    for held in (entry, entry.happened, entry.asked()):
        found = list(leaves(held))
        assert [*references(held)] == [(field, item) for _, field, item in found if field.refers_to]
        assert [*creations(held)] == [item for _, field, item in found if field.creates]
        assert refusal(check_formats, held) == refusal(plainly_checked, held)
    data = encode(entry)
    again = decode(data, 1)
    assert again == entry
    assert type(again) is Entry
    plain = msgspec.json.decode(data, type=spelt_out(Entry))
    assert msgspec.structs.asdict(plain) == msgspec.structs.asdict(again)
    assert msgspec.json.encode(plain) == data


def test_every_sample_is_read_alike() -> None:
    assert {entry.wire_name for entry in ENTRIES} == set(CATALOGUE)
    for entry in ENTRIES:
        agrees(entry)


@EVERY_TYPE
@SOME
@given(data=st.data())
def test_any_event_is_read_alike(wire_name: str, data: st.DataObject) -> None:
    agrees(recorded(data.draw(strategies.commands(wire_name))))


# ---- what does not fit is named as by the one decoder for every type


def plainly(asked: dict[str, Any]) -> Command:
    try:
        found = msgspec.convert(asked, spelt_out(Command))
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    command = Command(**msgspec.structs.asdict(found))
    plainly_checked(command)
    return command


OTHERS: tuple[Any, ...] = (None, 0, -1, "", "x", "\x00", "å/å", "organisation/a\n", True, 1.5, [], ["x"], {}, {"x": 1})


def damaged(value: Any) -> list[Any]:
    """The value with one thing in it changed, left out or added, in every place in turn."""
    if isinstance(value, dict):
        changed = [{**value, name: other} for name in value for other in damaged(value[name])]
        without = [{key: held for key, held in value.items() if key != name} for name in value]
        return [*OTHERS, *changed, *without, {**value, "unknown": 1}, {"unknown": 1, **value}]
    if isinstance(value, list):
        return [
            *OTHERS,
            *([*value[:at], other, *value[at + 1 :]] for at in range(len(value)) for other in damaged(value[at])),
        ]
    return [*OTHERS]


@EVERY_TYPE
def test_what_does_not_fit_is_named_alike(wire_name: str) -> None:
    line = next(line for line in LINES if line["event"]["type"] == wire_name)
    for event in damaged(line["event"])[:: 1 + len(str(line)) // 200]:
        asked = {**line, "event": event}
        if isinstance(event, dict) and isinstance(event.get("type"), str) and event["type"] not in CATALOGUE:
            assert "There is no event type" in cast("str", refusal(command_from, asked))
        else:
            assert refusal(command_from, asked) == refusal(plainly, asked)


def test_of_two_things_wrong_the_same_one_is_named() -> None:
    line = LINES[0]
    wrong = {**line["event"], "unknown": 1}
    for asked in (
        {**line, "effective": 1, "event": wrong},
        {"event": wrong, **{name: value for name, value in line.items() if name != "event"}, "effective": 1},
        {"event": wrong},
        {**line, "event": wrong, "surplus": 1},
        {name: value for name, value in line.items() if name != "event"},
        {**line, "event": msgspec.Raw(b"{}")},
    ):
        assert refusal(command_from, asked) == refusal(plainly, asked) is not None


def test_an_entry_that_does_not_fit_is_named_before_it_is_stored() -> None:
    entry = ENTRIES[0]
    data = json.loads(encode(entry))
    for wrong in ({**data["event"], "name": ""}, {"type": "nothing"}, {}, 1):
        with pytest.raises(InvalidInput) as found:
            encode(msgspec.structs.replace(entry, event=wrong))
        with pytest.raises(msgspec.ValidationError) as plain:
            msgspec.json.decode(json.dumps({**data, "event": wrong}), type=spelt_out(Entry))
        expected = invalid(plain.value)
        assert (found.value.problem, found.value.details) == (expected.problem, expected.details)


def test_damaged_bytes_are_unreadable() -> None:
    data = encode(ENTRIES[0])
    event = data.index(b'{"type"')
    for bad in (
        b"",
        data[:-1],
        data + b" ",
        data.replace(b'"event":', b'"event": '),
        data[:event] + b'{"type":"nothing"}}',
        data[:event] + b'{"type":"\xff"}}',
        data[:event] + b'{"type":1}}',
        data[:event] + b'{"type":"}}',
        data[:event] + b'""}',
        data[:event] + b"{}}",
        data[:event] + b"null}",
        data[:-1] + b',"event":' + data[event:],
        data[:event] + b"[" * 100_000,
    ):
        with pytest.raises(Unreadable):
            decode(bad, 7)

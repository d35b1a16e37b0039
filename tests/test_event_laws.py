"""Laws that hold for every event type, tried on generated events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.calendar import bounds
from ledger.declaration import creations, references
from ledger.entry import Actor, Command, Entry, decode, encode, written
from ledger.events import CATALOGUE
from ledger.facts import Assign, Move
from tests.strategies import commands, events

if TYPE_CHECKING:
    from ledger.event import Event

EVERY_TYPE = pytest.mark.parametrize("wire_name", CATALOGUE)
ACTORS = st.sampled_from(
    [
        Actor(name="kari", role="secretariat"),
        Actor(name="Æ. Ø. «Å»", role="administrator"),
        Actor(name="fil", role="import"),
    ]
)
STAMPS = st.integers(0, 4_102_444_800_000_000)
"""Microseconds from 1970 to 2100."""

# The data are small; what takes long is to build the generator of a type, once.
FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def is_data(value: object) -> bool:
    """Whether a slot may hold this: text, whole numbers, truth, nothing, and tuples and mappings of those."""
    if isinstance(value, tuple):
        return all(map(is_data, value))
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and is_data(held) for name, held in value.items())
    return value is None or type(value) in {str, int, bool}


@EVERY_TYPE
@FEW
@given(drawn=st.data())
def test_stored_bytes_come_back_as_the_same_entry(wire_name: str, drawn: st.DataObject) -> None:
    command: Command = drawn.draw(commands(wire_name))
    entry: Entry = written(command, "vedtak.test/lov", drawn.draw(ACTORS), drawn.draw(STAMPS))
    stored = encode(entry)
    again = decode(stored, 1)
    assert again == entry
    assert encode(again) == stored
    assert again.asked() == command
    assert again.wire_name == wire_name
    assert b"\n" not in stored


@EVERY_TYPE
@FEW
@given(drawn=st.data())
def test_effects_follow_from_the_event_alone(wire_name: str, drawn: st.DataObject) -> None:
    event: Event = drawn.draw(events(wire_name))
    effects = list(event.effects())
    assert list(event.effects()) == effects
    assert list(event.tags()) == list(event.tags())
    for effect in effects:
        if effect.at is not None:
            bounds(effect.at)
        if isinstance(effect, Assign):
            assert is_data(effect.value), effect
            json.dumps(effect.value)
        else:
            assert isinstance(effect, Move)
            assert type(effect.ore) is int

    # Two values from one entry on one date would both be the last one.
    told: dict[Any, object] = {}
    for effect in effects:
        if isinstance(effect, Assign):
            assert told.setdefault((effect.slot, effect.at), effect.value) == effect.value, effect.slot


@EVERY_TYPE
@FEW
@given(drawn=st.data())
def test_effects_touch_what_the_event_names_and_begin_what_it_creates(wire_name: str, drawn: st.DataObject) -> None:
    event: Event = drawn.draw(events(wire_name))
    effects = list(event.effects())
    named = {ref for _, ref in references(event)} | set(creations(event))
    touched = {effect[0].entity for effect in effects} - named
    # An identifier (kommunenummer/5015) is a thing that only the rule of uniqueness knows.
    assert {ref.partition("/")[0] for ref in touched} <= {"kommunenummer", "orgnr"}
    begun = {
        effect.slot.entity
        for effect in effects
        if isinstance(effect, Assign) and effect.slot.attribute == "exists" and effect.value is True
    }
    assert begun == set(creations(event))

"""Is what a thing holds one of for each of many shown under a name that reads as a list of them?"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from ledger.entry import Actor, command_from
from ledger.events.bodies import Function
from ledger.facts import Assign
from ledger.fields import KINDS
from ledger.record import Pen
from ledger.store import memory_book
from ledger.vault import seal
from projections.reading import Reading
from projections.things import keyed_rows, plural, show

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "fixtures" / "every-event.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
UGLY = re.compile(
    r"eds$|[^aeiou]ys$|[^i]ss$|[cs]hs$|xs$"  # assesseds, partys, ruless, batchs
    r"|(^|_)(ins|ons|tos|bys|fors|froms|ofs|its|untils|becauses|nots)$"  # paid_bys, function_fors
    r"|(^|_)(paids|spents|presents|absents|followss|publics|invalids|kinds|remarkss|staffs|forces)$"
)


def keyed() -> set[str]:
    """The attributes that the sample of every event writes with a key."""
    found = set()
    for line in LINES:
        command, _disclosures = seal(line)
        for effect in command_from(command).event.effects():
            if isinstance(effect, Assign) and effect.slot.key:
                found.add(effect.slot.attribute)
    return found


KEYED = sorted({*keyed(), *get_args(Function), *(f"{function}_for" for function in get_args(Function))})


@pytest.mark.parametrize("word", [*KEYED, *KINDS])
def test_the_name_of_the_list_is_a_word(word: str) -> None:
    assert not UGLY.search(plural(word)), (
        f"“{plural(word)}”: add {word} to UNCOUNTED or PLURALS in projections/things.py"
    )


def test_two_lists_have_two_names() -> None:
    assert [name for name, count in Counter(map(plural, KEYED)).items() if count > 1] == []
    assert [name for name, count in Counter(map(plural, KINDS)).items() if count > 1] == []


@pytest.mark.parametrize(
    "word", ["assesseds", "partys", "paids", "steering_group_fors", "paid_bys", "ruless", "batchs"]
)
def test_ugly_names_are_found(word: str) -> None:
    assert UGLY.search(word)


def test_no_list_hides_what_is_said_of_every_thing() -> None:
    pen = Pen(memory_book("vedtak.test/flertall"), Actor("test", "import"))
    pen.record_all(LINES)
    reading = Reading(pen.catch_up(), date(2030, 1, 1), pen.journal.head)
    for ref in list(pen.journal.history.entities()):
        if ref.partition("/")[0] in KINDS:
            shown, thing = show(reading, ref), reading.structure.thing(ref)
            for name in {slot.attribute for slot in reading.structure.slots(ref) if slot.key}:
                rows = keyed_rows(reading, thing, name)
                assert not rows or shown[plural(name)] == rows
            assert shown["on"] == reading.effective

"""Do adherence, money and attention show text that would rather act on the terminal as nothing but text?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from msgspec.structs import replace

from ledger.entry import Actor, Entry, command_from, written
from tests.pilots import look_for, opened, press, seen, settled
from tests.terminals import RAW
from tests.test_hostile_text import PAYLOADS, HostileBook, spoiled
from tui.widgets.matrix import Matrix
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from ledger.store import Book

MORE: tuple[dict[str, Any], ...] = (
    {
        "type": "agreement-reported",
        "agreement": "agreement/{}",
        "title": "N",
        "form": "unknown",
        "parties": ["organisation/{}"],
    },
    {"type": "funding-source-registered", "fund": "fund/{}", "name": "N", "kind": "discretionary", "rules": "N"},
    {
        "type": "grant-applied",
        "application": "application/{}",
        "fund": "fund/{}",
        "applicant": "organisation/{}",
        "project": "N",
        "amount": {"known": "exact", "ore": 100},
        "sent": "sent",
    },
)


def filled(event: dict[str, Any], name: str) -> dict[str, Any]:
    def fill(value: Any) -> Any:
        if isinstance(value, list):
            return [fill(item) for item in value]
        return value.format(name) if isinstance(value, str) else value

    return {field: fill(value) for field, value in event.items()}


class HostileFigures(HostileBook):
    """The hostile partnership, with agreements, funds and applications whose texts are hostile too."""

    def __init__(self) -> None:
        super().__init__()
        actor = Actor("per", "secretariat")
        for name, payload in PAYLOADS.items():
            for event in MORE:
                number = len(self._entries)
                asked = {
                    "command": f"00000000-0000-0000-0000-{number:012}",
                    "effective": "2018",
                    "knowledge": "documented",
                    "event": filled(event, name),
                }
                entry = written(command_from(asked), "test/hostile", actor, 1_700_000_000_000_000 + number)
                self._entries.append(self._made_hostile(entry, payload))

    @staticmethod
    def _made_hostile(entry: Entry, payload: str) -> Entry:
        hostile = replace(spoiled(entry, payload), authority=None)
        event: Any = hostile.event
        texts = {name: payload for name in ("project", "rules") if hasattr(event, name)}
        return replace(hostile, event=replace(event, **texts)) if texts else hostile


@pytest.mark.slow
@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_every_line_of_the_three_screens_is_only_text(size: tuple[int, int]) -> None:
    everything = []
    async with opened(cast("Book", HostileFigures()), size) as pilot:
        for key in ("3", "4", "5"):
            await press(pilot, key)
            screen = pilot.app.screen
            for _line in range(4 * len(PAYLOADS)):
                if key == "3" and size[0] > 60:
                    matrix = screen.query_one(Matrix)
                    matrix.place = (matrix.place[0] + 1, matrix.place[1] + 1)
                else:
                    screen.query(VirtualList).first().action_cursor(1)
                await settled(pilot)
                everything.append(seen(pilot))
            await press(pilot, "enter")
            everything.append(seen(pilot))
            await press(pilot, "escape", "w")
            everything.append(seen(pilot))
            await press(pilot, "escape")
            await look_for(pilot, "[/x] {0}")
            everything.append(seen(pilot))
            await press(pilot, "escape")
    shown = "\n".join(everything)
    assert not RAW.search(shown.replace("\n", "")), repr(RAW.search(shown.replace("\n", "")))
    for visible in ("colour␛[31mred", "[/x] [/] [/b]end", "[red]red[/red]", "{0} {name}"):
        assert visible[:12] in shown, visible

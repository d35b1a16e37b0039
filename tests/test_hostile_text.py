"""What reaches the terminal when the ledger holds text that would rather act on it than be read?

The pen lets no control character in, so the worst entries here are made without it, as an old or foreign ledger might
hold them. Brackets, braces and piles of letters it does let in, and they must be shown as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from msgspec.structs import replace

from ledger.entry import Actor, Entry, Source, command_from, written
from ledger.errors import Unreadable
from tests.pilots import Typed, app_of, opened, press, seen, settled
from tests.terminals import RAW
from tui.modes import MODES
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ledger.store import Book, Disclosure

ESC, BEL = "\x1b", "\x07"
PAYLOADS: Final = {
    "colour": f"colour{ESC}[31mred{ESC}[0m",
    "title": f"title{ESC}]0;PWNED{BEL}end",
    "clipboard": f"clip{ESC}]52;c;cm0gLXJmIC8={BEL}end",
    "clear": f"clear{ESC}[2J{ESC}[Hend",
    "c1": "c1\x9b2Jend\x85\x90end",
    "newlines": "one\r\ntwo\ttabbed\x0bthree",
    "backspace": "back\x08\x08\x7fspace\x00nul",
    "bidi": "bidi\u202egnp.exe\u2066end\u200b\u200f\ufeff",
    "tags": "tags\U000e0041\U000e007fend",
    "close": "[/x] [/] [/b]end",
    "open": "[red]red[/red] [@click=app.quit]click[/]",
    "braces": "{0} {name} {} %s %(x)s $accent",
    "marks": "zalgo" + "\u0301" * 200 + "end",
    "wide": "字" * 50 + "👩‍👩‍👧" * 10,
    "long": "x" * 200_000,
    "paragraph": "ord \u202e[/x] " * 2_000,
}


def hostile_entries(origin: str = "test/hostile") -> list[Entry]:
    """A partnership all of whose texts are hostile."""
    actor = Actor("per", "secretariat")
    told: list[dict[str, Any]] = [
        {
            "type": "document-registered",
            "document": "document/d",
            "title": "D",
            "kind": "register",
            "holding": "reference_only",
        }
    ]
    for name in PAYLOADS:
        told.append(
            {
                "type": "organisation-registered",
                "organisation": f"organisation/{name}",
                "name": "N",
                "kind": "municipality",
            }
        )
        told.append(
            {
                "type": "body-established",
                "body": f"body/{name}",
                "name": "N",
                "kind": "board",
                "effect": "decided",
                "owner": f"organisation/{name}",
            }
        )
        point = {"no": "1", "text": "N", "strength": "shall"}
        told.append(
            {
                "type": "decision-adopted",
                "decision": f"decision/{name}",
                "title": "N",
                "body": f"body/{name}",
                "wording": "full",
                "points": [point],
            }
        )
    entries = []
    for number, event in enumerate(told):
        asked = {
            "command": f"00000000-0000-0000-0000-{number:012}",
            "effective": "2018",
            "knowledge": "documented",
            "event": event,
        }
        entry = written(command_from(asked), origin, actor, 1_700_000_000_000_000 + number)
        entries.append(
            spoiled(entry, PAYLOADS[ref.rpartition("/")[2]])
            if (ref := str(list(event.values())[1])) != "document/d"
            else entry
        )
    return entries


def spoiled(entry: Entry, payload: str) -> Entry:
    """The entry with every text in it replaced, past every check."""
    event: Any = entry.event
    texts: dict[str, Any] = {name: payload for name in ("name", "title") if hasattr(event, name)}
    if hasattr(event, "points"):
        texts["points"] = (replace(event.points[0], text=payload),)
    source = Source(document="document/d", locator=payload, quote=payload)
    actor = Actor(payload, "secretariat")
    authority = "decision/clear" if hasattr(event, "points") else None
    return replace(
        entry, event=replace(event, **texts), note=payload, sources=(source,), recorded_by=actor, authority=authority
    )


class NoTables:
    """What is stored, where nothing can be read again to be verified."""

    def extent(self) -> None:
        raise Unreadable("There are no tables.", "None are needed.")


class HostileBook:
    """As much of a book as the interface asks for."""

    stored = NoTables()
    restored = None

    def __init__(self) -> None:
        self.origin = f"test/{ESC}]0;PWNED{BEL}\u202ehostile"
        self._entries = hostile_entries()

    def head(self) -> int:
        return len(self._entries)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        return iter(self._entries[after:])

    def connect(self) -> None:
        """No file, and so no index."""

    def root(self, _size: int) -> bytes:
        raise Unreadable("There are no tables.", "None are needed.")

    def hashes(self, _level: int, _first: int, _last: int) -> list[bytes]:
        raise Unreadable("There are no tables.", "None are needed.")

    def disclosures(self, _commitments: Collection[str]) -> dict[str, Disclosure]:
        return {}


@pytest.mark.slow
async def test_every_entry_and_thing_can_be_looked_at() -> None:
    everything = []
    async with opened(cast("Book", HostileBook())) as pilot:
        app = app_of(pilot)
        for mode in MODES:
            app.action_mode(mode)
            await settled(pilot)
            await press(pilot, "home")
            for _ in range(app.head):
                for rows in list(app.screen.query(VirtualList))[:1]:
                    rows.action_cursor(1)
                await settled(pilot)
                everything.append(seen(pilot))
            for keys in (("w",), ("o",), ("escape", "escape"), ("tab", "down", "down", "w"), ("escape", "escape")):
                await press(pilot, *keys)
                everything.append(seen(pilot))
    shown = "\n".join(everything)
    assert not RAW.search(shown.replace("\n", "")), repr(RAW.search(shown.replace("\n", "")))
    assert "colour␛[31mred" in shown
    assert "[/x] [/] [/b]end" in shown
    assert "[red]red[/red]" in shown
    assert "{0} {name} {}" in shown


async def test_filters_and_titles_take_hostile_words() -> None:
    async with opened(cast("Book", HostileBook()), (100, 30)) as pilot:
        await press(pilot, "slash", Typed("[/x]"))
        assert "9 of 49 · “[/x]”" in seen(pilot)
        await press(pilot, "escape", "2", "home", "enter")
        assert "about " in seen(pilot)

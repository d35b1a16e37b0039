"""Is every word on the screens from the catalogue? A language that alters all its letters shows what is from elsewhere.

The partnership's own terms, the names of events and fields, and the data of the ledger are Norwegian here; so an
English word that stands in plain letters was written into the program.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from ledger.declaration import FieldDeclaration, declarations, struct_fields
from ledger.entry import Command
from ledger.fields import KINDS
from tests.pilots import demo_at, opened, press, seen
from tests.test_screens import HASH, ROLES, SCREENS
from tui import dates, locale, terms
from tui.catalogue import FAMILIES
from tui.cli.stories import STORIES, lines_of
from tui.keymap import KEYS
from tui.ledgers import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
OTHER: Final = "àƀćđéƒǵħíĵķłḿńóṕɋŕśŧúṽẃẋýźÀɃĆĐÉƑǴĦÍĴĶŁḾŃÓṔɊŔŚŦÚṼẂẊÝŹ"
PLACES: Final = re.compile(r"(\{[^}]*\})")
WORD: Final = re.compile(r"[A-Za-zÆØÅæøåÀ-ɏḀ-ỿ]+(?:-[A-Za-zÆØÅæøå]+)*")
REFERENCE: Final = re.compile(rf"\b(?:{'|'.join(KINDS)}|demo\.vedtak)/[\w.-]*")
SIGNS: Final = re.compile(rf"{HASH.pattern}|\bVEDTAK_[A-Z]+|\bvedtak (?:open|record)\b")
"""Hashes, variables and commands, which are the same in every language."""
EDGES: Final = "…│╭╮╰╯)"
"""What a word is cut by: the end of its column, a dialogue that covers the rest, a reference that goes on below."""


def altered(text: str) -> str:
    """A text a third longer and in other letters, but for what is filled in."""
    parts = PLACES.split(text)
    parts[::2] = [part.translate(str.maketrans(PLAIN, OTHER)) for part in parts[::2]]
    return f"⟦{''.join(parts)}{'~' * (len(text) // 3)}⟧"


class Pseudo:
    """A language in which everything is said, and nothing in plain letters."""

    def forms(self, msgid: str) -> tuple[str, str]:
        """What is said of one, and of more."""
        return altered(msgid), altered(msgid)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = locale.language()
    locale.use_language("nb")
    monkeypatch.setattr(locale, "_norwegian", Pseudo)
    yield
    locale.use_language(before)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_at(tmp_path_factory.mktemp("pseudo") / "demo.vedtak")


def texts(value: Any) -> Iterator[str]:
    """The texts in a recorded event, but for what is a word of the vocabulary."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name != "type":
                yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def titles(fields: tuple[FieldDeclaration, ...]) -> Iterator[str]:
    for field in fields:
        yield from (field.nb, field.help_nb)
        yield from titles(field.fields)


def known_words() -> set[str]:
    """Every word that may stand on a screen in plain letters."""
    commands = [json.loads(line) for name in STORIES["papers"].fixtures for line in lines_of(name).splitlines()]
    told = list(declarations())
    found = [
        *(terms.labels(word)[1] for word in terms._WORDS),
        *(family.partition(" – ")[2] for family in FAMILIES.values()),
        *(text for each in told for text in (each.nb, *titles(each.fields))),
        *titles(struct_fields(Command)),
        *(name for month in dates._MONTH_NAMES for name in month),
        *(shown for section in KEYS.values() for key in section for shown in (key.shown, key.hint_key)),
        *(text for command in commands for text in texts(command)),
        *(each.wire_name for each in told),
        "Vedtak",
    ]
    return {word.casefold() for text in found for word in WORD.findall(text)}


KNOWN: Final = known_words()
OTHER_NAMES: Final = {word for told in declarations() for word in told.en.split()}
"""Of the types of event, which are found by their names in either language."""


def strangers(shown: str) -> set[str]:
    """The words on a screen in plain letters that are neither data nor the partnership's own."""
    lines = [line for line in shown.splitlines() if not line.startswith((" $ ", "│ $ "))]
    text = SIGNS.sub(" ", REFERENCE.sub(" ", "\n".join(lines)))
    found = set()
    for word in WORD.finditer(text):
        plain = word[0].casefold()
        if len(plain) < 3 or not plain.isascii() or plain in KNOWN:
            continue
        cut = {text[word.start() - 1 : word.start()], text[word.end() : word.end() + 1]} & {*EDGES}
        if not (cut and any(plain in known for known in KNOWN)):
            found.add(word[0])
    return found


def test_what_is_not_from_the_catalogue_is_noticed() -> None:
    assert strangers(altered("Nothing stands here.")) == set()
    assert strangers("│ Nothing  Trøndelag│") == {"Nothing"}
    assert altered("{count} of {all}").format(count=3, all=4) == "⟦3 óƒ 4~~~~~⟧"


@pytest.mark.parametrize("name", SCREENS)
async def test_every_word_on_the_screen_is_from_the_catalogue(demo: Path, pseudo: None, name: str) -> None:
    with open_ledger(demo, read_only=True) as book:
        for size in ((80, 24), (60, 20)):
            async with opened(book, size, role=ROLES.get(name) or "read") as pilot:
                await press(pilot, *SCREENS[name])
                found = strangers(seen(pilot)) - (OTHER_NAMES if name == "record-kind" else set())
                assert found == set(), f"{size}\n{seen(pilot)}"

"""Entries that contain words: by the index where there is one, else by going through them; the same either way.

An entry is found when it has every word, where one that ends in ``*`` stands for all that begin so; in its own text
(``projections.index.text_of``) or in a name of something it concerns. The names are found at question time: among the
entries that have a word are those that gave something a name with it, and what concerns that has the word too. So a
name counts whether or not it is the one of the day. No more than :data:`NAMING_MOST` entries with a word are looked
through for names, the newest: a word that stands in more is looked for in the entries' own texts alone, where
references stand as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from ledger.entry import Entry, effects
from ledger.facts import Assign
from ledger.journal import Log
from projections.index import asked_words, text_of, words
from projections.indexed import IndexedLog
from projections.reading import Reading

COUNT_MOST: Final = 10_000
"""Hits are counted up to here; beyond it there are simply more."""
NAMING_MOST: Final = 2_000
NAMES: Final = frozenset({"name", "title", "alias"})
"""The attributes that say what something is called."""


class Hits(Struct, frozen=True):
    """The newest entries found, and how many there are in all."""

    total: int
    more: bool
    """Whether there are more than ``total``: counting stopped there."""
    entries: tuple[int, ...]


def search(reading: Reading, text: str, limit: int, among: Sequence[int] | None = None) -> Hits:
    """The newest entries that have every word of a text, of those known; ``among`` says which may count."""
    if among is None:
        found = matching(reading, text, COUNT_MOST + 1)
    else:
        within = set(among)
        found = [position for position in matching(reading, text) if position in within]
    return Hits(min(len(found), COUNT_MOST), len(found) > COUNT_MOST, tuple(found[:limit]))


def matching(reading: Reading, text: str, newest: int | None = None) -> list[int]:
    """Every entry that has the words, or so many of the newest, newest first."""
    asked = asked_words(text)
    if not asked:
        return []
    log = reading.journal
    found = set(_containing(log, asked, reading.known, newest))
    by_name = {word: _concerning_named(log, word, reading.known) for word in asked}
    candidates = sorted(set().union(*by_name.values()) - found, reverse=True)
    by_way_of_names = (
        position
        for position in candidates
        if not (wanting := [word for word in asked if position not in by_name[word]])
        or _has(log.entry(position), wanting)
    )
    found.update(islice(by_way_of_names, newest))
    return sorted(found, reverse=True)[:newest]


def _containing(log: Log, asked: Sequence[str], known: int, newest: int | None = None) -> Sequence[int]:
    if isinstance(log, IndexedLog):
        return log.containing(" ".join(asked), known, newest)
    found = [position for position, entry in log.numbered(known) if _has(entry, asked)]
    found.reverse()
    return found[:newest]


def _has(entry: Entry, asked: Sequence[str]) -> bool:
    return _has_each(text_of(entry), asked)


def _has_each(text: str, asked: Sequence[str]) -> bool:
    said = set(words(text))
    return all(any(word.startswith(one[:-1]) for word in said) if one.endswith("*") else one in said for one in asked)


def _concerning_named(log: Log, word: str, known: int) -> set[int]:
    """The entries that concern something which was given a name with the word."""
    saying = _containing(log, (word,), known, NAMING_MOST + 1)
    if len(saying) > NAMING_MOST:
        return set()
    named = {ref for position in saying for ref in _named(log.entry(position), word)}
    return {position for ref in named for position in log.mentions(ref, known)}


def _named(entry: Entry, word: str) -> Iterator[str]:
    """What an entry gives a name that has the word."""
    for effect in effects(entry):
        if isinstance(effect, Assign) and effect.slot.attribute in NAMES:
            said = [part for part in (effect.value, effect.slot.key) if isinstance(part, str)]
            if _has_each(" ".join(said), (word,)):
                yield effect.slot.entity

"""Why something is so: from the fact to its entry, from there to authority, conditions and the line in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from ledger.declaration import suggestion
from ledger.entry import Entry, Source
from ledger.errors import InvalidInput
from ledger.facts import Holds
from ledger.structure import Fact
from projections.reading import Alternative, DateView, Reading, dated, existence
from projections.things import plural, require

Because = Literal["fact", "corrected", "authority", "condition", "settled"]
Link = tuple[int | None, Because]
"""An entry, and how it comes into a chain."""


class SourceStep(Struct, frozen=True):
    """A place in a document; ``sha256`` is over the passage, ``document_sha256`` over the document as obtained."""

    document: str
    title: str
    locator: str | None
    quote: str | None
    sha256: str | None
    archive_ref: str | None
    holding: str | None
    document_sha256: str | None


class EntryStep(Struct, frozen=True):
    """An entry that says so, and what it rests on. ``because`` tells how it came into the chain."""

    entry: int
    because: Because
    type: str
    date: DateView
    recorded_at: str
    recorded_by: str
    knowledge: str
    note: str | None
    authority: str | None
    authority_title: str | None
    authority_point: str | None
    sources: tuple[SourceStep, ...]
    corrects: int | None
    corrected_by: int | None


class Why(Struct, frozen=True):
    """A value and the chain behind it: entry, what that entry corrected, its authority's own entry, conditions."""

    ref: str
    name: str
    attribute: str
    key: str | None
    value: Any
    holds: Holds
    entry: int | None
    chain: tuple[EntryStep, ...]
    alternatives: tuple[Alternative, ...]


def why(reading: Reading, locator: str) -> Why:
    """The chain behind ``kind/slug``, ``kind/slug.attribute`` or ``kind/slug.attribute.key``.

    Raises Refused for something not on record, InvalidInput for an attribute it never had.
    """
    ref, _, path = locator.partition(".")
    thing = require(reading, ref)
    attribute, _, key = path.partition(".")
    if not attribute:
        return _explained(reading, ref, "exists", "", existence(thing))
    slots = list(reading.structure.slots(ref))
    names = {slot.attribute for slot in slots}
    name = next((known for known in names if attribute in {known, plural(known)}), None)
    if name is None or (not key and not any(slot.attribute == name and not slot.key for slot in slots)):
        choices = {slot.attribute if not slot.key else f"{slot.attribute}.{slot.key}" for slot in slots}
        remedy, like = suggestion(path, choices - {"exists"})
        raise InvalidInput("{ref} has nothing called “{attribute}”.", remedy, ref=ref, attribute=path, nearest=like)
    return _explained(reading, ref, name, key, thing.fact(name, key))


def _explained(reading: Reading, ref: str, attribute: str, key: str, fact: Fact[Any]) -> Why:
    view = reading.view(fact)
    return Why(
        ref=ref,
        name=reading.label(ref),
        attribute=attribute,
        key=key or None,
        value=view.value,
        holds=view.holds,
        entry=view.entry,
        chain=tuple(chain(reading, view.entry, _conditions(reading, ref, key or None))),
        alternatives=view.alternatives,
    )


def chain(reading: Reading, position: int | None, more: Iterable[Link] = ()) -> list[EntryStep]:
    """The entry, the entries it corrected, the entry of the decision it rests on, and the conditions on that."""
    steps: list[EntryStep] = []
    waiting: list[Link] = [(position, "fact"), *more]
    while waiting:
        here, because = waiting.pop(0)
        entry = reading.entry(here)
        if entry is None or here is None or any(step.entry == here for step in steps):
            continue
        steps.append(step(reading, here, entry, because))
        waiting.append((entry.corrects.entry if entry.corrects else None, "corrected"))
        if entry.authority:
            waiting.append((existence(reading.structure.thing(entry.authority)).entry, "authority"))
            waiting.extend(_conditions(reading, entry.authority, entry.authority_point))
    return steps


def _conditions(reading: Reading, ref: str, point: str | None) -> Iterator[Link]:
    """Where conditions on a thing were set, and settled; of those on single points only the ones on this point."""
    for condition, on in reading.structure.thing(ref).keyed("condition").items():
        if isinstance(on.value, str) and on.value != point:
            continue
        thing = reading.structure.thing(condition)
        yield existence(thing).entry, "condition"
        if thing.fact("settled_by").value is not None:
            yield thing.fact("status").entry, "settled"


def step(reading: Reading, position: int, entry: Entry, because: Because) -> EntryStep:
    """One entry of a chain."""
    return EntryStep(
        entry=position,
        because=because,
        type=entry.wire_name,
        date=dated(entry),
        recorded_at=entry.recorded_at.isoformat(),
        recorded_by=f"{entry.recorded_by.name} ({entry.recorded_by.role})",
        knowledge=entry.knowledge,
        note=entry.note,
        authority=entry.authority,
        authority_title=reading.label(entry.authority) if entry.authority else None,
        authority_point=entry.authority_point,
        sources=tuple(source_step(reading, source.document, source) for source in entry.sources),
        corrects=entry.corrects.entry if entry.corrects else None,
        corrected_by=reading.journal.withdrawn_by(position, reading.known),
    )


def source_step(reading: Reading, document: str, source: Source | None = None) -> SourceStep:
    """A document, and the place in it that is cited, where one is."""
    thing = reading.structure.thing(document)

    def text(name: str) -> str | None:
        value = thing.fact(name).value
        return value if isinstance(value, str) else None

    return SourceStep(
        document=document,
        title=reading.label(document),
        locator=source.locator if source else None,
        quote=source.quote if source else None,
        sha256=source.sha256 if source else None,
        archive_ref=text("archive_ref"),
        holding=text("holding"),
        document_sha256=text("sha256"),
    )

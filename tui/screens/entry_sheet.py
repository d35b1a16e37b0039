"""An entry in full, as items for a sheet: what it says, when, how we know, on what authority, what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ledger.declaration import FieldDeclaration, struct_fields
from ledger.event import Event
from projections.reading import Reading
from projections.timeline import ChangeView, changed
from projections.why import EntryStep, SourceStep, step
from tui.dates import effective_text, moment_text
from tui.locale import _, language, ngettext_
from tui.phrases import date_text, holds_text, number_text, place_text, type_name, value_text
from tui.terms import term
from tui.widgets.sheet import Item

if TYPE_CHECKING:
    from msgspec import Struct

    from ledger.entry import Entry

SIGNS = {"+": "added", "-": "taken", "~": "text"}
HASH_SHOWN = 16


def entry_items(reading: Reading, position: int) -> Iterator[Item]:
    """Everything there is to say of an entry."""
    entry = reading.journal.entry(position)
    told = step(reading, position, entry, "fact")
    yield Item(text=f"#{position}  {type_name(entry.wire_name)}", look="title")
    yield from _standing(told)
    yield from field_items(reading, entry.happened, _fields_of(entry.happened))
    yield Item()
    yield from provenance(reading, told)
    yield Item()
    yield from change_items(reading, position)
    yield Item()
    yield from _recorded(entry)


def _standing(told: EntryStep) -> Iterator[Item]:
    if told.corrected_by is not None:
        yield Item(text=_("✗ withdrawn by entry #{entry}").format(entry=told.corrected_by), look="gone")
    if told.corrects is not None:
        yield Item(text=_("corrects entry #{entry}").format(entry=told.corrects), look="doubt")


def field_items(reading: Reading, value: Struct, fields: Sequence[FieldDeclaration], indent: int = 0) -> Iterator[Item]:
    """The fields of an event with their titles, those within a field one step in."""
    for field in fields:
        held = getattr(value, field.name)
        if held is None or held == ():
            continue
        title = field.nb if language() == "nb" else field.en
        items = list(held) if field.many else [held]
        if field.fields or field.base is Event:
            for number, item in enumerate(items, 1):
                yield Item(text=f"{title} {number}" if field.many else title, look="head", indent=indent)
                yield from field_items(reading, item, field.fields or _fields_of(item), indent + 2)
        else:
            yield Item(title, "\n".join(_value(reading, field, item) for item in items), indent=indent)


def _fields_of(value: Struct) -> tuple[FieldDeclaration, ...]:
    return struct_fields(type(value))


def _value(reading: Reading, field: FieldDeclaration, value: Any) -> str:
    if field.choices:
        return term(str(value))
    if field.refers_to or field.creates:
        name = reading.label(value)
        return f"{name}  ({value})" if name != value else str(value)
    if field.format == "edtf":
        return date_text(value)
    if isinstance(value, datetime):
        return moment_text(value)
    # A text is shown as it was written, even where it happens to be a word of ours.
    return value if isinstance(value, str) else value_text(reading, value)


def provenance(reading: Reading, told: EntryStep) -> Iterator[Item]:
    """When it took effect, how we know, and on what authority and sources."""
    yield Item(_("Effective"), effective_text(told.date))
    if told.date.reason:
        yield Item(text=told.date.reason, look="quiet", indent=2)
    yield Item(_("Knowledge"), term(told.knowledge))
    partnership = reading.journal.entry(told.entry).partnership
    if partnership:
        yield Item(_("Partnership"), f"{reading.label(partnership)}  ({partnership})")
    if told.authority:
        point = _(", point {number}").format(number=told.authority_point) if told.authority_point else ""
        yield Item(_("Authority"), f"{told.authority_title}{point}  ({told.authority})")
    for source in told.sources:
        yield from source_items(source)
    if not told.sources:
        yield Item(_("Source"), _("none given"), "quiet")
    entry = reading.journal.entry(told.entry)
    if entry.corrects:
        yield Item(_("Correction"), f"#{entry.corrects.entry}: {term(entry.corrects.kind)}")
        yield Item(text=entry.corrects.reason, indent=2)
    if entry.note:
        yield Item(_("Note"), entry.note)


def source_items(source: SourceStep, *, whole: bool = False) -> Iterator[Item]:
    """A place in a document, what it says, and the hashes it can be checked by; the whole of them where asked."""
    place = f", {place_text(source.locator)}" if source.locator else ""
    yield Item(_("Source"), f"{source.title}{place}")
    if source.quote:
        yield Item(text=f"“{source.quote}”", look="quiet", indent=2)
    if source.archive_ref:
        yield Item(text=_("archive reference {ref}").format(ref=source.archive_ref), look="quiet", indent=2)
    if source.sha256:
        text = _("passage SHA-256 {digest}").format(digest=_digest(source.sha256, whole=whole))
        yield Item(text=text, look="quiet", indent=2)
    if source.document_sha256:
        text = _("document SHA-256 {digest}").format(digest=_digest(source.document_sha256, whole=whole))
        yield Item(text=text, look="quiet", indent=2)


def _digest(digest: str, *, whole: bool) -> str:
    return digest if whole else f"{digest[:HASH_SHOWN]}…"


def change_items(reading: Reading, position: int) -> Iterator[Item]:
    """What the entry changed, thing by thing, with a sign before each line."""
    yield from change_list(reading, changed(reading, position))


def change_list(reading: Reading, found: Sequence[ChangeView]) -> Iterator[Item]:
    """Changes, thing by thing, with a sign before each line."""
    count = len(found)
    told = ngettext_("{count} change", "{count} changes", count)
    yield Item(text=told.format(count=number_text(count)), look="head")
    ref = None
    for change in found:
        if change.ref != ref:
            ref = change.ref
            yield Item(text=f"{change.name}  ({ref})", indent=2)
        yield Item(text=f"{change.sign} {_change(reading, change)}", look=SIGNS[change.sign], indent=2)


def _change(reading: Reading, change: ChangeView) -> str:
    name = term(change.attribute)
    if change.key:
        name = f"{name} {value_text(reading, change.key)}"
    after = _side(reading, change.after, change.after_holds)
    if change.sign == "+":
        return f"{name}: {after}"
    before = _side(reading, change.before, change.before_holds)
    return f"{name}: {before} → {after}"


def _side(reading: Reading, value: Any, holds: str) -> str:
    text = "–" if value is None else value_text(reading, value)
    return f"{text} (◐ {holds_text(holds)})" if holds == "maybe" else text


def _recorded(entry: Entry) -> Iterator[Item]:
    yield Item(_("Recorded"), moment_text(entry.recorded_at), "quiet")
    yield Item(_("Recorded by"), f"{entry.recorded_by.name} ({term(entry.recorded_by.role)})", "quiet")
    yield Item(_("Command"), entry.command, "quiet")

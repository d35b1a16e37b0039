"""A thing as it stood, as items for a sheet, and the words that must not be overlooked beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from projections.reading import FactView, existence
from projections.things import plural, show
from projections.why import SourceStep, source_step, step
from tui.dates import effective_text
from tui.locale import N_, _, ngettext_
from tui.phrases import holds_text, number_text, value_text
from tui.terms import term
from tui.widgets.sheet import Item

if TYPE_CHECKING:
    from projections.partnership import Node
    from projections.reading import Reading

MARKS = {"decided": N_("decided – not evidenced"), "wished": N_("wished – not agreed"), "maybe": N_("may be")}
_PLAIN = {"ref", "kind", "name", "holds", "entry", "knowledge", "authority", "on", "known", "date", "attributes"}
_BESIDE = {"key", "holds", "entry", "knowledge", "authority"}


def mark_text(node: Node) -> str:
    """What a tree says beside a name: a doubt first, then the mark."""
    told = []
    if node.holds == "maybe" and node.mark != "maybe":
        told.append(f"◐ {_('may be')}")
    if node.mark:
        words = _(MARKS[node.mark]) if node.mark in MARKS else term(node.mark)
        told.append(f"◐ {words}" if node.mark in {"maybe", "wished"} else words)
    return ", ".join(told)


def relation_text(node: Node) -> str:
    """How a thing stands to the one above it."""
    relation, _colon, detail = node.relation.partition(":")
    return term(detail or relation)


def thing_items(reading: Reading, ref: str) -> Iterator[Item]:
    """Everything that is, or may be, so of a thing at this moment."""
    shown = show(reading, ref)
    yield Item(text=shown["name"], look="title")
    yield Item(text=f"{term(shown['kind'])} · {ref}", look="quiet")
    if shown["holds"] != "yes":
        words = _("◐ may exist on this day") if shown["holds"] == "maybe" else _("✗ does not exist on this day")
        yield Item(text=words, look="doubt" if shown["holds"] == "maybe" else "gone")
    if shown["date"] is not None:
        yield Item(_("since"), effective_text(shown["date"]), about=ref)
    yield from _fact_items(reading, ref, shown["attributes"])
    for name, rows in shown.items():
        if name not in _PLAIN and name != "entries" and isinstance(rows, list):
            yield Item()
            yield Item(text=f"{term(name).capitalize()} ({len(rows)})", look="head")
            for row in rows:
                yield from _row_items(reading, row, f"{ref}.{name}.{row['key']}")
    if "belonging" in shown:
        yield Item()
        yield Item(text=_("Belongs to it"), look="head")
        for kind, count in shown["belonging"].items():
            yield Item(term(plural(kind)), str(count), indent=2)
    yield from _ending_items(reading, shown)
    yield Item()
    count = len(shown["entries"])
    told = ngettext_("{count} entry concerns it: {list}", "{count} entries concern it: {list}", count)
    yield Item(text=told.format(count=number_text(count), list=_numbers(shown["entries"])), look="quiet")


def cited_for(reading: Reading, ref: str | None) -> SourceStep | None:
    """The document that a thing is, or the first source of the entry that it is there by."""
    if ref is None or not reading.structure.on_record(ref):
        return None
    if ref.startswith("document/"):
        return source_step(reading, ref)
    position = existence(reading.structure.thing(ref)).entry
    entry = reading.entry(position)
    return next(iter(step(reading, position, entry, "fact").sources), None) if position and entry else None


def _fact_items(reading: Reading, ref: str, attributes: Mapping[str, FactView]) -> Iterator[Item]:
    for name, fact in attributes.items():
        about = f"{ref}.{name}"
        if name == "name":
            continue
        text = f"{value_text(reading, fact.value)}  #{fact.entry}"
        if name == "effect" and fact.value == "decided":
            yield Item(term(name), f"{_(MARKS['decided'])}  #{fact.entry}", "doubt", about=about)
            continue
        yield Item(term(name), f"◐ {text}" if fact.holds == "maybe" else text, _look(fact.holds), about=about)
        for other in fact.alternatives:
            value = _("nothing yet") if other.value is None else value_text(reading, other.value)
            number = f"  #{other.entry}" if other.entry else ""
            yield Item(text=_("or: {value}").format(value=value) + number, look="doubt", indent=2)


def _row_items(reading: Reading, row: Mapping[str, Any], about: str) -> Iterator[Item]:
    told = [value_text(reading, row["key"])]
    for name, value in row.items():
        if name in _BESIDE or value in (None, (), []):
            continue
        if name == "value":
            told += [] if value is True else [value_text(reading, value)]
        elif name == "text":
            told.append(str(value))
        else:
            told.append(f"{term(name)}: {value_text(reading, value)}")
    sign = "◐ " if row["holds"] == "maybe" else ""
    doubt = f" ({holds_text('maybe')})" if row["holds"] == "maybe" else ""
    text = f"{sign}{' · '.join(told)}{doubt}  #{row['entry']}"
    yield Item(text=text, look=_look(row["holds"]), indent=2, about=about)


def _ending_items(reading: Reading, shown: Mapping[str, Any]) -> Iterator[Item]:
    ended = shown.get("ended")
    if not ended:
        return
    heirs = ", ".join(heir["name"] for heir in ended["into"])
    date = effective_text(ended["date"]) if ended["date"] else ""
    yield Item()
    yield Item(_("ended"), f"{date}  #{ended['entry']}", "gone")
    if heirs:
        yield Item(_("carried on by"), heirs)
    bound = shown["commitments"]
    for ref, fact in bound["determined"].items():
        yield Item(text=f"{reading.label(ref)} → {value_text(reading, fact.value)}  #{fact.entry}", indent=2)
    for ref in bound["open"]:
        text = _("! {name}: nobody has said who takes it over").format(name=reading.label(ref))
        yield Item(text=text, look="doubt", indent=2)


def _look(holds: str) -> str:
    return "doubt" if holds == "maybe" else "text"


def _numbers(positions: list[int], most: int = 12) -> str:
    shown = ", ".join(f"#{position}" for position in positions[-most:])
    return f"… {shown}" if len(positions) > most else shown

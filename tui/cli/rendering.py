"""Answers drawn as plain text for people: entries, things, trees, chains. One function for each kind of answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from projections.partnership import Node, Summary, summary, tree
from projections.reading import DateView, FactView, Reading
from projections.things import kind_named, plural
from projections.timeline import ChangeView, changed, line, view
from tui.cli.output import print_table, print_text, shortened
from tui.dates import day_text, effective_text
from tui.locale import _
from tui.phrases import holds_text, line_parts, number_text, place_text, type_name, value_text
from tui.terms import term

if TYPE_CHECKING:
    from projections.why import EntryStep

WIDE = 60


def print_entries(reading: Reading, found: Iterable[int]) -> None:
    """Entries, a line each."""
    lines = []
    for position in found:
        shown = line(reading, position)
        type_, who, what = line_parts(reading, shown)
        mark = "✗" if reading.journal.withdrawn_by(position, reading.known) else ""
        lines.append((mark, f"#{position}", shown.entry.effective, type_, shortened(who, WIDE), shortened(what, WIDE)))
    if not lines:
        print_text(_("No entries match."))
    print_table(("", _("no."), _("effective"), _("type"), _("about"), _("what")), lines)


def print_thing(reading: Reading, thing: dict[str, Any]) -> None:
    """A thing for people: what it is, whether it holds, its attributes, its lists."""
    print_text(f"{thing['name']}  ({term(thing['kind'])}, {thing['ref']})")
    on = day_text(reading.effective)
    print_text(
        {
            "yes": _("Stands on {date}: yes"),
            "maybe": _("Stands on {date}: maybe"),
            "no": _("Stands on {date}: no"),
        }[thing["holds"]].format(date=on)
    )
    if isinstance(thing["date"], DateView):
        print_text(_("Recorded with effect from: {date}").format(date=effective_text(thing["date"])))
        if thing["date"].reason:
            print_text(f"  {thing['date'].reason}")
    if "ended" in thing:
        _print_ending(thing)
    print_table(
        (_("attribute"), _("value"), _("holds"), _("entry"), _("knowledge")),
        [
            (
                term(name),
                _fact_text(reading, fact),
                holds_text(fact.holds),
                f"#{fact.entry}",
                term(fact.knowledge or ""),
            )
            for name, fact in thing["attributes"].items()
            if name != "name"
        ],
    )
    for name, items in thing.items():
        if isinstance(items, list) and items and isinstance(items[0], dict):
            print_text()
            print_text(f"{term(name).capitalize()} ({len(items)})")
            print_table((), [_keyed_line(reading, item) for item in items])
    if "belonging" in thing:
        told = ", ".join(f"{count} {kind_word(kind, count)}" for kind, count in thing["belonging"].items())
        print_text()
        print_text(_("Belongs to it: {things}").format(things=told or _("nothing")))
    print_text()
    print_text(_("Entries: {entries}").format(entries=", ".join(f"#{number}" for number in thing["entries"])))


def kind_word(kind: str, count: int) -> str:
    """What so many things of a kind are called."""
    return term(kind if count == 1 else plural(kind))


def _print_ending(thing: dict[str, Any]) -> None:
    ended, commitments = thing["ended"], thing["commitments"]
    into = ", ".join(heir["name"] for heir in ended["into"])
    text = {
        "split": _("Ended: split into {heirs}"),
        "merger": _("Ended: merged into {heirs}"),
    }.get(str(ended["by"]), _("Ended: {cause}"))
    print_text(text.format(heirs=into, cause=term(str(ended["by"]))))
    print_text(_("Commitments: {status}").format(status=term(commitments["status"])))
    for ref in commitments["open"]:
        print_text(f"  {ref}")


def _fact_text(reading: Reading, fact: FactView) -> str:
    text = value_text(reading, fact.value)
    others = [value_text(reading, other.value) or _("nothing yet") for other in fact.alternatives]
    return f"{text} ({_('or')} {', '.join(others)})" if others else text


def _keyed_line(reading: Reading, item: dict[str, Any]) -> list[str]:
    envelope = {"key", "holds", "entry", "knowledge", "authority", "no", "concerns"}
    told = [value_text(reading, value) for name, value in item.items() if name not in envelope]
    strength = term(str(item["strength"])) if "strength" in item else None
    if strength is not None:
        told = [shortened(value_text(reading, item.get("text")), 90), strength]
    sure = "" if item["holds"] == "yes" else f"◐ {holds_text(item['holds'])}"
    return [value_text(reading, item["key"]), *[text for text in told if text], sure, f"#{item['entry']}"]


def print_entry(reading: Reading, position: int) -> None:
    """An entry in full, for people, and what it changed."""
    shown = view(reading, position)
    print_text(f"#{position}  {type_name(shown.type)}")
    print_text(f"{_('effective')}: {effective_text(shown.date)}")
    if shown.date.reason:
        print_text(f"  {shown.date.reason}")
    print_text(f"{_('recorded')}: {shown.recorded_at}  {shown.recorded_by} ({term(shown.role)})")
    print_text(f"{_('knowledge')}: {term(shown.knowledge)}")
    if shown.partnership:
        print_text(f"{term('partnership')}: {value_text(reading, shown.partnership)}")
    point = f", {_('point')} {shown.authority_point}" if shown.authority_point else ""
    print_text(f"{_('authority')}: {value_text(reading, shown.authority) or _('without known decision')}{point}")
    for name, value in shown.event.items():
        if name != "type":
            print_text(f"  {term(name)}: {value_text(reading, value)}")
    for source in shown.sources or ():
        _print_source(reading, source)
    if shown.note:
        print_text(f"{_('note')}: {shown.note}")
    if shown.corrects:
        print_text(
            _("Corrects #{target}: {reason}").format(target=shown.corrects["entry"], reason=shown.corrects["reason"])
        )
    if shown.corrected_by:
        print_text(_("Corrected or annulled by #{by}").format(by=shown.corrected_by))
    print_changes(reading, changed(reading, position))


def _print_source(reading: Reading, source: dict[str, Any]) -> None:
    print_text(f"{_('source')}: {value_text(reading, source['document'])}, {place_text(source.get('locator') or '')}")
    if source.get("quote"):
        print_text(f"  “{source['quote']}”")
    if source.get("sha256"):
        print_text(f"  sha256 {source['sha256']}")


def print_changes(reading: Reading, found: Iterable[ChangeView]) -> None:
    """What an entry changed: + new, ~ another value, - gone."""
    for change in found:
        where = f"{change.name}: {term(change.attribute)}"
        if change.key:
            where += f" [{shortened(value_text(reading, change.key), WIDE)}]"
        before, after = value_text(reading, change.before), value_text(reading, change.after)
        told = after if change.sign == "+" else f"{before} → {after or '–'}"
        print_text(f"  {change.sign} {where}: {shortened(told, 100)}")


def print_summary(reading: Reading, partnership: str | None = None) -> Summary:
    """How much is on record at this moment, or belongs to a partnership."""
    told = summary(reading, partnership)
    print_text(
        _("{count} entries; on {date}:").format(count=number_text(told.entries), date=day_text(reading.effective))
    )
    parts = []
    for kind, count in told.things.items():
        if count:
            doubtful = told.maybe[kind]
            word = term(kind if count != 1 else kind_named(kind))
            parts.append(f"{count} {word}" + (f" ({doubtful} {term('maybe')})" if doubtful else ""))
    print_text("  " + ", ".join(parts))
    return told


def print_tree(reading: Reading, partnership: str | None = None) -> None:
    """The structure, indented."""
    for node in tree(reading, partnership):
        _print_node(node, "", last=None)


def _print_node(node: Node, indent: str, *, last: bool | None) -> None:
    branch = "" if last is None else ("└─ " if last else "├─ ")
    print_text(f"{indent}{branch}{node_text(node)}")
    below = indent if last is None else indent + ("   " if last else "│  ")
    for number, child in enumerate(node.children, 1):
        _print_node(child, below, last=number == len(node.children))


def node_text(node: Node) -> str:
    """A node in one line: relation, name, and what must not be overlooked."""
    relation, _colon, function = node.relation.partition(":")
    lead = {"post": _("post"), "measure": term("measure"), "plan": term("plan"), "member": term("member")}.get(
        relation, ""
    )
    if relation == "function":
        lead = term(function)
    text = f"{lead}: {node.name}" if lead else node.name
    if node.mark:
        text += f"  [{term(node.mark)}]" if node.mark != "decided" else f"  [{_('decided, not evidenced')}]"
    return f"◐ {text}  ({term('maybe')})" if node.holds == "maybe" else text


def print_step(step: EntryStep) -> None:
    """One entry of a chain, with its sources."""
    print_text(f"→ #{step.entry}  {type_name(step.type)}, {_('effective')} {effective_text(step.date)}")
    print_text(f"    {_('recorded')} {step.recorded_at}, {step.recorded_by}; {_('knowledge')}: {term(step.knowledge)}")
    authority = step.authority_title or _("without known decision")
    point = f", {_('point')} {step.authority_point}" if step.authority_point else ""
    print_text(f"    {_('authority')}: {authority}{point}")
    for source in step.sources:
        print_text(f"    {_('source')}: {source.title}, {place_text(source.locator or '')} ({source.document})")
        if source.quote:
            print_text(f"      “{source.quote}”")
        if source.sha256:
            print_text(f"      sha256 {source.sha256}")
    if step.note:
        print_text(f"    {_('note')}: {step.note}")
    if step.corrected_by:
        print_text("    " + _("Corrected or annulled by #{by}").format(by=step.corrected_by))

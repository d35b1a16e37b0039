"""Commands that answer: events, show, list, state, adherence, why, replay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from ledger.declaration import declaration
from ledger.errors import InvalidInput, Refused
from projections.adherence import TARGETS, adherence
from projections.partnership import Node, summary, tree
from projections.reading import DateView, FactView, Reading
from projections.things import kind_named, plural, require, rows, show
from projections.timeline import ChangeView, Filter, changed, line, positions, replayed, view
from projections.why import EntryStep, why
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_table, print_text, shortened
from tui.cli.stories import is_invented
from tui.dates import day_text, effective_text, parse_day, today
from tui.locale import _
from tui.phrases import holds_text, line_parts, type_name, value_text
from tui.terms import term, word_meant

WIDE = 60


@click.command(help=_("The log, newest last."))
@click.option("--type", "type_", metavar="TYPE", help=_("Only entries of this type."))
@click.option("--touches", metavar="REF", help=_("Only entries that concern this thing."))
@click.option("--since", metavar="DATE", help=_("Effective on or after."))
@click.option("--until", metavar="DATE", help=_("Effective on or before."))
@click.option("--search", metavar="TEXT", help=_("Every word somewhere in the entry."))
@click.option("--limit", type=click.IntRange(min=1), help=_("Only the newest so many."))
@common()
def events(
    asked: Asked, type_: str | None, since: str | None, until: str | None, limit: int | None, **rest: Any
) -> None:
    """List the entries that match."""
    if type_:
        declaration(type_)  # an unknown type is refused with the nearest ones
    wanted = Filter(
        type=type_,
        since=parse_day(since, today()) if since else None,
        until=parse_day(until, today()) if until else None,
        **rest,
    )
    with asked.reading() as reading:
        if wanted.touches:
            require(reading, wanted.touches)
        found = positions(reading, wanted)
        found = found[-limit:] if limit else found
        if asked.as_json:
            print_json([view(reading, position) for position in found])
            return
        print_entries(reading, found)


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


@click.command("show", help=_("One thing as it stood, or one entry (“#12”)."))
@click.argument("ref")
@common()
def show_command(ref: str, asked: Asked) -> None:
    """Show a thing or an entry."""
    with asked.reading() as reading:
        if ref.startswith("#"):
            position = entry_number(reading, ref)
            shown = {"entry": view(reading, position), "changed": changed(reading, position)}
            if asked.as_json:
                print_json(shown)
            else:
                print_entry(reading, position)
            return
        thing = show(reading, ref)
        if asked.as_json:
            print_json(thing)
        else:
            print_thing(reading, thing)


def entry_number(reading: Reading, text: str) -> int:
    """The position meant by ``#12`` or ``12``. Raises for one that is not there."""
    digits = text.removeprefix("#")
    if not digits.isdecimal():
        raise InvalidInput("“{text}” is no entry number.", "Write it as #12.", text=text)
    if reading.entry(int(digits)) is None:
        raise Refused(
            "There is no entry #{number}.", "The newest known one is #{head}.", number=digits, head=reading.known
        )
    return int(digits)


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
    print_text()
    print_text(_("Entries: {entries}").format(entries=", ".join(f"#{number}" for number in thing["entries"])))


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
    point = f", {_('point')} {shown.authority_point}" if shown.authority_point else ""
    print_text(f"{_('authority')}: {value_text(reading, shown.authority) or _('without known decision')}{point}")
    for name, value in shown.event.items():
        if name != "type":
            print_text(f"  {term(name)}: {value_text(reading, value)}")
    for source in shown.sources or ():
        print_text(f"{_('source')}: {value_text(reading, source['document'])}, {source.get('locator') or ''}")
        if source.get("quote"):
            print_text(f"  “{source['quote']}”")
        if source.get("sha256"):
            print_text(f"  sha256 {source['sha256']}")
    if shown.note:
        print_text(f"{_('note')}: {shown.note}")
    if shown.corrects:
        print_text(
            _("Corrects #{target}: {reason}").format(target=shown.corrects["entry"], reason=shown.corrects["reason"])
        )
    if shown.corrected_by:
        print_text(_("Corrected or annulled by #{by}").format(by=shown.corrected_by))
    print_changes(reading, changed(reading, position))


def print_changes(reading: Reading, found: Iterable[ChangeView]) -> None:
    """What an entry changed: + new, ~ another value, - gone."""
    for change in found:
        where = f"{change.name}: {term(change.attribute)}"
        if change.key:
            where += f" [{shortened(value_text(reading, change.key), WIDE)}]"
        before, after = value_text(reading, change.before), value_text(reading, change.after)
        told = after if change.sign == "+" else f"{before} → {after or '–'}"
        print_text(f"  {change.sign} {where}: {shortened(told, 100)}")


@click.command("list", help=_("All of a kind, as it stood: organisations, bodies, decisions …"))
@click.argument("kind")
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help=_("Only those with this value; may be repeated."))
@common()
def list_command(kind: str, where: tuple[str, ...], asked: Asked) -> None:
    """List things of a kind."""
    conditions = {}
    for condition in where:
        name, equals, value = condition.partition("=")
        if not equals:
            raise InvalidInput("“{text}” is no condition.", "Write it as FIELD=VALUE: county=50.", text=condition)
        conditions[name] = value
    with asked.reading() as reading:
        found = rows(reading, kind_named(kind), conditions)
        if not found:
            # The table shows words in the reader's language; a person types what the table shows.
            found = rows(reading, kind_named(kind), {name: word_meant(value) for name, value in conditions.items()})
        if asked.as_json:
            print_json(found)
            return
        shown = [
            name
            for name in ("kind", "code", "county", "status", "body", "case_number")
            if any(name in r for r in found)
        ]
        print_table(
            (_("name"), *(term(name) for name in shown), _("holds"), _("entry"), _("reference")),
            [
                (
                    shortened(row["name"], WIDE),
                    *(
                        shortened(value_text(reading, row.get(name)) if name != "code" else row.get(name) or "", 30)
                        for name in shown
                    ),
                    holds_text(row["holds"]),
                    f"#{row['entry']}",
                    row["ref"],
                )
                for row in found
            ],
        )
        print_text(_("{count} on {date}").format(count=len(found), date=day_text(reading.effective)))


@click.command(help=_("The whole structure as it stood."))
@common()
def state(asked: Asked) -> None:
    """Print the summary and the tree."""
    with asked.reading() as reading:
        if asked.as_json:
            print_json(
                {
                    "on": reading.effective,
                    "known": reading.known,
                    "invented": bool(reading.journal.head) and is_invented(reading.journal.entry(1).origin),
                    "summary": summary(reading),
                    "tree": tree(reading),
                }
            )
            return
        print_summary(reading)
        print_text()
        print_tree(reading)


def print_summary(reading: Reading) -> None:
    """How much is on record at this moment."""
    told = summary(reading)
    print_text(_("{count} entries; on {date}:").format(count=told.entries, date=day_text(reading.effective)))
    parts = []
    for kind, count in told.things.items():
        if count:
            doubtful = told.maybe[kind]
            word = term(kind if count != 1 else kind_named(kind))
            parts.append(f"{count} {word}" + (f" ({doubtful} {term('maybe')})" if doubtful else ""))
    print_text("  " + ", ".join(parts))


def print_tree(reading: Reading) -> None:
    """The structure, indented."""
    for node in tree(reading):
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


@click.command("adherence", help=_("Who adheres to what, and how far it has come."))
@click.option("--to", "target", metavar="REF", help=_("One agreement, strategy, decision, plan or measure."))
@common()
def adherence_command(target: str | None, asked: Asked) -> None:
    """List adherence."""
    with asked.reading() as reading:
        if target:
            require(reading, target)
            if target.partition("/")[0] not in TARGETS:
                raise InvalidInput(
                    "Nobody adheres to {ref}.",
                    "Name one of: {kinds}.",
                    ref=target,
                    kinds=", ".join(plural(kind) for kind in TARGETS),
                )
        found = adherence(reading, target)
        if asked.as_json:
            print_json(found)
            return
        if not found:
            print_text(_("No adherence is recorded on {date}.").format(date=day_text(reading.effective)))
        print_table(
            (_("organisation"), _("status"), _("adheres to"), _("cites"), _("holds"), _("entry")),
            [
                (
                    row.name,
                    term(row.status) + (f" ({_('declared without decision')})" if row.without_decision else ""),
                    shortened(row.to_name, WIDE),
                    shortened(row.cites or "", WIDE),
                    holds_text(row.holds),
                    f"#{row.entry}",
                )
                for row in found
            ],
        )


@click.command("why", help=_("The chain behind a fact: entry, authority, document, line."))
@click.argument("locator", metavar="REF[.ATTRIBUTE]")
@common()
def why_command(locator: str, asked: Asked) -> None:
    """Explain a fact."""
    with asked.reading() as reading:
        told = why(reading, locator)
        if asked.as_json:
            print_json(told)
            return
        what = term(told.attribute) + (f" [{value_text(reading, told.key)}]" if told.key else "")
        print_text(
            f"{told.name} – {what}: {value_text(reading, told.value) if told.attribute != 'code' else told.value}"
        )
        print_text(f"{_('holds')}: {holds_text(told.holds)}")
        for other in told.alternatives:
            text = value_text(reading, other.value) or _("nothing yet")
            print_text(f"  {_('or')} {text}" + (f" (#{other.entry})" if other.entry else ""))
        for step in told.chain:
            print_step(step)


def print_step(step: EntryStep) -> None:
    """One entry of a chain, with its sources."""
    print_text(f"→ #{step.entry}  {type_name(step.type)}, {_('effective')} {effective_text(step.date)}")
    print_text(f"    {_('recorded')} {step.recorded_at}, {step.recorded_by}; {_('knowledge')}: {term(step.knowledge)}")
    authority = step.authority_title or _("without known decision")
    point = f", {_('point')} {step.authority_point}" if step.authority_point else ""
    print_text(f"    {_('authority')}: {authority}{point}")
    for source in step.sources:
        print_text(f"    {_('source')}: {source.title}, {source.locator or ''} ({source.document})")
        if source.quote:
            print_text(f"      “{source.quote}”")
        if source.sha256:
            print_text(f"      sha256 {source.sha256}")
    if step.note:
        print_text(f"    {_('note')}: {step.note}")
    if step.corrected_by:
        print_text("    " + _("Corrected or annulled by #{by}").format(by=step.corrected_by))


@click.command(help=_("Entry by entry, what each one changed."))
@click.option("--from", "first", type=click.IntRange(min=1), default=1, help=_("First entry."))
@click.option("--to", "last", type=click.IntRange(min=1), help=_("Last entry."))
@common()
def replay(first: int, last: int | None, asked: Asked) -> None:
    """Replay the log."""
    with asked.reading() as reading:
        steps = replayed(reading, first, last or reading.known)
        if asked.as_json:
            print_json([{"entry": entry, "changed": found} for entry, found in steps])
            return
        for entry, found in steps:
            type_, who, what = line_parts(reading, line(reading, entry.entry))
            print_text(f"#{entry.entry}  {entry.effective}  {type_}: {who}  {shortened(what, WIDE)}")
            print_changes(reading, found)


COMMANDS = (events, show_command, list_command, state, adherence_command, why_command, replay)

"""Commands that answer: events, show, list, state, adherence, why, replay."""

from __future__ import annotations

from typing import Any, Final

import click
from msgspec.structs import replace

from ledger.declaration import declaration
from ledger.errors import InvalidInput, Refused
from projections.adherence import TARGETS, adherence
from projections.partnership import summary, tree
from projections.reading import Reading
from projections.things import fitting, kind_named, partnership_named, plural, require, row, show
from projections.timeline import Filter, changed, line, positions, replayed, view
from projections.why import chain, why
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_table, print_text, shortened
from tui.cli.rendering import (
    WIDE,
    print_changes,
    print_entries,
    print_entry,
    print_step,
    print_summary,
    print_thing,
    print_tree,
)
from tui.cli.stories import is_invented
from tui.dates import day_text, parse_day, today
from tui.locale import _
from tui.phrases import holds_text, line_parts, number_text, value_text
from tui.terms import term, word_meant

PAGE: Final = 1000
"""So many lines of a list are printed for people when nothing else is asked; programs get all."""
TREE_MOST: Final = 2000
"""A ledger of more things is not drawn as one tree unless that is asked for."""


@click.command()
@click.option("--type", "type_", metavar="TYPE", help=_("Only entries of this type."))
@click.option("--touches", metavar="REF", help=_("Only entries that concern this thing."))
@click.option("--since", metavar="DATE", help=_("Effective on or after."))
@click.option("--until", metavar="DATE", help=_("Effective on or before."))
@click.option("--search", metavar="TEXT", help=_("Every word somewhere in the entry."))
@click.option("--partnership", metavar="REF", help=_("Only entries recorded in it, or about what belongs to it."))
@click.option("--limit", type=click.IntRange(min=1), help=_("Only the newest so many."))
@click.option("--offset", type=click.IntRange(min=0), default=0, help=_("Leave out so many of the newest."))
@common()
def events(
    asked: Asked,
    type_: str | None,
    since: str | None,
    until: str | None,
    partnership: str | None,
    limit: int | None,
    offset: int,
    **rest: Any,
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
        if partnership:
            wanted = replace(wanted, partnership=partnership_named(reading, partnership))
        found = positions(reading, wanted)
        last = max(len(found) - offset, 0)
        if asked.as_json:
            print_json([view(reading, position) for position in found[max(last - limit, 0) if limit else 0 : last]])
            return
        page = found[max(last - (limit or PAGE), 0) : last]
        print_entries(reading, page)
        if len(page) < len(found):
            print_text(_("{shown} of {count} entries").format(shown=len(page), count=number_text(len(found))))


@click.command("show")
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


@click.command("list")
@click.argument("kind")
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help=_("Only those with this value; may be repeated."))
@click.option("--limit", type=click.IntRange(min=1), help=_("Only so many."))
@click.option("--offset", type=click.IntRange(min=0), default=0, help=_("Leave out so many of the first."))
@common()
def list_command(kind: str, where: tuple[str, ...], limit: int | None, offset: int, asked: Asked) -> None:
    """List things of a kind."""
    conditions = {}
    for condition in where:
        name, equals, value = condition.partition("=")
        if not equals:
            raise InvalidInput("“{text}” is no condition.", "Write it as FIELD=VALUE: county=50.", text=condition)
        conditions[name] = value
    with asked.reading() as reading:
        fits = fitting(reading, kind_named(kind), conditions)
        if not fits and conditions:
            # The table shows words in the reader's language; a person types what the table shows.
            meant = {name: word_meant(value) for name, value in conditions.items()}
            fits = fitting(reading, kind_named(kind), meant)
        most = limit or (None if asked.as_json else PAGE)
        page = list(fits.items())[offset : None if most is None else offset + most]
        found = [row(reading, ref, holds) for ref, holds in page]
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
                    shortened(line["name"], WIDE),
                    *(
                        shortened(value_text(reading, line.get(name)) if name != "code" else line.get(name) or "", 30)
                        for name in shown
                    ),
                    holds_text(line["holds"]),
                    f"#{line['entry']}",
                    line["ref"],
                )
                for line in found
            ],
        )
        if len(found) < len(fits):
            print_text(_("{shown} of {count} shown").format(shown=len(found), count=number_text(len(fits))))
        print_text(_("{count} on {date}").format(count=number_text(len(fits)), date=day_text(reading.effective)))


@click.command()
@click.option("--partnership", metavar="REF", help=_("Only what belongs to this partnership."))
@click.option("--all", "everything", is_flag=True, help=_("The tree of a large ledger, too."))
@common()
def state(asked: Asked, partnership: str | None, *, everything: bool) -> None:
    """Print the summary and the tree."""
    with asked.reading() as reading:
        within = partnership_named(reading, partnership) if partnership else None
        if asked.as_json:
            print_json(
                {
                    "on": reading.effective,
                    "known": reading.known,
                    "invented": bool(reading.journal.head) and is_invented(reading.journal.entry(1).origin),
                    "partnership": within,
                    "summary": summary(reading, within),
                    "tree": tree(reading, within),
                }
            )
            return
        if within:
            print_text(f"{reading.label(within)}  ({term('partnership')}, {within})")
        told = print_summary(reading, within)
        print_text()
        if not (within or everything) and sum(told.things.values()) > TREE_MOST:
            print_text(_("That is too much for one tree: ask for one partnership (--partnership), or for --all."))
            return
        print_tree(reading, within)


@click.command("adherence")
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


@click.command("why")
@click.argument("locator", metavar="REF[.ATTRIBUTE[.KEY]]|#ENTRY")
@common()
def why_command(locator: str, asked: Asked) -> None:
    """Explain a fact, or what an entry (“#12”) rests on."""
    with asked.reading() as reading:
        if locator.startswith("#"):
            steps = chain(reading, entry_number(reading, locator))
            if asked.as_json:
                print_json({"chain": steps})
                return
            for step in steps:
                print_step(step)
            return
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


@click.command()
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

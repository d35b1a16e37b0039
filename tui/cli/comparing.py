"""Commands that compare two moments, and that look for words: diff, search."""

from __future__ import annotations

from collections import defaultdict

import click
from msgspec.structs import replace

from projections.changes import BalanceDifference, Difference, Differences, differences
from projections.figures import Figure
from projections.reading import Reading
from projections.scope import entries_of
from projections.search import search
from projections.things import partnership_named
from projections.timeline import view
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_text, shortened
from tui.cli.rendering import WIDE, print_entries
from tui.dates import day_text, parse_day, today
from tui.locale import _, ngettext_
from tui.phrases import holds_text, money_text, number_text, value_text
from tui.terms import term

HITS = 20


@click.command("diff", help=_("What is different between two days, or two states of knowledge, and by which entry."))
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--known-a", metavar="TIME", help=_("What is compared from: as known then (default: --known)."))
@click.option("--known-b", metavar="TIME", help=_("What is compared with: as known then (default: --known)."))
@click.option("--partnership", metavar="REF", help=_("Only what belongs to this partnership."))
@common(day=False)
def diff_command(
    first: str, second: str, known_a: str | None, known_b: str | None, partnership: str | None, asked: Asked
) -> None:
    """Compare two moments."""
    days = [parse_day(text, today()) for text in (first, second)]
    moments = [replace(asked, known=text or asked.known).moment() for text in (known_a, known_b)]
    with asked.reading() as reading:
        log = reading.journal
        known = [log.head if moment is None else log.known_at(moment) for moment in moments]
        before, after = (
            Reading(log, day, position, reading.disclosed) for day, position in zip(days, known, strict=True)
        )
        newest = before if before.known > after.known else after
        within = partnership_named(newest, partnership) if partnership else None
        found = differences(before, after, within)
        if asked.as_json:
            sides = {name: {"on": side.effective, "known": side.known} for name, side in (("a", before), ("b", after))}
            print_json({**sides, "partnership": within, "changes": found.changes, "accounts": found.accounts})
            return
        _print_differences(before, after, found)


def _print_differences(before: Reading, after: Reading, found: Differences) -> None:
    told: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for change in found.changes:
        told[change.ref, change.name].append(f"  {change.sign} {_change_text(before, after, change)}")
    for account in found.accounts:
        told[account.ref, account.name].append(f"  {account.sign} {_account_text(after, account)}")
    for (ref, name), lines in sorted(told.items()):
        print_text(f"{name}  ({ref})" if name != ref else ref)
        for line in lines:
            print_text(line)
    count = len(found.changes) + len(found.accounts)
    counted = ngettext_("{count} difference", "{count} differences", count).format(count=number_text(count))
    sides = [
        _("{date}, as known after entry #{known}").format(date=day_text(side.effective), known=side.known)
        for side in (before, after)
    ]
    print_text(_("{differences}: {first} → {second}").format(differences=counted, first=sides[0], second=sides[1]))


def _change_text(before: Reading, after: Reading, change: Difference) -> str:
    what = term(change.attribute)
    if change.key:
        what += f" [{shortened(value_text(after, change.key), WIDE)}]"
    was = _value_text(before, change.before, change.before_holds)
    now = _value_text(after, change.after, change.after_holds)
    told = now if change.sign == "+" else f"{was} → {now}"
    return f"{what}: {told}" + (f"  #{change.entry}" if change.entry else "")


def _value_text(reading: Reading, value: object, holds: str) -> str:
    text = shortened(value_text(reading, value), WIDE) or "–"
    return f"{text} ({holds_text(holds)})" if holds == "maybe" else text


def _account_text(reading: Reading, account: BalanceDifference) -> str:
    what = term(account.account)
    if account.key:
        what += f" [{shortened(value_text(reading, account.key), WIDE)}]"
    was, now = _sum_text(account.before), _sum_text(account.after)
    told = _("sum {account}: {amount}").format(account=what, amount=now if account.sign == "+" else f"{was} → {now}")
    return told + (f"  #{account.entry}" if account.entry else "")


def _sum_text(figure: Figure) -> str:
    if figure.known == "nothing_recorded":
        return "–"
    return money_text({"known": figure.known, "ore": figure.ore})


@click.command(
    "search", help=_("Full text, newest first: entries that have every word; word* is every word that begins so.")
)
@click.argument("text")
@click.option("--limit", type=click.IntRange(min=1), default=HITS, help=_("Only the newest so many."))
@click.option("--partnership", metavar="REF", help=_("Only entries recorded in it, or about what belongs to it."))
@common()
def search_command(text: str, limit: int, partnership: str | None, asked: Asked) -> None:
    """Search the entries."""
    with asked.reading() as reading:
        within = partnership_named(reading, partnership) if partnership else None
        hits = search(reading, text, limit, entries_of(reading, within) if within else None)
        if asked.as_json:
            found = [view(reading, position) for position in hits.entries]
            print_json({"text": text, "total": hits.total, "more": hits.more, "entries": found})
            return
        print_entries(reading, hits.entries)
        if hits.total:
            told = _("{shown} of more than {count} entries") if hits.more else _("{shown} of {count} entries")
            print_text(told.format(shown=len(hits.entries), count=number_text(hits.total)))


COMMANDS = (diff_command, search_command)

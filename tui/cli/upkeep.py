"""Commands for whoever looks after a ledger: reindex, restore."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.restore import restoration
from ledger.store import refuse_remains
from projections.index import TOPIC
from tui.cli.collecting import without_collecting
from tui.cli.exits import progress, say
from tui.cli.options import Asked, common, read
from tui.cli.output import print_json, print_text
from tui.dates import day_text
from tui.locale import _
from tui.phrases import number_text
from tui.restoring import restore as restore_copy


@click.command(help=_("Make the index of the ledger anew from its entries; may be stopped and gone on with."))
@common(dates=False)
def reindex(asked: Asked) -> None:
    """Drop the index and make it again; or make one where there is none."""
    with asked.book(read_only=False) as book, without_collecting():
        total, done = book.head(), 0
        told = progress(_("Entries"))
        for done in book.remake(TOPIC):
            told(done, max(done, total))
    if asked.as_json:
        print_json({"indexed": done})
    else:
        print_text(_("The index holds {count} entries.").format(count=number_text(done)))


@click.command(help=_("Write the ledger as it was known then into a new file, with the state on the day beside it."))
@click.option(
    "--to", "target", required=True, metavar="FILE", type=click.Path(path_type=Path), help=_("The file to make.")
)
@common()
def restore(asked: Asked, target: Path) -> None:
    """Restore a ledger at a moment, as a file that is only read."""
    refuse_remains(target)
    refuse_remains(target.with_suffix(".json"))
    moment = asked.moment()
    with asked.book() as book:
        reading = read(book, asked.day_in(book), moment)
        told = restoration(book, asked.path().name, reading.effective, reading.known, moment)
        with without_collecting():
            beside = restore_copy(book, target, told, reading.effective, progress(_("Entries")))
    if asked.as_json:
        print_json({"ledger": str(target), "state": str(beside), **told._asdict()})
        return
    date = day_text(reading.effective)
    print_text(
        _("{path}: {count} entries, as it stood on {date}").format(
            path=target, count=number_text(told.known), date=date
        )
    )
    print_text(_("Root of the hash tree over them: {root}").format(root=told.root))
    print_text(_("{path}: the whole state, without the names of persons").format(path=beside))
    say(_("The copy is only read; look at it with --ledger {path}").format(path=target))


COMMANDS = (reindex, restore)

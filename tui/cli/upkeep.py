"""Commands for whoever looks after a ledger: reindex, restore."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import msgspec

from ledger.fields import KINDS
from ledger.restore import restoration, restored
from ledger.store import Restoration, publish, refuse_remains
from projections.index import TOPIC
from projections.partnership import summary, tree
from projections.reading import Reading
from projections.things import show
from tui.cli.exits import progress, say
from tui.cli.options import Asked, common, read
from tui.cli.output import print_json, print_text
from tui.cli.stories import is_invented
from tui.dates import day_text
from tui.ledgers import log_of, open_ledger
from tui.locale import _


@contextmanager
def without_collecting() -> Iterator[None]:
    """Work that makes no cycles of garbage, without looking for any."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


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
        print_text(_("The index holds {count} entries.").format(count=done))


@click.command(help=_("Write the ledger as it was known then into a new file, with the state on the day beside it."))
@click.option(
    "--to", "target", required=True, metavar="FILE", type=click.Path(path_type=Path), help=_("The file to make.")
)
@common()
def restore(asked: Asked, target: Path) -> None:
    """Restore a ledger at a moment, as a file that is only read."""
    beside = target.with_suffix(".json")
    refuse_remains(target)
    refuse_remains(beside)
    moment = asked.moment()
    with asked.book() as book:
        reading = read(book, asked.day_in(book), moment)
        told = restoration(book, asked.path().name, reading.effective, reading.known, moment)
        draft = beside.with_name(f".{beside.name}.{os.getpid()}.new")
        try:
            with (
                without_collecting(),
                restored(book, target, told, [TOPIC], progress(_("Entries"))) as copy,
                open_ledger(copy, read_only=True) as again,
            ):
                # Without the vault: what may be erased must not stand in the clear in one more place.
                _write_state(draft, Reading(log_of(again), reading.effective, told.known), told)
            publish(draft, beside)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    if asked.as_json:
        print_json({"ledger": str(target), "state": str(beside), **told._asdict()})
        return
    date = day_text(reading.effective)
    print_text(_("{path}: {count} entries, as it stood on {date}").format(path=target, count=told.known, date=date))
    print_text(_("Root of the hash tree over them: {root}").format(root=told.root))
    print_text(_("{path}: the whole state, without the names of persons").format(path=beside))
    say(_("The copy is only read; look at it with --ledger {path}").format(path=target))


def _write_state(path: Path, reading: Reading, told: Restoration) -> None:
    """The whole state as one JSON document, a thing a line, so that a large one is never held whole."""
    head: dict[str, Any] = {
        "restored": told._asdict(),
        "on": reading.effective,
        "known": reading.known,
        "invented": is_invented(told.origin),
        "partnership": None,
        "summary": summary(reading),
        "tree": tree(reading),
    }
    with path.open("xb") as file:
        file.write(msgspec.json.encode(head).removesuffix(b"}") + b',"things":[')
        first = True
        for kind in KINDS:
            for ref, _answer in reading.journal.history.each("exists", kind, reading.effective, reading.known):
                file.write((b"\n" if first else b",\n") + msgspec.json.encode(show(reading, ref)))
                first = False
        file.write(b"\n]}\n")
        file.flush()
        os.fsync(file.fileno())


COMMANDS = (reindex, restore)

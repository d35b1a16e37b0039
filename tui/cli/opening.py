"""The terminal interface, opened from the command line."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Final

import click
from msgspec.structs import replace

from ledger.vault import Disclosed
from tui import handover
from tui.cli.exits import say
from tui.cli.options import Asked, common, read
from tui.context import Opening, TimeContext
from tui.dates import today
from tui.first_frame import Frame, colours_of_terminal
from tui.ledgers import UNREADABLE, indexed_log_of
from tui.locale import _
from tui.time_bar import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.store import Book
    from projections.indexed import IndexedLog

SERVED_BY: Final = "tui.web_driver:ServedDriver"
"""What draws the terminal interface when “vedtak serve” started it."""
LOOKS_A_SECOND: Final = "240"
"""How often Textual looks whether there is something to draw. At its own 60 it looks again only 17 to 33 ms after a
frame that took longer than 17 ms: for so long a key that is held would wait, for nothing."""


def on_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def in_browser() -> bool:
    """Whether “vedtak serve” started this and draws it in a browser."""
    return os.environ.get("TEXTUAL_DRIVER") == SERVED_BY


def open_interface(
    asked: Asked, opening: Opening = Opening(), *, locator: str | None = None, legacy_keys: bool = False
) -> None:
    """Open the terminal interface on the ledger, on the day and with the knowledge that are asked for."""
    if locator:
        from tui.locator import parse_locator

        opening = replace(opening, place=parse_locator(locator))
    if legacy_keys:
        os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"  # read once, when Textual is loaded
    if not speaks_utf8():
        say(_("This terminal is set up for {encoding}; signs are shown in ASCII.").format(encoding=said_encoding()))
        opening = replace(opening, plain_signs=True)
    with asked.book(read_only=opening.role == "read") as book:
        moment = asked.moment()
        on = asked.day_in(book) if asked.on or book.restored else None
        known = read(book, asked.day(), moment).known if moment else None
        run_interface(book, replace(opening, on=on, known=known, named=asked.named()))


def run_interface(book: Book, opening: Opening) -> None:
    """Run the terminal interface on a ledger that is open, until somebody leaves it."""
    # Nothing that is loaded for the first frame is rubbish; the app looks for some when it is on the screen.
    gc.disable()
    os.environ.setdefault("TEXTUAL_FPS", LOOKS_A_SECOND)  # read once, when Textual is loaded
    with ExitStack() as at_the_end:
        log = indexed_log_of(book)
        continuing = None
        if log and not (opening.place or opening.linear or opening.plain_signs):
            frame = first_frame(book, log, TimeContext(opening.on or today(), opening.known), opening.role)
            if begun := next(frame, ""):
                continuing = at_the_end.enter_context(handover.shown(chain([begun], frame)))
        from tui.app import VedtakApp

        app = VedtakApp(book, opening, log=log)
        if continuing:
            app.driver_class = continuing.driver(app.driver_class)
        app.run()


def first_frame(book: Book, log: IndexedLog, context: TimeContext, role: str) -> Iterator[str]:
    """What is shown until Textual has been loaded, piece by piece; nothing where nothing can be."""
    colours = colours_of_terminal()
    if not (handover.POSSIBLE and colours and sys.stderr.isatty() and "TEXTUAL_DRIVER" not in os.environ):
        return
    try:
        reading = context.reading(log, Disclosed(book))
        told = Standing(
            origin=book.origin,
            role=role,
            mode="timeline",
            restored=book.restored is not None,
            context=context,
            reading=reading,
            head=log.head,
            place=reading.known,
        )
        yield from Frame(told, *_size(), colours).drawn()
    except UNREADABLE:  # the screens say so, and what to do; a terminal that tells no size is an OSError
        return


def _size() -> tuple[int, int]:
    """The columns and rows that Textual will find."""
    if {"COLUMNS", "LINES"} & os.environ.keys():
        from shutil import get_terminal_size  # which Textual asks; slow to load, and rarely other than the terminal

        return get_terminal_size()
    return os.get_terminal_size()


def said_encoding() -> str:
    """What the terminal is set up for, by the environment."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if said := os.environ.get(name):
            return said.partition(".")[2].partition("@")[0]
    return ""


def speaks_utf8() -> bool:
    """Whether the terminal can be taken to read UTF-8: it says so, or says nothing of it."""
    return said_encoding().lower().replace("-", "") in {"", "utf8"}


@click.command("open")
@click.argument("locator", required=False)
@click.option(
    "--role", type=click.Choice(["read", "write", "admin"]), default="read", help=_("What you may do (default: read).")
)
@click.option("--linear", is_flag=True, help=_("One pane and no frames, for screen readers and braille."))
@click.option("--ascii", "plain_signs", is_flag=True, help=_("Signs and frames that every terminal has."))
@click.option("--legacy-keys", is_flag=True, help=_("Where keys typed with AltGr are lost: the older key protocol."))
@click.option(
    "--sources",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False),
    help=_("A folder with the papers, to read passages in (else VEDTAK_SOURCES). Files are known by their SHA-256."),
)
@common(json=False)
def open_command(
    asked: Asked,
    locator: str | None,
    role: str,
    *,
    linear: bool,
    plain_signs: bool,
    legacy_keys: bool,
    sources: str | None,
) -> None:
    """Open the terminal interface on the ledger named."""
    if not (on_terminal() or in_browser()):
        raise click.UsageError(_("The terminal interface needs a terminal; see “vedtak --help” for commands."))
    opening = Opening(role=role, linear=linear, plain_signs=plain_signs, sources=sources)
    open_interface(asked, opening, locator=locator, legacy_keys=legacy_keys)


COMMANDS = (open_command,)

"""The commands put together, and the one place where errors become exit codes.

Which commands there are, and what each is for, stands here; the module of a command is loaded when it is run.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Final

import click

from ledger.errors import LedgerError
from tui.cli.exits import Exit, report, say
from tui.cli.options import Asked, common, read
from tui.locale import N_, _

FAMILIES: Final = {
    "demo": {
        "demo": N_("Build the demo from two real case papers and open it."),
    },
    "questions": {
        "events": N_("The log, newest last."),
        "show": N_("One thing as it stood, or one entry (“#12”)."),
        "list": N_("All of a kind, as it stood: organisations, bodies, decisions …"),
        "state": N_("The whole structure as it stood."),
        "adherence": N_("Who adheres to what, and how far it has come."),
        "why": N_("The chain behind a fact: entry, authority, document, line."),
        "replay": N_("Entry by entry, what each one changed."),
    },
    "duties": {
        "attention": N_("What needs somebody: conditions, deadlines, vacancies, unanswered invitations …"),
        "audit": N_("Rules that do not hold, by back-dating, annulment or otherwise. Exit code 1 if any."),
        "roles": N_("Who holds which post, function and membership; what is vacant."),
        "decisions": N_("The register of decisions and proposals: points, conditions, votes, what was done."),
    },
    "money": {
        "money": N_("Money: granted, set aside, paid, spent, given back, left; and who owes what by which key."),
    },
    "recording": {
        "init": N_("Make a new ledger."),
        "record": N_("Record one event, or many with --from. “vedtak record TYPE --help” shows the fields."),
    },
    "comparing": {
        "diff": N_("What is different between two days, or two states of knowledge, and by which entry."),
        "search": N_("Full text, newest first: entries that have every word; word* is every word that begins so."),
    },
    "upkeep": {
        "reindex": N_("Make the index of the ledger anew from its entries; may be stopped and gone on with."),
        "restore": N_("Write the ledger as it was known then into a new file, with the state on the day beside it."),
    },
    "verifying": {
        "verify": N_("Make every hash again from the stored bytes, then examine every entry."),
    },
    "serving": {
        "serve": N_("The terminal interface in a browser on this machine, to read."),
    },
    "reference": {
        "schema": N_("The JSON Schema of an entry and every event."),
        "catalogue": N_("Every event type: fields, rule, source."),
        "doctor": N_("Versions, paths, permissions, durability, and whether the ledger is sound."),
    },
}
"""The commands by the module they are in, and what each one is for."""

SERVED_BY: Final = "tui.web_driver:ServedDriver"
"""What draws the terminal interface when “vedtak serve” started it."""


class Announced(click.Command):
    """A command that help can tell of, in a module that is not loaded yet."""

    def __init__(self, name: str, family: str, text: str) -> None:
        super().__init__(name, help=_(text))
        self.family = family

    def loaded(self) -> click.Command:
        """The command itself, with the same help."""
        commands: tuple[click.Command, ...] = import_module(f"tui.cli.{self.family}").COMMANDS
        command = next(command for command in commands if command.name == self.name)
        command.help = self.help
        return command


class Announcing(click.Group):
    """A group that loads a command when it is about to run."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named by the arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.loaded() if isinstance(command, Announced) else command, rest


@click.group(
    cls=Announcing,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("The governance ledger for inter-municipal partnerships."),
)
@click.version_option(package_name="vedtak", prog_name="vedtak")
@common()
@click.pass_context
def vedtak(context: click.Context, asked: Asked) -> None:
    """Open the terminal interface, or print help where there is no terminal."""
    if context.invoked_subcommand is not None:
        return
    if not on_terminal():
        click.echo(context.get_help())
        return
    open_interface(asked)


def on_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def in_browser() -> bool:
    """Whether “vedtak serve” started this and draws it in a browser."""
    return os.environ.get("TEXTUAL_DRIVER") == SERVED_BY


def open_interface(
    asked: Asked,
    *,
    locator: str | None = None,
    role: str = "read",
    linear: bool = False,
    plain_signs: bool = False,
    legacy_keys: bool = False,
    sources: str | None = None,
) -> None:
    """Open the terminal interface on a ledger."""
    # Nothing that is loaded for the first frame is rubbish; the app looks for some when it is on the screen.
    gc.disable()
    from tui.locator import parse_locator

    place = parse_locator(locator) if locator else None
    if legacy_keys:
        os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"  # read once, when Textual is loaded
    if not speaks_utf8():
        say(_("This terminal is set up for {encoding}; signs are shown in ASCII.").format(encoding=said_encoding()))
        plain_signs = True
    from tui.app import run as run_app

    with asked.book(read_only=role == "read") as book:
        moment = asked.moment()
        known = read(book, asked.day(), moment).known if moment else None
        run_app(
            book,
            role=role,
            on=asked.day_in(book) if asked.on or book.restored else None,
            known=known,
            named=asked.named(),
            place=place,
            linear=linear,
            plain_signs=plain_signs,
            sources=sources,
        )


def said_encoding() -> str:
    """What the terminal is set up for, by the environment."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if said := os.environ.get(name):
            return said.partition(".")[2].partition("@")[0]
    return ""


def speaks_utf8() -> bool:
    """Whether the terminal can be taken to read UTF-8: it says so, or says nothing of it."""
    return said_encoding().lower().replace("-", "") in {"", "utf8"}


@click.command("open", help=_("Open the terminal interface, where a locator says or on the newest entry."))
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
    open_interface(
        asked,
        locator=locator,
        role=role,
        linear=linear,
        plain_signs=plain_signs,
        legacy_keys=legacy_keys,
        sources=sources,
    )


vedtak.add_command(open_command)
for family, told in FAMILIES.items():
    for name, text in told.items():
        vedtak.add_command(Announced(name, family, text))


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code."""
    try:
        outcome = vedtak.main(arguments, prog_name="vedtak", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        return Exit.USAGE
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except LedgerError as error:
        return report(error)
    except KeyboardInterrupt:
        say(_("Stopped."))
        return Exit.USAGE
    return outcome if isinstance(outcome, int) else Exit.DONE

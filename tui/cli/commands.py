"""The commands put together, and the one place where errors become exit codes.

Which commands there are, and what each is for, stands here; the module of a command is loaded when it is run.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from ledger.errors import LedgerError
from tui.cli.collecting import without_collecting
from tui.cli.exits import Exit, report, say
from tui.cli.options import Asked, common
from tui.locale import N_, _

FAMILIES: Final = {
    "opening": {
        "open": N_("Open the terminal interface, where a locator says or on the newest entry."),
    },
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


class Announced(click.Command):
    """A command that help can tell of, in a module that is not loaded yet."""

    def __init__(self, name: str, family: str, text: str) -> None:
        super().__init__(name, help=_(text))
        self.family = family

    def loaded(self) -> click.Command:
        """The command itself, with the same help."""
        with without_collecting():
            commands: tuple[click.Command, ...] = import_module(f"tui.cli.{self.family}").COMMANDS
        command = next(command for command in commands if command.name == self.name)
        command.help = self.help
        return command


class Announcing(click.Group):
    """A group that tells of commands without loading them, and loads the one that is about to run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command."""
        del ctx
        return sorted(name for told in FAMILIES.values() for name in told)

    def get_command(self, ctx: click.Context, cmd_name: str) -> Announced | None:
        """The command of that name, announced."""
        del ctx
        found = ((family, told[cmd_name]) for family, told in FAMILIES.items() if cmd_name in told)
        return next((Announced(cmd_name, family, text) for family, text in found), None)

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
    from tui.cli.opening import on_terminal, open_interface

    if on_terminal():
        open_interface(asked)
    else:
        click.echo(context.get_help())


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

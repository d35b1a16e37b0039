"""The commands put together, and the one place where errors become exit codes."""

from __future__ import annotations

import sys

import click

from ledger.errors import LedgerError
from tui.cli import comparing, demo, duties, money, questions, recording, reference, upkeep
from tui.cli.exits import Exit, report, say
from tui.cli.options import Asked, common, read
from tui.locale import _


@click.group(
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


def open_interface(asked: Asked) -> None:
    """Open the terminal interface on a ledger."""
    from tui.app import run as run_app

    with asked.book() as book:
        moment = asked.moment()
        known = read(book, asked.day(), moment).known if moment else None
        run_app(book, role="read", on=asked.day_in(book) if asked.on or book.restored else None, known=known)


@click.command("open", help=_("Open the terminal interface."))
@click.option("--role", type=click.Choice(["read"]), default="read", help=_("What you may do; this version reads."))
@common(json=False)
def open_command(asked: Asked, role: str) -> None:
    """Open the terminal interface on the ledger named."""
    del role  # reading is the only one yet
    if not on_terminal():
        raise click.UsageError(_("The terminal interface needs a terminal; see “vedtak --help” for commands."))
    open_interface(asked)


vedtak.add_command(open_command)
for family in (demo, questions, comparing, duties, money, recording, upkeep, reference):
    for command in family.COMMANDS:
        vedtak.add_command(command)


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

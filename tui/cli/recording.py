"""Commands that write: init and record. The flags of ``record`` are read off each event's declaration."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any, get_args

import click
from msgspec import Struct, to_builtins

from ledger.declaration import FieldDeclaration, declaration, declarations, struct_fields
from ledger.entry import Correction, Dating
from ledger.errors import InvalidInput
from ledger.events import CATALOGUE
from ledger.fields import Knowledge
from ledger.journal import Change
from ledger.record import Pen, Recorded
from ledger.store import SUFFIX
from ledger.text import normalised, objection
from ledger.vault import Disclosed
from projections.reading import Reading
from tui.catalogue import FAMILIES
from tui.cli.exits import say
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_text, shortened
from tui.dates import since_text, today
from tui.flags import ENVELOPE, actor, command_from_flags, flag
from tui.ledgers import create_ledger, log_of
from tui.locale import _
from tui.phrases import number_text, type_name, value_text
from tui.terms import term

PARTNERSHIP = "VEDTAK_PARTNERSHIP"
"""Names the partnership that events given by flags are recorded in when none is named; a file says so line by line."""


@click.command()
@click.argument("path", metavar="LEDGER", type=click.Path(path_type=Path))
@click.option("--origin", required=True, metavar="NAME", help=_("Its name, for ever: ledger.example.no/partnership."))
@common(dates=False)
def init(path: Path, origin: str, asked: Asked) -> None:
    """Make an empty ledger."""
    if path.suffix != SUFFIX:
        raise InvalidInput("A ledger's name ends in {suffix}.", "Call it {path}{suffix}.", suffix=SUFFIX, path=path)
    origin = normalised(origin)
    if reason := objection(origin, line=True):
        raise InvalidInput(
            "The text in “{field}” cannot be recorded: {reason}.",
            "Type it again without that; text copied from elsewhere often carries invisible characters.",
            field="origin",
            reason=reason,
        )
    create_ledger(path, origin)
    if asked.as_json:
        print_json({"ledger": str(path), "origin": origin})
    else:
        print_text(_("Made the ledger “{origin}” in {path}.").format(origin=origin, path=path))


class RecordGroup(click.Group):
    """One subcommand for each event type, made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every event type."""
        del ctx
        return sorted(CATALOGUE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that records one type. Raises InvalidInput naming the nearest types for an unknown one."""
        del ctx
        declaration(cmd_name)
        return record_type(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every type with what it means, by part of a partnership's life, without building its flags."""
        del ctx
        for family, title in FAMILIES.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(told.wire_name, f"{told.nb} / {told.en}") for told in declarations() if told.family == family]
                )


@click.group(
    cls=RecordGroup,
    invoke_without_command=True,
    subcommand_metavar="TYPE [FIELDS]",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE.jsonl",
    help=_("Many events, one JSON command a line: all or none; those recorded before are left alone."),
)
@click.option("--dry-run", is_flag=True, help=_("Check, and say what would change; record nothing."))
@common(dates=False)
@click.pass_context
def record(context: click.Context, source: Path | None, dry_run: bool, asked: Asked) -> None:
    """Record from a file, or pass on to the type."""
    context.meta["vedtak.dry_run"] = dry_run
    if context.invoked_subcommand is not None:
        if source:
            raise click.UsageError(_("Give either a type or --from, not both."))
        return
    if source is None:
        click.echo(context.get_help())
        return
    record_file(asked, list(command_lines(source)), dry_run=dry_run)


def command_lines(source: Path) -> Iterable[dict[str, Any]]:
    """The commands in a JSON Lines file (``-`` for standard input). Raises InvalidInput naming the line."""
    try:
        text = sys.stdin.read() if str(source) == "-" else source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "{path} cannot be read.", "Check the name; the file must be UTF-8 text.", path=source
        ) from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            command = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InvalidInput("Line {number} is not JSON.", "Correct the line.", number=number) from error
        if not isinstance(command, dict):
            raise InvalidInput("Line {number} is no command.", "Each line is one JSON object.", number=number)
        yield command


def record_file(asked: Asked, commands: list[dict[str, Any]], *, dry_run: bool) -> None:
    """Record many commands, all or none."""
    with asked.book(read_only=dry_run) as book:
        pen = Pen(book, actor(), log=log_of(book))
        if dry_run:
            entries = pen.rehearse(commands)
            told: Any = {"recorded": 0, "would_record": len(entries)}
        else:
            outcomes = pen.record_all(commands)
            warn_of_clock(outcomes)
            fresh = [outcome for outcome in outcomes if not outcome.repeated]
            told = {
                "recorded": len(fresh),
                "repeated": len(outcomes) - len(fresh),
                "entries": [outcome.position for outcome in outcomes],
            }
        if asked.as_json:
            print_json(told)
        elif dry_run:
            print_text(
                _("{count} entries would be recorded; nothing was.").format(count=number_text(told["would_record"]))
            )
        else:
            print_text(
                _("{count} entries recorded, {repeated} were there already.").format(
                    count=told["recorded"], repeated=told["repeated"]
                )
            )


def warn_of_clock(outcomes: Iterable[Recorded]) -> None:
    """Say aloud that this machine's clock is behind the ledger."""
    for outcome in outcomes:
        if outcome.clock_behind:
            say(
                _(
                    "This machine's clock is {delay} behind the newest entry, so the entry was stamped just after it. "
                    "Check the clock."
                ).format(delay=since_text(outcome.clock_behind))
            )
            return


@cache
def record_type(wire_name: str) -> click.Command:
    """The command that records one event type: a flag for each field, then the flags that every event has."""
    told = declaration(wire_name)

    @click.pass_context
    def body(context: click.Context, /, asked: Asked, dry_run: bool, **flags: Any) -> None:
        dry_run = dry_run or bool(context.meta.get("vedtak.dry_run"))
        record_one(asked, command_from_flags(wire_name, flags), dry_run=dry_run)

    command: Any = body
    for option in reversed(_envelope_options({field.name for field in told.fields})):
        command = option(command)
    for field in reversed(told.fields):
        command = _field_option(field)(command)
    command = common(dates=False)(command)
    rule = f"{_(told.rule)}\n\n({_(told.source)})"
    return click.command(wire_name, help=f"{told.nb} / {told.en}\n\n{_(told.about)}\n\n{rule}")(command)


def _field_option(field: FieldDeclaration) -> Any:
    takes = field.choices or field.refers_to or ((field.creates,) if field.creates else ())
    shown = ", ".join(takes) if len(takes) < len(CATALOGUE) // 4 else ""
    if field.fields:
        shown = "; ".join(f"{part.name}=…" for part in field.fields)
    help_text = f"{field.nb} / {field.en}. {field.help_nb} / {field.help_en}" + (f" [{shown}]" if shown else "")
    if field.base is bool:
        return click.option(flag(field.name), field.name, is_flag=True, default=None, help=help_text)
    return click.option(
        flag(field.name),
        field.name,
        multiple=field.many,
        required=field.required,
        metavar=field.format.upper() if field.format else "VALUE",
        help=help_text,
    )


def _envelope_options(taken: Collection[str]) -> list[Any]:
    """The flags that every event has. An event about a partnership names it in a field, and is not recorded in one."""

    def option(name: str, *, multiple: bool = False, **rest: Any) -> Any:
        return click.option(flag(name), f"{ENVELOPE}{name}", multiple=multiple, **rest)

    within = option(
        "partnership", metavar="REF", envvar=PARTNERSHIP, help=_("In which one; what is new belongs there.")
    )
    return [
        option("effective", metavar="EDTF", help=_("When it took effect (default: today).")),
        option("dating", type=click.Choice(_choices(Dating, "basis")), help=_("How the date was arrived at.")),
        option("dating_reason", help=_("Why that date.")),
        option(
            "knowledge",
            type=click.Choice(get_args(Knowledge)),
            help=_("How we know (default: witnessed, or documented with a source)."),
        ),
        *(() if "partnership" in taken else (within,)),
        option("authority", metavar="REF", help=_("The decision it rests on.")),
        option("authority_point", help=_("The point of that decision.")),
        option("source", multiple=True, metavar="DOC", help=_("The document that says so; may be repeated.")),
        option("locator", multiple=True, help=_("Where in the document; one for each --source.")),
        option("quote", multiple=True, help=_("The words; one for each --source.")),
        option("corrects", metavar="#N", help=_("The entry this one replaces.")),
        option("correction", type=click.Choice(_choices(Correction, "kind")), help=_("What sort of correction.")),
        option("correction_reason", help=_("Why it is corrected.")),
        option("remark", help=_("A note for the reader.")),
        option("command_id", metavar="UUID", help=_("Makes recording twice harmless.")),
        click.option("--dry-run", is_flag=True, help=_("Say what would change; record nothing.")),
    ]


def _choices(struct: type[Struct], name: str) -> tuple[str, ...]:
    return next(field.choices for field in struct_fields(struct) if field.name == name)


def record_one(asked: Asked, command: dict[str, Any], *, dry_run: bool) -> None:
    """Record one command, or say what it would change."""
    with asked.book(read_only=dry_run) as book:
        pen = Pen(book, actor(), log=log_of(book))
        if dry_run:
            entry, found = pen.preview(command)
            if asked.as_json:
                print_json({"entry": to_builtins(entry), "changes": [_change_data(change) for change in found]})
                return
            print_text(_("This would be recorded: {type}. Nothing was.").format(type=type_name(entry.wire_name)))
            reading = Reading(pen.journal, today(), pen.journal.head, Disclosed(book))
            for change in found:
                print_text(f"  {_change_text(reading, change)}")
            return
        outcome = pen.record(command)
        warn_of_clock([outcome])
        if asked.as_json:
            print_json({"entry": outcome.position, "command": outcome.entry.command, "repeated": outcome.repeated})
        elif outcome.repeated:
            print_text(_("It was recorded before, as #{entry}.").format(entry=outcome.position))
        else:
            print_text(_("Recorded as #{entry}.").format(entry=outcome.position))


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "ref": change.slot.entity,
        "attribute": change.slot.attribute,
        "key": change.slot.key or None,
        "before": change.before.value,
        "after": change.after.value,
    }


def _change_text(reading: Reading, change: Change) -> str:
    key = f" [{shortened(value_text(reading, change.slot.key), 60)}]" if change.slot.key else ""
    before, after = (value_text(reading, answer.value) for answer in (change.before, change.after))
    sign = "+" if change.before.value is None else ("-" if change.after.value in (None, False) else "~")
    told = after if sign == "+" else f"{before} → {after or '–'}"
    return f"{sign} {reading.label(change.slot.entity)}: {term(change.slot.attribute)}{key}: {shortened(told, 100)}"


COMMANDS = (init, record)

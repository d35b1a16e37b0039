"""Commands about the program itself: schema, catalogue, doctor."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from ledger.check import check
from ledger.declaration import declarations
from ledger.errors import LedgerError
from ledger.proof.anchor import spelled
from tui.catalogue import catalogue_markdown, schema
from tui.cli.exits import Exit, say
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_text
from tui.cli.stories import invented_text, is_invented
from tui.dates import today
from tui.ledgers import open_ledger
from tui.locale import _, explain, said_in

PACKAGES = ("eventsourcing", "msgspec", "textual", "pendulum", "edtf", "filelock")


@click.command("schema")
@common(dates=False)
def schema_command(asked: Asked) -> None:
    """Print the schema; it is JSON either way."""
    del asked
    print_json(schema())


@click.command("catalogue")
@click.option(
    "--write",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help=_("Write events.md and events.schema.json there."),
)
@common(dates=False)
def catalogue_command(asked: Asked, write: Path | None) -> None:
    """Print or write the catalogue."""
    if write:
        import msgspec

        text = msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n"
        (write / "events.md").write_text(catalogue_markdown(), encoding="utf-8", newline="\n")
        (write / "events.schema.json").write_bytes(text)
        return
    if asked.as_json:
        print_json([_declared(told) for told in declarations()])
        return
    print_text(catalogue_markdown())


def _declared(told: Any) -> dict[str, Any]:
    return {
        "type": told.wire_name,
        "en": told.en,
        "nb": told.nb,
        "about": told.about,
        "about_nb": said_in("nb", told.about),
        "rule": told.rule,
        "rule_nb": said_in("nb", told.rule),
        "source": told.source,
        "source_nb": said_in("nb", told.source),
        "family": told.family,
        "fields": [
            {
                "name": field.name,
                "en": field.en,
                "nb": field.nb,
                "help_en": field.help_en,
                "help_nb": field.help_nb,
                "required": field.required,
                "many": field.many,
                "choices": field.choices,
                "refers_to": field.refers_to,
                "creates": field.creates,
                "personal": field.personal,
            }
            for field in told.fields
        ],
    }


@click.command()
@common(dates=False)
def doctor(asked: Asked) -> int:
    """Look the installation and the ledger over."""
    path = asked.path()
    if asked.ledger:
        with asked.book():  # a ledger that is named must be there
            pass
    told: dict[str, Any] = {
        "python": platform.python_version(),
        "system": platform.system(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: _installed(name) for name in ("vedtak", *PACKAGES)},
        "encoding": sys.stdout.encoding,
        "ledger": str(path),
        "exists": path.exists(),
    }
    healthy = True
    if path.exists():
        told |= {
            "bytes": path.stat().st_size,
            "readable": os.access(path, os.R_OK),
            "writable": os.access(path, os.W_OK) and os.access(path.parent, os.W_OK),
        }
        try:
            with open_ledger(path, read_only=True) as book:
                if is_invented(book.origin) and not asked.ledger:  # of one that is named it is said above
                    say(invented_text())
                told["settings"] = book.settings()
                verdict = check(book, today())
                healthy = verdict.sound
                told |= {
                    "origin": book.origin,
                    "entries": verdict.entries,
                    "root": spelled(verdict.root) if verdict.root is not None else None,
                    "sound": verdict.sound,
                    "findings": [" ".join(explain(finding.error)) for finding in verdict.findings],
                }
        except LedgerError:
            if not asked.as_json:
                _print_report(told)
            raise
    if asked.as_json:
        print_json(told)
    else:
        _print_report(told)
    return Exit.DONE if healthy else Exit.REFUSED


def _print_report(told: dict[str, Any]) -> None:
    for name, value in told.items():
        if isinstance(value, dict):
            print_text(f"{name}: " + ", ".join(f"{key} {item}" for key, item in value.items()))
        else:
            print_text(f"{name}: {value}")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"


COMMANDS = (schema_command, catalogue_command, doctor)

"""``vedtak demo``: the real history of the fixtures, recorded into a ledger, and opened or printed."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from ledger.check import check
from ledger.entry import Actor
from ledger.record import Pen
from ledger.store import Book, create_book, open_book
from tui.cli.exits import Exit, say
from tui.cli.options import Asked, common, read
from tui.cli.output import print_json, print_text
from tui.cli.questions import print_summary, print_tree
from tui.dates import today
from tui.locale import _, explain

ORIGIN = "demo.vedtak/trondelag"
STORY = ("register.jsonl", "papers.jsonl")
"""The municipality register, then the two case papers."""


@click.command(help=_("Build the demo from two real case papers and open it."))
@click.option("--no-tui", is_flag=True, help=_("Print instead of opening the terminal interface."))
@common()
def demo(asked: Asked, *, no_tui: bool) -> int:
    """Build the demo ledger if need be; open it on a terminal, else print summary, verdict and structure."""
    path = Path(asked.ledger) if asked.ledger else demo_ledger()
    recorded = build(path)
    with open_book(path, read_only=True) as book:
        if not (no_tui or asked.as_json) and sys.stdin.isatty() and sys.stdout.isatty():
            from tui.app import run as run_app

            run_app(book, role="read", on=asked.day() if asked.on else None)
            return Exit.DONE
        return tell(book, path, asked, recorded)


def demo_ledger() -> Path:
    """Where the demo lies when no place is named: the person's cache, by what the story says."""
    import platformdirs

    told = hashlib.sha256("".join(lines_of(name) for name in STORY).encode()).hexdigest()[:12]
    return platformdirs.user_cache_path("vedtak") / f"demo-{told}.vedtak"


def lines_of(name: str) -> str:
    """A fixture's text."""
    return files("fixtures").joinpath(name).read_text(encoding="utf-8")


def story() -> list[dict[str, Any]]:
    """The commands of the demo, in order."""
    return [json.loads(line) for name in STORY for line in lines_of(name).splitlines() if line.strip()]


def build(path: Path) -> int:
    """Record what the ledger does not have yet; return how many entries were new.

    Recording is idempotent by command id, so that a demo that is there already is only read.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.stem}-{os.getpid()}.vedtak")
        create_book(fresh, ORIGIN)
        try:
            with open_book(fresh) as book:
                recorded = len(Pen(book, Actor("demo", "import")).record_all(story()))
            fresh.replace(path)
        finally:
            for leftover in (fresh, fresh.with_name(fresh.name + ".lock")):
                leftover.unlink(missing_ok=True)
        return recorded
    with open_book(path) as book:
        outcomes = Pen(book, Actor("demo", "import")).record_all(story())
    return sum(not outcome.repeated for outcome in outcomes)


def tell(book: Book, path: Path, asked: Asked, recorded: int) -> int:
    """Summary, verdict and structure on stdout; the exit code says whether the check found anything."""
    verdict = check(book, today())
    reading = read(book, asked.day(), asked.moment())
    if asked.as_json:
        from projections.partnership import summary, tree

        findings = [{"entry": finding.position, "problem": str(finding.error)} for finding in verdict.findings]
        print_json(
            {
                "ledger": str(path),
                "origin": book.origin,
                "recorded": recorded,
                "summary": summary(reading),
                "verdict": {"entries": verdict.entries, "sound": verdict.sound, "findings": findings},
                "tree": tree(reading),
            }
        )
        return Exit.DONE if verdict.sound else Exit.REFUSED
    print_text(_("Ledger “{origin}”").format(origin=book.origin))
    print_summary(reading)
    if verdict.sound:
        print_text(_("✓ {count} entries read again from their bytes; nothing wrong.").format(count=verdict.entries))
    for finding in verdict.findings:
        print_text(f"✗ {' '.join(explain(finding.error))}")
    print_text()
    print_tree(reading)
    say("")
    say(_("Look further:  vedtak adherence --on 2018-12-31 --ledger {path}").format(path=path))
    return Exit.DONE if verdict.sound else Exit.REFUSED


COMMANDS = (demo,)

"""``vedtak demo``: a history of the fixtures, recorded into a ledger, and opened or printed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ledger.check import check
from ledger.proof.anchor import spelled
from ledger.store import Book
from tui.cli.exits import Exit, say
from tui.cli.options import Asked, common, read
from tui.cli.output import print_json, print_text
from tui.cli.rendering import print_summary, print_tree
from tui.cli.stories import PAPERS, build, invented_text, is_invented, ledger_of
from tui.dates import today
from tui.ledgers import open_ledger
from tui.locale import _, explain
from tui.phrases import number_text


@click.command()
@click.option("--no-tui", is_flag=True, help=_("Print instead of opening the terminal interface."))
@common()
def demo(asked: Asked, *, no_tui: bool) -> int:
    """Build the demo ledger if need be; open it on a terminal, else print summary, verdict and structure."""
    story = asked.story or PAPERS
    path = Path(asked.ledger) if asked.ledger else ledger_of(story)
    recorded = build(path, story)
    with open_ledger(path, read_only=True) as book:
        if not (no_tui or asked.as_json) and sys.stdin.isatty() and sys.stdout.isatty():
            from tui.cli.opening import run_interface
            from tui.context import Opening

            on = asked.day() if asked.on else None
            run_interface(book, Opening(on=on, named=asked.named() or ("--story", story)))
            return Exit.DONE
        return tell(book, path, asked, recorded)


def tell(book: Book, path: Path, asked: Asked, recorded: int) -> int:
    """Summary, verdict and structure on stdout; the exit code says whether the check found anything."""
    verdict = check(book, today())
    reading = read(book, asked.day(), asked.moment())
    if asked.as_json:
        if is_invented(book.origin):
            say(invented_text())
        from projections.partnership import summary, tree

        findings = [{"entry": finding.position, "problem": str(finding.error)} for finding in verdict.findings]
        print_json(
            {
                "ledger": str(path),
                "origin": book.origin,
                "invented": is_invented(book.origin),
                "recorded": recorded,
                "summary": summary(reading),
                "verdict": {
                    "entries": verdict.entries,
                    "root": verdict.root.hex() if verdict.root is not None else None,
                    "sound": verdict.sound,
                    "findings": findings,
                },
                "tree": tree(reading),
            }
        )
        return Exit.DONE if verdict.sound else Exit.REFUSED
    if is_invented(book.origin):
        print_text(invented_text())
    print_text(_("Ledger “{origin}”").format(origin=book.origin))
    print_summary(reading)
    if verdict.sound:
        print_text(
            _("✓ {count} entries read again from their bytes; nothing wrong.").format(
                count=number_text(verdict.entries)
            )
        )
    if verdict.root is not None:
        print_text(_("Root:    {root}").format(root=spelled(verdict.root)))
    for finding in verdict.findings:
        print_text(f"✗ {' '.join(explain(finding.error))}")
    print_text()
    print_tree(reading)
    say("")
    say(_("Look further:  vedtak adherence --on 2018-12-31 --ledger {path}").format(path=path))
    return Exit.DONE if verdict.sound else Exit.REFUSED


COMMANDS = (demo,)

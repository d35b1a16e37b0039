"""``vedtak verify``: every hash made again from the stored bytes, every entry examined, the index compared."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from ledger.check import both, examine
from ledger.errors import InvalidInput
from ledger.proof.anchor import in_base64, parse_root, spelled
from ledger.text import safe_text
from ledger.verify import FINDINGS_MAX, Anchor, Progress, Verdict, verify
from projections.deep import index_findings
from tui.cli.exits import Exit
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_text
from tui.dates import today
from tui.locale import _, explain
from tui.phrases import number_text

_WIPE: Final = "\r\x1b[K"


@click.command("verify", help=_("Make every hash again from the stored bytes, then examine every entry."))
@click.option("--quick", is_flag=True, help=_("Only the hashes: whether the bytes are those that were recorded."))
@click.option("--anchor", metavar="ROOT", help=_("A root kept elsewhere, in hexadecimal or base64, to compare with."))
@click.option("--size", metavar="N", type=click.IntRange(min=0), help=_("How many entries the anchor is over."))
@click.option("--deep", is_flag=True, help=_("Compare the index with the entries too, row by row."))
@common(dates=False, story=True)
def verify_command(asked: Asked, *, quick: bool, deep: bool, anchor: str | None, size: int | None) -> int:
    """Verify, and end with 0 (sound), 1 (something found), 2 (not enough to judge) or 3 (cannot be read)."""
    if size is not None and anchor is None:
        raise InvalidInput("A size is given, but no anchor.", "Give the root of that size too: --anchor ROOT.")
    expected = Anchor(parse_root(anchor), size) if anchor is not None else None
    with asked.book() as book:
        origin = book.origin
        with progress(_("Hashes")) as told:
            verdict = verify(book, expected, told)
        if not quick:
            with progress(_("Entries")) as told:
                verdict = both(verdict, examine(book, today(), told))
        if deep and verdict.sound:
            with progress(_("Index")) as told:
                verdict = verdict._replace(findings=tuple(index_findings(book, told)))
    if asked.as_json:
        print_json({"origin": origin, "quick": quick, **as_data(verdict)})
    else:
        print_text(_("Ledger “{origin}”").format(origin=origin))
        print_verdict(verdict, anchor=expected, quick=quick)
        if deep and verdict.sound:
            print_text(_("✓ The index has what the entries say, row by row, and answers as replay does."))
    return code_of(verdict)


@contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """Shows how far the work has come, in one line on stderr that is gone afterwards; None where nobody is looking."""
    if not sys.stderr.isatty():
        yield None
        return

    def told(done: int, total: int) -> None:
        sys.stderr.write(f"{_WIPE}{safe_text(what)} {done}/{total}")
        sys.stderr.flush()

    try:
        yield told
    finally:
        sys.stderr.write(_WIPE)
        sys.stderr.flush()


def code_of(verdict: Verdict) -> Exit:
    """The exit code of a verdict."""
    if any(finding.kind == "unreadable" for finding in verdict.findings):
        return Exit.UNREADABLE
    if verdict.findings:
        return Exit.REFUSED
    return Exit.DONE if verdict.complete else Exit.USAGE


def as_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict for programs."""
    return {
        "entries": verdict.entries,
        "root": verdict.root.hex() if verdict.root is not None else None,
        "root_base64": in_base64(verdict.root) if verdict.root is not None else None,
        "sound": verdict.sound,
        "complete": verdict.complete,
        "findings": [
            {"entry": finding.position or None, "kind": finding.kind, "problem": str(finding.error)}
            for finding in verdict.findings
        ],
    }


def print_verdict(verdict: Verdict, *, anchor: Anchor | None, quick: bool) -> None:
    """A verdict for people."""
    print_text(_("Entries: {count}").format(count=number_text(verdict.entries)))
    if verdict.root is not None:
        print_text(_("Root:    {root}").format(root=spelled(verdict.root)))
        print_text(_("Base64:  {root}").format(root=in_base64(verdict.root)))
    explained = [explain(finding.error) for finding in verdict.findings]
    for problem, _remedy in explained:
        print_text(f"✗ {problem}")
    if len(explained) >= FINDINGS_MAX:
        print_text(_("These are the first findings; there may be more."))
    for remedy in dict.fromkeys(remedy for _problem, remedy in explained):
        print_text(remedy)
    if not verdict.sound:
        return
    if not verdict.complete:
        print_text(_("Stopped before the end; so far nothing was wrong."))
        return
    print_text(_("✓ Every hash was made again from the stored bytes and agrees."))
    if not quick:
        print_text(_("✓ Every entry was examined; nothing wrong."))
    if anchor is not None:
        size = verdict.entries if anchor.size is None else anchor.size
        text = _("✓ The root after entry #{size} is the anchor: nothing up to there was changed since it was kept.")
        print_text(text.format(size=size))
    else:
        print_text(_("Compare the root with one kept elsewhere: only that shows that nothing was made anew."))


COMMANDS = (verify_command,)

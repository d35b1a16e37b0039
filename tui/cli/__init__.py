"""The command line: ``vedtak --help`` lists the commands; each module here holds a family of them.

The language is settled before the commands are declared, so that their help is in it too. Nothing here loads Textual
until a command opens the terminal interface.
"""

from __future__ import annotations

import os
import sys

from tui.cli.collecting import leave_at_exit, without_collecting
from tui.locale import preferred, use_language


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is returned. The console script and ``python -m tui`` call this."""
    given = sys.argv[1:] if arguments is None else arguments
    leave_at_exit()
    use_language(preferred(given))
    for stream in (sys.stdout, sys.stderr):
        # An office terminal may still say ISO 8859-1 or ASCII; names and signs need more.
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower() not in {"utf-8", "utf8"}:
            stream.reconfigure(encoding="utf-8")
    with without_collecting():
        from tui.cli.commands import run

    try:
        code = run(given)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # The reader of a pipe has had enough: not an error of ours (SIGPIPE has no twin on Windows). Where output is
        # buffered Click sees it first, and tells of nothing else by SystemExit when it does not run standalone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code

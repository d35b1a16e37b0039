"""``vedtak serve``: the terminal interface in a browser on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from ledger.errors import InvalidInput
from tui.cli.exits import say
from tui.cli.options import Asked, common
from tui.cli.output import print_text
from tui.locale import _, language

LOOPBACK: Final = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
"""The only addresses there are for it, by what people call them."""
EXTRA: Final = frozenset({"aiohttp", "textual_serve"})


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help=_("0 chooses a free one."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("This machine, by one of its own addresses."))
@click.option("--public-url", metavar="URL", help=_("The address of a proxy on this machine that asks who is there."))
@click.option("--role", type=click.Choice(["read"]), default="read", help=_("A browser only ever reads."))
@common(json=False)
def serve(asked: Asked, *, port: int, host: str, public_url: str | None, role: str) -> None:
    """Serve the terminal interface on loopback until stopped."""
    if host not in LOOPBACK:
        raise InvalidInput(
            "“{host}” is not an address of this machine alone.",
            "Let people come by SSH, or put a proxy with sign-in before it: docs/guides/remote-use.md.",
            host=host,
        )
    try:
        from tui.serve import LocalServer, listening, public_address
        from tui.serve import serve as serve_until_stopped
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        raise InvalidInput(
            "“vedtak serve” needs packages that are not installed.",
            "Install them: pip install --require-hashes -r requirements/serve.txt, or pip install “vedtak[serve]”.",
        ) from error
    address = public_address(public_url) if public_url else None
    path = asked.path().resolve()
    with asked.book() as book:
        origin = book.origin
    with listening(LOOPBACK[host], port) as listener:
        server = LocalServer(
            command(path, asked, role),
            listener.getsockname()[1],
            host=LOOPBACK[host],
            title=origin,
            public_url=address,
        )
        print_text(server.link)
        sys.stdout.flush()
        say(_("Open this link in a browser; it works once. Whoever has it can read the ledger."))
        say(_("ctrl+c stops."))
        serve_until_stopped(server, listener)


def command(path: Path, asked: Asked, role: str) -> list[str]:
    """What is started for each window. No part of it comes from a browser."""
    asked.day()
    asked.moment()
    options = {"role": role, "ledger": str(path), "lang": language(), "on": asked.on, "known": asked.known}
    given = [f"--{name}={value}" for name, value in options.items() if value]
    return [sys.executable, "-m", "tui", "open", *given]


COMMANDS = (serve,)

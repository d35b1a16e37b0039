"""The terminal interface in a browser on this machine: textual-serve with every door shut but one.

As it comes, textual-serve answers any Host and any Origin, asks nobody who they are, and starts its program through a
shell. Here a request must come to the address that was announced, from a page of that address, with the cookie that
the one link printed was swapped for; and the program is started as a list of arguments that no request can add to.
"""

from __future__ import annotations

import asyncio
import hmac
import html
import secrets
import socket
import string
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import quote, urlsplit

from aiohttp import WSCloseCode, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager
from textual_serve.server import Server, to_int

from ledger.errors import InvalidInput
from ledger.text import safe_text
from tui.cli.exits import say
from tui.cli.opening import SERVED_BY
from tui.locale import _, language

SESSIONS_MAX: Final = 8
"""Windows at a time; each is a process of its own."""
PATIENCE: Final = 3.0
"""Seconds that the program of a window is given to leave."""
SIZE_MAX: Final = 1000
"""Columns and lines that a browser may ask for."""

PACKAGES: Final = Path(__file__).resolve().parent.parent
"""Where this program lies, so that what is started is the same one, whatever folder it is started in."""
PAGE: Final = Path(__file__).resolve().parent / "browser"

HEADERS: Final = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer, beside the policy of where content may come from."""
NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""That policy for a file on its way to the reader's folder."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Session(AppService):
    """One window's program."""

    def __init__(
        self, arguments: Sequence[str], websocket: web.WebSocketResponse, download_manager: DownloadManager
    ) -> None:
        super().__init__(
            "vedtak",
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=lambda: _close(websocket),
            download_manager=download_manager,
        )
        self.arguments = arguments
        self._listening: asyncio.Task[None] | None = None

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {**super()._build_environment(_bounded(width), _bounded(height)), "TEXTUAL_DRIVER": SERVED_BY}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        environment = self._build_environment(width, height)
        process = await asyncio.create_subprocess_exec(
            *self.arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=PACKAGES
        )
        self._process, self._stdin = process, process.stdin
        # textual-serve would print what the program says as it is, and only at the end.
        self._listening = asyncio.create_task(_listen(process.stderr))
        process.stderr = asyncio.StreamReader()
        process.stderr.feed_eof()
        return process

    async def run(self) -> None:
        """Pass on what the program draws until it is gone; then the window is told."""
        await super().run()
        await self.remote_close()

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the program how large the window is."""
        await super().set_terminal_size(_bounded(width), _bounded(height))

    async def stop(self) -> None:
        """Have the program leave, by force if it does not."""
        if self._task is None or self._process is None:
            return
        task, self._task = self._task, None
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        await self.send_meta({"type": "quit"})
        await asyncio.wait({task}, timeout=PATIENCE)
        self.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await task
        if self._listening is not None:
            await self._listening


async def _close(websocket: web.WebSocketResponse) -> None:
    await websocket.close()


async def _listen(stream: asyncio.StreamReader | None) -> None:
    """Pass on what a program says on stderr, made harmless."""
    while stream is not None and (line := await stream.readline()):
        say(line.decode(errors="replace").rstrip())


def _bounded(size: int) -> int:
    return max(1, min(size, SIZE_MAX))


class LocalServer(Server):
    """Shows one program to one person's browser."""

    def __init__(
        self,
        arguments: Sequence[str],
        port: int,
        *,
        host: str = "127.0.0.1",
        title: str = "Vedtak",
        public_url: str | None = None,
        sessions_max: int = SESSIONS_MAX,
    ) -> None:
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__("vedtak", host, port, title, public_url or f"http://{address}")
        self.arguments = arguments
        self.sessions_max = sessions_max
        self.origin = self.public_url
        self.authority = self.origin.partition("://")[2]
        self.secure = self.origin.startswith("https://")
        self.cookie = f"vedtak_{port}"  # a browser sends cookies to every port of a host
        self._token: str | None = secrets.token_urlsafe(32)
        self._key = secrets.token_urlsafe(32)
        self._websockets: set[web.WebSocketResponse] = set()

    @property
    def link(self) -> str:
        """What to open, once."""
        return f"{self.origin}/?token={self._token}"

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self.guard])
        app.add_routes(
            [
                web.get("/", self.page),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
                web.static("/page", PAGE),
            ]
        )
        app.on_response_prepare.append(self.harden)
        app.on_shutdown.append(self.on_shutdown)
        return app

    # ------------------------------------------------------------------------------------------------ who may come in

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in, or say why not."""
        if [host.lower() for host in request.headers.getall("Host", [])] != [self.authority]:
            _refuse(_("This address is not the one that was announced."))
        origins = request.headers.getall("Origin", [])
        if origins != [self.origin] and (origins or request.path == "/ws"):
            _refuse(_("The request comes from another page."))
        if not hmac.compare_digest(request.cookies.get(self.cookie, "").encode(), self._key.encode()):
            return self.admit(request)
        if "token" in request.query:
            raise web.HTTPSeeOther("/")
        return await handler(request)

    def admit(self, request: web.Request) -> web.Response:
        """Swap the link for a cookie, once."""
        given = request.query.get("token", "")
        right = self._token is not None and hmac.compare_digest(given.encode(), self._token.encode())
        if not right or request.method != "GET" or request.path != "/":
            _refuse(_("Open the link that “vedtak serve” printed. It works once; start the command again for another."))
        self._token = None
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
        response.set_cookie(self.cookie, self._key, path="/", httponly=True, samesite="Strict", secure=self.secure)
        return response

    async def harden(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Say on every answer what a browser may do with it."""
        for name, value in HEADERS.items():
            response.headers[name] = value
        websocket = f"ws{self.origin.removeprefix('http')}"
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
            "style-src 'self' 'unsafe-inline'; "  # the terminal in the page writes its own style sheet
            f"connect-src {websocket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        )

    # ------------------------------------------------------------------------------------------------ what there is

    async def page(self, _request: web.Request) -> web.Response:
        """The page with the terminal in it."""
        words = {
            "lang": language(),
            "title": f"Vedtak – {safe_text(self.title)}",
            "opening": _("Opening …"),
            "ended": _("The session has ended."),
            "again": _("Open again"),
            "websocket": f"ws{self.origin.removeprefix('http')}/ws",
        }
        template = string.Template((PAGE / "page.html").read_text(encoding="utf-8"))
        text = template.substitute({name: html.escape(word) for name, word in words.items()})
        return web.Response(text=text, content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """One window: its keys go to a program of its own, and what that draws comes back."""
        if len(self._websockets) >= self.sessions_max:
            raise web.HTTPServiceUnavailable(text=_("Too many windows are open; close one."))
        websocket = web.WebSocketResponse(heartbeat=15)
        self._websockets.add(websocket)
        session = Session(self.arguments, websocket, self.download_manager)
        try:
            await websocket.prepare(request)
            query = request.query
            await session.start(to_int(query.get("width", ""), 80), to_int(query.get("height", ""), 24))
            await self._process_messages(websocket, session)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
            await websocket.close(code=WSCloseCode.PROTOCOL_ERROR)
        finally:
            await session.stop()
            self._websockets.discard(websocket)
        return websocket

    async def handle_download(self, request: web.Request) -> web.StreamResponse:
        """A file that a program hands out: always to the reader's folder, never shown by the browser."""
        key = request.match_info["key"]
        try:
            download = await self.download_manager.get_download_metadata(key)
        except KeyError:
            raise web.HTTPNotFound from None
        name = quote(safe_text(download.file_name), safe="")
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "Content-Security-Policy": NOTHING,
            }
        )
        await response.prepare(request)
        async for chunk in self.download_manager.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response

    async def on_shutdown(self, app: web.Application) -> None:
        """Close every window; their programs leave with them."""
        for websocket in list(self._websockets):
            await websocket.close(code=WSCloseCode.GOING_AWAY)


def _refuse(text: str) -> NoReturn:
    raise web.HTTPForbidden(text=text)


def public_address(url: str) -> str:
    """The address that a proxy gives the server, as browsers write it in Host and Origin."""
    parts = urlsplit(url)
    plain = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or url.rstrip("/") != plain:
        raise InvalidInput(
            "“{url}” cannot be the public address.",
            "Give the address of the proxy without a path: https://vedtak.example.no.",
            url=url,
        )
    return plain.lower()


def listening(host: str, port: int) -> socket.socket:
    """A socket that nobody but this machine reaches."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InvalidInput(
            "Port {port} cannot be used: {reason}.",
            "Name another one with --port, or let the machine choose with --port 0.",
            port=port,
            reason=error.strerror or str(error),
        ) from error


def serve(server: LocalServer, listener: socket.socket) -> None:
    """Serve until somebody stops it."""
    web.run_app(
        server._make_app(),  # noqa: SLF001 - the name that textual-serve gave it
        sock=listener,
        access_log=None,  # it would hold the link
        print=None,
        shutdown_timeout=3 * PATIENCE,
    )

"""Is the ledger shown in a browser to nobody but the person who was given the link?"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession, CookieJar, WSMsgType, WSServerHandshakeError, web

from ledger.errors import InvalidInput
from tests.served_programs import PROJECT, SMALL_APP, until
from tui import serve
from tui.cli.options import Asked
from tui.cli.serving import command
from tui.serve import LocalServer, listening, public_address

if TYPE_CHECKING:
    from tests.conftest import Run

ECHO = [
    sys.executable,
    "-c",
    """
import os, sys

def draw(text):
    data = text.encode()
    sys.stdout.buffer.write(b"D" + len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()

sys.stdout.buffer.write(b"__GANGLION__\\n")
draw(repr([sys.argv[1:], os.environ["COLUMNS"], os.environ["ROWS"]]))
while (packet := sys.stdin.buffer.read1()) and b'"quit"' not in packet:
    if b"complain" in packet:
        print("a\\x1b[2Jb", file=sys.stderr, flush=True)
    if b"die" in packet:
        sys.exit(1)
""",
    "one",
    "two words",
]
"""A program that speaks as Textual's driver does: it draws what it was started with."""
DEAF = [*ECHO[:2], "import time; print('__GANGLION__', flush=True); time.sleep(60)"]
"""A program that does not leave when asked."""


@asynccontextmanager
async def serving(arguments: list[str], **options: int | str) -> AsyncIterator[LocalServer]:
    listener = listening("127.0.0.1", 0)
    server = LocalServer(arguments, listener.getsockname()[1], **options)  # type: ignore[arg-type] # of each its own type
    runner = web.AppRunner(await server._make_app(), access_log=None, shutdown_timeout=5)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield server
    finally:
        await runner.cleanup()


@pytest.fixture
async def server() -> AsyncIterator[LocalServer]:
    async with serving(ECHO) as server:
        yield server


@pytest.fixture
async def stranger() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
async def reader(server: LocalServer) -> AsyncIterator[ClientSession]:
    """A browser that has opened the link."""
    async with entered(server) as session:
        yield session


@asynccontextmanager
async def entered(server: LocalServer) -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(server.link) as answer:
            assert answer.status == 200
        yield session


async def status(session: ClientSession, url: str, **headers: str) -> int:
    async with session.get(url, headers=headers, allow_redirects=False) as answer:
        return answer.status


async def knocked(session: ClientSession, server: LocalServer, **headers: str) -> int:
    """What a page that opens the websocket is answered."""
    try:
        async with session.ws_connect(f"{server.origin}/ws", headers=headers):
            return 101
    except WSServerHandshakeError as refused:
        return refused.status


# ---- the link and the cookie


@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js", "/page/page.js", "/download/x", "/nothing"])
async def test_without_the_link_there_is_nothing(server: LocalServer, stranger: ClientSession, path: str) -> None:
    assert await status(stranger, server.origin + path, Origin=server.origin) == 403


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "None", "æøå"])
async def test_a_wrong_link_is_refused_and_spoils_nothing(
    server: LocalServer, stranger: ClientSession, token: str
) -> None:
    assert await status(stranger, f"{server.origin}/?token={token}") == 403
    assert await status(stranger, server.link) == 303


async def test_the_link_is_swapped_for_a_cookie_once(server: LocalServer, stranger: ClientSession) -> None:
    link = server.link
    async with stranger.get(link, allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == "/"
        (cookie,) = answer.headers.getall("Set-Cookie")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert link.partition("token=")[2] not in cookie
    assert await status(stranger, server.origin) == 200
    assert await status(stranger, link) == 303, "a reader who comes by the old link again is let in"
    async with ClientSession() as other:
        assert await status(other, link) == 403


async def test_only_opening_the_page_uses_the_link_up(server: LocalServer, stranger: ClientSession) -> None:
    for method, path in (("HEAD", "/"), ("POST", "/"), ("GET", "/ws"), ("GET", "/static/js/textual.js")):
        url = server.link.replace("/?", f"{path}?")
        async with stranger.request(method, url, headers={"Origin": server.origin}, allow_redirects=False) as answer:
            assert answer.status == 403
    assert await status(stranger, server.link) == 303


@pytest.mark.parametrize("cookie", ["", "x", "{token}"])
async def test_a_wrong_cookie_is_refused(server: LocalServer, cookie: str) -> None:
    value = cookie.format(token=server.link.partition("token=")[2])
    async with ClientSession(cookies={server.cookie: value}) as session:
        assert await status(session, server.origin) == 403
        assert await knocked(session, server, Origin=server.origin) == 403


async def test_behind_a_proxy_the_cookie_travels_encrypted_only(stranger: ClientSession) -> None:
    async with serving(ECHO, public_url="https://vedtak.example.no") as server:
        here = f"http://127.0.0.1:{server.port}"
        link = server.link.replace(server.origin, here)
        assert await status(stranger, link) == 403, "the proxy passes the name on"
        async with stranger.get(link, headers={"Host": "vedtak.example.no"}, allow_redirects=False) as answer:
            assert "Secure" in answer.headers["Set-Cookie"]
            assert "connect-src wss://vedtak.example.no;" in answer.headers["Content-Security-Policy"]


# ---- Host and Origin


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",  # a name that was made to lead here: DNS rebinding
        "127.0.0.1.evil.example:{port}",
        "127.0.0.1:{port}.evil.example",
        "evil.example@127.0.0.1:{port}",
        "127.1:{port}",
        "0.0.0.0:{port}",
        "127.0.0.1:80",
        "localhost:{port}",
        "127.0.0.1",
        "[::1]:{port}",
    ],
)
async def test_another_name_for_the_server_is_refused(server: LocalServer, reader: ClientSession, host: str) -> None:
    name = host.format(port=server.port)
    assert await status(reader, server.origin, Host=name) == 403
    assert await knocked(reader, server, Host=name, Origin=server.origin) == 403
    assert await knocked(reader, server, Host=name, Origin=f"http://{name}") == 403


@pytest.mark.parametrize("hosts", [[], ["{own}", "evil.example"], ["evil.example", "{own}"], ["{own}", "{own}"]])
async def test_two_names_or_none_are_refused(server: LocalServer, reader: ClientSession, hosts: list[str]) -> None:
    cookie = f"{server.cookie}={server._key}"
    lines = [f"Host: {host.format(own=server.authority)}" for host in hosts]
    lines = ["GET / HTTP/1.1", *lines, f"Cookie: {cookie}", "Connection: close", "", ""]
    stream, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write("\r\n".join(lines).encode())
    answer = await stream.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] in {b"400", b"403"}


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://evil.example:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}/",
        "null",
        "",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
    ],
)
async def test_another_page_is_refused_even_with_the_cookie(
    server: LocalServer, reader: ClientSession, origin: str
) -> None:
    named = origin.format(port=server.port)
    assert await status(reader, server.origin, Origin=named) == 403
    assert await knocked(reader, server, Origin=named) == 403


async def test_a_websocket_must_say_which_page_it_is_from(server: LocalServer, reader: ClientSession) -> None:
    assert await knocked(reader, server) == 403
    assert await knocked(reader, server, Origin=server.origin) == 101


# ---- what a browser may do with the answers


async def test_every_answer_says_so(server: LocalServer, reader: ClientSession, stranger: ClientSession) -> None:
    told = []
    for path in ("/", "/static/js/textual.js", "/page/page.css", "/nothing", "/static/", "/download/x"):
        async with reader.get(server.origin + path) as answer:
            told.append(answer.headers)
    async with stranger.get(server.origin) as answer:
        told.append(answer.headers)
    async with stranger.get(server.link, allow_redirects=False) as answer:
        told.append(answer.headers)
    async with reader.ws_connect(f"{server.origin}/ws", headers={"Origin": server.origin}) as websocket:
        told.append(websocket._response.headers)
    for headers in told:
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static",
        "/static/js",
        "/static/fonts/",
        "/page/",
        "/static/../server.py",
        "/static/%2e%2e/server.py",
    ],
)
async def test_folders_are_closed(server: LocalServer, reader: ClientSession, path: str) -> None:
    from yarl import URL

    async with reader.get(URL(server.origin + path, encoded=True)) as answer:
        assert answer.status in {403, 404}
        assert "textual.js" not in await answer.text()


async def test_the_page_names_no_place_but_this_one(server: LocalServer, reader: ClientSession) -> None:
    for path in ("/", "/page/page.css", "/page/page.js", "/static/css/xterm.css"):
        async with reader.get(server.origin + path) as answer:
            assert answer.status == 200
            text = re.sub(r"/\*.*?\*/", "", await answer.text(), flags=re.DOTALL)
        elsewhere = set(re.findall(r"(?:https?:|wss?:)?//[\w.\[]+[^\s\"')]*", text)) - {f"ws://{server.authority}/ws"}
        assert not {address for address in elsewhere if not address.startswith("// ")}, path


async def test_what_the_ledger_is_called_cannot_write_into_the_page(stranger: ClientSession) -> None:
    async with serving(ECHO, title="<script>alert(1)</script>\x1b") as server, stranger.get(server.link) as answer:
        text = await answer.text()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\x1b" not in text


# ---- the program behind a window


async def test_a_request_adds_nothing_to_the_command(server: LocalServer, reader: ClientSession) -> None:
    url = f"{server.origin}/ws?width=80;id&height=$(id)&role=write&command=id&ledger=other.vedtak"
    async with reader.ws_connect(url, headers={"Origin": server.origin}) as websocket:
        drawn = await websocket.receive_bytes(timeout=10)
    assert drawn.decode() == repr([["one", "two words"], "80", "24"])


async def test_the_size_of_a_window_has_bounds(server: LocalServer, reader: ClientSession) -> None:
    url = f"{server.origin}/ws?width=999999999&height=-5"
    async with reader.ws_connect(url, headers={"Origin": server.origin}) as websocket:
        assert (await websocket.receive_bytes(timeout=10)).endswith(b"'1000', '1']")


async def test_only_so_many_windows_at_a_time() -> None:
    async with serving(ECHO, sessions_max=2) as server, entered(server) as reader:
        here = {"Origin": server.origin}
        first, _second = [await reader.ws_connect(f"{server.origin}/ws", headers=here) for _ in range(2)]
        assert await knocked(reader, server, **here) == 503
        await first.close()
        await asyncio.to_thread(until, lambda: len(server._websockets) == 1)
        assert await knocked(reader, server, **here) == 101


@pytest.mark.parametrize(
    "message", ["no json", "[]", "{}", '["stdin"]', '["stdin", 1]', '["resize", {}]', "[1e999, 2]"]
)
async def test_nonsense_ends_its_own_window_at_most(server: LocalServer, reader: ClientSession, message: str) -> None:
    here = {"Origin": server.origin}
    async with reader.ws_connect(f"{server.origin}/ws", headers=here) as websocket:
        await websocket.send_str(message)
        if message != "[1e999, 2]":
            await ended(websocket)
            assert websocket.close_code == 1002
    assert await knocked(reader, server, **here) == 101


async def test_a_program_that_dies_ends_its_window(server: LocalServer, reader: ClientSession) -> None:
    async with reader.ws_connect(f"{server.origin}/ws", headers={"Origin": server.origin}) as websocket:
        await websocket.send_json(["stdin", "die"])
        await ended(websocket)


async def test_what_a_program_says_is_made_harmless(
    server: LocalServer, reader: ClientSession, capsys: pytest.CaptureFixture[str]
) -> None:
    async with reader.ws_connect(f"{server.origin}/ws", headers={"Origin": server.origin}) as websocket:
        await websocket.send_json(["stdin", "complain"])
        await websocket.send_json(["stdin", "die"])
        await ended(websocket)
    await asyncio.to_thread(until, lambda: not server._websockets)
    assert capsys.readouterr().err == "a␛[2Jb\n"


async def test_a_program_that_does_not_leave_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PATIENCE", 0.2)
    started: list[asyncio.subprocess.Process] = []
    open_process = serve.Session._open_app_process

    async def noted(session: serve.Session, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        started.append(await open_process(session, width, height))
        return started[-1]

    monkeypatch.setattr(serve.Session, "_open_app_process", noted)
    async with serving(DEAF) as server, entered(server) as reader:
        await reader.ws_connect(f"{server.origin}/ws", headers={"Origin": server.origin})
        await asyncio.to_thread(until, lambda: started)
    (process,) = started
    assert process.returncode not in {None, 0}


async def ended(websocket: object) -> None:
    from aiohttp import ClientWebSocketResponse

    assert isinstance(websocket, ClientWebSocketResponse)
    async with asyncio.timeout(20):
        async for _message in websocket:
            pass
    assert websocket.closed


@pytest.mark.slow
async def test_a_file_goes_to_the_readers_folder_and_is_never_shown() -> None:
    async with serving(SMALL_APP) as server, entered(server) as reader:
        async with reader.ws_connect(f"{server.origin}/ws", headers={"Origin": server.origin}) as websocket:
            async with asyncio.timeout(30):
                key = await delivered(websocket)
            async with ClientSession() as other:
                assert await status(other, f"{server.origin}/download/{key}") == 403
            async with reader.get(f"{server.origin}/download/{key}") as answer:
                assert await answer.text() == "navn;vedtak\næøå;ja\n"
        headers = answer.headers
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A6%C3%B8%C3%A5.csv"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Security-Policy"] == serve.NOTHING
    assert headers["X-Content-Type-Options"] == "nosniff"


async def delivered(websocket: object) -> str:
    """Press “e” once something is drawn; the key of the file that is then offered."""
    from aiohttp import ClientWebSocketResponse

    assert isinstance(websocket, ClientWebSocketResponse)
    pressed = False
    async for message in websocket:
        if message.type == WSMsgType.TEXT:
            kind, key = json.loads(message.data)
            assert kind == "deliver_file_start"
            return str(key)
        if not pressed and b"Ready" in message.data:
            await websocket.send_json(["stdin", "e"])
            pressed = True
    raise AssertionError


# ---- the command


def test_only_this_machine_is_served(vedtak: Run, demo_ledger: Path) -> None:
    for host in ("0.0.0.0", "::", "10.0.0.5", "example.no", ""):  # noqa: S104 - it is refused
        outcome = vedtak("serve", "--ledger", demo_ledger, "--host", host)
        assert outcome.code == 2
        assert outcome.out == ""
        assert "SSH" in outcome.err


def test_a_browser_only_reads(vedtak: Run, demo_ledger: Path) -> None:
    assert vedtak("serve", "--ledger", demo_ledger, "--role", "write").code == 2
    program = command(demo_ledger, Asked(on="2018-12-31"), "read")
    assert program[1:5] == ["-m", "tui", "open", "--role=read"]
    assert program[5:] == [f"--ledger={demo_ledger}", "--lang=en", "--on=2018-12-31"]


def test_a_ledger_that_is_not_there_is_not_served(vedtak: Run, tmp_path: Path) -> None:
    outcome = vedtak("serve", "--ledger", tmp_path / "none.vedtak", "--port", "0")
    assert (outcome.code, outcome.out) == (3, "")


def test_a_port_in_use_is_told(vedtak: Run, demo_ledger: Path) -> None:
    with listening("127.0.0.1", 0) as taken:
        outcome = vedtak("serve", "--ledger", demo_ledger, "--port", taken.getsockname()[1])
    assert (outcome.code, outcome.out) == (2, "")
    assert "--port 0" in outcome.err


@pytest.mark.parametrize("missing", ["aiohttp", "textual_serve"])
def test_without_the_extra_the_remedy_is_told(
    vedtak: Run, demo_ledger: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in {missing, "textual_serve"}]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "tui.serve")
    monkeypatch.setitem(sys.modules, missing, None)
    outcome = vedtak("serve", "--ledger", demo_ledger)
    assert (outcome.code, outcome.out) == (2, "")
    assert "requirements/serve.txt" in outcome.err


@pytest.mark.parametrize(
    "url",
    [
        "http://vedtak.example.no",
        "vedtak.example.no",
        "https://",
        "https://a.no/ledger",
        "https://me@a.no",
        "https://a.no?x",
    ],
)
def test_a_public_address_is_encrypted_and_without_a_path(url: str) -> None:
    with pytest.raises(InvalidInput):
        public_address(url)


def test_a_public_address_is_kept_as_browsers_write_it() -> None:
    assert public_address("https://Vedtak.Example.no/") == "https://vedtak.example.no"
    assert public_address("https://vedtak.example.no:8443") == "https://vedtak.example.no:8443"


@contextmanager
def started(ledger: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, and the link it printed."""
    arguments = ["serve", "--ledger", str(ledger), "--port", "0", "--lang", "nb"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def children(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in listed.read_text(encoding="ascii").split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see who is left")
@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda it: it.name)
async def test_nothing_is_left_when_the_server_stops(demo_ledger: Path, signal_: signal.Signals) -> None:
    with started(demo_ledger) as (process, link):
        origin = link.partition("/?")[0]
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            async with session.get(link) as answer:
                assert answer.status == 200
            async with session.ws_connect(f"{origin}/ws", headers={"Origin": origin}) as websocket:
                drawn = b""
                async with asyncio.timeout(30):
                    while b"Tidslinje" not in drawn:
                        drawn += await websocket.receive_bytes()
                (program,) = children(process)
                os.kill(process.pid, signal_)
                await ended(websocket)
        code = await asyncio.to_thread(process.wait, 20)
        assert code == (0 if signal_ != signal.SIGKILL else -9)
        assert websocket.close_code == (1001 if signal_ != signal.SIGKILL else 1006), "windows are told"
        await asyncio.to_thread(until, lambda: not alive(program))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(origin.rpartition(":")[2])))
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()

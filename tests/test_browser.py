"""Does the ledger open, take keys and hand out files in a real browser, without asking anybody else for anything?"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.keys import Keys

from tests.conftest import Run
from tests.pilots import speaking
from tests.served_programs import PROJECT, SMALL_APP, until
from tui.phrases import type_name

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = [
    "--headless",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,800",
]

# The terminal is drawn on a canvas. Its buffer is reached by way of the addon that fits it to the window.
FIND_TERMINAL = """
const push = Array.prototype.push;
Array.prototype.push = function (...items) {
  for (const item of items) {
    if (item && item.instance && typeof item.instance.fit === "function") window.fitted = item.instance;
  }
  return push.apply(this, items);
};
"""
SCREEN = """
const buffer = window.fitted && window.fitted._terminal && window.fitted._terminal.buffer.active;
if (!buffer) return "";
return Array.from({length: buffer.length}, (_, line) => buffer.getLine(line).translateToString(true)).join("\\n");
"""


class Window:
    """A browser of its own, with nothing kept from before."""

    def __init__(self, folder: Path) -> None:
        assert CHROMIUM is not None
        assert DRIVER is not None
        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        options = ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in [*FLAGS, f"--user-data-dir={folder / 'profile'}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver: Any = Chrome(options=options, service=ChromeService(DRIVER))
        allow = {"behavior": "allow", "downloadPath": str(self.downloads), "eventsEnabled": True}
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", allow)
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": FIND_TERMINAL})

    def screen(self) -> str:
        return str(self.ask(SCREEN))

    def shows(self, text: str) -> None:
        until(lambda: text in self.screen())

    def keys(self, text: str) -> None:
        """Type, to whatever has the focus."""
        ActionChains(self.driver).send_keys(text).perform()

    def ask(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def requests(self) -> set[str]:
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = {
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        }
        opened = {message["params"]["url"] for message in messages if message["method"] == "Network.webSocketCreated"}
        return sent | opened

    def complaints(self) -> list[str]:
        said = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]
        return [message for message in said if "software WebGL" not in message]  # a machine without a graphics card


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    if CHROMIUM is None or DRIVER is None:
        reason = "Chromium and its driver are not installed (Debian: apt-get install chromium chromium-driver)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    window = Window(tmp_path)
    yield window
    window.driver.quit()


SERVE_SMALL = """
import json, sys
from tui.serve import LocalServer, listening, serve

with listening("127.0.0.1", 0) as listener:
    server = LocalServer(json.loads(sys.argv[1]), listener.getsockname()[1])
    print(server.link, flush=True)
    serve(server, listener)
"""


@pytest.fixture
def link(request: pytest.FixtureRequest, demo_ledger: Path) -> Iterator[str]:
    """What the command prints; for the test that says so, the small app by the same server."""
    arguments = ["-m", "tui", "serve", "--ledger", str(demo_ledger), "--port", "0", "--lang", "nb"]
    if getattr(request, "param", "") == "small":
        arguments = ["-c", SERVE_SMALL, json.dumps(SMALL_APP)]
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_a_person_opens_the_link_and_types(window: Window, link: str) -> None:
    window.driver.get(link)
    window.shows("Tidslinje")
    assert window.driver.current_url == link.partition("?")[0], "the link is not left in the address bar"
    focused = "return document.activeElement.classList.contains('xterm-helper-textarea')"
    until(lambda: window.ask(focused))
    window.keys("/")
    window.shows("ord å lete etter")
    window.keys("Ørland æøå")
    window.shows("Ørland æøå")
    window.keys(Keys.ESCAPE)
    until(lambda: "Ørland æøå" not in window.screen())
    window.keys("2")
    window.shows("[2 Struktur]")
    assert window.ask("return document.fonts.check('16px \"Roboto Mono\"')")
    fonts = "return [...document.fonts].filter(font => font.status === 'loaded').length"
    assert window.ask(fonts) == 2
    host = link.partition("/?")[0].removeprefix("http://")
    elsewhere = {url for url in window.requests() if url.startswith(("http", "ws"))}
    elsewhere = {url for url in elsewhere if not url.startswith((f"http://{host}/", f"ws://{host}/"))}
    assert elsewhere == set()
    assert window.complaints() == []


def test_leaving_ends_the_session_and_it_can_be_opened_again(window: Window, link: str) -> None:
    window.driver.get(link)
    window.shows("Tidslinje")
    window.keys("q")
    until(lambda: window.ask("return document.activeElement.id") == "again")
    window.keys(Keys.ENTER)
    until(lambda: window.ask("return !document.body.classList.contains('-closed')"))
    window.shows("Tidslinje")


@pytest.mark.parametrize("link", ["small"], indirect=True)
def test_a_file_arrives_in_the_readers_folder(window: Window, link: str) -> None:
    window.driver.get(link)
    window.shows("Ready")
    until(lambda: window.ask("return document.activeElement !== document.body"))
    window.keys("e")
    file = window.downloads / "æøå.csv"
    until(file.exists)
    until(lambda: file.read_text(encoding="utf-8") == "navn;vedtak\næøå;ja\n")


def test_what_is_filtered_by_norwegian_letters_is_shown(
    window: Window, link: str, vedtak: Run, demo_ledger: Path
) -> None:
    found = json.loads(vedtak("events", "--ledger", demo_ledger, "--search", "Meråker", "--json").out)
    assert found
    window.driver.get(link)
    window.shows("Tidslinje")
    until(lambda: window.ask("return document.activeElement !== document.body"))
    window.keys("/")
    window.shows("ord å lete etter")
    window.keys("Meråker")
    window.shows(f"{len(found)} av ")
    for entry in found[-5:]:
        window.shows(f"#{entry['entry']} ")


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_the_timeline_is_exported_into_the_readers_folder(
    window: Window, link: str, vedtak: Run, demo_ledger: Path, suffix: str
) -> None:
    told = json.loads(vedtak("events", "--ledger", demo_ledger, "--json").out)
    with speaking("nb"):
        names = {entry["type"]: type_name(entry["type"]) for entry in told}
    window.driver.get(link)
    window.shows("Tidslinje")
    until(lambda: window.ask("return document.activeElement !== document.body"))
    window.keys("e")
    window.shows("Hvilken fil")
    window.keys(f"tidslinje-æøå{suffix}")
    window.shows(f"tidslinje-æøå{suffix}")
    window.keys(Keys.ENTER)
    file = window.downloads / f"tidslinje-æøå{suffix}"
    until(file.exists)
    rows = until_whole(file)
    assert [row["nr."] for row in rows] == [f"#{entry['entry']}" for entry in told]
    assert [row["type"] for row in rows] == [names[entry["type"]] for entry in told]


def until_whole(file: Path) -> list[dict[str, str]]:
    """The rows of a download, once all of it has come."""
    sizes: list[int] = [-1]

    def settled() -> bool:
        sizes.append(file.stat().st_size)
        return sizes[-1] > 0 and sizes[-1] == sizes[-2]

    until(settled)
    text = file.read_text(encoding="utf-8")
    rows: list[dict[str, str]] = json.loads(text) if file.suffix == ".json" else list(csv.DictReader(io.StringIO(text)))
    return rows


def test_another_page_can_neither_frame_nor_drive_it(window: Window, link: str, tmp_path: Path) -> None:
    origin = link.partition("/?")[0]
    window.driver.get(link)
    window.shows("Tidslinje")
    page = tmp_path / "evil.html"
    websocket = origin.replace("http", "ws")
    page.write_text(
        f"""<iframe src="{origin}/"></iframe><script>
        const socket = new WebSocket("{websocket}/ws");
        socket.onopen = () => {{ document.title = "open"; }};
        socket.onerror = () => {{ document.title = "refused"; }};
        </script>""",
        encoding="utf-8",
    )
    window.driver.get(page.as_uri())
    until(lambda: window.driver.title == "refused")
    window.driver.switch_to.frame(0)
    assert window.ask("return document.querySelector('#terminal')") is None

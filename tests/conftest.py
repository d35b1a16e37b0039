"""What many tests start from: the demo ledger, a way to run commands, and files that hold what must not change."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from ledger.entry import Actor
from ledger.record import Pen
from ledger.store import Book, create_book, memory_book, open_book
from tests.pens import ORIGIN, SIX, WRITER
from tui.cli import main, stories
from tui.ledgers import open_ledger
from tui.locale import language, use_language

# In CI the same examples every time, so that a change is judged by what it changed; at home new ones are looked for.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("home", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "home")

PROJECT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
SETTINGS = ("VEDTAK_LEDGER", "VEDTAK_PARTNERSHIP", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "NO_COLOR", "COLUMNS")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]
Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="rewrite tests/golden/ with what comes out now")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless ``VEDTAK_PROOF=1`` asks for it; a ``-m`` chooses among the rest as ever.

    What takes seconds comes first, so that no process is left alone with it at the end, and without coverage, which
    doubles it: it goes over lines that other tests go over too, or in processes of its own.
    """
    if os.environ.get("VEDTAK_PROOF") != "1":
        proofs = [item for item in items if "proof" in item.keywords]
        items[:] = [item for item in items if "proof" not in item.keywords]
        if proofs:
            config.hook.pytest_deselected(items=proofs)
    items.sort(key=lambda item: "slow" not in item.keywords)
    for item in items:
        if "slow" in item.keywords:
            item.add_marker("no_cover")


@pytest.fixture(scope="session")
def demo_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, built once. Only for reading: a test that writes takes ``demo_copy``."""
    path = tmp_path_factory.mktemp("demo") / "demo.vedtak"
    stories.build(path)
    return path


@pytest.fixture
def demo_copy(demo_ledger: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    return Path(shutil.copy(demo_ledger, folder / "demo.vedtak"))


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the person who runs the tests, and none left behind by a command run in this process."""
    before = language()
    for name in SETTINGS:
        monkeypatch.setenv(name, "")  # so that it is put back, whatever a command sets
        monkeypatch.delenv(name)
    yield
    use_language(before)


@pytest.fixture
def vedtak(clean_environment: None, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``vedtak`` in this process."""

    def run(*arguments: object, lang: str = "en") -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments] + ["--lang", lang])
        return Outcome(code, *capsys.readouterr())

    return run


@pytest.fixture
def vedtak_process() -> Run:
    """Run ``vedtak`` in a process of its own, as a script would."""

    def run(*arguments: object, lang: str = "en", environment: dict[str, str] | None = None) -> Outcome:
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        done = subprocess.run(
            [sys.executable, "-m", "tui", *map(str, arguments), "--lang", lang],
            cwd=PROJECT,
            env={**kept, **(environment or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the file of that name in tests/golden/, byte for byte."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--golden-update"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        expected = path.read_bytes().decode() if path.exists() else ""
        if text != expected:
            lines = difflib.unified_diff(
                expected.splitlines(), text.splitlines(), f"golden/{name}", "now", lineterm="", n=1
            )
            command = f"python -m pytest {request.node.nodeid} --golden-update"
            pytest.fail("\n".join([*lines, "", f"If it was meant to change:  {command}"]), pytrace=False)

    return compare


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.vedtak"
    create_book(path, ORIGIN)
    return path


@pytest.fixture
def book(path: Path) -> Iterator[Book]:
    with open_book(path) as book:
        yield book


@pytest.fixture
def pen(book: Book) -> Pen:
    return Pen(book, WRITER)


@pytest.fixture
def other(path: Path) -> Iterator[Pen]:
    """Somebody else, with a handle of their own on the same file."""
    with open_book(path) as book:
        yield Pen(book, Actor("Ola", "secretariat"))


@pytest.fixture(scope="session")
def sample_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented history that uses every event and field; only for reading and dry runs."""
    path = tmp_path_factory.mktemp("sample") / "sample.vedtak"
    create_book(path, "vedtak.test/eksempel")
    lines = (PROJECT / "fixtures" / "every-event.jsonl").read_text(encoding="utf-8").splitlines()
    with open_book(path) as book:
        Pen(book, Actor("test", "import")).record_all([json.loads(line) for line in lines])
    return path


@pytest.fixture
def ask(vedtak: Run, demo_ledger: Path) -> Callable[..., Any]:
    """The JSON that a command prints about the demo."""

    def run(*arguments: object) -> Any:
        outcome = vedtak(*arguments, "--json", "--ledger", demo_ledger)
        assert (outcome.code, outcome.err) == (0, "")
        return json.loads(outcome.out)

    return run


@pytest.fixture(autouse=True)
def english_first() -> Iterator[None]:
    """Every test starts in English, whatever language the one before it left."""
    use_language("en")
    yield
    use_language("en")


@pytest.fixture(scope="session")
def continuation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented continuation of the papers, recorded once."""
    from tui.cli.stories import build

    path = tmp_path_factory.mktemp("story") / "continuation.vedtak"
    build(path, "continuation")
    return path


@pytest.fixture
def demo(demo_ledger: Path) -> Iterator[Book]:
    """The demo, opened for reading."""
    with open_ledger(demo_ledger, read_only=True) as opened_book:
        yield opened_book


@pytest.fixture
def story(continuation: Path) -> Iterator[Book]:
    """The invented continuation, opened for reading."""
    with open_ledger(continuation, read_only=True) as opened_book:
        yield opened_book


@pytest.fixture
def six_entries() -> Iterator[Book]:
    """Six entries, recorded one day after the other; the fifth rests on nothing, the sixth on the fifth."""
    with memory_book("test/tui") as opened_book:
        days = iter(datetime(2025, 6, 1, 12, tzinfo=UTC) + timedelta(days=number) for number in range(len(SIX)))
        pen = Pen(opened_book, Actor("per", "secretariat"), now=lambda: next(days))
        for asked in SIX:
            pen.record(asked)
        yield opened_book


@pytest.fixture(params=["nb", "en"])
def spoken(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    code = str(request.param)
    use_language(code)
    return code

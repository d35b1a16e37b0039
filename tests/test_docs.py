"""Do the pages tell the truth: do their commands run, do their lists match the tree, do their links lead somewhere?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from ledger.entry import command_from, decode
from tui.cli.commands import run, vedtak
from tui.ledgers import create_ledger

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
HOW_TO = ROOT / "docs" / "how-to-add-an-event.md"
DECISIONS = ROOT / "docs" / "decisions"
RUN = [README, *sorted((ROOT / "docs").glob("guide-*.md")), HOW_TO]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGES = ("ledger", "projections", "tui", "fixtures")

FENCE = re.compile(r"^(?:<!-- (?P<mark>[^\n]+?) -->\n)?```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ADDRESS = re.compile(r"[a-z]+:")


class Block(NamedTuple):
    kind: str
    body: str
    mark: str

    @property
    def can_run(self) -> bool:
        """Not marked as not to be run, nor as needing a program that is not here."""
        needs = self.mark.removeprefix("needs: ")
        return not self.mark.startswith("not run: ") and (needs == self.mark or shutil.which(needs) is not None)


def blocks(page: Path, kind: str | None = None) -> list[Block]:
    found = [Block(m["kind"], m["body"], m["mark"] or "") for m in FENCE.finditer(page.read_text(encoding="utf-8"))]
    return [block for block in found if kind in (None, block.kind)]


def only(page: Path, kind: str) -> str:
    (block,) = blocks(page, kind)
    return block.body


# ------------------------------------------------------------------------------------------------- commands are run


def environment(home: Path) -> dict[str, str]:
    left_out = ("LC_", "VEDTAK", "PYTEST", "COV", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    places = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}
    # a hundred commands start much faster when modules are compiled once, and not into the tree
    places["PYTHONPYCACHEPREFIX"] = str(home.parent / "compiled")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**kept, **places, "PATH": path, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1"}


def tried(page: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The page's shell blocks as one script, each line shown before it is run."""
    script = "\n".join(block.body for block in blocks(page, "sh") if block.can_run)
    return subprocess.run(
        ["sh", "-eu", "-v", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env=environment(folder.parent),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def checkout_with_the_example(folder: Path) -> None:
    """A copy of the packages with what the tutorial says to add."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    with (folder / "ledger" / "events" / "bodies.py").open("a", encoding="utf-8") as family:
        family.write(f"\n\n{only(HOW_TO, 'python')}")
    with (folder / "fixtures" / "every-event.jsonl").open("a", encoding="utf-8") as samples:
        samples.write(only(HOW_TO, "json"))
    (term,) = (block.body for block in blocks(HOW_TO, "text"))
    with (folder / "tui" / "terms.txt").open("a", encoding="utf-8") as terms:
        terms.write(term)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Future[subprocess.CompletedProcess[str]]]:
    """Every page's commands, run side by side."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        started = {}
        for page in RUN:
            folder = tmp_path_factory.mktemp(page.stem) / "here"
            folder.mkdir()
            if page == HOW_TO:
                checkout_with_the_example(folder)
            started[page.name] = pool.submit(tried, page, folder)
    return started


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_every_command_runs_as_written(
    page: Path, outcomes: Mapping[str, Future[subprocess.CompletedProcess[str]]]
) -> None:
    outcome = outcomes[page.name].result()
    assert outcome.returncode == 0, outcome.stderr[-3000:] + outcome.stdout[-3000:]


@pytest.mark.slow
def test_the_answers_shown_are_those_given(
    outcomes: Mapping[str, Future[subprocess.CompletedProcess[str]]],
) -> None:
    given = iter([plain(line) for line in outcomes[README.name].result().stdout.splitlines()])
    for block in blocks(README, "text"):
        for line in block.body.splitlines():
            if line.strip() != "…":
                assert plain(line) in given, f"not said, or not in this order: {line}"


def plain(line: str) -> str:
    """A line without its widths and entry numbers, which grow with the sample history."""
    return re.sub(r"#\d+", "#", " ".join(line.split()))


def test_what_is_not_run_says_why() -> None:
    marks = [block.mark for page in PAGES for block in blocks(page, "sh") if block.mark]
    assert all(re.fullmatch(r"(not run|needs): \S.*", mark) for mark in marks), marks


def test_the_readme_names_every_command() -> None:
    text = README.read_text(encoding="utf-8")
    missing = [name for name in vedtak.list_commands(click.Context(vedtak)) if f"vedtak {name}" not in text]
    assert missing == []


def test_the_readme_names_every_exit_code() -> None:
    from tui.cli.exits import Exit

    told = re.findall(r"^\| (\d) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for code in told] == [code.value for code in Exit]


# --------------------------------------------------------------------------------------------- the tutorial's example

DECLARED = """
import json
from pathlib import Path

from ledger.declaration import declaration
from ledger.entry import Actor
from ledger.events import CATALOGUE
from ledger.record import Pen
from ledger.store import memory_book
from tui.catalogue import catalogue_markdown, schema
from tui.cli.recording import record_type

*before, sample = map(json.loads, Path("fixtures/every-event.jsonl").read_text(encoding="utf-8").splitlines())
wire_name = sample["event"]["type"]
pen = Pen(memory_book("vedtak.test/eksempel"), Actor(name="test", role="import"))
pen.record_all(before)
outcome = pen.record(sample)
told = declaration(wire_name)
print(json.dumps({
    "type": wire_name,
    "module": CATALOGUE[wire_name].__module__,
    "bytes_say": outcome.entry.wire_name,
    "fields": [field.name for field in told.fields],
    "flags": [option for parameter in record_type(wire_name).params for option in parameter.opts],
    "catalogued": f"### {wire_name}" in catalogue_markdown(),
    "in_schema": CATALOGUE[wire_name].__name__ in schema()["$defs"],
}))
"""


@pytest.mark.slow
def test_the_example_becomes_an_event_like_any_other(tmp_path: Path) -> None:
    checkout_with_the_example(tmp_path)

    def python(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    told = json.loads(python("-c", DECLARED))
    event = json.loads(only(HOW_TO, "json"))["event"]
    assert told["type"] == told["bytes_say"] == event["type"]
    assert told["module"] == "ledger.events.bodies"
    assert told["fields"] == [name for name in event if name != "type"]
    assert {f"--{name}" for name in told["fields"]} <= set(told["flags"])
    assert told["catalogued"]
    assert told["in_schema"]
    python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_every_event.py", "-k", f"{event['type']} or names"
    )


# ------------------------------------------------------------------------------------------ lists that match the tree


def test_the_architecture_names_every_module_and_no_other() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    named = re.findall(rf"^- `((?:{'|'.join(PACKAGES)})/[\w/]+\.py)` – \S", text, re.MULTILINE)
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert sorted(named) == sorted(m.relative_to(ROOT).as_posix() for m in modules if m.name != "__init__.py")
    folders = {path.parent.relative_to(ROOT).as_posix() for path in modules}
    assert [folder for folder in sorted(folders) if f"`{folder}/` – " not in text] == []


def test_the_architecture_names_every_contract() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = [contract["id"] for contract in tomllib.load(file)["tool"]["importlinter"]["contracts"]]
    named = re.findall(r"^\| `([\w-]+)` \| ", ARCHITECTURE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(name for name in named if "-" in name) == sorted(contracts)


def test_the_architecture_names_every_table(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "new.vedtak"
    create_ledger(path, "vedtak.test/tables")
    with closing(sqlite3.connect(path)) as raw:
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        tables -= {name for name in tables if name.startswith("word_")}  # what SQLite keeps its words in
    text = ARCHITECTURE.read_text(encoding="utf-8").partition("## On disk")[2]
    assert set(re.findall(r"^\| `(\w+)` \| ", text, re.MULTILINE)) == tables


def test_the_entry_shown_is_canonical_and_really_told() -> None:
    line = only(ARCHITECTURE, "json").strip()
    entry = decode(line.encode(), 1)
    papers = (ROOT / "fixtures" / "papers.jsonl").read_text(encoding="utf-8").splitlines()
    (told,) = [command for command in map(json.loads, papers) if command["command"] == entry.command]
    assert entry.asked() == command_from(told), "fixtures/papers.jsonl says something else now: show the new entry"


def test_every_decision_is_in_the_index() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(\d{4}) (.+)\]\((\S+)\)$", index, re.MULTILINE)
    found = []
    for page in sorted(DECISIONS.glob("[0-9]*.md")):
        number, title = page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").split(" ", 1)
        assert page.name.startswith(f"{number}-")
        found.append((number, title, page.name))
    assert listed == found[1:], "0000 is the template; the others are listed by number and title"
    assert [int(number) for number, _, _ in found] == list(range(len(found)))


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_a_decision_has_its_four_parts_on_one_page(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    headings = [line for line in lines if line.startswith("## ")]
    assert headings == ["## Status", "## Context", "## Decision", "## Consequences"]
    assert len(lines) <= 40


def test_the_tests_named_for_contributors_exist() -> None:
    named = re.findall(r"`(test_\w+\.py)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[?Unreleased\]?$", text, re.MULTILINE)
    assert re.search(r"^### Wire$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["events.md", "events.schema.json"])
def test_the_generated_pages_are_up_to_date(name: str, tmp_path: Path) -> None:
    assert run(["catalogue", "--write", str(tmp_path)]) == 0
    page = ROOT / "docs" / name
    assert page.exists(), "run make docs"
    # not compared by assert itself: the difference of two long files takes pytest minutes
    same = page.read_bytes() == (tmp_path / name).read_bytes()
    assert same, "run make docs"


# -------------------------------------------------------------------------------------------------------------- links


@cache
def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if ADDRESS.match(link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link

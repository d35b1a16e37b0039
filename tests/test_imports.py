"""Does a command load only what it needs, and does the program get by without what only Unix has?"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent.parent
UNIX_ONLY = ("fcntl", "grp", "posix", "pwd", "resource", "termios")
TERMINAL = {"textual", "rich", "textual_serve", "aiohttp"}
DEVELOPMENT = {"hypothesis", "pytest", "_pytest", "jsonschema", "babel"}


def python(program: str, *arguments: object) -> Any:
    """Run a program in a fresh interpreter; what it printed last is JSON."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


LOADED_BY_COMMAND = """
    import contextlib, io, json, sys
    from tui.cli import main

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = main(sys.argv[1:])
    print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["events", "--help"],
        ["events", "--limit", "5"],
        ["events", "--limit", "5", "--json"],
        ["show", "organisation/levanger", "--on", "2018-12-31"],
        ["list", "organisations", "--on", "2018-12-31"],
        ["state", "--on", "2018-12-31"],
        ["adherence"],
        ["why", "organisation/orland.code"],
        ["replay", "--to", "5"],
        ["record", "--help"],
        ["record", "decision-adopted", "--help"],
        ["demo", "--no-tui"],
        ["doctor"],
        ["verify"],
        ["schema"],
        ["serve", "--help"],
    ],
    ids=" ".join,
)
def test_a_headless_command_loads_no_terminal_library(demo_ledger: Path, arguments: list[str]) -> None:
    where = [] if "--help" in arguments else ["--ledger", str(demo_ledger)]
    code, loaded = python(LOADED_BY_COMMAND, *arguments, *where)
    assert code == 0
    assert not (TERMINAL | DEVELOPMENT) & set(loaded)
    if "--help" in arguments:
        assert "edtf" not in loaded, "help asks for no date"


def test_a_dry_run_and_a_recording_load_no_terminal_library(demo_copy: Path) -> None:
    asked = ["record", "annotation-added", "--about", "organisation/levanger", "--kind", "doubt", "--text", "x"]
    for extra in (["--dry-run"], []):
        code, loaded = python(LOADED_BY_COMMAND, *asked, *extra, "--ledger", demo_copy)
        assert code == 0
        assert not (TERMINAL | DEVELOPMENT) & set(loaded)


LOADED_MODULES = LOADED_BY_COMMAND.replace('{name.partition(".")[0] for name in sys.modules}', "sys.modules")
READING: dict[str, list[str]] = {
    "events": ["--limit", "5"],
    "show": ["organisation/levanger", "--on", "2018-12-31"],
    "list": ["organisations", "--on", "2018-12-31"],
    "state": ["--on", "2018-12-31"],
    "why": ["organisation/orland.code"],
}
"""Commands that only read, with arguments to ask with."""
RARE = {"babel", "dataclasses", "difflib", "edtf", "hashlib", "locale", "pendulum", "platformdirs", "secrets"}
"""What only some questions need, and none of these."""
FAMILIES = {"demo", "duties", "money", "opening", "questions", "recording", "reference", "serving"}


@pytest.mark.parametrize("command", [*READING, "events --search"])
def test_reading_loads_only_what_it_needs(demo_ledger: Path, command: str) -> None:
    arguments = READING.get(command, ["--search", "levanger"])
    code, found = python(LOADED_MODULES, command.partition(" ")[0], *arguments, "--ledger", demo_ledger)
    loaded = set(found)
    assert code == 0
    assert not (TERMINAL | DEVELOPMENT | RARE) & {name.partition(".")[0] for name in loaded}
    assert {name for name in FAMILIES if f"tui.cli.{name}" in loaded} == {"questions"}
    assert not {"ledger.record", "ledger.check", "projections.audit", "projections.attention", "tui.values"} & loaded
    assert not {"eventsourcing", "filelock", "ledger.store.application", "ledger.store.sqlite"} & loaded


def test_the_list_of_commands_loads_none_of_them() -> None:
    for arguments in (["--help"], ["--version"], ["no-such-command"]):
        _code, loaded = python(LOADED_MODULES, *arguments)
        assert not {f"tui.cli.{name}" for name in FAMILIES} & set(loaded)


MADE_AT_IMPORT = """
    import json, msgspec, sys

    made, Decoder = [], msgspec.json.Decoder
    msgspec.json.Decoder = lambda *types: made.append(types) or Decoder(*types)
    asked, type_info = [], msgspec.inspect.type_info
    msgspec.inspect.type_info = lambda *types: asked.append(types) or type_info(*types)
    import ledger.entry
    print(json.dumps([len(made), len(asked)]))
"""


def test_no_event_type_is_looked_into_before_it_is_met() -> None:
    assert python(MADE_AT_IMPORT) == [1, 0], "one decoder, of the envelope"


ONE_TYPE = """
    import json, sys
    from ledger.events import CATALOGUE
    from ledger.events.families import FAMILIES

    alone = []
    for wire_name in ("organisation-renamed", "entry-annulled"):
        event = CATALOGUE[wire_name]
        alone.append([event.__struct_config__.tag, event.__module__.rpartition(".")[2] == FAMILIES[wire_name]])
    families = {f"ledger.events.{name}" for name in FAMILIES.values()}
    print(json.dumps([alone, len(families & set(sys.modules)), len(families), list(CATALOGUE) == list(FAMILIES)]))
"""


def test_an_event_type_loads_its_own_module_and_no_more_than_that_uses() -> None:
    alone, loaded, families, in_order = python(ONE_TYPE)
    assert alone == [["organisation-renamed", True], ["entry-annulled", True]]
    assert 2 <= loaded < families // 3
    assert in_order, "in the order of the table, whatever was loaded first"


def test_the_table_of_families_is_what_the_declarations_say() -> None:
    told = python("import json; from ledger.events.__main__ import told; print(json.dumps(told()))")
    assert (PROJECT / "ledger/events/families.py").read_text(encoding="utf-8") == told, "run make docs"


NOT_TOLD = """
    import json
    from ledger.events import families

    moved = dict(families.FAMILIES)
    del moved["organisation-renamed"]
    moved["entry-annulled"] = "cases"
    families.FAMILIES.clear()
    families.FAMILIES.update(moved)
    from ledger.events import CATALOGUE

    found = [CATALOGUE[wire_name].__name__ for wire_name in ("organisation-renamed", "entry-annulled")]
    print(json.dumps([found, "no-such-type" in CATALOGUE, list(CATALOGUE)[-1]]))
"""


def test_a_type_that_the_table_does_not_know_is_found_all_the_same() -> None:
    assert python(NOT_TOLD) == [["OrganisationRenamed", "EntryAnnulled"], False, "organisation-renamed"]


PLAIN_DATES = """
    import json, sys
    from pathlib import Path
    from ledger.calendar import bounds
    from ledger.entry import Actor
    from ledger.record import Pen
    from ledger.store import create_book, open_book

    path = Path(sys.argv[1])
    create_book(path, "vedtak.test/plain")
    event = {"type": "organisation-registered", "organisation": "organisation/a", "name": "A", "kind": "other"}
    with open_book(path) as book:
        Pen(book, Actor("test", "import")).record(
            {"effective": sys.argv[2], "knowledge": "witnessed", "event": event}
        )
    print(json.dumps("edtf" in sys.modules))
"""


@pytest.mark.parametrize(("day", "needed"), [("2018-10-24", False), ("2018-10-24/2018-10-26", False), ("201X", True)])
def test_plain_days_do_not_load_the_edtf_library(tmp_path: Path, day: str, needed: bool) -> None:
    assert python(PLAIN_DATES, tmp_path / "plain.vedtak", day) is needed


def test_a_history_of_plain_days_is_read_without_the_edtf_library(tmp_path: Path) -> None:
    path = tmp_path / "plain.vedtak"
    python(PLAIN_DATES, path, "2018-10-24")
    for command in (["events"], ["show", "organisation/a"], ["state"], ["list", "organisations"]):
        _code, loaded = python(LOADED_BY_COMMAND, *command, "--on", "2018-12-31", "--ledger", path)
        assert "edtf" not in loaded


IMPORT_ALL = """
    import importlib, json, pkgutil, sys

    for package in json.loads(sys.argv[1]):
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, package + "."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    ("packages", "forbidden"),
    [
        (["ledger"], {"click", "pendulum", "textual", "rich", "projections", "tui", "edtf"}),
        (["ledger", "projections"], {"click", "pendulum", "textual", "rich", "tui", "edtf"}),
        (["ledger", "projections", "tui"], DEVELOPMENT),
        (["fixtures"], {"ledger", "projections", "tui"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_room_does_not_load_those_above_it(packages: list[str], forbidden: set[str]) -> None:
    assert not forbidden & set(python(IMPORT_ALL, json.dumps(packages)))


# ---- a machine that is not Unix

# The standard library itself asks for some of these on a Unix machine, so what it has of that kind is loaded first;
# from there on nobody gets them.
NOT_UNIX = """
    import asyncio, getpass, json, multiprocessing, platform, pty, pathlib, shutil, signal, subprocess, sys, tempfile
    import selectors, socket, webbrowser
    for name in json.loads(sys.argv[1]):
        sys.modules[name] = None
    sys.argv = sys.argv[:1] + sys.argv[2:]
"""


def test_everything_loads_without_what_only_unix_has() -> None:
    program = textwrap.dedent(NOT_UNIX) + textwrap.dedent(IMPORT_ALL)
    loaded = python(program, json.dumps(UNIX_ONLY), json.dumps(["ledger", "projections", "tui"]))
    assert {"ledger", "projections", "tui", "textual"} <= set(loaded)


def test_recording_works_without_what_only_unix_has(tmp_path: Path) -> None:
    program = """
        import warnings

        warnings.simplefilter("ignore")  # filelock says that its lock is a soft one
        from pathlib import Path
        from tui.cli import main

        path = Path(sys.argv[1]) / "elsewhere.vedtak"
        codes = [
            main(["init", str(path), "--origin", "vedtak.test/elsewhere"]),
            main(["record", "organisation-registered", "--organisation", "a", "--name", "A", "--kind", "other",
                  "--ledger", str(path)]),
            main(["record", "organisation-renamed", "--organisation", "a", "--name", "B", "--ledger", str(path)]),
            main(["show", "organisation/a", "--ledger", str(path)]),
            main(["doctor", "--ledger", str(path)]),
        ]
        from filelock import FileLock
        print(json.dumps([codes, FileLock.__name__, sorted(file.name for file in path.parent.iterdir())]))
    """
    program = textwrap.dedent(NOT_UNIX) + textwrap.dedent(program)
    codes, lock, left = python(program, json.dumps(UNIX_ONLY), tmp_path)
    assert codes == [0, 0, 0, 0, 0]
    assert lock == "SoftFileLock"
    assert left == ["elsewhere.vedtak"], "a soft lock is let go by removing it"

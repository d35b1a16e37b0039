"""Can a bare machine install this, and does it get what we locked and nothing that belongs to our own?"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"ledger", "projections", "tui", "fixtures"}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")

# Written in two halves, so that this file does not find itself.
MACHINE_PATHS = tuple(f"/{folder}/" for folder in ("work", "home", "root"))


def pins(lock: Path) -> dict[str, str]:
    """Name to the whole requirement, its hashes included."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.partition("==")[0].strip(): line for line in lines}


def names(requirements: list[str]) -> set[str]:
    found = (NAME.match(requirement) for requirement in requirements)
    return {match[1].lower() for match in found if match}


def project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        section: dict[str, object] = tomllib.load(file)["project"]
    return section


def dependencies() -> list[str]:
    listed = project()["dependencies"]
    assert isinstance(listed, list)
    return listed


def extra(name: str) -> list[str]:
    listed = project()["optional-dependencies"]
    assert isinstance(listed, dict)
    return list(listed[name])


def tracked_files() -> list[Path]:
    """What is in the repository or about to be; everything in the tree where git does not answer."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        made = {".git", ".venv", "__pycache__", "build", "dist"}
        paths = [p for p in ROOT.rglob("*") if not made.intersection(p.relative_to(ROOT).parts)]
        return [p for p in paths if p.is_file() and "_cache" not in str(p)]
    return [ROOT / name for name in answer.split("\0") if name and (ROOT / name).is_file()]


def test_there_are_four_locks() -> None:
    assert [lock.name for lock in LOCKS] == ["bench.txt", "dev.txt", "run.txt", "serve.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
@pytest.mark.parametrize("word", ["://", "index-url", "find-links", "trusted-host"])
def test_a_lock_names_no_place_to_download_from(lock: Path, word: str) -> None:
    assert word not in lock.read_text(encoding="utf-8"), "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_everything_locked_has_one_version_and_its_hashes(lock: Path) -> None:
    for name, line in pins(lock).items():
        assert re.match(rf"^{re.escape(name)}==[\w.!+]+ ", line), line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize(("smaller", "larger"), [("run.txt", "serve.txt"), ("serve.txt", "dev.txt")])
def test_a_larger_lock_holds_the_smaller(smaller: str, larger: str) -> None:
    inner, outer = (pins(ROOT / "requirements" / name) for name in (smaller, larger))
    assert {name: line for name, line in outer.items() if name in inner} == inner, "run `make lock`"


def test_everything_declared_is_locked() -> None:
    assert names(dependencies()) <= set(pins(ROOT / "requirements" / "run.txt")), "run `make lock`"
    assert names(extra("serve")) <= set(pins(ROOT / "requirements" / "serve.txt")), "run `make lock`"


def test_what_opens_a_port_is_not_installed_with_the_rest() -> None:
    assert not names(extra("serve")) & set(pins(ROOT / "requirements" / "run.txt"))


@pytest.mark.parametrize("requirement", [*dependencies(), *extra("serve")])
def test_every_dependency_says_from_and_until_when(requirement: str) -> None:
    assert ">=" in requirement
    assert "<" in requirement


def test_a_wheel_holds_the_four_packages_and_nothing_else(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = zipfile.ZipFile(wheel).namelist()
    information = f"vedtak-{project()['version']}.dist-info"
    assert {name.partition("/")[0] for name in inside} == PACKAGES | {information}
    assert f"{information}/licenses/LICENSE" in inside
    tracked = {path.relative_to(ROOT).as_posix() for path in tracked_files()}
    ours = {name for name in tracked if name.partition("/")[0] in PACKAGES}
    assert ours <= set(inside), "the wheel must hold the data files too"


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.* ## \S", makefile, re.MULTILINE))
    assert targets == set(phony.split())
    assert targets == explained


def test_ci_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    guilty = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        guilty += [f"{path.relative_to(ROOT)}: {folder}" for folder in MACHINE_PATHS if folder in text]
    assert guilty == []

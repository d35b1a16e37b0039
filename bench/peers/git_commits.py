"""git: a commit an entry, a file a thing. Known-on is the history; an effective date is nowhere to be asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.measuring import NotHere
from bench.peers.eventsourcing_aggregates import about
from bench.points import scope
from ledger.entry import Entry

NAME = "git"
_NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
}


class Peer:
    """A repository with one branch."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("git") is None:
            message = "the Debian package “git” is not installed"
            raise NotHere(message)
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._git("init", "-q", "-b", "main")
        self._git("config", "gc.auto", "0")
        self._appended = 0

    def _git(self, *arguments: str, feed: Iterable[bytes] | None = None) -> None:
        command = ["git", "-C", str(self.folder), *arguments]
        environment = {**os.environ, **_NOBODY}
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE if feed is not None else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as running:
            if feed is not None and running.stdin:
                for block in feed:
                    running.stdin.write(block)
                running.stdin.close()
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)

    def load(self, entries: Iterable[Entry], bodies: Iterable[bytes]) -> None:
        """Import every entry as a commit of one file."""
        self._git("fast-import", "--quiet", feed=_commits(entries, bodies))
        self._git("checkout", "-q", "-f", "main")

    def commit(self, body: bytes) -> None:
        """One more, as a person would: add and commit."""
        self._appended += 1
        (self.folder / "appended.json").write_bytes(body + b" " * (self._appended % 97))
        self._git("add", "appended.json")
        self._git("commit", "-q", "--allow-empty", "-m", "one more")

    def fsck(self) -> None:
        """Every object, hashed again."""
        self._git("fsck", "--full", "--no-progress")

    def newest(self) -> None:
        """The newest fifty."""
        self._git("log", "-n", "50")

    def grep(self, term: str) -> None:
        """The newest fifty whose message holds a word."""
        self._git("log", "-n", "50", "-i", f"--grep={term}")

    def diff(self, before: int, after: int) -> None:
        """What differs between two moments of recording (seconds since 1970)."""
        dates = [
            subprocess.run(
                ["git", "-C", str(self.folder), "rev-list", "-1", f"--before={moment}", "main"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            for moment in (before, after)
        ]
        self._git("diff", "--name-only", *dates)

    def size(self) -> int:
        """Bytes of the repository, without the files checked out."""
        return sum(part.stat().st_size for part in (self.folder / ".git").rglob("*") if part.is_file())

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _commits(entries: Iterable[Entry], bodies: Iterable[bytes]) -> Iterator[bytes]:
    for entry, body in zip(entries, bodies, strict=True):
        ref, _ = about(entry)
        message = (entry.note or entry.wire_name).encode()
        seconds = max(entry.recorded_us // 1_000_000, 0)
        yield b"commit refs/heads/main\ncommitter bench <bench@example.org> %d +0000\ndata %d\n%s\n" % (
            seconds,
            len(message),
            message,
        )
        yield b"M 644 inline %d/%s.json\ndata %d\n%s\n" % (scope(ref), ref.encode(), len(body), body)

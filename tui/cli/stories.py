"""The histories that the demo can tell, and the ledgers that they are recorded into.

One is real: the municipality register and the two case papers. The other goes on from there with what nobody ever did,
so that everything a ledger can hold is seen at work. A ledger of it is known by its origin, and whoever shows one says
that it is invented.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from ledger.errors import Refused
from tui.locale import _


class Story(NamedTuple):
    """A history: the fixtures it is told by, in order, and the origin of a ledger that holds it."""

    origin: str
    fixtures: tuple[str, ...]


INVENTED: Final = "demo.vedtak/invented-continuation"
PAPERS: Final = "papers"
STORIES: Final = {
    PAPERS: Story("demo.vedtak/trondelag", ("register.jsonl", "papers.jsonl")),
    "continuation": Story(INVENTED, ("register.jsonl", "papers.jsonl", "continuation.jsonl")),
}


def is_invented(origin: str) -> bool:
    """Whether a ledger of this origin holds the invented continuation."""
    return origin == INVENTED


def invented_text() -> str:
    """What is said wherever such a ledger is shown."""
    return _("Invented continuation – not real events")


def lines_of(name: str) -> str:
    """A fixture's text."""
    from importlib.resources import files  # only the demo reads fixtures

    return files("fixtures").joinpath(name).read_text(encoding="utf-8")


def commands_of(story: str) -> list[dict[str, Any]]:
    """The commands of a story, in order."""
    import json

    return [
        json.loads(line) for name in STORIES[story].fixtures for line in lines_of(name).splitlines() if line.strip()
    ]


def ledger_of(story: str) -> Path:
    """Where a story lies when no place is named: the person's cache, by what the story says and the format it is in."""
    import hashlib

    import platformdirs

    from ledger.store import FORMAT_VERSION
    from projections.index import VERSION as INDEX_VERSION

    told = f"{FORMAT_VERSION}.{INDEX_VERSION}\n" + "".join(lines_of(name) for name in STORIES[story].fixtures)
    digest = hashlib.sha256(told.encode()).hexdigest()[:12]
    name = "demo" if story == PAPERS else f"demo-{story}"
    return platformdirs.user_cache_path("vedtak") / f"{name}-{digest}.vedtak"


def opened(story: str) -> Path:
    """The ledger of a story in the person's cache, recorded now if it is not there yet."""
    path = ledger_of(story)
    if not path.exists():
        build(path, story)
    return path


def build(path: Path, story: str = PAPERS) -> int:
    """Record what the ledger does not have yet; return how many entries were new.

    Recording is idempotent by command id, so that a demo that is there already is only read. Raises Refused for a
    ledger that was not made for this story: nobody's own ledger is filled with a demo.
    """
    from ledger.entry import Actor
    from ledger.record import Pen
    from tui.ledgers import create_ledger, log_of, open_ledger

    origin = STORIES[story].origin
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.stem}-{os.getpid()}.vedtak")
        create_ledger(fresh, origin)
        try:
            with open_ledger(fresh) as book:
                recorded = len(Pen(book, Actor("demo", "import"), log=log_of(book)).record_all(commands_of(story)))
            fresh.replace(path)
        finally:
            for leftover in (fresh, fresh.with_name(fresh.name + ".lock")):
                leftover.unlink(missing_ok=True)
        return recorded
    with open_ledger(path) as book:
        if book.origin != origin:
            raise Refused(
                "A demo is not recorded in “{origin}”.",
                "Name a file that is not there yet.",
                source="convention of the ledger",
                origin=book.origin,
            )
        outcomes = Pen(book, Actor("demo", "import"), log=log_of(book)).record_all(commands_of(story))
    return sum(not outcome.repeated for outcome in outcomes)

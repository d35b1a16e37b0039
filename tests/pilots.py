"""The terminal interface driven by its keys, with nothing in it that differs from one run to the next."""

from __future__ import annotations

import hashlib
import json
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, key_to_character
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import WorkerCancelled

import tui.app
from ledger.entry import Actor
from ledger.record import Pen
from ledger.vault import Disclosed
from projections.attention import SOURCES
from projections.attention.item import Watch
from projections.reading import Reading
from projections.spread import months
from tui.app import VedtakApp
from tui.cli.stories import STORIES, lines_of
from tui.context import Opening
from tui.ledgers import create_ledger, log_of, open_ledger
from tui.locale import language, use_language
from tui.time_bar import Checked
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from textual.pilot import Pilot

    from ledger.store import Book
    from tui.stepping import Hold

S = TypeVar("S", bound=Screen[Any])

SIZES: Final = [(120, 36), (80, 24), (60, 20)]
DAY: Final = date(2018, 12, 31)
START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
LINE_47: Final = "1. Strategien legges til grunn for arbeidet videre."
POINTS: Final = [f"Punkt {number} av vedtaket, slik papiret gjengir det." for number in range(2, 12)]
PAPER: Final = "\n".join(
    [
        "Saksframlegg 12/18: Samhandling om digitale tjenester",
        "",
        "Dette papiret er oppdiktet, for å prøve visningen av kilder på.",
        *(f"Avsnitt {number} av saksopplysningene." for number in range(4, 46)),
        "Utvalget fattet følgende vedtak:",
        LINE_47,
        *(f"{number}. {text}" for number, text in enumerate(POINTS, 2)),
        "",
        "Rådmannen tilrår at saken tas til følge. " * 6,
    ]
)


class SeenAtOnce(VedtakApp):
    """The app with nothing left to chance and to the clock.

    What its threads would find out is found out already, so that no picture is taken in between; and a key is never
    taken for held, however fast a test presses it.
    """

    CSS_PATH = str(Path(tui.app.__file__).with_name("vedtak.tcss"))

    def examine(self) -> None:
        """All hashes agree; they are looked at elsewhere."""
        self.checked = Checked(self.head, self.head, done=True)
        self.months = months(self.journal, lambda: True)
        self.count_due(asked=True)

    def count_due(self, *, asked: bool) -> None:  # noqa: ARG002 - as the app's own
        """Counted at once."""
        watch = Watch(self.reading)
        self.due = sum(1 for source in SOURCES for _item in source(watch))

    def steps(self, hold: Hold, direction: int) -> int:  # noqa: ARG002 - as the app's own
        """One step a press."""
        return direction


@contextmanager
def speaking(code: str) -> Iterator[None]:
    before = language()
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


@asynccontextmanager
async def opened(
    book: Book, size: tuple[int, int] = (120, 36), app: type[VedtakApp] = SeenAtOnce, **given: Any
) -> AsyncIterator[Pilot[int]]:
    """The interface on a ledger. Its threads are the subject of few tests; those name ``VedtakApp`` itself."""
    given.setdefault("on", DAY)
    made = app(book, Opening(**given))
    made.animation_level = "none"
    async with made.run_test(size=size) as pilot:
        await settled(pilot)
        if isinstance(made, SeenAtOnce):
            made.examine()
            await settled(pilot)
        yield pilot


# ------------------------------------------------------------------------------------------------ keys


class Typed(str):
    """A text among the keys that are pressed, typed in one go."""

    __slots__ = ()


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press one key after the other, each when what the one before it did is seen."""
    for key in keys:
        for one in key if isinstance(key, Typed) else (key,):
            pilot.app.post_message(key_event(one))
        await settled(pilot)


def key_event(name: str) -> Key:
    """A key as a terminal sends it, by its name or by the letter on it."""
    character = name if len(name) == 1 else key_to_character(REPLACED_KEYS.get(name, name))
    return Key(_character_to_key(name) if len(name) == 1 else name, character)


async def look_for(pilot: Pilot[int], words: str) -> None:
    """Narrow the list by words, and go back to it."""
    await press(pilot, "slash")
    pilot.app.screen.query_one(Input).value = words
    await settled(pilot)
    await press(pilot, "enter")


# ------------------------------------------------------------------------------------------------ waiting


async def settled(pilot: Pilot[int]) -> None:
    """Until every worker is done, everything is drawn, and a second look shows what the first one did."""
    before = None
    while (now := await drawn(pilot)) != before:
        before = now


async def drawn(pilot: Pilot[int]) -> str:
    """What stands on the screen once no message waits, and the workers that are known of are done.

    Nothing here waits for a time to pass: how slow the machine is makes no difference.
    """
    app = app_of(pilot)
    await pilot.pause(0)
    while app.is_running and unfinished(app):
        with suppress(WorkerCancelled):  # the one that took its place is waited for next
            await app.workers.wait_for_complete()
        await pilot.pause(0.005)
    return seen(pilot)


def unfinished(app: VedtakApp) -> bool:
    """Whether there is a message, a worker, an errand or something put off until all is drawn still to be seen to."""
    pumps = (app, *app.screen.walk_children(with_self=True))
    errand = getattr(app.screen, "errand", None)
    return (
        app.settling
        or bool(app.ahead)
        or any(pump.message_queue_size for pump in pumps)
        or undrawn(app.screen)
        or (errand is not None and errand.is_alive() and not errand.is_cancelled)
        or not all(worker.is_finished for worker in app.workers)
    )


def undrawn(screen: Screen[Any]) -> bool:
    """Whether something is still to be laid out or drawn, or to be done when it has been."""
    put_off = (screen._layout_required, screen._scroll_required, screen._repaint_required, screen._dirty_widgets)
    return any(put_off) or bool(screen._callbacks)


async def until(pilot: Pilot[int], is_so: Callable[[], object], seconds: float = 60) -> None:
    """Until something is so while work goes on that is not waited for; the limit is for what never comes to be."""
    end = monotonic() + seconds
    while not is_so():
        assert monotonic() < end, seen(pilot)
        await pilot.pause(0.01)


# ------------------------------------------------------------------------------------------------ looking


def seen(pilot: Pilot[int]) -> str:
    """What stands on the screen, dialogues over it included."""
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


def told(pilot: Pilot[int]) -> str:
    """What stands on the sheet, in one line."""
    return " ".join(pilot.app.screen.query_one(Sheet).shown.split())


def app_of(pilot: Pilot[int]) -> VedtakApp:
    assert isinstance(pilot.app, VedtakApp)
    return pilot.app


def at(pilot: Pilot[int], screen: type[Screen[Any]]) -> bool:
    """Whether it is just that screen, and none derived from it, that is shown."""
    return type(pilot.app.screen) is screen


def screen_of(pilot: Pilot[int], kind: type[S]) -> S:
    """The screen shown, which must be of a kind."""
    assert isinstance(pilot.app.screen, kind)
    return pilot.app.screen


def reading_of(book: Book, on: date = DAY) -> Reading:
    """What the screens read, without them."""
    log = log_of(book)
    return Reading(log, on, log.head, Disclosed(book))


# ------------------------------------------------------------------------------------------------ ledgers


def recorded(path: Path, origin: str, commands: list[dict[str, Any]]) -> Path:
    """A ledger in a file, its entries recorded a minute after each other from a day that never changes."""
    create_ledger(path, origin)
    times = iter(START + timedelta(minutes=number) for number in range(100_000))
    with open_ledger(path) as book:
        Pen(book, Actor("demo", "import"), log=log_of(book), now=lambda: next(times)).record_all(commands)
    return path


def demo_at(path: Path) -> Path:
    """The demo, recorded at times that never change."""
    story = STORIES["papers"]
    commands = [json.loads(line) for name in story.fixtures for line in lines_of(name).splitlines() if line.strip()]
    return recorded(path, story.origin, commands)


def paper_at(path: Path, appendix: str = "") -> Path:
    """A ledger that cites an invented paper; the paper lies beside it, in the folder ``papers``."""
    folder = path.parent / "papers"
    folder.mkdir(exist_ok=True)
    paper = (PAPER + appendix).encode()
    (folder / "saksframlegg.txt").write_bytes(paper)
    lines = paper.split(b"\n")

    def cites(first: int, last: int) -> list[dict[str, str]]:
        locator = f"line {first}" if first == last else f"lines {first}-{last}"
        digest = hashlib.sha256(b"\n".join(lines[first - 1 : last])).hexdigest()
        return [{"document": "document/saksframlegg", "locator": locator, "sha256": digest}]

    texts = [LINE_47.removeprefix("1. "), *POINTS]
    points = [{"no": str(number), "text": text, "strength": "is"} for number, text in enumerate(texts, 1)]
    events: list[dict[str, Any]] = [
        {
            "event": {
                "type": "document-registered",
                "document": "document/saksframlegg",
                "title": "Saksframlegg 12/18: Samhandling om digitale tjenester",
                "kind": "case_paper",
                "archive_ref": "2018/12",
                "holding": "text",
                "sha256": hashlib.sha256(paper).hexdigest(),
            }
        },
        {
            "event": {
                "type": "organisation-registered",
                "organisation": "organisation/raadet",
                "name": "Regionrådet",
                "kind": "regional_council",
            }
        },
        {
            "event": {
                "type": "body-established",
                "body": "body/utvalget",
                "name": "Utvalget",
                "kind": "committee",
                "effect": "evidenced",
                "owner": "organisation/raadet",
            }
        },
        {
            "event": {
                "type": "decision-adopted",
                "decision": "decision/samhandling",
                "title": "Samhandling om digitale tjenester",
                "body": "body/utvalget",
                "wording": "retold",
                "points": points,
            },
            "sources": cites(46, 57),
        },
        {"event": {"type": "strategy-filed", "strategy": "strategy/samhandling", "title": "Strategi for samhandling"}},
        {
            "event": {
                "type": "strategy-endorsed",
                "strategy": "strategy/samhandling",
                "body": "body/utvalget",
                "how": "taken_as_basis",
                "decision": "decision/samhandling",
            },
            "authority": "decision/samhandling",
            "authority_point": "1",
            "sources": [cites(47, 47)[0] | {"quote": "legges til grunn for arbeidet videre"}],
        },
    ]
    commands = [
        {
            "command": f"00000000-0000-4000-8000-{number:012}",
            "effective": "2018-05-02",
            "knowledge": "documented",
            **event,
        }
        for number, event in enumerate(events, 1)
    ]
    return recorded(path, "vedtak.test/papers", commands)

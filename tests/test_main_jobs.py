"""Does each kind of user get the main job done, from the first key to the last, by keys alone?"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import tui.clerk
from ledger.entry import Actor
from ledger.record import Pen
from tests.pilots import DAY, LINE_47, SeenAtOnce, demo_at, opened, paper_at, press, seen, settled, speaking
from tui.app import VedtakApp
from tui.ledgers import open_ledger
from tui.locale import _
from tui.phrases import place_text, type_name
from tui.screens import record
from tui.screens.record import RecordScreen
from tui.screens.record_done import DoneScreen
from tui.screens.restore import RestoreScreen
from tui.screens.source import SourceScreen
from tui.screens.timeline import TimelineScreen
from tui.screens.why import WhyScreen
from tui.stepping import HELD_SECONDS, Hold
from tui.terms import term
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from textual.pilot import Pilot

SEEDS: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"
DECISION: Final = 503
"""The entry of the demo that tells of the decision of eleven points."""
POINTS: Final = ("Arkiv.", "Vakt.", "Følges opp.")
SIZES: Final = pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
LANGUAGES: Final = pytest.mark.parametrize("spoken", ["nb", "en"])


@pytest.fixture(autouse=True)
def own_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("VEDTAK_PARTNERSHIP", raising=False)
    for wait in ("PREVIEW_WAIT", "DRAFT_WAIT"):  # nobody types here who would be disturbed
        monkeypatch.setattr(record, wait, 0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_at(tmp_path_factory.mktemp("demo") / "demo.vedtak")


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return paper_at(tmp_path_factory.mktemp("cited") / "cited.vedtak")


async def type_in(pilot: Pilot[int], text: str) -> None:
    await pilot.press(*text)
    await settled(pilot)


def told(pilot: Pilot[int]) -> str:
    """The page of values, whole, whatever part of it there is room for."""
    return " ".join(pilot.app.screen.query_one(Sheet).shown.split())


def chosen(pilot: Pilot[int]) -> int:
    assert isinstance(pilot.app.screen, TimelineScreen)
    return pilot.app.screen.selected_entry() or 0


# ---- the auditor


class Held(SeenAtOnce):
    """The app that takes a key for held, by a clock of the test's."""

    steps = VedtakApp.steps


async def step_to(pilot: Pilot[int], entry: int) -> None:
    """From the first entry: hold the key for the next one until the one sought has passed, then go back one by one."""
    assert isinstance(pilot.app.screen, TimelineScreen)
    clock = [0.0]
    pilot.app.screen.hold = Hold(lambda: clock[0])  # a keyboard repeats at its own pace, however slow the machine is
    await press(pilot, "g")
    assert chosen(pilot) == 1
    pressed = 0
    while chosen(pilot) < entry:
        clock[0] += HELD_SECONDS / 4
        pressed += 1
        await pilot.press("full_stop")
    assert pressed < 40, "a key that is held goes faster and faster"
    await settled(pilot)
    while chosen(pilot) > entry:
        clock[0] += HELD_SECONDS * 2
        await press(pilot, "comma")


@LANGUAGES
@SIZES
async def test_an_auditor_steps_to_the_decision_of_eleven_points_and_asks_why(
    demo: Path, spoken: str, size: tuple[int, int]
) -> None:
    sources = str(SEEDS) if SEEDS.is_dir() else None
    with speaking(spoken), open_ledger(demo, read_only=True) as book:
        async with opened(book, size, app=Held, sources=sources) as pilot:
            await step_to(pilot, DECISION)
            assert f"#{DECISION} {type_name('decision-adopted')}" in told(pilot)
            assert f"{term('points').capitalize()} 11" in told(pilot)
            assert f"{term('points').capitalize()} 12" not in told(pilot)
            await press(pilot, "w")
            assert isinstance(pilot.app.screen, WhyScreen)
            assert place_text("lines 45-57") in seen(pilot)
            await press(pilot, "o")
            assert isinstance(pilot.app.screen, SourceScreen)
            if sources is None:
                assert "2018/10420" in told(pilot), "which paper to ask the archive for"
                pytest.skip("the case papers are not part of the repository")
            assert "▸ 47  1. Forslaget til samhandlingsstrategi" in seen(pilot)
            assert f"✓ {place_text('lines 45-57')}" in seen(pilot)


@LANGUAGES
@SIZES
async def test_an_auditor_steps_to_an_invented_decision_and_reads_the_line_it_rests_on(
    cited: Path, spoken: str, size: tuple[int, int]
) -> None:
    with speaking(spoken), open_ledger(cited, read_only=True) as book:
        async with opened(book, size, app=Held, sources=str(cited.parent / "papers")) as pilot:
            await step_to(pilot, 4)
            assert f"{term('points').capitalize()} 11" in told(pilot)
            await press(pilot, "w", "o")
            assert f"▸ 47  {LINE_47[:30]}" in seen(pilot)
            assert _("✓ The passage is what {entry} cites.").format(entry="#4")[:20] in seen(pilot)


# ---- the secretary


async def to_field(pilot: Pilot[int], path: str) -> None:
    """On with tab, to where a field is."""
    assert isinstance(pilot.app.screen, RecordScreen)
    for _again in range(60):
        if pilot.app.screen.pane.at == path:
            await settled(pilot)
            return
        await pilot.press("tab")
    pytest.fail(f"no way to {path}:\n{seen(pilot)}")


async def record_decision(pilot: Pilot[int]) -> None:
    await press(pilot, "a")
    await type_in(pilot, type_name("decision-adopted")[:12])
    await press(pilot, "enter")
    await type_in(pilot, "24.10.2018")
    await to_field(pilot, "event.title")
    await type_in(pilot, "Drift")
    await to_field(pilot, "event.body")
    await type_in(pilot, "utval")
    await to_field(pilot, "event.wording")
    await type_in(pilot, term("full"))
    for text in POINTS:
        await to_field(pilot, "event.points")
        await press(pilot, "enter")  # the number is suggested, and the cursor in the text
        await type_in(pilot, text)
        await press(pilot, "tab")
        await type_in(pilot, term("shall")[:3])
    await press(pilot, "tab")
    assert all(text in told(pilot) for text in POINTS), "what would be recorded is shown beforehand"
    assert "$ vedtak record decision-adopted --decision decision/drift" in told(pilot)
    await press(pilot, "ctrl+s")
    assert isinstance(pilot.app.screen, DoneScreen), seen(pilot)


async def record_condition(pilot: Pilot[int]) -> None:
    await press(pilot, "a")
    await type_in(pilot, type_name("condition-attached")[:12])
    await press(pilot, "enter")
    await type_in(pilot, "24.10.2018")
    await to_field(pilot, "event.to")
    await type_in(pilot, "drift")
    await to_field(pilot, "event.point")
    await type_in(pilot, "2")
    await to_field(pilot, "event.kind")
    await type_in(pilot, term("precondition"))
    await to_field(pilot, "event.text")
    await type_in(pilot, "Penger.")
    await press(pilot, "tab", "ctrl+s")
    assert isinstance(pilot.app.screen, DoneScreen), seen(pilot)


async def correct_second_point(pilot: Pilot[int]) -> None:
    await press(pilot, "r")
    await type_in(pilot, "Feil")
    await to_field(pilot, "event.points[1].text")
    await press(pilot, "end")
    await type_in(pilot, " Helg.")
    await press(pilot, "tab")
    assert _("Before and now") in seen(pilot)
    await press(pilot, "ctrl+s")
    assert isinstance(pilot.app.screen, DoneScreen), seen(pilot)
    assert "Vakt. → Vakt. Helg." in " ".join(pilot.app.screen.query_one(Sheet).shown.split())


async def known_by(pilot: Pilot[int], when: str) -> None:
    await press(pilot, "D")
    await type_in(pilot, when)
    await press(pilot, "enter")


@pytest.mark.slow
@LANGUAGES
@SIZES
async def test_a_secretary_records_a_decision_corrects_it_and_sees_both_when_they_were_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: str, size: tuple[int, int]
) -> None:
    clock = [datetime(2026, 2, 2, 12, tzinfo=UTC)]
    monkeypatch.setattr(tui.clerk, "Pen", partial(Pen, now=lambda: clock[0]))
    with speaking(spoken), open_ledger(paper_at(tmp_path / "cited.vedtak")) as book:
        async with opened(book, size, role="write") as pilot:
            await record_decision(pilot)
            await press(pilot, "enter")
            assert (book.head(), chosen(pilot)) == (7, 7)
            await record_condition(pilot)
            await press(pilot, "enter")
            assert (book.head(), chosen(pilot)) == (8, 8)
            clock[0] = datetime(2026, 3, 2, 12, tzinfo=UTC)
            await press(pilot, "comma")
            await correct_second_point(pilot)
            await press(pilot, "b")
            assert (book.head(), chosen(pilot)) == (9, 7)
            assert "Helg" not in told(pilot)

            await press(pilot, "colon")
            await type_in(pilot, "decision/dr")
            await press(pilot, "enter")
            await known_by(pilot, "2026-02-10")
            assert all(text in told(pilot) for text in (*POINTS, "Penger."))
            assert "Helg" not in told(pilot)
            await known_by(pilot, "2026-03-02")
            assert all(text in told(pilot) for text in (POINTS[0], "Vakt. Helg.", "Penger."))
            await press(pilot, "0")
            assert "Vakt. Helg." in told(pilot)


# ---- the administrator


AFTERWARDS: Final = {
    "effective": "2018-12-01",
    "knowledge": "documented",
    "event": {"type": "annotation-added", "about": "decision/ru-2018-05-02", "kind": "doubt", "text": "Sett senere."},
}


async def done(pilot: Pilot[int]) -> RestoreScreen:
    """The screen, once what it works out or writes is done."""
    assert isinstance(pilot.app.screen, RestoreScreen)
    for _again in range(1000):
        if not pilot.app.screen.busy:
            break
        await pilot.pause(0.01)
    await settled(pilot)
    return pilot.app.screen


@pytest.mark.slow
@LANGUAGES
@SIZES
async def test_an_administrator_restores_a_day_as_it_was_known_and_opens_the_copy(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: str, size: tuple[int, int]
) -> None:
    said: list[str] = []
    source, target = Path(shutil.copy(demo, tmp_path)), tmp_path / "da.vedtak"
    with speaking(spoken), open_ledger(source) as book:
        known, root = book.head(), book.root()
        Pen(book, Actor("demo", "import"), now=lambda: datetime(2026, 4, 1, tzinfo=UTC)).record(AFTERWARDS)
        async with opened(book, size, on=date(2020, 1, 1), role="admin") as pilot:
            await press(pilot, "d")
            await type_in(pilot, "31.12.2018")
            await press(pilot, "enter")
            await known_by(pilot, "2026-02-28")
            await press(pilot, "8")
            screen = await done(pilot)
            count = _("{count} of {all}").format(count=known, all=known + 1)
            assert f"{_('Entries')} {count}" in told(pilot)
            opens = f"o {_('open it')}"
            assert opens not in seen(pilot)
            await press(pilot, "ctrl+s")
            await type_in(pilot, str(target))
            await press(pilot, "enter")
            screen = await done(pilot)
            page = "".join(told(pilot).split())  # however a long path is broken
            assert "".join(_("✓ Restored into {path}").format(path=target).split()) in page
            assert f"vedtakopen--ledger{target}" in page
            assert "--on 2018-12-31 --known 2026-01-05T" in " ".join(screen.command_words())
            assert opens in seen(pilot)
            monkeypatch.setattr(pilot.app, "say", said.append)
            await press(pilot, "o")  # where there is no terminal to hand over, it is said how
            assert said == [_("Open it with: {command}").format(command=f"vedtak open --ledger {target}")]
    assert json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))["known"] == known
    with speaking(spoken), open_ledger(target, read_only=True) as copy:
        assert (copy.head(), copy.root()) == (known, root)
        async with opened(copy, size, on=DAY) as pilot:
            first, *_rest, last = seen(pilot).splitlines()
            assert _("restored") in first
            assert _("record") not in last.split()
            await press(pilot, "a")
            assert isinstance(pilot.app.screen, TimelineScreen)
            await press(pilot, "f1")
            about = " ".join(pilot.app.screen.query_one(Sheet).shown.split())
            assert "demo.vedtak" in about
            assert f"#{known}" in about

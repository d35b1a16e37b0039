"""Can an auditor go through the ledger step by step, and does verification say what is wrong, and stop when told to?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ledger.proof.anchor import spelled
from tests import pilots
from tests.pilots import SIZES, at, key_event, press, screen_of, seen, settled, told, until
from tui import auditing
from tui.app import VedtakApp
from tui.ledgers import open_ledger
from tui.locale import _
from tui.screens import audit
from tui.screens.audit import AuditScreen
from tui.screens.audit_sheet import step_items
from tui.screens.timeline import TimelineScreen
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from ledger.store import Book

TAMPERED = 40


opened = partial(pilots.opened, on=date(2025, 6, 10))


async def verified(pilot: Pilot[int]) -> AuditScreen:
    await settled(pilot)
    screen = screen_of(pilot, AuditScreen)
    assert not screen.verifying
    return screen


@pytest.fixture
def tampered(demo_copy: Path) -> Iterator[Book]:
    with closing(sqlite3.connect(demo_copy, isolation_level=None)) as shell:
        for (name,) in shell.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            shell.execute(f'DROP TRIGGER "{name}"')
        changed = "replace(CAST(data AS TEXT), 'documented', 'documentex')"
        shell.execute(f"UPDATE entry SET data = CAST({changed} AS BLOB) WHERE position = {TAMPERED}")
    with open_ledger(demo_copy, read_only=True) as opened_book:
        yield opened_book


@pytest.mark.parametrize("size", SIZES)
async def test_every_step_says_what_it_changed_and_the_root_after_it(
    six_entries: Book, spoken: str, size: tuple[int, int]
) -> None:
    async with opened(six_entries, size) as pilot:
        await press(pilot, "7")
        assert screen_of(pilot, AuditScreen).selected_entry() == 1
        assert ("føring 1 av 6" if spoken == "nb" else "entry 1 of 6") in seen(pilot)
        for position in range(1, 7):
            assert spelled(six_entries.root(position)).split()[0] in told(pilot)
            assert _("Root after entry #{entry}").format(entry=position) in told(pilot)
            screen_of(pilot, AuditScreen).action_step(1)
            await settled(pilot)
        assert "Fjord → Storfjord" in told(pilot)
        assert _("✓ as recorded") in told(pilot)


async def test_the_auditor_steps_from_the_first_entry_to_the_decision_of_the_paper(demo: Book) -> None:
    async with opened(demo, on=date(2018, 12, 31)) as pilot:
        await press(pilot, "7")
        screen = screen_of(pilot, AuditScreen)
        reading = screen.vedtak.reading
        eleven = next(
            position
            for position in reading.journal.of_type("decision-adopted", reading.known)
            if len(getattr(reading.journal.entry(position).event, "points", ())) == 11
        )
        told_steps = ["\n".join(item.text for item in step_items(reading, demo, step)) for step in range(1, eleven + 1)]
        assert all(f"#{step}  " in shown and "change" in shown for step, shown in enumerate(told_steps, 1))
        assert len({shown.partition("Root after")[2].splitlines()[1] for shown in told_steps}) == eleven
        for position in range(1, 4):
            assert f"#{position}  " in screen.query_one(Sheet).shown
            await press(pilot, "full_stop")
        screen.go_to(eleven - 2)
        await press(pilot, "full_stop", "full_stop")
        assert screen.selected_entry() == eleven
        shown = told(pilot)
        assert all(f"[{number}]" in shown or f" {number}:" in shown for number in range(1, 12))


async def test_entries_are_played(six_entries: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PLAY_SECONDS", 0.01)
    async with opened(six_entries) as pilot:
        await press(pilot, "7", "space")
        await until(pilot, lambda: screen_of(pilot, AuditScreen).selected_entry() == 6)
        await until(pilot, lambda: "▸" not in seen(pilot).splitlines()[3])


@pytest.mark.parametrize("size", SIZES)
async def test_a_sound_ledger_is_said_to_be_sound(demo: Book, spoken: str, size: tuple[int, int]) -> None:
    async with opened(demo, size, on=date(2018, 12, 31), named=("--ledger", "x.vedtak")) as pilot:
        await press(pilot, "7", "V")
        screen = await verified(pilot)
        assert screen.progress is not None
        assert [one.name for one in screen.progress.passes] == ["hashes", "entries", "rules", "index"]
        assert {one.percent for one in screen.progress.passes} == {100}
        by_bytes = [one for one in screen.progress.wrong if one.of != "rules"]
        assert not by_bytes
        assert " ".join(spelled(demo.root()).split()) in told(pilot)
        assert "vedtak verify --deep --ledger" in told(pilot)
        assert ("UENDRET" if spoken == "nb" else "UNCHANGED") in seen(pilot)


async def test_a_changed_entry_is_named(tampered: Book) -> None:
    async with opened(tampered, on=date(2018, 12, 31), app=VedtakApp) as pilot:
        await press(pilot, "7", "v")
        screen = await verified(pilot)
        assert screen.progress is not None
        assert TAMPERED in {one.position for one in screen.progress.wrong}
        assert "NOT SOUND" in seen(pilot)
        assert f"#{TAMPERED}" in seen(pilot)
        number = [one.position for one in screen.progress.wrong].index(TAMPERED)
        screen.checks.cursor = len(screen.progress.passes) + number
        await settled(pilot)
        assert "restore a backup" in told(pilot)
        await press(pilot, "enter")
        assert at(pilot, TimelineScreen)


async def test_verification_stops_at_once_and_nothing_comes_after(
    six_entries: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(_book: Book, _anchor: None, told: Any) -> None:
        while True:
            told(1, 10_000)

    monkeypatch.setattr(auditing, "verify", endless)
    async with opened(six_entries) as pilot:
        await press(pilot, "7")
        screen = screen_of(pilot, AuditScreen)
        pilot.app.post_message(key_event("v"))
        await until(pilot, lambda: "/s, about" in seen(pilot))
        assert screen.verifying
        await press(pilot, "escape")
        assert "STOPPED before the end" in seen(pilot)
        assert screen.errand is not None
        screen.errand.join(60)
        assert not screen.errand.is_alive()
        await press(pilot, "escape")
        assert screen.selected_entry() == 1
        assert "Replay" in seen(pilot)

"""Can a secretary record a decision, see it before it is recorded, correct it, and never lose what was written?"""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from ledger.entry import Actor
from ledger.errors import Refused
from ledger.record import Pen
from ledger.store import Book, create_book, memory_book, open_book
from tests import pilots
from tests.pens import record_board
from tests.pilots import SIZES, Typed, app_of, key_event, press, screen_of, seen, settled
from tui.clerk import Clerk
from tui.drafts import Drafts
from tui.form import Form
from tui.locale import _
from tui.screens import record
from tui.screens.record import RecordScreen
from tui.screens.record_done import DoneScreen
from tui.screens.record_kind import found
from tui.screens.timeline import TimelineScreen
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot


HOSTILE = "a\x1b[31mb\x1b]0;PWNED\x07c\x9b2J[/x] [red]d[/] \u202ee \u200bf"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("VEDTAK_PARTNERSHIP", raising=False)
    return tmp_path / "state"


@pytest.fixture
def book() -> Iterator[Book]:
    with memory_book("test/record") as opened_book:
        yield record_board(opened_book)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Book]:
    path = tmp_path / "l.vedtak"
    create_book(path, "test/record")
    with open_book(path) as opened_book:
        yield record_board(opened_book)


opened = partial(pilots.opened, role="write", on=date(2025, 6, 10))


def said(pilot: Pilot[int]) -> str:
    """What stands below the field under the cursor."""
    return " ".join(str(screen_of(pilot, RecordScreen).query_one("#said", Static).content).split())


def done(pilot: Pilot[int]) -> bool:
    return isinstance(pilot.app.screen, DoneScreen)


def beside(pilot: Pilot[int]) -> str:
    return " ".join(screen_of(pilot, RecordScreen).query_one("#detail", Sheet).shown.split())


async def fill(pilot: Pilot[int], **texts: str) -> None:
    """Type in fields, one after the other, wherever they are."""
    for name, text in texts.items():
        await write(pilot, f"event.{name}", text)


async def write(pilot: Pilot[int], path: str, text: str) -> None:
    pane = screen_of(pilot, RecordScreen).pane
    pane.leave_field()
    pane.go(path)
    await settled(pilot)
    if pane.editor.multi:
        pane.editor.area.text = text
    else:
        pane.editor.line.value = text
    await settled(pilot)
    pane.leave_field()
    await settled(pilot)


async def form_of(pilot: Pilot[int], wire_name: str) -> None:
    app_of(pilot).open_record(wire_name)
    await settled(pilot)


@pytest.mark.parametrize("size", SIZES[:2])
async def test_ten_fields_are_seen_at_once(book: Book, size: tuple[int, int]) -> None:
    async with opened(book, size) as pilot:
        await form_of(pilot, "decision-adopted")
        shown = seen(pilot)
        assert (
            sum(row.title[:9] in shown for row in screen_of(pilot, RecordScreen).form.rows() if row.kind == "leaf")
            >= 10
        )


async def test_who_only_reads_finds_no_way_in(book: Book) -> None:
    async with opened(book, role="read") as pilot:
        assert "record" not in seen(pilot).splitlines()[-1]
        await press(pilot, "a", "r")
        app_of(pilot).open_record("decision-adopted")
        await settled(pilot)
        assert isinstance(pilot.app.screen, TimelineScreen)


async def test_on_a_narrow_terminal_the_preview_comes_before_recording(book: Book) -> None:
    async with opened(book, (60, 20)) as pilot:
        await form_of(pilot, "organisation-registered")
        await fill(pilot, name="Vik", kind="municipality")
        await press(pilot, "ctrl+s")
        assert book.head() == 3
        assert "+ name: Vik" in seen(pilot)
        await press(pilot, "ctrl+s")
        assert book.head() == 4


async def test_what_is_not_seen_yet_is_not_recorded(book: Book) -> None:
    async with opened(book) as pilot:
        await form_of(pilot, "organisation-registered")
        await fill(pilot, name="Vik", kind="municipality")
        line = screen_of(pilot, RecordScreen).pane
        line.go("event.name")
        await settled(pilot)
        for key in ("x", "ctrl+s"):  # faster than the preview
            pilot.app.post_message(key_event(key))
        await settled(pilot)
        assert book.head() == 3
        assert "Vikx" in beside(pilot)
        await press(pilot, "ctrl+s")
        assert book.head() == 4


async def test_a_refusal_stands_in_the_field_with_its_remedy(book: Book, spoken: str) -> None:
    async with opened(book, (80, 24)) as pilot:
        await form_of(pilot, "organisation-renamed")
        await write(pilot, "effective", "snart")
        screen_of(pilot, RecordScreen).pane.go("effective")
        await settled(pilot)
        assert ("«snart» er ingen dato" if spoken == "nb" else "“snart” is not a date") in said(pilot)
        await write(pilot, "effective", "høsten 2018")
        assert "2018-23" in seen(pilot)
        await fill(pilot, organisation="organisation/borte", name="Nytt navn")
        assert "organisation/borte" in beside(pilot)
        await press(pilot, "ctrl+s")
        assert book.head() == 3
        assert screen_of(pilot, RecordScreen).pane.at == "event.organisation"
        assert "→" in said(pilot)


async def test_a_draft_survives_escape_and_is_offered_and_erased_when_recorded(file: Book, state: Path) -> None:
    async with opened(file) as pilot:
        await form_of(pilot, "organisation-registered")
        await fill(pilot, name="Vik", kind="municipality")
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, TimelineScreen)
        (kept,) = (state / "vedtak" / "drafts").glob("*.json")
        assert kept.stat().st_mode & 0o077 == 0
        await press(pilot, "a")
        assert "Vik" in seen(pilot)
        await press(pilot, "enter")
        assert screen_of(pilot, RecordScreen).form.texts["event.name"] == "Vik"
        await press(pilot, "ctrl+s")
        assert file.head() == 4
        assert not kept.exists()
        await press(pilot, "a")
        assert "event.name" not in screen_of(pilot, RecordScreen).form.texts
        assert screen_of(pilot, RecordScreen).form.texts["event.kind"]


async def test_a_draft_is_written_while_typing_and_can_be_thrown_away(book: Book) -> None:
    async with opened(book) as pilot:
        await form_of(pilot, "organisation-registered")
        await fill(pilot, name="Vik")
        assert Drafts.of(book).all()[0].form.texts["event.name"] == "Vik"  # as after a crash
        pilot.app.pop_screen()
        await press(pilot, "a", "delete")
        await press(pilot, "escape")
        assert Drafts.of(book).all() == []


def test_a_spoilt_file_of_drafts_costs_nothing(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "d.json")
    for text in ("", "{", "[]", '{"drafts": [1, {"form": {"type": "no-such"}, "saved": "2025"}]}', "[" * 100_000):
        drafts.path.write_text(text)
        assert drafts.all() == []
    form = Form.blank("organisation-registered", {"event.name": "Vik"})
    drafts.keep(form)
    drafts.keep(form)
    assert [draft.form.texts for draft in drafts.all()] == [form.texts]


def recorded_by_another(book: Book, **event: str) -> None:
    Pen(book, Actor("kari", "secretariat")).record(
        {"effective": "2013-01-01", "knowledge": "documented", "event": event}
    )


async def test_what_others_record_meanwhile_is_shown_and_the_draft_kept(book: Book) -> None:
    async with opened(book) as pilot:
        await form_of(pilot, "organisation-renamed")
        await fill(pilot, organisation="organisation/raadet", name="Rådet vårt")
        assert "Regionrådet → Rådet vårt" in beside(pilot)
        recorded_by_another(book, type="organisation-renamed", organisation="organisation/raadet", name="Fellesrådet")
        await press(pilot, "ctrl+s")
        assert book.head() == 4
        assert "Others have recorded meanwhile" in beside(pilot)
        assert "#4" in beside(pilot)
        assert "Fellesrådet → Rådet vårt" in beside(pilot)
        assert Drafts.of(book).all()
        await press(pilot, "ctrl+s")
        assert book.head() == 5


async def test_what_others_record_is_told_before_it_is_recorded_too(book: Book) -> None:
    async with opened(book) as pilot:
        await form_of(pilot, "organisation-renamed")
        await fill(pilot, organisation="organisation/raadet", name="Rådet vårt")
        recorded_by_another(book, type="organisation-renamed", organisation="organisation/raadet", name="Fellesrådet")
        app_of(pilot).fetch()
        await settled(pilot)
        assert "Others have recorded meanwhile" in beside(pilot)
        assert "#4" in beside(pilot)
        assert "Fellesrådet → Rådet vårt" in beside(pilot)
        await press(pilot, "ctrl+s")
        assert book.head() == 5


async def test_what_others_record_takes_the_form_away_from_nobody_who_writes_in_it(book: Book) -> None:
    async with opened(book, (60, 20)) as pilot:
        await form_of(pilot, "organisation-renamed")
        await fill(pilot, organisation="organisation/raadet", name="Rådet vårt")
        recorded_by_another(book, type="organisation-renamed", organisation="organisation/raadet", name="Fellesrådet")
        app_of(pilot).fetch()
        await settled(pilot)
        assert not screen_of(pilot, RecordScreen).has_class("-previewing")
        await press(pilot, "ctrl+s")
        assert "Others have recorded meanwhile" in beside(pilot)
        assert book.head() == 4
        await press(pilot, "ctrl+s")
        assert book.head() == 5


async def test_that_others_have_recorded_the_same_thing_is_told(book: Book) -> None:
    async with opened(book) as pilot:
        await form_of(pilot, "organisation-registered")
        await fill(pilot, name="Vik", kind="municipality")
        assert "(organisation/vik)" in beside(pilot)
        recorded_by_another(
            book, type="organisation-registered", organisation="organisation/vik", name="Vik", kind="municipality"
        )
        app_of(pilot).fetch()
        await settled(pilot)
        assert "Others have recorded organisation/vik meanwhile" in beside(pilot)
        assert "#4" in beside(pilot)
        assert "(organisation/vik-2)" in beside(pilot)


async def test_what_others_record_elsewhere_is_in_nobodys_way(book: Book) -> None:
    async with opened(book) as pilot:
        await form_of(pilot, "organisation-renamed")
        await fill(pilot, organisation="organisation/raadet", name="Rådet vårt")
        recorded_by_another(
            book, type="organisation-registered", organisation="organisation/ny", name="Ny", kind="municipality"
        )
        await press(pilot, "ctrl+s")
        assert book.head() == 5


@pytest.mark.parametrize("failure", ["full", "odd"])
async def test_a_disk_that_is_full_is_said_and_the_draft_kept(
    book: Book, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    def fails(*_arguments: object) -> int:
        if failure == "odd":
            raise sqlite3.OperationalError("odd")
        raise Refused(
            "The disk with {path} is full. Nothing was recorded.", "Make room on it, then try again.", path="x"
        )

    async with opened(book) as pilot:
        await form_of(pilot, "organisation-registered")
        await fill(pilot, name="Vik", kind="municipality")
        monkeypatch.setattr(book, "append", fails)
        await press(pilot, "ctrl+s")
        assert ("disk with x is full" if failure == "full" else "Recording failed") in beside(pilot)
        assert Drafts.of(book).all()
        monkeypatch.undo()
        await press(pilot, "ctrl+s")
        assert done(pilot)


async def test_a_ledger_that_is_gone_is_said_and_the_draft_kept(file: Book, tmp_path: Path) -> None:
    async with opened(file) as pilot:
        await form_of(pilot, "organisation-registered")
        await fill(pilot, name="Vik", kind="municipality")
        (tmp_path / "l.vedtak").rename(tmp_path / "elsewhere.vedtak")
        await press(pilot, "ctrl+s")
        assert "no longer where it was" in beside(pilot)
        (tmp_path / "elsewhere.vedtak").rename(tmp_path / "l.vedtak")
        await press(pilot, "ctrl+s")
        assert file.head() == 4


async def test_an_entry_is_annulled_from_its_form(book: Book) -> None:
    async with opened(book) as pilot:
        await press(pilot, "r")
        await press(pilot, Typed("Galt"), "f8")
        assert screen_of(pilot, RecordScreen).form.wire_name == "entry-annulled"
        assert screen_of(pilot, RecordScreen).form.texts["corrects.reason"] == "Galt"
        await press(pilot, "ctrl+s")
        assert book.head() == 4
    assert Pen(book, Actor("x", "secretariat")).catch_up().withdrawn_by(3) == 4


@pytest.mark.parametrize("size", SIZES[:2])
async def test_hostile_text_is_shown_as_signs_in_every_field(book: Book, size: tuple[int, int]) -> None:
    async with opened(book, size) as pilot:
        await form_of(pilot, "decision-adopted")
        form = screen_of(pilot, RecordScreen).form
        form.add("event.points")
        for row in form.rows():
            if row.kind == "leaf":
                form.texts[row.path] = HOSTILE
        for row in form.rows():
            screen_of(pilot, RecordScreen).pane.go(row.path)
            await settled(pilot)
            assert not RAW.search(seen(pilot).replace("\n", "")), row.path
        screen_of(pilot, RecordScreen).pane.go("event.title")
        await settled(pilot)
        assert "[/x]" in seen(pilot)
        assert "invisible control character" in said(pilot)
        await press(pilot, "ctrl+s")
        assert book.head() == 3
        await press(pilot, "escape", "a")
        assert not RAW.search(seen(pilot).replace("\n", ""))


@pytest.mark.slow
async def test_every_type_opens_a_form(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "PREVIEW_WAIT", 0)  # nobody types here who would be disturbed
    async with opened(book) as pilot:
        for described in found("", []):
            await form_of(pilot, described.wire_name)
            assert screen_of(pilot, RecordScreen).pane.at
            pilot.app.pop_screen()
            await settled(pilot)


def test_types_are_found_in_either_language_and_the_recent_come_first() -> None:
    assert found("vedtak fattet", [])[0].wire_name == "decision-adopted"
    assert found("decision ad", [])[0].wire_name == "decision-adopted"
    assert found("tilslutn", [])[0].family == "adherence"
    assert found("", ["vote-held", "meeting-held"])[0].wire_name == "vote-held"
    assert found("qqqqxxzz", []) == []


def test_things_are_found_by_name_and_by_reference(book: Book) -> None:
    clerk = Clerk(book, "write")
    for text in ("styr", "STYRET", "body/st", "sty"):
        assert [named.ref for named in clerk.offers(("body",), text, date(2020, 1, 1))] == ["body/styret"]
    assert clerk.offers(("body",), "styr", date(2000, 1, 1)) == []
    assert clerk.offers(("organisation",), "regionradet", date(2020, 1, 1))
    assert _("record") == "record"

"""Does the matrix say of every cell what the projection answers, at every size, in both languages?"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

from projections.adherence import Row, adherence
from tests import pilots
from tests.money_book import new_pen
from tests.pilots import SIZES, Typed, look_for, press, reading_of, screen_of, seen, settled, told
from tests.small_partnership import COMMUNITY, MERGED, A, history, notice
from tui.collation import folded, sort_key
from tui.screens.adherence import AdherenceScreen
from tui.screens.adherence_grid import LEGEND, gathered, kinds, laid_out, legend
from tui.screens.whole import WholeScreen
from tui.screens.why import WhyScreen
from tui.terms import term

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.store import Book
    from projections.reading import Reading
    from tui.screens.adherence_grid import Adherence

DAY = date(2026, 5, 17)
opened = partial(pilots.opened, on=DAY)

EXPECTED: Final = {
    "invited": "!",
    "proposed": "○",
    "recommended": "○",
    "decided": "✓",
    "signed": "✓",
    "in_force": "✓",
    "conditional": "◐",
    "declined": "✗",
    "withdrawn": "✗",
    "unknown": "?",
}


def expected(row: Row | None) -> str:
    if row is None:
        return "–"
    if row.ended:
        return "†"
    if row.holds == "maybe":
        return "◐"
    sign = EXPECTED[row.status]
    return "✓!" if sign == "✓" and (row.leaves or row.version_differs) else sign


@pytest.mark.parametrize("day", [DAY, date(2018, 12, 15), date(2019, 3, 1), date(2020, 6, 1)])
async def test_every_cell_on_the_screen_is_what_the_projection_answers(
    story: Book, continuation: Path, day: date
) -> None:
    answer = {(row.organisation, row.to): row for row in adherence(reading_of(story, day))}
    drawn = set()
    async with opened(story, (200, 50), on=day) as pilot:
        await press(pilot, "3")
        screen = screen_of(pilot, AdherenceScreen)
        for _kind in range(len({to.partition("/")[0] for _, to in answer})):
            lines = seen(pilot).splitlines()
            for number, who in enumerate(screen.grid.organisations):
                name = screen.grid.lines[number].name
                line = next(line for line in lines if line.startswith(f"│ {name} "))
                signs = re.findall(r"[✓!◐○?✗†–]+", line[len(name) + 2 :].partition("/")[0])
                wanted = [expected(answer.get((who, to))) for to in screen.grid.targets]
                assert signs == wanted, (name, line)
                assert f"{sum(sign.startswith('✓') for sign in wanted)}/{len(wanted)}" in line
                drawn |= {(who, to) for to in screen.grid.targets if (who, to) in answer}
            await press(pilot, "t")
    assert drawn == set(answer)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_there_at_every_size_with_the_cell_explained(
    story: Book, spoken: str, size: tuple[int, int]
) -> None:
    async with opened(story, size) as pilot:
        await press(pilot, "3", *(("down", "down") if size[0] >= 70 else ("right", "right")))
        screen, shown = screen_of(pilot, AdherenceScreen), seen(pilot)
        assert "Indre Fosen" in shown
        if size[0] >= 70:
            assert ("virksomhet" if spoken == "nb" else "organisation") in shown
            assert ("sum av ✓" if spoken == "nb" else "sum of ✓") in shown
            await press(pilot, "right")
            assert "649" in told(pilot)
            assert term("in_force") in told(pilot)
        else:
            assert screen.one.has_focus
        assert shown.splitlines()[-1].strip().endswith("Hjelp" if spoken == "nb" else "Help")


async def test_a_narrow_terminal_shows_one_organisation_at_a_time(story: Book) -> None:
    async with opened(story, (60, 20)) as pilot:
        await press(pilot, "3")
        assert "Bjugn (1 of 15)" in seen(pilot)
        await press(pilot, "right")
        assert "Fosen IKT (2 of 15)" in seen(pilot)
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, WholeScreen)
        assert "Fosen IKT × Samarbeidsavtale" in seen(pilot)


async def test_columns_scroll_and_the_first_and_the_sum_stay(story: Book) -> None:
    async with opened(story, (44, 20)) as pilot:
        await pilot.resize_terminal(80, 20)
        await press(pilot, "3")
        screen = screen_of(pilot, AdherenceScreen)
        for width in (80, 74):
            assert screen.matrix.measures(width)[2] >= 1
        await press(pilot, "right", "right", "right")
        assert screen.matrix.place[1] == 3
        assert "sum" in seen(pilot)


async def test_why_leads_from_a_cell_to_its_chain_and_nothing_has_none(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "3", "w")
        before: object = pilot.app.screen
        assert isinstance(before, AdherenceScreen)
        await press(pilot, "right", "w")
        after: object = pilot.app.screen
        assert isinstance(after, WhyScreen)
        assert "Why: Bjugn × Samarbeidsavtale" in seen(pilot)
        await press(pilot, "escape")
        assert screen_of(pilot, AdherenceScreen).matrix.place == (0, 1)


async def test_the_filter_finds_norwegian_letters_and_goes_away_again(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "3")
        await look_for(pilot, "oerl")
        assert "1 of 15 organisations" in seen(pilot)
        assert "Ørland" in seen(pilot)
        await look_for(pilot, "zzz")
        assert "No organisation has these words in its name" in seen(pilot)
        assert "0 of 15 organisations" in seen(pilot)
        await press(pilot, "escape")
        assert "15 organisations" in seen(pilot)


async def test_order_and_gaps(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "3", "s")
        sums = [int(line.tail[0].partition("/")[0]) for line in screen_of(pilot, AdherenceScreen).grid.lines]
        assert sums == sorted(sums)
        await press(pilot, "s", "s", "plus")
        grid = screen_of(pilot, AdherenceScreen).grid
        assert all(
            any(not line.marks[at].sign.startswith("✓") for line in grid.lines) for at in range(len(grid.targets))
        )
        assert "only gaps" in seen(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_words_that_no_organisation_bears_narrow_what_is_adhered_to(story: Book, size: tuple[int, int]) -> None:
    async with opened(story, size) as pilot:
        await press(pilot, "3")
        every = screen_of(pilot, AdherenceScreen).grid
        kept = [heading.name for heading in every.headings if "arkiv" in folded(heading.name)]
        assert 0 < len(kept) < len(every.headings)
        await look_for(pilot, "arkiv")
        grid = screen_of(pilot, AdherenceScreen).grid
        assert [heading.name for heading in grid.headings] == kept
        assert grid.organisations == every.organisations
        assert "“arkiv”" in seen(pilot)
        if size[0] >= 70:
            assert f"× {len(kept)} of {len(every.headings)} agreements" in seen(pilot)
        await press(pilot, "escape")
        assert screen_of(pilot, AdherenceScreen).grid == every


async def test_another_day_is_another_matrix_and_the_old_answer_is_dropped(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "3")
        screen = screen_of(pilot, AdherenceScreen)
        now = screen.grid
        screen.show(reading_of(story, date(1990, 12, 31)))
        screen.show(screen.vedtak.reading)
        await settled(pilot)
        assert screen.grid == now
        await press(pilot, "d", Typed("1990"), "enter")
        assert not any("✓" in mark.sign for line in screen.grid.lines for mark in line.marks)
        assert "--on 1990-12-31" in seen(pilot)


async def test_a_ledger_without_adherence_says_what_would_be_here() -> None:
    async with opened(new_pen()._book) as pilot:
        await press(pilot, "3", "right", "enter", "w", "t")
        assert "Nothing was recorded of that on 17 May 2026" in " ".join(seen(pilot).replace("│", " ").split())


async def test_another_theme_is_drawn_in_its_colours(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "3")
        matrix = screen_of(pilot, AdherenceScreen).matrix
        before = matrix.render_line(3)
        await press(pilot, "T")
        assert matrix.render_line(3) != before
        assert matrix.render_line(3).text == before.text


async def test_the_command_names_the_same_answer(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "3")
        assert screen_of(pilot, AdherenceScreen).command() == ("adherence",)
        table = screen_of(pilot, AdherenceScreen).table()
        assert len(list(table.rows())) == 15
        assert all(len(row) == len(table.titles) for row in table.rows())


# ------------------------------------------------------------------------------------------------ without a screen


def test_notice_and_what_has_ended_have_signs_of_their_own() -> None:
    pen = history(*COMMUNITY, notice("2021-01-01", "2022-01-01", "agreement"))
    from projections.reading import Reading

    found = gathered(Reading(pen.catch_up(), date(2021, 6, 1), pen.journal.head))
    grid = laid_out(found, "agreement")
    signs = {line.name: line.marks[grid.targets.index(A)].sign for line in grid.lines}
    assert signs["Dal"] == "✓!"
    assert signs["Fjord"] == "✓"


def test_the_legend_has_every_sign_that_can_occur() -> None:
    assert {sign for sign, _ in LEGEND} >= {*EXPECTED.values(), "✓!", "†", "–"}


@pytest.mark.parametrize("room", [200, 74, 54, 10])
def test_the_legend_is_never_cut_in_the_middle_while_it_can_be_shortened(spoken: str, room: int) -> None:
    told = legend([sign for sign, _ in LEGEND if sign not in "○†"], room)
    assert "?" in told
    assert len(told) <= room or room < 74


def test_names_are_in_norwegian_order() -> None:
    names = ["Åfjord", "Ørland", "Ærø", "Zå", "Aasnes", "Asker", "alta", "Émile", "Eide", "Östersund"]
    assert sorted(names, key=sort_key) == [
        "alta",
        "Asker",
        "Eide",
        "Émile",
        "Zå",
        "Ærø",
        "Ørland",
        "Östersund",
        "Åfjord",
        "Aasnes",
    ]
    assert folded("Åfjord") == folded("aafjord")
    assert folded("ØRLAND") == "oerland"


def test_a_ledger_without_adherence_has_no_kinds() -> None:
    pen = history(*MERGED)
    from projections.reading import Reading

    assert kinds(gathered(Reading(pen.catch_up(), date(2021, 6, 1), pen.journal.head))) == []


# ------------------------------------------------------------------------------------------------ worked out meanwhile


class Waiting(AdherenceScreen):
    """It begins to work out its answer, and is held up until somebody lets it go on."""

    begun, let_go = Event(), Event()
    read: ClassVar[list[date]] = []

    def work_out(self, reading: Reading) -> Adherence:
        self.begun.set()
        assert self.let_go.wait(60)
        found = super().work_out(reading)
        self.read.append(found.on)
        return found


class WithWaiting(pilots.SeenAtOnce):
    """The app with that screen."""

    MODES: ClassVar[dict[str, Any]] = {**pilots.SeenAtOnce.MODES, "adherence": Waiting}


async def test_an_answer_is_given_up_when_its_screen_is_left_and_made_anew_when_it_is_shown_again(story: Book) -> None:
    async with opened(story, app=WithWaiting) as pilot:
        pilot.app.post_message(pilots.key_event("3"))
        await pilots.until(pilot, Waiting.begun.is_set)
        await press(pilot, "1")  # which would wait for ever for a worker that goes on
        Waiting.let_go.set()
        await press(pilot, "3")
        assert Waiting.read == [DAY]
        assert len(screen_of(pilot, Waiting).grid.lines) == 15


async def test_an_answer_is_waited_for_behind_another_screen(story: Book) -> None:
    async with opened(story) as pilot:
        await press(pilot, "3")
        before = screen_of(pilot, AdherenceScreen).answer
        await press(pilot, "question_mark", "escape")
        assert screen_of(pilot, AdherenceScreen).answer is before is not None

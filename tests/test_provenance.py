"""Does a person come from a value of the ledger to the line of the paper it rests on, and hear whether it holds?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.pilots import (
    LINE_47,
    PAPER,
    SIZES,
    Typed,
    app_of,
    demo_at,
    opened,
    paper_at,
    press,
    screen_of,
    seen,
    settled,
    speaking,
    told,
)
from tui.ledgers import open_ledger
from tui.locale import _
from tui.phrases import lines_cited, place_text
from tui.screens.source import SourceScreen, pieces
from tui.screens.why import WhyScreen
from tui.sources import Sources
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.store import Book

LANGUAGES: Final = ["nb", "en"]


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return paper_at(tmp_path_factory.mktemp("cited") / "cited.vedtak")


def papers(cited: Path) -> str:
    return str(cited.parent / "papers")


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_from_a_point_of_the_decision_to_its_line(cited: Path, spoken: str, size: tuple[int, int]) -> None:
    wanted = LINE_47 if size == SIZES[0] else LINE_47[:30]  # there is room for so much
    with speaking(spoken), open_ledger(cited, read_only=True) as book:
        async with opened(book, size, sources=papers(cited)) as pilot:
            await press(pilot, "colon", Typed("decision/samhandling"), "enter", *["down"] * 3)
            assert "vedtak why decision/samhandling.points.1" in seen(pilot)
            await press(pilot, "w")
            assert isinstance(pilot.app.screen, WhyScreen)
            await press(pilot, "down", "down", "enter")
            assert isinstance(pilot.app.screen, SourceScreen)
            shown = seen(pilot)
            assert f"▸ 47  {wanted}" in shown
            assert _("✓ The passage is what {entry} cites.").format(entry="#4")[:20] in shown
            await press(pilot, "escape", "escape")
            # The strategy's endorsement rests on that very line.
            pilot.app.push_screen(WhyScreen(6))
            await settled(pilot)
            await press(pilot, "o")
            assert f"▸ 47  {wanted}" in seen(pilot)
            assert "▸ 46" not in seen(pilot)


async def source_of(book: Book, entry: int, sources: str | None) -> str:
    async with opened(book, sources=sources) as pilot:
        pilot.app.push_screen(WhyScreen(entry))
        await settled(pilot)
        await press(pilot, "o")
        return told(pilot)


async def test_without_the_paper_it_is_said_what_is_missing(cited: Path, tmp_path: Path) -> None:
    with open_ledger(cited, read_only=True) as book:
        shown = await source_of(book, 6, None)
        assert "“legges til grunn for arbeidet videre”" in shown
        assert "no folder is named" in shown
        assert "Ask the archive for 2018/12." in shown
        assert "No file in" in await source_of(book, 6, str(tmp_path))


def change(text: str) -> str:
    return text.replace(LINE_47, "1. Strategien forkastes.")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda source: source | {"sha256": "0" * 64}, "✗ The passage is not what #6 cites"),
        (lambda source: source | {"locator": "line 470"}, "✗ There are not so many lines"),
        (lambda source: source | {"locator": "sak 3"}, "◐ “sak 3” names no lines"),
        (lambda source: source | {"sha256": None}, "◐ #6 has no hash of the passage"),
    ],
)
async def test_a_passage_that_is_not_what_is_cited_is_said(
    cited: Path, spoil: Callable[[dict[str, str | None]], dict[str, str | None]], said: str
) -> None:
    from msgspec import structs

    from projections.why import SourceStep, chain

    with open_ledger(cited, read_only=True) as book:
        async with opened(book, sources=papers(cited)) as pilot:
            (source,) = chain(app_of(pilot).reading, 6)[0].sources
            pilot.app.push_screen(SourceScreen(SourceStep(**spoil(structs.asdict(source))), 6))  # type: ignore[arg-type] # spoilt
            await settled(pilot)
            assert said in told(pilot)


def test_a_file_is_known_by_its_bytes_alone(tmp_path: Path) -> None:
    digest = hashlib.sha256(PAPER.encode()).hexdigest()
    (tmp_path / "below").mkdir()
    (tmp_path / "saksframlegg.txt").write_text(change(PAPER), encoding="utf-8")
    assert Sources(tmp_path).find(digest) is None
    (tmp_path / "below" / "noe annet.pdf").write_bytes(PAPER.encode())
    found = Sources(tmp_path).find(digest)
    assert found is not None
    assert found.path.name == "noe annet.pdf"
    assert found.line(47) == LINE_47
    assert Sources(None).find(digest) is None


def test_locators_that_name_lines() -> None:
    assert lines_cited("line 47") == (47, 47)
    assert lines_cited("lines 45-57") == (45, 57)
    assert lines_cited("linjer 3–4") == (3, 4)
    for other in (None, "", "line 0", "lines 9-3", "sak 47", "line 4.7", "line " + "9" * 30):
        assert lines_cited(other) is None


def test_a_place_is_told_in_the_readers_words_where_it_names_lines() -> None:
    with speaking("nb"):
        assert [place_text(it) for it in ("line 47", "lines 45-57", "s. 4")] == ["linje 47", "linje 45–57", "s. 4"]
    with speaking("en"):
        assert [place_text(it) for it in ("linje 47", "linjer 45–57", "")] == ["line 47", "lines 45–57", ""]


@pytest.mark.parametrize(
    "text", ["", "kort", "x" * 200_000, "ord " * 400, "字" * 90, "a\x1b[31m" * 40, "e" + "\u0301" * 200]
)
def test_a_line_is_cut_and_nothing_lost(text: str) -> None:
    from rich.cells import cell_len

    from ledger.text import safe_text

    found = pieces(text, 20)
    assert all(cell_len(piece) <= 20 for piece in found)
    assert "".join("".join(found).split()) == "".join(safe_text(text).split())


async def test_a_long_paper_is_shown_at_once_and_found_the_place_in(tmp_path: Path) -> None:
    from projections.why import SourceStep

    text = "\n".join(f"Linje {number} \x1b]52;c;x\x07 [/b] \u202e" for number in range(1, 60_001))
    (tmp_path / "long.txt").write_text(text, encoding="utf-8", newline="\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = SourceStep("document/x", "X", "line 55555", None, None, None, None, digest)
    cited = paper_at(tmp_path / "cited.vedtak")
    with open_ledger(cited, read_only=True) as book:
        async with opened(book, sources=str(tmp_path)) as pilot:
            pilot.app.push_screen(SourceScreen(source))
            await settled(pilot)
            assert "▸ 55555 Linje 55555 ␛]52;c;x␇ [/b] ‹U+202E›" in seen(pilot)
            await press(pilot, "g")
            assert "Linje 1 " in seen(pilot)
            await press(pilot, "p")
            assert "Linje 55555 " in seen(pilot)
            assert len(pilot.app.screen.query_one(VirtualList)) == 60_000


async def test_the_chain_is_taken_along_as_markdown(
    cited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    with open_ledger(cited, read_only=True) as book:
        async with opened(book) as pilot:
            monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
            pilot.app.push_screen(WhyScreen("strategy/samhandling.endorsed.body/utvalget"))
            await settled(pilot)
            await press(pilot, "y")
            table = screen_of(pilot, WhyScreen).table()
            assert table is not None
            assert table.markdown is not None
            assert copied == [table.markdown()]
    (text,) = copied
    for part in ("# Why: Strategi for samhandling", "**#6 ", "line 47", "passage SHA-256", "document SHA-256", "**#4 "):
        assert part in text


async def test_the_command_shown_gives_the_same(cited: Path, vedtak: Callable[..., tuple[int, str, str]]) -> None:
    for asked in ("#6", "decision/samhandling.points.1", "strategy/samhandling.endorsed.body/utvalget"):
        code, out, _err = vedtak("why", asked, "--ledger", cited)
        assert code == 0
        assert "line" in out


async def test_as_known_then_the_chain_is_the_one_known_then(tmp_path: Path) -> None:
    with open_ledger(demo_at(tmp_path / "demo.vedtak"), read_only=True) as book:
        async with opened(book) as pilot:
            pilot.app.push_screen(WhyScreen("body/kommit"))
            await settled(pilot)
            await press(pilot, "down", "K")
            assert app_of(pilot).reading.known == 411
            assert "#411" in seen(pilot)
            app_of(pilot).know_as_of(400)
            await settled(pilot)
            assert "was not on record at that time" in seen(pilot)

"""Do the pictures in docs/img/ show what the program shows now? ``make pictures`` takes them anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.pilots import demo_at, opened, paper_at, press, speaking
from tui.ledgers import open_ledger

if TYPE_CHECKING:
    from textual.pilot import Pilot

IMAGES: Final = Path(__file__).parent.parent / "docs" / "img"
PICTURES: Final[dict[str, tuple[str, tuple[str, ...], str]]] = {
    "timeline": ("demo", ("g", *["pagedown"] * 14), "The timeline: entries on the left, the chosen one in full beside"),
    "why": ("demo", ("colon", *"#504", "enter", "w"), "Why: an entry, its source, and the decision it rests on"),
    "source": ("cited", ("end", "o"), "A source: line 47 of an invented paper, marked, its hash checked"),
}
"""The ledger, the keys, and what the picture is of."""
FONT_FACE: Final = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    demo_at(folder / "demo.vedtak")
    paper_at(folder / "cited.vedtak")
    return folder


def picture(pilot: Pilot[int], name: str) -> str:
    """The screen as SVG that asks nobody for anything: no fonts from elsewhere, ids that stay the same, a title."""
    svg = FONT_FACE.sub("", pilot.app.export_screenshot(title="Vedtak"))
    svg = re.sub(r"terminal-\d+", f"vedtak-{name}", svg)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono")
    head, _, rest = svg.partition(">")
    svg = f'{head} role="img">\n<title>{PICTURES[name][2]}</title>{rest}'
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_shows_what_is_seen_now(ledgers: Path, request: pytest.FixtureRequest, name: str) -> None:
    ledger, keys, _told = PICTURES[name]
    with speaking("en"), open_ledger(ledgers / f"{ledger}.vedtak", read_only=True) as book:
        async with opened(book, (120, 32), sources=str(ledgers / "papers")) as pilot:
            await press(pilot, *keys)
            svg = picture(pilot, name)
    path = IMAGES / f"{name}.svg"
    if request.config.getoption("--golden-update"):
        IMAGES.mkdir(exist_ok=True)
        path.write_text(svg, encoding="utf-8", newline="\n")
        return
    same = path.exists() and path.read_text(encoding="utf-8") == svg
    assert same, "run make pictures, and look at what changed"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_asks_nobody_for_anything(name: str) -> None:
    svg = (IMAGES / f"{name}.svg").read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\s\"')]+", svg)) - {"http://www.w3.org/2000/svg"}
    assert {address for address in addresses if "rich" not in address and "textualize" not in address} == set()
    assert "url(http" not in svg
    assert f"<title>{PICTURES[name][2]}</title>" in svg


def test_the_readme_shows_them_with_words_for_those_who_do_not_see_them() -> None:
    readme = (IMAGES.parent.parent / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"!\[([^\]]+)\]\(docs/img/(\w+)\.svg\)", readme))
    assert sorted(shown.values()) == sorted(PICTURES)
    assert all(len(words) > 20 for words in shown)

"""What leaves the program for a real terminal when every text of the ledger, and what is typed, is hostile?

Every numbered screen, every screen and dialogue opened from one, and the form: no byte but Textual's own sequences
and text made harmless, and that text as it is.
"""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from ledger.entry import Actor, command_from, written
from ledger.text import safe_text
from tests.hostile_ledgers import PLAIN, RARE, append_unasked, hostile_ledger, spoilt
from tests.pilots import LINE_47, paper_at
from tests.terminals import CLIPBOARD, ESCAPE, RAW, Terminal, terminal, text_of
from tests.test_hostile_text import BEL, PAYLOADS
from tui.ledgers import open_ledger
from tui.modes import MODES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

pytestmark = pytest.mark.slow

SIZES: Final = [(120, 36), (80, 24)]
RECORD: Final = "\x13"
LEAVE: Final = (ESCAPE, ESCAPE, ESCAPE)
WALK: Final = (
    *("gjjj\r", *LEAVE),  # the whole entry or thing; behind a figure; a cell
    *("wjj\r", *LEAVE, "o", *LEAVE),  # why, and the source
    *("\tjjw", *LEAVE, "o", *LEAVE),
    *("\tfjj\r", *LEAVE),  # facets
    *("/[/x]\rn", *LEAVE, "/\u202eå", *LEAVE),
    *("d[red]", ESCAPE, "D2018", ESCAPE, "e[/x].txt", ESCAPE),
    *("?", "?", *LEAVE, "\x1bOP", *LEAVE),  # the keys on the screen, all keys, what is in focus
    *(":[/x]", ESCAPE, ":clip", ESCAPE),
    *("m<xtu", "sbtthlGk", "zzTL", "L0"),
)
"""On every numbered screen."""
CASES: Final = {name: safe_text(text) for name, text in PAYLOADS.items() if name not in RARE}
INJECTED: Final = f"a{BEL}b\x9b2Jc\x9d52;c;cm0gLXJmIC8=\x9cd\u202ee[/x] [red]f\x08g\x7f"
"""Pasted; the ESC that would begin a sequence is taken out by the terminals themselves."""
BOX: Final = re.compile(r"[\s│╭╮╰╯─┌┐└┘▁▂▃▄▅▆▇█▊▎▔]+")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_ledger(tmp_path_factory.mktemp("hostile") / "hostile.vedtak")


def opened(ledger: Path, state: Path, size: tuple[int, int]) -> AbstractContextManager[Terminal]:
    arguments = ["-m", "tui", "open", "--ledger", str(ledger), "--role", "admin", "--lang", "en", "--on", "2025-06-10"]
    return terminal(arguments, size, {"XDG_STATE_HOME": str(state)})


def harmless(window: Terminal) -> str:
    """The text of all that came out, once it is known to be harmless."""
    copied = [base64.b64decode(given).decode() for given in CLIPBOARD.findall(window.output)]
    for text in copied:
        assert not RAW.search(text), repr(text)
    left = text_of(CLIPBOARD.sub("", window.output))
    raw = RAW.search(left.replace("\r", ""))
    assert raw is None, repr(left[max(0, raw.start() - 80) : raw.end() + 80])
    assert "Traceback" not in left
    return left


def pieces(text: str) -> Iterator[str]:
    """Whatever of a text must stand together wherever it is shown."""
    yield from (piece for piece in safe_text(text).split() if len(piece) <= 24)


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_shows_what_is_recorded_as_text(hostile: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(hostile, tmp_path, size) as window:
        window.shows("298")
        for mode in MODES.values():
            window.press(mode.key, *WALK)
        window.press("1", "y", "Y", "w", "y", *LEAVE)
        assert window.leave() == 0
    left = harmless(window)
    assert len(CLIPBOARD.findall(window.output)) == 3, "what was copied, when it was asked for"
    for name, text in PAYLOADS.items():
        for piece in pieces(text):
            assert piece in left, (name, piece)


@pytest.mark.parametrize("size", SIZES)
def test_an_entry_is_told_in_full(hostile: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    """Each kind of text, whole, on the page of an entry that has it."""
    with opened(hostile, tmp_path, size) as window:
        window.shows("298").press("g..\r")
        told = ""
        for _entry in CASES:
            told += window.press(".").drawn()
            for _page in range(3):
                told += window.press("\x1b[6~").words()
        assert window.press(*LEAVE).leave() == 0
    told = BOX.sub("", harmless(window))
    for name, text in CASES.items():
        assert BOX.sub("", text)[:60] in told, name


def refilled(window: Terminal, *texts: str) -> None:
    """Paste into one field after the other."""
    for text in texts:
        window.paste(text).press("\t")


@pytest.mark.parametrize("size", SIZES)
def test_the_form_shows_what_is_typed_and_what_is_recorded_as_text(
    hostile: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    ledger = Path(shutil.copy(hostile, tmp_path / "copy.vedtak"))
    with opened(ledger, tmp_path, size) as window:
        window.shows("298").press("a").shows("What happened?")
        window.paste(INJECTED).shows("No type has these letters").press(ESCAPE)
        for mode in ("1", "2"):
            window.press(mode, "/").paste(INJECTED).paste(PAYLOADS["long"]).press(*LEAVE)
        window.press(":").paste(INJECTED).press(ESCAPE, "d").paste(INJECTED).press(ESCAPE, "e").paste(INJECTED)
        window.press(ESCAPE, "1", "a").shows("What happened?").press("decision adopted", "\r").shows("What changes")
        refilled(window, *[f"{INJECTED}\r\nnext line"] * 12, PAYLOADS["long"])
        window.press("\x1bOR", RECORD, "\x1bOR")  # what would change, and recording it
        window.press(ESCAPE, ESCAPE).press("1", "a").shows("draft, ").press(ESCAPE)
        assert window.leave() == 0
    left = harmless(window)
    assert "a␇b\ufffd2Jc\ufffd52;c;cm0gLXJmIC8=\ufffdd\ufffde[/x] [red]f␈g␡" in left
    with open_ledger(ledger, read_only=True) as book:
        assert book.head() == 298, "none of it is recorded"


@pytest.mark.parametrize("size", SIZES)
def test_an_entry_with_hostile_text_can_be_corrected(hostile: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    ledger = Path(shutil.copy(hostile, tmp_path / "copy.vedtak"))
    with opened(ledger, tmp_path, size) as window:
        window.shows("298").press("g" + "." * 2)
        for _entry in range(6):
            window.press(".", "r").shows("Correction of #")
            window.press("Feil", *["\t"] * 8, "\x1bOS", "\x1b[B", "\x1bOR", "\x1b[6~", "\x1bOR", RECORD, RECORD)
            window.press("\x1b[19~", *LEAVE)  # F8: annul it instead
        window.press("a").shows("draft, ").press(ESCAPE)
        assert window.leave() == 0
    left = harmless(window)
    for visible in ("␛[31mred", "␛]0;PWNED", "‹U+009B›2J"):
        assert visible in left


@pytest.mark.parametrize("size", SIZES)
def test_a_paper_is_shown_as_text(tmp_path: Path, size: tuple[int, int]) -> None:
    lines = "\n".join(PAYLOADS.values()).replace("\0", "").split("\n")  # what has a NUL is not taken for text
    ledger = paper_at(tmp_path / "cited.vedtak", "\n" + "\n".join(lines))
    arguments = ["-m", "tui", "open", "--ledger", str(ledger), "--lang", "en", "--sources", str(tmp_path / "papers")]
    with terminal(arguments, size, {"XDG_STATE_HOME": str(tmp_path)}) as window:
        window.shows("#6").press("w", "o").shows(LINE_47[:20])
        window.press(*["\x1b[6~"] * 4, "G", *["\x1b[5~"] * 3, "/").paste(INJECTED).press("\r", ESCAPE, "y", *LEAVE)
        assert window.leave() == 0
    left = harmless(window)
    for line in lines:
        for piece in pieces(line.removesuffix("\r")):
            assert piece in left, (line[:80], piece)


def test_without_colour_no_colour_is_written_and_the_cursor_still_seen(hostile: Path, tmp_path: Path) -> None:
    arguments = ["-m", "tui", "open", "--ledger", str(hostile), "--lang", "en"]
    with terminal(arguments, SIZES[0], {"XDG_STATE_HOME": str(tmp_path), "NO_COLOR": "1"}) as window:
        window.shows("298").press("g", ".", "2")
        assert window.leave() == 0
    styles = re.findall(r"\x1b\[([0-9;]*)m", window.output)
    assert not [style for style in styles if re.search(r"(^|;)(3[0-8]|4[0-8]|9\d|10\d)(;|$)", style)]
    assert any("7" in style.split(";") for style in styles)


def test_what_others_record_meanwhile_is_told_as_text(tmp_path: Path) -> None:
    ledger = hostile_ledger(tmp_path / "copy.vedtak", PLAIN)  # in another, nothing can be recorded
    with opened(ledger, tmp_path, SIZES[0]) as window:
        window.shows("298").press("a").shows("What happened?").press("organisation renamed", "\r").shows("What changes")
        window.press("2024-01-01", "\t", "organisation/eksempelfjord", "\t", "Vik").shows("→ Vik")
        renamed_by_another(ledger)
        window.press(RECORD).shows("Others have recorded meanwhile")
        window.press(*LEAVE)
        assert window.leave() == 0
    left = harmless(window)
    assert "#299" in left
    assert "clip␛]52;c;cm0gLXJmIC8=␇end" in left


def renamed_by_another(ledger: Path) -> None:
    """Another program, which asks no pen, gives an organisation a hostile name."""
    event = {"type": "organisation-renamed", "organisation": "organisation/eksempelfjord", "name": "N"}
    asked = {"command": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "effective": "2023-01-01", "knowledge": "documented"}
    entry = written(command_from({**asked, "event": event}), PLAIN, Actor("N", "secretariat"), 4_000_000_000_000_000)
    append_unasked(ledger, [spoilt(entry, PAYLOADS["clipboard"])])

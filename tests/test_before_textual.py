"""What is drawn before Textual is loaded: the same as Textual draws, harmless, and taken away when it does not come."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from ledger.vault import Disclosed
from tests.hostile_ledgers import hostile_ledger
from tests.terminals import RAW, STYLE, Terminal, screen_of, settings, terminal, text_of
from tui.context import TimeContext
from tui.dates import today
from tui.first_frame import COLOURLESS, PALETTE, TRUE_COLOUR, Frame
from tui.handover import ENTER, LEAVE
from tui.ledgers import create_ledger, indexed_log_of, open_ledger
from tui.spans import _SINGLE, cells, cut, cut_line, length
from tui.time_bar import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ledger.store import Book

TAKEN: Final = "\x1b[?2004h"
"""What Textual alone says, and says once it has the terminal."""
SIZES: Final = [(120, 36), (80, 24), (104, 31), (100, 40), (70, 16), (60, 20), (41, 11), (90, 15)]
SLOW_START: Final = (
    "import signal, sys, time; from tui.cli import main; {first}; "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "  # ignored by what starts in the background
    "sys.exit(main(sys.argv[1:]))"
)
WITHOUT: Final = "sys.modules.update(dict.fromkeys(('textual', 'rich', 'asyncio')))"
"""From here on nobody gets these."""


def opened(
    ledger: Path, *options: str, size: tuple[int, int] = (120, 36), environment: dict[str, str] | None = None
) -> AbstractContextManager[Terminal]:
    return terminal(["-m", "tui", "open", "--lang", "en", "--ledger", str(ledger), *options], size, environment)


def newest(ledger: Path) -> str:
    with open_ledger(ledger, read_only=True) as book:
        return f"#{book.head()} "


def early(window: Terminal) -> str:
    return window.output.partition(TAKEN)[0]


def signs_of(output: str, size: tuple[int, int]) -> list[list[tuple[str, str]]]:
    """The screen, with Rich's way of saying “no colour” taken out of the styles."""
    return screen_of(re.sub(r"(\x1b\[[0-9;]*?);?39;49m", r"\1m", output).replace("\x1b[m", "\x1b[0m"), size)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_ledger(tmp_path_factory.mktemp("hostile") / "hostile.vedtak")


def assert_same_places(window: Terminal, size: tuple[int, int]) -> None:
    """Every sign stands in the early frame where Textual put it too, in the same style."""
    window.shows("? ").quiet(0.6)
    drawn, then = signs_of(early(window), size), signs_of(window.output, size)
    assert sum(sign != " " for line in drawn for sign, _style in line) > size[0] * size[1] // 8
    bars = 1 if size[0] < 70 else 2
    for number, (line, other) in enumerate(zip(drawn, then, strict=True)):
        for column, (cell, after) in enumerate(zip(line, other, strict=True)):
            # How the hashes stand, and what needs somebody, is found out later, and may need more room.
            if cell[0] != " " and not (number == bars - 1 and column > 20):
                assert cell == after, (number, column, cell, after)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_drawn_first_is_what_textual_draws(demo_ledger: Path, size: tuple[int, int]) -> None:
    with opened(demo_ledger, size=size) as window:
        assert_same_places(window, size)
        assert window.leave() == 0


@pytest.mark.parametrize("environment", [{"COLORTERM": ""}, {"NO_COLOR": "1"}], ids=str)
def test_with_fewer_colours_it_is_the_same_too(demo_ledger: Path, environment: dict[str, str]) -> None:
    with opened(demo_ledger, environment=environment) as window:
        assert_same_places(window, (120, 36))


@pytest.mark.parametrize(
    "options", [["--on", "2010-01-01", "--role", "admin"], ["--known", "1990-01-01"], ["--lang", "nb"]], ids=" ".join
)
def test_of_another_moment_or_role_it_is_the_same_too(demo_copy: Path, options: Sequence[str]) -> None:
    with opened(demo_copy, *options) as window:
        assert_same_places(window, (120, 36))


def test_texts_of_any_width_end_where_textual_ends_them(hostile: Path) -> None:
    with opened(hostile, "--on", "2025-06-10") as window:
        assert_same_places(window, (120, 36))


def test_an_empty_ledger_says_what_will_stand_there(tmp_path: Path) -> None:
    create_ledger(tmp_path / "empty.vedtak", "vedtak.test/empty")
    with opened(tmp_path / "empty.vedtak") as window:
        assert_same_places(window, (120, 36))
        assert "Here every entry will stand" in text_of(early(window))


def framed(book: Book, size: tuple[int, int], colours: str) -> str:
    log = indexed_log_of(book)
    assert log
    context = TimeContext(today())
    reading = context.reading(log, Disclosed(book))
    told = Standing(book.origin, "read", "timeline", False, context, reading, log.head, log.head)
    frame = "".join(Frame(told, *size, colours).drawn())
    log.close()
    return frame


@pytest.mark.parametrize("size", [*SIZES, (300, 320)], ids=str)
def test_no_text_of_a_ledger_acts_on_the_terminal(hostile: Path, size: tuple[int, int]) -> None:
    with open_ledger(hostile, read_only=True) as book:
        for frame in [framed(book, size, colours) for colours in (TRUE_COLOUR, PALETTE, COLOURLESS)]:
            assert not RAW.search(re.sub(r"\x1b\[\d+;[13]H", "", STYLE.sub("", frame)))
            assert all(len(line) == size[0] for line in screen_of(frame, size))
            assert size[1] < 300 or "␛" in frame, "the whole ledger is there"


@pytest.mark.parametrize("size", [(39, 24), (80, 9)])
def test_where_there_is_no_room_nothing_is_drawn(demo_ledger: Path, size: tuple[int, int]) -> None:
    with open_ledger(demo_ledger, read_only=True) as book:
        assert framed(book, size, TRUE_COLOUR) == ""


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (["--linear"], {}),
        (["--ascii"], {}),
        (["vedtak://e/3"], {}),
        ([], {"TERM": "xterm", "COLORTERM": ""}),
        ([], {"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}),
    ],
    ids=str,
)
def test_where_textual_shows_something_else_nothing_is_drawn(
    demo_ledger: Path, options: Sequence[str], environment: dict[str, str]
) -> None:
    with opened(demo_ledger, *options, environment=environment) as window:
        window.shows("#").quiet()
        assert not text_of(early(window)).strip()
        assert window.output.count(ENTER) == 1


def test_a_damaged_ledger_is_left_to_the_screens(demo_copy: Path) -> None:
    with closing(sqlite3.connect(demo_copy)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entry SET data = X'7B7D' WHERE position = (SELECT max(position) FROM entry)")
        connection.commit()
    with opened(demo_copy) as window:
        window.shows("is damaged")
        assert "#" not in text_of(early(window))
        assert window.leave() == 0


# ---- the terminal is handed over, or put back


def test_the_alternate_screen_is_entered_once_and_left_once(demo_ledger: Path) -> None:
    with opened(demo_ledger) as window:
        before = window.before
        window.shows("Help")
        assert settings(window._ours) != before
        assert window.leave() == 0
        assert settings(window._ours) == before
    assert window.output.count(ENTER) == 1
    assert window.output.count(LEAVE) == 1
    assert window.output.index(ENTER) < window.output.index(newest(demo_ledger)) < window.output.index(TAKEN)


def test_what_is_typed_meanwhile_is_not_printed_and_not_lost(demo_ledger: Path) -> None:
    with opened(demo_ledger) as window:
        while newest(demo_ledger) not in window.output:
            window._read(10)
        window.press("2").shows("[2 Structure]")
        assert "\n2" not in text_of(early(window))
        assert window.leave() == 0


def started(ledger: Path, first: str) -> AbstractContextManager[Terminal]:
    """A start in which something else happens before Textual is loaded."""
    return terminal(["-c", SLOW_START.format(first=first), "open", "--lang", "en", "--ledger", str(ledger)])


def assert_put_back(window: Terminal, before: list[object], words: str) -> None:
    frame, left, told = window.output.partition(LEAVE)
    assert frame.startswith(ENTER)
    assert left
    assert told.startswith("\x1b[?25h")
    assert words in told
    assert settings(window._ours) == before


def test_without_textual_the_frame_comes_and_the_terminal_is_put_back(demo_ledger: Path) -> None:
    with started(demo_ledger, WITHOUT) as window:
        before = window.before
        window.quiet(3)
        assert newest(demo_ledger) in text_of(window.output.partition(LEAVE)[0])
        assert_put_back(window, before, "ModuleNotFoundError")


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM], ids=lambda told: told.name)
def test_ended_before_textual_it_puts_the_terminal_back(
    demo_ledger: Path, tmp_path: Path, told: signal.Signals
) -> None:
    (tmp_path / "textual.py").write_text("import time; time.sleep(60)")
    with started(demo_ledger, f"sys.path.insert(0, {str(tmp_path)!r})") as window:
        before = window.before
        until = time.monotonic() + 30
        while newest(demo_ledger) not in window.output and time.monotonic() < until:
            window._read(1)
        window.child.send_signal(told)
        window.quiet(3)
        assert_put_back(window, before, "")
        assert window.child.wait(10) == 2


def test_told_to_end_it_leaves_as_by_a_key(demo_ledger: Path) -> None:
    with opened(demo_ledger) as window:
        before = window.before
        window.shows("Help")
        window.child.terminate()
        assert window.child.wait(30) == 0
        window.quiet()
        assert settings(window._ours) == before
    assert window.output.count(LEAVE) == 1


# ---- spans


def test_what_is_taken_to_be_one_cell_wide_is() -> None:
    plain = [sign for sign in map(chr, range(0x3000)) if _SINGLE.fullmatch(sign)]
    assert {"æ", "–", "…", "≤", "◆"} <= {*plain}
    assert [sign for sign in plain if cell_len(sign) != 1] == []


texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cc", "Cs"]), st.sampled_from("aå漢🙂\u0301…·◆‹✓")), max_size=30
)


@given(texts, st.integers(0, 20))
def test_a_text_is_measured_and_cut_as_textual_does_it(text: str, width: int) -> None:
    assert cells(text) == cell_len(text)
    assert cut(text, width) == Content(text).truncate(width, ellipsis=True).plain
    assert cut(text, width, ellipsis=False) == Content(text).truncate(width).plain


@given(st.lists(texts, min_size=1, max_size=4), st.integers(1, 40), st.booleans())
def test_a_line_is_cut_as_textual_does_it(parts: list[str], width: int, ellipsis: bool) -> None:
    line = [(part, "") for part in parts]
    assert length(line) == sum(cell_len(part) for part in parts)
    shown = "".join(text for text, _look in cut_line(line, width, ellipsis=ellipsis))
    assert cell_len(shown) <= width
    if all(part.isascii() for part in parts):
        assert shown == Content.assemble(*line).truncate(width, ellipsis=ellipsis).plain

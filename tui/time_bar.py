"""What the two lines at the top say, as spans: where and when we are. Without Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tui.cli.stories import is_invented
from tui.dates import day_short, day_text, moment_text, today
from tui.locale import N_, _
from tui.modes import modes_of
from tui.phrases import number_text
from tui.spans import Span, cells, cut, cut_line, joined, length, line_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.reading import Reading
    from tui.context import TimeContext

ROLE_NAMES: Final = {"read": N_("READ"), "write": N_("WRITE"), "admin": N_("ADMIN")}
LONG_FORM: Final = 92
"""From this width on, dates are written out with what they are."""
WIDE: Final = 112
"""From this width on, the time of day is told too."""
NAME_LEAST: Final = 8
"""Less than this of a ledger's name says nothing."""


class Checked(NamedTuple):
    """How the hashes stand: still being made, agreeing as far as ``entries``, or wrong at entry ``bad``."""

    entries: int = 0
    of: int = 0
    bad: int | None = None
    done: bool = False


class Standing(NamedTuple):
    """Where a person stands: all that the bar tells of."""

    origin: str
    role: str
    mode: str
    """The screen shown, by name."""
    restored: bool
    context: TimeContext
    reading: Reading
    head: int
    place: int
    """The entry chosen, or the newest one known."""
    checked: Checked = Checked()
    due: int | None = None


def bar_lines(told: Standing, width: int, height: int) -> list[list[Span]]:
    """Screens and role above, the moment below; on a low terminal the moment alone, with the role."""
    if height > 1:
        return [_modes_line(told, width), times(told, width, width)]
    marks = [*joined(" · ", _marks(told)), (" ", "")]
    line = times(told, width, width - length(marks) - 1)
    gap = max(1, width - length(line) - length(marks))
    return [cut_line([*line, (" " * gap, ""), *marks], width)]


def _modes_line(told: Standing, width: int) -> list[Span]:
    left = [tab for _name, tab in tabs(told, width)]
    marks = joined(" · ", _marks(told))
    room = width - length(left) - length(marks) - 8
    name = cut(line_text(told.origin), room) if room >= NAME_LEAST else ""
    right = [*joined(" · ", [[(name, "")], marks] if name else [marks]), (" ", "")]
    gap = max(1, width - length(left) - length(right))
    return cut_line([*left, (" " * gap, ""), *right], width)


def _marks(told: Standing) -> Sequence[Sequence[Span]]:
    """What must not be overlooked: that it is invented or a copy of what was, and what one may do."""
    marks = [*([_("invented")] * is_invented(told.origin)), *([_("restored")] * told.restored)]
    role = _(ROLE_NAMES.get(told.role, told.role.upper()))
    return [*([(words, "bold $warning")] for words in marks), [(role, "bold")]]


def tabs(told: Standing, width: int) -> list[tuple[str, Span]]:
    """The screens by name: all in words, or, where there is no room, only the one shown."""
    modes = modes_of(told.role)
    marks = length(joined(" · ", _marks(told))) + 2
    brief = sum(len(f" {mode.key} {_(mode.title)} ") for mode in modes.values()) + marks > width
    return [
        (
            name,
            (f"[{mode.key} {_(mode.title)}]", "bold")
            if name == told.mode
            else (f" {mode.key} " if brief else f" {mode.key} {_(mode.title)} ", ""),
        )
        for name, mode in modes.items()
    ]


def times(told: Standing, width: int, room: int) -> list[Span]:
    """The day, what is known, the entry, the hashes and what needs somebody, as far as there is room."""
    long = width >= LONG_FORM
    day = day_text(told.reading.effective) if width >= LONG_FORM // 2 else day_short(told.reading.effective)
    entry = (_("entry {place} of {all}") if long else _("{place} of {all}")).format(
        place=number_text(told.place), all=number_text(told.head)
    )
    since = _since(told, width)
    if long:
        parts = [_("As of ◆ {day}").format(day=day), _("As known ◇ {since}").format(since=since), entry]
    else:
        parts = [f"◆ {day}", f"◇ {since}", entry]
    # Another day than today, or other knowledge than all there is, must not be overlooked.
    looks = [
        "bold $warning" if other else "bold"
        for other in (told.context.effective != today(), told.context.known is not None)
    ]
    said: list[Span] = [
        *zip(parts, [*looks, ""], strict=True),
        _hashes(told.checked, long=long),
        (f"! {'…' if told.due is None else told.due}", "bold $warning" if told.due else ""),
    ]
    gap = "   " if long else "  "
    while len(said) > 1 and sum(cells(text) + len(gap) for text, _look in said) > room:
        said.pop(2 if len(said) > 3 else len(said) - 1)  # noqa: PLR2004 - the entry goes first, the dates last
    return cut_line([(" ", ""), *joined(gap, [[span] for span in said])], room, ellipsis=True)


def _since(told: Standing, width: int) -> str:
    if told.context.known is None:
        return _("now")
    if told.reading.known == 0:
        return _("before the first entry")
    recorded = moment_text(told.reading.journal.entry(told.reading.known).recorded_at)
    return recorded if width >= WIDE else recorded.partition(" ")[0]


def _hashes(checked: Checked, *, long: bool) -> Span:
    if checked.bad is not None:
        told, look = f"✗ #{checked.bad}", "bold $error"
    elif checked.done:
        told, look = f"✓ {number_text(checked.entries)}", "$success"
    elif checked.of:
        told, look = f"… {100 * checked.entries // checked.of} %", ""
    else:
        told, look = "…", ""
    return (_("hashes {verdict}").format(verdict=told) if long else told), look

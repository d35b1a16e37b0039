"""The keys printed on the screen, each where it acts. Pressing one does what it says; ``?`` again lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keymap import KEYS, Key, bindings
from tui.locale import _
from tui.unbroken import Unbroken
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui.screens.base import LedgerScreen

JUMPS: Final = "ABCEFHIJ"
"""What stands on the panes; none is a key of a screen."""
LABEL_MAX: Final = 44


class Overlay(Unbroken, ModalScreen[None]):
    """Labels over the screen that lies below."""

    BINDINGS = bindings("overlay")

    def __init__(self, below: LedgerScreen) -> None:
        super().__init__()
        self._below = below
        shown = [widget for widget in below.focus_chain if widget.region]
        self._jumps = dict(zip(JUMPS, shown, strict=False))

    def compose(self) -> ComposeResult:
        taken: set[str] = set()
        for letter, widget in self._jumps.items():
            region = widget.region
            yield _label(Content.styled(f" {letter} ", "bold reverse"), region.offset)
            sections = [*getattr(widget, "SECTIONS", ())]
            if widget is next(iter(self._jumps.values())):
                sections = [*self._below.SECTIONS, *sections]
            keys = [key for section in dict.fromkeys(sections) for key in KEYS[section] if key.shown not in taken]
            taken.update(key.shown for key in keys)
            yield from _in_pane(keys, region.offset + Offset(1, 1), region.width - 2, region.height - 1)
        screen = [key for section in ("screen", "time", "app") for key in KEYS[section] if not key.shown.isdigit()]
        yield from _in_rows(screen, Offset(0, self.app.size.height - 1), self.app.size.width)

    def on_key(self, event: events.Key) -> None:
        if event.key in {"escape", "question_mark"}:
            return
        event.stop()
        self.dismiss()
        if event.character in self._jumps:
            self._jumps[event.character].focus()
        else:
            self.app.simulate_key(event.key)

    def on_click(self) -> None:
        self.dismiss()

    def action_back(self) -> None:
        """Close."""
        self.dismiss()

    def action_list(self) -> None:
        """Every key, as a list."""
        from tui.screens.help import HelpScreen

        self.dismiss()
        self.app.call_later(self.app.push_screen, HelpScreen(self._below.sections))


def _label(content: Content, offset: Offset, classes: str = "") -> Static:
    label = Static(content, classes=f"key-label {classes}", markup=False)
    label.styles.offset = offset
    label.styles.width = content.cell_length
    return label


def _told(key: Key) -> Content:
    return Content.assemble((f" {_(key.shown)} ", "bold reverse"), " ", one_line(_(key.hint or key.help)), " ")


def _in_pane(keys: list[Key], offset: Offset, width: int, height: int) -> list[Static]:
    """Keys one below the other in a pane, as many as there is room for."""
    if width < LABEL_MAX // 2:
        return []
    return [
        _label(_told(key).truncate(min(width, LABEL_MAX), ellipsis=True), offset + Offset(0, row))
        for row, key in enumerate(keys[: max(0, height)])
    ]


def _in_rows(keys: list[Key], corner: Offset, width: int) -> list[Static]:
    """Keys side by side, in as many lines as they take, the last at the bottom of the screen."""
    lines: list[list[Content]] = [[]]
    for key in keys:
        told = _told(key).truncate(LABEL_MAX, ellipsis=True)
        if sum(part.cell_length for part in lines[-1]) + told.cell_length > width:
            lines.append([])
        lines[-1].append(told)
    return [
        _label(Content("").join(line).truncate(width, pad=True), Offset(corner.x, corner.y - len(lines) + 1 + at))
        for at, line in enumerate(lines)
    ]

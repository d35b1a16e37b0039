"""The screens that have a number: what each is called, where it is, and which role it takes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.locale import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen


class Mode(NamedTuple):
    """A screen with a number; the module is imported when the screen is first shown."""

    key: str
    title: str
    """As in the tab (a message id)."""
    help: str
    """One line for the help overlay (a message id)."""
    module: str
    screen: str
    role: str = "read"
    """The least that a person must be to have it: with ``read`` everybody has."""

    def make(self) -> Screen[None]:
        """The screen, new."""
        made: Screen[None] = getattr(import_module(self.module), self.screen)()
        return made


MODES: Final[dict[str, Mode]] = {
    "timeline": Mode("1", N_("Timeline"), N_("the timeline"), "tui.screens.timeline", "TimelineScreen"),
    "structure": Mode("2", N_("Structure"), N_("the structure"), "tui.screens.structure", "StructureScreen"),
    "adherence": Mode("3", N_("Adherence"), N_("who adheres to what"), "tui.screens.adherence", "AdherenceScreen"),
    "money": Mode("4", N_("Money"), N_("the money"), "tui.screens.money", "MoneyScreen"),
    "attention": Mode("5", N_("Attention"), N_("what needs somebody"), "tui.screens.attention", "AttentionScreen"),
    "compare": Mode("6", N_("Compare"), N_("two moments compared"), "tui.screens.compare", "CompareScreen"),
    "audit": Mode("7", N_("Audit"), N_("replay and verification"), "tui.screens.audit", "AuditScreen"),
    "restore": Mode("8", N_("Restore"), N_("a moment restored"), "tui.screens.restore", "RestoreScreen", "admin"),
}
"""By name, in the order of their numbers."""


def modes_of(role: str) -> dict[str, Mode]:
    """The screens that a role has."""
    return {name: mode for name, mode in MODES.items() if mode.role in ("read", role)}


def makers() -> dict[str, Callable[[], Screen[None]]]:
    """What makes each screen, for Textual."""
    return {name: mode.make for name, mode in MODES.items()}

"""Every key, from the one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.keymap import KEYS, SECTIONS, WRITING, bindings
from tui.locale import _
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult


def key_items(here: Iterable[str], *, writing: bool = False) -> Iterator[Item]:
    """The keys as items: first the sections that apply here, then the rest; those for recording only to who may."""
    every = [section for section in SECTIONS if writing or section not in WRITING]
    first = [section for section in every if section in set(here)]
    for section in [*first, *(section for section in every if section not in first)]:
        yield Item(text=_(SECTIONS[section]), look="head")
        for key in KEYS[section]:
            yield Item(_(key.shown), _(key.help))
        yield Item()
    yield Item(text=_("Signs"), look="head")
    yield Item("·", _("not yet effective on the chosen day (◆)"))
    yield Item("◐", _("may be so: the date is uncertain, or sources differ"))
    yield Item("✗", _("withdrawn: corrected or annulled by a later entry"))
    yield Item("+ ~ -", _("became so, became another, ended"))
    yield Item("#12", _("the entry that says so"))


class HelpScreen(ModalScreen[None]):
    """The overlay; the same key closes it."""

    BINDINGS = [*bindings("modal"), Binding("question_mark,q", "back", show=False)]

    def __init__(self, here: Iterable[str]) -> None:
        super().__init__()
        self._here = tuple(here)

    def compose(self) -> ComposeResult:
        box = Vertical(Sheet(), id="help")
        box.border_title = one_line(_("Keys"))
        box.border_subtitle = one_line(_("esc closes"))
        yield box

    def on_mount(self) -> None:
        self.query_one(Sheet).set_items(key_items(self._here, writing=getattr(self.app, "may_record", False)))

    def action_back(self) -> None:
        """Close."""
        self.dismiss()

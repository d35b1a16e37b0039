"""The keys as a list to look in, and what is in focus explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.cli.options import restored_text
from tui.keymap import KEYS, SECTIONS, WRITING, bindings
from tui.locale import _
from tui.modes import MODES, modes_of
from tui.unbroken import Unbroken
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen
    from textual.widget import Widget

    from ledger.store import Restoration


def key_items(sections: Iterable[str], words: Iterable[str] = (), role: str = "read") -> Iterator[Item]:
    """The keys of some sections that have every word, under their headings; none to a screen the role does not have."""
    others = {f"mode('{name}')" for name in MODES.keys() - modes_of(role).keys()}
    for section in sections:
        kept = [key for key in KEYS[section] if key.action not in others and _has(section, key.shown, key.help, words)]
        if kept:
            yield Item(text=_(SECTIONS[section]), look="head")
            yield from (Item(_(key.shown), _(key.help)) for key in kept)
            yield Item()


def _has(section: str, shown: str, told: str, words: Iterable[str]) -> bool:
    text = f"{_(SECTIONS[section])} {_(shown)} {_(told)}".casefold()
    return all(word in text for word in words)


def sign_items() -> Iterator[Item]:
    """What the signs mean."""
    yield Item(text=_("Signs"), look="head")
    yield Item("·", _("not yet effective on the chosen day (◆)"))
    yield Item("◐", _("may be so: the date is uncertain, or sources differ"))
    yield Item("✗", _("withdrawn: corrected or annulled by a later entry"))
    yield Item("+ ~ -", _("became so, became another, ended"))
    yield Item("#12", _("the entry that says so"))


class HelpScreen(Unbroken, ModalScreen[None]):
    """Every key: those that apply here first, then the rest. Typing narrows the list; the same key closes it."""

    BINDINGS = [*bindings("modal"), Binding("question_mark", "back", show=False)]

    def __init__(self, here: Iterable[str]) -> None:
        super().__init__()
        here = set(here)
        # The keys for recording are shown only to those who may.
        every = [section for section in SECTIONS if section not in WRITING or here & WRITING]
        first = [section for section in every if section in here]
        self._sections = [*first, *(section for section in every if section not in first)]

    @property
    def _role(self) -> str:
        return getattr(self.app, "role", "read")

    def _here(self) -> Iterator[str]:
        """Without what the role does not have."""
        mine = modes_of(self._role)
        yield from (section for section in self._sections if section not in MODES or section in mine)

    def compose(self) -> ComposeResult:
        field = Input(placeholder=_("type to look for a key, or for what it does"), compact=True)
        box = Vertical(field, Sheet(), id="help")
        box.border_title = one_line(_("Keys"))
        box.border_subtitle = one_line(_("esc closes"))
        yield box

    def on_mount(self) -> None:
        self._show("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value.endswith("?"):  # the key that opened the list closes it
            self.dismiss()
        else:
            self._show(event.value)

    @on(Input.Submitted)
    def _read(self) -> None:
        self.query_one(Sheet).focus()

    def _show(self, text: str) -> None:
        words = text.casefold().split()
        items = list(key_items(self._here(), words, self._role))
        if not items:
            items = [Item(text=_("No key does that. esc closes."), look="quiet")]
        self.query_one(Sheet).set_items([*items, *(() if words else sign_items())])
        kept = sum(bool(item.label) for item in items)
        every = sum(bool(item.label) for item in key_items(self._here(), role=self._role))
        told = _("{count} of {all}").format(count=kept, all=every)
        self.query_one("#help").border_title = one_line(f"{_('Keys')} · {told}")

    def action_back(self) -> None:
        """Close."""
        self.dismiss()


class AboutScreen(Unbroken, ModalScreen[None]):
    """What is in focus, and the screen it is on, explained; each with its keys."""

    BINDINGS = [*bindings("modal"), Binding("f1,q", "back", show=False)]

    def __init__(self, screen: Screen[None], widget: Widget | None, restored: Restoration | None = None) -> None:
        super().__init__()
        self._restored = restored
        self._told = [node for node in (widget, screen) if node is not None]

    def compose(self) -> ComposeResult:
        box = Vertical(Sheet(), id="help")
        box.border_title = one_line(_("What this is"))
        box.border_subtitle = one_line(_("esc closes"))
        yield box

    def on_mount(self) -> None:
        self.query_one(Sheet).set_items(self._items())

    def _items(self) -> Iterator[Item]:
        if self._restored:
            yield Item(text=restored_text(self._restored), look="head")
            yield Item()
        for node in self._told:
            if node.HELP:
                yield Item(text=_(node.HELP))
                yield Item()
            yield from key_items(getattr(node, "SECTIONS", ()))
        yield from sign_items()

    def action_back(self) -> None:
        """Close."""
        self.dismiss()

"""Every key in one table: the bindings, the hint line and the help overlay all come from it.

A key belongs to a *section*; a screen or widget takes the sections that apply to it. Keys that need AltGr on a
Norwegian keyboard (brackets, braces, @) are not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.binding import Binding, BindingType

from tui.locale import N_
from tui.modes import MODES

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Key:
    """One key, or several that do the same."""

    keys: str
    """As Textual names them, separated by commas."""
    shown: str
    """As printed on the keyboard."""
    action: str
    help: str
    """One line for the help overlay (a message id)."""
    hint: str = ""
    """One or two words for the hint line (a message id); empty when the hint line never shows the key."""
    hint_key: str = ""
    """What the hint line prints before the hint, where one hint stands for two keys."""
    rank: int = 5
    """What the hint line gives up first: the highest number."""


SECTIONS: Final = {
    "list": N_("Lists"),
    "tree": N_("Tree"),
    "sheet": N_("Page of values"),
    "timeline": N_("Timeline"),
    "filter": N_("Filter field"),
    "structure": N_("Structure"),
    "why": N_("Why"),
    "source": N_("Source"),
    "detail": N_("Whole entry"),
    "thing": N_("Whole thing"),
    "modal": N_("Dialogue"),
    "palette": N_("Go to"),
    "overlay": N_("Keys on the screen"),
    "time": N_("Moment"),
    "screen": N_("Every screen"),
    "app": N_("Everywhere"),
}
"""The sections in the order the help overlay prints them, with their headings."""

_STEPS: Final = (
    Key("comma", ",", "step(-1)", N_("the previous entry"), N_("step"), ", .", rank=2),
    Key("full_stop", ".", "step(1)", N_("the next entry")),
)
_WHY: Final = Key("w", "w", "why", N_("why: the chain of entries, decisions and sources behind it"), N_("why"), rank=3)
_SOURCE: Final = Key("o", "o", "source", N_("the source: what is cited, in its paper"), N_("source"), rank=4)
_BACK: Final = Key("escape", "esc", "back", N_("back"), N_("back"), rank=1)

KEYS: Final[dict[str, tuple[Key, ...]]] = {
    "list": (
        Key("up,k", "↑ k", "cursor(-1)", N_("one line up"), N_("choose"), "↑↓", rank=6),
        Key("down,j", "↓ j", "cursor(1)", N_("one line down")),
        Key("pageup", "PgUp", "page(-1)", N_("one page up")),
        Key("pagedown", "PgDn", "page(1)", N_("one page down")),
        Key("home,g", "Home g", "end(-1)", N_("the first line")),
        Key("end,G", "End G", "end(1)", N_("the last line")),
        Key("enter", "enter", "choose", N_("open what the cursor is on")),
    ),
    "tree": (
        Key("right,l", "→ l", "unfold", N_("unfold, or go to the first thing below"), N_("unfold"), "←→", rank=5),
        Key("left,h", "← h", "fold", N_("fold, or go to the thing above")),
        Key("space", N_("space"), "turn", N_("fold or unfold")),
    ),
    "sheet": (
        Key("up,k", "↑ k", "scroll_up", N_("one line up, or the value above that can be asked about")),
        Key("down,j", "↓ j", "scroll_down", N_("one line down, or the next value that can be asked about")),
        Key("pageup", "PgUp", "page_up", N_("one page up")),
        Key("pagedown", "PgDn", "page_down", N_("one page down")),
        Key("home,g", "Home g", "scroll_home", N_("the first line")),
        Key("end,G", "End G", "scroll_end", N_("the last line")),
    ),
    "timeline": (
        *_STEPS,
        Key("enter", "enter", "open", N_("the whole entry"), N_("open"), rank=4),
        _WHY,
        _SOURCE,
        Key("f", "f", "facets", N_("filter by type, year or partnership, with how many there are"), N_("facets")),
        Key(
            "K",
            "K",
            "known_then",
            N_("as known then: when the chosen entry had just been recorded"),
            N_("as known then"),
        ),
        Key("escape", "esc", "back", N_("take the filter away")),
    ),
    "filter": (
        Key(
            "enter,down",
            "enter",
            "leave_filter",
            N_("to the entries, keeping the filter"),
            N_("to the entries"),
            rank=1,
        ),
        Key("escape", "esc", "clear_filter", N_("take the filter away"), N_("take the filter away"), rank=1),
    ),
    "structure": (
        Key("enter", "enter", "open", N_("the entries that concern it, in the timeline"), N_("its entries"), rank=4),
        _WHY,
        _SOURCE,
        Key("comma", ",", "step(-1)", N_("as known one entry earlier"), N_("step"), ", .", rank=3),
        Key("full_stop", ".", "step(1)", N_("as known one entry later")),
    ),
    "why": (
        Key("enter", "enter", "open", N_("the entry, in the timeline; of a source, the paper"), N_("open"), rank=2),
        _SOURCE,
        Key(
            "K",
            "K",
            "known_then",
            N_("as known then: when the chosen entry had just been recorded"),
            N_("as known then"),
        ),
        Key("y", "y", "copy_chain", N_("copy the chain as Markdown"), N_("copy"), rank=6),
        _BACK,
    ),
    "source": (
        Key("p", "p", "passage", N_("to the passage that is cited"), N_("the passage"), rank=2),
        _WHY,
        _BACK,
    ),
    "detail": (*_STEPS, _WHY, _SOURCE, _BACK),
    "thing": (
        Key("enter", "enter", "open", N_("the entries that concern it, in the timeline"), N_("its entries"), rank=4),
        _WHY,
        _SOURCE,
        _BACK,
    ),
    "modal": (Key("escape", "esc", "back", N_("close, changing nothing")),),
    "palette": (
        Key("up", "↑", "cursor(-1)", N_("one line up")),
        Key("down", "↓", "cursor(1)", N_("one line down")),
        Key("enter", "enter", "choose", N_("go there, or do it")),
        Key("escape", "esc", "back", N_("close, changing nothing")),
    ),
    "overlay": (
        Key("escape", "esc", "back", N_("close, changing nothing")),
        Key("question_mark", "?", "list", N_("the list of all keys")),
    ),
    "time": (
        Key("less_than_sign,shift+left", "<", "month(-1)", N_("one month earlier (◆)"), N_("month"), "< >", rank=7),
        Key("greater_than_sign,shift+right", ">", "month(1)", N_("one month later (◆)")),
        Key("d", "d", "ask_effective", N_("choose the day (◆)"), N_("day"), "d", rank=3),
        Key("D", "D", "ask_known", N_("choose what is known (◇)"), N_("known by"), "D", rank=4),
        Key("0", "0", "now", N_("today, with everything known"), N_("now"), "0", rank=5),
        Key("minus", "-", "swap", N_("the moment shown before this one")),
    ),
    "screen": (
        Key("slash", "/", "filter", N_("show only the lines with these words"), N_("filter"), rank=3),
        Key("n", "n", "find(1)", N_("the next line with the words looked for")),
        Key("N", "N", "find(-1)", N_("the line before with the words looked for")),
        Key("z", "z", "zoom", N_("this pane alone, or all again")),
        Key("e", "e", "export", N_("write what is shown to a file: text, CSV or JSON"), N_("export"), rank=7),
        Key("y", "y", "copy_locator", N_("copy where this is: vedtak open takes it")),
        Key("Y", "Y", "copy_command", N_("copy the command that gives the same")),
        Key("f1", "F1", "about", N_("what is in focus, explained")),
        Key("exclamation_mark", "!", "examine", N_("go through the ledger again: hashes, and what needs somebody")),
    ),
    "app": (
        *(Key(mode.key, mode.key, f"mode('{name}')", mode.help) for name, mode in MODES.items()),
        Key("tab", "tab", "focus_next", N_("the next pane")),
        Key("colon,ctrl+p", ":", "palette", N_("go to a thing, an entry, a screen; do anything"), N_("Go to"), rank=1),
        Key("L", "L", "switch_language", N_("Norwegian or English"), N_("Norsk"), "L", rank=9),
        Key("T", "T", "switch_theme", N_("dark, light or high contrast")),
        Key("question_mark", "?", "help", N_("the keys, on the screen; again for the list"), N_("Help"), rank=0),
        Key("q", "q", "quit", N_("quit"), N_("quit"), rank=8),
        Key("ctrl+q", "ctrl+q", "quit", N_("quit, from anywhere")),
    ),
}


def bindings(section: str) -> list[BindingType]:
    """A section as Textual's bindings."""
    return [Binding(key.keys, key.action, key.help, show=False) for key in KEYS[section]]


def hints(sections: Iterable[str]) -> list[Key]:
    """The keys that the hint line may show, in the order of the table."""
    return [key for section in sections for key in KEYS[section] if key.hint]

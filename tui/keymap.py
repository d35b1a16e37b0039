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
    "adherence": N_("Adherence"),
    "matrix": N_("Matrix"),
    "money": N_("Money"),
    "attention": N_("Attention"),
    "behind": N_("Entries behind a figure"),
    "whole": N_("Cell or item in full"),
    "compare": N_("Compare"),
    "audit": N_("Audit"),
    "restore": N_("Restore"),
    "why": N_("Why"),
    "source": N_("Source"),
    "detail": N_("Whole entry"),
    "thing": N_("Whole thing"),
    "modal": N_("Dialogue"),
    "record": N_("Recording"),
    "kinds": N_("What happened?"),
    "form": N_("Form"),
    "correcting": N_("Form of a correction"),
    "recorded": N_("Recorded"),
    "palette": N_("Go to"),
    "overlay": N_("Keys on the screen"),
    "time": N_("Moment"),
    "screen": N_("Every screen"),
    "app": N_("Everywhere"),
}
"""The sections in the order the help overlay prints them, with their headings."""
WRITING: Final = frozenset({"record", "kinds", "form", "correcting", "recorded"})
"""The sections that are only for those who may record."""

_STEPS: Final = (
    Key("comma", ",", "step(-1)", N_("the previous entry"), N_("step"), ", .", rank=2),
    Key("full_stop", ".", "step(1)", N_("the next entry")),
)
_WHY: Final = Key("w", "w", "why", N_("why: the chain of entries, decisions and sources behind it"), N_("why"), rank=3)
_SOURCE: Final = Key("o", "o", "source", N_("the source: what is cited, in its paper"), N_("source"), rank=4)
_BACK: Final = Key("escape", "esc", "back", N_("back"), N_("back"), rank=1)
_FILTER_AWAY: Final = Key("escape", "esc", "back", N_("take the filter away"))

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
    "adherence": (
        Key(
            "t", "t", "turn_to", N_("agreements, strategies, plans, decisions or measures"), N_("other things"), rank=3
        ),
        Key("s", "s", "sort", N_("order: by name, fewest first, latest first"), N_("order"), rank=5),
        Key("plus", "+", "gaps", N_("only columns where somebody is missing"), N_("gaps"), rank=4),
        Key("enter", "enter", "open", N_("the cell and its entry, on the whole screen")),
        _WHY,
        Key("left,h", "← h", "across(-1)", N_("on a narrow terminal: the organisation before")),
        Key("right,l", "→ l", "across(1)", N_("on a narrow terminal: the next organisation")),
        _FILTER_AWAY,
    ),
    "matrix": (
        Key("up,k", "↑ k", "cursor(-1)", N_("one line up"), N_("cell"), "↑↓←→", rank=6),
        Key("down,j", "↓ j", "cursor(1)", N_("one line down")),
        Key("left,h", "← h", "across(-1)", N_("one column left")),
        Key("right,l", "→ l", "across(1)", N_("one column right")),
        Key("pageup", "PgUp", "page(-1)", N_("one page up")),
        Key("pagedown", "PgDn", "page(1)", N_("one page down")),
        Key("home,g", "Home g", "end(-1)", N_("the first line")),
        Key("end,G", "End G", "end(1)", N_("the last line")),
        Key("enter", "enter", "choose", N_("open the cell")),
    ),
    "money": (
        Key("enter", "enter", "open", N_("to its figures; on a figure, the entries behind it"), N_("figures"), rank=3),
        _WHY,
        Key("escape", "esc", "back", N_("from the figures back to the list")),
    ),
    "attention": (
        Key("enter", "enter", "open", N_("the thing, on the whole screen"), N_("open"), rank=4),
        Key("b", "b", "group", N_("group by due date, by what is open, or by whom it waits for"), N_("group"), rank=4),
        _WHY,
        _FILTER_AWAY,
    ),
    "behind": (
        Key("enter", "enter", "open", N_("the entry, in the timeline"), N_("to the timeline"), rank=3),
        _WHY,
        _BACK,
    ),
    "whole": (
        Key("enter", "enter", "open", N_("the entries that concern it, in the timeline"), N_("its entries"), rank=3),
        _WHY,
        _BACK,
    ),
    "compare": (
        Key("enter", "enter", "open", N_("the entry behind the difference, or the thing"), N_("open"), rank=4),
        _WHY,
        Key("x", "x", "turn_round", N_("A and B change places"), N_("swap"), rank=3),
        Key(
            "t",
            "t",
            "same_day",
            N_("the same day by other knowledge: what was known then?"),
            N_("what we knew"),
            rank=3,
        ),
        Key("u", "u", "unchanged", N_("what is the same at both, too"), N_("unchanged"), rank=4),
        Key("escape", "esc", "back", N_("stop comparing; take the filter away")),
    ),
    "audit": (
        *_STEPS,
        Key("space", N_("space"), "play", N_("play entry after entry; again to stop"), N_("play"), rank=3),
        Key("v", "v", "verify", N_("make every hash again, examine every entry, try every rule"), N_("verify"), rank=2),
        Key("V", "V", "verify_deep", N_("the same, and the index row by row")),
        Key("enter", "enter", "open", N_("the entry, in the timeline"), N_("to the timeline"), rank=5),
        _WHY,
        Key(
            "K",
            "K",
            "known_then",
            N_("as known then: when the chosen entry had just been recorded"),
            N_("as known then"),
        ),
        Key("escape", "esc", "back", N_("stop; back to the entries"), N_("stop, back"), rank=4),
    ),
    "restore": (
        Key("ctrl+s,enter", "ctrl+s", "write", N_("choose a file and write the copy"), N_("write"), rank=1),
        Key("o", "o", "open_restored", N_("open the restored ledger"), N_("open it"), rank=2),
        Key("escape", "esc", "back", N_("stop writing; nothing is left behind"), N_("stop"), rank=3),
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
    "record": (
        Key("a", "a", "record", N_("record an event"), N_("record"), rank=2),
        Key("r", "r", "correct", N_("correct or annul the chosen entry"), N_("correct"), rank=4),
    ),
    "kinds": (
        Key("up", "↑", "cursor(-1)", N_("one line up")),
        Key("down", "↓", "cursor(1)", N_("one line down")),
        Key("pageup", "PgUp", "page(-1)", N_("one page up")),
        Key("pagedown", "PgDn", "page(1)", N_("one page down")),
        Key("delete", "delete", "discard", N_("throw the chosen draft away")),
        Key("escape", "esc", "back", N_("close, changing nothing")),
    ),
    "form": (
        Key("tab", "tab", "row(1)", N_("the next field"), N_("next"), rank=1),
        Key("shift+tab", "shift+tab", "row(-1)", N_("the field before")),
        Key("down", "↓", "down", N_("down: in what is offered, else to the next field")),
        Key("up", "↑", "up", N_("up: in what is offered, else to the field before")),
        Key("f4", "F4", "offer", N_("what the field can be filled with"), N_("choices"), "F4", 4),
        Key("delete", "delete", "remove", N_("on a heading: take that group away")),
        Key("ctrl+s,f2", "ctrl+s F2", "record", N_("record what is shown"), N_("record"), "ctrl+s", 2),
        Key("f3", "F3", "turn", N_("the form, or what would change"), N_("preview"), "F3", 5),
        Key("pageup", "PgUp", "page(-1)", N_("what would change: a page up")),
        Key("pagedown", "PgDn", "page(1)", N_("what would change: a page down")),
        Key("escape", "esc", "back", N_("leave; the draft is kept"), N_("leave, keeping the draft"), rank=3),
        Key("f1", "F1", "help", N_("the list of all keys"), N_("Help"), rank=0),
    ),
    "correcting": (
        Key("f8", "F8", "annul", N_("when correcting: annul the entry instead"), N_("annul instead"), "F8", 6),
    ),
    "recorded": (
        Key("enter", "enter", "answer('open')", N_("the new entry, in the timeline")),
        Key("b", "b", "answer('before')", N_("what was corrected, as it was known before")),
        Key("a", "a", "answer('another')", N_("record another like this")),
        Key("escape", "esc", "back", N_("back to where you were")),
    ),
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
        Key("m", "m", "mark", N_("mark this moment as A, to compare with"), N_("mark A"), rank=8),
    ),
    "screen": (
        Key("slash", "/", "filter", N_("show only the lines with these words"), N_("filter"), rank=3),
        Key("n", "n", "find(1)", N_("the next line with the words looked for")),
        Key("N", "N", "find(-1)", N_("the line before with the words looked for")),
        Key("escape", "esc", "back", N_("take the filter away, or go back")),
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

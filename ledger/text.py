"""Which characters a ledger accepts, and how any text is made harmless to show.

Two rules, one at each end. What comes in is refused if it holds characters that could repaint a reader's screen or
hide what a sentence says. What goes out is passed through :func:`safe_text` all the same, because an old or imported
entry may hold anything (Unicode TR 36 and TR 39 explain the bidirectional and zero-width tricks).
"""

from __future__ import annotations

import re
import unicodedata

from ledger.errors import N_

LINE_MAX = 400
TEXT_MAX = 20_000
COMBINING_MAX = 8
_PICTURES = 0x2400
"""Where the Unicode control pictures begin: ␀ for NUL, ␛ for ESC."""

_FORBIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 (less tab and newline), DEL, C1
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # bidirectional and zero-width controls, line separators
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e007f"  # tag characters
)
_REFUSED = re.compile(f"[{_FORBIDDEN}]")
_REFUSED_IN_LINE = re.compile(f"[{_FORBIDDEN}\t\n]")
_PILE_OF_MARKS = re.compile(
    rf"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{COMBINING_MAX + 1},}}"
)


def normalised(value: str) -> str:
    """The text in Unicode NFC, so that the same word is always the same bytes whoever typed it."""
    return unicodedata.normalize("NFC", value)


def objection(value: str, *, line: bool) -> str | None:
    """Why the text may not be recorded, as a short English phrase, or None if it may.

    ``line`` asks for a single line of at most ``LINE_MAX`` characters; otherwise tabs and newlines are fine up to
    ``TEXT_MAX`` characters.
    """
    limit = LINE_MAX if line else TEXT_MAX
    if not value.strip():
        return N_("it is empty")
    if len(value) > limit:
        return N_("it is too long")
    if value.isascii() and value.isprintable():
        return None  # nothing below is among these characters
    if (_REFUSED_IN_LINE if line else _REFUSED).search(value):
        return N_("it holds an invisible control character")
    if _PILE_OF_MARKS.search(value):
        return N_("it piles up more than eight combining marks")
    if not unicodedata.is_normalized("NFC", value):
        return N_("it is not in Unicode NFC")
    return None


def safe_text(value: str) -> str:
    """The text with every character that could act on a terminal replaced by a visible sign (␛, ␀, ‹U+202E›).

    Newlines and tabs stay; a widget that shows one line removes them itself. Piles of combining marks are cut.
    """
    return _PILE_OF_MARKS.sub(lambda pile: pile.group()[:COMBINING_MAX], _REFUSED.sub(_picture, value))


def _picture(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if character < " ":
        return chr(_PICTURES + code)
    if character == "\x7f":
        return "\u2421"
    return f"\u2039U+{code:04X}\u203a"

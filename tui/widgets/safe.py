"""The only way text reaches a widget: made harmless, and as Content, which reads no markup."""

from __future__ import annotations

from rich.text import Text
from textual.content import Content
from textual.widgets import Input

from ledger.text import safe_text
from tui.spans import ONE_LINE_MAX, line_text


def in_place(text: str) -> str:
    """Text made harmless sign by sign, so that every sign keeps its place: what a field shows while it is edited."""
    if safe_text(text) == text and "\n" not in text and "\t" not in text:
        return text
    return "".join(_sign(sign) for sign in text)


def _sign(sign: str) -> str:
    shown = {"\n": "\u2424", "\t": "\u2409"}.get(sign) or safe_text(sign)
    return shown if len(shown) == 1 else "\ufffd"


def one_line(text: str, most: int = ONE_LINE_MAX) -> Content:
    """Text for one line: line breaks and tabs become spaces."""
    return Content(line_text(text, most))


def block(text: str) -> Content:
    """Text that may run over several lines."""
    return Content(safe_text(text).replace("\t", "    "))


class SafeInput(Input):
    """One line. What would act on a terminal is drawn as signs; the value itself is left as it was typed."""

    @property
    def _value(self) -> Text:
        return Text(in_place(self.value), no_wrap=True, overflow="ignore", end="")

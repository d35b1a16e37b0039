"""The row of a form that is being filled in: its label, the field, what is said of it, and what is offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text
from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from tui.widgets.row_lines import DrawnRow, label_of, len_of
from tui.widgets.safe import SafeInput, in_place, one_line

if TYPE_CHECKING:
    from textual.app import ComposeResult

OFFERS_SHOWN: Final = 7
AREA_MAX: Final = 6


class Offer(NamedTuple):
    """Something the field can be filled with: what is put in it, and what is shown."""

    text: str
    shown: str
    aside: str = ""


class FieldInput(SafeInput):
    """The field of one line."""

    class Erased(Message):
        """Delete in a row that nothing can be typed in."""

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False, id="line")
        self.cursor_blink = False
        self.open = True

    def action_delete_right(self) -> None:
        if self.open:
            super().action_delete_right()
        else:
            self.post_message(self.Erased())

    def action_delete_left(self) -> None:
        if self.open:
            super().action_delete_left()


class FieldArea(TextArea):
    """Several lines, growing as they are written."""

    class Left(Message):
        """The cursor went out at the top or the bottom."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self) -> None:
        super().__init__(compact=True, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, id="area")
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        line: Text = super().get_line(line_index)
        line.plain = in_place(line.plain)
        return line

    def action_cursor_up(self, select: bool = False) -> None:
        if self.cursor_at_first_line and not select:
            self.post_message(self.Left(-1))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if self.cursor_at_last_line and not select:
            self.post_message(self.Left(1))
        else:
            super().action_cursor_down(select)

    def grow(self) -> None:
        """As high as the text is, up to a limit."""
        self.styles.height = max(1, min(self.wrapped_document.height, AREA_MAX))


class FieldEditor(Vertical):
    """The one field that has the cursor."""

    DEFAULT_CSS = """
    FieldEditor { height: auto; background: $cursor-idle; }
    FieldEditor > Horizontal { height: auto; }
    FieldEditor #label { width: auto; color: $foreground; text-style: bold; }
    FieldEditor #line { width: 1fr; background: $panel; }
    FieldEditor #area { width: 1fr; height: 1; background: $panel; padding: 0 1; border: none;
        scrollbar-size-vertical: 1; }
    FieldEditor #said { height: auto; max-height: 4; color: $quiet; padding: 0 1; }
    FieldEditor #said.-wrong { color: $error; }
    FieldEditor #offers { height: auto; color: $foreground; background: $panel; padding: 0 1; }
    """

    class Typed(Message):
        """The text of the field is another."""

        def __init__(self, path: str, text: str) -> None:
            super().__init__()
            self.path = path
            self.text = text

    class Done(Message):
        """Enter: the person is done with the field."""

    class Erase(Message):
        """The person wants to be rid of the group whose heading this is."""

    def __init__(self) -> None:
        super().__init__(id="editor")
        self.path = ""
        self.multi = False
        self.offers: Sequence[Offer] = ()
        self.chosen = -1

    def compose(self) -> ComposeResult:
        yield Horizontal(Static(id="label"), FieldInput(), FieldArea())
        yield Static(id="said")
        yield Static(id="offers")

    # ---------------------------------------------------------------------------------------------- showing

    def edit(self, path: str, row: DrawnRow, text: str, *, multi: bool, open_: bool, hint: str, width: int) -> None:
        """Go over to another row."""
        other = path != self.path
        self.path, self.multi = path, multi
        self.line.open = open_
        self.line.placeholder = one_line(hint).plain
        self.line.display, self.area.display = not multi, multi
        self.set_row(row, width)
        if other or self.text != text:
            self._fill(text)
        self.set_offers(())
        (self.area if multi else self.line).focus(scroll_visible=False)

    def set_row(self, row: DrawnRow, width: int) -> None:
        """Draw the label anew."""
        label = label_of(row, width)
        shown = self.query_one("#label", Static)
        shown.styles.width = len_of(label)
        shown.update(Content(label))

    def _fill(self, text: str) -> None:
        with self.prevent(Input.Changed, TextArea.Changed):
            if self.multi:
                self.area.load_text(text)
                self.area.move_cursor(self.area.document.end)
                self.call_after_refresh(self.area.grow)
            else:
                self.line.value = text
                self.line.cursor_position = len(text)

    def say(self, text: Content, *, wrong: bool) -> None:
        """What is said of the field: what is wrong and what to do, or how it was understood."""
        said = self.query_one("#said", Static)
        said.display = bool(text.plain)
        said.set_class(wrong, "-wrong")
        said.update(text)

    def set_offers(self, offers: Sequence[Offer], chosen: int = -1) -> None:
        """What the field can be filled with, and which of it is chosen already."""
        self.offers = offers
        self.chosen = chosen
        self._draw_offers()

    def _draw_offers(self) -> None:
        shown = self.query_one("#offers", Static)
        shown.display = bool(self.offers)
        if not self.offers:
            return
        first = max(0, min(self.chosen - OFFERS_SHOWN + 2, len(self.offers) - OFFERS_SHOWN))
        width = max(8, self.size.width - 4)
        lines = []
        for number, offer in enumerate(self.offers[first : first + OFFERS_SHOWN], first):
            sign = "▸" if number == self.chosen else " "
            line = Content(f"{sign} ") + one_line(offer.shown)
            if offer.aside:
                line = line + Content("  ") + one_line(offer.aside)
            line = line.truncate(width, ellipsis=True)
            lines.append(line.stylize("bold reverse") if number == self.chosen else line)
        if len(self.offers) > OFFERS_SHOWN:
            lines.append(Content(f"  … {len(self.offers)}"))
        shown.update(Content("\n").join(lines))

    def move(self, by: int) -> bool:
        """Go up or down among what is offered; False when there is nothing to go to."""
        if not self.offers or (by < 0 and self.chosen < 0):
            return False
        self.chosen = min(self.chosen + by, len(self.offers) - 1)
        self._draw_offers()
        return True

    def take(self) -> str | None:
        """Put the chosen offer in the field and give it back; None when none is chosen."""
        if not 0 <= self.chosen < len(self.offers):
            return None
        text = self.offers[self.chosen].text
        self._fill(text)
        self.set_offers(())
        return text

    @property
    def line(self) -> FieldInput:
        """The field of one line."""
        return self.query_one("#line", FieldInput)

    @property
    def area(self) -> FieldArea:
        """The field of several lines."""
        return self.query_one("#area", FieldArea)

    @property
    def text(self) -> str:
        """What is written."""
        return self.area.text if self.multi else self.line.value

    # ---------------------------------------------------------------------------------------------- being typed in

    @on(Input.Changed)
    def _line_typed(self, event: Input.Changed) -> None:
        event.stop()
        if not self.line.open:
            self._fill("")
        elif not self.multi and event.value == self.line.value:  # else the cursor is on another row by now
            self.post_message(self.Typed(self.path, event.value))

    @on(TextArea.Changed)
    def _area_typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.area.grow()
        if self.multi:
            self.post_message(self.Typed(self.path, self.area.text))

    @on(Input.Submitted)
    def _line_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Done())

    @on(FieldInput.Erased)
    def _erased(self, event: FieldInput.Erased) -> None:
        event.stop()
        self.post_message(self.Erase())

"""A document: what is recorded of it, and, where the paper is at hand, the passage that an entry cites."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, chop_cells
from textual import on, work
from textual.containers import Vertical
from textual.message import Message
from textual.worker import get_current_worker

from ledger.text import safe_text
from projections.why import SourceStep
from tui.columns import Column, Row
from tui.keymap import bindings
from tui.locale import N_, _, ngettext_
from tui.phrases import lines_cited, number_text, place_text
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import source_items
from tui.screens.thing_sheet import thing_items
from tui.sources import VARIABLE, Paper
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet
from tui.widgets.virtual_list import NoRows, VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading

SIGN: Final = 1
ABOVE: Final = 3
"""So many lines are shown above the passage."""
_WORDS: Final = re.compile(r"\s*\S+|\s+")


def pieces(text: str, width: int) -> list[str]:
    """A line cut between words into pieces no wider than ``width`` cells; a word that is wider is cut itself."""
    safe = safe_text(text).replace("\t", "    ")
    if len(safe) <= width and safe.isascii():
        return [safe]
    found, here, used = [], "", 0
    for found_word in _WORDS.findall(safe):
        word: str = found_word
        size = cell_len(word)
        if used and used + size > width:
            found.append(here)
            here, used, word = "", 0, found_word.lstrip()
            size = cell_len(word)
        if size > width:
            *full, word = chop_cells(word, width)
            found += full
            size = cell_len(word)
        here, used = here + word, used + size
    return [*found, here] if here or not found else found


class PaperRows:
    """The lines of a paper, cut to a width, as rows; cut again page by page, so that only what is seen is kept."""

    def __init__(self, paper: Paper, width: int, cited: tuple[int, int] | None, going_on: Callable[[], bool]) -> None:
        self._paper = paper
        self.width = width
        """How many cells a row has."""
        self._cited = cited
        counts = (len(pieces(paper.line(number), width)) if going_on() else 1 for number in self._numbers)
        self._starts = [0, *accumulate(counts)]

    @property
    def _numbers(self) -> range:
        count = len(self._paper.lines)
        return range(1, count if count > 1 and not self._paper.lines[-1] else count + 1)

    def __len__(self) -> int:
        return self._starts[-1]

    def row_of(self, number: int) -> int:
        """The first row of a line."""
        return self._starts[max(1, min(number, len(self._numbers))) - 1]

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        rows: list[Row] = []
        number = bisect_right(self._starts, start)
        while len(rows) < stop - start and number <= len(self._numbers):
            rows += self._rows(number)[max(0, start + len(rows) - self._starts[number - 1]) :]
            number += 1
        return rows[: stop - start]

    def _rows(self, number: int) -> list[Row]:
        marked = self._cited is not None and self._cited[0] <= number <= self._cited[1]
        return [
            Row(("▸" if marked else "", "" if place else str(number), piece), "marked" if marked else "")
            for place, piece in enumerate(pieces(self._paper.line(number), self.width))
        ]


class PaperList(VirtualList):
    """The rows of a paper, which tells when they have to be cut to another width."""

    class Resized(Message):
        """There is more room now, or less."""

    def on_resize(self) -> None:  # beside what every list does on it
        self.post_message(self.Resized())

    @property
    def room(self) -> int:
        """How many cells there are for the text of a line."""
        return max(8, self.widths(max(8, self.scrollable_content_region.width))[-1])


class SourceScreen(LedgerScreen):
    """The paper, and beside it what is recorded of it."""

    SECTIONS = ("source", "list")
    BINDINGS = bindings("source")
    HELP = N_(
        "A source. Where a folder with the papers is named (vedtak open --sources), the paper is found in it by its "
        "SHA-256, and the lines that the entry cites are marked ▸ and hashed again: ✓ they are what the entry cites, "
        "✗ they are not."
    )

    def __init__(self, source: SourceStep, entry: int | None = None) -> None:
        super().__init__()
        self._source = source
        self._entry = entry
        self._cited = lines_cited(source.locator)
        self._paper: Paper | None = None
        self._sought = False
        self._rows: PaperRows | None = None

    def panes(self) -> Iterable[Widget]:
        yield Vertical(PaperList(id="paper"), id="main")
        yield Sheet(id="detail")

    @property
    def text(self) -> PaperList:
        """The lines of the paper."""
        return self.query_one("#paper", PaperList)

    def show(self, reading: Reading) -> None:
        numbers = len(str(len(self._paper.lines))) if self._paper else 1
        self.text.set_columns((Column("", SIGN), Column("", max(3, numbers)), Column(_("text"), 10, share=1)))
        self.query_one("#main").border_title = one_line(self._title())
        self.query_one(Sheet).set_items(self._items(reading))
        if not self._sought:
            self.text.set_rows(NoRows(), empty=_("Looking for the paper …"))
            self._look()
        elif self._paper and self._paper.is_text:
            self._lay_out()
        else:
            self.text.set_rows(NoRows(), empty=" ".join(self._missing()))

    # ------------------------------------------------------------------------------------------------ the paper

    @work(thread=True, exclusive=True, group="look")
    def _look(self) -> None:
        worker = get_current_worker()
        digest = self._source.document_sha256
        try:
            paper = self.vedtak.sources.find(digest, lambda: not worker.is_cancelled) if digest else None
        except InterruptedError:
            return
        if not worker.is_cancelled:
            self.call_later(self._found, paper)

    def _found(self, paper: Paper | None) -> None:
        self._paper, self._sought = paper, True
        self.show(self.vedtak.reading)

    def _lay_out(self) -> None:
        if self._paper:
            self._cut(self._paper, self.text.room)

    @on(PaperList.Resized)
    def _fit(self) -> None:
        """Cut the lines anew where there is another room for them, as when a scroll bar has come."""
        if self._rows is not None and self._rows.width != self.text.room:
            self._lay_out()

    @work(thread=True, exclusive=True, group="cut")
    def _cut(self, paper: Paper, width: int) -> None:
        worker = get_current_worker()
        rows = PaperRows(paper, width, self._cited, lambda: not worker.is_cancelled)
        if not worker.is_cancelled:
            self.call_later(self._laid_out, rows)

    def _laid_out(self, rows: PaperRows) -> None:
        # Until the person goes elsewhere, it stays on the passage, however often the lines are cut anew.
        there = self._cited is not None and (
            self._rows is None or self.text.cursor == self._rows.row_of(self._cited[0])
        )
        self._rows = rows
        self.text.set_rows(rows, cursor=rows.row_of(self._cited[0]) if there and self._cited else None)
        if there:
            self.text.call_after_refresh(self.action_passage)  # after what the list itself does then
        self.call_after_refresh(self._fit)

    def action_passage(self) -> None:
        """To the first line that is cited."""
        if self._rows and self._cited:
            row = self._rows.row_of(self._cited[0])
            self.text.cursor = row
            # Forced: in a list just filled the scrollbar may not have come yet, and without it nothing is scrolled.
            self.text.scroll_to(y=max(0, row - ABOVE), animate=False, force=True)

    # ------------------------------------------------------------------------------------------------ what is said

    def _verdict(self) -> tuple[str, str]:
        """Whether the passage is what the entry cites, and how that looks; empty where there is nothing to say."""
        source, paper = self._source, self._paper
        entry = f"#{self._entry}" if self._entry else _("the entry")
        if paper is None or source.locator is None:
            return "", "text"
        if self._cited is None:
            return _("◐ “{place}” names no lines; the passage is not looked up.").format(place=source.locator), "doubt"
        digest = paper.passage_sha256(*self._cited)
        if digest is None:
            return _("✗ There are not so many lines in the paper."), "gone"
        if source.sha256 is None:
            return _("◐ {entry} has no hash of the passage to compare with.").format(entry=entry), "doubt"
        if digest == source.sha256:
            return _("✓ The passage is what {entry} cites.").format(entry=entry), "added"
        return _("✗ The passage is not what {entry} cites: its hash is another.").format(entry=entry), "gone"

    def _title(self) -> str:
        verdict = self._verdict()[0]
        told = [verdict[:1], place_text(self._source.locator or ""), self._source.title]
        return " · ".join([" ".join(part for part in told[:2] if part), told[2]]) if any(told[:2]) else told[2]

    def _missing(self) -> Iterator[str]:
        """What there is instead of the paper, what is missing, and how to get it."""
        source = self._source
        if source.quote:
            yield f"“{source.quote}”"
        if self._paper:
            yield _("The paper is at hand, but is no text: {path}").format(path=self._file(self._paper))
            return
        if source.document_sha256 is None:
            yield _("The ledger has no hash of this document, so that no file can be known to be it.")
        elif self.vedtak.sources.folder is None:
            yield _("The paper is not at hand: no folder is named.")
            yield _("“vedtak open --sources FOLDER” names one, and so does {variable}.").format(variable=VARIABLE)
        else:
            told = _("No file in {folder} has the SHA-256 {digest}.")
            yield told.format(folder=self.vedtak.sources.folder, digest=source.document_sha256)
        if source.archive_ref:
            yield _("Ask the archive for {ref}.").format(ref=source.archive_ref)

    def _file(self, paper: Paper) -> str:
        """Where the paper lies in the folder."""
        folder = self.vedtak.sources.folder
        return str(paper.path.relative_to(folder) if folder else paper.path)

    def _items(self, reading: Reading) -> Iterator[Item]:
        verdict, look = self._verdict()
        if verdict:
            yield Item(text=verdict, look=look)
        if self._paper:
            yield Item(text=_("✓ The file has the SHA-256 of the document."), look="added")
            yield Item(_("File"), self._file(self._paper), "quiet")
            count = len(self._paper.lines)
            yield Item(
                text=ngettext_("{count} line", "{count} lines", count).format(count=number_text(count)), look="quiet"
            )
        elif self._sought:
            for told in self._missing():
                yield Item(text=told, look="quiet" if told.startswith("“") else "doubt")
        yield Item()
        yield from source_items(self._source, whole=True)
        if reading.structure.on_record(self._source.document):
            yield Item()
            yield from thing_items(reading, self._source.document)

    # ------------------------------------------------------------------------------------------------ as on any screen

    def selected_entry(self) -> int | None:
        return self._entry

    def place(self) -> tuple[str, str]:
        return "t", self._source.document

    def command(self) -> tuple[str, ...]:
        about = self.query_one(Sheet).about if self.query_one(Sheet).has_focus else ""
        return ("why", about) if about else ("show", self._source.document)

    @on(Sheet.Pointed)
    def _value_pointed_at(self) -> None:
        self.refresh_bars()

    def action_why(self) -> None:
        """The chain behind the chosen value, or behind the document's being on record."""
        from tui.screens.why import WhyScreen

        self.app.push_screen(WhyScreen(self.query_one(Sheet).about or self._source.document))

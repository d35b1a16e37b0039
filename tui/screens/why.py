"""Why something is so: the chain from a fact to its entries, to the decision it rests on, and to the lines cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical

from ledger.errors import LedgerError
from projections.timeline import line
from projections.why import EntryStep, SourceStep, Why, chain, why
from tui.chains import chain_markdown
from tui.columns import Column, Row
from tui.dates import short_date
from tui.keymap import bindings
from tui.locale import N_, _, explain, ngettext_
from tui.phrases import holds_text, line_parts, number_text, place_text, value_text
from tui.screens.base import LedgerScreen
from tui.screens.entry_sheet import entry_items, source_items
from tui.terms import term
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading
    from tui.exporting import Table

FRAME = 4
"""The border, the heading and one empty line."""


@dataclass(frozen=True)
class Link:
    """A line of the chain: the fact, another value it may have, an entry, or a source of the entry above."""

    row: Row
    entry: int | None = None
    source: SourceStep | None = None
    is_source: bool = False


class Links:
    """The chain as rows."""

    def __init__(self, links: Sequence[Link]) -> None:
        self.links = links

    def __len__(self) -> int:
        return len(self.links)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        return [link.row for link in self.links[start:stop]]


def links_of(reading: Reading, told: Why | None, steps: Iterable[EntryStep], branch: str = "└") -> Iterator[Link]:
    """The chain, line by line; ``branch`` stands before what belongs to the line above."""
    if told:
        sign = {"yes": "●", "maybe": "◐", "no": "–"}[told.holds]
        cells = (sign, _("fact"), "", "", f"{fact_name(reading, told)}: {value_text(reading, told.value) or '–'}")
        yield Link(Row(cells, "doubt" if told.holds == "maybe" else "strong"))
        for other in told.alternatives:
            value = _("nothing yet") if other.value is None else value_text(reading, other.value)
            number = f"#{other.entry}" if other.entry else ""
            yield Link(Row(("◐", _("or"), number, "", value), "doubt"), other.entry)
    because = {
        "fact": "",
        "corrected": _("corrected"),
        "authority": _("authority"),
        "condition": _("condition"),
        "settled": _("settled"),
    }
    for step in steps:
        kind, who, what = line_parts(reading, line(reading, step.entry))
        gone = step.corrected_by is not None
        place, date = f"#{step.entry}", short_date(step.date)
        cells = ("✗" if gone else "●", because[step.because], place, date, f"{kind}: {who} {what}")
        first = next(iter(step.sources), None)
        yield Link(Row(cells, "gone" if gone else ""), step.entry, first)
        for source in step.sources:
            text = f"{place_text(source.locator)} · {source.title}" if source.locator else source.title
            yield Link(Row((branch, _("source"), "", "", text)), step.entry, source, is_source=True)
        if not step.sources:
            yield Link(Row((branch, _("source"), "", "", _("none given")), "quiet"), step.entry)


def fact_name(reading: Reading, told: Why) -> str:
    """What is asked about, in words."""
    return term(told.attribute) + (f" {value_text(reading, told.key)}" if told.key else "")


class WhyScreen(LedgerScreen):
    """The chain above, the link under the cursor below."""

    SECTIONS = ("why", "list")
    BINDINGS = bindings("why")
    HELP = N_(
        "What a fact rests on: the entry that says so, what that one corrected, the decision it rests on, the "
        "conditions on that, and under each the sources with their places and hashes. o shows the source itself."
    )

    def __init__(self, asked: int | str, about: str = "") -> None:
        """``asked`` is an entry, or a fact as the command takes it: ``body/kommit`` or ``body/kommit.kind``.

        ``about`` says what an entry is asked about, where that is more than the entry.
        """
        super().__init__()
        self._asked = asked
        self._about = about
        self._told: Why | None = None
        self._steps: Sequence[EntryStep] = ()
        self._links: Sequence[Link] = ()

    def panes(self) -> Iterable[Widget]:
        yield Vertical(VirtualList(id="chain"), id="main")
        yield Sheet(id="detail")

    def on_mount(self) -> None:
        self.add_class("-stacked")
        super().on_mount()

    def show(self, reading: Reading) -> None:
        empty = self._read(reading)
        branch = "" if self.vedtak.linear else "└"  # a screen reader would read the line out
        self._links = list(links_of(reading, self._told, self._steps, branch))
        rows = self.query_one(VirtualList)
        rows.set_columns(
            (
                Column("", 1),
                Column("", 10, needs=70),
                Column(_("no."), 5),
                Column(_("effective"), 12, needs=50),
                Column(_("what"), 10, share=1),
            )
        )
        rows.set_rows(Links(self._links), empty=empty)
        if not self._links:
            self.query_one(Sheet).set_items(())
        # no higher than half the screen, by the style sheet
        self.query_one("#main").styles.height = max(len(self._links), 1) + FRAME
        count = len(self._steps)
        links = ngettext_("{count} link", "{count} links", count).format(count=number_text(count))
        title = _("Why: {subject} – {links}").format(subject=self.subject, links=links)
        self.query_one("#main").border_title = one_line(title)

    def _read(self, reading: Reading) -> str:
        """Ask anew; the answer is what to say where there is nothing to show."""
        self._told = None
        if isinstance(self._asked, int):
            self._steps = chain(reading, self._asked)
            return _("Entry #{entry} was not known then. esc goes back.").format(entry=self._asked)
        try:
            self._told = why(reading, self._asked)
        except LedgerError as error:
            self._steps = ()
            return " ".join(explain(error))
        self._steps = self._told.chain
        return ""

    @property
    def subject(self) -> str:
        """What is asked about, for a heading."""
        if self._about or self._told:
            return self._about or (self._told.name if self._told else "")
        return f"#{self._asked}" if isinstance(self._asked, int) else self._asked

    @property
    def chosen(self) -> Link | None:
        """The line under the cursor."""
        place = self.query_one(VirtualList).cursor
        return self._links[place] if place < len(self._links) else None

    @on(VirtualList.Highlighted)
    def _link_chosen(self) -> None:
        link = self.chosen
        if link is None:
            return
        if link.is_source and link.source:
            items = source_items(link.source, whole=True)
        elif link.entry:
            items = entry_items(self.vedtak.reading, link.entry)
        else:
            items = self._fact_items()
        self.query_one(Sheet).set_items(items)
        self.refresh_bars()

    def _fact_items(self) -> Iterator[Item]:
        told, reading = self._told, self.vedtak.reading
        if told:
            yield Item(text=told.name, look="title")
            yield Item(fact_name(reading, told), value_text(reading, told.value) or "–")
            yield Item(_("holds"), holds_text(told.holds), "doubt" if told.holds == "maybe" else "text")
            for other in told.alternatives:
                value = _("nothing yet") if other.value is None else value_text(reading, other.value)
                yield Item(_("or"), value + (f"  #{other.entry}" if other.entry else ""), "doubt")

    @on(VirtualList.Chosen)
    def _link_opened(self) -> None:
        self.action_open()

    def selected_entry(self) -> int | None:
        link = self.chosen
        return link.entry if link else None

    def action_source(self) -> None:
        """Show the source; of the fact itself, the first in its chain."""
        from tui.screens.source import SourceScreen

        link = self.chosen
        if link and link.entry is None:
            link = next((link for link in self._links if link.source), None)
        if link and link.source:
            self.app.push_screen(SourceScreen(link.source, link.entry))
        else:
            self.vedtak.say(_("No source is given for this."))

    def command(self) -> tuple[str, ...]:
        return "why", f"#{self._asked}" if isinstance(self._asked, int) else self._asked

    def action_open(self) -> None:
        """The entry, in the timeline; of a source, the paper."""
        link = self.chosen
        if link and link.is_source:
            self.action_source()
        elif link and link.entry:
            self.app.pop_screen()
            self.vedtak.open_entry(link.entry)
        elif link and self._told:
            self.app.pop_screen()
            self.vedtak.open_thing(self._told.ref)

    # ------------------------------------------------------------------------------------------------ taking along

    def markdown(self) -> str:
        """The chain as Markdown, with the moment and the command that gives it again."""
        reading = self.vedtak.reading
        fact = f"{fact_name(reading, self._told)}: {value_text(reading, self._told.value)}" if self._told else ""
        holds = holds_text(self._told.holds) if self._told else ""
        return chain_markdown(reading, self.vedtak.origin, self.subject, fact, holds, self._steps, self.command_words())

    def table(self) -> Table | None:
        from dataclasses import replace

        table = super().table()
        return replace(table, markdown=self.markdown) if table else None

    def action_copy_chain(self) -> None:
        """Put the chain on the clipboard."""
        self.app.copy_to_clipboard(self.markdown())
        count = len(self._steps)
        told = ngettext_("Copied as Markdown: {count} link", "Copied as Markdown: {count} links", count)
        self.vedtak.say(told.format(count=count))

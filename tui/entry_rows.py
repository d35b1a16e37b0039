"""Entries as rows of a list. Without Textual: they are drawn before it is loaded, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.declaration import named
from projections.timeline import line
from tui.columns import Column, Row
from tui.dates import short_date
from tui.locale import _, ngettext_
from tui.phrases import line_parts, number_text

if TYPE_CHECKING:
    from projections.reading import Reading


def columns(known: int) -> tuple[Column, ...]:
    """The columns that as many entries are shown in."""
    return (
        Column("", 1),
        Column(_("no."), max(4, len(str(known)) + 1)),
        Column(_("effective"), 12),
        Column(_("type"), 12, share=1, needs=56),
        Column(_("who"), 8, share=2),
        Column(_("what"), 0, share=3, needs=46),
    )


def title(known: int) -> str:
    """How many entries there are."""
    return ngettext_("{count} entry", "{count} entries", known).format(count=number_text(known))


def why_none(head: int) -> str:
    """What stands where no entry is known, in a ledger of so many."""
    if head:
        return _("Here stands what was known; before the first entry, nothing was. 0 shows everything known now.")
    return _("Here every entry will stand, the newest last. Nothing is recorded yet; “vedtak record” records.")


class EntryRows:
    """Entries as rows, drawn up when asked for."""

    def __init__(self, reading: Reading, positions: Sequence[int]) -> None:
        self.reading = reading
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another, asked for in one go."""
        positions = self.positions[start:stop]
        entries = dict(self.reading.journal.entries_at(positions))
        self.reading.look_up({ref for entry in entries.values() for ref in named(entry.happened)})
        return [self._row(position) for position in positions]

    def _row(self, position: int) -> Row:
        date = self.reading.date_of(position)
        kind, who, what = line_parts(self.reading, line(self.reading, position))
        sign, look = " ", ""
        if self.reading.journal.withdrawn_by(position, self.reading.known) is not None:
            sign, look = "✗", "gone"
        elif date.earliest > self.reading.effective:
            sign, look = "·", "quiet"
        elif date.latest > self.reading.effective:
            sign, look = "◐", "doubt"
        return Row((sign, f"#{position}", short_date(date), kind, who, what), look)

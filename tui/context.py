"""The moment a person is looking at: which day, and as known after which entry. One for the whole program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from projections.reading import Reading

if TYPE_CHECKING:
    from datetime import date

    from ledger.journal import Log
    from tui.locator import Locator


class TimeContext(Struct, frozen=True):
    """What every screen shows the world as of."""

    effective: date
    """The day asked about (◆)."""
    known: int | None = None
    """The newest entry that counts as known (◇); None for everything there is, now and later."""

    def on(self, effective: date) -> TimeContext:
        """The same knowledge, another day."""
        return replace(self, effective=effective)

    def as_known(self, known: int | None) -> TimeContext:
        """The same day, other knowledge."""
        return replace(self, known=known)

    def reading(self, journal: Log, disclosed: Mapping[str, str]) -> Reading:
        """The ledger from here, as far as it has been read in."""
        known = journal.head if self.known is None else min(self.known, journal.head)
        return Reading(journal, self.effective, known, disclosed)


class Opening(Struct, frozen=True, kw_only=True):
    """How the terminal interface is opened on a ledger."""

    role: str = "read"
    """What the person may do: read, write or admin."""
    on: date | None = None
    """The day shown at first; None for today."""
    known: int | None = None
    """The newest entry that counts as known at first; None for everything there is."""
    named: tuple[str, ...] = ()
    """How the ledger was named on the command line, for the commands that are shown."""
    place: Locator | None = None
    """Where to go at once."""
    linear: bool = False
    """One pane and no frames, for screen readers and braille."""
    plain_signs: bool = False
    """Only signs that ASCII has."""
    sources: str | None = None
    """A folder with the papers."""

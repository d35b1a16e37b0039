"""Withdrawing an entry that should never have been made.

A *correction* needs no type of its own: it is the same event, recorded again rightly, in an entry whose ``corrects``
names the entry it replaces. Only an entry that should not have been made at all needs the event below.
"""

from __future__ import annotations

from typing import ClassVar

from ledger.event import Event


class EntryAnnulled(Event, frozen=True, kw_only=True, tag="entry-annulled"):
    """An entry should not have been made. It stays readable, and counts no more from the recording of this one on."""

    nb: ClassVar[str] = "Føring opphevet"
    source: ClassVar[str] = "arkivforskrifta § 11: corrected by adding; what, when and how is documented"

"""What the house asks of a recorder: the library's tagged log, with a clock that never runs backwards and a vault.

The library's dynamic consistency boundary gives the core: events with tags, read by tag and type, appended on
a condition. The library's own words are offered from here too, so that nothing outside ``ledger.store`` has to import
it. Reading alone needs none of this: see ``ledger.store.stored``.
"""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.persistence import IntegrityError

from ledger.store.stored import Disclosure, StampNotLater, StoredLedger, StoredRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.entry import Entry

__all__ = [
    "LEDGER_ORIGIN",
    "DCBAppendCondition",
    "DCBEvent",
    "DCBQuery",
    "DCBQueryItem",
    "DCBReadResponse",
    "DCBRecorder",
    "DCBSequencedEvent",
    "DCBSubscription",
    "Disclosure",
    "IntegrityError",
    "LedgerEvent",
    "LedgerRecorder",
    "StampNotLater",
    "StoredRow",
    "refuse_stale_stamps",
]


LEDGER_ORIGIN = "LEDGER_ORIGIN"
"""The key of the environment under which the library's factories find the name of a ledger made in memory."""


@dataclass
class LedgerEvent(DCBEvent):
    """One entry on its way into the ledger.

    ``recorded_at`` is in microseconds since 1970 (UTC), the same number that stands inside ``data``; it must
    be later than that of every entry before it. ``disclosures`` go to the vault in the same transaction.
    ``erasures`` are commitments whose disclosures are deleted from it in the same transaction, after those of the
    entries before; one that is not there, or no more, is no error. ``entry`` is what stands in ``data``, where that has
    been read from it already.
    """

    recorded_at: int = 0
    disclosures: tuple[Disclosure, ...] = ()
    erasures: tuple[str, ...] = ()
    entry: Entry | None = None


class LedgerRecorder(DCBRecorder, StoredLedger, ABC):
    """A :class:`DCBRecorder` whose positions are dense (1, 2, 3 …) and whose recorded times only increase.

    ``append`` is atomic: it stores every event, tag, stamp and disclosure, or nothing. It returns when the
    entries are durable. Besides the library's ``IntegrityError`` (the condition failed) it may raise
    :class:`StampNotLater`.
    """


def refuse_stale_stamps(events: Sequence[DCBEvent], last: int) -> list[int | None]:
    """Return the recorded time of each event, None for one without a clock (a plain :class:`DCBEvent`).

    Raises:
        StampNotLater: the times do not strictly increase from ``last``, the newest stored one.
    """
    stamps = [event.recorded_at if isinstance(event, LedgerEvent) else None for event in events]
    newest = last
    for stamp in stamps:
        if stamp is None:
            continue
        if stamp <= newest:
            raise StampNotLater(last)
        newest = stamp
    return stamps

"""Recording through the library: its application, its event store, and a mapper that writes our bytes and no others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Selector, Tagged
from eventsourcing.dcb.persistence import DCBMapper
from eventsourcing.persistence import IntegrityError

from ledger.entry import decode, encoded
from ledger.store.api import LedgerEvent, LedgerRecorder
from ledger.store.book import Sealed
from ledger.store.stored import WrittenMeanwhile


class EntryMapper(DCBMapper[Any]):
    """Entries as the library's tagged decisions: the stored bytes are the canonical JSON and nothing else."""

    def to_dcb_event(self, event: Tagged[Any]) -> DCBEvent:
        """The event to store."""
        sealed: Sealed = event.decision
        data, entry = encoded(sealed.entry)
        return LedgerEvent(
            type=entry.wire_name,
            data=data,
            tags=event.tags,
            recorded_at=sealed.entry.recorded_us,
            disclosures=sealed.disclosures,
            erasures=sealed.erasures,
            entry=entry,
        )

    def to_domain_event(self, event: DCBEvent) -> Tagged[Any]:
        """The entry that was stored; its position is not known here."""
        return Tagged(event.tags, decode(event.data, 0))


class LedgerApplication(DCBApplication):
    """The library's application on one ledger."""

    name = "vedtak"
    recorder: LedgerRecorder

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__({"MAPPER_TOPIC": "ledger.store.application:EntryMapper", **settings})

    def record(self, sealed: Sequence[Sealed], boundary: Collection[str], after: int) -> int:
        """Append all or none; see ``Book.append``."""
        selectors = [Selector(tags=[tag]) for tag in sorted(boundary)]
        tagged = [Tagged(list(item.tags), cast("Any", item)) for item in sealed]
        try:
            return self.events.append(tagged, cb=selectors, after=after)
        except IntegrityError as error:
            raise WrittenMeanwhile from error

"""Partnerships: several may stand in one ledger; what belongs to which, and what becomes of it when one ends.

A thing belongs to the partnership that the entry creating it names in its envelope (``ledger.entry``), or to the one it
was placed in since. Partnerships merge or split by registering, ending and placing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.facts import BELONGS_TO, Effect
from ledger.fields import COMMON_KINDS, AnyRef, Line, PartnershipRef, Text, creates, titled
from ledger.structure import Structure


def require_partnership(structure: Structure, ref: str) -> None:
    """Refuse a partnership that certainly does not stand on the date."""
    partnership = structure.thing(ref)
    if partnership.holds == "no":
        raise Refused(
            "The partnership “{partnership}” does not stand on {date}.",
            "Check which partnership is meant, and the date.",
            source=Event.source,
            partnership=partnership.label,
            date=structure.effective,
        )


def end_tag(ref: str) -> str:
    """What entries that end a partnership are found by, apart from all that is recorded in it."""
    return ref.replace("/", "-end/", 1)


class PartnershipRegistered(Event, frozen=True, kw_only=True, tag="partnership-registered"):
    """A partnership is put on record, so that what belongs to it can be told from what belongs to others."""

    nb: ClassVar[str] = "Samarbeid registrert"

    partnership: Annotated[
        str,
        creates("partnership"),
        titled("Partnership", "Samarbeid", "A new reference: partnership/name.", "Ny henvisning: partnership/navn."),
    ]
    name: Annotated[Line, titled("Name", "Navn", "What it is called.", "Hva det kalles.")]
    purpose: Annotated[Text | None, titled("Purpose", "Formål", "What it is for.", "Hva det er til for.")] = None

    def effects(self) -> Iterable[Effect]:
        """It stands; nothing belongs to it by that alone."""
        return begin(self.partnership, name=self.name, purpose=self.purpose)


class PartnershipEnded(Event, frozen=True, kw_only=True, tag="partnership-ended"):
    """A partnership ends, or goes into others. What belongs to it stays there until it is placed elsewhere."""

    nb: ClassVar[str] = "Samarbeid avsluttet"

    partnership: Annotated[
        PartnershipRef, titled("Partnership", "Samarbeid", "Which one ends.", "Hvilket som avsluttes.")
    ]
    reason: Annotated[Text, titled("Reason", "Grunn", "Why.", "Hvorfor.")]
    succeeded_by: Annotated[
        tuple[PartnershipRef, ...],
        titled("Succeeded by", "Etterfulgt av", "Which ones go on with it.", "Hvilke som fører det videre."),
    ] = ()

    def check(self, structure: Structure) -> None:
        """It stands until then, and others go on with it, not itself."""
        require_partnership(structure, self.partnership)
        if self.partnership in self.succeeded_by:
            raise Refused(
                "“{partnership}” cannot go on with what it ends.",
                "Name the partnerships that go on with it, or none.",
                source=self.source,
                partnership=structure.thing(self.partnership).label,
            )

    def effects(self) -> Iterable[Effect]:
        """It ends, and others may go on with it."""
        return end(self.partnership, ended_because=self.reason, succeeded_by=self.succeeded_by)

    def tags(self) -> Iterable[str]:
        """The end, which whoever records in the partnership must not overlook."""
        return (end_tag(self.partnership),)


class ThingsPlaced(Event, frozen=True, kw_only=True, tag="things-placed"):
    """Things belong to a partnership from now on, or to none. A thing belongs to one partnership at a time."""

    nb: ClassVar[str] = "Plassert i samarbeid"

    things: Annotated[
        tuple[AnyRef, ...],
        Meta(min_length=1),
        titled("Things", "Ting", "What is placed: kind/name.", "Det som plasseres: slag/navn."),
    ]
    partnership: Annotated[
        PartnershipRef | None,
        titled("Partnership", "Samarbeid", "Where it belongs; none: nowhere.", "Hvor det hører til; uten: ingen sted."),
    ] = None

    def check(self, structure: Structure) -> None:
        """The partnership stands, and the things are of kinds that belong to one: not who takes part, nor documents."""
        if self.partnership:
            require_partnership(structure, self.partnership)
        for ref in self.things:
            if ref.partition("/")[0] in COMMON_KINDS:
                raise Refused(
                    "“{thing}” is common to all partnerships and belongs to none ({kinds}).",
                    "Place what the partnership has or does, such as a body, an agreement or a decision.",
                    source=self.source,
                    thing=structure.thing(ref).label,
                    kinds=", ".join(COMMON_KINDS),
                )

    def effects(self) -> Iterable[Effect]:
        """Each belongs there, and no longer where it did."""
        return [put(ref, BELONGS_TO, self.partnership) for ref in self.things]

"""Access to what is on record: restricted on a legal ground, and opened again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.meetings import require_paragraph
from ledger.facts import Effect
from ledger.fields import AnyRef, Edtf, Line, titled
from ledger.structure import Structure

SUBJECT = titled("What", "Hva", "What access is to.", "Det innsynet gjelder.")
PART = titled("Part", "Del", "Which part; else all of it.", "Hvilken del; ellers hele.")


class AccessRestricted(Event, frozen=True, kw_only=True, tag="access-restricted"):
    """Something is exempt from public access, in whole or in part. That it exists stays visible."""

    nb: ClassVar[str] = "Unntatt offentlighet"
    source: ClassVar[str] = (
        "offl. §§ 3, 31: open unless an act, or a regulation under one, says otherwise; the provision is given"
    )

    subject: Annotated[AnyRef, SUBJECT]
    part: Annotated[Line | None, PART] = None
    legal_ground: Annotated[Line, titled("Legal ground", "Hjemmel", "Act and paragraph.", "Lov og paragraf.")]
    scope: Annotated[
        Literal["everything", "content", "title", "names"],
        titled("Scope", "Omfang", "What is not shown.", "Hva som ikke vises."),
    ]
    until: Annotated[Edtf | None, titled("Until", "Til", "If it has an end.", "Om den har en slutt.")] = None

    def check(self, structure: Structure) -> None:
        """The legal ground names a paragraph."""
        require_paragraph(self.legal_ground, self.source)

    def effects(self) -> Iterable[Effect]:
        """Restricted, as a whole or in this part."""
        value = {"legal_ground": self.legal_ground, "scope": self.scope}
        if self.until:
            value["until"] = self.until
        return (put(self.subject, "access_restricted", value, key=self.part or ""),)


class AccessRestrictionLifted(Event, frozen=True, kw_only=True, tag="access-restriction-lifted"):
    """What was exempt from public access is open again."""

    nb: ClassVar[str] = "Unntak fra offentlighet opphevet"
    source: ClassVar[str] = "offl. §§ 3, 11: open when nothing stands against it, and access is considered even then"

    subject: Annotated[AnyRef, SUBJECT]
    part: Annotated[Line | None, PART] = None

    def check(self, structure: Structure) -> None:
        """It is restricted, or may be, until then."""
        if structure.thing(self.subject).fact("access_restricted", self.part or "").holds == "no":
            raise Refused(
                "Access to “{subject}” is not restricted on {date}, as a whole or in that part.",
                "Check what was restricted, and the date.",
                source=self.source,
                subject=structure.thing(self.subject).label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """Open."""
        return (put(self.subject, "access_restricted", None, key=self.part or ""),)

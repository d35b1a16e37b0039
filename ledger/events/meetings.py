"""Meetings: called and held, what is on the agenda, when the doors were closed, and the minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Struct

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.attendance import all_listed, present_at
from ledger.events.cases import CASE, MEETING
from ledger.facts import Effect
from ledger.fields import (
    BodyRef,
    CaseRef,
    Count,
    DocumentRef,
    HolderRef,
    Line,
    MeetingRef,
    PartyRef,
    PersonRef,
    Text,
    creates,
    titled,
)
from ledger.law import ASSEMBLIES
from ledger.structure import Structure

OPENS: Final = titled("Opens", "Starter", "The time, as printed.", "Klokkeslettet, slik det er trykt.")
CLOSES: Final = titled("Closes", "Slutter", "The time, as printed.", "Klokkeslettet, slik det er trykt.")
BOUND: Final = frozenset({"council", "elected"})
"""Kinds of body that chapter 11 of the Local Government Act certainly rules; a board or committee may be another's."""


def is_bound(structure: Structure, body: str | None) -> bool:
    """Whether the rules on meetings of the Local Government Act certainly apply to a body."""
    if body is None:
        return False
    told = structure.body(body)
    if told.kind.value == "assembly":  # koml. § 5-1; that of an intermunicipal company has rules of its own
        return bool(told.owner.value) and structure.organisation(str(told.owner.value)).kind.value in ASSEMBLIES
    return told.kind.value in BOUND


def body_of(structure: Structure, meeting: str) -> str | None:
    """The body that a meeting is a meeting of."""
    found = structure.thing(meeting).fact("body").value
    return found if isinstance(found, str) else None


def require_paragraph(ground: str, source: str) -> None:
    """Refuse a legal ground that names no paragraph."""
    if not re.search(r"§+\s*\d", ground):
        raise Refused(
            "“{ground}” names no paragraph of an act.",
            "Give the act and the paragraph, such as “koml. § 11-5” or “offl. § 13, fvl. § 13”.",
            source=source,
            ground=ground,
        )


class MeetingRegistered(Event, frozen=True, kw_only=True, tag="meeting-registered"):
    """A body is called to meet on the date, or met then. A meeting that was called is not thereby held."""

    nb: ClassVar[str] = "Møte registrert"
    source: ClassVar[str] = "koml. § 11-4: minutes say when and where"

    meeting: Annotated[
        str,
        creates("meeting"),
        titled("Meeting", "Møte", "A new reference: meeting/name.", "Ny henvisning: meeting/navn."),
    ]
    body: Annotated[BodyRef, titled("Body", "Organ", "Which body met.", "Hvilket organ som møttes.")]
    status: Annotated[
        Literal["called", "held"], titled("Status", "Status", "Called, or held.", "Innkalt, eller holdt.")
    ]
    place: Annotated[Line | None, titled("Place", "Sted", "Where, if known.", "Hvor, om kjent.")] = None
    mode: Annotated[
        Literal["in_person", "remote", "urgent_remote", "in_writing"] | None,
        titled("Mode", "Møteform", "In a room, remote, or in writing.", "Fysisk, fjernmøte eller skriftlig."),
    ] = None
    opens: Annotated[Line | None, OPENS] = None
    closes: Annotated[Line | None, CLOSES] = None

    def effects(self) -> Iterable[Effect]:
        """The meeting is on record, called or held."""
        return begin(
            self.meeting,
            body=self.body,
            status=self.status,
            place=self.place,
            mode=self.mode,
            opens=self.opens,
            closes=self.closes,
        )


class MeetingConcluded(Event, frozen=True, kw_only=True, tag="meeting-concluded"):
    """A meeting that was called is held, or is cancelled."""

    nb: ClassVar[str] = "Møte holdt eller avlyst"
    source: ClassVar[str] = "koml. § 11-4: minutes say when and where"

    meeting: Annotated[MeetingRef, MEETING]
    status: Annotated[
        Literal["held", "cancelled"], titled("Status", "Status", "Held, or cancelled.", "Holdt, eller avlyst.")
    ]
    chair: Annotated[
        PersonRef | None, titled("Chair", "Møteleder", "Who chaired it, if known.", "Hvem som ledet det, om kjent.")
    ] = None
    opens: Annotated[Line | None, OPENS] = None
    closes: Annotated[Line | None, CLOSES] = None

    def check(self, structure: Structure) -> None:
        """A meeting is held or cancelled once; a cancelled one had no chair."""
        now = structure.thing(self.meeting).fact("status").certain
        if now in {"held", "cancelled"}:
            raise Refused(
                "The meeting is already {status} on {date}.",
                "Check which meeting is meant, and the date.",
                source=self.source,
                status=now,
                date=structure.effective,
            )
        if self.status == "cancelled" and self.chair:
            raise Refused(
                "A meeting that was cancelled was not chaired by anybody.",
                "Leave out the chair, or record that it was held.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """What became of it."""
        yield put(self.meeting, "status", self.status)
        for name in ("chair", "opens", "closes"):
            if (value := getattr(self, name)) is not None:
                yield put(self.meeting, name, value)


class LateItem(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A case that came on the agenda after it was sent out, and who objected to it."""

    by: Annotated[HolderRef | None, titled("By", "Av", "Who asked for it.", "Hvem som ba om det.")] = None
    chair_objects: Annotated[
        bool | None,
        titled("Chair objects", "Møteleder mot", "Did the chair object?", "Motsatte møtelederen seg det?"),
    ] = None
    objections: Annotated[
        Count | None, titled("Objections", "Innvendinger", "How many objected.", "Hvor mange som motsatte seg det.")
    ] = None
    present: Annotated[
        Count | None, titled("Present", "Til stede", "How many members met.", "Hvor mange medlemmer som møtte.")
    ] = None


class AgendaItemNoted(Event, frozen=True, kw_only=True, tag="agenda-item-noted"):
    """A case stands on a meeting's agenda. That it was decided is another event."""

    nb: ClassVar[str] = "Sak på sakliste"
    source: ClassVar[str] = "koml. § 11-3 fifth paragraph: not decided against the chair or a third of those present"

    meeting: Annotated[MeetingRef, MEETING]
    case: Annotated[CaseRef, CASE]
    case_number: Annotated[Line | None, titled("Case number", "Saksnummer", "As 94/18.", "Som 94/18.")] = None
    order: Annotated[
        Count | None, titled("Order", "Rekkefølge", "Its place on the agenda.", "Plassen på saklisten.")
    ] = None
    purpose: Annotated[
        Literal["decision", "information", "question", "election", "other"] | None,
        titled("Purpose", "Formål", "What it is there for.", "Hva den står der for."),
    ] = None
    late: Annotated[
        LateItem | None, titled("Late item", "Tilleggssak", "If it came late.", "Om den kom til etterpå.")
    ] = None

    def check(self, structure: Structure) -> None:
        """A late item is not decided against the chair or a third of the members present, where the Act applies."""
        told_only = self.purpose in {"information", "question"}
        if self.late is None or told_only or not is_bound(structure, body_of(structure, self.meeting)):
            return
        against = self.late.objections or 0
        present = self.late.present
        if present is None and all_listed(structure, self.meeting):
            present = len(present_at(structure, self.meeting, None))
        if self.late.chair_objects or (against and present is not None and 3 * against >= present):
            raise Refused(
                "The case came late, and the chair or a third of those present objected; it cannot be decided.",
                "Leave it off this agenda, or check who objected.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """The case is on the agenda, seen from both ends."""
        yield put(self.meeting, "agenda", self.case_number or True, key=self.case)
        yield put(self.case, "on_agenda", value=True, key=self.meeting)
        if self.order is not None:
            yield put(self.meeting, "agenda_order", self.order, key=self.case)
        if self.purpose:
            yield put(self.meeting, "agenda_purpose", self.purpose, key=self.case)
        if self.late:
            yield put(self.meeting, "late_item", self.late, key=self.case)


class MeetingClosedToPublic(Event, frozen=True, kw_only=True, tag="meeting-closed-to-public"):
    """The doors are closed for a case, or for the whole meeting."""

    nb: ClassVar[str] = "Møte lukket"
    source: ClassVar[str] = "koml. §§ 11-4, 11-5: closed on a legal ground, which the minutes give"

    meeting: Annotated[MeetingRef, MEETING]
    case: Annotated[
        CaseRef | None, titled("Case", "Sak", "For which case; else all of it.", "For hvilken sak; ellers hele møtet.")
    ] = None
    legal_ground: Annotated[Line, titled("Legal ground", "Hjemmel", "Act and paragraph.", "Lov og paragraf.")]

    def check(self, structure: Structure) -> None:
        """The legal ground names a paragraph."""
        require_paragraph(self.legal_ground, self.source)

    def effects(self) -> Iterable[Effect]:
        """Closed for the case, or as a whole."""
        return (put(self.meeting, "closed_to_public", self.legal_ground, key=self.case or ""),)


class MinutesTreated(Event, frozen=True, kw_only=True, tag="minutes-treated"):
    """Minutes are approved, or somebody has remarks. What the remarks change is recorded as corrections."""

    nb: ClassVar[str] = "Protokoll behandlet"
    source: ClassVar[str] = "koml. § 11-4: minutes are kept of every meeting"

    meeting: Annotated[
        MeetingRef, titled("Minutes of", "Protokoll fra", "Which meeting's minutes.", "Hvilket møtes protokoll.")
    ]
    outcome: Annotated[
        Literal["approved", "remarked"],
        titled("Outcome", "Utfall", "Approved, or remarked.", "Godkjent, eller merknad."),
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Who treated them.", "Hvem som behandlet den.")]
    in_meeting: Annotated[
        MeetingRef | None, titled("In", "I", "In which meeting, if in one.", "I hvilket møte, om i et.")
    ] = None
    document: Annotated[
        DocumentRef | None, titled("Document", "Dokument", "The minutes themselves.", "Selve protokollen.")
    ] = None
    remarks: Annotated[Text | None, titled("Remarks", "Merknader", "What was remarked.", "Hva som ble bemerket.")] = (
        None
    )

    def check(self, structure: Structure) -> None:
        """Remarks are given when there were any; a cancelled meeting has no minutes."""
        if self.outcome == "remarked" and not self.remarks:
            raise Refused(
                "There were remarks to the minutes, but they are not given.",
                "Write what was remarked, or record the minutes as approved.",
                source=self.source,
            )
        if structure.thing(self.meeting).fact("status").certain == "cancelled":
            raise Refused(
                "The meeting was cancelled; there are no minutes.",
                "Check which meeting is meant.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """How the minutes stand."""
        yield put(self.meeting, "minutes_status", self.outcome)
        if self.remarks:
            yield put(self.meeting, "minutes_remarks", self.remarks, key=self.by)
        if self.document:
            yield put(self.meeting, "minutes", self.document)

"""Cases, the bodies they go through, and the meetings they are treated in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.facts import Effect
from ledger.fields import BodyRef, CaseRef, Edtf, Line, MeetingRef, OrganisationRef, PersonRef, creates, titled
from ledger.structure import Structure

CASE = titled("Case", "Sak", "The case concerned.", "Saken det gjelder.")


class CaseOpened(Event, frozen=True, kw_only=True, tag="case-opened"):
    """A case is registered in an organisation's archive."""

    nb: ClassVar[str] = "Sak opprettet"
    source: ClassVar[str] = "arkivforskrifta §§ 14-15: a readable unique id, context and title"

    case: Annotated[
        str, creates("case"), titled("Case", "Sak", "A new reference: case/name.", "Ny henvisning: case/navn.")
    ]
    title: Annotated[Line, titled("Title", "Tittel", "The title of the case.", "Sakens tittel.")]
    organisation: Annotated[
        OrganisationRef, titled("Organisation", "Virksomhet", "Whose case it is.", "Hvem saken hører til.")
    ]
    archive_ref: Annotated[
        Line | None, titled("Archive reference", "Arkivref.", "Year/sequence.", "År/løpenummer.")
    ] = None
    case_number: Annotated[Line | None, titled("Case number", "Saksnummer", "As 94/18.", "Som 94/18.")] = None
    case_worker: Annotated[
        PersonRef | None, titled("Case worker", "Saksbehandler", "Who prepared it.", "Hvem som forberedte den.")
    ] = None
    legal_basis: Annotated[
        Line | None, titled("Legal basis", "Hjemmel", "As the paper states it.", "Som papiret oppgir den.")
    ] = None

    def check(self, structure: Structure) -> None:
        """An archive reference is unique within an organisation."""
        if not self.archive_ref:
            return
        taken = structure.organisation(self.organisation).fact("archived_case", self.archive_ref).value
        if taken:
            raise Refused(
                "The archive reference {ref} is taken by another case.",
                "Check the reference, or use the case that has it.",
                source=self.source,
                ref=self.archive_ref,
            )

    def effects(self) -> Iterator[Effect]:
        """The case is there."""
        yield from begin(
            self.case,
            name=self.title,
            organisation=self.organisation,
            archive_ref=self.archive_ref,
            case_number=self.case_number,
            case_worker=self.case_worker,
            legal_basis=self.legal_basis,
        )
        if self.archive_ref:
            yield put(self.organisation, "archived_case", self.case, key=self.archive_ref)


class Step(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One step of a case's way through bodies; a missing date is an unknown date."""

    body: Annotated[BodyRef, titled("Body", "Organ", "Which body.", "Hvilket organ.")]
    role: Annotated[
        Literal["opinion", "recommends", "decides", "handles", "unknown"],
        titled("Role", "Rolle", "What it does with the case.", "Hva det gjør med saken."),
    ]
    date: Annotated[Edtf | None, titled("Date", "Dato", "If known.", "Om kjent.")] = None
    case_number: Annotated[Line | None, titled("Case number", "Saksnummer", "As 94/18.", "Som 94/18.")] = None


class CaseHandlingPlanned(Event, frozen=True, kw_only=True, tag="case-handling-planned"):
    """The bodies a case goes through, in order (saksgang)."""

    nb: ClassVar[str] = "Saksgang"

    case: Annotated[CaseRef, CASE]
    steps: Annotated[
        tuple[Step, ...],
        Meta(min_length=1),
        titled("Steps", "Behandlinger", "Bodies in order.", "Organene i rekkefølge."),
    ]

    def effects(self) -> Iterable[Effect]:
        """The route of the case."""
        return (put(self.case, "route", self.steps),)


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

    def effects(self) -> Iterable[Effect]:
        """The meeting is on record, called or held."""
        return begin(self.meeting, body=self.body, status=self.status, place=self.place)


class MeetingConcluded(Event, frozen=True, kw_only=True, tag="meeting-concluded"):
    """A meeting that was called is held, or is cancelled."""

    nb: ClassVar[str] = "Møte holdt eller avlyst"
    source: ClassVar[str] = "koml. § 11-4: minutes say when and where"

    meeting: Annotated[MeetingRef, titled("Meeting", "Møte", "Which meeting.", "Hvilket møte.")]
    status: Annotated[
        Literal["held", "cancelled"], titled("Status", "Status", "Held, or cancelled.", "Holdt, eller avlyst.")
    ]

    def check(self, structure: Structure) -> None:
        """A meeting is held or cancelled once."""
        now = structure.thing(self.meeting).fact("status").value
        if now in {"held", "cancelled"}:
            raise Refused(
                "The meeting is already {status} on {date}.",
                "Check which meeting is meant, and the date.",
                source=self.source,
                status=now,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """What became of it."""
        return (put(self.meeting, "status", self.status),)


class AgendaItemNoted(Event, frozen=True, kw_only=True, tag="agenda-item-noted"):
    """A case stands on a meeting's agenda. That it was decided is another event."""

    nb: ClassVar[str] = "Sak på sakliste"

    meeting: Annotated[MeetingRef, titled("Meeting", "Møte", "Which meeting.", "Hvilket møte.")]
    case: Annotated[CaseRef, CASE]
    case_number: Annotated[Line | None, titled("Case number", "Saksnummer", "As 94/18.", "Som 94/18.")] = None

    def effects(self) -> Iterable[Effect]:
        """The case is on the agenda, seen from both ends."""
        return (
            put(self.meeting, "agenda", self.case_number or True, key=self.case),
            put(self.case, "on_agenda", value=True, key=self.meeting),
        )

"""Cases: opened, planned through bodies, put off, sent on, and noted without a decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.facts import Effect
from ledger.fields import (
    BodyRef,
    CaseRef,
    Edtf,
    Line,
    MeetingRef,
    OrganisationRef,
    PartyRef,
    PersonRef,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

CASE = titled("Case", "Sak", "The case concerned.", "Saken det gjelder.")
MEETING = titled("Meeting", "Møte", "Which meeting.", "Hvilket møte.")
IN_MEETING = titled("Meeting", "Møte", "In which meeting, if known.", "I hvilket møte, om kjent.")


class CaseOpened(Event, frozen=True, kw_only=True, tag="case-opened"):
    """A case is registered in an organisation's archive."""

    nb: ClassVar[str] = "Sak opprettet"
    source: ClassVar[str] = (
        "arkivforskrifta (2025) § 15: a readable unique id, context and title of documents; here of cases too"
    )

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
    spokesperson: Annotated[
        PersonRef | None,
        titled("Spokesperson", "Saksordfører", "The member who presents it.", "Medlemmet som legger den fram."),
    ] = None
    legal_basis: Annotated[
        Line | None, titled("Legal basis", "Hjemmel", "As the paper states it.", "Som papiret oppgir den.")
    ] = None

    def check(self, structure: Structure) -> None:
        """An archive reference is unique within an organisation, on whatever day the cases were opened."""
        if not self.archive_ref:
            return
        archive = structure.on(LATEST).organisation(self.organisation)
        if archive.fact("archived_case", self.archive_ref).holds != "no":
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
            spokesperson=self.spokesperson,
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


class CaseDeferred(Event, frozen=True, kw_only=True, tag="case-deferred"):
    """A body puts a case off, sends it back, or sends it to another body. The case is still to be decided."""

    nb: ClassVar[str] = "Sak utsatt, sendt tilbake eller oversendt"
    source: ClassVar[str] = "koml. § 11-3 fourth paragraph: a body may put off a case; sent back or on by its own rules"

    case: Annotated[CaseRef, CASE]
    by: Annotated[BodyRef, titled("By", "Av", "The body that does so.", "Organet som gjør det.")]
    how: Annotated[
        Literal["postponed", "sent_back", "referred"],
        titled("How", "Hvordan", "Put off, sent back, or sent on.", "Utsatt, sendt tilbake eller oversendt."),
    ]
    to: Annotated[PartyRef | None, titled("To", "Til", "Who is to treat it next.", "Hvem som skal behandle den.")] = (
        None
    )
    to_whom: Annotated[
        Line | None, titled("To whom", "Til hvem", "As the minutes name them.", "Slik protokollen nevner dem.")
    ] = None
    meeting: Annotated[MeetingRef | None, IN_MEETING] = None
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why, if said.", "Hvorfor, om det er sagt.")] = None
    until: Annotated[Edtf | None, titled("Until", "Til", "Until when, if said.", "Til når, om det er sagt.")] = None

    def check(self, structure: Structure) -> None:
        """What is sent back or on goes to somebody."""
        if self.how != "postponed" and self.to is None and self.to_whom is None:
            raise Refused(
                "It is not said to whom the case is sent.",
                "Name the body, or write who it is as the minutes do.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """The case waits, as each body left it."""
        value = {
            "how": self.how,
            "to": self.to,
            "to_whom": self.to_whom,
            "meeting": self.meeting,
            "reason": self.reason,
            "until": self.until,
        }
        return (put(self.case, "deferred", {name: held for name, held in value.items() if held}, key=self.by),)


class CaseNoted(Event, frozen=True, kw_only=True, tag="case-noted"):
    """A body takes note of a case. Nobody is committed to anything by it."""

    nb: ClassVar[str] = "Sak tatt til orientering eller etterretning"

    case: Annotated[CaseRef, CASE]
    by: Annotated[BodyRef, titled("By", "Av", "The body that does so.", "Organet som gjør det.")]
    how: Annotated[
        Literal["for_information", "taken_note_of"],
        titled("How", "Hvordan", "As the minutes put it.", "Slik protokollen uttrykker det."),
    ]
    meeting: Annotated[MeetingRef | None, IN_MEETING] = None

    def effects(self) -> Iterable[Effect]:
        """Noted by this body, and nothing more."""
        return (put(self.case, "noted", self.how, key=self.by),)

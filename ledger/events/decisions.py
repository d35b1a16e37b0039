"""Proposals, decisions, conditions and recommendations.

A proposal is never a decision. A decision told by another source than its own minutes is recorded with knowledge
*reported*, and a point never commits more strongly than its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.cases import CASE
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    BodyRef,
    CaseRef,
    CommitmentTarget,
    ConditionRef,
    Edtf,
    Line,
    OrganisationRef,
    PartyRef,
    PointNumber,
    RecommendationRef,
    Strength,
    Text,
    creates,
    refers_to,
    titled,
)
from ledger.structure import Structure

SourceRef = Annotated[str, refers_to("document", "decision")]
DECISION = titled("Decision", "Vedtak", "The decision concerned.", "Vedtaket det gjelder.")


class Point(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One numbered point of a proposal or decision, in the clerk's words, as strong as the paper's own words."""

    no: Annotated[PointNumber, titled("Number", "Nummer", "As in the paper.", "Som i papiret.")]
    text: Annotated[Text, titled("Text", "Tekst", "What the point says.", "Hva punktet sier.")]
    strength: Annotated[Strength, titled("Strength", "Styrke", "As strong as its words.", "Så sterkt som ordene.")]
    concerns: Annotated[
        tuple[AnyRef, ...],
        titled("Concerns", "Gjelder", "Things on record it is about.", "Registrerte ting det gjelder."),
    ] = ()


def require_distinct(points: tuple[Point, ...]) -> None:
    """Refuse a paper that numbers two points alike."""
    numbers = [point.no for point in points]
    twice = sorted({no for no in numbers if numbers.count(no) > 1})
    if twice:
        raise Refused(
            "Point {number} stands twice.",
            "Give every point the number it has in the paper.",
            number=twice[0],
        )


def require_point(structure: Structure, ref: str, no: str | None) -> None:
    """Refuse to speak of a point that the proposal or decision does not have."""
    if no is not None and structure.thing(ref).fact("point", no).holds == "no":
        raise Refused(
            "{subject} has no point {number}.",
            "Check the number of the point.",
            subject=structure.thing(ref).label,
            number=no,
        )


class ProposalSubmitted(Event, frozen=True, kw_only=True, tag="proposal-submitted"):
    """Somebody proposes a decision. What becomes of it is unknown until another event says so."""

    nb: ClassVar[str] = "Forslag framsatt"

    proposal: Annotated[
        str,
        creates("proposal"),
        titled("Proposal", "Forslag", "A new reference: proposal/name.", "Ny henvisning: proposal/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "What it is about.", "Hva det gjelder.")]
    case: Annotated[CaseRef | None, CASE] = None
    kind: Annotated[
        Literal["chief_executive", "recommendation", "alternative", "amendment", "addition", "postponement", "record"],
        titled("Kind", "Type", "What sort of proposal.", "Hva slags forslag."),
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Whose chief executive or body.", "Hvem det kommer fra.")]
    to: Annotated[BodyRef | None, titled("To", "Til", "The body to decide.", "Organet som skal avgjøre.")] = None
    points: Annotated[
        tuple[Point, ...],
        Meta(min_length=1),
        titled("Points", "Punkter", "At least one.", "Minst ett."),
    ]

    def check(self, structure: Structure) -> None:
        """Point numbers are unique."""
        require_distinct(self.points)

    def effects(self) -> Iterator[Effect]:
        """An open proposal."""
        yield from begin(
            self.proposal, name=self.title, case=self.case, kind=self.kind, by=self.by, to=self.to, outcome="unknown"
        )
        for point in self.points:
            yield put(self.proposal, "point", point, key=point.no)
        if self.case:
            yield put(self.case, "proposal", value=True, key=self.proposal)


class DecisionAdopted(Event, frozen=True, kw_only=True, tag="decision-adopted"):
    """A body adopts a decision. Told second-hand, its knowledge is *reported*; its wording may be unknown."""

    nb: ClassVar[str] = "Vedtak fattet"
    source: ClassVar[str] = "koml. § 11-4: minutes hold the decisions; a point is never stronger than its words"

    decision: Annotated[
        str,
        creates("decision"),
        titled("Decision", "Vedtak", "A new reference: decision/name.", "Ny henvisning: decision/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "What it is about.", "Hva det gjelder.")]
    body: Annotated[BodyRef, titled("Body", "Organ", "Who decided.", "Hvem som vedtok.")]
    case: Annotated[CaseRef | None, CASE] = None
    case_number: Annotated[Line | None, titled("Case number", "Saksnummer", "As 7/12.", "Som 7/12.")] = None
    wording: Annotated[
        Literal["full", "retold", "unknown"],
        titled("Wording", "Ordlyd", "How well its words are known.", "Hvor godt ordlyden er kjent."),
    ]
    points: Annotated[
        tuple[Point, ...], titled("Points", "Punkter", "As numbered in the paper.", "Som nummerert i papiret.")
    ] = ()

    def check(self, structure: Structure) -> None:
        """Point numbers are unique; a known wording has at least one point, an unknown one none."""
        require_distinct(self.points)
        if bool(self.points) == (self.wording == "unknown"):
            raise Refused(
                "The wording is said to be “{wording}”, but the decision has {count} points.",
                "Give the points of a known wording; give none when the words are unknown.",
                source=self.source,
                wording=self.wording,
                count=len(self.points),
            )

    def effects(self) -> Iterator[Effect]:
        """The decision stands."""
        yield from begin(
            self.decision,
            name=self.title,
            body=self.body,
            case=self.case,
            case_number=self.case_number,
            wording=self.wording,
        )
        for point in self.points:
            yield put(self.decision, "point", point, key=point.no)
        if self.case:
            yield put(self.case, "decision", value=True, key=self.decision)


class ConditionAttached(Event, frozen=True, kw_only=True, tag="condition-attached"):
    """A proposal or decision holds only if, or asks that, something else happens."""

    nb: ClassVar[str] = "Vilkår knyttet til"

    condition: Annotated[
        str,
        creates("condition"),
        titled("Condition", "Vilkår", "A new reference: condition/name.", "Ny henvisning: condition/navn."),
    ]
    to: Annotated[CommitmentTarget, titled("To", "Til", "The proposal or decision.", "Forslaget eller vedtaket.")]
    point: Annotated[PointNumber | None, titled("Point", "Punkt", "Which point.", "Hvilket punkt.")] = None
    kind: Annotated[
        Literal["suspensive", "resolutive", "precondition", "text_change_requested", "consideration", "deferral"],
        titled("Kind", "Type", "What sort of condition.", "Hva slags vilkår."),
    ]
    text: Annotated[Text, titled("Text", "Tekst", "What must happen.", "Hva som må skje.")]
    on_whom: Annotated[
        tuple[PartyRef, ...], titled("On whom", "På hvem", "Who must fulfil it.", "Hvem som må oppfylle det.")
    ] = ()
    deadline: Annotated[Edtf | None, titled("Deadline", "Frist", "By when.", "Innen når.")] = None

    def check(self, structure: Structure) -> None:
        """The point exists."""
        require_point(structure, self.to, self.point)

    def effects(self) -> Iterator[Effect]:
        """An open condition, visible wherever the point is shown."""
        yield from begin(
            self.condition,
            name=self.text,
            to=self.to,
            point=self.point,
            kind=self.kind,
            on_whom=self.on_whom,
            deadline=self.deadline,
            status="open",
        )
        yield put(self.to, "condition", self.point or True, key=self.condition)


class ConditionSettled(Event, frozen=True, kw_only=True, tag="condition-settled"):
    """A condition is fulfilled, fails or is waived."""

    nb: ClassVar[str] = "Vilkår avklart"

    condition: Annotated[ConditionRef, titled("Condition", "Vilkår", "Which condition.", "Hvilket vilkår.")]
    outcome: Annotated[
        Literal["fulfilled", "failed", "waived"], titled("Outcome", "Utfall", "How it ended.", "Hvordan det endte.")
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Who says so.", "Hvem som avklarte det.")]

    def check(self, structure: Structure) -> None:
        """The condition is open on the date."""
        condition = structure.thing(self.condition)
        if condition.fact("status").value != "open":
            raise Refused(
                "The condition “{text}” is not open on {date}.",
                "Check which condition is meant, and the date.",
                text=condition.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The condition is settled."""
        return (put(self.condition, "status", self.outcome), put(self.condition, "settled_by", self.by))


class RecommendationMade(Event, frozen=True, kw_only=True, tag="recommendation-made"):
    """A body recommends something to others. It binds nobody."""

    nb: ClassVar[str] = "Anbefaling gitt"

    recommendation: Annotated[
        str,
        creates("recommendation"),
        titled(
            "Recommendation",
            "Anbefaling",
            "A new reference: recommendation/name.",
            "Ny henvisning: recommendation/navn.",
        ),
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Who recommends.", "Hvem som anbefaler.")]
    content: Annotated[Text, titled("Content", "Innhold", "What is recommended.", "Hva som anbefales.")]
    addressees: Annotated[
        Line, titled("Addressees", "Adressater", "As the paper names them.", "Slik papiret nevner dem.")
    ]
    named: Annotated[
        tuple[OrganisationRef, ...],
        titled("Named", "Navngitt", "Those it names one by one.", "De som nevnes én for én."),
    ] = ()
    subject: Annotated[
        AnyRef | None, titled("To join", "Å slutte seg til", "What they are to join.", "Det de bes slutte seg til.")
    ] = None
    point: Annotated[PointNumber | None, titled("Point", "Punkt", "Point of the decision.", "Punktet i vedtaket.")] = (
        None
    )

    def effects(self) -> Iterator[Effect]:
        """An open recommendation; those named are recommended to join, nobody has."""
        yield from begin(
            self.recommendation,
            name=self.content,
            by=self.by,
            addressees=self.addressees,
            subject=self.subject,
            point=self.point,
        )
        if self.subject:
            for organisation in self.named:
                yield put(self.subject, "recommended", self.recommendation, key=organisation)
            yield put(self.subject, "recommended_to", self.addressees, key=self.recommendation)


class RecommendationAnswered(Event, frozen=True, kw_only=True, tag="recommendation-answered"):
    """An addressee follows a recommendation, or does not."""

    nb: ClassVar[str] = "Anbefaling besvart"

    recommendation: Annotated[RecommendationRef, titled("Recommendation", "Anbefaling", "Which one.", "Hvilken.")]
    addressee: Annotated[PartyRef, titled("Addressee", "Adressat", "Who answers.", "Hvem som svarer.")]
    answer: Annotated[
        Literal["followed", "not_followed", "partly"], titled("Answer", "Svar", "What they did.", "Hva de gjorde.")
    ]

    def effects(self) -> Iterable[Effect]:
        """The answer, one to an addressee."""
        return (put(self.recommendation, "answer", self.answer, key=self.addressee),)


class DecisionForwarded(Event, frozen=True, kw_only=True, tag="decision-forwarded"):
    """A decision or case is sent on to others, or raised with another body."""

    nb: ClassVar[str] = "Oversendt"

    subject: Annotated[AnyRef, titled("What", "Hva", "What is sent on.", "Hva som sendes videre.")]
    to: Annotated[Line, titled("To", "Til", "As the paper names them.", "Slik papiret nevner dem.")]
    recipients: Annotated[
        tuple[PartyRef, ...],
        titled("Recipients", "Mottakere", "Those on record.", "De som er registrert."),
    ] = ()
    request: Annotated[Line, titled("Request", "Anmodning", "What they are asked to do.", "Hva de bes om.")]
    state: Annotated[
        Literal["done", "to_be_done"], titled("State", "Tilstand", "Done, or to be done.", "Gjort, eller skal gjøres.")
    ]

    def effects(self) -> Iterable[Effect]:
        """Where it went."""
        return (put(self.subject, "forwarded", {"request": self.request, "state": self.state}, key=self.to),)


class MatterDeferred(Event, frozen=True, kw_only=True, tag="matter-deferred"):
    """A question is left to another process: a budget, a later treatment."""

    nb: ClassVar[str] = "Henvist til annen behandling"

    matter: Annotated[Line, titled("Matter", "Spørsmål", "What is left open.", "Hva som står åpent.")]
    subject: Annotated[AnyRef, titled("Concerning", "Gjelder", "What it concerns.", "Hva det gjelder.")]
    to: Annotated[Line, titled("To", "Til", "Which process or body.", "Hvilken prosess eller hvilket organ.")]
    source_point: Annotated[
        PointNumber | None, titled("Point", "Punkt", "Point that says so.", "Punktet som sier det.")
    ] = None
    found_in: Annotated[
        SourceRef | None,
        titled("Found in", "Funnet i", "Document or decision.", "Dokument eller vedtak."),
    ] = None

    def effects(self) -> Iterable[Effect]:
        """The open question."""
        return (put(self.subject, "open_question", self.to, key=self.matter),)

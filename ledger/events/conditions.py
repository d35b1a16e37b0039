"""Conditions of proposals and decisions, and recommendations to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.proposals import require_point
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    CommitmentTarget,
    ConditionRef,
    DecisionRef,
    DocumentRef,
    Edtf,
    Line,
    OrganisationRef,
    PartyRef,
    PointNumber,
    RecommendationRef,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure


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


def _setter(structure: Structure, to: str) -> object:
    """Who set a condition: the body that decided, the body that a proposal is put to, or the giver of a grant."""
    thing = structure.thing(to)
    if to.startswith("application/"):
        fund = thing.fact("fund").value
        return structure.thing(fund).fact("funder").value if isinstance(fund, str) else None
    return thing.fact("body" if to.startswith("decision/") else "to").value


class ConditionSettled(Event, frozen=True, kw_only=True, tag="condition-settled"):
    """A condition is fulfilled, fails or is waived."""

    nb: ClassVar[str] = "Vilkår avklart"

    condition: Annotated[ConditionRef, titled("Condition", "Vilkår", "Which condition.", "Hvilket vilkår.")]
    outcome: Annotated[
        Literal["fulfilled", "failed", "waived"], titled("Outcome", "Utfall", "How it ended.", "Hvordan det endte.")
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Who says so.", "Hvem som avklarte det.")]
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The act, if it took one.", "Vedtaket, om det krevde et.")
    ] = None
    evidence: Annotated[
        DocumentRef | None, titled("Evidence", "Dokumentasjon", "What shows it.", "Hva som viser det.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The condition is open, or may be, on the date, and only the body that set it waives it."""
        condition = structure.thing(self.condition)
        if "open" not in condition.values("status"):
            raise Refused(
                "The condition “{text}” is not open on {date}.",
                "Check which condition is meant, and the date.",
                source=self.source,
                text=condition.label,
                date=structure.effective,
            )

        to = condition.fact("to").value
        if self.outcome == "waived" and isinstance(to, str):
            setter = _setter(structure, to)
            if setter not in (None, self.by):
                raise Refused(
                    "Only {body} can waive this condition; it is the one that set it.",
                    "Record that body's waiver, or another outcome.",
                    source=self.source,
                    body=structure.thing(str(setter)).label,
                )

    def effects(self) -> Iterator[Effect]:
        """The condition is settled."""
        yield put(self.condition, "status", self.outcome)
        yield put(self.condition, "settled_by", self.by)
        if self.decision:
            yield put(self.condition, "settled_in", self.decision)
        if self.evidence:
            yield put(self.condition, "evidence", self.evidence)


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
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The act it stands in.", "Vedtaket det står i.")
    ] = None

    def effects(self) -> Iterator[Effect]:
        """The answer, one to an addressee."""
        yield put(self.recommendation, "answer", self.answer, key=self.addressee)
        if self.decision:
            yield put(self.recommendation, "answered_in", self.decision, key=self.addressee)

"""Decisions: adopted, sent on, left open in part, and carried out.

A decision told by another source than its own minutes is recorded with knowledge *reported*, and a point never commits
more strongly than its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.cases import CASE, IN_MEETING
from ledger.events.meetings import body_of
from ledger.events.proposals import PROPOSAL, Point, require_open, require_point, require_points
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    BodyRef,
    CaseRef,
    DecisionRef,
    DocumentRef,
    Line,
    MeetingRef,
    PartyRef,
    PointNumber,
    ProposalRef,
    Text,
    VoteRef,
    creates,
    refers_to,
    titled,
)
from ledger.structure import Structure

SourceRef = Annotated[str, refers_to("document", "decision")]
DECISION = titled("Decision", "Vedtak", "The decision concerned.", "Vedtaket det gjelder.")


class Followed(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A proposal that became a decision, and how much of it did."""

    proposal: Annotated[ProposalRef, PROPOSAL]
    extent: Annotated[
        Literal["as_proposed", "changed", "partly"],
        titled("Extent", "Omfang", "Unchanged, changed or in part.", "Uendret, endret eller delvis."),
    ]


class DecisionAdopted(Event, frozen=True, kw_only=True, tag="decision-adopted"):
    """A body adopts a decision. Told second-hand, its knowledge is *reported*; its wording may be unknown."""

    nb: ClassVar[str] = "Vedtak fattet"
    source: ClassVar[str] = (
        "koml. § 11-4: minutes hold the decisions; by convention a point is never stronger than its words"
    )

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
    meeting: Annotated[MeetingRef | None, IN_MEETING] = None
    votes: Annotated[
        tuple[VoteRef, ...], titled("Votes", "Voteringer", "The votes it came of.", "Voteringene bak det.")
    ] = ()
    proposals: Annotated[
        tuple[Followed, ...], titled("Proposals", "Forslag", "Those that were followed.", "De som ble fulgt.")
    ] = ()
    legal_basis: Annotated[
        Line | None, titled("Legal basis", "Hjemmel", "As the minutes state it.", "Slik protokollen oppgir den.")
    ] = None
    instead_of: Annotated[
        BodyRef | None,
        titled(
            "Instead of",
            "I stedet for",
            "The body that should have decided, had there been time (urgent decision).",
            "Organet som skulle ha avgjort det, om det var tid (hastevedtak).",
        ),
    ] = None

    def check(self, structure: Structure) -> None:
        """A known wording has points, each numbered once; proposals followed still stood; a vote behind it carried."""
        require_points(structure, self.points)
        if bool(self.points) == (self.wording == "unknown"):
            raise Refused(
                "The wording is said to be “{wording}”, but the decision has {count} points.",
                "Give the points of a known wording; give none when the words are unknown.",
                source=self.source,
                wording=self.wording,
                count=len(self.points),
            )
        for followed in self.proposals:
            require_open(structure, followed.proposal, self.source)
        self._require_own(structure)
        if self.votes and all(structure.thing(vote).fact("outcome").value == "fell" for vote in self.votes):
            raise Refused(
                "None of the votes it rests on carried.",
                "Check which votes are meant, and how they ended.",
                source="koml. § 11-9",
            )

    def _require_own(self, structure: Structure) -> None:
        """Refuse a meeting or a vote of another body, and a body that steps in for itself."""
        voted_in = (structure.thing(vote).fact("meeting").value for vote in self.votes)
        for meeting in (self.meeting, *voted_in):
            other = body_of(structure, meeting) if isinstance(meeting, str) else None
            if other not in (None, self.body):
                raise Refused(
                    "{body} is said to have decided, but the meeting or the vote is one of {other}.",
                    "Check the body, the meeting and the votes.",
                    source=self.source,
                    body=structure.body(self.body).label,
                    other=structure.thing(str(other)).label,
                )
        if self.instead_of == self.body:
            raise Refused(
                "{body} cannot have decided urgently instead of itself.",
                "Name the body that should have decided, or leave the field out.",
                source="koml. § 11-8",
                body=structure.body(self.body).label,
            )

    def effects(self) -> Iterator[Effect]:
        """The decision stands; the proposals it followed are adopted, as far as they were."""
        yield from begin(
            self.decision,
            name=self.title,
            body=self.body,
            case=self.case,
            case_number=self.case_number,
            wording=self.wording,
            meeting=self.meeting,
            votes=self.votes,
            legal_basis=self.legal_basis,
            instead_of=self.instead_of,
        )
        for point in self.points:
            yield put(self.decision, "point", point, key=point.no)
        if self.case:
            yield put(self.case, "decision", value=True, key=self.decision)
        for followed in self.proposals:
            yield put(self.decision, "follows", followed.extent, key=followed.proposal)
            yield put(followed.proposal, "outcome", "adopted")
            yield put(followed.proposal, "adopted_in", followed.extent, key=self.decision)


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


class MatterSettled(Event, frozen=True, kw_only=True, tag="matter-settled"):
    """A question that was left to another process has its answer."""

    nb: ClassVar[str] = "Åpent spørsmål avklart"

    subject: Annotated[AnyRef, titled("Concerning", "Gjelder", "What it concerns.", "Hva det gjelder.")]
    matter: Annotated[Line, titled("Matter", "Spørsmål", "As it was left open.", "Slik det ble stående åpent.")]
    outcome: Annotated[Text, titled("Outcome", "Utfall", "What the answer is.", "Hva svaret ble.")]
    settled_in: Annotated[
        SourceRef | None,
        titled("Settled in", "Avklart i", "Document or decision.", "Dokument eller vedtak."),
    ] = None

    def check(self, structure: Structure) -> None:
        """The question stands, or may stand, open on the date."""
        if structure.thing(self.subject).fact("open_question", self.matter).holds == "no":
            raise Refused(
                "“{matter}” does not stand open on {date}.",
                "Write the question as it was left open, and check the date.",
                source=self.source,
                matter=self.matter,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The question is closed; its answer stands beside it."""
        return (
            put(self.subject, "open_question", None, key=self.matter),
            put(self.subject, "settled_question", self.outcome, key=self.matter),
        )


class DecisionImplementationReported(Event, frozen=True, kw_only=True, tag="decision-implementation-reported"):
    """Somebody reports how far a decision, or a point of it, is carried out."""

    nb: ClassVar[str] = "Iverksetting rapportert"
    source: ClassVar[str] = "koml. § 13-1 fourth paragraph: decisions are carried out without undue delay"

    decision: Annotated[DecisionRef, DECISION]
    point: Annotated[PointNumber | None, titled("Point", "Punkt", "Which point; else all.", "Hvilket; ellers alt.")] = (
        None
    )
    state: Annotated[
        Literal["not_started", "under_way", "done", "impossible"],
        titled("State", "Tilstand", "How far it has come.", "Hvor langt det er kommet."),
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Who reports it.", "Hvem som rapporterer det.")]
    evidence: Annotated[
        DocumentRef | None, titled("Evidence", "Dokumentasjon", "What shows it.", "Hva som viser det.")
    ] = None
    comment: Annotated[Text | None, titled("Comment", "Kommentar", "What is said.", "Hva som sies.")] = None

    def check(self, structure: Structure) -> None:
        """The point exists."""
        require_point(structure, self.decision, self.point)

    def effects(self) -> Iterable[Effect]:
        """How far it has come, as reported last."""
        value = {"state": self.state, "by": self.by, "evidence": self.evidence, "comment": self.comment}
        kept = {name: held for name, held in value.items() if held}
        return (put(self.decision, "implementation", kept, key=self.point or ""),)

"""Proposals: put, reworked, withdrawn, voted down. A proposal is never a decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.cases import CASE, IN_MEETING
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    BodyRef,
    CaseRef,
    Line,
    MeetingRef,
    PartyRef,
    PersonRef,
    PointNumber,
    ProposalRef,
    Strength,
    Text,
    VoteRef,
    creates,
    titled,
)
from ledger.structure import Structure

PROPOSAL = titled("Proposal", "Forslag", "The proposal concerned.", "Forslaget det gjelder.")
LAPSED = ("withdrawn", "replaced")


class Point(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One numbered point of a proposal or decision, in the clerk's words, as strong as the paper's own words."""

    no: Annotated[PointNumber, titled("Number", "Nummer", "As in the paper.", "Som i papiret.")]
    text: Annotated[Text, titled("Text", "Tekst", "What the point says.", "Hva punktet sier.")]
    strength: Annotated[Strength, titled("Strength", "Styrke", "As strong as its words.", "Så sterkt som ordene.")]
    concerns: Annotated[
        tuple[AnyRef, ...],
        titled("Concerns", "Gjelder", "Things on record it is about.", "Registrerte ting det gjelder."),
    ] = ()
    addressed_to: Annotated[
        tuple[PartyRef, ...],
        titled("Addressed to", "Rettet til", "Who is to act on it.", "Hvem som skal følge det opp."),
    ] = ()
    from_proposal: Annotated[
        ProposalRef | None,
        titled("From proposal", "Fra forslag", "The proposal it comes from.", "Forslaget det kommer fra."),
    ] = None
    from_point: Annotated[
        PointNumber | None, titled("From point", "Fra punkt", "Its number there.", "Nummeret der.")
    ] = None


def require_point(structure: Structure, ref: str, no: str | None) -> None:
    """Refuse to speak of a point that the proposal or decision does not have."""
    if no is not None and structure.thing(ref).fact("point", no).holds == "no":
        raise Refused(
            "{subject} has no point {number}.",
            "Check the number of the point.",
            source=Event.source,
            subject=structure.thing(ref).label,
            number=no,
        )


def require_points(structure: Structure, points: tuple[Point, ...]) -> None:
    """Refuse a paper that numbers two points alike, or takes one from where it does not stand."""
    numbers = [point.no for point in points]
    twice = sorted({no for no in numbers if numbers.count(no) > 1})
    if twice:
        raise Refused(
            "Point {number} stands twice.",
            "Give every point the number it has in the paper.",
            source=Event.source,
            number=twice[0],
        )
    for point in points:
        if point.from_proposal:
            require_point(structure, point.from_proposal, point.from_point)
        elif point.from_point:
            raise Refused(
                "Point {number} is said to come from a point of a proposal, but not of which.",
                "Name the proposal too.",
                source=Event.source,
                number=point.no,
            )


def require_open(structure: Structure, proposal: str, source: str) -> None:
    """Refuse to treat a proposal that has certainly been withdrawn or replaced by then."""
    fact = structure.thing(proposal).fact("outcome")
    if fact.holds == "yes" and fact.value in LAPSED:
        raise Refused(
            "“{proposal}” was withdrawn or replaced by {date}.",
            "Check which proposal is meant, and the date.",
            source=source,
            proposal=structure.thing(proposal).label,
            date=structure.effective,
        )


class Target(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a counter-proposal is put against: another proposal, or a point of it."""

    proposal: Annotated[ProposalRef, PROPOSAL]
    point: Annotated[
        PointNumber | None, titled("Point", "Punkt", "Which point; else all.", "Hvilket; ellers alle.")
    ] = None


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
        Literal[
            "chief_executive",
            "recommendation",
            "alternative",
            "amendment",
            "addition",
            "postponement",
            "forwarding",
            "record",
        ],
        titled("Kind", "Type", "What sort of proposal.", "Hva slags forslag."),
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Whose chief executive or body.", "Hvem det kommer fra.")]
    proposer: Annotated[
        PersonRef | None, titled("Proposer", "Forslagsstiller", "Who put it.", "Hvem som la det fram.")
    ] = None
    to: Annotated[BodyRef | None, titled("To", "Til", "The body to decide.", "Organet som skal avgjøre.")] = None
    meeting: Annotated[MeetingRef | None, IN_MEETING] = None
    targets: Annotated[
        tuple[Target, ...],
        titled("Against", "Mot", "What it would change or replace.", "Det det vil endre eller erstatte."),
    ] = ()
    points: Annotated[
        tuple[Point, ...],
        Meta(min_length=1),
        titled("Points", "Punkter", "At least one.", "Minst ett."),
    ]

    def check(self, structure: Structure) -> None:
        """Point numbers are unique, and the points it is put against, or taken from, exist."""
        require_points(structure, self.points)
        for target in self.targets:
            require_point(structure, target.proposal, target.point)

    def effects(self) -> Iterator[Effect]:
        """An open proposal; one put against another is seen there too."""
        yield from begin(
            self.proposal,
            name=self.title,
            case=self.case,
            kind=self.kind,
            by=self.by,
            proposer=self.proposer,
            to=self.to,
            meeting=self.meeting,
            targets=self.targets,
            outcome="unknown",
        )
        for point in self.points:
            yield put(self.proposal, "point", point, key=point.no)
        for proposal in sorted({target.proposal for target in self.targets}):
            yield put(proposal, "counter_proposal", value=True, key=self.proposal)
        if self.case:
            yield put(self.case, "proposal", value=True, key=self.proposal)


class ProposalWithdrawn(Event, frozen=True, kw_only=True, tag="proposal-withdrawn"):
    """Whoever put a proposal takes it back, or puts a reworked one in its place."""

    nb: ClassVar[str] = "Forslag trukket eller omarbeidet"

    proposal: Annotated[ProposalRef, PROPOSAL]
    replaced_by: Annotated[
        ProposalRef | None, titled("Replaced by", "Erstattet av", "The reworked one.", "Det omarbeidede.")
    ] = None
    meeting: Annotated[MeetingRef | None, IN_MEETING] = None

    def check(self, structure: Structure) -> None:
        """It has not certainly been decided on by then, and does not replace itself."""
        thing = structure.thing(self.proposal)
        outcome = thing.fact("outcome")
        if outcome.holds == "yes" and outcome.value != "unknown":
            raise Refused(
                "“{proposal}” was decided on, or taken back, by {date}.",
                "Check which proposal is meant, and the date.",
                source=self.source,
                proposal=thing.label,
                date=structure.effective,
            )
        if self.replaced_by == self.proposal:
            raise Refused(
                "A proposal cannot replace itself.",
                "Name the reworked proposal, or leave the field out.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """The proposal is no longer put."""
        yield put(self.proposal, "outcome", "replaced" if self.replaced_by else "withdrawn")
        if self.replaced_by:
            yield put(self.proposal, "replaced_by", self.replaced_by)


class ProposalRejected(Event, frozen=True, kw_only=True, tag="proposal-rejected"):
    """A body votes a proposal down, or some of its points."""

    nb: ClassVar[str] = "Forslag falt"
    source: ClassVar[str] = "koml. § 11-9: a decision takes the majority of the votes cast"

    proposal: Annotated[ProposalRef, PROPOSAL]
    by: Annotated[BodyRef, titled("By", "Av", "The body that voted.", "Organet som stemte.")]
    points: Annotated[
        tuple[PointNumber, ...], titled("Points", "Punkter", "Which; else all of it.", "Hvilke; ellers hele.")
    ] = ()
    vote: Annotated[VoteRef | None, titled("Vote", "Votering", "The vote, if recorded.", "Voteringen, om ført.")] = None

    def check(self, structure: Structure) -> None:
        """The points exist, the proposal was not withdrawn, and no vote for or against it carried."""
        for no in self.points:
            require_point(structure, self.proposal, no)
        require_open(structure, self.proposal, self.source)
        if self.vote:
            vote = structure.thing(self.vote)
            carried = vote.fact("outcome").value == "carried" and vote.fact("method").value != "alternative"
            if carried and set(vote.keyed("on")) == {self.proposal}:
                raise Refused(
                    "In that vote “{proposal}” carried.",
                    "Check which vote is meant, and how it ended.",
                    source=self.source,
                    proposal=structure.thing(self.proposal).label,
                )

    def effects(self) -> Iterable[Effect]:
        """Fallen, in whole or at these points."""
        if not self.points:
            return (
                put(self.proposal, "outcome", "fell"),
                put(self.proposal, "rejected_by", self.vote or True, key=self.by),
            )
        return tuple(put(self.proposal, "rejected_point", self.by, key=no) for no in self.points)

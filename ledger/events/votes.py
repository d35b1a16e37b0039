"""Votes: on what, how many for and against, by whom, and how they ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, cast

from msgspec import Struct

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.attendance import all_listed, present_at
from ledger.events.cases import MEETING
from ledger.events.meetings import body_of, is_bound
from ledger.events.proposals import PROPOSAL, require_open, require_point
from ledger.facts import Effect
from ledger.fields import CaseRef, Count, HolderRef, Line, MeetingRef, PointNumber, ProposalRef, creates, titled
from ledger.structure import Structure

Side = Literal["for", "against", "blank"]


class OnProposal(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A proposal that was voted on, and its votes where several stood against one another."""

    proposal: Annotated[ProposalRef, PROPOSAL]
    points: Annotated[
        tuple[PointNumber, ...], titled("Points", "Punkter", "Which; else all of it.", "Hvilke; ellers hele.")
    ] = ()
    votes: Annotated[Count | None, titled("Votes", "Stemmer", "For this one.", "For dette.")] = None


class NamedVote(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one voter voted."""

    voter: Annotated[HolderRef, titled("Voter", "Stemmegiver", "Who voted.", "Hvem som stemte.")]
    vote: Annotated[Side, titled("Vote", "Stemme", "For, against or blank.", "For, mot eller blankt.")]
    proposal: Annotated[
        ProposalRef | None, titled("Proposal", "Forslag", "Which, if several.", "Hvilket, om flere.")
    ] = None


class VoteHeld(Event, frozen=True, kw_only=True, tag="vote-held"):
    """A body votes. Numbers stand as printed; a tally that is not the sum of the named votes is kept, and marked."""

    nb: ClassVar[str] = "Votering holdt"
    source: ClassVar[str] = "koml. § 11-9: half the members vote, the majority decides, the chair settles a tie"

    vote: Annotated[
        str, creates("vote"), titled("Vote", "Votering", "A new reference: vote/name.", "Ny henvisning: vote/navn.")
    ]
    question: Annotated[Line, titled("Question", "Spørsmål", "What was voted on.", "Hva det ble stemt over.")]
    meeting: Annotated[MeetingRef, MEETING]
    case: Annotated[CaseRef | None, titled("Case", "Sak", "In which case.", "I hvilken sak.")] = None
    on: Annotated[
        tuple[OnProposal, ...], titled("On", "Over", "The proposals voted on.", "Forslagene det ble stemt over.")
    ] = ()
    method: Annotated[
        Literal["unanimous", "for_against", "alternative", "trial"],
        titled("Method", "Måte", "How it was done.", "Hvordan det ble gjort."),
    ]
    votes_for: Annotated[Count | None, titled("For", "For", "As printed.", "Som trykt.")] = None
    votes_against: Annotated[Count | None, titled("Against", "Mot", "As printed.", "Som trykt.")] = None
    votes_blank: Annotated[Count | None, titled("Blank", "Blanke", "As printed.", "Som trykt.")] = None
    named: Annotated[
        tuple[NamedVote, ...], titled("Named votes", "Navngitte stemmer", "If printed.", "Om de er trykt.")
    ] = ()
    members: Annotated[
        Count | None, titled("Members", "Medlemmer", "Seats in the body, if known.", "Plasser i organet, om kjent.")
    ] = None
    majority: Annotated[
        Literal["simple", "two_thirds", "unanimity"] | None,
        titled("Majority", "Flertall", "What it takes, if said.", "Hva som kreves, om sagt."),
    ] = None
    casting_vote: Annotated[
        Literal["for", "against"] | None,
        titled("Casting vote", "Dobbeltstemme", "How the chair settled a tie.", "Hvordan møtelederen avgjorde."),
    ] = None
    outcome: Annotated[
        Literal["carried", "fell", "unknown"], titled("Outcome", "Utfall", "How it ended.", "Hvordan det endte.")
    ]

    @property
    def mismatch(self) -> bool:
        """Whether the printed tally is not the sum of the named votes."""
        if not self.named:
            return False
        if self.method == "alternative":
            for_each = Counter(vote.proposal for vote in self.named if vote.vote == "for")
            return any(item.votes not in (None, for_each[item.proposal]) for item in self.on)
        counted: Counter[str] = Counter(vote.vote for vote in self.named)
        printed = {"for": self.votes_for, "against": self.votes_against, "blank": self.votes_blank}
        return any(number not in (None, counted[side]) for side, number in printed.items())

    @property
    def cast(self) -> int | None:
        """How many voted, if that is known."""
        if self.method == "alternative":
            parts = [item.votes for item in self.on]
        else:
            parts = [self.votes_for, self.votes_against]
        if any(part is not None for part in parts):
            return sum(part or 0 for part in [*parts, self.votes_blank])
        return len(self.named) or None

    def check(self, structure: Structure) -> None:
        """Nobody votes twice, absent or disqualified; half of the members vote or more; numbers give the outcome."""
        if structure.thing(self.meeting).fact("status").certain == "cancelled":
            raise Refused(
                "The meeting was cancelled; nobody voted.", "Check which meeting is meant.", source=self.source
            )
        for item in self.on:
            require_open(structure, item.proposal, self.source)
            for no in item.points:
                require_point(structure, item.proposal, no)
        self._require_voters(structure)
        self._require_numbers(structure)
        if not self.mismatch:
            self._require_outcome(structure)

    def _require_voters(self, structure: Structure) -> None:
        voters = [vote.voter for vote in self.named]
        if len(set(voters)) < len(voters):
            raise Refused("Somebody is named twice among the voters.", "Name every voter once.", source=self.source)
        barred = self._barred(structure, voters)
        if barred:
            raise Refused(
                "{voter} was disqualified in the case, or excused from it, and cannot have voted.",
                "Check the minutes; who sat instead, voted.",
                source="koml. §§ 11-10, 11-11",
                voter=structure.thing(barred[0]).ref,
            )
        meeting = structure.thing(self.meeting)
        complete = all_listed(structure, self.meeting)
        there = present_at(structure, self.meeting, self._item(structure))
        for voter in voters:
            if meeting.fact("absent", voter).holds == "yes" or (complete and voter not in there):
                raise Refused(
                    "{voter} is not recorded as present with a vote, and cannot have voted.",
                    "Check the attendance; correct it if it is wrong.",
                    source=self.source,
                    voter=voter,
                )

    def _barred(self, structure: Structure, members: list[str]) -> list[str]:
        """Those who may not vote in the case at this meeting."""
        found = []
        for member in members if self.case else ():
            fact = structure.thing(cast("str", self.case)).fact("recusal", member)
            held = cast("dict[str, str]", fact.value or {})
            if (
                fact.holds == "yes"
                and held["meeting"] == self.meeting
                and held["outcome"] in {"disqualified", "excused"}
            ):
                found.append(member)
        return found

    def _item(self, structure: Structure) -> int | None:
        if self.case is None:
            return None
        order = structure.thing(self.meeting).fact("agenda_order", self.case).certain
        return order if isinstance(order, int) else None

    def _require_numbers(self, structure: Structure) -> None:
        voted = max(self.cast or 0, len(self.named))
        meeting = structure.thing(self.meeting)
        if all_listed(structure, self.meeting):
            there = present_at(structure, self.meeting, self._item(structure))
            present = len(there) - len(self._barred(structure, sorted(there)))
            if voted > present:
                raise Refused(
                    "{voted} voted, but {present} were present with a vote.",
                    "Check the tally and the attendance; correct the one that is wrong.",
                    source=self.source,
                    voted=voted,
                    present=present,
                )
        members = self.members if self.members is not None else meeting.fact("members").certain
        if not is_bound(structure, body_of(structure, self.meeting)) or self.method == "trial" or not self.cast:
            return
        if self.outcome == "carried" and isinstance(members, int) and 2 * voted < members:
            raise Refused(
                "{voted} of {members} members voted; a body decides only when at least half have voted.",
                "Check the tally and the number of members.",
                source=self.source,
                voted=voted,
                members=members,
            )

    def _require_outcome(self, structure: Structure) -> None:
        if self.method == "alternative":
            return
        ayes, noes = self.votes_for, self.votes_against
        if self.method == "unanimous" and (noes or self.casting_vote):
            raise Refused(
                "A unanimous vote has no votes against, and no tie to settle.",
                "Check the method and the numbers.",
                source=self.source,
            )
        if ayes is None or noes is None:
            return
        tie = ayes == noes
        if self.casting_vote and not tie:
            raise Refused(
                "The chair's vote settles a tie, and {ayes} against {noes} is none.",
                "Check the numbers; count the chair's vote with the others.",
                source=self.source,
                ayes=ayes,
                noes=noes,
            )
        enough = ayes > noes or (tie and self.casting_vote == "for")
        if self.majority == "two_thirds":
            enough = ayes > 0 and 3 * ayes >= 2 * (ayes + noes)
        elif self.majority == "unanimity":
            enough = ayes > 0 and noes == 0
        ruled = self.majority or is_bound(structure, body_of(structure, self.meeting))
        if (self.outcome == "carried" and not enough) or (self.outcome == "fell" and enough and ruled):
            raise Refused(
                "{ayes} for and {noes} against does not give that outcome.",
                "Check the numbers, the majority it takes and the chair's casting vote; leave out what is not known.",
                source=self.source,
                ayes=ayes,
                noes=noes,
            )

    def effects(self) -> Iterator[Effect]:
        """The vote, as printed, seen from the meeting, the case and the proposals."""
        yield from begin(
            self.vote,
            name=self.question,
            meeting=self.meeting,
            case=self.case,
            method=self.method,
            votes_for=self.votes_for,
            votes_against=self.votes_against,
            votes_blank=self.votes_blank,
            members=self.members,
            majority=self.majority,
            casting_vote=self.casting_vote,
            outcome=self.outcome,
            mismatch=self.mismatch or None,
        )
        yield put(self.meeting, "vote", value=True, key=self.vote)
        if self.case:
            yield put(self.case, "vote", value=True, key=self.vote)
        for item in self.on:
            yield put(self.vote, "on", item, key=item.proposal)
            yield put(item.proposal, "vote", item.points or True, key=self.vote)
        for named in self.named:
            yield put(self.vote, "named_vote", named, key=named.voter)

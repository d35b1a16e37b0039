"""What can be done about a decision afterwards: reversal, review of its legality, complaint, urgent decisions told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final, Literal

from ledger.calendar import LATEST, bounds
from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.cases import MEETING
from ledger.events.decisions import DECISION
from ledger.events.meetings import body_of
from ledger.events.proposals import require_point
from ledger.facts import Effect, Value
from ledger.fields import (
    BodyRef,
    Count,
    DecisionRef,
    Edtf,
    HolderRef,
    Line,
    MeetingRef,
    PartyRef,
    PersonRef,
    PointNumber,
    Text,
    titled,
)
from ledger.structure import Structure

REVIEW_DAYS: Final = 21
MEMBERS_TO_DEMAND: Final = 3
NEW_DECISION: Final = titled("New decision", "Nytt vedtak", "What took its place.", "Det som trådte i stedet.")
COMPLAINT: Final = titled("Complaint", "Klage", "Its number in the archive.", "Nummeret i arkivet.")


def easter(year: int) -> date:
    """Easter Sunday (Meeus, Jones, Butcher)."""
    golden, century = year % 19, year // 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - moon - year % 4) % 7
    month, day = divmod(moon + week - 7 * ((golden + 11 * moon + 22 * week) // 451) + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Whether a time limit can run out on the day: no weekend and no public holiday."""
    fixed = {(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)}
    moving = {-3, -2, 1, 39, 50}  # Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday
    weekend = day.isoweekday() > 5  # noqa: PLR2004 - Monday is 1
    return not weekend and (day.month, day.day) not in fixed and (day - easter(day.year)).days not in moving


def review_deadline(decided: date) -> date:
    """The last day to demand a review: three weeks after the decision, or the next working day."""
    last = decided + timedelta(days=REVIEW_DAYS)
    while not is_working_day(last):
        last += timedelta(days=1)
    return last


def may_reverse(structure: Structure, by: str, decision: str) -> bool:
    """Whether a body may be the one that decided, one above it, one that has taken over, or one of a successor's."""
    decided = structure.thing(decision).fact("body").value
    waiting: list[Value] = [decided]
    seen: set[str] = set()
    while waiting:
        ref = waiting.pop()
        if not isinstance(ref, str) or ref in seen:
            continue
        seen.add(ref)
        body = structure.body(ref)
        waiting += [*body.values("under"), *body.values("tasks_to")]
    if by in seen or not isinstance(decided, str):
        return True
    owner, heir = structure.body(decided).owner.value, structure.body(by).owner.value
    heirs = structure.organisation(owner).values("succeeded_by") if owner else []
    return any(isinstance(found, tuple) and heir in found for found in heirs)


class DecisionReversed(Event, frozen=True, kw_only=True, tag="decision-reversed"):
    """A decision, or a point of it, is reversed or repealed. What it had led to is looked at one by one."""

    nb: ClassVar[str] = "Vedtak omgjort eller opphevet"
    source: ClassVar[str] = "koml. § 22-1 third paragraph, fvl. (1967) § 35: the same body, or one above it"

    decision: Annotated[DecisionRef, DECISION]
    by: Annotated[BodyRef, titled("By", "Av", "The body that does so.", "Organet som gjør det.")]
    how: Annotated[
        Literal["overturned", "repealed"], titled("How", "Hvordan", "Changed, or lifted.", "Omgjort, eller opphevet.")
    ]
    points: Annotated[
        tuple[PointNumber, ...], titled("Points", "Punkter", "Which; else all of it.", "Hvilke; ellers hele.")
    ] = ()
    new_decision: Annotated[DecisionRef | None, NEW_DECISION] = None

    def check(self, structure: Structure) -> None:
        """The body decided itself or stands above; the points exist; nothing reverses itself or is reversed twice."""
        for no in self.points:
            require_point(structure, self.decision, no)
        if self.new_decision == self.decision:
            raise Refused(
                "A decision cannot take its own place.", "Name the new decision, or none.", source=self.source
            )
        if not may_reverse(structure, self.by, self.decision):
            raise Refused(
                "{by} neither made this decision nor stands above {body}.",
                "Check who reversed it, or record first which body stands under which.",
                source=self.source,
                by=structure.body(self.by).label,
                body=structure.thing(str(structure.thing(self.decision).fact("body").value)).label,
            )
        if structure.thing(self.decision).fact("reversal").holds == "yes":
            raise Refused(
                "“{decision}” was reversed by {date} already.",
                "Check which decision is meant, and the date.",
                source=self.source,
                decision=structure.thing(self.decision).label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """No longer in force, as a whole or at these points."""
        value = {"how": self.how, "by": self.by, "new_decision": self.new_decision}
        kept = {name: held for name, held in value.items() if held}
        return tuple(put(self.decision, "reversal", kept, key=no) for no in self.points or ("",))


class LegalityReviewRequested(Event, frozen=True, kw_only=True, tag="legality-review-requested"):
    """Members demand a review of whether a decision is lawful, or the ministry starts one. It stays in force."""

    nb: ClassVar[str] = "Lovlighetskontroll krevd"
    source: ClassVar[str] = "koml. § 27-1: three members or more, within three weeks"

    decision: Annotated[DecisionRef, DECISION]
    initiative: Annotated[
        Literal["members", "ministry"],
        titled("Initiative", "Initiativ", "Who asked for it.", "Hvem som tok det opp."),
    ]
    put_forward: Annotated[
        Edtf,
        titled("Put forward", "Framsatt", "The day it was sent or handed in.", "Dagen det ble sendt eller levert."),
    ]
    members: Annotated[
        Count | None, titled("Members", "Medlemmer", "How many demanded it.", "Hvor mange som krevde det.")
    ] = None
    named: Annotated[
        tuple[PersonRef, ...], titled("Named", "Navngitt", "Those who signed, on record.", "De som skrev under.")
    ] = ()
    suspended: Annotated[
        bool | None,
        titled("Put on hold", "Utsatt iverksetting", "Was it put on hold?", "Ble iverksettingen utsatt?"),
    ] = None

    def check(self, structure: Structure) -> None:
        """At least three members, if their number is known, and no certain delay beyond three weeks."""
        if self.initiative == "ministry":
            return
        if self.members is not None and self.members < MEMBERS_TO_DEMAND:
            raise Refused(
                "{count} members cannot demand a review; it takes three.",
                "Check how many signed.",
                source=self.source,
                count=self.members,
            )
        decided = [writer.latest for writer in structure.on(LATEST).thing(self.decision).answer("exists").writers]
        first = bounds(self.put_forward).earliest
        if decided and first > review_deadline(max(decided)):
            raise Refused(
                "The demand was put forward {first}, after the limit of three weeks, {last}.",
                "Check the two dates; a review that the ministry starts by itself has no limit.",
                source=self.source,
                first=first,
                last=review_deadline(max(decided)),
            )

    def effects(self) -> Iterator[Effect]:
        """Under review; on hold only if somebody said so."""
        yield put(self.decision, "legality_review", self.initiative, at=self.put_forward)
        if self.members is not None:
            yield put(self.decision, "review_members", self.members, at=self.put_forward)
        if self.suspended is not None:
            yield put(self.decision, "suspended", self.suspended)


class LegalityReviewConcluded(Event, frozen=True, kw_only=True, tag="legality-review-concluded"):
    """The review is over: the decision was lawful, is annulled, or the demand is dismissed or withdrawn."""

    nb: ClassVar[str] = "Lovlighetskontroll avsluttet"
    source: ClassVar[str] = "koml. § 27-3: the ministry annuls a decision that is invalid"

    decision: Annotated[DecisionRef, DECISION]
    outcome: Annotated[
        Literal["lawful", "annulled", "dismissed", "withdrawn"],
        titled("Outcome", "Utfall", "How it ended.", "Hvordan det endte."),
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Who concluded it.", "Hvem som avsluttet den.")]
    reason: Annotated[Text | None, titled("Reason", "Grunn", "In short.", "I korthet.")] = None

    def check(self, structure: Structure) -> None:
        """There is a review to conclude."""
        if structure.thing(self.decision).fact("legality_review").holds == "no":
            raise Refused(
                "“{decision}” is not under review of its legality on {date}.",
                "Record first that the review was demanded, or check the date.",
                source=self.source,
                decision=structure.thing(self.decision).label,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """The outcome; a decision that is annulled is invalid from its beginning."""
        yield put(self.decision, "legality_outcome", self.outcome)
        yield put(self.decision, "suspended", value=False)
        if self.outcome == "annulled":
            value = {"by": self.by, "since": "beginning", "reason": self.reason}
            yield put(self.decision, "invalid", {name: held for name, held in value.items() if held})


class ComplaintFiled(Event, frozen=True, kw_only=True, tag="complaint-filed"):
    """Somebody with a right to do so complains of a decision. Private persons are not named."""

    nb: ClassVar[str] = "Klage mottatt"
    source: ClassVar[str] = "fvl. (1967) § 28: a complaint rests on a right to complain"

    decision: Annotated[DecisionRef, DECISION]
    complaint: Annotated[Line, COMPLAINT]
    right: Annotated[Line, titled("Right", "Klagerett", "The right, as “fvl. § 28”.", "Klageretten, som «fvl. § 28».")]
    by: Annotated[
        HolderRef | None, titled("By", "Av", "Only one who acts in public.", "Bare den som opptrer offentlig.")
    ] = None

    def effects(self) -> Iterable[Effect]:
        """A complaint is pending, by its number."""
        value = {"right": self.right, "by": self.by} if self.by else {"right": self.right}
        return (put(self.decision, "complaint", value, key=self.complaint),)


class ComplaintConcluded(Event, frozen=True, kw_only=True, tag="complaint-concluded"):
    """A complaint is decided, dismissed or withdrawn."""

    nb: ClassVar[str] = "Klage avgjort"
    source: ClassVar[str] = "fvl. (1967) §§ 28, 33-34: the body itself, then the body of appeal"

    decision: Annotated[DecisionRef, DECISION]
    complaint: Annotated[Line, COMPLAINT]
    outcome: Annotated[
        Literal["upheld", "partly_upheld", "not_upheld", "dismissed", "withdrawn"],
        titled("Outcome", "Utfall", "How it ended.", "Hvordan den endte."),
    ]
    by: Annotated[PartyRef, titled("By", "Av", "Who decided it.", "Hvem som avgjorde den.")]
    new_decision: Annotated[DecisionRef | None, NEW_DECISION] = None

    def check(self, structure: Structure) -> None:
        """There is such a complaint."""
        if structure.thing(self.decision).fact("complaint", self.complaint).holds == "no":
            raise Refused(
                "There is no complaint {complaint} of “{decision}” on {date}.",
                "Check the number of the complaint, the decision and the date.",
                source=self.source,
                complaint=self.complaint,
                decision=structure.thing(self.decision).label,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """How it ended; what it changed is a decision of its own."""
        yield put(self.decision, "complaint_outcome", self.outcome, key=self.complaint)
        if self.new_decision:
            yield put(self.decision, "complaint_decision", self.new_decision, key=self.complaint)


class UrgentDecisionReported(Event, frozen=True, kw_only=True, tag="urgent-decision-reported"):
    """An urgent decision is laid before the body that should have made it."""

    nb: ClassVar[str] = "Hastevedtak meldt"
    source: ClassVar[str] = "koml. § 11-8 first paragraph: laid before the next meeting"

    decision: Annotated[DecisionRef, DECISION]
    meeting: Annotated[MeetingRef, MEETING]

    def check(self, structure: Structure) -> None:
        """The decision was an urgent one, and the meeting is of the body that should have decided."""
        decision = structure.thing(self.decision)
        body = decision.fact("instead_of").value
        if not isinstance(body, str):
            raise Refused(
                "“{decision}” is not recorded as an urgent decision by {date}.",
                "Say in the decision which body it was made instead of, or check the date.",
                source=self.source,
                decision=decision.label,
                date=structure.effective,
            )
        other = body_of(structure, self.meeting)
        if other not in (None, body):
            raise Refused(
                "The meeting is one of {other}; {body} should have decided, and is to be told.",
                "Check which meeting is meant.",
                source=self.source,
                other=structure.thing(str(other)).label,
                body=structure.thing(body).label,
            )

    def effects(self) -> Iterable[Effect]:
        """Where it was laid forward."""
        return (put(self.decision, "reported_in", self.meeting),)

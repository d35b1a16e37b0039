"""Who was at a meeting, at which items, in which capacity, and who might not take part in a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final, Literal, cast

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.cases import CASE, MEETING
from ledger.facts import Effect
from ledger.fields import CaseRef, Count, HolderRef, Line, MeetingRef, PostRef, titled
from ledger.structure import Structure

COUNTED: Final = frozenset({"chair", "member", "substitute"})
"""The capacities that make a body able to decide; the others are there without a vote."""


def within(span: dict[str, int], item: int) -> bool:
    """Whether an item lies in a range of agenda items; one without an end goes on to the last."""
    return span["first"] <= item <= span.get("last", item)


def present_at(structure: Structure, meeting: str, item: int | None) -> set[str]:
    """Who may have been there with a vote at an agenda item; at any time, when the item is unknown."""
    found = set()
    thing = structure.thing(meeting)
    for ref in thing.keyed("present"):
        for held in cast("list[dict[str, Any]]", thing.values("present", ref)):
            spans = held.get("items", ())
            if held["capacity"] in COUNTED and (item is None or not spans or any(within(span, item) for span in spans)):
                found.add(ref)
    return found


def all_listed(structure: Structure, meeting: str) -> bool:
    """Whether everybody who met is certainly on record."""
    return structure.thing(meeting).fact("attendance").certain == "complete"


class ItemRange(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """From one agenda item to another, both included, by their place on the agenda; without an end, to the last."""

    first: Annotated[Count, titled("From item", "Fra sak", "The first one.", "Den første.")]
    last: Annotated[Count | None, titled("To item", "Til sak", "The last one.", "Den siste.")] = None


class Attendant(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody at a meeting: in which capacity, for whom, at which items."""

    who: Annotated[HolderRef, titled("Who", "Hvem", "Who was there.", "Hvem som møtte.")]
    capacity: Annotated[
        Literal["chair", "member", "substitute", "observer", "secretary", "administration", "guest"],
        titled("Capacity", "Egenskap", "As what.", "Som hva."),
    ]
    post: Annotated[PostRef | None, titled("Post", "Verv", "In which post.", "I hvilket verv.")] = None
    for_whom: Annotated[
        HolderRef | None, titled("For", "For", "Whose seat a substitute took.", "Hvem en vara møtte for.")
    ] = None
    items: Annotated[
        tuple[ItemRange, ...],
        titled("Items", "Saker", "If not the whole meeting.", "Om det ikke var hele møtet."),
    ] = ()


class AttendanceRecorded(Event, frozen=True, kw_only=True, tag="attendance-recorded"):
    """Who met, and who did not, as the minutes say."""

    nb: ClassVar[str] = "Oppmøte ført"
    source: ClassVar[str] = "koml. § 11-4: minutes say who met and who was absent"

    meeting: Annotated[MeetingRef, MEETING]
    extent: Annotated[
        Literal["complete", "partial"],
        titled("Extent", "Omfang", "All who met, or some of them.", "Alle som møtte, eller noen av dem."),
    ]
    present: Annotated[
        tuple[Attendant, ...], Meta(min_length=1), titled("Present", "Til stede", "Who met.", "Hvem som møtte.")
    ]
    absent: Annotated[
        tuple[HolderRef, ...], titled("Absent", "Fraværende", "Who did not meet.", "Hvem som ikke møtte.")
    ] = ()
    members: Annotated[
        Count | None, titled("Members", "Medlemmer", "Seats in the body, if known.", "Plasser i organet, om kjent.")
    ] = None

    def check(self, structure: Structure) -> None:
        """Nobody is listed twice, and at no item do more sit with a vote than the body or the post has seats."""
        everyone = [*(attendant.who for attendant in self.present), *self.absent]
        if len(set(everyone)) < len(everyone):
            raise Refused(
                "Somebody is listed twice in the attendance.",
                "List everybody once; give the items of one who came and went.",
                source=self.source,
            )
        if structure.thing(self.meeting).fact("status").certain == "cancelled":
            raise Refused(
                "The meeting was cancelled; nobody met.",
                "Check which meeting is meant.",
                source=self.source,
            )
        self._require_seats([a for a in self.present if a.capacity in COUNTED], self.members)
        for post in {attendant.post for attendant in self.present if attendant.post}:
            self._require_seats([a for a in self.present if a.post == post], structure.post(post).seats.value)

    def _require_seats(self, attendants: list[Attendant], seats: int | None) -> None:
        edges = {span.first for attendant in attendants for span in attendant.items} | {0}
        most = max(sum(_at(attendant, item) for attendant in attendants) for item in edges)
        if seats is not None and most > seats:
            raise Refused(
                "{count} are listed as sitting at once, but there are {seats} seats.",
                "Check who sat at which items, and in which capacity.",
                source=self.source,
                count=most,
                seats=seats,
            )

    def effects(self) -> Iterator[Effect]:
        """Each one who met, and each who did not; a complete list binds the counting of votes."""
        yield put(self.meeting, "attendance", self.extent)
        if self.members is not None:
            yield put(self.meeting, "members", self.members)
        for attendant in self.present:
            yield put(self.meeting, "present", attendant, key=attendant.who)
        for ref in self.absent:
            yield put(self.meeting, "absent", value=True, key=ref)


def _at(attendant: Attendant, item: int) -> bool:
    return not attendant.items or any(
        span.first <= item <= (item if span.last is None else span.last) for span in attendant.items
    )


class RecusalDecided(Event, frozen=True, kw_only=True, tag="recusal-decided"):
    """The body decides whether a member is disqualified in a case, or excused from it."""

    nb: ClassVar[str] = "Habilitet avgjort"
    source: ClassVar[str] = "koml. §§ 11-4, 11-10, 11-11: the minutes give the ground"

    meeting: Annotated[MeetingRef, MEETING]
    case: Annotated[CaseRef, CASE]
    member: Annotated[HolderRef, titled("Member", "Medlem", "Whom it concerns.", "Hvem det gjelder.")]
    outcome: Annotated[
        Literal["disqualified", "not_disqualified", "excused"],
        titled("Outcome", "Utfall", "What the body decided.", "Hva organet kom til."),
    ]
    ground: Annotated[Line, titled("Ground", "Grunnlag", "On what ground.", "På hvilket grunnlag.")]
    substitute: Annotated[
        HolderRef | None, titled("Substitute", "Vara", "Who took the seat.", "Hvem som tok plassen.")
    ] = None

    def check(self, structure: Structure) -> None:
        """Nobody stands in for oneself, nor for one who stays."""
        if self.substitute and (self.substitute == self.member or self.outcome == "not_disqualified"):
            raise Refused(
                "Nobody can take this seat: the member stays, or is named as substitute for oneself.",
                "Check the outcome and the substitute.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """Who may not take part in this case, at this meeting."""
        value = {"meeting": self.meeting, "outcome": self.outcome, "ground": self.ground}
        if self.substitute:
            value["substitute"] = self.substitute
        return (put(self.case, "recusal", value, key=self.member),)

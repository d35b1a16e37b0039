"""Those who step in for a post: substitutes, temporary holders during leave, and a chair that goes round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.calendar import LATEST, bounds
from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.bodies import sitting
from ledger.events.organisations import require_standing
from ledger.events.roles import HOLDER, POST, forbid_both_leading_and_sitting, require_holder, require_post
from ledger.facts import Effect
from ledger.fields import Edtf, HolderRef, Line, MeetingRef, PostRef, titled
from ledger.structure import Structure

SUBSTITUTE = titled("Substitute", "Vara", "Who steps in.", "Hvem som møter i stedet.")


class SubstituteAppointed(Event, frozen=True, kw_only=True, tag="substitute-appointed"):
    """Somebody is appointed to step in for those who hold a post, in this order."""

    nb: ClassVar[str] = "Vara valgt"
    source: ClassVar[str] = (
        "koml. § 7-10: called in order; §§ 18-3, 19-3: as many as members; too few are shown, not refused"
    )

    post: Annotated[PostRef, POST]
    substitute: Annotated[HolderRef, SUBSTITUTE]
    order: Annotated[int, Meta(ge=1, le=999), titled("Order", "Rekkefølge", "1 steps in first.", "1 møter først.")]

    def check(self, structure: Structure) -> None:
        """The post exists, they do not certainly hold it themselves, and nobody else certainly has that place."""
        post = require_post(structure, self.post, self.source)
        if self.substitute.startswith("organisation/"):
            require_standing(structure, self.substitute)
        if self.substitute in sitting(post):
            raise Refused(
                "They hold “{post}” themselves on {date}.",
                "Check who the substitute is, and the date.",
                source=self.source,
                post=post.label,
                date=structure.effective,
            )
        for other, fact in post.keyed("substitute").items():
            if fact.holds == "yes" and fact.value == self.order and other != self.substitute:
                raise Refused(
                    "“{post}” has a substitute number {order} already on {date}.",
                    "Give the next number in the order, or record first that the other is no longer substitute.",
                    source=self.source,
                    post=post.label,
                    order=self.order,
                    date=structure.effective,
                )

    def effects(self) -> Iterable[Effect]:
        """The substitute, in order, seen from both ends."""
        return (
            put(self.post, "substitute", self.order, key=self.substitute),
            put(self.substitute, "substitute_for", self.order, key=self.post),
        )


class SubstituteEnded(Event, frozen=True, kw_only=True, tag="substitute-ended"):
    """Somebody is a substitute no longer."""

    nb: ClassVar[str] = "Vara fratrådt"

    post: Annotated[PostRef, POST]
    substitute: Annotated[HolderRef, SUBSTITUTE]

    def check(self, structure: Structure) -> None:
        """They are, or may be, a substitute on the date."""
        require_substitute(structure, self.post, self.substitute, self.source)

    def effects(self) -> Iterable[Effect]:
        """The place is free, seen from both ends."""
        return (
            put(self.post, "substitute", None, key=self.substitute),
            put(self.substitute, "substitute_for", None, key=self.post),
        )


def require_substitute(structure: Structure, ref: str, substitute: str, source: str) -> None:
    """Refuse somebody who certainly is no substitute for the post."""
    post = structure.post(ref)
    if post.fact("substitute", substitute).holds == "no":
        raise Refused(
            "They are no substitute for “{post}” on {date}.",
            "Record first when they were appointed, or check the date.",
            source=source,
            post=post.label,
            date=structure.effective,
        )


class SubstituteSteppedIn(Event, frozen=True, kw_only=True, tag="substitute-stepped-in"):
    """A substitute meets in place of somebody who holds the post. Stepping in out of order is shown, not refused."""

    nb: ClassVar[str] = "Vara møtte"
    source: ClassVar[str] = "koml. § 11-4: the minutes say who met"

    post: Annotated[PostRef, POST]
    substitute: Annotated[HolderRef, SUBSTITUTE]
    meeting: Annotated[MeetingRef, titled("Meeting", "Møte", "In which meeting.", "I hvilket møte.")]
    absent: Annotated[
        HolderRef | None, titled("In place of", "I stedet for", "Who was absent.", "Hvem som var fraværende.")
    ] = None

    def check(self, structure: Structure) -> None:
        """They are a substitute, and the absent one holds the post."""
        require_substitute(structure, self.post, self.substitute, self.source)
        if self.absent:
            require_holder(structure, self.post, self.absent, self.source)

    def effects(self) -> Iterable[Effect]:
        """Who met for whom."""
        return (put(self.meeting, "stepped_in", {"post": self.post, "for": self.absent}, key=self.substitute),)


class LeaveGranted(Event, frozen=True, kw_only=True, tag="leave-granted"):
    """Somebody is on leave from a post, perhaps with another in their place. The reason is not recorded."""

    nb: ClassVar[str] = "Permisjon gitt"
    source: ClassVar[str] = "GDPR art. 5(1)(c): the leave, not its reason; koml. § 7-9: leave lies within the term"

    post: Annotated[PostRef, POST]
    holder: Annotated[HolderRef, HOLDER]
    until: Annotated[Edtf | None, titled("Until", "Til", "When it is to end.", "Når den skal slutte.")] = None
    temporary: Annotated[
        HolderRef | None, titled("In their place", "I stedet", "Who acts meanwhile.", "Hvem som fungerer imens.")
    ] = None

    def check(self, structure: Structure) -> None:
        """They hold the post, somebody else acts meanwhile, and the leave does not certainly outlast the term."""
        require_holder(structure, self.post, self.holder, self.source)
        post = structure.post(self.post)
        if self.temporary == self.holder:
            raise Refused(
                "The one on leave cannot act in their own place.",
                "Name another, or leave the field empty.",
                source=self.source,
            )
        if self.temporary and self.temporary.startswith("organisation/"):
            require_standing(structure, self.temporary)
        if self.until and bounds(self.until).latest < structure.earliest:
            raise Refused(
                "The leave ends on {until}, before it starts on {date}.",
                "Check the two dates.",
                source=self.source,
                until=self.until,
                date=structure.effective,
            )
        term = post.fact("term_until", self.holder)
        ends = bounds(term.value).latest if term.holds == "yes" and isinstance(term.value, str) else LATEST
        if self.until and ends < bounds(self.until).earliest:
            raise Refused(
                "The leave ends on {until}, after the term ends on {term}.",
                "Let the leave end with the term, or record the new term first.",
                source=self.source,
                until=self.until,
                term=term.value,
            )

    def effects(self) -> Iterator[Effect]:
        """On leave; whoever acts does so for as long as the post says that they do."""
        yield put(self.post, "leave", {"until": self.until, "temporary": self.temporary}, key=self.holder)
        if self.temporary:
            yield put(self.temporary, "acting_in", self.holder, key=self.post)


class LeaveEnded(Event, frozen=True, kw_only=True, tag="leave-ended"):
    """Somebody is back from leave."""

    nb: ClassVar[str] = "Permisjon avsluttet"

    post: Annotated[PostRef, POST]
    holder: Annotated[HolderRef, HOLDER]

    def check(self, structure: Structure) -> None:
        """They are, or may be, on leave."""
        post = structure.post(self.post)
        if post.fact("leave", self.holder).holds == "no":
            raise Refused(
                "They are not on leave from “{post}” on {date}.",
                "Record first when the leave started, or check the date.",
                source=self.source,
                post=post.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """Nobody is on leave, and nobody acts."""
        return (put(self.post, "leave", None, key=self.holder),)


class ChairRotated(Event, frozen=True, kw_only=True, tag="chair-rotated"):
    """The chair passes from one to the next."""

    nb: ClassVar[str] = "Ledervervet gikk videre"

    post: Annotated[PostRef, POST]
    outgoing: Annotated[HolderRef, titled("From", "Fra", "Who had the chair.", "Hvem som var leder.")]
    incoming: Annotated[HolderRef, titled("To", "Til", "Who has it from now on.", "Hvem som er leder fra nå av.")]
    rule: Annotated[Line | None, titled("Rule", "Regel", "The rule it follows.", "Regelen det følger.")] = None
    term_until: Annotated[
        Edtf | None, titled("Term until", "Periode til", "When it passes on again.", "Når det går videre igjen.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The post is a chair, the one leaving holds it, and the next is another who exists."""
        post = require_post(structure, self.post, self.source)
        kind = post.fact("kind")
        if kind.holds == "yes" and kind.value not in {"chair", "deputy_chair"}:
            raise Refused(
                "“{post}” is no chair.",
                "Choose the chair's post, or record that the role ended and that another was assigned.",
                source=self.source,
                post=post.label,
            )
        if self.outgoing == self.incoming:
            raise Refused(
                "The chair passes to the one who has it.",
                "Check who had the chair and who has it now.",
                source=self.source,
            )
        require_holder(structure, self.post, self.outgoing, self.source)
        if self.incoming in sitting(post):
            raise Refused(
                "They hold “{post}” themselves on {date}.",
                "Check who takes over, and the date.",
                source=self.source,
                post=post.label,
                date=structure.effective,
            )
        if self.incoming.startswith("organisation/"):
            require_standing(structure, self.incoming)
        forbid_both_leading_and_sitting(structure, post, self.incoming)

    def effects(self) -> Iterator[Effect]:
        """One leaves the chair and the other takes it."""
        if self.outgoing != self.incoming:
            yield put(self.post, "holder", None, key=self.outgoing)
            yield put(self.outgoing, "holds_post", None, key=self.post)
            yield put(self.post, "term_until", None, key=self.outgoing)
        yield put(self.post, "holder", value=True, key=self.incoming)
        yield put(self.incoming, "holds_post", value=True, key=self.post)
        yield put(self.post, "term_until", self.term_until, key=self.incoming)

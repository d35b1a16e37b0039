"""Posts, people and who holds which role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import Edtf, HolderRef, Line, OrganisationRef, PartyRef, Personal, PostRef, creates, titled
from ledger.structure import Structure

POST = titled("Post", "Verv", "The post concerned.", "Vervet det gjelder.")
HOLDER = titled("Holder", "Innehaver", "Who holds the post.", "Hvem som har vervet.")

PostKind = Literal[
    "chair",
    "deputy_chair",
    "member",
    "substitute",
    "observer",
    "coordinator",
    "secretary",
    "manager",
    "case_worker",
    "chief_executive",
]


class PersonRegistered(Event, frozen=True, kw_only=True, tag="person-registered"):
    """A person who holds a public role is put on record, with the least data that does. The name can be erased."""

    nb: ClassVar[str] = "Person registrert"
    source: ClassVar[str] = "GDPR art. 5(1)(c): no more personal data than needed"

    person: Annotated[
        str,
        creates("person"),
        titled(
            "Person",
            "Person",
            "A new reference that does not give the name away.",
            "Ny henvisning som ikke røper navnet.",
        ),
    ]
    name: Annotated[Personal, titled("Name", "Navn", "Kept apart, can be erased.", "Holdes for seg, kan slettes.")]
    organisation: Annotated[
        OrganisationRef | None,
        titled("Organisation", "Virksomhet", "Where the person works.", "Hvor personen arbeider."),
    ] = None

    def effects(self) -> Iterable[Effect]:
        """The person, by commitment only."""
        return begin(self.person, name=self.name, organisation=self.organisation)


class PostCreated(Event, frozen=True, kw_only=True, tag="post-created"):
    """A seat or position is created in a body or organisation, or planned there."""

    nb: ClassVar[str] = "Verv opprettet"

    post: Annotated[
        str, creates("post"), titled("Post", "Verv", "A new reference: post/name.", "Ny henvisning: post/navn.")
    ]
    body: Annotated[PartyRef, titled("In", "I", "Where the post is.", "Hvor vervet er.")]
    title: Annotated[Line, titled("Title", "Tittel", "As used then.", "Som brukt den gang.")]
    kind: Annotated[PostKind, titled("Kind", "Type", "What sort of post.", "Hva slags verv.")]
    seats: Annotated[
        int, Meta(ge=1, le=999), titled("Seats", "Plasser", "How many may hold it at once.", "Hvor mange samtidig.")
    ]
    status: Annotated[
        Literal["created", "planned"],
        titled("Status", "Status", "Created, or only planned.", "Opprettet, eller bare planlagt."),
    ]

    def effects(self) -> Iterable[Effect]:
        """The post, vacant until someone is assigned."""
        return begin(self.post, name=self.title, body=self.body, kind=self.kind, seats=self.seats, status=self.status)


class PostAbolished(Event, frozen=True, kw_only=True, tag="post-abolished"):
    """A post is abolished."""

    nb: ClassVar[str] = "Verv inndratt"

    post: Annotated[PostRef, POST]

    def check(self, structure: Structure) -> None:
        """Nobody certainly holds it."""
        held = [holder for holder, fact in structure.post(self.post).holders.items() if fact.holds == "yes"]
        if held:
            raise Refused(
                "The post is held on {date}.",
                "Record first that the holder stepped down.",
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """It ends."""
        return end(self.post)


class RoleAssigned(Event, frozen=True, kw_only=True, tag="role-assigned"):
    """A person or an organisation takes a post."""

    nb: ClassVar[str] = "Verv tildelt"
    source: ClassVar[str] = "inndelingslova § 4: no new role for an organisation that has ended; seats as created"

    post: Annotated[PostRef, POST]
    holder: Annotated[HolderRef, HOLDER]
    term_until: Annotated[
        Edtf | None, titled("Term until", "Periode til", "When the term ends.", "Når perioden slutter.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The post exists, a seat is free, and a holding organisation exists on the date."""
        post = structure.post(self.post)
        if post.holds == "no":
            raise Refused(
                "The post does not exist on {date}.",
                "Record first that it was created, or check the date.",
                source=self.source,
                date=structure.effective,
            )
        if self.holder.startswith("organisation/"):
            require_standing(structure, self.holder)
        held = [ref for ref, fact in post.holders.items() if fact.holds == "yes" and ref != self.holder]
        seats = post.seats.value or 1
        if len(held) >= seats:
            raise Refused(
                "All {seats} seats of “{post}” are taken on {date}.",
                "Record first who stepped down, or check the date.",
                source=self.source,
                seats=seats,
                post=post.label,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """The holder, until the term ends if one is set."""
        yield put(self.post, "holder", value=True, key=self.holder)
        yield put(self.holder, "holds_post", value=True, key=self.post)
        if self.term_until:
            yield put(self.post, "term_until", self.term_until, key=self.holder)


class RoleEnded(Event, frozen=True, kw_only=True, tag="role-ended"):
    """Someone leaves a post."""

    nb: ClassVar[str] = "Verv avsluttet"

    post: Annotated[PostRef, POST]
    holder: Annotated[HolderRef, HOLDER]
    cause: Annotated[
        Literal["term", "resignation", "exemption", "recall", "death", "merger", "dissolution", "unknown"],
        titled("Cause", "Årsak", "Why.", "Hvorfor."),
    ]

    def check(self, structure: Structure) -> None:
        """They hold, or may hold, the post on the date."""
        post = structure.post(self.post)
        if post.fact("holder", self.holder).holds == "no":
            raise Refused(
                "They do not hold “{post}” on {date}.",
                "Record first when they took the post, or check the date.",
                post=post.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The seat is free."""
        return (put(self.post, "holder", None, key=self.holder), put(self.holder, "holds_post", None, key=self.post))

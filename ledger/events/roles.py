"""Posts, people, who holds which role, and which are vacant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.events.bodies import sitting
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import Edtf, HolderRef, Line, OrganisationRef, PartyRef, Personal, PostRef, creates, titled
from ledger.structure import Post, Structure

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


KO_SOURCE: Final = "koml. § 19-3: the daily leader of a task community does not sit in its representative council"
COUNCIL_SEATS: Final = {"chair", "deputy_chair", "member"}


def require_post(structure: Structure, ref: str, source: str) -> Post:
    """Refuse to do anything with a post that certainly does not exist on the date."""
    post = structure.post(ref)
    if post.holds == "no":
        raise Refused(
            "The post does not exist on {date}.",
            "Record first that it was created, or check the date.",
            source=source,
            date=structure.effective,
        )
    return post


def require_holder(structure: Structure, ref: str, holder: str, source: str) -> None:
    """Refuse somebody who certainly does not hold the post on the date."""
    post = structure.post(ref)
    if post.fact("holder", holder).holds == "no":
        raise Refused(
            "They do not hold “{post}” on {date}.",
            "Record first when they took the post, or check the date.",
            source=source,
            post=post.label,
            date=structure.effective,
        )


def forbid_both_leading_and_sitting(structure: Structure, post: Post, holder: str) -> None:
    """Refuse that one person certainly is daily leader of a task community and sits in its representative council."""
    leads, sits = _leads(post), _sits(post)
    if leads is None and sits is None:
        return
    for ref, fact in structure.thing(holder).keyed("holds_post").items():
        other = structure.post(ref)
        if fact.holds != "yes" or holder not in sitting(other):
            continue
        if (leads and leads == _sits(other)) or (sits and sits == _leads(other)):
            raise Refused(
                "The daily leader of {name} does not sit in its representative council.",
                "Choose another, or record first that they left “{post}”.",
                source=KO_SOURCE,
                name=structure.organisation(leads or sits or "").label,
                post=other.label,
            )


def _leads(post: Post) -> str | None:
    """The task community that the post certainly leads day by day, if any."""
    return _task_community(post) if post.fact("kind").value == "manager" else None


def _sits(post: Post) -> str | None:
    """The task community in whose representative council the post certainly is a seat, if any."""
    place = post.body.value
    council = place is not None and post.structure.thing(place).fact("kind").value == "assembly"
    return _task_community(post) if council and post.fact("kind").value in COUNCIL_SEATS else None


def _task_community(post: Post) -> str | None:
    place = post.body.value
    if place and place.startswith("body/"):
        place = post.structure.body(place).owner.value
    if not place:
        return None
    kind = post.structure.organisation(place).kind
    return place if kind.holds == "yes" and kind.value == "task_community" else None


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

    voting: Annotated[bool | None, titled("Voting", "Stemmerett", "With a vote?", "Med stemmerett?")] = None

    def effects(self) -> Iterator[Effect]:
        """The post, vacant until someone is assigned, and the place it is in."""
        yield from begin(
            self.post,
            name=self.title,
            body=self.body,
            kind=self.kind,
            seats=self.seats,
            status=self.status,
            voting=self.voting,
        )
        yield put(self.body, "post", value=True, key=self.post)


class PostAbolished(Event, frozen=True, kw_only=True, tag="post-abolished"):
    """A post is abolished."""

    nb: ClassVar[str] = "Verv inndratt"

    post: Annotated[PostRef, POST]

    def check(self, structure: Structure) -> None:
        """It exists until then, and nobody certainly holds it."""
        require_post(structure, self.post, self.source)
        if sitting(structure.post(self.post)):
            raise Refused(
                "The post is held on {date}.",
                "Record first that the holder stepped down.",
                source=self.source,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """It ends."""
        return end(self.post)


class RoleAssigned(Event, frozen=True, kw_only=True, tag="role-assigned"):
    """A person or an organisation takes a post."""

    nb: ClassVar[str] = "Verv tildelt"
    source: ClassVar[str] = "inndelingslova § 3; by convention no new role for one that has ended, and seats as created"

    post: Annotated[PostRef, POST]
    holder: Annotated[HolderRef, HOLDER]
    term_until: Annotated[
        Edtf | None, titled("Term until", "Periode til", "When the term ends.", "Når perioden slutter.")
    ] = None
    term_agreed: Annotated[
        bool | None,
        titled(
            "Term agreed",
            "Avtalt periode",
            "The agreement sets a term other than four years.",
            "Avtalen setter en annen periode enn fire år.",
        ),
    ] = None

    def check(self, structure: Structure) -> None:
        """The post exists, a seat is free, and a holding organisation exists on the date.

        A holder whose term is certainly over takes up no seat. The daily leader of a task community (kommunalt
        oppgavefellesskap) does not sit in its representative council (koml. § 19-3).
        """
        post = require_post(structure, self.post, self.source)
        if self.holder.startswith("organisation/"):
            require_standing(structure, self.holder)
        forbid_both_leading_and_sitting(structure, post, self.holder)
        held = [ref for ref in sitting(post) if ref != self.holder]
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
        yield put(self.post, "term_until", self.term_until, key=self.holder)
        yield put(self.post, "term_agreed", self.term_agreed, key=self.holder)
        yield put(self.post, "vacant_since", None)


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
        require_holder(structure, self.post, self.holder, self.source)

    def effects(self) -> Iterable[Effect]:
        """The seat is free."""
        return (
            put(self.post, "holder", None, key=self.holder),
            put(self.holder, "holds_post", None, key=self.post),
            put(self.post, "term_until", None, key=self.holder),
            put(self.post, "leave", None, key=self.holder),
        )


class VacancyNoted(Event, frozen=True, kw_only=True, tag="vacancy-noted"):
    """A source says that a post, or a seat of it, is vacant."""

    nb: ClassVar[str] = "Ubesatt"

    post: Annotated[PostRef, POST]
    since: Annotated[Edtf | None, titled("Since", "Siden", "From about when.", "Fra omtrent når.")] = None

    def check(self, structure: Structure) -> None:
        """The post exists, and its seats are not certainly all taken."""
        post = require_post(structure, self.post, self.source)
        seats = post.seats.value or 1
        if len(sitting(post)) >= seats:
            raise Refused(
                "All {seats} seats of “{post}” are taken on {date}.",
                "Record first who stepped down, or check the date.",
                source=self.source,
                seats=seats,
                post=post.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """Noted as vacant, until someone is assigned."""
        return (put(self.post, "vacant_since", self.since or "unknown"),)

"""Bodies: what is established, whose it is, what it is called, which function it has, whether it works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from ledger.calendar import LATEST, bounds
from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    BodyRef,
    Edtf,
    Line,
    OrganisationRef,
    PartyRef,
    creates,
    titled,
)
from ledger.structure import Post, Structure

BODY = titled("Body", "Organ", "The body concerned.", "Organet det gjelder.")

BodyKind = Literal[
    "council",
    "elected",
    "administrative",
    "committee",
    "board",
    "assembly",
    "working_group",
    "expert_council",
    "secretariat",
    "network",
    "programme",
    "unknown",
]
Function = Literal[
    "steering_group",
    "strategy_group",
    "portfolio_board",
    "programme_board",
    "orderer",
    "supplier",
    "secretariat",
    "host_municipality",
    "central_role",
]
EXCLUSIVE: Final = (
    "steering_group",
    "strategy_group",
    "portfolio_board",
    "programme_board",
    "secretariat",
    "host_municipality",
)
"""The functions that one body or organisation at a time has for a subject."""


def require_body(structure: Structure, ref: str) -> None:
    """Refuse to give anything to a body that certainly does not exist on the date."""
    body = structure.body(ref)
    if body.holds == "no":
        raise Refused(
            "{name} does not exist on {date}.",
            "Check the date, or record first when the body was established.",
            source=Event.source,
            name=body.label,
            date=structure.effective,
        )


def sitting(post: Post) -> list[str]:
    """Those who certainly hold a post: they took it, did not leave it, and no term they may have is over."""
    return [
        holder
        for holder, fact in post.holders.items()
        if fact.holds == "yes"
        and all(bounds(str(term)).latest >= post.structure.effective for term in post.values("term_until", holder))
    ]


class BodyEstablished(Event, frozen=True, kw_only=True, tag="body-established"):
    """A body is established, or a decision says it shall be. ``effect`` tells the two apart."""

    nb: ClassVar[str] = "Organ opprettet"

    body: Annotated[
        str, creates("body"), titled("Body", "Organ", "A new reference: body/name.", "Ny henvisning: body/navn.")
    ]
    name: Annotated[Line, titled("Name", "Navn", "What it is called.", "Hva det heter.")]
    kind: Annotated[BodyKind, titled("Kind", "Type", "What sort of body.", "Hva slags organ.")]
    effect: Annotated[
        Literal["decided", "evidenced"],
        titled(
            "Effect",
            "Virkning",
            "Only decided, or shown to exist.",
            "Bare vedtatt, eller vist å finnes.",
        ),
    ]
    owner: Annotated[
        OrganisationRef | None, titled("Owner", "Eier", "Whose body it is.", "Hvem organet hører til.")
    ] = None
    co_owners: Annotated[
        tuple[OrganisationRef, ...],
        titled("Other owners", "Andre eiere", "Those who own it with them.", "De som eier det sammen med dem."),
    ] = ()
    under: Annotated[BodyRef | None, titled("Reports to", "Underlagt", "The body above it.", "Organet over.")] = None
    duration: Annotated[
        Literal["permanent", "ad_hoc"] | None,
        titled("Duration", "Varighet", "Standing, or for one task.", "Fast, eller for én oppgave."),
    ] = None

    def check(self, structure: Structure) -> None:
        """Nobody owns it twice over, and there is an owner for others to own it with."""
        if self.co_owners and (self.owner is None or self.owner in self.co_owners):
            raise Refused(
                "The other owners are named without an owner to share with, or the owner is named twice.",
                "Name one as the owner, and each of the rest once as another owner.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """It exists, decided or evidenced."""
        yield from begin(
            self.body,
            name=self.name,
            kind=self.kind,
            effect=self.effect,
            owner=self.owner,
            under=self.under,
            duration=self.duration,
        )
        for owner in self.co_owners:
            yield put(self.body, "co_owner", value=True, key=owner)


class BodyRenamed(Event, frozen=True, kw_only=True, tag="body-renamed"):
    """A body takes another name and stays the same body."""

    nb: ClassVar[str] = "Organ omdøpt"

    body: Annotated[BodyRef, BODY]
    name: Annotated[Line, titled("New name", "Nytt navn", "The name from the date.", "Navnet fra datoen.")]

    def check(self, structure: Structure) -> None:
        """It exists, and does not certainly bear the name on the date."""
        require_body(structure, self.body)
        name = structure.body(self.body).name
        if name.holds == "yes" and name.value == self.name:
            raise Refused(
                "{name} bears that name already on {date}.",
                "Leave the event out, or check the date.",
                source=self.source,
                name=self.name,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The name, from the date."""
        return (put(self.body, "name", self.name),)


class BodyPlaced(Event, frozen=True, kw_only=True, tag="body-placed"):
    """A body is placed under another, or from now on under none."""

    nb: ClassVar[str] = "Organ underlagt"

    body: Annotated[BodyRef, BODY]
    under: Annotated[
        BodyRef | None,
        titled("Reports to", "Underlagt", "The body above it; empty for none.", "Organet over; tomt for ingen."),
    ] = None

    def check(self, structure: Structure) -> None:
        """Both bodies exist, and no body stands under itself, however many steps away, then or as things end up."""
        require_body(structure, self.body)
        if self.under is None:
            return
        require_body(structure, self.under)
        days = [structure]
        finally_ = structure.on(LATEST)
        if finally_.body(self.body).under.entry == structure.body(self.body).under.entry:
            days.append(finally_)  # no later placement is known, so this one lasts
        for day in days:
            above: str | None = self.under
            passed: set[str] = set()
            while above and above not in passed:
                passed.add(above)
                if above == self.body:
                    raise Refused(
                        "{body} would stand under itself.",
                        "Check which of the two bodies stands above the other.",
                        source=self.source,
                        body=structure.body(self.body).label,
                    )
                placed = day.body(above).under
                above = placed.value if placed.holds == "yes" else None

    def effects(self) -> Iterable[Effect]:
        """Its place in the tree."""
        return (put(self.body, "under", self.under),)


class BodyFunctionAssigned(Event, frozen=True, kw_only=True, tag="body-function-assigned"):
    """A body or organisation has a function for something: steering group for a strategy, host for an agreement."""

    nb: ClassVar[str] = "Får funksjon"

    holder: Annotated[PartyRef, titled("Holder", "Innehaver", "Who has the function.", "Hvem som har funksjonen.")]
    function: Annotated[Function, titled("Function", "Funksjon", "Which function.", "Hvilken funksjon.")]
    subject: Annotated[AnyRef, titled("For", "For", "What the function is for.", "Hva funksjonen gjelder.")]
    wished: Annotated[
        bool | None,
        titled("Only wished", "Bare ønsket", "A wish, not an appointment.", "Et ønske, ikke en utpeking."),
    ] = None

    def check(self, structure: Structure) -> None:
        """An exclusive function has one holder for a subject at a time; a wish appoints nobody.

        Steering group, strategy group, portfolio board, programme board, secretariat and host are exclusive.
        """
        if self.wished or self.function not in EXCLUSIVE:
            return
        for holder, fact in structure.thing(self.subject).keyed(self.function).items():
            if fact.holds == "yes" and holder != self.holder:
                raise Refused(
                    "{holder} has that function for {subject} already on {date}.",
                    "Record first that it ended for {holder}, or check the date.",
                    source=self.source,
                    holder=structure.thing(holder).label,
                    subject=structure.thing(self.subject).label,
                    date=structure.effective,
                )

    def effects(self) -> Iterator[Effect]:
        """The function, seen from holder and subject; a wish stands apart from an appointment."""
        if self.wished:
            yield put(self.subject, "wished_function", self.function, key=self.holder)
            yield put(self.holder, "wished_function_for", self.function, key=self.subject)
        else:
            yield put(self.subject, self.function, value=True, key=self.holder)
            yield put(self.holder, f"{self.function}_for", value=True, key=self.subject)


class BodyFunctionEnded(Event, frozen=True, kw_only=True, tag="body-function-ended"):
    """A body no longer has a function."""

    nb: ClassVar[str] = "Funksjon opphørt"

    holder: Annotated[PartyRef, titled("Holder", "Innehaver", "Who had the function.", "Hvem som hadde funksjonen.")]
    function: Annotated[Function, titled("Function", "Funksjon", "Which function.", "Hvilken funksjon.")]
    subject: Annotated[AnyRef, titled("For", "For", "What the function was for.", "Hva funksjonen gjaldt.")]

    def check(self, structure: Structure) -> None:
        """There is a function to end."""
        if structure.thing(self.subject).fact(self.function, self.holder).holds == "no":
            raise Refused(
                "{holder} does not have that function for {subject} on {date}.",
                "Check who holds it, and the date.",
                source=self.source,
                holder=structure.thing(self.holder).label,
                subject=structure.thing(self.subject).label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The function is vacant."""
        return (
            put(self.subject, self.function, None, key=self.holder),
            put(self.holder, f"{self.function}_for", None, key=self.subject),
        )


class BodyActivityReported(Event, frozen=True, kw_only=True, tag="body-activity-reported"):
    """A source says whether a body works. A report, not a dissolution."""

    nb: ClassVar[str] = "Rapportert aktivitet"

    body: Annotated[BodyRef, BODY]
    state: Annotated[
        Literal["functioning", "dormant", "not_functioning"],
        titled("State", "Tilstand", "Does it work?", "Fungerer det?"),
    ]
    since: Annotated[Edtf | None, titled("Since", "Siden", "From about when.", "Fra omtrent når.")] = None
    until: Annotated[
        Edtf | None, titled("Until", "Til", "To about when, if it is over.", "Til omtrent når, om det er over.")
    ] = None
    said_by: Annotated[
        PartyRef | None, titled("Said by", "Sagt av", "Who reports it.", "Hvem som rapporterer det.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The period does not certainly end before it starts."""
        if self.since and self.until and bounds(self.until).latest < bounds(self.since).earliest:
            raise Refused(
                "The period ends on {until}, before it starts on {since}.",
                "Check the two dates.",
                source=self.source,
                until=self.until,
                since=self.since,
            )

    def effects(self) -> Iterator[Effect]:
        """The reported state, for as long as it is said to have lasted; a body that works is shown to exist."""
        yield put(self.body, "activity", self.state, at=self.since)
        if self.state == "functioning":
            yield put(self.body, "effect", "evidenced", at=self.since)
        if self.until and self.until != self.since:
            yield put(self.body, "activity", None, at=self.until)


class BodyDissolved(Event, frozen=True, kw_only=True, tag="body-dissolved"):
    """A body is dissolved."""

    nb: ClassVar[str] = "Organ nedlagt"

    body: Annotated[BodyRef, BODY]
    tasks_to: Annotated[
        BodyRef | None, titled("Tasks to", "Oppgaver til", "Who takes over its tasks.", "Hvem som overtar oppgavene.")
    ] = None
    archive_custodian: Annotated[
        OrganisationRef | None,
        titled("Archive custodian", "Arkivansvarlig", "Who keeps its archive.", "Hvem som overtar arkivet."),
    ] = None

    def check(self, structure: Structure) -> None:
        """It exists until then, and leaves no open task and no held post behind, unless another body takes over."""
        require_body(structure, self.body)
        if self.tasks_to == self.body:
            raise Refused(
                "{name} cannot take over its own tasks.",
                "Name the body that goes on with them.",
                source=self.source,
                name=structure.body(self.body).label,
            )
        if self.tasks_to:
            return
        body = structure.body(self.body)
        for ref in body.keyed("task"):
            mandate = structure.mandate(ref)
            if mandate.holds == "yes" and mandate.fact("outcome").holds == "no":
                raise Refused(
                    "{name} still has the open task “{task}” on {date}.",
                    "Record first how the task ended, or say who takes over the tasks.",
                    source=self.source,
                    name=body.label,
                    task=mandate.label,
                    date=structure.effective,
                )
        for ref in body.keyed("post"):
            post = structure.post(ref)
            if post.holds == "yes" and sitting(post):
                raise Refused(
                    "“{post}” in {name} is still held on {date}.",
                    "Record first who stepped down, or say who takes over the tasks.",
                    source=self.source,
                    post=post.label,
                    name=body.label,
                    date=structure.effective,
                )

    def effects(self) -> Iterable[Effect]:
        """It ends."""
        return end(self.body, ended_by="dissolution", tasks_to=self.tasks_to, archive_custodian=self.archive_custodian)


class BodyMembershipSet(Event, frozen=True, kw_only=True, tag="body-membership-set"):
    """Organisations or bodies sit in, or took part in, a body or network."""

    nb: ClassVar[str] = "Deltakere i organ"

    body: Annotated[BodyRef, BODY]
    members: Annotated[
        tuple[PartyRef, ...],
        Meta(min_length=1),
        titled("Members", "Medlemmer", "Who sits in it.", "Hvem som sitter i det."),
    ]

    def effects(self) -> Iterator[Effect]:
        """Each member, seen from both ends."""
        for member in self.members:
            yield put(self.body, "member", value=True, key=member)
            yield put(member, "member_of", value=True, key=self.body)

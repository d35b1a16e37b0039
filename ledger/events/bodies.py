"""Bodies and mandates: what is established, which function it has, which tasks it is given, whether it works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.calendar import bounds
from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    BodyRef,
    DocumentRef,
    Edtf,
    Line,
    MandateRef,
    OrganisationRef,
    PartyRef,
    Staffing,
    Text,
    creates,
    refers_to,
    titled,
)
from ledger.structure import Structure

BODY = titled("Body", "Organ", "The body concerned.", "Organet det gjelder.")
MANDATE = titled("Mandate", "Mandat", "The task concerned.", "Oppdraget det gjelder.")

BodyKind = Literal[
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
Receiver = Annotated[str, refers_to("body", "organisation", "post")]


def require_body(structure: Structure, ref: str) -> None:
    """Refuse to give anything to a body that certainly does not exist on the date."""
    body = structure.body(ref)
    if body.holds == "no":
        raise Refused(
            "{name} does not exist on {date}.",
            "Check the date, or record first when the body was established.",
            name=body.label,
            date=structure.effective,
        )


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
    under: Annotated[BodyRef | None, titled("Reports to", "Underlagt", "The body above it.", "Organet over.")] = None

    def effects(self) -> Iterable[Effect]:
        """It exists, decided or evidenced."""
        return begin(self.body, name=self.name, kind=self.kind, effect=self.effect, owner=self.owner, under=self.under)


class BodyPlaced(Event, frozen=True, kw_only=True, tag="body-placed"):
    """A body is placed under another."""

    nb: ClassVar[str] = "Organ underlagt"

    body: Annotated[BodyRef, BODY]
    under: Annotated[BodyRef, titled("Reports to", "Underlagt", "The body above it.", "Organet over.")]

    def check(self, structure: Structure) -> None:
        """No body stands under itself, however many steps away."""
        above: str | None = self.under
        passed: set[str] = set()
        while above and above not in passed:
            passed.add(above)
            if above == self.body:
                raise Refused(
                    "{body} would stand under itself.",
                    "Check which of the two bodies stands above the other.",
                    body=structure.body(self.body).label,
                )
            above = structure.body(above).under.value

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

    def effects(self) -> Iterator[Effect]:
        """The function, seen from holder and subject; a wish stands apart from an appointment."""
        name = "wished_function" if self.wished else "function"
        yield put(self.subject, name, self.function, key=self.holder)
        yield put(self.holder, f"{name}_for", self.function, key=self.subject)


class BodyFunctionEnded(Event, frozen=True, kw_only=True, tag="body-function-ended"):
    """A body no longer has a function."""

    nb: ClassVar[str] = "Funksjon opphørt"

    holder: Annotated[PartyRef, titled("Holder", "Innehaver", "Who had the function.", "Hvem som hadde funksjonen.")]
    subject: Annotated[AnyRef, titled("For", "For", "What the function was for.", "Hva funksjonen gjaldt.")]

    def check(self, structure: Structure) -> None:
        """There is a function to end."""
        if structure.thing(self.subject).fact("function", self.holder).holds == "no":
            raise Refused(
                "{holder} has no function for {subject} on {date}.",
                "Check who holds it, and the date.",
                holder=structure.thing(self.holder).label,
                subject=structure.thing(self.subject).label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The function is vacant."""
        return (
            put(self.subject, "function", None, key=self.holder),
            put(self.holder, "function_for", None, key=self.subject),
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
    said_by: Annotated[
        PartyRef | None, titled("Said by", "Sagt av", "Who reports it.", "Hvem som rapporterer det.")
    ] = None

    def effects(self) -> Iterable[Effect]:
        """The reported state of the body, from when it is said to have begun."""
        return (put(self.body, "activity", self.state, at=self.since),)


class BodyDissolved(Event, frozen=True, kw_only=True, tag="body-dissolved"):
    """A body is dissolved."""

    nb: ClassVar[str] = "Organ nedlagt"

    body: Annotated[BodyRef, BODY]
    tasks_to: Annotated[
        BodyRef | None, titled("Tasks to", "Oppgaver til", "Who takes over its tasks.", "Hvem som overtar oppgavene.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It exists until then."""
        require_body(structure, self.body)

    def effects(self) -> Iterable[Effect]:
        """It ends."""
        return end(self.body, ended_by="dissolution", tasks_to=self.tasks_to)


class CompositionRuleSet(Event, frozen=True, kw_only=True, tag="composition-rule-set"):
    """Who sits in a body, as a rule."""

    nb: ClassVar[str] = "Sammensetning fastsatt"

    body: Annotated[BodyRef, BODY]
    rule: Annotated[Text, titled("Rule", "Regel", "Who sits in it.", "Hvem som sitter i det.")]
    status: Annotated[
        Literal["adopted", "proposed"], titled("Status", "Status", "Adopted or proposed.", "Vedtatt eller foreslått.")
    ]

    def effects(self) -> Iterable[Effect]:
        """The rule, kept apart by status so that a proposal is never read as adopted."""
        return (put(self.body, f"composition_{self.status}", self.rule),)


class CapacityRequirementSet(Event, frozen=True, kw_only=True, tag="capacity-requirement-set"):
    """How much staff a body must have: a floor, a ceiling or an exact number. Not a staffing."""

    nb: ClassVar[str] = "Bemanningskrav"

    body: Annotated[BodyRef, BODY]
    staffing: Annotated[Staffing, titled("Staffing", "Årsverk", "In thousandths of an FTE.", "I tusendels årsverk.")]
    status: Annotated[
        Literal["adopted", "proposed"], titled("Status", "Status", "Adopted or proposed.", "Vedtatt eller foreslått.")
    ]
    phase: Annotated[Line | None, titled("Phase", "Fase", "When it applies.", "Når det gjelder.")] = None

    def effects(self) -> Iterable[Effect]:
        """The requirement, kept apart by status."""
        return (put(self.body, f"capacity_{self.status}", {"staffing": self.staffing, "phase": self.phase}),)


class StaffCommitted(Event, frozen=True, kw_only=True, tag="staff-committed"):
    """An organisation puts staff at a body's disposal."""

    nb: ClassVar[str] = "Årsverk stilt til rådighet"

    organisation: Annotated[
        OrganisationRef, titled("From", "Fra", "Who provides the staff.", "Hvem som stiller ressursen.")
    ]
    body: Annotated[BodyRef, BODY]
    staffing: Annotated[Staffing, titled("Staffing", "Årsverk", "In thousandths of an FTE.", "I tusendels årsverk.")]

    def effects(self) -> Iterable[Effect]:
        """The staff, by organisation."""
        return (put(self.body, "staff", self.staffing, key=self.organisation),)


class MandateGiven(Event, frozen=True, kw_only=True, tag="mandate-given"):
    """One body gives another a task, perhaps with a deadline."""

    nb: ClassVar[str] = "Oppdrag gitt"

    mandate: Annotated[
        str,
        creates("mandate"),
        titled("Mandate", "Mandat", "A new reference: mandate/name.", "Ny henvisning: mandate/navn."),
    ]
    giver: Annotated[PartyRef, titled("Given by", "Gitt av", "Who gives the task.", "Hvem som gir oppdraget.")]
    receiver: Annotated[Receiver, titled("Given to", "Gitt til", "Who gets the task.", "Hvem som får oppdraget.")]
    task: Annotated[Text, titled("Task", "Oppgave", "What is to be done.", "Hva som skal gjøres.")]
    deliverables: Annotated[
        tuple[Line, ...], titled("Deliverables", "Leveranser", "What is to be handed over.", "Hva som skal leveres.")
    ] = ()
    deadline: Annotated[Edtf | None, titled("Deadline", "Frist", "When it is due.", "Når det skal være ferdig.")] = None

    def check(self, structure: Structure) -> None:
        """A deadline is not certainly before the task is given."""
        if self.deadline and bounds(self.deadline).latest < structure.effective:
            raise Refused(
                "The deadline {deadline} lies before the task is given on {date}.",
                "Check the deadline and the effective date.",
                deadline=self.deadline,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """An open task."""
        return begin(
            self.mandate,
            name=self.task,
            giver=self.giver,
            receiver=self.receiver,
            deliverables=self.deliverables,
            deadline=self.deadline,
            status="open",
        )


class MandateDeliverableSubmitted(Event, frozen=True, kw_only=True, tag="mandate-deliverable-submitted"):
    """Something asked for is handed over. Late is shown, not refused."""

    nb: ClassVar[str] = "Leveranse framlagt"

    mandate: Annotated[MandateRef, MANDATE]
    deliverable: Annotated[Line, titled("Deliverable", "Leveranse", "What was handed over.", "Hva som ble levert.")]
    document: Annotated[DocumentRef | None, titled("Document", "Dokument", "Where it is.", "Hvor det finnes.")] = None

    def effects(self) -> Iterable[Effect]:
        """The deliverable is there."""
        return (put(self.mandate, "delivered", self.document or True, key=self.deliverable),)


class MandateDischarged(Event, frozen=True, kw_only=True, tag="mandate-discharged"):
    """A task is fulfilled, lapses or is withdrawn."""

    nb: ClassVar[str] = "Oppdrag avsluttet"

    mandate: Annotated[MandateRef, MANDATE]
    outcome: Annotated[
        Literal["fulfilled", "lapsed", "withdrawn"], titled("Outcome", "Utfall", "How it ended.", "Hvordan det endte.")
    ]

    def check(self, structure: Structure) -> None:
        """The task is open on the date."""
        mandate = structure.mandate(self.mandate)
        if mandate.status.value != "open":
            raise Refused(
                "The task “{task}” is not open on {date}.",
                "Check which task is meant, and the date.",
                task=mandate.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The task is closed."""
        return (put(self.mandate, "status", self.outcome),)


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

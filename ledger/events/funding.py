"""Funding: principles, sources, applications, awards and allocations. Unknown amounts are values, never zero."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, amount, begin, put
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    ApplicationRef,
    Edtf,
    FundRef,
    Line,
    Money,
    PartyRef,
    Strength,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

APPLICATION = titled("Application", "Søknad", "The application concerned.", "Søknaden det gjelder.")
AMOUNT = titled("Amount", "Beløp", "Øre, or unknown.", "Øre, eller ukjent.")

FundKind = Literal[
    "discretionary",
    "block_grant",
    "own_share",
    "co_financing",
    "county",
    "national_programme",
    "fund",
    "other",
]


class FundingPrincipleStated(Event, frozen=True, kw_only=True, tag="funding-principle-stated"):
    """How something should be paid for. No money moves."""

    nb: ClassVar[str] = "Finansieringsprinsipp"

    subject: Annotated[AnyRef, titled("For", "For", "What is to be paid for.", "Hva som skal betales.")]
    sources: Annotated[
        tuple[FundKind, ...],
        titled("Sources", "Kilder", "Where the money should come from.", "Hvor pengene bør komme fra."),
    ] = ()
    fund: Annotated[FundRef | None, titled("Fund", "Midler", "The source, if on record.", "Kilden, om registrert.")] = (
        None
    )
    text: Annotated[Text, titled("Principle", "Prinsipp", "In the clerk's words.", "Med saksbehandlerens ord.")]
    strength: Annotated[Strength, titled("Strength", "Styrke", "As strong as its words.", "Så sterkt som ordene.")]

    def effects(self) -> Iterable[Effect]:
        """The principle, with its strength."""
        value = {"strength": self.strength, "sources": self.sources, "fund": self.fund}
        return (put(self.subject, "funding_principle", value, key=self.text),)


class FundingSourceRegistered(Event, frozen=True, kw_only=True, tag="funding-source-registered"):
    """A source of money is put on record, with its rules where known."""

    nb: ClassVar[str] = "Finansieringskilde"

    fund: Annotated[
        str, creates("fund"), titled("Fund", "Midler", "A new reference: fund/name.", "Ny henvisning: fund/navn.")
    ]
    name: Annotated[Line, titled("Name", "Navn", "What it is called.", "Hva kilden heter.")]
    kind: Annotated[FundKind, titled("Kind", "Type", "What sort of money.", "Hva slags midler.")]
    funder: Annotated[PartyRef | None, titled("Funder", "Giver", "Who gives it.", "Hvem som gir dem.")] = None
    rules: Annotated[Text | None, titled("Rules", "Regler", "Conditions for using it.", "Vilkår for bruk.")] = None

    def effects(self) -> Iterable[Effect]:
        """The source; its amounts are unknown until an award says one."""
        return begin(self.fund, name=self.name, kind=self.kind, funder=self.funder, rules=self.rules)


class GrantApplied(Event, frozen=True, kw_only=True, tag="grant-applied"):
    """Somebody applies for money, or may have: ``sent`` says which."""

    nb: ClassVar[str] = "Søknad om midler"

    application: Annotated[
        str,
        creates("application"),
        titled("Application", "Søknad", "A new reference: application/name.", "Ny henvisning: application/navn."),
    ]
    fund: Annotated[FundRef, titled("Fund", "Midler", "Which source.", "Hvilken kilde.")]
    applicant: Annotated[PartyRef, titled("Applicant", "Søker", "Who applies.", "Hvem som søker.")]
    project: Annotated[Line, titled("Project", "Prosjekt", "For what.", "Til hva.")]
    amount: Annotated[Money, AMOUNT]
    sent: Annotated[
        Literal["sent", "sent_or_planned", "planned"],
        titled(
            "Sent", "Sendt", "Sent, planned, or the source does not tell.", "Sendt, planlagt, eller uklart i kilden."
        ),
    ]
    own_share: Annotated[Money | None, titled("Own share", "Egenandel", "Own money.", "Egne midler.")] = None

    def effects(self) -> Iterator[Effect]:
        """An open application; nothing is granted."""
        yield from begin(
            self.application,
            name=self.project,
            fund=self.fund,
            applicant=self.applicant,
            status=self.sent,
            own_share=self.own_share,
        )
        yield from amount(self.application, "applied", self.amount)


class GrantAwarded(Event, frozen=True, kw_only=True, tag="grant-awarded"):
    """An application is granted, in whole or in part."""

    nb: ClassVar[str] = "Tilsagn"

    application: Annotated[ApplicationRef, APPLICATION]
    amount: Annotated[Money, AMOUNT]

    def check(self, structure: Structure) -> None:
        """A refused application is not granted."""
        application = structure.thing(self.application)
        if application.fact("status").value == "refused":
            raise Refused(
                "The application “{project}” was refused by {date}.",
                "Record a new application, or correct the refusal.",
                project=application.label,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """The award."""
        yield put(self.application, "status", "awarded")
        yield from amount(self.application, "granted", self.amount)


class GrantRefused(Event, frozen=True, kw_only=True, tag="grant-refused"):
    """An application is refused."""

    nb: ClassVar[str] = "Avslag"

    application: Annotated[ApplicationRef, APPLICATION]
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why, if stated.", "Hvorfor, om oppgitt.")] = None

    def check(self, structure: Structure) -> None:
        """A granted application is not refused as well."""
        application = structure.thing(self.application)
        if application.fact("status").value == "awarded":
            raise Refused(
                "The application “{project}” was granted by {date}.",
                "Check which application is meant, and the date.",
                project=application.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The refusal."""
        return (put(self.application, "status", "refused"),)


class AllocationDecided(Event, frozen=True, kw_only=True, tag="allocation-decided"):
    """Granted money is set aside for something."""

    nb: ClassVar[str] = "Bevilgning"
    source: ClassVar[str] = "koml. §§ 14-3, 14-5: the budget binds; no more is allocated than there is"

    application: Annotated[
        ApplicationRef, titled("From", "Fra", "The grant it is taken from.", "Tilsagnet det tas fra.")
    ]
    to: Annotated[AnyRef, titled("To", "Til", "Measure, body or organisation.", "Tiltak, organ eller virksomhet.")]
    amount: Annotated[Money, AMOUNT]

    def check(self, structure: Structure) -> None:
        """No more is allocated than is certainly granted by then and not allocated, on whatever day."""
        if self.amount.ore is None:
            return
        granted = structure.balance(self.application, "granted").certain
        left = granted - structure.on(LATEST).balance(self.application, "allocated").most
        if self.amount.ore > left:
            raise Refused(
                "Only {left} øre are left of the grant on {date}; {amount} øre are too much.",
                "Allocate less, or record the award that covers it first.",
                source=self.source,
                left=left,
                amount=self.amount.ore,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """Set aside, counted on both sides."""
        yield from amount(self.application, "allocated", self.amount)
        yield from amount(self.to, "received", self.amount)


class CostEstimated(Event, frozen=True, kw_only=True, tag="cost-estimated"):
    """What something will cost, as a source says; often that nobody knows."""

    nb: ClassVar[str] = "Kostnad anslått"

    subject: Annotated[AnyRef, titled("Of", "For", "What costs.", "Hva som koster.")]
    amount: Annotated[Money, AMOUNT]
    reason: Annotated[
        Text, titled("Reason", "Begrunnelse", "Why this, or why unknown.", "Hvorfor, eller hvorfor ukjent.")
    ]
    by_year: Annotated[Edtf | None, titled("For year", "For år", "Which year.", "Hvilket år.")] = None

    def effects(self) -> Iterable[Effect]:
        """The estimate; no money moves."""
        return (put(self.subject, "cost", {"amount": self.amount, "reason": self.reason, "year": self.by_year}),)

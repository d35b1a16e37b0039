"""Agreements, who adheres to what, and who supplies whom.

Adherence has stages that never overwrite each other: proposed, decided, signed, in force, withdrawn. Each is its own
slot on the thing adhered to, so that a late proposal cannot hide a decision, nor a decision be read out of a proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import (
    AdherenceTarget,
    AgreementRef,
    AnyRef,
    DecisionRef,
    Line,
    OrganisationRef,
    PartyRef,
    PointNumber,
    ProposalRef,
    SupplyRef,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

AGREEMENT = titled("Agreement", "Avtale", "The agreement concerned.", "Avtalen det gjelder.")
ORGANISATION = titled("Organisation", "Virksomhet", "Who adheres.", "Hvem som slutter seg til.")
TARGET = titled("Adheres to", "Slutter seg til", "What it adheres to.", "Hva den slutter seg til.")
NEW_AGREEMENT = titled("Agreement", "Avtale", "A new reference: agreement/name.", "Ny henvisning: agreement/navn.")

AgreementForm = Literal[
    "political_council",
    "task_community",
    "host_municipality",
    "board_1992",
    "intermunicipal_company",
    "association",
    "no_statutory_form",
    "unknown",
]


class AgreementDraftOrdered(Event, frozen=True, kw_only=True, tag="agreement-draft-ordered"):
    """A draft agreement is to be made. There is no agreement yet."""

    nb: ClassVar[str] = "Avtaleutkast bestilt"

    agreement: Annotated[str, creates("agreement"), NEW_AGREEMENT]
    title: Annotated[Line, titled("Title", "Tittel", "What it is to be about.", "Hva den skal gjelde.")]
    parties: Annotated[
        Line, titled("For", "For", "Who may join, as the paper says.", "Hvem som kan delta, slik papiret sier.")
    ]

    def effects(self) -> Iterable[Effect]:
        """A planned agreement."""
        return begin(self.agreement, name=self.title, status="ordered", open_to=self.parties)


class AgreementReported(Event, frozen=True, kw_only=True, tag="agreement-reported"):
    """A source tells of an agreement whose text, decisions and dates are not at hand."""

    nb: ClassVar[str] = "Avtale omtalt"

    agreement: Annotated[str, creates("agreement"), NEW_AGREEMENT]
    title: Annotated[Line, titled("Title", "Tittel", "What it is about.", "Hva den gjelder.")]
    form: Annotated[AgreementForm, titled("Form", "Form", "Its legal form.", "Den rettslige formen.")]
    parties: Annotated[
        tuple[PartyRef, ...],
        Meta(min_length=1),
        titled("Parties", "Parter", "Those the source names.", "De kilden nevner."),
    ]
    host: Annotated[OrganisationRef | None, titled("Host", "Vertskommune", "The host, if any.", "Verten, om noen.")] = (
        None
    )

    def effects(self) -> Iterator[Effect]:
        """The agreement is told of; its parties are parties by report, with no decision, signature or force known."""
        yield from begin(self.agreement, name=self.title, form=self.form, host=self.host, status="reported")
        for party in self.parties:
            yield put(self.agreement, "reported", value=True, key=party)


class AdherenceProposed(Event, frozen=True, kw_only=True, tag="adherence-proposed"):
    """It is proposed that an organisation adheres to something. It has not."""

    nb: ClassVar[str] = "Tilslutning foreslått"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    to: Annotated[AdherenceTarget, TARGET]
    proposal: Annotated[ProposalRef, titled("Proposal", "Forslag", "Which proposal.", "Hvilket forslag.")]
    point: Annotated[PointNumber | None, titled("Point", "Punkt", "Which point.", "Hvilket punkt.")] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date."""
        require_standing(structure, self.organisation)

    def effects(self) -> Iterable[Effect]:
        """Proposed, and nothing more."""
        return (put(self.to, "proposed", self.proposal, key=self.organisation),)


class AdherenceDecided(Event, frozen=True, kw_only=True, tag="adherence-decided"):
    """An organisation's own body decides that it adheres, or that it does not."""

    nb: ClassVar[str] = "Tilslutning vedtatt"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4, 20-4: each council decides for itself"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    to: Annotated[AdherenceTarget, TARGET]
    answer: Annotated[
        Literal["joins", "declines"], titled("Answer", "Svar", "Joins or declines.", "Slutter seg til eller avslår.")
    ]
    decision: Annotated[
        DecisionRef, titled("Decision", "Vedtak", "The deciding body's act.", "Vedtaket det bygger på.")
    ]
    conditions: Annotated[
        Text | None, titled("Conditions", "Vilkår", "On which terms, if any.", "På hvilke vilkår, om noen.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date."""
        require_standing(structure, self.organisation)

    def effects(self) -> Iterable[Effect]:
        """Its decision, with its terms."""
        value = {"answer": self.answer, "decision": self.decision, "conditions": self.conditions}
        return (put(self.to, "decided", value, key=self.organisation),)


class AgreementSigned(Event, frozen=True, kw_only=True, tag="agreement-signed"):
    """An organisation signs an agreement."""

    nb: ClassVar[str] = "Avtale undertegnet"

    organisation: Annotated[
        OrganisationRef, titled("Organisation", "Virksomhet", "Who signs.", "Hvem som undertegner.")
    ]
    agreement: Annotated[AgreementRef, AGREEMENT]

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date."""
        require_standing(structure, self.organisation)

    def effects(self) -> Iterable[Effect]:
        """Signed by this party."""
        return (put(self.agreement, "signed", value=True, key=self.organisation),)


class AgreementEnteredIntoForce(Event, frozen=True, kw_only=True, tag="agreement-entered-into-force"):
    """An agreement enters into force between the parties that have signed it."""

    nb: ClassVar[str] = "Avtale trådt i kraft"

    agreement: Annotated[AgreementRef, AGREEMENT]
    parties: Annotated[
        tuple[OrganisationRef, ...],
        Meta(min_length=2),
        titled("Parties", "Parter", "Between whom.", "Mellom hvem."),
    ]

    def check(self, structure: Structure) -> None:
        """Every party has signed."""
        agreement = structure.thing(self.agreement)
        for party in self.parties:
            if agreement.fact("signed", party).holds == "no":
                raise Refused(
                    "{party} has not signed “{agreement}” by {date}.",
                    "Record the signature first, or leave the party out.",
                    party=structure.organisation(party).label,
                    agreement=agreement.label,
                    date=structure.effective,
                )

    def effects(self) -> Iterator[Effect]:
        """In force for each party."""
        yield put(self.agreement, "status", "in_force")
        for party in self.parties:
            yield put(self.agreement, "in_force", value=True, key=party)


class WithdrawalTookEffect(Event, frozen=True, kw_only=True, tag="withdrawal-took-effect"):
    """A party leaves. Its share of obligations at that time stays its own."""

    nb: ClassVar[str] = "Uttreden"
    source: ClassVar[str] = "koml. §§ 18-2, 19-2, 20-8"

    organisation: Annotated[OrganisationRef, titled("Organisation", "Virksomhet", "Who leaves.", "Hvem som trer ut.")]
    to: Annotated[AdherenceTarget, titled("From", "Fra", "What it leaves.", "Hva den trer ut av.")]

    def effects(self) -> Iterable[Effect]:
        """Withdrawn."""
        return (put(self.to, "withdrawn", value=True, key=self.organisation),)


class SupplyStarted(Event, frozen=True, kw_only=True, tag="supply-started"):
    """Somebody supplies a service to others, wholly or in part."""

    nb: ClassVar[str] = "Leveranse startet"

    supply: Annotated[
        str,
        creates("supply"),
        titled("Supply", "Leveranse", "A new reference: supply/name.", "Ny henvisning: supply/navn."),
    ]
    supplier: Annotated[PartyRef, titled("Supplier", "Leverandør", "Who supplies.", "Hvem som leverer.")]
    customers: Annotated[
        tuple[PartyRef, ...],
        titled("Customers", "Kunder", "Those the source names.", "De kilden nevner."),
    ] = ()
    customer_group: Annotated[
        Line | None,
        titled("Customer group", "Kundegruppe", "When they are not named.", "Når de ikke nevnes ved navn."),
    ] = None
    service: Annotated[Line, titled("Service", "Tjeneste", "What is supplied.", "Hva som leveres.")]
    level: Annotated[
        Literal["total", "partial", "unknown"], titled("Level", "Omfang", "All of it or part.", "Alt eller deler.")
    ]
    under: Annotated[
        AnyRef | None, titled("Under", "Etter", "The agreement it rests on.", "Avtalen det bygger på.")
    ] = None

    def effects(self) -> Iterator[Effect]:
        """The supply, seen from supplier and customers."""
        yield from begin(
            self.supply,
            name=self.service,
            supplier=self.supplier,
            customers=self.customers,
            customer_group=self.customer_group,
            level=self.level,
            under=self.under,
        )
        for customer in self.customers:
            yield put(customer, "supplied_by", self.supplier, key=self.supply)


class SupplyEnded(Event, frozen=True, kw_only=True, tag="supply-ended"):
    """A supply ends."""

    nb: ClassVar[str] = "Leveranse avsluttet"

    supply: Annotated[SupplyRef, titled("Supply", "Leveranse", "Which supply.", "Hvilken leveranse.")]

    def check(self, structure: Structure) -> None:
        """It runs, or may run, until then."""
        if structure.thing(self.supply).holds == "no":
            raise Refused(
                "The supply does not run on {date}.",
                "Check which supply is meant, and the date.",
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """It ends."""
        return end(self.supply)

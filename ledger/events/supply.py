"""Who does what for whom: hosts, tasks handed over, and services supplied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal, TypeAlias

from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.events.agreements import AGREEMENT, form_of, require_in_force
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import (
    AgreementRef,
    AnyRef,
    DecisionRef,
    Edtf,
    Line,
    OrganisationRef,
    PartyRef,
    SupplyRef,
    creates,
    titled,
)
from ledger.law import judged
from ledger.structure import Structure

SUPPLY = titled("Supply", "Leveranse", "Which supply.", "Hvilken leveranse.")
TASK = titled("Task", "Oppgave", "In the agreement's words.", "Med avtalens ord.")

Level: TypeAlias = Literal["total", "partial", "unknown"]


def require_running(structure: Structure, supply: str) -> None:
    """Refuse to speak of a supply that certainly does not run on the date."""
    if structure.thing(supply).holds == "no":
        raise Refused(
            "The supply does not run on {date}.",
            "Check which supply is meant, and the date.",
            date=structure.effective,
        )


class HostDesignated(Event, frozen=True, kw_only=True, tag="host-designated"):
    """A party becomes host (vertskommune) or office municipality (kontorkommune), in place of any before it."""

    nb: ClassVar[str] = "Vertskommune utpekt"
    source: ClassVar[str] = "koml. §§ 20-1, 20-4: one of the participants is host; § 14-8: of an office municipality"

    agreement: Annotated[AgreementRef, AGREEMENT]
    host: Annotated[OrganisationRef, titled("Host", "Vert", "Who is host from now.", "Hvem som er vert fra nå.")]
    previous: Annotated[
        OrganisationRef | None, titled("Before", "Før", "The host until now, if any.", "Verten til nå, om noen.")
    ] = None
    kind: Annotated[
        Literal["host_municipality", "office_municipality"] | None,
        titled("Kind", "Type", "Host or office municipality.", "Vertskommune eller kontorkommune."),
    ] = None
    governor_told: Annotated[
        Edtf | None,
        titled(
            "County governor told",
            "Statsforvalteren orientert",
            "When, if known (koml. § 20-4).",
            "Når, om kjent (koml. § 20-4).",
        ),
    ] = None
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The agreement is in force, the host is a party that exists, and the host before is the one on record."""
        require_standing(structure, self.host)
        require_in_force(structure, self.agreement)
        agreement = structure.thing(self.agreement)
        before = structure.organisation(self.host).keyed("predecessor")
        stages = ("in_force", "reported")
        if all(agreement.fact(stage, party).holds == "no" for stage in stages for party in (self.host, *before)):
            raise Refused(
                "{name} is no party to “{agreement}” on {date}, and only a party can be host.",
                "Record first when it became a party, or name another host.",
                source=self.source,
                name=structure.organisation(self.host).label,
                agreement=agreement.label,
                date=structure.effective,
            )
        now = agreement.fact("host")
        if self.previous and now.holds == "yes" and now.value != self.previous:
            raise Refused(
                "{host} is host on {date}, not {previous}.",
                "Check who was host until then, and the date.",
                source=self.source,
                host=structure.thing(str(now.value)).label,
                date=structure.effective,
                previous=structure.organisation(self.previous).label,
            )

    def effects(self) -> Iterator[Effect]:
        """The one host, from now on."""
        yield put(self.agreement, "host", self.host)
        value = {"kind": self.kind, "governor_told": self.governor_told, "decision": self.decision}
        yield put(self.agreement, "hosting", value, key=self.host)


class TaskTransferred(Event, frozen=True, kw_only=True, tag="task-transferred"):
    """A task is handed over under an agreement, with the authority that goes with it."""

    nb: ClassVar[str] = "Oppgave overført"
    source: ClassVar[str] = "koml. §§ 18-1, 19-1: no individual decisions but internal ones and grants"

    agreement: Annotated[AgreementRef, AGREEMENT]
    task: Annotated[Line, TASK]
    to: Annotated[
        PartyRef | None, titled("To", "Til", "Who takes it over, if not the host.", "Hvem som overtar, om ikke verten.")
    ] = None
    powers: Annotated[Line | None, titled("Powers", "Myndighet", "In the agreement's words.", "Med avtalens ord.")] = (
        None
    )
    individual_decisions: Annotated[
        Literal["none", "internal", "grant_schemes", "any"] | None,
        titled("Individual decisions", "Enkeltvedtak", "Which it may make.", "Hvilke den kan treffe."),
    ] = None
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The agreement is in force; a political council or task community makes no individual decisions for others.

        Internal matters and grant schemes are excepted. By the act of 1992 nothing is judged.
        """
        require_in_force(structure, self.agreement)
        form = form_of(structure, self.agreement)
        barred = form in {"political_council", "task_community"} and judged(structure.earliest)
        if barred and self.individual_decisions == "any":
            raise Refused(
                "“{agreement}” may not be given authority to make individual decisions of any kind.",
                "Limit it to internal matters or grant schemes, or choose a host municipality for the task.",
                source="koml. § 18-1" if form == "political_council" else "koml. § 19-1",
                agreement=structure.thing(self.agreement).label,
            )

    def effects(self) -> Iterable[Effect]:
        """The task lies there from now on."""
        value = {
            "to": self.to,
            "powers": self.powers,
            "individual_decisions": self.individual_decisions,
            "decision": self.decision,
        }
        return (put(self.agreement, "task_transferred", value, key=self.task),)


class TaskReturned(Event, frozen=True, kw_only=True, tag="task-returned"):
    """A task that was handed over goes back to the parties."""

    nb: ClassVar[str] = "Oppgave tilbakeført"

    agreement: Annotated[AgreementRef, AGREEMENT]
    task: Annotated[Line, TASK]
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The task has been handed over."""
        agreement = structure.thing(self.agreement)
        if agreement.fact("task_transferred", self.task).holds == "no":
            raise Refused(
                "“{task}” is not handed over under “{agreement}” on {date}.",
                "Write the task as it was recorded, or record the transfer first.",
                task=self.task,
                agreement=agreement.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The task lies there no longer."""
        return (put(self.agreement, "task_transferred", None, key=self.task),)


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
    level: Annotated[Level, titled("Level", "Omfang", "All of it or part.", "Alt eller deler.")]
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


class SupplyChanged(Event, frozen=True, kw_only=True, tag="supply-changed"):
    """A supply goes on with another supplier, other customers or another extent."""

    nb: ClassVar[str] = "Leveranse endret"

    supply: Annotated[SupplyRef, SUPPLY]
    supplier: Annotated[PartyRef, titled("Supplier", "Leverandør", "Who supplies from now.", "Hvem som leverer nå.")]
    customers: Annotated[
        tuple[PartyRef, ...], titled("Customers", "Kunder", "All of them from now.", "Alle fra nå av.")
    ] = ()
    left: Annotated[
        tuple[PartyRef, ...], titled("Left", "Gått ut", "Customers no longer.", "De som ikke lenger er kunder.")
    ] = ()
    level: Annotated[Level | None, titled("Level", "Omfang", "If it changed.", "Om det ble endret.")] = None
    under: Annotated[
        AnyRef | None, titled("Under", "Etter", "The agreement it rests on, if another.", "Avtalen, om en annen.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It runs, or may run; nobody both leaves and stays."""
        require_running(structure, self.supply)
        both = next((party for party in self.left if party in self.customers), None)
        if both:
            raise Refused(
                "{name} is said both to leave and to stay.",
                "Name it once.",
                name=structure.thing(both).label,
            )

    def effects(self) -> Iterator[Effect]:
        """The supply as it is from now on, seen from supplier and customers."""
        yield put(self.supply, "supplier", self.supplier)
        if self.customers:
            yield put(self.supply, "customers", self.customers)
        if self.level:
            yield put(self.supply, "level", self.level)
        if self.under:
            yield put(self.supply, "under", self.under)
        for customer in self.customers:
            yield put(customer, "supplied_by", self.supplier, key=self.supply)
        for customer in (party for party in self.left if party not in self.customers):
            yield put(customer, "supplied_by", None, key=self.supply)


class SupplyEnded(Event, frozen=True, kw_only=True, tag="supply-ended"):
    """A supply ends."""

    nb: ClassVar[str] = "Leveranse avsluttet"

    supply: Annotated[SupplyRef, SUPPLY]

    def check(self, structure: Structure) -> None:
        """It runs, or may run, until then."""
        require_running(structure, self.supply)

    def effects(self) -> Iterable[Effect]:
        """It ends."""
        return end(self.supply)

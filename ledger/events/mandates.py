"""Mandates and delegations: which tasks a body is given and what became of them, and who may decide for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from ledger.calendar import bounds
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.facts import Effect
from ledger.fields import (
    AgreementRef,
    DocumentRef,
    Edtf,
    Line,
    MandateRef,
    Money,
    PartyRef,
    Text,
    creates,
    refers_to,
    titled,
)
from ledger.structure import Mandate, Structure

MANDATE = titled("Mandate", "Mandat", "The task concerned.", "Oppdraget det gjelder.")
DELIVERABLES = titled("Deliverables", "Leveranser", "What is to be handed over.", "Hva som skal leveres.")
CONDITIONS = titled("Conditions", "Vilkår", "On which terms.", "På hvilke vilkår.")
DEADLINE = titled("Deadline", "Frist", "When it is due.", "Når det skal være ferdig.")
Receiver = Annotated[str, refers_to("body", "organisation", "post")]


def require_open(structure: Structure, ref: str) -> Mandate:
    """Refuse to do anything with a task that is certainly not given yet or closed already."""
    mandate = structure.mandate(ref)
    if mandate.holds == "no" or mandate.fact("outcome").holds == "yes":
        raise Refused(
            "The task “{task}” is not open on {date}.",
            "Check which task is meant, and the date.",
            source=Event.source,
            task=mandate.label,
            date=structure.effective,
        )
    return mandate


def require_giver_or_above(structure: Structure, mandate: Mandate, who: str) -> None:
    """Refuse unless this may be the giver, a body or organisation above it, or one that has taken over from it."""
    giver = mandate.giver.value
    reach = [giver] if giver else [who]
    passed: set[str] = set()
    while reach:
        ref = reach.pop()
        if ref in passed:
            continue
        passed.add(ref)
        thing = structure.thing(ref)
        for attribute in ("under", "owner", "parent", "tasks_to", "succeeded_by"):
            for writer in thing.answer(attribute).writers:
                values = writer.value if isinstance(writer.value, tuple) else (writer.value,)
                reach += [value for value in values if isinstance(value, str)]
        reach += thing.keyed("co_owner")
    if who not in passed:
        raise Refused(
            "{who} did not give the task “{task}”, and does not stand above {giver} on {date}.",
            "Check who changed it, or record first that it stands above {giver}.",
            source=Event.source,
            who=structure.thing(who).label,
            task=mandate.label,
            giver=structure.thing(giver or who).label,
            date=structure.effective,
        )


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
    deliverables: Annotated[tuple[Line, ...], DELIVERABLES] = ()
    deadline: Annotated[Edtf | None, DEADLINE] = None
    conditions: Annotated[tuple[Line, ...], CONDITIONS] = ()

    def check(self, structure: Structure) -> None:
        """A deadline is not certainly before the task is given."""
        if self.deadline and bounds(self.deadline).latest < structure.earliest:
            raise Refused(
                "The deadline {deadline} lies before the task is given on {date}.",
                "Check the deadline and the effective date.",
                source=self.source,
                deadline=self.deadline,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """An open task, on the receiver's list."""
        yield from begin(
            self.mandate,
            name=self.task,
            giver=self.giver,
            receiver=self.receiver,
            deliverables=self.deliverables,
            deadline=self.deadline,
            conditions=self.conditions,
            status="open",
        )
        yield put(self.receiver, "task", value=True, key=self.mandate)


class MandateAmended(Event, frozen=True, kw_only=True, tag="mandate-amended"):
    """The one that gave a task, or one above it, changes the task, what is to be handed over, the deadline or terms."""

    nb: ClassVar[str] = "Oppdrag endret"

    mandate: Annotated[MandateRef, MANDATE]
    by: Annotated[PartyRef, titled("Changed by", "Endret av", "Who changes it.", "Hvem som endrer det.")]
    task: Annotated[Text | None, titled("New task", "Ny oppgave", "If it changes.", "Om den endres.")] = None
    deliverables: Annotated[tuple[Line, ...], DELIVERABLES] = ()
    deadline: Annotated[Edtf | None, DEADLINE] = None
    conditions: Annotated[tuple[Line, ...], CONDITIONS] = ()

    def check(self, structure: Structure) -> None:
        """Something changes, the task is open, and who changes it gave it or stands above the giver."""
        if not (self.task or self.deliverables or self.deadline or self.conditions):
            raise Refused(
                "Nothing in the task changes.",
                "Give the new task, deliverables, deadline or conditions.",
                source=self.source,
            )
        mandate = require_open(structure, self.mandate)
        require_giver_or_above(structure, mandate, self.by)
        if self.deadline and bounds(self.deadline).latest < structure.earliest:
            raise Refused(
                "The new deadline {deadline} lies before the change on {date}.",
                "Check the deadline and the effective date.",
                source=self.source,
                deadline=self.deadline,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """What changes; the rest stands."""
        yield put(self.mandate, "amended_by", self.by)
        changed = {
            "name": self.task,
            "deliverables": self.deliverables,
            "deadline": self.deadline,
            "conditions": self.conditions,
        }
        for attribute, value in changed.items():
            if value:
                yield put(self.mandate, attribute, value)


class MandateDeliverableSubmitted(Event, frozen=True, kw_only=True, tag="mandate-deliverable-submitted"):
    """Something asked for is handed over. Late is shown, not refused."""

    nb: ClassVar[str] = "Leveranse framlagt"

    mandate: Annotated[MandateRef, MANDATE]
    deliverable: Annotated[Line, titled("Deliverable", "Leveranse", "What was handed over.", "Hva som ble levert.")]
    document: Annotated[DocumentRef | None, titled("Document", "Dokument", "Where it is.", "Hvor det finnes.")] = None
    version: Annotated[Line | None, titled("Version", "Versjon", "Which version of it.", "Hvilken versjon av den.")] = (
        None
    )

    def check(self, structure: Structure) -> None:
        """The task has been given by then."""
        mandate = structure.mandate(self.mandate)
        if mandate.holds == "no":
            raise Refused(
                "The task “{task}” has not been given on {date}.",
                "Check which task is meant, and the date.",
                source=self.source,
                task=mandate.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The deliverable is there, in this version."""
        return (
            put(self.mandate, "delivered", self.document or True, key=self.deliverable),
            put(self.mandate, "delivered_version", self.version, key=self.deliverable),
        )


class MandateDischarged(Event, frozen=True, kw_only=True, tag="mandate-discharged"):
    """A task is fulfilled, lapses or is withdrawn."""

    nb: ClassVar[str] = "Oppdrag avsluttet"

    mandate: Annotated[MandateRef, MANDATE]
    outcome: Annotated[
        Literal["fulfilled", "lapsed", "withdrawn"], titled("Outcome", "Utfall", "How it ended.", "Hvordan det endte.")
    ]
    by: Annotated[
        PartyRef | None,
        titled(
            "Withdrawn by", "Trukket av", "Who withdrew it, if withdrawn.", "Hvem som trakk det, om det er trukket."
        ),
    ] = None

    def check(self, structure: Structure) -> None:
        """The task may be open on the date; only the giver, or one above it, withdraws it."""
        mandate = require_open(structure, self.mandate)
        if self.by and self.outcome != "withdrawn":
            raise Refused(
                "Only a withdrawn task has somebody who withdrew it.",
                "Leave out who withdrew it, or say that it was withdrawn.",
                source=self.source,
            )
        if self.by:
            require_giver_or_above(structure, mandate, self.by)

    def effects(self) -> Iterable[Effect]:
        """The task is closed; ``outcome`` says so whatever is uncertain about when it was given."""
        return (
            put(self.mandate, "status", self.outcome),
            put(self.mandate, "outcome", self.outcome),
            put(self.mandate, "withdrawn_by", self.by),
        )


class DelegationGranted(Event, frozen=True, kw_only=True, tag="delegation-granted"):
    """One that may decide a matter lets another decide it."""

    nb: ClassVar[str] = "Delegering gitt"
    source: ClassVar[str] = "koml. §§ 5-3, 5-4, 13-1, 20-2, 20-3: an administrative host decides nothing of principle"

    giver: Annotated[PartyRef, titled("From", "Fra", "Who gives the authority.", "Hvem som gir myndigheten.")]
    receiver: Annotated[Receiver, titled("To", "Til", "Who gets it.", "Hvem som får den.")]
    matter: Annotated[Line, titled("Matter", "Sakstype", "Which matters.", "Hvilke saker.")]
    limit: Annotated[Money | None, titled("Money limit", "Beløpsgrense", "Up to how much.", "Opp til hvor mye.")] = None
    law: Annotated[
        Line | None, titled("Law", "Lovhjemmel", "The paragraph it rests on.", "Paragrafen det bygger på.")
    ] = None
    non_principled_only: Annotated[
        bool | None,
        titled(
            "Nothing of principle",
            "Ikke prinsipielle saker",
            "Only matters that are not of principle.",
            "Bare saker som ikke er av prinsipiell betydning.",
        ),
    ] = None
    host_form: Annotated[
        Literal["administrative", "joint_committee"] | None,
        titled("Host form", "Vertsform", "If the receiver is a host.", "Om mottakeren er vertskommune."),
    ] = None
    agreement: Annotated[
        AgreementRef | None, titled("Agreement", "Avtale", "The agreement it follows.", "Avtalen den følger av.")
    ] = None

    def check(self, structure: Structure) -> None:
        """To another than oneself; to an administrative host only what is not a matter of principle."""
        if self.giver == self.receiver:
            raise Refused(
                "{name} cannot delegate to itself.",
                "Check who gives the authority and who gets it.",
                source="convention of the ledger",
                name=structure.thing(self.giver).label,
            )
        if self.host_form == "administrative" and not self.non_principled_only:
            raise Refused(
                "An administrative host cannot be given matters of principle.",
                "Say that only matters that are not of principle are delegated, or choose a joint committee.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """The authority, seen from both ends, for each receiver and matter."""
        value = {
            "from": self.giver,
            "to": self.receiver,
            "matter": self.matter,
            "limit": self.limit,
            "law": self.law,
            "non_principled_only": self.non_principled_only,
            "host_form": self.host_form,
            "agreement": self.agreement,
        }
        return (
            put(self.giver, "delegated", value, key=f"{self.receiver} {self.matter}"),
            put(self.receiver, "delegated_from", value, key=f"{self.giver} {self.matter}"),
        )


class DelegationRevoked(Event, frozen=True, kw_only=True, tag="delegation-revoked"):
    """A delegation is taken back."""

    nb: ClassVar[str] = "Delegering trukket"

    giver: Annotated[PartyRef, titled("From", "Fra", "Who gave the authority.", "Hvem som ga myndigheten.")]
    receiver: Annotated[Receiver, titled("To", "Til", "Who had it.", "Hvem som hadde den.")]
    matter: Annotated[
        Line, titled("Matter", "Sakstype", "As in the delegation, word for word.", "Som i delegeringen, ord for ord.")
    ]

    def check(self, structure: Structure) -> None:
        """There is such a delegation to take back."""
        if structure.thing(self.giver).fact("delegated", f"{self.receiver} {self.matter}").holds == "no":
            raise Refused(
                "{receiver} has no authority from {giver} in “{matter}” on {date}.",
                "Check the words of the delegation, and the date.",
                source=self.source,
                receiver=structure.thing(self.receiver).label,
                giver=structure.thing(self.giver).label,
                matter=self.matter,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The authority is gone, seen from both ends."""
        return (
            put(self.giver, "delegated", None, key=f"{self.receiver} {self.matter}"),
            put(self.receiver, "delegated_from", None, key=f"{self.giver} {self.matter}"),
        )

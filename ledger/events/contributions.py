"""Contributions: what each party owes by a cost key, pays, is spared or disputes; own effort; settlements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.apportionment import apportioned
from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.costkeys import KEY, possible_inputs, rule_of
from ledger.events.funding import AMOUNT, PERIOD, REASON, Period, counted, of_key, require_positive, room, surely
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    ContributionRef,
    Count,
    DecisionRef,
    Edtf,
    KeyRef,
    Line,
    Money,
    OrganisationRef,
    Staffing,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

CONTRIBUTION = titled("Contribution", "Bidrag", "Which assessment.", "Hvilken beregning.")
PARTY = titled("Party", "Part", "Whose part of it.", "Hvem sin del.")


class PartyAmount(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One party's amount."""

    organisation: Annotated[OrganisationRef, PARTY]
    amount: Annotated[Money, AMOUNT]


class ContributionAssessed(Event, frozen=True, kw_only=True, tag="contribution-assessed"):
    """What each party owes for a period is worked out from the key and the fixed inputs."""

    nb: ClassVar[str] = "Bidrag beregnet"

    contribution: Annotated[
        str,
        creates("contribution"),
        titled("Contribution", "Bidrag", "A new reference: contribution/name.", "Ny henvisning: contribution/navn."),
    ]
    key: Annotated[KeyRef, KEY]
    period: Annotated[Period, PERIOD]
    total: Annotated[Money, titled("Total", "Sum", "The cost that is shared.", "Kostnaden som fordeles.")]
    amounts: Annotated[
        tuple[PartyAmount, ...],
        Meta(min_length=1),
        titled("Amounts", "Beløp", "One for each party.", "Ett for hver part."),
    ]

    def check(self, structure: Structure) -> None:
        """The amounts sum to the total, and each is what the key and the fixed inputs give, to the øre.

        Amounts that nobody knows are left out of the comparison. Where it is not certain which numbers were fixed last,
        any of them will do.
        """
        parties = [part.organisation for part in self.amounts]
        twice = sorted({party for party in parties if parties.count(party) > 1})
        if twice:
            raise Refused(
                "{name} stands twice.",
                "Give each party one amount.",
                source=self.source,
                name=structure.organisation(twice[0]).label,
            )
        known = {part.organisation: part.amount.ore for part in self.amounts if part.amount.ore is not None}
        if self.total.ore is None:
            return
        if len(known) == len(parties) and sum(known.values()) != self.total.ore:
            raise Refused(
                "The amounts sum to {sum} øre, not to {total} øre.",
                "Check the amounts and the total.",
                source=self.source,
                sum=sum(known.values()),
                total=self.total.ore,
            )
        readings = possible_inputs(structure, self.key, self.period)
        if not readings:
            raise Refused(
                "The inputs of “{key}” for {period} are not fixed.",
                "Record the numbers that it is worked out from first.",
                source=self.source,
                key=structure.thing(self.key).label,
                period=self.period,
            )
        faults = [
            self._misfit(structure, apportioned(self.total.ore, rule_of(structure, self.key), measured), known)
            for measured in readings
        ]
        if faults[-1] and all(faults):
            raise faults[-1]

    def _misfit(self, structure: Structure, expected: Mapping[str, int], known: Mapping[str, int]) -> Refused | None:
        parties = [part.organisation for part in self.amounts]
        for party in dict.fromkeys((*sorted(expected), *sorted(parties))):
            if party in expected and party in parties and known.get(party, expected[party]) == expected[party]:
                continue
            return Refused(
                "{name} is assessed at {amount} øre; by the key and the inputs of {period} it is {expected} øre.",
                "Check the amount; if the numbers behind it are others, fix them anew first.",
                source=self.source,
                name=structure.organisation(party).label,
                amount=known.get(party, "–"),
                period=self.period,
                expected=expected.get(party, "–"),
            )
        return None

    def effects(self) -> Iterator[Effect]:
        """A claim on each party."""
        yield from begin(self.contribution, key=self.key, period=self.period, total=self.total)
        yield put(self.key, "assessment", self.period, key=self.contribution)
        for part in self.amounts:
            yield from counted(self.contribution, "assessed", part.amount, key=part.organisation)


class ContributionInvoiced(Event, frozen=True, kw_only=True, tag="contribution-invoiced"):
    """A party is sent an invoice."""

    nb: ClassVar[str] = "Bidrag fakturert"

    contribution: Annotated[ContributionRef, CONTRIBUTION]
    organisation: Annotated[OrganisationRef, PARTY]
    amount: Annotated[Money, AMOUNT]
    interest: Annotated[Money | None, titled("Interest", "Renter", "Beyond the contribution.", "Utenom bidraget.")] = (
        None
    )
    invoice: Annotated[Line | None, titled("Invoice", "Faktura", "Its number.", "Fakturanummeret.")] = None
    due: Annotated[Edtf | None, titled("Due", "Forfall", "Last day to pay.", "Siste dag for å betale.")] = None

    def check(self, structure: Structure) -> None:
        """It is a party, and no more is claimed than was assessed and not waived; interest comes besides."""
        require_positive(self.amount, self.interest)
        require_party(structure, self.contribution, self.organisation)
        left = room(structure, self.contribution, ("assessed",), ("invoiced", "waived"), self.organisation)
        claimed = surely(self.amount)
        if left is not None and claimed is not None and claimed > left:
            raise Refused(
                "{amount} øre is more than is assessed and not claimed yet: {left} øre.",
                "Check the amount; give interest by itself.",
                source=self.source,
                amount=claimed,
                left=left,
            )

    def effects(self) -> Iterator[Effect]:
        """Claimed."""
        yield from counted(self.contribution, "invoiced", self.amount, key=self.organisation)
        if self.interest:
            yield from counted(self.contribution, "interest", self.interest, key=self.organisation)
        if self.invoice or self.due:
            value = {"organisation": self.organisation, "due": self.due}
            yield put(self.contribution, "invoice", value, key=self.invoice or self.organisation)


class ContributionPaid(Event, frozen=True, kw_only=True, tag="contribution-paid"):
    """A party, or somebody in its place, pays."""

    nb: ClassVar[str] = "Bidrag betalt"

    contribution: Annotated[ContributionRef, CONTRIBUTION]
    organisation: Annotated[OrganisationRef, PARTY]
    amount: Annotated[Money, AMOUNT]
    paid_by: Annotated[
        OrganisationRef | None, titled("Paid by", "Betalt av", "If another, as its heir.", "Om en annen, som arvtaker.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It is a party, and no more is paid than the contribution and its interest."""
        require_positive(self.amount)
        require_party(structure, self.contribution, self.organisation)
        left = room(structure, self.contribution, ("assessed", "interest"), ("paid",), self.organisation)
        paid = surely(self.amount)
        if left is None or paid is None:
            return
        left += structure.on(LATEST).balance(self.contribution, of_key("reversed", self.organisation)).most
        if paid > left:
            raise Refused(
                "{amount} øre is more than {name} owes with interest and has not paid: {left} øre.",
                "Check the amount, and record interest that was claimed first.",
                source=self.source,
                amount=paid,
                name=structure.organisation(self.organisation).label,
                left=left,
            )

    def effects(self) -> Iterator[Effect]:
        """Paid."""
        yield from counted(self.contribution, "paid", self.amount, key=self.organisation)
        if self.paid_by:
            yield put(self.contribution, "paid_by", self.paid_by, key=self.organisation)


class ContributionWaived(Event, frozen=True, kw_only=True, tag="contribution-waived"):
    """A party is spared its contribution, or part of it."""

    nb: ClassVar[str] = "Bidrag ettergitt"

    contribution: Annotated[ContributionRef, CONTRIBUTION]
    organisation: Annotated[OrganisationRef, PARTY]
    amount: Annotated[Money, AMOUNT]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """It is a party, and no more is waived than was assessed."""
        require_positive(self.amount)
        require_party(structure, self.contribution, self.organisation)
        left = room(structure, self.contribution, ("assessed", "interest"), ("waived",), self.organisation)
        waived = surely(self.amount)
        if left is not None and waived is not None and waived > left:
            raise Refused(
                "{amount} øre is more than there is to waive: {left} øre.",
                "Check the amount.",
                source=self.source,
                amount=waived,
                left=left,
            )

    def effects(self) -> Iterator[Effect]:
        """Owed no longer."""
        yield from counted(self.contribution, "waived", self.amount, key=self.organisation)
        if self.reason:
            yield put(self.contribution, "waived_because", self.reason, key=self.organisation)


class ContributionDisputed(Event, frozen=True, kw_only=True, tag="contribution-disputed"):
    """A party does not accept what it is to pay. The claim stands until the dispute is settled."""

    nb: ClassVar[str] = "Bidrag bestridt"

    contribution: Annotated[ContributionRef, CONTRIBUTION]
    organisation: Annotated[OrganisationRef, PARTY]
    reason: Annotated[Text, titled("Reason", "Grunn", "What it disputes.", "Hva den bestrider.")]
    amount: Annotated[Money | None, titled("Amount", "Beløp", "How much of it.", "Hvor mye av det.")] = None

    def check(self, structure: Structure) -> None:
        """It is a party."""
        require_positive(self.amount)
        require_party(structure, self.contribution, self.organisation)

    def effects(self) -> Iterable[Effect]:
        """An open dispute."""
        value = {"reason": self.reason, "amount": self.amount}
        return (put(self.contribution, "dispute", value, key=self.organisation),)


class ContributionDisputeSettled(Event, frozen=True, kw_only=True, tag="contribution-dispute-settled"):
    """A dispute about a contribution ends. A claim that falls is recorded as waived besides."""

    nb: ClassVar[str] = "Tvist om bidrag avklart"

    contribution: Annotated[ContributionRef, CONTRIBUTION]
    organisation: Annotated[OrganisationRef, PARTY]
    outcome: Annotated[
        Literal["claim_stands", "claim_falls", "compromise", "withdrawn"],
        titled("Outcome", "Utfall", "How it ended.", "Hvordan den endte."),
    ]
    decision: Annotated[DecisionRef | None, titled("Decision", "Vedtak", "If there is one.", "Om det er noe.")] = None

    def check(self, structure: Structure) -> None:
        """There is a dispute on record."""
        if structure.on(LATEST).thing(self.contribution).fact("dispute", self.organisation).holds == "no":
            raise Refused(
                "No dispute with {name} is on record.",
                "Record the dispute first, or check the party.",
                source=self.source,
                name=structure.organisation(self.organisation).label,
            )

    def effects(self) -> Iterable[Effect]:
        """The outcome, beside the dispute."""
        value = {"outcome": self.outcome, "decision": self.decision}
        return (put(self.contribution, "dispute_outcome", value, key=self.organisation),)


class InKindContributed(Event, frozen=True, kw_only=True, tag="in-kind-contributed"):
    """A party gives work instead of money. It is counted apart from cash."""

    nb: ClassVar[str] = "Egeninnsats"

    organisation: Annotated[OrganisationRef, titled("Organisation", "Virksomhet", "Who gives it.", "Hvem som yter.")]
    to: Annotated[AnyRef, titled("To", "Til", "What it is given to.", "Hva den ytes til.")]
    what: Annotated[Line, titled("What", "Hva", "What sort of work.", "Hva slags arbeid.")]
    period: Annotated[Period, PERIOD]
    staffing: Annotated[
        Staffing | None, titled("Full-time equivalents", "Årsverk", "If so counted.", "Om det telles slik.")
    ] = None
    hours: Annotated[Count | None, titled("Hours", "Timer", "If so counted.", "Om det telles slik.")] = None
    value: Annotated[Money | None, titled("Value", "Verdi", "If it is valued.", "Om den er verdsatt.")] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date, and the effort is counted in some way."""
        require_positive(self.value)
        require_standing(structure, self.organisation)
        if self.staffing is None and self.hours is None and self.value is None:
            raise Refused(
                "It is not said how much is given.",
                "Give full-time equivalents, hours or a value; an amount may be unknown.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """Given, and counted apart from cash."""
        told = {
            "organisation": self.organisation,
            "period": self.period,
            "staffing": self.staffing,
            "hours": self.hours,
            "value": self.value,
        }
        yield put(self.to, "effort", told, key=self.what)
        if self.value is not None:
            yield from counted(self.to, "in_kind", self.value, key=self.organisation)


class SettlementMade(Event, frozen=True, kw_only=True, tag="settlement-made"):
    """The parties settle with each other when one leaves, or at a merger: who pays, who receives."""

    nb: ClassVar[str] = "Økonomisk oppgjør"
    source: ClassVar[str] = (
        "koml. §§ 18-4 letters g-h, 19-4 letters i-j, 20-4 letters f-h: as agreed; inndelingslova § 18: a new boundary"
    )

    subject: Annotated[AnyRef, titled("Of", "For", "What is settled.", "Hva som gjøres opp.")]
    ground: Annotated[
        Literal["exit", "merger", "dissolution", "other"],
        titled("Ground", "Grunn", "Why it is settled.", "Hvorfor det gjøres opp."),
    ]
    lines: Annotated[
        tuple[PartyAmount, ...],
        Meta(min_length=1),
        titled("Lines", "Linjer", "Above zero: receives; below: pays.", "Over null: mottar; under: betaler."),
    ]
    total: Annotated[Money | None, titled("Total", "Sum", "If not zero.", "Om den ikke er null.")] = None

    def check(self, structure: Structure) -> None:
        """Each party stands once, and the amounts sum to zero, or to the total stated."""
        parties = [line.organisation for line in self.lines]
        twice = sorted({party for party in parties if parties.count(party) > 1})
        if twice:
            raise Refused(
                "{name} stands twice.",
                "Give each party one amount.",
                source=self.source,
                name=structure.organisation(twice[0]).label,
            )
        amounts = [line.amount.ore for line in self.lines]
        total = 0 if self.total is None else self.total.ore
        known = [ore for ore in amounts if ore is not None]
        if total is not None and len(known) == len(amounts) and sum(known) != total:
            raise Refused(
                "What the parties pay and receive sums to {sum} øre, not to {total} øre.",
                "Check the amounts; state the total if it is meant to be other than zero.",
                source=self.source,
                sum=sum(known),
                total=total,
            )

    def effects(self) -> Iterator[Effect]:
        """What each party receives, or pays when below zero."""
        for line in self.lines:
            yield from counted(self.subject, "settled", line.amount, key=line.organisation)
        yield put(self.subject, "settlement", {"ground": self.ground, "total": self.total})


def require_party(structure: Structure, contribution: str, organisation: str) -> None:
    """Refuse what concerns a party that the assessment does not name."""
    if structure.on(LATEST).thing(contribution).fact("assessed", organisation).holds == "no":
        raise Refused(
            "{name} is not among those who were assessed.",
            "Check the party and the assessment.",
            source=Event.source,
            name=structure.organisation(organisation).label,
        )

"""Allocations: money set aside from a grant or a budget line, changed, moved, spent, paid back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.budgets import ALLOCATED, TAKEN_BACK, set_aside
from ledger.events.funding import (
    AMOUNT,
    REASON,
    counted,
    ever,
    has_unknown,
    require_positive,
    room,
    surely,
)
from ledger.events.grants import APPLICATION
from ledger.facts import Account, Effect, Move
from ledger.fields import (
    AllocationRef,
    AnyRef,
    ApplicationRef,
    Edtf,
    Line,
    Money,
    OrganisationRef,
    PartyRef,
    PointNumber,
    Text,
    creates,
    refers_to,
    titled,
)
from ledger.structure import Structure

THE_BUDGET_BINDS = "koml. §§ 14-5, 14-10: the budget binds, and what is used has cover; by convention so has a grant"
ALLOCATION = titled("Allocation", "Bevilgning", "The allocation concerned.", "Bevilgningen det gjelder.")
Origin = Annotated[str, refers_to("application", "budget")]
Paid = Annotated[str, refers_to("allocation", "contribution")]


class AllocationDecided(Event, frozen=True, kw_only=True, tag="allocation-decided"):
    """Money of a grant or of a budget line is set aside for something."""

    nb: ClassVar[str] = "Bevilgning"
    source: ClassVar[str] = THE_BUDGET_BINDS

    allocation: Annotated[
        str,
        creates("allocation"),
        titled("Allocation", "Bevilgning", "A new reference: allocation/name.", "Ny henvisning: allocation/navn."),
    ]
    taken_from: Annotated[
        Origin,
        titled("From", "Fra", "The grant or budget it is taken from.", "Tilsagnet eller budsjettet det tas fra."),
    ]
    line: Annotated[PointNumber | None, titled("Budget line", "Budsjettlinje", "Which line.", "Hvilken linje.")] = None
    to: Annotated[AnyRef, titled("To", "Til", "Measure, body or organisation.", "Tiltak, organ eller virksomhet.")]
    amount: Annotated[Money, AMOUNT]
    period_from: Annotated[Edtf | None, titled("From", "Fra", "First day of use.", "Første dag for bruk.")] = None
    period_until: Annotated[Edtf | None, titled("Until", "Til", "Last day of use.", "Siste dag for bruk.")] = None
    conditions: Annotated[Text | None, titled("Conditions", "Vilkår", "On which terms.", "På hvilke vilkår.")] = None

    def check(self, structure: Structure) -> None:
        """No more is allocated than may be left by then, counting every allocation on whatever day."""
        require_positive(self.amount)
        if (self.line is not None) != self.taken_from.startswith("budget/"):
            raise Refused(
                "An allocation from a budget names the line it is taken from; one from a grant has none.",
                "Name the budget line, or leave it out.",
                source=self.source,
            )
        require_left(structure, self.taken_from, self.line, self.amount)

    def effects(self) -> Iterator[Effect]:
        """Set aside, counted where it comes from and where it goes."""
        yield from begin(
            self.allocation,
            taken_from=self.taken_from,
            line=self.line,
            to=self.to,
            period_from=self.period_from,
            period_until=self.period_until,
            conditions=self.conditions,
        )
        yield from counted(self.allocation, "allocated", self.amount)
        yield put(self.taken_from, "allocation", self.amount, key=self.allocation)
        yield put(self.to, "allocated_to_it", self.amount, key=self.allocation)
        if self.amount.ore is not None:
            for account in dict.fromkeys((Account(self.taken_from, "allocated"), Account(self.to, "received"))):
                yield Move(account, self.amount.ore)


class AllocationChanged(Event, frozen=True, kw_only=True, tag="allocation-changed"):
    """An allocation is raised, or part or all of it goes back to where it was taken from."""

    nb: ClassVar[str] = "Bevilgning endret"
    source: ClassVar[str] = THE_BUDGET_BINDS

    allocation: Annotated[AllocationRef, ALLOCATION]
    change: Annotated[
        Literal["increased", "released"],
        titled("Change", "Endring", "Raised, or set free again.", "Økt, eller frigitt igjen."),
    ]
    amount: Annotated[Money, titled("By", "Med", "By how much, in øre.", "Med hvor mye, i øre.")]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """A raise is covered by what is left; no more is set free than has not been spent."""
        require_positive(self.amount)
        if self.change == "released":
            require_unspent(structure, self.allocation, self.amount, self.source)
            return
        thing = structure.on(LATEST).thing(self.allocation)
        line = thing.fact("line").value
        require_left(
            structure, str(thing.fact("taken_from").value), line if isinstance(line, str) else None, self.amount
        )

    def effects(self) -> Iterator[Effect]:
        """Raised or set free."""
        yield from counted(self.allocation, self.change, self.amount)
        if self.reason:
            yield put(self.allocation, "changed_because", self.reason)


class AllocationReallocated(Event, frozen=True, kw_only=True, tag="allocation-reallocated"):
    """Money moves from one allocation to another of the same grant or budget."""

    nb: ClassVar[str] = "Bevilgning omdisponert"
    source: ClassVar[str] = THE_BUDGET_BINDS

    allocation: Annotated[AllocationRef, titled("From", "Fra", "Where it is taken.", "Der det tas.")]
    to: Annotated[AllocationRef, titled("To", "Til", "Where it goes.", "Dit det går.")]
    amount: Annotated[Money, AMOUNT]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """Both are of one grant or budget line, and no more moves than has not been spent."""
        require_positive(self.amount)
        later = structure.on(LATEST)
        here, there = later.thing(self.allocation), later.thing(self.to)
        ends = [(thing.fact("taken_from").value, thing.fact("line").value) for thing in (here, there)]
        if self.allocation == self.to or ends[0] != ends[1]:
            raise Refused(
                "Money moves between two allocations of the same grant or budget line only.",
                "Set it free here, and allocate from the other grant or line.",
                source=self.source,
            )
        require_unspent(structure, self.allocation, self.amount, self.source)

    def effects(self) -> Iterator[Effect]:
        """Less here, more there."""
        yield from counted(self.allocation, "moved_out", self.amount)
        yield from counted(self.to, "moved_in", self.amount)
        yield put(self.allocation, "moved_to", self.reason or True, key=self.to)


class ExpenditureRecorded(Event, frozen=True, kw_only=True, tag="expenditure-recorded"):
    """Money of an allocation is spent. Going beyond it is kept on record, and shown as an overrun."""

    nb: ClassVar[str] = "Utgift ført"

    allocation: Annotated[AllocationRef, ALLOCATION]
    voucher: Annotated[Line, titled("Voucher", "Bilag", "Its number in the accounts.", "Nummeret i regnskapet.")]
    amount: Annotated[Money, AMOUNT]
    what: Annotated[Line, titled("What", "Hva", "What was bought.", "Hva som er kjøpt.")]
    payee: Annotated[PartyRef | None, titled("Payee", "Mottaker", "Who was paid.", "Hvem som fikk betalt.")] = None

    def check(self, structure: Structure) -> None:
        """A voucher is recorded once on an allocation."""
        require_positive(self.amount)
        if structure.on(LATEST).thing(self.allocation).fact("expenditure", self.voucher).holds != "no":
            raise Refused(
                "Voucher {voucher} is recorded on this allocation already.",
                "Check the voucher number, or correct the entry that has it.",
                source=self.source,
                voucher=self.voucher,
            )

    def effects(self) -> Iterator[Effect]:
        """Spent."""
        value = {"amount": self.amount, "what": self.what, "payee": self.payee}
        yield put(self.allocation, "expenditure", value, key=self.voucher)
        yield from counted(self.allocation, "spent", self.amount, key=self.voucher)


class PaymentReversed(Event, frozen=True, kw_only=True, tag="payment-reversed"):
    """A payment goes back: an expenditure by its voucher, or a party's contribution."""

    nb: ClassVar[str] = "Betaling tilbakeført"

    payment_on: Annotated[
        Paid, titled("Paid on", "Betalt på", "Allocation or contribution.", "Bevilgning eller bidrag.")
    ]
    voucher: Annotated[Line | None, titled("Voucher", "Bilag", "Of an expenditure.", "For en utgift.")] = None
    organisation: Annotated[
        OrganisationRef | None, titled("Organisation", "Virksomhet", "Whose contribution.", "Hvem sitt bidrag.")
    ] = None
    amount: Annotated[Money, AMOUNT]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """An expenditure is named by its voucher, a contribution by its party; no more goes back than was paid."""
        require_positive(self.amount)
        spent = self.payment_on.startswith("allocation/")
        if (self.voucher is not None) != spent or (self.organisation is not None) == spent:
            raise Refused(
                "It is not clear which payment goes back.",
                "Name the voucher of an expenditure, or the party of a contribution.",
                source=self.source,
            )
        left = room(structure, self.payment_on, ("spent" if spent else "paid",), ("reversed",), self._key)
        goes_back = surely(self.amount)
        if left is not None and goes_back is not None and goes_back > left:
            raise Refused(
                "{amount} øre is more than was paid and has not gone back already: {left} øre.",
                "Check the amount, and which payment is meant.",
                source=self.source,
                amount=goes_back,
                left=left,
            )

    @property
    def _key(self) -> str:
        return self.voucher or self.organisation or ""

    def effects(self) -> Iterator[Effect]:
        """Gone back."""
        yield from counted(self.payment_on, "reversed", self.amount, key=self._key)
        if self.reason:
            yield put(self.payment_on, "reversed_because", self.reason, key=self._key)


class FundsReturned(Event, frozen=True, kw_only=True, tag="funds-returned"):
    """Money of a grant goes back to whoever gave it."""

    nb: ClassVar[str] = "Midler tilbakebetalt"

    application: Annotated[ApplicationRef, APPLICATION]
    amount: Annotated[Money, AMOUNT]
    to: Annotated[PartyRef | None, titled("To", "Til", "Who gets it back.", "Hvem som får dem.")] = None
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """No more goes back than was received and not spent."""
        require_positive(self.amount)
        left = room(structure, self.application, ("paid",), ("returned",))
        goes_back = surely(self.amount)
        if left is None or goes_back is None:
            return
        for allocation in structure.on(LATEST).thing(self.application).keyed("allocation"):
            left -= ever(structure, allocation, "spent").least - ever(structure, allocation, "reversed").most
        if goes_back > left:
            raise Refused(
                "{amount} øre is more than was received and not spent: {left} øre.",
                "Check the amount, or record first what was received.",
                source=self.source,
                amount=goes_back,
                left=left,
            )

    def effects(self) -> Iterator[Effect]:
        """Cash out again."""
        yield from counted(self.application, "returned", self.amount)
        if self.to or self.reason:
            yield put(self.application, "returned_to", {"to": self.to, "reason": self.reason})


def require_left(structure: Structure, origin: str, line: str | None, money: Money) -> None:
    """Refuse to set aside more than may be left of a grant or a budget line on the date."""
    if money.ore is None:
        return
    if line is None:
        if has_unknown(structure, origin, "granted"):
            return
        there_is = structure.balance(origin, "granted").most - structure.balance(origin, "reduced").least
        there_is -= structure.balance(origin, "returned").least
    else:
        answer = structure.thing(origin).answer("line", line)
        lines: list[Any] = [writer.value for writer in answer.writers if isinstance(writer.value, Mapping)]
        amounts = [value["amount"].get("ore") for value in lines if value["direction"] == "expenditure"]
        if None in amounts:
            return
        there_is = max(amounts, default=0)
    left = there_is - set_aside(structure, origin, line)
    if money.ore > left:
        raise Refused(
            "Only {left} øre are left to allocate on {date}; {amount} øre are too much.",
            "Allocate less, or record the award or budget that covers it first.",
            source=THE_BUDGET_BINDS,
            left=max(left, 0),
            amount=money.ore,
            date=structure.effective,
        )


def require_unspent(structure: Structure, allocation: str, money: Money, source: str) -> None:
    """Refuse to take away from an allocation what it does not have, or what is spent already."""
    left = room(structure, allocation, ALLOCATED, (*TAKEN_BACK, "spent"))
    if left is None or money.ore is None:
        return
    left += ever(structure, allocation, "reversed").most
    if money.ore > left:
        raise Refused(
            "Only {left} øre of the allocation are unspent; {amount} øre are too much.",
            "Take away less, or record first what has gone back.",
            source=source,
            left=left,
            amount=money.ore,
        )

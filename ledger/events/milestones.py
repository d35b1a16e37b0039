"""Milestones of measures, and what is procured for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from ledger.calendar import bounds
from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.measures import MEASURE, require_open
from ledger.facts import Effect
from ledger.fields import Edtf, Line, MeasureRef, Money, PartyRef, Text, titled
from ledger.structure import Structure


class MilestoneSet(Event, frozen=True, kw_only=True, tag="milestone-set"):
    """A measure is to have come so far by a date; set again, the date is another."""

    nb: ClassVar[str] = "Milepæl satt"

    measure: Annotated[MeasureRef, MEASURE]
    milestone: Annotated[Line, titled("Milestone", "Milepæl", "What is to be reached.", "Det som skal nås.")]
    due: Annotated[Edtf, titled("Due", "Frist", "By when.", "Innen når.")]

    def check(self, structure: Structure) -> None:
        """The measure is open."""
        require_open(structure, self.measure)

    def effects(self) -> Iterable[Effect]:
        """The milestone and its date."""
        return (put(self.measure, "milestone", self.due, key=self.milestone),)


class MilestoneSettled(Event, frozen=True, kw_only=True, tag="milestone-settled"):
    """A milestone is reached, or its date passes without it."""

    nb: ClassVar[str] = "Milepæl nådd eller ikke nådd"

    measure: Annotated[MeasureRef, MEASURE]
    milestone: Annotated[Line, titled("Milestone", "Milepæl", "As it was set.", "Slik den ble satt.")]
    outcome: Annotated[Literal["reached", "missed"], titled("Outcome", "Utfall", "Reached or not.", "Nådd eller ikke.")]
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why, if told.", "Hvorfor, om oppgitt.")] = None

    def check(self, structure: Structure) -> None:
        """The milestone was set, and is not missed before its date has come."""
        measure = structure.thing(self.measure)
        due = measure.fact("milestone", self.milestone)
        if due.holds == "no":
            raise Refused(
                "“{measure}” has no milestone “{milestone}” on {date}.",
                "Write the milestone as it was set, or set it first.",
                measure=measure.label,
                milestone=self.milestone,
                date=structure.effective,
            )
        dates = [str(writer.value) for writer in measure.answer("milestone", self.milestone).writers if writer.value]
        if self.outcome == "missed" and all(structure.effective < bounds(told).earliest for told in dates):
            raise Refused(
                "The milestone “{milestone}” is due {due}; it cannot be missed on {date}.",
                "Check the date; if the milestone is moved, set it again.",
                milestone=self.milestone,
                due=due.value,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """Reached or missed."""
        value = {"outcome": self.outcome, "reason": self.reason}
        return (put(self.measure, "milestone_outcome", value, key=self.milestone),)


class ProcurementNoted(Event, frozen=True, kw_only=True, tag="procurement-noted"):
    """A procurement for a measure is planned, announced, awarded or called off."""

    nb: ClassVar[str] = "Anskaffelse"

    measure: Annotated[MeasureRef, MEASURE]
    stage: Annotated[
        Literal["planned", "announced", "awarded", "called_off"],
        titled("Stage", "Trinn", "How far it has come.", "Hvor langt den er kommet."),
    ]
    value: Annotated[Money | None, titled("Value", "Verdi", "As the source says.", "Slik kilden sier.")] = None
    supplier: Annotated[
        PartyRef | None, titled("Supplier", "Leverandør", "Who got it, if awarded.", "Hvem som fikk den, om tildelt.")
    ] = None

    def check(self, structure: Structure) -> None:
        """Nothing is awarded after it was called off, unless announced again; only an award has a supplier."""
        measure = structure.thing(self.measure)
        if self.stage == "awarded" and measure.fact("procurement").certain == "called_off":
            raise Refused(
                "The procurement for “{measure}” is called off on {date}.",
                "Record first that it was announced again, or check the date.",
                measure=measure.label,
                date=structure.effective,
            )
        if self.supplier and self.stage != "awarded":
            raise Refused(
                "A procurement that is not awarded has no supplier.",
                "Leave the supplier out, or record the award.",
            )

    def effects(self) -> Iterator[Effect]:
        """How far it has come; its value and supplier where they are known."""
        yield put(self.measure, "procurement", self.stage)
        if self.value:
            yield put(self.measure, "procurement_value", self.value, key=self.stage)
        if self.supplier:
            yield put(self.measure, "procured_from", self.supplier)

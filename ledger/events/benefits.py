"""Benefits: what a measure is to be good for, where it began, what is aimed at, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.facts import Effect
from ledger.fields import (
    BenefitRef,
    DecisionRef,
    Edtf,
    Line,
    MeasureRef,
    OrganisationRef,
    PartyRef,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

BENEFIT = titled("Benefit", "Gevinst", "The benefit concerned.", "Gevinsten det gjelder.")
VALUE = titled("Value", "Verdi", "A number with its unit.", "Et tall med enhet.")


class Quantity(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A number in a unit, without floats: 12.5 hours is number 125, decimals 1."""

    number: Annotated[
        int,
        Meta(ge=-(10**15), le=10**15),
        titled("Number", "Tall", "Without the decimal point.", "Uten desimaltegn."),
    ]
    unit: Annotated[Line, titled("Unit", "Enhet", "As the benefit has it.", "Slik gevinsten har den.")]
    decimals: Annotated[
        Annotated[int, Meta(ge=1, le=9)] | None,
        titled("Decimals", "Desimaler", "How many of the digits, if any.", "Hvor mange av sifrene, om noen."),
    ] = None


def require_measurable(structure: Structure, ref: str, value: Quantity) -> None:
    """Refuse a value for a benefit that was given up, or in another unit than the benefit's own."""
    benefit = structure.thing(ref)
    if benefit.holds == "no":
        raise Refused(
            "“{benefit}” is not followed up on {date}.",
            "Check which benefit is meant, and the date.",
            benefit=benefit.label,
            date=structure.effective,
        )
    unit = benefit.fact("unit")
    if unit.holds == "yes" and unit.value != value.unit:
        raise Refused(
            "“{benefit}” is measured in {unit}, not in {other}.",
            "Give the value in the benefit's own unit.",
            benefit=benefit.label,
            unit=unit.value,
            other=value.unit,
        )


class BenefitDefined(Event, frozen=True, kw_only=True, tag="benefit-defined"):
    """What a measure is to be good for, and how one will know."""

    nb: ClassVar[str] = "Gevinst beskrevet"

    benefit: Annotated[
        str,
        creates("benefit"),
        titled("Benefit", "Gevinst", "A new reference: benefit/name.", "Ny henvisning: benefit/navn."),
    ]
    measure: Annotated[MeasureRef, titled("Measure", "Tiltak", "What it comes of.", "Det den kommer av.")]
    title: Annotated[Line, titled("Title", "Tittel", "What gets better.", "Hva som blir bedre.")]
    kind: Annotated[
        Literal["quality", "time", "money"], titled("Kind", "Type", "Quality, time or money.", "Kvalitet, tid, penger.")
    ]
    indicator: Annotated[Line, titled("Indicator", "Indikator", "What is measured.", "Det som måles.")]
    unit: Annotated[Line, titled("Unit", "Enhet", "What it is counted in.", "Det den telles i.")]
    owner: Annotated[
        PartyRef | None, titled("Owner", "Gevinstansvarlig", "Who answers for it.", "Hvem som har ansvaret.")
    ] = None
    due: Annotated[Edtf | None, titled("Due", "Frist", "By when it is to show.", "Når den skal vises.")] = None

    def effects(self) -> Iterator[Effect]:
        """A benefit to follow up, seen from the measure too."""
        yield from begin(
            self.benefit,
            name=self.title,
            measure=self.measure,
            kind=self.kind,
            indicator=self.indicator,
            unit=self.unit,
            owner=self.owner,
            due=self.due,
        )
        yield put(self.measure, "benefit", value=True, key=self.benefit)


class BenefitMeasured(Event, frozen=True, kw_only=True, tag="benefit-measured"):
    """A benefit is measured: before the measure (baseline, nullpunkt), or after."""

    nb: ClassVar[str] = "Gevinst målt"

    benefit: Annotated[BenefitRef, BENEFIT]
    stage: Annotated[
        Literal["baseline", "result"], titled("Stage", "Trinn", "Baseline or result.", "Nullpunkt eller resultat.")
    ]
    value: Annotated[Quantity, VALUE]
    method: Annotated[Line | None, titled("Method", "Metode", "How it was measured.", "Hvordan det ble målt.")] = None
    organisation: Annotated[
        OrganisationRef | None, titled("Organisation", "Virksomhet", "Where, if in one.", "Hvor, om i én.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The benefit is followed up, and the value is in its unit."""
        require_measurable(structure, self.benefit, self.value)

    def effects(self) -> Iterable[Effect]:
        """The value, for one organisation or for all."""
        value = {"value": self.value, "method": self.method}
        return (put(self.benefit, self.stage, value, key=self.organisation or ""),)


class BenefitTargetSet(Event, frozen=True, kw_only=True, tag="benefit-target-set"):
    """What is aimed at, by when; set again, the aim is another."""

    nb: ClassVar[str] = "Gevinstmål satt"

    benefit: Annotated[BenefitRef, BENEFIT]
    value: Annotated[Quantity, VALUE]
    by: Annotated[Edtf | None, titled("By", "Innen", "When it is to be reached.", "Når det skal være nådd.")] = None
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why it was changed.", "Hvorfor det ble endret.")] = None

    def check(self, structure: Structure) -> None:
        """The benefit is followed up, and the aim is in its unit."""
        require_measurable(structure, self.benefit, self.value)

    def effects(self) -> Iterable[Effect]:
        """The aim."""
        return (put(self.benefit, "target", {"value": self.value, "by": self.by, "reason": self.reason}),)


class BenefitReviewed(Event, frozen=True, kw_only=True, tag="benefit-reviewed"):
    """Somebody looks at what came of a benefit; it may be given up."""

    nb: ClassVar[str] = "Gevinst fulgt opp"

    benefit: Annotated[BenefitRef, BENEFIT]
    outcome: Annotated[
        Literal["on_track", "behind", "realised", "abandoned"],
        titled("Outcome", "Utfall", "How it stands.", "Hvordan det står til."),
    ]
    finding: Annotated[Text, titled("Finding", "Funn", "What was found.", "Hva en fant.")]
    by: Annotated[PartyRef | None, titled("By", "Av", "Who looked at it.", "Hvem som så på det.")] = None
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The benefit was not given up before."""
        benefit = structure.thing(self.benefit)
        if benefit.holds == "no":
            raise Refused(
                "“{benefit}” is not followed up on {date}.",
                "Check which benefit is meant, and the date.",
                benefit=benefit.label,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """How it stands; given up, it is followed up no more."""
        value = {"outcome": self.outcome, "finding": self.finding, "by": self.by, "decision": self.decision}
        yield put(self.benefit, "review", value)
        if self.outcome == "abandoned":
            yield from end(self.benefit, ended_by="abandoned")

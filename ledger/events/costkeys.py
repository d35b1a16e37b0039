"""Cost keys: how a common cost is shared, and the numbers it is worked out from, period by period.

What a party owes follows from the key and the fixed inputs alone (``ledger.apportionment``), so that anybody can work
it out again, to the øre, many years later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.apportionment import EQUAL, Component, Rounding, Rule
from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.funding import PERIOD, Period, first_day
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    Count,
    Edtf,
    KeyRef,
    Line,
    OrganisationRef,
    Share,
    creates,
    titled,
)
from ledger.structure import Structure

KEY = titled("Cost key", "Fordelingsnøkkel", "The key concerned.", "Nøkkelen det gjelder.")
Basis = Literal["equal", "population", "users", "revenue", "measured"]
MeasuredBasis = Literal["population", "users", "revenue", "measured"]


class KeyComponent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One basis of a key, and how much it weighs."""

    basis: Annotated[Basis, titled("Basis", "Grunnlag", "What it is shared by.", "Det det fordeles etter.")]
    weight: Annotated[Share, titled("Weight", "Vekt", "Its part of the whole.", "Dens del av det hele.")]


class CostKeyAdopted(Event, frozen=True, kw_only=True, tag="cost-key-adopted"):
    """It is settled how a common cost is shared, down to who pays the last øre."""

    nb: ClassVar[str] = "Fordelingsnøkkel vedtatt"
    source: ClassVar[str] = (
        "koml. §§ 19-4 letter e, 20-4 letter f: the agreement says what the parties contribute, or how they settle"
    )

    key: Annotated[
        str,
        creates("key"),
        titled("Cost key", "Fordelingsnøkkel", "A new reference: key/name.", "Ny henvisning: key/navn."),
    ]
    name: Annotated[Line, titled("Name", "Navn", "What it is called.", "Hva den kalles.")]
    subject: Annotated[AnyRef, titled("For", "For", "What is shared by it.", "Hva som fordeles etter den.")]
    parties: Annotated[
        tuple[OrganisationRef, ...], Meta(min_length=1), titled("Parties", "Parter", "Who share.", "De som deler.")
    ]
    components: Annotated[
        tuple[KeyComponent, ...],
        Meta(min_length=1),
        titled("Components", "Ledd", "Their weights sum to one.", "Vektene er én til sammen."),
    ]
    rounding: Annotated[
        Rounding,
        titled(
            "Rounding",
            "Avrunding",
            "Largest remainder (equal ones by reference), or all down and the rest to one party.",
            "Største rest (like rester etter henvisning), eller alle ned og resten til én part.",
        ),
    ]
    rest_to: Annotated[
        OrganisationRef | None, titled("Rest to", "Resten til", "Who takes the rest.", "Hvem som tar resten.")
    ] = None
    floor_ore: Annotated[
        Count | None, titled("Floor", "Minstebidrag", "Least amount a party, in øre.", "Minste beløp per part, i øre.")
    ] = None
    cap_ore: Annotated[
        Count | None, titled("Cap", "Høyeste bidrag", "Highest a party, in øre.", "Høyeste beløp per part, i øre.")
    ] = None
    population_date: Annotated[
        Line | None,
        titled(
            "Count date",
            "Telledato",
            "As “1 January the year before”.",
            "Som «1. januar året før».",
        ),
    ] = None

    def check(self, structure: Structure) -> None:
        """Every basis stands once, the weights sum to exactly one, and the rounding leaves no øre over."""
        bases = [component.basis for component in self.components]
        twice = sorted({basis for basis in bases if bases.count(basis) > 1})
        if twice:
            raise Refused(
                "The basis “{basis}” stands twice.",
                "Give each basis once, with its whole weight.",
                source=self.source,
                basis=twice[0],
            )
        whole = sum(Fraction(component.weight.n, component.weight.d) for component in self.components)
        if whole != 1:
            raise Refused(
                "The weights sum to {sum}, not to one.",
                "Check the weights: together they share the whole cost, and nothing more.",
                source=self.source,
                sum=whole,
            )
        if (self.rest_to is not None) != (self.rounding == "down_rest_to_party"):
            raise Refused(
                "It must be said who takes the rest, when somebody does, and only then.",
                "Name the party that takes the rest, or choose the largest remainder.",
                source=self.source,
            )
        if self.rest_to is not None and self.rest_to not in self.parties:
            raise Refused(
                "{name} is to take the rest but is no party.",
                "Name one of the parties.",
                source=self.source,
                name=structure.organisation(self.rest_to).label,
            )
        if self.floor_ore is not None and self.cap_ore is not None and self.floor_ore > self.cap_ore:
            raise Refused(
                "The floor of {floor} øre is above the cap of {cap} øre.",
                "Check the two amounts.",
                source=self.source,
                floor=self.floor_ore,
                cap=self.cap_ore,
            )

    def effects(self) -> Iterator[Effect]:
        """The key, and its parties."""
        yield from begin(
            self.key,
            name=self.name,
            subject=self.subject,
            components=self.components,
            rounding=self.rounding,
            rest_to=self.rest_to,
            floor_ore=self.floor_ore,
            cap_ore=self.cap_ore,
            population_date=self.population_date,
        )
        for party in self.parties:
            yield put(self.key, "party", value=True, key=party)
        yield put(self.subject, "cost_key", value=True, key=self.key)


class CostKeyPartiesChanged(Event, frozen=True, kw_only=True, tag="cost-key-parties-changed"):
    """Parties come to share a cost, or share it no longer; the key itself stays."""

    nb: ClassVar[str] = "Parter i fordelingsnøkkel endret"

    key: Annotated[KeyRef, KEY]
    joined: Annotated[
        tuple[OrganisationRef, ...], titled("Joined", "Nye", "Who come to share.", "De som kommer til.")
    ] = ()
    left: Annotated[tuple[OrganisationRef, ...], titled("Left", "Ute", "Who share no longer.", "De som går ut.")] = ()

    def check(self, structure: Structure) -> None:
        """Somebody joins or leaves, and nobody does both; those who leave were parties, on whatever day."""
        if not self.joined and not self.left:
            raise Refused("Nobody joins and nobody leaves.", "Name those who do.", source=self.source)
        both = sorted(set(self.joined) & set(self.left))
        if both:
            raise Refused(
                "{name} both joins and leaves.",
                "Record the two on their own days.",
                source=self.source,
                name=structure.organisation(both[0]).label,
            )

    def effects(self) -> Iterator[Effect]:
        """Parties from now on, and parties no longer."""
        for party in self.joined:
            yield put(self.key, "party", value=True, key=party)
        for party in self.left:
            if party not in self.joined:
                yield put(self.key, "party", value=None, key=party)


class KeyInput(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One number for one party."""

    organisation: Annotated[OrganisationRef, titled("Organisation", "Virksomhet", "Whose number.", "Hvem sitt tall.")]
    basis: Annotated[MeasuredBasis, titled("Basis", "Grunnlag", "What is counted.", "Det som telles.")]
    value: Annotated[Count, titled("Number", "Tall", "A whole number.", "Et helt tall.")]
    dated: Annotated[Edtf, titled("Date", "Dato", "The day it was counted.", "Dagen det ble telt.")]
    origin: Annotated[
        Line | None, titled("Taken from", "Hentet fra", "As SSB table 07459.", "Som SSB tabell 07459.")
    ] = None


class CostKeyInputsFixed(Event, frozen=True, kw_only=True, tag="cost-key-inputs-fixed"):
    """The numbers that a key is worked out from in one period are settled. Fixed anew, they replace the old ones."""

    nb: ClassVar[str] = "Grunnlagstall fastsatt"

    key: Annotated[KeyRef, KEY]
    period: Annotated[Period, PERIOD]
    parties: Annotated[
        tuple[OrganisationRef, ...],
        Meta(min_length=1),
        titled("Parties", "Parter", "Who share in this period.", "De som deler i denne perioden."),
    ]
    inputs: Annotated[
        tuple[KeyInput, ...], titled("Inputs", "Tall", "Of each party and basis.", "For hver part og hvert grunnlag.")
    ] = ()

    def check(self, structure: Structure) -> None:
        """Every party of that period is there, with one number of each basis that the key weighs, and no other.

        The parties are those of the key on the period's first day, less those that had ended or withdrawn by then, and
        with the recorded successors of those that had ended.
        """
        start = first_day(structure, self.period)
        for party in self.parties:
            if start.organisation(party).holds == "no":
                raise Refused(
                    "{name} does not exist on {date}, the first day of the period.",
                    "Name the successor, or check the period.",
                    source="inndelingslova § 3: a merger makes one unit; by convention the old takes on nothing new",
                    name=start.organisation(party).label,
                    date=start.effective,
                )
        must, may = parties_of(structure, start, self.key)
        missing, strange = sorted(must - set(self.parties)), sorted(set(self.parties) - must - may)
        if missing:
            raise Refused(
                "{name} shares by “{key}” in {period} but is not among the parties.",
                "Name every party of the period, or record first that it has left.",
                source=self.source,
                name=start.organisation(missing[0]).label,
                key=structure.thing(self.key).label,
                period=self.period,
            )
        if strange:
            raise Refused(
                "{name} is no party to “{key}” in {period}.",
                "Record first that it has joined, or whose successor it is.",
                source=self.source,
                name=start.organisation(strange[0]).label,
                key=structure.thing(self.key).label,
                period=self.period,
            )
        self._require_complete(structure)

    def _require_complete(self, structure: Structure) -> None:
        rule = rule_of(structure, self.key)
        bases = {basis for basis, _ in rule.components} - {EQUAL}
        given: list[tuple[str, str]] = [(found.organisation, found.basis) for found in self.inputs]
        wanted = [(party, basis) for party in self.parties for basis in sorted(bases)]
        for pair in [*wanted, *given]:
            if given.count(pair) != 1 or pair not in wanted:
                party, basis = pair
                raise Refused(
                    "There are {count} numbers of “{basis}” for {name}; the key takes {wanted}.",
                    "Give each party one number of each basis that the key weighs.",
                    source=self.source,
                    count=given.count(pair),
                    basis=basis,
                    name=structure.organisation(party).label,
                    wanted=1 if pair in wanted else 0,
                )

    def effects(self) -> Iterable[Effect]:
        """The numbers of the period."""
        value = {"parties": self.parties, "inputs": self.inputs}
        return (put(self.key, "input", value, key=self.period),)


def parties_of(structure: Structure, start: Structure, key: str) -> tuple[set[str], set[str]]:
    """Who certainly shares by a key when a period starts, and who may besides: heirs, and those not certain then.

    A key adopted after the period's start is read as it stands when the numbers are fixed, else as it ever stood.
    """
    ever = structure.on(LATEST).thing(key)
    parties = start.thing(key).keyed("party") or structure.thing(key).keyed("party") or ever.keyed("party")
    subject = ever.fact("subject").value
    must: set[str] = set()
    may: set[str] = set()
    if all(fact.holds != "yes" for fact in parties.values()):
        may |= set(ever.keyed("party"))
    for party, fact in parties.items():
        organisation = start.organisation(party)
        withdrawn = start.thing(str(subject)).fact("withdrawn", party).holds
        if organisation.holds == "no":
            for heirs in organisation.values("succeeded_by"):
                may |= {str(heir) for heir in heirs} if isinstance(heirs, tuple) else set()
            determined: list[Any] = organisation.values("successors", key)
            for parts in determined:
                to = {part["to"] for part in parts if part["share"]["n"]}
                (must if organisation.fact("successors", key).holds == "yes" else may).update(to)
        elif withdrawn == "yes":
            continue
        else:
            certain = organisation.holds == "yes" and fact.holds == "yes" and withdrawn == "no"
            (must if certain else may).add(party)
    return must, may


def rule_of(structure: Structure, key: str) -> Rule:
    """The key as arithmetic, as it is on record on whatever day: a key does not change, another takes its place."""
    thing = structure.on(LATEST).thing(key)
    components: Any = thing.fact("components").value or ()
    rounding: Any = thing.fact("rounding").value
    rest_to: Any = thing.fact("rest_to").value
    floor_ore: Any = thing.fact("floor_ore").value
    cap_ore: Any = thing.fact("cap_ore").value
    return Rule(
        [Component(part["basis"], Fraction(part["weight"]["n"], part["weight"]["d"])) for part in components],
        rounding,
        rest_to,
        floor_ore,
        cap_ore,
    )


def inputs_of(structure: Structure, key: str, period: str) -> dict[str, dict[str, int]] | None:
    """The numbers of a period as they stood on the day, else as they were fixed later; None when they never were."""
    return next(reversed(possible_inputs(structure, key, period)), None)


def possible_inputs(structure: Structure, key: str, period: str) -> list[dict[str, dict[str, int]]]:
    """The numbers of a period as they may have stood, the ones to show last, else as they were fixed later."""
    slot = ("input", period)
    told: list[Any] = structure.thing(key).values(*slot)
    if not told or structure.thing(key).answer(*slot).unset:
        told = [*structure.on(LATEST).thing(key).values(*slot), *told]
    readings = []
    for found in told:
        measured: dict[str, dict[str, int]] = {party: {} for party in found["parties"]}
        for number in found["inputs"]:
            measured[number["organisation"]][number["basis"]] = number["value"]
        readings.append(measured)
    return readings

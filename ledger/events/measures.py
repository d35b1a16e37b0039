"""Measures: added, ordered, moved, scheduled, and how far they have come, with gates, deliverables and milestones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from ledger.errors import N_, Refused
from ledger.event import Event, begin, put
from ledger.events.strategies import NUMBER, PlanHolder, require_period
from ledger.facts import Effect
from ledger.fields import (
    BodyRef,
    DecisionRef,
    DocumentRef,
    Edtf,
    Line,
    MeasureRef,
    Money,
    PartyRef,
    PointNumber,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure, Thing

MEASURE = titled("Measure", "Tiltak", "The measure concerned.", "Tiltaket det gjelder.")
DECISION = titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")

COMES_FROM: Final = {
    "supported": {"proposed"},
    "started": {"proposed", "supported"},
    "paused": {"started", "resumed"},
    "resumed": {"paused"},
    "rescoped": {"proposed", "supported", "started", "resumed", "paused"},
    "completed": {"started", "resumed", "paused"},
    "cancelled": {"proposed", "supported", "started", "resumed", "paused"},
}
"""What a measure must have been, to become this. A change of scope leaves the status as it is."""
CLOSED: Final = frozenset({"completed", "cancelled"})
GATES: Final = ("bp1", "bp2", "bp3", "bp4", "bp5")


def possible_statuses(measure: Thing) -> set[object]:
    """Every status the measure may have on the date."""
    return {writer.value for writer in measure.answer("status").writers}


def require_open(structure: Structure, ref: str) -> None:
    """Refuse to go on with a measure that is certainly completed or cancelled on the date."""
    measure = structure.thing(ref)
    statuses = possible_statuses(measure)
    if statuses and statuses <= CLOSED:
        raise Refused(
            "The measure “{measure}” is already {status} on {date}.",
            "Check which measure is meant, and the date.",
            measure=measure.label,
            status=_word(measure.fact("status").value),
            date=structure.effective,
        )


def _word(status: object) -> str:
    words = {
        "proposed": N_("proposed"),
        "supported": N_("supported"),
        "started": N_("started"),
        "paused": N_("paused"),
        "resumed": N_("resumed"),
        "completed": N_("completed"),
        "cancelled": N_("cancelled"),
    }
    return words.get(str(status), str(status))


class MeasureAdded(Event, frozen=True, kw_only=True, tag="measure-added"):
    """A plan or strategy holds a measure; proposed until somebody decides to support or start it."""

    nb: ClassVar[str] = "Tiltak"

    measure: Annotated[
        str,
        creates("measure"),
        titled("Measure", "Tiltak", "A new reference: measure/name.", "Ny henvisning: measure/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "What is to be done.", "Hva som skal gjøres.")]
    part_of: Annotated[PlanHolder | None, titled("Part of", "Del av", "Plan or strategy.", "Plan eller strategi.")] = (
        None
    )
    no: Annotated[PointNumber | None, NUMBER] = None
    deliverables: Annotated[
        tuple[Line, ...], titled("Deliverables", "Leveranser", "What it yields.", "Hva det skal gi.")
    ] = ()
    starts: Annotated[Edtf | None, titled("Starts", "Starter", "When planned.", "Når planlagt.")] = None
    target_group: Annotated[Line | None, titled("Target group", "Målgruppe", "For whom.", "For hvem.")] = None
    owner: Annotated[PartyRef | None, titled("Owner", "Ansvarlig", "Who answers for it.", "Hvem som har ansvaret.")] = (
        None
    )
    goals: Annotated[
        tuple[PointNumber, ...], titled("Goals", "Mål", "Goals it serves, by number.", "Mål det tjener, ved nummer.")
    ] = ()
    cost: Annotated[Money | None, titled("Cost", "Kostnad", "As the plan says.", "Slik planen sier.")] = None
    status: Annotated[
        Literal["supported", "started"] | None,
        titled("Status", "Status", "None: proposed.", "Uten: foreslått."),
    ] = None

    def effects(self) -> Iterator[Effect]:
        """A measure, proposed unless it is said to have come further."""
        yield from begin(
            self.measure,
            name=self.title,
            part_of=self.part_of,
            no=self.no,
            deliverables=self.deliverables,
            starts=self.starts,
            target_group=self.target_group,
            owner=self.owner,
            goals=self.goals,
            planned_cost=self.cost,
            status=self.status or "proposed",
        )
        if self.part_of:
            yield put(self.part_of, "measure", self.no or True, key=self.measure)


class MeasuresPrioritised(Event, frozen=True, kw_only=True, tag="measures-prioritised"):
    """Somebody puts the measures of a plan or strategy in order, in place of any order before."""

    nb: ClassVar[str] = "Tiltak prioritert"

    part_of: Annotated[PlanHolder, titled("Plan or strategy", "Plan eller strategi", "Whose list.", "Hvilken liste.")]
    order: Annotated[
        tuple[MeasureRef, ...],
        Meta(min_length=1),
        titled("Order", "Rekkefølge", "The most important first.", "De viktigste først."),
    ]
    by: Annotated[PartyRef | None, titled("By", "Av", "Who ordered them.", "Hvem som prioriterte.")] = None
    criterion: Annotated[Line | None, titled("Criterion", "Kriterium", "By what.", "Etter hva.")] = None
    version: Annotated[
        Line | None, titled("List version", "Listeversjon", "As stated, if it is.", "Som oppgitt, om den er det.")
    ] = None

    def check(self, structure: Structure) -> None:
        """No measure has two ranks in one list."""
        twice = next((measure for measure in self.order if self.order.count(measure) > 1), None)
        if twice:
            raise Refused(
                "“{measure}” stands twice in the order.",
                "Name each measure once.",
                measure=structure.thing(twice).label,
            )

    def effects(self) -> Iterable[Effect]:
        """The order, all of it."""
        value = {"order": self.order, "by": self.by, "criterion": self.criterion, "version": self.version}
        return (put(self.part_of, "priorities", value),)


class MeasureMoved(Event, frozen=True, kw_only=True, tag="measure-moved"):
    """A measure is taken over from one plan or strategy by another."""

    nb: ClassVar[str] = "Tiltak flyttet"

    measure: Annotated[MeasureRef, MEASURE]
    old: Annotated[PlanHolder, titled("From", "Fra", "Where it was.", "Der det var.")]
    new: Annotated[PlanHolder, titled("To", "Til", "Where it goes.", "Dit det går.")]
    no: Annotated[PointNumber | None, NUMBER] = None

    def check(self, structure: Structure) -> None:
        """It goes elsewhere, and from where it is."""
        measure = structure.thing(self.measure)
        now = measure.fact("part_of")
        if self.old == self.new or (now.holds == "yes" and now.value != self.old):
            raise Refused(
                "“{measure}” cannot be moved from “{old}” to “{new}” on {date}.",
                "Check which plan it is part of then, and where it goes.",
                measure=measure.label,
                old=structure.thing(self.old).label,
                new=structure.thing(self.new).label,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """Part of the new one, no longer of the old."""
        yield put(self.measure, "part_of", self.new)
        if self.old != self.new:
            yield put(self.old, "measure", None, key=self.measure)
        yield put(self.new, "measure", self.no or True, key=self.measure)


class MeasureScheduled(Event, frozen=True, kw_only=True, tag="measure-scheduled"):
    """A measure or programme gets its time, and those it is for."""

    nb: ClassVar[str] = "Tiltak tidfestet"

    measure: Annotated[MeasureRef, MEASURE]
    starts: Annotated[
        Edtf, titled("Starts", "Starter", "A day, month, season or year.", "Dag, måned, årstid eller år.")
    ]
    ends: Annotated[Edtf | None, titled("Ends", "Slutter", "If it has an end.", "Om det har en slutt.")] = None
    target_group: Annotated[Line | None, titled("Target group", "Målgruppe", "For whom.", "For hvem.")] = None

    def check(self, structure: Structure) -> None:
        """It is not closed, and does not certainly end before it starts."""
        require_open(structure, self.measure)
        require_period(self.starts, self.ends)

    def effects(self) -> Iterator[Effect]:
        """When and for whom."""
        yield put(self.measure, "starts", self.starts)
        yield put(self.measure, "ends", self.ends)
        if self.target_group:
            yield put(self.measure, "target_group", self.target_group)


class MeasureDelivered(Event, frozen=True, kw_only=True, tag="measure-delivered"):
    """A measure has yielded one of the things it was to yield."""

    nb: ClassVar[str] = "Leveranse fra tiltak"

    measure: Annotated[MeasureRef, MEASURE]
    deliverable: Annotated[
        Line, titled("Deliverable", "Leveranse", "In the measure's own words.", "Med tiltakets egne ord.")
    ]
    document: Annotated[DocumentRef | None, titled("Document", "Dokument", "Where it is.", "Hvor den finnes.")] = None

    def effects(self) -> Iterable[Effect]:
        """Delivered."""
        return (put(self.measure, "delivered", self.document or True, key=self.deliverable),)


class MeasureStatusChanged(Event, frozen=True, kw_only=True, tag="measure-status-changed"):
    """A measure is supported, started, paused, resumed, given another scope, completed or cancelled."""

    nb: ClassVar[str] = "Tiltak endret status"

    measure: Annotated[MeasureRef, MEASURE]
    status: Annotated[
        Literal["supported", "started", "paused", "resumed", "rescoped", "completed", "cancelled"],
        titled("Status", "Status", "What happened to it.", "Hva som skjedde med det."),
    ]
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why.", "Hvorfor.")] = None
    decision: Annotated[DecisionRef | None, DECISION] = None

    def check(self, structure: Structure) -> None:
        """It goes on from where it may be; it is completed with all it was to yield, or with a reason why not.

        A closed measure goes no further; only what has started is paused, and only what is paused resumes.
        """
        require_open(structure, self.measure)
        measure = structure.thing(self.measure)
        statuses = possible_statuses(measure)
        if statuses and not statuses & COMES_FROM[self.status]:
            raise Refused(
                "“{measure}” is {now} on {date} and cannot be {status}.",
                "Record first what came between, or check the date.",
                measure=measure.label,
                now=_word(measure.fact("status").value),
                date=structure.effective,
                status=N_("given another scope") if self.status == "rescoped" else _word(self.status),
            )
        if self.status == "completed" and self.reason is None:
            self._require_deliverables(measure)

    def _require_deliverables(self, measure: Thing) -> None:
        told = measure.fact("deliverables").value
        wanted = told if isinstance(told, tuple | list) else ()
        missing = [str(item) for item in wanted if measure.fact("delivered", str(item)).holds == "no"]
        if missing:
            raise Refused(
                "“{measure}” has not yielded: {missing}.",
                "Record what was delivered, or give the reason why it is complete without.",
                measure=measure.label,
                missing="; ".join(missing),
            )
        if not wanted and not measure.keyed("delivered"):
            raise Refused(
                "Nothing is on record that “{measure}” has yielded.",
                "Record what was delivered, or give the reason why it is complete without.",
                measure=measure.label,
            )

    def effects(self) -> Iterator[Effect]:
        """Its status; another scope is no other status."""
        value = {"reason": self.reason, "decision": self.decision}
        if self.status == "rescoped":
            yield put(self.measure, "rescoped", value)
        else:
            yield put(self.measure, "status", self.status)
            yield put(self.measure, "status_reason", value, key=self.status)


class MeasureGateDecided(Event, frozen=True, kw_only=True, tag="measure-gate-decided"):
    """Somebody decides at a gate of the project model (BP1 to BP5) whether a measure goes on."""

    nb: ClassVar[str] = "Beslutningspunkt avgjort"
    source: ClassVar[str] = "Prosjektveiviseren, BP1-BP5"

    measure: Annotated[MeasureRef, MEASURE]
    gate: Annotated[
        Literal["bp1", "bp2", "bp3", "bp4", "bp5"], titled("Gate", "Beslutningspunkt", "Which one.", "Hvilket.")
    ]
    outcome: Annotated[
        Literal["passed", "sent_back", "stopped"],
        titled("Outcome", "Utfall", "What was decided.", "Hva som ble avgjort."),
    ]
    by: Annotated[BodyRef | None, titled("By", "Av", "Who decided.", "Hvem som avgjorde.")] = None
    decision: Annotated[DecisionRef | None, DECISION] = None

    def check(self, structure: Structure) -> None:
        """The measure is open, and has not certainly passed this gate or a later one already."""
        require_open(structure, self.measure)
        measure = structure.thing(self.measure)
        passed = measure.answer("gate")
        later = set(GATES[GATES.index(self.gate) :])
        if not passed.unset and {writer.value for writer in passed.writers} <= later:
            raise Refused(
                "“{measure}” has passed {passed} already on {date}.",
                "Check the gate, and the date.",
                source=self.source,
                measure=measure.label,
                passed=str(measure.fact("gate").value).upper(),
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """The gate it has passed last, and what was decided at each."""
        value = {"outcome": self.outcome, "by": self.by, "decision": self.decision}
        yield put(self.measure, "gate_decision", value, key=self.gate)
        if self.outcome == "passed":
            yield put(self.measure, "gate", self.gate)

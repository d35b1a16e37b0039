"""Strategies, goals, plans, measures, and who takes part in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from ledger.calendar import bounds
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    BodyRef,
    Count,
    DecisionRef,
    DocumentRef,
    Edtf,
    Line,
    MeasureRef,
    OrganisationRef,
    PartyRef,
    PointNumber,
    StrategyRef,
    Text,
    creates,
    refers_to,
    titled,
)
from ledger.structure import Structure

STRATEGY = titled("Strategy", "Strategi", "The strategy concerned.", "Strategien det gjelder.")
MEASURE = titled("Measure", "Tiltak", "The measure concerned.", "Tiltaket det gjelder.")
NUMBER = titled("Number", "Nummer", "As in the document.", "Som i dokumentet.")
PERIOD_FROM = titled("Period from", "Periode fra", "First year or day.", "Første år eller dag.")
PERIOD_UNTIL = titled("Period until", "Periode til", "Last year or day.", "Siste år eller dag.")

PlanHolder = Annotated[str, refers_to("plan", "strategy")]
Joinable = Annotated[str, refers_to("measure", "strategy", "plan", "agreement", "decision", "body")]


def require_period(start: str | None, until: str | None) -> None:
    """Refuse a period that certainly ends before it starts."""
    if start and until and bounds(until).latest < bounds(start).earliest:
        raise Refused(
            "The period ends ({until}) before it starts ({start}).",
            "Check the two dates.",
            start=start,
            until=until,
        )


class StrategyFiled(Event, frozen=True, kw_only=True, tag="strategy-filed"):
    """A strategy, or a version of one, is put forward. It is not thereby adopted."""

    nb: ClassVar[str] = "Strategi framlagt"

    strategy: Annotated[
        str,
        creates("strategy"),
        titled("Strategy", "Strategi", "A new reference: strategy/name.", "Ny henvisning: strategy/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "Its title.", "Tittelen.")]
    by: Annotated[PartyRef | None, titled("By", "Av", "Who made it.", "Hvem som laget den.")] = None
    version: Annotated[Line | None, titled("Version", "Versjon", "As stated.", "Som oppgitt.")] = None
    period_from: Annotated[Edtf | None, PERIOD_FROM] = None
    period_until: Annotated[Edtf | None, PERIOD_UNTIL] = None
    document: Annotated[DocumentRef | None, titled("Document", "Dokument", "Where it is.", "Hvor den finnes.")] = None

    def check(self, structure: Structure) -> None:
        """The plan period does not end before it starts."""
        require_period(self.period_from, self.period_until)

    def effects(self) -> Iterable[Effect]:
        """A strategy on the table."""
        return begin(
            self.strategy,
            name=self.title,
            by=self.by,
            version=self.version,
            period_from=self.period_from,
            period_until=self.period_until,
            document=self.document,
        )


class StrategyEndorsed(Event, frozen=True, kw_only=True, tag="strategy-endorsed"):
    """A body adopts a strategy or plan, or takes it as the basis for further work. It binds that body alone."""

    nb: ClassVar[str] = "Strategi vedtatt eller lagt til grunn"

    strategy: Annotated[PlanHolder, titled("Strategy or plan", "Strategi eller plan", "Which one.", "Hvilken.")]
    body: Annotated[BodyRef, titled("Body", "Organ", "Who endorses it.", "Hvem som slutter opp.")]
    how: Annotated[
        Literal["adopted", "taken_as_basis", "treated"],
        titled(
            "How",
            "Hvordan",
            "Adopted, taken as basis, or only treated.",
            "Vedtatt, lagt til grunn, eller bare behandlet.",
        ),
    ]
    decision: Annotated[DecisionRef, titled("Decision", "Vedtak", "In which decision.", "I hvilket vedtak.")]

    def effects(self) -> Iterable[Effect]:
        """In force for that body."""
        return (put(self.strategy, "endorsed", {"how": self.how, "decision": self.decision}, key=self.body),)


class PillarDefined(Event, frozen=True, kw_only=True, tag="pillar-defined"):
    """A strategy rests on a pillar."""

    nb: ClassVar[str] = "Bærende søyle"

    strategy: Annotated[StrategyRef, STRATEGY]
    no: Annotated[PointNumber, NUMBER]
    title: Annotated[Line, titled("Title", "Tittel", "The pillar.", "Søylen.")]

    def effects(self) -> Iterable[Effect]:
        """The pillar, by number."""
        return (put(self.strategy, "pillar", self.title, key=self.no),)


class GoalSet(Event, frozen=True, kw_only=True, tag="goal-set"):
    """A strategy sets a goal."""

    nb: ClassVar[str] = "Mål fastsatt"

    strategy: Annotated[StrategyRef, STRATEGY]
    no: Annotated[PointNumber, NUMBER]
    text: Annotated[Text, titled("Goal", "Mål", "In the clerk's words.", "Med saksbehandlerens ord.")]

    def effects(self) -> Iterable[Effect]:
        """The goal, by number."""
        return (put(self.strategy, "goal", self.text, key=self.no),)


class PrincipleStated(Event, frozen=True, kw_only=True, tag="principle-stated"):
    """A strategy states a principle."""

    nb: ClassVar[str] = "Prinsipp"

    strategy: Annotated[StrategyRef, STRATEGY]
    no: Annotated[PointNumber, titled("Number", "Nummer", "The clerk's own count.", "Saksbehandlerens egen telling.")]
    text: Annotated[Text, titled("Principle", "Prinsipp", "In the clerk's words.", "Med saksbehandlerens ord.")]

    def effects(self) -> Iterable[Effect]:
        """The principle, by number."""
        return (put(self.strategy, "principle", self.text, key=self.no),)


class PlanFiled(Event, frozen=True, kw_only=True, tag="plan-filed"):
    """An action plan is put forward. It may count more measures than it lists."""

    nb: ClassVar[str] = "Handlingsplan framlagt"

    plan: Annotated[
        str, creates("plan"), titled("Plan", "Plan", "A new reference: plan/name.", "Ny henvisning: plan/navn.")
    ]
    title: Annotated[Line, titled("Title", "Tittel", "Its title.", "Tittelen.")]
    strategy: Annotated[StrategyRef | None, STRATEGY] = None
    by: Annotated[PartyRef | None, titled("By", "Av", "Who made it.", "Hvem som laget den.")] = None
    period_from: Annotated[Edtf | None, PERIOD_FROM] = None
    period_until: Annotated[Edtf | None, PERIOD_UNTIL] = None
    measures_counted: Annotated[
        Count | None, titled("Measures counted", "Antall tiltak", "As the plan says.", "Slik planen sier.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The period does not end before it starts."""
        require_period(self.period_from, self.period_until)

    def effects(self) -> Iterable[Effect]:
        """A plan on the table."""
        return begin(
            self.plan,
            name=self.title,
            strategy=self.strategy,
            by=self.by,
            period_from=self.period_from,
            period_until=self.period_until,
            measures_counted=self.measures_counted,
        )


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
            status=self.status or "proposed",
        )
        if self.part_of:
            yield put(self.part_of, "measure", self.no or True, key=self.measure)


class MeasureStatusChanged(Event, frozen=True, kw_only=True, tag="measure-status-changed"):
    """A measure is supported, started, paused, resumed, completed or cancelled."""

    nb: ClassVar[str] = "Tiltak endret status"

    measure: Annotated[MeasureRef, MEASURE]
    status: Annotated[
        Literal["supported", "started", "paused", "resumed", "completed", "cancelled"],
        titled("Status", "Status", "What happened to it.", "Hva som skjedde med det."),
    ]
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why.", "Hvorfor.")] = None

    def check(self, structure: Structure) -> None:
        """A finished or cancelled measure goes no further."""
        now = structure.thing(self.measure).fact("status").value
        if now in {"completed", "cancelled"}:
            raise Refused(
                "The measure “{measure}” is already {status} on {date}.",
                "Check which measure is meant, and the date.",
                measure=structure.thing(self.measure).label,
                status=now,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """Its status."""
        return (put(self.measure, "status", self.status),)


class ParticipationInvited(Event, frozen=True, kw_only=True, tag="participation-invited"):
    """A set of organisations may take part. Being in the set is not taking part."""

    nb: ClassVar[str] = "Aktuelle deltakere"

    to: Annotated[Joinable, titled("In", "I", "What they may join.", "Hva de kan delta i.")]
    addressees: Annotated[
        Line, titled("Addressees", "Adressater", "As the paper names them.", "Slik papiret nevner dem.")
    ]
    count: Annotated[
        Count | None, titled("Count", "Antall", "How many, as the paper says.", "Hvor mange, slik papiret sier.")
    ] = None
    named: Annotated[
        tuple[OrganisationRef, ...],
        titled("Named", "Navngitt", "Those named one by one.", "De som nevnes én for én."),
    ] = ()
    deadline: Annotated[Edtf | None, titled("Deadline", "Frist", "Answer by.", "Svar innen.")] = None

    def effects(self) -> Iterator[Effect]:
        """The potential set, and an invitation to each one named."""
        yield put(self.to, "potential", {"count": self.count, "deadline": self.deadline}, key=self.addressees)
        for organisation in self.named:
            yield put(self.to, "invited", self.deadline or True, key=organisation)


class ParticipationSurveyed(Event, frozen=True, kw_only=True, tag="participation-surveyed"):
    """Somebody finds out who will take part."""

    nb: ClassVar[str] = "Kartlegging av deltakelse"

    to: Annotated[Joinable, titled("In", "I", "What it is about.", "Hva den gjelder.")]
    by: Annotated[PartyRef, titled("By", "Av", "Who asks.", "Hvem som spør.")]
    state: Annotated[
        Literal["under_way", "closed"], titled("State", "Tilstand", "Under way or closed.", "Pågår eller avsluttet.")
    ]

    def effects(self) -> Iterable[Effect]:
        """The survey."""
        return (put(self.to, "survey", self.state, key=self.by),)


class ParticipationDeclared(Event, frozen=True, kw_only=True, tag="participation-declared"):
    """An organisation says that it takes part, does not, or with reservations."""

    nb: ClassVar[str] = "Deltakelse meldt"

    organisation: Annotated[OrganisationRef, titled("Organisation", "Virksomhet", "Who.", "Hvem.")]
    to: Annotated[Joinable, titled("In", "I", "What it joins.", "Hva den deltar i.")]
    answer: Annotated[
        Literal["participates", "declines", "reserves"], titled("Answer", "Svar", "What it says.", "Hva den sier.")
    ]
    decision: Annotated[
        DecisionRef | None,
        titled("Decision", "Vedtak", "None: “declared without decision”.", "Uten: «meldt uten vedtak»."),
    ] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date."""
        require_standing(structure, self.organisation)

    def effects(self) -> Iterable[Effect]:
        """Its answer."""
        value = {"answer": self.answer, "decision": self.decision}
        return (put(self.to, "declared", value, key=self.organisation),)


class IntentionNoted(Event, frozen=True, kw_only=True, tag="intention-noted"):
    """Somebody says what they want, need or assess. It is shown, and changes nothing."""

    nb: ClassVar[str] = "Ønske eller vurdering"

    about: Annotated[AnyRef, titled("About", "Om", "What it concerns.", "Hva det gjelder.")]
    by: Annotated[PartyRef | None, titled("By", "Av", "Who says it.", "Hvem som sier det.")] = None
    kind: Annotated[
        Literal["wish", "need", "assessment", "intention", "claim", "advice", "possibility"],
        titled("Kind", "Type", "What sort of statement.", "Hva slags utsagn."),
    ]
    text: Annotated[Text, titled("Text", "Tekst", "In the clerk's words.", "Med saksbehandlerens ord.")]

    def effects(self) -> Iterable[Effect]:
        """A statement beside the thing; no part of the structure."""
        return (put(self.about, "statement", {"kind": self.kind, "by": self.by}, key=self.text),)

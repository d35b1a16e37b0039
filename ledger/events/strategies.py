"""Strategies and plans: put forward, endorsed, revised; what they rest on and aim at; what people say they want."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from ledger.calendar import bounds
from ledger.errors import Refused
from ledger.event import Event, begin, end, put
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    BodyRef,
    Count,
    DecisionRef,
    DocumentRef,
    Edtf,
    Line,
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
NUMBER = titled("Number", "Nummer", "As in the document.", "Som i dokumentet.")
PERIOD_FROM = titled("Period from", "Periode fra", "First year or day.", "Første år eller dag.")
PERIOD_UNTIL = titled("Period until", "Periode til", "Last year or day.", "Siste år eller dag.")

PlanHolder = Annotated[str, refers_to("plan", "strategy")]


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
    version: Annotated[Line | None, titled("Version", "Versjon", "Which version.", "Hvilken versjon.")] = None

    def effects(self) -> Iterable[Effect]:
        """In force for that body, in one version at a time."""
        value = {"how": self.how, "decision": self.decision}
        return (
            put(
                self.strategy, "endorsed", {**value, "version": self.version} if self.version else value, key=self.body
            ),
        )


class StrategyStatusChanged(Event, frozen=True, kw_only=True, tag="strategy-status-changed"):
    """A strategy or plan is revised, or runs out, or another takes its place."""

    nb: ClassVar[str] = "Strategi revidert, utløpt eller avløst"

    strategy: Annotated[PlanHolder, titled("Strategy or plan", "Strategi eller plan", "Which one.", "Hvilken.")]
    change: Annotated[
        Literal["revised", "expired", "superseded"],
        titled("Change", "Endring", "What became of it.", "Hva det ble av den."),
    ]
    version: Annotated[Line | None, titled("New version", "Ny versjon", "When revised.", "Når den er revidert.")] = None
    superseded_by: Annotated[
        PlanHolder | None, titled("Superseded by", "Avløst av", "What takes its place.", "Det som trer i stedet.")
    ] = None
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It has not ended before, and what takes its place is named, and another."""
        thing = structure.thing(self.strategy)
        if thing.holds == "no":
            raise Refused(
                "“{strategy}” does not stand on {date}.",
                "Check which one is meant, and the date.",
                strategy=thing.label,
                date=structure.effective,
            )
        if (self.change == "superseded") != (self.superseded_by is not None) or self.superseded_by == self.strategy:
            raise Refused(
                "What takes the place of “{strategy}” is not named as it should be.",
                "Name another strategy or plan when it is superseded, and none otherwise.",
                strategy=thing.label,
            )

    def effects(self) -> Iterator[Effect]:
        """A new version, or the end; its measures stay where they are until they are moved or closed."""
        yield put(self.strategy, "change", {"change": self.change, "decision": self.decision})
        if self.change == "revised":
            yield put(self.strategy, "version", self.version)
        else:
            yield from end(self.strategy, ended_by=self.change, superseded_by=self.superseded_by)


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
    indicator: Annotated[
        Line | None, titled("Indicator", "Indikator", "What it is measured by.", "Hva det måles med.")
    ] = None
    target: Annotated[Line | None, titled("Target", "Måltall", "What is aimed at.", "Det en sikter mot.")] = None

    def effects(self) -> Iterator[Effect]:
        """The goal, by number."""
        yield put(self.strategy, "goal", self.text, key=self.no)
        if self.indicator or self.target:
            value = {"indicator": self.indicator, "target": self.target}
            yield put(self.strategy, "goal_indicator", value, key=self.no)


class GoalChanged(Event, frozen=True, kw_only=True, tag="goal-changed"):
    """A goal is worded anew, or dropped."""

    nb: ClassVar[str] = "Mål endret"

    strategy: Annotated[StrategyRef, STRATEGY]
    no: Annotated[PointNumber, NUMBER]
    text: Annotated[
        Text | None, titled("Goal", "Mål", "The new wording; none: dropped.", "Ny ordlyd; uten: sløyfet.")
    ] = None
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why.", "Hvorfor.")] = None

    def check(self, structure: Structure) -> None:
        """The strategy has the goal."""
        strategy = structure.thing(self.strategy)
        if strategy.fact("goal", self.no).holds == "no":
            raise Refused(
                "“{strategy}” has no goal {number} on {date}.",
                "Check the number of the goal, and the date.",
                strategy=strategy.label,
                number=self.no,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The goal in its new words, or none."""
        return (
            put(self.strategy, "goal", self.text, key=self.no),
            put(self.strategy, "goal_change", {"dropped": self.text is None, "reason": self.reason}, key=self.no),
        )


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
    version: Annotated[Line | None, titled("Version", "Versjon", "As stated.", "Som oppgitt.")] = None

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
            version=self.version,
        )


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

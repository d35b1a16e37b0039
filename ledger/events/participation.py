"""Who is asked to take part, who is looked into, who takes part, and who leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import Count, DecisionRef, Edtf, Line, OrganisationRef, PartyRef, Text, refers_to, titled
from ledger.structure import Structure

Joinable = Annotated[str, refers_to("measure", "strategy", "plan", "agreement", "decision", "body")]


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


class SurveyAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """What one organisation answered when asked. It has declared nothing by it."""

    organisation: Annotated[OrganisationRef, titled("Organisation", "Virksomhet", "Who answers.", "Hvem som svarer.")]
    answer: Annotated[Literal["yes", "no", "undecided"], titled("Answer", "Svar", "What it says.", "Hva den svarer.")]


class ParticipationSurveyed(Event, frozen=True, kw_only=True, tag="participation-surveyed"):
    """Somebody finds out who will take part."""

    nb: ClassVar[str] = "Kartlegging av deltakelse"

    to: Annotated[Joinable, titled("In", "I", "What it is about.", "Hva den gjelder.")]
    by: Annotated[PartyRef, titled("By", "Av", "Who asks.", "Hvem som spør.")]
    state: Annotated[
        Literal["under_way", "closed"], titled("State", "Tilstand", "Under way or closed.", "Pågår eller avsluttet.")
    ]
    answers: Annotated[
        tuple[SurveyAnswer, ...], titled("Answers", "Svar", "Those received so far.", "De som er kommet så langt.")
    ] = ()

    def check(self, structure: Structure) -> None:
        """Nobody answers twice in one survey."""
        asked = [item.organisation for item in self.answers]
        twice = next((organisation for organisation in asked if asked.count(organisation) > 1), None)
        if twice:
            raise Refused(
                "{name} stands twice among the answers.",
                "Give each organisation one answer.",
                name=structure.organisation(twice).label,
            )

    def effects(self) -> Iterator[Effect]:
        """The survey and what was answered, which is no participation."""
        yield put(self.to, "survey", self.state, key=self.by)
        for organisation, answer in {item.organisation: item.answer for item in self.answers}.items():
            yield put(self.to, "survey_answer", answer, key=organisation)


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
    conditions: Annotated[
        Text | None, titled("Conditions", "Vilkår", "Its reservations, if any.", "Forbeholdene, om noen.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date."""
        require_standing(structure, self.organisation)

    def effects(self) -> Iterator[Effect]:
        """Its answer; taking part anew undoes an earlier withdrawal."""
        value = {"answer": self.answer, "decision": self.decision}
        told = {**value, "conditions": self.conditions} if self.conditions else value
        yield put(self.to, "declared", told, key=self.organisation)
        if self.answer == "participates" and not self.to.startswith("agreement/"):
            yield put(self.to, "withdrawn", None, key=self.organisation)


class ParticipationEnded(Event, frozen=True, kw_only=True, tag="participation-ended"):
    """An organisation takes part no longer. Leaving an agreement is another matter, with notice."""

    nb: ClassVar[str] = "Deltakelse avsluttet"

    organisation: Annotated[OrganisationRef, titled("Organisation", "Virksomhet", "Who leaves.", "Hvem som går ut.")]
    to: Annotated[
        Annotated[str, refers_to("measure", "strategy", "plan", "decision", "body")],
        titled("In", "I", "What it leaves.", "Hva den går ut av."),
    ]
    cause: Annotated[Text | None, titled("Cause", "Årsak", "Why, if known.", "Hvorfor, om kjent.")] = None
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It has said or decided that it takes part."""
        thing = structure.thing(self.to)
        if all(thing.fact(stage, self.organisation).holds == "no" for stage in ("declared", "decided", "member")):
            raise Refused(
                "{name} is not on record as taking part in “{subject}” on {date}.",
                "Record first that it took part, or check the date.",
                name=structure.organisation(self.organisation).label,
                subject=thing.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """Withdrawn."""
        value = {"cause": self.cause, "decision": self.decision}
        return (put(self.to, "withdrawn", value, key=self.organisation),)

"""How a body is to be made up and manned: its rules, its seats, the staff it needs and the staff it gets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.bodies import BODY, require_body
from ledger.facts import Effect
from ledger.fields import BodyRef, DocumentRef, Line, OrganisationRef, PartyRef, Staffing, Text, refers_to, titled
from ledger.structure import Structure

STAFFING = titled("Staffing", "Årsverk", "In thousandths of an FTE.", "I tusendels årsverk.")
PROVIDER = titled("From", "Fra", "Who provides the staff.", "Hvem som stiller ressursen.")
STATUS = titled("Status", "Status", "Adopted or proposed.", "Vedtatt eller foreslått.")
Funding = Annotated[str, refers_to("fund", "organisation", "body", "agreement", "application")]


class RulesAdopted(Event, frozen=True, kw_only=True, tag="rules-adopted"):
    """Statutes, regulations or instructions for a body are adopted; one version of each is in force at a time."""

    nb: ClassVar[str] = "Vedtekter, reglement eller instruks vedtatt"

    body: Annotated[BodyRef, BODY]
    kind: Annotated[
        Literal["statutes", "regulations", "instructions"],
        titled("Kind", "Type", "What sort of rules.", "Hva slags regler."),
    ]
    document: Annotated[DocumentRef, titled("Document", "Dokument", "The rules.", "Reglene.")]
    version: Annotated[Line | None, titled("Version", "Versjon", "Which version.", "Hvilken versjon.")] = None
    replaces: Annotated[
        DocumentRef | None, titled("Replaces", "Erstatter", "The rules until then.", "Reglene fram til da.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The body exists, and rules of that kind already in force are the ones replaced."""
        require_body(structure, self.body)
        body = structure.body(self.body)
        found = body.fact("rules", self.kind)
        in_force = found.value["document"] if isinstance(found.value, dict) and found.holds == "yes" else None
        if isinstance(in_force, str) and in_force != self.replaces:
            raise Refused(
                "“{document}” is in force for {body} on {date}.",
                "Say that it is replaced, or check the date.",
                source=self.source,
                document=structure.thing(in_force).label,
                body=body.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The rules in force, one of each kind."""
        value = {"document": self.document, "version": self.version, "replaces": self.replaces}
        return (put(self.body, "rules", value, key=self.kind),)


class SeatRule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How many seats go to whom."""

    group: Annotated[
        Line,
        titled(
            "Seats for", "Plasser til", "Who fills them, as the rule says.", "Hvem som fyller dem, slik regelen sier."
        ),
    ]
    count: Annotated[int, Meta(ge=1, le=999), titled("Seats", "Plasser", "How many.", "Hvor mange.")]
    voting: Annotated[bool, titled("Voting", "Stemmerett", "With a vote?", "Med stemmerett?")]
    party: Annotated[PartyRef | None, titled("Filled by", "Fylles av", "If on record.", "Om den er registrert.")] = None


class CompositionRuleSet(Event, frozen=True, kw_only=True, tag="composition-rule-set"):
    """Who sits in a body, as a rule."""

    nb: ClassVar[str] = "Sammensetning fastsatt"

    body: Annotated[BodyRef, BODY]
    rule: Annotated[Text, titled("Rule", "Regel", "Who sits in it.", "Hvem som sitter i det.")]
    status: Annotated[Literal["adopted", "proposed"], STATUS]
    seats: Annotated[tuple[SeatRule, ...], titled("Seats", "Plasser", "Seat by seat.", "Plass for plass.")] = ()
    term_years: Annotated[
        Annotated[int, Meta(ge=1, le=99)] | None,
        titled("Term in years", "Periode i år", "For how long each sits.", "Hvor lenge hver sitter."),
    ] = None
    chair_rotation: Annotated[
        Line | None,
        titled("Chair rotation", "Lederskifte", "How the chair goes round.", "Hvordan lederen skifter."),
    ] = None

    def check(self, structure: Structure) -> None:
        """Each group of seats is named once."""
        groups = [seat.group for seat in self.seats]
        if len(set(groups)) < len(groups):
            raise Refused(
                "The same seats are named twice.",
                "Name each group once, with all its seats.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """The rule, kept apart by status so that a proposal is never read as adopted."""
        terms = {"seats": self.seats, "term_years": self.term_years, "chair_rotation": self.chair_rotation}
        return (
            put(self.body, f"composition_{self.status}", self.rule),
            put(self.body, f"composition_terms_{self.status}", terms if any(terms.values()) else None),
        )


class CapacityRequirementSet(Event, frozen=True, kw_only=True, tag="capacity-requirement-set"):
    """How much staff a body must have: a floor, a ceiling or an exact number. Not a staffing."""

    nb: ClassVar[str] = "Bemanningskrav"

    body: Annotated[BodyRef, BODY]
    staffing: Annotated[Staffing, STAFFING]
    status: Annotated[Literal["adopted", "proposed"], STATUS]
    phase: Annotated[Line | None, titled("Phase", "Fase", "When it applies.", "Når det gjelder.")] = None

    def check(self, structure: Structure) -> None:
        """A requirement is more than nothing."""
        if self.staffing.milli_fte == 0:
            raise Refused(
                "A requirement of no staff at all requires nothing.",
                "Give the number of full-time equivalents, or leave the event out.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """The requirement, kept apart by status and phase."""
        value = {"staffing": self.staffing, "phase": self.phase}
        return (put(self.body, f"capacity_{self.status}", value, key=self.phase or ""),)


class StaffCommitted(Event, frozen=True, kw_only=True, tag="staff-committed"):
    """An organisation puts staff at a body's disposal."""

    nb: ClassVar[str] = "Årsverk stilt til rådighet"

    organisation: Annotated[OrganisationRef, PROVIDER]
    body: Annotated[BodyRef, BODY]
    staffing: Annotated[Staffing, STAFFING]
    competence: Annotated[Line | None, titled("Competence", "Kompetanse", "What they can do.", "Hva de kan.")] = None
    funded_by: Annotated[
        Funding | None, titled("Funded by", "Finansiert av", "Who or what pays.", "Hvem eller hva som betaler.")
    ] = None

    def effects(self) -> Iterable[Effect]:
        """The staff, by organisation, and on which terms."""
        terms = {"competence": self.competence, "funded_by": self.funded_by}
        return (
            put(self.body, "staff", self.staffing, key=self.organisation),
            put(self.body, "staff_terms", terms if any(terms.values()) else None, key=self.organisation),
        )


def require_staff(structure: Structure, body: str, organisation: str, source: str) -> None:
    """Refuse to change or withdraw staff where there certainly is none."""
    if structure.body(body).fact("staff", organisation).holds == "no":
        raise Refused(
            "{organisation} provides no staff to {body} on {date}.",
            "Record first when the staff was provided, or check the date.",
            source=source,
            organisation=structure.organisation(organisation).label,
            body=structure.body(body).label,
            date=structure.effective,
        )


class StaffChanged(Event, frozen=True, kw_only=True, tag="staff-changed"):
    """An organisation provides more or less staff to a body than before. What is not said stays as it was."""

    nb: ClassVar[str] = "Årsverk endret"

    organisation: Annotated[OrganisationRef, PROVIDER]
    body: Annotated[BodyRef, BODY]
    staffing: Annotated[Staffing, STAFFING]
    competence: Annotated[Line | None, titled("Competence", "Kompetanse", "What they can do.", "Hva de kan.")] = None
    funded_by: Annotated[
        Funding | None, titled("Funded by", "Finansiert av", "Who or what pays.", "Hvem eller hva som betaler.")
    ] = None
    reason: Annotated[Line | None, titled("Reason", "Begrunnelse", "Why it changed.", "Hvorfor det ble endret.")] = None

    def check(self, structure: Structure) -> None:
        """There is staff to change."""
        require_staff(structure, self.body, self.organisation, self.source)

    def effects(self) -> Iterable[Effect]:
        """The staff, and the terms where they are given anew."""
        staff = put(self.body, "staff", self.staffing, key=self.organisation)
        terms = {"competence": self.competence, "funded_by": self.funded_by}
        if not any(terms.values()):
            return (staff,)
        return (staff, put(self.body, "staff_terms", terms, key=self.organisation))


class StaffWithdrawn(Event, frozen=True, kw_only=True, tag="staff-withdrawn"):
    """An organisation no longer provides staff to a body."""

    nb: ClassVar[str] = "Årsverk trukket tilbake"

    organisation: Annotated[OrganisationRef, PROVIDER]
    body: Annotated[BodyRef, BODY]
    reason: Annotated[Line | None, titled("Reason", "Begrunnelse", "Why.", "Hvorfor.")] = None

    def check(self, structure: Structure) -> None:
        """There is staff to withdraw."""
        require_staff(structure, self.body, self.organisation, self.source)

    def effects(self) -> Iterable[Effect]:
        """No staff from this organisation."""
        return (
            put(self.body, "staff", None, key=self.organisation),
            put(self.body, "staff_terms", None, key=self.organisation),
        )

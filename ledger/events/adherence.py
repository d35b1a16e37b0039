"""Who adheres to what.

Adherence has stages that never overwrite each other: proposed, decided, signed, in force, withdrawn. Each is its own
slot on the thing adhered to, so that a late proposal cannot hide a decision, nor a decision be read out of a proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final, Literal

from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.agreements import AGREEMENT, VERSION, filed_version, form_of, require_in_force
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import (
    AdherenceTarget,
    AgreementRef,
    BodyRef,
    DecisionRef,
    Line,
    Money,
    OrganisationRef,
    PointNumber,
    ProposalRef,
    Text,
    titled,
)
from ledger.law import contents
from ledger.structure import Structure

ORGANISATION = titled("Organisation", "Virksomhet", "Who adheres.", "Hvem som slutter seg til.")
TARGET = titled("Adheres to", "Slutter seg til", "What it adheres to.", "Hva den slutter seg til.")
MAY_BE_COUNCIL: Final = frozenset({None, "council", "unknown"})
"""What is on record of a body that may be a municipal or county council; every other kind is certainly none."""


class AdherenceProposed(Event, frozen=True, kw_only=True, tag="adherence-proposed"):
    """It is proposed that an organisation adheres to something. It has not."""

    nb: ClassVar[str] = "Tilslutning foreslått"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    to: Annotated[AdherenceTarget, TARGET]
    proposal: Annotated[ProposalRef, titled("Proposal", "Forslag", "Which proposal.", "Hvilket forslag.")]
    point: Annotated[PointNumber | None, titled("Point", "Punkt", "Which point.", "Hvilket punkt.")] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date."""
        require_standing(structure, self.organisation)

    def effects(self) -> Iterable[Effect]:
        """Proposed, and nothing more."""
        return (put(self.to, "proposed", self.proposal, key=self.organisation),)


class AdherenceDecided(Event, frozen=True, kw_only=True, tag="adherence-decided"):
    """An organisation's own body decides that it adheres, or that it does not."""

    nb: ClassVar[str] = "Tilslutning vedtatt"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4, 20-4: each council decides for itself"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    to: Annotated[AdherenceTarget, TARGET]
    answer: Annotated[
        Literal["joins", "declines"], titled("Answer", "Svar", "Joins or declines.", "Slutter seg til eller avslår.")
    ]
    decision: Annotated[
        DecisionRef, titled("Decision", "Vedtak", "The deciding body's act.", "Vedtaket det bygger på.")
    ]
    body: Annotated[
        BodyRef | None, titled("Body", "Organ", "Who decided, if known.", "Hvem som vedtok det, om kjent.")
    ] = None
    version: Annotated[Line | None, VERSION] = None
    conditions: Annotated[
        Text | None, titled("Conditions", "Vilkår", "On which terms, if any.", "På hvilke vilkår, om noen.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date; the body named made the decision, and the council joins for itself.

        What is known of the body is measured: a body of another organisation, or one that is certainly no council,
        cannot join an agreement that the law leaves to the council itself.
        """
        require_standing(structure, self.organisation)
        if self.version and self.to.startswith("agreement/"):
            filed_version(structure, self.to, self.version)
        decided_by = structure.thing(self.decision).fact("body")
        if self.body and decided_by.holds == "yes" and decided_by.value != self.body:
            raise Refused(
                "{decision} was made by {other}, not by {body}.",
                "Name the body that made the decision, or the right decision.",
                source=self.source,
                decision=structure.thing(self.decision).label,
                other=structure.thing(str(decided_by.value)).label,
                body=structure.body(self.body).label,
            )
        if self.answer == "joins" and self.to.startswith("agreement/"):
            self._require_council(structure, self.body or (decided_by.value if decided_by.holds == "yes" else None))

    def _require_council(self, structure: Structure, ref: object) -> None:
        asked = contents(form_of(structure, self.to), structure.earliest)
        if not asked or not isinstance(ref, str):
            return
        body = structure.body(ref)
        owner = body.owner
        if body.kind.value not in MAY_BE_COUNCIL or (owner.holds == "yes" and owner.value != self.organisation):
            raise Refused(
                "{body} cannot join “{agreement}” for {organisation}: the council itself decides.",
                "Record the council's own decision; what another body decided is a proposal to the council.",
                source=asked.paragraph,
                body=body.label,
                agreement=structure.thing(self.to).label,
                organisation=structure.organisation(self.organisation).label,
            )

    def effects(self) -> Iterator[Effect]:
        """Its decision, with its terms; joining anew what has no signatures undoes an earlier withdrawal."""
        value = {
            "answer": self.answer,
            "decision": self.decision,
            "conditions": self.conditions,
            "body": self.body,
            "version": self.version,
        }
        yield put(self.to, "decided", value, key=self.organisation)
        if self.answer == "joins" and not self.to.startswith("agreement/"):
            yield put(self.to, "withdrawn", None, key=self.organisation)


class PartyAdmitted(Event, frozen=True, kw_only=True, tag="party-admitted"):
    """An organisation becomes a party to an agreement that is in force already."""

    nb: ClassVar[str] = "Ny deltaker opptatt"

    organisation: Annotated[
        OrganisationRef, titled("Organisation", "Virksomhet", "Who comes in.", "Hvem som kommer til.")
    ]
    agreement: Annotated[AgreementRef, AGREEMENT]
    terms: Annotated[
        Text | None, titled("Terms", "Vilkår", "On which terms, if any.", "På hvilke vilkår, om noen.")
    ] = None
    entry_payment: Annotated[
        Money | None, titled("Entry payment", "Innskudd", "What it pays to come in.", "Hva den betaler for å bli med.")
    ] = None
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision that admits it.", "Vedtaket som tar den opp.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The agreement is in force, and the organisation exists and is no party yet."""
        require_standing(structure, self.organisation)
        require_in_force(structure, self.agreement)
        agreement = structure.thing(self.agreement)
        left = agreement.fact("withdrawn", self.organisation).holds
        if agreement.fact("in_force", self.organisation).holds == "yes" and left == "no":
            raise Refused(
                "{party} is a party to “{agreement}” already on {date}.",
                "Check who comes in, and the date.",
                party=structure.organisation(self.organisation).label,
                agreement=agreement.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """In force for it too; if it had left, it is back."""
        value = {"terms": self.terms, "entry_payment": self.entry_payment, "decision": self.decision}
        return (
            put(self.agreement, "in_force", value=True, key=self.organisation),
            put(self.agreement, "admitted", value, key=self.organisation),
            put(self.agreement, "withdrawn", None, key=self.organisation),
            put(self.agreement, "notice", None, key=self.organisation),
        )

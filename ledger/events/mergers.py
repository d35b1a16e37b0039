"""Organisations that merge, split or end, and who takes over what they were bound to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, end, put
from ledger.events.organisations import ORGANISATION, require_standing
from ledger.facts import Effect
from ledger.fields import AnyRef, Line, OrganisationRef, Share, titled
from ledger.structure import Structure


class MergerInquiryNoted(Event, frozen=True, kw_only=True, tag="merger-inquiry-noted"):
    """A merger is, may be, or is no longer being looked into. A possibility is not a merger."""

    nb: ClassVar[str] = "Utredning om sammenslåing"
    source: ClassVar[str] = "inndelingslova §§ 8-10"

    parties: Annotated[
        tuple[OrganisationRef, ...],
        Meta(min_length=2),
        titled("Parties", "Parter", "Those who may merge.", "De som kan slå seg sammen."),
    ]
    state: Annotated[
        Literal["possible", "opened", "closed"],
        titled("State", "Tilstand", "How far it has come.", "Hvor langt det er kommet."),
    ]
    outcome: Annotated[
        Line | None, titled("Outcome", "Utfall", "What came of it, if known.", "Hva det ble til, om kjent.")
    ] = None

    def effects(self) -> Iterator[Effect]:
        """A mark on each party; nothing else."""
        for party in self.parties:
            yield put(party, "merger_inquiry", {"state": self.state, "with": self.parties, "outcome": self.outcome})


class OrganisationsMerged(Event, frozen=True, kw_only=True, tag="organisations-merged"):
    """Municipalities become one: a new one, or one that goes on and takes up the others."""

    nb: ClassVar[str] = "Kommunesammenslåing iverksatt"
    source: ClassVar[str] = "inndelingslova § 4"

    predecessors: Annotated[
        tuple[OrganisationRef, ...],
        Meta(min_length=1),
        titled("Predecessors", "Opphørte", "Those that end.", "De som opphører."),
    ]
    result: Annotated[
        OrganisationRef,
        titled("Result", "Resultat", "The one that stands afterwards.", "Den som står igjen."),
    ]

    def check(self, structure: Structure) -> None:
        """Every predecessor exists until then, and the result is not one of them."""
        for organisation in self.predecessors:
            require_standing(structure, organisation)
        require_standing(structure, self.result)
        if self.result in self.predecessors:
            raise Refused(
                "{name} cannot both end and go on.",
                "Name only those that end as predecessors.",
                source=self.source,
                name=structure.organisation(self.result).label,
            )

    def effects(self) -> Iterator[Effect]:
        """Predecessors end and point to the result, which remembers them."""
        for organisation in self.predecessors:
            yield from end(organisation, ended_by="merger", succeeded_by=(self.result,))
            yield put(self.result, "predecessor", value=True, key=organisation)


class SplitPart(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One receiver of a split municipality; ``share`` only where a decision states one."""

    to: Annotated[OrganisationRef, titled("To", "Til", "Who receives it.", "Hvem som får den.")]
    basis: Annotated[
        Literal["area", "population", "place", "unknown"],
        titled("Basis", "Grunnlag", "What the part is measured by.", "Hva delen måles etter."),
    ]
    share: Annotated[
        Share | None, titled("Share", "Andel", "Only where a decision states it.", "Bare der et vedtak oppgir den.")
    ] = None


class OrganisationSplit(Event, frozen=True, kw_only=True, tag="organisation-split"):
    """A municipality ends and its area goes to two or more others. Its commitments follow only recorded rules."""

    nb: ClassVar[str] = "Deling av kommune"
    source: ClassVar[str] = "inndelingslova § 4; shares sum to one where stated"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    parts: Annotated[
        tuple[SplitPart, ...],
        Meta(min_length=2),
        titled("Parts", "Deler", "Who receives what.", "Hvem som får hva."),
    ]

    def check(self, structure: Structure) -> None:
        """It exists until then, and its heirs from then; it is not its own heir; stated shares sum to one."""
        require_standing(structure, self.organisation)
        for part in self.parts:
            require_standing(structure, part.to)
            if part.to == self.organisation:
                raise Refused(
                    "{name} cannot both end and go on.",
                    "Name only those that receive a part.",
                    source=self.source,
                    name=structure.organisation(part.to).label,
                )
        shares = [part.share for part in self.parts if part.share]
        if shares and (len(shares) < len(self.parts) or sum(Fraction(s.n, s.d) for s in shares) != 1):
            raise Refused(
                "The shares of the parts do not sum to one.",
                "State a share for every part that together make 1, or for none.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """It ends and points to those who took over its area."""
        heirs = tuple(part.to for part in self.parts)
        yield from end(self.organisation, ended_by="split", succeeded_by=heirs)
        for heir in heirs:
            yield put(heir, "predecessor", value=True, key=self.organisation)


class OrganisationDissolved(Event, frozen=True, kw_only=True, tag="organisation-dissolved"):
    """An organisation ends without merging or splitting."""

    nb: ClassVar[str] = "Oppløst"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4: who keeps the archive is agreed; arkivlova § 10"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    cause: Annotated[Line, titled("Cause", "Årsak", "Why it ended.", "Hvorfor den opphørte.")]
    archive_custodian: Annotated[
        OrganisationRef | None,
        titled("Archive custodian", "Arkivansvarlig", "Who keeps its archive.", "Hvem som overtar arkivet."),
    ] = None

    def check(self, structure: Structure) -> None:
        """It exists until then."""
        require_standing(structure, self.organisation)

    def effects(self) -> Iterable[Effect]:
        """It ends."""
        return end(self.organisation, ended_by="dissolution", archive_custodian=self.archive_custodian)


class Successor(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes over how much of a commitment."""

    to: Annotated[OrganisationRef, titled("To", "Til", "Who takes over.", "Hvem som overtar.")]
    share: Annotated[Share, titled("Share", "Andel", "How much; 1/1 for all of it.", "Hvor mye; 1/1 for alt.")]


class SuccessorshipDetermined(Event, frozen=True, kw_only=True, tag="successorship-determined"):
    """Who takes over one commitment of an organisation that has ended. Never inferred from names."""

    nb: ClassVar[str] = "Rettsetterfølge fastsatt"
    source: ClassVar[str] = "inndelingslova §§ 15-16: one successor rule a commitment, shares sum to one"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    commitment: Annotated[
        AnyRef,
        titled("Commitment", "Forpliktelse", "The agreement, seat or debt.", "Avtalen, plassen eller gjelden."),
    ]
    successors: Annotated[
        tuple[Successor, ...],
        Meta(min_length=1),
        titled("Successors", "Etterfølgere", "Who takes over, and what share.", "Hvem som overtar, og hvor mye."),
    ]

    def check(self, structure: Structure) -> None:
        """The organisation has ended, and the shares sum to one."""
        thing = structure.organisation(self.organisation)
        if thing.holds == "yes":
            raise Refused(
                "{name} has not ended on {date}, so nothing passes to a successor.",
                "Record the merger, split or dissolution first, or check the date.",
                source=self.source,
                name=thing.label,
                date=structure.effective,
            )
        if sum(Fraction(s.share.n, s.share.d) for s in self.successors) != 1:
            raise Refused(
                "The successors' shares do not sum to one.",
                "Correct the shares so that together they make 1.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """The commitment has its successors."""
        return (put(self.organisation, "successors", self.successors, key=self.commitment),)

"""Organisations that merge, split or end, and who takes over what they were bound to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.calendar import LATEST, bounds
from ledger.errors import Refused
from ledger.event import Event, end, put
from ledger.events.organisations import ORGANISATION, MunicipalityCode, OrganisationKind, require_standing
from ledger.facts import Effect
from ledger.fields import AnyRef, Count, Edtf, Line, OrganisationRef, PartyRef, Share, titled
from ledger.structure import Structure


def boundary_changes(structure: Structure, organisation: str) -> Iterator[date]:
    """The days, the latest where uncertain, by which it merged, was split, or gave or got an area."""
    thing = structure.organisation(organisation)
    changes = [(slot, key) for slot in ("predecessor", "area_received", "area_ceded") for key in thing.keyed(slot)]
    for slot, key in [*changes, ("succeeded_by", "")]:
        yield from (writer.latest for writer in thing.answer(slot, key).writers if writer.value)


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
    initiative_by: Annotated[
        PartyRef | None, titled("Initiative by", "Initiativ fra", "Who asked for it.", "Hvem som tok initiativet.")
    ] = None
    outcome: Annotated[
        Literal["proceed", "abandoned", "none", "unknown"] | None,
        titled("Outcome", "Utfall", "What came of it, once closed.", "Hva det ble til, når den er avsluttet."),
    ] = None
    reason: Annotated[
        Line | None, titled("Reason", "Begrunnelse", "Why, as the source says.", "Hvorfor, slik kilden sier.")
    ] = None

    def check(self, structure: Structure) -> None:
        """An inquiry has an outcome when it is closed, and not before."""
        if (self.state == "closed") != (self.outcome is not None):
            raise Refused(
                "An inquiry has an outcome when it is closed, and not before.",
                "Give the outcome of a closed inquiry (unknown, if nobody knows it), and leave it out otherwise.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """A mark between each two parties; nothing else."""
        value = {"state": self.state, "initiative_by": self.initiative_by, "outcome": self.outcome}
        for party in self.parties:
            for other in self.parties:
                if other != party:
                    yield put(party, "merger_inquiry", value, key=other)


class MergerDecided(Event, frozen=True, kw_only=True, tag="merger-decided"):
    """It is decided that municipalities shall merge. They merge when the decision takes effect, which is recorded."""

    nb: ClassVar[str] = "Kommunesammenslåing vedtatt"
    source: ClassVar[str] = "inndelingslova § 4: the King when all agree, else the Storting"

    parties: Annotated[
        tuple[OrganisationRef, ...],
        Meta(min_length=2),
        titled("Parties", "Parter", "Those that shall merge.", "De som skal slås sammen."),
    ]
    decided_by: Annotated[
        Literal["king", "storting"], titled("Decided by", "Vedtatt av", "Who decided.", "Hvem som vedtok.")
    ]
    agreement: Annotated[
        Literal["all", "not_all", "unknown"],
        titled("Agreed", "Enighet", "Whether all of them wanted it.", "Om alle ønsket det."),
    ]
    scheduled: Annotated[
        Edtf, titled("Takes effect", "Iverksettes", "When they are to merge.", "Når de skal slås sammen.")
    ]
    name: Annotated[
        Line | None, titled("Resulting name", "Navn etterpå", "What it is to be called.", "Hva den skal hete.")
    ] = None
    code: Annotated[
        MunicipalityCode | None, titled("Resulting number", "Nummer etterpå", "Four digits.", "Fire siffer.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The parties exist; the King decides only when all agree; it takes effect no earlier than it is decided."""
        for party in self.parties:
            require_standing(structure, party)
        if self.decided_by == "king" and self.agreement == "not_all":
            raise Refused(
                "The King does not decide a merger that not all the municipalities want.",
                "Check who decided, the King or the Storting, and whether all agreed.",
                source=self.source,
            )
        if bounds(self.scheduled).latest < structure.earliest:
            raise Refused(
                "The merger is to take effect {scheduled}, before it is decided on {date}.",
                "Check the two dates.",
                source=self.source,
                scheduled=self.scheduled,
                date=structure.effective,
            )

    def effects(self) -> Iterator[Effect]:
        """Each party is to merge with the others; nothing ends yet."""
        for party in self.parties:
            value = {
                "with": tuple(other for other in self.parties if other != party),
                "decided_by": self.decided_by,
                "agreement": self.agreement,
                "scheduled": self.scheduled,
                "name": self.name,
                "code": self.code,
            }
            yield put(party, "merger_decided", value)


class OrganisationsMerged(Event, frozen=True, kw_only=True, tag="organisations-merged"):
    """Municipalities become one: a new one, or one that goes on and takes up the others."""

    nb: ClassVar[str] = "Kommunesammenslåing iverksatt"
    source: ClassVar[str] = "inndelingslova §§ 3, 4"

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
    source: ClassVar[str] = "inndelingslova §§ 3, 5; by convention, shares sum to one where stated"

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


class BoundaryAdjusted(Event, frozen=True, kw_only=True, tag="boundary-adjusted"):
    """A part of one municipality goes to another, and both go on."""

    nb: ClassVar[str] = "Grensejustering"
    source: ClassVar[str] = "inndelingslova §§ 3, 6"

    ceding: Annotated[OrganisationRef, titled("From", "Fra", "Who gives up the part.", "Hvem som gir fra seg delen.")]
    receiving: Annotated[OrganisationRef, titled("To", "Til", "Who receives it.", "Hvem som får den.")]
    place: Annotated[Line, titled("Place", "Sted", "What it is called.", "Hva det heter.")]
    population: Annotated[
        Count | None, titled("Population", "Folketall", "Persons living there.", "Antall personer som bor der.")
    ] = None

    def check(self, structure: Structure) -> None:
        """Both exist, and are two."""
        require_standing(structure, self.ceding)
        require_standing(structure, self.receiving)
        if self.ceding == self.receiving:
            raise Refused(
                "{name} cannot give up a part to itself.",
                "Name the municipality that receives the part.",
                source=self.source,
                name=structure.organisation(self.ceding).label,
            )

    def effects(self) -> Iterable[Effect]:
        """The part, by its name, seen from both ends."""
        return (
            put(self.ceding, "area_ceded", {"to": self.receiving, "population": self.population}, key=self.place),
            put(self.receiving, "area_received", {"from": self.ceding, "population": self.population}, key=self.place),
        )


class OrganisationTransformed(Event, frozen=True, kw_only=True, tag="organisation-transformed"):
    """An organisation takes another legal form and stays the same organisation, with its rights and duties."""

    nb: ClassVar[str] = "Omdannet"
    source: ClassVar[str] = (
        "koml. § 31-2 third paragraph: rights and duties follow, of a board of the act of 1992; else the law stated"
    )

    organisation: Annotated[OrganisationRef, ORGANISATION]
    from_form: Annotated[OrganisationKind, titled("From form", "Fra form", "What it was.", "Hva den var.")]
    to_form: Annotated[OrganisationKind, titled("To form", "Til form", "What it becomes.", "Hva den blir.")]
    law: Annotated[
        Line | None, titled("Law", "Lovhjemmel", "The paragraph it rests on.", "Paragrafen det bygger på.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It exists, the form changes, and the old form is the one it has just before."""
        require_standing(structure, self.organisation)
        if self.from_form == self.to_form:
            raise Refused(
                "The old form and the new one are the same.",
                "Check the two forms.",
                source=self.source,
            )
        thing = structure.organisation(self.organisation)
        if thing.kind.holds == "yes" and thing.kind.value != self.from_form:
            raise Refused(
                "{name} has another form than that on {date}.",
                "Check the old form and the date.",
                source=self.source,
                name=thing.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The form, and the law that it changed by."""
        return (
            put(self.organisation, "kind", self.to_form),
            put(self.organisation, "transformed_under", self.law),
        )


class OrganisationDissolved(Event, frozen=True, kw_only=True, tag="organisation-dissolved"):
    """An organisation ends without merging or splitting."""

    nb: ClassVar[str] = "Oppløst"
    source: ClassVar[str] = (
        "koml. §§ 18-4, 19-4: who keeps the archive is agreed; arkivlova (2025) § 10: only another public organ"
    )

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
    source: ClassVar[str] = "convention of the ledger: one successor rule a commitment, shares sum to one"

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
    ground: Annotated[
        Literal["law", "agreement", "decision"],
        titled("Ground", "Grunnlag", "What it rests on.", "Hva det bygger på."),
    ]

    def check(self, structure: Structure) -> None:
        """The organisation has ended, nothing else is determined for the commitment, and the shares sum to one."""
        thing = structure.organisation(self.organisation)
        if thing.holds == "yes":
            raise Refused(
                "{name} has not ended on {date}, so nothing passes to a successor.",
                "Record the merger, split or dissolution first, or check the date.",
                source=self.source,
                name=thing.label,
                date=structure.effective,
            )
        found = structure.on(LATEST).organisation(self.organisation).fact("successors", self.commitment)
        if found.entry is not None:
            raise Refused(
                "Entry #{entry} says already who takes over {commitment} after {name}.",
                "Correct #{entry} if it is wrong; a commitment passes once.",
                source=self.source,
                entry=found.entry,
                commitment=structure.thing(self.commitment).label,
                name=thing.label,
            )
        heirs = [successor.to for successor in self.successors]
        if self.organisation in heirs or len(set(heirs)) < len(heirs):
            raise Refused(
                "A successor is named twice, or is the organisation that has ended.",
                "Name each of those that go on once, with its whole share.",
                source=self.source,
            )
        for heir in heirs:
            require_standing(structure, heir)
        if sum(Fraction(s.share.n, s.share.d) for s in self.successors) != 1:
            raise Refused(
                "The successors' shares do not sum to one.",
                "Correct the shares so that together they make 1.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """The commitment has its successors, on a ground."""
        return (
            put(self.organisation, "successors", self.successors, key=self.commitment),
            put(self.organisation, "successor_ground", self.ground, key=self.commitment),
        )

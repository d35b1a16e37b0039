"""Organisations: registered, identified, renamed, renumbered, moved, counted, and what they are members of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.facts import Assign, Effect
from ledger.fields import (
    AnyRef,
    Count,
    CountyCode,
    DocumentRef,
    Line,
    OrganisationRef,
    PartyRef,
    creates,
    formatted,
    titled,
)
from ledger.structure import Structure

ORGANISATION = titled("Organisation", "Virksomhet", "The organisation concerned.", "Virksomheten det gjelder.")

OrganisationKind = Literal[
    "municipality",
    "county",
    "state",
    "county_governor",
    "interest_organisation",
    "regional_council",
    "intermunicipal_company",
    "political_council",
    "task_community",
    "board_1992",
    "joint_municipality",
    "limited_company",
    "network",
    "supplier",
    "institution",
    "other",
]
MunicipalityCode = Annotated[str, Meta(pattern=r"^[0-9]{4}$(?!\n)")]
NameLanguage = Literal["nb", "nn", "se", "sma", "smj", "fkv", "en"]
"""The language of a name: Bokmål, Nynorsk, Northern, Southern or Lule Sámi, Kven, English."""
OrganisationNumber = Annotated[str, Meta(pattern=r"^[0-9]{9}$(?!\n)"), formatted("orgnr")]


def hold_identifier(scheme: str, value: str, holder: str | None) -> Assign:
    """One identifier, one holder at a time: the slot that the uniqueness rule reads."""
    return put(f"{scheme}/{value}", "held_by", holder)


def require_free(structure: Structure, scheme: str, value: str, organisation: str) -> None:
    """Refuse an identifier that another organisation certainly holds on the date."""
    holder = structure.thing(f"{scheme}/{value}").fact("held_by").certain
    if not isinstance(holder, str) or holder == organisation:
        return
    other = structure.organisation(holder)
    bears = other.code if scheme == "kommunenummer" else other.orgnr
    if other.holds == "yes" and bears.certain == value:
        raise Refused(
            "The number {value} belongs to {holder} on that date.",
            "Check the number, or record first when {holder} gave it up.",
            source="SSB Klass 131; Enhetsregisteret: one number, one holder at a time",
            value=value,
            holder=other.label,
        )


def require_standing(structure: Structure, organisation: str) -> None:
    """Refuse to involve an organisation that certainly does not exist on the date."""
    thing = structure.organisation(organisation)
    if thing.holds == "no":
        raise Refused(
            "{name} does not exist on {date}.",
            "Check the date, or name its successor instead.",
            source="inndelingslova § 3: a merger makes one unit; by convention the old takes on nothing new",
            name=thing.label,
            date=structure.effective,
        )


class OrganisationRegistered(Event, frozen=True, kw_only=True, tag="organisation-registered"):
    """An organisation is put on record, with the name and numbers it bore from the effective date."""

    nb: ClassVar[str] = "Virksomhet registrert"
    source: ClassVar[str] = "SSB Klass 131; Enhetsregisteret: one number, one holder at a time"

    organisation: Annotated[
        str,
        creates("organisation"),
        titled(
            "Organisation", "Virksomhet", "A new reference: organisation/name.", "Ny henvisning: organisation/navn."
        ),
    ]
    name: Annotated[Line, titled("Name", "Navn", "The official name.", "Det offisielle navnet.")]
    kind: Annotated[
        OrganisationKind, titled("Kind", "Type", "What sort of body it is.", "Hva slags virksomhet det er.")
    ]
    code: Annotated[
        MunicipalityCode | None,
        titled("Municipality number", "Kommunenummer", "Four digits.", "Fire siffer."),
    ] = None
    orgnr: Annotated[
        OrganisationNumber | None,
        titled("Organisation number", "Organisasjonsnummer", "Nine digits, mod 11.", "Ni siffer, mod 11."),
    ] = None
    county: Annotated[CountyCode | None, titled("County number", "Fylkesnummer", "Two digits.", "To siffer.")] = None
    parent: Annotated[
        OrganisationRef | None,
        titled("Belongs to", "Hører til", "The organisation it is part of.", "Virksomheten den er en del av."),
    ] = None

    def check(self, structure: Structure) -> None:
        """A municipality number or organisation number has one holder at a time."""
        if self.code:
            require_free(structure, "kommunenummer", self.code, self.organisation)
        if self.orgnr:
            require_free(structure, "orgnr", self.orgnr, self.organisation)

    def effects(self) -> Iterator[Effect]:
        """It exists under its name; its numbers are taken."""
        yield from begin(
            self.organisation,
            name=self.name,
            kind=self.kind,
            code=self.code,
            orgnr=self.orgnr,
            county=self.county,
            parent=self.parent,
        )
        if self.code:
            yield hold_identifier("kommunenummer", self.code, self.organisation)
        if self.orgnr:
            yield hold_identifier("orgnr", self.orgnr, self.organisation)


class OrganisationIdentified(Event, frozen=True, kw_only=True, tag="organisation-identified"):
    """A source gives the organisation number of an organisation already on record."""

    nb: ClassVar[str] = "Organisasjonsnummer oppgitt"
    source: ClassVar[str] = "Enhetsregisteret: one number, one holder at a time"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    orgnr: Annotated[
        OrganisationNumber,
        titled("Organisation number", "Organisasjonsnummer", "Nine digits, mod 11.", "Ni siffer, mod 11."),
    ]
    old: Annotated[
        OrganisationNumber | None,
        titled("Old number", "Gammelt nummer", "The number it had until then.", "Nummeret den hadde til da."),
    ] = None

    def check(self, structure: Structure) -> None:
        """An organisation number has one holder at a time; the old number is the one it has just before."""
        thing = structure.organisation(self.organisation)
        if self.old == self.orgnr:
            raise Refused("The old number and the new one are the same.", "Check the two numbers.", source=self.source)
        if self.old and thing.orgnr.holds == "yes" and thing.orgnr.value != self.old:
            raise Refused(
                "{name} has the number {code} on {date}, not {old}.",
                "Check the old number and the date.",
                source=self.source,
                name=thing.label,
                code=thing.orgnr.value,
                date=structure.effective,
                old=self.old,
            )
        require_free(structure, "orgnr", self.orgnr, self.organisation)

    def effects(self) -> Iterator[Effect]:
        """The number is its own, and one given up is free."""
        yield put(self.organisation, "orgnr", self.orgnr)
        if self.old and self.old != self.orgnr:
            yield hold_identifier("orgnr", self.old, None)
        yield hold_identifier("orgnr", self.orgnr, self.organisation)


class OrganisationRenamed(Event, frozen=True, kw_only=True, tag="organisation-renamed"):
    """An organisation takes another name and stays the same organisation."""

    nb: ClassVar[str] = "Navneendring"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    name: Annotated[Line, titled("New name", "Nytt navn", "The name from the date.", "Navnet fra datoen.")]
    reason: Annotated[Line | None, titled("Reason", "Begrunnelse", "Why it changed.", "Hvorfor det ble endret.")] = None

    def check(self, structure: Structure) -> None:
        """The new name differs from the one it bears on the date."""
        thing = structure.organisation(self.organisation)
        if thing.name.certain == self.name:
            raise Refused(
                "{name} bears that name already on {date}.",
                "Leave the event out, or check the date.",
                source=self.source,
                name=self.name,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The name, from the date."""
        return (put(self.organisation, "name", self.name),)


class OrganisationNumberChanged(Event, frozen=True, kw_only=True, tag="organisation-number-changed"):
    """An organisation gets another number and stays the same organisation."""

    nb: ClassVar[str] = "Nytt nummer"
    source: ClassVar[str] = "SSB Klass 131: number changes"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    old: Annotated[
        MunicipalityCode | None,
        titled("Old number", "Gammelt nummer", "The number it had until then.", "Nummeret den hadde til da."),
    ] = None
    new: Annotated[MunicipalityCode, titled("New number", "Nytt nummer", "Four digits.", "Fire siffer.")]
    cause: Annotated[
        Literal["county_merger", "merger", "county_change", "other"],
        titled("Cause", "Årsak", "Why the number changed.", "Hvorfor nummeret ble endret."),
    ]

    def check(self, structure: Structure) -> None:
        """The old number is the one it has just before, and the new one is free."""
        thing = structure.organisation(self.organisation)
        if self.old == self.new:
            raise Refused(
                "The old number and the new one are the same.",
                "Check the two numbers.",
                source=self.source,
            )
        if self.old and thing.code.certain not in (None, self.old):
            raise Refused(
                "{name} has the number {code} on {date}, not {old}.",
                "Check the old number and the date.",
                source=self.source,
                name=thing.label,
                code=thing.code.value,
                date=structure.effective,
                old=self.old,
            )
        require_free(structure, "kommunenummer", self.new, self.organisation)

    def effects(self) -> Iterator[Effect]:
        """The new number is its own, the old one is free."""
        yield put(self.organisation, "code", self.new)
        if self.old and self.old != self.new:
            yield hold_identifier("kommunenummer", self.old, None)
        yield hold_identifier("kommunenummer", self.new, self.organisation)


class CountyChanged(Event, frozen=True, kw_only=True, tag="county-changed"):
    """A municipality belongs to another county, by moving or because counties merged."""

    nb: ClassVar[str] = "Overført til annet fylke"
    source: ClassVar[str] = "inndelingslova §§ 3-6; by convention one county at a time"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    old: Annotated[CountyCode, titled("Old county", "Gammelt fylke", "Two digits.", "To siffer.")]
    new: Annotated[CountyCode, titled("New county", "Nytt fylke", "Two digits.", "To siffer.")]

    def check(self, structure: Structure) -> None:
        """The old county is the one it belongs to just before."""
        thing = structure.organisation(self.organisation)
        if self.old not in thing.values("county"):
            raise Refused(
                "{name} is not in county {old} on {date}.",
                "Check the county and the date.",
                source=self.source,
                name=thing.label,
                old=self.old,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The county, from the date."""
        return (put(self.organisation, "county", self.new),)


class PopulationRecorded(Event, frozen=True, kw_only=True, tag="population-recorded"):
    """How many people live in a municipality on a day, as a statistics source says."""

    nb: ClassVar[str] = "Folketall registrert"

    organisation: Annotated[OrganisationRef, ORGANISATION]
    population: Annotated[Count, titled("Population", "Folketall", "Persons.", "Antall personer.")]

    def effects(self) -> Iterable[Effect]:
        """The population, until a later figure."""
        return (put(self.organisation, "population", self.population),)


class MembershipStarted(Event, frozen=True, kw_only=True, tag="membership-started"):
    """An organisation is a member of another, or of a body, from the date."""

    nb: ClassVar[str] = "Medlemskap startet"

    member: Annotated[PartyRef, titled("Member", "Medlem", "Who is a member.", "Hvem som er medlem.")]
    of: Annotated[PartyRef, titled("Member of", "Medlem i", "What it is a member of.", "Hva den er medlem i.")]

    def check(self, structure: Structure) -> None:
        """The member exists on the date."""
        if self.member.startswith("organisation/"):
            require_standing(structure, self.member)

    def effects(self) -> Iterable[Effect]:
        """The membership, seen from both ends."""
        return (
            put(self.of, "member", value=True, key=self.member),
            put(self.member, "member_of", value=True, key=self.of),
        )


class MembershipEnded(Event, frozen=True, kw_only=True, tag="membership-ended"):
    """A membership ends."""

    nb: ClassVar[str] = "Medlemskap avsluttet"

    member: Annotated[PartyRef, titled("Member", "Medlem", "Who was a member.", "Hvem som var medlem.")]
    of: Annotated[PartyRef, titled("Member of", "Medlem i", "What it was a member of.", "Hva den var medlem i.")]

    def check(self, structure: Structure) -> None:
        """There is a membership to end."""
        if structure.thing(self.of).fact("member", self.member).holds == "no":
            raise Refused(
                "{member} is no member of {of} on {date}.",
                "Record when the membership started first, or check the date.",
                source=self.source,
                member=structure.thing(self.member).label,
                of=structure.thing(self.of).label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """No longer a member, seen from both ends."""
        return (put(self.of, "member", None, key=self.member), put(self.member, "member_of", None, key=self.of))


class AliasNoted(Event, frozen=True, kw_only=True, tag="alias-noted"):
    """Something is also called something else in a source."""

    nb: ClassVar[str] = "Kalt"

    subject: Annotated[AnyRef, titled("Subject", "Gjelder", "What is called so.", "Hva som kalles slik.")]
    alias: Annotated[Line, titled("Alias", "Annet navn", "The other name.", "Det andre navnet.")]
    language: Annotated[
        NameLanguage | None,
        titled("Language", "Språk", "If it is the name in another language.", "Om det er navnet på et annet språk."),
    ] = None
    found_in: Annotated[
        DocumentRef | None, titled("Found in", "Funnet i", "The source that says so.", "Kilden som sier det.")
    ] = None

    def effects(self) -> Iterable[Effect]:
        """One more name to be found under."""
        return (put(self.subject, "alias", self.language or True, key=self.alias),)

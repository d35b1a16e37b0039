"""Agreements: ordered, drafted, signed, in force and amended.

An agreement's stages each have a slot of their own, so that a draft filed late cannot hide that an agreement is in
force. What the law asks an agreement to contain is measured by the checklist filed with the version (``ledger.law``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import (
    AgreementRef,
    Count,
    DecisionRef,
    DocumentRef,
    Edtf,
    Line,
    OrganisationRef,
    PartyRef,
    PostRef,
    creates,
    titled,
)
from ledger.law import ASSEMBLIES, Content, contents, listed
from ledger.structure import Structure, Thing

AGREEMENT = titled("Agreement", "Avtale", "The agreement concerned.", "Avtalen det gjelder.")
NEW_AGREEMENT = titled("Agreement", "Avtale", "A new reference: agreement/name.", "Ny henvisning: agreement/navn.")
VERSION = titled("Version", "Versjon", "As the draft was filed.", "Slik utkastet ble lagt fram.")

AgreementForm = Literal[
    "political_council",
    "task_community",
    "host_municipality",
    "board_1992",
    "intermunicipal_company",
    "association",
    "no_statutory_form",
    "unknown",
]


def may_be(thing: Thing, attribute: str, *values: object, key: str = "") -> bool:
    """Whether the attribute may hold one of these values on the date."""
    return any(writer.value in values for writer in thing.answer(attribute, key).writers)


def form_of(structure: Structure, agreement: str) -> str | None:
    """The form of an agreement, where there is no doubt about it."""
    form = structure.thing(agreement).fact("form")
    return form.value if form.holds == "yes" and isinstance(form.value, str) else None


def require_in_force(structure: Structure, ref: str) -> None:
    """Refuse what needs an agreement in force (or told of by a source) when this one is not, on the date."""
    agreement = structure.thing(ref)
    if agreement.holds == "no" or not may_be(agreement, "status", "in_force", "reported"):
        raise Refused(
            "“{agreement}” is not in force on {date}.",
            "Record first when it entered into force, or check the date.",
            agreement=agreement.label,
            date=structure.effective,
        )


def filed_version(structure: Structure, agreement: str, version: str | None) -> Mapping[str, Any] | None:
    """A version as filed, on whatever date; the one filed last when none is named.

    None when none was filed, or when it is not certain which one was filed last.
    """
    thing = structure.on(LATEST).thing(agreement)
    last = thing.fact("version_filed")
    latest = last.value
    if not isinstance(latest, str) or (version is None and last.holds != "yes"):
        return None
    draft = thing.fact("draft", version or latest)
    if draft.holds == "no":
        raise Refused(
            "“{agreement}” has no version “{version}” on record.",
            "Write the version as it was filed (the last one is “{latest}”), or file this one first.",
            agreement=thing.label,
            version=version,
            latest=latest,
        )
    return draft.certain if isinstance(draft.certain, Mapping) else None


class AgreementDraftOrdered(Event, frozen=True, kw_only=True, tag="agreement-draft-ordered"):
    """A draft agreement is to be made. There is no agreement yet."""

    nb: ClassVar[str] = "Avtaleutkast bestilt"

    agreement: Annotated[str, creates("agreement"), NEW_AGREEMENT]
    title: Annotated[Line, titled("Title", "Tittel", "What it is to be about.", "Hva den skal gjelde.")]
    parties: Annotated[
        Line, titled("For", "For", "Who may join, as the paper says.", "Hvem som kan delta, slik papiret sier.")
    ]
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision that orders it.", "Vedtaket som bestiller det.")
    ] = None

    def effects(self) -> Iterable[Effect]:
        """A planned agreement."""
        return begin(self.agreement, name=self.title, status="ordered", open_to=self.parties, ordered_by=self.decision)


class AgreementReported(Event, frozen=True, kw_only=True, tag="agreement-reported"):
    """A source tells of an agreement whose text, decisions and dates are not at hand."""

    nb: ClassVar[str] = "Avtale omtalt"

    agreement: Annotated[str, creates("agreement"), NEW_AGREEMENT]
    title: Annotated[Line, titled("Title", "Tittel", "What it is about.", "Hva den gjelder.")]
    form: Annotated[AgreementForm, titled("Form", "Form", "Its legal form.", "Den rettslige formen.")]
    parties: Annotated[
        tuple[PartyRef, ...],
        Meta(min_length=1),
        titled("Parties", "Parter", "Those the source names.", "De kilden nevner."),
    ]
    host: Annotated[OrganisationRef | None, titled("Host", "Vertskommune", "The host, if any.", "Verten, om noen.")] = (
        None
    )

    def effects(self) -> Iterator[Effect]:
        """The agreement is told of; its parties are parties by report, with no decision, signature or force known."""
        yield from begin(self.agreement, name=self.title, form=self.form, host=self.host, status="reported")
        for party in self.parties:
            yield put(self.agreement, "reported", value=True, key=party)


class AgreementDraftFiled(Event, frozen=True, kw_only=True, tag="agreement-draft-filed"):
    """A version of an agreement is put forward, gone through against the law's list for its form.

    The agreement was ordered or told of before; if nobody is known to have ordered it, that is recorded first, with
    the knowledge there is.
    """

    nb: ClassVar[str] = "Avtaleutkast lagt fram"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4, 20-4"

    agreement: Annotated[AgreementRef, AGREEMENT]
    version: Annotated[Line, titled("Version", "Versjon", "As stated, or a date.", "Som oppgitt, eller en dato.")]
    form: Annotated[AgreementForm, titled("Form", "Form", "Its legal form.", "Den rettslige formen.")]
    contents: Annotated[
        tuple[Content, ...],
        titled(
            "Contents",
            "Innhold",
            "What it settles, of the law's list; what is not named is missing.",
            "Hva den fastsetter, av lovens liste; det som ikke nevnes, mangler.",
        ),
    ] = ()
    document: Annotated[DocumentRef | None, titled("Document", "Dokument", "Where it is.", "Hvor den finnes.")] = None
    by: Annotated[PartyRef | None, titled("By", "Av", "Who made it.", "Hvem som laget det.")] = None
    required_parties: Annotated[
        tuple[OrganisationRef, ...],
        titled("Must sign", "Må undertegne", "Without whom it is nothing.", "De den ikke kan gjelde uten."),
    ] = ()
    quorum: Annotated[
        Count | None,
        titled("Least parties", "Minste antall parter", "How many must sign.", "Hvor mange som må undertegne."),
    ] = None
    notice_months: Annotated[
        Count | None,
        titled("Notice", "Oppsigelsestid", "In months, if agreed.", "I måneder, om avtalt."),
    ] = None

    def effects(self) -> Iterable[Effect]:
        """The version with its checklist; the agreement's form and agreed notice are those of the last one filed."""
        value = {
            "form": self.form,
            "contents": self.contents,
            "document": self.document,
            "by": self.by,
            "required_parties": self.required_parties,
            "quorum": self.quorum,
        }
        return (
            put(self.agreement, "draft", value, key=self.version),
            put(self.agreement, "version_filed", self.version),
            put(self.agreement, "form", self.form),
            put(self.agreement, "notice_months", self.notice_months),
        )


class AgreementSigned(Event, frozen=True, kw_only=True, tag="agreement-signed"):
    """An organisation signs an agreement. Another version than it decided on is flagged, not refused."""

    nb: ClassVar[str] = "Avtale undertegnet"

    organisation: Annotated[
        OrganisationRef, titled("Organisation", "Virksomhet", "Who signs.", "Hvem som undertegner.")
    ]
    agreement: Annotated[AgreementRef, AGREEMENT]
    version: Annotated[Line | None, VERSION] = None
    by: Annotated[
        PostRef | None, titled("By", "Av", "The post that signs for it.", "Vervet som undertegner for den.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The organisation exists on the date; a version that is named has been filed, if any was."""
        require_standing(structure, self.organisation)
        if self.version:
            filed_version(structure, self.agreement, self.version)

    def effects(self) -> Iterable[Effect]:
        """Signed by this party."""
        value = {"version": self.version, "by": self.by}
        return (put(self.agreement, "signed", value, key=self.organisation),)


class AgreementEnteredIntoForce(Event, frozen=True, kw_only=True, tag="agreement-entered-into-force"):
    """An agreement enters into force between the parties that have signed it."""

    nb: ClassVar[str] = "Avtale trådt i kraft"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4, 20-4"

    agreement: Annotated[AgreementRef, AGREEMENT]
    parties: Annotated[
        tuple[OrganisationRef, ...],
        Meta(min_length=2),
        titled("Parties", "Parter", "Between whom.", "Mellom hvem."),
    ]
    version: Annotated[Line | None, VERSION] = None
    until: Annotated[
        Edtf | None, titled("Until", "Til", "When it runs out, if agreed.", "Når den løper ut, om avtalt.")
    ] = None

    def check(self, structure: Structure) -> None:
        """Every party has signed, all that must are among them, and the version filed holds what the law asks.

        Under the act of 1992, whose wording is not held, contents are not judged.
        """
        agreement = structure.thing(self.agreement)
        for party in self.parties:
            if agreement.fact("signed", party).holds == "no":
                raise Refused(
                    "{party} has not signed “{agreement}” by {date}.",
                    "Record the signature first, or leave the party out.",
                    party=structure.organisation(party).label,
                    agreement=agreement.label,
                    date=structure.effective,
                )
        filed = filed_version(structure, self.agreement, self.version)
        if filed:
            self._require_enough(structure, filed)
            asked = contents(filed["form"], structure.earliest)
            missing = asked.missing(filed["contents"]) if asked else ()
            if asked and missing:
                raise Refused(
                    "“{agreement}” does not settle what {paragraph} asks for: {missing}.",
                    "File a version that settles these, or record the version again with all it settles.",
                    source=asked.paragraph,
                    agreement=agreement.label,
                    paragraph=asked.paragraph,
                    missing=listed(missing),
                )

    def _require_enough(self, structure: Structure, filed: Mapping[str, Any]) -> None:
        agreement = structure.thing(self.agreement).label
        for party in filed["required_parties"]:
            if party not in self.parties:
                raise Refused(
                    "“{agreement}” cannot enter into force without {party}.",
                    "Record that it has signed, and name it among the parties.",
                    agreement=agreement,
                    party=structure.organisation(party).label,
                )
        parties = len(set(self.parties))
        if filed["quorum"] and parties < filed["quorum"]:
            raise Refused(
                "“{agreement}” needs {quorum} parties and has {count}.",
                "Record the other signatures first, and name all the parties.",
                agreement=agreement,
                quorum=filed["quorum"],
                count=parties,
            )

    def effects(self) -> Iterator[Effect]:
        """In force for each party."""
        yield put(self.agreement, "status", "in_force")
        if self.version:
            yield put(self.agreement, "version", self.version)
        if self.until:
            yield put(self.agreement, "period_until", self.until)
        for party in self.parties:
            yield put(self.agreement, "in_force", value=True, key=party)


class AgreementAmended(Event, frozen=True, kw_only=True, tag="agreement-amended"):
    """An agreement in force is changed, by every party's council or by the assembly of the cooperation."""

    nb: ClassVar[str] = "Avtale endret"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4, 20-4: the councils themselves adopt what the law lists"

    agreement: Annotated[AgreementRef, AGREEMENT]
    version: Annotated[Line, titled("Version", "Versjon", "What the text is called now.", "Hva teksten nå kalles.")]
    clauses: Annotated[
        tuple[Content, ...],
        titled("Listed clauses", "Lovfestede punkter", "Those of the law's list.", "De som står i lovens liste."),
    ] = ()
    other: Annotated[
        Line | None, titled("Other clauses", "Andre punkter", "What else is changed.", "Hva annet som endres.")
    ] = None
    by: Annotated[
        Literal["all_councils", "assembly"],
        titled("By", "Av", "All councils, or the assembly.", "Alle kommunestyrer, eller representantskapet."),
    ]
    votes_for: Annotated[
        Count | None, titled("Votes for", "Stemmer for", "In the assembly.", "I representantskapet.")
    ] = None
    votes_cast: Annotated[
        Count | None, titled("Votes cast", "Avgitte stemmer", "In the assembly.", "I representantskapet.")
    ] = None
    own_rule: Annotated[
        Line | None,
        titled(
            "Own rule",
            "Egen regel",
            "If the agreement asks for another majority than two thirds.",
            "Om avtalen krever et annet flertall enn to tredeler.",
        ),
    ] = None
    decisions: Annotated[
        tuple[DecisionRef, ...], titled("Decisions", "Vedtak", "Those it rests on.", "De den bygger på.")
    ] = ()

    def check(self, structure: Structure) -> None:
        """What the law lists is changed by all councils; the rest by the assembly with two thirds, unless agreed."""
        require_in_force(structure, self.agreement)
        if self.by == "all_councils":
            return
        form = form_of(structure, self.agreement)
        asked = contents(form, structure.earliest)
        reserved = tuple(item for item in asked.items if item.content in self.clauses) if asked else ()
        if asked and reserved:
            raise Refused(
                "Only the councils themselves can change what {paragraph} lists: {items}.",
                "Record the amendment as adopted by all councils, or leave these clauses out.",
                source=asked.paragraph,
                paragraph=asked.paragraph,
                items=listed(reserved),
            )
        if (
            asked
            and form in ASSEMBLIES  # a host municipality agreement has none
            and self.votes_for is not None
            and self.votes_cast
            and not self.own_rule
            and Fraction(self.votes_for, self.votes_cast) < Fraction(2, 3)
        ):
            raise Refused(
                "{votes} of {cast} votes are less than two thirds.",
                "Check the votes; if the agreement asks for another majority, state its own rule.",
                source=asked.paragraph,
                votes=self.votes_for,
                cast=self.votes_cast,
            )

    def effects(self) -> Iterable[Effect]:
        """The text is another version from now on."""
        value = {"clauses": self.clauses, "other": self.other, "by": self.by, "decisions": self.decisions}
        return (
            put(self.agreement, "version", self.version),
            put(self.agreement, "amended", value, key=self.version),
        )

"""Documents, what is missing from them, where they disagree, and what people have noted beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.facts import Effect
from ledger.fields import (
    AnyRef,
    CaseRef,
    ConflictRef,
    Count,
    DocumentRef,
    Edtf,
    Line,
    PartyRef,
    Sha256,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

DOCUMENT = titled("Document", "Dokument", "The document concerned.", "Dokumentet det gjelder.")

DocumentKind = Literal[
    "case_paper",
    "extract",
    "minutes",
    "agreement",
    "strategy",
    "plan",
    "attachment",
    "letter",
    "web_page",
    "register",
    "report",
]


class DocumentRegistered(Event, frozen=True, kw_only=True, tag="document-registered"):
    """A document is put on record: what it is, where it comes from, and what of it we hold."""

    nb: ClassVar[str] = "Dokument journalført"
    source: ClassVar[str] = "arkivlova (2025) § 5: origin always known; arkivforskrifta (2025) §§ 5, 14-15"

    document: Annotated[
        str,
        creates("document"),
        titled("Document", "Dokument", "A new reference: document/name.", "Ny henvisning: document/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "Its title.", "Tittelen.")]
    kind: Annotated[DocumentKind, titled("Kind", "Type", "What sort of document.", "Hva slags dokument.")]
    author: Annotated[PartyRef | None, titled("Author", "Avsender", "Who made it.", "Hvem som laget det.")] = None
    case: Annotated[CaseRef | None, titled("Case", "Sak", "The case it belongs to.", "Saken det hører til.")] = None
    archive_ref: Annotated[Line | None, titled("Archive reference", "Arkivref.", "As stated.", "Som oppgitt.")] = None
    holding: Annotated[
        Literal["bytes", "text", "reference_only"],
        titled("Holding", "Beholdning", "What of it we have.", "Hva vi har av det."),
    ]
    quality: Annotated[
        Literal["clean", "ocr_broken"] | None,
        titled("Quality", "Kvalitet", "Of the text.", "På teksten."),
    ] = None
    sha256: Annotated[
        Sha256 | None,
        titled("SHA-256", "SHA-256", "Of the bytes as obtained.", "Av bytene slik de ble hentet."),
    ] = None
    dated: Annotated[Edtf | None, titled("Dated", "Datert", "The date on it.", "Datoen som står på det.")] = None
    media_type: Annotated[
        Line | None, titled("Media type", "Medietype", "As application/pdf.", "Som application/pdf.")
    ] = None
    origin: Annotated[Line | None, titled("Origin", "Opphav", "The address it came from.", "Adressen det kom fra.")] = (
        None
    )
    obtained: Annotated[Edtf | None, titled("Obtained", "Hentet", "When it was.", "Når det ble hentet.")] = None

    def effects(self) -> Iterator[Effect]:
        """The document."""
        yield from begin(
            self.document,
            name=self.title,
            kind=self.kind,
            author=self.author,
            case=self.case,
            archive_ref=self.archive_ref,
            holding=self.holding,
            quality=self.quality,
            sha256=self.sha256,
            dated=self.dated,
            media_type=self.media_type,
            origin=self.origin,
            obtained=self.obtained,
        )
        if self.case:
            yield put(self.case, "document", value=True, key=self.document)


class DocumentAttached(Event, frozen=True, kw_only=True, tag="document-attached"):
    """A document is an attachment to another document, a case or a decision."""

    nb: ClassVar[str] = "Vedlegg"

    document: Annotated[DocumentRef, DOCUMENT]
    to: Annotated[AnyRef, titled("To", "Til", "What it is attached to.", "Hva det er vedlegg til.")]
    no: Annotated[Count, titled("Number", "Nummer", "Attachment number.", "Vedleggsnummer.")]

    def check(self, structure: Structure) -> None:
        """An attachment number is used once."""
        taken = structure.thing(self.to).fact("attachment", str(self.no)).certain
        if taken not in (None, self.document):
            raise Refused(
                "Attachment {number} is another document.",
                "Check the number of the attachment.",
                source=self.source,
                number=self.no,
            )

    def effects(self) -> Iterable[Effect]:
        """The attachment, by number."""
        return (put(self.to, "attachment", self.document, key=str(self.no)),)


class DocumentTextExtracted(Event, frozen=True, kw_only=True, tag="document-text-extracted"):
    """Text is taken out of a document with a tool, so that it can be searched and quoted. The original is kept."""

    nb: ClassVar[str] = "Tekst hentet ut"
    source: ClassVar[str] = "arkivforskrifta (2025) §§ 5, 7: origin known, and nothing lost on the way"

    document: Annotated[DocumentRef, DOCUMENT]
    tool: Annotated[Line, titled("Tool", "Verktøy", "Which program.", "Hvilket program.")]
    version: Annotated[Line, titled("Version", "Versjon", "Of the program.", "På programmet.")]
    quality: Annotated[Literal["clean", "ocr_broken"], titled("Quality", "Kvalitet", "Of the text.", "På teksten.")]
    sha256: Annotated[Sha256, titled("SHA-256", "SHA-256", "Of the text in UTF-8.", "Av teksten i UTF-8.")]

    def effects(self) -> Iterable[Effect]:
        """The text, by its digest; a text made by another tool stands beside it."""
        value = {"tool": self.tool, "version": self.version, "quality": self.quality}
        return (put(self.document, "text", value, key=self.sha256),)


class DocumentVersionSuperseded(Event, frozen=True, kw_only=True, tag="document-version-superseded"):
    """A document has a new version. The old one is kept."""

    nb: ClassVar[str] = "Ny dokumentversjon"
    source: ClassVar[str] = "arkivlova (2025) § 5: what is archived is not changed; arkivforskrifta (2025) § 5"

    old: Annotated[DocumentRef, titled("Old", "Gammel", "The version before.", "Versjonen før.")]
    new: Annotated[DocumentRef, titled("New", "Ny", "The version after.", "Versjonen etter.")]

    def check(self, structure: Structure) -> None:
        """Versions follow one another, never in a ring, and each is followed by one."""
        after: object = self.new
        passed: set[object] = set()
        while isinstance(after, str) and after not in passed:
            passed.add(after)
            after = structure.thing(after).fact("superseded_by").certain
        if self.old in passed:
            raise Refused(
                "“{new}” would be a newer version of itself.",
                "Check which of the two is the newer.",
                source=self.source,
                new=structure.thing(self.new).label,
            )
        known = structure.thing(self.old).fact("superseded_by")
        if known.holds == "yes" and known.value != self.new:
            raise Refused(
                "“{old}” has another newer version already, “{other}”.",
                "Name the newest version as the old one, or correct the entry that is wrong.",
                source=self.source,
                old=structure.thing(self.old).label,
                other=structure.thing(str(known.value)).label,
            )

    def effects(self) -> Iterable[Effect]:
        """One after the other, seen from both."""
        return (put(self.old, "superseded_by", self.new), put(self.new, "supersedes", self.old))


class PublicationObserved(Event, frozen=True, kw_only=True, tag="publication-observed"):
    """A page shows when it was published and changed. The stamps are claims of the page, not dates of its content."""

    nb: ClassVar[str] = "Publisering observert"

    document: Annotated[DocumentRef, DOCUMENT]
    published: Annotated[Line | None, titled("Published", "Publisert", "As printed.", "Som trykt.")] = None
    changed: Annotated[Line | None, titled("Changed", "Sist endret", "As printed.", "Som trykt.")] = None

    def check(self, structure: Structure) -> None:
        """At least one stamp was seen."""
        if self.published is None and self.changed is None:
            raise Refused(
                "Neither stamp is given.", "Give what the page says, or leave the event out.", source=self.source
            )

    def effects(self) -> Iterable[Effect]:
        """The stamps, as claims."""
        return (put(self.document, "stamps", {"published": self.published, "changed": self.changed}),)


class SourceGapNoted(Event, frozen=True, kw_only=True, tag="source-gap-noted"):
    """Something a source points to is not at hand."""

    nb: ClassVar[str] = "Mangler i kilde"

    subject: Annotated[AnyRef, titled("In", "I", "Where it is missing.", "Hvor det mangler.")]
    missing: Annotated[Text, titled("Missing", "Mangler", "What is missing.", "Hva som mangler.")]

    def effects(self) -> Iterable[Effect]:
        """The gap."""
        return (put(self.subject, "gap", value=True, key=self.missing),)


class SourceGapFilled(Event, frozen=True, kw_only=True, tag="source-gap-filled"):
    """What was missing from a source has been found, or it is clear that it cannot be."""

    nb: ClassVar[str] = "Mangel i kilde avklart"

    subject: Annotated[AnyRef, titled("In", "I", "Where it was missing.", "Hvor det manglet.")]
    missing: Annotated[Text, titled("Missing", "Mangler", "As it was noted.", "Slik det ble notert.")]
    outcome: Annotated[
        Literal["found", "lost"],
        titled("Outcome", "Utfall", "Found, or lost.", "Funnet, eller tapt."),
    ]
    document: Annotated[
        DocumentRef | None, titled("Document", "Dokument", "Where it was found.", "Hvor det ble funnet.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The gap was noted, or may have been, by the date; what is found is in a document."""
        if structure.thing(self.subject).fact("gap", self.missing).holds == "no":
            raise Refused(
                "No such gap is noted by {date}.",
                "Write what is missing as it was noted, and check the date.",
                source=self.source,
                date=structure.effective,
            )
        if (self.outcome == "found") != (self.document is not None):
            raise Refused(
                "What is found is in a document; what is lost is in none.",
                "Name the document in which it was found, or say that it is lost.",
                source=self.source,
            )

    def effects(self) -> Iterable[Effect]:
        """The gap is closed; where it was found, or that it is lost, stands beside it."""
        return (
            put(self.subject, "gap", None, key=self.missing),
            put(self.subject, "filled_gap", self.document or self.outcome, key=self.missing),
        )


class SourceConflictNoted(Event, frozen=True, kw_only=True, tag="source-conflict-noted"):
    """Sources, or parts of one, say things that cannot all be right. All of them stay."""

    nb: ClassVar[str] = "Kildekonflikt"

    conflict: Annotated[
        str,
        creates("conflict"),
        titled("Conflict", "Konflikt", "A new reference: conflict/name.", "Ny henvisning: conflict/navn."),
    ]
    about: Annotated[AnyRef, titled("About", "Om", "What they disagree on.", "Hva de er uenige om.")]
    claims: Annotated[
        tuple[Text, ...],
        Meta(min_length=2),
        titled("Claims", "Påstander", "What each says.", "Hva hver av dem sier."),
    ]

    def effects(self) -> Iterator[Effect]:
        """An open conflict, shown on the thing it is about."""
        yield from begin(self.conflict, name=self.claims[0], about=self.about, claims=self.claims, status="open")
        yield put(self.about, "conflict", value=True, key=self.conflict)


class ConflictResolved(Event, frozen=True, kw_only=True, tag="conflict-resolved"):
    """A conflict between sources is settled, with the reason."""

    nb: ClassVar[str] = "Kildekonflikt avklart"

    conflict: Annotated[ConflictRef, titled("Conflict", "Konflikt", "Which one.", "Hvilken.")]
    resolution: Annotated[Text, titled("Resolution", "Avklaring", "What is right, if any.", "Hva som er rett, om noe.")]
    reason: Annotated[Text, titled("Reason", "Grunn", "Why.", "Hvorfor.")]

    def check(self, structure: Structure) -> None:
        """The conflict is open, or may be, on the date."""
        conflict = structure.thing(self.conflict)
        if "open" not in conflict.values("status"):
            raise Refused(
                "The conflict is not open on {date}.",
                "Check which conflict is meant, and the date.",
                source=self.source,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The conflict is settled."""
        return (put(self.conflict, "status", "resolved"), put(self.conflict, "resolution", self.resolution))


class AnnotationAdded(Event, frozen=True, kw_only=True, tag="annotation-added"):
    """A note beside something on record. It is shown, and never changes what is true."""

    nb: ClassVar[str] = "Merknad"
    source: ClassVar[str] = "convention of the ledger, after arkivforskrifta (2025) § 11: said by adding"

    about: Annotated[AnyRef, titled("About", "Om", "What it is beside.", "Hva den hører til.")]
    kind: Annotated[
        Literal["explanation", "conjecture", "doubt", "question", "translation", "verbatim"],
        titled("Kind", "Type", "What sort of note.", "Hva slags merknad."),
    ]
    text: Annotated[Text, titled("Text", "Tekst", "The note.", "Merknaden.")]

    def effects(self) -> Iterable[Effect]:
        """A note; no part of the structure."""
        return (put(self.about, "annotation", self.kind, key=self.text),)

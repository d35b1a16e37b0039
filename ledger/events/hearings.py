"""Hearings and what was answered, elections and who was elected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.cases import IN_MEETING
from ledger.facts import Effect
from ledger.fields import (
    BodyRef,
    CaseRef,
    Count,
    DocumentRef,
    Edtf,
    HearingRef,
    HolderRef,
    Line,
    MeetingRef,
    PartyRef,
    PostRef,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure


class HearingSent(Event, frozen=True, kw_only=True, tag="hearing-sent"):
    """Others are asked what they think of something before it is decided."""

    nb: ClassVar[str] = "Høring sendt"

    hearing: Annotated[
        str,
        creates("hearing"),
        titled("Hearing", "Høring", "A new reference: hearing/name.", "Ny henvisning: hearing/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "What it is about.", "Hva den gjelder.")]
    by: Annotated[PartyRef, titled("By", "Av", "Who asks.", "Hvem som spør.")]
    to: Annotated[
        tuple[PartyRef, ...], titled("To", "Til", "Those asked, on record.", "De som er spurt, og er registrert.")
    ] = ()
    addressees: Annotated[
        Line | None, titled("Addressees", "Adressater", "As the letter names them.", "Slik brevet nevner dem.")
    ] = None
    case: Annotated[CaseRef | None, titled("Case", "Sak", "In which case.", "I hvilken sak.")] = None
    document: Annotated[
        DocumentRef | None, titled("Document", "Dokument", "What was sent out.", "Det som ble sendt ut.")
    ] = None
    deadline: Annotated[Edtf | None, titled("Deadline", "Frist", "To answer by.", "Svarfristen.")] = None

    def check(self, structure: Structure) -> None:
        """Somebody is asked."""
        if not self.to and self.addressees is None:
            raise Refused("It is not said who is asked.", "Name them, or write who it is.", source=self.source)

    def effects(self) -> Iterator[Effect]:
        """An open hearing; those asked have not answered."""
        yield from begin(
            self.hearing,
            name=self.title,
            by=self.by,
            addressees=self.addressees,
            case=self.case,
            document=self.document,
            deadline=self.deadline,
        )
        for party in self.to:
            yield put(self.hearing, "asked", value=True, key=party)
        if self.case:
            yield put(self.case, "hearing", value=True, key=self.hearing)


class HearingAnswered(Event, frozen=True, kw_only=True, tag="hearing-answered"):
    """Somebody answers a hearing, whether asked or not. A late answer is shown as late, not refused."""

    nb: ClassVar[str] = "Høringssvar gitt"

    hearing: Annotated[HearingRef, titled("Hearing", "Høring", "Which hearing.", "Hvilken høring.")]
    by: Annotated[PartyRef, titled("By", "Av", "Who answers.", "Hvem som svarer.")]
    stance: Annotated[
        Literal["supports", "objects", "remarks", "no_remarks"],
        titled("Stance", "Holdning", "What the answer comes to.", "Hva svaret går ut på."),
    ]
    text: Annotated[Text | None, titled("Text", "Tekst", "In short.", "I korthet.")] = None
    document: Annotated[DocumentRef | None, titled("Document", "Dokument", "The answer.", "Selve svaret.")] = None

    def check(self, structure: Structure) -> None:
        """The hearing has been sent, or may have been."""
        hearing = structure.thing(self.hearing)
        if hearing.holds == "no":
            raise Refused(
                "“{hearing}” has not been sent on {date}.",
                "Check which hearing is meant, and the dates.",
                source=self.source,
                hearing=hearing.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The answer, one of each."""
        value = {"stance": self.stance, "text": self.text, "document": self.document}
        return (put(self.hearing, "answer", {name: held for name, held in value.items() if held}, key=self.by),)


class Candidate(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody who stood for election, and how it went."""

    who: Annotated[HolderRef, titled("Who", "Hvem", "Who stood.", "Hvem som stilte.")]
    result: Annotated[
        Literal["elected", "not_elected"], titled("Result", "Resultat", "Elected, or not.", "Valgt, eller ikke.")
    ]
    votes: Annotated[Count | None, titled("Votes", "Stemmer", "If printed.", "Om de er trykt.")] = None


class ElectionHeld(Event, frozen=True, kw_only=True, tag="election-held"):
    """A body elects. Nobody has a casting vote; a tie is settled by lot. That they take the post is another event."""

    nb: ClassVar[str] = "Valg holdt"
    source: ClassVar[str] = "koml. §§ 7-4 to 7-8, 11-9: no casting vote in elections; lot on a tie"

    election: Annotated[
        str,
        creates("election"),
        titled("Election", "Valg", "A new reference: election/name.", "Ny henvisning: election/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "What was elected.", "Hva det ble valgt.")]
    body: Annotated[BodyRef, titled("Body", "Organ", "Who elected.", "Hvem som valgte.")]
    meeting: Annotated[MeetingRef | None, IN_MEETING] = None
    post: Annotated[PostRef | None, titled("Post", "Verv", "To which post.", "Til hvilket verv.")] = None
    seats: Annotated[
        int, Meta(ge=1, le=999), titled("Seats", "Plasser", "How many to elect.", "Hvor mange som skulle velges.")
    ]
    method: Annotated[
        Literal["majority", "proportional", "agreement", "unknown"],
        titled("Method", "Valgmåte", "How they were elected.", "Hvordan de ble valgt."),
    ]
    candidates: Annotated[
        tuple[Candidate, ...],
        Meta(min_length=1),
        titled("Candidates", "Kandidater", "Those who stood.", "De som stilte."),
    ]
    by_lot: Annotated[
        bool | None, titled("By lot", "Ved loddtrekning", "Was a tie settled by lot?", "Ble det trukket lodd?")
    ] = None

    def check(self, structure: Structure) -> None:
        """No more are elected than there are seats; by majority, the most votes win, and a tie takes a lot."""
        names = [candidate.who for candidate in self.candidates]
        if len(set(names)) < len(names):
            raise Refused("Somebody stands twice as a candidate.", "Name everybody once.", source=self.source)
        elected = [candidate for candidate in self.candidates if candidate.result == "elected"]
        if len(elected) > self.seats:
            raise Refused(
                "{count} are elected to {seats} seats.",
                "Check who was elected, and to how many seats.",
                source=self.source,
                count=len(elected),
                seats=self.seats,
            )
        if self.method != "majority":
            return
        least = min((c.votes for c in elected if c.votes is not None), default=None)
        most = max((c.votes for c in self.candidates if c.result != "elected" and c.votes is not None), default=None)
        if least is None or most is None or least > most:
            return
        if least < most:
            raise Refused(
                "One with {least} votes is elected before one with {most}.",
                "Check the votes, and who was elected.",
                source=self.source,
                least=least,
                most=most,
            )
        if not self.by_lot:
            raise Refused(
                "Two candidates have {votes} votes each; in an election a lot is drawn, and nobody has a casting vote.",
                "Say that it was settled by lot, or check the votes.",
                source=self.source,
                votes=least,
            )

    def effects(self) -> Iterator[Effect]:
        """The election; those elected do not thereby hold the post."""
        yield from begin(
            self.election,
            name=self.title,
            body=self.body,
            meeting=self.meeting,
            post=self.post,
            seats=self.seats,
            method=self.method,
            by_lot=self.by_lot,
        )
        for candidate in self.candidates:
            yield put(self.election, "candidate", candidate, key=candidate.who)
        if self.meeting:
            yield put(self.meeting, "election", value=True, key=self.election)
        if self.post:
            yield put(self.post, "election", value=True, key=self.election)

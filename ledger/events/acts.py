"""What is done with the ledger itself: imports, seals, copies, checks, and who may use it. Records of acts, no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.facts import Effect
from ledger.fields import (
    BatchRef,
    Count,
    DocumentRef,
    Edtf,
    Line,
    PersonRef,
    Sha256,
    Text,
    UserRef,
    creates,
    titled,
)
from ledger.structure import Structure

EntryNumber = Annotated[int, Meta(ge=1, le=10**12)]
UserRole = Literal["secretariat", "administrator", "auditor"]
FIRST = titled("First", "Første", "Number of the first entry.", "Nummeret på første føring.")
LAST = titled("Last", "Siste", "Number of the last entry.", "Nummeret på siste føring.")
USER = titled("User", "Bruker", "Which user.", "Hvilken bruker.")
ROLE = titled("Role", "Rolle", "What the user may do.", "Hva brukeren får gjøre.")


def require_range(structure: Structure, first: int, last: int, source: str) -> None:
    """Refuse a range of entries that ends before it starts, or reaches beyond what was recorded before this."""
    if first > last or last >= structure.known:
        raise Refused(
            "There are no entries #{first} to #{last} to speak of; #{head} is the newest.",
            "Check the two numbers.",
            source=source,
            first=first,
            last=last,
            head=structure.known - 1,
        )


class ImportBatchRecorded(Event, frozen=True, kw_only=True, tag="import-batch-recorded"):
    """A machine or a person has made candidate entries out of documents. None counts before a person confirms it."""

    nb: ClassVar[str] = "Import lagt fram"

    batch: Annotated[
        str, creates("batch"), titled("Batch", "Parti", "A new reference: batch/name.", "Ny henvisning: batch/navn.")
    ]
    title: Annotated[Line, titled("Title", "Tittel", "What it holds.", "Hva det inneholder.")]
    candidates: Annotated[Count, titled("Candidates", "Kandidater", "How many entries.", "Hvor mange føringer.")]
    documents: Annotated[
        tuple[DocumentRef, ...], titled("Documents", "Dokumenter", "What it was made from.", "Hva det er laget av.")
    ] = ()
    sha256: Annotated[
        Sha256 | None, titled("SHA-256", "SHA-256", "Of the file of candidates.", "Av filen med kandidater.")
    ] = None

    def effects(self) -> Iterable[Effect]:
        """The batch waits for a person."""
        return begin(
            self.batch,
            name=self.title,
            candidates=self.candidates,
            documents=self.documents,
            sha256=self.sha256,
            status="recorded",
        )


class ImportBatchSettled(Event, frozen=True, kw_only=True, tag="import-batch-settled"):
    """A person has gone through a batch, and confirms it, in whole or in part, or rejects it."""

    nb: ClassVar[str] = "Import bekreftet eller forkastet"

    batch: Annotated[BatchRef, titled("Batch", "Parti", "Which batch.", "Hvilket parti.")]
    outcome: Annotated[
        Literal["confirmed", "rejected"], titled("Outcome", "Utfall", "Confirmed, or not.", "Bekreftet, eller ikke.")
    ]
    reviewer: Annotated[UserRef, titled("Reviewer", "Kontrollør", "The person's user.", "Brukeren til personen.")]
    accepted: Annotated[
        Count | None, titled("Accepted", "Godtatt", "How many, if not all.", "Hvor mange, om ikke alle.")
    ] = None
    reason: Annotated[Text | None, titled("Reason", "Grunn", "Why, if rejected.", "Hvorfor, om forkastet.")] = None

    def check(self, structure: Structure) -> None:
        """The batch is not settled yet, no more are accepted than there are, and a rejection has a reason."""
        batch = structure.thing(self.batch)
        if batch.fact("status").certain in {"confirmed", "rejected"}:
            raise Refused(
                "“{batch}” was settled by {date} already.",
                "Check which batch is meant.",
                source=self.source,
                batch=batch.label,
                date=structure.effective,
            )
        candidates = batch.fact("candidates").value
        accepted = self.accepted or 0
        if isinstance(candidates, int) and accepted > candidates:
            raise Refused(
                "{accepted} are accepted of {candidates}.",
                "Check the two numbers.",
                source=self.source,
                accepted=accepted,
                candidates=candidates,
            )
        if self.outcome == "rejected" and (accepted or not self.reason):
            raise Refused(
                "A batch that is rejected has a reason, and none of it is accepted.",
                "Give the reason, or confirm what was accepted.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """Settled; what was confirmed is recorded as entries of their own."""
        yield put(self.batch, "status", self.outcome)
        yield put(self.batch, "reviewer", self.reviewer)
        if self.accepted is not None:
            yield put(self.batch, "accepted", self.accepted)


class LedgerSealed(Event, frozen=True, kw_only=True, tag="ledger-sealed"):
    """Entries were sealed with a root hash that somebody signed. That the hash is right is for the audit to say."""

    nb: ClassVar[str] = "Hovedbok forseglet"

    first: Annotated[EntryNumber, FIRST]
    last: Annotated[EntryNumber, LAST]
    root: Annotated[Sha256, titled("Root hash", "Rothash", "As signed.", "Slik den ble signert.")]
    signer: Annotated[Line, titled("Signer", "Signert av", "Name of the key.", "Navnet på nøkkelen.")]
    anchor: Annotated[
        Line | None, titled("Anchor", "Forankring", "Where it is published.", "Hvor den er kunngjort.")
    ] = None

    def check(self, structure: Structure) -> None:
        """The entries were recorded before this one."""
        require_range(structure, self.first, self.last, self.source)


class StateReproduced(Event, frozen=True, kw_only=True, tag="state-reproduced"):
    """The state of a day, as known then, was written out or restored into a new file. Nothing is ever wound back."""

    nb: ClassVar[str] = "Tilstand gjenskapt"

    how: Annotated[
        Literal["exported", "restored"],
        titled("How", "Hvordan", "Written out, or put in a new ledger.", "Skrevet ut, eller lagt i en ny hovedbok."),
    ]
    valid_on: Annotated[Edtf, titled("Valid on", "Gjelder for", "Which day's state.", "Hvilken dags tilstand.")]
    known_after: Annotated[
        EntryNumber,
        titled("Known after", "Kjent etter", "The newest entry counted.", "Den nyeste føringen som er med."),
    ]
    sha256: Annotated[Sha256, titled("SHA-256", "SHA-256", "Of the bytes written.", "Av bytene som ble skrevet.")]
    purpose: Annotated[Line, titled("Purpose", "Formål", "What for.", "Hva den skal brukes til.")]
    target: Annotated[Line | None, titled("Target", "Mål", "Where it was put.", "Hvor den ble lagt.")] = None

    def check(self, structure: Structure) -> None:
        """The newest entry counted was recorded before this one."""
        require_range(structure, 1, self.known_after, self.source)


class ReplayVerified(Event, frozen=True, kw_only=True, tag="replay-verified"):
    """Somebody computed the state again and compared. Two different hashes are recorded as they are."""

    nb: ClassVar[str] = "Gjenskaping etterprøvd"

    first: Annotated[EntryNumber, FIRST]
    last: Annotated[EntryNumber, LAST]
    expected: Annotated[Sha256, titled("Expected", "Ventet", "The hash to find.", "Hashen som skulle finnes.")]
    actual: Annotated[Sha256, titled("Actual", "Funnet", "The hash found.", "Hashen som ble funnet.")]
    tool: Annotated[Line, titled("Tool", "Verktøy", "Program and version.", "Program og versjon.")]

    def check(self, structure: Structure) -> None:
        """The entries were recorded before this one."""
        require_range(structure, self.first, self.last, self.source)


class UserRegistered(Event, frozen=True, kw_only=True, tag="user-registered"):
    """An account of this ledger is put on record."""

    nb: ClassVar[str] = "Bruker registrert"

    user: Annotated[
        str, creates("user"), titled("User", "Bruker", "A new reference: user/name.", "Ny henvisning: user/navn.")
    ]
    account: Annotated[Line, titled("Account", "Konto", "The name that entries bear.", "Navnet som står på føringene.")]
    person: Annotated[PersonRef | None, titled("Person", "Person", "Whose it is.", "Hvem den tilhører.")] = None

    def effects(self) -> Iterable[Effect]:
        """A user, with no role yet."""
        return begin(self.user, name=self.account, person=self.person)


class UserRoleGranted(Event, frozen=True, kw_only=True, tag="user-role-granted"):
    """A user is given a role."""

    nb: ClassVar[str] = "Tilgang gitt"

    user: Annotated[UserRef, USER]
    role: Annotated[UserRole, ROLE]

    def check(self, structure: Structure) -> None:
        """The user does not have the role already."""
        fact = structure.thing(self.user).fact("user_role", self.role)
        if fact.holds == "yes":
            raise Refused(
                "“{user}” has the role on {date} already.",
                "Check the user, the role and the date.",
                source=self.source,
                user=structure.thing(self.user).label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """May act in the role."""
        return (put(self.user, "user_role", value=True, key=self.role),)


class UserRoleRevoked(Event, frozen=True, kw_only=True, tag="user-role-revoked"):
    """A role is taken from a user."""

    nb: ClassVar[str] = "Tilgang trukket tilbake"

    user: Annotated[UserRef, USER]
    role: Annotated[UserRole, ROLE]

    def check(self, structure: Structure) -> None:
        """The user has the role, or may have it, until then."""
        if structure.thing(self.user).fact("user_role", self.role).holds == "no":
            raise Refused(
                "“{user}” does not have the role on {date}.",
                "Check the user, the role and the date.",
                source=self.source,
                user=structure.thing(self.user).label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """May act in the role no longer."""
        return (put(self.user, "user_role", None, key=self.role),)

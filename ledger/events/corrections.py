"""Withdrawing an entry that should never have been made, and what else sets right what is on record.

A *correction* needs no type of its own: it is the same event, recorded again rightly, in an entry whose ``corrects``
names the entry it replaces. So is a change of how sure we are: the same event with another ``effective``, ``dating``
or ``knowledge``. Only an entry that should not have been made at all needs ``entry-annulled``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.errors import Refused
from ledger.event import Event, put
from ledger.events.decisions import DECISION
from ledger.events.proposals import require_point
from ledger.facts import Effect
from ledger.fields import AnyRef, DecisionRef, Line, PartyRef, PersonRef, PointNumber, Text, titled
from ledger.structure import Structure

Commitment = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$(?!\n)")]
KEPT = titled("Kept", "Beholdes", "The one to speak of from now on.", "Den det heretter snakkes om.")
DUPLICATE = titled("Duplicate", "Dublett", "The other one, which is the same.", "Den andre, som er den samme.")
EVIDENCE = titled("Evidence", "Begrunnelse", "How we know.", "Hvordan vi vet det.")


class EntryAnnulled(Event, frozen=True, kw_only=True, tag="entry-annulled"):
    """An entry should not have been made. It stays readable, and counts no more from the recording of this one on."""

    nb: ClassVar[str] = "Føring opphevet"
    source: ClassVar[str] = "arkivforskrifta (2025) § 11: corrected by adding; what, when and how is documented"


class DecisionFoundInvalid(Event, frozen=True, kw_only=True, tag="decision-found-invalid"):
    """A decision is found invalid. The entry of it was right; the act was not, from its beginning or from the date."""

    nb: ClassVar[str] = "Vedtak funnet ugyldig"
    source: ClassVar[str] = "koml. § 27-3; the courts; the body itself"

    decision: Annotated[DecisionRef, DECISION]
    by: Annotated[PartyRef, titled("By", "Av", "Who found it so.", "Hvem som kom til det.")]
    finder: Annotated[
        Literal["ministry", "court", "body"], titled("Finder", "Instans", "In which role.", "I hvilken rolle.")
    ]
    since: Annotated[
        Literal["beginning", "date"],
        titled("Since", "Fra", "From its beginning, or from the date.", "Fra det ble truffet, eller fra datoen."),
    ]
    points: Annotated[
        tuple[PointNumber, ...], titled("Points", "Punkter", "Which; else all of it.", "Hvilke; ellers hele.")
    ] = ()
    affects: Annotated[
        tuple[AnyRef, ...],
        titled(
            "Affects", "Berører", "What rests on it and must be looked at.", "Det som bygger på det og må vurderes."
        ),
    ] = ()
    reason: Annotated[Text, titled("Reason", "Grunn", "Why.", "Hvorfor.")]

    def check(self, structure: Structure) -> None:
        """The points exist."""
        for no in self.points:
            require_point(structure, self.decision, no)

    def effects(self) -> Iterator[Effect]:
        """Invalid, as a whole or at these points; what rests on it is marked, and changed only by events of its own."""
        value = {"by": self.by, "since": self.since, "reason": self.reason}
        for no in self.points or ("",):
            yield put(self.decision, "invalid", value, key=no)
        for ref in self.affects:
            yield put(ref, "rests_on_invalid", value=True, key=self.decision)


class IdentitiesMerged(Event, frozen=True, kw_only=True, tag="identities-merged"):
    """Two references turn out to name one and the same. Both keep their history, and it can be undone."""

    nb: ClassVar[str] = "Identiteter slått sammen"

    kept: Annotated[AnyRef, KEPT]
    duplicate: Annotated[AnyRef, DUPLICATE]
    evidence: Annotated[Text, EVIDENCE]

    def check(self, structure: Structure) -> None:
        """They are of one kind, the duplicate is no duplicate already, and none is a duplicate of itself."""
        if self.kept.partition("/")[0] != self.duplicate.partition("/")[0]:
            raise Refused(
                "{kept} and {duplicate} are not of the same kind.",
                "Check the two references.",
                source=self.source,
                kept=self.kept,
                duplicate=self.duplicate,
            )
        passed: set[object] = set()
        same: object = self.kept
        while isinstance(same, str) and same not in passed:
            passed.add(same)
            same = structure.thing(same).fact("same_as").certain
        if self.duplicate in passed:
            raise Refused(
                "{duplicate} would be a duplicate of itself.",
                "Check which of the two is kept.",
                source=self.source,
                duplicate=self.duplicate,
            )
        known = structure.thing(self.duplicate).fact("same_as").certain
        if known not in (None, self.kept):
            raise Refused(
                "{duplicate} is recorded as the same as {other} already.",
                "Separate those two first, or name {other}.",
                source=self.source,
                duplicate=self.duplicate,
                other=known,
            )

    def effects(self) -> Iterable[Effect]:
        """The one stands for the other."""
        return (
            put(self.duplicate, "same_as", self.kept),
            put(self.kept, "duplicate", self.evidence, key=self.duplicate),
        )


class IdentitiesSeparated(Event, frozen=True, kw_only=True, tag="identities-separated"):
    """Two references that were taken for one name two after all."""

    nb: ClassVar[str] = "Identiteter skilt"

    kept: Annotated[AnyRef, KEPT]
    duplicate: Annotated[AnyRef, DUPLICATE]
    evidence: Annotated[Text, EVIDENCE]

    def check(self, structure: Structure) -> None:
        """They are, or may be, taken for one until then."""
        if self.kept not in structure.thing(self.duplicate).values("same_as"):
            raise Refused(
                "{duplicate} is not recorded as the same as {kept} on {date}.",
                "Check the two references, and the date.",
                source=self.source,
                duplicate=self.duplicate,
                kept=self.kept,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """Each stands for itself."""
        return (put(self.duplicate, "same_as", None), put(self.kept, "duplicate", None, key=self.duplicate))


class PersonalDataErased(Event, frozen=True, kw_only=True, tag="personal-data-erased"):
    """Personal values are deleted from the vault for good, as this is recorded. Entries and their hashes stay valid.

    Named are persons, all of whose values go, or single values by the commitments that stand in their entries.
    """

    nb: ClassVar[str] = "Personopplysninger slettet"
    source: ClassVar[str] = (
        "GDPR art. 17; art. 17(3) and arkivlova (2025) § 13 may stand against it for what must be archived"
    )

    persons: Annotated[
        tuple[PersonRef, ...], titled("Persons", "Personer", "Whose values are deleted.", "Hvem det slettes for.")
    ] = ()
    commitments: Annotated[
        tuple[Commitment, ...],
        titled(
            "Commitments", "Forpliktelsesverdier", "Single values, as in the entry.", "Enkeltverdier, som i føringen."
        ),
    ] = ()
    ground: Annotated[
        Line,
        titled(
            "Ground", "Grunnlag", "As “GDPR art. 17(1)(c)”.", "Som «personvernforordningen art. 17 nr. 1 bokstav c»."
        ),
    ]
    decided_by: Annotated[PartyRef, titled("Decided by", "Bestemt av", "Who decided it.", "Hvem som bestemte det.")]

    def check(self, structure: Structure) -> None:
        """Somebody or something is named. That it is gone already is no objection."""
        if not self.persons and not self.commitments:
            raise Refused(
                "It is not said what to delete.",
                "Name the person, or the commitment that stands in the entry.",
                source=self.source,
            )

    def effects(self) -> Iterator[Effect]:
        """The persons are marked; that a value is gone shows in the vault."""
        for person in self.persons:
            yield put(person, "erased", {"ground": self.ground, "decided_by": self.decided_by})

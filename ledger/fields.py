"""The vocabulary of fields: what an event may say, each with its limits and what it refers to.

A field of an event is ``Annotated[<one of these types>, titled(...)]``. The type carries what is true wherever it is
used (pattern, format, what it refers to); :func:`titled` adds what this event calls it, in both languages. Validation,
flags, forms, JSON Schema and the catalogue read these annotations through ``ledger.declaration`` and nowhere else.

A *reference* is ``kind/slug``: ``organisation/levanger``, ``decision/ru-2018-05-02``. A field either refers to
something that must be on record (:func:`refers_to`) or names something new (:func:`creates`).
"""

from __future__ import annotations

from math import gcd
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

SLUG: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
KINDS: Final = (
    "organisation",
    "person",
    "body",
    "post",
    "mandate",
    "case",
    "meeting",
    "proposal",
    "decision",
    "recommendation",
    "condition",
    "agreement",
    "strategy",
    "plan",
    "measure",
    "fund",
    "application",
    "supply",
    "document",
    "conflict",
    "vote",
    "hearing",
    "election",
    "budget",
    "allocation",
    "key",
    "contribution",
    "benefit",
    "batch",
    "user",
    "partnership",
)
"""Everything a reference can name."""
COMMON_KINDS: Final = ("organisation", "person", "document", "conflict", "fund", "batch", "user", "partnership")
"""Kinds of thing that no partnership has to itself: who takes part, who gives money, what is written, the ledger."""
SCOPED_KINDS: Final = tuple(kind for kind in KINDS if kind not in COMMON_KINDS)
"""Kinds of thing that belong to one partnership at a time, when it is recorded which."""


def titled(en: str, nb: str, help_en: str, help_nb: str) -> Meta:
    """What an event calls a field, and a sentence that helps a person fill it in, in English and Norwegian."""
    return Meta(title=en, description=help_en, extra_json_schema={"x-title-nb": nb, "x-description-nb": help_nb})


def refers_to(*kinds: str) -> Meta:
    """The field names something already on record, of one of these kinds."""
    return Meta(
        pattern=rf"^({'|'.join(kinds)})/{SLUG}$(?!\n)", max_length=120, extra_json_schema={"x-refers-to": list(kinds)}
    )


def creates(kind: str) -> Meta:
    """The field names something new of this kind; refused if it is on record already."""
    return Meta(pattern=rf"^{kind}/{SLUG}$(?!\n)", max_length=120, extra_json_schema={"x-creates": kind})


def formatted(name: str) -> Meta:
    """The text has a format that a pattern cannot say; ``ledger.declaration`` checks it by this name."""
    return Meta(extra_json_schema={"x-format": name})


OrganisationRef = Annotated[str, refers_to("organisation")]
PersonRef = Annotated[str, refers_to("person")]
BodyRef = Annotated[str, refers_to("body")]
PostRef = Annotated[str, refers_to("post")]
MandateRef = Annotated[str, refers_to("mandate")]
CaseRef = Annotated[str, refers_to("case")]
MeetingRef = Annotated[str, refers_to("meeting")]
ProposalRef = Annotated[str, refers_to("proposal")]
DecisionRef = Annotated[str, refers_to("decision")]
RecommendationRef = Annotated[str, refers_to("recommendation")]
ConditionRef = Annotated[str, refers_to("condition")]
AgreementRef = Annotated[str, refers_to("agreement")]
StrategyRef = Annotated[str, refers_to("strategy")]
PlanRef = Annotated[str, refers_to("plan")]
MeasureRef = Annotated[str, refers_to("measure")]
FundRef = Annotated[str, refers_to("fund")]
ApplicationRef = Annotated[str, refers_to("application")]
SupplyRef = Annotated[str, refers_to("supply")]
DocumentRef = Annotated[str, refers_to("document")]
ConflictRef = Annotated[str, refers_to("conflict")]
VoteRef = Annotated[str, refers_to("vote")]
HearingRef = Annotated[str, refers_to("hearing")]
ElectionRef = Annotated[str, refers_to("election")]
BudgetRef = Annotated[str, refers_to("budget")]
AllocationRef = Annotated[str, refers_to("allocation")]
KeyRef = Annotated[str, refers_to("key")]
ContributionRef = Annotated[str, refers_to("contribution")]
BenefitRef = Annotated[str, refers_to("benefit")]
BatchRef = Annotated[str, refers_to("batch")]
UserRef = Annotated[str, refers_to("user")]
PartnershipRef = Annotated[str, refers_to("partnership")]
PartyRef = Annotated[str, refers_to("organisation", "body")]
HolderRef = Annotated[str, refers_to("person", "organisation")]
AdherenceTarget = Annotated[str, refers_to("agreement", "strategy", "plan", "decision", "measure")]
CommitmentTarget = Annotated[str, refers_to("decision", "proposal")]
AnyRef = Annotated[str, refers_to(*KINDS)]

Line = Annotated[str, Meta(min_length=1, max_length=400), formatted("line")]
"""One line of text, at most 400 characters."""
Text = Annotated[str, Meta(min_length=1, max_length=20_000), formatted("text")]
"""Text that may have several lines, at most 20 000 characters."""
Edtf = Annotated[str, Meta(min_length=4, max_length=60), formatted("edtf")]
"""An effective date or one unknown day in an interval (EDTF, ISO 8601-2; see ``ledger.calendar``)."""
CountyCode = Annotated[str, Meta(pattern=r"^[0-9]{2}$(?!\n)")]
"""A Norwegian county number, two digits (SSB Klass 104)."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
"""A SHA-256 digest in lower-case hexadecimal."""
Count = Annotated[int, Meta(ge=0, le=10**12)]
PointNumber = Annotated[str, Meta(pattern=r"^[0-9]{1,3}[a-z]?(?:\.[0-9]{1,3})*$(?!\n)")]
"""The number a paper gives a point: ``3``, ``2b``, ``1.4``."""

Knowledge = Literal["witnessed", "documented", "reported", "inferred", "reconstructed", "conjectured"]
"""How we know: seen, read in the act's own document, told by another source, concluded, rebuilt, guessed."""
Strength = Literal["shall", "is", "recommended", "wished", "considered"]
"""How strongly a text commits, as strong as its words: *skal*, *er/blir*, *anbefales/bør*, *ønsker*, *tenkes*."""
Amountness = Literal["exact", "ceiling", "floor", "estimate", "unknown"]


class Personal(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A person's name or other personal value, of which the entry holds only a salted commitment.

    ``digest`` is base64(SHA-256) over the field's path, a 128-bit salt and the value; salt and value lie in the vault,
    the one place rows may be deleted from. After deletion every entry still verifies, and nobody can guess the value
    back (GDPR art. 17; EDPB Guidelines 02/2025 on commitments).
    """

    digest: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$(?!\n)")]


class Money(Struct, frozen=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """An amount in øre (1/100 NOK), or an amount nobody knows. Unknown is a value and never zero."""

    known: Amountness
    ore: Annotated[int, Meta(ge=-(10**15), le=10**15)] | None = None
    price_year: Annotated[int, Meta(ge=1800, le=2999)] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless an amount stands exactly where one is claimed to be known."""
        if (self.ore is None) != (self.known == "unknown"):
            raise ValueError("an unknown amount has no øre, and every other amount has")


class Share(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A rational share n/d in lowest terms, for ownership, liability or a split; never a float."""

    n: Annotated[int, Meta(ge=0, le=10**9)]
    d: Annotated[int, Meta(ge=1, le=10**9)]

    def __post_init__(self) -> None:
        """Raise ValueError unless the fraction is in lowest terms, so that equal shares are equal bytes."""
        if self.d < 1 or gcd(self.n, self.d) != 1:
            raise ValueError("the share is not in lowest terms")


class Staffing(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Full-time equivalents (årsverk) in thousandths: 2.3 is 2300. ``bound`` says if it is the exact number."""

    milli_fte: Annotated[int, Meta(ge=0, le=10**7)]
    bound: Literal["exact", "floor", "ceiling"]

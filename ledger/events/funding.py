"""Funding: how money is counted, principles, sources, costs. Unknown amounts are values, never zero.

Every sum is an account of its own that only grows (``granted``, ``reduced``, ``paid``, ``spent`` …); what is left is
worked out when somebody asks. An unknown amount moves no account: it leaves a mark, so that a reader sees that the sum
is not the whole, and so that no rule refuses for want of money that nobody has counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.calendar import LATEST, bounds
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.organisations import OrganisationKind
from ledger.facts import UNKNOWN, Account, Balance, Effect, Move
from ledger.fields import (
    AnyRef,
    Count,
    Edtf,
    FundRef,
    Line,
    Money,
    PartyRef,
    Share,
    Strength,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

AMOUNT = titled("Amount", "Beløp", "Øre, or unknown.", "Øre, eller ukjent.")
REASON = titled("Reason", "Grunn", "Why, if stated.", "Hvorfor, om oppgitt.")
PERIOD = titled("Period", "Periode", "A year, or a month: 2018, 2018-07.", "Et år eller en måned: 2018, 2018-07.")

Period = Annotated[str, Meta(pattern=r"^[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?$(?!\n)")]
"""A calendar year or month that money is for."""
Year = Annotated[int, Meta(ge=1800, le=2999)]

FundKind = Literal[
    "discretionary",
    "block_grant",
    "own_share",
    "co_financing",
    "county",
    "national_programme",
    "eu",
    "fund",
    "other",
]

NotCovered = Literal["ordinary_operation", "own_share_of_state_grants"]


def counted(entity: str, account: str, money: Money, *, key: str = "") -> Iterator[Effect]:
    """Show an amount, and count it on the account (and on the key's own) if known; if not, mark that one is unknown."""
    yield put(entity, account, money, key=key)
    for name in dict.fromkeys((account, of_key(account, key))):
        if money.ore is None:
            yield put(entity, UNKNOWN, value=True, key=name)
        else:
            yield Move(Account(entity, name), money.ore)


def of_key(account: str, key: str) -> str:
    """The part of an account that belongs to one key: a party, a voucher."""
    return f"{account} {key}" if key else account


def ever(structure: Structure, ref: str, account: str) -> Balance:
    """What stands on an account when everything on record is counted, whatever its day."""
    return structure.on(LATEST).balance(ref, account)


def has_unknown(structure: Structure, ref: str, account: str) -> bool:
    """Whether an amount nobody knows belongs on the account."""
    return structure.on(LATEST).thing(ref).fact(UNKNOWN, account).holds != "no"


def room(structure: Structure, ref: str, plus: Iterable[str], minus: Iterable[str], key: str = "") -> int | None:
    """The most that can be left when everything on record is counted; None when what there is is not known."""
    plus = [of_key(account, key) for account in plus]
    if any(has_unknown(structure, ref, account) for account in plus):
        return None
    gone = sum(ever(structure, ref, of_key(account, key)).least for account in minus)
    return sum(ever(structure, ref, account).most for account in plus) - gone


def surely(money: Money | None) -> int | None:
    """The øre that an amount certainly reaches, if it is known so well."""
    return money.ore if money is not None and money.known in {"exact", "floor"} else None


def at_most(money: Money | None) -> int | None:
    """The øre that an amount certainly does not go beyond, if it is known so well."""
    return money.ore if money is not None and money.known in {"exact", "ceiling"} else None


def require_positive(*amounts: Money | None) -> None:
    """Refuse an amount below zero where only money in one direction makes sense."""
    for money in amounts:
        if money is not None and money.ore is not None and money.ore < 0:
            raise Refused(
                "The amount is below zero: {amount} øre.",
                "Give the amount without a sign; record money that goes back as paid back or reversed.",
                source=Event.source,
                amount=money.ore,
            )


def first_day(structure: Structure, period: str) -> Structure:
    """The same knowledge on the first day of a period."""
    return structure.on(bounds(period).earliest)


class FundingPrincipleStated(Event, frozen=True, kw_only=True, tag="funding-principle-stated"):
    """How something should be paid for. No money moves."""

    nb: ClassVar[str] = "Finansieringsprinsipp"

    subject: Annotated[AnyRef, titled("For", "For", "What is to be paid for.", "Hva som skal betales.")]
    sources: Annotated[
        tuple[FundKind, ...],
        titled("Sources", "Kilder", "Where the money should come from.", "Hvor pengene bør komme fra."),
    ] = ()
    fund: Annotated[FundRef | None, titled("Fund", "Midler", "The source, if on record.", "Kilden, om registrert.")] = (
        None
    )
    text: Annotated[Text, titled("Principle", "Prinsipp", "In the clerk's words.", "Med saksbehandlerens ord.")]
    strength: Annotated[Strength, titled("Strength", "Styrke", "As strong as its words.", "Så sterkt som ordene.")]

    def effects(self) -> Iterable[Effect]:
        """The principle, with its strength."""
        value = {"strength": self.strength, "sources": self.sources, "fund": self.fund}
        return (put(self.subject, "funding_principle", value, key=self.text),)


class FundingSourceRegistered(Event, frozen=True, kw_only=True, tag="funding-source-registered"):
    """A source of money is put on record, with its rules where known."""

    nb: ClassVar[str] = "Finansieringskilde"

    fund: Annotated[
        str, creates("fund"), titled("Fund", "Midler", "A new reference: fund/name.", "Ny henvisning: fund/navn.")
    ]
    name: Annotated[Line, titled("Name", "Navn", "What it is called.", "Hva kilden heter.")]
    kind: Annotated[FundKind, titled("Kind", "Type", "What sort of money.", "Hva slags midler.")]
    funder: Annotated[PartyRef | None, titled("Funder", "Giver", "Who gives it.", "Hvem som gir dem.")] = None
    rules: Annotated[Text | None, titled("Rules", "Regler", "Conditions for using it.", "Vilkår for bruk.")] = None
    own_share_floor: Annotated[
        Share | None,
        titled("Own share", "Egenandel", "The least part of the cost to be paid by oneself.", "Minste egenandel."),
    ] = None
    minimum_ore: Annotated[
        Count | None, titled("Minimum", "Minstebeløp", "Least application, in øre.", "Minste søknadsbeløp, i øre.")
    ] = None
    application_deadline: Annotated[
        Edtf | None, titled("Apply by", "Søknadsfrist", "Last day to apply.", "Siste dag for å søke.")
    ] = None
    reporting_deadline: Annotated[
        Edtf | None, titled("Report by", "Rapporteringsfrist", "Last day to report.", "Siste dag for å rapportere.")
    ] = None
    eligible: Annotated[
        tuple[OrganisationKind, ...],
        titled("Who may apply", "Hvem kan søke", "Kinds of organisation.", "Typer virksomhet."),
    ] = ()
    not_covered: Annotated[
        tuple[NotCovered, ...], titled("Not covered", "Dekkes ikke", "What it is not for.", "Det den ikke går til.")
    ] = ()

    def check(self, structure: Structure) -> None:
        """Reports are not due before applications are."""
        if self.application_deadline is None or self.reporting_deadline is None:
            return
        if bounds(self.reporting_deadline).latest < bounds(self.application_deadline).earliest:
            raise Refused(
                "Reports would be due on {report}, before applications on {application}.",
                "Check the two dates.",
                source=self.source,
                report=self.reporting_deadline,
                application=self.application_deadline,
            )

    def effects(self) -> Iterable[Effect]:
        """The source and its rules; its amounts are unknown until an award says one."""
        return begin(
            self.fund,
            name=self.name,
            kind=self.kind,
            funder=self.funder,
            rules=self.rules,
            own_share_floor=self.own_share_floor,
            minimum_ore=self.minimum_ore,
            application_deadline=self.application_deadline,
            reporting_deadline=self.reporting_deadline,
            eligible=self.eligible,
            not_covered=self.not_covered,
        )


class CostEstimated(Event, frozen=True, kw_only=True, tag="cost-estimated"):
    """What something will cost, as a source says; often that nobody knows."""

    nb: ClassVar[str] = "Kostnad anslått"

    subject: Annotated[AnyRef, titled("Of", "For", "What costs.", "Hva som koster.")]
    amount: Annotated[Money, AMOUNT]
    reason: Annotated[
        Text, titled("Reason", "Begrunnelse", "Why this, or why unknown.", "Hvorfor, eller hvorfor ukjent.")
    ]
    by_year: Annotated[Edtf | None, titled("For year", "For år", "Which year.", "Hvilket år.")] = None

    def effects(self) -> Iterable[Effect]:
        """The estimate; no money moves."""
        return (put(self.subject, "cost", {"amount": self.amount, "reason": self.reason, "year": self.by_year}),)


class PhaseStep(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How large a part is paid by oneself in one period."""

    period: Annotated[Period, PERIOD]
    share: Annotated[Share, titled("Share", "Andel", "From none to all.", "Fra ingenting til alt.")]


class CoFinancingPhased(Event, frozen=True, kw_only=True, tag="co-financing-phased"):
    """The parties are to pay a growing part themselves, period by period. No money moves."""

    nb: ClassVar[str] = "Opptrapping av medfinansiering"

    subject: Annotated[AnyRef, titled("For", "For", "What is to be paid for.", "Hva som skal betales.")]
    steps: Annotated[
        tuple[PhaseStep, ...], Meta(min_length=1), titled("Steps", "Trinn", "Period by period.", "Periode for periode.")
    ]
    trigger: Annotated[
        Line | None, titled("Trigger", "Utløses av", "What sets it going.", "Det som setter den i gang.")
    ] = None
    starts: Annotated[Edtf | None, titled("Starts", "Starter", "When, if stated.", "Når, om oppgitt.")] = None
    may_fall: Annotated[
        bool | None,
        titled("May fall", "Kan synke", "Decided that a share falls.", "Vedtatt at en andel synker."),
    ] = None

    def check(self, structure: Structure) -> None:
        """Periods stand once and in order; no share is above the whole or below the one before, unless so decided."""
        shares = [Fraction(step.share.n, step.share.d) for step in self.steps]
        starts = [bounds(step.period).earliest for step in self.steps]
        for number, step in enumerate(self.steps):
            if shares[number] > 1:
                raise Refused(
                    "The share in {period} is more than the whole.",
                    "Check the share.",
                    source=self.source,
                    period=step.period,
                )
            if number and starts[number] <= starts[number - 1]:
                raise Refused(
                    "The period {period} does not come after the one before it.",
                    "Give each period once, in order.",
                    source=self.source,
                    period=step.period,
                )
            if number and shares[number] < shares[number - 1] and not self.may_fall:
                raise Refused(
                    "The share falls in {period}; a phasing in does not.",
                    "Check the shares; if it was decided so, say that it may fall.",
                    source=self.source,
                    period=step.period,
                )

    def effects(self) -> Iterator[Effect]:
        """The schedule, by period, and what sets it going."""
        for step in self.steps:
            yield put(self.subject, "own_share_in", step.share, key=step.period)
        if self.trigger or self.starts:
            yield put(self.subject, "co_financing_from", {"trigger": self.trigger, "starts": self.starts})

"""Grants: applied for, awarded, reduced, refused, paid, reported on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, cast

from ledger.calendar import bounds
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.funding import (
    AMOUNT,
    REASON,
    NotCovered,
    Year,
    at_most,
    counted,
    ever,
    require_positive,
    room,
    surely,
)
from ledger.facts import Effect
from ledger.fields import (
    ApplicationRef,
    Edtf,
    FundRef,
    Line,
    Money,
    PartyRef,
    Text,
    creates,
    titled,
)
from ledger.structure import Structure

APPLICATION = titled("Application", "Søknad", "The application concerned.", "Søknaden det gjelder.")
RULES_OF_THE_SOURCE = "the rules of the funding source"


class GrantApplied(Event, frozen=True, kw_only=True, tag="grant-applied"):
    """Somebody applies for money, or may have: ``sent`` says which."""

    nb: ClassVar[str] = "Søknad om midler"

    application: Annotated[
        str,
        creates("application"),
        titled("Application", "Søknad", "A new reference: application/name.", "Ny henvisning: application/navn."),
    ]
    fund: Annotated[FundRef, titled("Fund", "Midler", "Which source.", "Hvilken kilde.")]
    applicant: Annotated[PartyRef, titled("Applicant", "Søker", "Who applies.", "Hvem som søker.")]
    project: Annotated[Line, titled("Project", "Prosjekt", "For what.", "Til hva.")]
    amount: Annotated[Money, AMOUNT]
    sent: Annotated[
        Literal["sent", "sent_or_planned", "planned"],
        titled(
            "Sent", "Sendt", "Sent, planned, or the source does not tell.", "Sendt, planlagt, eller uklart i kilden."
        ),
    ]
    own_share: Annotated[Money | None, titled("Own share", "Egenandel", "Own money.", "Egne midler.")] = None
    total_cost: Annotated[Money | None, titled("Total cost", "Samlet kostnad", "Of it all.", "Av det hele.")] = None
    sent_on: Annotated[
        Edtf | None,
        titled("Sent on", "Sendt dato", "If not the event's own date.", "Om ikke hendelsens egen dato."),
    ] = None
    meant_for: Annotated[
        tuple[NotCovered, ...],
        titled("Also meant for", "Skal også dekke", "Special uses it states.", "Særskilt bruk den oppgir."),
    ] = ()

    def check(self, structure: Structure) -> None:
        """An application that was sent keeps the source's rules, as far as both are known.

        Who may apply (discretionary money: municipalities), the least amount, the deadline, the own share, and what
        the money is not for. A plan to apply, or one that the source leaves open, is bound by none of them.
        """
        require_positive(self.amount, self.own_share, self.total_cost)
        if self.sent != "sent":
            return
        fund = structure.thing(self.fund)
        self._require_eligible(structure)
        self._require_enough(structure)
        deadline = fund.fact("application_deadline").value
        sent = bounds(self.sent_on).earliest if self.sent_on else structure.earliest
        if isinstance(deadline, str) and sent > bounds(deadline).latest:
            raise Refused(
                "Applications to “{fund}” were due on {deadline}; this one is dated {date}.",
                "Check the date; if the day it was sent is not certain, give that date as it is known in “sent_on”.",
                source=RULES_OF_THE_SOURCE,
                fund=fund.label,
                deadline=deadline,
                date=self.sent_on or structure.effective,
            )
        barred = fund.fact("not_covered").value
        for use in self.meant_for:
            if isinstance(barred, tuple) and use in barred:
                raise Refused(
                    "“{fund}” is not for “{use}”.",
                    "Check what is applied for, or apply to another source.",
                    source=RULES_OF_THE_SOURCE,
                    fund=fund.label,
                    use=use,
                )

    def _require_eligible(self, structure: Structure) -> None:
        fund = structure.thing(self.fund)
        eligible = fund.fact("eligible").value
        if not eligible and fund.fact("kind").value == "discretionary":
            eligible = ("municipality",)
        applicant: object = self.applicant
        if self.applicant.startswith("body/"):
            applicant = structure.body(self.applicant).owner.value
        if not isinstance(applicant, str) or not isinstance(eligible, tuple):
            return
        kind = structure.organisation(applicant).kind
        if kind.holds == "yes" and kind.value not in eligible:
            raise Refused(
                "{applicant} is a {kind}; only {eligible} may apply for “{fund}”.",
                "Check who applies: often a municipality does, on behalf of the cooperation.",
                source=RULES_OF_THE_SOURCE,
                applicant=structure.organisation(applicant).label,
                kind=kind.value,
                eligible=", ".join(map(str, eligible)),
                fund=fund.label,
            )

    def _require_enough(self, structure: Structure) -> None:
        fund = structure.thing(self.fund)
        minimum, most = fund.fact("minimum_ore").value, at_most(self.amount)
        if isinstance(minimum, int) and most is not None and most < minimum:
            raise Refused(
                "{amount} øre is less than the {minimum} øre that an application to “{fund}” must at least be for.",
                "Check the amount.",
                source=RULES_OF_THE_SOURCE,
                amount=most,
                minimum=minimum,
                fund=fund.label,
            )
        least, own, cost = fund.fact("own_share_floor").value, at_most(self.own_share), surely(self.total_cost)
        if isinstance(least, Mapping) and own is not None and cost:
            share = Fraction(cast("int", least["n"]), cast("int", least["d"]))
            if Fraction(own, cost) < share:
                raise Refused(
                    "The own share is {own} of {cost} øre; “{fund}” asks for at least {share} of the cost.",
                    "Check the own share and the cost.",
                    source=RULES_OF_THE_SOURCE,
                    own=own,
                    cost=cost,
                    fund=fund.label,
                    share=share,
                )

    def effects(self) -> Iterator[Effect]:
        """An open application; nothing is granted."""
        yield from begin(
            self.application,
            name=self.project,
            fund=self.fund,
            applicant=self.applicant,
            status=self.sent,
            own_share=self.own_share,
            total_cost=self.total_cost,
            sent_on=self.sent_on,
            meant_for=self.meant_for,
        )
        yield from counted(self.application, "applied", self.amount)
        yield put(self.fund, "application", value=True, key=self.application)


class GrantAwarded(Event, frozen=True, kw_only=True, tag="grant-awarded"):
    """An application is granted, in whole or in part. A second award adds to the first."""

    nb: ClassVar[str] = "Tilsagn"

    application: Annotated[ApplicationRef, APPLICATION]
    amount: Annotated[Money, AMOUNT]
    years: Annotated[tuple[Year, ...], titled("Years", "År", "Which years it is for.", "Hvilke år det gjelder.")] = ()
    above_applied: Annotated[
        bool | None,
        titled("More than applied for", "Mer enn omsøkt", "The letter says so.", "Tilsagnsbrevet sier det."),
    ] = None

    def check(self, structure: Structure) -> None:
        """A refused application is not granted; no more is granted than was applied for, unless that is stated."""
        require_positive(self.amount)
        application = structure.thing(self.application)
        if application.fact("status").certain == "refused":
            raise Refused(
                "The application “{project}” was refused by {date}.",
                "Record a new application, or correct the refusal.",
                source=self.source,
                project=application.label,
                date=structure.effective,
            )
        left = room(structure, self.application, ("applied",), ("granted",))
        surely_granted = surely(self.amount)
        if self.above_applied or left is None or surely_granted is None or surely_granted <= left:
            return
        applied = ever(structure, self.application, "applied").most
        raise Refused(
            "{amount} øre is more than was applied for: {applied} øre, of which {left} are not granted yet.",
            "Check the amount; if the letter grants more than was applied for, say so.",
            source=self.source,
            amount=surely_granted,
            applied=applied,
            left=left,
        )

    def effects(self) -> Iterator[Effect]:
        """The award."""
        yield put(self.application, "status", "awarded")
        yield from counted(self.application, "granted", self.amount)
        for year in self.years:
            yield put(self.application, "granted_for", self.amount, key=str(year))


class GrantReduced(Event, frozen=True, kw_only=True, tag="grant-reduced"):
    """An award is made smaller. What was paid or set aside stays as it is recorded."""

    nb: ClassVar[str] = "Tilsagn redusert"

    application: Annotated[ApplicationRef, APPLICATION]
    amount: Annotated[Money, titled("By", "Med", "How much is taken off, in øre.", "Hvor mye som trekkes fra, i øre.")]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """No more is taken off than was granted."""
        require_positive(self.amount)
        left = room(structure, self.application, ("granted",), ("reduced",))
        taken = surely(self.amount)
        if left is not None and taken is not None and taken > left:
            raise Refused(
                "{amount} øre cannot be taken off an award of {left} øre.",
                "Check the amount, or record the award first.",
                source=self.source,
                amount=taken,
                left=left,
            )

    def effects(self) -> Iterator[Effect]:
        """Taken off the award."""
        yield from counted(self.application, "reduced", self.amount)
        if self.reason:
            yield put(self.application, "reduced_because", self.reason)


class GrantRefused(Event, frozen=True, kw_only=True, tag="grant-refused"):
    """An application is refused."""

    nb: ClassVar[str] = "Avslag"

    application: Annotated[ApplicationRef, APPLICATION]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """A granted application is not refused as well."""
        application = structure.thing(self.application)
        if application.fact("status").certain == "awarded":
            raise Refused(
                "The application “{project}” was granted by {date}.",
                "Check which application is meant, and the date.",
                project=application.label,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The refusal."""
        return (put(self.application, "status", "refused"),)


class GrantPaymentReceived(Event, frozen=True, kw_only=True, tag="grant-payment-received"):
    """Money of an award comes in."""

    nb: ClassVar[str] = "Tilskudd utbetalt"

    application: Annotated[ApplicationRef, APPLICATION]
    amount: Annotated[Money, AMOUNT]
    via: Annotated[
        Literal["block_grant", "direct", "other"],
        titled("Via", "Via", "With the block grant, or directly.", "Med rammetilskuddet, eller direkte."),
    ]

    def check(self, structure: Structure) -> None:
        """Nothing is paid to an application that was refused, and no more than the award was by then."""
        require_positive(self.amount)
        require_not_refused(structure, self.application, self.source)
        left = room(structure, self.application, ("granted",), ("paid",))
        paid = surely(self.amount)
        if left is None or paid is None:
            return
        left -= structure.balance(self.application, "reduced").least
        if paid > left:
            raise Refused(
                "{amount} øre is more than is left to be paid of the award: {left} øre.",
                "Check the amount, or record the award that covers it first.",
                source=self.source,
                amount=paid,
                left=left,
            )

    def effects(self) -> Iterator[Effect]:
        """Cash in."""
        yield from counted(self.application, "paid", self.amount)
        yield put(self.application, "paid_via", self.via)


def require_not_refused(structure: Structure, application: str, source: str) -> None:
    """Refuse what presupposes an award when the application was refused."""
    thing = structure.thing(application)
    if thing.fact("status").certain == "refused":
        raise Refused(
            "The application “{project}” was refused by {date}.",
            "Check which application is meant, and the date.",
            source=source,
            project=thing.label,
            date=structure.effective,
        )

"""Leaving an agreement, and the end of one: notice, withdrawal, what stays behind, and who keeps the archives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from ledger.calendar import bounds, months_after, years_after
from ledger.errors import Refused
from ledger.event import Event, end, put
from ledger.events.agreements import AGREEMENT, form_of, require_in_force
from ledger.events.mergers import boundary_changes
from ledger.events.organisations import require_standing
from ledger.facts import Effect
from ledger.fields import (
    AdherenceTarget,
    AgreementRef,
    DecisionRef,
    Edtf,
    Line,
    Money,
    OrganisationRef,
    PartyRef,
    Share,
    titled,
)
from ledger.law import (
    ASSEMBLIES,
    BOUNDARY_NOTICE,
    HOST_NOTICE,
    NOTICE_MONTHS_BOUNDARY,
    NOTICE_MONTHS_HOST,
    YEARS_AFTER_BOUNDARY,
    contents,
    judged,
)
from ledger.structure import Structure

LEAVER = titled("Organisation", "Virksomhet", "Who leaves.", "Hvem som trer ut.")
Months = Annotated[int, Meta(ge=0, le=1200)]


FORMS_WITHOUT_BOUNDARY_NOTICE = frozenset({"association", "no_statutory_form"})
"""Inndelingslova § 16 is for cooperation under koml. ch. 18-20 and § 31-2, IKS-loven and special municipal laws."""


class WithdrawalNotified(Event, frozen=True, kw_only=True, tag="withdrawal-notified"):
    """A party gives notice that it leaves an agreement. It is a party until the notice has run."""

    nb: ClassVar[str] = "Oppsigelse varslet"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4, 20-8; inndelingslova § 16"

    organisation: Annotated[OrganisationRef, LEAVER]
    to: Annotated[AgreementRef, titled("From", "Fra", "The agreement it leaves.", "Avtalen den trer ut av.")]
    ground: Annotated[
        Literal["agreement", "host_agreement_law", "boundary_change"],
        titled(
            "Ground",
            "Grunnlag",
            "The agreement's own rule, koml. § 20-8 (one year) or inndelingslova § 16 (six months).",
            "Avtalens egen regel, koml. § 20-8 (ett år) eller inndelingslova § 16 (seks måneder).",
        ),
    ]
    notice_months: Annotated[
        Months | None,
        titled("Notice", "Oppsigelsestid", "The agreement's own, in months.", "Avtalens egen, i måneder."),
    ] = None
    takes_effect: Annotated[Edtf, titled("Takes effect", "Får virkning", "The day it is out.", "Dagen den er ute.")]
    given: Annotated[
        Edtf | None,
        titled(
            "Given",
            "Gitt",
            "What is known of the day the notice was given, when the entry's date is not one day.",
            "Det som er kjent om dagen oppsigelsen ble gitt, når føringens dato ikke er én dag.",
        ),
    ] = None

    def check(self, structure: Structure) -> None:
        """A party, or the heir of one, leaves no earlier than its notice has run.

        That is one year from a host agreement unless agreed otherwise; six months after a boundary change, if notice is
        given within a year of it; else the period agreed. By the act of 1992 nothing is judged.
        """
        require_in_force(structure, self.to)
        self._require_party(structure)
        given = bounds(self.given).earliest if self.given else structure.earliest
        months, source = self._period(structure, given)
        if months is None:
            return
        runs_until = months_after(given, months)
        if bounds(self.takes_effect).latest < runs_until:
            raise Refused(
                "Notice of {months} months given on {given} runs until {until}; {name} cannot leave on {takes_effect}.",
                "Check the dates and the ground; if the day of the notice is uncertain, say what is known of it.",
                source=source,
                months=months,
                given=given,
                until=runs_until,
                name=structure.organisation(self.organisation).label,
                takes_effect=self.takes_effect,
            )

    def _require_party(self, structure: Structure) -> None:
        agreement = structure.thing(self.to)
        stages = ("in_force", "reported")
        before = structure.organisation(self.organisation).keyed("predecessor")
        if all(
            agreement.fact(stage, party).holds == "no" for stage in stages for party in (self.organisation, *before)
        ):
            raise Refused(
                "{name} is no party to “{agreement}” on {date}.",
                "Record first when it became a party, or check the date.",
                source=self.source,
                name=structure.organisation(self.organisation).label,
                agreement=agreement.label,
                date=structure.effective,
            )

    def _period(self, structure: Structure, given: date) -> tuple[int | None, str]:
        """The months of notice and where they come from; None when the law of the day is not held."""
        if self.ground == "boundary_change":
            self._require_boundary_change(structure, given)
            return NOTICE_MONTHS_BOUNDARY, BOUNDARY_NOTICE
        agreement = structure.thing(self.to)
        agreed = [months for months in agreement.values("notice_months") if isinstance(months, int)]
        if self.ground == "host_agreement_law":
            form = form_of(structure, self.to)
            if form not in {None, "host_municipality", "unknown"}:
                raise Refused(
                    "“{agreement}” is no host municipality agreement.",
                    "Give the notice by the agreement's own rule.",
                    source=HOST_NOTICE,
                    agreement=agreement.label,
                )
            return (NOTICE_MONTHS_HOST if judged(given) else None), HOST_NOTICE
        if self.notice_months is not None:
            return self.notice_months, self.source
        if agreed:
            return min(agreed), self.source
        raise Refused(
            "The period of notice agreed in “{agreement}” is not on record.",
            "State the agreement's own period in months.",
            source=self.source,
            agreement=agreement.label,
        )

    def _require_boundary_change(self, structure: Structure, given: date) -> None:
        agreement = structure.thing(self.to)
        if form_of(structure, self.to) in FORMS_WITHOUT_BOUNDARY_NOTICE:
            raise Refused(
                "“{agreement}” is of a form that inndelingslova § 16 does not speak of.",
                "Give the notice by the agreement's own rule.",
                source=BOUNDARY_NOTICE,
                agreement=agreement.label,
            )
        parties = {self.organisation, *agreement.keyed("in_force"), *agreement.keyed("reported")}
        days = (day for party in parties for day in boundary_changes(structure, party))
        if not any(given <= years_after(day, YEARS_AFTER_BOUNDARY) for day in days):
            raise Refused(
                "No boundary change of a party to “{agreement}” is on record in the year before {given}.",
                "Record the merger, split or adjustment first, or give the notice on another ground.",
                source=BOUNDARY_NOTICE,
                agreement=agreement.label,
                given=given,
            )

    def effects(self) -> Iterable[Effect]:
        """The notice, and when it will have run; a party until then."""
        value = {
            "ground": self.ground,
            "notice_months": self.notice_months,
            "takes_effect": self.takes_effect,
            "given": self.given,
        }
        return (put(self.to, "notice", value, key=self.organisation),)


class WithdrawalTookEffect(Event, frozen=True, kw_only=True, tag="withdrawal-took-effect"):
    """A party leaves. Its share of obligations at that time stays its own."""

    nb: ClassVar[str] = "Uttreden"
    source: ClassVar[str] = "koml. §§ 18-4, 19-4, 20-8: how one leaves; 18-2, 19-2: its liability stays"

    organisation: Annotated[OrganisationRef, LEAVER]
    to: Annotated[AdherenceTarget, titled("From", "Fra", "What it leaves.", "Hva den trer ut av.")]
    ground: Annotated[
        Literal["notice", "agreed_by_all"] | None,
        titled(
            "Ground",
            "Grunnlag",
            "By notice, unless all parties agreed.",
            "Etter oppsigelse, om ikke alle parter var enige.",
        ),
    ] = None
    settlement: Annotated[
        Line | None, titled("Settlement", "Oppgjør", "What was settled.", "Hva som ble gjort opp.")
    ] = None
    liability_share: Annotated[
        Share | None,
        titled("Liability share", "Ansvarsandel", "Of obligations at exit.", "Av forpliktelsene ved uttreden."),
    ] = None
    residual_liability: Annotated[
        Money | None,
        titled(
            "Remaining liability",
            "Gjenstående ansvar",
            "What it still answers for; unknown if left out.",
            "Hva den fortsatt svarer for; ukjent om det ikke oppgis.",
        ),
    ] = None

    def check(self, structure: Structure) -> None:
        """Leaving an agreement needs a notice on record that has run out, unless all parties agreed."""
        if self.ground == "agreed_by_all" or not self.to.startswith("agreement/"):
            return
        agreement = structure.thing(self.to)
        name = structure.organisation(self.organisation).label
        notices = [writer.value for writer in agreement.answer("notice", self.organisation).writers if writer.value]
        if not notices:
            raise Refused(
                "{name} has given no notice on record to leave “{agreement}” by {date}.",
                "Record the notice first, or say that all parties agreed.",
                source=self.source,
                name=name,
                agreement=agreement.label,
                date=structure.effective,
            )
        ends = [str(value["takes_effect"]) for value in notices if isinstance(value, Mapping)]
        if ends and all(structure.effective < bounds(told).earliest for told in ends):
            raise Refused(
                "The notice {name} gave to leave “{agreement}” runs until {until}.",
                "Check the date, or say that all parties agreed to let it go earlier.",
                source=self.source,
                name=name,
                agreement=agreement.label,
                until=ends[-1],
            )

    def effects(self) -> Iterator[Effect]:
        """Withdrawn; what it is liable for at exit stays, known or unknown."""
        value = {"ground": self.ground or "notice", "settlement": self.settlement}
        yield put(self.to, "withdrawn", value, key=self.organisation)
        if self.to.startswith("agreement/"):
            kept = {"share": self.liability_share, "amount": self.residual_liability or Money(known="unknown")}
            yield put(self.to, "residual_liability", kept, key=self.organisation)


class AgreementTermChanged(Event, frozen=True, kw_only=True, tag="agreement-term-changed"):
    """An agreement is extended, or runs out because nobody extended it."""

    nb: ClassVar[str] = "Avtale forlenget eller utløpt"

    agreement: Annotated[AgreementRef, AGREEMENT]
    change: Annotated[
        Literal["extended", "expired"], titled("Change", "Endring", "Extended or run out.", "Forlenget eller utløpt.")
    ]
    until: Annotated[
        Edtf | None, titled("New end", "Ny slutt", "For an extension, if it has one.", "Ved forlengelse, om den har.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It is in force; an extension does not end before the term it extends, and nothing runs out before its end."""
        require_in_force(structure, self.agreement)
        agreed = structure.thing(self.agreement).fact("period_until")
        if agreed.holds != "yes" or not isinstance(agreed.value, str):
            return
        term = bounds(agreed.value)
        if self.change == "extended" and self.until and bounds(self.until).latest < term.earliest:
            raise Refused(
                "The new end, {until}, is before the one agreed, {agreed}.",
                "Check the new end; an agreement that is to end early is terminated instead.",
                until=self.until,
                agreed=agreed.value,
            )
        if self.change == "expired" and structure.effective < term.earliest:
            raise Refused(
                "“{agreement}” runs until {agreed}, and cannot run out on {date}.",
                "Check the date; an agreement that is to end early is terminated instead.",
                agreement=structure.thing(self.agreement).label,
                agreed=agreed.value,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """A later end, or the end."""
        if self.change == "expired":
            return end(self.agreement, ended_by="expired")
        return (put(self.agreement, "period_until", self.until),)


class AgreementTerminated(Event, frozen=True, kw_only=True, tag="agreement-terminated"):
    """An agreement ends for all its parties, and with it the cooperation it set up."""

    nb: ClassVar[str] = "Avtale opphørt"
    source: ClassVar[str] = "koml. §§ 18-4 letter h, 19-4 letter j, 20-8"

    agreement: Annotated[AgreementRef, AGREEMENT]
    ground: Annotated[
        Literal["agreed_by_all", "as_agreed", "by_law", "other"],
        titled("Ground", "Grunnlag", "Why it ended.", "Hvorfor den opphørte."),
    ]
    decision: Annotated[
        DecisionRef | None, titled("Decision", "Vedtak", "The decision it rests on.", "Vedtaket det bygger på.")
    ] = None
    archive_custodian: Annotated[
        OrganisationRef | None,
        titled("Archive custodian", "Arkivansvarlig", "Who keeps its archive.", "Hvem som overtar arkivet."),
    ] = None
    assets_to: Annotated[
        PartyRef | None, titled("Assets to", "Eiendeler til", "Who takes over what it owned.", "Hvem som overtar.")
    ] = None

    def check(self, structure: Structure) -> None:
        """It is in force; of a council or task community under koml. §§ 18-4 and 19-4, the archive has a custodian."""
        require_in_force(structure, self.agreement)
        if self.archive_custodian:
            require_standing(structure, self.archive_custodian)
            return
        form = form_of(structure, self.agreement)
        asked = contents(form, structure.earliest)
        if asked and form in ASSEMBLIES:
            raise Refused(
                "“{agreement}” cannot end without anybody to keep its archives.",
                "Name the archive custodian; the agreement says who it is.",
                source=asked.paragraph,
                agreement=structure.thing(self.agreement).label,
            )

    def effects(self) -> Iterable[Effect]:
        """It is over; its archive and assets have somewhere to go."""
        return end(
            self.agreement,
            ended_by=self.ground,
            ended_in=self.decision,
            archive_custodian=self.archive_custodian,
            assets_to=self.assets_to,
        )


class PartyShare(Struct, frozen=True, forbid_unknown_fields=True):
    """One party's share."""

    organisation: Annotated[OrganisationRef, titled("Organisation", "Virksomhet", "Whose share.", "Hvem sin andel.")]
    share: Annotated[Share, titled("Share", "Andel", "As a fraction.", "Som brøk.")]


class LiabilitySharesSet(Event, frozen=True, kw_only=True, tag="liability-shares-set"):
    """The parties' shares of what a cooperation owns, answers for, or both."""

    nb: ClassVar[str] = "Eier- og ansvarsandeler fastsatt"
    source: ClassVar[str] = (
        "koml. §§ 18-2, 18-4 letter f, 19-2, 19-4 letter f: shares of liability are the whole; "
        "by convention those of ownership too"
    )

    agreement: Annotated[AgreementRef, AGREEMENT]
    of: Annotated[
        Literal["ownership_and_liability", "ownership", "liability"],
        titled("Of", "Av", "Ownership, liability or both.", "Eierandel, ansvarsandel eller begge."),
    ]
    shares: Annotated[
        tuple[PartyShare, ...], Meta(min_length=1), titled("Shares", "Andeler", "One a party.", "Én for hver part.")
    ]

    def check(self, structure: Structure) -> None:
        """It is in force; every party has one share, and together they are one."""
        require_in_force(structure, self.agreement)
        parties = [item.organisation for item in self.shares]
        twice = next((party for party in parties if parties.count(party) > 1), None)
        if twice:
            raise Refused(
                "{name} stands twice among the shares.",
                "Give each party one share.",
                source=self.source,
                name=structure.organisation(twice).label,
            )
        total = sum((Fraction(item.share.n, item.share.d) for item in self.shares), Fraction(0))
        if total != 1:
            raise Refused(
                "The shares of the parties are {total} together, not one.",
                "Correct the shares so that together they make 1.",
                source=self.source,
                total=total,
            )

    def effects(self) -> Iterator[Effect]:
        """The shares, all of them at once, until others are set."""
        if self.of != "liability":
            yield put(self.agreement, "ownership_shares", self.shares)
        if self.of != "ownership":
            yield put(self.agreement, "liability_shares", self.shares)

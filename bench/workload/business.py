"""What a partnership decides, agrees on, does and pays for."""

from __future__ import annotations

from typing import Any, Final

from bench.workload.clerk import Clerk, Thing
from bench.workload.draft import Draft, iso
from ledger.events.proposals import Point
from ledger.fields import Money

CLOSED = frozenset({"completed", "cancelled"})
_NEXT: Final = {
    "proposed": ("supported", "started", "cancelled"),
    "supported": ("started", "started", "cancelled"),
    "started": ("paused", "completed", "completed", "cancelled"),
    "paused": ("resumed", "resumed", "cancelled"),
    "resumed": ("paused", "completed", "completed"),
}


class Business(Clerk):
    """The steps that go on for ever. Each returns a draft, or None when there is nothing to do it to."""

    def decide(self) -> Draft:
        chance = self.chance
        ref = self.new("decision")
        told: dict[str, Any] = {"wording": "unknown", "title": self.words(6, 14)}
        if chance.random() < 0.5:
            point = Point("1", self.words(6, 14), "shall")
            told = {"wording": "retold", "title": self.words(2, 4), "points": (point,)}
        number = f"{chance.randint(1, 90)}/{iso(self.today)[2:4]}"
        body = chance.choice(self.bodies).ref
        draft = self.draft("decision-adopted", self.near(), decision=ref, body=body, case_number=number, **told)
        self.decisions.append(ref)
        return draft

    def annotate(self) -> Draft:
        chance = self.chance
        things = (self.measures, self.agreements, self.bodies, self.allocations, self.posts)
        about = chance.choice(chance.choice(things) or self.bodies).ref if self.bodies else self.organisation
        kind = chance.choice(("explanation", "doubt", "question"))
        return self.draft("annotation-added", self.near(), about=about, kind=kind, text=self.words(6, 14))

    def agree(self) -> Draft | None:
        chance = self.chance
        going = [agreement for agreement in self.agreements if agreement.stage != "over"]
        if len(going) < 2 or (len(going) < 10 and chance.random() < 0.12):
            agreement = Thing(self.new("agreement"), self.near(), "ordered")
            self.agreements.append(agreement)
            title, parties = self.words(2, 5), "Kommunene i samarbeidet"
            return self.draft(
                "agreement-draft-ordered", agreement.day, agreement=agreement.ref, title=title, parties=parties
            )
        agreement = chance.choice(going)
        day = agreement.day = self.near(agreement.day)
        if agreement.stage in {"ordered", "filed"}:
            return self._sign(agreement, day)
        agreement.vouchers += 1
        if agreement.vouchers > 9 and chance.random() < 0.3:
            agreement.stage = "over"
            keeper = self.world.shared[1]
            return self.draft(
                "agreement-terminated", day, agreement=agreement.ref, ground="as_agreed", archive_custodian=keeper
            )
        version, other = f"1.{agreement.vouchers}", self.words(2, 4)
        return self.draft(
            "agreement-amended", day, agreement=agreement.ref, version=version, other=other, by="all_councils"
        )

    def _sign(self, agreement: Thing, day: int) -> Draft | None:
        if agreement.stage == "ordered":
            agreement.stage = "filed"
            return self.draft(
                "agreement-draft-filed", day, agreement=agreement.ref, version="1.0", form="no_statutory_form"
            )
        if len(agreement.parties) < 2 or (len(agreement.parties) < 5 and self.chance.random() < 0.6):
            free = [ref for ref in self.members if ref not in agreement.parties and self.stands(ref, day)]
            if free:
                agreement.parties.append(self.chance.choice(free))
                return self.draft("agreement-signed", day, organisation=agreement.parties[-1], agreement=agreement.ref)
        if len(agreement.parties) < 2:
            return None
        agreement.stage = "in force"
        return self.draft(
            "agreement-entered-into-force", day, agreement=agreement.ref, parties=tuple(agreement.parties)
        )

    def work(self) -> Draft | None:
        chance = self.chance
        going = [measure for measure in self.measures if measure.stage not in CLOSED]
        if len(going) < 3 or (len(going) < 25 and chance.random() < 0.3):
            measure = Thing(self.new("measure"), self.near(), "proposed")
            self.measures.append(measure)
            owner = chance.choice(self.bodies).ref
            return self.draft("measure-added", measure.day, measure=measure.ref, title=self.words(2, 5), owner=owner)
        measure = chance.choice(going)
        day = measure.day = self.near(measure.day)
        measure.stage = chance.choice(_NEXT[measure.stage])
        reason = self.words(2, 5) if measure.stage in CLOSED else None
        return self.draft("measure-status-changed", day, measure=measure.ref, status=measure.stage, reason=reason)

    def take_part(self) -> Draft | None:
        chance = self.chance
        going = [measure for measure in self.measures if measure.stage not in CLOSED]
        if not going or not self.members:
            return None
        measure = chance.choice(going)
        day = measure.left = self.near(max(measure.left, measure.day))
        if measure.parties and chance.random() < 0.2:
            gone = measure.parties.pop(0)
            return self.draft("participation-ended", day, organisation=gone, to=measure.ref)
        ref = chance.choice(self.members)
        if not self.stands(ref, day):
            return None
        answer = chance.choice(("participates", "participates", "declines", "reserves"))
        if answer == "participates" and ref not in measure.parties:
            measure.parties.append(ref)
        return self.draft("participation-declared", day, organisation=ref, to=measure.ref, answer=answer)

    def schedule(self) -> Draft | None:
        ongoing = [measure for measure in self.measures if measure.stage not in CLOSED]
        if not ongoing:
            return None
        starts = str(int(iso(self.today)[:4]) + self.chance.randint(0, 2))
        return self.draft("measure-scheduled", self.near(), measure=self.chance.choice(ongoing).ref, starts=starts)

    def estimate(self) -> Draft:
        subject = self.chance.choice(self.measures or self.bodies).ref
        amount = Money("unknown") if self.chance.random() < 0.3 else Money("estimate", self.money().ore)
        return self.draft("cost-estimated", self.near(), subject=subject, amount=amount, reason=self.words(3, 6))

    def count(self) -> Draft | None:
        if not self.members:
            return None
        ref = self.chance.choice(self.members)
        return self.draft(
            "population-recorded", self.near(), organisation=ref, population=self.chance.randint(900, 60_000)
        )

    def spend(self) -> Draft | None:
        if not self.allocations:
            return None
        allocation = self.chance.choice(self.allocations[-12:])
        allocation.vouchers += 1
        return self.draft(
            "expenditure-recorded",
            self.near(),
            allocation=allocation.ref,
            voucher=f"B{allocation.vouchers}",
            amount=self.money(500, 60_000),
            what=self.words(1, 3),
            payee=self.chance.choice(self.world.shared),
        )

    def finance(self) -> Draft | None:
        chance = self.chance
        going = [item for item in self.applications if item.stage == "sent" or item.left > 0 or item.unpaid > 0]
        if not going or (len(going) < 8 and chance.random() < 0.25):
            item = Thing(self.new("application"), self.near(), "sent")
            amount = self.money(50_000, 4_000_000)
            item.left = amount.ore or 0
            self.applications.append(item)
            return self.draft(
                "grant-applied",
                item.day,
                application=item.ref,
                fund=self.fund,
                applicant=self.organisation,
                project=self.words(2, 5),
                amount=amount,
                sent="sent",
            )
        item = chance.choice(going)
        day = item.day = self.near(item.day)
        if item.stage == "sent":
            item.stage = "settled"
            if chance.random() < 0.2:
                item.left = 0
                return self.draft("grant-refused", day, application=item.ref)
            item.left = item.unpaid = max(item.left * chance.randint(4, 10) // 1000 * 100, 100)
            return self.draft("grant-awarded", day, application=item.ref, amount=Money("exact", item.left))
        if item.unpaid > 0 and (item.left <= 0 or chance.random() < 0.4):
            paid = min(item.unpaid, self.money(100_000, 900_000).ore or 0)
            item.unpaid -= paid
            amount = Money("exact", paid)
            return self.draft("grant-payment-received", day, application=item.ref, amount=amount, via="direct")
        set_aside = min(item.left, self.money(50_000, 600_000).ore or 0)
        item.left -= set_aside
        allocation = Thing(self.new("allocation"), day)
        self.allocations.append(allocation)
        return self.draft(
            "allocation-decided",
            day,
            allocation=allocation.ref,
            taken_from=item.ref,
            to=chance.choice(self.measures or self.bodies).ref,
            amount=Money("exact", set_aside),
        )

"""What waits between the parties: agreements running out, notices, commitments without heirs, grants and payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from ledger.calendar import bounds, months_after
from ledger.facts import Holds
from ledger.structure import Thing
from projections.attention.item import OPPOSITE, Item, Watch, both, ended, field, may, text, texts
from projections.figures import Figure, Figures, combined
from projections.things import ADHERENCE_STAGES, commitments

MONTHS_AHEAD: Final = 12
"""How long before an agreement runs out it is time to think of what comes after."""


def agreements(watch: Watch) -> Iterator[Item]:
    """Agreements in force that have run out, or will within a year."""
    horizon = months_after(watch.reading.effective, MONTHS_AHEAD)
    for thing in watch.list("agreement"):
        until = thing.fact("period_until")
        value = text(until.value)
        if value is None or bounds(value).earliest > horizon:
            continue
        passed = bounds(value).latest < watch.reading.effective
        yield from watch.item(
            "agreement_expired" if passed else "agreement_expiring",
            thing.ref,
            both(thing.holds, until.holds, may(thing, "status", lambda status: status == "in_force")),
            until,
            due=until,
            waits_for=(party for party in thing.keyed("in_force") if thing.fact("withdrawn", party).holds != "yes"),
        )


def notices(watch: Watch) -> Iterator[Item]:
    """Notices of withdrawal that run, or have run out with nobody on record as having left."""
    for thing, held in watch.having("notice"):
        for who, fact in held.items():
            left = thing.fact("withdrawn", who).holds
            due = text(field(fact.value, "takes_effect"))
            open_ = both(fact.holds, OPPOSITE[left])
            yield from watch.item("notice_running", thing.ref, open_, fact, due=due, waits_for=(who,))


def unassigned(watch: Watch) -> Iterator[Item]:
    """What organisations that have ended were bound to, and nobody is on record as having taken over."""
    for thing in map(watch.structure.thing, watch.reading.journal.history.having("ended_by")):
        if not thing.ref.startswith("organisation/"):
            continue
        cause = thing.fact("ended_by")
        if cause.holds == "no" or thing.holds == "yes":
            continue
        heirs = texts(thing.fact("succeeded_by").value)
        gone: Holds = "yes" if thing.holds == "no" else "maybe"
        for ref in commitments(watch.reading, thing.ref)["open"]:
            yield from watch.item(
                "commitment_unassigned",
                ref,
                both(gone, _bound(watch.structure.thing(ref), thing.ref)),
                cause,
                what=watch.reading.label(thing.ref),
                waits_for=heirs,
            )


def _bound(thing: Thing, organisation: str) -> Holds:
    """Whether the organisation was bound: what has ended, or it had left or declined, binds it no more."""
    if ended(thing) or thing.fact("withdrawn", organisation).holds == "yes":
        return "no"
    stages = [thing.fact(stage, organisation) for stage in ADHERENCE_STAGES]
    held = [fact for fact in stages if fact.holds != "no"]
    if not held:
        return "yes" if not any(fact.entry for fact in stages) and _tied(thing, organisation) else "no"
    if all(field(fact.value, "answer") == "declines" for fact in held):
        return "no"
    return "yes" if any(fact.holds == "yes" for fact in held) else "maybe"


def _tied(thing: Thing, organisation: str) -> bool:
    """Whether it is tied by a seat, a membership or a function, which is told from the organisation's own side."""
    own = thing.structure.thing(organisation)
    return any(slot.key == thing.ref and own.fact(slot.attribute, slot.key).holds != "no" for slot in _slots(own))


def _slots(thing: Thing) -> Iterator[Any]:
    return (slot for slot in thing.structure.slots(thing.ref) if slot.key)


def grants(watch: Watch) -> Iterator[Item]:
    """Final reports that grants ask for, and reports the funder has not said anything about."""
    for thing in watch.list("application"):
        funder_ref = text(thing.fact("fund").value)
        fund = watch.structure.thing(funder_ref) if funder_ref else thing
        reports = thing.keyed("report")
        answers = {name: thing.fact("report_outcome", name) for name in reports}
        final: list[Holds] = [
            both(fact.holds, OPPOSITE[may(thing, "report_outcome", lambda value: value == "sent_back", name)])
            for name, fact in reports.items()
            if field(fact.value, "final")
        ]
        deadline = fund.fact("reporting_deadline")
        awarded = both(thing.holds, may(thing, "status", lambda value: value == "awarded"))
        yield from watch.item(
            "report_due",
            thing.ref,
            both(awarded, deadline.holds, *(OPPOSITE[holds] for holds in final)),
            thing.fact("status"),
            due=deadline,
            waits_for=(text(thing.fact("applicant").value),),
        )
        for name, fact in reports.items():
            open_ = both(fact.holds, OPPOSITE[answers[name].holds])
            waits = (text(fund.fact("funder").value),)
            yield from watch.item("report_unanswered", thing.ref, open_, fact, what=name, waits_for=waits)


def contributions(watch: Watch) -> Iterator[Item]:
    """What parties are assessed at and have not paid, and what they dispute."""
    for thing in watch.list("contribution"):
        key, period = text(thing.fact("key").value), str(thing.fact("period").value or "")
        name = watch.reading.label(key) if key else None
        for party, fact in thing.keyed("assessed").items():
            yield from watch.item(
                "contribution_unpaid",
                thing.ref,
                both(thing.holds, fact.holds, _owed(_outstanding(watch, thing.ref, party))),
                fact,
                what=period,
                due=_invoiced(thing, party),
                waits_for=(party,),
                name=name,
            )
        for party, fact in thing.keyed("dispute").items():
            open_ = both(fact.holds, OPPOSITE[thing.fact("dispute_outcome", party).holds])
            what = str(field(fact.value, "reason") or period)
            yield from watch.item(
                "contribution_disputed", thing.ref, open_, fact, what=what, waits_for=(party,), name=name
            )


def _outstanding(watch: Watch, contribution: str, party: str) -> Figure:
    signs = {"assessed": 1, "interest": 1, "waived": -1, "paid": -1, "reversed": 1}
    figures = Figures(watch.reading, contribution)
    return combined((sign, figures.of(account, key=party)) for account, sign in signs.items())


def _owed(left: Figure) -> Holds:
    """Whether anything is left to pay. An amount nobody knows may be paid."""
    if left.least is None or left.most is None or left.known == "unknown" or left.unknown_in:
        return "maybe"
    return "no" if left.most <= 0 else ("yes" if left.least > 0 else "maybe")


def _invoiced(thing: Thing, party: str) -> str | None:
    """The first day that an invoice to the party falls due."""
    told = (text(field(fact.value, "due")) for fact in thing.keyed("invoice").values() if _is_to(fact.value, party))
    return min((due for due in told if due), key=bounds, default=None)


def _is_to(value: Any, party: str) -> bool:
    return bool(field(value, "organisation") == party)


SOURCES: Final[tuple[Callable[[Watch], Iterator[Item]], ...]] = (agreements, notices, unassigned, grants, contributions)

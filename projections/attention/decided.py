"""What waits after proposals and decisions: conditions, answers, open questions, what is to be told and sent on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from ledger.calendar import bounds
from ledger.declaration import creations
from ledger.facts import Holds
from ledger.structure import Fact, Thing
from projections.attention.item import OPPOSITE, Item, Kind, Watch, both, exists, field, may, text, texts

GONE: Final = frozenset({"fell", "withdrawn", "replaced"})
FOLLOWED: Final = ("decided", "declared", "signed", "in_force")


def conditions(watch: Watch) -> Iterator[Item]:
    """Conditions that are not settled, of what may still stand; conditions of grants among them."""
    for thing in watch.list("condition"):
        to = text(thing.fact("to").value)
        kind: Kind = "open_grant_condition" if thing.fact("kind").value == "grant_condition" else "open_condition"
        yield from watch.item(
            kind,
            thing.ref,
            both(thing.holds, may(thing, "status", lambda value: value == "open"), _stands(watch, to)),
            thing.fact("status"),
            what=watch.reading.label(to) if to else "",
            due=thing.fact("deadline"),
            waits_for=texts(thing.fact("on_whom").value),
        )


def _stands(watch: Watch, ref: str | None) -> Holds:
    """Whether the proposal, decision or application may still come to something."""
    if ref is None:
        return "yes"
    thing = watch.structure.thing(ref)
    lifted = [thing.fact(name).holds for name in ("reversal", "invalid")]
    gone = may(thing, "outcome", lambda value: value in GONE) if ref.startswith("proposal/") else "no"
    return both(*(OPPOSITE[holds] for holds in (*lifted, gone)))


def hearings(watch: Watch) -> Iterator[Item]:
    """Each one asked who has not answered; or those addressed together, when nobody has."""
    for thing in watch.list("hearing"):
        asked = thing.keyed("asked")
        for who, fact in asked.items():
            yield from watch.item(
                "hearing_unanswered",
                thing.ref,
                both(fact.holds, OPPOSITE[thing.fact("answer", who).holds]),
                fact,
                due=thing.fact("deadline"),
                waits_for=(who,),
            )
        addressees = thing.fact("addressees")
        answers = [fact.holds for fact in thing.keyed("answer").values()]
        if not asked and addressees.holds != "no" and "yes" not in answers:
            yield from watch.item(
                "hearing_unanswered",
                thing.ref,
                both(thing.holds, "maybe" if answers else "yes"),
                exists(thing),
                what=str(addressees.value),
                due=thing.fact("deadline"),
            )


def recommendations(watch: Watch) -> Iterator[Item]:
    """Each one named in a recommendation who has neither answered it nor joined what it recommends."""
    for thing in watch.list("recommendation"):
        made = exists(thing)
        entry = watch.reading.entry(made.entry)
        named: tuple[str, ...] = getattr(entry.happened, "named", ()) if entry else ()
        subject = text(thing.fact("subject").value)
        for who in named:
            answers = [thing.fact("answer", who).holds]
            answers += [watch.structure.thing(subject).fact(stage, who).holds for stage in FOLLOWED] if subject else []
            yield from watch.item(
                "recommendation_unanswered",
                thing.ref,
                both(thing.holds, *(OPPOSITE[holds] for holds in answers)),
                made,
                what=watch.reading.label(subject) if subject else "",
                waits_for=(who,),
            )


def questions(watch: Watch) -> Iterator[Item]:
    """Questions left to another process; the record has no word yet of what became of them."""
    for thing, held in watch.having("open_question"):
        for matter, fact in held.items():
            yield from watch.item("question_open", thing.ref, fact.holds, fact, what=f"{matter} → {fact.value}")


def cases(watch: Watch) -> Iterator[Item]:
    """Cases put off, sent back or sent on, which have not been decided since."""
    for thing, held in watch.having("deferred"):
        for by, fact in held.items():
            if fact.entry is None:
                continue
            put_off = watch.reading.date_of(fact.entry)
            later = [
                decision.holds
                for decision in thing.keyed("decision").values()
                if decision.entry is not None and watch.reading.date_of(decision.entry).latest > put_off.earliest
            ]
            told = [field(fact.value, name) for name in ("how", "to_whom", "reason")]
            yield from watch.item(
                "case_waiting",
                thing.ref,
                both(fact.holds, *(OPPOSITE[holds] for holds in later)),
                fact,
                what=str(told[2] or told[1] or ""),
                due=text(field(fact.value, "until")),
                waits_for=(text(field(fact.value, "to")) or by,),
            )


def forwardings(watch: Watch) -> Iterator[Item]:
    """What is to be sent on, and has not been."""
    for thing, held in watch.having("forwarded"):
        for to, fact in held.items():
            open_ = may(thing, "forwarded", lambda value: field(value, "state") == "to_be_done", to)
            yield from watch.item(
                "to_forward",
                thing.ref,
                open_,
                fact,
                what=f"{field(fact.value, 'request')} → {to}",
                waits_for=(text(thing.fact("body").value),),
            )


def urgent(watch: Watch) -> Iterator[Item]:
    """Urgent decisions not laid before the body that should have made them; due at its next meeting on record."""
    for thing in watch.list("decision"):
        instead = thing.fact("instead_of")
        body = text(instead.value)
        if body is None:
            continue
        yield from watch.item(
            "urgent_unreported",
            thing.ref,
            both(thing.holds, instead.holds, OPPOSITE[thing.fact("reported_in").holds]),
            instead,
            what=watch.reading.label(body),
            due=_next_meeting(watch, body, instead),
            waits_for=(text(thing.fact("body").value),),
        )


def _next_meeting(watch: Watch, body: str, decided: Fact[Any]) -> str | None:
    since = bounds(watch.reading.journal.entry(decided.entry).effective).latest if decided.entry else None
    log, known = watch.reading.journal, watch.reading.known
    created = {ref for mention in log.mentions(body, known) for ref in creations(log.entry(mention))}
    dates = [
        log.entry(position).effective
        for meeting in map(watch.structure.thing, sorted(created))
        if meeting.ref.startswith("meeting/")
        and meeting.fact("body").value == body
        and meeting.fact("status").value != "cancelled"
        and (position := exists(meeting).entry) is not None
    ]
    later = [day for day in dates if since is not None and bounds(day).earliest > since]
    return min(later, key=bounds, default=None)


def minutes(watch: Watch) -> Iterator[Item]:
    """Meetings that were held, whose minutes are not recorded as approved."""
    for thing in watch.list("meeting"):
        held = may(thing, "status", lambda value: value == "held")
        approved = may(thing, "minutes_status", lambda value: value == "approved")
        yield from watch.item(
            "minutes_unapproved",
            thing.ref,
            both(thing.holds, held, OPPOSITE[approved]),
            thing.fact("status"),
            what=str(thing.fact("minutes_remarks", str(thing.fact("body").value)).value or ""),
            waits_for=(text(thing.fact("body").value),),
        )


def proposals(watch: Watch) -> Iterator[Item]:
    """Proposals of which it is not known what became."""
    for thing in watch.list("proposal"):
        outcome = thing.fact("outcome")
        case = text(thing.fact("case").value)
        yield from watch.item(
            "outcome_unknown",
            thing.ref,
            both(thing.holds, may(thing, "outcome", lambda value: value == "unknown")),
            outcome,
            what=watch.reading.label(case) if case else "",
            waits_for=(text(thing.fact("to").value),),
        )


def objections(watch: Watch) -> Iterator[Item]:
    """Complaints, and reviews of legality, that are not concluded."""
    for thing, held in watch.having("complaint"):
        for number, fact in held.items():
            closed = thing.fact("complaint_outcome", number).holds
            waits = (text(thing.fact("body").value),)
            yield from watch.item(
                "complaint_pending", thing.ref, both(fact.holds, OPPOSITE[closed]), fact, what=number, waits_for=waits
            )
    for thing in watch.list("decision"):
        review = thing.fact("legality_review")
        open_ = both(review.holds, OPPOSITE[_concluded_since(watch, thing, review)])
        yield from watch.item("review_pending", thing.ref, open_, review)


def _concluded_since(watch: Watch, thing: Thing, review: Fact[Any]) -> Holds:
    outcome = thing.fact("legality_outcome")
    if outcome.entry is None or review.entry is None:
        return outcome.holds
    concluded, asked = watch.reading.date_of(outcome.entry), watch.reading.date_of(review.entry)
    return "no" if concluded.latest < asked.earliest else outcome.holds


def records(watch: Watch) -> Iterator[Item]:
    """What sources disagree on, what is missing in them, and what is kept from the public for longer than was said."""
    for thing in watch.list("conflict"):
        about = text(thing.fact("about").value)
        open_ = both(thing.holds, may(thing, "status", lambda value: value == "open"))
        what = watch.reading.label(about) if about else ""
        yield from watch.item("conflict_open", thing.ref, open_, thing.fact("status"), what=what)
    for thing, held in watch.having("gap"):
        for missing, fact in held.items():
            yield from watch.item("gap_open", thing.ref, fact.holds, fact, what=missing)
    for thing, held in watch.having("access_restricted"):
        for part, fact in held.items():
            until = text(field(fact.value, "until"))
            for item in watch.item("restriction_over", thing.ref, fact.holds, fact, what=part, due=until):
                if item.due_state in {"overdue", "maybe_overdue"}:
                    yield item


def invitations(watch: Watch) -> Iterator[Item]:
    """Each one invited by name who has not answered; and each group invited, as one item."""
    for thing, held in watch.having("invited"):
        for who, fact in held.items():
            yield from watch.item(
                "invitation_unanswered",
                thing.ref,
                both(fact.holds, *(OPPOSITE[holds] for holds in _answers(thing, who))),
                fact,
                due=text(fact.value),
                waits_for=(who,),
            )
    for thing, held in watch.having("potential"):
        certain, possible = _answered(thing)
        for addressees, fact in held.items():
            count = field(fact.value, "count")
            open_: Holds = "yes" if not possible else "maybe"
            if isinstance(count, int):
                open_ = "no" if certain >= count else ("maybe" if possible >= count else "yes")
            number = f" ({certain}/{count})" if isinstance(count, int) else ""
            yield from watch.item(
                "group_invitation",
                thing.ref,
                both(fact.holds, open_),
                fact,
                what=f"{addressees}{number}",
                due=text(field(fact.value, "deadline")),
            )


def _answers(thing: Thing, who: str) -> list[Holds]:
    return [thing.fact(stage, who).holds for stage in (*FOLLOWED, "withdrawn")]


def _answered(thing: Thing) -> tuple[int, int]:
    """How many have certainly answered, and how many may have."""
    who = dict.fromkeys(ref for stage in FOLLOWED for ref in thing.keyed(stage))
    answers = [_answers(thing, ref) for ref in who]
    return sum("yes" in found for found in answers), len(answers)


SOURCES: Final[tuple[Callable[[Watch], Iterator[Item]], ...]] = (
    conditions,
    hearings,
    recommendations,
    questions,
    cases,
    forwardings,
    urgent,
    minutes,
    proposals,
    objections,
    records,
    invitations,
)

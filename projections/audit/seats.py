"""Who sits where: functions that one has at a time, seats, substitutes, terms, and bodies under themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from ledger.calendar import bounds, years_after
from ledger.errors import N_
from ledger.events.bodies import EXCLUSIVE, sitting
from ledger.events.roles import COUNCIL_SEATS
from ledger.law import ASSEMBLIES, judged
from ledger.structure import Post, Thing
from projections.audit.finding import Finding, found
from projections.reading import Reading

TERM_YEARS: Final = 4


def functions(reading: Reading) -> Iterator[Finding]:
    """More than one certain holder of a function that one has at a time."""
    for function in sorted(EXCLUSIVE):
        for ref in reading.journal.history.having(function):
            held = {
                holder: fact
                for holder, fact in reading.structure.thing(ref).keyed(function).items()
                if fact.holds == "yes"
            }
            if len(held) > 1:
                yield found(
                    "two_holders",
                    N_("{names} are all {function} for {name}; one is at a time."),
                    ref,
                    max(fact.entry or 0 for fact in held.values()),
                    names=", ".join(reading.label(holder) for holder in held),
                    function=function,
                    name=reading.label(ref),
                )


def seats(reading: Reading) -> Iterator[Finding]:
    """Posts that more hold than there are seats."""
    for thing in reading.structure.list("post"):
        post = reading.structure.post(thing.ref)
        held = sitting(post)
        count = post.seats.value or 1
        if len(held) > count:
            yield found(
                "too_many_holders",
                N_("{holders} hold “{name}”, which has {seats} seats."),
                post.ref,
                max(post.fact("holder", holder).entry or 0 for holder in held),
                holders=len(held),
                name=reading.label(post.ref),
                seats=count,
            )


def terms(reading: Reading) -> Iterator[Finding]:
    """Terms in a representative council that are certainly not of four years, with no word that they were agreed.

    Whoever takes the place of another is elected for the rest of the term.
    """
    for post, source in _council_posts(reading):
        for holder, fact in post.holders.items():
            until = post.fact("term_until", holder)
            if fact.entry is None or not isinstance(until.value, str) or post.fact("term_agreed", holder).value:
                continue
            began = bounds(reading.journal.entry(fact.entry).effective)
            ends = bounds(until.value)
            soonest = years_after(began.earliest, TERM_YEARS) - timedelta(days=1)
            too_short = ends[1] < soonest and not _left_before(post, holder, began.latest)
            too_long = ends[0] > years_after(began.latest, TERM_YEARS)
            if judged(began.earliest) and (too_short or too_long):
                yield found(
                    "term_not_four_years",
                    N_("{holder} took “{name}” on {start} until {end}; a term is four years unless agreed otherwise."),
                    post.ref,
                    until.entry,
                    source,
                    holder=reading.label(holder),
                    name=reading.label(post.ref),
                    start=reading.journal.entry(fact.entry).effective,
                    end=until.value,
                )


def _left_before(post: Post, holder: str, day: date) -> bool:
    """Whether anybody else may have left the post by a day."""
    return any(
        slot.attribute == "holder"
        and slot.key not in {"", holder}
        and any(not writer.value and writer.earliest <= day for writer in post.answer("holder", slot.key).writers)
        for slot in post.structure.slots(post.ref)
    )


def substitutes(reading: Reading) -> Iterator[Finding]:
    """Representative councils with certainly fewer substitutes than members."""
    if not judged(reading.effective):
        return
    members: dict[str, set[str]] = {}
    stand_by: dict[str, set[str]] = {}
    sources: dict[str, str] = {}
    for post, source in _council_posts(reading):
        place = str(post.body.value)
        sources[place] = source
        kind = post.fact("kind").value
        if kind in COUNCIL_SEATS:
            members.setdefault(place, set()).update(sitting(post))
        if kind == "substitute":
            stand_by.setdefault(place, set()).update(post.holders)
        stand_by.setdefault(place, set()).update(post.keyed("substitute"))
    for place, seated in members.items():
        there = len(stand_by.get(place, ()))
        if there < len(seated):
            yield found(
                "too_few_substitutes",
                N_("{name} has {members} members and {substitutes} substitutes; there are to be at least as many."),
                place,
                reading.structure.thing(place).fact("exists").entry,
                sources[place],
                name=reading.label(place),
                members=len(seated),
                substitutes=there,
            )


def _council_posts(reading: Reading) -> Iterator[tuple[Post, str]]:
    """Posts in the representative council of a political council or a task community, and the paragraph."""
    for thing in reading.structure.list("post"):
        post = reading.structure.post(thing.ref)
        body = reading.structure.body(post.body.value or "")
        owner = body.owner.value if body.kind.value == "assembly" else None
        kind = reading.structure.organisation(owner).kind.value if owner else None
        if kind in ASSEMBLIES:
            yield post, ASSEMBLIES[kind]


def rings(reading: Reading) -> Iterator[Finding]:
    """Bodies that stand under themselves."""
    seen: set[str] = set()
    for thing in reading.structure.list("body"):
        path = _above(reading, thing)
        if thing.ref in path[1:] and thing.ref not in seen:
            seen.update(path)
            yield found(
                "body_ring",
                N_("{name} stands under itself: {path}."),
                thing.ref,
                max(reading.structure.body(ref).under.entry or 0 for ref in path),
                name=reading.label(thing.ref),
                path=" → ".join(reading.label(ref) for ref in path),
            )


def _above(reading: Reading, thing: Thing) -> list[str]:
    """The bodies above one, from itself up, until there is none or one comes again."""
    path = [thing.ref]
    while (above := reading.structure.body(path[-1]).under).holds == "yes" and isinstance(above.value, str):
        path.append(above.value)
        if above.value in path[:-1]:
            break
    return path


RULES: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (functions, seats, terms, substitutes, rings)

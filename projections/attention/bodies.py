"""What waits in bodies: tasks, deliverables, seats nobody sits in, terms and leave run out, staff that is lacking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from ledger.facts import Holds
from ledger.structure import Fact, Post, Thing
from projections.attention.item import OPPOSITE, Item, Watch, both, due_state, exists, field, may, text, texts

THOUSAND: Final = 1000


def tasks(watch: Watch) -> Iterator[Item]:
    """Tasks that are not closed, and each thing to be handed over that is missing."""
    for thing in watch.list("mandate"):
        open_ = both(thing.holds, OPPOSITE[thing.fact("outcome").holds])
        waits = (text(thing.fact("receiver").value),)
        due, given = thing.fact("deadline"), exists(thing)
        yield from watch.item("task_open", thing.ref, open_, given, due=due, waits_for=waits)
        deliverables = thing.fact("deliverables")
        for wanted in texts(deliverables.value):
            missing = both(open_, deliverables.holds, OPPOSITE[thing.fact("delivered", wanted).holds])
            yield from watch.item(
                "deliverable_missing", thing.ref, missing, deliverables, what=wanted, due=due, waits_for=waits
            )


def posts(watch: Watch) -> Iterator[Item]:
    """Seats without a certain holder, terms that have run out, leave past its end."""
    for thing in watch.list("post"):
        post = watch.structure.post(thing.ref)
        place = text(post.body.value)
        stands: Holds = watch.structure.thing(place).holds if place else "yes"
        created = both(post.holds, may(post, "status", lambda value: value != "planned"), stands)
        if created == "no":
            continue
        yield from _vacancy(watch, post, created, place)
        for holder, fact in post.holders.items():
            yield from _over(watch, "term_over", post, holder, fact, post.fact("term_until", holder))
        for holder, leave in post.keyed("leave").items():
            until = Fact(field(leave.value, "until"), leave.holds, leave.entry)
            yield from _over(watch, "leave_over", post, holder, leave, until)


def _vacancy(watch: Watch, post: Post, created: Holds, place: str | None) -> Iterator[Item]:
    seats = post.seats.value or 1
    held = [_holds_still(post, holder, fact) for holder, fact in post.holders.items()]
    certain, possible = held.count("yes"), len(held) - held.count("no")
    vacant: Holds = "no" if certain >= seats else ("maybe" if possible >= seats else "yes")
    noted = post.fact("vacant_since")
    yield from watch.item(
        "vacancy",
        post.ref,
        both(created, vacant),
        noted if noted.holds != "no" else exists(post),
        what=(watch.reading.label(place) if place else "") + (f" ({certain}/{seats})" if seats > 1 else ""),
        waits_for=(place,),
    )


def _holds_still(post: Post, holder: str, fact: Fact[Any]) -> Holds:
    """Whether a holder sits on the day: one whose term is over does not, as the rules see it."""
    state = due_state(text(post.fact("term_until", holder).value), post.structure.effective)
    over: dict[str, Holds] = {"overdue": "no", "maybe_overdue": "maybe"}
    return both(fact.holds, over.get(state, "yes"))


def _over(watch: Watch, kind: Any, post: Post, holder: str, fact: Fact[Any], until: Fact[Any]) -> Iterator[Item]:
    name = watch.reading.label(holder)
    for item in watch.item(kind, post.ref, fact.holds, fact, what=name, due=until, waits_for=(holder,)):
        if item.due_state in {"overdue", "maybe_overdue"}:
            yield item


def evidence(watch: Watch) -> Iterator[Item]:
    """Bodies that are decided, with nothing to show that they exist."""
    for thing in watch.list("body"):
        decided = both(thing.holds, may(thing, "effect", lambda value: value == "decided"))
        owner = text(thing.fact("owner").value)
        yield from watch.item("not_evidenced", thing.ref, decided, thing.fact("effect"), waits_for=(owner,))


def capacity(watch: Watch) -> Iterator[Item]:
    """Bodies with less staff than is adopted that they must have; a requirement for a phase may not apply now."""
    for thing in watch.list("body"):
        least, most = _committed(thing)
        for phase, fact in _requirements(thing):
            staffing = field(fact.value, "staffing")
            wanted = field(staffing, "milli_fte")
            if not isinstance(wanted, int) or field(staffing, "bound") == "ceiling" or least >= wanted:
                continue
            lacking: Holds = "maybe" if phase or most is None or most >= wanted else "yes"
            yield from watch.item(
                "capacity_lacking",
                thing.ref,
                both(thing.holds, fact.holds, lacking),
                fact,
                what=f"{least / THOUSAND:g}/{wanted / THOUSAND:g}" + (f" ({phase})" if phase else ""),
                waits_for=(text(thing.fact("owner").value),),
            )


def _requirements(thing: Thing) -> Iterator[tuple[str, Fact[Any]]]:
    always = thing.fact("capacity_adopted")
    if always.holds != "no":
        yield "", always
    yield from thing.keyed("capacity_adopted").items()


def _committed(thing: Thing) -> tuple[int, int | None]:
    """The least staff committed, in thousandths, and the most; None when there is no knowing how much more."""
    least, most = 0, 0
    endless = False
    for fact in thing.keyed("staff").values():
        amount, bound = field(fact.value, "milli_fte"), field(fact.value, "bound")
        least += amount if fact.holds == "yes" and bound != "ceiling" else 0
        most += amount
        endless = endless or bound == "floor"
    return least, None if endless else most


SOURCES: Final[tuple[Callable[[Watch], Iterator[Item]], ...]] = (tasks, posts, evidence, capacity)

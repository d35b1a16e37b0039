"""What waits in the work itself: milestones, and what measures are to be good for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ledger.events.measures import CLOSED
from projections.attention.item import OPPOSITE, Item, Watch, both, exists, may, text


def milestones(watch: Watch) -> Iterator[Item]:
    """Milestones that are neither reached nor missed, of measures that are not closed."""
    for thing, held in watch.having("milestone"):
        going_on = may(thing, "status", lambda value: value not in CLOSED)
        for name, fact in held.items():
            settled = thing.fact("milestone_outcome", name).holds
            yield from watch.item(
                "milestone_open",
                thing.ref,
                both(fact.holds, going_on, OPPOSITE[settled]),
                fact,
                what=name,
                due=fact,
                waits_for=(text(thing.fact("owner").value),),
            )


def benefits(watch: Watch) -> Iterator[Item]:
    """Measures of which nobody has described what they are to be good for."""
    for thing in watch.list("measure"):
        described = [fact.holds for fact in thing.keyed("benefit").values()]
        yield from watch.item(
            "without_benefits",
            thing.ref,
            both(
                thing.holds,
                may(thing, "status", lambda value: value != "cancelled"),
                *(OPPOSITE[holds] for holds in described),
            ),
            exists(thing),
            waits_for=(text(thing.fact("owner").value),),
        )


SOURCES: Final[tuple[Callable[[Watch], Iterator[Item]], ...]] = (milestones, benefits)

"""The catalogue: every event type, by the wire name it is stored under.

One module per part of a partnership's life. Importing the package finds every declaration; a new event is a new class
in one of the modules, and no list needs to know of it.
"""

from __future__ import annotations

from ledger.event import Event
from ledger.events import (  # noqa: F401 - importing them is what declares the events
    access,
    acts,
    adherence,
    agreements,
    allocations,
    attendance,
    benefits,
    bodies,
    budgets,
    cases,
    conditions,
    contributions,
    corrections,
    costkeys,
    decisions,
    documents,
    funding,
    grants,
    grantterms,
    hearings,
    mandates,
    measures,
    meetings,
    mergers,
    milestones,
    organisations,
    participation,
    partnerships,
    proposals,
    review,
    roles,
    staffing,
    strategies,
    substitutes,
    supply,
    votes,
    withdrawal,
)


def _wire_name(event: type[Event]) -> str:
    name = event.__struct_config__.tag
    if not isinstance(name, str):
        message = f"{event.__name__} declares no wire name (tag=)"
        raise TypeError(message)
    return name


CATALOGUE: dict[str, type[Event]] = {_wire_name(event): event for event in Event.__subclasses__()}
"""Every event class by wire name, in the order declared."""

"""An open obligation, and how it is told from the record whether it is open and whether it is late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Literal

from msgspec import Struct

from ledger.calendar import LATEST, bounds
from ledger.errors import InvalidInput
from ledger.facts import Holds
from ledger.fields import Knowledge
from ledger.structure import Fact, Structure, Thing
from projections.reading import Reading
from projections.things import doubtfullest

DueState = Literal["overdue", "maybe_overdue", "due", "none"]
Kind = Literal[
    "open_condition",
    "open_grant_condition",
    "report_due",
    "report_unanswered",
    "task_open",
    "deliverable_missing",
    "hearing_unanswered",
    "recommendation_unanswered",
    "invitation_unanswered",
    "group_invitation",
    "question_open",
    "case_waiting",
    "agreement_expiring",
    "agreement_expired",
    "notice_running",
    "vacancy",
    "term_over",
    "leave_over",
    "not_evidenced",
    "capacity_lacking",
    "commitment_unassigned",
    "conflict_open",
    "gap_open",
    "contribution_unpaid",
    "contribution_disputed",
    "without_benefits",
    "milestone_open",
    "to_forward",
    "urgent_unreported",
    "minutes_unapproved",
    "restriction_over",
    "outcome_unknown",
    "complaint_pending",
    "review_pending",
]
ORDER: Final[dict[DueState, int]] = {"overdue": 0, "maybe_overdue": 1, "due": 2, "none": 3}
OPPOSITE: Final[dict[Holds, Holds]] = {"yes": "no", "maybe": "maybe", "no": "yes"}


class Item(Struct, frozen=True):
    """Something that needs somebody. It ``holds`` when it is open on the day: yes, or maybe."""

    kind: Kind
    ref: str
    name: str
    what: str
    """The rest, in the record's own words: the point, the deliverable, those addressed."""
    due: str | None
    due_state: DueState
    waits_for: tuple[str, ...]
    holds: Holds
    entry: int | None
    knowledge: Knowledge | None
    authority: str | None


def due_state(due: str | None, day: date) -> DueState:
    """How a due date stands on a day: past, perhaps past, still to come, or none."""
    if due is None:
        return "none"
    try:
        first, last = bounds(due)
    except InvalidInput:
        return "none"
    if last < day:
        return "overdue"
    return "maybe_overdue" if first < day else "due"


def either(states: Iterable[DueState]) -> DueState:
    """One state for a due date of which several are possible."""
    found = set(states)
    if len(found) == 1:
        return found.pop()
    return "maybe_overdue" if found & {"overdue", "maybe_overdue"} else "due"


def when(item: Item) -> tuple[int, date, str, str, str]:
    """The order of attention: overdue first, then by due date, then by name."""
    last = LATEST if item.due_state == "none" else bounds(str(item.due)).latest
    return ORDER[item.due_state], last, item.name, item.ref, item.what


def text(value: Any) -> str | None:
    """The value if it is text."""
    return value if isinstance(value, str) else None


def texts(value: Any) -> tuple[str, ...]:
    """The texts in a repeated value."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple | list) else ()


def field(value: Any, name: str) -> Any:
    """A part of a compound value."""
    return value.get(name) if isinstance(value, Mapping) else None


def may(thing: Thing, attribute: str, fits: Callable[[Any], bool], key: str = "") -> Holds:
    """Whether what an attribute holds fits: surely, perhaps or surely not. Nothing held is given as None."""
    answer = thing.answer(attribute, key)
    found = {fits(writer.value) for writer in answer.writers} | ({fits(None)} if answer.unset else set())
    return "maybe" if len(found) > 1 else ("yes" if found == {True} else "no")


class Watch:
    """A reading, with the attributes of everything looked up once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @property
    def structure(self) -> Structure:
        """The partnership at this moment."""
        return self.reading.structure

    def having(self, attribute: str) -> Iterator[tuple[Thing, dict[str, Fact[Any]]]]:
        """Everything that may hold an attribute on the day, and what it holds by key; not what has ended.

        Under the empty key stands what holds of the thing as a whole.
        """
        for ref in self.reading.journal.history.having(attribute):
            thing = self.structure.thing(ref)
            whole = thing.fact(attribute)
            held = {**({"": whole} if whole.holds != "no" else {}), **thing.keyed(attribute)}
            if held and not ended(thing):
                yield thing, held

    def list(self, kind: str) -> Iterator[Thing]:
        """Everything of a kind that holds, or may, on the day."""
        return self.structure.list(kind)

    def item(
        self,
        kind: Kind,
        ref: str,
        holds: Holds,
        fact: Fact[Any],
        *,
        what: str = "",
        due: Fact[Any] | str | None = None,
        waits_for: Iterable[str | None] = (),
        name: str | None = None,
    ) -> Iterator[Item]:
        """The item, unless it is certainly not open; ``fact`` is what it rests on."""
        if holds == "no":
            return
        told, state = self._due(due)
        entry = self.reading.entry(fact.entry)
        yield Item(
            kind=kind,
            ref=ref,
            name=name or self.reading.label(ref),
            what=what,
            due=told,
            due_state=state,
            waits_for=tuple(dict.fromkeys(who for who in waits_for if who)),
            holds=holds,
            entry=fact.entry,
            knowledge=entry.knowledge if entry else None,
            authority=entry.authority if entry else None,
        )

    def _due(self, due: Fact[Any] | str | None) -> tuple[str | None, DueState]:
        day = self.reading.effective
        if not isinstance(due, Fact):
            return due, due_state(due, day)
        values = [text(due.value), *(text(value) for value, _ in due.alternatives)]
        state = either(due_state(value, day) for value in values)
        shown = next((value for value in values if value is not None), None)
        return shown, state if shown is not None else "none"


def ended(thing: Thing) -> bool:
    """Whether something that was there is certainly there no more; what was never put on record has not ended."""
    return thing.holds == "no" and thing.fact("exists").entry is not None


def both(*answers: Holds) -> Holds:
    """Yes if all are yes, no if one is no, else maybe."""
    return doubtfullest(answers)


def exists(thing: Thing) -> Fact[Any]:
    """The entry that put a thing there."""
    return thing.fact("exists")

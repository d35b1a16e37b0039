"""Who held what on the day: posts, functions that one has for something, memberships; and what is vacant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args

from msgspec import Struct

from ledger.calendar import bounds
from ledger.events.bodies import Function
from ledger.facts import Holds
from ledger.fields import Knowledge
from ledger.structure import Fact, Post
from projections.reading import Reading, as_mapping, existence
from projections.things import doubtfullest


class SubstituteRow(Struct, frozen=True):
    """Somebody who steps in, in order."""

    holder: str
    name: str
    order: int
    holds: Holds
    entry: int | None


class RoleRow(Struct, frozen=True):
    """One holder of one post, function or membership; a vacancy has no holder."""

    kind: Literal["post", "function", "member", "vacancy"]
    ref: str
    """The post, or what the function or the membership is of."""
    name: str
    role: str
    """What sort of post, or which function."""
    place: str | None
    place_name: str
    holder: str | None
    holder_name: str
    holds: Holds
    entry: int | None
    knowledge: Knowledge | None
    authority: str | None
    holder_stands: Holds = "yes"
    """Whether the holder exists on the day: who has ended holds nothing, but what became of it must be recorded."""
    seats: int | None = None
    free: int | None = None
    """Of a vacancy: how many seats nobody certainly holds."""
    planned: bool = False
    term_until: str | None = None
    term_over: Holds = "no"
    on_leave: Holds = "no"
    leave_until: str | None = None
    temporary: str | None = None
    """Who acts while the holder is on leave."""
    substitutes: tuple[SubstituteRow, ...] = ()


Order = Literal["body", "holder"]


def roles(reading: Reading, ref: str | None = None, by: Order = "body") -> list[RoleRow]:
    """Every role on the day, by where it is or by who holds it; with ``ref`` only those in, of or held by that one."""
    rows = [row for row in (*_posts(reading), *_functions(reading), *_members(reading)) if _about(row, ref)]
    place_first = by == "body"
    return sorted(
        rows,
        key=lambda row: (
            (row.place_name, row.name, row.holder_name) if place_first else (row.holder_name, row.place_name, row.name),
            row.ref,
        ),
    )


def _about(row: RoleRow, ref: str | None) -> bool:
    named = {row.ref, row.place, row.holder, row.temporary, *(row.holder for row in row.substitutes)}
    return ref is None or ref in named


def _posts(reading: Reading) -> Iterator[RoleRow]:
    for thing in reading.structure.list("post"):
        post = reading.structure.post(thing.ref)
        place = post.body.value
        stands = reading.structure.thing(place).holds if place else "yes"
        there = doubtfullest([post.holds, stands])
        if there == "no":
            continue
        held = [_holding(reading, post, holder, fact) for holder, fact in post.holders.items()]
        yield from held
        yield from _vacancy(reading, post, there, held)


def _holding(reading: Reading, post: Post, holder: str, fact: Fact[Any]) -> RoleRow:
    view = reading.view(fact)
    until = post.fact("term_until", holder).value
    leave = post.fact("leave", holder)
    told = as_mapping(leave.value) or {}
    return RoleRow(
        kind="post",
        holder=holder,
        holder_name=reading.label(holder),
        holder_stands=reading.structure.thing(holder).holds,
        holds=view.holds,
        entry=view.entry,
        knowledge=view.knowledge,
        authority=view.authority,
        term_until=until if isinstance(until, str) else None,
        term_over=_over(reading, until),
        on_leave=leave.holds,
        leave_until=told.get("until"),
        temporary=told.get("temporary"),
        **_of_post(reading, post),
    )


def _over(reading: Reading, until: object) -> Holds:
    if not isinstance(until, str):
        return "no"
    first, last = bounds(until)
    return "yes" if last < reading.effective else ("maybe" if first < reading.effective else "no")


def _vacancy(reading: Reading, post: Post, there: Holds, held: list[RoleRow]) -> Iterator[RoleRow]:
    """The seats that nobody certainly holds; perhaps vacant where somebody may."""
    seats = post.seats.value or 1
    certain = sum(row.holds == "yes" and row.term_over == "no" for row in held)
    possible = sum(row.term_over != "yes" for row in held)
    if certain >= seats:
        return
    noted = post.fact("vacant_since")
    view = reading.view(noted if noted.holds != "no" else existence(post))
    yield RoleRow(
        kind="vacancy",
        holder=None,
        holder_name="",
        holds=doubtfullest([there, "maybe" if possible >= seats else "yes"]),
        entry=view.entry,
        knowledge=view.knowledge,
        authority=view.authority,
        free=seats - certain,
        **_of_post(reading, post),
    )


def _of_post(reading: Reading, post: Post) -> dict[str, Any]:
    place = post.body.value
    order = sorted(post.keyed("substitute").items(), key=lambda item: (int(str(item[1].value)), item[0]))
    return {
        "ref": post.ref,
        "name": reading.label(post.ref),
        "role": str(post.fact("kind").value or ""),
        "place": place,
        "place_name": reading.label(place) if place else "",
        "seats": post.seats.value,
        "planned": post.fact("status").value == "planned",
        "substitutes": tuple(
            SubstituteRow(who, reading.label(who), int(str(fact.value)), fact.holds, fact.entry) for who, fact in order
        ),
    }


def _functions(reading: Reading) -> Iterator[RoleRow]:
    for function in get_args(Function):
        for ref in reading.journal.history.having(function):
            held = reading.structure.thing(ref).keyed(function)
            yield from (_held(reading, "function", ref, function, who, fact) for who, fact in held.items())


def _members(reading: Reading) -> Iterator[RoleRow]:
    for kind in ("organisation", "body"):
        for thing in reading.structure.list(kind):
            held = thing.keyed("member")
            yield from (_held(reading, "member", thing.ref, "member", who, fact) for who, fact in held.items())


def _held(
    reading: Reading, kind: Literal["function", "member"], ref: str, role: str, holder: str, fact: Fact[Any]
) -> RoleRow:
    view = reading.view(fact)
    return RoleRow(
        kind=kind,
        ref=ref,
        name=reading.label(ref),
        role=role,
        place=ref,
        place_name=reading.label(ref),
        holder=holder,
        holder_name=reading.label(holder),
        holder_stands=reading.structure.thing(holder).holds,
        holds=view.holds,
        entry=view.entry,
        knowledge=view.knowledge,
        authority=view.authority,
    )

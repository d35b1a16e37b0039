"""The partnership as a tree: organisations and their bodies, bodies under bodies, posts and who holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from msgspec import Struct

from ledger.events.bodies import Function
from ledger.facts import Holds, standing
from ledger.fields import KINDS, Knowledge
from ledger.structure import EXISTS, Thing
from projections.reading import Reading, existence
from projections.scope import belonging, entries_of, of_kind
from projections.things import doubtfullest, plural


class Node(Struct, frozen=True):
    """A thing in the tree, with how it stands to the one above it."""

    ref: str
    name: str
    relation: str
    holds: Holds
    entry: int | None
    knowledge: Knowledge | None
    authority: str | None
    mark: str | None
    """A word that must not be overlooked: ``decided`` (not evidenced), ``wished``, ``not_functioning`` …"""
    children: tuple[Node, ...] = ()


class Summary(Struct, frozen=True):
    """How much is on record: entries, and things of each kind that hold or may hold on the day."""

    entries: int
    on: str
    things: dict[str, int]
    maybe: dict[str, int]
    by_type: dict[str, int]


Among = Mapping[str, Holds] | None
"""What belongs to the partnership asked about; None: everything."""
Below = defaultdict[str, list[str]]


def summary(reading: Reading, partnership: str | None = None) -> Summary:
    """Counts at this moment; of a partnership, what belongs to it, and the entries that are its."""
    among = belonging(reading, partnership) if partnership else None
    log = entries_of(reading, partnership) if partnership else range(1, reading.known + 1)
    holding = {plural(kind): list(_standing(reading, kind, among)) for kind in KINDS}
    return Summary(
        entries=len(log),
        on=reading.effective.isoformat(),
        things={kind: sum(answer != "no" for answer in answers) for kind, answers in holding.items()},
        maybe={kind: sum(answer == "maybe" for answer in answers) for kind, answers in holding.items()},
        by_type=reading.journal.types(reading.known, set(log) if partnership else None),
    )


def _standing(reading: Reading, kind: str, among: Among) -> Iterator[Holds]:
    if among is None:
        answers = reading.journal.history.each(EXISTS, kind, reading.effective, reading.known)
        return (standing(answer) for _, answer in answers)
    return (doubtfullest([thing.holds, among[thing.ref]]) for thing in of_kind(reading, kind, among))


def tree(reading: Reading, partnership: str | None = None) -> list[Node]:
    """The roots: strategies with their plans and measures, agreements, then organisations that own bodies, then bodies.

    Municipalities are not listed one by one here; ``list organisations`` does that. Of a partnership, what belongs to
    it; who owns that, sits in it or has a function in it is shown there, wherever it belongs itself.
    """
    among = belonging(reading, partnership) if partnership else None
    bodies = {body.ref: body for body in of_kind(reading, "body", among) if body.holds != "no"}
    under: defaultdict[str, list[str]] = defaultdict(list)
    for ref, body in bodies.items():
        under[_above(body, bodies)].append(ref)
    posts: defaultdict[str, list[str]] = defaultdict(list)
    for post in of_kind(reading, "post", among):
        if post.holds != "no":
            posts[str(post.fact("body").value)].append(post.ref)
    owners = [ref for ref in under if ref.startswith("organisation/")]
    owners += [ref for ref in posts if ref.startswith("organisation/") and ref not in owners]
    plans: Below = defaultdict(list)
    for plan in of_kind(reading, "plan", among):
        if plan.holds != "no":
            plans[str(plan.fact("strategy").value)].append(plan.ref)
    roots = [
        _strategy(reading, thing.ref, among, plans)
        for thing in of_kind(reading, "strategy", among)
        if thing.holds != "no"
    ]
    roots += [
        _thing(reading, thing.ref, "agreement") for thing in of_kind(reading, "agreement", among) if thing.holds != "no"
    ]
    roots += [_organisation(reading, ref, under, posts) for ref in sorted(owners, key=reading.label)]
    roots += [_body(reading, ref, "body", under, posts) for ref in under[""]]
    if among is not None:
        roots += _apart(reading, roots, among, posts)
    shown = {node.ref for root in roots for node in walk(root)}
    # Bodies that stand under each other in a ring, by back-dating, have no root of their own.
    return [*roots, *(_thing(reading, ref, "body", mark="circular") for ref in bodies if ref not in shown)]


def _above(body: Thing, bodies: Mapping[str, Thing]) -> str:
    """What a body is shown below: the body it stands under, unless that is not shown itself, else its owner."""
    above, owner = body.fact("under").value, body.fact("owner").value
    if owner and above not in bodies and not str(above).startswith("organisation/"):
        above = owner
    return str(above) if above in bodies or str(above).startswith("organisation/") else ""


def _apart(reading: Reading, roots: list[Node], among: Mapping[str, Holds], posts: Below) -> Iterator[Node]:
    """What belongs to the partnership while the thing that it is part of does not."""
    shown = {node.ref for root in roots for node in walk(root)}
    for plan in of_kind(reading, "plan", among):
        if plan.holds != "no" and plan.ref not in shown:
            node = _plan(reading, plan.ref, among)
            shown |= {below.ref for below in walk(node)}
            yield node
    for measure in of_kind(reading, "measure", among):
        if measure.holds != "no" and measure.ref not in shown:
            yield _measure(reading, measure.ref)
    yield from (_post(reading, post) for below in posts.values() for post in below if post not in shown)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def _organisation(reading: Reading, ref: str, under: Below, posts: Below) -> Node:
    children = [_body(reading, body, "body", under, posts) for body in under[ref]]
    children += [_post(reading, post) for post in posts[ref]]
    return _thing(reading, ref, "organisation", children)


def _body(reading: Reading, ref: str, relation: str, under: Below, posts: Below) -> Node:
    thing = reading.structure.thing(ref)
    children = [
        _thing(reading, subject, f"function:{function}", mark=None if fact.holds == "yes" else "maybe")
        for function in get_args(Function)
        for subject, fact in thing.keyed(f"{function}_for").items()
    ]
    children += [_post(reading, post) for post in posts[ref]]
    children += [_thing(reading, member, "member") for member in thing.keyed("member")]
    children += [_body(reading, below, "body", under, posts) for below in under[ref]]
    activity = thing.fact("activity").value
    effect = thing.fact("effect").value
    mark = activity if activity in {"dormant", "not_functioning"} else ("decided" if effect == "decided" else None)
    return _thing(reading, ref, relation, children, mark=str(mark) if mark else None)


def _post(reading: Reading, ref: str) -> Node:
    thing = reading.structure.post(ref)
    holders = [_thing(reading, holder, "holder") for holder in thing.holders]
    planned = thing.fact("status").value == "planned"
    mark = "planned" if planned else (None if holders else "vacant")
    return _thing(reading, ref, "post", holders, mark=mark)


def _strategy(reading: Reading, ref: str, among: Among, plans: Below) -> Node:
    thing = reading.structure.thing(ref)
    functions = [
        _thing(reading, holder, f"function:{function}")
        for function in get_args(Function)
        for holder in thing.keyed(function)
    ]
    wishes = [
        _thing(reading, holder, f"function:{fact.value}", mark="wished")
        for holder, fact in thing.keyed("wished_function").items()
    ]
    below = [_plan(reading, plan, among) for plan in plans[ref]]
    return _thing(reading, ref, "strategy", [*functions, *wishes, *below, *_measures(reading, ref, among)])


def _plan(reading: Reading, ref: str, among: Among) -> Node:
    return _thing(reading, ref, "plan", _measures(reading, ref, among))


def _measures(reading: Reading, ref: str, among: Among) -> list[Node]:
    return [
        _measure(reading, measure)
        for measure in reading.structure.thing(ref).keyed("measure")
        if among is None or measure in among
    ]


def _measure(reading: Reading, ref: str) -> Node:
    return _thing(reading, ref, "measure", mark=_text(reading.structure.thing(ref).fact("status").value))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _thing(
    reading: Reading, ref: str, relation: str, children: list[Node] | None = None, mark: str | None = None
) -> Node:
    thing = reading.structure.thing(ref)
    exists = reading.view(existence(thing))
    return Node(
        ref=ref,
        name=reading.label(ref),
        relation=relation,
        holds=exists.holds,
        entry=exists.entry,
        knowledge=exists.knowledge,
        authority=exists.authority,
        mark=mark,
        children=tuple(children or ()),
    )

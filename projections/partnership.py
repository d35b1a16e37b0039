"""The partnership as a tree: organisations and their bodies, bodies under bodies, posts and who holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_args

from msgspec import Struct

from ledger.events.bodies import Function
from ledger.facts import Holds
from ledger.fields import KINDS, Knowledge
from projections.reading import Reading, existence
from projections.things import plural


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


def summary(reading: Reading) -> Summary:
    """Counts at this moment."""
    holding: dict[str, list[Holds]] = {
        plural(kind): [thing.holds for thing in reading.structure.recorded(kind)] for kind in KINDS
    }
    return Summary(
        entries=reading.known,
        on=reading.effective.isoformat(),
        things={kind: sum(answer != "no" for answer in answers) for kind, answers in holding.items()},
        maybe={kind: sum(answer == "maybe" for answer in answers) for kind, answers in holding.items()},
        by_type=reading.journal.types(reading.known),
    )


def tree(reading: Reading) -> list[Node]:
    """The roots: strategies with their plans and measures, agreements, then organisations that own bodies, then bodies.

    Municipalities are not listed one by one here; ``list organisations`` does that.
    """
    bodies = {body.ref: body for body in reading.structure.recorded("body") if body.holds != "no"}
    under: defaultdict[str, list[str]] = defaultdict(list)
    for ref, body in bodies.items():
        above = body.fact("under").value or body.fact("owner").value
        under[str(above) if above else ""].append(ref)
    posts: defaultdict[str, list[str]] = defaultdict(list)
    for post in reading.structure.recorded("post"):
        if post.holds != "no":
            posts[str(post.fact("body").value)].append(post.ref)
    owners = [ref for ref in under if ref.startswith("organisation/")]
    owners += [ref for ref in posts if ref.startswith("organisation/") and ref not in owners]
    roots = [_strategy(reading, thing.ref) for thing in reading.structure.list("strategy")]
    roots += [_thing(reading, thing.ref, "agreement") for thing in reading.structure.list("agreement")]
    roots += [_organisation(reading, ref, under, posts) for ref in sorted(owners, key=reading.label)]
    roots += [_body(reading, ref, "body", under, posts) for ref in under[""]]
    shown = {node.ref for root in roots for node in walk(root)}
    # Bodies that stand under each other in a ring, by back-dating, have no root of their own.
    return [*roots, *(_thing(reading, ref, "body", mark="circular") for ref in bodies if ref not in shown)]


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in node.children:
        yield from walk(child)


Below = defaultdict[str, list[str]]


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


def _strategy(reading: Reading, ref: str) -> Node:
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
    plans = [_plan(reading, plan.ref) for plan in reading.structure.list("plan") if plan.fact("strategy").value == ref]
    return _thing(reading, ref, "strategy", [*functions, *wishes, *plans, *_measures(reading, ref)])


def _plan(reading: Reading, ref: str) -> Node:
    return _thing(reading, ref, "plan", _measures(reading, ref))


def _measures(reading: Reading, ref: str) -> list[Node]:
    return [
        _thing(reading, measure, "measure", mark=_text(reading.structure.thing(measure).fact("status").value))
        for measure in reading.structure.thing(ref).keyed("measure")
    ]


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

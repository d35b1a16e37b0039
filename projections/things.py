"""One thing, or all of a kind, as it stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, get_args

from ledger.calendar import LATEST
from ledger.declaration import nearest_reference, suggestion
from ledger.entry import effects, from_microseconds
from ledger.errors import InvalidInput, Refused
from ledger.events.bodies import Function
from ledger.facts import NOTHING, Answer, Holds, standing
from ledger.fields import KINDS
from ledger.structure import EXISTS, Fact, Thing
from projections.reading import Reading, as_mapping, existence
from projections.scope import belonging, counts

UNCOUNTED: Final = frozenset(
    {
        *(f"{function}_for" for function in get_args(Function)),
        "absent",
        "access_restricted",
        "acting_in",
        "admitted",
        "adopted_in",
        "agenda",
        "allocated_to_it",
        "amended",
        "answered_in",
        "archived_case",
        "area_ceded",
        "area_received",
        "asked",
        "assessed",
        "capacity_adopted",
        "capacity_proposed",
        "closed_to_public",
        "decided",
        "declared",
        "deferred",
        "delegated",
        "delegated_from",
        "delivered",
        "endorsed",
        "follows",
        "forwarded",
        "granted_for",
        "holds_post",
        "hosting",
        "implementation",
        "in_force",
        "in_kind",
        "interest",
        "invalid",
        "invited",
        "invoiced",
        "member_of",
        "minutes_remarks",
        "moved_to",
        "noted",
        "on_agenda",
        "own_share_in",
        "paid",
        "paid_by",
        "potential",
        "present",
        "proposed",
        "recommended",
        "recommended_to",
        "reported",
        "rests_on_invalid",
        "reversed",
        "reversed_because",
        "rules",
        "settled",
        "signed",
        "spent",
        "staff",
        "staff_terms",
        "stepped_in",
        "substitute_for",
        "successors",
        "supplied_by",
        "task_transferred",
        "term_agreed",
        "term_until",
        "waived",
        "waived_because",
        "wished_function_for",
        "withdrawn",
    }
)
"""Keyed attributes whose name says what the things in it are, not what they are called one by one."""
PLURALS: Final = {
    "alias": "aliases",
    "batch": "batches",
    "body": "bodies",
    "host_municipality": "host_municipalities",
    "merger_inquiry": "merger_inquiries",
    "on": "voted_on",  # "on" is the day that is asked about
    "party": "parties",
    "residual_liability": "residual_liabilities",
    "strategy": "strategies",
    "supply": "supplies",
}
COMMITMENTS: Final = ("member_of", "holds_post", *(f"{function}_for" for function in get_args(Function)))
_LOOKED_AT: Final = 1000  # so many things of a kind show which attributes it has
ADHERENCE_STAGES: Final = ("decided", "signed", "in_force", "declared")


def plural(word: str) -> str:
    """The name of the list of a kind or of a keyed attribute: ``bodies``, ``points``."""
    return word if word in UNCOUNTED else PLURALS.get(word, f"{word}s")


def kind_named(word: str) -> str:
    """The kind meant by a word in singular or plural. Raises InvalidInput naming the nearest kinds."""
    names = {kind: kind for kind in KINDS} | {plural(kind): kind for kind in KINDS}
    if word not in names:
        remedy, like = suggestion(word, [plural(kind) for kind in KINDS])
        raise InvalidInput("There is no kind of thing called “{word}”.", remedy, word=word, nearest=like)
    return names[word]


def require(reading: Reading, ref: str) -> Thing:
    """The thing with a reference. Raises Refused, naming the nearest, when it is not on record at this knowledge."""
    if reading.structure.on_record(ref):
        return reading.structure.thing(ref)
    kind = ref.partition("/")[0]
    if kind not in KINDS:
        raise Refused("{ref} is not on record.", "Write a reference as kind/name: organisation/levanger.", ref=ref)
    later = reading.journal.mentions(ref)
    if later and later[0] > reading.known:
        raise Refused(
            "{ref} was not on record at that time.",
            "Ask with --known {time} or later; it came with entry #{entry}.",
            ref=ref,
            time=_just_after(reading, later[0]),
            entry=later[0],
        )
    like = nearest_reference(ref, reading.structure.alike(ref))
    if like:
        raise Refused("{ref} is not on record.", "Did you mean {nearest}?", ref=ref, nearest=", ".join(like))
    if reading.known == 0 and reading.journal.head:
        raise Refused(
            "{ref} is not on record: nothing was, at that time.",
            "Ask with --known {time} or later, when the first entry was recorded.",
            ref=ref,
            time=_just_after(reading, 1),
        )
    raise Refused("{ref} is not on record.", "“vedtak list {kinds}” shows what is.", ref=ref, kinds=plural(kind))


def _just_after(reading: Reading, position: int) -> str:
    """When an entry was recorded, as it can be typed."""
    return from_microseconds(reading.journal.recorded_us(position)).isoformat()


def partnership_named(reading: Reading, word: str) -> str:
    """The partnership meant by ``name`` or ``partnership/name``. Raises InvalidInput or Refused when there is none."""
    ref = word if "/" in word else f"partnership/{word}"
    if not ref.startswith("partnership/"):
        raise InvalidInput("{ref} is no partnership.", "“vedtak list partnerships” shows those on record.", ref=ref)
    return require(reading, ref).ref


def show(reading: Reading, ref: str) -> dict[str, Any]:
    """A thing with every attribute that may hold, each with its entry; lists under their plural names."""
    thing = require(reading, ref)
    exists = reading.view(existence(thing))
    first = reading.journal.mentions(ref, reading.known)
    created = _creation(reading, ref)
    shown: dict[str, Any] = {
        "ref": ref,
        "kind": ref.partition("/")[0],
        "name": reading.label(ref),
        "holds": exists.holds,
        "entry": exists.entry,
        "knowledge": exists.knowledge,
        "authority": exists.authority,
        "on": reading.effective,
        "known": reading.known,
        "date": reading.date_of(created) if created else None,
        "attributes": {},
    }
    names = dict.fromkeys(slot.attribute for slot in reading.structure.slots(ref) if not slot.key)
    for name in names:
        fact = thing.fact(name)
        if name != "exists" and fact.holds != "no":
            shown["attributes"][name] = reading.view(fact)
    for name in dict.fromkeys(slot.attribute for slot in reading.structure.slots(ref) if slot.key):
        rows = keyed_rows(reading, thing, name)
        if rows:
            shown[plural(name)] = rows
    if exists.holds == "no" and thing.fact("ended_by").value:
        shown |= _ending(reading, thing)
    if ref.startswith("partnership/"):
        shown["belonging"] = counts(reading, belonging(reading, ref))
    shown["entries"] = first
    return shown


def keyed_rows(reading: Reading, thing: Thing, name: str) -> list[dict[str, Any]]:
    """The rows of an attribute that holds one value for each of many, in the order recorded."""
    rows = []
    for key, fact in thing.keyed(name).items():
        view = reading.view(fact)
        compound = as_mapping(view.value)
        content = dict(compound) if compound is not None else {"value": view.value}
        row = {"key": key, **content, "holds": view.holds, "entry": view.entry}
        rows.append({**row, "knowledge": view.knowledge, "authority": view.authority})
    return rows


def _creation(reading: Reading, ref: str) -> int | None:
    writers = [
        writer.position
        for slot in reading.structure.slots(ref)
        if slot.attribute == "exists"
        for writer in reading.journal.history.writers(slot, reading.known)
        if writer.value is True
    ]
    return writers[-1] if writers else None


def _ending(reading: Reading, thing: Thing) -> dict[str, Any]:
    ended = reading.view(thing.fact("ended_by"))
    heirs = thing.fact("succeeded_by").value or ()
    names = [str(heir) for heir in heirs] if isinstance(heirs, Sequence) and not isinstance(heirs, str) else []
    return {
        "ended": {
            "by": ended.value,
            "date": reading.date_of(ended.entry) if ended.entry else None,
            "entry": ended.entry,
            "into": [{"ref": heir, "name": reading.label(heir)} for heir in names],
        },
        "commitments": commitments(reading, thing.ref),
    }


def commitments(reading: Reading, organisation: str) -> dict[str, Any]:
    """What an ended organisation was bound to, and to whom each has passed. Never inferred, only recorded."""
    thing = reading.structure.organisation(organisation)
    bound = dict.fromkeys(key for name in COMMITMENTS for key in thing.keyed(name))
    for position in reading.journal.mentions(organisation, reading.known):
        if reading.journal.withdrawn_by(position, reading.known) is not None:
            continue
        for effect in effects(reading.journal.entry(position)):
            slot = effect[0]
            if getattr(slot, "key", "") == organisation and getattr(slot, "attribute", "") in ADHERENCE_STAGES:
                bound[slot.entity] = None
    determined = thing.keyed("successors")
    unassigned = [ref for ref in bound if ref not in determined and not _released(reading, ref, organisation)]
    status = "unassigned" if not determined else ("partly_assigned" if unassigned else "assigned")
    return {
        "status": status,
        "open": unassigned,
        "determined": {ref: reading.view(fact) for ref, fact in determined.items()},
    }


def _released(reading: Reading, target: str, organisation: str) -> bool:
    """Whether an organisation certainly declined, or has certainly left, what it might be bound to."""
    thing = reading.structure.thing(target)
    declined = as_mapping(thing.fact("decided", organisation).certain) or {}
    return thing.fact("withdrawn", organisation).holds == "yes" or declined.get("answer") == "declines"


def rows(reading: Reading, kind: str, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Everything of a kind that holds, or may, on the day and has the given values.

    A row holds as its doubtfullest part.

    Raises InvalidInput for a condition on an attribute that nothing of the kind has.
    """
    return [row(reading, ref, holds) for ref, holds in fitting(reading, kind, where).items()]


def fitting(reading: Reading, kind: str, where: Mapping[str, str] | None = None) -> dict[str, Holds]:
    """What is to be listed, in the order recorded: counted before any row is put together.

    Raises InvalidInput for a condition on an attribute that nothing of the kind has.
    """
    facts, day, known = reading.journal.history, reading.effective, reading.known
    found: dict[str, Holds] = {
        ref: holds for ref, answer in facts.each(EXISTS, kind, day, known) if (holds := standing(answer)) != "no"
    }
    for name, value in (where or {}).items():
        if not any(True for _ in facts.each(name, kind, LATEST, known)):
            _refuse_attribute(reading, kind, name)
        answers = dict(facts.each(name, kind, day, known))
        fits = {ref: (holds, _fit(answers.get(ref, NOTHING), value)) for ref, holds in found.items()}
        found = {ref: doubtfullest(both) for ref, both in fits.items() if "no" not in both}
    return found


def _refuse_attribute(reading: Reading, kind: str, name: str) -> None:
    some = list(islice(reading.structure.recorded(kind), _LOOKED_AT))
    names = {slot.attribute for thing in some for slot in reading.structure.slots(thing.ref) if not slot.key}
    if some and name not in names:
        remedy, like = suggestion(name, names - {"exists"})
        raise InvalidInput("Nothing in {kind} has “{name}”.", remedy, kind=plural(kind), name=name, nearest=like)


def _fit(answer: Answer, value: str) -> Holds:
    fact: Fact[Any] = Fact.of(answer)
    matches = [str(fact.value) == value, *(str(other) == value for other, _ in fact.alternatives)]
    if not any(matches):
        return "no"
    return "yes" if all(matches) and fact.holds == "yes" else "maybe"


def doubtfullest(answers: Iterable[Holds]) -> Holds:
    """No if any is no, else maybe if any is maybe, else yes."""
    given = set(answers)
    if "no" in given:
        return "no"
    return "maybe" if "maybe" in given else "yes"


def row(reading: Reading, ref: str, holds: Holds) -> dict[str, Any]:
    """One thing as a line of a list."""
    thing = reading.structure.thing(ref)
    exists = reading.view(existence(thing))
    attributes = {
        slot.attribute: fact.value
        for slot in reading.structure.slots(thing.ref)
        if not slot.key and slot.attribute != "exists" and (fact := thing.fact(slot.attribute)).holds != "no"
    }
    return {
        "ref": thing.ref,
        "name": reading.label(thing.ref),
        **{name: value for name, value in attributes.items() if name != "name"},
        "holds": holds,
        "entry": exists.entry,
        "knowledge": exists.knowledge,
        "authority": exists.authority,
    }

"""Does a history come out the same however it came to be recorded, and does what was refused leave no trace?"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st

from ledger.calendar import bounds
from ledger.declaration import creations, references
from ledger.entry import Actor, command_from, happening, written
from ledger.errors import LedgerError
from ledger.events import CATALOGUE
from ledger.facts import Happening, History, Slot, Writer, replay
from ledger.record import Pen
from ledger.store import Book, memory_book
from ledger.vault import seal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ledger.facts import State
    from ledger.store.memory import MemoryRecorder

FIXTURES = Path(__file__).parent.parent / "fixtures"
ACTOR = Actor("test", "import")
Plain = dict[str, Any]
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def lines(*names: str) -> list[Plain]:
    return [
        json.loads(line)
        for name in names
        for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()
        if line
    ]


def happenings(pen: Pen) -> list[Happening]:
    return [happening(position, entry) for position, entry in pen.catch_up().numbered()]


# ---- the order in which things are recorded


def told(effective: str, wire_name: str, **fields: Any) -> Plain:
    return {"effective": effective, "knowledge": "documented", "event": {"type": wire_name, **fields}}


ORGANISATIONS = [f"organisation/{slug}" for slug in "abc"]
BODIES = ["body/styret", "body/utvalget", "body/gruppa"]
POSTS = ["post/leder", "post/medlem"]
AGREEMENT, CASE = "agreement/a", "case/a"
GIVEN = [
    *(
        told("2000", "organisation-registered", organisation=ref, name=ref, kind="municipality")
        for ref in ORGANISATIONS
    ),
    *(told("2001", "body-established", body=ref, name=ref, kind="board", effect="evidenced") for ref in BODIES),
    *(
        told("2002", "post-created", post=ref, body=BODIES[0], title=ref, kind="chair", seats=1, status="created")
        for ref in POSTS
    ),
    told("2002", "agreement-draft-ordered", agreement=AGREEMENT, title="Avtalen", parties="Alle"),
    told("2002", "case-opened", case=CASE, title="Saken", organisation=ORGANISATIONS[0]),
]

FEW_DAYS = [f"2018-0{month}-{day}" for month in (1, 2, 3) for day in ("01", "15", "28")]
DATES = st.one_of(
    st.sampled_from(FEW_DAYS),
    st.sampled_from(FEW_DAYS),
    st.sampled_from(
        ["2018-01", "2018-02", "2018", "2018~", "2018-01/2018-02", "../2018-02-15", "2018-03-01/..", "2018-02-15?"]
    ),
    st.tuples(st.sampled_from(FEW_DAYS), st.sampled_from(FEW_DAYS)).map(lambda ends: f"{min(ends)}/{max(ends)}"),
)
ORGANISATION, BODY, POST = (st.sampled_from(refs) for refs in (ORGANISATIONS, BODIES, POSTS))
NAME = st.sampled_from(["Ny", "Gammel", "Felles"])
NUMBERS = st.integers(1, 99).map(str)
OPEN = {"wording": "unknown"}


def of(wire_name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Plain]:
    return st.builds(lambda on, held: told(on, wire_name, **held), DATES, st.fixed_dictionaries(fields))


POOL = st.one_of(
    of("organisation-renamed", organisation=ORGANISATION, name=NAME),
    of("population-recorded", organisation=ORGANISATION, population=st.integers(1, 3)),
    of("organisation-dissolved", organisation=ORGANISATION, cause=st.just("Slutt")),
    of("membership-started", member=ORGANISATION, of=BODY),
    of("membership-ended", member=ORGANISATION, of=BODY),
    of("body-renamed", body=BODY, name=NAME),
    of("body-placed", body=BODY, under=BODY),
    of("body-dissolved", body=BODY),
    of("body-function-assigned", holder=BODY, function=st.just("steering_group"), subject=st.just(AGREEMENT)),
    of("body-function-ended", holder=BODY, function=st.just("steering_group"), subject=st.just(AGREEMENT)),
    of("role-assigned", post=POST, holder=ORGANISATION),
    of("role-ended", post=POST, holder=ORGANISATION, cause=st.just("unknown")),
    of("vacancy-noted", post=POST),
    of("post-abolished", post=POST),
    of(
        "decision-adopted",
        decision=NUMBERS.map("decision/{}".format),
        title=NAME,
        body=BODY,
        **{k: st.just(v) for k, v in OPEN.items()},
    ),
    of("mandate-given", mandate=NUMBERS.map("mandate/{}".format), giver=BODY, receiver=BODY, task=NAME),
    of("agreement-signed", organisation=ORGANISATION, agreement=st.just(AGREEMENT)),
    of(
        "agreement-entered-into-force",
        agreement=st.just(AGREEMENT),
        parties=st.lists(ORGANISATION, min_size=2, max_size=3, unique=True),
    ),
    of(
        "participation-declared",
        organisation=ORGANISATION,
        to=st.just(AGREEMENT),
        answer=st.sampled_from(["participates", "declines"]),
    ),
    of("funding-source-registered", fund=NUMBERS.map("fund/{}".format), name=NAME, kind=st.just("fund")),
    of(
        "in-kind-contributed",
        organisation=ORGANISATION,
        to=st.just(AGREEMENT),
        what=NAME,
        period=st.just("2018"),
        value=st.integers(1, 9).map(lambda ore: {"known": "exact", "ore": ore}),
    ),
    of("source-gap-noted", subject=st.sampled_from([*BODIES, CASE]), missing=NAME),
)


def recorded(commands: Iterable[Plain]) -> tuple[Pen, list[Plain]]:
    """A book with what was given, and those of the commands that are legal in this order."""
    pen = Pen(memory_book("vedtak.test/rekkefolge"), ACTOR)
    pen.record_all(GIVEN)
    kept = []
    for asked in commands:
        try:
            pen.record(asked)
        except LedgerError:
            continue
        kept.append(asked)
    return pen, kept


def legal_in_both(first: Sequence[Plain], order: Sequence[int]) -> tuple[list[Plain], list[Plain]]:
    """Those of the commands that are legal in both orders, in each."""
    one, other = list(first), [first[number] for number in order]
    while True:
        one = recorded(one)[1]
        other = recorded(asked for asked in other if asked in one)[1]
        if len(other) == len(one):
            return one, other
        one = [asked for asked in one if asked in other]


def depends_on_order(one: Writer, other: Writer) -> bool:
    """Whether two assignments to a slot may be of one day, so that which one is the last is for the positions to say.

    They may be so when what they say of the day is the same, when the last day one can mean is the first of the other,
    and when one is of a certain day within the other's span. Everything else that is uncertain is kept as uncertain.
    """
    pairs = ((one, other), (other, one))
    return one.value != other.value and any(
        a.latest == b.earliest or (a.earliest == a.latest and b.earliest <= a.latest <= b.latest) for a, b in pairs
    )


def ties(pen: Pen) -> set[Slot]:
    """The slots for which the order of recording counts."""
    log = pen.catch_up()
    history = log.history
    slots = [slot for ref in history.entities() for slot in history.slots(ref)]
    return {
        slot
        for slot in slots
        if any(depends_on_order(*pair) for pair in combinations(history.writers(slot, log.head), 2))
    }


def possible_values(state: State, but: set[Slot]) -> dict[Slot, tuple[set[str], bool, str]]:
    return {
        slot: ({repr(writer.value) for writer in answer.writers}, answer.unset, answer.holds)
        for slot, answer in state.answers.items()
        if slot not in but
    }


@settings(SLOW, max_examples=200)
@given(commands=st.lists(POOL, min_size=5, max_size=12), drawn=st.data())
@example(commands=[told("2018", "body-renamed", body=BODIES[0], name=name) for name in ("Ny", "Gammel")], drawn=None)
def test_what_holds_does_not_depend_on_the_order_of_recording(
    commands: list[Plain], drawn: st.DataObject | None
) -> None:
    """Whenever two orders of recording are both legal, the same values may hold on every day.

    The exception is by design: of two assignments to one slot that may be of one and the same day, the one recorded
    later counts as the last, because then somebody knew more. Such slots (:func:`ties`) are left out.
    """
    numbered = [{**asked, "command": str(UUID(int=number))} for number, asked in enumerate(commands, 1)]
    order = drawn.draw(st.permutations(range(len(commands))), label="order") if drawn else range(len(commands))[::-1]
    one, other = legal_in_both(numbered, order)
    assume(len(one) > 1)
    (first, _), (second, _) = recorded(one), recorded(other)
    assert first.catch_up().head == second.catch_up().head == len(GIVEN) + len(one)
    event("another order" if one != other else "the same order")

    left_out = ties(first)
    assert left_out == ties(second)
    event("ties" if left_out else "no ties")
    effective = (
        date.fromisoformat(drawn.draw(st.sampled_from(["2017-12-31", *FEW_DAYS, "2019-01-01"])))
        if drawn
        else date(2018, 6, 1)
    )
    here, there = (replay(happenings(pen), effective, pen.journal.head) for pen in (first, second))
    assert possible_values(here, left_out) == possible_values(there, left_out)
    assert here.balances == there.balances


@pytest.mark.parametrize("names", [("Ny", "Gammel"), ("Gammel", "Ny")])
@pytest.mark.parametrize(("first", "second"), [("2018-02-01", "2018-02-01"), ("2018-01/2018-02-01", "2018-02-01")])
def test_of_two_that_may_be_of_one_day_the_one_recorded_later_is_the_last(
    first: str, second: str, names: tuple[str, str]
) -> None:
    pen, kept = recorded(
        told(on, "body-renamed", body=BODIES[0], name=name) for on, name in zip((first, second), names, strict=True)
    )
    assert len(kept) == 2
    assert Slot(BODIES[0], "name") in ties(pen)
    assert pen.catch_up().structure(date(2018, 2, 1)).body(BODIES[0]).name.certain == names[1]


# ---- what was refused


EVERY_EVENT = lines("every-event.jsonl")
OF_TYPE = {line["event"]["type"]: line for line in EVERY_EVENT}


@cache
def full() -> tuple[Book, Pen]:
    """Everything in the sample, recorded once. No test here adds to it; that is what they test."""
    book = memory_book("vedtak.test/avslag")
    pen = Pen(book, ACTOR)
    pen.record_all(EVERY_EVENT)
    return book, pen


def vault(book: Book) -> dict[str, Any]:
    recorder = cast("MemoryRecorder", book.recorder)
    return dict(recorder.vault)


def broken(line: Plain) -> Iterator[Plain]:
    """The command under a new id, each time with another of its references pointing at nothing."""
    fresh = {name: held for name, held in line.items() if name != "corrects"}
    sealed, _ = seal({**fresh, "command": str(uuid4())})
    command = command_from(sealed)
    new = set(creations(command))
    for ref in sorted({ref for _, ref in references(command)} - new):
        yield _with(fresh, ref, f"{ref.partition('/')[0]}/finnes-ikke")
    yield {**fresh, "corrects": {"entry": 10**6, "kind": "recording_error", "reason": "Feil."}}
    if new:
        yield fresh  # what it creates is on record already


def _with(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _with(held, old, new) for name, held in value.items()}
    if isinstance(value, list):
        return [_with(held, old, new) for held in value]
    return new if value == old else value


@pytest.mark.parametrize("wire_name", CATALOGUE)
def test_what_is_refused_leaves_no_trace(wire_name: str) -> None:
    book, pen = full()
    head, stored, kept = book.head(), list(book.stream()), vault(book)
    asked = list(broken(OF_TYPE[wire_name]))
    assert asked
    for command in asked:
        for attempt in (pen.record, pen.preview, lambda bad: pen.record_all([bad, bad])):
            with pytest.raises(LedgerError):
                attempt({**command, "command": str(uuid4())})
    assert (book.head(), list(book.stream()), vault(book)) == (head, stored, kept)
    assert pen.catch_up().head == head


def test_a_batch_with_one_that_is_refused_leaves_no_trace() -> None:
    book = memory_book("vedtak.test/avslag")
    pen = Pen(book, ACTOR)
    with pytest.raises(LedgerError):
        pen.record_all([*EVERY_EVENT, {**EVERY_EVENT[-1], "command": str(uuid4()), "knowledge": "tro"}])
    with pytest.raises(LedgerError):
        pen.record_all([*EVERY_EVENT, *list(broken(OF_TYPE["body-renamed"]))[:1]])
    assert (book.head(), list(book.stream()), vault(book)) == (0, [], {})
    assert len(pen.record_all(EVERY_EVENT)) == book.head()


# ---- entries withdrawn at will


@cache
def story(*names: str) -> list[Happening]:
    """What the entries of some fixtures do, without any rule having been asked."""
    found = []
    for position, line in enumerate(lines(*names), 1):
        sealed, _ = seal(line)
        found.append(happening(position, written(command_from(sealed), "vedtak.test/historie", ACTOR, position)))
    return found


STORIES = {"every event": ("every-event.jsonl",), "the demo": ("register.jsonl", "papers.jsonl")}


@pytest.mark.parametrize("name", STORIES)
@settings(SLOW, max_examples=60)
@given(drawn=st.data())
def test_a_short_look_finds_what_replay_finds_whatever_is_withdrawn(name: str, drawn: st.DataObject) -> None:
    """Any prefix, with any entries annulled or put elsewhere in time, as no rule would ever allow."""
    whole = story(*STORIES[name])
    prefix = whole[: drawn.draw(st.integers(1, len(whole)), label="prefix")]
    for _ in range(drawn.draw(st.integers(0, 12), label="withdrawals")):
        target = drawn.draw(st.sampled_from(prefix))
        annulled = drawn.draw(st.booleans())
        prefix.append(
            Happening(
                len(prefix) + 1,
                target.effective if annulled else drawn.draw(DATES),
                () if annulled else target.effects,
                target.position,
            )
        )
    history = History()
    for told_of in prefix:
        history.add(told_of)
    known = drawn.draw(st.integers(0, len(prefix)), label="known")
    turning = sorted({day for told_of in prefix for day in bounds(told_of.effective)})
    effective = drawn.draw(st.sampled_from(turning), label="effective")
    replayed, looked_up = replay(prefix, effective, known), history.at(effective, known)
    assert looked_up.answers == replayed.answers
    assert looked_up.balances == replayed.balances
    for answer in replayed.answers.values():
        assert answer.holds in {"yes", "maybe", "no"}

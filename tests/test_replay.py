"""Is what holds on a date the last thing that took effect, and does a short look find what replaying it all finds?"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.calendar import bounds
from ledger.facts import (
    Account,
    Answer,
    Assign,
    Balance,
    Effect,
    Happening,
    History,
    Holds,
    Move,
    Slot,
    Value,
    replay,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

START: Final = date(2020, 1, 29)
SPAN: Final = 6
"""Few days, so that dates meet; they cross the end of a month."""
SLOTS: Final = [
    Slot("organisation/a", "name"),
    Slot("organisation/a", "member", "organisation/b"),
    Slot("body/c", "name"),
]
ACCOUNTS: Final = [Account("application/a", "granted"), Account("measure/b", "received")]
MANY = settings(max_examples=200, deadline=None)


def on(number: int) -> date:
    return START + timedelta(days=number)


NUMBERS = st.integers(0, SPAN - 1)
DAYS = NUMBERS.map(on)
QUERIED = st.integers(-1, SPAN).map(on)
"""A day before anything, a day after everything, and all between."""


def interval(ends: tuple[date, date]) -> str:
    return f"{min(ends)}/{max(ends)}"


WITHIN = st.one_of(DAYS.map(date.isoformat), DAYS.map(lambda day: f"{day}?"), st.tuples(DAYS, DAYS).map(interval))
"""Dates whose days can be counted: certain, doubtful, one unknown day between two."""
EFFECTIVE = st.one_of(
    WITHIN,
    DAYS.map(lambda day: f"../{day}"),
    DAYS.map(lambda day: f"{day}/.."),
    st.sampled_from(["2020", "2020-01", "2020-02", "2019-23/2020-02", "2020~"]),
)
VALUES: st.SearchStrategy[Value] = st.sampled_from([None, True, False, "a", "b", ("a",), {"n": 1}])


def effects(dates: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Effect, ...]]:
    at = st.one_of(st.none(), st.none(), dates)
    assigned = st.builds(Assign, st.sampled_from(SLOTS), VALUES, at)
    moved = st.builds(Move, st.sampled_from(ACCOUNTS), st.integers(-100, 100), at)
    return st.lists(st.one_of(assigned, assigned, moved), max_size=3).map(tuple)


@st.composite
def histories(draw: st.DrawFn, dates: st.SearchStrategy[str] = EFFECTIVE) -> list[Happening]:
    """Entries in the order recorded, dated anyhow; one in five withdraws an earlier one."""
    happenings: list[Happening] = []
    for position in range(1, draw(st.integers(0, 8)) + 1):
        withdraws = draw(st.integers(1, position - 1)) if position > 1 and draw(st.integers(0, 4)) == 0 else None
        happenings.append(Happening(position, draw(dates), draw(effects(dates)), withdraws))
    return happenings


def taken_in(happenings: Iterable[Happening]) -> History:
    history = History()
    for happening in happenings:
        history.add(happening)
    return history


@MANY
@given(happenings=histories(), effective=QUERIED, drawn=st.data())
def test_a_short_look_finds_what_replay_finds(
    happenings: list[Happening], effective: date, drawn: st.DataObject
) -> None:
    known = drawn.draw(st.integers(0, len(happenings)), label="known")
    history = taken_in(happenings)
    replayed, looked_up = replay(happenings, effective, known), history.at(effective, known)
    assert looked_up.answers == replayed.answers
    assert looked_up.balances == replayed.balances
    for slot in SLOTS:
        assert history.answer(slot, effective, known) == replayed.answers.get(slot, Answer((), unset=True))
    for account in ACCOUNTS:
        assert history.balance(account, effective, known) == replayed.balances.get(account, Balance(0, 0, 0))


@MANY
@given(happenings=histories(), effective=QUERIED, drawn=st.data())
def test_what_was_known_stays_known(happenings: list[Happening], effective: date, drawn: st.DataObject) -> None:
    """Whatever is recorded later, back-dated or withdrawing, the answer at an earlier state of knowledge stays."""
    known = drawn.draw(st.integers(0, len(happenings)), label="known")
    then, now = taken_in(happenings[:known]).at(effective, known), taken_in(happenings).at(effective, known)
    assert now.answers == then.answers
    assert now.balances == then.balances


@MANY
@given(happenings=histories(), drawn=st.data())
def test_a_history_on_top_of_another_grows_on_its_own(happenings: list[Happening], drawn: st.DataObject) -> None:
    known = drawn.draw(st.integers(0, len(happenings)), label="known")
    history = taken_in(happenings[:known])
    twin = History(history, history.head)
    for happening in happenings[known:]:
        twin.add(happening)
    for day in map(on, range(-1, SPAN + 1)):
        assert twin.at(day, len(happenings)) == replay(happenings, day, len(happenings))
        assert history.at(day, len(happenings)).answers == replay(happenings[:known], day, known).answers


@MANY
@given(happenings=histories(), effective=QUERIED)
def test_withdrawing_an_entry_is_as_if_it_had_said_nothing(happenings: list[Happening], effective: date) -> None:
    withdrawn = {happening.withdraws for happening in happenings}
    silent = [h._replace(effects=()) if h.position in withdrawn else h for h in happenings]
    with_withdrawals, without = (replay(told, effective, len(happenings)) for told in (happenings, silent))
    assert with_withdrawals.answers == without.answers
    assert with_withdrawals.balances == without.balances


def test_a_correction_has_the_place_of_what_it_corrects() -> None:
    slot = Slot("organisation/a", "name")
    told = [
        Happening(1, "2020-01-29", (Assign(slot, "first"),)),
        Happening(2, "2020-01-29", (Assign(slot, "second"),)),
        Happening(3, "2020-01-29", (Assign(slot, "first, corrected"),), withdraws=1),
        Happening(4, "2020-01-29", (Assign(slot, "first, corrected again"),), withdraws=3),
    ]
    assert replay(told, date(2020, 1, 29), 4).answers[slot].value == "second"
    assert taken_in(told).answer(slot, date(2020, 1, 29), 4).value == "second"


class Told(NamedTuple):
    """One assignment as a reader of ``ledger.facts`` would count it: the days it may have, and where it is written."""

    days: tuple[date, ...]
    position: int
    value: Value


def days_of(edtf: str) -> tuple[date, ...]:
    earliest, latest = bounds(edtf)
    return tuple(earliest + timedelta(days=step) for step in range((latest - earliest).days + 1))


def placements(tellings: list[Told]) -> Iterator[list[tuple[date, Told]]]:
    """Every way in which the unknown days can have fallen."""
    for chosen in product(*(told.days for told in tellings)):
        yield list(zip(chosen, tellings, strict=True))


def last_by_hand(tellings: list[Told], effective: date) -> set[Told | None]:
    """The last writer on a day in each placement; None where nothing had taken effect."""
    found: set[Told | None] = set()
    for placed in placements(tellings):
        begun = [(day, told.position, told) for day, told in placed if day <= effective]
        found.add(max(begun)[2] if begun else None)
    return found


TELLINGS = st.lists(st.tuples(WITHIN, st.sampled_from([None, True, "a", "b"])), max_size=4)
"""What is written to one slot; four unknown days of six make 1 296 placements."""


@settings(max_examples=150, deadline=None)
@given(written=TELLINGS, effective=QUERIED)
@example(written=[(f"{START}/{on(3)}", "a"), (on(3).isoformat(), "b")], effective=on(3))
@example(written=[(on(3).isoformat(), "b"), (f"{START}/{on(3)}", "a")], effective=on(3))
@example(written=[(f"{START}/{on(5)}", "a"), (on(2).isoformat(), "b")], effective=on(1))
def test_a_writer_is_possible_exactly_when_some_placement_makes_it_last(
    written: list[tuple[str, Value]], effective: date
) -> None:
    slot = SLOTS[0]
    happenings = [
        Happening(position, dated, (Assign(slot, value),)) for position, (dated, value) in enumerate(written, 1)
    ]
    tellings = [Told(days_of(dated), position, value) for position, (dated, value) in enumerate(written, 1)]
    expected = last_by_hand(tellings, effective)
    answer = taken_in(happenings).answer(slot, effective, len(happenings))

    assert {writer.position for writer in answer.writers} == {told.position for told in expected if told}
    assert answer.unset == (None in expected)
    latest = [(min(told.days[-1], effective), told.position) for told in tellings if told.days[0] <= effective]
    assert [writer.position for writer in answer.writers[-1:]] == [position for _, position in sorted(latest)[-1:]]
    values = {told.value if told else None for told in expected}
    assert answer.holds == ("no" if values == {None} else "yes" if len(values) == 1 else "maybe")


MOVEMENTS = st.lists(st.tuples(WITHIN, st.integers(-5, 5)), max_size=4)


@settings(max_examples=100, deadline=None)
@given(moved=MOVEMENTS, effective=QUERIED)
def test_a_balance_has_the_bounds_of_all_placements(moved: list[tuple[str, int]], effective: date) -> None:
    account = ACCOUNTS[0]
    happenings = [Happening(position, dated, (Move(account, ore),)) for position, (dated, ore) in enumerate(moved, 1)]
    tellings = [Told(days_of(dated), position, ore) for position, (dated, ore) in enumerate(moved, 1)]
    sums = {
        sum(moved[told.position - 1][1] for day, told in placed if day <= effective) for placed in placements(tellings)
    }
    balance = taken_in(happenings).balance(account, effective, len(happenings))
    assert (balance.least, balance.most) == (min(sums), max(sums))
    assert balance.certain == sum(ore for dated, ore in moved if bounds(dated).latest <= effective)


DAY = date(2020, 2, 1).isoformat()
LATER = date(2020, 2, 2).isoformat()


@pytest.mark.parametrize(
    ("happenings", "value", "holds"),
    [
        ([], None, "no"),
        ([(DAY, "a")], "a", "yes"),
        ([(LATER, "a")], None, "no"),
        ([(DAY, "a"), (DAY, "b")], "b", "yes"),  # a tie: the one recorded later
        ([(DAY, "b"), ("2020-01-30", "a")], "b", "yes"),  # dated back: recorded later, took effect before
        ([(DAY, "a"), (DAY, None)], None, "no"),
        ([("2020", "a")], "a", "maybe"),
        ([(DAY, "a"), ("2020", "a")], "a", "yes"),  # whichever was last, it is the same
        ([(DAY, "a"), ("2020", None)], None, "maybe"),  # it may have been emptied since
        ([("2020-01", "a"), (DAY, "b")], "b", "yes"),  # January is over
        ([(f"../{DAY}", "a")], "a", "yes"),
        ([(f"{DAY}?", "a")], "a", "yes"),  # doubt is shown, never widened
    ],
)
def test_what_holds_on_the_first_of_february(happenings: list[tuple[str, Value]], value: Value, holds: Holds) -> None:
    slot = SLOTS[0]
    told = [Happening(position, dated, (Assign(slot, held),)) for position, (dated, held) in enumerate(happenings, 1)]
    answer = taken_in(told).answer(slot, date(2020, 2, 1), len(told))
    assert (answer.value, answer.holds) == (value, holds)


def test_entries_are_taken_in_in_order() -> None:
    history = taken_in([Happening(2, DAY, ())])
    with pytest.raises(ValueError, match="entry 2 comes after 2"):
        history.add(Happening(2, DAY, ()))

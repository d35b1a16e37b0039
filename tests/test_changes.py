"""Is what two moments are said to differ in all that they differ in, and is the entry named the one that did it?"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts import NOTHING, Balance
from ledger.record import Pen
from ledger.store import open_book
from projections.changes import changed_accounts, changed_slots, differences, shown, touched
from projections.reading import Reading
from tests.pens import FJORD, WRITER, annul, corrects, population, register, rename
from tests.random_logs import journal, logs, recorded
from tests.test_replay import QUERIED
from tui.ledgers import create_ledger, log_of, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger.entry import Entry
    from ledger.facts import Account, Slot
    from ledger.journal import Log
    from tests.conftest import Run

ZERO = Balance(0, 0, 0)


def by_whole_states(before: Reading, after: Reading) -> tuple[set[Slot], set[Account]]:
    """What differs, found by comparing everything with everything."""
    facts = before.journal.history
    then, now = facts.at(before.effective, before.known), facts.at(after.effective, after.known)
    slots = {
        slot
        for slot in then.answers.keys() | now.answers.keys()
        if shown(then.answers.get(slot, NOTHING)) != shown(now.answers.get(slot, NOTHING))
    }
    accounts = {
        account
        for account in then.balances.keys() | now.balances.keys()
        if then.balances.get(account, ZERO) != now.balances.get(account, ZERO)
    }
    return slots, accounts


def compared(log: Log, drawn: st.DataObject) -> None:
    known = st.integers(0, log.head)
    before, after = (Reading(log, drawn.draw(QUERIED), drawn.draw(known)) for _ in range(2))
    slots, accounts = touched(before, after)
    found = {slot for slot, _, _ in changed_slots(before, after, slots)}
    assert (found, set(changed_accounts(before, after, accounts))) == by_whole_states(before, after)
    told = differences(before, after)
    assert len(told.changes) == len(found)
    for change in told.changes:
        assert change.entry is not None, "every difference has its entry"
        assert 1 <= change.entry <= max(before.known, after.known)
    assert all(account.entry is not None for account in told.accounts)


@settings(max_examples=300, deadline=None)
@given(entries=logs(), drawn=st.data())
def test_the_slots_touched_are_all_that_differ(entries: list[Entry], drawn: st.DataObject) -> None:
    compared(journal(entries), drawn)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(entries=logs(), drawn=st.data())
def test_the_slots_touched_are_all_that_differ_by_the_index_too(entries: list[Entry], drawn: st.DataObject) -> None:
    with recorded(entries) as (book, _path):
        log = log_of(book)
        for _ in range(4):
            compared(log, drawn)


def test_the_day_after_a_certain_date_an_uncertain_one_may_be_the_later(tmp_path: Path) -> None:
    """Nothing begins or ends between the two days: what makes the difference lies on the first of them."""
    path = tmp_path / "edge.vedtak"
    create_ledger(path, "vedtak.test/edge")
    with open_ledger(path) as book:
        pen = Pen(book, WRITER)
        pen.record(register(FJORD, "Fjord"))
        pen.record(rename(FJORD, "Kanskje", "2020-01-29/2020-02-10"))
        pen.record(rename(FJORD, "Sikkert", "2020-02-01"))
        log = log_of(book)
        first, second = (Reading(log, date(2020, 2, day), 3) for day in (1, 2))
        (found,) = differences(first, second).changes
        assert (found.before_holds, found.after_holds, found.entry) == ("yes", "maybe", 2)
        assert len(differences(second, first).changes) == 1


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """1 a name, 2 another, 3 the other corrected, 4 a number of people, 5 that annulled."""
    path = tmp_path / "changed.vedtak"
    create_ledger(path, "vedtak.test/diff")
    with open_ledger(path) as book:
        pen = Pen(book, WRITER)
        for asked in (
            register(FJORD, "Fjord"),
            rename(FJORD, "Fjorden", "2019-01-01"),
            rename(FJORD, "Fjordane", "2019-01-01", _corrects=corrects(2)),
            population(FJORD, 0, effective="2019-06-01"),
            annul(4),
        ):
            pen.record(asked)
    return path


@pytest.mark.parametrize(
    ("days", "known", "expected"),
    [
        (("2018-06-01", "2019-06-01"), (3, 3), [("~", "name", "Fjord", "Fjordane", 3)]),
        (("2019-06-01", "2018-06-01"), (3, 3), [("~", "name", "Fjordane", "Fjord", 1)]),
        (("2019-06-01", "2019-06-01"), (2, 3), [("~", "name", "Fjorden", "Fjordane", 3)]),
        (("2019-06-01", "2019-06-01"), (3, 4), [("+", "population", None, 0, 4)]),
        (("2019-06-01", "2019-06-01"), (4, 5), [("-", "population", 0, None, 5)]),
        (("2019-06-01", "2019-05-31"), (4, 4), [("-", "population", 0, None, 4)]),
        (("2019-06-01", "2019-06-01"), (3, 5), []),
    ],
)
def test_each_difference_names_the_entry_that_makes_it(
    changed: Path, days: tuple[str, str], known: tuple[int, int], expected: list[tuple[Any, ...]]
) -> None:
    with open_book(changed, read_only=True) as book:
        log = log_of(book)
        before, after = (
            Reading(log, date.fromisoformat(day), position) for day, position in zip(days, known, strict=True)
        )
        found = differences(before, after).changes
    assert [(one.sign, one.attribute, one.before, one.after, one.entry) for one in found] == expected


def test_diff_says_what_became_certain(ask: Callable[..., Any]) -> None:
    told = ask("diff", "2012-06-01", "2013-01-01")
    assert set(told) == {"a", "b", "partnership", "changes", "accounts"}
    (kommit,) = [row for row in told["changes"] if (row["ref"], row["attribute"]) == ("body/kommit", "exists")]
    assert (kommit["before_holds"], kommit["after_holds"], kommit["sign"]) == ("maybe", "yes", "~")
    assert kommit["knowledge"] == "reported"
    assert isinstance(kommit["entry"], int)


def test_nothing_differs_from_itself(ask: Callable[..., Any], vedtak: Run, demo_ledger: Path) -> None:
    told = ask("diff", "2018-12-31", "end of 2018")
    assert (told["changes"], told["accounts"]) == ([], [])
    assert "0 differences" in vedtak("diff", "2018-12-31", "2018-12-31", "--ledger", demo_ledger).out


def test_diff_from_nothing_known_is_everything(ask: Callable[..., Any]) -> None:
    told = ask("diff", "2018-12-31", "2018-12-31", "--known-a", "2001")
    assert told["a"]["known"] == 0
    shown_now = ask("show", "organisation/levanger", "--on", "2018-12-31")["attributes"]
    found = {row["attribute"]: row["after"] for row in told["changes"] if row["ref"] == "organisation/levanger"}
    assert found["name"] == shown_now["name"]["value"]
    assert {row["sign"] for row in told["changes"]} <= {"+"}


def test_diff_reads_well_in_both_languages(vedtak: Run, demo_ledger: Path) -> None:
    english, norwegian = (
        vedtak("diff", "2019-12-31", "2020-01-01", "--ledger", demo_ledger, lang=lang) for lang in ("en", "nb")
    )
    assert english.code == norwegian.code == 0
    assert "- exists: yes → no" in english.out
    assert "Snillfjord" in english.out
    assert english.out != norwegian.out
    assert json.dumps(english.err) == '""'

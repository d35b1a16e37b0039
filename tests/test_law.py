"""Which law applies on a day, what it asks an agreement to contain, and when a notice has run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import LATEST, months_after, years_after
from ledger.law import ACTS, CONTENTS_2018, COUNCILS_CONSTITUTED, Content, act_on, contents, judged, listed
from tests.strategies import days


@pytest.mark.parametrize(
    ("day", "act"),
    [
        (date(2012, 4, 20), "act_1992"),
        (date(2018, 10, 24), "act_1992"),
        (date(2019, 10, 31), "act_1992"),
        (date(2019, 11, 1), "act_2018"),
        (date(2026, 1, 1), "act_2018"),
    ],
)
def test_one_act_applies_on_a_day(day: date, act: str) -> None:
    found = act_on(day)
    assert found is not None
    assert found.key == act
    assert judged(day) == (act == "act_2018")


def test_before_the_act_of_1992_no_act_is_held() -> None:
    assert act_on(date(1992, 12, 31)) is None
    assert [act.until for act in ACTS[:-1]] == [act.since for act in ACTS[1:]]


@pytest.mark.parametrize(
    ("form", "paragraph", "count"),
    [
        ("political_council", "koml. § 18-4", 8),
        ("task_community", "koml. § 19-4", 10),
        ("host_municipality", "koml. § 20-4", 10),
    ],
)
def test_each_statutory_form_has_its_list(form: str, paragraph: str, count: int) -> None:
    asked = contents(form, COUNCILS_CONSTITUTED)
    assert asked is not None
    assert asked.paragraph == paragraph
    assert len(asked.items) == count
    assert len({item.letter for item in asked.items}) == count
    assert all(item.en and item.nb for item in asked.items)


@pytest.mark.parametrize("form", ["board_1992", "intermunicipal_company", "association", "no_statutory_form", None])
def test_other_forms_are_not_judged(form: str | None) -> None:
    assert contents(form, date(2024, 1, 1)) is None


@pytest.mark.parametrize("form", CONTENTS_2018)
def test_by_the_act_of_1992_no_form_is_judged(form: str) -> None:
    assert contents(form, COUNCILS_CONSTITUTED - timedelta(days=1)) is None


def test_every_item_can_be_recorded_and_every_choice_is_asked_for_somewhere() -> None:
    assert {item.content for asked in CONTENTS_2018.values() for item in asked.items} == set(get_args(Content))


def test_what_is_missing_is_named_with_its_letter_and_conditional_items_are_not_missed() -> None:
    asked = CONTENTS_2018["host_municipality"]
    present = {item.content for item in asked.items} - {"settlement", "other_by_law", "joint_board_members"}
    assert listed(asked.missing(present)) == "f) economic settlement – det økonomiske oppgjøret"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2020, 1, 1), 6, date(2020, 7, 1)),
        (date(2020, 7, 1), 6, date(2021, 1, 1)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2020, 12, 31), 12, date(2021, 12, 31)),
        (date(2020, 5, 5), 0, date(2020, 5, 5)),
        (date(2999, 6, 1), 12, LATEST),
    ],
)
def test_months_later(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_a_leap_day_a_year_later() -> None:
    assert years_after(date(2020, 2, 29), 1) == date(2021, 2, 28)
    assert years_after(date(2020, 2, 29), 4) == date(2024, 2, 29)


@given(days(), days(), st.integers(0, 60))
def test_an_earlier_notice_never_runs_longer_than_a_later_one(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert months_after(first, months) <= months_after(second, months)
    assert months_after(first, months) >= first

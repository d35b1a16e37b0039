"""Does a date mean the same days whichever way it is read?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import Bounds, _by_library, _one
from ledger.errors import InvalidInput


def read(how: Callable[[str], Bounds], edtf: str) -> Bounds | None:
    try:
        return how(edtf)
    except InvalidInput:
        return None


NUMBERS = st.tuples(
    st.integers(1800, 2999), st.none() | st.integers(0, 13) | st.integers(21, 23), st.none() | st.integers(0, 32)
)


@given(numbers=NUMBERS, doubt=st.sampled_from(["", "?", "~"]))
def test_the_short_way_gives_what_the_library_gives(numbers: tuple[int, int | None, int | None], doubt: str) -> None:
    year, month, day = numbers
    edtf = f"{year}" + ("" if month is None else f"-{month:02}" + ("" if day is None else f"-{day:02}"))
    if month in {21, 22, 23} and (doubt or day is not None):
        return  # the library reads no doubtful season, and a day of a season is none
    assert read(_one, edtf + doubt) == read(_by_library, edtf + doubt)


@pytest.mark.parametrize("edtf", ["2018-24", "2018-13", "2018-00", "2018-02-30", "2018-23-01", "0001", "1799-12-31"])
def test_what_is_no_date_of_the_ledger_is_refused(edtf: str) -> None:
    from ledger.calendar import bounds

    with pytest.raises(InvalidInput):
        bounds(edtf)


def test_a_doubtful_season_is_that_season() -> None:
    assert _one("2018-23?") == _one("2018-23")

"""Does a line that says where somebody stands lead back there, and is every other line refused?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInput
from tui.locator import Locator, parse_locator

DAYS = st.none() | st.dates(date(1800, 1, 1), date(2999, 12, 31))
KNOWN = st.none() | st.integers(0, 10**17)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzæøå0123456789-._%&=+", min_size=1, max_size=40)
PLACES = st.one_of(
    st.tuples(st.just("e"), st.integers(1, 10**17).map(str)),
    st.tuples(st.just("t"), NAMES.map(lambda name: f"body/{name}")),
    st.tuples(st.just("s"), st.sampled_from(["timeline", "structure", "adherence"])),
)


@given(PLACES, DAYS, KNOWN)
def test_what_is_printed_is_read_back(place: tuple[str, str], on: date | None, known: int | None) -> None:
    locator = Locator(*place, on=on, known=known)
    assert parse_locator(str(locator)) == locator
    assert parse_locator(f" {locator}\n") == locator


def test_it_reads_as_people_send_it() -> None:
    text = "vedtak://e/431?on=2025-05-17&known=431"
    assert parse_locator(text) == Locator("e", "431", date(2025, 5, 17), 431)
    assert str(parse_locator(text)) == text
    assert str(Locator("t", "body/digut")) == "vedtak://t/body/digut"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e/431",
        "https://e/431",
        "vedtak://e/",
        "vedtak://e/0",
        "vedtak://e/-1",
        "vedtak://e/4x",
        "vedtak://x/1",
        "vedtak://t/body",
        "vedtak://e/1?on=17.5.2025",
        "vedtak://e/1?on=1700-01-01",
        "vedtak://e/1?known=-1",
        "vedtak://e/1?known=٣",
        "vedtak://e/1?role=admin",
        "vedtak://e/1?on",
        "vedtak://e/1#x",
        "vedtak://t/body/a%20b",
        "vedtak://t/body/%ff",
        "vedtak://[e/1",
        "vedtak://e/" + "9" * 5000,
        "vedtak://e/1?" + "a=1&" * 50,
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_locator(text)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for tried in (text, f"vedtak://{text}", f"vedtak://e/1?{text}"):
        try:
            parse_locator(tried)
        except InvalidInput:
            continue

"""Is there a word for everything in both languages, and does what is shown mean the same when it is typed back?"""

from __future__ import annotations

import ast
import json
import shutil
import string
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from gettext import gettext, ngettext
from io import BytesIO
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.declaration import FieldDeclaration, declarations, struct_fields
from ledger.entry import Actor, Command, command_from
from ledger.errors import InvalidInput
from ledger.facts import Assign
from ledger.fields import KINDS, Money, Personal, Share, Staffing
from ledger.vault import seal
from projections import adherence
from projections.things import plural
from tui import terms
from tui.dates import HOME, day_at_home, day_short, day_text, end_of_day, moment_text, parse_day, parse_known
from tui.locale import LANGUAGES, _, language, said_in, use_language
from tui.locale.compiled import Compiled
from tui.phrases import date_text, money_text, staffing_text
from tui.terms import term, word_for
from tui.values import edtf_from, from_text

PROJECT = Path(__file__).parent.parent
CATALOGUE = Path("nb") / "LC_MESSAGES"
LOCALE = PROJECT / "tui" / "locale"
TODAY = date(2026, 5, 17)
QUICK = settings(deadline=None)
DAYS = st.dates(date(1800, 1, 1), date(2999, 12, 31))


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    before = language()
    use_language(request.param)
    yield request.param
    use_language(before)


# ---- the partnership's own words


def declared(fields: tuple[FieldDeclaration, ...]) -> Iterator[FieldDeclaration]:
    for field in fields:
        yield field
        yield from declared(field.fields)


FIELDS = [
    *declared(struct_fields(Command)),
    *declared(struct_fields(Actor)),
    *(field for told in declarations() for field in declared(told.fields)),
]
CHOICES = {field.choices for field in FIELDS if field.choices}


def assigned() -> Iterator[Assign]:
    """Everything that the demo and the sample of every event make true."""
    for name in ("register.jsonl", "papers.jsonl", "every-event.jsonl"):
        for line in (PROJECT / "fixtures" / name).read_text(encoding="utf-8").splitlines():
            command, _disclosures = seal(json.loads(line))
            for effect in command_from(command).event.effects():
                if isinstance(effect, Assign):
                    yield effect


def parts(value: object) -> Iterator[str]:
    """The names in a compound value that a reader gets to see."""
    if isinstance(value, Mapping):
        shown_whole = {"known", "ore", "price_year"}, {"milli_fte", "bound"}, {"n", "d"}, {"digest"}
        if not any(value.keys() <= names for names in shown_whole):
            for name, item in value.items():
                yield str(name)
                yield from parts(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from parts(item)


def test_every_choice_has_a_word() -> None:
    assert {choice for choices in CHOICES for choice in choices} - set(terms._WORDS) == set()


def test_every_attribute_has_a_word() -> None:
    found = list(assigned())
    assert {effect.slot.attribute for effect in found} - set(terms._WORDS) == set()
    assert {plural(effect.slot.attribute) for effect in found if effect.slot.key} - set(terms._WORDS) == set()
    assert {name for effect in found for name in parts(effect.value)} - set(terms._WORDS) == set()


def test_every_kind_and_status_has_a_word() -> None:
    assert {*KINDS, *map(plural, KINDS)} - set(terms._WORDS) == set()
    statuses = set(get_args(adherence.Status))
    assert {*statuses, *adherence.STAGES} - set(terms._WORDS) == set()


def test_each_word_stands_once_with_a_label_in_each_language() -> None:
    lines = terms._TABLE.strip().splitlines()
    twice = [word for word, count in Counter(line.partition("=")[0].strip() for line in lines).items() if count > 1]
    assert twice == []
    for word in terms._WORDS:
        assert len(terms.labels(word)) == 2
        assert all(text and text == text.strip() for text in (word, *terms.labels(word)))


@pytest.mark.parametrize("choices", sorted(CHOICES), ids=lambda choices: choices[0])
def test_a_choice_is_understood_as_it_is_shown(lang: str, choices: tuple[str, ...]) -> None:
    assert [word_for(term(choice), choices) for choice in choices] == list(choices)
    assert [word_for(choice.upper(), choices) for choice in choices] == list(choices)
    assert word_for("no such word", choices) is None


# ---- the catalogue of messages


def catalogue(folder: Path) -> Catalog:
    with (folder / CATALOGUE / "vedtak.po").open("rb") as file:
        return read_po(file, locale="nb")


def messages(found: Catalog) -> dict[tuple[str | None, Any], Message]:
    return {(message.context, message.id): message for message in found if message.id}


def texts(told: str | Sequence[str] | None) -> list[str]:
    """One text, or one for each number."""
    return [told or ""] if isinstance(told, str | None) else list(told)


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


NORWEGIAN = messages(catalogue(LOCALE))


def test_every_message_is_translated_and_none_is_a_guess() -> None:
    assert NORWEGIAN
    assert [message.id for message in NORWEGIAN.values() if not all(texts(message.string))] == []
    assert [message.id for message in NORWEGIAN.values() if message.fuzzy] == []


def test_what_each_event_says_of_itself_is_said_in_norwegian() -> None:
    said = [text for told in declarations() for text in (told.about, told.rule)]
    assert {(None, text) for text in said} <= set(NORWEGIAN)
    assert {(None, told.source) for told in declarations()} <= set(NORWEGIAN)  # some are a paragraph in any language
    assert [text for text in said if said_in("nb", text) in {text, ""}] == []
    assert [text for text in said if said_in("en", text) != text] == []


def test_a_translation_fills_in_the_same_things() -> None:
    different = []
    for message in NORWEGIAN.values():
        expected = set().union(*map(placeholders, texts(message.id)))
        different += [text for text in texts(message.string) if placeholders(text) != expected]
    assert different == []


def test_what_is_compiled_is_what_is_translated() -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(LOCALE))
    assert (LOCALE / CATALOGUE / "vedtak.mo").read_bytes() == compiled.getvalue(), "run “make messages”"


def test_every_message_is_found_in_what_is_compiled() -> None:
    compiled = Compiled((LOCALE / CATALOGUE / "vedtak.mo").read_bytes())
    for message in NORWEGIAN.values():
        assert list(compiled.forms(texts(message.id)[0])) == texts(message.string)
    for missing in ("\0", "No such message", "zzzz", "\U0010ffff"):
        assert compiled.forms(missing) == ()
    assert catalogue(LOCALE).plural_expr == "(n != 1)", "ngettext_ chooses so"


def test_click_speaks_the_language_of_the_reader() -> None:
    before = language()
    try:
        use_language("nb")
        assert gettext("Aborted!") == _("Aborted!") == "Avbrutt!"
        use_language("en")
        assert gettext("Aborted!") == "Aborted!"
        assert [ngettext("one", "many", count) for count in (0, 1, 2)] == ["many", "one", "many"]
    finally:
        use_language(before)


def test_nothing_that_is_said_is_missing_from_the_catalogue(tmp_path: Path) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("there is no make here")
    fresh = tmp_path / "locale"
    shutil.copytree(LOCALE, fresh)
    subprocess.run(
        # -o: the environment is as it is
        [make, "messages", f"LOCALE={fresh}", f"BIN={Path(sys.executable).parent}", "-o", ".venv/dev-ok"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = set(messages(catalogue(fresh)))
    assert said - set(NORWEGIAN) == set(), "run “make messages” and translate"
    assert set(NORWEGIAN) - said == set(), "run “make messages”: nobody says this any more"


# ---- dates as shown and as typed


@QUICK
@given(moment=st.datetimes(datetime(1996, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - the next line says UTC
def test_a_moment_is_on_the_day_that_the_clock_at_home_says(moment: datetime) -> None:
    for hour in (0, 12, 21, 22, 23):
        then = moment.replace(hour=hour, tzinfo=UTC)
        assert day_at_home(then) == then.astimezone(ZoneInfo(HOME)).date()


@QUICK
@given(day=DAYS, code=st.sampled_from(LANGUAGES))
def test_a_day_means_itself_however_it_is_written(day: date, code: str) -> None:
    before = language()
    use_language(code)
    try:
        written = {day_text(day), day_short(day), day.isoformat(), day_text(day).upper(), date_text(day.isoformat())}
    finally:
        use_language(before)
    assert {parse_day(text, TODAY) for text in written} == {day}
    assert {edtf_from(text) for text in written} == {day.isoformat()}


@QUICK
@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), code=st.sampled_from(LANGUAGES))  # noqa: DTZ001 - it gets its zone below
def test_a_time_shown_is_the_time_meant(moment: datetime, code: str) -> None:
    given_time = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_known(given_time.isoformat(), given_time) == given_time
    before = language()
    use_language(code)
    try:
        shown = moment_text(given_time)
    finally:
        use_language(before)
    assert shown.endswith(f":{given_time:%M:%S}") or given_time.year < 1950  # older offsets have odd seconds


def test_known_on_a_day_is_at_its_end_at_home() -> None:
    now = datetime(2026, 5, 17, 12, tzinfo=UTC)
    assert parse_known("2018-12-31", now) == datetime(2018, 12, 31, 22, 59, 59, 999999, tzinfo=UTC)
    assert parse_known("2018-06-30", now) == datetime(2018, 6, 30, 21, 59, 59, 999999, tzinfo=UTC)
    assert parse_known("i går", now) == parse_known("yesterday", now) == end_of_day(date(2026, 5, 16))
    assert parse_known("nå", now) == parse_known("now", now) == now
    assert parse_known("2018-12-31T12:00", now) == datetime(2018, 12, 31, 11, tzinfo=UTC)
    assert parse_known("2018-12-31T12:00Z", now) == datetime(2018, 12, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("nb", "en", "day"),
    [
        ("i dag", "today", TODAY),
        ("i går", "yesterday", TODAY - timedelta(days=1)),
        ("i morgen", "tomorrow", TODAY + timedelta(days=1)),
        ("i fjor", "last year", date(2025, 12, 31)),
        ("forrige måned", "last month", date(2026, 4, 30)),
        ("+2u", "+2w", date(2026, 5, 31)),
        ("-1å", "-1y", date(2025, 5, 17)),
        ("slutten av 2018", "end of 2018", date(2018, 12, 31)),
        ("begynnelsen av mars 2018", "early march 2018", date(2018, 3, 1)),
        ("høsten 2018", "autumn 2018", date(2018, 11, 30)),
        ("våren 2018", "spring 2018", date(2018, 5, 31)),
        ("2. mai 2018", "2 may 2018", date(2018, 5, 2)),
        ("I  GÅR", "Yesterday ", TODAY - timedelta(days=1)),
    ],
)
def test_words_in_both_languages_mean_the_same_day(nb: str, en: str, day: date) -> None:
    assert parse_day(nb, TODAY) == parse_day(en, TODAY) == day


@QUICK
@given(st.one_of(st.text(max_size=12), st.from_regex(r"[-+/~?.0-9a-zå ]{1,14}", fullmatch=True)))
def test_anything_typed_is_a_day_or_is_refused_in_words(text: str) -> None:
    with suppress(InvalidInput):
        assert date(1800, 1, 1) <= parse_day(text, TODAY) <= date(2999, 12, 31)
    with suppress(InvalidInput):
        assert parse_known(text, datetime(2026, 5, 17, tzinfo=UTC)).tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["2018-24", "31.02.2018", "30. februar 2018", "0000", "3000-01-01", "", "../..", "mai"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_day(text, TODAY)


def test_a_winter_says_why_it_is_refused() -> None:
    with pytest.raises(InvalidInput, match="lies in two years"):
        parse_day("2018-24", TODAY)


# ---- values as shown and as typed


def field_of(base: type) -> FieldDeclaration:
    return next(field for field in FIELDS if field.base is base)


MONEY, SHARE, STAFFING = field_of(Money), field_of(Share), field_of(Staffing)


@QUICK
@given(
    ore=st.integers(-(10**15), 10**15),
    known=st.sampled_from(["exact", "ceiling", "floor", "estimate"]),
    code=st.sampled_from(LANGUAGES),
)
def test_an_amount_is_understood_as_it_is_shown(ore: int, known: str, code: str) -> None:
    before = language()
    use_language(code)
    try:
        shown = money_text({"known": known, "ore": ore})
    finally:
        use_language(before)
    assert from_text(MONEY, shown) == {"known": known, "ore": ore}


@QUICK
@given(
    milli=st.integers(0, 999_999), bound=st.sampled_from(["exact", "ceiling", "floor"]), code=st.sampled_from(LANGUAGES)
)
def test_staffing_is_understood_as_it_is_shown(milli: int, bound: str, code: str) -> None:
    before = language()
    use_language(code)
    try:
        shown = staffing_text({"milli_fte": milli, "bound": bound})
    finally:
        use_language(before)
    assert from_text(STAFFING, shown) == {"milli_fte": milli, "bound": bound}


def test_an_unknown_amount_is_understood_as_it_is_shown(lang: str) -> None:
    assert from_text(MONEY, money_text({"known": "unknown"})) == {"known": "unknown"}


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("1234", 123400),
        ("1 234,5", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1.500", 150000),
        ("1,500", 150000),
        ("1,50", 150),
        ("0,05", 5),
        ("-12 kr", -1200),
        ("12 NOK", 1200),
        ("kr 12,-", 1200),
        ("kr. 12", 1200),
        ("1\u00a0000\u00a0000 kr", 100_000_000),
    ],
)
def test_amounts_as_people_write_them(text: str, ore: int) -> None:
    assert from_text(MONEY, text) == {"known": "exact", "ore": ore}


@pytest.mark.parametrize(
    "text",
    ["", "kr", "mange", "1e9", "1e999999", "nan", "inf", "0.005", "1,005.5.5", "1.500,250", "--5", "1/3", "9" * 5000],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        from_text(MONEY, text)


@pytest.mark.parametrize(("text", "share"), [("1/3", (1, 3)), ("2/4", (1, 2)), ("1", (1, 1)), ("0,5", (1, 2))])
def test_shares_are_in_lowest_terms(text: str, share: tuple[int, int]) -> None:
    assert from_text(SHARE, text) == {"n": share[0], "d": share[1]}


@pytest.mark.parametrize("text", ["", "1/0", "-1/2", "a/b", "1e9999999", "1/2/3", "nan", "9" * 5000])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        from_text(SHARE, text)


@pytest.mark.parametrize(
    ("text", "staffing"),
    [
        ("2,3", (2300, "exact")),
        ("min 2", (2000, "floor")),
        ("max. 3 årsverk", (3000, "ceiling")),
        ("2.125 FTE", (2125, "exact")),
    ],
)
def test_staffing_as_people_write_it(text: str, staffing: tuple[int, str]) -> None:
    assert from_text(STAFFING, text) == {"milli_fte": staffing[0], "bound": staffing[1]}


@pytest.mark.parametrize("text", ["", "ca 2", "2,0001", "1e999999", "nan"])
def test_what_is_no_staffing_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        from_text(STAFFING, text)


@QUICK
@given(text=st.text(max_size=30), number=st.integers(0, len(FIELDS) - 1))
def test_anything_typed_in_any_field_is_taken_or_refused_in_words(text: str, number: int) -> None:
    field = FIELDS[number]
    if field.base is Personal or not field.en:
        return
    with suppress(InvalidInput):
        assert from_text(field, text) is not None


def test_no_text_for_people_is_left_out_of_the_catalogue() -> None:
    """Extraction does not look inside formatted strings; the syntax tree does."""
    with (LOCALE / "nb" / "LC_MESSAGES" / "vedtak.po").open("rb") as file:
        ids = {
            part for message in read_po(file) for part in ([message.id] if isinstance(message.id, str) else message.id)
        }
    written = {
        argument.value
        for folder in ("ledger", "projections", "tui")
        for source in (PROJECT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"_", "N_", "ngettext_"}
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert written - ids == set()

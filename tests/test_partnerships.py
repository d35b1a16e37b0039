"""What belongs to which partnership, on any day, as known at any time, and who is in whose way when recording?"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.entry import Actor, effects, encode
from ledger.errors import InvalidInput, Refused
from ledger.events import CATALOGUE
from ledger.facts import Assign, Slot
from ledger.fields import COMMON_KINDS, KINDS, SCOPED_KINDS
from ledger.journal import Journal, tags
from ledger.record import ATTEMPTS, Pen
from ledger.store import Book, memory_book, open_book
from projections.audit import audit
from projections.partnership import Node, summary, tree, walk
from projections.reading import Reading
from projections.scope import belonging, entries_of
from projections.things import partnership_named, show
from projections.timeline import Filter, positions
from projections.why import why
from tests.pens import DAL, FJORD, an_hour_ahead, annul, before_append, command, corrects, register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Run

NORTH, SOUTH, NEW = "partnership/nord", "partnership/sor", "organisation/ny"
BOARD, GROUP, TEAM = "body/styret", "body/gruppa", "body/teamet"
DAYS = ["2017-12-31", "2018-01-01", "2019-06-30", "2020-01-01", "2030-01-01"]


def partnership(ref: str, effective: str = "2018-01-01", **rest: Any) -> dict[str, Any]:
    return command("partnership-registered", effective, partnership=ref, name=ref[12:].title(), **rest)


def body(ref: str, effective: str = "2018-01-01", owner: str | None = None, **rest: Any) -> dict[str, Any]:
    told = {"owner": owner} if owner else {}
    event = {"body": ref, "name": ref[5:].title(), "kind": "board", "effect": "evidenced", **told}
    return command("body-established", effective, **event, **rest)


def placed(effective: str, where: str | None, *things: str, **rest: Any) -> dict[str, Any]:
    told = {"partnership": where} if where else {}
    return command("things-placed", effective, things=list(things), **told, **rest)


def ended(ref: str, effective: str = "2020-01-01", *heirs: str) -> dict[str, Any]:
    return command("partnership-ended", effective, partnership=ref, reason="Slutt", succeeded_by=list(heirs))


def book_of(*commands: dict[str, Any]) -> Pen:
    pen = Pen(memory_book("vedtak.test/samarbeid"), Actor("Kari", "secretariat"))
    for asked in commands:
        pen.record(asked)
    return pen


def reading(pen: Pen, on: str, known: int | None = None) -> Reading:
    journal = pen.catch_up()
    return Reading(journal, date.fromisoformat(on), journal.head if known is None else known)


def where(pen: Pen, ref: str, on: str, known: int | None = None) -> dict[str, str]:
    """The partnerships a thing belongs to, or may."""
    seen = reading(pen, on, known)
    return {scope: found[ref] for scope in (NORTH, SOUTH) if ref in (found := belonging(seen, scope))}


def nodes(found: list[Node]) -> Iterator[Node]:
    for root in found:
        yield from walk(root)


TWO = (partnership(NORTH), partnership(SOUTH), register(FJORD), register(DAL, "Dal"))


# ---- what belongs where


def test_every_kind_is_common_or_belongs_to_a_partnership() -> None:
    assert {*COMMON_KINDS, *SCOPED_KINDS} == set(KINDS)
    assert not {*COMMON_KINDS} & {*SCOPED_KINDS}


def test_what_an_entry_creates_belongs_to_the_partnership_it_is_recorded_in() -> None:
    pen = book_of(*TWO, body(BOARD, owner=FJORD, _partnership=NORTH), body(GROUP, owner=FJORD))
    assert where(pen, BOARD, "2018-01-01") == {NORTH: "yes"}
    assert where(pen, BOARD, "2017-12-31") == {}
    assert where(pen, GROUP, "2018-01-01") == {}
    told = why(reading(pen, "2018-01-01"), f"{BOARD}.partnership")
    assert (told.value, told.entry) == (NORTH, 5)


def test_what_is_common_is_placed_nowhere_but_the_entry_is_in_the_log() -> None:
    pen = book_of(*TWO, register(NEW, "Ny", _partnership=NORTH))
    assert belonging(reading(pen, "2018-01-01"), NORTH) == {}
    assert entries_of(reading(pen, "2018-01-01"), NORTH) == [1, 5]


def test_a_thing_belongs_from_the_day_it_may_begin() -> None:
    pen = book_of(*TWO, body(BOARD, "2018-23/2019-23", _partnership=NORTH))
    assert where(pen, BOARD, "2018-08-31") == {}
    assert where(pen, BOARD, "2018-12-31") == {NORTH: "maybe"}
    assert where(pen, BOARD, "2019-12-31") == {NORTH: "yes"}


def test_an_entry_without_a_partnership_has_the_bytes_and_effects_it_always_had() -> None:
    entry = book_of(body(BOARD)).catch_up().entry(1)
    assert b"partnership" not in encode(entry)
    assert effects(entry) == tuple(entry.happened.effects())
    assert tags(entry) == (f"command/{entry.command}", BOARD)


def test_the_partnership_stands_before_the_authority_in_the_bytes() -> None:
    entry = book_of(*TWO, body(BOARD, _partnership=NORTH, _note="Ja")).catch_up().entry(5)
    assert [name for name in json.loads(encode(entry)) if name in {"knowledge", "partnership", "note", "event"}] == [
        "knowledge",
        "partnership",
        "note",
        "event",
    ]
    assert NORTH in tags(entry)


@pytest.mark.parametrize(
    "wire_name", [name for name, event in CATALOGUE.items() if "partnership" in event.__struct_fields__]
)
def test_an_event_with_a_field_of_that_name_is_about_partnerships(wire_name: str) -> None:
    assert wire_name in {"partnership-registered", "partnership-ended", "things-placed"}


# ---- several partnerships


def test_a_municipality_takes_part_in_two_and_a_merger_reaches_both() -> None:
    pen = book_of(
        *TWO,
        body(BOARD, owner=FJORD, _partnership=NORTH),
        body(GROUP, owner=DAL, _partnership=SOUTH),
        body(TEAM, owner=FJORD, _partnership=SOUTH),
        register(NEW, "Ny", effective="2020-01-01"),
        command("organisations-merged", "2020-01-01", predecessors=[FJORD, DAL], result=NEW),
    )
    for on in ("2019-12-31", "2020-01-01"):
        assert list(belonging(reading(pen, on), NORTH)) == [BOARD]
        assert list(belonging(reading(pen, on), SOUTH)) == [GROUP, TEAM]
    assert [node.ref for node in tree(reading(pen, "2019-12-31"), NORTH)] == [FJORD]
    (owner,) = tree(reading(pen, "2020-01-01"), NORTH)
    assert (owner.ref, owner.holds, [node.ref for node in owner.children]) == (FJORD, "no", [BOARD])
    assert {node.ref for node in tree(reading(pen, "2020-01-01"), SOUTH)} == {FJORD, DAL}
    # The merger is nobody's own: it is in the log of the ledger, and of each thing it touches.
    assert 9 not in entries_of(reading(pen, "2020-01-01"), NORTH)


def test_partnerships_merge_by_ending_and_placing() -> None:
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH), body(GROUP, _partnership=SOUTH))
    pen.record_all([ended(SOUTH, "2020-01-01", NORTH), placed("2020-01-01", NORTH, GROUP)])
    assert list(belonging(reading(pen, "2019-12-31"), NORTH)) == [BOARD]
    assert list(belonging(reading(pen, "2020-01-01"), NORTH)) == [BOARD, GROUP]
    assert belonging(reading(pen, "2020-01-01"), SOUTH) == {}
    shown = show(reading(pen, "2020-01-01"), SOUTH)
    assert (shown["holds"], shown["attributes"]["succeeded_by"].value) == ("no", (NORTH,))


def test_what_is_not_placed_elsewhere_stays_where_it_was_when_its_partnership_ends() -> None:
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH), ended(NORTH))
    assert where(pen, BOARD, "2021-01-01") == {NORTH: "yes"}


# ---- moved, dated back, corrected


def test_moved_from_one_to_another_and_to_none() -> None:
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH), placed("2019-01-01", SOUTH, BOARD))
    pen.record(placed("2020-01-01", None, BOARD))
    assert [where(pen, BOARD, on) for on in ("2018-12-31", "2019-01-01", "2020-01-01")] == [
        {NORTH: "yes"},
        {SOUTH: "yes"},
        {},
    ]


def test_dated_back_it_is_so_from_then_as_known_since() -> None:
    pen = book_of(*TWO, body(BOARD), placed("2020-01-01", SOUTH, BOARD), placed("2019-01-01", NORTH, BOARD))
    assert where(pen, BOARD, "2019-06-30") == {NORTH: "yes"}
    assert where(pen, BOARD, "2019-06-30", known=6) == {}
    assert where(pen, BOARD, "2020-01-01") == where(pen, BOARD, "2020-01-01", known=6) == {SOUTH: "yes"}


def test_of_an_uncertain_day_it_may_belong_to_either() -> None:
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH), placed("2019", SOUTH, BOARD))
    assert where(pen, BOARD, "2019-06-30") == {NORTH: "maybe", SOUTH: "maybe"}
    assert where(pen, BOARD, "2019-12-31") == {SOUTH: "yes"}


def test_a_correction_says_the_partnership_again_or_places_it_nowhere() -> None:
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH))
    pen.record(body(BOARD, _partnership=SOUTH, _corrects=corrects(5)))
    assert where(pen, BOARD, "2018-01-01") == {SOUTH: "yes"}
    assert where(pen, BOARD, "2018-01-01", known=5) == {NORTH: "yes"}
    _, found = pen.preview(body(BOARD, _corrects=corrects(6)))
    assert (Slot(BOARD, "partnership"), SOUTH, None) in {
        (change.slot, change.before.value, change.after.value) for change in found
    }


def test_an_annulled_placing_counts_no_more() -> None:
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH), placed("2019-01-01", SOUTH, BOARD), annul(6))
    assert where(pen, BOARD, "2020-01-01") == {NORTH: "yes"}
    assert where(pen, BOARD, "2020-01-01", known=6) == {SOUTH: "yes"}


# ---- what is refused


def test_the_partnership_named_must_be_on_record_and_the_nearest_is_named() -> None:
    pen = book_of(*TWO)
    with pytest.raises(Refused) as refusal:
        pen.record(body(BOARD, _partnership="partnership/norde"))
    assert "partnership refers to partnership/norde, which is not on record" in str(refusal.value)
    assert str(refusal.value.details["nearest"]).startswith(NORTH)
    with pytest.raises(InvalidInput, match="takes a reference"):
        pen.record(body(BOARD, _partnership=FJORD))


@pytest.mark.parametrize("on", ["2017-12-31", "2020-01-01"])
def test_nothing_is_recorded_in_a_partnership_that_does_not_stand(on: str) -> None:
    pen = book_of(*TWO, ended(NORTH))
    for asked in (body(BOARD, on, _partnership=NORTH), ended(NORTH, on)):
        with pytest.raises(Refused, match=f"“Nord” does not stand on {on}|“partnership/nord” does not stand on {on}"):
            pen.record(asked)
    pen.record(body(BOARD, "2019", _partnership=NORTH))


def test_it_may_stand_is_enough() -> None:
    pen = book_of(partnership(NORTH, "2018"))
    assert pen.record(body(BOARD, "2018-06-01", _partnership=NORTH)).position == 2


@pytest.mark.parametrize("ref", [FJORD, NORTH])
def test_what_is_common_cannot_be_placed(ref: str) -> None:
    pen = book_of(*TWO)
    with pytest.raises(Refused, match="is common to all partnerships") as refusal:
        pen.record(placed("2019-01-01", SOUTH, ref))
    assert refusal.value.remedy.startswith("Place what the partnership has or does")


def test_what_is_placed_must_be_on_record() -> None:
    pen = book_of(*TWO)
    with pytest.raises(Refused, match="things refers to body/styret, which is not on record"):
        pen.record(placed("2019-01-01", NORTH, BOARD))


def test_a_partnership_does_not_succeed_itself() -> None:
    pen = book_of(*TWO)
    with pytest.raises(Refused, match="cannot go on with what it ends"):
        pen.record(ended(NORTH, "2020-01-01", NORTH))


def test_a_partnership_that_is_recorded_in_cannot_be_annulled() -> None:
    pen = book_of(*TWO, register(NEW, "Ny", _partnership=NORTH))
    with pytest.raises(Refused, match="partnership/nord is used by #5"):
        pen.record(annul(1))


def test_the_audit_finds_what_was_recorded_before_the_partnership_stood() -> None:
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH))
    assert audit(reading(pen, "2030-01-01")) == []
    pen.record(partnership(NORTH, "2019-01-01", _corrects=corrects(1)))
    (finding,) = audit(reading(pen, "2030-01-01"))
    assert (finding.entry, finding.rule) == (5, "broken_rule")


# ---- others record at the same time


def test_two_who_record_in_one_partnership_are_not_in_each_others_way(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record_all(TWO)
    attempts = before_append(monkeypatch, book, lambda _: other.record(body(GROUP, _partnership=NORTH)))
    outcome = an_hour_ahead(book).record(body(BOARD, _partnership=NORTH))
    assert (attempts, outcome.position) == ([1], 6)


def test_correcting_in_a_partnership_is_not_in_the_way_either(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record_all([*TWO, body(BOARD, _partnership=NORTH)])
    attempts = before_append(monkeypatch, book, lambda _: other.record(body(GROUP, _partnership=NORTH)))
    an_hour_ahead(book).record(body(BOARD, _partnership=NORTH, _corrects=corrects(5)))
    assert attempts == [1]


def test_an_annulment_of_the_partnership_meanwhile_is_noticed(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record_all(TWO)
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(annul(1)))
    with pytest.raises(Refused, match="partnership/nord, which is not on record"):
        an_hour_ahead(book).record(body(BOARD, _partnership=NORTH))
    assert book.head() == 5


@pytest.mark.parametrize(
    "meanwhile",
    [ended(NORTH, "2018-01-01"), partnership(NORTH, "2019-01-01", _corrects=corrects(1))],
    ids=["end", "date"],
)
def test_its_end_or_a_later_beginning_meanwhile_is_noticed(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen, meanwhile: dict[str, Any]
) -> None:
    pen.record_all(TWO)
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(meanwhile))
    with pytest.raises(Refused, match="does not stand on 2018-06-01"):
        an_hour_ahead(book).record(body(BOARD, "2018-06-01", _partnership=NORTH))


def test_the_correction_of_a_corrected_registration_is_noticed_too(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record_all([*TWO, partnership(NORTH, "2017-01-01", _corrects=corrects(1))])
    late = partnership(NORTH, "2019-01-01", _corrects=corrects(5))
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(late))
    with pytest.raises(Refused, match="does not stand on 2018-01-01"):
        an_hour_ahead(book).record(body(BOARD, _partnership=NORTH))


def test_an_entry_that_came_meanwhile_stops_the_annulment_of_its_partnership(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record_all(TWO)
    before_append(monkeypatch, book, lambda time: time == 1 and other.record(body(BOARD, _partnership=NORTH)))
    with pytest.raises(Refused, match="is used by #5"):
        an_hour_ahead(book).record(annul(1))


def test_an_event_about_the_partnership_itself_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, pen: Pen, book: Book, other: Pen
) -> None:
    pen.record_all([*TWO, body(BOARD)])
    attempts = before_append(
        monkeypatch, book, lambda time: time == 1 and other.record(body(GROUP, _partnership=NORTH))
    )
    an_hour_ahead(book).record(placed("2019-01-01", NORTH, BOARD))
    assert attempts == [1, 2]
    assert len(attempts) < ATTEMPTS


# ---- the state of a partnership is the whole state, less the rest


THINGS = st.sampled_from([BOARD, GROUP, TEAM])
SCOPES = st.sampled_from([NORTH, SOUTH])
DATES = st.sampled_from(["2018-01-01", "2019-01-01", "2020-01-01", "2018", "2018-06/2019-06", "../2019-01-01"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), DATES, st.one_of(SCOPES, st.none()), THINGS),
        st.tuples(st.just("annul"), st.integers(6, 14), st.none(), st.none()),
    ),
    max_size=8,
)


def tried(pen: Pen, step: tuple[Any, ...]) -> None:
    what, first, scope, thing = step
    try:
        pen.record(placed(first, scope, thing) if what == "place" else annul(first))
    except Refused:
        return


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_belonging_is_what_the_whole_state_says_on_every_day_and_at_every_knowledge(
    steps: list[tuple[Any, ...]],
) -> None:
    started = (partnership(NORTH, "2000"), partnership(SOUTH, "2000"))
    pen = book_of(*started, body(BOARD, _partnership=NORTH), body(GROUP), body(TEAM, "2018", _partnership=SOUTH))
    for step in steps:
        tried(pen, step)
    journal = pen.catch_up()
    for known in range(journal.head + 1):
        for day in DAYS:
            seen = Reading(journal, date.fromisoformat(day), known)
            answers = journal.history.at(seen.effective, known).answers
            for scope in (NORTH, SOUTH):
                expected = {
                    slot.entity: "yes" if {w.value for w in found.writers} == {scope} and not found.unset else "maybe"
                    for slot, found in answers.items()
                    if slot.attribute == "partnership" and scope in {writer.value for writer in found.writers}
                }
                assert belonging(seen, scope) == expected


STRUCTURE = {"strategy", "agreement", "plan", "measure", "body", "post"}


def same_as_filtered(journal: Journal, on: str, known: int) -> None:
    seen = Reading(journal, date.fromisoformat(on), known)
    whole, counted = tree(seen), summary(seen)
    total: dict[str, int] = dict.fromkeys(counted.things, 0)
    for thing in list(seen.structure.list("partnership")):
        inside = belonging(seen, thing.ref)
        own = tree(seen, thing.ref)
        filtered = {node.ref for node in nodes(whole) if node.relation in STRUCTURE and node.ref in inside}
        shown = {node.ref for node in nodes(own) if node.relation in STRUCTURE}
        assert shown <= set(inside)
        # What belongs to it and is part of nothing is shown here, and only counted in the whole.
        assert filtered <= shown
        assert {
            ref for ref in shown - filtered if not ref.startswith("measure/") and not ref.startswith("plan/")
        } == set()
        told = {node.ref: (node.name, node.holds, node.mark) for node in nodes(whole) if node.relation in STRUCTURE}
        assert {ref: told[ref] for ref in filtered} == {
            node.ref: (node.name, node.holds, node.mark) for node in nodes(own) if node.ref in filtered
        }
        for kind, count in summary(seen, thing.ref).things.items():
            total[kind] += count
        assert positions(seen, Filter(partnership=thing.ref)) == entries_of(seen, thing.ref)
    assert all(total[kind] <= count for kind, count in counted.things.items())


def test_the_state_of_each_partnership_is_the_whole_state_filtered(demo_ledger: Path, sample_ledger: Path) -> None:
    for path, days in (
        (demo_ledger, ["2012-01-01", "2012-12-31", "2018-12-31"]),
        (sample_ledger, ["2018-12-31", "2021-01-01"]),
    ):
        journal = Journal()
        with open_book(path, read_only=True) as held:
            journal.extend(held.entries())
        for day in days:
            for known in (journal.head, journal.head - 2):
                same_as_filtered(journal, day, known)


def test_a_body_under_one_elsewhere_is_shown_below_its_owner_or_alone() -> None:
    pen = book_of(*TWO, body(BOARD, owner=FJORD, _partnership=SOUTH), body(GROUP, owner=DAL, _partnership=NORTH))
    pen.record_all([body(TEAM, _partnership=NORTH), command("body-placed", body=GROUP, under=BOARD)])
    pen.record(command("body-placed", body=TEAM, under=BOARD))
    seen = reading(pen, "2019-01-01")
    assert {(root.ref, tuple(below.ref for below in root.children)) for root in tree(seen, NORTH)} == {
        (DAL, (GROUP,)),
        (TEAM, ()),
    }
    assert {node.mark for node in nodes(tree(seen, NORTH))} == {None}
    assert {node.ref for node in nodes(tree(seen))} == {FJORD, BOARD, GROUP, TEAM}


def test_who_sits_in_it_is_shown_though_common() -> None:
    seat: dict[str, Any] = {
        "post": "post/leder",
        "body": BOARD,
        "title": "Leder",
        "kind": "chair",
        "seats": 1,
        "status": "created",
    }
    pen = book_of(*TWO, body(BOARD, _partnership=NORTH), command("post-created", **seat, _partnership=NORTH))
    pen.record(command("role-assigned", post="post/leder", holder=FJORD))
    assert [node.ref for node in nodes(tree(reading(pen, "2018-01-01"), NORTH))] == [BOARD, "post/leder", FJORD]
    assert summary(reading(pen, "2018-01-01"), NORTH).things["organisations"] == 0


def test_effects_place_each_thing_that_begins_when_it_begins(sample_ledger: Path) -> None:
    with open_book(sample_ledger, read_only=True) as held:
        for entry in held.entries():
            begun = {
                (effect.slot.entity, effect.at)
                for effect in entry.happened.effects()
                if isinstance(effect, Assign) and effect.slot.attribute == "exists" and effect.value is True
            }
            added = effects(replace(entry, partnership=NORTH))[len(tuple(entry.happened.effects())) :]
            placed_at = {(effect.slot.entity, effect.at) for effect in added if isinstance(effect, Assign)}
            assert placed_at == {(ref, at) for ref, at in begun if ref.partition("/")[0] in SCOPED_KINDS}


# ---- on the command line


@pytest.fixture
def ours(vedtak: Run, tmp_path: Path) -> Path:
    path = tmp_path / "ours.vedtak"
    assert vedtak("init", path, "--origin", "vedtak.test/samarbeid").code == 0
    for name in ("nord", "sor"):
        asked = ["partnership-registered", "--partnership", name, "--name", name.title(), "--effective", "2018"]
        assert vedtak("record", *asked, "--ledger", path).code == 0
    return path


def established(name: str, *more: str) -> list[str]:
    told = ["--body", name, "--name", name.title(), "--kind", "board", "--effect", "evidenced"]
    return ["record", "body-established", *told, "--effective", "2019-01-01", *more]


def test_recording_by_flags_names_it_once_or_for_all(vedtak: Run, ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert vedtak(*established("a", "--partnership", "nord"), "--ledger", ours).code == 0
    monkeypatch.setenv("VEDTAK_PARTNERSHIP", "partnership/sor")
    assert vedtak(*established("b"), "--ledger", ours).code == 0
    assert vedtak(*established("c", "--partnership", "nord"), "--ledger", ours).code == 0
    assert vedtak(*established("d", "--partnership", ""), "--ledger", ours).code == 0
    moved = vedtak("record", "things-placed", "--things", "body/a", "--effective", "2020", "--ledger", ours)
    assert moved.code == 0, "an event about partnerships is about the one it names, or none"
    with open_book(ours, read_only=True) as held:
        entries = list(held.entries())
    assert [entry.partnership for entry in entries] == [None, None, NORTH, SOUTH, NORTH, None, None]


def test_asking_about_one(vedtak: Run, ours: Path) -> None:
    assert vedtak(*established("a", "--partnership", "nord"), "--ledger", ours).code == 0
    assert vedtak(*established("b", "--partnership", "sor"), "--ledger", ours).code == 0

    def asked(*arguments: object) -> Any:
        return json.loads(vedtak(*arguments, "--on", "2020-01-01", "--json", "--ledger", ours).out)

    state = asked("state", "--partnership", "nord")
    assert (state["partnership"], state["summary"]["entries"], [node["ref"] for node in state["tree"]]) == (
        NORTH,
        2,
        ["body/a"],
    )
    assert asked("state")["partnership"] is None
    assert [entry["entry"] for entry in asked("events", "--partnership", NORTH)] == [1, 3]
    assert [entry["entry"] for entry in asked("events", "--partnership", NORTH, "--touches", "body/a")] == [3]
    assert [row["ref"] for row in asked("list", "partnerships")] == [NORTH, SOUTH]
    assert asked("show", NORTH)["belonging"] == {"body": 1}
    assert asked("show", "#3")["entry"]["partnership"] == NORTH
    assert [row["ref"] for row in asked("list", "bodies", "--where", f"partnership={NORTH}")] == ["body/a"]
    assert "Belongs to it: 1 body" in vedtak("show", NORTH, "--ledger", ours).out
    assert "partnership: Nord" in vedtak("show", "#3", "--ledger", ours).out


def test_what_is_no_partnership_is_said_to_be_none() -> None:
    pen = book_of(*TWO)
    assert partnership_named(reading(pen, "2018-01-01"), "nord") == NORTH
    with pytest.raises(InvalidInput, match="is no partnership"):
        partnership_named(reading(pen, "2018-01-01"), FJORD)
    with pytest.raises(Refused, match="partnership/nor is not on record"):
        partnership_named(reading(pen, "2018-01-01"), "nor")

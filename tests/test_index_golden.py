"""Does everyone give the answers worked out by hand: the index, the log in memory, and replay?

The property test holds the index against replay, and both read ``effects``; these answers were written down by somebody
who read the histories, not by a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ledger.entry import happening
from ledger.facts import Account, Answer, Balance, Slot, replay
from ledger.journal import Journal
from ledger.record import Pen
from projections.indexed import IndexedLog
from projections.reading import Reading
from projections.scope import belonging
from tests.pens import DAL, FJORD, ORIGIN, WRITER, annul, command, corrects, register
from tui.ledgers import create_ledger, in_memory, log_of, open_ledger

NORTH, SOUTH = "partnership/nord", "partnership/sor"
BY, NY, OST, VEST = "organisation/by", "organisation/ny", "organisation/ost", "organisation/vest"
NORTH_BOARD, SOUTH_BOARD = "body/nordstyret", "body/sorstyret"
Plain = dict[str, Any]


class Ways(NamedTuple):
    """The three that are asked."""

    indexed: IndexedLog
    journal: Journal

    def answers(self, slot: Slot, effective: date, known: int) -> list[Answer]:
        happenings = [happening(position, entry) for position, entry in self.journal.numbered()]
        facts = self.indexed.history
        return [
            facts.answer(slot, effective, known),
            facts.fact(slot, effective, known),
            facts.at(effective, known).answers.get(slot, Answer((), unset=True)),
            self.journal.history.answer(slot, effective, known),
            replay(happenings, effective, known).answers.get(slot, Answer((), unset=True)),
        ]

    def balances(self, account: Account, effective: date, known: int) -> list[Balance]:
        happenings = [happening(position, entry) for position, entry in self.journal.numbered()]
        nothing = Balance(0, 0, 0)
        return [
            self.indexed.history.balance(account, effective, known),
            self.indexed.history.at(effective, known).balances.get(account, nothing),
            self.journal.history.balance(account, effective, known),
            replay(happenings, effective, known).balances.get(account, nothing),
        ]

    def belonging(self, partnership: str, effective: date, known: int) -> list[dict[str, str]]:
        told: list[dict[str, str]] = [
            {**belonging(Reading(log, effective, known), partnership)} for log in (self.indexed, self.journal)
        ]
        scoped = self.indexed.history.of_scope(partnership, effective, known)
        ours = {
            slot.entity: "yes" if all(w.value == partnership for w in answer.writers) and not answer.unset else "maybe"
            for slot, answer in scoped.items()
            if slot.attribute == "partnership"
        }
        return [*told, ours]


@contextmanager
def recorded(folder: Path, *commands: Plain) -> Iterator[Ways]:
    path = folder / "ledger.vedtak"
    create_ledger(path, ORIGIN)
    with open_ledger(path) as book:
        pen = Pen(book, WRITER)
        for asked in commands:
            pen.record(asked)
        log = log_of(book)
        assert isinstance(log, IndexedLog)
        yield Ways(log, in_memory(book))


def shown(answer: Answer) -> str:
    """What may hold, the one to show first last; “–” where nothing holds or may hold."""
    values = [f"{writer.value}" if writer.value is not None else "–" for writer in answer.writers]
    return " | ".join(["–"] * answer.unset + values)


def the_one(found: list[Any]) -> Any:
    assert all(one == found[0] for one in found), found
    return found[0]


def ask(ways: Ways, ref: str, attribute: str, on: str, known: int, key: str = "") -> str:
    return shown(the_one(ways.answers(Slot(ref, attribute, key), date.fromisoformat(on), known)))


def balance(ways: Ways, ref: str, name: str, on: str, known: int) -> tuple[int, int, int]:
    return tuple(the_one(ways.balances(Account(ref, name), date.fromisoformat(on), known)))


def where(ways: Ways, on: str, known: int) -> tuple[dict[str, str], dict[str, str]]:
    """What belongs to the north, and what to the south."""
    north, south = (the_one(ways.belonging(ref, date.fromisoformat(on), known)) for ref in (NORTH, SOUTH))
    return north, south


def partnership(ref: str) -> Plain:
    return command("partnership-registered", "2015-01-01", partnership=ref, name=ref.rpartition("/")[2])


def body(ref: str, effective: str, **rest: Any) -> Plain:
    event = {"body": ref, "name": ref, "kind": "board", "effect": "evidenced"}
    return command("body-established", effective, **event, **rest)


def placed(effective: str, partnership: str | None, *things: str, **rest: Any) -> Plain:
    told = {"partnership": partnership} if partnership else {}
    return command("things-placed", effective, things=list(things), **told, **rest)


def member(effective: str, organisation: str, of: str, **rest: Any) -> Plain:
    return command("membership-started", effective, member=organisation, of=of, **rest)


def organisation(ref: str, since: str) -> Plain:
    return register(ref, ref.rpartition("/")[2].title(), effective=since)


def merged(effective: str, result: str, *predecessors: str, **rest: Any) -> Plain:
    return command("organisations-merged", effective, predecessors=list(predecessors), result=result, **rest)


PLACES: Final = [  # 1 to 7
    partnership(NORTH),
    partnership(SOUTH),
    organisation(FJORD, "2000-01-01"),
    organisation(DAL, "2000-01-01"),
    organisation(BY, "2000-01-01"),
    body(NORTH_BOARD, "2016-01-01", _partnership=NORTH),
    body(SOUTH_BOARD, "2016-01-01", _partnership=SOUTH),
]


# ---- organisations that several partnerships share


def test_one_that_takes_part_in_both_merges_and_what_came_of_it_splits(tmp_path: Path) -> None:
    history = [
        *PLACES,
        member("2016-02-01", FJORD, NORTH_BOARD, _partnership=NORTH),  # 8
        member("2016-02-01", BY, NORTH_BOARD, _partnership=NORTH),  # 9
        member("2016-03-01", BY, SOUTH_BOARD, _partnership=SOUTH),  # 10
        organisation(NY, "2020-01-01"),  # 11
        merged("2020-01-01", NY, FJORD, DAL, BY, _partnership=NORTH),  # 12
        merged("2020-01-01", NY, FJORD, BY, _partnership=NORTH, _corrects=corrects(12)),  # 13: Dal went on
        organisation(OST, "2023-01-01"),  # 14
        organisation(VEST, "2023-01-01"),  # 15
        command(  # 16
            "organisation-split",
            "2023-01-01",
            organisation=NY,
            parts=[{"to": OST, "basis": "area"}, {"to": VEST, "basis": "area"}],
            _partnership=SOUTH,
        ),
    ]
    with recorded(tmp_path, *history) as ways:
        # Dal has ended in what was known at 12, and not since.
        for known, ended, heirs in (
            (11, "True", "–"),
            (12, "False", f"('{NY}',)"),
            (13, "True", "–"),
            (16, "True", "–"),
        ):
            assert ask(ways, DAL, "exists", "2020-01-01", known) == ended
            assert ask(ways, DAL, "succeeded_by", "2020-01-01", known) == heirs
            assert ask(ways, DAL, "exists", "2019-12-31", known) == "True"
        assert ask(ways, BY, "exists", "2020-01-01", 12) == ask(ways, BY, "exists", "2020-01-01", 13) == "False"
        assert ask(ways, NY, "predecessor", "2020-01-01", 12, DAL) == "True"
        assert ask(ways, NY, "predecessor", "2020-01-01", 13, DAL) == "–"
        assert ask(ways, NY, "predecessor", "2020-01-01", 16, BY) == "True"
        assert ask(ways, NY, "exists", "2022-12-31", 16) == "True"
        assert ask(ways, NY, "exists", "2023-01-01", 16) == "False"
        assert ask(ways, NY, "exists", "2023-01-01", 15) == "True"
        assert ask(ways, NY, "succeeded_by", "2023-01-01", 16) == f"('{OST}', '{VEST}')"
        assert ask(ways, OST, "predecessor", "2023-01-01", 16, NY) == "True"
        # Its seats are what each board says, whoever merged.
        assert ask(ways, NORTH_BOARD, "member", "2020-01-01", 16, BY) == "True"
        assert ask(ways, BY, "member_of", "2016-02-29", 16, SOUTH_BOARD) == "–"
        assert ask(ways, BY, "member_of", "2016-03-01", 16, SOUTH_BOARD) == "True"
        # Organisations belong to nobody, in whichever partnership it was recorded what became of them.
        for on in ("2019-12-31", "2020-01-01", "2023-01-01"):
            assert where(ways, on, 16) == ({NORTH_BOARD: "yes"}, {SOUTH_BOARD: "yes"})
        scoped = ways.indexed.history.of_scope(NORTH, date(2023, 1, 1), 16)
        assert {slot.entity for slot in scoped} == {NORTH_BOARD}
        assert {slot.key for slot in scoped if slot.attribute == "member"} == {FJORD, BY}
        assert [ways.indexed.withdrawn_by(12, known) for known in (12, 13)] == [None, 13]
        assert (ways.indexed.history.place(13), ways.indexed.history.place(16)) == (12, 16)


# ---- things that move between partnerships


def test_moved_dated_back_and_corrected(tmp_path: Path) -> None:
    history = [
        *PLACES,
        placed("2020-01-01", SOUTH, NORTH_BOARD),  # 8
        placed("2018-01-01", None, NORTH_BOARD, SOUTH_BOARD),  # 9: dated back, both out of everything
        placed("2019-01-01", NORTH, NORTH_BOARD, _corrects=corrects(9)),  # 10: a year later, and only one, to the north
        placed("2020-01-01", NORTH, SOUTH_BOARD),  # 11
        placed("2020-01-01", None, SOUTH_BOARD),  # 12: the same day, recorded later
        placed("2020-01-01", SOUTH, SOUTH_BOARD, _corrects=corrects(11)),  # 13: stands where 11 stood, before 12
        annul(12),  # 14
    ]
    north, south, both = {NORTH_BOARD: "yes"}, {SOUTH_BOARD: "yes"}, {SOUTH_BOARD: "yes", NORTH_BOARD: "yes"}
    with recorded(tmp_path, *history) as ways:
        table = {
            #         2015-12-31  2016-01-01      2018-01-01      2019-01-01      2020-01-01
            7: [({}, {}), (north, south), (north, south), (north, south), (north, south)],
            8: [({}, {}), (north, south), (north, south), (north, south), ({}, both)],
            9: [({}, {}), (north, south), ({}, {}), ({}, {}), ({}, north)],
            10: [({}, {}), (north, south), (north, south), (north, south), ({}, both)],
            11: [({}, {}), (north, south), (north, south), (north, south), (south, north)],
            12: [({}, {}), (north, south), (north, south), (north, south), ({}, north)],
            13: [({}, {}), (north, south), (north, south), (north, south), ({}, north)],
            14: [({}, {}), (north, south), (north, south), (north, south), ({}, both)],
        }
        days = ["2015-12-31", "2016-01-01", "2018-01-01", "2019-01-01", "2020-01-01"]
        for known, row in table.items():
            assert [where(ways, on, known) for on in days] == row, known


def test_a_thing_of_an_uncertain_day_belongs_to_either(tmp_path: Path) -> None:
    history = [
        *PLACES,
        placed("2018", SOUTH, NORTH_BOARD),  # 8: some day of 2018
        placed("2018-07-01", None, NORTH_BOARD),  # 9
    ]
    with recorded(tmp_path, *history) as ways:
        moved = [ask(ways, NORTH_BOARD, "partnership", on, 8) for on in ("2017-12-31", "2018-06-30", "2018-12-31")]
        assert moved == [NORTH, f"{NORTH} | {SOUTH}", SOUTH]
        days = ("2018-06-30", "2018-07-01", "2018-07-02", "2018-12-31")
        moved = [ask(ways, NORTH_BOARD, "partnership", on, 9) for on in days]
        # On 1 July it was put out of both, after whatever else was of that day; it may have come to the south later on.
        assert moved == [f"{NORTH} | {SOUTH}", "–", f"– | {SOUTH}", f"– | {SOUTH}"]
        assert where(ways, "2018-06-30", 9) == ({NORTH_BOARD: "maybe"}, {SOUTH_BOARD: "yes", NORTH_BOARD: "maybe"})
        assert where(ways, "2018-07-01", 9) == ({}, {SOUTH_BOARD: "yes"})
        assert where(ways, "2018-07-02", 9) == ({}, {SOUTH_BOARD: "yes", NORTH_BOARD: "maybe"})


# ---- days nobody knows


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        # on               2018-12-31             2019-05-01             2019-05-31             2019-06-30
        ("2019-05", ["Fjord", "Fjord | Ny", "Ny", "Ny"]),
        ("2019-05-01/2019-06-15", ["Fjord", "Fjord | Ny", "Fjord | Ny", "Ny"]),
        ("2001/2019-05-01", ["Fjord | Ny", "Ny", "Ny", "Ny"]),
        ("../2019-05-01", ["Fjord | Ny"] * 4),  # or before it was registered under the other one
        ("2019-05-31/..", ["Fjord", "Fjord", "Fjord | Ny", "Fjord | Ny"]),
        ("2019-05-31?", ["Fjord", "Fjord", "Ny", "Ny"]),  # doubted, not moved
        ("2019-22", ["Fjord", "Fjord", "Fjord", "Fjord | Ny"]),  # summer: June to August
    ],
)
def test_a_name_of_an_uncertain_day(tmp_path: Path, dated: str, expected: list[str]) -> None:
    days = ["2018-12-31", "2019-05-01", "2019-05-31", "2019-06-30"]
    renamed = command("organisation-renamed", dated, organisation=FJORD, name="Ny")
    with recorded(tmp_path, organisation(FJORD, "2000-01-01"), renamed, annul(2)) as ways:
        assert [ask(ways, FJORD, "name", on, 2) for on in days] == expected
        assert [ask(ways, FJORD, "name", on, known) for on in days for known in (1, 3)] == ["Fjord"] * 8


def test_two_reports_of_one_body_overlap(tmp_path: Path) -> None:
    """Each effect has a date of its own, whatever the day of the report."""
    history = [
        body(NORTH_BOARD, "2015-01-01"),
        command(
            "body-activity-reported", "2020-01-01", body=NORTH_BOARD, state="functioning", since="2016", until="2018"
        ),
        command("body-activity-reported", "2020-01-01", body=NORTH_BOARD, state="dormant", since="2017-06-01"),
    ]
    with recorded(tmp_path, *history) as ways:
        days = ["2015-12-31", "2016-06-01", "2016-12-31", "2017-06-01", "2018-06-01", "2018-12-31"]
        told = {known: [ask(ways, NORTH_BOARD, "activity", on, known) for on in days] for known in (1, 2, 3)}
        works = "functioning"
        assert told[1] == ["–"] * 6
        assert told[2] == ["–", f"– | {works}", works, works, f"{works} | –", "–"]
        assert told[3] == ["–", f"– | {works}", works, "dormant", "dormant | –", "–"]


# ---- money


def test_what_is_paid_back_is_counted_where_and_when_it_was(tmp_path: Path) -> None:
    def ore_of(amount: int) -> Plain:
        return {"known": "exact", "ore": amount}

    def paid(on: str, amount: int, **rest: Any) -> Plain:
        event = {"application": "application/a", "amount": ore_of(amount), "via": "direct"}
        return command("grant-payment-received", on, **event, **rest)

    applied = {"application": "application/a", "fund": "fund/a", "applicant": FJORD, "project": "A", "sent": "sent"}
    history = [
        organisation(FJORD, "2000-01-01"),
        command("funding-source-registered", "2018-01-01", fund="fund/a", name="Potten", kind="fund"),
        command("grant-applied", "2019-01-01", **applied, amount=ore_of(1000)),
        command("grant-awarded", "2019-02-01", application="application/a", amount=ore_of(1000)),  # 4
        paid("2019-03-01", 400),  # 5
        paid("2019-04", 300),  # 6: some day in April
        paid("2019-03-01", 40, _corrects=corrects(5)),  # 7: a nought too many
        annul(6),  # 8
    ]
    with recorded(tmp_path, *history) as ways:
        days = ["2019-02-28", "2019-03-01", "2019-04-15", "2019-04-30"]
        told = {known: [balance(ways, "application/a", "paid", on, known) for on in days] for known in (4, 5, 6, 7, 8)}
        assert told == {
            4: [(0, 0, 0)] * 4,
            5: [(0, 0, 0), (400, 400, 400), (400, 400, 400), (400, 400, 400)],
            6: [(0, 0, 0), (400, 400, 400), (400, 400, 700), (700, 700, 700)],
            7: [(0, 0, 0), (40, 40, 40), (40, 40, 340), (340, 340, 340)],
            8: [(0, 0, 0), (40, 40, 40), (40, 40, 40), (40, 40, 40)],
        }

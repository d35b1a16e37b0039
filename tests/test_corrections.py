"""Is what was wrong corrected by adding, with both versions readable and nothing left hanging?"""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import Refused
from ledger.events.organisations import PopulationRecorded
from ledger.record import Pen
from tests.pens import (
    DAL,
    FJORD,
    annul,
    command,
    corrects,
    name_on,
    population,
    register,
    rename,
)

# ---- corrections


def test_both_versions_stay_readable_each_at_its_own_time(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 4312), population(FJORD, 4321, _corrects=corrects(2))])
    journal = pen.catch_up()

    def counted(known: int) -> tuple[int | None, int | None]:
        fact = journal.structure(date(2018, 6, 1), known).organisation(FJORD).population
        return fact.value, fact.entry

    assert [counted(known) for known in (1, 2, 3)] == [(None, None), (4312, 2), (4321, 3)]
    assert [journal.withdrawn_by(2, known) for known in (2, 3)] == [None, 3]
    happened = journal.entry(2).happened
    assert isinstance(happened, PopulationRecorded)
    assert happened.population == 4312


def test_a_correction_is_corrected_at_the_end_of_the_chain(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1), population(FJORD, 2, _corrects=corrects(2))])
    with pytest.raises(Refused, match=r"#2 was corrected by #3 already\. Correct #3 instead"):
        pen.record(population(FJORD, 3, _corrects=corrects(2)))
    pen.record(population(FJORD, 3, _corrects=corrects(3)))
    structure = pen.catch_up().structure(date(2018, 6, 1))
    assert structure.organisation(FJORD).population.value == 3


def test_what_is_annulled_counts_no_more_and_cannot_be_annulled_back(pen: Pen) -> None:
    pen.record_all([register(FJORD), rename(FJORD, "Nyfjord"), annul(2)])
    assert [name_on(pen, FJORD, date(2019, 1, 1), known) for known in (1, 2, 3)] == ["Fjord", "Nyfjord", "Fjord"]
    with pytest.raises(Refused, match="annuls another"):
        pen.record(annul(3))
    with pytest.raises(Refused, match="corrected by #3 already"):
        pen.record(annul(2))
    assert pen.record(rename(FJORD, "Nyfjord")).position == 4


def test_an_annulled_correction_does_not_bring_back_what_it_corrected(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1), population(FJORD, 2, _corrects=corrects(2)), annul(3)])
    structure = pen.catch_up().structure(date(2018, 6, 1))
    assert structure.organisation(FJORD).population.value is None


def test_an_annulment_says_what_it_annuls(pen: Pen) -> None:
    with pytest.raises(Refused, match="does not say which entry"):
        pen.record(command("entry-annulled"))


@pytest.mark.parametrize("target", [2, 3, 99], ids=["itself", "after it", "far away"])
def test_only_an_entry_that_is_there_can_be_corrected(pen: Pen, target: int) -> None:
    pen.record(register(FJORD))
    with pytest.raises(Refused, match="There is no entry"):
        pen.record(annul(target))


def test_a_correction_is_the_same_event_recorded_rightly(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1)])
    with pytest.raises(Refused, match="a correction is the same event"):
        pen.record(rename(FJORD, "Nyfjord", _corrects=corrects(2)))


def test_what_others_rest_on_cannot_be_taken_away(pen: Pen) -> None:
    pen.record_all([register(FJORD), population(FJORD, 1), command("alias-noted", subject=FJORD, alias="Fjorden")])
    for taken in (annul(1), register("organisation/fjorden", _corrects=corrects(1))):
        with pytest.raises(Refused, match=r"organisation/fjord is used by #2, #3"):
            pen.record(taken)
    pen.record_all([annul(2), annul(3), annul(1)])
    assert not pen.catch_up().structure(date(2018, 6, 1)).on_record(FJORD)
    assert pen.record(register(FJORD)).position == 7


def test_a_creating_entry_is_corrected_under_the_same_reference(pen: Pen) -> None:
    pen.record_all([register(FJORD, "Fjrod"), population(FJORD, 1)])
    pen.record(register(FJORD, "Fjord", _corrects=corrects(1)))
    assert [name_on(pen, FJORD, date(2018, 6, 1), known) for known in (2, 3)] == ["Fjrod", "Fjord"]


def test_the_rule_judges_as_if_the_corrected_entry_were_not_there(pen: Pen) -> None:
    pen.record_all([register(FJORD, code="5001"), register(DAL, "Dal")])
    pen.record(register(FJORD, code="5001", _corrects=corrects(1)))
    with pytest.raises(Refused, match="belongs to"):
        pen.record(register(DAL, "Dal", code="5001", _corrects=corrects(2)))


def test_a_correction_stands_where_the_entry_it_corrects_stood(pen: Pen) -> None:
    pen.record_all([register(FJORD), rename(FJORD, "Først"), rename(FJORD, "Sist")])
    pen.record(rename(FJORD, "Først, rettet", _corrects=corrects(2)))
    assert name_on(pen, FJORD, date(2019, 1, 1)) == "Sist"
    pen.record(rename(FJORD, "Sist, rettet", _corrects=corrects(3)))
    pen.record(rename(FJORD, "Først, rettet igjen", _corrects=corrects(4)))
    assert name_on(pen, FJORD, date(2019, 1, 1)) == "Sist, rettet"

"""Is what breaks a rule by back-dating or annulment found, is nothing else, and does no history make the audit fail?"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.entry import Actor, Correction, Entry, written
from ledger.entry import Command as Asked
from ledger.events.corrections import EntryAnnulled
from ledger.journal import Journal
from ledger.record import Pen
from ledger.store import memory_book
from projections.attention import attention
from projections.audit import Finding, Rule, audit
from projections.decisions import decisions, proposals
from projections.reading import Reading
from projections.roles import roles
from tests.clerks import ANN, BOARD, BOB, CHAIR, COMPANY, COUNCIL, GROUP, NORD, SEAT, TEAM, Clerk, furnished
from tests.councils import DECISION, MEETING, A, adopted, seated, vote
from tests.money_book import new_pen, tell
from tests.small_partnership import DAL, FJORD, NY, draft, history, in_force, organisation, told
from tests.small_partnership import A as AGREEMENT
from tui import terms

if TYPE_CHECKING:
    from tests.conftest import Run

FIXTURES = Path(__file__).parent.parent / "fixtures"


def found(source: Clerk | Pen, day: str = "2030-01-01", rule: str | None = None) -> list[Finding]:
    journal = (source.pen if isinstance(source, Clerk) else source).catch_up()
    findings = audit(Reading(journal, date.fromisoformat(day), journal.head))
    return [finding for finding in findings if rule in {None, finding.rule}]


def annul(journal: Journal, target: int) -> None:
    """Annul an entry straight in the journal, whatever rests on it: nothing the pen would record."""
    last = journal.entry(journal.head)
    asked = Asked(
        command=f"00000000-0000-4000-8000-{journal.head:012}",
        effective="2030-01-01",
        knowledge="documented",
        corrects=Correction(entry=target, kind="recording_error", reason="Feil"),
        event=EntryAnnulled(),
    )
    journal.add(written(asked, last.origin, Actor(name="t", role="import"), last.recorded_us + 1))


# ---- what an entry's own rule says now


def test_a_ledger_where_nothing_is_dated_back_breaks_no_rule_of_its_own() -> None:
    assert [finding for finding in found(furnished()) if finding.rule == "broken_rule"] == []


def test_back_dating_shows_in_the_entry_that_would_be_refused_today() -> None:
    clerk = furnished()
    first = clerk.has("2019-01-01", "role-assigned", post=CHAIR, holder=ANN)
    assert found(clerk, rule="broken_rule") == []
    clerk.has("2018-01-01", "role-assigned", post=CHAIR, holder=BOB)  # nobody sat then; but he never left
    (finding,) = found(clerk, rule="broken_rule")
    assert (finding.entry, finding.ref) == (first, CHAIR)
    assert finding.problem.format(**finding.details) == "All 1 seats of “leder” are taken on 2019-01-01."
    assert "inndelingslova" in finding.source
    clerk.has("2018-06-01", "role-ended", post=CHAIR, holder=BOB, cause="resignation")
    assert found(clerk, rule="broken_rule") == []


def test_what_was_found_later_is_not_known_before() -> None:
    clerk = furnished()
    clerk.has("2019-01-01", "role-assigned", post=CHAIR, holder=ANN)
    clerk.has("2018-01-01", "role-assigned", post=CHAIR, holder=BOB)
    journal = clerk.pen.catch_up()
    before = Reading(journal, date(2030, 1, 1), journal.head - 1)
    assert [finding for finding in audit(before) if finding.rule in {"broken_rule", "too_many_holders"}] == []
    assert [finding.rule for finding in found(clerk) if finding.ref == CHAIR] == ["broken_rule", "too_many_holders"]


def test_an_uncertain_date_breaks_a_rule_only_when_every_day_does() -> None:
    clerk = furnished()
    clerk.has("2019", "role-assigned", post=CHAIR, holder=ANN)
    clerk.has("2019-06-01", "role-assigned", post=CHAIR, holder=BOB)
    assert found(clerk, rule="broken_rule") == []
    clerk.has("2018-01-01", "role-assigned", post=CHAIR, holder=NORD)
    assert len(found(clerk, rule="broken_rule")) == 2


def test_the_same_day_goes_by_the_order_recorded() -> None:
    clerk = furnished()
    day = "2019-01-01"
    clerk.has(day, "mandate-given", mandate="mandate/m", giver=BOARD, receiver=GROUP, task="Utred")
    clerk.has(day, "mandate-discharged", mandate="mandate/m", outcome="fulfilled")
    assert found(clerk, rule="broken_rule") == []


def test_a_correction_stands_where_the_entry_stood() -> None:
    clerk = furnished()
    day = "2019-01-01"
    given_ = clerk.has(day, "mandate-given", mandate="mandate/m", giver=BOARD, receiver=GROUP, task="Utred")
    clerk.has(day, "mandate-discharged", mandate="mandate/m", outcome="fulfilled")
    event = {"type": "mandate-given", "mandate": "mandate/m", "giver": BOARD, "receiver": TEAM, "task": "Utred"}
    why = {"entry": given_, "kind": "recording_error", "reason": "Feil organ"}
    clerk.pen.record({"effective": day, "knowledge": "documented", "corrects": why, "event": event})
    assert found(clerk, rule="broken_rule") == []


def test_annulment_shows_in_what_rested_on_it() -> None:
    clerk = furnished()
    clerk.has("2019-01-01", "role-assigned", post=CHAIR, holder=ANN)
    ended = clerk.has("2019-06-01", "role-ended", post=CHAIR, holder=ANN, cause="term")
    annul_ = {"entry": ended - 1, "kind": "recording_error", "reason": "Aldri valgt"}
    clerk.pen.record(
        {"effective": "2019-07-01", "knowledge": "documented", "corrects": annul_, "event": {"type": "entry-annulled"}}
    )
    (finding,) = found(clerk, rule="broken_rule")
    assert (finding.entry, finding.problem) == (ended, "They do not hold “{post}” on {date}.")


def test_a_reference_to_what_was_annulled_is_named() -> None:
    clerk = furnished()
    assigned = clerk.has("2019-01-01", "role-assigned", post=CHAIR, holder=ANN)
    journal = clerk.pen.catch_up().fork()
    created = next(n for n, entry in journal.numbered() if getattr(entry.happened, "post", "") == CHAIR)
    annul(journal, created)
    findings = audit(Reading(journal, date(2030, 1, 1), journal.head))
    assert [(f.entry, f.ref) for f in findings if f.rule == "lost_reference"] == [(assigned, CHAIR)]


def test_a_rule_that_trips_over_what_is_missing_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = furnished()

    def trips(_event: object, _structure: object) -> None:
        raise KeyError("owner")

    monkeypatch.setattr(type(clerk.pen.catch_up().entry(1).happened), "check", trips)
    findings = found(clerk, rule="not_judged")
    assert findings
    assert "KeyError" in findings[0].problem.format(**findings[0].details)


def test_a_check_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    import projections.audit as module

    def late(_reading: Reading) -> Any:
        raise ValueError

    monkeypatch.setattr(module, "RULES", (late, *module.RULES))
    findings = found(furnished(), rule="not_judged")
    assert [finding.details["check"] for finding in findings] == ["late"]


# ---- the structure on the day


def test_two_certain_holders_of_what_one_has_at_a_time() -> None:
    clerk = furnished()
    function = {"function": "secretariat", "subject": COMPANY}
    clerk.has("2019-01-01", "body-function-assigned", holder=TEAM, **function)
    clerk.has("2018-01-01", "body-function-assigned", holder=GROUP, **function)
    (finding,) = found(clerk, rule="two_holders")
    assert (finding.ref, finding.details["names"]) == (COMPANY, "Teamet, Gruppa")
    assert found(clerk, "2018-06-01", "two_holders") == []
    clerk.has("2018", "body-function-ended", holder=GROUP, **function)
    assert found(clerk, rule="two_holders") == []


def test_bodies_in_a_ring() -> None:
    clerk = furnished()
    clerk.has("2018-01-01", "body-placed", body=TEAM, under=GROUP)
    clerk.has("2019-01-01", "body-placed", body=TEAM)
    clerk.has("2019-01-02", "body-placed", body=GROUP, under=TEAM)
    entry = next(n for n, e in clerk.pen.catch_up().numbered() if e.effective == "2019-01-01")
    journal = clerk.pen.catch_up().fork()
    annul(journal, entry)
    findings = audit(Reading(journal, date(2030, 1, 1), journal.head))
    assert {(f.rule, f.ref) for f in findings} >= {("body_ring", GROUP), ("broken_rule", GROUP)}
    assert [f.rule for f in findings].count("body_ring") == 1


def test_terms_of_a_representative_council_and_its_substitutes() -> None:
    clerk = furnished()
    clerk.has("2020-01-01", "role-assigned", post=SEAT, holder=ANN, term_until="2022-01-01")
    (term,) = found(clerk, "2020-06-01", "term_not_four_years")
    assert (term.ref, term.source) == (SEAT, "koml. § 19-3")
    (few,) = found(clerk, "2020-06-01", "too_few_substitutes")
    assert (few.ref, few.details["members"], few.details["substitutes"]) == (COUNCIL, 1, 0)
    clerk.has("2020-02-01", "substitute-appointed", post=SEAT, substitute=BOB, order=1)
    assert found(clerk, "2020-06-01", "too_few_substitutes") == []
    agreed = furnished()
    agreed.has("2020-01-01", "role-assigned", post=SEAT, holder=ANN, term_until="2022-01-01", term_agreed=True)
    agreed.has("2021-01-01", "role-ended", post=SEAT, holder=ANN, cause="term")
    agreed.has("2021-01-01", "role-assigned", post=SEAT, holder=BOB, term_until="2024-12-31")
    assert found(agreed, "2020-06-01", "term_not_four_years") == []
    assert found(agreed, "2021-06-01", "term_not_four_years") == []


def test_who_takes_the_place_of_another_is_elected_for_the_rest_of_the_term() -> None:
    clerk = furnished()
    clerk.has("2020-01-01", "role-assigned", post=SEAT, holder=ANN, term_until="2023-12-31")
    clerk.has("2021-01-01", "role-ended", post=SEAT, holder=ANN, cause="resignation")
    clerk.has("2021-01-01", "role-assigned", post=SEAT, holder=BOB, term_until="2023-12-31")
    assert found(clerk, "2021-06-01", "term_not_four_years") == []
    clerk.has("2022-01-01", "role-ended", post=SEAT, holder=BOB, cause="recall")
    clerk.has("2022-01-01", "role-assigned", post=SEAT, holder=ANN, term_until="2027-12-31")
    (term,) = found(clerk, "2022-06-01", "term_not_four_years")
    assert term.details["end"] == "2027-12-31", "the rest is never longer than the whole"


def test_a_tally_that_is_not_the_sum_of_the_names() -> None:
    clerk = seated()
    named = [{"voter": A, "vote": "for"}]
    clerk.has("2021-03-01", "vote-held", **vote(votes_for=3, votes_against=1, named=named))
    assert [finding.ref for finding in found(clerk, rule="tally_mismatch")] == ["vote/v"]
    clerk.has("2021-03-01", "decision-adopted", **adopted(DECISION, meeting=MEETING))
    assert found(clerk, rule="broken_rule") == []


def test_agreements_and_those_who_take_part() -> None:
    pen = history(
        draft("host_municipality"),
        in_force("2015-01-01", version="1"),
        told("2016-01-01", "participation-declared", organisation=FJORD, to="strategy/s", answer="participates"),
    )
    assert [finding.ref for finding in found(pen, rule="contents_not_judged")] == [AGREEMENT]
    assert [finding.ref for finding in found(pen, rule="without_decision")] == ["strategy/s"]
    later = history(draft("host_municipality"), in_force("2020-01-01", version="1"))
    assert found(later, rule="contents_not_judged") == []


def test_shares_of_those_who_are_left_make_one() -> None:
    half = {"n": 1, "d": 2}
    shares = [{"organisation": FJORD, "share": half}, {"organisation": DAL, "share": half}]
    pen = history(
        draft("task_community", notice_months=1),
        in_force(),
        told("2020-06-01", "liability-shares-set", agreement=AGREEMENT, of="ownership", shares=shares),
    )
    assert found(pen, rule="shares_not_whole") == []
    tell(pen, "2021-01-01", "withdrawal-notified", organisation=DAL, to=AGREEMENT, ground="agreement",
         takes_effect="2021-03-01")  # fmt: skip
    tell(pen, "2021-03-01", "withdrawal-took-effect", organisation=DAL, to=AGREEMENT)
    assert [f.details["total"] for f in found(pen, rule="shares_not_whole")] == ["1/2"]


def test_heirs_periods_and_money() -> None:
    pen = history(
        told("2011-01-01", "strategy-filed", strategy="strategy/x", title="X", period_from="2012", period_until="2014"),
        told("2011-01-01", "plan-filed", plan="plan/x", title="Plan", strategy="strategy/x", period_from="2015"),
        told("2011-01-01", "plan-filed", plan="plan/y", title="Plan", strategy="strategy/x", period_from="2014"),
        in_force("2015-01-01"),
        organisation(NY, "Ny", "2020-01-01"),
        told("2020-01-01", "organisations-merged", predecessors=[DAL], result=NY),
    )
    assert [finding.ref for finding in found(pen, rule="outside_period")] == ["plan/x"]
    assert [finding.ref for finding in found(pen, rule="commitment_unassigned")] == [AGREEMENT]


def test_money_beyond_what_was_set_aside_and_in_a_closed_year() -> None:
    pen = new_pen()
    line = {"no": "1", "title": "Drift", "direction": "expenditure", "amount": {"known": "exact", "ore": 10_000}}
    income = {"no": "2", "title": "Bidrag", "direction": "income", "amount": {"known": "exact", "ore": 10_000}}
    raad = "organisation/raad"
    tell(pen, "2019-12-01", "budget-adopted", budget="budget/b", title="B", holder=raad, year=2020,
         lines=[line, income], total={"known": "exact", "ore": 10_000})  # fmt: skip
    tell(pen, "2020-01-02", "allocation-decided", allocation="allocation/a", taken_from="budget/b", line="1", to=raad,
         amount={"known": "exact", "ore": 10_000})  # fmt: skip
    for number, ore in enumerate((6_000, 6_000)):
        spent = {"voucher": f"B{number}", "amount": {"known": "exact", "ore": ore}}
        tell(pen, "2020-05-01", "expenditure-recorded", allocation="allocation/a", what="Kurs", **spent)
    tell(pen, "2021-02-01", "period-closed", holder=raad, year=2020)
    late = tell(pen, "2020-12-01", "expenditure-recorded", allocation="allocation/a", voucher="B9", what="Kurs",
                amount={"known": "exact", "ore": 100})  # fmt: skip
    assert [finding.ref for finding in found(pen, rule="overrun")] == ["allocation/a"]
    assert [finding.entry for finding in found(pen, rule="late_entry")] == [late]


# ---- it never raises


@cache
def recorded() -> list[Entry]:
    pen = Pen(memory_book("vedtak.test/alt"), Actor(name="test", role="import"))
    lines = (FIXTURES / "every-event.jsonl").read_text(encoding="utf-8").splitlines()
    pen.record_all([json.loads(line) for line in lines])
    return [entry for _, entry in pen.catch_up().numbered()]


def test_the_sample_of_every_event_breaks_no_rule() -> None:
    journal = Journal()
    journal.extend(recorded())
    rules = {finding.rule for finding in audit(Reading(journal, date(2026, 1, 1), journal.head))}
    assert rules & {"broken_rule", "not_judged", "lost_reference"} == set()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_history_makes_it_fail(data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(recorded())), label="length")
    journal = Journal()
    journal.extend(recorded()[:length])
    numbers = st.integers(1, max(length, 1))
    for target in data.draw(st.lists(numbers, unique=True, max_size=12), label="annulled") if length else ():
        annul(journal, target)
    day = date(2010, 1, 1) + timedelta(days=data.draw(st.integers(0, 6000), label="day"))
    reading = Reading(journal, day, data.draw(st.integers(0, journal.head), label="known"))
    findings = audit(reading)
    unguarded = [finding for finding in findings if finding.rule == "not_judged" and "check" in finding.details]
    assert unguarded == []
    assert all(finding.problem.format(**finding.details) for finding in findings)
    for answer in (findings, attention(reading), roles(reading), decisions(reading), proposals(reading)):
        assert msgspec.json.decode(msgspec.json.encode(answer)) is not None


# ---- the command


def test_every_rule_has_a_word() -> None:
    assert set(get_args(Rule)) - set(terms._WORDS) == set()


def test_the_command_ends_with_one_when_there_are_findings(demo_ledger: Path, vedtak: Run) -> None:
    outcome = vedtak("audit", "--ledger", demo_ledger, "--on", "2019-06-01", "--json")
    assert outcome.code == 1
    findings = json.loads(outcome.out)
    assert "commitment_unassigned" in {finding["rule"] for finding in findings}
    before = vedtak("audit", "--ledger", demo_ledger, "--known", "2001-01-01")
    assert (before.code, before.out) == (0, "No rule is broken, as things are known.\n")
    told_ = vedtak("audit", "--ledger", demo_ledger, "--on", "2019-06-01").out
    assert "Leksvik has ended, and who takes over “Fosen Regionråd” is not on record." in told_
    assert "Leksvik" in vedtak("audit", "--ledger", demo_ledger, "--on", "2019-06-01", lang="nb").out

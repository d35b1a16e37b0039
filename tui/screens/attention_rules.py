"""Why a thing is on the list of what needs somebody: the rule behind each kind of item, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.locale import N_

if TYPE_CHECKING:
    from projections.attention import Kind

RULES: Final[dict[Kind, str]] = {
    "open_condition": N_("A condition is open until it is recorded as fulfilled, waived or failed."),
    "open_grant_condition": N_("A condition of a grant is open until it is recorded as fulfilled, waived or failed."),
    "report_due": N_("A grant with a reporting deadline needs a final report."),
    "report_unanswered": N_("A report waits until the funder has accepted it or sent it back."),
    "task_open": N_("A task is open until it is discharged."),
    "deliverable_missing": N_("What a task asks for is missing until it is handed over."),
    "hearing_unanswered": N_("Who was asked in a hearing has not answered."),
    "recommendation_unanswered": N_("Who a recommendation names has neither answered nor joined."),
    "invitation_unanswered": N_("Who was invited by name has not answered."),
    "group_invitation": N_("Not all of the group that was invited have answered."),
    "question_open": N_("A question left to another process is open until it is settled."),
    "case_waiting": N_("A case put off or sent on waits until it is decided."),
    "agreement_expiring": N_("The agreement runs out within a year."),
    "agreement_expired": N_("The agreement has run out, and is still recorded as in force."),
    "notice_running": N_("Notice is given, and nobody is recorded as having left."),
    "vacancy": N_("A seat is vacant until somebody certainly holds it."),
    "term_over": N_("A term has run out, and nobody is recorded as following."),
    "leave_over": N_("Leave is past its end, and not recorded as ended."),
    "not_evidenced": N_("The body is decided, but nothing shows that it works."),
    "capacity_lacking": N_("The body has less staff than was adopted."),
    "commitment_unassigned": N_("An organisation has ended, and nobody is said to take over what it was bound to."),
    "conflict_open": N_("Sources disagree, and nobody has said which one is followed."),
    "gap_open": N_("Something is missing in a source."),
    "contribution_unpaid": N_("A part assessed is open until it is paid or waived."),
    "contribution_disputed": N_("A dispute is open until it is settled."),
    "without_benefits": N_("Nobody has described what the measure is to be good for."),
    "milestone_open": N_("A milestone is open until it is recorded as reached or missed."),
    "to_forward": N_("A decision is to be sent on, and is not recorded as sent."),
    "urgent_unreported": N_("An urgent decision is to be laid before the body that should have made it."),
    "minutes_unapproved": N_("The meeting was held, and its minutes are not recorded as approved."),
    "restriction_over": N_("It is kept from the public for longer than was said."),
    "outcome_unknown": N_("It is not known what became of the proposal."),
    "complaint_pending": N_("A complaint is open until it is concluded."),
    "review_pending": N_("A review of legality is open until it is concluded."),
}
"""Message ids, by kind."""

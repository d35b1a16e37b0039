"""Which event would settle what is open: the types to record, the most likely one first."""

from __future__ import annotations

from typing import Final

from projections.attention.item import Kind

CLEARED_BY: Final[dict[Kind, tuple[str, ...]]] = {
    "open_condition": ("condition-settled",),
    "open_grant_condition": ("condition-settled",),
    "report_due": ("grant-report-submitted",),
    "report_unanswered": ("grant-report-decided",),
    "task_open": ("mandate-discharged",),
    "deliverable_missing": ("mandate-deliverable-submitted", "mandate-discharged"),
    "hearing_unanswered": ("hearing-answered",),
    "recommendation_unanswered": ("recommendation-answered", "adherence-decided"),
    "invitation_unanswered": ("participation-declared",),
    "group_invitation": ("participation-declared",),
    "question_open": ("matter-settled",),
    "case_waiting": ("decision-adopted",),
    "agreement_expiring": ("agreement-term-changed", "agreement-terminated"),
    "agreement_expired": ("agreement-term-changed", "agreement-terminated"),
    "notice_running": ("withdrawal-took-effect",),
    "vacancy": ("role-assigned",),
    "term_over": ("role-assigned", "role-ended"),
    "leave_over": ("leave-ended",),
    "not_evidenced": ("body-activity-reported",),
    "capacity_lacking": ("staff-committed", "staff-changed"),
    "commitment_unassigned": ("successorship-determined",),
    "conflict_open": ("conflict-resolved",),
    "gap_open": ("source-gap-filled",),
    "contribution_unpaid": ("contribution-paid", "contribution-waived"),
    "contribution_disputed": ("contribution-dispute-settled",),
    "without_benefits": ("benefit-defined",),
    "milestone_open": ("milestone-settled",),
    "to_forward": ("decision-forwarded",),
    "urgent_unreported": ("urgent-decision-reported",),
    "minutes_unapproved": ("minutes-treated",),
    "restriction_over": ("access-restriction-lifted",),
    "outcome_unknown": ("decision-adopted", "proposal-rejected", "proposal-withdrawn"),
    "complaint_pending": ("complaint-concluded",),
    "review_pending": ("legality-review-concluded",),
}
"""Every kind of item, and the event types that end it."""

"""Commands for those who must see to things: attention, audit, roles, decisions."""

from __future__ import annotations

from collections.abc import Iterable

import click

from projections.attention import Item, attention
from projections.audit import Finding, audit
from projections.decisions import ConditionRow, DecisionRow, ProposalRow, RegisterPoint, VoteRow, decisions, proposals
from projections.reading import FactView, Reading
from projections.roles import Order, RoleRow, roles
from projections.things import require
from tui.cli.exits import Exit
from tui.cli.options import Asked, common
from tui.cli.output import print_json, print_table, print_text, shortened
from tui.dates import day_text, effective_text
from tui.locale import _
from tui.phrases import date_text, holds_text, number_text, value_text
from tui.terms import term

WIDE = 50


@click.command("attention")
@click.option("--for", "who", metavar="REF", help=_("Only what waits for this one."))
@common()
def attention_command(who: str | None, asked: Asked) -> None:
    """List every open obligation."""
    with asked.reading() as reading:
        if who:
            require(reading, who)
        found = [item for item in attention(reading) if who is None or who in item.waits_for]
        if asked.as_json:
            print_json(found)
            return
        if not found:
            print_text(_("Nothing is open on {date}.").format(date=day_text(reading.effective)))
        print_table(
            (term("due"), _("what is open"), _("name"), "", _("waits for"), "", _("entry")),
            [
                (
                    _due_text(item),
                    term(item.kind),
                    shortened(item.name, WIDE),
                    shortened(value_text(reading, item.what), WIDE),
                    shortened(", ".join(reading.label(ref) for ref in item.waits_for), WIDE),
                    _doubt(item.holds),
                    f"#{item.entry}",
                )
                for item in found
            ],
        )
        late = sum(item.due_state == "overdue" for item in found)
        text = _("{count} open on {date}, {late} of them overdue.")
        print_text(text.format(count=number_text(len(found)), date=day_text(reading.effective), late=number_text(late)))


def _due_text(item: Item) -> str:
    if item.due is None:
        return ""
    mark = {"overdue": "✗ ", "maybe_overdue": "◐ "}.get(item.due_state, "")
    return mark + date_text(item.due)


def _doubt(holds: str) -> str:
    return "" if holds == "yes" else f"◐ {holds_text(holds)}"


@click.command("audit")
@common()
def audit_command(asked: Asked) -> int:
    """List what is wrong."""
    with asked.reading() as reading:
        found = audit(reading)
        if asked.as_json:
            print_json(found)
        elif not found:
            print_text(_("No rule is broken, as things are known."))
        else:
            for finding in found:
                where = f"#{finding.entry}" if finding.entry else "–"
                print_text(f"{where}  {term(finding.rule)}: {problem_text(finding)} ({_(finding.source)})")
            print_text(_("Findings: {count}").format(count=number_text(len(found))))
    return Exit.REFUSED if found else Exit.DONE


def problem_text(finding: Finding) -> str:
    """What is wrong, in the reader's language."""
    told = {
        name: _(value) if isinstance(value, str) and value else value
        for name, value in finding.details.items()
        if name != "function"
    }
    if "function" in finding.details:
        told["function"] = term(str(finding.details["function"]))
    return _(finding.problem).format(**told)


@click.command("roles")
@click.argument("ref", required=False)
@click.option("--by", type=click.Choice(["body", "holder"]), default="body", help=_("In which order."))
@common()
def roles_command(ref: str | None, by: Order, asked: Asked) -> None:
    """List roles."""
    with asked.reading() as reading:
        if ref:
            require(reading, ref)
        found = roles(reading, ref, by)
        if asked.as_json:
            print_json(found)
            return
        if not found:
            print_text(_("No roles are on record on {date}.").format(date=day_text(reading.effective)))
        print_table(
            (_("where"), _("role"), term("holder"), term("until"), "", _("substitutes"), _("holds"), _("entry")),
            [_role_line(reading, row) for row in found],
        )


def _role_line(reading: Reading, row: RoleRow) -> list[str]:
    holder = row.holder_name or _("vacant: {free} of {seats}").format(free=row.free, seats=row.seats or 1)
    return [
        shortened(row.place_name, WIDE),
        shortened(row.name if row.kind in {"post", "vacancy"} else term(row.role), WIDE),
        shortened(holder, WIDE),
        date_text(row.term_until) if row.term_until else "",
        shortened(_remarks(reading, row), WIDE),
        shortened(", ".join(f"{one.order}. {one.name}" for one in row.substitutes), WIDE),
        holds_text(row.holds),
        f"#{row.entry}",
    ]


def _remarks(reading: Reading, row: RoleRow) -> str:
    told = []
    if row.holder_stands == "no":
        told.append(_("has ended"))
    if row.planned:
        told.append(term("planned"))
    if row.term_over != "no":
        told.append(_("term over") if row.term_over == "yes" else _("term perhaps over"))
    if row.on_leave != "no":
        until = _("until {date}").format(date=date_text(row.leave_until)) if row.leave_until else ""
        told.append(" ".join(part for part in (_("on leave"), until) if part))
    if row.temporary:
        told.append(_("{name} acts").format(name=reading.label(row.temporary)))
    return "; ".join(told)


@click.command("decisions")
@click.argument("ref", required=False)
@common()
def decisions_command(ref: str | None, asked: Asked) -> None:
    """List decisions, then proposals."""
    with asked.reading() as reading:
        if ref:
            require(reading, ref)
        decided, put_forward = decisions(reading, ref), proposals(reading, ref)
        if asked.as_json:
            print_json([*decided, *put_forward])
            return
        if not decided and not put_forward:
            print_text(_("No decision or proposal is on record on {date}.").format(date=day_text(reading.effective)))
        for decision in decided:
            print_decision(reading, decision)
            print_text()
        for proposal in put_forward:
            print_proposal(reading, proposal)
            print_text()


def print_decision(reading: Reading, row: DecisionRow) -> None:
    """A decision for people."""
    standing = "" if row.standing == "stands" else f"  [{term(row.standing)}]"
    print_text(f"{row.name}  ({row.ref}, #{row.entry}){standing}{_maybe(row)}")
    when = effective_text(row.date) if row.date else ""
    number = f", {term('case')} {row.case_number}" if row.case_number else ""
    print_text(f"  {row.body_name}, {when}{number}; {_('knowledge')}: {term(row.knowledge or '')}")
    if row.instead_of:
        told = reading.label(row.reported_in) if row.reported_in else _("not reported")
        text = _("urgent decision instead of {body}; laid forward: {meeting}")
        print_text("  " + text.format(body=reading.label(row.instead_of), meeting=told))
    for follows, extent in row.follows.items():
        print_text(f"  {term('follows')} {reading.label(follows)}: {_fact(reading, extent)}")
    _print_votes(row.votes)
    _print_points(reading, row.points)
    _print_conditions(reading, row.conditions, "  ")
    for advice in row.recommendations:
        to = advice.addressees or ", ".join(reading.label(ref) for ref in advice.named)
        print_text("  " + _("recommended to {to}: {text}").format(to=to, text=shortened(advice.text, 100)))
        for who, answer in advice.answers.items():
            print_text(f"    {reading.label(who)}: {_fact(reading, answer)}")
    for label, view in (
        (_("carried out"), row.implementation),
        (term("reversal"), row.reversal),
        (term("invalid"), row.invalid),
        (_("review of legality"), row.review),
        (_("outcome of the review"), row.review_outcome),
    ):
        if view:
            print_text(f"  {label}: {_fact(reading, view)}")
    for complaint in row.complaints:
        ended = _fact(reading, complaint.outcome) if complaint.outcome else _("not concluded")
        print_text(f"  {term('complaint')} {complaint.number}: {ended}")


def print_proposal(reading: Reading, row: ProposalRow) -> None:
    """A proposal for people."""
    print_text(f"{term('proposal')}: {row.name}  ({row.ref}, #{row.entry}){_maybe(row)}")
    number = f", {term('case')} {row.case_number}" if row.case_number else ""
    by = f"{reading.label(row.by)} → " if row.by else ""
    when = effective_text(row.date) if row.date else ""
    print_text(f"  {by}{row.to_name}, {when}{number}")
    print_text(f"  {term('outcome')}: {_fact(reading, row.outcome)}")
    for other in row.against:
        print_text("  " + _("put against {proposal}").format(proposal=reading.label(other)))
    for decision, extent in row.adopted_in.items():
        print_text(f"  {term('adopted_in')} {reading.label(decision)}: {_fact(reading, extent)}")
    _print_votes(row.votes)
    _print_points(reading, row.points)
    _print_conditions(reading, row.conditions, "  ")


def _maybe(row: DecisionRow | ProposalRow) -> str:
    return f"  {_doubt(row.holds)}" if row.holds != "yes" else ""


def _fact(reading: Reading, view: FactView) -> str:
    text = f"{value_text(reading, view.value)} #{view.entry}"
    return f"{text} {_doubt(view.holds)}" if view.holds == "maybe" else text


def _print_points(reading: Reading, points: Iterable[RegisterPoint]) -> None:
    for point in points:
        strength = f" [{term(point.strength)}]" if point.strength else ""
        print_text(f"  {point.no}. {shortened(point.text, 120)}{strength}")
        for label, view in (
            (_("carried out"), point.implementation),
            (term("reversal"), point.reversal),
            (term("invalid"), point.invalid),
            (_("rejected by"), point.rejected_by),
        ):
            if view:
                print_text(f"     {label}: {_fact(reading, view)}")
        _print_conditions(reading, point.conditions, "     ")


def _print_conditions(reading: Reading, conditions: Iterable[ConditionRow], indent: str) -> None:
    for row in conditions:
        due = f", {term('due')} {date_text(row.deadline)}" if row.deadline else ""
        print_text(f"{indent}{term('condition')}: {shortened(row.text, 100)} ({_fact(reading, row.status)}{due})")


def _print_votes(votes: Iterable[VoteRow]) -> None:
    for vote in votes:
        numbers = {term("for"): vote.votes_for, term("against"): vote.votes_against, term("blank"): vote.votes_blank}
        told = ", ".join(f"{number} {side}" for side, number in numbers.items() if number is not None)
        mismatch = "; " + _("the numbers are not the sum of the named votes") if vote.mismatch else ""
        outcome = term(vote.outcome or "unknown")
        print_text(f"  {term('vote')}: {vote.question} – {outcome}{f' ({told})' if told else ''}{mismatch}")


COMMANDS = (attention_command, audit_command, roles_command, decisions_command)

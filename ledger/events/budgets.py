"""Budgets: adopted, revised, and years that are closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, Literal, cast

from msgspec import Meta, Struct

from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.funding import REASON, Year, ever
from ledger.facts import Effect, Value
from ledger.fields import BudgetRef, Line, Money, PartyRef, PointNumber, Text, creates, titled
from ledger.structure import Fact, Structure

BUDGET = titled("Budget", "Budsjett", "The budget concerned.", "Budsjettet det gjelder.")
TOTAL = titled("Total", "Sum", "What the expenditure lines sum to.", "Det utgiftslinjene summeres til.")
Direction = Literal["expenditure", "income"]


class BudgetLine(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a budget."""

    no: Annotated[PointNumber, titled("Number", "Nummer", "As in the budget.", "Som i budsjettet.")]
    title: Annotated[Line, titled("Title", "Tittel", "What it is for.", "Hva den gjelder.")]
    direction: Annotated[Direction, titled("Direction", "Retning", "Expenditure or income.", "Utgift eller inntekt.")]
    amount: Annotated[Money, titled("Amount", "Beløp", "Øre, or unknown.", "Øre, eller ukjent.")]


class BudgetAdopted(Event, frozen=True, kw_only=True, tag="budget-adopted"):
    """A budget for a year is adopted."""

    nb: ClassVar[str] = "Budsjett vedtatt"
    source: ClassVar[str] = (
        "koml. §§ 14-4, 14-8, 14-10: the budget is set up in balance; by convention before 2020 and of others"
    )

    budget: Annotated[
        str,
        creates("budget"),
        titled("Budget", "Budsjett", "A new reference: budget/name.", "Ny henvisning: budget/navn."),
    ]
    title: Annotated[Line, titled("Title", "Tittel", "What it is called.", "Hva det kalles.")]
    holder: Annotated[PartyRef, titled("Whose", "Hvem sitt", "Body or organisation.", "Organ eller virksomhet.")]
    year: Annotated[Year, titled("Year", "År", "The budget year.", "Budsjettåret.")]
    lines: Annotated[
        tuple[BudgetLine, ...], Meta(min_length=1), titled("Lines", "Linjer", "At least one.", "Minst én.")
    ]
    total: Annotated[Money, TOTAL]

    def check(self, structure: Structure) -> None:
        """Line numbers are unique; expenditure sums to the total; where income is shown, it sums to the same."""
        numbers = [line.no for line in self.lines]
        twice = sorted({no for no in numbers if numbers.count(no) > 1})
        if twice:
            raise Refused(
                "Line {number} stands twice.",
                "Give every line the number it has in the budget.",
                source=self.source,
                number=twice[0],
            )
        require_balance({line.no: line for line in self.lines}, self.total, self.source)

    def effects(self) -> Iterator[Effect]:
        """The budget, line by line."""
        yield from begin(self.budget, name=self.title, holder=self.holder, year=self.year, total=self.total)
        for line in self.lines:
            yield put(self.budget, "line", line, key=line.no)
        yield put(self.holder, "budget", self.year, key=self.budget)


class BudgetRevised(Event, frozen=True, kw_only=True, tag="budget-revised"):
    """A budget is changed during the year: the lines given replace those of the same number, or are new."""

    nb: ClassVar[str] = "Budsjett regulert"
    source: ClassVar[str] = (
        "koml. §§ 14-4, 14-5: the budget is changed in balance, and binds; by convention before 2020 and of others"
    )

    budget: Annotated[BudgetRef, BUDGET]
    lines: Annotated[
        tuple[BudgetLine, ...], Meta(min_length=1), titled("Lines", "Linjer", "Those that change.", "De som endres.")
    ]
    total: Annotated[Money, TOTAL]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """All lines, changed and unchanged, sum to the new total; none goes below what is set aside from it.

        Where it is not certain what an unchanged line holds, there is nothing to sum up.
        """
        known = structure.thing(self.budget).keyed("line")
        changed = {line.no: line for line in self.lines}
        if all(fact.holds == "yes" for no, fact in known.items() if no not in changed):
            lines = {no: as_line(fact) for no, fact in known.items()}
            require_balance(lines | changed, self.total, self.source)
        for line in self.lines:
            taken = set_aside(structure, self.budget, line.no)
            if line.amount.ore is not None and line.amount.ore < taken:
                raise Refused(
                    "{taken} øre are set aside from line {number}; it cannot be {amount} øre.",
                    "Release what is set aside first, or check the amount.",
                    source=self.source,
                    taken=taken,
                    number=line.no,
                    amount=line.amount.ore,
                )

    def effects(self) -> Iterator[Effect]:
        """The lines as they are now."""
        yield put(self.budget, "total", self.total)
        for line in self.lines:
            yield put(self.budget, "line", line, key=line.no)
        if self.reason:
            yield put(self.budget, "revised_because", self.reason)


class PeriodClosed(Event, frozen=True, kw_only=True, tag="period-closed"):
    """The accounts of a year are closed. What belongs in that year from then on takes a correction."""

    nb: ClassVar[str] = "Regnskapsår avsluttet"
    source: ClassVar[str] = "koml. §§ 14-3, 14-6; by convention before 2020 and of others"

    holder: Annotated[PartyRef, titled("Whose", "Hvem sitt", "Body or organisation.", "Organ eller virksomhet.")]
    year: Annotated[Year, titled("Year", "År", "The year closed.", "Året som avsluttes.")]

    def check(self, structure: Structure) -> None:
        """A year is not closed before it has begun."""
        if structure.effective.year < self.year:
            raise Refused(
                "The accounts of {year} cannot be closed on {date}.",
                "Check the year and the date.",
                source=self.source,
                year=self.year,
                date=structure.effective,
            )

    def effects(self) -> Iterable[Effect]:
        """The year is closed; entries that come later and belong in it are shown as late."""
        return (put(self.holder, "closed_year", value=True, key=str(self.year)),)


def as_line(fact: Fact[Value]) -> BudgetLine:
    """A line as it was recorded."""
    value = cast("Mapping[str, object]", fact.value)
    money = cast("Mapping[str, object]", value["amount"])
    return BudgetLine(
        no=cast("str", value["no"]),
        title=cast("str", value["title"]),
        direction=cast("Direction", value["direction"]),
        amount=Money(**money),  # type: ignore[arg-type] # the fields that a Money was written with
    )


def require_balance(lines: Mapping[str, BudgetLine], total: Money, source: str) -> None:
    """Refuse lines that do not sum to the total; a line nobody knows leaves nothing to compare."""
    directions: tuple[Direction, ...] = ("expenditure", "income")
    for direction in directions:
        amounts = [line.amount.ore for line in lines.values() if line.direction == direction]
        known = [ore for ore in amounts if ore is not None]
        if len(known) < len(amounts) or total.ore is None or (direction == "income" and not amounts):
            continue
        if sum(known) != total.ore:
            raise Refused(
                "The lines of “{direction}” sum to {sum} øre, not to the total of {total} øre.",
                "Check the lines and the total: a budget is set up in balance.",
                source=source,
                direction=direction,
                sum=sum(known),
                total=total.ore,
            )


ALLOCATED = ("allocated", "increased", "moved_in")
TAKEN_BACK = ("released", "moved_out")


def set_aside(structure: Structure, origin: str, line: str | None = None) -> int:
    """The least that all allocations from a grant, or from a line of a budget, come to."""
    taken = 0
    later = structure.on(LATEST)
    for allocation in later.thing(origin).keyed("allocation"):
        if line is None or later.thing(allocation).fact("line").value == line:
            taken += sum(ever(structure, allocation, account).least for account in ALLOCATED)
            taken -= sum(ever(structure, allocation, account).most for account in TAKEN_BACK)
    return taken

"""What an award obliges to: conditions with deadlines, and reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from ledger.calendar import LATEST
from ledger.errors import Refused
from ledger.event import Event, begin, put
from ledger.events.funding import REASON
from ledger.events.grants import APPLICATION, require_not_refused
from ledger.facts import Effect
from ledger.fields import ApplicationRef, DocumentRef, Edtf, Line, Money, PartyRef, Text, creates, titled
from ledger.structure import Structure

REPORT = titled("Report", "Rapport", "As “Final report”.", "Som «Sluttrapport».")


class GrantConditionSet(Event, frozen=True, kw_only=True, tag="grant-condition-set"):
    """A condition of an award. ``condition-settled`` says when it is met, fails or is waived."""

    nb: ClassVar[str] = "Vilkår for tilskudd"

    condition: Annotated[
        str,
        creates("condition"),
        titled("Condition", "Vilkår", "A new reference: condition/name.", "Ny henvisning: condition/navn."),
    ]
    application: Annotated[ApplicationRef, APPLICATION]
    text: Annotated[Text, titled("Text", "Tekst", "What must be done.", "Hva som må gjøres.")]
    on_whom: Annotated[
        tuple[PartyRef, ...], titled("On whom", "På hvem", "Who must do it.", "Hvem som må gjøre det.")
    ] = ()
    deadline: Annotated[Edtf | None, titled("Deadline", "Frist", "By when.", "Innen når.")] = None

    def check(self, structure: Structure) -> None:
        """An application that was refused has no conditions."""
        require_not_refused(structure, self.application, self.source)

    def effects(self) -> Iterator[Effect]:
        """An open condition on the award."""
        yield from begin(
            self.condition,
            name=self.text,
            to=self.application,
            kind="grant_condition",
            on_whom=self.on_whom,
            deadline=self.deadline,
            status="open",
        )
        yield put(self.application, "condition", value=True, key=self.condition)


class GrantReportSubmitted(Event, frozen=True, kw_only=True, tag="grant-report-submitted"):
    """A report on the use of a grant is sent in. A late one is shown as late, not refused."""

    nb: ClassVar[str] = "Rapport sendt"

    application: Annotated[ApplicationRef, APPLICATION]
    report: Annotated[Line, REPORT]
    final: Annotated[bool, titled("Final", "Sluttrapport", "Whether it is the last.", "Om den er den siste.")]
    document: Annotated[DocumentRef | None, titled("Document", "Dokument", "Where it is.", "Hvor den finnes.")] = None
    reported_spent: Annotated[Money | None, titled("Spent", "Brukt", "As the report says.", "Slik rapporten sier.")] = (
        None
    )

    def check(self, structure: Structure) -> None:
        """No report is due on an application that was refused."""
        require_not_refused(structure, self.application, self.source)

    def effects(self) -> Iterable[Effect]:
        """The report, by name."""
        value = {"final": self.final, "document": self.document, "spent": self.reported_spent}
        return (put(self.application, "report", value, key=self.report),)


class GrantReportDecided(Event, frozen=True, kw_only=True, tag="grant-report-decided"):
    """The funder accepts a report, or sends it back."""

    nb: ClassVar[str] = "Rapport behandlet"

    application: Annotated[ApplicationRef, APPLICATION]
    report: Annotated[Line, REPORT]
    outcome: Annotated[
        Literal["accepted", "sent_back"],
        titled("Outcome", "Utfall", "Accepted or sent back.", "Godkjent eller sendt tilbake."),
    ]
    reason: Annotated[Text | None, REASON] = None

    def check(self, structure: Structure) -> None:
        """The report is on record."""
        if structure.on(LATEST).thing(self.application).fact("report", self.report).holds == "no":
            raise Refused(
                "No report “{report}” is on record for “{project}”.",
                "Record it first, or check what it is called.",
                source=self.source,
                report=self.report,
                project=structure.thing(self.application).label,
            )

    def effects(self) -> Iterable[Effect]:
        """What became of the report."""
        return (put(self.application, "report_outcome", self.outcome, key=self.report),)

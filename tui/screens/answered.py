"""Screens that show one long answer: it is worked out in a thread, given up when the moment changes, and shown whole.

The thread reads the ledger over a connection of its own, and looks between any two facts whether it is still wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual import on, work
from textual.message import Message
from textual.worker import Worker, get_current_worker

from ledger.errors import LedgerError
from ledger.structure import Structure
from ledger.vault import Disclosed
from projections.indexed import IndexedLog
from projections.reading import Reading
from tui.ledgers import indexed_log_of
from tui.locale import _, explain
from tui.screens.base import LedgerScreen
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from ledger.facts import Answer, Slot
    from tui.app import VedtakApp

A = TypeVar("A")


class GivenUp(Exception):
    """Nobody waits for the answer any more."""


class _Polling(Structure):
    """A structure that gives up when its worker is cancelled."""

    worker: Worker[Any]

    def answer(self, slot: Slot) -> Answer:
        if self.worker.is_cancelled:
            raise GivenUp
        return super().answer(slot)


@contextmanager
def apart(app: VedtakApp, moment: Reading, worker: Worker[Any]) -> Iterator[Reading]:
    """The same moment, to be read from a thread; GivenUp is raised out of it when the worker is cancelled."""
    log = indexed_log_of(app.book) if isinstance(moment.journal, IndexedLog) else None
    try:
        known = min(moment.known, log.head) if log else moment.known
        reading = Reading(log or moment.journal, moment.effective, known, Disclosed(app.book))
        polling = _Polling(reading.journal.history, reading.effective, reading.known)
        polling.worker = worker
        vars(reading)["structure"] = polling  # where the cached property keeps it
        yield reading
    finally:
        if log is not None:
            log.connection.close()


class AnsweredScreen(LedgerScreen, Generic[A]):
    """A screen with one answer. What is on it is what was last worked out; its title says when more is on the way."""

    class Answered(Message):
        """The answer to the question with a number; one that has been asked anew since is not shown."""

        def __init__(self, number: int, answer: Any, problem: str = "") -> None:
            super().__init__()
            self.number = number
            self.answer = answer
            self.problem = problem

    def __init__(self) -> None:
        super().__init__()
        self.answer: A | None = None
        self.problem = ""
        self._asked = 0

    def work_out(self, reading: Reading) -> A:
        """The answer, in words: it runs in a thread, and must not touch a widget."""
        raise NotImplementedError

    def show_answer(self) -> None:
        """Draw the answer."""
        raise NotImplementedError

    def show(self, reading: Reading) -> None:
        self._asked += 1
        self.query_one("#main").border_title = one_line(_("Working it out …"))
        self._ask(self._asked, reading)

    @work(thread=True, exclusive=True, group="answer")
    def _ask(self, number: int, moment: Reading) -> None:
        worker = get_current_worker()
        try:
            with apart(self.vedtak, moment, worker) as reading:
                self.post_message(self.Answered(number, self.work_out(reading)))
        except GivenUp:
            return
        except LedgerError as error:
            self.post_message(self.Answered(number, None, " ".join(explain(error))))
        except Exception:
            if not worker.is_cancelled:  # the book may be closed under one that nobody waits for
                raise

    @on(Answered)
    def _take(self, event: Answered) -> None:
        if event.number == self._asked:
            self.answer, self.problem = event.answer, event.problem
            self.show_answer()

    def why_empty(self, told: str, next_key: str) -> str:
        """Why nothing stands here: it is still being read, could not be read, or there is nothing."""
        if self.problem:
            return f"✗ {self.problem}"
        return f"{told} {next_key}" if self.vedtak.loaded else _("Reading the ledger …")

    def export(self) -> list[dict[str, object]]:
        """What is on the screen, as rows."""
        return []

    def moment_options(self) -> str:
        """The options of a command that ask about the moment shown."""
        context, reading = self.vedtak.context, self.vedtak.reading
        told = f" --on {reading.effective.isoformat()}"
        if context.known is not None:
            known = reading.entry(reading.known)
            told += f" --known {known.recorded_at.isoformat()}" if known else " --known 1800-01-01"
        return told

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

from ledger.structure import Structure
from ledger.vault import Disclosed
from projections.reading import Reading
from tui.ledgers import UNREADABLE
from tui.locale import _
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
    with app.own_log() as log:
        reading = Reading(log, moment.effective, min(moment.known, log.head), Disclosed(app.book))
        polling = _Polling(log.history, reading.effective, reading.known)
        polling.worker = worker
        vars(reading)["structure"] = polling  # where the cached property keeps it
        yield reading


class AnsweredScreen(LedgerScreen, Generic[A]):
    """A screen with one answer. What is on it is what was last worked out; its title says when more is on the way."""

    class Answered(Message):
        """The answer to the question with a number; one that has been asked anew since is not shown."""

        def __init__(self, number: int, answer: Any, problem: Exception | None = None) -> None:
            super().__init__()
            self.number = number
            self.answer = answer
            self.problem = problem

    def __init__(self) -> None:
        super().__init__()
        self.answer: A | None = None
        self.failed = False
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
        except UNREADABLE as error:
            if not worker.is_cancelled:  # the book may be closed under one that nobody waits for
                self.post_message(self.Answered(number, None, error))

    @on(Answered)
    def _take(self, event: Answered) -> None:
        if event.number == self._asked:
            self.failed = event.problem is not None
            if event.problem is not None:
                self.vedtak.in_trouble(event.problem)
            self.answer = event.answer
            self.show_answer()

    def why_empty(self, told: str, next_key: str) -> str:
        """Why nothing stands here: it is still being read, could not be read, or there is nothing."""
        if self.failed:
            return _("The ledger cannot be read; the line at the top says why.")
        return f"{told} {next_key}" if self.vedtak.loaded else _("Reading the ledger …")

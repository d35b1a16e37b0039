"""Screens that show one long answer: worked out and laid out in a thread, given up when the moment changes.

The thread reads the ledger over a connection of its own, and looks between any two facts whether it is still wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual import work
from textual.worker import Worker, WorkerFailed, get_current_worker

from ledger.vault import Disclosed
from projections.reading import Reading, ReadOnlyStructure
from tui.background import set_aside
from tui.locale import _
from tui.screens.base import LedgerScreen
from tui.widgets.safe import one_line

if TYPE_CHECKING:
    from ledger.facts import Answer, Slot
    from tui.app import VedtakApp

A = TypeVar("A")
L = TypeVar("L")


class GivenUp(Exception):
    """Nobody waits for the answer any more."""


class _Polling(ReadOnlyStructure):
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


class AnsweredScreen(LedgerScreen, Generic[A, L]):
    """A screen with one answer. What is on it is what was last laid out; its title says when more is on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: A | None = None
        self.laid_out: L | None = None
        self.failed = False
        self._gathering: Worker[A] | None = None

    def work_out(self, reading: Reading) -> A:
        """The answer, in words: it runs in a thread, and must not touch a widget."""
        raise NotImplementedError

    def lay_out(self, answer: A) -> L:
        """The answer as it is to be drawn, in the order and by the words that are chosen: in a thread, too."""
        raise NotImplementedError

    def show_answer(self) -> None:
        """Draw what was laid out; whatever grows with the ledger was seen to there."""
        raise NotImplementedError

    def show(self, reading: Reading) -> None:
        self.query_one("#main").border_title = one_line(_("Working it out …"))
        self._gathering = self._gather(reading)
        self.lay_out_anew()

    def lay_out_anew(self) -> None:
        """Lay out the same answer as is chosen now; one that is still being worked out, when it is there."""
        if self._gathering is not None:
            self._lay_out(self._gathering)

    @work(thread=True, exclusive=True, group="answer")
    def _gather(self, moment: Reading) -> A:
        with apart(self.vedtak, moment, get_current_worker()) as reading:
            found = self.work_out(reading)
        set_aside()
        return found

    @work(exclusive=True, group="layout")
    async def _lay_out(self, gathering: Worker[A]) -> None:
        answer = laid_out = None
        try:
            answer = await _shielded(gathering)
            laid_out = await asyncio.to_thread(self._laid_out, answer)
        except WorkerFailed:  # of which the app tells
            self.failed = True
        else:
            self.failed = False
        self.answer, self.laid_out = answer, laid_out
        self.show_answer()

    def _laid_out(self, answer: A) -> L:
        laid_out = self.lay_out(answer)
        set_aside()
        return laid_out

    def give_up(self) -> None:
        if self._gathering is not None and not self._gathering.is_finished:
            self._gathering.cancel()
            self.workers.cancel_group(self, "layout")
            self._gathering = self._shown = None

    def why_empty(self, told: str, next_key: str) -> str:
        """Why nothing stands here: it is still being read, could not be read, or there is nothing."""
        if self.failed:
            return _("The ledger cannot be read; the line at the top says why.")
        return f"{told} {next_key}" if self.vedtak.loaded else _("Reading the ledger …")


async def _shielded(gathering: Worker[A]) -> A:
    """Wait for an answer that is not given up because another layout of it is wanted."""
    waiting = asyncio.ensure_future(gathering.wait())
    waiting.add_done_callback(_hear)
    return await asyncio.shield(waiting)


def _hear(waiting: asyncio.Future[Any]) -> None:
    """Take note of how it ended where nobody waits any more; asyncio would tell of it on the terminal."""
    if not waiting.cancelled():
        waiting.exception()

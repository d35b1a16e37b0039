"""Keeping up with the ledger: what comes is shown, and that it cannot be read is said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import work
from textual.message import Message
from textual.reactive import reactive
from textual.worker import WorkerFailed, get_current_worker

from ledger.errors import LedgerError
from ledger.journal import Journal, Log
from ledger.vault import Disclosed
from projections.indexed import IndexedLog
from tui.ledgers import UNREADABLE, indexed_log_of
from tui.locale import _, explain
from tui.moment import Moment

if TYPE_CHECKING:
    from ledger.store import Book

POLL_SECONDS: Final = 1.0


class Arrived(Message):
    """There is more in the book than is shown; ``log`` has it, where another one than the app's was read in."""

    def __init__(self, log: Log | None = None) -> None:
        super().__init__()
        self.log = log


class Trouble(Message):
    """The book could not be read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Following(Moment):
    """An app that shows what is in a ledger now, whoever records in it, and goes on when it cannot be read."""

    loaded: reactive[bool] = reactive(False, init=False)
    """Whether everything there was at the start has been read in."""

    def __init__(self, book: Book, log: Log | None, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.book = book
        self.journal: Log = log or indexed_log_of(book) or Journal()
        self.disclosed = Disclosed(book)
        self._file = _file_of(book)
        self._stays = False
        """Whether the trouble was with what is shown, so that it does not pass by the ledger's growing."""
        self.set_reactive(Following.head, self.journal.head)
        self.set_reactive(Following.loaded, isinstance(self.journal, IndexedLog))

    def on_mount(self) -> None:
        self.fetch()
        self.set_interval(POLL_SECONDS, self.fetch)

    def fetch(self) -> None:
        """Read what has come, unless that is being done already."""
        if not any(worker.group == "fetch" and not worker.is_finished for worker in self.workers):
            self._fetch()

    @work(thread=True, group="fetch")
    def _fetch(self) -> None:
        worker = get_current_worker()
        try:
            if self._is_gone():
                self.post_message(Trouble(_gone()))
            elif self.loaded and self.book.head() <= self.journal.head:
                if self.trouble and not self._stays:
                    self.post_message(Trouble(""))
            elif isinstance(self.journal, IndexedLog):
                self.post_message(Arrived())
            else:
                # Without an index the whole ledger is read; the screens go on with what they have meanwhile.
                log = self.journal.fork()
                for entry in self.book.entries(after=log.head):
                    if worker.is_cancelled:
                        return
                    log.add(entry)
                self.post_message(Arrived(log))
        except UNREADABLE as error:
            self.post_message(Trouble(_told(error)))

    def on_arrived(self, message: Arrived) -> None:
        if message.log is not None:
            self.journal = message.log
        self._stays, self.trouble = False, ""
        self.read_again()
        self.loaded = True

    def on_trouble(self, message: Trouble) -> None:
        # A file that is back may be read again at once; what still cannot be is found out then.
        self._stays = False
        self.trouble = message.text
        if not message.text:
            self.read_again()

    def in_trouble(self, error: Exception) -> None:
        gone = self._is_gone()
        self._stays = not gone
        self.trouble = _gone() if gone else _told(error)

    def _is_gone(self) -> bool:
        return self._file is not None and self._file != _file_of(self.book)

    def look_again(self) -> None:
        """Read the ledger anew, by another connection: that this one is lost may not have been noticed yet."""
        log = indexed_log_of(self.book)
        self.post_message(Arrived(log) if log else Trouble(""))

    def _handle_exception(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, UNREADABLE):  # whatever was being done, the screens stay and say so
            self.in_trouble(cause)
        else:
            super()._handle_exception(error)


def _gone() -> str:
    told = _("The file is gone from its place, or another lies there. What is shown was read before.")
    return " ".join((told, _("Bring it back, or quit and open the one that is there.")))


def _told(error: Exception) -> str:
    if isinstance(error, LedgerError):
        return " ".join(explain(error))
    told = _("The ledger cannot be read: {reason}. What is shown was read before.").format(reason=error)
    return " ".join((told, _("! looks again; if that does not help, quit and open it anew. Drafts are kept.")))


def _file_of(book: Book) -> tuple[int, int] | None:
    """Which file the ledger is in, as the system knows it; None for one that is in none, or gone."""
    try:
        found = Path(str(getattr(book.stored, "name", ""))).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

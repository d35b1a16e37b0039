"""Options that many commands share, and what they mean: which ledger, which two clocks, which language, which form."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import update_wrapper
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from msgspec import Struct

from ledger.entry import from_microseconds
from ledger.errors import InvalidInput, Unreadable
from ledger.store import Book, Restoration
from ledger.vault import Disclosed
from projections.indexed_points import damaged
from projections.reading import Reading
from tui.cli.collecting import without_collecting
from tui.cli.exits import say
from tui.cli.stories import STORIES, invented_text, is_invented, opened
from tui.dates import day_text, moment_text, parse_day, parse_known, today
from tui.ledgers import log_of, open_ledger
from tui.locale import _, use_language

F = TypeVar("F", bound=Callable[..., Any])
VARIABLE = "VEDTAK_LEDGER"


class Asked(Struct, frozen=True):
    """The shared options as given; those not given are None."""

    ledger: str | None = None
    on: str | None = None
    known: str | None = None
    as_json: bool = False
    story: str | None = None

    def after(self, before: Asked | None) -> Asked:
        """These options, with those that stood before the command in the place of what is not given."""
        if before is None:
            return self
        return Asked(
            ledger=self.ledger or before.ledger,
            on=self.on or before.on,
            known=self.known or before.known,
            as_json=self.as_json or before.as_json,
            story=self.story or before.story,
        )

    def path(self) -> Path:
        """The file of the ledger; a story's own, recorded now if it is not there yet.

        Raises InvalidInput for a kind of ledger this version cannot open, or for two ledgers at once.
        """
        if self.story:
            if self.ledger:
                raise InvalidInput("Both a ledger and a story are named.", "Name the ledger, or the story.")
            return opened(self.story)
        given = self.ledger or os.environ.get(VARIABLE)
        if given and given.startswith(("postgres://", "postgresql://")):
            raise InvalidInput(
                "This version keeps ledgers in files; “{ledger}” is a database server.",
                "Give the name of a file that ends in .vedtak.",
                ledger=given.partition("@")[2] or given,
            )
        return Path(given) if given else default_ledger()

    def named(self) -> tuple[str, ...]:
        """How the ledger was named, as options; nothing where it was not."""
        if self.story:
            return ("--story", self.story)
        return ("--ledger", self.ledger) if self.ledger else ()

    def day(self) -> date:
        """The effective day asked for; today when none was."""
        return parse_day(self.on, today()) if self.on else today()

    def moment(self) -> datetime | None:
        """The time of knowledge asked for; None, which is now, when none was."""
        return parse_known(self.known, datetime.now(UTC)) if self.known else None

    @contextmanager
    def book(self, *, read_only: bool = True) -> Iterator[Book]:
        """The ledger, open; one of the invented continuation is said to be that. Stories are only read."""
        if self.story and not read_only:
            raise InvalidInput("The stories of the demo are only read.", "Name the ledger to record in: --ledger PATH.")
        path = self.path()
        if not there(path):
            raise Unreadable(
                "There is no ledger at {path}.",
                "Make one with “vedtak init {path} --origin NAME”, or look at the demo: “vedtak demo”.",
                path=path,
            )
        with open_ledger(path, read_only=read_only) as book:
            if is_invented(book.origin):
                say(invented_text())
            if book.restored:
                say(restored_text(book.restored))
            yield book

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The ledger as it stood on the day asked for, as known at the time asked for."""
        day, moment = self.day(), self.moment()
        with without_collecting(), self.book() as book:
            found = read(book, self.day_in(book) if not self.on else day, moment)
            try:
                yield found
            except sqlite3.Error as error:  # what the ledger's own tables say wrong is explained where it is read
                raise damaged() from error
            if not found.known and found.journal.head and not self.as_json:
                first = from_microseconds(found.journal.recorded_us(1))
                say(_("Nothing was known then: the first entry was recorded {time}.").format(time=moment_text(first)))

    def day_in(self, book: Book) -> date:
        """The effective day asked for; when none was, that of a restored ledger, or today."""
        if not self.on and book.restored:
            return date.fromisoformat(book.restored.on_day)
        return self.day()


def restored_text(told: Restoration) -> str:
    """What is said wherever a restored ledger is shown."""
    return _("Restored from “{source}”: as it stood on {date}, as known after entry #{known}. It is only read.").format(
        source=told.source, date=day_text(date.fromisoformat(told.on_day)), known=told.known
    )


def read(book: Book, day: date, moment: datetime | None) -> Reading:
    """Look at one moment of a ledger."""
    log = log_of(book)
    return Reading(log, day, log.head if moment is None else log.known_at(moment), Disclosed(book))


def there(path: Path) -> bool:
    """Whether anything has that name; a name that no file can have is one that nothing has."""
    try:
        return path.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise Unreadable(
            "{path} cannot be read: {reason}.", "Check the name and the disk.", path=path, reason=error.strerror
        ) from error


def default_ledger() -> Path:
    """Where a person's own ledger lies when none is named."""
    import platformdirs

    return platformdirs.user_data_path("vedtak") / "ledger.vedtak"


def _language(_context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        use_language(value)


def common(*, dates: bool = True, day: bool = True, json: bool = True, story: bool | None = None) -> Callable[[F], F]:
    """Give a command the shared options; it receives them as ``asked``, an :class:`Asked`.

    ``story`` says whether it also looks at the demo's ledgers; not said, those that take dates do.
    """

    def decorate(command: F) -> F:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            kwargs.pop("lang", None)
            kwargs.pop("plain", None)
            context = click.get_current_context()
            asked = Asked(
                ledger=kwargs.pop("ledger", None),
                on=kwargs.pop("on", None),
                known=kwargs.pop("known", None),
                as_json=kwargs.pop("as_json", False),
                story=kwargs.pop("story", None),
            ).after(context.parent.find_object(Asked) if context.parent else None)
            context.obj = asked
            return command(*args, asked=asked, **kwargs)

        update_wrapper(wrapped, command)
        options = [
            click.option("--ledger", metavar="PATH", help=_("The ledger; else VEDTAK_LEDGER, else your own.")),
            click.option(
                "--lang", type=click.Choice(["nb", "en"]), callback=_language, help=_("Norwegian or English.")
            ),
            click.option("--plain", is_flag=True, help=_("Plain text, as when piped.")),
        ]
        if dates and day:
            options.append(click.option("--on", metavar="DATE", help=_("As it stood on this day (default: today).")))
        if dates:
            options += [
                click.option("--known", metavar="TIME", help=_("As known then (default: now).")),
            ]
        if story or (story is None and dates):
            options.append(
                click.option(
                    "--story",
                    type=click.Choice(list(STORIES)),
                    help=_("A story of the demo, instead of a ledger: two real papers, or what is invented to follow."),
                )
            )
        if json:
            options.append(click.option("--json", "as_json", is_flag=True, help=_("One JSON document.")))
        decorated = cast("F", wrapped)
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate

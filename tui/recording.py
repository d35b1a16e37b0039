"""The way into a form: what happened, the draft to go on with, or the entry to correct."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from ledger.errors import LedgerError
from tui.clerk import Clerk
from tui.drafts import Draft, Drafts
from tui.form import Form
from tui.screens.record import RecordScreen
from tui.screens.record_kind import KindScreen

if TYPE_CHECKING:
    from tui.app import VedtakApp

RECENT = 200
"""So many of the newest entries say which types are in use."""


def begin(app: VedtakApp, wire_name: str | None, texts: Mapping[str, str], correcting: int | None) -> None:
    """Open the form that is asked for, or ask which."""
    drafts = Drafts.of(app.book)
    clerk = Clerk(app.book, app.role)
    if correcting is not None:
        app.run_worker(_correct(app, clerk, drafts, correcting), group="correct", exclusive=True)
        return
    if wire_name is not None:
        app.push_screen(RecordScreen(Form.blank(wire_name, texts), clerk, drafts))
        return
    asking = KindScreen(recent_types(app), drafts.all())

    def answered(what: str | Draft | None) -> None:
        try:
            for draft in asking.discarded:
                drafts.erase(draft.form.command_id)
        except OSError as error:
            app.notify(str(error.strerror), markup=False)
        if isinstance(what, Draft) and what.form.target is not None:
            app.run_worker(_correct(app, clerk, drafts, what.form.target, what.form), group="correct", exclusive=True)
        elif isinstance(what, Draft):
            app.push_screen(RecordScreen(what.form, clerk, drafts))
        elif what is not None:
            app.push_screen(RecordScreen(Form.blank(what), clerk, drafts))

    app.push_screen(asking, answered)


async def _correct(app: VedtakApp, clerk: Clerk, drafts: Drafts, position: int, kept: Form | None = None) -> None:
    """Open an entry to correct it, or go on with a draft of that."""
    try:
        before = await asyncio.to_thread(entry_form, clerk, position)
        if kept is None:
            kept = next((draft.form for draft in drafts.all() if draft.form.target == position), None)
        form = await asyncio.to_thread(entry_form, clerk, position) if kept is None else kept
    except LedgerError as error:
        app.in_trouble(error)
        return
    app.push_screen(RecordScreen(form, clerk, drafts, before))


def entry_form(clerk: Clerk, position: int) -> Form:
    """An entry as a form that would correct it."""
    entry, disclosed = clerk.read(position)
    asked: dict[str, Any] = to_builtins(entry.asked())
    return Form.correction(position, asked, disclosed)


def recent_types(app: VedtakApp) -> list[str]:
    """The types of the newest entries, the last used first."""
    head = app.journal.head
    found = dict.fromkeys(app.journal.entry(place).wire_name for place in range(head, max(0, head - RECENT), -1))
    return list(found)[:12]

"""The file that what is shown is written to: asked for, and written without making anybody wait."""

from __future__ import annotations

import asyncio
import io
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.errors import LedgerError
from tui.exporting import FORMS, Table, checked_path, write, written
from tui.locale import _, explain, ngettext_
from tui.phrases import number_text
from tui.screens.ask_date import AskDate

if TYPE_CHECKING:
    from tui.screens.base import LedgerScreen

_SLICE: Final = 100


def export(screen: LedgerScreen, table: Table) -> None:
    """Ask for a file name, then write."""

    def told(text: str) -> str:
        if screen.app.is_web:
            return _("downloaded as {name}").format(name=Path(text).name)
        return _("writes {path}").format(path=checked_path(text).absolute())

    def answered(text: str | None) -> None:
        if text is not None:
            screen.app.run_worker(_write(screen, table, text), group="export")  # goes on when the screen is left

    hint = _("name.txt, name.csv, name.json or name.md")
    screen.app.push_screen(AskDate(_("Write what is shown to which file?"), hint, told), answered)


async def _write(screen: LedgerScreen, table: Table, text: str) -> None:
    rows: list[tuple[str, ...]] = []
    given = iter(table.rows())
    while some := [tuple(row) for row in islice(given, _SLICE)]:
        rows += some
        await asyncio.sleep(0)
    suffix = Path(text).suffix.lower()
    if suffix == ".md" and table.markdown:
        told = table.markdown()
    else:
        told = await asyncio.to_thread(written, table.titles, rows, suffix if suffix in FORMS else ".txt")
    count = ngettext_("{count} line", "{count} lines", len(rows)).format(count=number_text(len(rows)))
    if screen.app.is_web:
        screen.app.deliver_text(io.StringIO(told), save_filename=Path(text).name)
        return
    try:
        path = checked_path(text)
        write(path, told)
    except LedgerError as error:
        screen.vedtak.say(" ".join(explain(error)))
        return
    screen.vedtak.say(_("Written: {path}, {lines}").format(path=path, lines=count))

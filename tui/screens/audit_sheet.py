"""What the audit says beside its lists: what an entry changed, the root after it, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ledger.proof.anchor import in_base64, spelled
from ledger.proof.tree import leaf_hash
from projections.timeline import line
from tui.auditing import PASSES, Pass, Progress, Wrong
from tui.columns import Row
from tui.dates import effective_text, moment_text
from tui.locale import _, ngettext_
from tui.phrases import line_parts, number_text
from tui.screens.entry_sheet import change_items
from tui.terms import term
from tui.widgets.sheet import Item

if TYPE_CHECKING:
    from ledger.store import Book
    from projections.reading import Reading

BAR: Final = 16


def step_items(reading: Reading, book: Book, position: int) -> Iterator[Item]:
    """One step of the replay: what the entry changed, and the tree it made."""
    entry = reading.journal.entry(position)
    kind, who, what = line_parts(reading, line(reading, position))
    yield Item(text=f"#{position}  {kind}", look="title")
    yield Item(text=" · ".join(part for part in (who, what) if part))
    yield Item(_("Effective"), effective_text(reading.date_of(position)))
    if entry.authority:
        yield Item(_("Authority"), reading.label(entry.authority))
    yield Item()
    yield from change_items(reading, position)
    yield Item()
    yield Item(text=_("Root after entry #{entry}").format(entry=position), look="head")
    yield Item(text=spelled(book.root(position)), indent=2)
    data = next(book.stream(position - 1, position), b"")
    made, kept = leaf_hash(data), book.hashes(0, position - 1, position)[0]
    told, look = (_("✓ as recorded"), "added") if made == kept else (_("✗ not as recorded"), "gone")
    yield Item(
        text=_("Hash of its {count} bytes: {verdict}").format(count=number_text(len(data)), verdict=told), look=look
    )
    yield Item(text=spelled(made), indent=2)
    yield Item(_("Recorded"), moment_text(entry.recorded_at), "quiet")
    yield Item(_("Recorded by"), f"{entry.recorded_by.name} ({term(entry.recorded_by.role)})", "quiet")


def verdict_text(progress: Progress) -> str:
    """The verdict in words."""
    wrong = len(progress.wrong)
    if progress.stopped:
        told = _("STOPPED before the end")
    elif not progress.ended:
        told = _("VERIFYING …")
    elif not wrong:
        return _("SOUND: nothing wrong")
    elif all(one.of == "rules" for one in progress.wrong):
        told = _("UNCHANGED, but not every rule holds")
    else:
        told = _("NOT SOUND")
    found = ngettext_("{count} finding", "{count} findings", wrong).format(count=number_text(wrong))
    return f"{told}: {found}" if wrong or progress.ended else told


def pass_row(one: Pass, *, stopped: bool, wide: bool) -> Row:
    """A pass as a line of the list."""
    name = _(PASSES[one.name])
    if one.total:
        name += f", {number_text(one.total)}"
    bar = "█" * (BAR * one.percent // 100)
    if one.ended:
        sign = "✗" if one.found else "✓"
        told = ngettext_("{count} finding", "{count} findings", one.found).format(count=number_text(one.found))
        told = told if one.found else _("nothing wrong")
    elif stopped:
        sign, told = "–", _("stopped")
    else:
        sign, told = ("…", _pace(one)) if one.done else ("·", _("waits"))
    cells = (sign, "", name, bar.ljust(BAR, "░") if wide else "", f"{one.percent} %", told)
    return Row(cells, "strong" if one.found else "")


def _pace(one: Pass) -> str:
    rate = one.done / one.seconds if one.seconds else 0
    left = (one.total - one.done) / rate if rate else 0
    return _("{rate}/s, about {seconds} s left").format(rate=number_text(round(rate)), seconds=round(left))


def wrong_row(one: Wrong) -> Row:
    """A finding as a line of the list."""
    return Row(
        ("!" if one.of == "rules" else "✗", f"#{one.position}" if one.position else "–", one.problem, "", "", "")
    )


def verdict_items(progress: Progress, commands: Sequence[str], chosen: Wrong | None) -> Iterator[Item]:
    """The finding under the cursor, the verdict, the root, and how to repeat it."""
    if chosen:
        yield Item(text=chosen.problem, look="doubt" if chosen.of == "rules" else "gone")
        yield Item(text=chosen.remedy, indent=2)
        yield Item()
    sound = progress.ended and not progress.wrong
    look = "added" if sound else "gone" if progress.wrong else "head"
    yield Item(text=verdict_text(progress), look=look)
    verdict = progress.verdict
    if verdict is not None:
        yield Item(_("Entries"), number_text(verdict.entries))
        if verdict.root is not None:
            yield Item(_("Root"), spelled(verdict.root))
            yield Item("Base64", in_base64(verdict.root))
            yield Item(
                text=_("Compare the root with one kept elsewhere: only that shows that nothing was made anew."),
                look="quiet",
            )
    yield Item(text=_("To repeat it:"), look="head")
    yield Item(text="\n".join(commands))


class Checks:
    """Passes and findings as rows."""

    def __init__(self, progress: Progress, *, wide: bool) -> None:
        self.rows: Sequence[Row] = [
            *(pass_row(one, stopped=progress.stopped, wide=wide) for one in progress.passes),
            *map(wrong_row, progress.wrong),
        ]

    def __len__(self) -> int:
        return len(self.rows)

    def page(self, start: int, stop: int) -> Sequence[Row]:
        """The rows from one index up to another."""
        return self.rows[start:stop]

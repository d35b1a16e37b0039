"""A chain of entries and sources as Markdown, for whoever writes a report."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from projections.timeline import line
from tui.dates import day_text, effective_text, moment_text
from tui.exporting import as_markdown
from tui.locale import _
from tui.phrases import line_parts, place_text
from tui.terms import term

if TYPE_CHECKING:
    from projections.reading import Reading
    from projections.why import EntryStep, SourceStep


def chain_markdown(
    reading: Reading,
    origin: str,
    subject: str,
    fact: str,
    holds: str,
    steps: Iterable[EntryStep],
    command: Iterable[str],
) -> str:
    """The whole chain: what is asked, the moment, every entry with its sources, and the command that gives it again."""
    lines = [f"# {as_markdown(_('Why: {subject}').format(subject=subject))}", ""]
    if fact:
        lines.append(f"- {as_markdown(fact)} ({_('holds')}: {holds})")
    lines.append(f"- {_('Ledger')}: {as_markdown(origin)}")
    lines.append(f"- {_('As of ◆ {day}').format(day=day_text(reading.effective))}")
    lines.append(f"- {_('Newest entry known')}: #{reading.known}")
    lines.append(f"- {_code(shlex.join(command))}")
    lines.append("")
    for number, step in enumerate(steps, 1):
        lines += _step(reading, number, step)
    return "\n".join(lines) + "\n"


def _step(reading: Reading, number: int, step: EntryStep) -> Iterator[str]:
    kind, who, what = line_parts(reading, line(reading, step.entry))
    yield f"{number}. **#{step.entry} {as_markdown(kind)}**: {as_markdown(f'{who} {what}')}"
    yield f"   - {_('Effective')}: {as_markdown(effective_text(step.date))}"
    yield f"   - {_('Knowledge')}: {term(step.knowledge)}"
    recorded = reading.journal.entry(step.entry).recorded_at
    yield f"   - {_('Recorded')}: {moment_text(recorded)}, {as_markdown(step.recorded_by)}"
    if step.authority:
        point = _(", point {number}").format(number=step.authority_point) if step.authority_point else ""
        yield f"   - {_('Authority')}: {as_markdown(f'{step.authority_title}{point} ({step.authority})')}"
    if step.corrected_by:
        yield f"   - {_('Corrected or annulled by #{by}').format(by=step.corrected_by)}"
    for source in step.sources:
        yield from _source(source)
    if not step.sources:
        yield f"   - {_('Source')}: {_('none given')}"


def _source(source: SourceStep) -> Iterator[str]:
    place = f", {place_text(source.locator)}" if source.locator else ""
    yield f"   - {_('Source')}: {as_markdown(f'{source.title}{place} ({source.document})')}"
    if source.archive_ref:
        yield f"     - {as_markdown(_('archive reference {ref}').format(ref=source.archive_ref))}"
    if source.quote:
        yield f"     - “{as_markdown(source.quote)}”"
    if source.sha256:
        yield f"     - {_('passage SHA-256')}: {_code(source.sha256)}"
    if source.document_sha256:
        yield f"     - {_('document SHA-256')}: {_code(source.document_sha256)}"


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"

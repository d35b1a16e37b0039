"""What stands beside the form: what would change, what is wrong or missing, and the command that does the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tui.clerk import Look
from tui.columns import Row
from tui.flags import spoken
from tui.form import Form, Understood
from tui.leaves import title
from tui.locale import _, explain, ngettext_
from tui.phrases import date_text, money_text, staffing_text, type_name
from tui.screens.entry_sheet import change_list
from tui.terms import term
from tui.widgets.sheet import Item

if TYPE_CHECKING:
    from ledger.declaration import FieldDeclaration
    from ledger.errors import LedgerError

MISSING_SHOWN = 6


def preview_items(
    form: Form, understood: Understood, look: Look | None, notice: Sequence[str], ledger: str, writing: str = ""
) -> Iterator[Item]:
    """The whole pane, from what is most urgent down; nothing is said of what is just being written."""
    for number, text in enumerate(notice):
        yield Item(text=text, look="doubt" if number == 0 else "text")
    if notice:
        yield Item()
    if understood.missing:
        yield from _missing(form, understood.missing)
    for path, error in understood.errors.items():
        if path != writing:
            yield from _wrong(error, title_at(form, path))
    if understood.whole:
        if look is None or look.command != understood.command:
            yield Item(text=_("Working out what would change …"), look="quiet")
        elif look.error is not None:
            yield from _wrong(look.error)
        else:
            yield from _would_be(look)
    if understood.whole:
        said = {name: value for name, value in understood.command.items() if name != "command"}
        yield Item()
        yield Item(text=f"$ {spoken(said, ledger)}", look="quiet")


def _missing(form: Form, paths: Sequence[str]) -> Iterator[Item]:
    count = len(paths)
    yield Item(text=ngettext_("{count} field is missing", "{count} fields are missing", count).format(count=count))
    for path in paths[:MISSING_SHOWN]:
        yield Item(text=f"• {title_at(form, path)}", indent=2)
    if count > MISSING_SHOWN:
        yield Item(text="…", indent=2)
    yield Item()


def _wrong(error: LedgerError, where: str = "") -> Iterator[Item]:
    problem, remedy = explain(error)
    yield Item(text=f"✗ {where}: {problem}" if where else f"✗ {problem}", look="gone")
    yield Item(text=f"→ {remedy}", indent=2)
    yield Item()


def _would_be(look: Look) -> Iterator[Item]:
    kind = type_name(str(look.command["event"]["type"]))
    yield Item(text=_("#{entry} will be: {type}").format(entry=look.head + 1, type=kind), look="title")
    if look.reading is not None:
        yield from change_list(look.reading, look.changes)
    yield Item()
    yield Item(text=_("Cannot be deleted; a mistake is corrected by a new entry."), look="quiet")


def title_at(form: Form, path: str) -> str:
    """What the row at a path is called, with the group that it is in."""
    return titles_of(form).get(path) or term(path.rpartition(".")[2].partition("[")[0])


def titles_of(form: Form) -> dict[str, str]:
    """What each row is called, with the group that it is in."""
    rows = {row.path: row.title for row in form.rows()}
    groups = {path: path.rpartition(".")[0] for path in rows}
    return {
        path: f"{rows[groups[path]]}, {title}" if "[" in groups[path] and groups[path] in rows else title
        for path, title in rows.items()
    }


def understood_text(told: FieldDeclaration, value: Any, names: Mapping[str, str]) -> str:
    """How a value was understood, where that is not just what was typed."""
    if value is None:
        return ""
    if told.refers_to:
        name = names.get(str(value), "")
        return name if name != value else ""
    if told.creates:
        return str(value)
    if told.format == "edtf":
        words = date_text(str(value))
        return f"{words}  {value}" if words != value else ""
    if told.choices:
        return term(str(value))
    if isinstance(value, Mapping) and "known" in value:
        year = f" ({value['price_year']})" if "price_year" in value else ""
        return money_text(value) + year
    if isinstance(value, Mapping) and "milli_fte" in value:
        return staffing_text(value)
    if isinstance(value, Mapping) and "n" in value:
        return f"{value['n']}/{value['d']}"
    return ""


def version_rows(before: Form, now: Form, names: Mapping[str, str]) -> list[Row]:
    """Both versions of an entry, field by field. Differences have a sign, and come first."""
    rows: list[Row] = []
    old_suggested, new_suggested = before.suggested(), now.suggested()
    titles = {**titles_of(before), **titles_of(now)}
    paths = [row.path for row in now.rows() if row.kind == "leaf"]
    paths += [row.path for row in before.rows() if row.kind == "leaf" and row.path not in paths]
    for path in paths:
        if path.startswith("corrects"):
            continue
        old = before.texts.get(path) or old_suggested.get(path, "")
        new = now.texts.get(path) or new_suggested.get(path, "")
        if not old and not new:
            continue
        sign = " " if old == new else "+" if not old else "-" if not new else "~"
        shown = [names.get(text, text) if "/" in text else text for text in (old, new)]
        rows.append(Row((sign, titles[path], shown[0] or "–", shown[1] or "–"), "" if sign == " " else "strong"))
    return sorted(rows, key=lambda row: row.cells[0] == " ")


def path_of(form: Form, error: LedgerError) -> str | None:
    """The row that an error of the pen is about, where that can be told."""
    leaves = [row for row in form.rows() if row.kind == "leaf" and row.field]
    named = str(error.details.get("field") or error.details.get("where") or "").rpartition(".")[2].partition("[")[0]
    values = {str(value) for value in error.details.values()}
    suggested = form.suggested()
    for row in leaves:
        text = form.texts.get(row.path) or suggested.get(row.path, "")
        if text and (text in values or any(value.endswith(f"/{text}") for value in values)):
            return row.path
    for row in leaves:
        told = row.field
        if named and told and named in {told.name, title(told)}:
            return row.path
    return None

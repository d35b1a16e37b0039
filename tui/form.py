"""The form of any event, without a screen: rows to fill in, made from the declaration, and the command they come to.

A form holds texts, as typed, by path (``event.points[0].text``). What each means is for :mod:`tui.values` to say, so a
form and the command line understand the same. What is left empty may be *suggested*: a reference made from the name,
the next number, how we know. A suggestion is shown as one, and counts when nothing else is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, get_args
from uuid import uuid4

from msgspec.structs import replace

from ledger.declaration import FieldDeclaration, declaration, struct_fields
from ledger.entry import Command
from ledger.errors import LedgerError
from ledger.fields import PointNumber, Sha256
from tui.dates import today
from tui.form_words import help_of, title_of
from tui.leaves import read_leaf, slug
from tui.locale import _
from tui.terms import term
from tui.values import to_text

_POINT: Final = get_args(PointNumber)[1].pattern
_HASH: Final = get_args(Sha256)[1].pattern
_BEFORE: Final = ("corrects", "effective")
_AFTER: Final = ("knowledge", "sources", "authority", "authority_point", "partnership", "dating", "note")


@dataclass(frozen=True)
class Row:
    """One line of the form: a ``leaf`` to fill in, a ``head`` above several, or ``add`` for one more of them."""

    kind: str
    path: str
    title: str
    help: str = ""
    field: FieldDeclaration | None = None
    required: bool = False
    level: int = 0
    removable: bool = False


@dataclass(frozen=True)
class Understood:
    """What the texts come to: the command, what is wrong where, and what is still missing."""

    command: dict[str, Any]
    errors: dict[str, LedgerError] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the pen can be asked about it."""
        return not self.errors and not self.missing


@cache
def _envelope() -> dict[str, FieldDeclaration]:
    return {told.name: told for told in struct_fields(Command)}


@dataclass
class Form:
    """The texts for one event, and how many of each repeated thing there are."""

    wire_name: str
    texts: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    command_id: str = field(default_factory=lambda: str(uuid4()))
    target: int | None = None
    """The entry that this one corrects."""
    sealed: dict[str, str] = field(default_factory=dict)
    """Commitments to personal values that nobody can read any more, by path."""
    taken: frozenset[str] = frozenset()
    """References that are on record, so that none of them is suggested."""

    # ---------------------------------------------------------------------------------------------- making one

    @classmethod
    def blank(cls, wire_name: str, texts: Mapping[str, str] | None = None) -> Form:
        """An empty form of a type; ``texts`` are those known beforehand."""
        made = cls(wire_name, dict(texts or {}))
        made.counts["sources"] = 1
        for told in declaration(wire_name).fields:
            if told.many and told.fields:
                made.counts[f"event.{told.name}"] = max(told.at_least, int(told.required))
        return made

    @classmethod
    def of(cls, command: Mapping[str, Any], disclosed: Mapping[str, str] | None = None) -> Form:
        """A form filled in with a command."""
        made = cls(command["event"]["type"])
        if "command" in command:
            made.command_id = command["command"]
        if "corrects" in command:
            made.target = command["corrects"]["entry"]
        for name, told in _envelope().items():
            if name in command and name not in {"command", "event"}:
                made._fill(told, command[name], name, disclosed or {})
        for told in declaration(made.wire_name).fields:
            if told.name in command["event"]:
                made._fill(told, command["event"][told.name], f"event.{told.name}", disclosed or {})
        made.texts.pop("corrects.entry", None)
        made.counts.setdefault("sources", 1)
        return made

    @classmethod
    def correction(cls, target: int, command: Mapping[str, Any], disclosed: Mapping[str, str]) -> Form:
        """A form filled in with an entry, to record it rightly."""
        made = cls.of({name: held for name, held in command.items() if name not in {"command", "corrects"}}, disclosed)
        made.target = target
        return made

    def another(self) -> Form:
        """A form for one more like this: what is likely the same is kept, what tells it apart is left open."""
        made = Form.blank(self.wire_name)
        for row in self.rows():
            told, text = row.field, self.texts.get(row.path)
            if told is None or not text or "[" in row.path.removeprefix("sources[0]"):
                continue
            apart = told.creates or told.format in {"line", "text", "orgnr"} or told.personal or told.base is not str
            if not row.path.startswith("event.") or not (apart and not told.choices):
                made.texts[row.path] = text
        for path in ("corrects.kind", "corrects.reason", "note"):
            made.texts.pop(path, None)
        return made

    def data(self) -> dict[str, Any]:
        """What a draft keeps."""
        return {
            "type": self.wire_name,
            "command": self.command_id,
            "target": self.target,
            "texts": {path: text for path, text in self.texts.items() if text},
            "counts": self.counts,
            "sealed": self.sealed,
        }

    @classmethod
    def from_data(cls, kept: Mapping[str, Any]) -> Form:
        """A form from a draft. Raises InvalidInput for a type there is not, KeyError or TypeError for other trouble."""
        declaration(kept["type"])
        texts = {str(path): str(text) for path, text in kept["texts"].items()}
        counts = {str(path): max(0, min(int(count), 500)) for path, count in kept["counts"].items()}
        target = None if kept["target"] is None else int(kept["target"])
        return cls(kept["type"], texts, counts, str(kept["command"]), target, dict(kept.get("sealed", {})))

    def _fill(self, told: FieldDeclaration, value: Any, path: str, disclosed: Mapping[str, str]) -> None:
        if told.many:
            if told.fields:
                self.counts[path] = len(value)
            for number, item in enumerate(value):
                self._fill(replace_many(told), item, f"{path}[{number}]", disclosed)
        elif told.fields:
            for part in told.fields:
                if part.name in value:
                    self._fill(part, value[part.name], f"{path}.{part.name}", disclosed)
        elif told.personal and isinstance(value, Mapping):
            digest = value["digest"]
            if digest in disclosed:
                self.texts[path] = disclosed[digest]
            else:
                self.sealed[path] = digest
        else:
            self.texts[path] = to_text(told, value)

    # ---------------------------------------------------------------------------------------------- changing it

    def add(self, path: str) -> None:
        """One more of what is repeated at a path."""
        self.counts[path] = self.counts.get(path, 0) + 1

    def remove(self, path: str) -> None:
        """Take away one of them: ``event.points[1]``. Those after it move up."""
        whole, number = path[: path.rindex("[")], int(path[path.rindex("[") + 1 : -1])
        for held in (self.texts, self.counts, self.sealed):
            kept: dict[str, Any] = {}
            for key, value in held.items():
                found = re.match(re.escape(whole) + r"\[(\d+)\](.*)\Z", key, re.DOTALL)
                place = int(found[1]) if found else -1
                if found is None or place < number:
                    kept[key] = value
                elif place > number:
                    kept[f"{whole}[{place - 1}]{found[2]}"] = value
            held.clear()
            held.update(kept)
        self.counts[whole] = max(0, self.counts.get(whole, 1) - 1)

    # ---------------------------------------------------------------------------------------------- its rows

    def rows(self) -> list[Row]:
        """Every row, in the order they are filled in."""
        return list(self._rows())

    def _rows(self) -> Iterator[Row]:
        own = declaration(self.wire_name).fields
        for name in _BEFORE:
            if name != "corrects" or self.target is not None:
                yield from self._of(_envelope()[name], name, 0)
        # What a reference is made from is filled in before the reference itself.
        for told in sorted(own, key=lambda told: told.creates is not None):
            yield from self._of(told, f"event.{told.name}", 0)
        yield Row("head", "envelope", _("About the entry"))
        taken = {told.name for told in own}
        for name in _AFTER:
            if name != "partnership" or name not in taken or self.texts.get(name):
                yield from self._of(_envelope()[name], name, 0)

    def _of(self, told: FieldDeclaration, path: str, level: int) -> Iterator[Row]:
        title, help_text = title_of(told, path), help_of(told, path)
        if path == "corrects.entry" or (told.pattern == _HASH and "sources" in path and not self.texts.get(path)):
            return
        if told.many and told.fields:
            yield from self._group(told, path, title, level)
        elif told.many:
            count = 1 + max((int(n) for n in self._numbers(path)), default=-1)
            for number in range(count + 1):
                name = f"{title} {number + 1}" if count else title
                need = told.required and number < max(1, told.at_least)
                yield Row("leaf", f"{path}[{number}]", name, help_text, told, need, level)
        elif told.fields:
            within = path.startswith("event.")
            if within:
                yield Row("head", path, title, help_text, told, level=level)
            for part in told.fields:
                yield from self._of(part, f"{path}.{part.name}", level + within)
        else:
            yield Row("leaf", path, title, help_text, told, told.required, level)

    def _group(self, told: FieldDeclaration, path: str, title: str, level: int) -> Iterator[Row]:
        count = self.counts.get(path, 0)
        headed = count > 1 or path != "sources"  # one source is the rule, and needs no heading
        for number in range(count):
            here = f"{path}[{number}]"
            if headed:
                yield Row("head", here, f"{title} {number + 1}", help_of(told, path), told, level=level, removable=True)
            for part in told.fields:
                yield from self._of(part, f"{here}.{part.name}", level + headed)
        yield Row("add", path, title, help_of(told, path), told, level=level)

    def _numbers(self, path: str) -> Iterator[str]:
        """The numbers of the values, of a repeated simple field, that something is written in."""
        for key, text in self.texts.items():
            if text and key.startswith(f"{path}[") and key.endswith("]"):
                yield key[len(path) + 1 : -1]

    # ---------------------------------------------------------------------------------------------- reading it

    def suggested(self) -> dict[str, str]:
        """What counts where nothing is written."""
        found = {"effective": today().isoformat()}
        sourced = any(text and re.match(r"sources\[\d+\]\.document\Z", path) for path, text in self.texts.items())
        found["knowledge"] = term("documented" if sourced else "witnessed")
        if self.target is not None:
            found["corrects.kind"] = term("recording_error")
        for told in declaration(self.wire_name).fields:
            path = f"event.{told.name}"
            if told.creates and not told.many:
                found[path] = self._new_reference(told.creates)
            if told.many and told.fields and told.fields[0].pattern == _POINT:
                for number in range(self.counts.get(path, 0)):
                    found[f"{path}[{number}].{told.fields[0].name}"] = str(number + 1)
        return {path: text for path, text in found.items() if text and not self.texts.get(path)}

    def _new_reference(self, kind: str) -> str:
        """A reference that is free, from the name of what is new; else from what it belongs to and its date."""
        own = [told for told in declaration(self.wire_name).fields if not told.many and not told.fields]
        named = [told for told in own if told.format == "line"]
        texts = [self.texts.get(f"event.{told.name}", "") for told in named]
        base = slug(texts[0]) if texts and texts[0] else ""
        if not base and not named:
            first = next((told for told in own if told.refers_to), None)
            text = self.texts.get(f"event.{first.name}", "") if first else ""
            base = slug(" ".join(filter(None, (text.rpartition("/")[2], self.texts.get("effective", "")))))
        if not base:
            return ""
        free, number = base, 1
        while f"{kind}/{free}" in self.taken:
            number += 1
            free = f"{base}-{number}"
        return f"{kind}/{free}"

    def read(self) -> Understood:
        """What the texts come to."""
        errors: dict[str, LedgerError] = {}
        missing: list[str] = []
        suggested = self.suggested()
        command: dict[str, Any] = {"command": self.command_id}
        reader = _Reader(self, suggested, errors, missing)
        for name in (*_BEFORE, *_AFTER):
            if name == "corrects" and self.target is None:
                continue
            held = reader.value(_envelope()[name], name)
            if held is not None:
                command[name] = held
        if self.target is not None:
            command["corrects"] = {"entry": self.target, **command.get("corrects", {})}
        event: dict[str, Any] = {"type": self.wire_name}
        for told in declaration(self.wire_name).fields:
            held = reader.value(told, f"event.{told.name}")
            if held is not None:
                event[told.name] = held
        return Understood({**command, "event": event}, errors, tuple(missing))

    def started(self, path: str) -> bool:
        """Whether anything is written at a path or below it."""
        return any(
            text and (key == path or key.startswith((f"{path}.", f"{path}["))) for key, text in self.texts.items()
        )

    @property
    def touched(self) -> bool:
        """Whether there is anything to keep."""
        return any(self.texts.values())


@dataclass
class _Reader:
    """Reads values out of a form, noting what is wrong and what is missing."""

    form: Form
    suggested: Mapping[str, str]
    errors: dict[str, LedgerError]
    missing: list[str]

    def value(self, told: FieldDeclaration, path: str) -> Any:
        """The value of a field, None where there is none."""
        if told.many:
            return self._many(told, path)
        if told.fields:
            return self._parts(told, path, always=told.required or path == "corrects")
        if path == "corrects.entry":
            return None
        text = self.form.texts.get(path) or self.suggested.get(path, "")
        if not text.strip():
            if path in self.form.sealed:
                return {"digest": self.form.sealed[path]}
            if told.required:
                self.missing.append(path)
            return None
        try:
            return read_leaf(told, text)
        except LedgerError as error:
            self.errors[path] = error
            return None

    def _many(self, told: FieldDeclaration, path: str) -> Any:
        one = replace_many(told)
        if told.fields:
            numbers = range(self.form.counts.get(path, 0))
            # What is repeated because the person asked for it counts although nothing is written in it yet.
            wanted = [n for n in numbers if path != "sources" or self.form.started(f"{path}[{n}]")]
            held = [self._parts(one, f"{path}[{number}]", always=True) for number in wanted]
        else:
            numbers = range(1 + max((int(n) for n in self.form._numbers(path)), default=-1))  # noqa: SLF001 - its own
            held = [self.value(replace_required(one), f"{path}[{number}]") for number in numbers]
        held = [item for item in held if item is not None]
        if len(held) < told.at_least or (told.required and not held):
            self.missing.append(path if told.fields else f"{path}[{len(held)}]")
        return held or None

    def _parts(self, told: FieldDeclaration, path: str, *, always: bool) -> Any:
        if not always and not self.form.started(path):
            return None
        held = {part.name: self.value(part, f"{path}.{part.name}") for part in told.fields}
        return {name: value for name, value in held.items() if value is not None}


@cache
def replace_many(told: FieldDeclaration) -> FieldDeclaration:
    """One of what the field repeats."""
    return replace(told, many=False, at_least=0)


@cache
def replace_required(told: FieldDeclaration) -> FieldDeclaration:
    """The field where it may be left out."""
    return replace(told, required=False)


def annulment(target: int, effective: str) -> Form:
    """A form that withdraws an entry altogether."""
    made = Form.blank("entry-annulled", {"effective": effective})
    made.target = target
    return made

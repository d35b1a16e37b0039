"""An event class read back as data: its fields with titles, limits and what they refer to.

The one place that looks into msgspec's description of types. Validation of formats, the references an event makes,
personal fields, flags, forms, JSON Schema, the catalogue and the tests' generators all come from here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar, cast, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    DateTimeType,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    RawType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from ledger.calendar import bounds
from ledger.errors import N_, InvalidInput
from ledger.event import Event
from ledger.events import CATALOGUE
from ledger.fields import Money, Personal, Share, Staffing
from ledger.text import objection

S = TypeVar("S", bound=Struct)
ORGNR_WEIGHTS: Final = (3, 2, 7, 6, 5, 4, 3, 2)


class FieldDeclaration(Struct, frozen=True, kw_only=True):
    """One field of an event, or of a struct within one."""

    name: str
    en: str
    nb: str
    help_en: str
    help_nb: str
    required: bool
    many: bool
    base: type | None
    """``str``, ``int``, ``bool``, ``datetime``, the struct of a compound field, or Event; None for a choice."""
    choices: tuple[str, ...]
    refers_to: tuple[str, ...]
    creates: str | None
    format: str | None
    """``line``, ``text``, ``edtf`` or ``orgnr``, where a format rules the text."""
    pattern: str | None
    least: int | None
    most: int | None
    at_least: int
    """How many values a repeated field needs."""
    fields: tuple[FieldDeclaration, ...]
    """The fields of the struct, for a compound field."""

    @property
    def personal(self) -> bool:
        """Whether the entry holds only a commitment to the value."""
        return self.base is Personal


class Declaration(Struct, frozen=True, kw_only=True):
    """One event type: what the catalogue, the flags and the forms show."""

    wire_name: str
    event: type[Event]
    en: str
    nb: str
    about: str
    rule: str
    source: str
    family: str
    fields: tuple[FieldDeclaration, ...]


@cache
def declaration(wire_name: str) -> Declaration:
    """The declaration of an event type.

    Raises InvalidInput, naming the nearest types, when there is none of that name.
    """
    event = CATALOGUE.get(wire_name)
    if event is None:
        raise unknown_type(wire_name)
    return Declaration(
        wire_name=wire_name,
        event=event,
        en=wire_name.replace("-", " ").capitalize(),
        nb=event.nb,
        about=_prose(event),
        rule=_prose(event.check),
        source=event.source,
        family=event.__module__.rpartition(".")[2],
        fields=struct_fields(event),
    )


def _prose(declared: object) -> str:
    """The first paragraph of a docstring, as plain prose."""
    return (
        " ".join((inspect.getdoc(declared) or "").partition("\n\n")[0].split()).replace("``", "“", 1).replace("``", "”")
    )


def declarations() -> Iterator[Declaration]:
    """Every event type, in the order declared."""
    return (declaration(name) for name in CATALOGUE)


def unknown_type(wire_name: str) -> InvalidInput:
    """The refusal of a type that is not in the catalogue."""
    like = nearest(wire_name, CATALOGUE)
    if not like:
        return InvalidInput("There is no event type “{type}”.", "“vedtak catalogue” lists every type.", type=wire_name)
    return InvalidInput(
        "There is no event type “{type}”.",
        "Did you mean {nearest}? “vedtak catalogue” lists every type.",
        type=wire_name,
        nearest=", ".join(like),
    )


def nearest(word: str, among: Iterable[str]) -> list[str]:
    """Up to three of the words that are like this one, the most alike first; none when none is."""
    import difflib  # only needed once something is wrong

    return difflib.get_close_matches(word, sorted(among), 3, 0.5)


def nearest_reference(ref: str, among: Iterable[str]) -> list[str]:
    """Up to three references like this one, of those of its kind; how their kind is spelled makes nothing alike."""
    kind, _, slug = ref.partition("/")
    slugs = (other.partition("/") for other in among)
    return [f"{kind}/{like}" for like in nearest(slug, (own for of, _, own in slugs if of == kind))]


def suggestion(word: str, among: Iterable[str]) -> tuple[str, str]:
    """A remedy with one placeholder, ``{nearest}``, and what to put there: the words alike, or else all the choices."""
    choices = sorted(among)
    like = nearest(word, choices)
    if like:
        return N_("Did you mean {nearest}?"), ", ".join(like)
    return N_("Choose one of: {nearest}."), ", ".join(choices)


@cache
def settled(struct: type[S]) -> type[S]:
    """The struct class, with its annotations worked out from their text.

    msgspec works them out anew each time it looks at a class, to decode it and to describe it, and most of the time
    that either takes goes into that.
    """
    for part in reversed(struct.__mro__):
        if issubclass(part, Struct) and (written := inspect.get_annotations(part)):
            hints = get_type_hints(part, include_extras=True)
            part.__annotations__ = {name: hints[name] for name in written}
    return struct


@cache
def struct_fields(struct: type[Struct]) -> tuple[FieldDeclaration, ...]:
    """The fields of a struct class, in the order declared."""
    described = cast("StructType", type_info(settled(struct)))
    return tuple(_field(field) for field in described.fields)


def _field(field: msgspec.inspect.Field) -> FieldDeclaration:
    bare, schema, many, at_least = _unwrap(field.type)
    limits: dict[str, Any] = {"pattern": None, "least": None, "most": None}
    choices: tuple[str, ...] = ()
    base: type | None = None
    fields: tuple[FieldDeclaration, ...] = ()
    if isinstance(bare, LiteralType):
        choices = tuple(str(value) for value in bare.values)
    elif isinstance(bare, StructType):
        base = bare.cls
        fields = () if base in {Money, Share, Staffing, Personal} else struct_fields(base)
    elif isinstance(bare, StrType):
        base = str
        limits = {"pattern": bare.pattern, "least": bare.min_length, "most": bare.max_length}
    elif isinstance(bare, IntType):
        base = int
        limits = {"pattern": None, "least": bare.ge, "most": bare.le}
    elif isinstance(bare, BoolType):
        base = bool
    elif isinstance(bare, DateTimeType):
        base = datetime
    elif isinstance(bare, RawType):
        base = Event  # of the type that the event itself names: see ledger.entry
    else:
        message = f"field {field.name}: {type(bare).__name__} is no type of ledger.fields"
        raise TypeError(message)
    return FieldDeclaration(
        name=field.encode_name,
        en=schema.get("title", ""),
        nb=schema.get("x-title-nb", ""),
        help_en=schema.get("description", ""),
        help_nb=schema.get("x-description-nb", ""),
        required=field.required,
        many=many,
        base=base,
        choices=choices,
        refers_to=tuple(schema.get("x-refers-to", ())),
        creates=schema.get("x-creates"),
        format=schema.get("x-format"),
        at_least=at_least,
        fields=fields,
        **limits,
    )


def _unwrap(described: Type) -> tuple[Type, dict[str, Any], bool, int]:
    """The type under optionality, repetition and annotations; the annotations, outermost last; if and how repeated."""
    if isinstance(described, Metadata):
        bare, schema, many, at_least = _unwrap(described.type)
        return bare, {**schema, **(described.extra_json_schema or {})}, many, at_least
    if isinstance(described, UnionType):
        kept = [part for part in described.types if not isinstance(part, NoneType)]
        if len(kept) == 1:
            return _unwrap(kept[0])
    if isinstance(described, VarTupleType):
        bare, schema, _, _ = _unwrap(described.item_type)
        return bare, schema, True, described.min_length or 0
    return described, {}, False, 0


def leaves(
    value: Struct, fields: tuple[FieldDeclaration, ...] | None = None, path: str = ""
) -> Iterator[tuple[str, FieldDeclaration, Any]]:
    """Every single value in an event, with its path (``points[0].text``) and the field that declares it."""
    for field in fields if fields is not None else struct_fields(type(value)):
        held = getattr(value, field.name)
        if held is None:
            continue
        for index, item in enumerate(held) if field.many else [(None, held)]:
            here = f"{path}{field.name}" if index is None else f"{path}{field.name}[{index}]"
            if field.fields or field.base is Event:
                yield from leaves(item, field.fields or None, f"{here}.")
            else:
                yield here, field, item


Quality: TypeAlias = Literal["refers_to", "creates", "format"]
"""What only some fields have, and every entry is asked for when it is written and read."""


class _Step(NamedTuple):
    """Where the leaves with a certain quality are: in this attribute, or further on in what it holds."""

    name: str
    many: bool
    field: FieldDeclaration
    within: type[Struct] | None
    """The struct to go on in; None for a leaf, Event for the event of an entry."""


@cache
def _steps(struct: type[Struct], quality: Quality) -> tuple[_Step, ...]:
    """The way to the leaves of a struct that have a quality, past those that have not."""
    found = []
    for field in struct_fields(struct):
        within = field.base if field.fields or field.base is Event else None
        if within is Event or (_steps(within, quality) if within else getattr(field, quality)):
            found.append(_Step(field.name, field.many, field, within))
    return tuple(found)


def _with(quality: Quality, value: Struct, found: list[tuple[FieldDeclaration, Any]]) -> None:
    """Gather the leaves that have a quality: those that :func:`leaves` finds, in its order, several times faster."""
    for name, many, field, within in _steps(type(value), quality):
        held = getattr(value, name)
        if held is None:
            continue
        if within is None:
            if many:
                found.extend([(field, item) for item in held])
            else:
                found.append((field, held))
        elif many:
            for item in held:
                _with(quality, item, found)
        else:
            _with(quality, held, found)


def references(value: Struct) -> list[tuple[FieldDeclaration, str]]:
    """What the event or envelope refers to, with the field that says so."""
    found: list[tuple[FieldDeclaration, str]] = []
    _with("refers_to", value, found)
    return found


def creations(value: Struct) -> list[str]:
    """What the event puts on record for the first time."""
    found: list[tuple[FieldDeclaration, str]] = []
    _with("creates", value, found)
    return [item for _, item in found]


def named(value: Struct) -> set[str]:
    """Everything that the event or envelope refers to or puts on record."""
    return {ref for _, ref in references(value)}.union(creations(value))


def check_formats(value: Struct) -> None:
    """Refuse text that no pattern can describe: control characters, dates, organisation numbers.

    Raises InvalidInput naming the field.
    """
    found: list[tuple[FieldDeclaration, str]] = []
    _with("format", value, found)
    try:
        for field, item in found:
            FORMATS[field.format or ""]("", item)
    except InvalidInput:
        for path, field, item in leaves(value):  # once more, slowly, to say where
            if field.format:
                FORMATS[field.format](path, item)
        raise


def _check_line(path: str, item: str) -> None:
    _check_text(path, item, line=True)


def _check_text(path: str, item: str, *, line: bool = False) -> None:
    reason = objection(item, line=line)
    if reason:
        raise InvalidInput(
            "The text in “{field}” cannot be recorded: {reason}.",
            "Type it again without that; text copied from elsewhere often carries invisible characters.",
            field=path,
            reason=reason,
        )


def _check_edtf(_path: str, item: str) -> None:
    bounds(item)


def _check_orgnr(path: str, item: str) -> None:
    control = -sum(weight * int(digit) for weight, digit in zip(ORGNR_WEIGHTS, item, strict=False)) % 11
    if control != int(item[-1]):
        raise InvalidInput(
            "“{orgnr}” in “{field}” is not an organisation number: its control digit is wrong.",
            "Check the nine digits against the register.",
            orgnr=item,
            field=path,
        )


FORMATS: Final[dict[str, Callable[[str, str], None]]] = {
    "line": _check_line,
    "text": _check_text,
    "edtf": _check_edtf,
    "orgnr": _check_orgnr,
}

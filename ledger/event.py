"""The base of every event: one class is the whole declaration.

An event class says, in one place, what happened (its docstring), what it is called (``nb``), what it holds
(annotated fields from ``ledger.fields``), what it may not do (``check``), what it makes true (``effects``) and which
further things it concerns (``tags``). Validation, ``vedtak record`` flags, JSON Schema, the catalogue and the tests'
generators are read off the class by ``ledger.declaration``; nothing is registered anywhere else.
``docs/how-to-add-an-event.md`` walks through adding one.

The header is always ``class X(Event, frozen=True, kw_only=True, tag="wire-name")``. The tag is stored, for ever:
the class may be renamed, the tag may not. Optional fields default to ``None`` or ``()`` and to nothing else, because
defaults are left out of the stored bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final

from msgspec import Struct, to_builtins

from ledger.facts import Account, Assign, Effect, Move, Slot

if TYPE_CHECKING:
    from ledger.fields import Money
    from ledger.structure import Structure


class Event(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False, omit_defaults=True, tag_field="type"
):
    """Something that happened and is put on record."""

    nb: ClassVar[str] = ""
    """The Norwegian name of the event type; the English one is its wire name."""
    source: ClassVar[str] = "convention of the ledger"
    """Where the rule in ``check`` comes from: a law paragraph, or this."""

    def check(self, structure: Structure) -> None:
        """What it refers to is on record, and what it creates is new.

        This holds for every event and is checked by the pen. An event with a rule of its own says it in the first
        paragraph of its own docstring, and raises Refused, with problem and remedy, when the structure on the event's
        date does not allow it.
        """

    def effects(self) -> Iterable[Effect]:
        """What the event makes true; must not depend on anything but the event."""
        return ()

    def tags(self) -> Iterable[str]:
        """Further things the event concerns, beyond those its fields refer to and its effects touch."""
        return ()


_PLAIN: Final = frozenset({str, int, bool, type(None)})


def put(entity: str, attribute: str, value: object, *, key: str = "", at: str | None = None) -> Assign:
    """Assign a value to a slot; structs become plain mappings, so that a slot holds nothing but data."""
    plain: Any = value if type(value) in _PLAIN else to_builtins(value, builtin_types=(tuple,))
    return Assign(Slot(entity, attribute, key), plain, at)


def begin(entity: str, *, at: str | None = None, **attributes: object) -> Iterator[Assign]:
    """The thing exists from now on, with these attributes; those that are None or empty are left unset."""
    yield put(entity, "exists", value=True, at=at)
    for name, value in attributes.items():
        if value is not None and value != ():
            yield put(entity, name, value, at=at)


def end(entity: str, *, at: str | None = None, **attributes: object) -> Iterator[Assign]:
    """The thing exists no longer; attributes say why and what became of it."""
    yield put(entity, "exists", value=False, at=at)
    for name, value in attributes.items():
        if value is not None and value != ():
            yield put(entity, name, value, at=at)


def amount(entity: str, account: str, money: Money, *, at: str | None = None) -> Iterator[Effect]:
    """Show the amount on the thing, and count it on the account when it is known; unknown is never counted as zero."""
    yield put(entity, account, money, at=at)
    if money.ore is not None:
        yield Move(Account(entity, account), money.ore, at)

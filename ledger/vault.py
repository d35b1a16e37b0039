"""Personal values: sealed into the entry as a salted commitment, kept apart where they can be deleted.

A commitment is base64(SHA-256("vedtak/field/1" LF path LF salt value)) with a path of event type and field, a 16-byte
random salt, and the value in UTF-8. The salt makes a name unguessable once the vault row is deleted; an unsalted hash
of a name can be found by trying names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ledger.declaration import declaration, named
from ledger.entry import Entry
from ledger.errors import InvalidInput
from ledger.events import CATALOGUE
from ledger.store import Book, Disclosure
from ledger.text import normalised, objection

if TYPE_CHECKING:
    from ledger.events.corrections import PersonalDataErased

_DOMAIN: Final = b"vedtak/field/1\n"
SALT_BYTES: Final = 16


def commitment(path: str, salt: bytes, value: str) -> str:
    """The commitment to a value at a path, as it stands in the entry."""
    import base64  # whoever only shows values makes no commitments
    import hashlib

    digest = hashlib.sha256(_DOMAIN + path.encode() + b"\n" + salt + value.encode()).digest()
    return base64.b64encode(digest).decode()


def seal(asked: dict[str, Any]) -> tuple[dict[str, Any], tuple[Disclosure, ...]]:
    """Put commitments in the place of the personal values of a command given as plain data.

    Returns the command to record and what belongs in the vault. A value that is sealed already is left alone.
    """
    event = asked.get("event")
    if not isinstance(event, Mapping) or not isinstance(event.get("type"), str) or event["type"] not in CATALOGUE:
        return asked, ()
    import secrets

    sealed = dict(event)
    disclosures = []
    for field in declaration(sealed["type"]).fields:
        value = sealed.get(field.name)
        if not field.personal or not isinstance(value, str):
            continue
        value = normalised(value)
        if reason := objection(value, line=True):
            raise InvalidInput(
                "The text in “{field}” cannot be recorded: {reason}.",
                "Type it again without that; text copied from elsewhere often carries invisible characters.",
                field=field.name,
                reason=reason,
            )
        salt = secrets.token_bytes(SALT_BYTES)
        digest = commitment(f"{sealed['type']}.{field.name}", salt, value)
        sealed[field.name] = {"digest": digest}
        disclosures.append(Disclosure(digest, salt, value))
    return {**asked, "event": sealed}, tuple(disclosures)


def personal_digests(entry: Entry) -> dict[str, str]:
    """The commitments in an entry, by field path (``person-registered.name``)."""
    wire_name = entry.wire_name
    return {
        f"{wire_name}.{field.name}": getattr(entry.happened, field.name).digest
        for field in declaration(wire_name).fields
        if field.personal and getattr(entry.happened, field.name) is not None
    }


class Disclosed(Mapping[str, str]):
    """The personal values still in a ledger's vault, by commitment; each is fetched when it is first asked for."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._fetched: dict[str, str | None] = {}

    def __getitem__(self, digest: str) -> str:
        if digest not in self._fetched:
            found = self._book.disclosures([digest]).get(digest)
            self._fetched[digest] = found.value if found else None
        value = self._fetched[digest]
        if value is None:
            raise KeyError(digest)
        return value

    def __iter__(self) -> Iterator[str]:
        return (digest for digest, value in self._fetched.items() if value is not None)

    def __len__(self) -> int:
        return sum(value is not None for value in self._fetched.values())


def to_erase(erased: PersonalDataErased, about: Iterable[Entry]) -> tuple[str, ...]:
    """The commitments whose values an erasure deletes: those it names, and all in entries whose event is of a person.

    ``about`` are entries that may concern the persons, corrected and annulled ones among them.
    """
    persons = set(erased.persons)
    found = set(erased.commitments)
    for entry in about:
        event = entry.happened
        if not persons.isdisjoint(named(event)):
            found.update(personal_digests(entry).values())
    return tuple(sorted(found))


def opens(path: str, disclosure: Disclosure) -> bool:
    """Whether the vault's value is the one the entry commits to."""
    import secrets

    return secrets.compare_digest(commitment(path, disclosure.salt, disclosure.value), disclosure.commitment)

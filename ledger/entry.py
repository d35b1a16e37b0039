"""The entry: an event with who recorded it, when, when it took effect, how sure we are, and on what authority.

Two clocks run through every entry. ``effective`` says when the event holds in the world and may be uncertain.
``recorded_at`` says when the ledger learnt of it, in UTC microseconds, and always grows with the entry's position. The
*command* is what a person asks to have recorded; the pen adds the rest.

The stored bytes are one line of JSON with the fields in the order below and without those that are empty. They are
canonical: the same entry is always the same bytes, and bytes that would not come out again unchanged are refused. An
auditor can read them with nothing but the ``sqlite3`` shell.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar, Union

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec.structs import force_setattr

from ledger.declaration import check_formats, creations, settled, unknown_type
from ledger.errors import N_, InvalidInput, Unreadable
from ledger.event import Event
from ledger.events import CATALOGUE
from ledger.facts import BELONGS_TO, Assign, Effect, Happening, Slot
from ledger.fields import (
    SCOPED_KINDS,
    DecisionRef,
    DocumentRef,
    Edtf,
    Knowledge,
    Line,
    PartnershipRef,
    PointNumber,
    Sha256,
    Text,
    titled,
)
from ledger.structure import EXISTS

VERSION: Final = 1
ENTRY_BYTES_MAX: Final = 60 * 1024
"""An entry must fit a 64 KiB record of an audit bundle (C2SP tlog-tiles); longer matter is a document, by its hash."""

CommandId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$(?!\n)",
        extra_json_schema={"format": "uuid"},
    ),
]


AnyEvent: Any = Raw
"""An event of the type that it names itself.

Held as its bytes until that name is read, and decoded by the decoder of that type alone: one decoder for every type
takes longer to make than most commands take to run. :func:`spelt_out` is the envelope with every type in its place.
"""

S = TypeVar("S", bound=Struct)


class Actor(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Who recorded: the account name and the role it acted in."""

    name: Line
    role: Literal["secretariat", "administrator", "auditor", "import"]


class Source(Struct, frozen=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """Where it stands. ``sha256`` is over the UTF-8 bytes of the passage at ``locator``, line ends as LF, none last."""

    document: DocumentRef
    locator: Line | None = None
    quote: Text | None = None
    sha256: Sha256 | None = None


class Dating(Struct, frozen=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """How the effective date was arrived at, when it does not simply stand in the source."""

    basis: Literal["year-inferred", "relative", "season", "approximate", "attested", "bounded"]
    reason: Text


class Correction(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Which entry this one replaces, and why (arkivforskrifta (2025) § 11: what, when and how)."""

    entry: Annotated[int, Meta(ge=1)]
    kind: Literal["recording_error", "better_source", "source_erratum"]
    reason: Text


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """What a person asks to have recorded, under an id of their choosing that makes asking twice harmless."""

    command: CommandId
    effective: Annotated[
        Edtf, titled("Effective", "Gjelder fra", "When it took effect (EDTF).", "Når det fikk virkning (EDTF).")
    ]
    dating: Dating | None = None
    knowledge: Annotated[Knowledge, titled("Knowledge", "Kunnskap", "How we know.", "Hvordan vi vet det.")]
    partnership: Annotated[
        PartnershipRef | None,
        titled("Partnership", "Samarbeid", "What it creates belongs here.", "Det som blir til, hører til her."),
    ] = None
    authority: Annotated[
        DecisionRef | None,
        titled("Authority", "Hjemmel", "The decision it rests on.", "Vedtaket det bygger på."),
    ] = None
    authority_point: PointNumber | None = None
    sources: tuple[Source, ...] = ()
    corrects: Correction | None = None
    note: Annotated[Text | None, titled("Note", "Merknad", "For the reader.", "Til leseren.")] = None
    event: AnyEvent


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """One line of the ledger."""

    v: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    origin: Line
    command: CommandId
    recorded_at: Annotated[datetime, Meta(tz=True)]
    recorded_by: Actor
    effective: Edtf
    dating: Dating | None = None
    knowledge: Knowledge
    partnership: PartnershipRef | None = None
    authority: DecisionRef | None = None
    authority_point: PointNumber | None = None
    sources: tuple[Source, ...] = ()
    corrects: Correction | None = None
    note: Text | None = None
    event: AnyEvent

    @property
    def happened(self) -> Event:
        """The event, typed."""
        event: Event = self.event
        return event

    @property
    def wire_name(self) -> str:
        """The type of the event as stored."""
        return str(self.happened.__struct_config__.tag)

    @property
    def recorded_us(self) -> int:
        """When it was recorded, in microseconds since 1970 UTC."""
        return microseconds(self.recorded_at)

    def asked(self) -> Command:
        """The command this entry came from."""
        return Command(**{name: getattr(self, name) for name in Command.__struct_fields__})


def effects(entry: Entry) -> tuple[Effect, ...]:
    """What an entry makes true: what its event says, and to which partnership the things belong that it creates.

    A thing belongs to the partnership of its entry from the day it begins, if it is of a kind that belongs to one.
    """
    told = tuple(entry.happened.effects())
    if entry.partnership is None:
        return told
    created = {ref for ref in creations(entry.happened) if ref.partition("/")[0] in SCOPED_KINDS}
    placed = (
        Assign(Slot(effect.slot.entity, BELONGS_TO), entry.partnership, effect.at)
        for effect in told
        if isinstance(effect, Assign)
        and effect.slot.attribute == EXISTS
        and effect.value is True
        and effect.slot.entity in created
    )
    return (*told, *placed)


def happening(position: int, entry: Entry) -> Happening:
    """What replay needs of an entry."""
    withdraws = entry.corrects.entry if entry.corrects else None
    return Happening(position, entry.effective, effects(entry), withdraws)


@cache
def spelt_out(envelope: type[S]) -> type[S]:
    """A command or an entry whose event is one of every type: for the schema, and to say what is wrong with one."""
    every = Union[tuple(CATALOGUE.values())]  # type: ignore[valid-type]  # noqa: UP007 - both: it is made at run time
    return msgspec.defstruct(  # type: ignore[return-value] # it is made from the envelope
        envelope.__name__,
        [("event", every)],
        bases=(envelope,),
        kw_only=True,
        module=envelope.__module__,
        namespace={"__doc__": envelope.__doc__},
    )


class _EventDecoders(dict[bytes, Callable[[bytes], Event]]):
    """A decoder for each event type by its wire name, made when the first event of the type is read."""

    def __missing__(self, wire_name: bytes) -> Callable[[bytes], Event]:
        event = CATALOGUE.get(wire_name.decode())
        if event is None:
            message = f"no event type {wire_name!r}"
            raise msgspec.ValidationError(message)
        self[wire_name] = decoder = msgspec.json.Decoder(settled(event)).decode
        return decoder


_encode = msgspec.json.Encoder().encode
_decode_envelope = msgspec.json.Decoder(Entry).decode
_DECODERS: Final = _EventDecoders()
_TYPE: Final = b'{"type":"'
"""How the bytes of every event begin; its wire name comes next."""


def _entry(data: bytes) -> Entry:
    """The entry in canonical bytes; of others it may be said that they do not fit."""
    entry = _decode_envelope(data)
    event = bytes(entry.event)
    force_setattr(entry, "event", _DECODERS[event[len(_TYPE) : event.find(b'"', len(_TYPE))]](event))
    return entry


def written(command: Command, origin: str, actor: Actor, recorded_us: int) -> Entry:
    """The entry that a command becomes when this actor records it in this ledger at this time (UTC µs)."""
    asked = {name: getattr(command, name) for name in Command.__struct_fields__}
    return Entry(v=VERSION, origin=origin, recorded_at=from_microseconds(recorded_us), recorded_by=actor, **asked)


def encode(entry: Entry) -> bytes:
    """The canonical bytes; see :func:`encoded`."""
    return encoded(entry)[0]


def encoded(entry: Entry) -> tuple[bytes, Entry]:
    """The canonical bytes, validated once more before they are for ever, and the entry as read from them.

    Raises InvalidInput when the entry is too long or holds what a ledger may not hold.
    """
    data = _encode(entry)
    if len(data) > ENTRY_BYTES_MAX:
        raise InvalidInput(
            "The entry is {size} bytes long; {limit} is the limit.",
            "Register the long text as a document and refer to it.",
            size=len(data),
            limit=ENTRY_BYTES_MAX,
        )
    try:
        again = _entry(data)
    except msgspec.ValidationError:
        try:
            again = msgspec.json.decode(data, type=spelt_out(Entry))
        except msgspec.ValidationError as error:
            raise invalid(error) from error
    check_formats(again)
    return data, again


def decode(data: bytes, position: int) -> Entry:
    """The entry in stored bytes.

    Raises Unreadable, naming the entry, when the bytes are not exactly what recording it would have written.
    """
    try:
        entry = _entry(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _damaged(position) from error
    if _encode(entry) != data:
        raise _damaged(position)
    return entry


def command_from(asked: dict[str, Any]) -> Command:
    """A command from plain data, as read from a JSON line or put together from flags.

    Raises InvalidInput, naming the field, for an unknown type or field or a value that does not fit.
    """
    event = asked.get("event")
    wire_name = event.get("type") if isinstance(event, dict) else None
    if isinstance(wire_name, str) and wire_name not in CATALOGUE:
        raise unknown_type(wire_name)
    try:
        command = msgspec.convert({**asked, "event": _NOT_YET}, Command)
        force_setattr(command, "event", msgspec.convert(event, CATALOGUE[str(wire_name)]))
    except (msgspec.ValidationError, KeyError):
        try:
            spelt = msgspec.convert(asked, spelt_out(Command))
        except msgspec.ValidationError as error:
            raise invalid(error) from error
        command = Command(**{name: getattr(spelt, name) for name in Command.__struct_fields__})
    check_formats(command)
    return command


_NOT_YET: Final = Raw()


def invalid(error: msgspec.ValidationError) -> InvalidInput:
    """A type error from msgspec, in the words of the ledger."""
    what, _, path = str(error).partition(" - at ")
    where = path.strip("`").removeprefix("$").removeprefix(".") or N_("the command")
    name = what.rpartition(" ")[2].strip("`'")
    if what.startswith("Object contains unknown field"):
        return InvalidInput(
            "There is no field “{name}” in {where}.",
            "“vedtak record TYPE --help” shows each field and what it takes.",
            name=name,
            where=where,
        )
    if what.startswith("Object missing required field"):
        return InvalidInput(
            "The field “{name}” is missing in {where}.",
            "“vedtak record TYPE --help” shows each field and what it takes.",
            name=name,
            where=where,
        )
    if what.startswith("Invalid enum value"):
        return InvalidInput(
            "“{name}” is no choice for {where}.",
            "“vedtak record TYPE --help” shows the choices.",
            name=name,
            where=where,
        )
    import re  # only needed once something is wrong

    if kinds := re.search(r"regex '\^\(?([a-z|]+)\)?/", what):
        return InvalidInput(
            "{where} takes a reference.",
            "Write {example}: small letters, digits and hyphens after the stroke.",
            where=where,
            example=", ".join(f"{kind}/…" for kind in kinds[1].split("|")[:4]),
        )
    return InvalidInput(
        "What was given for {where} does not fit: {what}.",
        "“vedtak record TYPE --help” shows each field and what it takes.",
        what=what,
        where=where,
    )


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC."""
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_microseconds(value: int) -> datetime:
    """The UTC time of that many microseconds since 1970."""
    seconds, micro = divmod(value, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)


def _damaged(position: int) -> Unreadable:
    return Unreadable(
        "Entry #{position} is damaged: its bytes are not what was recorded.",
        "Do not write to this ledger; restore a backup and compare.",
        position=position,
    )

"""A command as flags say it, and the flags that say a command: what the command line and the form have in common."""

from __future__ import annotations

import getpass
import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from ledger.declaration import FieldDeclaration, declaration
from ledger.entry import Actor
from ledger.errors import InvalidInput, LedgerError
from tui.dates import today
from tui.values import edtf_from, from_text, to_text

ENVELOPE: Final = "envelope_"
"""What the names of the flags begin with, within the program, that every event has."""


def actor(role: Literal["secretariat", "administrator"] = "secretariat") -> Actor:
    """Who records: the account that runs the program."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without accounts
        name = "unknown"
    return Actor(name, role)


def flag(name: str) -> str:
    """The flag of a field."""
    return "--" + name.replace("_", "-")


def command_from_flags(wire_name: str, flags: dict[str, Any]) -> dict[str, Any]:
    """The command that the flags ask for, as plain data."""
    event: dict[str, Any] = {"type": wire_name}
    for field in declaration(wire_name).fields:
        given = flags.get(field.name)
        if given is None or given == ():
            continue
        if field.base is bool:
            event[field.name] = given
        elif field.many:
            event[field.name] = [from_text(field, text) for text in given]
        else:
            event[field.name] = given if field.personal else from_text(field, given)
    beside = {name.removeprefix(ENVELOPE): value for name, value in flags.items() if name.startswith(ENVELOPE)}
    return {**envelope_from_flags(beside), "event": event}


def envelope_from_flags(given: dict[str, Any]) -> dict[str, Any]:
    """What the flags say beside the event."""
    sources = given.get("source") or ()
    for extra in ("locator", "quote"):
        if len(given.get(extra) or ()) > len(sources):
            raise InvalidInput("There are more --{flag} than --source.", "Give each one its own --source.", flag=extra)
    asked: dict[str, Any] = {
        "effective": edtf_from(given["effective"]) if given.get("effective") else today().isoformat(),
        "knowledge": given.get("knowledge") or ("documented" if sources else "witnessed"),
        "partnership": _partnership(given.get("partnership")),
        "authority": given.get("authority"),
        "authority_point": given.get("authority_point"),
        "note": given.get("remark"),
        "command": given.get("command_id"),
    }
    if given.get("dating"):
        if not given.get("dating_reason"):
            raise InvalidInput("The dating needs its reason.", "Say how you know with --dating-reason.")
        asked["dating"] = {"basis": given["dating"], "reason": given["dating_reason"]}
    if sources:
        asked["sources"] = [
            {"document": document, **_at(given, "locator", number), **_at(given, "quote", number)}
            for number, document in enumerate(sources)
        ]
    if given.get("corrects"):
        if not given.get("correction_reason"):
            raise InvalidInput(
                "A correction needs its reason.", "Say why with --correction-reason (arkivforskrifta 2025, § 11)."
            )
        asked["corrects"] = {
            "entry": _position(given["corrects"]),
            "kind": given.get("correction") or "recording_error",
            "reason": given["correction_reason"],
        }
    return {name: value for name, value in asked.items() if value is not None}


def _partnership(word: str | None) -> str | None:
    """A partnership as named by its reference or its bare name; nothing for an empty one."""
    return (word if "/" in word else f"partnership/{word.strip()}") if word and word.strip() else None


def _at(given: dict[str, Any], name: str, number: int) -> dict[str, str]:
    values = given.get(name) or ()
    return {name: values[number]} if number < len(values) else {}


def _position(text: str) -> int:
    digits = text.removeprefix("#")
    if not digits.isdecimal():
        raise InvalidInput("“{text}” is no entry number.", "Write it as #12.", text=text)
    return int(digits)


def spoken(command: Mapping[str, Any], ledger: str = "") -> str:
    """The command line that records a command; as a line of JSON where the flags cannot say all of it."""
    wire_name = command["event"]["type"]
    within = ["--ledger", ledger] if ledger else []
    given = list(_arguments(command))
    flags: dict[str, Any] = {}
    for name, value in given:
        if value is True:
            flags[name] = True
        else:
            flags.setdefault(name, []).append(value)
    many = {field.name for field in declaration(wire_name).fields if field.many} | {
        f"{ENVELOPE}{name}" for name in ("source", "locator", "quote")
    }
    asked = {
        name: value if value is True or name in many else value[0]
        for name, value in flags.items()
        if value is True or name in many or len(value) == 1
    }
    try:
        same = command_from_flags(wire_name, asked) == {**command}
    except LedgerError:
        same = False
    if same:
        words = [
            word
            for name, value in given
            for word in (
                [flag(name.removeprefix(ENVELOPE))] if value is True else [flag(name.removeprefix(ENVELOPE)), value]
            )
        ]
        return shlex.join(["vedtak", "record", wire_name, *words, *within])
    line = json.dumps(command, ensure_ascii=False)
    return f"printf '%s\\n' {shlex.quote(line)} | {shlex.join(['vedtak', 'record', '--from', '-', *within])}"


def _arguments(command: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The flags by the names they have within the program, each with its value, or True for one that has none."""
    event = command["event"]
    for field in declaration(event["type"]).fields:
        held = event.get(field.name)
        if held is None:
            continue
        if field.base is bool:
            if held:
                yield field.name, True
            continue
        for value in held if field.many else [held]:
            yield field.name, _said(field, value)
    yield from _beside(command)


def _beside(command: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The flags that every event has."""
    for name, key in (
        ("effective", "effective"),
        ("knowledge", "knowledge"),
        ("partnership", "partnership"),
        ("authority", "authority"),
        ("authority_point", "authority_point"),
        ("remark", "note"),
        ("command_id", "command"),
    ):
        if key in command:
            yield f"{ENVELOPE}{name}", command[key]
    if dating := command.get("dating"):
        yield f"{ENVELOPE}dating", dating["basis"]
        yield f"{ENVELOPE}dating_reason", dating["reason"]
    for source in command.get("sources", ()):
        yield f"{ENVELOPE}source", source["document"]
        for name in ("locator", "quote"):
            if name in source:
                yield f"{ENVELOPE}{name}", source[name]
    if corrects := command.get("corrects"):
        yield f"{ENVELOPE}corrects", f"#{corrects['entry']}"
        yield f"{ENVELOPE}correction", corrects["kind"]
        yield f"{ENVELOPE}correction_reason", corrects["reason"]


def _said(field: FieldDeclaration, value: Any) -> str:
    """A value as it is typed after a flag: compound ones part by part, or as JSON where that would be misread."""
    if not field.fields:
        return to_text(field, value, words=False)
    parts = {part.name: part for part in field.fields}
    told = "; ".join(
        f"{name}={to_text(parts[name], item, words=False)}"
        for name, held in value.items()
        if not parts[name].fields
        for item in (held if parts[name].many else [held])
    )
    try:
        if from_text(field, told) == value:
            return told
    except LedgerError:
        pass
    return json.dumps(value, ensure_ascii=False)

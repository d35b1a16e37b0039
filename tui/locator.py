"""Where a person stands in a ledger, as one line to send to somebody: ``vedtak://e/431?on=2025-05-17&known=431``.

``e`` is an entry, ``t`` a thing, ``s`` a screen. ``on`` is the day, ``known`` the newest entry that counts as known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ledger.calendar import EARLIEST, LATEST
from ledger.errors import InvalidInput

SCHEME: Final = "vedtak"
_PLACE: Final = re.compile(r"[a-z]+(-[a-z]+)*|[1-9][0-9]{0,17}|[a-z]+/[^\s/?#]+", re.ASCII)
_KINDS: Final = {"e": re.compile(r"[1-9][0-9]{0,17}", re.ASCII), "t": re.compile(r"[a-z]+/[^\s]{1,200}"), "s": _PLACE}


@dataclass(frozen=True)
class Locator:
    """An entry (``e``), a thing (``t``) or a screen (``s``), and the moment."""

    kind: str
    place: str
    on: date | None = None
    known: int | None = None

    def __str__(self) -> str:
        asked = {"on": self.on.isoformat() if self.on else None, "known": self.known}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"{SCHEME}://{self.kind}/{quote(self.place, safe='/')}" + (f"?{query}" if query else "")


def parse_locator(text: str) -> Locator:
    """The place that a line names. Raises InvalidInput for one that names none."""
    try:
        parts = urlsplit(text.strip())
        asked = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query), keep_blank_values=True, max_num_fields=4))
        place = unquote(parts.path.removeprefix("/"), errors="strict")
        known = _number(asked.pop("known", None))
        on = asked.pop("on", None)
        day = date.fromisoformat(on) if on is not None else None
    except ValueError as error:
        raise _no_locator(text) from error
    shape = _KINDS.get(parts.netloc)
    if parts.scheme != SCHEME or shape is None or not shape.fullmatch(place) or asked or parts.fragment:
        raise _no_locator(text)
    if day is not None and not EARLIEST <= day <= LATEST:
        raise _no_locator(text)
    return Locator(parts.netloc, place, day, known)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _no_locator(text: str) -> InvalidInput:
    return InvalidInput(
        "“{text}” is no place in a ledger.",
        "Copy one with y in the terminal interface: vedtak://e/431?on=2025-05-17&known=431.",
        text=text,
    )

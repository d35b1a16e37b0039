"""A root as people write it down: in minutes, on paper, in a letter to a partner. That writing is the anchor.

Nothing shorter than the whole 256 bits is taken: who can choose what goes in can find two ledgers with half a root in
common far sooner than two with all of it.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from ledger.errors import InvalidInput
from ledger.proof.tree import HASH_BYTES

_GROUP: Final = 4
_HEX: Final = re.compile(r"[0-9a-fA-F]{64}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{43}=")


def spelled(root: bytes) -> str:
    """A root in 16 groups of 4 hexadecimal digits, to be read aloud and typed in."""
    digits = root.hex()
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def in_base64(root: bytes) -> str:
    """A root in 44 characters, as checkpoints have it (C2SP tlog-checkpoint)."""
    return base64.b64encode(root).decode()


def parse_root(text: str) -> bytes:
    """The root somebody typed or pasted, in hexadecimal (spaces and line ends do not count) or base64.

    Raises InvalidInput when it is neither, or not the whole of it.
    """
    joined = "".join(text.split())
    if _HEX.fullmatch(joined):
        return bytes.fromhex(joined)
    if _BASE64.fullmatch(joined):
        try:
            root = base64.b64decode(joined, validate=True)
        except binascii.Error:
            root = b""
        # Two bits of the last character say nothing; only the way of writing with zeroes there is taken.
        if len(root) == HASH_BYTES and in_base64(root) == joined:
            return root
    raise InvalidInput(
        "“{text}” is not a whole root.",
        "Give all 64 hexadecimal digits, spaces or not, or all 44 characters of base64.",
        text=text,
    )

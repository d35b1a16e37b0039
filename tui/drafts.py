"""Forms not yet recorded, kept per ledger in the person's state directory: neither escape nor a crash loses one.

A draft is known by the id of its command. Recording the same command twice is harmless, and so a draft left behind by a
crash just after recording does no harm either. Drafts may hold personal values: only their owner can read the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ledger.errors import LedgerError
from ledger.store import Book
from tui.form import Form

KEPT_MAX: Final = 20


class Draft(NamedTuple):
    """A form, and when something was last written in it."""

    form: Form
    saved: datetime


class Drafts:
    """The drafts of one ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, book: Book) -> Drafts:
        """Those of a ledger, known by its name and where it lies."""
        import platformdirs

        told = f"{book.origin}\n{place_of(book) or ''}"
        digest = hashlib.sha256(told.encode()).hexdigest()[:16]
        return cls(platformdirs.user_state_path("vedtak") / "drafts" / f"{digest}.json")

    def all(self) -> list[Draft]:
        """The newest first. What cannot be read is left out."""
        found = []
        for kept in self._read():
            try:
                found.append(Draft(Form.from_data(kept["form"]), datetime.fromisoformat(kept["saved"])))
            except (LedgerError, KeyError, TypeError, ValueError, AttributeError):
                continue
        return sorted(found, key=lambda draft: draft.saved, reverse=True)

    def keep(self, form: Form) -> datetime:
        """Keep a form as it is now. Raises OSError when it cannot be written."""
        saved = datetime.now(UTC)
        others = [kept for kept in self._read() if _id(kept) != form.command_id]
        self._write([*others[-KEPT_MAX + 1 :], {"saved": saved.isoformat(), "form": form.data()}])
        return saved

    def erase(self, command_id: str) -> None:
        """Forget one. Raises OSError when that cannot be written."""
        kept = self._read()
        left = [draft for draft in kept if _id(draft) != command_id]
        if len(left) == len(kept):
            return
        if left:
            self._write(left)
        else:
            self.path.unlink(missing_ok=True)

    def _read(self) -> list[dict[str, Any]]:
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return []
        drafts = held.get("drafts") if isinstance(held, dict) else None
        return [kept for kept in drafts if isinstance(kept, dict)] if isinstance(drafts, list) else []

    def _write(self, drafts: list[dict[str, Any]]) -> None:
        """All or nothing: another file, put in the place of the old one when it is whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self.path.with_name(f".{self.path.stem}-{os.getpid()}.json")
        try:
            with os.fdopen(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump({"drafts": drafts}, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)


def _id(kept: dict[str, Any]) -> object:
    form = kept.get("form")
    return form.get("command") if isinstance(form, dict) else None


def place_of(book: Book) -> str | None:
    """The file of a ledger; None for one in memory."""
    name = getattr(book.stored, "name", None)
    return str(Path(name).resolve()) if isinstance(name, str) else None

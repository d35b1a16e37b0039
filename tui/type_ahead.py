"""Keys that come faster than they are seen to: each goes where the ones before it have led.

Textual hands a key to whatever has the focus when the key comes. Of two that come together, a tab and a letter, the
letter would stand in the field that the tab is about to leave.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import Any, Final

from textual.app import App
from textual.events import Event, Key, Paste

PAUSE_SECONDS: Final = 0.002
PATIENCE_SECONDS: Final = 3.0
"""How long a key waits at the most for the one before it, whatever is still going on."""


class TypeAhead(App[int]):
    """Mixed into the app: the next key waits until no message of the one before is left on the screen shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ahead = deque[Event]()
        """Keys and pasted texts that wait."""
        self._waiting = False
        self._patience = 0.0
        """When the first of them is not kept waiting any more."""

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self.ahead.append(event)
            if not self._waiting or monotonic() >= self._patience:
                await self._type()
        else:
            await super().on_event(event)

    async def _type(self) -> None:
        """See to the first that waits, if nothing is left to do for the one before; then to the next, if there is."""
        self._waiting = False
        if not self.ahead:
            return
        if self._at_work() and monotonic() < self._patience:
            self._type_later()
            return
        event = self.ahead.popleft()
        self._patience = monotonic() + PATIENCE_SECONDS
        if self.ahead:
            self._type_later()
        await super().on_event(event)

    def _type_later(self) -> None:
        self._waiting = True
        # Not by a timer of Textual's: one whose time is over when its task first runs never goes off.
        asyncio.get_running_loop().call_later(PAUSE_SECONDS, self.call_later, self._type)

    def _at_work(self) -> bool:
        return any(
            pump.message_queue_size or pump._pending_message is not None  # noqa: SLF001 - taken out of the queue to look at
            for pump in (self, *self.screen.walk_children(with_self=True))
        )

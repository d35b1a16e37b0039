"""Keys that come faster than they are seen to: each goes where the ones before it have led.

Textual hands a key to whatever has the focus when the key comes. Of two that come together, a tab and a letter, the
letter would stand in the field that the tab is about to leave.
"""

from __future__ import annotations

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
        self._patience = 0.0
        """When the first of them is not kept waiting any more."""

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self.ahead.append(event)
            if len(self.ahead) == 1:  # else the first of them is waited for already
                await self._type()
        else:
            await super().on_event(event)

    async def _type(self) -> None:
        while self.ahead:
            if self._at_work() and monotonic() < self._patience:
                self.set_timer(PAUSE_SECONDS, self._type)
                return
            await super().on_event(self.ahead.popleft())
            self._patience = monotonic() + PATIENCE_SECONDS

    def _at_work(self) -> bool:
        return bool(self.message_queue_size) or any(
            pump.message_queue_size for pump in self.screen.walk_children(with_self=True)
        )

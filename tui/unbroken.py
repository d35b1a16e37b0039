"""What goes on when the ledger can no longer be read: a screen or a list says so instead of ending the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.message_pump import MessagePump

from tui.ledgers import UNREADABLE

if TYPE_CHECKING:
    from textual.message import Message

    from tui.moment import Moment


class Unbroken(MessagePump):
    """Mixed into whatever asks the ledger while it handles a message: what was read before stays on the screen."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except UNREADABLE as error:
            cast("Moment", self.app).in_trouble(error)

"""What goes on when the ledger can no longer be read, and what ends when somebody leaves a screen or the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.css.query import NoMatches
from textual.message_pump import MessagePump

from tui.ledgers import UNREADABLE

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.message import Message
    from textual.messages import Prune

    from tui.moment import Moment


class Unbroken(MessagePump):
    """Mixed into whatever asks the ledger while it handles a message, or sets somebody to ask it."""

    async def _dispatch_message(self, message: Message) -> None:
        """Say that the ledger cannot be read instead of ending the program: what was read before stays to be seen.

        A screen that was still being put up when the program ended has not got its parts, and nobody will see it.
        """
        try:
            await super()._dispatch_message(message)
        except UNREADABLE as error:
            cast("Moment", self.app).in_trouble(error)
        except NoMatches:
            if self.is_attached:
                raise

    async def on_prune(self, event: Prune) -> None:
        """Call off what is being worked out here.

        Textual does so when the parts of this have gone, one by one; an answer that came in between would be drawn on
        the half that is left. What a thread finds is to be sent here (``call_later``), where it is dropped by then.
        """
        cast("DOMNode", self).workers.cancel_node(cast("DOMNode", self))

"""Turns of a conversation [R31, R46]."""

from collections.abc import Sequence

from streams.events.model import TicketAnswered, TicketOpened, in_order
from streams.units import MINUTE

SAME_TURN = 5 * MINUTE
"""How soon after his last message, in ms, an author goes on with his turn."""


def turns(opening: TicketOpened | None, messages: Sequence[TicketAnswered]) -> int:
    """How often the word passed among a customer and persons, all in order; `opening` where it was the customer's.

    A turn goes on while the same author's next message comes within 5 minutes of his last and nobody else wrote.
    """
    words = [(message.occurred_at, message.agent_id if message.by == "agent" else "") for message in messages]
    if opening is not None:
        words.insert(_before(opening, messages), (opening.occurred_at, ""))
    count, author, last = 0, None, 0
    for at, writer in words:
        if writer != author or at - last > SAME_TURN:
            count += 1
        author, last = writer, at
    return count


def _before(opening: TicketOpened, messages: Sequence[TicketAnswered]) -> int:
    """How many messages are stamped before the opening; none, unless a clock is wrong."""
    if not messages or messages[0].occurred_at > opening.occurred_at:
        return 0
    return sum([in_order(message) < in_order(opening) for message in messages])

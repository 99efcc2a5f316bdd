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
    words: list[TicketOpened | TicketAnswered] = list(messages) if opening is None else [opening, *messages]
    if opening is not None and messages and in_order(messages[0]) < in_order(opening):
        words.sort(key=in_order)
    count, author, at = 0, None, 0
    for word in words:
        writer = _author(word)
        if writer != author or word.occurred_at - at > SAME_TURN:
            count += 1
        author, at = writer, word.occurred_at
    return count


def _author(word: TicketOpened | TicketAnswered) -> str:
    """The agent; empty for the customer."""
    return word.agent_id or "" if isinstance(word, TicketAnswered) and word.by == "agent" else ""

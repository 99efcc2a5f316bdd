"""Dead letters: the record as it came, and why it was refused."""

from collections.abc import Sequence

from streams.engine.flush import Refusal
from streams.events.canonical import canonical
from streams.events.model import Rejected

Headers = list[tuple[str, bytes | None]]
Letter = tuple[bytes | None, bytes | None, Headers]
"""Key, value, headers."""


def rejected_letter(  # noqa: PLR0917
    topic: str,
    partition: int,
    offset: int,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]],
    why: Rejected,
) -> Letter:
    """A raw record that is no event, whole, with its own headers before ours."""
    return topic.encode(), value, [*headers, *_why(topic, partition, offset, why.reason, why.pointer, why.message)]


def refused_letter(refusal: Refusal) -> Letter:
    """An accepted event that does not count after all, as its canonical JSON."""
    event = refusal.event
    why = _why(event.topic, refusal.partition, refusal.offset, refusal.reason, "", refusal.message)
    return event.topic.encode(), canonical(event), why


def _why(topic: str, partition: int, offset: int, reason: str, pointer: str, message: str) -> Headers:  # noqa: PLR0917
    texts = {
        "dead_letter_topic": topic,
        "dead_letter_partition": str(partition),
        "dead_letter_offset": str(offset),
        "dead_letter_reason": reason,
        "dead_letter_pointer": pointer,
        "dead_letter_message": message,
    }
    return [(name, text.encode()) for name, text in texts.items()]

"""Dead letters: the record as it came, and why it was refused.

A letter is a CloudEvent in Kafka's binary mode. Its headers are those of the record, as they were, and after them the
letter's own, in a block that begins with the attribute `specversion`. A record that was a CloudEvent itself has each
attribute twice then; the letter's is the last.
"""

from collections.abc import Sequence

from streams.engine.flush import Refusal
from streams.events.faults import NOT_JSON, TOO_LARGE, UNKNOWN_TOPIC
from streams.events.model import Rejected
from streams.events.money import Ledger
from streams.events.plain import plain
from streams.events.trace import TRACEPARENT, traceparent
from streams.exports.cloudevents import SOURCE, Headers, traced
from streams.names import DEAD_LETTER

Letter = tuple[bytes | None, bytes | None, Headers]
"""Key, value, headers."""

BEGIN = ("ce_specversion", b"1.0")
"""The first of a letter's own headers."""
WHY = "dead_letter_"
"""What the names of those that say why begin with."""

_UNREAD = (NOT_JSON, TOO_LARGE, UNKNOWN_TOPIC)
"""Refused before it was known to be JSON."""
_DEFAULT = Ledger("EUR")


def rejected_letter(  # noqa: PLR0917
    topic: str,
    partition: int,
    offset: int,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]],
    why: Rejected,
) -> Letter:
    """A raw record that is no event, whole, with its own headers before ours.

    The trace of a CloudEvent that names it as an attribute becomes a header of the letter.
    """
    media = b"application/octet-stream" if why.reason in _UNREAD else b"application/json"
    ours = _ours(topic, partition, offset, media, why)
    if not any(name.lower() == TRACEPARENT for name, _ in headers):  # else it stands there already
        ours += traced(traceparent(headers, value))
    return topic.encode(), value, [*headers, *ours]


def refused_letter(refusal: Refusal, ledger: Ledger = _DEFAULT, trace: str | None = None) -> Letter:
    """An accepted event that does not count after all, as the plain record that it is; `ledger` is of its money."""
    event = refusal.event
    why = Rejected(refusal.reason, "", refusal.message)
    ours = _ours(event.topic, refusal.partition, refusal.offset, b"application/json", why)
    return event.topic.encode(), plain(event, ledger), [*ours, *traced(trace)]


def parted(headers: Sequence[tuple[str, bytes | None]]) -> tuple[Headers, Headers]:
    """The headers that a record came with, and those of the letter that it became.

    >>> parted([("mine", b"1"), BEGIN, ("dead_letter_reason", b"not_json")])
    ([('mine', b'1')], [('ce_specversion', b'1.0'), ('dead_letter_reason', b'not_json')])
    """
    starts = [at for at, header in enumerate(headers) if header == BEGIN]
    cut = starts[-1] if starts else len(headers)
    return list(headers[:cut]), list(headers[cut:])


def _ours(topic: str, partition: int, offset: int, media: bytes, why: Rejected) -> Headers:
    texts = {
        "ce_source": SOURCE,
        "ce_type": f"crm.{DEAD_LETTER}",
        "ce_id": f"{topic}/{partition}/{offset}/{why.reason}",
        f"{WHY}topic": topic,
        f"{WHY}partition": str(partition),
        f"{WHY}offset": str(offset),
        f"{WHY}reason": why.reason,
        f"{WHY}pointer": why.pointer,
        f"{WHY}message": why.message,
    }
    return [BEGIN, ("content-type", media), *((name, text.encode()) for name, text in texts.items())]

"""W3C trace context of a record: what is published because of an event carries the event's `traceparent`.

Source: W3C, "Trace Context", section 3.2; CloudEvents, "Distributed Tracing extension". The header of the record goes
before the attribute of a CloudEvent. What is malformed is no trace: it is left out, and the event counts all the same.
"""

import re

import msgspec

from streams.events.cloudevents import PREFIX, STRUCTURED, Headers, media_type

TRACEPARENT = "traceparent"

_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class _Envelope(msgspec.Struct):
    traceparent: str | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def traceparent(headers: Headers, value: bytes | None) -> str | None:
    """The trace that a record belongs to, or None.

    >>> traceparent([("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")], b"{}")
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    """
    if not headers:
        return None
    found = _header(headers, TRACEPARENT) or _header(headers, PREFIX + TRACEPARENT) or _attribute(headers, value)
    return found if found and _FORM.fullmatch(found) else None


def _header(headers: Headers, wanted: str) -> str | None:
    for name, value in headers:
        if name.lower() == wanted and value is not None:
            return value.decode("ascii", "replace").strip()
    return None


def _attribute(headers: Headers, value: bytes | None) -> str | None:
    """Of a structured CloudEvent."""
    if not value or media_type(headers) != STRUCTURED:
        return None
    try:
        return _ENVELOPE.decode(value).traceparent
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None

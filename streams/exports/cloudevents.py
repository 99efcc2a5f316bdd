"""CloudEvents 1.0 in Kafka's binary mode: attributes as headers, data as the value.

Source: CloudEvents, "Kafka Protocol Binding", version 1.0.2, section 3.2.
"""

from streams.events.trace import TRACEPARENT
from streams.units import rfc3339

SOURCE = "/streams"
Headers = list[tuple[str, bytes | None]]


_FIXED: Headers = [
    ("ce_specversion", b"1.0"),
    ("ce_source", SOURCE.encode()),
    ("content-type", b"application/json"),
]


def headers(kind: str, identity: str, at: int, subject: str | None = None, trace: str | None = None) -> Headers:
    """The headers of an event of a type, with its id, and its time in ms; `trace` is that of the event behind it."""
    own: Headers = [
        *_FIXED,
        ("ce_type", b"crm." + kind.encode()),
        ("ce_id", identity.encode()),
        ("ce_time", rfc3339(at).encode()),
    ]
    if subject is not None:
        own.append(("ce_subject", subject.encode()))
    return own if trace is None else own + traced(trace)


def traced(trace: str | None) -> Headers:
    """The header that carries a W3C trace on, if there is one."""
    return [] if trace is None else [(TRACEPARENT, trace.encode())]

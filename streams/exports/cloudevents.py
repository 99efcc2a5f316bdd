"""CloudEvents 1.0 in Kafka's binary mode: attributes as headers, data as the value.

Source: CloudEvents, "Kafka Protocol Binding", version 1.0.2, section 3.2.
"""

from streams.units import rfc3339

SOURCE = "/streams"
Headers = list[tuple[str, bytes | None]]


_FIXED: Headers = [
    ("ce_specversion", b"1.0"),
    ("ce_source", SOURCE.encode()),
    ("content-type", b"application/json"),
]


def headers(kind: str, identity: str, at: int, subject: str | None = None) -> Headers:
    """The headers of an event of a type, with its id, and its time in ms."""
    own: Headers = [
        ("ce_type", b"crm." + kind.encode()),
        ("ce_id", identity.encode()),
        ("ce_time", rfc3339(at).encode()),
    ]
    return [*_FIXED, *own] if subject is None else [*_FIXED, *own, ("ce_subject", subject.encode())]

"""CloudEvents 1.0 in Kafka's binary mode: attributes as headers, data as the value.

Source: CloudEvents, "Kafka Protocol Binding", version 1.0.2, section 3.2.
"""

from streams.units import rfc3339

SOURCE = "/streams"
Headers = list[tuple[str, bytes | None]]


def headers(kind: str, identity: str, at: int, subject: str | None = None) -> Headers:
    """The headers of an event of a type, with its id, and its time in ms."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_type": f"crm.{kind}",
        "ce_source": SOURCE,
        "ce_id": identity,
        "ce_time": rfc3339(at),
        "content-type": "application/json",
    }
    if subject is not None:
        attributes["ce_subject"] = subject
    return [(name, value.encode()) for name, value in attributes.items()]

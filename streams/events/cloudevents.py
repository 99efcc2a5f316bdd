"""CloudEvents 1.0 over Kafka: the attributes and the data of a record, as the fields of a plain one.

`id`, `source`, `time` and `subject` become `event_id`, `source`, `occurred_at` and the entity's id, and win over fields
of the same name in the data. Extension attributes are unknown fields; trace context is the reader's affair.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from streams.events.faults import MISSING_FIELD, UNKNOWN_VALUE, WRONG_TYPE, Fault, step

STRUCTURED = "application/cloudevents+json"
Headers = Sequence[tuple[str, bytes | None]]
PREFIX = "ce_"
"""Of the headers that carry attributes in binary mode."""
_CONTEXT = frozenset(
    ("specversion", "id", "source", "type", "time", "subject", "datacontenttype", "dataschema", "data")
)
_TRACE = frozenset(("traceparent", "tracestate"))
_REQUIRED = ("specversion", "id", "source", "type")


class Record(msgspec.Struct, frozen=True):
    """A record's fields under their plain names, and where each came from."""

    fields: dict[str, Any]
    extensions: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    """Field to the attribute that it was read from."""
    binary: bool = False

    def locate(self, fault: Fault) -> Fault:
        """The fault with its pointer into the record as it came; a header has none and is named in the message."""
        attribute = self.attributes.get(fault.pointer[1:])
        if attribute is None:
            prefix = "/data" if self.attributes and not self.binary else ""
            return Fault(fault.reason, prefix + fault.pointer, fault.message)
        if self.binary:
            return Fault(fault.reason, "", f"header {PREFIX}{attribute}: {fault.message}")
        return Fault(fault.reason, step(attribute), fault.message)


def is_binary(headers: Headers) -> bool:
    """Whether headers carry attributes."""
    for name, _ in headers:  # noqa: SIM110 - half the cost of any(), on every record with headers
        if name.startswith(PREFIX):
            return True
    return False


def is_structured(tree: Mapping[str, Any], headers: Headers) -> bool:
    """Whether the object is an envelope: its content type says so, or without one, its `specversion` does."""
    media = media_type(headers)
    return media == STRUCTURED if media is not None else "specversion" in tree


def media_type(headers: Headers) -> str | None:
    """The content type that the headers name, without its parameters.

    >>> media_type([("Content-Type", b"application/CloudEvents+JSON; charset=UTF-8")])
    'application/cloudevents+json'
    """
    for name, value in headers:
        if name.lower() == "content-type":
            return (value or b"").decode("utf-8", "replace").partition(";")[0].strip().lower()
    return None


def from_structured(tree: Mapping[str, Any], subject: str) -> Record:
    """A record whose attributes and data share one object; `subject` names the entity's id field."""
    attributes = {name: value for name, value in tree.items() if name != "data" and value is not None}
    _check(attributes, binary=False)
    if "data" not in tree:
        raise Fault(MISSING_FIELD, "/data", "expected the payload as an object")
    if not isinstance(tree["data"], dict):
        raise Fault(WRONG_TYPE, "/data", "expected the payload as an object")
    return _merge(attributes, tree["data"], subject, binary=False)


def from_binary(headers: Headers, data: Mapping[str, Any], subject: str) -> Record:
    """A record whose attributes are headers and whose value is the data."""
    attributes = {
        name[len(PREFIX) :]: value.decode("utf-8", "replace")
        for name, value in headers
        if name.startswith(PREFIX) and value is not None
    }
    _check(attributes, binary=True)
    return _merge(attributes, data, subject, binary=True)


def _check(attributes: Mapping[str, Any], *, binary: bool) -> None:
    where = Record({}, attributes={name: name for name in _REQUIRED}, binary=binary)
    for name in _REQUIRED:
        if name not in attributes:
            raise where.locate(Fault(MISSING_FIELD, step(name), "expected this attribute of a CloudEvent"))
    if attributes["specversion"] != "1.0":
        message = f"expected 1.0, got {str(attributes['specversion'])[:40]!r}"
        raise where.locate(Fault(UNKNOWN_VALUE, "/specversion", message))


def _merge(attributes: Mapping[str, Any], data: Mapping[str, Any], subject: str, *, binary: bool) -> Record:
    named = {"event_id": "id", "source": "source", "occurred_at": "time", subject: "subject"}
    fields = {field: attributes[name] for field, name in named.items() if name in attributes}
    return Record(
        {**data, **fields},
        extensions={name: value for name, value in attributes.items() if name not in _CONTEXT | _TRACE},
        attributes={field: name for field, name in named.items() if field in fields or field not in data},
        binary=binary,
    )

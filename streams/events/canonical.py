"""The one form of an event that hashes are made of [R50]."""

from hashlib import sha256
from typing import Any

import msgspec

from streams.events.model import Event

_ENCODE = msgspec.json.Encoder(order="sorted").encode


def canonical(event: Event) -> bytes:
    """Canonical JSON of the normalised event with its topic: keys sorted, no space, prices as decimal strings.

    A field at its default is left out, so that a field added later changes no hash. Equal events have equal bytes.
    """
    extra = {} if event.extra is None else {"extra": msgspec.Raw(event.extra)}
    return _ENCODE({"topic": event.topic, **_named(event), **extra})


def content_hash(event: Event) -> bytes:
    """SHA-256 of the canonical form."""
    return sha256(canonical(event)).digest()


def _named(part: msgspec.Struct) -> dict[str, Any]:
    fields = msgspec.structs.fields(part)
    values = {field.name: getattr(part, field.name) for field in fields}
    return {field.name: _plain(values[field.name]) for field in fields if values[field.name] != field.default}


def _plain(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return _named(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value

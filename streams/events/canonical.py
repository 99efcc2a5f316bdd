"""The one form of an event that hashes are made of [R50]."""

from hashlib import sha256

import msgspec

from streams.events.model import Event


def canonical(event: Event) -> bytes:
    """Canonical JSON of the normalised event with its topic."""
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return msgspec.json.encode({"topic": event.topic, **fields}, order="deterministic")


def content_hash(event: Event) -> bytes:
    """SHA-256 of the canonical form."""
    return sha256(canonical(event)).digest()

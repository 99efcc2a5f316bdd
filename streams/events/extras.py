"""Fields that no schema knows: taken out of a record, and kept as one canonical JSON object."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from streams.events.faults import step

_CANONICAL = msgspec.json.Encoder(order="sorted", decimal_format="number")


def split(
    declared: type, fields: Mapping[str, Any], extensions: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes | None]:
    """A record's known fields, and the rest: top-level ones by name, those inside known fields by JSON pointer.

    The rest has sorted keys, no space and numbers in one spelling, so that the same fields are the same bytes; None
    when there is none.
    """
    found = dict(extensions)
    names, nested = _shape(declared)
    found.update((name, value) for name, value in fields.items() if name not in names)
    known = {
        name: _prune(nested[name], value, step(name), found) if name in nested else value
        for name, value in fields.items()
        if name in names
    }
    return known, _CANONICAL.encode(found) if found else None


def _prune(declared: type, value: object, pointer: str, found: dict[str, Any]) -> object:
    """The value without unknown fields, which go to `found`."""
    if isinstance(value, list):
        return [_prune(declared, item, pointer + step(index), found) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    names, nested = _shape(declared)
    found.update((pointer + step(name), inner) for name, inner in value.items() if name not in names)
    return {
        name: _prune(nested[name], inner, pointer + step(name), found) if name in nested else inner
        for name, inner in value.items()
        if name in names
    }


@lru_cache(maxsize=None)
def _shape(declared: type) -> tuple[frozenset[str], dict[str, type]]:
    """The names of a struct's fields, and the structs inside them."""
    fields = msgspec.structs.fields(declared)
    nested = {field.encode_name: inner for field in fields if (inner := _struct_in(field.type)) is not None}
    return frozenset(field.encode_name for field in fields), nested


def _struct_in(annotation: Any) -> type | None:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    inner = getattr(annotation, "__args__", ())
    return next(filter(None, map(_struct_in, inner)), None)

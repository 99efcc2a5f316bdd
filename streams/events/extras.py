"""Fields that no schema knows: taken out of a record, and kept as one canonical JSON object."""

from collections.abc import Mapping
from functools import cache
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
    rest = dict(extensions)
    known = _known(declared, fields, "", rest)
    return known, _CANONICAL.encode(rest) if rest else None


def _known(declared: type, value: Mapping[str, Any], pointer: str, rest: dict[str, Any]) -> dict[str, Any]:
    """The known fields of an object at `pointer`; the others go to `rest`."""
    names, nested = _shape(declared)
    known = dict(value)
    for name in value.keys() - names:
        rest[pointer + step(name) if pointer else name] = known.pop(name)
    for name, inner in nested.items():
        if name in known:
            known[name] = _prune(inner, known[name], f"{pointer}/{name}", rest)
    return known


def _prune(declared: type, value: object, pointer: str, rest: dict[str, Any]) -> object:
    if isinstance(value, list):
        return [_prune(declared, item, f"{pointer}/{index}", rest) for index, item in enumerate(value)]
    return _known(declared, value, pointer, rest) if isinstance(value, dict) else value


@cache
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

"""A normalised event as a plain JSON record again: what a producer would have sent for it.

Decoded in the same currency it is the same event. Its bytes are not those that came: defaults are left out, times are
in UTC, unknown fields stand where they stood.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from streams.events.model import Event
from streams.events.money import Ledger
from streams.events.scales import RANGES
from streams.units import SECOND, rfc3339

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
_DECODE = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_TIMES = frozenset(("occurred_at", "placed_at", "confirmed_at", "promised_at", "invited_at", "sent_at", "expected_at"))
_MONEY = frozenset(("amount", "settled_value"))
_SECONDS = {"handling": "handling_seconds", "holds": "hold_seconds"}


def plain(event: Event, ledger: Ledger) -> bytes:
    """The record's value; its topic is `event.topic`."""
    record = _object(event, ledger.major)
    if event.extra is not None:
        for name, value in _DECODE(event.extra).items():
            _put_back(record, name, value)
    return _ENCODE(record)


def _object(part: msgspec.Struct, major: Callable[[int], str]) -> dict[str, Any]:
    fields = ((field, getattr(part, field.name)) for field in msgspec.structs.fields(part) if field.name != "extra")
    return {_SECONDS.get(f.name, f.name): _value(f.name, value, major) for f, value in fields if value != f.default}


def _value(name: str, value: Any, major: Callable[[int], str]) -> Any:
    if value is None:
        return None
    if name in _TIMES:
        return rfc3339(value)
    if name in _MONEY:
        return major(value)
    if name in _SECONDS:
        return [hold / SECOND for hold in value] if isinstance(value, tuple) else value / SECOND
    if name == "scale":
        return _scale(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [_object(item, major) if isinstance(item, msgspec.Struct) else item for item in value]
    return _object(value, major) if isinstance(value, msgspec.Struct) else value


def _scale(name: str) -> str | dict[str, float]:
    if ":" not in name:
        return name
    low, high = RANGES[name]
    return {"min": low, "max": high}


def _put_back(record: dict[str, Any], name: str, value: Any) -> None:
    """An unknown field under its name, or, named by a JSON pointer, inside the field where it came."""
    *path, last = [step.replace("~1", "/").replace("~0", "~") for step in name.split("/")[1:]] or [name]
    place: Any = record
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place.get(step) if isinstance(place, Mapping) else None
    if not path or not isinstance(place, dict):
        record[name] = value
    else:
        place[last] = value

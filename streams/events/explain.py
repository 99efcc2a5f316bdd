"""Which field of a record breaks its wire type: the first fault in the order of the declaration.

The hot path only learns that a record is bad. This walks the parsed record along the same declaration and says where
and how, so that there is one statement of the types and no reading of a library's messages.
"""

import sys
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect as types

from streams.events.faults import (
    INVALID_TIMESTAMP,
    MISSING_FIELD,
    OUT_OF_BOUNDS,
    UNKNOWN_VALUE,
    WRONG_TYPE,
    Fault,
    step,
)
from streams.events.instants import instant
from streams.events.money import exact

type_info = cache(types.type_info)
"""The declaration of a wire type, as msgspec understands it."""

_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", Decimal: "a number"}


def explain(declared: types.Type, value: object, pointer: str = "") -> Fault | None:
    """The first fault of a parsed value (numbers as int or Decimal) against a type, or None."""
    match declared:
        case types.Metadata(type=inner):
            return explain(inner, value, pointer)
        case types.UnionType():
            return _union(declared, value, pointer)
        case types.StructType():
            return _struct(declared, value, pointer)
        case types.VarTupleType():
            return _list(declared, value, pointer)
        case types.StrType():
            return _text(declared, value, pointer)
        case types.LiteralType():
            return _enum(declared, value, pointer)
        case types.DateTimeType():
            return _time(value, pointer)
        case types.BoolType():
            return None if isinstance(value, bool) else _wrong("a boolean", value, pointer)
        case types.IntType() | types.FloatType():
            return _number(declared, value, pointer)
    raise TypeError(f"no explanation for {declared}")


def _struct(declared: types.StructType, value: object, pointer: str) -> Fault | None:
    if not isinstance(value, dict):
        return _wrong("an object", value, pointer)
    for field in declared.fields:
        at = pointer + step(field.encode_name)
        if field.encode_name in value:
            if fault := explain(field.type, value[field.encode_name], at):
                return fault
        elif field.required:
            return Fault(MISSING_FIELD, at, f"expected {_expected(field.type)}")
    return None


def _list(declared: types.VarTupleType, value: object, pointer: str) -> Fault | None:
    if not isinstance(value, list):
        return _wrong("a list", value, pointer)
    if fault := _length(declared, value, "items", pointer):
        return fault
    faults = (explain(declared.item_type, item, pointer + step(index)) for index, item in enumerate(value))
    return next(filter(None, faults), None)


def _text(declared: types.StrType, value: object, pointer: str) -> Fault | None:
    return (
        _length(declared, value, "characters", pointer)
        if isinstance(value, str)
        else _wrong("a string", value, pointer)
    )


def _length(declared: types.StrType | types.VarTupleType, value: Any, of: str, pointer: str) -> Fault | None:
    low, high = declared.min_length or 0, sys.maxsize if declared.max_length is None else declared.max_length
    if low <= len(value) <= high:
        return None
    bounds = str(low) if low == high else f"{low} to {high}"
    return Fault(OUT_OF_BOUNDS, pointer, f"expected {bounds} {of}, got {len(value)}")


def _enum(declared: types.LiteralType, value: object, pointer: str) -> Fault | None:
    if not isinstance(value, str):
        return _wrong("a string", value, pointer)
    if value in declared.values:
        return None
    return Fault(UNKNOWN_VALUE, pointer, f"expected {', '.join(map(str, declared.values))}, got {value[:40]!r}")


def _time(value: object, pointer: str) -> Fault | None:
    if not isinstance(value, str):
        return _wrong("an RFC 3339 time", value, pointer)
    try:
        moment = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        message = f'expected an RFC 3339 time such as "2024-05-01T08:30:00+02:00", got {value[:40]!r}'
        return Fault(INVALID_TIMESTAMP, pointer, message)
    if moment.tzinfo is None:
        return Fault(INVALID_TIMESTAMP, pointer, f"expected an offset from UTC, or Z, at the end of {value[:40]!r}")
    return _fault_of(lambda: instant(moment, pointer), pointer)


def _number(declared: types.IntType | types.FloatType, value: object, pointer: str) -> Fault | None:
    whole = isinstance(declared, types.IntType)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | Decimal):
        return _wrong("an integer" if whole else "a number", value, pointer)
    low = -sys.float_info.max if declared.ge is None else declared.ge
    high = sys.float_info.max if declared.le is None else declared.le
    if low <= value <= high:
        return None
    return Fault(OUT_OF_BOUNDS, pointer, f"expected {low:g} to {high:g}, got {str(value)[:40]}")


def _union(declared: types.UnionType, value: object, pointer: str) -> Fault | None:
    """Of the unions declared in `wire`: an optional field, money, and a scale that is a name or a range."""
    if value is None and declared.includes_none:
        return None
    members = _members(declared)
    if len(members) == 1:
        return explain(members[0], value, pointer)
    if any(isinstance(member, types.FloatType) for member in members):
        return _money(value, pointer)
    structs = [member for member in members if isinstance(member, types.StructType)]
    if isinstance(value, str):
        return None
    return (
        explain(structs[0], value, pointer) if isinstance(value, dict) else _wrong(_expected(declared), value, pointer)
    )


def _money(value: object, pointer: str) -> Fault | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return _wrong("a number or a decimal string", value, pointer)
    return _fault_of(lambda: exact(float(value) if isinstance(value, Decimal) else value), pointer)


def _fault_of(check: Any, pointer: str) -> Fault | None:
    try:
        check()
    except Fault as fault:
        return Fault(fault.reason, pointer, fault.message)
    return None


def _members(declared: types.UnionType) -> list[types.Type]:
    return [member for member in declared.types if not isinstance(member, types.NoneType)]


def _wrong(expected: str, value: object, pointer: str) -> Fault:
    return Fault(WRONG_TYPE, pointer, f"expected {expected}, got {json_name(value)}")


def json_name(value: object) -> str:
    """What JSON calls a parsed value."""
    return _NAMES.get(type(value), "null")


_EXPECTED: dict[type[types.Type], str] = {
    types.StructType: "an object",
    types.VarTupleType: "a list",
    types.StrType: "a string",
    types.DateTimeType: "an RFC 3339 time with an offset",
    types.BoolType: "a boolean",
    types.IntType: "an integer",
    types.FloatType: "a number",
}


def _expected(declared: types.Type) -> str:
    match declared:
        case types.Metadata(type=inner):
            return _expected(inner)
        case types.UnionType():
            return _or(dict.fromkeys(map(_expected, _members(declared))))
        case types.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
    return _EXPECTED[type(declared)]


def _or(names: Iterable[str]) -> str:
    return " or ".join(names)

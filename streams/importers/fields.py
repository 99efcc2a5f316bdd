"""The fields of the five input events that a csv file can fill, and how their text is read: all of them, as declared.

A field is named by its path: `lines.0.sku` is the sku of the first line, `invoice.lines.1.quantity` a quantity of the
second line of the invoice, `scale.max` the upper end of a scale.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache

import msgspec
from msgspec import inspect as types

from streams.events import wire
from streams.events.decode import TOPICS


class Kind(Enum):
    """How the text of a cell is read."""

    TEXT = "text"
    TIME = "time"
    WHOLE = "a whole number"
    NUMBER = "a number"
    MONEY = "an amount"
    TRUTH = "true or false"


class Leaf(msgspec.Struct, frozen=True):
    """What a path leads to: one value, or a list of them."""

    kind: Kind
    many: bool = False
    """A list: one cell fills all of it, split."""
    holds_place: bool = False
    """One of a list where nothing is something: an empty cell is a null at its place."""


_KINDS: Mapping[type[types.Type], Kind] = {
    types.StrType: Kind.TEXT,
    types.LiteralType: Kind.TEXT,
    types.DateTimeType: Kind.TIME,
    types.BoolType: Kind.TRUTH,
    types.IntType: Kind.WHOLE,
    types.FloatType: Kind.NUMBER,
}


def leaf(topic: str, path: str) -> Leaf | None:
    """What a path of an event's field leads to; None where the event has no such field.

    >>> leaf("order-entered", "lines.0.unit_price").kind, leaf("order-entered", "lines.sku")
    (<Kind.MONEY: 'an amount'>, None)
    """
    declared: types.Type | None = types.type_info(TOPICS[topic].declared)
    among = False
    for step in path.split("."):
        declared, among = _inner(declared, step)
        if declared is None:
            return None
    return _leaf(declared, among) if declared is not None else None


@cache
def required(topic: str) -> frozenset[str]:
    """Fields that a mapping must fill. An id is drawn where none is given; lines are asked of the rows, since a
    cancellation needs none.

    >>> sorted(required("ticket-opened"))
    ['customer_id', 'occurred_at', 'ticket_id']
    """
    declared = types.type_info(TOPICS[topic].declared)
    fields = declared.fields if isinstance(declared, types.StructType) else ()
    return frozenset(f.encode_name for f in fields if f.required and not _is_list(f.type)) - {"event_id"}


def _inner(declared: types.Type | None, step: str) -> tuple[types.Type | None, bool]:
    """The type of a field of an object, or of an item of a list, and whether it is the latter."""
    options = [] if declared is None else _options(declared)
    for option in options:
        if isinstance(option, types.StructType):
            found = [field.type for field in option.fields if field.encode_name == step]
            return (found[0] if found else None), False
        if isinstance(option, types.VarTupleType):
            return (option.item_type if step.isdecimal() and int(step) < wire.MAX_ITEMS else None), True
    return None, False


def _leaf(declared: types.Type, among: bool) -> Leaf | None:
    options = _options(declared)
    if len(options) == 1 and isinstance(options[0], types.VarTupleType):
        item = _leaf(options[0].item_type, among=True)
        return Leaf(item.kind, many=True, holds_place=item.holds_place) if item else None
    kinds = {_KINDS[type(option)] for option in options if type(option) in _KINDS}
    nothing = isinstance(declared, types.UnionType) and declared.includes_none
    if not kinds:
        return None
    return Leaf(Kind.MONEY if len(kinds) > 1 else kinds.pop(), holds_place=among and nothing)


def _options(declared: types.Type) -> list[types.Type]:
    """What a value may be, nothing apart."""
    if isinstance(declared, types.Metadata):
        return _options(declared.type)
    if isinstance(declared, types.UnionType):
        return [option for each in declared.types for option in _options(each)]
    return [] if isinstance(declared, types.NoneType) else [declared]


def _is_list(declared: types.Type) -> bool:
    return any(isinstance(option, types.VarTupleType) for option in _options(declared))

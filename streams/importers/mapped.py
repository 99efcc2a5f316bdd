"""Rows of any csv file as events, by a mapping (`streams.importers.mapping`)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.importers import local_time
from streams.importers.fields import Kind, required
from streams.importers.mapping import COLUMN, Cell, CsvMapping, EventMapping, When
from streams.importers.rows import CellError, Line, Outcome, Refused, Row, numbered
from streams.units import rfc3339

_DECODER = Decoder()


def events(rows: Iterable[Row], mapping: CsvMapping) -> Iterator[Outcome]:
    """The events of each row in the mapping's order; a row gives all of them or, with a refusal, none.

    Raises UnusableError where columns are missing.
    """
    for numbered_row in numbered(rows, mapping.columns):
        if isinstance(numbered_row, Refused):
            yield numbered_row
            continue
        number, row = numbered_row
        try:
            lines = [_line(event, row, mapping) for event in mapping.events if _applies(event, row, mapping.empty)]
            _check(lines)
        except CellError as bad:
            yield bad.refusal(number)
            continue
        yield from lines
        if not lines:
            yield Refused(number, "", "no [[event]] of the mapping applies")


def _check(lines: Iterable[Line]) -> None:
    """What would end as a dead letter is refused here, where its row is known; the currency is for the reader."""
    for line in lines:
        value = {name: given for name, given in line["value"].items() if name != "currency"}
        found = _DECODER.decode(line["topic"], orjson.dumps(value))
        if isinstance(found, Rejected):
            raise CellError(found.pointer, found.message)


def _applies(event: EventMapping, row: Row, empty: frozenset[str]) -> bool:
    return all(_holds(when, row[when.column].strip(), empty) for when in event.when)


def _holds(when: When, text: str, empty: frozenset[str]) -> bool:
    return text not in empty if when.among is None else text in when.among


def _line(event: EventMapping, row: Row, mapping: CsvMapping) -> Line:
    found = {name: _read(at, row, mapping) for name, at in event.fields.items() if isinstance(at, Cell)}
    for name in required(event.topic):
        if name in found and found[name] is None:
            raise CellError(_where(event.fields[name]), f"empty, but {name} is needed")
    filled = [name for name, value in found.items() if value is not None]
    tree: dict[str | int, Any] = {}
    for name, at in event.fields.items():
        if found.get(name) is not None:
            _put(tree, name, found[name])
        elif isinstance(at, Cell):
            if at.leaf.holds_place and not at.leaf.many and _within(name.partition(".")[0], filled):
                _put(tree, name, None)
        elif _belongs(name, found, filled):
            _put(tree, name, at.value)
    value = {"source": mapping.source, **_shaped(tree)}
    return {"topic": event.topic, "value": {"event_id": _id(event.topic, value), **value}}


def _belongs(name: str, found: Mapping[str, Any], filled: Iterable[str]) -> bool:
    """Whether a constant has anything to stand beside: one of a line without a filled cell is no line."""
    inside = name.rpartition(".")[0]
    return not inside or not _within(inside, found) or _within(inside, filled)


def _within(path: str, names: Iterable[str]) -> bool:
    return any(name.startswith(f"{path}.") for name in names)


def _put(tree: dict[str | int, Any], name: str, value: Any) -> None:
    *path, last = [int(step) if step.isdecimal() else step for step in name.split(".")]
    for step in path:
        tree = tree.setdefault(step, {})
    tree[last] = value


def _shaped(tree: Mapping[str | int, Any]) -> dict[str, Any]:
    """The same with lists where places are counted; places that nothing is at are left out."""
    return {str(name): _listed(value) for name, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if all(isinstance(place, int) for place in value):
        return [_listed(value[place]) for place in sorted(value)]
    return _shaped(value)


def _where(at: object) -> str:
    return " ".join(at.columns) if isinstance(at, Cell) else ""


def _id(topic: str, value: Mapping[str, Any]) -> str:
    return hashlib.sha256(topic.encode() + orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _read(cell: Cell, row: Row, mapping: CsvMapping) -> Any:
    """The field's value, None where all its cells are empty; raises CellError."""
    texts = {column: row[column].strip() for column in cell.columns}
    if all(text in mapping.empty for text in texts.values()):
        return cell.default
    text = COLUMN.sub(lambda found: texts[found[1]], cell.template)
    if cell.values is not None and text in cell.values:
        return cell.values[text]
    if cell.values is not None and cell.default is not None:
        return cell.default
    if cell.values is not None:
        raise CellError(_where(cell), f"{text!r} is not among the values of the mapping")
    try:
        return _many(text, cell, mapping) if cell.leaf.many else _one(text, cell, mapping)
    except (ValueError, OverflowError, InvalidOperation) as error:
        raise CellError(_where(cell), _unread(cell)) from error


def _unread(cell: Cell) -> str:
    kind = cell.leaf.kind
    return f"not a time as in {cell.time or 'ISO 8601'}" if kind is Kind.TIME else f"not {kind.value}"


def _many(text: str, cell: Cell, mapping: CsvMapping) -> list[Any]:
    """A list in one cell; a place that holds nothing is a null where that says something."""
    parts = [part.strip() for part in text.split(cell.split)]
    if not cell.leaf.holds_place:
        return [_one(part, cell, mapping) for part in parts if part not in mapping.empty]
    return [None if part in mapping.empty else _one(part, cell, mapping) for part in parts]


def _one(text: str, cell: Cell, mapping: CsvMapping) -> Any:
    kind = cell.leaf.kind
    if kind is Kind.TIME:
        return _time(text, cell)
    return _READ[kind](_decimal(text, mapping.decimal) if kind in (Kind.NUMBER, Kind.MONEY) else text)


def _decimal(text: str, mark: str) -> str:
    """A number with a decimal point and nothing between its thousands."""
    groups = _GROUPS[mark].fullmatch(text)
    if not groups:
        raise ValueError(text)
    whole, fraction = groups.groups()
    digits = "".join(character for character in whole if character not in ".,")
    return f"{digits}.{fraction}" if fraction else digits


_GROUPS = {
    mark: re.compile(rf"([+-]?(?:\d+|\d{{1,3}}(?:\{other}\d{{3}})+))(?:\{mark}(\d+))?", re.ASCII)
    for mark, other in ((".", ","), (",", "."))
}
"""Whole part, plain or in thousands, and fraction, by the mark between the two."""


def _time(text: str, cell: Cell) -> str:
    if cell.time == "unix":
        return rfc3339(int(Decimal(text) * 1000))
    if cell.time == "unix_ms":
        return rfc3339(int(text))
    ms = local_time.strptime(text, cell.time, cell.zone) if cell.time else local_time.iso(text, cell.zone)
    return rfc3339(ms)


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


_TRUTHS = {"true": True, "yes": True, "1": True, "t": True, "y": True} | dict.fromkeys(
    ("false", "no", "0", "f", "n"), False
)


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text.lower()]


_READ: Mapping[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.WHOLE: int,
    Kind.NUMBER: _number,
    Kind.MONEY: str,
    Kind.TRUTH: _truth,
}

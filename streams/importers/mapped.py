"""Rows of any csv file as events, by a mapping (`streams.importers.mapping`)."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.importers import local_time
from streams.importers.fields import REQUIRED, Kind
from streams.importers.mapping import COLUMN, Cell, CsvMapping, EventMapping
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
            lines = [_line(event, row, mapping) for event in mapping.events if _applies(event, row)]
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


def _applies(event: EventMapping, row: Row) -> bool:
    return event.column is None or row[event.column].strip() in event.among


def _line(event: EventMapping, row: Row, mapping: CsvMapping) -> Line:
    value: dict[str, Any] = {"source": mapping.source}
    parts: dict[str, dict[int, dict[str, Any]]] = {}
    for name, at in event.fields.items():
        found = _read(at, row, mapping) if isinstance(at, Cell) else at.value
        head, _, rest = name.partition(".")
        if found is None and name in REQUIRED[event.topic]:
            raise CellError(_where(at), f"empty, but {name} is needed")
        if found is not None and rest:
            place, _, part = rest.partition(".")
            parts.setdefault(head, {}).setdefault(int(place), {})[part] = found
        elif found is not None:
            value[head] = found
    value |= {head: [found[place] for place in sorted(found)] for head, found in parts.items()}
    return {"topic": event.topic, "value": {"event_id": _id(event.topic, value), **value}}


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
        return _time(text, cell) if cell.kind is Kind.TIME else _READ[cell.kind](text)
    except (ValueError, OverflowError, InvalidOperation) as error:
        raise CellError(_where(cell), _unread(cell)) from error


def _unread(cell: Cell) -> str:
    return f"not a time as in {cell.time or 'ISO 8601'}" if cell.kind is Kind.TIME else f"not {cell.kind.value}"


def _time(text: str, cell: Cell) -> str:
    if cell.time == "unix":
        return rfc3339(int(Decimal(text) * 1000))
    if cell.time == "unix_ms":
        return rfc3339(int(text))
    ms = local_time.strptime(text, cell.time, cell.zone) if cell.time else local_time.iso(text, cell.zone)
    return rfc3339(ms)


def _money(text: str) -> str:
    """Kept as written, once it is a number."""
    if not Decimal(text).is_finite():
        raise ValueError(text)
    return text


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdecimal() else float(_money(text))


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
    Kind.MONEY: _money,
    Kind.TRUTH: _truth,
}

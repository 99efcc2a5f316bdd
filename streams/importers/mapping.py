"""A mapping file: which columns of a csv file become which fields of which events.

TOML, one `[[event]]` for each kind of event that a row can give; docs/import.md has all of it, with worked examples.
Fields are named as in `streams.importers.fields`. Without `event_id` an event's id is drawn from its content, so that
equal rows are one event.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from streams.importers.fields import Leaf, leaf, required
from streams.importers.rows import UnusableError
from streams.names import INPUTS

COLUMN = re.compile(r"\{([^{}]+)\}")
"""A column's name in a template."""


@dataclass(frozen=True)
class Cell:
    """Where a field's text comes from, and how it is read."""

    leaf: Leaf
    template: str
    """Columns in braces."""
    columns: tuple[str, ...]
    time: str | None
    zone: ZoneInfo
    split: str = ""
    """What stands between the items of a list."""
    values: Mapping[str, Any] | None = None
    default: Any = None


@dataclass(frozen=True)
class Constant:
    """A field that is the same in every event."""

    value: Any


@dataclass(frozen=True)
class When:
    """A condition on a row: the column is `among` these, or, without any, holds something."""

    column: str
    among: tuple[str, ...] | None


@dataclass(frozen=True)
class EventMapping:
    """One kind of event that rows give."""

    topic: str
    fields: Mapping[str, Cell | Constant]
    when: tuple[When, ...] = ()
    """Rows apply that keep all of these."""


@dataclass(frozen=True)
class CsvMapping:
    """A whole mapping file."""

    source: str
    delimiter: str
    decimal: str
    """Between whole and fraction of a number; the other of point and comma may stand between its thousands."""
    encoding: str
    empty: frozenset[str]
    events: tuple[EventMapping, ...] = field(default=())

    @property
    def columns(self) -> list[str]:
        """Every column that is asked for, once each, in order."""
        asked = [column for event in self.events for column in _columns(event)]
        return list(dict.fromkeys(asked))


def _columns(event: EventMapping) -> list[str]:
    cells = [cell for cell in event.fields.values() if isinstance(cell, Cell)]
    return [*(when.column for when in event.when), *(column for cell in cells for column in cell.columns)]


def load(text: str, zone: str | None = None) -> CsvMapping:
    """The mapping of a TOML text; `zone` overrides the file's own default.

    Raises UnusableError with every fault of the file at once.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnusableError(f"the mapping is no TOML: {error}") from error
    reader = _Reader(table, zone)
    mapping = reader.mapping()
    if reader.faults:
        raise UnusableError("the mapping has faults:\n" + "\n".join(f"  {fault}" for fault in reader.faults))
    return mapping


_TEXTS = ("source", "zone", "time", "delimiter", "decimal", "encoding")
_TOP = {**dict.fromkeys(_TEXTS, str), "empty": list, "event": list}
_CELL = {"column", "template", "constant", "time", "zone", "split", "values", "default"}


class _Reader:
    """Reads the tables of a mapping and notes what is wrong with them."""

    def __init__(self, table: dict[str, Any], zone: str | None) -> None:
        self.table = table
        self.faults: list[str] = []
        self.zone = self._zone(zone or self._top("zone", "UTC"), "zone")

    def mapping(self) -> CsvMapping:
        for name in self.table.keys() - _TOP.keys():
            self.faults.append(f"{name}: unknown; known are {', '.join(_TOP)}")
        events = tuple(self._event(table, f"event {n}") for n, table in enumerate(self._top("event", []), 1))
        if not events:
            self.faults.append("event: at least one [[event]] is needed")
        return CsvMapping(
            source=self._top("source", "csv"),
            delimiter=self._top("delimiter", ","),
            decimal=self._decimal(),
            encoding=self._top("encoding", "utf-8-sig"),
            empty=frozenset(self._top("empty", [""])),
            events=events,
        )

    def _top(self, name: str, default: Any) -> Any:
        value = self.table.get(name, default)
        if isinstance(value, _TOP[name]):
            return value
        self.faults.append(f"{name}: must be a {_TOP[name].__name__}")
        return default

    def _decimal(self) -> str:
        mark: str = self._top("decimal", ".")
        if mark in (".", ","):
            return mark
        self.faults.append('decimal: must be "." or ","')
        return "."

    def _zone(self, name: Any, place: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (OSError, ValueError, TypeError, KeyError):
            self.faults.append(f"{place}: {name!r} is no time zone; write one like Europe/Berlin")
            return ZoneInfo("UTC")

    def _event(self, table: dict[str, Any], place: str) -> EventMapping:
        topic = str(table.get("topic"))
        if topic not in INPUTS:
            self.faults.append(f"{place}, topic: must be one of {', '.join(INPUTS)}")
            return EventMapping("", {})
        for name in table.keys() - {"topic", "when", "fields"}:
            self.faults.append(f"{place}, {name}: unknown; known are topic, when, fields")
        named = _flat(table.get("fields", {}))
        fields = {name: self._field(topic, name, at, f"{place}, {name}") for name, at in named.items()}
        for name in (name for name in fields if any(other.startswith(f"{name}.") for other in fields)):
            self.faults.append(f"{place}, {name}: given as a whole and in parts")
        for name in sorted(required(topic) - fields.keys()):
            self.faults.append(f"{place}, {name}: needed by {topic}")
        return EventMapping(topic, fields, self._when(table.get("when", []), f"{place}, when"))

    def _when(self, given: Any, place: str) -> tuple[When, ...]:
        tables = given if isinstance(given, list) else [given]
        if all(map(_is_condition, tables)):
            return tuple(When(t["column"], tuple(map(str, t["is"])) if "is" in t else None) for t in tables)
        self.faults.append(f'{place}: write {{column = "…", is = ["…"]}}, {{column = "…", filled = true}}, or a list')
        return ()

    def _field(self, topic: str, name: str, at: Any, place: str) -> Cell | Constant:
        found = leaf(topic, name)
        if found is None:
            self.faults.append(f"{place}: {topic} has no such field")
            return Constant(None)
        at = {"column": at} if isinstance(at, str) else at
        if not isinstance(at, dict) or at.keys() - _CELL or len(at.keys() & {"column", "template", "constant"}) != 1:
            self.faults.append(f"{place}: write a column, or one of {{column}}, {{template}}, {{constant}}")
            return Constant(None)
        if "constant" not in at and found.many != bool(at.get("split")):
            self.faults.append(f"{place}: split says what stands between the items of a list, and of nothing else")
        return Constant(at["constant"]) if "constant" in at else self._cell(found, at, place)

    def _cell(self, found: Leaf, at: dict[str, Any], place: str) -> Cell:
        column = str(at.get("column", ""))
        template = str(at.get("template", "{" + column + "}"))
        zone = self._zone(at["zone"], f"{place}, zone") if "zone" in at else self.zone
        columns = tuple(dict.fromkeys(COLUMN.findall(template)))
        time = at.get("time", self.table.get("time"))
        return Cell(found, template, columns, time, zone, str(at.get("split", "")), at.get("values"), at.get("default"))


def _is_condition(table: Any) -> bool:
    if not isinstance(table, dict) or not isinstance(table.get("column"), str):
        return False
    rest = {name: value for name, value in table.items() if name != "column"}
    return rest == {"filled": True} or (rest.keys() == {"is"} and isinstance(rest["is"], list))


def _flat(fields: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Fields by their paths; a table inside another is a path, too, unless it says how to read a field."""
    flat: dict[str, Any] = {}
    for name, at in fields.items():
        if isinstance(at, dict) and at and not at.keys() & _CELL:
            flat |= _flat(at, f"{before}{name}.")
        else:
            flat[before + name] = at
    return flat

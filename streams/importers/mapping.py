"""A mapping file: which columns of a csv file become which fields of which events.

TOML, one `[[event]]` for each kind of event that a row can give:

    source = "shop"                  # of the events; default "csv"
    zone = "Europe/Berlin"           # of local times; default UTC
    time = "%d.%m.%Y %H:%M"          # as in datetime.strptime; default ISO 8601; "unix" and "unix_ms" are numbers
    empty = ["", "NULL"]             # cells that hold nothing; default ""
    delimiter = ";"                  # default ","
    encoding = "cp1252"              # default UTF-8

    [[event]]
    topic = "ticket-opened"
    when = {column = "Type", is = ["created"]}               # default: every row
    [event.fields]
    ticket_id = "Ticket"                                      # a column
    occurred_at = {column = "Created", zone = "UTC"}          # a column and how to read it
    priority = {column = "Prio", values = {A = "urgent"}, default = "normal"}
    kind = {constant = "request"}
    event_id = {template = "{Ticket}-{Version}"}              # columns put together

Field names are those of the event; `lines.0.sku` is the sku of the first line. Without `event_id` an event's
id is drawn from its content, so that equal rows are one event.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from streams.importers.fields import FIELDS, PARTS, REQUIRED, Kind
from streams.importers.rows import UnusableError

COLUMN = re.compile(r"\{([^{}]+)\}")
"""A column's name in a template."""


@dataclass(frozen=True)
class Cell:
    """Where a field's text comes from, and how it is read."""

    kind: Kind
    template: str
    """Columns in braces."""
    columns: tuple[str, ...]
    time: str | None
    zone: ZoneInfo
    values: Mapping[str, Any] | None = None
    default: Any = None


@dataclass(frozen=True)
class Constant:
    """A field that is the same in every event."""

    value: Any


@dataclass(frozen=True)
class EventMapping:
    """One kind of event that rows give."""

    topic: str
    fields: Mapping[str, Cell | Constant]
    column: str | None = None
    among: tuple[str, ...] = ()
    """Rows apply whose `column` is among these; without a column all do."""


@dataclass(frozen=True)
class CsvMapping:
    """A whole mapping file."""

    source: str
    delimiter: str
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
    return [*([event.column] if event.column else []), *(column for cell in cells for column in cell.columns)]


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


_TOP = {"source": str, "zone": str, "time": str, "empty": list, "delimiter": str, "encoding": str, "event": list}
_CELL = {"column", "template", "constant", "time", "zone", "values", "default"}


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

    def _zone(self, name: Any, place: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (OSError, ValueError, TypeError, KeyError):
            self.faults.append(f"{place}: {name!r} is no time zone; write one like Europe/Berlin")
            return ZoneInfo("UTC")

    def _event(self, table: dict[str, Any], place: str) -> EventMapping:
        topic = str(table.get("topic"))
        if topic not in FIELDS:
            self.faults.append(f"{place}, topic: must be one of {', '.join(FIELDS)}")
            return EventMapping("", {})
        named = table.get("fields", {})
        fields = {name: self._field(topic, name, at, f"{place}, {name}") for name, at in named.items()}
        for name in sorted(REQUIRED[topic] - fields.keys()):
            self.faults.append(f"{place}, {name}: needed by {topic}")
        when = table.get("when", {})
        if when and not (isinstance(when.get("column"), str) and isinstance(when.get("is"), list)):
            self.faults.append(f'{place}, when: write {{column = "…", is = ["…"]}}')
            when = {}
        return EventMapping(topic, fields, when.get("column"), tuple(map(str, when.get("is", ()))))

    def _field(self, topic: str, name: str, at: Any, place: str) -> Cell | Constant:
        kind = _kind(topic, name)
        if kind is None:
            self.faults.append(f"{place}: {topic} has no such field")
            return Constant(None)
        at = {"column": at} if isinstance(at, str) else at
        if not isinstance(at, dict) or at.keys() - _CELL or len(at.keys() & {"column", "template", "constant"}) != 1:
            self.faults.append(f"{place}: write a column, or one of {{column}}, {{template}}, {{constant}}")
            return Constant(None)
        return Constant(at["constant"]) if "constant" in at else self._cell(kind, at, place)

    def _cell(self, kind: Kind, at: dict[str, Any], place: str) -> Cell:
        column = str(at.get("column", ""))
        template = str(at.get("template", "{" + column + "}"))
        zone = self._zone(at["zone"], f"{place}, zone") if "zone" in at else self.zone
        columns = tuple(dict.fromkeys(COLUMN.findall(template)))
        time = at.get("time", self.table.get("time"))
        return Cell(kind, template, columns, time, zone, at.get("values"), at.get("default"))


def _kind(topic: str, name: str) -> Kind | None:
    """The kind of a field, or of a list's part such as `lines.0.sku`."""
    head, _, rest = name.partition(".")
    if not rest:
        return FIELDS[topic].get(head)
    if FIELDS[topic].get(head) is not Kind.PARTS:
        return None
    place, _, part = rest.partition(".")
    return PARTS[head].get(part) if place.isdecimal() else None

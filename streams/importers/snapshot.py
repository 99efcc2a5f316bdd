"""One row of a ServiceNow audit log: an incident as it stood after an update."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from streams.importers import local_time
from streams.importers.rows import CellError, Row, required

COLUMNS = (
    "number",
    "incident_state",
    "reopen_count",
    "caller_id",
    "opened_at",
    "sys_updated_by",
    "sys_updated_at",
    "contact_type",
    "location",
    "category",
    "priority",
    "assignment_group",
    "assigned_to",
    "closed_code",
    "resolved_by",
    "resolved_at",
)

UNKNOWN = "?"
"""What the log writes for an empty cell."""

_PRIORITIES = {"1": "urgent", "2": "high", "3": "normal", "4": "low"}


class Snapshot(NamedTuple):
    """An incident after an update; times in milliseconds UTC. None is what the log does not know."""

    row: int
    number: str
    state: str
    reopened: int
    caller: str | None
    opened: int | None
    updated_by: str | None
    updated: int
    channel: str | None
    location: str | None
    category: str | None
    priority: str | None
    group: str | None
    assignee: str | None
    closed_code: str | None
    resolved_by: str | None
    resolved: int | None


def snapshot(number: int, row: Row, zone: ZoneInfo) -> Snapshot:
    """Row `number` of the log; raises CellError."""
    updated = _time(row, "sys_updated_at", zone)
    if updated is None:
        raise CellError("sys_updated_at", "missing")
    channel = _known(row, "contact_type")
    return Snapshot(
        row=number,
        number=required(row, "number"),
        state=required(row, "incident_state"),
        reopened=_count(row, "reopen_count"),
        caller=_known(row, "caller_id"),
        opened=_time(row, "opened_at", zone),
        updated_by=_known(row, "sys_updated_by"),
        updated=updated,
        channel=channel and channel.lower(),
        location=_known(row, "location"),
        category=_known(row, "category"),
        priority=_priority(row),
        group=_known(row, "assignment_group"),
        assignee=_known(row, "assigned_to"),
        closed_code=_known(row, "closed_code"),
        resolved_by=_known(row, "resolved_by"),
        resolved=_time(row, "resolved_at", zone),
    )


def _known(row: Row, column: str) -> str | None:
    text = row[column].strip()
    return None if text in ("", UNKNOWN) else text


def _count(row: Row, column: str) -> int:
    text = _known(row, column) or "0"
    if not text.isdecimal():
        raise CellError(column, "not a whole number")
    return int(text)


def _priority(row: Row) -> str | None:
    text = _known(row, "priority")
    if text is None:
        return None
    name = _PRIORITIES.get(text.partition(" ")[0])
    if name is None:
        raise CellError("priority", "not 1 to 4")
    return name


def _time(row: Row, column: str, zone: ZoneInfo) -> int | None:
    text = _known(row, column)
    try:
        return None if text is None else local_time.day_first(text, zone)
    except (ValueError, OverflowError) as error:
        raise CellError(column, "not a time like 29-02-2016 01:16 or 29/2/2016 01:16") from error

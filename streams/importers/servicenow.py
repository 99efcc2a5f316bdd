"""Incidents of a ServiceNow audit log (UCI "Incident management process enriched event log") as events [R55].

The log has one row per update, each a snapshot of the incident. The rows of one incident must stand together: they are
held until the next incident begins, compared row by row, and every difference becomes an event. So memory holds
one incident, and the numbers of those that went before.
"""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from streams.importers.incident import story
from streams.importers.rows import CellError, Outcome, Refused, Row, numbered
from streams.importers.snapshot import COLUMNS, Snapshot, snapshot

ZONE = "UTC"

_ASTRAY = "away from the incident's other rows: sort the file by number, then by update"


def events(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[Outcome]:
    """The events of the log, incident by incident, and the rows that are refused.

    Raises UnusableError where columns are missing.
    """
    told: set[str] = set()
    held: list[Snapshot] = []
    for found in _snapshots(rows, zone):
        if isinstance(found, Refused):
            yield found
            continue
        if held and held[0].number != found.number:
            told.add(held[0].number)
            yield from story(held)
            held = []
        if found.number in told:
            yield Refused(found.row, "number", _ASTRAY)
        else:
            held.append(found)
    yield from story(held)


def _snapshots(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[Snapshot | Refused]:
    for numbered_row in numbered(rows, COLUMNS):
        if isinstance(numbered_row, Refused):
            yield numbered_row
            continue
        number, row = numbered_row
        try:
            yield snapshot(number, row, zone)
        except CellError as bad:
            yield bad.refusal(number)

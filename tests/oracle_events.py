"""The oracle's events and samples: input lines without their duplicates, and what a case adds to a KPI."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.oracle_numbers import ms

Line = dict[str, Any]
Key = tuple[int, str, str]
UNKNOWN, AUTOMATED = "unknown", "automated"


@dataclass(frozen=True)
class Event:
    """One valid input line; `body` is its value as it stands on the wire."""

    topic: str
    at: int
    source: str
    event_id: str
    customer: str
    body: dict[str, Any]

    @property
    def key(self) -> Key:
        """The order of events within a case [R4]."""
        return self.at, self.source, self.event_id

    def get(self, name: str, default: Any = None) -> Any:
        """A field; missing and null are alike."""
        found = self.body.get(name)
        return default if found is None else found

    def instant(self, name: str) -> int | None:
        """A field of type time, in milliseconds."""
        return None if self.get(name) is None else ms(self.body[name])


@dataclass(frozen=True)
class Sample:
    """What one case adds to one KPI: milliseconds, (numerator, denominator), 1 of a count, or +1, 0, −1 of an NPS."""

    kpi: str
    at: int
    dims: dict[str, str]
    amount: Any


def distinct(lines: Iterable[Line]) -> list[Event]:
    """One event per customer, source and event id: the first by (occurred_at, content hash) [R6, R50]."""
    first: dict[tuple[str, str, str], tuple[tuple[int, str], Event]] = {}
    for line in lines:
        event = parsed(line)
        rank = event.at, hashlib.sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()
        identity = event.customer, event.source, event.event_id
        if identity not in first or rank < first[identity][0]:
            first[identity] = rank, event
    return sorted((event for _, event in first.values()), key=lambda event: event.key)


def parsed(line: Line) -> Event:
    """An input line as an event."""
    body = line["value"]
    return Event(
        line["topic"], ms(body["occurred_at"]), body.get("source") or "", body["event_id"], body["customer_id"], body
    )


def decided(deadline: int, end: int | None, watermark: int) -> tuple[int, bool] | None:
    """Instant and outcome of an obligation: met at its end, breached at its deadline, None while open.

    The start plays no part: an end before it is met, at the end as stamped [R4].
    """
    if end is not None and end <= deadline:
        return end, True
    if end is not None or deadline < watermark:
        return deadline, False
    return None

"""What a ticket tells, sorted for tests."""

from typing import Any

from streams.cases.findings import Obligation, Outcome
from streams.cases.ticket import ticket_findings
from streams.events.model import Event
from streams.units import DAY

FAR = 1_000 * DAY


def facts(*events: Event, asof: int = FAR) -> dict[str, list[tuple[Any, ...]]]:
    """Instant, dimensions and samples by kind."""
    out: dict[str, list[tuple[Any, ...]]] = {}
    for kind, *rest in ticket_findings(events, asof).facts:
        out.setdefault(kind, []).append(tuple(rest))
    return out


def obligations(clock: str, *events: Event, asof: int = FAR) -> list[Obligation]:
    """The obligations of a clock, in the order told."""
    return [one for one in ticket_findings(events, asof).obligations if one.clock == clock]


def outcomes(clock: str, *events: Event, asof: int = FAR) -> list[tuple[Outcome, int | None]]:
    """How they stand, and since when they are decided."""
    return [(one.outcome, one.decided_at) for one in obligations(clock, *events, asof=asof)]

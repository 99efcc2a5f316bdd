"""What tests of orders ask for."""

from typing import Any

from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.order_findings import order_findings
from streams.events.model import Event
from streams.units import DAY
from tests.make import entered

FAR = 1_000 * DAY
Told = tuple[int, tuple[str, ...], tuple[Any, ...]]
"""Instant, dimensions and samples of a fact."""


def told(kind: str, *events: Event, asof: int = FAR, conventions: Conventions = DEFAULT) -> list[Told]:
    """The facts of a kind."""
    return [fact[1:] for fact in order_findings(events, asof, conventions).facts if fact[0] == kind]


def revised(at: int, reason: str, revision: int = 2, **fields: Any) -> Event:
    """A later revision of the order placed at 0."""
    return entered(at, placed_at=0, revision=revision, revision_reason=reason, **fields)

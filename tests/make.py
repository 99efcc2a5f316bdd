"""Normalised events for tests, with the fields that a test does not care for filled in; instants in ms."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from streams.events.model import (
    OrderDelivered,
    OrderEntered,
    OrderLine,
    ShippedLine,
    SurveySubmitted,
    TicketAnswered,
    TicketOpened,
)

_numbers: Iterator[int] = count()


def _common(at: int, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that all events have; each gets an id of its own."""
    return {"event_id": f"e{next(_numbers)}", "occurred_at": at, "customer_id": "c1", **fields}


def entered(at: int, **fields: Any) -> OrderEntered:
    """Order o1, placed when it was entered."""
    return OrderEntered(**_common(at, {"order_id": "o1", "placed_at": at, **fields}))


def delivered(at: int, *, goods: dict[str, int] | None = None, **fields: Any) -> OrderDelivered:
    """Shipment 1 of o1, final; `goods` are quantities by sku."""
    lines = tuple(ShippedLine(sku=sku, quantity=n) for sku, n in (goods or {}).items())
    own = {"order_id": "o1", "shipment_no": 1, "final": True, "lines": lines}
    return OrderDelivered(**_common(at, {**own, **fields}))


def line(sku: str, quantity: int) -> OrderLine:
    """A requested line at a price of 1."""
    return OrderLine(sku=sku, quantity=quantity, unit_price=1)  # type: ignore[arg-type]


def opened(at: int, **fields: Any) -> TicketOpened:
    """Ticket t1, a request by the customer."""
    return TicketOpened(**_common(at, {"ticket_id": "t1", **fields}))


def act(at: int, action: str, by: str = "agent", **fields: Any) -> TicketAnswered:
    """Something that happened to t1; an agent's acts are a1's."""
    own = {"ticket_id": "t1", "action": action, "by": by, "agent_id": "a1" if by == "agent" else None}
    return TicketAnswered(**_common(at, {**own, **fields}))


def said(at: int, by: str = "agent", **fields: Any) -> TicketAnswered:
    """A message on t1."""
    return act(at, "message", by, **fields)


def answered(at: int, kind: str = "csat", score: float | None = None, **fields: Any) -> SurveySubmitted:
    """Survey s1."""
    return SurveySubmitted(**_common(at, {"survey_id": "s1", "kind": kind, "score": score, **fields}))

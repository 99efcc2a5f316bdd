"""The fields of the five input events that a csv file can fill, and how their text is read."""

from collections.abc import Mapping
from enum import Enum

from streams.names import ORDER_DELIVERED, ORDER_ENTERED, SURVEY_SUBMITTED, TICKET_ANSWERED, TICKET_OPENED


class Kind(Enum):
    """How the text of a cell is read."""

    TEXT = "text"
    TIME = "time"
    WHOLE = "a whole number"
    NUMBER = "a number"
    MONEY = "an amount"
    TRUTH = "true or false"
    PARTS = "a list, given part by part"


_TEXT, _TIME, _WHOLE, _NUMBER, _MONEY, _TRUTH = Kind.TEXT, Kind.TIME, Kind.WHOLE, Kind.NUMBER, Kind.MONEY, Kind.TRUTH

_COMMON = {
    "event_id": _TEXT,
    "source": _TEXT,
    "occurred_at": _TIME,
    "customer_id": _TEXT,
    "region": _TEXT,
    "channel": _TEXT,
    "campaign": _TEXT,
    "currency": _TEXT,
    "costs": Kind.PARTS,
}
_ORDER_ENTERED = {
    "order_id": _TEXT,
    "revision": _WHOLE,
    "revision_reason": _TEXT,
    "placed_at": _TIME,
    "confirmed_at": _TIME,
    "promised_at": _TIME,
    "agent_id": _TEXT,
    "handling_seconds": _NUMBER,
    "screens": _WHOLE,
    "clicks": _WHOLE,
    "recurring": _TRUTH,
    "lines": Kind.PARTS,
}
_ORDER_DELIVERED = {
    "order_id": _TEXT,
    "shipment_no": _WHOLE,
    "final": _TRUTH,
    "lines": Kind.PARTS,
    "notices": Kind.PARTS,
    "handling_seconds": _NUMBER,
}
_TICKET_OPENED = {
    "ticket_id": _TEXT,
    "kind": _TEXT,
    "department": _TEXT,
    "category": _TEXT,
    "priority": _TEXT,
    "tier": _TEXT,
    "opened_by": _TEXT,
    "order_id": _TEXT,
    "assigned_to": _TEXT,
    "screens": _WHOLE,
    "clicks": _WHOLE,
}
_TICKET_ANSWERED = {
    "ticket_id": _TEXT,
    "action": _TEXT,
    "by": _TEXT,
    "agent_id": _TEXT,
    "to_agent": _TEXT,
    "to_department": _TEXT,
    "into_ticket": _TEXT,
    "priority": _TEXT,
    "misrouted": _TRUTH,
    "handling_seconds": _NUMBER,
    "resolution_method": _TEXT,
    "settled_value": _MONEY,
    "resolves": _TRUTH,
}
_SURVEY_SUBMITTED = {
    "survey_id": _TEXT,
    "kind": _TEXT,
    "timing": _TEXT,
    "ticket_id": _TEXT,
    "order_id": _TEXT,
    "agent_id": _TEXT,
    "department": _TEXT,
    "invited_at": _TIME,
    "score": _NUMBER,
    "scale": _TEXT,
    "label": _TEXT,
    "comment": _TEXT,
    "dismissed": _TRUTH,
}

FIELDS: Mapping[str, Mapping[str, Kind]] = {
    ORDER_ENTERED: {**_COMMON, **_ORDER_ENTERED},
    ORDER_DELIVERED: {**_COMMON, **_ORDER_DELIVERED},
    TICKET_OPENED: {**_COMMON, **_TICKET_OPENED},
    TICKET_ANSWERED: {**_COMMON, **_TICKET_ANSWERED},
    SURVEY_SUBMITTED: {**_COMMON, **_SURVEY_SUBMITTED},
}

PARTS: Mapping[str, Mapping[str, Kind]] = {
    "costs": {"kind": _TEXT, "amount": _MONEY},
    "lines": {
        "sku": _TEXT,
        "quantity": _WHOLE,
        "unit_price": _MONEY,
        "unit_cost": _MONEY,
        "substituted": _TRUTH,
        "damaged": _TRUTH,
    },
    "notices": {"kind": _TEXT, "sent_at": _TIME, "expected_at": _TIME, "proactive": _TRUTH},
}

REQUIRED: Mapping[str, frozenset[str]] = {
    ORDER_ENTERED: frozenset({"occurred_at", "customer_id", "order_id", "placed_at"}),
    ORDER_DELIVERED: frozenset({"occurred_at", "customer_id", "order_id", "shipment_no", "final"}),
    TICKET_OPENED: frozenset({"occurred_at", "customer_id", "ticket_id"}),
    TICKET_ANSWERED: frozenset({"occurred_at", "customer_id", "ticket_id", "action", "by"}),
    SURVEY_SUBMITTED: frozenset({"occurred_at", "customer_id", "survey_id", "kind"}),
}
"""Fields that a mapping must fill; lines are asked of the rows, since a cancellation needs none."""

"""The five topics as producers write them in JSON: types and bounds of single fields, no rule that joins two.

Optional fields take `null` for missing. Closed: `extras` takes unknown fields out first. What the fields mean is in the
schemas.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

MAX_ITEMS = 500
"""Lines of an order; also of every other list of free length."""
MAX_COUNT = 1_000_000_000
"""Greatest quantity, count and number of seconds: beyond it is a fault of the producer, not a fact."""

Text = Annotated[str, Meta(min_length=1, max_length=128)]
Source = Annotated[str, Meta(max_length=128)]
Comment = Annotated[str, Meta(max_length=10_000)]
Time = Annotated[datetime, Meta(tz=True)]
Seconds = Annotated[float, Meta(ge=0, le=MAX_COUNT)]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Positive = Annotated[int, Meta(ge=1, le=MAX_COUNT)]
Money = str | int | float
"""A decimal string or a number in major units; `money.exact` reads it."""
Priority = Literal["low", "normal", "high", "urgent"]
Rating = Annotated[float, Meta(ge=1, le=7)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Ratings = Annotated[tuple[Rating | None, ...], Meta(min_length=22, max_length=22)]


class _Wire(Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Cost(_Wire, frozen=True, kw_only=True):
    kind: Literal["labour", "assets", "infrastructure", "communication", "other"]
    amount: Money


Costs = Annotated[tuple[Cost, ...], Meta(max_length=MAX_ITEMS)]


class Common(_Wire, frozen=True, kw_only=True):
    event_id: Text
    occurred_at: Time
    customer_id: Text
    source: Source | None = None
    region: Text | None = None
    channel: Text | None = None
    campaign: Text | None = None
    costs: Costs | None = None
    currency: Text | None = None


class OrderLine(_Wire, frozen=True, kw_only=True):
    sku: Text
    quantity: Positive
    unit_price: Money
    unit_cost: Money | None = None


class OrderEntered(Common, frozen=True, kw_only=True):
    order_id: Text
    placed_at: Time
    revision: Positive | None = None
    revision_reason: (
        Literal["entry_error", "customer_change", "cancelled_by_customer", "cancelled_by_supplier"] | None
    ) = None
    confirmed_at: Time | None = None
    promised_at: Time | None = None
    agent_id: Text | None = None
    handling_seconds: Seconds | None = None
    screens: Count | None = None
    clicks: Count | None = None
    recurring: bool | None = None
    lines: Annotated[tuple[OrderLine, ...], Meta(min_length=1, max_length=MAX_ITEMS)] | None = None


class ShippedLine(_Wire, frozen=True, kw_only=True):
    sku: Text
    quantity: Positive
    substituted: bool | None = None
    damaged: bool | None = None


class InvoiceLine(_Wire, frozen=True, kw_only=True):
    sku: Text
    quantity: Positive
    unit_price: Money


class Invoice(_Wire, frozen=True, kw_only=True):
    invoice_id: Text
    lines: Annotated[tuple[InvoiceLine, ...], Meta(max_length=MAX_ITEMS)]


class Notice(_Wire, frozen=True, kw_only=True):
    kind: Literal["confirmed", "shipped", "expected", "delayed"]
    sent_at: Time
    expected_at: Time | None = None
    proactive: bool | None = None


class OrderDelivered(Common, frozen=True, kw_only=True):
    order_id: Text
    shipment_no: Positive
    final: bool
    lines: Annotated[tuple[ShippedLine, ...], Meta(max_length=MAX_ITEMS)]
    invoice: Invoice | None = None
    notices: Annotated[tuple[Notice, ...], Meta(max_length=MAX_ITEMS)] | None = None
    handling_seconds: Seconds | None = None


class TicketOpened(Common, frozen=True, kw_only=True):
    ticket_id: Text
    kind: Literal["request", "incident", "question", "complaint", "review"] | None = None
    department: Text | None = None
    category: Text | None = None
    priority: Priority | None = None
    tier: Text | None = None
    opened_by: Literal["customer", "agent"] | None = None
    order_id: Text | None = None
    assigned_to: Text | None = None
    screens: Count | None = None
    clicks: Count | None = None


class TicketAnswered(Common, frozen=True, kw_only=True):
    ticket_id: Text
    action: Literal[
        "message", "note", "assign", "transfer", "escalate", "wait",
        "resume", "resolve", "reopen", "merge", "void", "reprioritise",
    ]  # fmt: skip
    by: Literal["customer", "agent", "bot", "system"]
    agent_id: Text | None = None
    to_agent: Text | None = None
    to_department: Text | None = None
    into_ticket: Text | None = None
    priority: Priority | None = None
    misrouted: bool | None = None
    handling_seconds: Seconds | None = None
    hold_seconds: Annotated[tuple[Seconds, ...], Meta(max_length=MAX_ITEMS)] | None = None
    resolution_method: Text | None = None
    settled_value: Money | None = None
    resolves: bool | None = None


class Scale(_Wire, frozen=True, kw_only=True):
    min: float
    max: float


class Weights(_Wire, frozen=True, kw_only=True):
    tangibles: Percent
    reliability: Percent
    responsiveness: Percent
    assurance: Percent
    empathy: Percent


class Servqual(_Wire, frozen=True, kw_only=True):
    instrument: Literal["servqual-1988", "servqual-1991"]
    expectations: Ratings
    perceptions: Ratings
    weights: Weights | None = None


class SurveySubmitted(Common, frozen=True, kw_only=True):
    survey_id: Text
    kind: Literal["nps", "csat", "ces", "servqual", "review"]
    timing: Literal["hot", "cold"] | None = None
    ticket_id: Text | None = None
    order_id: Text | None = None
    agent_id: Text | None = None
    department: Text | None = None
    invited_at: Time | None = None
    score: float | None = None
    scale: Scale | str | None = None
    label: str | None = None
    comment: Comment | None = None
    dismissed: bool | None = None
    servqual: Servqual | None = None

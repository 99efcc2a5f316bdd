"""The five normalised events, as every later stage sees them.

Instants are integer milliseconds UTC, durations integer milliseconds, money integer minor units of the reporting
currency. Unit prices alone stay exact decimals: an amount is rounded once, per line [R13]. The wire forms (JSON,
CloudEvents) end in `decode`; the journal and the cases carry these structs as MessagePack arrays.
"""

from decimal import Decimal
from operator import attrgetter
from typing import ClassVar

import msgspec


class _Part(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A piece of an event."""


class Cost(_Part, frozen=True):
    """A cost known to the producer: `amount` in minor units."""

    kind: str
    amount: int


class OrderLine(_Part, frozen=True):
    """A requested line; prices in major units, exact."""

    sku: str
    quantity: int
    unit_price: Decimal
    unit_cost: Decimal | None = None


class ShippedLine(_Part, frozen=True):
    """Goods of one sku in a shipment."""

    sku: str
    quantity: int
    substituted: bool = False
    damaged: bool = False


class InvoiceLine(_Part, frozen=True):
    """What an invoice charges for one sku; the price in major units, exact."""

    sku: str
    quantity: int
    unit_price: Decimal


class Invoice(_Part, frozen=True):
    """An invoice that came with a shipment."""

    invoice_id: str
    lines: tuple[InvoiceLine, ...]


class Notice(_Part, frozen=True):
    """A status message that the customer got."""

    kind: str
    sent_at: int
    expected_at: int | None = None
    proactive: bool = False


class Weights(_Part, frozen=True):
    """A respondent's SERVQUAL points, summing to 100."""

    tangibles: float
    reliability: float
    responsiveness: float
    assurance: float
    empathy: float


class Servqual(_Part, frozen=True):
    """22 expectation and perception pairs, raw, in the wording of `instrument`."""

    instrument: str
    expectations: tuple[float | None, ...]
    perceptions: tuple[float | None, ...]
    weights: Weights | None = None


class _Common(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    event_id: str
    occurred_at: int
    customer_id: str
    source: str = ""
    region: str | None = None
    channel: str | None = None
    campaign: str | None = None
    costs: tuple[Cost, ...] = ()
    extra: bytes | None = None
    """Fields that the schema does not know, kept as one JSON object."""

    @property
    def identity(self) -> tuple[str, str]:
        """One event of its customer over all topics [R6]."""
        return self.source, self.event_id

    @property
    def order(self) -> tuple[int, str, str]:
        """The total order of a case's events [R4]."""
        return self.occurred_at, self.source, self.event_id


in_order = attrgetter("occurred_at", "source", "event_id")
"""The key to sort events by: their `order`, read by the interpreter's own code."""


class OrderEntered(_Common, frozen=True, tag=1):
    """An order as it stands from this revision on."""

    topic: ClassVar[str] = "order-entered"
    order_id: str
    placed_at: int
    revision: int = 1
    revision_reason: str | None = None
    confirmed_at: int | None = None
    promised_at: int | None = None
    agent_id: str | None = None
    handling: int = 0
    screens: int | None = None
    clicks: int | None = None
    recurring: bool | None = None
    lines: tuple[OrderLine, ...] = ()

    @property
    def subject(self) -> str:
        """The entity that the event is about."""
        return self.order_id


class OrderDelivered(_Common, frozen=True, tag=2):
    """One shipment handed to the customer."""

    topic: ClassVar[str] = "order-delivered"
    order_id: str
    shipment_no: int
    final: bool
    lines: tuple[ShippedLine, ...]
    invoice: Invoice | None = None
    notices: tuple[Notice, ...] = ()
    handling: int | None = None

    @property
    def subject(self) -> str:
        """The entity that the event is about."""
        return self.order_id


class TicketOpened(_Common, frozen=True, tag=3):
    """The customer's first message, or a ticket that an agent opened."""

    topic: ClassVar[str] = "ticket-opened"
    ticket_id: str
    kind: str = "request"
    department: str | None = None
    category: str | None = None
    priority: str | None = None
    tier: str | None = None
    opened_by: str = "customer"
    order_id: str | None = None
    assigned_to: str | None = None
    screens: int | None = None
    clicks: int | None = None

    @property
    def subject(self) -> str:
        """The entity that the event is about."""
        return self.ticket_id


class TicketAnswered(_Common, frozen=True, tag=4):
    """One thing that happened to a ticket after it was opened."""

    topic: ClassVar[str] = "ticket-answered"
    ticket_id: str
    action: str
    by: str
    agent_id: str | None = None
    to_agent: str | None = None
    to_department: str | None = None
    into_ticket: str | None = None
    priority: str | None = None
    misrouted: bool = False
    handling: int | None = None
    holds: tuple[int, ...] = ()
    resolution_method: str | None = None
    settled_value: int | None = None
    resolves: bool = False

    @property
    def subject(self) -> str:
        """The entity that the event is about."""
        return self.ticket_id


class SurveySubmitted(_Common, frozen=True, tag=5):
    """An answer, a dismissal, or (with neither) the invitation to a survey."""

    topic: ClassVar[str] = "survey-submitted"
    survey_id: str
    kind: str
    timing: str = "hot"
    ticket_id: str | None = None
    order_id: str | None = None
    agent_id: str | None = None
    department: str | None = None
    invited_at: int | None = None
    score: float | None = None
    scale: str | None = None
    """A named scale, or `min:max`, as in `1:10`; missing where the event had none."""
    label: str | None = None
    comment: str | None = None
    dismissed: bool = False
    servqual: Servqual | None = None

    @property
    def subject(self) -> str:
        """The entity that the event is about."""
        return self.survey_id

    @property
    def answered(self) -> bool:
        """Whether it holds an answer; a dismissed survey with a score is dismissed [R43]."""
        return not self.dismissed and (self.score is not None or self.label is not None or self.servqual is not None)


Event = OrderEntered | OrderDelivered | TicketOpened | TicketAnswered | SurveySubmitted


class Rejected(msgspec.Struct, frozen=True):
    """Why a record is no event: a reason's name, a JSON pointer into the record, and what is wrong in words."""

    reason: str
    pointer: str
    message: str

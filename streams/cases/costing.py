"""What a configuration says of costs: rates by kind of work, by channel, for each order and request, and margins.

Every amount is an integer of a millionth of a minor unit (`units.MILLIONTHS`); rounding to it, half-even, is done here
and nowhere else. What an event itself tells of costs comes on top.
"""

from hashlib import sha256
from typing import Literal

import msgspec

from streams.events.model import Event, OrderDelivered, OrderEntered, TicketAnswered, TicketOpened
from streams.units import HOUR, MILLIONTHS, MINUTE, half_even

Work = Literal["order_entry", "order_revision", "order_delivery", "ticket"]
Charge = tuple[str, int]
"""A kind of cost, and the amount."""
LABOUR, ASSETS, INFRASTRUCTURE, COMMUNICATION, OTHER = "labour", "assets", "infrastructure", "communication", "other"
SENDERS = ("agent", "bot")
"""Whose messages on a request are sent to the customer, and so are paid for."""
DELIVERY: Work = "order_delivery"
TICKET: Work = "ticket"


class CostModel(msgspec.Struct, frozen=True):
    """The rates; amounts in millionths of a minor unit."""

    labour: dict[str, int] = {}
    """For an hour of work, by its kind."""
    minute: dict[str, int] = {}
    """For a minute of a conversation, by channel."""
    message: dict[str, int] = {}
    """For a message to the customer, by channel."""
    order: dict[str, int] = {}
    """For each order entered, by kind of cost."""
    ticket: dict[str, int] = {}
    """For each request opened, by kind of cost."""
    overhead: int = 0
    """On top of labour, in millionths of it."""
    margin: int = MILLIONTHS
    """What a line earns whose cost is not known, in millionths of its price."""

    @property
    def configured(self) -> bool:
        """Whether there is any cost in it."""
        rates = (self.labour, self.minute, self.message, self.order, self.ticket)
        return any(any(amounts.values()) for amounts in rates)

    @property
    def fingerprint(self) -> str:
        """Tells apart models under which facts differ; empty for the default."""
        return "" if self == FREE else sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:12]


FREE = CostModel()
"""Nothing is configured: costs are those that events tell [R48]."""


def charges(event: Event, channel: str, work: Work, model: CostModel) -> list[Charge]:
    """Everything that an event cost: what it tells, and what the model makes of it."""
    told = [(cost.kind, cost.amount * MILLIONTHS) for cost in event.costs]
    return told if model is FREE else told + _modelled(event, channel, work, model)


def _modelled(event: Event, channel: str, work: Work, model: CostModel) -> list[Charge]:
    handling = getattr(event, "handling", None) or 0
    labour = half_even(handling * model.labour.get(work, 0), HOUR)
    found = [(LABOUR, labour), (OTHER, half_even(labour * model.overhead, MILLIONTHS))]
    if isinstance(event, TicketAnswered):
        found.append((COMMUNICATION, _communication(event, handling, channel, model)))
    elif isinstance(event, TicketOpened):
        found += model.ticket.items()
    elif isinstance(event, OrderEntered) and work == "order_entry":
        found += model.order.items()
    return [charge for charge in found if charge[1]]


def _communication(act: TicketAnswered, handling: int, channel: str, model: CostModel) -> int:
    """Minutes of conversation, those on hold too, and the message, if it is one to the customer."""
    spoken = half_even((handling + sum(act.holds)) * model.minute.get(channel, 0), MINUTE)
    sent = act.action == "message" and act.by in SENDERS
    return spoken + (model.message.get(channel, 0) if sent else 0)


def work_of(event: OrderEntered | OrderDelivered, first: OrderEntered) -> Work:
    """The kind of work that an event of an order is, whose lowest revision is `first`."""
    if isinstance(event, OrderDelivered):
        return DELIVERY
    return "order_entry" if event is first else "order_revision"

"""Wire events to normalised ones, one function a topic, with the rules that join several fields.

All take `(wire event, unknown fields or None, ledger)` and raise a `Fault`. One with an empty pointer is a fault of a
single field; `explain` knows which.

The topic's own fields go by position, in the order of `model`: 21 keywords cost 1 µs more than 9.
"""

from collections.abc import Callable
from typing import Any

from streams.events import model, wire
from streams.events.faults import MISSING_FIELD, Fault
from streams.events.instants import instant
from streams.events.money import Ledger
from streams.events.parts import invoice_of, notices_of, order_lines, servqual_of, shipped_line
from streams.events.scales import scale_of

CANCELLATIONS = ("cancelled_by_customer", "cancelled_by_supplier")
NEEDED = {"assign": "to_agent", "merge": "into_ticket", "reprioritise": "priority"}
"""What an action cannot do without; a `transfer` needs `to_department` or `to_agent`."""


def order_entered(event: wire.OrderEntered, extra: bytes | None, ledger: Ledger) -> model.OrderEntered:
    """An order's revision; one that does not cancel has lines [R51]."""
    if event.revision_reason is None and event.revision is not None and event.revision > 1:
        raise _missing("/revision_reason", "why the order was revised, when revision is above 1")
    if event.lines is None and event.revision_reason not in CANCELLATIONS:
        raise _missing("/lines", "1 to 500 lines, unless the order is cancelled")
    return model.OrderEntered(
        event.order_id,
        instant(event.placed_at, "/placed_at"),
        event.revision or 1,
        event.revision_reason,
        None if event.confirmed_at is None else instant(event.confirmed_at, "/confirmed_at"),
        None if event.promised_at is None else instant(event.promised_at, "/promised_at"),
        event.agent_id,
        0 if event.handling_seconds is None else int(event.handling_seconds * 1000 + 0.5),
        event.screens,
        event.clicks,
        event.recurring,
        () if event.lines is None else order_lines(event.lines),
        event_id=event.event_id,
        occurred_at=instant(event.occurred_at, "/occurred_at"),
        customer_id=event.customer_id,
        source=event.source or "",
        region=event.region,
        channel=event.channel,
        campaign=event.campaign,
        costs=() if event.costs is None and event.currency is None else _costs(event, ledger),
        extra=extra,
    )


def order_delivered(event: wire.OrderDelivered, extra: bytes | None, ledger: Ledger) -> model.OrderDelivered:
    """A shipment with its invoice and notices."""
    return model.OrderDelivered(
        event.order_id,
        event.shipment_no,
        event.final,
        tuple([shipped_line(line) for line in event.lines]),
        None if event.invoice is None else invoice_of(event.invoice),
        () if event.notices is None else notices_of(event.notices),
        None if event.handling_seconds is None else int(event.handling_seconds * 1000 + 0.5),
        event_id=event.event_id,
        occurred_at=instant(event.occurred_at, "/occurred_at"),
        customer_id=event.customer_id,
        source=event.source or "",
        region=event.region,
        channel=event.channel,
        campaign=event.campaign,
        costs=() if event.costs is None and event.currency is None else _costs(event, ledger),
        extra=extra,
    )


def ticket_opened(event: wire.TicketOpened, extra: bytes | None, ledger: Ledger) -> model.TicketOpened:
    """A ticket's opening."""
    return model.TicketOpened(
        event.ticket_id,
        event.kind or "request",
        event.department,
        event.category,
        event.priority,
        event.tier,
        event.opened_by or "customer",
        event.order_id,
        event.assigned_to,
        event.screens,
        event.clicks,
        event_id=event.event_id,
        occurred_at=instant(event.occurred_at, "/occurred_at"),
        customer_id=event.customer_id,
        source=event.source or "",
        region=event.region,
        channel=event.channel,
        campaign=event.campaign,
        costs=() if event.costs is None and event.currency is None else _costs(event, ledger),
        extra=extra,
    )


def ticket_answered(event: wire.TicketAnswered, extra: bytes | None, ledger: Ledger) -> model.TicketAnswered:
    """An act on a ticket, with what its author and its action need."""
    _check_act(event)
    return model.TicketAnswered(
        event.ticket_id,
        event.action,
        event.by,
        event.agent_id,
        event.to_agent,
        event.to_department,
        event.into_ticket,
        event.priority,
        event.misrouted or False,
        None if event.handling_seconds is None else int(event.handling_seconds * 1000 + 0.5),
        () if event.hold_seconds is None else tuple([int(hold * 1000 + 0.5) for hold in event.hold_seconds]),
        event.resolution_method,
        None if event.settled_value is None else ledger.minor(event.settled_value),
        event.resolves or False,
        event_id=event.event_id,
        occurred_at=instant(event.occurred_at, "/occurred_at"),
        customer_id=event.customer_id,
        source=event.source or "",
        region=event.region,
        channel=event.channel,
        campaign=event.campaign,
        costs=() if event.costs is None and event.currency is None else _costs(event, ledger),
        extra=extra,
    )


def survey_submitted(event: wire.SurveySubmitted, extra: bytes | None, ledger: Ledger) -> model.SurveySubmitted:
    """An answer on a scale that is known [R35], a dismissal or an invitation."""
    return model.SurveySubmitted(
        event.survey_id,
        event.kind,
        event.timing or "hot",
        event.ticket_id,
        event.order_id,
        event.agent_id,
        event.department,
        None if event.invited_at is None else instant(event.invited_at, "/invited_at"),
        event.score,
        scale_of(event),
        event.label,
        event.comment,
        event.dismissed or False,
        None if event.servqual is None else servqual_of(event.servqual),
        event_id=event.event_id,
        occurred_at=instant(event.occurred_at, "/occurred_at"),
        customer_id=event.customer_id,
        source=event.source or "",
        region=event.region,
        channel=event.channel,
        campaign=event.campaign,
        costs=() if event.costs is None and event.currency is None else _costs(event, ledger),
        extra=extra,
    )


Normalise = Callable[[Any, bytes | None, Ledger], model.Event]


def _costs(event: wire.Common, ledger: Ledger) -> tuple[model.Cost, ...]:
    if event.currency is not None:
        ledger.check(event.currency)
    if not event.costs:
        return ()
    return tuple([model.Cost(kind=cost.kind, amount=ledger.minor(cost.amount)) for cost in event.costs])


def _check_act(event: wire.TicketAnswered) -> None:
    if event.by == "agent" and event.agent_id is None:
        raise _missing("/agent_id", "the agent, when by is agent")
    if event.action == "transfer" and event.to_department is None and event.to_agent is None:
        raise _missing("/to_department", "to_department or to_agent of a transfer")
    needed = NEEDED.get(event.action)
    if needed is not None and getattr(event, needed) is None:
        raise _missing(f"/{needed}", f"{needed} of the action {event.action}")


def _missing(pointer: str, expected: str) -> Fault:
    return Fault(MISSING_FIELD, pointer, f"expected {expected}")

"""An order as a case: revisions and shipments in, facts out [R7, R14–R18, R51]."""

from collections.abc import Sequence
from operator import attrgetter

from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.facts import COMPLETE_DELIVERY, FIRST_SHIPMENT, ON_TIME_DELIVERY, ORDER_CONFIRMED, ORDER_ENTRY
from streams.cases.findings import Findings, Obligation, Outcome, decide
from streams.events.model import Event, OrderDelivered, OrderEntered, OrderLine, in_order
from streams.names import AUTOMATED, UNKNOWN
from streams.units import MINUTE

BY_CUSTOMER = "cancelled_by_customer"
BY_SUPPLIER = "cancelled_by_supplier"


_standing = attrgetter("revision", "occurred_at", "source", "event_id")


class Order:
    """The events of one order, put in their places."""

    __slots__ = ("revisions", "shipments")

    def __init__(self, events: Sequence[Event]) -> None:
        self.revisions = [e for e in events if isinstance(e, OrderEntered)]
        shipped = [e for e in events if isinstance(e, OrderDelivered)]
        if len(events) > 1:
            self.revisions.sort(key=_standing)
            shipped.sort(key=in_order)
        self.shipments = {shipment.shipment_no: shipment for shipment in shipped}

    @property
    def complete(self) -> int | None:
        """The instant of the complete delivery [R14]."""
        return min((s.occurred_at for s in self.shipments.values() if s.final), default=None)

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        """What was ordered; a cancellation may leave it out, then the lines before it stand [R51]."""
        return next((r.lines for r in reversed(self.revisions) if r.lines), ())


def order_findings(events: Sequence[Event], asof: int, conventions: Conventions = DEFAULT) -> Findings:  # noqa: ARG001
    """The facts and obligations of an order as of the watermark `asof`."""
    order, found = Order(events), Findings()
    if not order.revisions:
        found.orphaned = True
        return found
    lowest = order.revisions[0]
    channel, region, agent = lowest.channel or UNKNOWN, lowest.region or UNKNOWN, lowest.agent_id or AUTOMATED
    _entry(order, found, (channel, region, agent))
    _promise(found, confirmation(order, asof), ORDER_CONFIRMED.name, (channel, agent))
    complete = order.complete if order.shipments else None
    promise = delivery(order, complete, asof)
    if promise is not None:
        _promise(found, promise, ON_TIME_DELIVERY.name, (channel, region))
    if order.shipments:
        _first_shipment(order, found, (channel, region))
        _completion(lowest.occurred_at, complete, promise, found, (channel, region))
    return found


def _cancelled(order: Order, reason: str) -> int | None:
    """When it was cancelled so, if that is how it stands: by the winning revision [R18]."""
    winning = order.revisions[-1]
    return winning.occurred_at if winning.revision_reason == reason else None


def _entry(order: Order, found: Findings, dims: tuple[str, ...]) -> None:
    lowest = order.revisions[0]
    taken = found.span(lowest.placed_at, lowest.occurred_at)
    accurate = "entry_error" not in [revision.revision_reason for revision in order.revisions]
    found.facts.append((ORDER_ENTRY.name, lowest.occurred_at, dims, (taken, accurate)))


def _first_shipment(order: Order, found: Findings, dims: tuple[str, ...]) -> None:
    shipment, lines = order.shipments.get(1), order.lines
    if shipment is None or not lines:
        return
    filled = allotted(lines, shipment)
    units = (sum(filled), sum(line.quantity for line in lines))
    whole = sum(got == line.quantity for got, line in zip(filled, lines, strict=True))
    samples = (units, (whole, len(lines)), whole == len(lines))
    found.facts.append((FIRST_SHIPMENT.name, shipment.occurred_at, dims, samples))


def allotted(lines: Sequence[OrderLine], shipment: OrderDelivered) -> list[int]:
    """The units of each line that the shipment fills: goods go to the lines of their sku in the lines' order [R15]."""
    stock: dict[str, int] = {}
    for goods in shipment.lines:
        if not goods.substituted and not goods.damaged:
            stock[goods.sku] = stock.get(goods.sku, 0) + goods.quantity
    filled = []
    for line in lines:
        got = min(line.quantity, stock.get(line.sku, 0))
        filled.append(got)
        if got:
            stock[line.sku] -= got
    return filled


def _completion(
    entry: int, complete: int | None, promise: Obligation | None, found: Findings, dims: tuple[str, ...]
) -> None:
    """A delivery is late against a promise that still stood."""
    if complete is None:
        return
    late = promise is not None and promise.outcome is Outcome.BREACHED and complete > promise.deadline
    delay = complete - promise.deadline if promise is not None and late else None
    found.facts.append((COMPLETE_DELIVERY.name, complete, dims, (found.span(entry, complete), delay)))


def confirmation(order: Order, asof: int) -> Obligation:
    """Confirmed within a minute of the customer's word; his cancellation by then voids it [R17]."""
    start = order.revisions[0].placed_at
    confirmed = min([r.confirmed_at for r in order.revisions if r.confirmed_at is not None], default=None)
    return decide(ORDER_CONFIRMED.name, start, start + MINUTE, confirmed, _cancelled(order, BY_CUSTOMER), asof)


def delivery(order: Order, complete: int | None, asof: int) -> Obligation | None:
    """Delivered whole by the promise of the winning revision; none without a promise [R18]."""
    promised, start = order.revisions[-1].promised_at, order.revisions[0].occurred_at
    if promised is None:
        return None
    withdrawn = _cancelled(order, BY_SUPPLIER)
    if withdrawn is not None and (complete is None or complete >= min(withdrawn, promised + 1)):
        return Obligation(ON_TIME_DELIVERY.name, start, promised, Outcome.BREACHED, min(withdrawn, promised))
    return decide(ON_TIME_DELIVERY.name, start, promised, complete, _cancelled(order, BY_CUSTOMER), asof)


def _promise(found: Findings, obligation: Obligation, kind: str, dims: tuple[str, ...]) -> None:
    found.obligations.append(obligation)
    if obligation.decided_at is not None and obligation.outcome is not Outcome.VOID:
        met = obligation.outcome is Outcome.MET
        found.facts.append((kind, obligation.decided_at, dims, (met,)))

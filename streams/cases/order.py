"""An order: its revisions and shipments put in their places [R7, R14, R15, R18, R51]."""

from collections.abc import Sequence
from operator import attrgetter

from streams.events.model import Event, OrderDelivered, OrderEntered, OrderLine, in_order

BY_CUSTOMER = "cancelled_by_customer"
BY_SUPPLIER = "cancelled_by_supplier"


_standing = attrgetter("revision", "occurred_at", "source", "event_id")


class Order:
    """The events of one order, put in their places."""

    __slots__ = ("revisions", "shipments")

    def __init__(self, events: Sequence[Event]) -> None:
        self.revisions = [e for e in events if isinstance(e, OrderEntered)]
        shipped: list[OrderDelivered] = []
        if len(events) > len(self.revisions):
            shipped = [e for e in events if isinstance(e, OrderDelivered)]
            shipped.sort(key=in_order)
        if len(self.revisions) > 1:
            self.revisions.sort(key=_standing)
        self.shipments = {shipment.shipment_no: shipment for shipment in shipped}

    @property
    def complete(self) -> int | None:
        """The instant of the complete delivery [R14]."""
        return min([s.occurred_at for s in self.shipments.values() if s.final], default=None)

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        """What was ordered; a cancellation may leave it out, then the lines before it stand [R51]."""
        return self.revisions[-1].lines or next((r.lines for r in reversed(self.revisions) if r.lines), ())

    @property
    def promised(self) -> int | None:
        """The instant of delivery that the winning revision promises."""
        return self.revisions[-1].promised_at

    @property
    def confirmed(self) -> int | None:
        """The earliest instant at which the customer had a confirmation, by any revision."""
        return min([r.confirmed_at for r in self.revisions if r.confirmed_at is not None], default=None)

    def cancelled(self, reason: str) -> int | None:
        """When it was cancelled so, if that is how it stands: by the winning revision [R18]."""
        winning = self.revisions[-1]
        return winning.occurred_at if winning.revision_reason == reason else None

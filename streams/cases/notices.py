"""The status messages of an order: whether what they said came true [R20]."""

from streams.cases.facts import STATUS_NOTICE
from streams.cases.findings import Findings
from streams.cases.order import Order
from streams.events.model import Notice, OrderDelivered

Verdict = tuple[int, bool]
"""When it was decided, in ms, and whether it was true."""

AWAITING = ("expected", "delayed")
"""The kinds that the complete delivery decides, or a deadline that passes without it."""


def tell_notices(  # noqa: PLR0917
    order: Order, complete: int | None, asof: int, tolerance: int, found: Findings, dims: tuple[str, ...]
) -> None:
    """A fact for each notice that is decided as of `asof`; what is open is to be looked at after its deadline."""
    for shipment in order.shipments.values():
        for notice in shipment.notices:
            verdict = _verdict(notice, shipment, order, complete, tolerance)
            if verdict is None:
                continue
            at, true = verdict
            if complete is None and notice.kind in AWAITING and at >= asof:
                found.wakes.append(at)
            else:
                found.facts.append((STATUS_NOTICE.name, at, dims, (true,)))


def _verdict(
    notice: Notice, shipment: OrderDelivered, order: Order, complete: int | None, tolerance: int
) -> Verdict | None:
    """The decision, where a delivery that has not come never comes; None where nothing ever decides."""
    match notice.kind:
        case "shipped":
            return shipment.occurred_at, True  # no event tells when goods left
        case "confirmed":
            confirmed = order.confirmed
            return notice.sent_at, confirmed is not None and confirmed <= notice.sent_at
        case "delayed" if (promised := order.promised) is not None:
            return _decided(promised, complete, in_time=False, passed=True)
        case "expected" if (expected := notice.expected_at) is not None:
            near = complete is not None and abs(complete - expected) <= tolerance
            return _decided(expected + tolerance, complete, in_time=near, passed=False)
    return None


def _decided(deadline: int, complete: int | None, *, in_time: bool, passed: bool) -> Verdict:
    """At the complete delivery or the deadline, whichever is first."""
    return (complete, in_time) if complete is not None and complete <= deadline else (deadline, passed)

"""The pieces of wire events, normalised: lines, invoices, notices, SERVQUAL answers."""

from collections.abc import Iterable
from decimal import Decimal

from streams.events import model, wire
from streams.events.faults import OUT_OF_BOUNDS, Fault
from streams.events.instants import instant
from streams.events.money import MAX_MAJOR, exact


def order_lines(lines: Iterable[wire.OrderLine]) -> tuple[model.OrderLine, ...]:
    """An order's lines; a `Fault` where quantity times price or cost is out of bounds."""
    return tuple([_order_line(index, line) for index, line in enumerate(lines)])


def _order_line(index: int, line: wire.OrderLine) -> model.OrderLine:
    price, quantity = exact(line.unit_price), line.quantity
    cost = None if line.unit_cost is None else exact(line.unit_cost)
    # Bounded here, so that what an order amounts to is a machine integer in every cell and row. The product is dear,
    # and most lines are far from it.
    near = quantity > 10_000 or price.adjusted() > 7 or (cost is not None and cost.adjusted() > 7)
    if near and _too_much(quantity, price, cost):
        raise Fault(
            OUT_OF_BOUNDS, f"/lines/{index}", "expected quantity times price or cost below 10^12 in major units"
        )
    return model.OrderLine(line.sku, quantity, price, cost)


def _too_much(quantity: int, price: Decimal, cost: Decimal | None) -> bool:
    return any(amount is not None and abs(quantity * amount) >= MAX_MAJOR for amount in (price, cost))


def shipped_line(line: wire.ShippedLine) -> model.ShippedLine:
    """A line of a shipment."""
    return model.ShippedLine(line.sku, line.quantity, line.substituted or False, line.damaged or False)


def invoice_of(invoice: wire.Invoice) -> model.Invoice:
    """A shipment's invoice."""
    lines = [
        model.InvoiceLine(sku=line.sku, quantity=line.quantity, unit_price=exact(line.unit_price))
        for line in invoice.lines
    ]
    return model.Invoice(invoice_id=invoice.invoice_id, lines=tuple(lines))


def notices_of(notices: Iterable[wire.Notice]) -> tuple[model.Notice, ...]:
    """The notices that came with a shipment."""
    return tuple([_notice(f"/notices/{index}", notice) for index, notice in enumerate(notices)])


def _notice(at: str, notice: wire.Notice) -> model.Notice:
    return model.Notice(
        kind=notice.kind,
        sent_at=instant(notice.sent_at, f"{at}/sent_at"),
        expected_at=None if notice.expected_at is None else instant(notice.expected_at, f"{at}/expected_at"),
        proactive=notice.proactive or False,
    )


def servqual_of(answer: wire.Servqual) -> model.Servqual:
    """A SERVQUAL answer; a `Fault` where the weights do not sum to 100."""
    return model.Servqual(
        instrument=answer.instrument,
        expectations=answer.expectations,
        perceptions=answer.perceptions,
        weights=None if answer.weights is None else _weights(answer.weights),
    )


def _weights(points: wire.Weights) -> model.Weights:
    values = points.tangibles, points.reliability, points.responsiveness, points.assurance, points.empathy
    if abs(sum(values) - 100) > 1e-6:
        raise Fault(OUT_OF_BOUNDS, "/servqual/weights", f"expected a sum of 100, got {sum(values):g}")
    tangibles, reliability, responsiveness, assurance, empathy = values
    return model.Weights(
        tangibles=tangibles,
        reliability=reliability,
        responsiveness=responsiveness,
        assurance=assurance,
        empathy=empathy,
    )

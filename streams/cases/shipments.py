"""The shipments of an order: what they filled, their invoices, and whether the order was perfect [R15, R16, R19]."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from streams.cases.facts import FIRST_SHIPMENT, INVOICE, Fact
from streams.cases.findings import Obligation, Outcome
from streams.cases.order import Order
from streams.events.model import Invoice, OrderDelivered, OrderLine

Prices = dict[str, set[Decimal]]
"""What an order asks for a unit of each sku: one price, or those of its lines where they differ."""


def shipment_facts(order: Order, dims: tuple[str, ...]) -> Iterator[Fact]:
    """What shipment 1 filled, and whether each invoice is right."""
    lines, first = order.lines, order.shipments.get(1)
    if first is not None and lines:
        filled = allotted(lines, first)
        units = (sum(filled), sum([line.quantity for line in lines]))
        whole = sum([got == line.quantity for got, line in zip(filled, lines, strict=True)])
        samples = (units, (whole, len(lines)), whole == len(lines))
        yield FIRST_SHIPMENT.name, first.occurred_at, dims, samples
    for shipment in order.shipments.values():
        if shipment.invoice is not None:
            right = _matches(shipment.invoice, shipment, prices_of(lines))
            yield INVOICE.name, shipment.occurred_at, dims, (right,)


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


def prices_of(lines: Sequence[OrderLine]) -> Prices:
    """The prices of an order's lines by sku."""
    prices: Prices = {}
    for line in lines:
        prices.setdefault(line.sku, set()).add(line.unit_price)
    return prices


def _matches(invoice: Invoice, shipment: OrderDelivered, prices: Prices) -> bool:
    """It charges each sku's units shipped, damaged ones too, at the order's price, and nothing else [R16]."""
    charged: Counter[str] = Counter()
    for line in invoice.lines:
        if line.unit_price not in prices.get(line.sku, ()):
            return False
        charged[line.sku] += line.quantity
    shipped: Counter[str] = Counter()
    for goods in shipment.lines:
        if not goods.substituted:
            shipped[goods.sku] += goods.quantity
    return charged == shipped


def perfect_order(order: Order, complete: int | None, promise: Obligation | None) -> tuple[int, bool] | None:
    """When it was decided, and whether perfect; None while open, and where void [R19].

    Decided as its promise is; without one at the complete delivery, as if on time.
    """
    if promise is not None and promise.outcome is Outcome.BREACHED and promise.decided_at is not None:
        return promise.decided_at, False
    if complete is not None and (promise is None or promise.outcome is Outcome.MET):
        return complete, _flawless(order, complete)
    return None


def _flawless(order: Order, at: int) -> bool:
    """In full at the first shipment, nothing damaged, every invoice right, by what had been shipped at an instant."""
    shipped = {number: shipment for number, shipment in order.shipments.items() if shipment.occurred_at <= at}
    lines = order.lines
    if 1 not in shipped or allotted(lines, shipped[1]) != [line.quantity for line in lines]:
        return False
    if any(goods.damaged for shipment in shipped.values() for goods in shipment.lines):
        return False
    invoiced = [(shipment.invoice, shipment) for shipment in shipped.values() if shipment.invoice is not None]
    return all(_matches(invoice, shipment, prices_of(lines)) for invoice, shipment in invoiced)

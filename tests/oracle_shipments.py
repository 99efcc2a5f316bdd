"""The oracle's shipments: invoices, status messages and perfect orders, by the specification alone.

Where the specification is open, the comment "Open:" says what was decided here and what else could have been meant.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.oracle_events import Event, Sample, decided
from tests.oracle_numbers import ms

Lines = list[dict[str, Any]]


def price(line: dict[str, Any]) -> Decimal:
    """A line's unit price as it was written."""
    return Decimal(str(line["unit_price"]))


def invoice_samples(shipments: list[Event], lines: Lines, dims: dict[str, str]) -> Iterator[Sample]:
    """One invoice for each shipment that has one, at the shipment [R16]."""
    for shipment in shipments:
        if shipment.get("invoice"):
            yield Sample("invoice_accuracy", shipment.at, dims, (int(invoice_right(shipment, lines)), 1))


def invoice_right(shipment: Event, lines: Lines) -> bool:
    """Each sku's quantity and price as delivered and ordered, and nothing else on the invoice [R16]."""
    delivered = [goods for goods in shipment.body["lines"] if not goods.get("substituted")]
    charged = shipment.body["invoice"]["lines"]
    # Open: several lines of a sku on an invoice are taken together; an order that asks several prices for a sku lets
    # the invoice charge any of them.
    for sku in {line["sku"] for line in delivered + charged}:
        quantities = [sum(line["quantity"] for line in part if line["sku"] == sku) for part in (delivered, charged)]
        ordered = [price(line) for line in lines if line["sku"] == sku]
        if quantities[0] != quantities[1] or any(price(line) not in ordered for line in charged if line["sku"] == sku):
            return False
    return True


def status_samples(
    shipments: list[Event], revisions: list[Event], dims: dict[str, str], watermark: int, tolerance: int
) -> Iterator[Sample]:
    """Each status message that was decided [R20]."""
    complete = min((event.at for event in shipments if event.body["final"]), default=None)
    promised = revisions[-1].instant("promised_at")
    for shipment in shipments:
        for notice in shipment.get("notices", []):
            outcome: tuple[int, bool] | None = None
            if notice["kind"] == "shipped":
                outcome = shipment.at, True
            elif notice["kind"] == "confirmed":
                outcome = confirmed(ms(notice["sent_at"]), revisions)
            elif notice["kind"] == "delayed" and promised is not None:
                outcome = delayed(promised, complete, watermark)
            elif notice["kind"] == "expected" and notice.get("expected_at") is not None:
                outcome = came(ms(notice["expected_at"]), complete, watermark, tolerance)
            if outcome is not None:
                yield Sample("status_accuracy", outcome[0], dims, (int(outcome[1]), 1))


def confirmed(sent: int, revisions: list[Event]) -> tuple[int, bool]:
    """At the message: whether some confirmation was no later."""
    confirmations = [at for at in (event.instant("confirmed_at") for event in revisions) if at is not None]
    return sent, any(at <= sent for at in confirmations)


def delayed(promised: int, complete: int | None, watermark: int) -> tuple[int, bool] | None:
    """The contrary of a delivery by the promise."""
    outcome = decided(promised, complete, watermark)
    return (outcome[0], not outcome[1]) if outcome else None


def came(expected: int, complete: int | None, watermark: int, tolerance: int) -> tuple[int, bool] | None:
    """Not later than the tolerance allows, nor earlier."""
    outcome = decided(expected + tolerance, complete, watermark)
    if outcome is None or not outcome[1] or complete is None:
        return outcome
    return outcome[0], complete >= expected - tolerance


def perfect_samples(
    shipments: list[Event],
    lines: Lines,
    punctual: tuple[int, bool] | None,
    dims: dict[str, str],
) -> Iterator[Sample]:
    """On time, in full at the first shipment, invoice right, undamaged: all of it [R19]; `punctual` is the decision."""
    if punctual is None:
        return
    at, on_time = punctual
    # Open: what decides is what had been shipped by then, of fill and invoices as it is said of damage.
    known = [shipment for shipment in shipments if shipment.at <= at]
    goods = [line for shipment in known for line in shipment.body["lines"]]
    perfect = (
        on_time
        and any(in_full(shipment, lines) for shipment in known if shipment.body["shipment_no"] == 1)
        and all(invoice_right(shipment, lines) for shipment in known if shipment.get("invoice"))
        and not any(line.get("damaged") for line in goods)
    )
    yield Sample("perfect_order", at, dims, (int(perfect), 1))


def in_full(shipment: Event, lines: Lines) -> bool:
    """Whether a shipment brings all that was ordered, substituted and damaged goods not counted [R15]."""
    wanted: Counter[str] = Counter()
    for line in lines:
        wanted[line["sku"]] += line["quantity"]
    for goods in shipment.body["lines"]:
        if not goods.get("substituted") and not goods.get("damaged"):
            wanted[goods["sku"]] -= goods["quantity"]
    return all(missing <= 0 for missing in wanted.values())

"""The oracle's orders: what each adds to each KPI, by the specification alone.

Where the specification is open, the comment "Open:" says what was decided here and what else could have been meant.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle_events import AUTOMATED, UNKNOWN, Event, Sample, decided
from tests.oracle_numbers import ms
from tests.oracle_shipments import invoice_samples, perfect_samples, price, status_samples

MINUTE = 60_000


def order_samples(events: list[Event], watermark: int, digits: int, tolerance: int) -> Iterator[Sample]:
    """The samples of one order; none before any revision is known [R7].

    `digits` are the decimals of the currency's minor unit; `tolerance`, in ms, is that of R20.
    """
    entered = [event for event in events if event.topic == "order-entered"]
    if not entered:
        return
    revisions = sorted(entered, key=lambda event: (event.get("revision", 1), event.key))
    # A shipment number that comes again replaces the shipment whole [R7]: events are in order, so the last one stays.
    shipments = {event.body["shipment_no"]: event for event in events if event.topic == "order-delivered"}
    complete = min((event.at for event in shipments.values() if event.body["final"]), default=None)
    dims = order_dims(revisions[0])
    yield from entry_samples(revisions, dims)
    yield from delivery_samples(revisions, complete, dims, watermark)
    yield from confirmation_samples(revisions, dims, watermark)
    yield from basket_samples(revisions, dims, digits)
    yield from cancellation_samples(revisions, dims)
    yield from work_samples(revisions, list(shipments.values()), dims)
    lines, shipped = standing_lines(revisions), list(shipments.values())
    if 1 in shipments:
        yield from fill_samples(lines, shipments[1], dims)
    yield from invoice_samples(shipped, lines, dims)
    yield from status_samples(shipped, revisions, dims, watermark, tolerance)
    promised = revisions[-1].instant("promised_at")
    if promised is not None:
        punctual = punctuality(revisions, complete, promised, watermark)
    else:
        # Open: what R18 says of cancellations is about a promise, so without one they play no part.
        punctual = None if complete is None else (complete, True)
    yield from perfect_samples(shipped, lines, punctual, dims)


def order_dims(first: Event) -> dict[str, str]:
    """Order facts carry the dimensions of the lowest revision [R8, R9]."""
    dims = {name: first.get(name, UNKNOWN) for name in ("channel", "region", "campaign")}
    return dims | {"agent": first.get("agent_id", AUTOMATED)}


def entry_samples(revisions: list[Event], dims: dict[str, str]) -> Iterator[Sample]:
    """Intimation to entry, and whether the entry needed no correction, both at the entry."""
    entry = revisions[0].at
    yield Sample("order_entry_time", entry, dims, max(0, entry - ms(revisions[0].body["placed_at"])))
    # Open: the reason counts on any revision, the first or lowest known included.
    flawed = any(event.get("revision_reason") == "entry_error" for event in revisions)
    yield Sample("order_entry_accuracy", entry, dims, (int(not flawed), 1))


def basket_samples(revisions: list[Event], dims: dict[str, str], digits: int) -> Iterator[Sample]:
    """Amount and items of an order that does not stand cancelled, at its entry [R13, R22]."""
    if cancellation(revisions, "customer") is not None or cancellation(revisions, "supplier") is not None:
        return
    cent, lines = Decimal(1).scaleb(-digits), standing_lines(revisions)
    amounts = [(price(line) * line["quantity"]).quantize(cent, ROUND_HALF_EVEN) for line in lines]
    yield Sample("basket", revisions[0].at, dims, Fraction(sum(amounts)))
    yield Sample("basket_items", revisions[0].at, dims, sum(line["quantity"] for line in lines))


def cancellation_samples(revisions: list[Event], dims: dict[str, str]) -> Iterator[Sample]:
    """Whether the order stands cancelled, and by whom, at its entry [R18, R22]."""
    by = {who: cancellation(revisions, who) is not None for who in ("customer", "supplier")}
    yield Sample("cancellations", revisions[0].at, dims, (int(any(by.values())), 1))
    for who, cancelled in by.items():
        yield Sample(f"cancellations_{who}", revisions[0].at, dims, (int(cancelled), 1))


def work_samples(revisions: list[Event], shipments: list[Event], dims: dict[str, str]) -> Iterator[Sample]:
    """Orders, and hours of labour at each event's own instant [R23]; screens and clicks of the entry [R45]."""
    yield Sample("orders_per_labour_hour", revisions[0].at, dims, (1, 0))
    for event in revisions + shipments:
        if event.get("handling_seconds"):
            yield Sample("orders_per_labour_hour", event.at, dims, (0, Fraction(event.body["handling_seconds"]) / 3600))
    for effort in ("screens", "clicks"):
        if revisions[0].get(effort) is not None:
            yield Sample(f"effort_{effort}", revisions[0].at, dims, revisions[0].body[effort])


def cancellation(revisions: list[Event], by: str) -> int | None:
    """When the order was cancelled by customer or supplier: the winning revision's reason and instant [R18]."""
    winning = revisions[-1]
    return winning.at if winning.get("revision_reason") == f"cancelled_by_{by}" else None


def confirmation_samples(revisions: list[Event], dims: dict[str, str], watermark: int) -> Iterator[Sample]:
    """Confirmed within 60 s of the lowest revision's placed_at, by any revision's confirmed_at [R17]."""
    placed = ms(revisions[0].body["placed_at"])
    confirmed = min(
        (at for at in (event.instant("confirmed_at") for event in revisions) if at is not None), default=None
    )
    deadline, cancelled = placed + MINUTE, cancellation(revisions, "customer")
    # Open: "before" is earlier in time; a confirmation in the same millisecond as the cancellation does not save it.
    if cancelled is not None and cancelled <= deadline and not (confirmed is not None and confirmed < cancelled):
        return
    outcome = decided(deadline, confirmed, watermark)
    if outcome is not None:
        yield Sample("order_confirmed", outcome[0], dims, (int(outcome[1]), 1))


def delivery_samples(
    revisions: list[Event], complete: int | None, dims: dict[str, str], watermark: int
) -> Iterator[Sample]:
    """Entry to complete delivery; planned against actual; and the delay of the late ones [R14, R18, R45]."""
    if complete is not None:
        yield Sample("order_processing_time", complete, dims, max(0, complete - revisions[0].at))
    promised = revisions[-1].instant("promised_at")
    if promised is None:
        return
    outcome = punctuality(revisions, complete, promised, watermark)
    if outcome is None:
        return
    yield Sample("on_time_delivery", outcome[0], dims, (int(outcome[1]), 1))
    # Open: a void obligation has no late delivery; one that a supplier's cancellation breached has, if delivered late.
    if complete is not None and complete > promised:
        yield Sample("delivery_delay", complete, dims, complete - promised)


def punctuality(revisions: list[Event], complete: int | None, promised: int, watermark: int) -> tuple[int, bool] | None:
    """The decision of on_time_delivery [R18]; None when void or open."""
    by_customer, by_supplier = cancellation(revisions, "customer"), cancellation(revisions, "supplier")
    cancelled = by_customer if by_customer is not None else by_supplier
    # Open: what was delivered in time and before the cancellation was decided then, whoever cancelled afterwards.
    if cancelled is None or (complete is not None and complete <= promised and complete < cancelled):
        return decided(promised, complete, watermark)
    if by_supplier is not None:
        return min(by_supplier, promised), False
    return None if cancelled <= promised else (promised, False)


def standing_lines(revisions: list[Event]) -> list[dict[str, Any]]:
    """The winning revision's lines; a cancellation without any leaves those before it [R15, R51]."""
    return next((event.body["lines"] for event in reversed(revisions) if event.get("lines")), [])


def fill_samples(lines: list[dict[str, Any]], first: Event, dims: dict[str, str]) -> Iterator[Sample]:
    """Units, lines and orders complete in shipment 1, at that shipment [R15]."""
    stock: dict[str, int] = defaultdict(int)
    for goods in first.body["lines"]:
        if not goods.get("substituted") and not goods.get("damaged"):
            stock[goods["sku"]] += goods["quantity"]
    filled = []
    for line in lines:
        allotted = min(line["quantity"], stock[line["sku"]])
        stock[line["sku"]] -= allotted
        filled.append(allotted)
    requested = [line["quantity"] for line in lines]
    full = [have == want for have, want in zip(filled, requested, strict=True)]
    if lines:
        yield Sample("first_time_fill_unit", first.at, dims, (sum(filled), sum(requested)))
        yield Sample("first_time_fill_line", first.at, dims, (sum(full), len(full)))
        yield Sample("first_time_fill_order", first.at, dims, (int(all(full)), 1))

"""Orders of the Olist "Brazilian E-Commerce Public Dataset" as events [R55].

One row of the orders file gives an order entry, and where it applies a delivery or a cancellation. Rows stream; the
optional file of items is held in memory, since it comes in another order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from streams.importers import local_time
from streams.importers.rows import CellError, Line, Outcome, Refused, Row, numbered, present, required
from streams.names import ORDER_DELIVERED, ORDER_ENTERED
from streams.units import rfc3339

ZONE = "America/Sao_Paulo"
CURRENCY = "BRL"
"""Of the items' prices. Without items every price is 0, in any currency."""

PURCHASED = "order_purchase_timestamp"
APPROVED = "order_approved_at"
SHIPPED = "order_delivered_carrier_date"
DELIVERED = "order_delivered_customer_date"
ESTIMATED = "order_estimated_delivery_date"
COLUMNS = ("order_id", "customer_id", "order_status", PURCHASED, APPROVED, SHIPPED, DELIVERED, ESTIMATED)
ITEM_COLUMNS = ("order_id", "product_id", "price")

_REASONS = {"canceled": "cancelled_by_customer", "unavailable": "cancelled_by_supplier"}
_STATUSES = frozenset({"created", "approved", "invoiced", "processing", "shipped", "delivered", *_REASONS})

Bought = Counter[tuple[str, str]]
"""Units by (product, price) of an order, in the order of the file."""
Items = Mapping[str, Bought]
"""What was bought, by order."""


def items(rows: Iterable[Row]) -> Iterator[tuple[str, Bought] | Refused]:
    """One unit of one order for each row of the items file; `gather` collects them."""
    for numbered_row in numbered(rows, ITEM_COLUMNS):
        if isinstance(numbered_row, Refused):
            yield numbered_row
            continue
        number, row = numbered_row
        try:
            order, product, price = (required(row, column) for column in ITEM_COLUMNS)
            yield order, Counter({(product, price): 1})
        except CellError as bad:
            yield bad.refusal(number)


def gather(rows: Iterable[Row]) -> tuple[dict[str, Bought], list[Refused]]:
    """The items file by order, and its refusals."""
    bought: dict[str, Bought] = {}
    refusals: list[Refused] = []
    for found in items(rows):
        if isinstance(found, Refused):
            refusals.append(found)
        else:
            bought.setdefault(found[0], Counter()).update(found[1])
    return bought, refusals


def events(rows: Iterable[Row], zone: ZoneInfo, items: Items | None = None) -> Iterator[Outcome]:
    """The events of the orders file, row by row; a row that cannot be read gives a refusal and no event.

    Raises UnusableError where columns are missing.
    """
    for numbered_row in numbered(rows, COLUMNS):
        if isinstance(numbered_row, Refused):
            yield numbered_row
            continue
        number, row = numbered_row
        try:
            yield from _Order(number, row, zone, items or {}).outcomes()
        except CellError as bad:
            yield bad.refusal(number)


class _Order:
    """One row, read."""

    def __init__(self, number: int, row: Row, zone: ZoneInfo, items: Items) -> None:
        self.number = number
        self.order_id = required(row, "order_id")
        self.customer_id = required(row, "customer_id")
        self.status = required(row, "order_status")
        if self.status not in _STATUSES:
            raise CellError("order_status", f"not one of {', '.join(sorted(_STATUSES))}")
        self.purchased = _time(row, PURCHASED, zone)
        if self.purchased is None:
            raise CellError(PURCHASED, "missing")
        self.approved = _time(row, APPROVED, zone)
        self.shipped = _time(row, SHIPPED, zone)
        self.delivered = _time(row, DELIVERED, zone)
        self.promised = _end_of_day(row, ESTIMATED, zone)
        self.bought = items.get(self.order_id)

    def outcomes(self) -> Iterator[Outcome]:
        yield self._entered()
        if self.delivered is not None:
            yield self._delivered(self.delivered)
        elif self.status == "delivered":
            yield Refused(self.number, DELIVERED, "missing though the status is delivered: entered, not delivered")
        if self.status in _REASONS:
            yield self._cancelled()

    def _entered(self) -> Line:
        return self._line(ORDER_ENTERED, "entered", self.purchased, {**self._promise(), "lines": self._lines()})

    def _cancelled(self) -> Line:
        times = (self.purchased, self.approved, self.shipped, self.delivered)
        last = max(time for time in times if time is not None)
        revision = {"revision": 2, "revision_reason": _REASONS[self.status], **self._promise()}
        return self._line(ORDER_ENTERED, "cancelled", last, revision)

    def _delivered(self, at: int) -> Line:
        shipped = None if self.shipped is None else [{"kind": "shipped", "sent_at": rfc3339(self.shipped)}]
        goods = [{"sku": line["sku"], "quantity": line["quantity"]} for line in self._lines()]
        shipment = {"shipment_no": 1, "final": True, "lines": goods, "notices": shipped}
        return self._line(ORDER_DELIVERED, "delivered", at, shipment)

    def _promise(self) -> dict[str, str | None]:
        """The winning revision's promise counts [R15], so each revision carries it."""
        return {
            "placed_at": _text(self.purchased),
            "confirmed_at": _text(self.approved),
            "promised_at": _text(self.promised),
        }

    def _lines(self) -> list[dict[str, Any]]:
        if not self.bought:
            return [{"sku": "unknown", "quantity": 1, "unit_price": "0"}]
        return [{"sku": sku, "quantity": n, "unit_price": price} for (sku, price), n in self.bought.items()]

    def _line(self, topic: str, what: str, at: int | None, fields: Mapping[str, Any]) -> Line:
        common = {
            "event_id": f"{self.order_id}/{what}",
            "source": "olist",
            "occurred_at": _text(at),
            "customer_id": self.customer_id,
            "currency": CURRENCY if self.bought and topic == ORDER_ENTERED else None,
            "order_id": self.order_id,
        }
        return {"topic": topic, "value": present({**common, **fields})}


def _text(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)


def _time(row: Row, column: str, zone: ZoneInfo) -> int | None:
    text = row[column].strip()
    try:
        return local_time.iso(text, zone) if text else None
    except (ValueError, OverflowError) as error:
        raise CellError(column, "not a time like 2017-10-02 10:56:33") from error


def _end_of_day(row: Row, column: str, zone: ZoneInfo) -> int | None:
    text = row[column].strip()
    try:
        return local_time.end_of_day(text, zone) if text else None
    except (ValueError, OverflowError) as error:
        raise CellError(column, "not a date like 2017-10-18") from error

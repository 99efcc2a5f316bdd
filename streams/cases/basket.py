"""What an order holds, and whether it was cancelled: facts of its entry [R13, R15, R18, R22, R51]."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from streams.cases.facts import BASKET, CANCELLATION, Fact
from streams.cases.order import BY_CUSTOMER, BY_SUPPLIER, Order
from streams.events.model import OrderLine

_EXACT = Context(prec=64, rounding=ROUND_HALF_EVEN)


def basket_facts(order: Order, place: tuple[str, str], digits: int) -> list[Fact]:
    """Whether it stands cancelled; its amount and items, if not. `digits`: decimals of the currency's minor unit."""
    at, reason = order.revisions[0].occurred_at, order.revisions[-1].revision_reason
    by_customer, by_supplier = reason == BY_CUSTOMER, reason == BY_SUPPLIER
    cancelled = by_customer or by_supplier
    told: Fact = (CANCELLATION.name, at, place[:1], (cancelled, by_customer, by_supplier))
    if cancelled:
        return [told]
    lines = order.lines
    items = sum([line.quantity for line in lines])
    return [told, (BASKET.name, at, place, (amount(lines, digits), items))]


def amount(lines: Sequence[OrderLine], digits: int) -> int:
    """Minor units: quantity times price, rounded half-even line by line [R13]."""
    total = 0
    for line in lines:
        whole = _whole(line.unit_price, digits)
        total += _rounded(line, digits) if whole is None else whole * line.quantity
    return total


@lru_cache(maxsize=1 << 16)
def _whole(price: Decimal, digits: int) -> int | None:
    """A price in minor units; None where it is not a whole number of them. Prices repeat, and decimals are dear."""
    minor = _EXACT.scaleb(price, digits)
    return int(minor) if minor == _EXACT.to_integral_value(minor) else None


def _rounded(line: OrderLine, digits: int) -> int:
    exact = _EXACT.multiply(line.unit_price, line.quantity)
    return int(_EXACT.to_integral_value(_EXACT.scaleb(exact, digits)))

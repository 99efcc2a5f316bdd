"""What an order holds, and whether it was cancelled: facts of its entry [R13, R15, R18, R22, R51]."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from streams.cases.facts import BASKET, CANCELLATION, Fact
from streams.cases.order import BY_CUSTOMER, BY_SUPPLIER, Order
from streams.events.model import OrderLine
from streams.units import MILLIONTHS, half_even

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


def revenue_of(told: Sequence[Fact]) -> int | None:
    """What an order amounts to, of which `basket_facts` told this; None where it stands cancelled."""
    revenue: int | None = next((samples[0] for kind, _, _, samples in told if kind == BASKET.name), None)
    return revenue


def margin(lines: Sequence[OrderLine], revenue: int, digits: int, otherwise: int) -> int:
    """Minor units: what lines that amount to `revenue` bring above what they cost, rounded half-even line by line.

    A line whose cost is not told brings `otherwise` millionths of its amount.
    """
    earned = revenue
    for line in lines:
        if line.unit_cost is not None:
            earned -= _times(line.unit_cost, line.quantity, digits)
        elif otherwise != MILLIONTHS:
            earned -= half_even(_times(line.unit_price, line.quantity, digits) * (MILLIONTHS - otherwise), MILLIONTHS)
    return earned


def amount(lines: Sequence[OrderLine], digits: int) -> int:
    """Minor units: quantity times price, rounded half-even line by line [R13]."""
    return sum([_times(line.unit_price, line.quantity, digits) for line in lines])


def _times(price: Decimal, quantity: int, digits: int) -> int:
    whole = _whole(price, digits)
    return _rounded(price, quantity, digits) if whole is None else whole * quantity


@lru_cache(maxsize=1 << 16)
def _whole(price: Decimal, digits: int) -> int | None:
    """A price in minor units; None where it is not a whole number of them. Prices repeat, and decimals are dear."""
    minor = _EXACT.scaleb(price, digits)
    return int(minor) if minor == _EXACT.to_integral_value(minor) else None


def _rounded(price: Decimal, quantity: int, digits: int) -> int:
    exact = _EXACT.multiply(price, quantity)
    return int(_EXACT.to_integral_value(_EXACT.scaleb(exact, digits)))

"""Baskets and cancellations."""

from decimal import Decimal

import pytest

from streams.cases.basket import amount
from streams.cases.conventions import Conventions
from streams.events.model import OrderLine
from tests.cases.orders import revised, told
from tests.make import entered


def priced(price: str, quantity: int = 1) -> OrderLine:
    return OrderLine(sku="a", quantity=quantity, unit_price=Decimal(price))


@pytest.mark.parametrize(
    ("lines", "digits", "expected"),
    [
        ((priced("9.99", 2), priced("5")), 2, 2498),
        ((priced("0.005"), priced("0.005", 3)), 2, 2),  # 0.5 and 1.5 cents: 0 and 2
        ((priced("0.015", 2),), 2, 3),
        ((priced("0.5", 3), priced("2.5")), 0, 4),
        ((priced("1.2345", 2),), 3, 2469),
        ((priced("-0.125"),), 2, -12),
        ((priced("999999999999.000000000000000001"),), 2, 99_999_999_999_900),
        ((), 2, 0),
    ],
)
def test_an_amount_is_rounded_half_even_line_by_line(lines: tuple[OrderLine, ...], digits: int, expected: int) -> None:
    """[R13]"""
    assert amount(lines, digits) == expected


def test_a_price_finer_than_28_digits_is_not_rounded_twice() -> None:
    """[R13] The context of decimals that Python comes with would make this an exact half, which goes down."""
    assert amount((priced("123456789012.005000000000000001"),), 2) == 12_345_678_901_201


def test_the_basket_is_that_of_the_winning_revision_at_the_entry() -> None:
    """[R15, R22]"""
    first = entered(3, channel="web", region="north", lines=(priced("1"),))
    later = revised(9, "customer_change", lines=(priced("2", 3), priced("1")))
    assert told("basket", first, later) == [(3, ("web", "north"), (700, 4))]
    assert told("basket", first, conventions=Conventions(digits=0)) == [(3, ("web", "north"), (1, 1))]


@pytest.mark.parametrize("who", ["customer", "supplier"])
def test_a_cancelled_order_is_no_basket(who: str) -> None:
    """[R22]"""
    cancelled = entered(3, lines=(priced("1"),)), revised(9, f"cancelled_by_{who}")
    assert told("basket", *cancelled) == []
    assert told("cancellation", *cancelled) == [(3, ("unknown",), (True, who == "customer", who == "supplier"))]


def test_an_order_that_was_taken_up_again_is_not_cancelled() -> None:
    """[R18]"""
    events = entered(3), revised(9, "cancelled_by_customer"), revised(12, "customer_change", 3)
    assert told("cancellation", *events) == [(3, ("unknown",), (False, False, False))]

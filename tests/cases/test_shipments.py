"""What shipments fill, whether invoices are right, and which orders are perfect."""

from decimal import Decimal
from typing import Any

import pytest

from streams.cases.shipments import allotted
from streams.events.model import Event, Invoice, InvoiceLine, OrderDelivered, OrderLine, ShippedLine
from streams.units import DAY
from tests.cases.orders import revised, told
from tests.make import delivered, entered, line

NOWHERE = ("unknown", "unknown")


def bill(*lines: tuple[str, int, str]) -> Invoice:
    """Of (sku, quantity, price)."""
    return Invoice(
        invoice_id="i",
        lines=tuple(InvoiceLine(sku=sku, quantity=n, unit_price=Decimal(price)) for sku, n, price in lines),
    )


def goods(sku: str, quantity: int = 1, **flags: bool) -> ShippedLine:
    return ShippedLine(sku=sku, quantity=quantity, **flags)


def test_goods_fill_the_lines_of_their_sku_in_order() -> None:
    """[R15]"""
    lines = (line("a", 3), line("b", 1), line("a", 2))
    assert allotted(lines, delivered(0, goods={"a": 4, "c": 9})) == [3, 0, 1]


def test_substituted_and_damaged_goods_fill_nothing() -> None:
    """[R15]"""
    useless = (goods("a", substituted=True), goods("a", damaged=True))
    assert allotted((line("a", 2),), delivered(0, lines=useless)) == [0]


def test_only_shipment_1_is_the_first() -> None:
    """[R15]"""
    order = entered(0, lines=(line("a", 2),))
    assert told("first_shipment", order, delivered(5, shipment_no=2, goods={"a": 2})) == []
    assert told("first_shipment", order, delivered(9, goods={"a": 1})) == [(9, NOWHERE, ((1, 2), (0, 1), False))]


@pytest.mark.parametrize(
    ("shipped", "charged", "right"),
    [
        ((goods("a", 2),), (("a", 2, "1"),), True),
        ((goods("a"), goods("a", damaged=True)), (("a", 2, "1.00"),), True),
        ((goods("a", 2),), (("a", 1, "1"), ("a", 1, "1")), True),
        ((goods("a"), goods("x", substituted=True)), (("a", 1, "1"),), True),
        ((goods("a", substituted=True),), (), True),
        ((goods("b"),), (("b", 1, "2"),), True),
        ((goods("a", 2),), (("a", 1, "1"),), False),
        ((goods("a", 2),), (("a", 2, "1.01"),), False),
        ((goods("a"),), (("a", 1, "1"), ("fee", 1, "3")), False),
        ((goods("a"), goods("b")), (("a", 1, "1"),), False),
        ((goods("x", substituted=True),), (("x", 1, "1"),), False),
        ((goods("x"),), (("x", 1, "1"),), False),
        ((goods("a"),), (), False),
    ],
)
def test_an_invoice_is_right_where_it_charges_what_was_shipped_at_the_order_s_prices(
    shipped: tuple[ShippedLine, ...], charged: tuple[tuple[str, int, str], ...], right: bool
) -> None:
    """[R16]"""
    first = entered(0, lines=(line("a", 2), OrderLine(sku="b", quantity=1, unit_price=Decimal(2))), region="north")
    shipment = delivered(9, shipment_no=2, final=False, lines=shipped, invoice=bill(*charged))
    assert told("invoice", first, shipment) == [(9, ("unknown", "north"), (right,))]


def test_an_invoice_is_held_against_the_winning_revision() -> None:
    """[R15, R16]"""
    events: list[Event] = [entered(0, lines=(line("a", 1),)), delivered(5, goods={"a": 1}, invoice=bill(("a", 1, "3")))]
    dearer = OrderLine(sku="a", quantity=1, unit_price=Decimal(3))
    assert told("invoice", *events)[0][2] == (False,)
    assert told("invoice", *events, revised(9, "entry_error", lines=(dearer,)))[0][2] == (True,)


def test_what_is_not_invoiced_and_what_is_replaced_has_no_invoice() -> None:
    """[R7, R16]"""
    first = entered(0, lines=(line("a", 1),))
    assert told("invoice", first, delivered(5, goods={"a": 1})) == []
    assert told("invoice", first, delivered(5, goods={"a": 1}, invoice=bill()), delivered(6, goods={"a": 1})) == []


def ordered(promised: int | None = DAY) -> Event:
    return entered(0, lines=(line("a", 2),), promised_at=promised)


def whole(at: int, **fields: Any) -> OrderDelivered:
    """All that was asked."""
    return delivered(at, **{"goods": {"a": 2}, **fields})


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((whole(DAY),), (DAY, True)),
        ((whole(5, invoice=bill(("a", 2, "1"))),), (5, True)),
        ((whole(DAY + 1),), (DAY, False)),
        ((), (DAY, False)),
        ((delivered(5, goods={"a": 1}, final=False), whole(6, shipment_no=2)), (6, False)),
        ((whole(5, shipment_no=2),), (5, False)),
        ((whole(5, invoice=bill(("a", 2, "9"))),), (5, False)),
        ((whole(5, lines=(goods("a", 2), goods("x", damaged=True))),), (5, False)),
        ((whole(5, final=False), delivered(6, shipment_no=2, lines=(goods("x", damaged=True),))), (6, False)),
        # What comes after the decision does not change it.
        ((whole(5), delivered(6, shipment_no=2, lines=(goods("x", damaged=True),))), (5, True)),
        ((whole(5), delivered(6, shipment_no=2, lines=(), invoice=bill(("fee", 1, "1")))), (5, True)),
        ((whole(6, final=False), delivered(5, shipment_no=2)), (5, False)),
    ],
)
def test_a_perfect_order_is_on_time_in_full_at_once_undamaged_and_rightly_charged(
    events: tuple[Event, ...], expected: tuple[int, bool]
) -> None:
    """[R19]"""
    assert told("perfect_order", ordered(), *events) == [(expected[0], NOWHERE, (expected[1],))]


@pytest.mark.parametrize(
    ("reason", "at", "expected"),
    [
        ("cancelled_by_customer", DAY, []),
        ("cancelled_by_customer", DAY + 1, [(DAY, NOWHERE, (False,))]),
        ("cancelled_by_supplier", 9, [(9, NOWHERE, (False,))]),
        ("cancelled_by_supplier", DAY + 1, [(DAY, NOWHERE, (False,))]),
    ],
)
def test_cancellations_decide_as_for_the_delivery_on_time(reason: str, at: int, expected: list[Any]) -> None:
    """[R18, R19]"""
    assert told("perfect_order", ordered(), revised(at, reason, promised_at=DAY)) == expected


def test_what_was_delivered_before_the_cancellation_stays_perfect() -> None:
    """[R19]"""
    cancelled = revised(9, "cancelled_by_supplier", promised_at=DAY)
    assert told("perfect_order", ordered(), whole(5), cancelled) == [(5, NOWHERE, (True,))]


def test_without_a_promise_the_complete_delivery_decides() -> None:
    """[R19]"""
    assert told("perfect_order", ordered(None)) == []
    assert told("perfect_order", ordered(None), whole(5, final=False)) == []
    assert told("perfect_order", ordered(None), whole(5)) == [(5, NOWHERE, (True,))]


def test_it_is_open_until_the_promise_has_passed() -> None:
    """[R19]"""
    assert told("perfect_order", ordered(), asof=DAY) == []
    assert told("perfect_order", ordered(), asof=DAY + 1) == [(DAY, NOWHERE, (False,))]

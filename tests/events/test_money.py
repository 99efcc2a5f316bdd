"""Money of the wire: exact prices, and minor units."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import names
from streams.events.decode import Decoder
from streams.events.model import OrderEntered
from streams.events.money import Ledger, exact
from tests.events.examples import DECODER, refused, valid, wire_bytes

ORDER = valid(names.ORDER_ENTERED)["minimal"]


def priced(price: str) -> Decimal:
    """The unit price of an order whose price is spelt so in JSON."""
    record = wire_bytes({**ORDER, "lines": [{"sku": "tea", "quantity": 1, "unit_price": "?"}]})
    event = DECODER.decode(names.ORDER_ENTERED, record.replace(b'"?"', price.encode()))
    assert isinstance(event, OrderEntered), event
    return event.lines[0].unit_price


class TestMoney:
    @pytest.mark.parametrize(
        ("spelt", "price"),
        [("19.99", "19.99"), ('"19.990"', "19.99"), ("7", "7"), ("7.0", "7"), ('"-5.00"', "-5"), ("1e3", "1000"),
         ("-0.0", "0"), ('"0.1234567890123456"', "0.1234567890123456"), ('"999999999999.99"', "999999999999.99"),
         ("0.1", "0.1"), ('"\\u0031"', "1")],
    )  # fmt: skip
    def test_is_exact_and_has_one_spelling(self, spelt: str, price: str) -> None:
        assert str(priced(spelt)) == price

    @given(st.decimals(-999_999, 999_999, places=6))
    def test_number_and_string_are_the_same(self, amount: Decimal) -> None:
        text = f"{amount:f}"
        assert exact(text) == exact(json.loads(text)) == amount

    @pytest.mark.parametrize(
        ("amount", "currency", "minor"),
        [("0.125", "EUR", 12), ("0.135", "EUR", 14), (-0.125, "EUR", -12), (1.5, "JPY", 2), ("2.5", "JPY", 2),
         ("1.2345", "BHD", 1234), (3, "EUR", 300)],
    )  # fmt: skip
    def test_minor_units_are_rounded_half_even(self, amount: str | float, currency: str, minor: int) -> None:
        assert Ledger(currency).minor(amount) == minor

    def test_another_currency_is_refused_and_the_configured_one_taken(self) -> None:
        yen = wire_bytes({**ORDER, "currency": "JPY", "costs": [{"kind": "other", "amount": 12}]})
        event = Decoder("JPY").decode(names.ORDER_ENTERED, yen)
        assert isinstance(event, OrderEntered)
        assert event.costs[0].amount == 12
        assert refused(names.ORDER_ENTERED, yen) == ("unsupported_currency", "/currency")

    @pytest.mark.parametrize("currency", ["eur", "XXQ", "", "XAU"])
    def test_a_decoder_wants_a_currency_with_minor_units(self, currency: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            Decoder(currency)

    @pytest.mark.parametrize("spelt", ["1e15", '"1000000000000"', "1" * 400, "1e-19", '"' + "9" * 5000 + '"'])
    def test_out_of_reason_is_out_of_bounds(self, spelt: str) -> None:
        record = wire_bytes({**ORDER, "lines": [{"sku": "tea", "quantity": 1, "unit_price": "?"}]})
        got = refused(names.ORDER_ENTERED, record.replace(b'"?"', spelt.encode()))
        assert got == ("out_of_bounds", "/lines/0/unit_price")

"""Records of customer-value."""

import orjson

from streams import names
from streams.exports import cloudevents
from streams.exports.customer_value import CustomerValue, key_of, published, record
from streams.units import DAY
from streams.windows.sizes import Calendar
from tests.contracts import Record, faults

WINDOW = Calendar("UTC").window("1mo", 0)
ANN = CustomerValue(customer_id="ann", region="north", window=WINDOW, margin=500_000, cost=12_345, outlook=-7)


def test_value_is_margin_less_cost_in_major_units() -> None:
    found = record(ANN, tz="UTC", currency="EUR", digits=2)
    assert found == {
        "customer_id": "ann",
        "region": "north",
        "window": {"size": "1mo", "start": "1970-01-01T00:00:00Z", "end": "1970-02-01T00:00:00Z", "tz": "UTC"},
        "currency": "EUR",
        "margin": 5000.0,
        "cost": 123.45,
        "value": 4876.55,
        "outlook": -0.07,
    }
    assert record(ANN, tz="UTC", currency="JPY", digits=0)["value"] == 487_655


def test_a_record_keeps_to_its_schema() -> None:
    key = key_of("ann", WINDOW)
    assert orjson.loads(key) == {"customer_id": "ann", "window": {"size": "1mo", "start": "1970-01-01T00:00:00Z"}}
    body = record(ANN, tz="UTC", currency="EUR", digits=2)
    headers = cloudevents.headers(names.CUSTOMER_VALUE, f"{key.decode()}#1", DAY)
    assert faults(names.CUSTOMER_VALUE, Record(key, published(body, 1, False, DAY), headers)) == []
    unknown = published({**body, "outlook": None}, 1, True, DAY)
    assert faults(names.CUSTOMER_VALUE, Record(key, unknown, headers)) == []

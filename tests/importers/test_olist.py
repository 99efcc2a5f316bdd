"""Each line of R55 on Olist, over a small file in the same shape."""

import csv
from zoneinfo import ZoneInfo

import orjson
import pytest

from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.importers import olist
from streams.importers.rows import Refused, UnusableError
from tests.importers.conftest import DATA, real

ZONE = ZoneInfo(olist.ZONE)


def _read(name):
    with (DATA / name).open(newline="") as lines:
        return list(csv.DictReader(lines))


def _outcomes(items=None, zone=ZONE):
    return list(olist.events(_read("olist_orders.csv"), zone, items))


def _values(outcomes):
    return {line["value"]["event_id"]: line["value"] for line in outcomes if not isinstance(line, Refused)}


@pytest.fixture(scope="module")
def values():
    return _values(_outcomes())


def test_an_entry_is_placed_entered_and_confirmed_by_the_columns(values):
    """[R55]"""
    assert values["late/entered"] == {
        "event_id": "late/entered",
        "source": "olist",
        "occurred_at": "2018-03-01T14:00:00Z",
        "customer_id": "c02",
        "order_id": "late",
        "placed_at": "2018-03-01T14:00:00Z",
        "confirmed_at": "2018-03-01T14:20:00Z",
        "promised_at": "2018-03-10T02:59:59.999Z",
        "lines": [{"sku": "unknown", "quantity": 1, "unit_price": "0"}],
    }


def test_a_delivery_is_shipment_1_final_with_the_carrier_as_notice(values):
    """[R55]"""
    delivered = values["late/delivered"]
    assert delivered["occurred_at"] == "2018-03-10T03:00:00Z"
    assert (delivered["shipment_no"], delivered["final"]) == (1, True)
    assert delivered["lines"] == [{"sku": "unknown", "quantity": 1}]
    assert delivered["notices"] == [{"kind": "shipped", "sent_at": "2018-03-05T12:00:00Z"}]


@pytest.mark.parametrize(
    ("order", "reason", "at"),
    [
        ("undone", "cancelled_by_customer", "2018-03-03T12:05:00Z"),
        ("sold-out", "cancelled_by_supplier", "2018-03-03T13:00:00Z"),
        ("sent-back", "cancelled_by_customer", "2018-03-15T19:00:00Z"),
    ],
)
def test_a_cancellation_is_a_revision_at_the_last_known_time(values, order, reason, at):
    """[R55]"""
    cancelled = values[f"{order}/cancelled"]
    assert (cancelled["revision"], cancelled["revision_reason"], cancelled["occurred_at"]) == (2, reason, at)
    assert cancelled["promised_at"] == values[f"{order}/entered"]["promised_at"]
    assert "lines" not in cancelled


def test_without_columns_there_are_no_fields(values):
    assert not {"promised_at", "confirmed_at"} & values["no-promise/entered"].keys()
    assert "on-its-way/delivered" not in values


@pytest.mark.parametrize(
    ("event", "field", "instant"),
    [
        ("in-the-gap/entered", "placed_at", "2017-10-15T03:30:00Z"),  # 00:30 is left out; by the old offset
        ("in-the-gap/entered", "confirmed_at", "2017-10-15T03:30:30Z"),  # 01:30 by the new one
        ("before-the-gap/entered", "promised_at", "2017-10-15T02:59:59.999Z"),  # midnight is left out
        ("in-the-fold/entered", "placed_at", "2018-02-18T01:30:00Z"),  # 23:30 comes twice: the first
        ("in-the-fold/entered", "confirmed_at", "2018-02-18T03:00:00Z"),
        ("fold-promise/entered", "promised_at", "2018-02-18T02:59:59.999Z"),  # a day of 25 hours
    ],
)
def test_clocks_put_forward_and_back(values, event, field, instant):
    assert values[event][field] == instant


def test_another_zone():
    assert _values(_outcomes(zone=ZoneInfo("UTC")))["late/entered"]["placed_at"] == "2018-03-01T11:00:00Z"


def test_refusals_say_where_and_why():
    refused = [found for found in _outcomes() if isinstance(found, Refused)]
    assert [(found.row, found.column) for found in refused] == [
        (13, olist.DELIVERED),
        (14, olist.PURCHASED),
        (15, olist.PURCHASED),
        (16, "customer_id"),
        (17, "order_status"),
        (18, ""),
    ]
    assert str(refused[1]) == "row 14: order_purchase_timestamp: missing"
    assert all(found.reason for found in refused)


def test_a_delivery_without_its_date_leaves_the_entry(values):
    assert "somehow-there/entered" in values
    assert "somehow-there/delivered" not in values


def test_items_make_lines_and_a_currency():
    bought, refused = olist.gather(_read("olist_items.csv"))
    values = _values(_outcomes(bought))
    assert values["on-the-day/entered"]["lines"] == [
        {"sku": "lamp", "quantity": 2, "unit_price": "58.90"},
        {"sku": "shade", "quantity": 1, "unit_price": "12.00"},
    ]
    assert values["on-the-day/delivered"]["lines"] == [
        {"sku": "lamp", "quantity": 2},
        {"sku": "shade", "quantity": 1},
    ]
    assert values["on-the-day/entered"]["currency"] == "BRL"
    assert values["undone/entered"]["lines"] == [{"sku": "unknown", "quantity": 1, "unit_price": "0"}]
    assert refused == [Refused(6, "product_id", "missing")]


def test_another_file_is_unusable():
    with pytest.raises(UnusableError, match="the header lacks order_id, order_status"):
        list(olist.events([{"customer_id": "c"}], ZONE))


def _decoded(outcomes, currency):
    decoder = Decoder(currency)
    lines = [found for found in outcomes if not isinstance(found, Refused)]
    return [decoder.decode(line["topic"], orjson.dumps(line["value"])) for line in lines]


def test_all_events_are_valid():
    bought, _ = olist.gather(_read("olist_items.csv"))
    decoded = _decoded(_outcomes(bought), "BRL")
    assert not [found for found in decoded if isinstance(found, Rejected)]
    assert len({found.event_id for found in decoded}) == len(decoded) == 22


def test_the_real_file():
    """500 orders: 500 entries, 483 deliveries, a cancellation each by the customer and by the supplier."""
    with real("olist_orders.csv").open(newline="") as lines:
        outcomes = list(olist.events(csv.DictReader(lines), ZONE))
    assert not [found for found in outcomes if isinstance(found, Refused)]
    decoded = _decoded(outcomes, "EUR")
    assert not [found for found in decoded if isinstance(found, Rejected)]
    assert sum(found.topic == "order-delivered" for found in decoded) == 483
    assert sum(found.topic == "order-entered" and found.revision == 2 for found in decoded) == 2
    assert len(decoded) == 985

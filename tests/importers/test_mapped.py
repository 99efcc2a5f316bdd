"""Any csv file by a mapping."""

import csv

import orjson
import pytest

from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.importers import mapped
from streams.importers.mapping import load
from streams.importers.rows import Refused, UnusableError
from tests.importers.conftest import DATA

SHOP = (DATA / "shop.toml").read_text()

ORDER = """
[[event]]
topic = "order-entered"
[event.fields]
order_id = "order"
customer_id = "customer"
occurred_at = {column = "at", time = "unix"}
placed_at = {column = "at", time = "unix_ms"}
confirmed_at = "iso"
recurring = "regular"
clicks = "clicks"
handling_seconds = "seconds"
"lines.0.sku" = "sku1"
"lines.0.quantity" = "n1"
"lines.0.unit_price" = "p1"
"lines.1.sku" = "sku2"
"lines.1.quantity" = "n2"
"lines.1.unit_price" = "p2"
"""
ROW = {
    "order": "17", "customer": "9", "at": "1500000000", "iso": "2026-01-01T12:00:00+02:00", "regular": "Yes",
    "clicks": "12", "seconds": "1.5", "sku1": "a", "n1": "2", "p1": "9.99", "sku2": "", "n2": "", "p2": "",
}  # fmt: skip


def _shop():
    mapping = load(SHOP)
    return list(mapped.events(csv.DictReader((DATA / "shop.csv").open(newline=""), delimiter=";"), mapping))


def _one(mapping=ORDER, zone=None, **changes):
    (found,) = mapped.events([{**ROW, **changes}], load(mapping, zone))
    return found


def test_rows_of_two_kinds():
    opened, done = (found for found in _shop() if not isinstance(found, Refused))
    assert opened["topic"] == "ticket-opened"
    assert opened["value"].pop("event_id")
    assert opened["value"] == {
        "source": "shop",
        "ticket_id": "1",
        "customer_id": "c-7",
        "occurred_at": "2026-03-29T01:30:00Z",
        "priority": "urgent",
        "channel": "email",
    }
    assert done == {
        "topic": "ticket-answered",
        "value": {
            "event_id": "1-done",
            "source": "shop",
            "ticket_id": "1",
            "customer_id": "c-7",
            "occurred_at": "2026-03-29T04:00:00Z",
            "action": "resolve",
            "by": "agent",
            "agent_id": "ann",
            "settled_value": "12.50",
        },
    }


def test_refusals_say_where_and_why():
    assert [str(found) for found in _shop() if isinstance(found, Refused)] == [
        "row 4: At: not a time as in %d.%m.%Y %H:%M",
        "row 5: no [[event]] of the mapping applies",
        "row 6: Customer No.: empty, but customer_id is needed",
        "row 7: Prio: 'Z' is not among the values of the mapping",
        "row 8: Sum: not an amount",
        "row 9: more or fewer cells than the header has",
    ]


def test_kinds_of_fields():
    value = _one()["value"]
    assert value["occurred_at"] == "2017-07-14T02:40:00Z"
    assert value["placed_at"] == "1970-01-18T08:40:00Z"
    assert value["confirmed_at"] == "2026-01-01T10:00:00Z"
    assert (value["recurring"], value["clicks"], value["handling_seconds"]) == (True, 12, 1.5)
    assert value["lines"] == [{"sku": "a", "quantity": 2, "unit_price": "9.99"}]
    assert not isinstance(Decoder().decode("order-entered", orjson.dumps(value)), Rejected)


@pytest.mark.parametrize(
    ("column", "text"),
    [("at", "soon"), ("iso", "1.1.2026"), ("regular", "maybe"), ("clicks", "1.5"), ("seconds", "nan"), ("p1", "inf")],
)
def test_what_cannot_be_read_is_refused(column, text):
    found = _one(**{column: text})
    assert isinstance(found, Refused)
    assert found.column == column


def test_what_no_decoder_would_take_is_refused():
    assert str(_one(n1="0")).startswith("row 2: /lines/0/quantity: ")
    assert str(_one(order="x" * 129)).startswith("row 2: /order_id: ")


def test_the_zone_of_the_command_goes_before_the_default_of_the_file():
    assert _one(iso="2026-01-01 12:00:00", zone="Asia/Tokyo")["value"]["confirmed_at"] == "2026-01-01T03:00:00Z"
    assert _one(iso="2026-01-01 12:00:00")["value"]["confirmed_at"] == "2026-01-01T12:00:00Z"


def test_ids_come_from_the_content():
    ids = [_one()["value"]["event_id"], _one()["value"]["event_id"], _one(n1="3")["value"]["event_id"]]
    assert ids[0] == ids[1] != ids[2]


def test_a_column_that_is_not_there():
    with pytest.raises(UnusableError, match="the header lacks iso"):
        list(mapped.events([{name: text for name, text in ROW.items() if name != "iso"}], load(ORDER)))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x =", "no TOML"),
        ("", "at least one"),
        ("colour = 1\n" + SHOP, "colour: unknown"),
        (SHOP.replace('"Europe/Berlin"', '"Mars"'), "zone: 'Mars' is no time zone"),
        (SHOP.replace('"Europe/Berlin"', "1"), "zone: must be a str"),
        (SHOP.replace("ticket-opened", "ticket-closed"), "event 1, topic: must be one of"),
        (SHOP.replace('is = ["new"]', "was = 1"), "event 1, when: write"),
        (SHOP.replace('occurred_at = "At"', ""), "event 1, occurred_at: needed by ticket-opened"),
        (SHOP.replace("channel =", "chanel ="), "event 1, chanel: ticket-opened has no such field"),
        (SHOP.replace('{constant = "email"}', "{}"), "event 1, channel: write a column"),
        (SHOP.replace('{constant = "email"}', '{column = "x", colum = "y"}'), "event 1, channel: write a column"),
        (ORDER.replace("lines.1.sku", "lines.1.size"), "event 1, lines.1.size: order-entered has no such field"),
        (ORDER.replace('"iso"', '{column = "iso", zone = "Mars"}'), "event 1, confirmed_at, zone: 'Mars'"),
        (SHOP.replace('"Europe/Berlin"', '"Mars"').replace("channel =", "chanel ="), "(?s)Mars.*chanel"),
    ],
)
def test_faults_of_a_mapping_are_told(text, fault):
    with pytest.raises(UnusableError, match=fault):
        load(text)

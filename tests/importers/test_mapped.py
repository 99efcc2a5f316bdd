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


DELIVERY = """
decimal = ","
[[event]]
topic = "order-delivered"
when = {column = "order", filled = true}
[event.fields]
order_id = "order"
customer_id = "customer"
occurred_at = "iso"
shipment_no = {constant = 1}
final = {constant = true}
"costs.0.kind" = {constant = "other"}
"costs.0.amount" = "p2"
[event.fields.lines.0]
sku = "sku1"
quantity = "n1"
[event.fields.lines.1]
sku = "sku2"
quantity = {constant = 1}
[event.fields.invoice]
invoice_id = "inv"
lines.0.sku = "sku1"
lines.0.quantity = "n1"
lines.0.unit_price = "p1"
[event.fields.notices.0]
kind = {constant = "shipped"}
sent_at = {column = "at", time = "unix"}
"""


def test_parts_of_objects_and_lists():
    value = _one(DELIVERY, inv="i-1", p1="1.009,99", sku2="b", p2="0,5")["value"]
    assert value["lines"] == [{"sku": "a", "quantity": 2}, {"sku": "b", "quantity": 1}]
    assert value["invoice"] == {"invoice_id": "i-1", "lines": [{"sku": "a", "quantity": 2, "unit_price": "1009.99"}]}
    assert value["notices"] == [{"kind": "shipped", "sent_at": "2017-07-14T02:40:00Z"}]
    assert value["costs"] == [{"kind": "other", "amount": "0.5"}]


def test_a_constant_alone_makes_no_part():
    value = _one(DELIVERY, inv="i-1", at="", p1="9,99")["value"]
    assert value["lines"] == [{"sku": "a", "quantity": 2}]
    assert value.keys() & {"notices", "costs"} == set()


@pytest.mark.parametrize(
    ("text", "amount"), [("9,99", "9.99"), ("1.234.567", "1234567"), ("-1.234,5", "-1234.5"), ("12", "12")]
)
def test_amounts_with_a_decimal_comma(text, amount):
    assert _one(DELIVERY, inv="i-1", p1=text)["value"]["invoice"]["lines"][0]["unit_price"] == amount


@pytest.mark.parametrize("text", ["9.99", "1.23.456", "1,234,567", "1e3", "٣", "- 1"])
def test_amounts_that_could_be_read_otherwise_are_refused(text):
    assert _one(DELIVERY, inv="i-1", p1=text).column == "p1"


def test_thousands_with_a_decimal_point():
    assert _one(p1="1,234.50")["value"]["lines"][0]["unit_price"] == "1234.50"


def test_a_row_without_what_the_event_is_about_gives_none():
    assert str(_one(DELIVERY, order="", inv="")) == "row 2: no [[event]] of the mapping applies"


ANSWER = """
[[event]]
topic = "survey-submitted"
when = [{column = "order", is = ["17", "18"]}, {column = "customer", filled = true}]
[event.fields]
survey_id = "order"
customer_id = "customer"
occurred_at = "iso"
kind = {constant = "servqual"}
servqual.instrument = {constant = "servqual-1991"}
servqual.perceptions = {column = "seen", split = " "}
"""
ANSWER += "".join(f'servqual.expectations.{n} = "q{n}"\n' for n in range(22))


def test_lists_from_one_cell_and_from_many_keep_what_was_not_answered():
    hoped = {f"q{n}": str(n % 7 + 1) for n in range(22)} | {"q3": ""}
    found = _one(ANSWER, **hoped, seen=" ".join("7" * 22))
    assert found["value"]["servqual"] == {
        "instrument": "servqual-1991",
        "perceptions": [7] * 22,
        "expectations": [None if n == 3 else n % 7 + 1 for n in range(22)],
    }
    assert not isinstance(Decoder().decode(found["topic"], orjson.dumps(found["value"])), Rejected)


def test_a_place_of_a_split_cell_may_be_empty():
    hoped = {f"q{n}": "4" for n in range(22)}
    mapping = ANSWER.replace('split = " "', 'split = ";"')
    assert _one(mapping, **hoped, seen=";".join(["7"] * 21 + [""]))["value"]["servqual"]["perceptions"][-1] is None
    assert str(_one(mapping, **hoped, seen="7;7")).startswith("row 2: /servqual/perceptions: ")


def test_every_condition_has_to_hold():
    assert isinstance(_one(ANSWER, order="19", seen="", **{f"q{n}": "" for n in range(22)}), Refused)
    assert isinstance(_one(ANSWER, customer="", seen="", **{f"q{n}": "" for n in range(22)}), Refused)


HOLDS = """
[[event]]
topic = "ticket-answered"
[event.fields]
ticket_id = "order"
customer_id = "customer"
occurred_at = {template = "{day} {hour}", time = "%d/%m/%Y %H:%M"}
action = {constant = "message"}
by = {column = "who", values = {A = "agent", C = "customer"}}
agent_id = "agent"
hold_seconds = {column = "holds", split = "+"}
"""


def test_a_time_put_together_and_holds():
    cells = {"day": "01/02/2026", "hour": "08:05", "who": "A", "agent": "ann", "holds": "12 + 30.5 +"}
    value = _one(HOLDS, **cells)["value"]
    assert (value["occurred_at"], value["hold_seconds"]) == ("2026-02-01T08:05:00Z", [12, 30.5])
    assert "hold_seconds" not in _one(HOLDS, **cells | {"holds": ""})["value"]


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
        (SHOP.replace("when =", "if ="), "event 1, if: unknown"),
        ('decimal = ";"\n' + SHOP, "decimal: must be"),
        (HOLDS.replace('split = "+"', 'time = "unix"'), "event 1, hold_seconds: split says"),
        (HOLDS.replace('"agent"\n', '{column = "agent", split = ","}\n'), "event 1, agent_id: split says"),
        (ANSWER + 'scale = "a"\nscale.min = "b"\n', "no TOML"),
        (ANSWER + 'scale = "a"\n"scale.min" = "b"\n', "event 1, scale: given as a whole and in parts"),
        (ORDER.replace('"lines.1.sku"', '"lines.500.sku"'), "event 1, lines.500.sku: order-entered has no such field"),
        (ORDER.replace('"lines.1.sku"', '"lines.x.sku"'), "event 1, lines.x.sku: order-entered has no such field"),
        (ORDER.replace('"lines.1.sku"', '"lines"'), "event 1, lines: order-entered has no such field"),
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

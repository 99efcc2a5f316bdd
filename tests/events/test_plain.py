"""Events as plain records again: decoded, they are the same events."""

import json
from typing import Any

import pytest

from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.events.money import Ledger
from streams.events.plain import plain
from tests.events.examples import DECODER, all_valid, cloudevents, decoded, validator, wire_bytes
from tests.histories import history

LEDGER = Ledger("EUR")


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_an_example_is_the_same_event_again_and_fits_its_schema(topic: str, name: str, value: Any) -> None:
    event = decoded(topic, value)
    again = plain(event, LEDGER)
    assert DECODER.decode(topic, again) == event, name
    assert list(validator(topic).iter_errors(json.loads(again))) == []


@pytest.mark.parametrize("seed", range(5))
def test_every_event_of_a_history_is_the_same_again(seed: int) -> None:
    for line in history(seed):
        event = decoded(line["topic"], line["value"])
        assert DECODER.decode(line["topic"], plain(event, LEDGER)) == event


@pytest.mark.parametrize(("name", "example"), cloudevents())
def test_a_cloudevent_becomes_a_plain_record(name: str, example: dict[str, Any]) -> None:
    headers = [(header, text.encode()) for header, text in example["headers"].items()]
    event = decoded(example["topic"], example["value"], headers=headers)
    assert DECODER.decode(example["topic"], plain(event, LEDGER)) == event, name


def test_unknown_fields_stand_where_they_stood() -> None:
    line = {"sku": "tea", "quantity": 1, "unit_price": "19.99", "gift/wrap": {"b": 1.5}, "t~1": 1e30}
    value = {"event_id": "e", "occurred_at": "2026-03-01T10:00:00Z", "customer_id": "c", "order_id": "o"}
    value |= {"placed_at": "2026-03-01T09:00:00+01:00", "lines": [line], "shop": {"floor": 2}, "/odd": 1}
    event = decoded("order-entered", value)
    again = plain(event, LEDGER)
    assert json.loads(again) == value | {"placed_at": "2026-03-01T08:00:00Z"}
    assert DECODER.decode("order-entered", again) == event


@pytest.mark.parametrize("currency", ["EUR", "JPY", "BHD"])
def test_money_keeps_its_minor_units(currency: str) -> None:
    decoder = Decoder(currency)
    value = {"event_id": "e", "occurred_at": "2026-03-01T10:00:00Z", "customer_id": "c", "ticket_id": "t"}
    value |= {"action": "resolve", "by": "system", "settled_value": -12.3456, "costs": [{"kind": "other", "amount": 7}]}
    event = decoder.decode("ticket-answered", wire_bytes(value))
    assert not isinstance(event, Rejected)
    assert decoder.decode("ticket-answered", plain(event, Ledger(currency))) == event

"""The canonical form: one per content, and another for every other content."""

import hashlib
import json
from typing import Any

import pytest

from streams import names
from streams.events.canonical import canonical, content_hash
from streams.events.decode import Decoder
from streams.events.model import Event, Rejected
from tests.events.examples import all_valid, cloudevents, valid, wire_bytes


def decoded(topic: str, value: Any, headers: Any = ()) -> Event:
    event = Decoder().decode(topic, wire_bytes(value), headers)
    assert not isinstance(event, Rejected), event
    return event


def test_is_json_with_the_topic_and_sorted_names() -> None:
    event = decoded(names.ORDER_ENTERED, {**valid(names.ORDER_ENTERED)["discount"], "gift": {"b": 1, "a": 2}})
    assert canonical(event) == (
        b'{"customer_id":"c-17","event_id":"e-1","extra":{"gift":{"a":2,"b":1}},"lines":['
        b'{"quantity":2,"sku":"tea-100","unit_cost":"11.2","unit_price":"19.99"},'
        b'{"quantity":1,"sku":"mug","unit_price":"5.49"},'
        b'{"quantity":1,"sku":"voucher","unit_price":"-5"}],'
        b'"occurred_at":1773480413000,"order_id":"o-2","placed_at":1773480360000,"topic":"order-entered"}'
    )
    assert content_hash(event) == hashlib.sha256(canonical(event)).digest()


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_neither_the_order_of_the_fields_nor_spelling_matters(topic: str, name: str, value: Any) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical(decoded(topic, backwards)) == canonical(decoded(topic, value)), name
    spaced = json.dumps(value, indent=3).encode()
    event = Decoder().decode(topic, spaced)
    assert not isinstance(event, Rejected)
    assert content_hash(event) == content_hash(decoded(topic, value))


@pytest.mark.parametrize(
    ("topic", "one", "other"),
    [
        (names.TICKET_OPENED, {}, {"kind": "request", "opened_by": "customer", "source": ""}),
        (
            names.TICKET_OPENED,
            {"occurred_at": "2026-03-14T09:26:53Z"},
            {"occurred_at": "2026-03-14T10:26:53.000+01:00"},
        ),
        (
            names.TICKET_OPENED,
            {"costs": [{"kind": "other", "amount": "1.50"}]},
            {"costs": [{"kind": "other", "amount": 1.5}]},
        ),
        (names.TICKET_OPENED, {"costs": []}, {"costs": None, "currency": "EUR"}),
    ],
)
def test_two_spellings_of_one_content(topic: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    base = valid(topic)["minimal"]
    assert canonical(decoded(topic, {**base, **one})) == canonical(decoded(topic, {**base, **other}))


def test_a_cloudevent_has_the_content_of_the_plain_record() -> None:
    for name, example in cloudevents():
        headers = [(header, value.encode()) for header, value in example["headers"].items()]
        plain = decoded(example["topic"], valid(example["topic"])[example["same_as"]])
        assert content_hash(decoded(example["topic"], example["value"], headers)) == content_hash(plain), name


def test_every_example_has_a_hash_of_its_own() -> None:
    events = {decoded(topic, value) for topic, _, value in all_valid()}
    assert len({content_hash(event) for event in events}) == len(events)


def test_one_content_on_two_topics_is_two() -> None:
    base = {"event_id": "e", "occurred_at": "2026-03-14T09:26:53Z", "customer_id": "c", "ticket_id": "t"}
    opened = decoded(names.TICKET_OPENED, base)
    answered = decoded(names.TICKET_ANSWERED, {**base, "action": "note", "by": "bot"})
    assert json.loads(canonical(opened))["topic"] == "ticket-opened"
    assert content_hash(opened) != content_hash(answered)


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_any_other_field_is_other_content(topic: str, name: str, value: Any) -> None:
    plain = content_hash(decoded(topic, value))
    for change in ({"event_id": "e-other"}, {"customer_id": "c-other"}, {"region": "elsewhere"}, {"gift": None}):
        assert content_hash(decoded(topic, {**value, **change})) != plain, (name, change)

"""What becomes of a record: which event, or which rejection, and where it points."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import names
from streams.events import model
from streams.events.decode import MAX_BYTES
from streams.events.model import OrderDelivered, OrderEntered, Rejected, SurveySubmitted, TicketAnswered, TicketOpened
from streams.units import to_ms
from tests.events.examples import DECODER, all_invalid, all_valid, decoded, refused, valid, wire_bytes

ORDER = valid(names.ORDER_ENTERED)["minimal"]
AT = 1_773_480_413_000


class TestEvents:
    """Every field of the full examples, where it belongs."""

    def test_order_entered(self) -> None:
        assert decoded(names.ORDER_ENTERED, valid(names.ORDER_ENTERED)["full"]) == OrderEntered(
            event_id="01JPA2", source="shop/eu", occurred_at=AT + 589, customer_id="c-17",
            region="eu-west", channel="web", campaign="spring",
            costs=(model.Cost(kind="communication", amount=12), model.Cost(kind="labour", amount=350)),
            order_id="o-1", placed_at=AT - 53_000, revision=1, confirmed_at=AT + 17_000,
            promised_at=to_ms(datetime(2026, 3, 18, 17, tzinfo=UTC)), agent_id="a-5", handling=42_500,
            screens=4, clicks=11, recurring=True,
            lines=(
                model.OrderLine(sku="tea-100", quantity=2, unit_price=Decimal("19.99"), unit_cost=Decimal("11.2")),
                model.OrderLine(sku="mug", quantity=1, unit_price=Decimal("5.49")),
            ),
        )  # fmt: skip

    def test_order_delivered(self) -> None:
        notice = model.Notice
        sent = [to_ms(datetime(2026, 3, day, 8, tzinfo=UTC)) for day in range(14, 18)]
        assert decoded(names.ORDER_DELIVERED, valid(names.ORDER_DELIVERED)["full"]) == OrderDelivered(
            event_id="01JPA2", source="shop/eu", occurred_at=AT + 589, customer_id="c-17",
            region="eu-west", channel="web", campaign="spring",
            costs=(model.Cost(kind="communication", amount=12), model.Cost(kind="labour", amount=350)),
            order_id="o-1", shipment_no=1, final=False,
            lines=(
                model.ShippedLine(sku="tea-100", quantity=2, damaged=True),
                model.ShippedLine(sku="cup", quantity=1, substituted=True),
            ),
            invoice=model.Invoice(
                invoice_id="i-1", lines=(model.InvoiceLine(sku="tea-100", quantity=2, unit_price=Decimal("19.99")),)
            ),
            notices=(
                notice(kind="confirmed", sent_at=AT + 17_000, proactive=True),
                notice(kind="expected", sent_at=sent[1], expected_at=to_ms(datetime(2026, 3, 18, 12, tzinfo=UTC))),
                notice(kind="shipped", sent_at=sent[2]),
                notice(
                    kind="delayed", sent_at=sent[3], proactive=True,
                    expected_at=to_ms(datetime(2026, 3, 19, 12, tzinfo=UTC)),
                ),
            ),
            handling=95_000,
        )  # fmt: skip

    def test_ticket_opened(self) -> None:
        assert decoded(names.TICKET_OPENED, valid(names.TICKET_OPENED)["full"]) == TicketOpened(
            event_id="01JPA2", source="shop/eu", occurred_at=AT + 589, customer_id="c-17",
            region="eu-west", channel="web", campaign="spring",
            costs=(model.Cost(kind="communication", amount=12), model.Cost(kind="labour", amount=350)),
            ticket_id="t-1", kind="complaint", department="billing", category="invoice", priority="high", tier="gold",
            opened_by="customer", order_id="o-1", assigned_to="a-5", screens=0, clicks=3,
        )  # fmt: skip

    def test_ticket_answered(self) -> None:
        value = {
            **valid(names.TICKET_ANSWERED)["agent-message"],
            "to_agent": "a-6", "to_department": "billing", "into_ticket": "t-2", "priority": "low",
            "misrouted": True, "resolution_method": "refund", "settled_value": "2.505",
        }  # fmt: skip
        assert decoded(names.TICKET_ANSWERED, value) == TicketAnswered(
            event_id="01JPA2", source="shop/eu", occurred_at=AT + 589, customer_id="c-17",
            region="eu-west", channel="web", campaign="spring",
            costs=(model.Cost(kind="communication", amount=12), model.Cost(kind="labour", amount=350)),
            ticket_id="t-1", action="message", by="agent", agent_id="a-5", to_agent="a-6", to_department="billing",
            into_ticket="t-2", priority="low", misrouted=True, handling=312_250, holds=(12_000, 40_500),
            resolution_method="refund", settled_value=250, resolves=True,
        )  # fmt: skip

    def test_survey_submitted(self) -> None:
        value = {
            **valid(names.SURVEY_SUBMITTED)["nps"],
            "ticket_id": "t-1", "order_id": "o-1", "agent_id": "a-5", "department": "billing", "dismissed": True,
        }  # fmt: skip
        assert decoded(names.SURVEY_SUBMITTED, value) == SurveySubmitted(
            event_id="01JPA2", source="shop/eu", occurred_at=AT + 589, customer_id="c-17",
            region="eu-west", channel="web", campaign="spring",
            costs=(model.Cost(kind="communication", amount=12), model.Cost(kind="labour", amount=350)),
            survey_id="s-1", kind="nps", timing="cold", ticket_id="t-1", order_id="o-1", agent_id="a-5",
            department="billing", invited_at=to_ms(datetime(2026, 3, 14, 8, tzinfo=UTC)), score=9.0, scale="0:10",
            comment="Quick and friendly, thank you.", dismissed=True,
        )  # fmt: skip

    def test_servqual(self) -> None:
        answer = decoded(names.SURVEY_SUBMITTED, valid(names.SURVEY_SUBMITTED)["servqual"]).servqual
        assert answer.instrument == "servqual-1988"
        assert answer.expectations == (7.0,) * 22
        assert answer.perceptions == (*(5.0,) * 9, None, *(6.5,) * 12)
        assert answer.weights == model.Weights(
            tangibles=11, reliability=32, responsiveness=22.5, assurance=19.5, empathy=15
        )

    @pytest.mark.parametrize(
        ("name", "defaults"),
        [
            ("ticket-opened/minimal", {"kind": "request", "opened_by": "customer", "source": "", "region": None}),
            ("order-entered/minimal", {"revision": 1, "handling": 0, "costs": (), "recurring": None}),
            ("order-entered/cancelled", {"lines": (), "revision": 4}),
            ("ticket-answered/wait", {"handling": None, "holds": (), "misrouted": False, "resolves": False}),
            ("survey-submitted/csat", {"timing": "hot", "scale": None, "dismissed": False}),
            ("survey-submitted/csat-emoji", {"scale": "emoji", "label": "🙂", "score": None}),
            ("survey-submitted/csat-ten", {"scale": "1:10"}),
        ],
    )
    def test_what_is_left_out_has_its_default(self, name: str, defaults: dict[str, Any]) -> None:
        topic, _, example = name.partition("/")
        event = decoded(topic, valid(topic)[example])
        assert {field: getattr(event, field) for field in defaults} == defaults


class TestRecord:
    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            (None, "not_json"), (b"", "not_json"), (b"{", "not_json"), (b"\xff{}", "not_json"), (b"{} {}", "not_json"),
            (b'{"score": NaN}', "not_json"), (b'{"score": -Infinity}', "not_json"), (b'{"a": "\xe9"}', "not_json"),
            (b'{"a": 1e99999999999999999999}', "not_json"), (b'{"a": ' + b"1" * 5000 + b"}", "not_json"),
            (b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "not_json"),
            (b"[]", "not_an_object"), (b"null", "not_an_object"), (b'"text"', "not_an_object"),
            (b"17", "not_an_object"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("topic", names.INPUTS)
    def test_that_holds_no_object(self, topic: str, value: bytes | None, reason: str) -> None:
        assert refused(topic, value) == (reason, "")

    def test_of_more_than_a_mebibyte(self) -> None:
        record = wire_bytes({**ORDER, "gift": ""})
        padding = b"x" * (MAX_BYTES - len(record))
        largest = record.replace(b'"gift": "', b'"gift": "' + padding)
        assert len(largest) == MAX_BYTES
        assert isinstance(DECODER.decode(names.ORDER_ENTERED, largest), OrderEntered)
        assert refused(names.ORDER_ENTERED, largest + b" ") == ("too_large", "")

    def test_of_a_topic_that_nobody_knows(self) -> None:
        assert refused("order-enterd", wire_bytes(ORDER)) == ("unknown_topic", "")

    def test_with_integers_written_as_decimals(self) -> None:
        value = {**ORDER, "revision": 3.0, "revision_reason": "customer_change", "clicks": 1e2}
        event = decoded(names.ORDER_ENTERED, value)
        assert (event.revision, event.clicks) == (3, 100)

    def test_the_pointer_is_escaped(self) -> None:
        event = decoded(names.ORDER_ENTERED, {**ORDER, "lines": [{**ORDER["lines"][0], "a/b~c": 1}]})
        assert json.loads(event.extra) == {"/lines/0/a~1b~0c": 1}

    def test_the_same_unknown_fields_are_the_same_bytes(self) -> None:
        one = decoded(names.ORDER_ENTERED, {"z": {"b": 1.0, "a": "é"}, **ORDER, "y": None})
        other = decoded(names.ORDER_ENTERED, {"y": None, **ORDER, "z": {"a": "é", "b": 1}})
        assert one == other
        assert one.extra == '{"y":null,"z":{"a":"é","b":1}}'.encode()

    @given(st.binary(max_size=200), st.sampled_from(names.INPUTS), st.lists(st.tuples(st.text(), st.binary())))
    def test_decoding_never_raises(self, value: bytes, topic: str, headers: list[tuple[str, bytes]]) -> None:
        assert isinstance(DECODER.decode(topic, value, headers), Rejected)

    @given(st.data())
    def test_decoding_never_raises_for_json(self, data: st.DataObject) -> None:
        topic, _, value = data.draw(st.sampled_from(all_valid()))
        scalars = (
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
        )
        json_values = st.recursive(
            scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
        )
        fields = st.sampled_from([*value, "specversion", "data", "gift"])
        change = data.draw(st.dictionaries(fields, json_values, min_size=1, max_size=3))
        event = DECODER.decode(topic, msgspec.json.encode({**value, **change}))
        assert isinstance(event, Rejected | model.Event)

    @given(st.data())
    def test_decoding_never_raises_for_damaged_bytes(self, data: st.DataObject) -> None:
        topic, _, value = data.draw(st.sampled_from(all_valid()))
        record = bytearray(wire_bytes(value))
        for _ in range(data.draw(st.integers(1, 4))):
            record[data.draw(st.integers(0, len(record) - 1))] = data.draw(st.integers(0, 255))
        assert isinstance(DECODER.decode(topic, bytes(record)), Rejected | model.Event)


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_an_event_survives_the_journal(topic: str, name: str, value: Any) -> None:
    event = decoded(topic, {**value, "gift": name})
    packed = msgspec.msgpack.encode(event)
    back = msgspec.msgpack.decode(packed, type=model.Event)
    assert type(back) is type(event)
    assert back == event


@pytest.mark.parametrize(("topic", "name", "example"), all_invalid())
def test_a_fault_is_found_beside_unknown_fields_too(topic: str, name: str, example: Any) -> None:
    if isinstance(example["value"], dict):
        got = refused(topic, wire_bytes({"gift": True, **example["value"]}))
        assert got == (example["reason"], example["pointer"]), name

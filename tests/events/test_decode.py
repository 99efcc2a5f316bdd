"""What becomes of a record: which event, or which rejection, and where it points."""

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams import names
from streams.events import model
from streams.events.decode import MAX_BYTES, Decoder
from streams.events.instants import instant
from streams.events.model import OrderDelivered, OrderEntered, Rejected, SurveySubmitted, TicketAnswered, TicketOpened
from streams.events.money import Ledger, exact
from streams.units import to_datetime, to_ms
from tests.events.examples import all_invalid, all_valid, cloudevents, valid, wire_bytes

DECODER = Decoder()
ORDER = valid(names.ORDER_ENTERED)["minimal"]
AT = 1_773_480_413_000

untimed = settings(deadline=None)


def decoded(topic: str, value: Any, **options: Any) -> Any:
    event = DECODER.decode(topic, wire_bytes(value), **options)
    assert not isinstance(event, Rejected), event
    return event


def refused(topic: str, value: bytes | None, headers: Any = (), **options: Any) -> tuple[str, str]:
    rejected = DECODER.decode(topic, value, headers, **options)
    assert isinstance(rejected, Rejected)
    assert rejected.message
    return rejected.reason, rejected.pointer


def priced(price: str) -> Decimal:
    """The unit price of an order whose price is spelt so in JSON."""
    record = wire_bytes({**ORDER, "lines": [{"sku": "tea", "quantity": 1, "unit_price": "?"}]})
    event = DECODER.decode(names.ORDER_ENTERED, record.replace(b'"?"', price.encode()))
    assert isinstance(event, OrderEntered), event
    return event.lines[0].unit_price


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


class TestTime:
    @pytest.mark.parametrize(
        ("text", "ms"),
        [
            ("2026-03-14T09:26:53Z", AT),
            ("2026-03-14T14:56:53+05:30", AT),
            ("2026-03-14t09:26:53.0009z", AT),
            ("2026-03-14T09:26:53.589-00:00", AT + 589),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2238-01-01T00:00:00.001Z", to_ms(datetime(2238, 1, 1, tzinfo=UTC)) + 1),
        ],
    )
    def test_is_kept_in_milliseconds_utc(self, text: str, ms: int) -> None:
        assert decoded(names.ORDER_ENTERED, {**ORDER, "occurred_at": text}).occurred_at == ms

    @pytest.mark.parametrize(
        "text",
        ["", "today", "2026-03-14T09:26:53", "2026-02-30T00:00:00Z", "2026-03-14T09:26Z", "2026-03-14T09:26:60Z",
         "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+14:00"],
    )  # fmt: skip
    def test_is_refused_where_it_is_none(self, text: str) -> None:
        assert refused(names.ORDER_ENTERED, wire_bytes({**ORDER, "occurred_at": text})) == (
            "invalid_timestamp",
            "/occurred_at",
        )

    @untimed
    @given(
        st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30)),
        st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
    def test_the_short_way_is_exact(self, moment: datetime, zone: timezone) -> None:
        aware = moment.replace(tzinfo=zone)
        assert instant(aware, "") == to_ms(aware)

    def test_the_short_way_is_exact_at_the_edges_of_a_millisecond(self) -> None:
        """A product of floats falls short of its integer in 6 of 1,000 cases: too rare for a search by examples."""
        dice = random.Random(1)
        moments = [dice.randrange(2**31 * 1000) for _ in range(10_000)]
        for more in (0, 1, 999):
            fraction = timedelta(microseconds=more)
            assert [instant(to_datetime(ms) + fraction, "") for ms in moments] == moments

    def test_after_the_clock_is_future(self) -> None:
        record = wire_bytes(ORDER)
        assert refused(names.ORDER_ENTERED, record, not_after=AT - 1) == ("future_timestamp", "/occurred_at")
        assert decoded(names.ORDER_ENTERED, ORDER, not_after=AT).occurred_at == AT


class TestMoney:
    @pytest.mark.parametrize(
        ("spelt", "price"),
        [("19.99", "19.99"), ('"19.990"', "19.99"), ("7", "7"), ("7.0", "7"), ('"-5.00"', "-5"), ("1e3", "1000"),
         ("-0.0", "0"), ('"0.1234567890123456"', "0.1234567890123456"), ('"999999999999.99"', "999999999999.99"),
         ("0.1", "0.1"), ('"\\u0031"', "1")],
    )  # fmt: skip
    def test_is_exact_and_has_one_spelling(self, spelt: str, price: str) -> None:
        assert str(priced(spelt)) == price

    @untimed
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

    @untimed
    @given(st.binary(max_size=200), st.sampled_from(names.INPUTS), st.lists(st.tuples(st.text(), st.binary())))
    def test_decoding_never_raises(self, value: bytes, topic: str, headers: list[tuple[str, bytes]]) -> None:
        assert isinstance(DECODER.decode(topic, value, headers), Rejected)

    @untimed
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

    @untimed
    @given(st.data())
    def test_decoding_never_raises_for_damaged_bytes(self, data: st.DataObject) -> None:
        topic, _, value = data.draw(st.sampled_from(all_valid()))
        record = bytearray(wire_bytes(value))
        for _ in range(data.draw(st.integers(1, 4))):
            record[data.draw(st.integers(0, len(record) - 1))] = data.draw(st.integers(0, 255))
        assert isinstance(DECODER.decode(topic, bytes(record)), Rejected | model.Event)


def header_list(headers: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in headers.items()]


class TestCloudEvents:
    @pytest.mark.parametrize(("name", "example"), cloudevents())
    def test_is_the_same_event_as_the_plain_record(self, name: str, example: dict[str, Any]) -> None:
        topic = example["topic"]
        plain = decoded(topic, valid(topic)[example["same_as"]])
        assert decoded(topic, example["value"], headers=header_list(example["headers"])) == plain, name

    def test_structured_is_known_by_its_specversion(self) -> None:
        example = dict(cloudevents())["ticket-opened-structured"]
        plain = decoded(example["topic"], valid(example["topic"])["full"])
        assert decoded(example["topic"], example["value"]) == plain
        traced = [("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
        assert decoded(example["topic"], example["value"], headers=traced) == plain
        plain_json = [("content-type", b"application/json")]
        assert refused(example["topic"], wire_bytes(example["value"]), plain_json) == ("missing_field", "/event_id")

    @pytest.mark.parametrize(
        ("change", "reason", "pointer"),
        [
            ({"id": None}, "missing_field", "/id"),
            ({"type": None}, "missing_field", "/type"),
            ({"id": 5}, "wrong_type", "/id"),
            ({"specversion": "0.3"}, "unknown_value", "/specversion"),
            ({"time": "2026-03-14"}, "invalid_timestamp", "/time"),
            ({"time": None}, "missing_field", "/time"),
            ({"subject": ""}, "out_of_bounds", "/subject"),
            ({"subject": None}, "missing_field", "/subject"),
            ({"data": []}, "wrong_type", "/data"),
            ({"data": {}}, "missing_field", "/data/customer_id"),
            ({"data": {"customer_id": "c-17", "kind": "chat"}}, "unknown_value", "/data/kind"),
        ],
    )
    def test_structured_faults_point_into_the_envelope(self, change: dict[str, Any], reason: str, pointer: str) -> None:
        value = {**dict(cloudevents())["ticket-opened-structured"]["value"], **change}
        assert refused(names.TICKET_OPENED, wire_bytes(value)) == (reason, pointer)

    def test_data_may_be_missing_only_as_a_fault(self) -> None:
        value = dict(cloudevents())["ticket-opened-structured"]["value"]
        bare = {name: item for name, item in value.items() if name != "data"}
        assert refused(names.TICKET_OPENED, wire_bytes(bare)) == ("missing_field", "/data")

    def test_a_time_ahead_of_the_clock_points_at_the_attribute(self) -> None:
        value = wire_bytes(dict(cloudevents())["ticket-opened-structured"]["value"])
        assert refused(names.TICKET_OPENED, value, not_after=AT) == ("future_timestamp", "/time")

    @pytest.mark.parametrize(
        ("headers", "reason", "says"),
        [
            ({"ce_time": "yesterday"}, "invalid_timestamp", "header ce_time"),
            ({"ce_specversion": "2.0"}, "unknown_value", "header ce_specversion"),
            ({"ce_id": ""}, "out_of_bounds", "header ce_id"),
            ({"ce_id": None}, "missing_field", "header ce_id"),
        ],
    )
    def test_binary_faults_name_the_header(self, headers: dict[str, Any], reason: str, says: str) -> None:
        example = dict(cloudevents())["ticket-opened-binary"]
        changed = {name: value for name, value in {**example["headers"], **headers}.items() if value is not None}
        rejected = DECODER.decode(names.TICKET_OPENED, wire_bytes(example["value"]), header_list(changed))
        assert isinstance(rejected, Rejected)
        assert (rejected.reason, rejected.pointer) == (reason, "")
        assert rejected.message.startswith(says)

    def test_binary_faults_of_the_payload_point_into_it(self) -> None:
        example = dict(cloudevents())["ticket-opened-binary"]
        value = wire_bytes({**example["value"], "screens": -1})
        assert refused(names.TICKET_OPENED, value, header_list(example["headers"])) == ("out_of_bounds", "/screens")

    def test_extension_attributes_are_unknown_fields_but_trace_context_is_not_content(self) -> None:
        for name in ("ticket-opened-structured", "ticket-opened-binary"):
            example = dict(cloudevents())[name]
            more = {"partitionkey": "p", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
            headers, value = dict(example["headers"]), dict(example["value"])
            if name.endswith("binary"):
                headers |= {f"ce_{attribute}": item for attribute, item in more.items()}
            else:
                value |= more
            event = decoded(names.TICKET_OPENED, value, headers=header_list(headers))
            assert event.extra == b'{"partitionkey":"p"}'

    def test_the_entity_and_the_time_may_stay_in_the_data(self) -> None:
        value = {"specversion": "1.0", "id": "e-1", "source": "", "type": "t", "data": {**ORDER, "source": "inner"}}
        event = decoded(names.ORDER_ENTERED, value)
        assert (event.order_id, event.occurred_at, event.source) == ("o-1", AT, "")


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

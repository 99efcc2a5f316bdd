"""CloudEvents: the same events, and faults that point where the producer wrote them."""

from typing import Any

import pytest

from streams import names
from streams.events.model import Rejected
from tests.events.examples import DECODER, cloudevents, decoded, refused, valid, wire_bytes

ORDER = valid(names.ORDER_ENTERED)["minimal"]
AT = 1_773_480_413_000


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

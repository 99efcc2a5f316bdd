"""Dead letters: everything that came, and why it was refused."""

from typing import Any

import orjson
import pytest

from streams.engine.flush import Refusal
from streams.events.decode import Decoder
from streams.events.model import Cost, Rejected
from streams.events.money import Ledger
from streams.exports.cloudevents import Headers
from streams.exports.letters import parted, refused_letter, rejected_letter
from tests.make import opened

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WHY = Rejected("missing_field", "/ticket_id", "expected ticket_id, got nothing – é")


def test_a_rejected_record_is_whole_with_its_headers_first() -> None:
    key, value, headers = rejected_letter(
        "ticket-opened", 3, 7, b"\xff\x00 bytes", [("trace", b"\x01"), ("empty", None)], WHY
    )
    assert (key, value) == (b"ticket-opened", b"\xff\x00 bytes")
    own, ours = parted(headers)
    assert own == [("trace", b"\x01"), ("empty", None)]
    assert dict(ours) == {
        "ce_specversion": b"1.0",
        "ce_source": b"/streams",
        "ce_type": b"crm.dead-letter",
        "ce_id": b"ticket-opened/3/7/missing_field",
        "content-type": b"application/json",
        "dead_letter_topic": b"ticket-opened",
        "dead_letter_partition": b"3",
        "dead_letter_offset": b"7",
        "dead_letter_reason": b"missing_field",
        "dead_letter_pointer": b"/ticket_id",
        "dead_letter_message": "expected ticket_id, got nothing – é".encode(),
    }


def test_a_record_without_a_value_keeps_none() -> None:
    assert rejected_letter("t", 0, 0, None, [], WHY)[1] is None


def test_a_cloudevent_keeps_its_attributes_before_those_of_the_letter() -> None:
    attributes: Headers = [("ce_specversion", b"1.0"), ("ce_id", b"theirs"), ("content-type", b"application/json")]
    headers = rejected_letter("t", 0, 0, b"{}", attributes, WHY)[2]
    assert parted(headers)[0] == attributes
    assert dict(headers)["ce_id"] == b"t/0/0/missing_field"


def test_headers_without_a_letter_are_the_records_own() -> None:
    assert parted([("ce_specversion", b"0.3")]) == ([("ce_specversion", b"0.3")], [])


@pytest.mark.parametrize(
    ("reason", "media"),
    [("not_json", "octet-stream"), ("too_large", "octet-stream"), ("not_an_object", "json"), ("wrong_type", "json")],
)
def test_the_content_type_is_json_where_the_value_is(reason: str, media: str) -> None:
    headers = dict(rejected_letter("t", 0, 0, b"", [], Rejected(reason, "", ""))[2])
    assert headers["content-type"] == f"application/{media}".encode()


def test_a_refused_event_is_a_record_that_can_be_sent_again() -> None:
    event = opened(5, channel="email", costs=(Cost(kind="other", amount=7),))
    key, value, headers = refused_letter(Refusal(event, 3, 7, "too_late", "it was late"), Ledger("JPY"))
    assert key == b"ticket-opened"
    assert Decoder("JPY").decode("ticket-opened", value) == event
    found = dict(headers)
    assert (found["dead_letter_reason"], found["dead_letter_pointer"], found["dead_letter_offset"]) == (
        b"too_late",
        b"",
        b"7",
    )


def test_a_refused_event_carries_its_trace_on() -> None:
    refusal = Refusal(opened(5), 3, 7, "too_late", "it was late")
    assert dict(refused_letter(refusal, trace=TRACE)[2])["traceparent"] == TRACE.encode()
    assert "traceparent" not in dict(refused_letter(refusal)[2])


@pytest.mark.parametrize(
    ("headers", "value", "told"),
    [
        ([("content-type", b"application/cloudevents+json")], orjson.dumps({"traceparent": TRACE}), [TRACE.encode()]),
        ([("ce_traceparent", TRACE.encode())], b"{}", [TRACE.encode()]),
        ([("traceparent", TRACE.encode())], b"{}", [TRACE.encode()]),
        ([("traceparent", b"no trace")], b"{}", [b"no trace"]),
        ([("ce_traceparent", b"no trace")], b"{}", []),
        ([], b"{}", []),
    ],
)
def test_a_refused_record_carries_its_trace_on(headers: Any, value: bytes, told: list[bytes]) -> None:
    """Once, wherever it stood; what is malformed stays with the record alone."""
    letter = rejected_letter("t", 0, 0, value, headers, WHY)[2]
    assert [text for name, text in letter if name == "traceparent"] == told
    assert parted(letter)[0] == headers


def test_reasons_come_from_the_decoder() -> None:
    rejected = Decoder().decode("ticket-opened", b"{}")
    assert isinstance(rejected, Rejected)
    headers = dict(rejected_letter("ticket-opened", 0, 0, b"{}", [], rejected)[2])
    assert headers["dead_letter_reason"] == rejected.reason.encode()

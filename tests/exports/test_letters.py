"""Dead letters: everything that came, and why it was refused."""

import orjson

from streams.engine.flush import Refusal
from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.exports.letters import refused_letter, rejected_letter
from tests.make import opened

WHY = Rejected("missing_field", "/ticket_id", "expected ticket_id, got nothing – é")


def test_a_rejected_record_is_whole_with_its_headers_first() -> None:
    key, value, headers = rejected_letter(
        "ticket-opened", 3, 7, b"\xff\x00 bytes", [("trace", b"\x01"), ("empty", None)], WHY
    )
    assert (key, value) == (b"ticket-opened", b"\xff\x00 bytes")
    assert headers[:2] == [("trace", b"\x01"), ("empty", None)]
    assert dict(headers[2:]) == {
        "dead_letter_topic": b"ticket-opened",
        "dead_letter_partition": b"3",
        "dead_letter_offset": b"7",
        "dead_letter_reason": b"missing_field",
        "dead_letter_pointer": b"/ticket_id",
        "dead_letter_message": "expected ticket_id, got nothing – é".encode(),
    }


def test_a_record_without_a_value_keeps_none() -> None:
    assert rejected_letter("t", 0, 0, None, [], WHY)[1] is None


def test_a_refused_event_is_told_in_full() -> None:
    event = opened(5, channel="email")
    key, value, headers = refused_letter(Refusal(event, 3, 7, "too_late", "it was late"))
    assert key == b"ticket-opened"
    told = orjson.loads(value or b"")
    assert (told["topic"], told["event_id"], told["occurred_at"], told["channel"]) == (
        "ticket-opened",
        event.event_id,
        5,
        "email",
    )
    found = dict(headers)
    assert (found["dead_letter_reason"], found["dead_letter_pointer"], found["dead_letter_offset"]) == (
        b"too_late",
        b"",
        b"7",
    )


def test_reasons_come_from_the_decoder() -> None:
    rejected = Decoder().decode("ticket-opened", b"{}")
    assert isinstance(rejected, Rejected)
    headers = dict(rejected_letter("ticket-opened", 0, 0, b"{}", [], rejected)[2])
    assert headers["dead_letter_reason"] == rejected.reason.encode()

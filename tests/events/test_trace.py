"""Trace context: from the header, or the attribute of a CloudEvent; never from what is malformed."""

import pytest

from streams.events.trace import traceparent

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
MEDIA = ("content-type", b"application/cloudevents+json; charset=UTF-8")
STRUCTURED = b'{"specversion": "1.0", "traceparent": "%b", "data": {}}' % TRACE.encode()


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ([("traceparent", TRACE.encode())], b"{}"),
        ([("Traceparent", TRACE.encode())], None),
        ([("traceparent", b" %b " % TRACE.encode())], b"{}"),
        ([("ce_id", b"1"), ("ce_traceparent", TRACE.encode())], b"{}"),
        ([MEDIA], STRUCTURED),
        ([("traceparent", TRACE.encode()), ("ce_traceparent", OTHER.encode())], b"{}"),
        ([MEDIA, ("traceparent", TRACE.encode())], STRUCTURED.replace(TRACE.encode(), OTHER.encode())),
        ([("traceparent", None), MEDIA], STRUCTURED),
    ],
)
def test_a_trace_is_found(headers: list[tuple[str, bytes | None]], value: bytes | None) -> None:
    assert traceparent(headers, value) == TRACE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00-1",
        TRACE.upper(),
        TRACE + "-00",
        "ff" + TRACE[2:],
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        TRACE[:-1] + "é",
    ],
)
def test_what_is_malformed_is_no_trace(text: str) -> None:
    assert traceparent([("traceparent", text.encode())], b"{}") is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"{}",
        b'{"specversion": "1.0", "traceparent": 7}',
        b'{"specversion": "1.0", "traceparent": ',
        b'{"specversion": "1.0", "traceparent": "\xff"}',
        b'["traceparent"]',
        b'{"specversion": "1.0", "traceparent": ' + b"[" * 100_000,
    ],
)
def test_a_value_that_is_no_traced_cloudevent_has_none(value: bytes | None) -> None:
    assert traceparent([MEDIA], value) is None


@pytest.mark.parametrize("headers", [[], [("content-type", b"application/json")], [("trace", TRACE.encode())]])
def test_a_plain_record_is_not_searched(headers: list[tuple[str, bytes | None]]) -> None:
    assert traceparent(headers, STRUCTURED) is None

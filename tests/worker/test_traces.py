"""Spans of events that carry a trace, as an OpenTelemetry processor gets them."""

from dataclasses import dataclass, field

import pytest
from faust.types import TP
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from streams.events.journal import Entry, Tick, encode
from streams.worker.batch import Batch
from streams.worker.traces import NoTraces, Traces, traces
from tests.make import opened

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass
class Raw:
    """A record as a fetch gives it."""

    offset: int
    value: bytes | None
    headers: list[tuple[str, bytes | None]] = field(default_factory=list)
    key: bytes | None = None
    timestamp: int = 0


def batch(topic: str, *records: Raw) -> Batch:
    return Batch(TP(topic, 3), 0, 9, 0, 9, list(records), 0, lambda: True)


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def test_an_event_with_a_trace_gets_a_span_in_it(spans: InMemorySpanExporter) -> None:
    made = Traces("streams", SimpleSpanProcessor(spans))
    raw = batch("ticket-opened", Raw(4, b"{}", [("traceparent", PARENT.encode())]), Raw(5, b"{}"), Raw(6, None))
    with made.of("intake", raw):
        assert spans.get_finished_spans() == ()
    (span,) = spans.get_finished_spans()
    assert span.parent is not None
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" == PARENT.split("-")[1]
    assert f"{span.parent.span_id:016x}" == PARENT.split("-")[2]
    assert span.attributes is not None
    assert (span.name, span.attributes["messaging.kafka.offset"]) == ("intake ticket-opened", 4)
    assert span.attributes["messaging.destination.partition.id"] == "3"
    made.stop()


def test_the_journal_carries_the_trace_on(spans: InMemorySpanExporter) -> None:
    made = Traces("streams", SimpleSpanProcessor(spans))
    entries = [Entry(opened(0), 0, 1, 0, PARENT), Entry(opened(1)), Tick(5)]
    with made.of("measure", batch("journal", *(Raw(n, encode(entry)) for n, entry in enumerate(entries)))):
        pass
    (span,) = spans.get_finished_spans()
    assert span.name == "measure journal"
    made.stop()


def test_what_is_of_many_events_has_no_span(spans: InMemorySpanExporter) -> None:
    made = Traces("streams", SimpleSpanProcessor(spans))
    with made.of("rollup", batch("partials", Raw(1, b"x", [("traceparent", PARENT.encode())]))):
        pass
    assert spans.get_finished_spans() == ()


def test_off_without_an_endpoint() -> None:
    off = traces(None, "streams")
    assert isinstance(off, NoTraces)
    with off.of("intake", batch("ticket-opened")):
        pass
    on = traces("http://127.0.0.1:9/v1/traces", "streams")
    assert isinstance(on, Traces)
    on.stop()

"""Optional OpenTelemetry traces: a span for each event that carries a `traceparent`, at each stage that it passes.

The span's parent is the event's own, so what happens here stands in the trace of whoever sent it. Off without
`traces.endpoint`; needs the extra `otel`.
Source: OpenTelemetry, "Semantic conventions for messaging systems", Kafka.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from streams.events.journal import Entry, decode
from streams.events.trace import TRACEPARENT, traceparent
from streams.worker.batch import Batch, Record

Trace = Callable[[Record], str | None]
"""The `traceparent` of a record."""


class MissingExtraError(RuntimeError):
    """Traces are asked for, and the libraries are not there."""


class NoTraces:
    """Traces that are off."""

    def of(self, stage: str, batch: Batch) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nothing."""
        return nullcontext()

    def stop(self) -> None:
        """Nothing."""


class Traces:
    """Spans of the events of a batch, told to `processor`."""

    def __init__(self, application: str, processor: Any) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = TracerProvider(resource=Resource.create({"service.name": application}), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("streams")
        self._kind, self._extract = SpanKind.CONSUMER, TraceContextTextMapPropagator().extract

    @contextmanager
    def of(self, stage: str, batch: Batch) -> Iterator[None]:
        """The time that handling a batch takes, as a span of each of its events that has a trace."""
        trace = TRACES.get(stage)
        begun = time.time_ns()
        yield
        if trace is not None:
            ended = time.time_ns()
            for record in batch.records:
                parent = trace(record)
                if parent:
                    attributes = {"messaging.kafka.offset": record.offset, **_attributes(batch)}
                    context = self._extract({TRACEPARENT: parent})
                    self._tracer.start_span(
                        f"{stage} {batch.tp.topic}", context, self._kind, attributes, start_time=begun
                    ).end(ended)

    def stop(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


def traces(endpoint: str | None, application: str) -> Traces | NoTraces:
    """Traces sent to an OTLP/HTTP endpoint, such as http://127.0.0.1:4318/v1/traces; none without one.

    Raises `MissingExtraError` without the extra `otel`.
    """
    if endpoint is None:
        return NoTraces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise MissingExtraError("traces.endpoint needs the extra `otel`: pip install 'streams[otel]'") from error
    return Traces(application, BatchSpanProcessor(OTLPSpanExporter(endpoint)))


def _of_raw(record: Record) -> str | None:
    return traceparent(record.headers, record.value) if record.headers else None


def _of_entry(record: Record) -> str | None:
    entry = decode(record.value or b"")
    return entry.traceparent if isinstance(entry, Entry) else None


def _attributes(batch: Batch) -> dict[str, Any]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": batch.tp.topic,
        "messaging.destination.partition.id": str(batch.tp.partition),
    }


TRACES: dict[str, Trace] = {"intake": _of_raw, "measure": _of_entry}
"""Where a stage finds the trace of a record; what comes after measure is of many events at once."""

"""From production to gauge at a steady rate, by the worker's own histogram."""

import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import orjson
from confluent_kafka import Producer
from prometheus_client.parser import text_string_to_metric_families

from bench.figures import table
from bench.load import Event, topics
from bench.ours import fleet
from bench.variants import INSTANTS, orders
from streams.units import rfc3339, to_ms

END_TO_END = "crm_end_to_end_latency_seconds"
METRIC = END_TO_END + "_bucket"
SHARES = (0.5, 0.99, 0.999)
LIVE = {"worker__clock": "live", "kpis__retention_days": "0"}
STEP = 0.02
"""Seconds between sends: what is due is sent at once."""

Buckets = Sequence[tuple[float, float]]
"""Upper bound in seconds, how many at most that."""


def measured(
    broker: str, folder: Path, rates: Iterable[int], seconds: int, **settings: str
) -> list[tuple[int, Buckets]]:
    """The histogram at each rate, each on topics and a worker of its own."""
    return [(rate, _at_rate(broker, folder, rate, seconds, settings)) for rate in rates]


def _at_rate(broker: str, folder: Path, rate: int, seconds: int, settings: dict[str, str]) -> Buckets:
    prefix, partitions = f"latency-{uuid.uuid4().hex[:6]}-", 4
    events = orders(rate * seconds)
    with (
        topics(broker, prefix, partitions),
        fleet(broker, prefix, partitions, folder / prefix, **LIVE, **settings) as group,
    ):
        group.ready()
        _pace(events, broker, prefix, rate)
        group.await_(len(events))
        return buckets(group.metrics())


def _pace(events: list[Event], broker: str, prefix: str, rate: int) -> None:
    """Send so many a second, as if each had occurred just now."""
    producer = Producer({"bootstrap.servers": broker, "linger.ms": 5, "queue.buffering.max.messages": 1_000_000})
    sent, began = 0, time.monotonic()
    while sent < len(events):
        due = min(len(events), round((time.monotonic() - began + STEP) * rate))
        shift = _shift(events[sent][1])
        for topic, value in events[sent:due]:
            producer.produce(prefix + topic, later(value, shift))
        sent = due
        producer.poll(0)
        time.sleep(max(0, began + sent / rate - time.monotonic()))
    producer.flush()


def _shift(value: bytes) -> int:
    occurred = datetime.fromisoformat(orjson.loads(value)["occurred_at"])
    return time.time_ns() // 1_000_000 - to_ms(occurred)


def later(value: bytes, shift: int) -> bytes:
    """An order, all its instants so many ms later."""
    order = orjson.loads(value)
    for name in INSTANTS:
        if name in order:
            order[name] = rfc3339(to_ms(datetime.fromisoformat(order[name])) + shift)
    return orjson.dumps(order)


def buckets(metrics: str) -> Buckets:
    """The latency's cumulative buckets in a worker's metrics."""
    samples = (sample for family in text_string_to_metric_families(metrics) for sample in family.samples)
    return sorted((float(one.labels["le"]), one.value) for one in samples if one.name == METRIC)


def quantile(cumulative: Buckets, share: float) -> float:
    """The upper bound, in seconds, of the bucket that holds a quantile.

    >>> quantile([(0.5, 90), (1.0, 99), (2.0, 100)], 0.99)
    1.0
    """
    wanted = share * cumulative[-1][1]
    return next(bound for bound, count in cumulative if count >= wanted)


def report(rates: list[tuple[int, Buckets]]) -> str:
    """One row a rate."""
    rows = [
        (f"{rate:,} events/s", f"{found[-1][1]:,.0f}", *(f"≤ {quantile(found, share):g}" for share in SHARES))
        for rate, found in rates
    ]
    return table(("", "observed", "p50 s", "p99 s", "p99.9 s"), rows)

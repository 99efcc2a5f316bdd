"""The events of a run: simulated, and sent to topics of the run's own."""

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random

import orjson
from confluent_kafka import Producer

from bench.result import Row, row
from streams.exports.topics import topic_plan
from streams.importers.simulator import Business, Sent, timed
from streams.names import ORDER_ENTERED
from streams.worker import admin

KAFKA = Path(__file__).parent.parent / "deploy" / "kafka" / "kafka"
START = 1_767_571_200_000
"""2026-01-05T00:00:00Z."""
SEED = 7

Event = tuple[str, bytes]
"""Topic without prefix, value."""


@contextmanager
def kafka(folder: Path, broker: str | None) -> Iterator[str]:
    """The address of a broker: the one named, or one that lives as long as the context."""
    if broker:
        yield broker
        return
    data = ("--data", str(folder / "kafka"))
    started = subprocess.run([KAFKA, "start", *data, "--port", "0"], check=True, stdout=subprocess.PIPE, text=True)
    try:
        yield started.stdout.strip()
    finally:
        subprocess.run([KAFKA, "stop", *data], check=True)


def simulated(rate: float, seed: int = SEED) -> Iterator[Sent]:
    """Events of a business without nights, so many a second of event time, without end."""
    return timed(Random(seed), Business(START, rate, steady=True))


def mixed(number: int, rate: float) -> list[Event]:
    """The first so many simulated events of all kinds."""
    return [(sent.topic, orjson.dumps(sent.value)) for sent in islice(simulated(rate), number)]


def is_entry(topic: str, value: dict[str, object]) -> bool:
    """Whether an event enters an order, rather than revise one."""
    return topic == ORDER_ENTERED and "revision" not in value


def rows(events: Iterable[Event]) -> list[Row]:
    """What the order entries among the events come to."""
    return [row(orjson.loads(value)) for topic, value in events if is_entry(topic, orjson.loads(value))]


@contextmanager
def topics(broker: str, prefix: str, partitions: int) -> Iterator[None]:
    """Every topic of ours under a prefix, for as long as the context lasts."""
    plan = topic_plan(partitions, prefix=prefix)
    admin.create(broker, plan)
    try:
        yield
    finally:
        admin.delete(broker, [spec.name for spec in plan])


def send(events: Iterable[Event], broker: str, prefix: str) -> None:
    """Produce the events to their topics, without keys."""
    producer = Producer({"bootstrap.servers": broker, "linger.ms": 20, "queue.buffering.max.messages": 1_000_000})
    remaining = iter(events)
    while chunk := list(islice(remaining, 50_000)):
        for topic, value in chunk:
            producer.produce(prefix + topic, value)
        producer.flush()

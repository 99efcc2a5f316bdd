"""The events of a run: simulated, and sent to topics of the run's own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from confluent_kafka import Producer

from streams.events.lines import Line, parse
from streams.exports.topics import topic_plan
from streams.worker import admin


def simulate(folder: Path, events: int, rate: int) -> Path:
    """A file of simulated events, so many a second of event time."""
    path = folder / "events.jsonl"
    options = ("--events", str(events), "--rate", str(rate), "--seed", "7", "--out", str(path))
    subprocess.run([sys.executable, "-m", "streams", "simulate", *options], check=True, stderr=subprocess.DEVNULL)
    return path


@contextmanager
def topics(broker: str, prefix: str, partitions: int) -> Iterator[None]:
    """Every topic under a prefix, for as long as the context lasts."""
    plan = topic_plan(partitions, prefix=prefix)
    admin.create(broker, plan)
    try:
        yield
    finally:
        admin.delete(broker, [spec.name for spec in plan])


def send(path: Path, broker: str, prefix: str) -> int:
    """Produce the file's lines to their topics; how many there were."""
    producer = Producer({"bootstrap.servers": broker, "linger.ms": 20, "queue.buffering.max.messages": 1_000_000})
    count = 0
    with path.open("rb") as lines:
        for count, text in enumerate(lines, 1):
            line = parse(text)
            if not isinstance(line, Line):
                raise ValueError(f"line {count}: {line.message}")
            producer.produce(prefix + line.topic, bytes(line.value))
            producer.poll(0)
            if count % 100_000 == 0:
                producer.flush()
    producer.flush()
    return count


class Figure(msgspec.Struct, frozen=True):
    """One contestant in one round: events a second of wall time, and CPU seconds for a million events."""

    events: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.wall

    @property
    def cpu_per_million(self) -> float:
        """CPU seconds for a million events."""
        return self.cpu / self.events * 1e6

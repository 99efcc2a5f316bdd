"""Editions of policies on a running pipeline: published as a user does, and waited for in every journal partition."""

from collections.abc import Iterable
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition

from streams import names
from streams.events.journal import Amendment, decode
from streams.worker.replay import _Run
from tests.pipeline import streams

STRICT = """
[[policies]]
name = "strict"
match = { channel = ["email", "web"] }
first_response = { target = "5m" }
resolution = { target = "3h", pauses = ["wait"], warnings = [10] }
[[policies]]
name = "rest"
assignment = { target = "2m" }
"""


def publish(run: _Run, folder: Path, text: str, since: str) -> None:
    """By `streams sla publish`."""
    file = folder / "edition.toml"
    file.write_text(text, encoding="utf-8")
    where = ("--broker", run.bootstrap, "--prefix", run.prefix)
    result = streams("sla", "publish", file, "--since", since, "--restate", *where)
    assert result.exit_code == 0, result.output


def spoil(run: _Run) -> None:
    """Somebody puts an edition with a fault into the topic, past `streams sla publish`."""
    producer = Producer({"bootstrap.servers": run.bootstrap})
    value = b'{"since": "2021-06-01T00:00:00Z", "policies": "[[policies]]\\nname = 7\\n"}'
    producer.produce(run.prefix + names.SLA_POLICIES, value, b"bad", partition=0)
    producer.flush()


def await_editions(run: _Run, count: int) -> None:
    """Wait until each journal partition has so many."""
    consumer = Consumer({"bootstrap.servers": run.bootstrap, "group.id": "unused", "enable.auto.commit": False})
    topic = run.prefix + names.JOURNAL
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(run.partitions)])
    found: dict[int, set[Amendment]] = {partition: set() for partition in range(run.partitions)}
    while any(len(editions) < count for editions in found.values()):
        for worker in run.workers:
            worker.check()
        for message in consumer.consume(1_000, timeout=0.2):
            record = decode(message.value() or b"")
            if isinstance(record, Amendment):
                found[message.partition() or 0].add(record)
    consumer.close()


def configuration(folder: Path, editions: Iterable[tuple[str, str]]) -> Path:
    """The same editions as files: text and since."""
    lines = ["[sla]", "editions = ["]
    for number, (text, since) in enumerate(editions):
        file = folder / f"edition-{number}.toml"
        file.write_text(text, encoding="utf-8")
        lines.append(f'  {{ since = {since}, policies = "{file}" }},')
    path = folder / "streams.toml"
    path.write_text("\n".join([*lines, "]", ""]), encoding="utf-8")
    return path

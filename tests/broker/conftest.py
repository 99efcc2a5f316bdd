"""A real Apache Kafka for the tests of this folder, started by deploy/kafka/kafka and stopped by its process id."""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

HERE = Path(__file__).parent
SCRIPT = HERE.parent.parent / "deploy" / "kafka" / "kafka"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test under this folder `broker`, before -m selects."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.broker)


@dataclass(frozen=True)
class Record:
    """What a test produces, and what it gets back; partition None lets the key decide, timestamp in milliseconds."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None
    offset: int | None = None
    timestamp: int | None = None


@dataclass(frozen=True)
class Cluster:
    """Quick hands on the running Kafka; every name gets the test's own prefix in front."""

    bootstrap: str
    prefix: str

    record = Record
    """The class above, for tests that need more than values."""

    def name(self, topic: str) -> str:
        """The full name of a topic of this test."""
        return self.prefix + topic

    def create(self, topic: str, partitions: int = 1, **config: str) -> str:
        """Creates a topic, waits until it can be used, returns its full name; config: cleanup_policy="compact"."""
        name = self.name(topic)
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        settings = {key.replace("_", "."): value for key, value in config.items()}
        admin.create_topics([NewTopic(name, partitions, 1, config=settings)])[name].result(30)
        while len(_partitions(admin, name)) != partitions:
            time.sleep(0.02)
        return name

    def produce(self, topic: str, records: Iterable[bytes | Record]) -> int:
        """Sends values or records in order, waits for every acknowledgement, returns their number."""
        failed: list[KafkaError] = []
        producer = Producer(
            {
                "bootstrap.servers": self.bootstrap,
                "linger.ms": 5,
                "enable.idempotence": True,
                "message.timeout.ms": 30_000,
            }
        )
        sent = 0
        for record in records:
            _send(producer, self.name(topic), record if isinstance(record, Record) else Record(record), failed)
            sent += 1
        left = producer.flush(60)
        assert not failed, f"{len(failed)} of {sent} records were refused: {failed[0]}"
        assert not left, f"{left} of {sent} records were not acknowledged within 60 s"
        return sent

    def consume(self, topic: str, count: int | None = None, patience: float = 30) -> list[Record]:
        """All that is in a topic now, by partition and offset. With count: waits until there are that many.

        After `patience` seconds it returns what came, for the test to compare.
        """
        name = self.name(topic)
        settings = {"bootstrap.servers": self.bootstrap, "group.id": "-", "enable.auto.commit": False}
        consumer = Consumer({**settings, "enable.partition.eof": True, "fetch.wait.max.ms": 50})
        partitions = _partitions(consumer, name)
        consumer.assign([TopicPartition(name, partition, OFFSET_BEGINNING) for partition in partitions])
        try:
            records = _drain(consumer, len(partitions), count or 0, time.monotonic() + patience)
        finally:
            consumer.close()
        return sorted(records, key=lambda record: (record.partition, record.offset))


def _partitions(client: AdminClient | Consumer, name: str) -> list[int]:
    topic = client.list_topics(name, timeout=30).topics[name]
    return [] if topic.error else sorted(topic.partitions)


def _send(producer: Producer, name: str, record: Record, failed: list[KafkaError]) -> None:
    place = {} if record.partition is None else {"partition": record.partition}
    stamp = {} if record.timestamp is None else {"timestamp": record.timestamp}

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error:
            failed.append(error)

    while True:
        try:
            producer.produce(
                name, record.value, record.key, headers=list(record.headers), on_delivery=delivered, **place, **stamp
            )
        except BufferError:
            producer.poll(0.1)
        else:
            producer.poll(0)
            return


def _drain(consumer: Consumer, partitions: int, count: int, deadline: float) -> list[Record]:
    """Reads until every partition's end was seen and count records are there, or the deadline."""
    ended: set[int] = set()
    records: list[Record] = []
    while (len(ended) < partitions or len(records) < count) and time.monotonic() < deadline:
        for message in consumer.consume(10_000, 0.05):
            error = message.error()
            if error is None:
                records.append(_received(message))
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
            else:
                raise AssertionError(f"reading {message.topic()}: {error}")
    return records


def _received(message: Message) -> Record:
    headers = tuple(message.headers() or ())
    return Record(
        message.value(), message.key(), headers, message.partition(), message.offset(), message.timestamp()[1]
    )


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bootstrap address of a Kafka that lives as long as the session."""
    data = str(tmp_path_factory.mktemp("kafka"))
    started = _script("start", "--data", data, "--port", "0")
    assert started.returncode == 0, started.stderr
    yield started.stdout.strip()
    stopped = _script("stop", "--data", data)
    assert stopped.returncode == 0, stopped.stderr


def _script(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def namespace() -> str:
    """A topic prefix, application id or group that no other test has."""
    return f"t{uuid.uuid4().hex[:8]}-"


@pytest.fixture
def cluster(kafka: str, namespace: str) -> Cluster:
    """The session's Kafka under this test's prefix: create, produce, consume."""
    return Cluster(kafka, namespace)


@pytest.fixture
def kpi_value() -> Callable[..., Record]:
    """Makes a record of kpi-values as it stands on the topic: JSON key, JSON value, CloudEvents headers."""
    return _kpi_value


def _kpi_value(
    kpi: str = "csat", start: str = "2026-03-01T10:00:00Z", *, gone: bool = False, **fields: object
) -> Record:
    """A share per channel and hour; fields replace what the value says, gone makes a tombstone."""
    window = {"size": "1h", "start": start}
    key = {"kpi": kpi, "scope": "channel", "labels": {"channel": "email"}, "window": window}
    value = {
        **key,
        "window": {**window, "tz": "UTC"},
        **{"definition": "3f9c1a", "value": 0.75, "unit": "ratio", "stat": "share", "stats": None},
        **{"numerator": 3, "denominator": 4, "interval": None, "low_sample": True, "target": {"at_least": 0.8}},
        **{"met": False, "revision": 1, "final": False, "watermark": "2026-03-01T10:30:00Z", **fields},
    }
    envelope = {
        "ce_id": f"{kpi}/{start}/{value['revision']}",
        "ce_source": "/streams",
        "ce_type": "kpi-values",
        "ce_specversion": "1.0",
        "ce_time": "2026-03-01T10:30:00Z",
        "content-type": "application/json",
    }
    headers = tuple((name, text.encode()) for name, text in envelope.items())
    return Record(None if gone else json.dumps(value).encode(), json.dumps(key, sort_keys=True).encode(), headers)

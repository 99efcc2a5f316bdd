"""Exactness of the batch transport and the state table on a real Kafka: crashes, joins, transactions, retention."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from streams.worker.app import create_app
from streams.worker.batch import Batch

WORKER = Path(__file__).parent / "counting_worker.py"
POSITION = b"!position"
PARTITIONS = 4
RECORDS = 60_000
PATIENCE = 90.0

Spawn = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def keys(cluster: Any) -> list[bytes]:
    """A topic `in` full of keyed records and an empty compacted `counts`; returns the keys in their order."""
    chosen = random.Random(7)
    keys = [b"k%d" % chosen.randrange(500) for _ in range(RECORDS)]
    cluster.create("in", PARTITIONS)
    cluster.create("counts", PARTITIONS, cleanup_policy="compact")
    record = sys.modules[type(cluster).__module__].Record
    cluster.produce("in", (record(b"x" * 100, key=key, partition=hash_of(key)) for key in keys))
    return keys


def hash_of(key: bytes) -> int:
    """A partition that is the same in every process."""
    return sum(key) % PARTITIONS


@contextmanager
def workers(cluster: Any, folder: Path, store: str, pace: float, commit: float) -> Iterator[Spawn]:
    """Starts workers of one group; kills what is left at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def spawn(name: str, *extra: str) -> "subprocess.Popen[bytes]":
        paths = [cluster.name("in"), cluster.name("counts"), str(folder / name), store, str(pace), str(commit)]
        command = [sys.executable, str(WORKER), cluster.bootstrap, cluster.name("group"), *paths, *extra]
        started.append(subprocess.Popen(command))
        return started[-1]

    try:
        yield spawn
    finally:
        for process in started:
            process.kill()
            process.wait()


def rows(cluster: Any) -> dict[tuple[int, bytes], bytes]:
    """The last value of each changelog key, by partition; claims leave none."""
    return {(r.partition, r.key): r.value for r in cluster.consume("counts") if r.value is not None}


def progress(cluster: Any) -> int:
    """How many records the stored positions are beyond."""
    return sum(int(value) for (_, key), value in rows(cluster).items() if key == POSITION)


def wait_until(cluster: Any, reached: int) -> None:
    """Wait for the workers' stored positions."""
    deadline = time.monotonic() + PATIENCE
    while progress(cluster) < reached:
        assert time.monotonic() < deadline, f"stuck at {progress(cluster)} of {reached}"
        time.sleep(0.2)


def wait_for(path: Path) -> None:
    """Wait for the file by which a worker tells that it holds partitions."""
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.05)


def assert_exact(cluster: Any, keys: list[bytes]) -> None:
    """The changelog's counts equal those of the keys, each in its own partition."""
    counted = {place: int(value.split()[0]) for place, value in rows(cluster).items() if place[1] != POSITION}
    assert counted == {(hash_of(key), key): count for key, count in Counter(keys).items()}


@pytest.mark.parametrize("store", ["memory", "rocksdb"])
def test_killed_workers_repeat_nothing_and_lose_nothing(
    cluster: Any, keys: list[bytes], tmp_path: Path, store: str
) -> None:
    with workers(cluster, tmp_path, store, pace=0.1, commit=0.3) as spawn:
        for die_after in ("5000", "9000"):
            killed = spawn("a", die_after)
            assert killed.wait(PATIENCE) == -signal.SIGKILL
        assert 0 < progress(cluster) < RECORDS
        last = spawn("a")
        wait_until(cluster, RECORDS)
        last.send_signal(signal.SIGTERM)
        assert last.wait(PATIENCE) == 0
    assert_exact(cluster, keys)


@pytest.mark.parametrize("store", ["memory", "rocksdb"])
def test_workers_that_join_before_the_first_commit_and_die_change_nothing(
    cluster: Any, keys: list[bytes], tmp_path: Path, store: str
) -> None:
    with workers(cluster, tmp_path, store, pace=0.3, commit=3600) as spawn:
        first = spawn("a")
        wait_until(cluster, 1)
        spawn("b")
        wait_for(tmp_path / "b.joined")
        third = spawn("c")
        wait_for(tmp_path / "c.joined")
        assert progress(cluster) < RECORDS
        first.kill()
        third.send_signal(signal.SIGTERM)
        assert third.wait(PATIENCE) == 0
        wait_until(cluster, RECORDS)
    assert_exact(cluster, keys)


async def read(kafka: str, folder: Path, group: str, topic: str, **options: Any) -> list[Batch]:
    """All batches of a topic up to its end."""
    batches: list[Batch] = []

    async def take(batch: Batch) -> None:
        batches.append(batch)
        batch.ack()

    app = create_app(app_id=group, broker=kafka, datadir=folder, **options)
    app.handle([topic], take, "take")
    await app.start()
    while not batches or batches[-1].next < batches[-1].end:
        await asyncio.sleep(0.02)
    await app.stop()
    return batches


async def test_aborted_transactions_are_invisible_and_no_gap(
    kafka: str, cluster: Any, namespace: str, tmp_path: Path
) -> None:
    topic = cluster.create("transactional")
    producer = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=namespace)
    await producer.start()
    for value, keep in ((b"a", True), (b"b", False), (b"c", True)):
        await producer.begin_transaction()
        await producer.send_and_wait(topic, value, partition=0)
        await (producer.commit_transaction() if keep else producer.abort_transaction())
    await producer.stop()
    batches = await read(kafka, tmp_path, namespace, topic)
    assert [record.value for batch in batches for record in batch.records] == [b"a", b"c"]
    assert not any(batch.gap for batch in batches)


async def test_a_row_that_the_broker_refuses_is_not_applied(
    kafka: str, cluster: Any, namespace: str, tmp_path: Path
) -> None:
    cluster.create("source")
    changelog = cluster.create("rows", cleanup_policy="compact")

    async def ignore(batch: Batch) -> None:
        batch.ack()

    app = create_app(app_id=namespace, broker=kafka, datadir=tmp_path, compression=None)
    table = app.state_table("rows", changelog)
    app.handle([cluster.name("source")], ignore, "ignore")
    await app.start()
    await table.write(0, [(b"a", b"1")])
    with pytest.raises(KafkaError):
        await table.write(0, [(b"b", b"2"), (b"a", b"x" * 2_000_000)])
    assert dict(table.rows(0).scan()) == {b"a": b"1"}
    await app.stop()


async def test_what_retention_took_shows_as_a_gap(kafka: str, cluster: Any, namespace: str, tmp_path: Path) -> None:
    topic = cluster.create("short")
    cluster.produce("short", [b"%d" % number for number in range(10)])
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.delete_records([TopicPartition(topic, 0, 6)])[TopicPartition(topic, 0)].result(30)

    async def from_start(tps: set[Any]) -> dict[Any, int]:
        return dict.fromkeys(tps, 2)

    batches = await read(kafka, tmp_path, namespace, topic, positions=from_start)
    assert [(batch.gap, batch.expected, batch.start) for batch in batches] == [(True, 2, 6)]
    assert [record.value for record in batches[0].records] == [b"6", b"7", b"8", b"9"]

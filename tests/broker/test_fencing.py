"""A worker that was suspended does not write as an owner afterwards: the broker refuses it."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka.structs import TopicPartition

from streams.worker.pen import FencedError, Outgoing
from streams.worker.writer import BatchWriter
from tests.broker.test_exactness import RECORDS, assert_exact, keys, progress, wait_until, workers

__all__ = ["keys"]


@asynccontextmanager
async def writing(kafka: str, client: str) -> AsyncIterator[BatchWriter]:
    writer = BatchWriter(bootstrap=[kafka], client_id=client)
    await writer.start()
    try:
        yield writer
    finally:
        await writer.stop()


def of(value: bytes) -> list[Outgoing]:
    return [(b"k", value, None, [])]


async def test_a_later_claim_shuts_the_earlier_out_from_its_first_record_in_a_partition_on(
    kafka: str, cluster: Any, namespace: str
) -> None:
    topic, other = cluster.create("claimed", 2), cluster.create("other")
    async with writing(kafka, "one") as one, writing(kafka, "two") as two:
        first = await one.claim(namespace)
        assert [await first.send(topic, 0, of(b"1")), await first.send(topic, 1, of(b"1"))] == [0, 0]
        second = await two.claim(namespace)
        assert await first.send(topic, 1, of(b"still let in")) == 1
        assert [await second.send(topic, 0, of(b"2")), await second.send(topic, 1, of(b"2"))] == [1, 2]
        for partition in (0, 1):
            with pytest.raises(FencedError, match=f"{topic}/{partition}"):
                await first.send(topic, partition, of(b"stale"))
        third = await one.claim(f"{namespace}-of-another-name")
        assert await third.send(topic, 0, of(b"3")) == 2
        assert await second.send(other, 0, of(b"4")) == 0
    assert [record.value for record in cluster.consume("claimed")] == [b"1", b"2", b"3", b"1", b"still let in", b"2"]


async def test_numbers_begin_again_after_the_last(kafka: str, cluster: Any) -> None:
    topic = cluster.create("numbered")
    async with writing(kafka, "one") as one:
        numbers = one._pens[0]._queue._txn_manager._sequence_numbers
        numbers[TopicPartition(topic, 0)] = 2**31 - 3
        for _ in range(3):
            await one.send(topic, 0, of(b"a") + of(b"b"))
        assert numbers[TopicPartition(topic, 0)] == 3
    assert [record.value for record in cluster.consume("numbered")] == [b"a", b"b"] * 3


def test_a_suspended_worker_whose_partitions_went_changes_nothing_when_it_goes_on(
    cluster: Any, keys: list[bytes], tmp_path: Path
) -> None:
    with workers(cluster, tmp_path, "rocksdb", pace=0.15, commit=0.3) as spawn:
        zombie = spawn("a")
        wait_until(cluster, RECORDS // 20)
        os.kill(zombie.pid, signal.SIGSTOP)
        reached = progress(cluster)
        spawn("b")
        wait_until(cluster, reached + RECORDS // 4)
        os.kill(zombie.pid, signal.SIGCONT)
        wait_until(cluster, RECORDS)
        assert zombie.poll() is None, "it has joined again"
    assert_exact(cluster, keys)

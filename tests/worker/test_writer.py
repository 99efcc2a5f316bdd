"""The batch writer on the embedded broker."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ProducerClosed, UnknownTopicOrPartitionError

from streams.worker.embedded import EmbeddedBroker
from streams.worker.pen import MAX_BATCH, Outgoing
from streams.worker.writer import BatchWriter


@pytest.fixture
async def broker() -> AsyncIterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        broker.ensure_topics(["t"])
        yield broker


async def read(broker: EmbeddedBroker, partition: int, count: int) -> list[Outgoing]:
    """The first `count` records of a partition as they were sent."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap)
    await consumer.start()
    place = TopicPartition("t", partition)
    consumer.assign([place])
    await consumer.seek_to_beginning(place)
    records = [await consumer.getone() for _ in range(count)]
    await consumer.stop()
    return [(record.key, record.value, record.timestamp, list(record.headers)) for record in records]


@pytest.mark.parametrize("compression", [None, "gzip", "snappy", "lz4", "zstd"])
async def test_records_arrive_as_they_were_sent(broker: EmbeddedBroker, compression: str | None) -> None:
    records: list[Outgoing] = [(b"k", b"v", 1000, [("h", b"x")]), (None, b"v", 2000, []), (b"k", None, 3000, [])]
    writer = BatchWriter(bootstrap=[broker.bootstrap], client_id="w", compression=compression)
    await writer.start()
    assert await writer.partitions("t") == 4
    assert [await writer.send("t", 3, records), await writer.send("t", 3, records[:1])] == [2, 3]
    assert await writer.send("t", 3, []) == -1
    await writer.stop()
    assert await read(broker, 3, 4) == [*records, records[0]]


async def test_more_than_a_batch_stays_in_order(broker: EmbeddedBroker) -> None:
    writer = BatchWriter(bootstrap=[broker.bootstrap], client_id="w", compression=None)
    await writer.start()
    sizes = [10, MAX_BATCH // 2, MAX_BATCH // 2, 10, MAX_BATCH + 10, 10]
    records: list[Outgoing] = [(b"%d" % index, b"x" * size, 1, []) for index, size in enumerate(sizes)]
    assert await writer.send("t", 0, records) == len(sizes) - 1
    await writer.stop()
    assert await read(broker, 0, len(sizes)) == records


async def test_a_broker_that_is_gone_is_waited_for_until_the_writer_stops(broker: EmbeddedBroker) -> None:
    writer = BatchWriter(bootstrap=[broker.bootstrap], client_id="w", request_timeout=0.2)
    await writer.start()
    await writer.send("t", 0, [(b"k", b"v", None, [])])
    broker.close()
    sending = asyncio.ensure_future(writer.send("t", 0, [(b"k", b"v", None, [])]))
    done, _ = await asyncio.wait([sending], timeout=1)
    assert not done, "five times the timeout of a request"
    await writer.stop()
    with pytest.raises(ProducerClosed):
        await sending


async def test_a_topic_that_could_not_be_looked_up_in_time_is_no_topic_that_is_missing(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = BatchWriter(bootstrap=[broker.bootstrap], client_id="w")
    await writer.start()
    client, late = writer.wire.client, [True]
    look_up = client._wait_on_metadata

    async def suspended(topic: str) -> set[int]:
        known: set[int] = await look_up(topic)
        if late and late.pop():
            raise UnknownTopicOrPartitionError
        return known

    monkeypatch.setattr(client, "_wait_on_metadata", suspended)
    assert await writer.partitions("t") == 4
    await writer.stop()


async def test_a_topic_that_is_missing_is_told(broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = BatchWriter(bootstrap=[broker.bootstrap], client_id="w", request_timeout=0.2)
    await writer.start()
    monkeypatch.setattr(writer.wire.client.cluster, "partitions_for_topic", lambda _: None)
    with pytest.raises(UnknownTopicOrPartitionError):
        await writer.partitions("t")
    await writer.stop()


async def test_a_writer_that_is_not_running_refuses() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        await BatchWriter(bootstrap=["127.0.0.1:1"], client_id="w").send("t", 0, [(b"k", b"v", None, [])])

"""The batch transport on the embedded broker, and on records as aiokafka's parser leaves them."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from confluent_kafka import Consumer, Producer
from confluent_kafka import TopicPartition as Place
from faust.types import TP

from streams.worker.app import WorkerApp, create_app
from streams.worker.batch import Batch, Drained, drain
from streams.worker.embedded import EmbeddedBroker
from streams.worker.fetching import mark

TOPIC = "raw"
GROUP = "group"


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        broker.ensure_topics([TOPIC, "state"])
        yield broker


def produce(broker: EmbeddedBroker, values: range, partition: int = 0) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    for value in values:
        producer.produce(
            TOPIC, b"%d" % value, b"key", partition=partition, timestamp=1000 + value, headers=[("n", b"%d" % value)]
        )
    assert producer.flush(10) == 0


def committed(broker: EmbeddedBroker, partition: int = 0) -> int:
    """The committed offset of the group; negative without one."""
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": GROUP})
    try:
        return int(consumer.committed([Place(TOPIC, partition)], timeout=10)[0].offset)
    finally:
        consumer.close()


async def until(reached: Callable[[], bool]) -> None:
    while not reached():
        await asyncio.sleep(0.01)


def app_of(broker: EmbeddedBroker, folder: Path, **options: Any) -> WorkerApp:
    return create_app(app_id=GROUP, broker=broker.bootstrap, datadir=folder, commit_interval=0.1, **options)


async def test_batches_hold_all_records_in_order_and_only_the_acked_prefix_is_committed(
    broker: EmbeddedBroker, tmp_path: Path
) -> None:
    batches: list[Batch] = []

    async def keep(batch: Batch) -> None:
        batches.append(batch)

    app = app_of(broker, tmp_path)
    app.handle([TOPIC], keep, "keep")
    produce(broker, range(100))
    await app.start()
    await until(lambda: bool(batches) and batches[-1].next == 100)
    before = len(batches)
    produce(broker, range(100, 150))
    await until(lambda: batches[-1].next == 150)

    records = [record for batch in batches for record in batch.records]
    assert [(record.offset, record.value, record.key) for record in records] == [
        (value, b"%d" % value, b"key") for value in range(150)
    ]
    assert [record.timestamp for record in records] == list(range(1000, 1150))
    assert [dict(record.headers) for record in records] == [{"n": b"%d" % value} for value in range(150)]
    assert [(batch.start, batch.expected, batch.gap) for batch in batches] == [
        (batch.first, batch.first, False) for batch in batches
    ]
    assert (batches[-1].tp, batches[-1].last, batches[-1].end) == (TP(TOPIC, 0), 149, 150)

    for batch in batches[before:]:
        batch.ack()
    await app.commit({TOPIC})
    assert committed(broker) < 0
    for batch in batches[:before]:
        batch.ack()
    await app.commit({TOPIC})
    assert committed(broker) == 150
    await app.stop()


async def test_hooks_come_in_their_order_and_reading_starts_at_the_positions(
    broker: EmbeddedBroker, tmp_path: Path
) -> None:
    told: list[tuple[str, Any]] = []
    every = {TP(TOPIC, partition) for partition in range(4)}

    async def assigned(tps: set[TP]) -> None:
        told.append(("assigned", tps))
        await asyncio.sleep(0.3)

    async def positions(tps: set[TP]) -> dict[TP, int]:
        told.append(("positions", tps))
        return {TP(TOPIC, 0): 7}

    async def revoked(tps: set[TP]) -> None:
        told.append(("revoked", tps))
        held[-1].ack()

    held: list[Batch] = []

    async def take(batch: Batch) -> None:
        told.append(("batch", (batch.tp, batch.first, batch.gap)))
        held.append(batch)

    produce(broker, range(10))
    produce(broker, range(3), partition=1)
    app = app_of(broker, tmp_path, positions=positions, on_assigned=assigned, on_revoked=revoked)
    app.handle([TOPIC], take, "take")
    await app.start()
    await until(lambda: len(held) == 2)
    held.sort(key=lambda batch: -batch.tp.partition)
    await app.stop()

    assert told[:2] == [("assigned", every), ("positions", every)]
    assert sorted(told[2:4]) == [("batch", (TP(TOPIC, 0), 7, False)), ("batch", (TP(TOPIC, 1), 0, False))]
    assert told[4:] == [("revoked", every)]
    assert (committed(broker, 0), committed(broker, 1) < 0) == (10, True)


@pytest.mark.parametrize(("beside", "first"), [("", 0), (mark(6), 0), (mark(7), 7)])
async def test_a_committed_offset_counts_where_we_have_reached_it(
    broker: EmbeddedBroker, tmp_path: Path, beside: str, first: int
) -> None:
    batches: list[Batch] = []

    async def take(batch: Batch) -> None:
        batches.append(batch)

    produce(broker, range(10))
    async with AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap, group_id=GROUP, enable_auto_commit=False
    ) as operator:
        operator.assign([TopicPartition(TOPIC, 0)])
        await operator.commit({TopicPartition(TOPIC, 0): OffsetAndMetadata(7, beside)})
    app = app_of(broker, tmp_path)
    app.handle([TOPIC], take, "take")
    await app.start()
    await until(lambda: bool(batches))
    await app.stop()
    assert batches[0].first == first


async def test_an_error_in_a_handler_ends_the_worker_and_commits_nothing(
    broker: EmbeddedBroker, tmp_path: Path
) -> None:
    ends: list[BaseException] = []

    async def fail(batch: Batch) -> None:
        raise ValueError(batch.first)

    app = app_of(broker, tmp_path, on_crash=lambda _, error: ends.append(error))
    app.handle([TOPIC], fail, "fail")
    produce(broker, range(3))
    await app.start()
    await until(lambda: bool(ends))
    await app.stop()
    assert [repr(end) for end in ends[:1]] == ["ValueError(0)"]
    assert committed(broker) < 0


async def test_what_was_read_before_a_seek_or_a_revoke_is_not_delivered(broker: EmbeddedBroker, tmp_path: Path) -> None:
    batches: list[Batch] = []

    async def keep(batch: Batch) -> None:
        batches.append(batch)

    app = app_of(broker, tmp_path)
    app.handle([TOPIC], keep, "keep")
    produce(broker, range(5))
    await app.start()
    await until(lambda: bool(batches) and batches[-1].next == 5)
    consumer, tp = app.consumer, TP(TOPIC, 0)
    stale = Drained(5, 10, consumer._thread.stamps[tp], batches[0].records)
    stale_batch, handled = batches[-1], list(batches)
    await consumer.perform_seek()
    assert consumer._receive(tp, stale) is None
    await consumer.hand_over(stale_batch, keep)
    await until(lambda: len(batches) > len(handled))
    assert [batch.start for batch in batches[len(handled) :]] == [0]

    consumer.shut()
    fresh = Drained(5, 10, consumer._thread.stamps[tp], batches[0].records)
    assert consumer._receive(tp, fresh) is None
    await app.stop()


# --- draining


def fetched(position: int, parts: list[bytes], *, isolation: int = 0, aborted: Any = None) -> FetchResult:
    """A fetch result as aiokafka holds it when the consumer's position is `position`."""
    tp = TopicPartition(TOPIC, 0)
    state = SubscriptionState()
    state.subscribe({TOPIC})
    state.assign_from_subscribed([tp])
    assignment = state.subscription.assignment
    assignment.state_value(tp).reset_to(position)
    records = PartitionRecords(tp, MemoryRecords(b"".join(parts)), aborted, position, None, None, True, isolation)
    return FetchResult(tp, assignment=assignment, partition_records=records, backoff=0)


def record_batch(base: int, values: list[bytes], *, producer: int = -1, control: bool = False) -> bytes:
    """A record batch as a broker sends it, at offset `base`; transactional if it has a producer."""
    builder = DefaultRecordBatchBuilder(2, 0, int(producer >= 0), producer, 0, 0, 1 << 16)
    for index, value in enumerate(values):
        key = b"\x00\x00\x00\x00" if control else b"k"
        builder.append(index, 1000, key=key, value=value, headers=[])
    raw = bytearray(builder.build())
    raw[0:8] = base.to_bytes(8, "big")
    if control:
        raw[22] |= 0x20
        raw[17:21] = calc_crc32c(bytes(raw[21:])).to_bytes(4, "big")
    return bytes(raw)


async def test_draining_starts_at_the_position_within_a_record_batch() -> None:
    result = fetched(11, [record_batch(10, [b"a", b"b", b"c"])])
    drained = drain(result, 1, 100)
    assert drained is not None
    assert (drained.start, drained.next, [record.value for record in drained.records]) == (11, 13, [b"b", b"c"])
    assert not result.has_more()


async def test_draining_stops_between_record_batches_when_there_are_enough() -> None:
    result = fetched(0, [record_batch(0, [b"a", b"b"]), record_batch(2, [b"c"])])
    taken = [drain(result, 1, 1), drain(result, 1, 1), drain(result, 1, 1)]
    assert [part and (part.start, part.next) for part in taken] == [(0, 2), (2, 3), None]


async def test_draining_covers_offsets_that_compaction_emptied() -> None:
    drained = drain(fetched(3, [record_batch(3, [b"a"]), record_batch(8, [b"b"])]), 1, 100)
    assert drained is not None
    assert (drained.start, drained.next, [record.offset for record in drained.records]) == (3, 9, [3, 8])


async def test_draining_leaves_out_aborted_transactions_and_markers() -> None:
    parts = [
        record_batch(0, [b"a"]),
        record_batch(1, [b"gone"], producer=7),
        record_batch(2, [b"\x00\x00\x00\x00\x00\x00"], producer=7, control=True),
        record_batch(3, [b"b"], producer=7),
    ]
    drained = drain(fetched(0, parts, isolation=1, aborted=[(7, 1)]), 1, 100)
    assert drained is not None
    assert (drained.next, [record.value for record in drained.records]) == (4, [b"a", b"b"])


async def test_a_fetch_from_before_a_seek_drains_to_nothing() -> None:
    result = fetched(0, [record_batch(0, [b"a"])])
    result._assignment.state_value(TopicPartition(TOPIC, 0)).seek(5)
    assert drain(result, 1, 100) is None

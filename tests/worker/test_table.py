"""State tables on the embedded broker."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from aiokafka.errors import ProducerClosed
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from streams.worker.app import WorkerApp, create_app
from streams.worker.batch import Batch
from streams.worker.embedded import EmbeddedBroker
from streams.worker.stores import RocksRows, Rows
from streams.worker.table import CLAIM, STALE_SECONDS, ForeignWriterError, PartitionLostError, StateTable

Kind = Literal["memory", "rocksdb"]


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        broker.ensure_topics(["journal", "state"])
        yield broker


@pytest.fixture(params=["memory", "rocksdb"])
def store(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@asynccontextmanager
async def running(
    broker: EmbeddedBroker, folder: Path, store: Kind, group: str, **options: Any
) -> AsyncIterator[tuple[WorkerApp, StateTable]]:
    """A started worker with a table; on leaving, a stopped one."""

    async def ignore(batch: Batch) -> None:
        batch.ack()

    app = create_app(app_id=group, broker=broker.bootstrap, datadir=folder, store=store, **options)
    table = app.state_table("state", "state")
    app.handle(["journal"], ignore, "ignore")
    await app.start()
    try:
        yield app, table
    finally:
        await app.stop()


def changelog(broker: EmbeddedBroker, partition: int) -> list[tuple[bytes, bytes | None]]:
    """All records of a changelog partition."""
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "reader"})
    place = TopicPartition("state", partition, OFFSET_BEGINNING)
    consumer.assign([place])
    end = consumer.get_watermark_offsets(place, timeout=10)[1]
    messages: list[Any] = []
    while len(messages) < end:
        messages += consumer.consume(end, 0.2)
    consumer.close()
    return [(message.key(), message.value()) for message in messages]


def content(rows: Rows) -> dict[bytes, bytes]:
    return dict(rows.scan())


async def test_a_write_is_in_the_changelog_and_in_the_rows_and_comes_back(
    broker: EmbeddedBroker, tmp_path: Path, store: Kind
) -> None:
    written = [(b"a", b"1"), (b"b", b"2"), (b"a", b"3"), (b"b", None), (b"c", b"")]
    async with running(broker, tmp_path / "one", store, "one") as (_, table):
        assert table.held == {0, 1, 2, 3}
        assert await table.write(2, written) == 5
        assert await table.write(2, [(b"d", b"4")]) == 6
        assert await table.write(2, []) == 6
        assert content(table.rows(2)) == {b"a": b"3", b"c": b"", b"d": b"4"}
        assert content(table.rows(1)) == {}
    assert changelog(broker, 2) == [(CLAIM, None), *written, (b"d", b"4")]

    async with running(broker, tmp_path / "two", store, "two") as (_, table):
        assert content(table.rows(2)) == {b"a": b"3", b"c": b"", b"d": b"4"}
        assert (table.rows(2).offset, table.rows(2).get(b"b"), content(table.rows(1))) == (7, None, {})
        assert await table.write(2, [(b"c", None)]) == 8


async def test_rows_on_disk_are_only_caught_up(broker: EmbeddedBroker, tmp_path: Path) -> None:
    async with running(broker, tmp_path, "rocksdb", "one") as (_, table):
        await table.write(0, [(b"a", b"1"), (b"b", b"1")])
    foreign = Producer({"bootstrap.servers": broker.bootstrap})
    foreign.produce("state", b"2", b"b", partition=0)
    assert foreign.flush(10) == 0
    local = RocksRows(tmp_path / "tables" / "state-0")
    local.apply([(b"a", b"only on this disk")], 2)
    local.close()
    async with running(broker, tmp_path, "rocksdb", "two") as (_, table):
        assert content(table.rows(0)) == {b"a": b"only on this disk", b"b": b"2"}


@pytest.mark.parametrize("age", ["unknown", STALE_SECONDS + 60, -STALE_SECONDS - 60])
async def test_rows_on_disk_that_were_last_whole_long_ago_are_forgotten(
    broker: EmbeddedBroker, tmp_path: Path, age: str | float, caplog: pytest.LogCaptureFixture
) -> None:
    whole_at = 0.0 if isinstance(age, str) else time.time() - age
    async with running(broker, tmp_path, "rocksdb", "one") as (_, table):
        await table.write(0, [(b"a", b"1"), (b"b", b"1")])
    local = RocksRows(tmp_path / "tables" / "state-0")
    local.apply([(b"gone", b"its tombstone is no more")], 2, whole_at)
    local.close()
    async with running(broker, tmp_path, "rocksdb", "two") as (_, table):
        assert content(table.rows(0)) == {b"a": b"1", b"b": b"1"}
        await table.write(0, [(b"c", b"1")])
        assert abs(table.rows(0).whole_at - time.time()) < STALE_SECONDS
    assert "state/0: the local rows" in caplog.text
    assert "state/1: the local rows" not in caplog.text


async def test_rows_on_disk_of_a_topic_that_was_made_anew_are_forgotten(broker: EmbeddedBroker, tmp_path: Path) -> None:
    local = RocksRows(tmp_path / "tables" / "state-0")
    local.apply([(b"a", b"of the topic before")], 1, time.time())
    local.close()
    async with running(broker, tmp_path, "rocksdb", "one") as (_, table):
        assert content(table.rows(0)) == {}
        assert await table.write(0, [(b"b", b"1")]) == 1


async def test_rows_keep_when_they_were_whole_while_they_are_caught_up(broker: EmbeddedBroker, tmp_path: Path) -> None:
    async with running(broker, tmp_path / "one", "rocksdb", "one") as (_, table):
        await table.write(0, [(b"a", b"1")])
    before = time.time() - STALE_SECONDS / 2
    local = RocksRows(tmp_path / "two" / "tables" / "state-0")
    local.apply([], 0, before)
    local.close()
    async with running(broker, tmp_path / "two", "rocksdb", "two") as (_, table):
        assert content(table.rows(0)) == {b"a": b"1"}
        assert table.rows(0).whole_at == pytest.approx(before, abs=0.01)


async def test_many_rows_in_several_record_batches_keep_their_order(broker: EmbeddedBroker, tmp_path: Path) -> None:
    rows = [(b"%d" % (number % 7), b"%d" % number + b"x" * 500) for number in range(3000)]
    async with running(broker, tmp_path, "memory", "one") as (_, table):
        assert await table.write(0, rows) == 3000
        assert content(table.rows(0)) == dict(rows)
    async with running(broker, tmp_path, "memory", "two") as (_, table):
        assert content(table.rows(0)) == dict(rows)


async def test_a_claim_is_renewed_between_writes_when_it_is_old(
    broker: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(broker, tmp_path, "memory", "one") as (_, table):
        await table.write(0, [(b"a", b"1")])
        pen = table.pen(0)
        await table.renew(0)
        assert table.pen(0) is pen
        monkeypatch.setattr("streams.worker.table.RENEW_SECONDS", 0)
        await table.renew(0)
        assert table.pen(0) is not pen
        assert await table.write(0, [(b"a", b"2")]) == 3
        with pytest.raises(ProducerClosed):
            await pen.send("state", 0, [(b"a", b"stale", None, [])])
    assert changelog(broker, 0) == [(CLAIM, None), (b"a", b"1"), (CLAIM, None), (b"a", b"2")]


async def test_a_second_writer_is_noticed_and_nothing_applied(broker: EmbeddedBroker, tmp_path: Path) -> None:
    async with running(broker, tmp_path, "memory", "one") as (app, table):
        await table.write(1, [(b"a", b"1")])
        await app.writer.send("state", 1, [(b"a", b"foreign", None, [])])
        with pytest.raises(ForeignWriterError):
            await table.write(1, [(b"a", b"2")])
        assert content(table.rows(1)) == {b"a": b"1"}


async def test_what_is_not_acknowledged_is_not_applied(broker: EmbeddedBroker, tmp_path: Path, store: Kind) -> None:
    async with running(broker, tmp_path, store, "one") as (app, table):
        await table.write(0, [(b"a", b"1")])
        await app.writer.stop()
        with pytest.raises(ProducerClosed):
            await table.write(0, [(b"a", b"2")])
        assert (content(table.rows(0)), table.rows(0).offset) == ({b"a": b"1"}, 1)


async def test_rows_of_a_partition_that_is_not_held_are_refused(broker: EmbeddedBroker, tmp_path: Path) -> None:
    async with running(broker, tmp_path, "memory", "one") as (_, table):
        with pytest.raises(PartitionLostError):
            await table.write(4, [(b"a", b"1")])
        table.data.close()
        with pytest.raises(PartitionLostError):
            table.rows(0)

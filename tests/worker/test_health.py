"""A worker's health, on the embedded broker: what it says, and what happens to a stage that stands still."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from faust.types import TP

from streams.worker.app import WorkerApp, create_app
from streams.worker.batch import Batch
from streams.worker.embedded import EmbeddedBroker
from streams.worker.health import Health
from streams.worker.link import Link
from streams.worker.settings import Worker

TOPIC = "raw"
STALL = 0.5


class Running:
    """An app with a handler that keeps batches or acks them, and its health."""

    def __init__(self, bootstrap: str, topic: str, folder: Path, **settings: Any) -> None:
        self.bootstrap, self.topic, self.acks = bootstrap, topic, True
        self.ends: list[BaseException] = []
        self.assignments = 0
        self.app: WorkerApp = create_app(
            app_id=f"group-of-{topic}",
            broker=bootstrap,
            datadir=folder,
            commit_interval=0.1,
            on_assigned=self.assigned,
            on_crash=lambda _, error: self.ends.append(error),
        )
        self.app.handle([topic], self.take, "take")
        self.link = Link([bootstrap])
        worker = Worker.model_construct(**{**Worker().model_dump(), "stall_seconds": STALL, **settings})
        self.health = Health(self.app, self.link, worker, dict)
        self.link.watched = self.health.watched

    async def assigned(self, _: set[TP]) -> None:
        self.assignments += 1
        self.health.joined = True

    async def take(self, batch: Batch) -> None:
        if self.acks:
            batch.ack()

    def produce(self) -> None:
        """Ten records."""
        producer = Producer({"bootstrap.servers": self.bootstrap})
        for _ in range(10):
            producer.produce(self.topic, b"x", partition=0)
        assert producer.flush(10) == 0

    async def watch_until(self, reached: Any) -> None:
        while not reached():
            self.health.pulse()
            self.health.watch()
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running(worker: Running) -> AsyncIterator[Running]:
    """Started, and stopped in the end."""
    await worker.link.start()
    await worker.app.start()
    try:
        yield worker
    finally:
        await worker.app.stop()
        await worker.link.stop()


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        broker.ensure_topics([TOPIC])
        yield broker


async def test_a_lag_beyond_the_bound_is_told_until_it_is_worked_off(broker: EmbeddedBroker, tmp_path: Path) -> None:
    async with running(Running(broker.bootstrap, TOPIC, tmp_path, ready_lag=3, stall_seconds=60)) as worker:
        await worker.watch_until(lambda: not list(worker.health.reasons()))
        worker.app.consumer.pause_partitions({TP(TOPIC, 0)})
        worker.produce()
        await worker.watch_until(lambda: list(worker.health.reasons()) == [f"{TOPIC}/0 lags by 10 records"])
        assert worker.health.lags() == {TP(TOPIC, p): 10 if p == 0 else 0 for p in range(4)}
        worker.app.consumer.resume_partitions({TP(TOPIC, 0)})
        await worker.watch_until(lambda: not list(worker.health.reasons()))


async def test_before_anything_is_held_it_is_not_ready(tmp_path: Path) -> None:
    worker = Running("127.0.0.1:1", TOPIC, tmp_path)
    assert list(worker.health.reasons()) == ["partitions are being taken up"]
    assert worker.health.alive()
    assert (worker.health.lags(), worker.health.recovering) == ({}, 0)


async def test_what_comes_on_within_a_batch_stands_not_still(broker: EmbeddedBroker, tmp_path: Path) -> None:
    async with running(Running(broker.bootstrap, TOPIC, tmp_path)) as worker:
        worker.acks, worker.health.inside = False, itertools.count().__next__
        await worker.watch_until(lambda: worker.assignments)
        worker.produce()
        loop = asyncio.get_running_loop()
        end = loop.time() + 3 * STALL
        await worker.watch_until(lambda: loop.time() > end)
        assert worker.health.watchdog.restarts == 0
        worker.health.inside = int
        await worker.watch_until(lambda: worker.health.watchdog.restarts)


async def test_without_kafka_nothing_is_restarted(tmp_path: Path) -> None:
    worker = Running("127.0.0.1:1", TOPIC, tmp_path)
    worker.link.up = False
    loop = asyncio.get_running_loop()
    end = loop.time() + 2 * STALL
    await worker.watch_until(lambda: loop.time() > end)
    assert worker.health.watchdog.restarts == 0
    assert next(iter(worker.health.reasons())) == "Kafka does not answer"


async def test_a_service_that_crashed_by_itself_ends_the_worker(tmp_path: Path) -> None:
    worker = Running("127.0.0.1:1", TOPIC, tmp_path)
    await worker.link.crash(KeyError("gone"))
    worker.health.watch()
    assert [repr(end) for end in worker.ends] == ["KeyError('gone')"]


pytestmark = pytest.mark.timeout(60)

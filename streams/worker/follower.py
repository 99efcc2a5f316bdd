"""Follows partitions of a topic from their beginning, without a consumer group."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service

from streams.worker import connection
from streams.worker.asking import answered
from streams.worker.logs import framework

PAUSE = 1.0
"""Seconds before the next attempt to read."""

log = logging.getLogger(__name__)


class Follower(Service):  # type: ignore[misc]
    """A broker that is away is waited for, here as everywhere."""

    logger = framework

    def __init__(
        self,
        bootstrap: list[str],
        topic: str,
        partitions: Iterable[int],
        auth: Mapping[str, Any] | None = None,
        **options: object,
    ) -> None:
        super().__init__(**options)
        self._bootstrap, self._topic, self._auth = bootstrap, topic, auth or {}
        self._tps = [TopicPartition(topic, partition) for partition in partitions]
        self._consumer: AIOKafkaConsumer | None = None
        self._moved = asyncio.Condition()
        self._next: dict[int, int] = {}

    def take(self, partition: int, key: bytes, value: bytes | None) -> None:
        """A record; no value where its key is deleted."""
        raise NotImplementedError

    async def on_start(self) -> None:
        """Connect and begin to read."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            group_id=None,
            **self._auth,
        )
        await answered(consumer.start)
        consumer.assign(self._tps)
        starts = await answered(lambda: consumer.beginning_offsets(self._tps))
        for tp, offset in starts.items():
            consumer.seek(tp, offset)
        self._next = {tp.partition: offset for tp, offset in starts.items()}
        self._consumer = consumer
        self.add_future(self._follow(consumer))

    async def on_stop(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def reached(self, partition: int) -> None:
        """Wait until the partition is read up to its end as of now.

        It has no transactions in it: each offset is a record's, or compaction took it and left later ones.
        """
        consumer = self._consumer
        if consumer is None:
            raise RuntimeError(f"the reader of {self._topic} is not running")
        tp = TopicPartition(self._topic, partition)
        end = (await answered(lambda: consumer.end_offsets([tp])))[tp]
        async with self._moved:
            await self._moved.wait_for(lambda: self._next.get(partition, 0) >= end)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while not self.should_stop:
            connection.check(consumer._client)
            try:
                fetched = await consumer.getmany(timeout_ms=200, max_records=5_000)
            except KafkaError as error:
                log.warning("reading %s: %r", self._topic, error)
                await self.sleep(PAUSE)
                continue
            for tp, records in fetched.items():
                for record in records:
                    self.take(tp.partition, record.key, record.value)
                self._next[tp.partition] = records[-1].offset + 1
            async with self._moved:
                self._moved.notify_all()

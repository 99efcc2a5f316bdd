"""The latest kpi-values of the whole fleet, read from the topic: for the page, the API, and to go on with revisions."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service

from streams.units import rfc3339
from streams.worker import connection
from streams.worker.asking import answered
from streams.worker.logs import framework

PAUSE = 1.0
"""Seconds before the next attempt to read."""

log = logging.getLogger(__name__)

Listener = Callable[[bytes, bytes | None], None]


class Values(Service):  # type: ignore[misc]
    """Follows every partition of kpi-values from its beginning, without a consumer group.

    A broker that is away is waited for, here as everywhere.
    """

    logger = framework

    def __init__(
        self,
        bootstrap: list[str],
        topic: str,
        partitions: int,
        auth: Mapping[str, Any] | None = None,
        **options: object,
    ) -> None:
        super().__init__(**options)
        self._bootstrap, self._topic, self._partitions, self._auth = bootstrap, topic, partitions, auth or {}
        self._consumer: AIOKafkaConsumer | None = None
        self._moved = asyncio.Condition()
        self._next: dict[int, int] = {}
        self.latest: dict[int, dict[bytes, bytes]] = {p: {} for p in range(partitions)}
        """Key → record, by partition."""
        self.listeners: list[Listener] = []

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
        tps = [TopicPartition(self._topic, partition) for partition in range(self._partitions)]
        consumer.assign(tps)
        starts = await answered(lambda: consumer.beginning_offsets(tps))
        for tp, offset in starts.items():
            consumer.seek(tp, offset)
        self._next = {tp.partition: offset for tp, offset in starts.items()}
        self._consumer = consumer
        self.add_future(self._follow(consumer))

    async def on_stop(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()

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
                    self._take(tp.partition, record.key, record.value)
                self._next[tp.partition] = records[-1].offset + 1
            async with self._moved:
                self._moved.notify_all()

    def _take(self, partition: int, key: bytes, value: bytes | None) -> None:
        latest = self.latest[partition]
        if value is None:
            latest.pop(key, None)
        else:
            latest[key] = value
        for listener in self.listeners:
            listener(key, value)

    def forget(self, before: int) -> None:
        """Let go of windows that start before an instant, in ms; the topic keeps them."""
        bound = rfc3339(before)
        for latest in self.latest.values():
            for key in [key for key in latest if orjson.loads(key)["window"]["start"] < bound]:
                del latest[key]

    async def caught_up(self, partition: int) -> dict[bytes, bytes]:
        """Wait until the partition is read up to its end as of now; its latest records.

        It has no transactions in it: each offset is a record's, or compaction took it and left later ones.
        """
        consumer = self._consumer
        if consumer is None:
            raise RuntimeError("the reader of kpi-values is not running")
        tp = TopicPartition(self._topic, partition)
        end = (await answered(lambda: consumer.end_offsets([tp])))[tp]
        async with self._moved:
            await self._moved.wait_for(lambda: self._next.get(partition, 0) >= end)
        return self.latest[partition]

"""The consumer's own thread: where positions move and fetched records are taken out of aiokafka.

Both happen in one event loop, so a stamp written with a seek tells exactly which records were taken before it.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import count
from typing import Any, Protocol, cast

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher, FetchResult
from aiokafka.errors import ConsumerStoppedError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode import Service

from streams.worker import connection
from streams.worker.asking import answered, refused
from streams.worker.batch import drain
from streams.worker.logs import framework

FETCH_WAIT_MS = 100
"""How long a broker holds a fetch without data: a partition read in between waits as long for its next fetch."""
POLL = 0.1
"""Seconds until the fetcher looks anew which partitions may be read."""
HEED = 0.5
"""Seconds between looks at the group's coordinator, which waits after an error until somebody has taken note of it."""

log = logging.getLogger(__name__)


def mark(offset: int) -> str:
    """What is committed beside an offset of ours: all below it is where it has to be.

    Who moves a group's offsets by hand does not write it, so such an offset tells itself from one that we reached. It
    ends with a zero byte, since clients in C take it for a text that does.
    """
    return f"read to {offset}\0"


class Owner(Protocol):
    """The consumer that the thread works for."""

    batch_topics: set[str]
    flow_active: bool

    def shut(self) -> None:
        """Let no batch pass until the next seek after a recovery."""
        ...


class BatchThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    """The consumer's thread: takes records out of aiokafka and moves positions."""

    logger = framework

    consumer: Owner

    def __post_init__(self) -> None:
        super().__post_init__()
        self.stamps: dict[TP, int] = {}
        self._clock = count(1)
        self.beat = time.monotonic()

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        consumer._isolation_level = "read_committed"
        return consumer

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """What was read so far is stale from here on."""
        self.stamp(revoked)
        self.consumer.shut()
        await super().on_partitions_revoked(revoked)

    def stamp(self, tps: Iterable[TP]) -> None:
        """Mark a move of the position. To be called in this thread, with no await between it and the move."""
        for tp in tps:
            self.stamps[ensure_TP(tp)] = next(self._clock)

    async def _seek_wait(self, consumer: AIOKafkaConsumer, partitions: Mapping[TP, int]) -> None:
        self.stamp(partitions)
        await super()._seek_wait(consumer, partitions)

    async def place(self, tps: set[TP], positions: Mapping[TP, int]) -> dict[TP, int]:
        """Seek every partition to its position, else to what we committed, else the earliest; returns where to."""
        return cast(dict[TP, int], await self.call_thread(self._place, tps, positions))

    async def _place(self, tps: set[TP], positions: Mapping[TP, int]) -> dict[TP, int]:
        consumer = self._ensure_consumer()
        known = {tp: positions[tp] for tp in tps if tp in positions}
        known |= await self._committed(consumer, tps - known.keys())
        fresh = [driver.ensure_aiokafka_TP(tp) for tp in tps - known.keys()]
        earliest = await answered(lambda: consumer.beginning_offsets(fresh)) if fresh else {}
        known.update({ensure_TP(tp): offset for tp, offset in earliest.items()})
        self.stamp(known)
        for tp, offset in known.items():
            consumer.seek(driver.ensure_aiokafka_TP(tp), offset)
        return known

    async def _committed(self, consumer: AIOKafkaConsumer, tps: Iterable[TP]) -> dict[TP, int]:
        """The offsets that this group has reached and committed; none that somebody else has put there."""
        asked = [driver.ensure_aiokafka_TP(tp) for tp in tps]
        found = await answered(partial(cast(Any, consumer)._coordinator.fetch_committed_offsets, asked))
        for tp, told in found.items():
            if told.metadata != mark(told.offset):
                log.warning(
                    "%s/%s: the committed offset %s is none that we reached; it is read from its beginning",
                    *(tp.topic, tp.partition, told.offset),
                )
        return {ensure_TP(tp): told.offset for tp, told in found.items() if told.metadata == mark(told.offset)}

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit what is still held; a failure costs a second reading and nothing else, so it is no reason to end."""
        held = self.assignment()
        ours = {driver.ensure_aiokafka_TP(tp): OffsetAndMetadata(n, mark(n)) for tp, n in offsets.items() if tp in held}
        try:
            await self._ensure_consumer().commit(ours)
        except KafkaError as error:
            log.debug("not committed: %r", error)
            return False
        return len(ours) == len(offsets)

    @Service.task  # type: ignore[untyped-decorator]
    async def _heed(self) -> None:
        while not self.should_stop:
            self.beat = time.monotonic()
            self._take_note()
            await self.sleep(HEED)

    def _take_note(self) -> None:
        """Take note of an error in the group's coordination, so that it goes on; it joins anew.

        Raises:
            aiokafka.errors.KafkaError: joining anew would not help.
        """
        coordinator = getattr(self._consumer, "_coordinator", None)
        if coordinator is None:
            return
        connection.check(coordinator._client)
        try:
            coordinator.check_errors()
        except KafkaError as error:
            if refused(error) or coordinator._coordination_task.done():
                raise
            log.warning("joining the group anew after %r", error)
            coordinator.request_rejoin()

    def rejoin(self) -> None:
        """Have all partitions taken away and given anew. From any thread."""
        self.thread_loop.call_soon_threadsafe(self._rejoin)

    def _rejoin(self) -> None:
        coordinator = getattr(self._consumer, "_coordinator", None)
        if coordinator is not None:
            coordinator.request_rejoin()

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> dict[TP, Any]:
        if not self.consumer.flow_active:
            return {}
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError
        with fetcher._subscriptions.fetch_context():
            if fetcher._subscriptions.reassignment_in_progress:
                await fetcher._subscriptions.wait_for_assignment()
            taken = self._take(fetcher, active_partitions, max_records)
            if not taken and await _arrival(fetcher, min(timeout or 0, POLL)):
                taken = self._take(fetcher, active_partitions, max_records)
        return taken

    def _take(self, fetcher: Fetcher, active: set[TP], max_records: int | None) -> dict[TP, Any]:
        """What aiokafka has fetched for active partitions: Drained for batch topics, ConsumerRecords for others."""
        taken: dict[TP, Any] = {}
        for key in list(fetcher._records):
            tp, result = TP(key.topic, key.partition), fetcher._records[key]
            if tp not in active:
                if not fetcher._subscriptions.is_assigned(key):
                    del fetcher._records[key]
            elif isinstance(result, FetchResult):
                records = self._take_from(tp, result, max_records)
                if not result.has_more():
                    _forget(fetcher, key)
                if records:
                    taken[tp] = records
            elif not taken:
                _forget(fetcher, key)
                result.check_raise()
        return taken

    def _take_from(self, tp: TP, result: FetchResult, max_records: int | None) -> Any:
        if tp.topic not in self.consumer.batch_topics:
            return result.getall(max_records)
        return drain(result, self.stamps.get(tp, 0), max_records or 1)


def _forget(fetcher: Fetcher, key: Any) -> None:
    del fetcher._records[key]
    fetcher._notify(fetcher._wait_consume_future)


async def _arrival(fetcher: Fetcher, timeout: float) -> bool:
    """Wait for new records; raises what the broker refused."""
    waiter = fetcher._create_fetch_waiter()
    await asyncio.wait([waiter], timeout=timeout)
    if not waiter.done():
        waiter.cancel()
        return False
    waiter.result()
    return not fetcher._closed

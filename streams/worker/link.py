"""Whether the cluster answers, and how far the partitions that a worker reads reach, asked over a connection apart.

Everything in a worker waits for a broker that is away, and each part of its own accord. Here is who says so, once, and
whom the health checks ask.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from faust.types import TP
from mode import Service

from streams.worker import connection
from streams.worker.logs import framework, nobody, throttle

ASK_SECONDS = 5.0
"""Between questions while the cluster answers, and the longest wait for an answer."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 1.0
"""Seconds between questions while it does not."""

log = logging.getLogger(__name__)

Watched = Callable[[], Iterable[TP]]


class Link(Service):  # type: ignore[misc]
    """Asks for the ends of the partitions that `watched` gives; whether there was an answer stands in `up`."""

    logger = framework

    def __init__(self, bootstrap: list[str], auth: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._where, self._auth = ",".join(bootstrap), auth or {}
        self.watched: Watched = tuple
        self.up = True
        self.changed_at = time.monotonic()
        self.ends: dict[TP, int] = {}
        """The next offset to be written, of each partition watched."""
        self.asked_at = 0.0
        """When `ends` were true, monotonic."""
        self._doubt = asyncio.Event()
        self._silence = FIRST_PAUSE

    async def on_start(self) -> None:
        """Begin to ask."""
        loop = asyncio.get_running_loop()

        def doubt() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._doubt.set)

        throttle.notice = doubt
        self.add_future(self._run())

    async def on_stop(self) -> None:
        """Tell of nothing more."""
        throttle.notice, throttle.hold = nobody, False

    async def _run(self) -> None:
        client = AIOKafkaConsumer(
            bootstrap_servers=self._where,
            group_id=None,
            request_timeout_ms=round(ASK_SECONDS * 1000),
            retry_backoff_ms=round(FIRST_PAUSE * 1000),
            isolation_level="read_committed",
            **self._auth,
        )
        try:
            while not self.should_stop:
                self._note(await self._ask(client))
                await self._pause()
        finally:
            await client.stop()

    async def _ask(self, client: AIOKafkaConsumer) -> bool:
        """Whether any broker of the cluster answers; brings `ends` up to date where it can."""
        try:
            if client._fetcher is None:
                await client.start()
            connection.check(client._client)
            if not await client._client.force_metadata_update():
                return False
        except KafkaError:
            return False
        await self._look(client)
        return True

    async def _look(self, client: AIOKafkaConsumer) -> None:
        tps = set(self.watched())
        try:
            ends = await client.end_offsets(tps) if tps else {}
        except KafkaError:
            return  # a partition without a leader; what is known stays as it was
        self.ends, self.asked_at = {TP(tp.topic, tp.partition): end for tp, end in ends.items()}, time.monotonic()

    def _note(self, up: bool) -> None:
        """One line when it goes, one when it comes back."""
        if up == self.up:
            return
        now = time.monotonic()
        lasted, self.up, self.changed_at = now - self.changed_at, up, now
        throttle.hold = not up
        if up:
            left_out = throttle.take_left_out()
            log.warning(
                "Kafka at %s answers again after %.1f s (%d lines of its clients were left out)",
                self._where,
                lasted,
                left_out,
            )
        else:
            throttle.take_left_out()
            log.error("Kafka at %s does not answer; the worker waits, and goes on by itself", self._where)

    async def _pause(self) -> None:
        """Wait until it is time to ask again: soon after a doubt, later and later while there is no answer."""
        if not self.up:
            await self.sleep(self._silence)
            self._silence = min(2 * self._silence, LONGEST_PAUSE)
            return
        self._silence = FIRST_PAUSE
        await self.sleep(FIRST_PAUSE)
        try:
            await asyncio.wait_for(self._doubt.wait(), ASK_SECONDS)
        except TimeoutError:
            return
        self._doubt.clear()

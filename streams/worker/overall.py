"""What is open now over everything, on every worker of the fleet.

One worker holds the scope `all` and knows. Each other one reads that one partition of the partials when it is asked,
for as long as it is asked.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from streams.engine.partials import Heard, read
from streams.engine.rollup import only
from streams.engine.routing import home_of
from streams.engine.standing import Open, Standing
from streams.kpis.catalogue import Catalogue
from streams.measures.vector import Vector, difference
from streams.names import ALL, PARTIALS
from streams.units import SECOND
from streams.worker.follower import Follower
from streams.worker.roll import Roll, present
from streams.worker.settings import Settings

IDLE = 60.0
"""Seconds after which what nobody asks for is read no longer."""


class Reader(Follower):
    """What is open in the scope `all`, by its partition of the partials."""

    def __init__(self, settings: Settings, catalogue: Catalogue, home: int, auth: Mapping[str, Any]) -> None:
        servers = settings.broker.bootstrap.split(",")
        super().__init__(servers, settings.topic(PARTIALS), [home], auth)
        self._measures = catalogue.standing
        self.standing = Standing(self._measures)
        self._told: dict[tuple[int, int], Vector] = {}
        self._watermarks: dict[int, int] = {}

    def take(self, partition: int, key: bytes, value: bytes | None) -> None:  # noqa: ARG002
        """Cells are absolute: what counts is how they differ from what was told before."""
        told = read(key, value)
        if isinstance(told, Heard):
            self._watermarks[told.partition] = told.progress.watermark
        elif told.scope == ALL:
            cell, vector = (told.partition, told.pane), only(told.vector, self._measures)
            self.standing.add(ALL, told.pane, difference(vector, self._told.pop(cell, {})))
            if vector:
                self._told[cell] = vector

    @property
    def watermark(self) -> int:
        """The least of the journal partitions', in ms."""
        return min(self._watermarks.values(), default=0)


class Overall:
    """Asks whoever knows."""

    def __init__(self, settings: Settings, catalogue: Catalogue, roll: Roll, auth: Mapping[str, Any]) -> None:
        self._settings, self._catalogue, self._roll, self._auth = settings, catalogue, roll, auth
        self._home = home_of(ALL, settings.broker.partitions)
        self._reader: Reader | None = None
        self._asked = 0.0
        self._lock = asyncio.Lock()

    async def told(self, now: int) -> dict[str, Any]:
        """In all and by clock: how many wait, are at risk, are overdue, and how old the oldest is, in seconds."""
        self._asked = time.monotonic()
        shard = self._roll.shards.get(self._home)
        if shard is not None and shard.caught_up:
            return answer(shard.standing, self._present(shard.publisher.rollup.watermark, now))
        reader = await self._reading()
        return answer(reader.standing, self._present(reader.watermark, now))

    async def rest(self) -> None:
        """Read no longer what is held here, or what nobody has asked for of late."""
        shard = self._roll.shards.get(self._home)
        if (shard is not None and shard.caught_up) or time.monotonic() - self._asked > IDLE:
            await self.stop()

    async def stop(self) -> None:
        """Read no longer."""
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.stop()

    async def _reading(self) -> Reader:
        async with self._lock:
            if self._reader is None:
                reader = Reader(self._settings, self._catalogue, self._home, self._auth)
                await reader.start()
                await reader.reached(self._home)
                self._reader = reader
            return self._reader

    def _present(self, watermark: int, now: int) -> int:
        return present(watermark, now, self._settings.worker.live)


def answer(standing: Standing, present: int) -> dict[str, Any]:
    """What is open in the scope `all`, as JSON."""
    clocks = {clock: one for clock, scope, one in standing if scope == ALL}
    by_clock = {clock: _numbers([one], present) for clock, one in clocks.items()}
    return {**_numbers(list(clocks.values()), present), "clocks": by_clock}


def _numbers(of: list[Open], present: int) -> dict[str, float | None]:
    oldest = min((one.since for one in of), default=None)
    return {
        "waiting": sum(one.waiting for one in of),
        "at_risk": sum(one.at_risk for one in of),
        "overdue": sum(one.overdue for one in of),
        "oldest_seconds": None if oldest is None else max(0, present - oldest) / SECOND,
    }

"""The latest kpi-values of the whole fleet, read from the topic: for the page, the API, and to go on with revisions."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from streams.units import rfc3339
from streams.worker.follower import Follower

Listener = Callable[[bytes, bytes | None], None]


class Values(Follower):
    """Follows every partition of kpi-values."""

    def __init__(
        self,
        bootstrap: list[str],
        topic: str,
        partitions: int,
        auth: Mapping[str, Any] | None = None,
        **options: object,
    ) -> None:
        super().__init__(bootstrap, topic, range(partitions), auth, **options)
        self.latest: dict[int, dict[bytes, bytes]] = {p: {} for p in range(partitions)}
        """Key → record, by partition."""
        self.listeners: list[Listener] = []

    def take(self, partition: int, key: bytes, value: bytes | None) -> None:
        """The last record of a key counts."""
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
        """Wait until the partition is read up to its end as of now; its latest records."""
        await self.reached(partition)
        return self.latest[partition]

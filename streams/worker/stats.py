"""What a worker counts of itself; read by the collector."""

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

LATENCY_EDGES = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds in seconds; 2 s is what we promise."""


class Histogram:
    """Counts of seconds by upper bound."""

    def __init__(self, edges: tuple[float, ...] = LATENCY_EDGES) -> None:
        self.edges = edges
        self.counts = [0] * (len(edges) + 1)
        self.sum = 0.0

    def observe(self, seconds: float, count: int = 1) -> None:
        """Count `count` observations of this many seconds."""
        self.counts[bisect_left(self.edges, seconds)] += count
        self.sum += seconds * count


class Stats:
    """Counters of one worker since its start."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        """Records by input topic."""
        self.missed: Counter[str] = Counter()
        """Records by input topic that were gone before they were read."""
        self.events: Counter[str] = Counter()
        """Journal events by what became of them."""
        self.dead: Counter[str] = Counter()
        """Dead letters by reason."""
        self.decisions: Counter[tuple[str, str, str]] = Counter()
        """Decisions of a policy's clocks: policy, clock, outcome."""
        self.published: Counter[str] = Counter()
        """Records by output topic."""
        self.fenced = 0
        """Writes refused because the partition has another owner."""
        self.latency = Histogram()
        """From production of an event to its gauge."""
        self.flush_seconds = Histogram()
        self.busy_seconds: defaultdict[str, float] = defaultdict(float)
        """How long each stage kept the event loop busy."""
        self.watermarks: dict[int, int] = {}
        """Of the journal partitions held, in ms."""
        self.lags: dict[tuple[str, int], int] = {}
        """Records not yet taken, by topic (without prefix) and partition."""
        self._read: dict[tuple[str, int], float] = {}
        """When an input partition was read last, by the monotonic clock."""

    @contextmanager
    def busy(self, stage: str) -> Iterator[None]:
        """Count the time spent inside for a stage; nothing in there may wait."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.busy_seconds[stage] += time.perf_counter() - started

    def timed(self, stage: str, items: Iterator[T]) -> Iterator[T]:
        """The items; the time that it takes to make them is counted for a stage."""
        while True:
            with self.busy(stage):
                item = next(items, None)
            if item is None:
                return
            yield item

    def note_input(self, place: tuple[str, int], lag: int) -> None:
        """An input partition was read, and lags by so many records now."""
        self.lags[place], self._read[place] = lag, time.monotonic()

    def lag_of_inputs(self, within: float) -> int:
        """Records of the input topics not yet taken here, of partitions that were read within so many seconds.

        What is left of others may be nothing that can be read: an aborted transaction.
        """
        since = time.monotonic() - within
        return sum(self.lags.get(place, 0) for place, at in self._read.items() if at >= since)

    def keep_lags(self, held: set[tuple[str, int]]) -> None:
        """Forget the lags of partitions that went elsewhere."""
        self.lags = {place: lag for place, lag in self.lags.items() if place in held}

"""The memory of the workers, sampled while they run."""

import threading
import time
from typing import NamedTuple

from tests.soak.fleet import Fleet

PERIOD = 0.25


class Sample(NamedTuple):
    """The largest worker at an instant of the monotonic clock: seconds, bytes."""

    at: float
    rss: int


class Sampler:
    """Samples as long as the context lasts."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.samples: list[Sample] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._stop.wait(PERIOD):
            largest = max((worker.rss for worker in list(self._fleet.workers.values())), default=0)
            self.samples.append(Sample(time.monotonic(), largest))

    @property
    def peak(self) -> int:
        """The most that a worker had, in bytes."""
        return max((sample.rss for sample in self.samples), default=0)

    def growth(self, since: float, until: float) -> int:
        """By how many bytes a worker grew between two instants."""
        within = [sample.rss for sample in self.samples if since <= sample.at <= until]
        return max(within) - within[0] if within else 0

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

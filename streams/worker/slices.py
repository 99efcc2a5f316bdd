"""Long work of the event loop, in slices: what waits meanwhile has its turn between them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from streams.worker.stats import Stats

SLICE_SECONDS = 0.01
"""How long work goes on at a stretch."""


async def sliced(steps: Iterator[object], stage: str, stats: Stats) -> AsyncIterator[int]:
    """Go through the steps; after each slice how many it had. The time that they take is counted for a stage."""
    while True:
        with stats.busy(stage):
            taken, over = _slice(steps)
        yield taken
        if over:
            return
        await asyncio.sleep(0)


def _slice(steps: Iterator[object]) -> tuple[int, bool]:
    """Steps for as long as a slice lasts: how many there were, and whether that was all."""
    until, taken = time.monotonic() + SLICE_SECONDS, 0
    for _ in steps:
        taken += 1
        if time.monotonic() > until:
            return taken, False
    return taken, True

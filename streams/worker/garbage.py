"""Python's cyclic garbage collector, at moments of our choosing.

By itself it runs when many objects were made: in the middle of a flush, where all of them are still needed, and traces
each for nothing. That costs a fifth of the worker's time. State is made of many small objects that live on and form no
cycles; what forms them, in the event loop and its clients, is little: some hundred objects in half a minute of work
that left four millions to be traced.
"""

import gc
import time
from collections.abc import Callable

SECONDS = 30.0
"""From one collection to the next, at least."""
MIDDLE, FULL = 4, 20
"""Every so many of them the middle generation is collected too, or all."""
REST = 300
"""Times as long as a collection takes, the loop standing still, it rests: a third of a per cent of the time."""
TRACED = 3e-7
"""Seconds that it takes to trace an object, about."""


class Garbage:
    """Collects when told to, and only then; `clock` gives seconds since some instant."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._took = clock, 0.0
        self._told, self._ended = 0, clock()

    def take_over(self) -> None:
        """From now on nothing is collected unless `collect` is called; what is there now stays for good."""
        gc.collect()
        gc.freeze()
        gc.disable()
        self._ended = self._clock()

    async def collect(self) -> None:
        """Collect the youngest generation, from time to time the others; not before it has rested for what it takes."""
        began = self._clock()
        if began - self._ended < REST * max(self._took, gc.get_count()[0] * TRACED):
            return
        self._told += 1
        gc.collect(2 if self._told % FULL == 0 else 1 if self._told % MIDDLE == 0 else 0)
        self._ended = self._clock()
        self._took = self._ended - began

"""Python's cyclic garbage collector, at moments of our choosing.

By itself it runs when many objects were made: in the middle of a flush, where all of them are still needed, and traces
each for nothing. That costs a fifth of the worker's time. State is made of many small objects that live on and form no
cycles; what forms them, in the event loop and its clients, is little.
"""

import gc

SECONDS = 30.0
"""Between collections of the youngest generation."""
MIDDLE, FULL = 4, 20
"""Every so many of them the middle generation is collected too, or all."""


class Garbage:
    """Collects when told to, and only then."""

    def __init__(self) -> None:
        self._told = 0

    def take_over(self) -> None:
        """From now on nothing is collected unless `collect` is called; what is there now stays for good."""
        gc.collect()
        gc.freeze()
        gc.disable()

    async def collect(self) -> None:
        """Collect the youngest generation; from time to time the others."""
        self._told += 1
        gc.collect(2 if self._told % FULL == 0 else 1 if self._told % MIDDLE == 0 else 0)

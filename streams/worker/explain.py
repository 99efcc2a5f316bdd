"""The cases behind a value, read from the journal partitions that this worker holds, a little at a time.

A worker has the rows of its own partitions alone: what the others hold is named as missing, and they can be asked the
same. Rows are those of the last flush.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from functools import partial
from typing import Any

from streams.cases.conventions import Conventions
from streams.engine import rows
from streams.engine.stories import Question, Telling
from streams.engine.terms import Terms
from streams.exports.stories import Gathering, explanation
from streams.worker.stores import Rows

SLICE_SECONDS = 0.004
"""How long the loop is held at a stretch, about."""
REST = 2
"""For each second of looking, so many are left to other work."""
PAGE = 50
"""Rows read at once."""
PATIENCE = 20.0
"""Seconds after which what was found by then is the answer."""


class Explainer:
    """Looks into the partitions that are held; `shelf` gives the rows of one, and raises LookupError without it.

    `under` gives the conventions of a partition under so many of its editions of policies.
    """

    def __init__(
        self,
        terms: Terms,
        partitions: int,
        held: Callable[[], Collection[int]],
        shelf: Callable[[int], Rows],
        under: Callable[[int, int], Conventions] | None = None,
    ) -> None:
        self._terms, self._partitions, self._held, self._shelf, self._under = terms, partitions, held, shelf, under
        self._catalogue, self._conventions = terms.catalogue(), terms.told

    async def explain(self, question: Question, limit: int) -> dict[str, Any]:
        """The answer, with the partitions looked into; what may be missing stands in `incomplete`."""
        gathering, pace = Gathering(question.kpi, limit), Pace()
        read = list[int]()
        for partition in sorted(self._held()):
            under = None if self._under is None else partial(self._under, partition)
            telling = Telling(question, self._catalogue, self._conventions, under)
            try:
                async for key, data in self._rows(partition, pace):
                    gathering.add(telling.look(key, data))
            except LookupError:
                continue  # it went to another worker meanwhile
            read.append(partition)
        answer = explanation(question, gathering.found(), self._terms.tz, self._missing(len(read), pace))
        return {**answer, "partitions": read}

    def _missing(self, read: int, pace: "Pace") -> Iterator[str]:
        if pace.over:
            yield f"looking took longer than {PATIENCE:.0f} s: not all cases were looked at"
        if read < self._partitions:
            yield f"{self._partitions - read} of {self._partitions} journal partitions are held by other workers"

    async def _rows(self, partition: int, pace: "Pace") -> AsyncIterator[tuple[bytes, bytes]]:
        for prefix in (rows.CASE, rows.CUSTOMER):
            after = b""
            while not pace.over and (page := self._shelf(partition).page(prefix, after, PAGE)):
                for row in page:
                    yield row
                after = page[-1][0]
                await pace.breathe()


class Pace:
    """Looks for a slice of time, then rests."""

    def __init__(self) -> None:
        self._begun = self._since = time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self._begun > PATIENCE

    async def breathe(self) -> None:
        """Rest, if the slice is over."""
        taken = time.monotonic() - self._since
        if taken >= SLICE_SECONDS:
            await asyncio.sleep(REST * taken)
            self._since = time.monotonic()

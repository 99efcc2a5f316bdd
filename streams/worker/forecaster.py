"""Forecasts of breaches in a worker: for each journal partition held, from a sample of its own tickets.

Customers are dealt out to partitions by a checksum, so the tickets of one are a fair sample of all; what is expected
adds up over partitions. Both the learning and the looking ahead are done in slices, most of the time at rest.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from streams.cases.case import TICKET
from streams.cases.policies import Policies
from streams.cases.ticket import timeline
from streams.engine import rows
from streams.sla.foresight import Promise, Sample, Score, chances, expected, scored
from streams.sla.policy import TICKET_CLOCKS
from streams.sla.prediction import Experience, Life, experience_at, lives
from streams.units import DAY, HOUR
from streams.worker.measure import Held
from streams.worker.stores import Rows

SECONDS = 60.0
"""Between looks ahead."""
LEARN_SECONDS = 900.0
"""After so long a partition learns anew."""
PAST = 30 * DAY
"""How far back, in ms, it learns from."""
TICKETS = 2_000
"""It learns from a sample of so many at most."""
PAGE = 50
SLICE_SECONDS, REST = 0.004, 9
"""How long the loop is held at a stretch, and how many times as long it rests then."""
_BEGIN = rows.CASE + TICKET.encode()


class Known(Struct):
    """What a partition has learnt."""

    experience: Experience
    scores: dict[str, Score]
    """By clock."""
    at: float


class GoneError(Exception):
    """The partition went to another worker, or the worker ends."""


class Forecaster:
    """The forecasts of the partitions held, where policies are configured."""

    def __init__(self, held: Callable[[], Mapping[int, Held]], shelf: Callable[[int], Rows]) -> None:
        self._held, self._shelf = held, shelf
        self._since, self._stopping = 0.0, False
        self.known: dict[int, Known] = {}
        self.expected: dict[int, dict[Promise, float]] = {}
        """By partition the breaches to expect in the next hour."""
        self.looked = 0
        """Grows with the work that is done."""

    def stop(self) -> None:
        """Break off."""
        self._stopping = True

    async def step(self) -> None:
        """Look ahead in every partition, and learn where that is due."""
        for gone in self.known.keys() - self._held().keys():
            del self.known[gone]
            self.expected.pop(gone, None)
        for partition, held in list(self._held().items()):
            policies = held.engine.policies
            if policies is None or held.behind:
                continue
            try:
                await self._look(partition, held, policies)
            except (GoneError, LookupError):
                continue

    async def _look(self, partition: int, held: Held, policies: Policies) -> None:
        known = self.known.get(partition)
        if known is None or time.monotonic() - known.at >= LEARN_SECONDS:
            known = self.known[partition] = await self._learn(partition, held, policies)
        self.expected[partition] = await self._ahead(partition, held, policies, known.experience)

    async def _learn(self, partition: int, held: Held, policies: Policies) -> Known:
        asof, sample, after = held.engine.watermark, Sample(TICKETS), b""
        while page := self._shelf(partition).page(_BEGIN, after, PAGE):
            for key, data in page:
                ref = key[len(rows.CASE) :].decode()
                if sample.wants(ref) and rows.decode_head(data).latest >= asof - PAST:
                    sample.take(ref, list(_lives(data, policies, asof)))
                    await self._breathe(partition, held)
            after = page[-1][0]
            await self._breathe(partition, held)
        found, scores = sample.lives, dict[str, Score]()
        for clock in TICKET_CLOCKS:
            for score in scored(found, clock):
                scores[clock] = score
                await self._breathe(partition, held)
        return Known(experience_at(found, asof), scores, time.monotonic())

    async def _ahead(self, partition: int, held: Held, policies: Policies, known: Experience) -> dict[Promise, float]:
        asof, found = held.engine.watermark, list[tuple[Promise, int, float]]()
        for ref in held.engine.deadlines.before(asof + HOUR):
            data = self._shelf(partition).get(rows.case_key(ref)) if ref.startswith(TICKET) else None
            if data is not None:
                found += chances(_lives(data, policies, asof), known, asof)
            await self._breathe(partition, held)
        return expected(found, asof, HOUR)

    async def _breathe(self, partition: int, held: Held) -> None:
        """Rest, if the slice is over."""
        self.looked += 1
        taken = time.monotonic() - self._since
        if taken >= SLICE_SECONDS:
            await asyncio.sleep(REST * min(taken, 10 * SLICE_SECONDS))
            self._since = time.monotonic()
            if self._stopping or self._held().get(partition) is not held:
                raise GoneError


def _lives(data: bytes, policies: Policies, asof: int) -> Iterator[Life]:
    line = timeline(rows.decode_case(data).events)
    return iter(()) if line is None else lives(line, policies, asof)

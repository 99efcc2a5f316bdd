"""Asks for somebody else where a ticket was left unattended: the one worker that holds partition 0 of the partials.

Operators have tickets of many customers, and so of many journal partitions: no owner of one of these knows who is least
loaded. So each tells the topic `desk` of its tickets, and one reader knows all. A worker that takes over reads `desk`
and `reassignment-requested` first: what was asked for is not asked again.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from itertools import islice

from msgspec import Struct

from streams import names
from streams.cases.case import identify
from streams.exports import reassignment
from streams.exports.desk import Ticket, Upto, Watermark, read, upto_record
from streams.exports.reassignment import Reassignment
from streams.sla.desk import Desk, Request
from streams.worker.pen import FencedError, Outgoing, Pen
from streams.worker.settings import Settings
from streams.worker.stats import Stats
from streams.worker.values import Values
from streams.worker.writer import BatchWriter

CHUNK = 100
"""Proposals made at a stretch."""
MARK_SECONDS = 60.0
"""How far all were made is written down this often, and after each proposal."""

log = logging.getLogger(__name__)


class Reading(Struct):
    """What an owner knows: the desk, how far each journal partition has come, and what it reads from."""

    desk: Desk
    pen: Pen
    sources: list[Values]
    watermarks: dict[int, int] = {}
    upto: int = 0
    marked: float = 0.0
    heard: int = 0

    def hear(self, key: bytes, value: bytes | None) -> None:
        """A record of `desk`."""
        self.heard += 1
        told = read(key, value)
        match told:
            case Ticket(ref, story):
                self.desk.tell(ref, story)
            case Watermark(partition, at):
                self.watermarks[partition] = max(at, self.watermarks.get(partition, at))
            case Upto(at):
                self.upto = max(self.upto, at)

    def recall(self, _: bytes, value: bytes | None) -> None:
        """A record of `reassignment-requested`."""
        if value is not None:
            ref, made = reassignment.proposal(value)
            self.desk.remember(ref, made)


class Dispatch:
    """Makes the proposals of the fleet while `owns` says that it is this worker's part; None: not known just now."""

    def __init__(
        self,
        settings: Settings,
        writer: BatchWriter,
        stats: Stats,
        owns: Callable[[], bool | None],
        follow: Callable[[str], Values],
    ) -> None:
        self._settings, self._writer, self._stats = settings, writer, stats
        self._owns, self._follow = owns, follow
        self._desk, self._asked = settings.topic(names.DESK), settings.topic(names.REASSIGNMENT_REQUESTED)
        self._reading: Reading | None = None

    @property
    def heard(self) -> int:
        """Grows while a new owner reads what there is."""
        return self._reading.heard if self._reading is not None else 0

    async def step(self) -> None:
        """Make what is due."""
        owns = self._owns()
        if owns is False:
            await self.stop()
        elif owns:
            try:
                await self._propose(self._reading or await self._take_over())
            except FencedError as error:
                log.warning("%s: somebody else makes the proposals", error)
                await self.stop()

    async def stop(self) -> None:
        """Let go."""
        reading, self._reading = self._reading, None
        if reading is not None:
            await asyncio.gather(*(source.stop() for source in reading.sources))
            self._writer.release(reading.pen)

    async def _take_over(self) -> Reading:
        pen = await self._writer.claim(f"{self._asked}-0")
        sources = [self._follow(self._desk), self._follow(self._asked)]
        reading = self._reading = Reading(Desk(), pen, sources)
        for source, listener in zip(sources, (reading.hear, reading.recall), strict=True):
            source.listeners.append(listener)
            await source.start()
            await source.caught_up(0)
        reading.desk.begin(reading.upto)
        log.info("makes the proposals of the fleet, for %d tickets", len(reading.desk.tickets))
        return reading

    async def _propose(self, reading: Reading) -> None:
        if len(reading.watermarks) < self._settings.broker.partitions:
            return
        before, made = min(reading.watermarks.values()), False
        requests = reading.desk.requests(before)
        while chunk := list(islice(self._stats.timed("desk", requests), CHUNK)):
            if not self._owns():
                await self.stop()  # what was made and not sent is made by the next owner
                return
            await reading.pen.send(self._asked, 0, [_outgoing(request) for request in chunk])
            self._stats.published[names.REASSIGNMENT_REQUESTED] += len(chunk)
            made = True
        await self._mark(reading, before, made)

    async def _mark(self, reading: Reading, before: int, made: bool) -> None:
        now = time.monotonic()
        if before > reading.upto and (made or now - reading.marked >= MARK_SECONDS):
            reading.upto, reading.marked = before, now
            key, value = upto_record(before)
            await reading.pen.send(self._desk, 0, [(key, value, None, [])])


def _outgoing(request: Request) -> Outgoing:
    case = identify(request.ref)
    key, value, heads = reassignment.event(
        Reassignment(
            ref=request.ref,
            customer_id=case.customer,
            ticket_id=case.subject,
            department=request.department,
            from_agent=request.holder,
            to_agent=request.to,
            why="unattended",
            chain=request.chain,
            assigned_at=request.assigned_at,
            requested_at=request.at,
        )
    )
    return key, value, None, heads

"""Intake: raw records in, the journal and the dead letters out."""

import asyncio
import logging
import time
from collections import defaultdict, deque

from streams import names
from streams.engine.routing import partition_of
from streams.events.decode import Decoder
from streams.events.journal import Entry, encode
from streams.events.model import Rejected
from streams.events.trace import traceparent
from streams.exports.letters import rejected_letter
from streams.worker.batch import Batch
from streams.worker.pen import Outgoing
from streams.worker.settings import Settings
from streams.worker.stats import Stats
from streams.worker.writer import BatchWriter

log = logging.getLogger(__name__)

UNDER_WAY = 8
"""Batches being written at once, so that decoding goes on while the broker acknowledges."""


class Intake:
    """Decodes batches of the five input topics and writes them on, acknowledged, before they are acked."""

    def __init__(self, settings: Settings, writer: BatchWriter, stats: Stats) -> None:
        self._settings, self._writer, self._stats = settings, writer, stats
        self._under_way: deque[tuple[Batch, asyncio.Task[None]]] = deque()
        self._retiring = asyncio.Lock()
        self._decode = Decoder(settings.kpis.currency).decode
        self._journal, self._dead = settings.topic(names.JOURNAL), settings.topic(names.DEAD_LETTER)
        self._partitions = settings.broker.partitions
        self.reached: dict[tuple[str, int], int] = {}
        """The next offset of each input partition; all below is in the journal or a dead letter."""

    async def handle(self, batch: Batch) -> None:
        """Begin to write a batch on; it is acked when the broker has all of it. Raises what an earlier one met with."""
        topic = batch.tp.topic.removeprefix(self._settings.broker.prefix)
        if batch.missed:
            self._miss(topic, batch)
        with self._stats.busy("intake"):
            entries, letters = self._sort(topic, batch)
        while len(self._under_way) >= UNDER_WAY:
            await self._retire()
        self._under_way.append((batch, asyncio.ensure_future(self._write(batch, topic, entries, letters))))

    def _miss(self, topic: str, batch: Batch) -> None:
        """Tell of records that nobody can read any more."""
        log.error(
            "%s/%d: the records %d to %d were gone before they were read, and are in no number: the topic keeps them "
            "for less time than the workers were behind; have their producers send them again",
            *(topic, batch.tp.partition, batch.expected, batch.start - 1),
        )
        self._stats.missed[topic] += batch.missed

    async def finish(self) -> None:
        """Wait until everything begun is written and acked; raises what went wrong."""
        while self._under_way:
            await self._retire()

    async def _retire(self) -> None:
        """Wait for the oldest batch under way. One after the other, so that `reached` never runs ahead of one."""
        async with self._retiring:
            if self._under_way:
                batch, writing = self._under_way[0]
                await writing
                self._under_way.popleft()
                place = batch.tp.topic.removeprefix(self._settings.broker.prefix), batch.tp.partition
                self.reached[place] = batch.next
                self._stats.note_input(place, batch.end - batch.next)

    async def _write(
        self, batch: Batch, topic: str, entries: dict[int, list[Outgoing]], letters: list[Outgoing]
    ) -> None:
        writes = [self._writer.send(self._journal, partition, records) for partition, records in entries.items()]
        if letters:
            target = partition_of(topic, await self._writer.partitions(self._dead))
            writes.append(self._writer.send(self._dead, target, letters))
        await asyncio.gather(*writes)
        batch.ack()
        self._stats.received[topic] += len(batch.records)

    def _sort(self, topic: str, batch: Batch) -> tuple[dict[int, list[Outgoing]], list[Outgoing]]:
        entries: dict[int, list[Outgoing]] = defaultdict(list)
        letters: list[Outgoing] = []
        decode, not_after, partition = self._decode, self._not_after(), batch.tp.partition
        for record in batch.records:
            headers = record.headers
            event = decode(topic, record.value, headers, not_after=not_after)
            if isinstance(event, Rejected):
                self._stats.dead[event.reason] += 1
                key, value, heads = rejected_letter(topic, partition, record.offset, record.value, headers, event)
                letters.append((key, value, record.timestamp, heads))
                continue
            home = entries[partition_of(event.customer_id, self._partitions)]
            trace = traceparent(headers, record.value) if headers else None
            entry = Entry(event, partition, record.offset, record.timestamp, trace)
            home.append((None, encode(entry), None, []))
        return entries, letters

    def _not_after(self) -> int:
        clock = self._settings.worker.clock_ms
        return (time.time_ns() // 1_000_000 if clock is None else clock) + self._settings.max_future

"""A table of raw rows whose changelog is ahead of its local store at any moment, never behind."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import faust
from faust.stores.base import Store
from faust.types import TP

from streams.exports.topics import TOMBSTONES
from streams.units import SECOND
from streams.worker.batch import Drained
from streams.worker.claims import RENEW_SECONDS
from streams.worker.logs import framework
from streams.worker.pen import FencedError, Pen
from streams.worker.stores import MemoryRows, Row, Rows, open_rows
from streams.worker.transport import BatchSchema
from streams.worker.writer import BatchWriter

CLAIM = b"claim"
"""The key of no row: a tombstone of it stands in a changelog where an owner began."""
CONTEST_SECONDS = 1.0
STALE_SECONDS = TOMBSTONES / SECOND / 2
"""Local rows that were last whole longer ago are not caught up: what tells that a row has gone may have gone itself."""


log = logging.getLogger(__name__)


class PartitionLostError(RuntimeError):
    """A row of a partition that this worker does not hold, or no longer holds."""


class ForeignWriterError(RuntimeError):
    """Somebody else has appended to a changelog partition that this worker holds."""


class StateStore(Store):  # type: ignore[misc]
    """The partitions of a table that this worker holds; what Faust's recovery knows of it is the offsets."""

    logger = framework

    def __init__(self, *args: Any, topic: str, open_rows: Callable[[int], Rows], **options: Any) -> None:
        super().__init__(*args, **options)
        self.topic = topic
        self.held: dict[int, Rows] = {}
        self._open_rows = open_rows

    async def on_rebalance(
        self,
        assigned: set[TP],
        revoked: set[TP],  # noqa: ARG002
        newly_assigned: set[TP],  # noqa: ARG002
        generation_id: int = 0,  # noqa: ARG002
    ) -> None:
        """Let go of partitions that went, open those that came; those that stay keep their rows."""
        wanted = {tp.partition for tp in assigned if tp.topic == self.topic}
        for partition in self.held.keys() - wanted:
            self.held.pop(partition).close()
        for partition in wanted - self.held.keys():
            self.held[partition] = self._open_rows(partition)

    def begin_anew(self, partition: int) -> Rows:
        """Forget the local rows of a partition; all of them are in the changelog."""
        self.held.pop(partition).remove()
        rows = self.held[partition] = self._open_rows(partition)
        return rows

    def persisted_offset(self, tp: TP) -> int | None:
        """The last changelog offset in the local rows: where recovery goes on."""
        rows = self.held.get(tp.partition)
        return None if rows is None else rows.offset

    def close(self) -> None:
        """Let go of all partitions."""
        while self.held:
            self.held.popitem()[1].close()

    async def on_stop(self) -> None:
        """Close with the table."""
        self.close()

    # Faust's interface of a store; none of it is used: changelogs come by `StateTable.restore`, backups are Kafka's.

    def apply_changelog_batch(self, batch: Iterable[Any], to_key: Any, to_value: Any) -> None:  # noqa: ARG002
        """Refuse what comes by another way than `StateTable.restore`."""
        if any(True for _ in batch):
            raise NotImplementedError("changelog records come in batches")

    def reset_state(self) -> None:
        """Not supported: remove the data directory of a stopped worker instead."""
        raise NotImplementedError

    async def backup_partition(self, *_: Any, **__: Any) -> None:
        """Not supported: the changelog topic is the backup."""
        raise NotImplementedError

    def restore_backup(self, *_: Any, **__: Any) -> None:
        """Not supported: the changelog topic is the backup."""
        raise NotImplementedError


class StateTable(faust.Table):  # type: ignore[misc]
    """Rows by partition. A write is appended to the changelog, acknowledged by the broker, and only then applied.

    The changelog topic is compacted without retention and has as many partitions as the topic whose state it holds.
    """

    logger = framework

    def __init__(
        self, app: Any, *, name: str, writer: BatchWriter, changelog: str, directory: Path | None = None, **options: Any
    ) -> None:
        self.writer = writer
        self.changelog = changelog
        self.directory = directory
        self._locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._pens: dict[int, Pen] = {}
        super().__init__(app, name=name, key_type=bytes, value_type=bytes, schema=BatchSchema(), **options)

    def _changelog_topic_name(self) -> str:
        return self.changelog

    def _new_store(self) -> StateStore:
        return StateStore("state://", self.app, self, topic=self.changelog, open_rows=self._open_rows, loop=self.loop)

    def _open_rows(self, partition: int) -> Rows:
        if self.directory is None:
            return MemoryRows()
        return open_rows(self.directory / f"{self.name}-{partition}")

    @property
    def held(self) -> set[int]:
        """The partitions that this worker holds."""
        return set(self.data.held)

    def rows(self, partition: int) -> Rows:
        """The rows of a partition that this worker holds.

        Raises:
            PartitionLostError: it does not hold it.
        """
        try:
            rows: Rows = self.data.held[partition]
        except KeyError:
            raise PartitionLostError(f"{self.name}: partition {partition} is not ours") from None
        return rows

    async def claim(self, partitions: set[int]) -> None:
        """Become the only writer of these partitions of the changelog, and of no others.

        From then on the changelog's end moves by what this worker writes alone: what is read up to there is all.
        Local rows that can not be caught up are forgotten, and all is read.
        """
        for gone in self._pens.keys() - partitions:
            self.writer.release(self._pens.pop(gone))
        await asyncio.gather(*(self._take(partition) for partition in sorted(partitions)))

    async def _take(self, partition: int) -> None:
        end, now = await self._claim(partition), time.time()
        rows = self.data.held.get(partition)
        if rows is None:
            return  # it went meanwhile
        why = _unfit(rows, end, now)
        if why:
            log.warning("%s/%d: the local rows %s; all are read from the changelog", self.changelog, partition, why)
            rows = self.data.begin_anew(partition)
        if rows.offset is None:
            rows.whole_at = now  # whatever is read from now on, and goes later, will be told to go

    async def _claim(self, partition: int) -> int:
        """The offset from which on this worker alone writes."""
        while True:
            pen = await self.writer.claim(f"{self.changelog}-{partition}")
            if partition in self._pens:
                self.writer.release(self._pens[partition])
            self._pens[partition] = pen
            try:
                return await pen.send(self.changelog, partition, [(CLAIM, None, None, [])])
            except FencedError:
                await asyncio.sleep(CONTEST_SECONDS)  # another worker claims at the same time; one of us will learn why

    async def renew(self, partition: int) -> None:
        """Claim a partition once more if that was long ago: the cluster forgets an identity that nobody asks for.

        To be called while nothing is being written by the partition's pen.
        """
        if time.monotonic() - self.pen(partition).since >= RENEW_SECONDS:
            async with self._locks[partition]:
                local = self.rows(partition)
                self._apply(partition, local, [(CLAIM, None)], await self._claim(partition))

    def pen(self, partition: int) -> Pen:
        """What writes the changelog of a partition, and what else only its owner may tell.

        Raises:
            PartitionLostError: this worker does not hold it.
        """
        self.rows(partition)
        try:
            return self._pens[partition]
        except KeyError:
            raise PartitionLostError(f"{self.name}: partition {partition} is not claimed") from None

    async def write(self, partition: int, rows: Sequence[Row]) -> int | None:
        """Append rows in their order to the changelog and, when acknowledged, apply them; the offset reached.

        Raises:
            PartitionLostError: the partition was not ours, or went while the broker acknowledged: nothing is applied.
            FencedError: another worker has claimed the partition: nothing is applied, nor in the changelog.
            ForeignWriterError: somebody without a claim has written in between: nothing is applied.
            aiokafka.errors.KafkaError: the broker refused some: nothing is applied.
        """
        async with self._locks[partition]:
            local = self.rows(partition)
            if not rows:
                return local.offset
            pen = self.pen(partition)
            last = await pen.send(self.changelog, partition, ((key, value, None, []) for key, value in rows))
            self._apply(partition, local, rows, last)
            return last

    def _apply(self, partition: int, local: Rows, rows: Sequence[Row], last: int) -> None:
        """Apply rows that are in the changelog, where nothing else has come in between."""
        if self.data.held.get(partition) is not local:
            raise PartitionLostError(f"{self.name}: partition {partition} went during a write")
        if local.offset is not None and last - len(rows) != local.offset:
            raise ForeignWriterError(f"{self.changelog}/{partition}: {local.offset} + {len(rows)} rows ended at {last}")
        local.apply(rows, last, time.time())

    # --- recovery: the consumer hands changelog batches over while Faust's recovery waits for them

    def wants(self, tp: TP) -> bool:
        """Whether recovery still reads this changelog partition."""
        recovery = self.app.tables.recovery
        return recovery.in_recovery and tp in recovery.active_tps and tp.partition in self.data.held

    def restore(self, tp: TP, drained: Drained) -> None:
        """Apply a changelog batch, tell recovery how far it got, and end it where all partitions are there."""
        rows, reached = self.rows(tp.partition), drained.next - 1
        fresh = _after(drained, rows.offset)
        if rows.offset is None or reached > rows.offset:
            rows.apply(fresh, reached)
        self.app.tables.recovery.advance(tp, reached, len(fresh))


def _unfit(rows: Rows, end: int, now: float) -> str | None:
    """Why local rows can not be caught up with a changelog that ends at an offset, at a time in s since the epoch.

    Kafka keeps the tombstone of a row for a day, and may then forget that there was one: who has the row, and reads on
    later than that, would keep it for ever.
    """
    if rows.offset is None:
        return None
    if rows.offset >= end:
        return f"reach to offset {rows.offset}, beyond the end {end}: they are of a topic that is no more"
    age = abs(now - rows.whole_at)
    if age > STALE_SECONDS:
        return f"were last whole {age / 3600:,.0f} h ago" if rows.whole_at else "do not say when they were last whole"
    return None


def _after(drained: Drained, offset: int | None) -> list[Row]:
    """The rows beyond an offset; keys may not be None in a changelog."""
    known = -1 if offset is None else offset
    return [(record.key or b"", record.value) for record in drained.records if record.offset > known]

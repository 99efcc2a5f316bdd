"""A worker that counts the records of each key: the process that the tests kill.

Usage: counting_worker.py BROKER GROUP TOPIC CHANGELOG DATADIR STORE PACE COMMIT [DIE_AFTER]

It takes PACE seconds for 1,000 records and commits every COMMIT seconds. It keeps `count offset` by key, writes behind,
and keeps the position of its partition in the same table, after the keys. It touches DATADIR.joined when it holds
partitions. After DIE_AFTER counted records it kills itself within a flush, between the keys and the position.
"""

import asyncio
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from faust.types import TP

from streams.worker.app import WorkerApp, create_app, run
from streams.worker.batch import Batch
from streams.worker.pen import FencedError
from streams.worker.table import PartitionLostError, StateTable

POSITION = b"!position"
EXIT_FLUSH_FAILED = 71


@dataclass
class Counter:
    """Counts by partition and key, in memory until the next flush."""

    joined: Path
    pace: float
    die_after: float
    table: StateTable | None = None
    app: WorkerApp | None = None
    counts: dict[int, dict[bytes, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    pending: list[Batch] = field(default_factory=list)
    counted: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def state(self) -> StateTable:
        assert self.table is not None
        return self.table

    async def assigned(self, tps: set[TP]) -> None:
        self.counts.clear()
        self.pending.clear()
        if tps:
            self.joined.touch()

    async def positions(self, tps: set[TP]) -> Mapping[TP, int]:
        stored = {tp: self.state.rows(tp.partition).get(POSITION) for tp in tps}
        return {tp: int(value) for tp, value in stored.items() if value is not None}

    async def revoked(self, _: set[TP]) -> None:
        await self.flush()
        self.counts.clear()

    async def handle(self, batch: Batch) -> None:
        if batch.gap:
            raise RuntimeError(f"{batch.tp}: {batch.expected} expected, got {batch.start}")
        await asyncio.sleep(self.pace * len(batch.records) / 1000)
        async with self.lock:
            self.count(batch)
            self.pending.append(batch)

    def count(self, batch: Batch) -> None:
        dirty, rows = self.counts[batch.tp.partition], self.state.rows(batch.tp.partition)
        for record in batch.records:
            key = record.key or b""
            count, seen = dirty.get(key) or parse(rows.get(key))
            if record.offset > seen:
                dirty[key] = (count + 1, record.offset)
                self.counted += 1

    async def flush(self) -> None:
        async with self.lock:
            pending, self.pending = self.pending, []
            try:
                for partition in {batch.tp.partition for batch in pending}:
                    await self.save(partition, max(batch.next for batch in pending if batch.tp.partition == partition))
            except (FencedError, PartitionLostError):
                assert self.app is not None
                self.app.begin_anew()
                return
            for batch in pending:
                batch.ack()

    async def save(self, partition: int, position: int) -> None:
        dirty = self.counts.pop(partition, {})
        await self.state.write(partition, [(key, b"%d %d" % value) for key, value in dirty.items()])
        if self.counted >= self.die_after:
            os.kill(os.getpid(), signal.SIGKILL)
        await self.state.write(partition, [(POSITION, b"%d" % position)])

    async def flush_often(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            await self.flush()


def parse(value: bytes | None) -> tuple[int, int]:
    """Count and last offset of a row."""
    if value is None:
        return 0, -1
    count, offset = value.split()
    return int(count), int(offset)


def die_if_failed(task: "asyncio.Task[None]") -> None:
    """A flush that failed ends the process."""
    if not task.cancelled() and task.exception() is not None:
        os._exit(EXIT_FLUSH_FAILED)


async def main(  # noqa: PLR0917
    broker: str, group: str, topic: str, changelog: str, datadir: str, store: str, pace: str, commit: str, *rest: str
) -> None:
    counter = Counter(Path(f"{datadir}.joined"), float(pace), float(rest[0]) if rest else float("inf"))
    app = create_app(
        app_id=group,
        broker=broker,
        datadir=Path(datadir),
        store=cast(Literal["memory", "rocksdb"], store),
        positions=counter.positions,
        on_assigned=counter.assigned,
        on_revoked=counter.revoked,
        session_timeout=2.0,
        heartbeat=0.3,
        commit_interval=float(commit),
        broker_max_poll_records=200,
        consumer_max_fetch_size=64 * 1024,
    )
    counter.app, counter.table = app, app.state_table("counts", changelog)
    app.handle([topic], counter.handle, "count")
    flusher = asyncio.create_task(counter.flush_often())
    flusher.add_done_callback(die_if_failed)
    await run(app)
    flusher.cancel()


asyncio.run(main(*sys.argv[1:]))

"""Wrong writes of a flush: in another order, unfenced, not waited for."""

import asyncio
import time
from typing import Any

import msgspec

from tests.soak.defect import defect

SLOW = 0.05
"""Seconds after each write: a broker that takes its time gives a crash more room."""


def _slow_writes() -> None:
    from streams.worker.table import StateTable

    write = StateTable.write

    async def slow(self: StateTable, partition: int, rows: Any) -> Any:
        last = await write(self, partition, rows)
        await asyncio.sleep(SLOW)
        return last

    StateTable.write = slow  # type: ignore[method-assign]


@defect("a flush writes cases and position first, then cells")
def cases_before_cells() -> None:
    from streams.engine.partition import Partition

    flush = Partition.flush

    def swapped(self: Partition) -> Any:
        made = flush(self)
        first, last = [*made.cases, made.position], made.cells
        return msgspec.structs.replace(made, cells=first, cases=last[:-1], position=last[-1] if last else made.position)

    Partition.flush = swapped  # type: ignore[method-assign]
    _slow_writes()


@defect("a flush does not say that it begins")
def no_intent() -> None:
    from streams.engine import rows
    from streams.engine.partition import Partition

    flush = Partition.flush

    def silent(self: Partition) -> Any:
        return msgspec.structs.replace(flush(self), intent=(rows.INTENT, rows.encode(rows.Intent())))

    Partition.flush = silent  # type: ignore[method-assign]
    _slow_writes()


@defect("a worker that was suspended writes on as if it still held its partitions")
def no_fencing() -> None:
    from streams.worker.pen import Pen
    from streams.worker.table import StateTable
    from streams.worker.writer import BatchWriter

    async def unclaimed(self: BatchWriter, name: str) -> Pen:  # noqa: ARG001
        return await self._open(Pen(self.wire, self._compression))

    def trusting(self: StateTable, partition: int, local: Any, rows: Any, last: int) -> None:  # noqa: ARG001
        local.apply(rows, last, time.time())

    BatchWriter.claim = unclaimed  # type: ignore[method-assign]
    StateTable._apply = trusting  # type: ignore[method-assign]

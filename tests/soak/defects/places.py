"""Wrong places to read on from, and partitions that are not let go."""

from collections.abc import Mapping
from typing import Any

from tests.soak.defect import defect


@defect("reading goes on at the committed offsets, not at the position of the rows")
def commit_positions() -> None:
    from streams.worker.service import Service

    async def none(self: Service, tps: Any) -> Mapping[Any, int]:  # noqa: ARG001
        return {}

    Service._positions = none  # type: ignore[method-assign]


@defect("a committed offset is believed, whoever put it there")
def any_commit() -> None:
    from aiokafka.consumer.group_coordinator import GroupCoordinator

    from streams.worker.fetching import mark

    fetch = GroupCoordinator.fetch_committed_offsets

    async def believed(self: GroupCoordinator, partitions: Any) -> Any:
        found = await fetch(self, partitions)
        return {tp: told._replace(metadata=mark(told.offset)) for tp, told in found.items()}

    GroupCoordinator.fetch_committed_offsets = believed


@defect("missing journal offsets go unnoticed")
def no_gap_check() -> None:
    from streams.worker.measure import Measure

    Measure._check = lambda *_: None  # type: ignore[method-assign]


@defect("what is not committed anywhere is read from its end, not from its beginning")
def latest_not_earliest() -> None:
    from faust.transport.drivers.aiokafka import ensure_aiokafka_TP

    from streams.worker.fetching import BatchThread

    place = BatchThread._place

    async def latest(self: BatchThread, tps: Any, positions: Mapping[Any, int]) -> Any:
        consumer = self._ensure_consumer()
        left = [ensure_aiokafka_TP(tp) for tp in tps - positions.keys()]
        fresh = [tp for tp in left if await consumer.committed(tp) is None]
        return await place(self, tps, {**await consumer.end_offsets(fresh), **positions})

    BatchThread._place = latest  # type: ignore[method-assign]


@defect("a partition that stays over a rebalance is read on from where reading was, whatever became of the records")
def read_ahead_stays() -> None:
    from streams.worker.fetching import BatchThread
    from streams.worker.transport import BatchConsumer

    place, message = BatchThread.place, BatchConsumer._receive
    read: dict[Any, int] = {}

    async def stay(self: BatchThread, tps: Any, positions: Mapping[Any, int]) -> Any:
        return await place(self, tps, {**positions, **{tp: read[tp] for tp in tps if tp in read}})

    def receive(self: BatchConsumer, tp: Any, drained: Any) -> Any:
        if tp in self._open:
            read[tp] = drained.next
        return message(self, tp, drained)

    BatchThread.place = stay  # type: ignore[method-assign]
    BatchConsumer._receive = receive  # type: ignore[method-assign]


@defect("a worker goes on exporting, and publishing, partitions that went to another")
def series_kept() -> None:
    from streams.worker.roll import Roll

    assign = Roll.assign

    def keeping(self: Roll, partitions: Any) -> Any:
        return assign(self, {*partitions, *self.shards})

    Roll.assign = keeping  # type: ignore[method-assign]


@defect("state never leaves")
def kept_for_ever() -> None:
    from streams.engine.terms import Terms

    setattr(Terms, "horizon", None)  # noqa: B010 - a property

"""The transport `batch://host:port`: Faust's aiokafka driver, with whole fetches as stream events.

On topics named as batch topics each fetched batch of a partition arrives as one event whose value is a `Batch`;
changelogs of state tables are applied to their store right here; other topics take Faust's own path.

Four of Faust's traps are closed here. A rebalance before the first commit lost what was read ahead: partitions without
a committed offset go to the earliest. Acks since the last commit were dropped at a revoke: we commit first. Records
fetched before a seek were delivered after it: a stale batch is told by its stamp (see `fetching`), and batches flow
only between the seek that follows a recovery and the next revoke. A commit that failed was taken for done.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, cast

from faust import Schema
from faust.transport.consumer import ensure_TP
from faust.transport.drivers import TRANSPORTS
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage, Message
from mode.utils.futures import notify

from streams.worker.batch import Batch, Drained
from streams.worker.fetching import POLL, BatchThread
from streams.worker.hooks import Hooks
from streams.worker.logs import framework

log = logging.getLogger(__name__)

SCHEME = "batch"
TIMESTAMP_MISSING = -1


class ChangelogReader(Protocol):
    """What recovers a table: takes its changelog batches while it is behind."""

    def wants(self, tp: TP) -> bool:
        """Whether the table is in recovery and this partition is one of its own."""
        ...

    def restore(self, tp: TP, drained: Drained) -> None:
        """Apply the records, and end the recovery with the last of them."""
        ...


class Standing(NamedTuple):
    """How far a partition is read, and the last offset of the oldest batch that is not acked, if there is one."""

    next: int
    unacked: int | None


class BatchMessage(ConsumerMessage):  # type: ignore[misc]
    """The message of a batch; its offset is the last that the batch covers."""

    batch: Batch


class BatchSchema(Schema):  # type: ignore[misc]
    """Hands the batch to the agent as it is."""

    def compile(self, app: Any, **_: Any) -> Callable[..., Any]:
        """A decoder without codecs."""

        async def decode(message: BatchMessage, *, propagate: bool = False) -> Any:  # noqa: ARG001
            batch = message.batch
            del message.batch  # the batch refers to its message: no cycle, records go when the agent lets go
            return app.create_event(None, batch, None, message)

        return decode


class BatchConsumer(driver.Consumer):  # type: ignore[misc]
    """Faust's consumer: delivers batches, keeps their acks, opens and shuts the gate around a rebalance."""

    logger = framework

    _thread: BatchThread

    def __init__(self, transport: Any, *args: Any, **options: Any) -> None:
        self.hooks: Hooks = transport.app.hooks
        self.batch_topics: set[str] = transport.app.batch_topics
        self.readers: dict[str, ChangelogReader] = transport.app.changelog_readers
        self._inflight: dict[TP, deque[BatchMessage]] = defaultdict(deque)
        self._done: dict[TP, int] = {}
        self._expected: dict[TP, int] = {}
        self._open: frozenset[TP] = frozenset()
        self._turn = asyncio.Lock()
        self._held: set[TP] = set()
        self._opening: asyncio.Future[dict[TP, int]] | None = None
        self._committed: dict[TP, int] = {}
        super().__init__(transport, *args, **options)

    def _new_consumer_thread(self) -> BatchThread:
        return BatchThread(self, loop=self.loop, beacon=self.beacon)

    # --- delivery

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:
        """One message per fetched batch; one per record on topics that are none of ours."""
        for tp, taken in (await self._next_fetch(timeout)).items():
            if self.should_stop or not self.flow_active:
                return
            if isinstance(taken, Drained):
                message = self._receive(tp, taken)
                if message is not None:
                    yield tp, message
            else:
                generation = self.app.consumer_generation_id
                for record in taken:
                    if self.flow_active and self.app.consumer_generation_id == generation:
                        yield tp, self._to_message(tp, record)

    async def _next_fetch(self, timeout: float) -> Mapping[TP, Any]:
        if not self.flow_active:
            await self.wait(self.can_resume_flow)
        active = self._get_active_partitions()
        if not active:
            await asyncio.sleep(POLL / 10)
            return {}
        return cast(Mapping[TP, Any], await self._getmany(active_partitions=active, timeout=timeout) or {})

    def _receive(self, tp: TP, drained: Drained) -> BatchMessage | None:
        """The message of what was drained; None if it is stale, without records, or of a changelog."""
        if drained.stamp != self._thread.stamps.get(tp, 0):
            return None
        reader = self.readers.get(tp.topic)
        if reader is not None:
            if reader.wants(tp):
                reader.restore(tp, drained)
            return None
        if tp not in self._open:
            return None
        expected, self._expected[tp] = self._expected[tp], drained.next
        if drained.start < expected:
            self._go_back(tp, expected, drained.start)
        return self._message(tp, drained, expected) if drained.records else None

    def _go_back(self, tp: TP, expected: int, start: int) -> None:
        """Have Faust deliver what lies below the offsets that it has seen; it would drop that without a word."""
        log.warning(
            "%s/%s ends before offset %s, up to which it was read: the topic was made anew, or the cluster has lost "
            "what it had acknowledged; it is read from %s on",
            *(tp.topic, tp.partition, expected, start),
        )
        self._read_offset[tp] = None

    def _message(self, tp: TP, drained: Drained, expected: int) -> BatchMessage:
        timestamp = drained.records[-1].timestamp
        message = BatchMessage(
            tp.topic,
            tp.partition,
            drained.next - 1,
            TIMESTAMP_MISSING if timestamp is None else timestamp / 1000.0,
            0,
            None,
            None,
            b"",
            None,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )
        end = max(self.highwater(tp) or 0, drained.next)
        message.batch = Batch(
            tp, drained.start, drained.next, expected, end, drained.records, drained.stamp, lambda: self.ack(message)
        )
        self._inflight[tp].append(message)
        return message

    async def hand_over(self, batch: Batch, handler: Callable[[Batch], Awaitable[None]]) -> None:
        """Have a batch handled, unless its partition has gone or moved since."""
        async with self._turn:
            if batch.tp in self._open and batch.stamp == self._thread.stamps.get(batch.tp, 0):
                await handler(batch)

    # --- acks and commits

    def ack(self, message: Message) -> bool:
        """Mark a message as done; what is committed is the longest prefix of done messages."""
        if not isinstance(message, BatchMessage):
            return bool(super().ack(message))
        if message.acked:
            return False
        message.acked = True
        self._unacked_messages.discard(message)
        notify(self._waiting_for_ack)
        return True

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        if tp.topic not in self.batch_topics:
            await super()._add_gap(tp, offset_from, offset_to)

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        yield from super()._filter_tps_with_pending_acks(topics)
        yield from (tp for tp in self._inflight if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        if tp.topic not in self.batch_topics:
            return cast(int | None, super()._new_offset(tp))
        waiting = self._inflight[tp]
        while waiting and waiting[0].acked:
            self._done[tp] = waiting.popleft().offset + 1
        return self._done.get(tp)

    def _should_commit(self, tp: TP, offset: int) -> bool:
        return self._committed.get(tp) != offset

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit; what could not be is tried again with the next commit."""
        done = bool(await super()._commit(offsets))
        if done:
            self._committed.update(offsets)
        return done

    async def verify_all_partitions_active(self) -> None:
        """Say nothing: while a broker is away this would say it of each partition, again and again."""

    def standing(self) -> dict[TP, Standing]:
        """How far the open partitions are read, and what of it is not acked yet."""
        return {tp: self._standing(tp) for tp in self._open}

    def _standing(self, tp: TP) -> Standing:
        waiting = (message.offset for message in self._inflight[tp] if not message.acked)
        return Standing(self._expected[tp], next(waiting, None))

    # --- rebalances

    def shut(self) -> None:
        """No batch passes until the next seek after a recovery."""
        self._open = frozenset()

    async def retire(self) -> None:
        """Stop delivery, let the owner flush and ack, commit what is acked."""
        self.shut()
        await self._drop_opening()
        self.stop_flow()
        self.app.flow_control.suspend()
        async with self._turn:
            held, self._held = self._held, set()
            if held:
                await self.hooks.revoked(held)
        await self.commit()

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Retire first: Faust drops its bookkeeping of acks before it commits."""
        try:
            await self.retire()
        except Exception as error:
            await self.crash(error)
        self._inflight.clear()
        self._done.clear()
        self._committed.clear()
        await super().on_partitions_revoked(revoked)

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Seek; also forget what was read: records below a stale read offset would be dropped, for ever."""
        await super().seek_wait(partitions)
        for tp, offset in partitions.items():
            self._read_offset[ensure_TP(tp)] = offset or None

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek all but changelogs to where their reading goes on, and let batches pass."""
        self._opening = task = asyncio.ensure_future(self._open_sources())
        try:
            return await task
        except asyncio.CancelledError:
            if self._opening is task:
                raise
            return {}  # a revoke came in between: another recovery and another seek follow

    async def _open_sources(self) -> dict[TP, int]:
        tps = {tp for tp in self.assignment() if not self._is_changelog_tp(tp)}
        ours = {tp for tp in tps if tp.topic in self.batch_topics}
        self._held = set(ours)
        await self.hooks.assigned(ours)
        places = await self._thread.place(tps, await self.hooks.positions(ours))
        self._expected = dict(places)
        self._open = frozenset(ours)
        return places

    async def _drop_opening(self) -> None:
        task, self._opening = self._opening, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])


class Transport(driver.Transport):  # type: ignore[misc]
    """Faust's aiokafka transport with our consumer."""

    Consumer = BatchConsumer


TRANSPORTS.aliases[SCHEME] = "streams.worker.transport:Transport"

"""Measure: journal batches into the engine, its writes out in the order that survives a crash."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap

import msgspec
from faust.types import TP

from streams import names
from streams.cases.worth import WindowKey, Worth
from streams.engine.flush import Flush
from streams.engine.partials import RESOLUTION, Progress, cell_record, progress_record
from streams.engine.partition import Partition
from streams.engine.routing import home_of
from streams.events import journal
from streams.events.journal import Amendment, Entry, Tick, decode, encode
from streams.events.money import Ledger
from streams.exports import customer_value, sla
from streams.exports.cloudevents import headers
from streams.exports.desk import ticket_record, watermark_record
from streams.exports.letters import refused_letter
from streams.kpis.catalogue import Catalogue
from streams.sla.history import History
from streams.windows.sizes import Window
from streams.worker.batch import Batch
from streams.worker.editions import Place
from streams.worker.hooks import Lost, bear
from streams.worker.log_format import at
from streams.worker.patience import LONGEST, NEAR_END, flush_seconds
from streams.worker.pen import FencedError, Outgoing
from streams.worker.settings import Settings
from streams.worker.slices import sliced
from streams.worker.stats import Stats
from streams.worker.stores import Rows
from streams.worker.table import PartitionLostError, StateTable
from streams.worker.writer import BatchWriter

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
"""A partition without a record for so long follows the clock [R56]."""
TICK_SECONDS = 5.0
"""An idle partition without a deadline at hand is told the time this often."""
DECODED = 60_000
"""Cases that stay decoded, shared out among the partitions held; likewise cells, and customers."""
TOUCHED = 160_000
"""Cases that wait for a flush, shared out among the partitions held: with so many it does not wait any longer."""
SOON = 60_000
"""Likewise: a partition with more is not flushed when it leaves. Its next owner reads the journal again from there."""

Record = tuple[int, journal.Record]


class JournalGapError(RuntimeError):
    """Journal offsets are missing: retention took them before they were applied."""


class JournalShortError(RuntimeError):
    """The journal ends before what the state contains: it is not the one that was read."""


class JournalRecordError(RuntimeError):
    """A journal record that no intake has written."""


class Held:
    """A journal partition that this worker holds: its engine, and what waits for a flush."""

    def __init__(self, engine: Partition) -> None:
        self.engine = engine
        self.lock = asyncio.Lock()
        self.pending: list[Batch] = []
        self.produced: Counter[int] = Counter()
        self.heard = time.monotonic()
        self.ticked = 0.0
        self.flushed_next = engine.next
        self.flushed_at = time.monotonic()
        self.lag = 0
        self.unread = 0
        """Its share of the events that intake here has before it."""
        self.amended: set[Place] = set()
        """The editions of policies that were put into the journal here."""
        self.told_watermark = -1
        self._counts: Counter[str] = Counter()

    @property
    def behind(self) -> bool:
        """Whether many events are still to come."""
        return self._backlog >= NEAR_END

    @property
    def due(self) -> bool:
        """Whether a flush has waited long enough."""
        return time.monotonic() - self.flushed_at >= flush_seconds(self._backlog)

    @property
    def _backlog(self) -> int:
        """Events that are still to come."""
        return self.lag + self.unread

    def note(self, records: list[Record]) -> None:
        """Remember when the events were produced, and that they came."""
        self.heard = time.monotonic()
        self.produced.update(e.produced - e.produced % RESOLUTION for _, e in records if isinstance(e, Entry))

    def news(self) -> Counter[str]:
        """What the engine counted since the last call."""
        counts = Counter(self.engine.counts)
        counts.subtract(self._counts)
        self._counts = Counter(self.engine.counts)
        return counts


class Measure:
    """The journal partitions of one worker."""

    def __init__(  # noqa: PLR0917
        self,
        settings: Settings,
        catalogue: Catalogue,
        table: StateTable | None,
        writer: BatchWriter,
        stats: Stats,
        lost: Lost = bear,
    ) -> None:
        self._settings, self._catalogue, self._state = settings, catalogue, table
        self._writer, self._stats, self._lost = writer, stats, lost
        self._ledger = Ledger(settings.kpis.currency)
        self._topics = {name: settings.topic(name) for name in (names.JOURNAL, names.PARTIALS, names.DEAD_LETTER)}
        self._topics |= {name: settings.topic(name) for name in (names.SLA_EVENTS, names.SLA_BREACHES)}
        self._topics |= {name: settings.topic(name) for name in (names.CUSTOMER_VALUE, names.DESK)}
        self.held: dict[int, Held] = {}
        self._leaving = False
        self.told = 0
        """Cases and customers told anew, since the start: a flush, or an edition of the policies, may take its time."""

    @property
    def _table(self) -> StateTable:
        if self._state is None:
            raise RuntimeError("a worker without the role measure holds no journal partition")
        return self._state

    def rows(self, partition: int) -> Rows:
        """The durable rows of a partition that is held; raises LookupError where it is not."""
        try:
            return self._table.rows(partition)
        except PartitionLostError as error:
            raise LookupError(partition) from error

    @property
    def recovered(self) -> Mapping[int, Rows]:
        """The local rows of every partition that this worker has recovered."""
        return {} if self._state is None else {p: self._state.rows(p) for p in self._state.held}

    def assign(self, partitions: Iterable[int]) -> Mapping[TP, int]:
        """Take partitions, their rows recovered; where to read each of them."""
        terms = self._settings.terms
        pane, horizon, conventions = terms.pane(), terms.horizon, terms.told
        for partition in partitions:
            rows = self._table.rows(partition)
            engine = Partition(self._catalogue, pane, rows, terms.retention, conventions=conventions, horizon=horizon)
            self.held[partition] = Held(engine)
        self._share_memory()
        return {TP(self._topics[names.JOURNAL], p): held.engine.next for p, held in self.held.items()}

    def _share_memory(self) -> None:
        """What a worker keeps decoded does not grow with its partitions."""
        for held in self.held.values():
            held.engine.keep = self._share(DECODED)

    def _share(self, whole: int) -> int:
        """What one partition has of something that is shared out among those held."""
        return whole // max(1, len(self.held))

    async def revoke(self) -> None:
        """Flush what can be flushed soon, and let go of every partition."""
        self._leaving = True
        try:
            await self.flush_all()
        finally:
            self.held.clear()
            self._leaving = False

    async def handle(self, batch: Batch) -> None:
        """Absorb a batch; it is acked by the flush that makes it durable."""
        held = self.held.get(batch.tp.partition)
        if held is None:
            return
        async with held.lock:
            if self.held.get(batch.tp.partition) is not held:
                return  # it was revoked meanwhile; its next owner reads the batch again
            self._check(held, batch)
            with self._stats.busy("absorb"):
                records = _decoded(batch)
            for part in _cut(records, held.engine.boundary):
                if self.held.get(batch.tp.partition) is not held:
                    return
                with self._stats.busy("absorb"):
                    held.engine.absorb(part)
                if held.engine.boundary is not None and held.engine.next > held.engine.boundary:
                    await self._flush_or_lose(batch.tp.partition, held)
            held.engine.next = max(held.engine.next, batch.next)
            held.pending.append(batch)
            held.note(records)
            held.lag = self._stats.lags[names.JOURNAL, batch.tp.partition] = batch.end - batch.next
        if self._is_large(held):
            await self.flush(batch.tp.partition)

    def _is_large(self, held: Held) -> bool:
        """Whether a flush would hold as much as it may."""
        events = held.engine.next - held.flushed_next
        return events >= self._settings.worker.flush_events or held.engine.touched >= self._share(TOUCHED)

    def _check(self, held: Held, batch: Batch) -> None:
        place, position = f"{batch.tp.topic}/{batch.tp.partition}", held.engine.next
        if batch.anew:
            raise JournalShortError(
                f"{place}: {batch.expected} records are in the state, and the journal has begun anew at {batch.start}: "
                "its topic was deleted and made anew, or the cluster has lost what it had acknowledged. Go on under "
                "another application id (worker.application), and send again what the journal lost"
            )
        if batch.start <= position:
            return
        gone = f"{place}: records {position} to {batch.start - 1} are gone, and their events are in no number"
        if position:
            raise JournalGapError(f"{gone}; replay them from the raw topics, and raise the journal's retention")
        if not self._settings.worker.begin_late:
            raise JournalGapError(f"{gone}; a new state may begin behind them with worker.begin_late = true")
        log.warning("%s: the state begins behind them", gone)

    async def flush_due(self) -> None:
        """Flush every partition that has something; far behind the end, larger flushes catch up sooner."""
        unread = self._share(self._stats.lag_of_inputs(within=LONGEST))
        for held in self.held.values():
            held.unread = unread
        await asyncio.gather(*(self.flush(partition) for partition, held in list(self.held.items()) if held.due))

    @property
    def behind(self) -> bool:
        """Whether some partition is far from its end: what is published then is soon outdated."""
        return any(held.behind for held in self.held.values())

    async def flush_all(self) -> None:
        """Flush every partition that has something."""
        await asyncio.gather(*(self.flush(partition) for partition in list(self.held)))

    async def flush(self, partition: int) -> None:
        """Make durable what a partition has absorbed, and ack it; within an interrupted flush wait for its end."""
        held = self.held.get(partition)
        if held is None:
            return
        async with held.lock:
            if held.engine.unflushed and held.engine.boundary is None:
                await self._flush_or_lose(partition, held)

    async def _flush_or_lose(self, partition: int, held: Held) -> None:
        """Flush, or let go of a partition that has another owner by now: it has the events too."""
        place = {"topic": self._topics[names.JOURNAL], "partition": partition}
        try:
            with at(stage="measure", **place, offset=held.flushed_next, next_offset=held.engine.next):
                await self._flush(partition, held)
        except (FencedError, PartitionLostError) as error:
            if self.held.get(partition) is held:
                del self.held[partition]
            self._lost(error)

    async def _flush(self, partition: int, held: Held) -> None:
        started = time.monotonic()
        await self._table.renew(partition)
        if not (await self._reconsider(held) and await self._settle(held)):
            return
        with self._stats.busy("flush"):
            flush = held.engine.flush()
        produced = Counter(held.produced)
        await self._table.write(partition, [flush.intent])
        await asyncio.gather(
            self._table.write(partition, flush.cells),
            *self._publish(partition, flush, Progress(flush.watermark, dict(produced))),
        )
        await self._table.write(partition, [*flush.cases, flush.position])
        held.engine.flushed(flush)
        held.produced.subtract(produced)
        held.produced += Counter()
        for batch in held.pending:
            batch.ack()
        held.pending.clear()
        held.flushed_next, held.flushed_at = flush.last + 1, time.monotonic()
        self._count(partition, held, flush)
        self._stats.flush_seconds.observe(time.monotonic() - started)
        log.debug("flushed %d cases, %d cells", len(flush.cases), len(flush.cells))

    async def _reconsider(self, held: Held) -> bool:
        """Let an edition of the policies count, and other work be done in between: every case may be touched.

        Whether it came to its end: others wait for a partition that is to leave, and its next owner begins anew.
        """
        async for tickets in sliced(held.engine.reconsider(), "amend", self._stats):
            self.told += tickets
            if self._leaving:
                return False
        return True

    async def _settle(self, held: Held) -> bool:
        """Tell the touched cases anew, and let other work be done in between; whether it came to its end."""
        long = held.engine.touched > self._share(SOON)
        if long and self._leaving:
            return False
        async for told in sliced(held.engine.settling(), "flush", self._stats):
            self.told += told
            if long and self._leaving:
                return False
        return True

    def _count(self, partition: int, held: Held, flush: Flush) -> None:
        self._stats.watermarks[partition] = flush.watermark
        self._stats.events.update(held.news())
        self._stats.decisions.update(sla.decisions(flush.transitions, held.engine.policies))
        self._stats.dead.update(refusal.reason for refusal in flush.refusals)

    def _publish(self, partition: int, flush: Flush, progress: Progress) -> Iterator[asyncio.Future[int]]:
        """By the pen of the partition: what a former owner still has under way can not overwrite it.

        Progress goes to every partials partition, so the first flush of an owner shuts the former one out there.
        """
        pen = self._table.pen(partition)
        with self._stats.busy("tell"):
            outgoing = list(self._outgoing(partition, flush, progress))
        for topic, target, records in outgoing:
            yield asyncio.ensure_future(pen.send(self._topics[topic], target, records))

    def _outgoing(self, partition: int, flush: Flush, progress: Progress) -> Iterator[tuple[str, int, list[Outgoing]]]:
        yield from ((names.PARTIALS, to, records) for to, records in self._partials(partition, flush, progress).items())
        events, breaches = sla_records(flush)
        own = partition % self._settings.broker.partitions
        if events:
            yield names.SLA_EVENTS, own, events
        if breaches:
            yield names.SLA_BREACHES, own, breaches
        if flush.handed is not None:
            told = [*starmap(ticket_record, flush.handed), watermark_record(partition, flush.watermark)]
            yield names.DESK, 0, [(key, value, None, []) for key, value in told]
        if flush.worths:
            yield names.CUSTOMER_VALUE, own, [self._worth(flush, *one) for one in flush.worths]
        if flush.refusals:
            letters = [refused_letter(refusal, self._ledger, refusal.trace) for refusal in flush.refusals]
            yield names.DEAD_LETTER, own, [(key, value, None, heads) for key, value, heads in letters]

    def _worth(self, flush: Flush, customer: str, at: WindowKey, worth: Worth | None) -> Outgoing:
        """The journal offset that it includes makes a revision that grows, whatever crashes in between."""
        revision, window = flush.last + 1, Window(*at)
        key = customer_value.key_of(customer, window)
        heads = headers(names.CUSTOMER_VALUE, f"{key.decode()}#{revision}", flush.watermark)
        if worth is None:
            return key, None, None, heads
        value = customer_value.of(customer, window, worth)
        money, tz = self._settings.money, self._settings.kpis.tz
        body = customer_value.record(value, tz=tz, currency=money.currency, digits=money.digits)
        return key, customer_value.published(body, revision, worth.final, flush.watermark), None, heads

    def _partials(self, partition: int, flush: Flush, progress: Progress) -> dict[int, list[Outgoing]]:
        """Cells by the partition of their scope, and progress to every partition; latency to the one of `all`."""
        count = self._settings.broker.partitions
        out: dict[int, list[Outgoing]] = {to: [] for to in range(count)}
        for cell, vector in flush.partials:
            key, value = cell_record(partition, cell, vector)
            for to in out if cell[0] == names.COSTS_KNOWN else (home_of(cell[0], count),):
                out[to].append((key, value, None, []))
        home = home_of(names.ALL, count)
        for to, records in out.items():
            told = progress if to == home else Progress(progress.watermark)
            key, value = progress_record(partition, told)
            records.append((key, value, None, []))
        return out

    async def tick(self, now: int) -> None:
        """Tell idle partitions the time, in ms, by a record of their journal: at once where a deadline has passed."""
        since = time.monotonic()
        for partition, held in list(self.held.items()):
            due = held.engine.deadlines.earliest
            overdue = due is not None and held.engine.watermark <= due < now
            idle = since - held.heard >= IDLE_SECONDS
            if idle and (overdue or since - held.ticked >= TICK_SECONDS):
                held.ticked = since
                record: Outgoing = (None, encode(Tick(now)), None, [])
                await self._writer.send(self._topics[names.JOURNAL], partition, [record])

    async def amend(self, editions: Mapping[Place, Amendment]) -> None:
        """Put editions of policies into the journal of each partition held that does not have them.

        A restart, or another owner, may put one in again: the second time it says nothing new.
        """
        for partition, held in list(self.held.items()):
            known = held.engine.policies
            missing = [
                p for p in editions if p not in held.amended and not (isinstance(known, History) and known.knows(p))
            ]
            if missing and not held.behind:
                held.amended.update(missing)
                records: list[Outgoing] = [(None, encode(editions[place]), None, []) for place in missing]
                await self._writer.send(self._topics[names.JOURNAL], partition, records)


def sla_records(flush: Flush) -> tuple[list[Outgoing], list[Outgoing]]:
    """Records for sla-events and for sla-breaches."""
    events: list[Outgoing] = []
    breaches: list[Outgoing] = []
    for caution in flush.cautions:
        key, value, heads = sla.warning(caution)
        events.append((key, value, None, heads))
    for transition in flush.transitions:
        told, breach = sla.records(transition, transition.trace)
        events += [(key, value, None, heads) for key, value, heads in told]
        if breach:
            breaches.append((breach[0], breach[1], None, breach[2]))
    return events, breaches


def _decoded(batch: Batch) -> list[Record]:
    """The entries and ticks of a batch with their offsets."""
    records: list[Record] = []
    try:
        records.extend((record.offset, decode(record.value or b"")) for record in batch.records)
    except msgspec.DecodeError as error:
        bad = batch.records[len(records)]
        raise JournalRecordError(
            f"{batch.tp.topic}/{batch.tp.partition}, offset {bad.offset}, key {bad.key!r}: this is no journal record "
            f"({error}): somebody else has written it, and there is no way past it. Let only workers write to this "
            "topic, and go on under another prefix (broker.prefix), with the events sent again"
        ) from error
    return records


def _cut(records: list[Record], boundary: int | None) -> Iterator[list[Record]]:
    """The records, cut after the offset where an interrupted flush ended."""
    if boundary is None or not records or records[-1][0] <= boundary:
        yield records
        return
    yield [record for record in records if record[0] <= boundary]
    yield [record for record in records if record[0] > boundary]

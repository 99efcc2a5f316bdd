"""Rollup: partials in; kpi-values, kpi-revisions and gauges out."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping

import orjson
from faust.types import TP

from streams import names
from streams.cases.policies import Policies
from streams.engine.partials import Heard, read
from streams.engine.rolling import Rolling
from streams.engine.rollup import Rollup
from streams.engine.standing import Open, Standing
from streams.events.journal import Amendment
from streams.exports.cloudevents import headers
from streams.exports.publisher import Publication, Publisher
from streams.kpis.catalogue import Catalogue
from streams.kpis.compared import Seasonal
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.measures.vector import Vector
from streams.names import ALL
from streams.sla.history import amending
from streams.sla.spending import SCOPE, Spending
from streams.units import SECOND
from streams.worker.batch import Batch
from streams.worker.claims import RENEW_SECONDS
from streams.worker.hooks import Lost, bear
from streams.worker.pen import FencedError, Outgoing, Pen
from streams.worker.settings import Settings
from streams.worker.stats import Stats
from streams.worker.values import Values
from streams.worker.writer import BatchWriter

ENDED = ("1h", "1d")
"""Sizes of windows of which gauges say what they brought, and what is usual, once they have ended."""
CHUNK = 250
"""Records published at once, so that other work comes in between."""


class PartialsLostError(RuntimeError):
    """Partials are missing: the topic is not compacted only, as it has to be."""


def present(watermark: int, now: int, live: bool) -> int:
    """Up to when something has come, in ms: live, the clock `now` moves a watermark on."""
    return max(watermark, now) if live else watermark


class Shard:
    """One partials partition that this worker holds."""

    def __init__(self, settings: Settings, catalogue: Catalogue, policies: Policies | None) -> None:
        terms = settings.terms
        rollup = Rollup(
            catalogue,
            terms.calendar(),
            settings.broker.partitions,
            terms.horizon,
            terms.conventions.costs.configured,
            terms.holidays,
        )
        self.publisher, self._lateness = Publisher(rollup, terms), terms.lateness
        self.rolling = Rolling(catalogue, terms.pane(), settings.kpis.rolling)
        self._pane = terms.pane()
        self.spending = Spending(self._pane, policies)
        self.standing = Standing(catalogue.standing)
        self.next = 0
        self.caught_up = False
        self.pen: Pen | None = None
        """What publishes, once it is known what was published before."""
        self.untried = False
        """Whether the pen has not written yet: a former owner's may until then."""
        self.publishing = False
        """Until everything that it began to publish is sent."""

    def take(self, batch: Batch, stats: Stats) -> None:
        """Take a batch of partials."""
        now = time.time()
        for record in batch.records:
            told = read(record.key or b"", record.value)
            if isinstance(told, Heard):
                self.publisher.rollup.advance(told.partition, told.progress.watermark)
                if self.caught_up:
                    for produced, count in told.progress.produced.items():
                        stats.latency.observe(max(0.0, now - produced / 1000), count)
            else:
                self.tell(told.partition, told.scope, told.pane, told.vector)
        self.standing.forget(self.publisher.rollup.closed)
        self.next = batch.next
        self.caught_up = self.caught_up or batch.next >= batch.end

    def amend(self, policies: Policies) -> None:
        """Count the budgets of other policies."""
        self.spending = Spending(self._pane, policies)
        for cell in self.publisher.rollup.cells(SCOPE):
            self.spending.add(*cell)

    def present(self, now: int, live: bool) -> int:
        """Up to when it has come, in ms: live, the clock `now` moves it on, too."""
        return present(self.publisher.rollup.watermark, now, live)

    def seasons(self, now: int, live: bool) -> Iterator[tuple[Kpi, str, str, Reading]]:
        """KPI, scope, size and reading of the last windows that are not waited for any more, with what is usual."""
        by = self.present(now, live) - self._lateness
        for kpi in self.publisher.rollup.kpis.values():
            if isinstance(kpi, Seasonal) and ALL in kpi.scopes:
                for size in (size for size in ENDED if size in kpi.windows):
                    for scope in self.rolling.scopes(kpi.source.code):
                        reading = self.publisher.rollup.ended(kpi, scope, size, by)
                        if reading is not None and scope.partition("=")[0] in kpi.scopes:
                            yield kpi, scope, size, reading

    def tell(self, partition: int, scope: str, pane: int, vector: Vector) -> None:
        """What a journal partition says of a cell now."""
        delta = self.publisher.rollup.tell(partition, scope, pane, vector)
        if delta:
            for kept in (self.rolling, self.spending, self.standing):
                kept.add(scope, pane, delta)


class Roll:
    """The partials partitions of one worker."""

    def __init__(  # noqa: PLR0917
        self,
        settings: Settings,
        catalogue: Catalogue,
        values: Values,
        writer: BatchWriter,
        stats: Stats,
        lost: Lost = bear,
    ) -> None:
        self._settings, self._catalogue = settings, catalogue
        self._values, self._writer, self._stats, self._lost = values, writer, stats, lost
        self._topic = settings.topic(names.PARTIALS)
        self._outputs = (settings.topic(names.KPI_VALUES), settings.topic(names.KPI_REVISIONS))
        self.shards: dict[int, Shard] = {}
        self._suspended = False
        self._forgotten = 0
        self._policies, self._amend = settings.terms.conventions.policies, amending(settings.sla.calendar)

    def assign(self, partitions: Iterable[int]) -> Mapping[TP, int]:
        """Take partitions and drop all others; one that stayed goes on where it was, a new one begins at 0.

        One that was interrupted while it published begins anew too: what it had not sent yet is told by nothing else.
        """
        whole = {p: shard for p, shard in self.shards.items() if not shard.publishing}
        before = self.shards
        self.shards = {p: whole.get(p) or self._shard() for p in set(partitions)}
        for partition, shard in before.items():
            if shard.pen is not None and self.shards.get(partition) is not shard:
                self._writer.release(shard.pen)
        self._suspended = False
        return {TP(self._topic, p): shard.next for p, shard in self.shards.items()}

    def _shard(self) -> Shard:
        return Shard(self._settings, self._catalogue, self._policies)

    def amend(self, editions: Iterable[Amendment]) -> None:
        """Count error budgets by these editions of policies too."""
        policies = self._policies
        for edition in editions:
            policies = self._amend(policies, edition.since, edition.policies)
        if policies is not None and policies is not self._policies:
            self._policies = policies
            for shard in self.shards.values():
                shard.amend(policies)

    @property
    def reassigns(self) -> bool:
        """Whether any policy has somebody else proposed for what was left unattended."""
        return self._policies is not None and self._policies.reassigns

    def drop(self) -> None:
        """Let go of every partition: others may have held them meanwhile."""
        self.assign(())

    def suspend(self) -> None:
        """Publish nothing until it is known which partitions stay."""
        self._suspended = True

    def holds(self, partition: int) -> bool | None:
        """Whether a partition is held here; None while that is being settled."""
        return None if self._suspended else partition in self.shards

    def _ours(self, partition: int, shard: Shard) -> bool:
        return not self._suspended and self.shards.get(partition) is shard

    async def handle(self, batch: Batch) -> None:
        """Take a batch; nothing has to be durable, so it is acked at once."""
        shard = self.shards.get(batch.tp.partition)
        if batch.gap and batch.expected:
            raise PartialsLostError(
                f"{batch.tp.topic}/{batch.tp.partition}: nothing between {batch.expected} and {batch.start}"
            )
        if shard is not None:
            with self._stats.busy("rollup"):
                shard.take(batch, self._stats)
            self._stats.lags[names.PARTIALS, batch.tp.partition] = batch.end - batch.next
        batch.ack()

    def forget(self) -> None:
        """Let the page forget too what every shard has let go of."""
        before = min((shard.publisher.rollup.forgotten for shard in self.shards.values()), default=0)
        if before > self._forgotten:
            self._forgotten = before
            self._values.forget(before)

    @property
    def unpublished(self) -> int:
        """How many partitions have something to publish, or are about it."""
        return sum(shard.publishing or shard.publisher.pending for shard in self.shards.values())

    @property
    def heard(self) -> int:
        """How far the partials are read, over all partitions: it grows with all that may change a window."""
        return sum(shard.next for shard in self.shards.values())

    async def publish(self) -> None:
        """Publish what changed, partition by partition."""
        for partition, shard in list(self.shards.items()):
            if shard.caught_up and self._ours(partition, shard):
                shard.publishing = True
                try:
                    shard.publishing = not await self._publish(partition, shard)
                except FencedError as error:  # the shard stays about to publish, so that it begins anew
                    self.suspend()
                    self._lost(error)

    async def _publish(self, partition: int, shard: Shard) -> bool:
        """Publish a partition's changes; whether all were sent before a rebalance."""
        pen = shard.pen
        if pen is None or time.monotonic() - pen.since >= RENEW_SECONDS:
            pen = await self._take_over(partition, shard)
        if pen is None:
            return False
        for chunk in self._stats.timed("publish", _chunks(shard.publisher.publications())):
            if not self._ours(partition, shard):
                return False  # another worker may hold it by now, and publish from the same partials
            await self._send(pen, partition, chunk)
            if shard.untried:
                await self._remember(partition, shard, {one.key for one in chunk})
                shard.untried = False
        return True

    async def _take_over(self, partition: int, shard: Shard) -> Pen | None:
        """Go on from what was published last, and shut out who published it.

        The broker refuses a former owner from our first record on. So one that is there is published again, as it is,
        and all is read after that. Where none is, our first publications are what shuts others out. None
        if the partition went meanwhile.
        """
        pen = await self._writer.claim(f"{self._outputs[0]}-{partition}")
        if not self._ours(partition, shard):
            self._writer.release(pen)
            return None
        if shard.pen is not None:
            self._writer.release(shard.pen)
        shard.pen = pen
        found = await self._values.caught_up(partition)
        shard.untried = not found
        for key in [min(found)] if found else []:
            await pen.send(self._outputs[0], partition, _again(key, found[key]))
        await self._remember(partition, shard, set())
        return pen

    async def _remember(self, partition: int, shard: Shard, own: set[bytes]) -> None:
        for key, value in (await self._values.caught_up(partition)).items():
            if key not in own:
                shard.publisher.remember(key, value)

    async def _send(self, pen: Pen, partition: int, chunk: list[Publication]) -> None:
        at = time.time_ns() // 1_000_000
        with self._stats.busy("publish"):
            values, revisions = _outgoing(chunk, at)
        topics = zip(self._outputs, (values, revisions), strict=True)
        await asyncio.gather(*(pen.send(topic, partition, records) for topic, records in topics))
        self._stats.published.update({names.KPI_VALUES: len(chunk), names.KPI_REVISIONS: len(chunk)})

    def present(self, now: int) -> None:
        """Move the rolling windows to the present, in ms."""
        live = self._settings.worker.live
        for shard in self.shards.values():
            present = shard.present(now, live)
            shard.rolling.advance(present)
            shard.spending.advance(present)

    def open(self, now: int) -> Iterator[tuple[str, str, Open, float]]:
        """Clock, scope, what is open, and the age of the oldest in seconds, of every scope that this worker exports."""
        live = self._settings.worker.live
        for shard in self.shards.values():
            present = shard.present(now, live)
            if shard.caught_up:
                yield from ((*one, max(0, present - one[2].since) / SECOND) for one in shard.standing)

    def readings(self) -> Iterator[tuple[Kpi, str, str, Reading]]:
        """KPI, scope, rolling size and reading of every series that this worker exports."""
        for shard in self.shards.values():
            if shard.caught_up:
                yield from shard.rolling.readings(shard.publisher.rollup.priced)

    def seasons(self, now: int) -> Iterator[tuple[Kpi, str, str, Reading]]:
        """What the last hours and days brought against what they usually bring, of every scope of this worker."""
        live = self._settings.worker.live
        for shard in self.shards.values():
            if shard.caught_up:
                yield from shard.seasons(now, live)

    def spending(self) -> Iterator[Spending]:
        """The error budgets whose policies' series this worker exports."""
        return (shard.spending for shard in self.shards.values() if shard.caught_up)


def _chunks(publications: Iterator[Publication]) -> Iterator[list[Publication]]:
    chunk: list[Publication] = []
    for publication in publications:
        chunk.append(publication)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _again(key: bytes, value: bytes) -> list[Outgoing]:
    """A record of kpi-values that is there already."""
    publication = Publication(key, value, empty=False, revision=orjson.loads(value)["revision"])
    values, _ = _outgoing([publication], time.time_ns() // 1_000_000)
    return values


def _outgoing(chunk: list[Publication], at: int) -> tuple[list[Outgoing], list[Outgoing]]:
    values: list[Outgoing] = []
    revisions: list[Outgoing] = []
    for one in chunk:
        heads = headers("kpi", f"{one.key.decode()}#{one.revision}", at)
        values.append((one.key, None if one.empty else one.value, None, heads))
        revisions.append((one.key, one.value, None, heads))
    return values, revisions

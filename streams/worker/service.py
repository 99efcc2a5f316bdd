"""A worker: the stages by role over one Faust application, their timers, and the HTTP side."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from faust.types import TP

from streams import names
from streams.engine.stories import Question
from streams.exports.collector import registry_of
from streams.exports.topics import changelog
from streams.kpis.model import Kpi
from streams.windows.sizes import Calendar
from streams.worker import forecaster, garbage, illegible, security
from streams.worker.app import WorkerApp, crash, create_app
from streams.worker.batch import Batch
from streams.worker.desk import Dispatch
from streams.worker.editions import Editions
from streams.worker.explain import Explainer
from streams.worker.figures import WorkerFigures
from streams.worker.forecaster import Forecaster
from streams.worker.guard import Guard
from streams.worker.health import Health
from streams.worker.intake import Intake
from streams.worker.leaving import leave
from streams.worker.link import Link
from streams.worker.log_format import at
from streams.worker.measure import Measure
from streams.worker.overall import IDLE, Overall
from streams.worker.patience import Patience
from streams.worker.roll import Roll
from streams.worker.settings import Settings
from streams.worker.stats import Stats
from streams.worker.timers import Timers
from streams.worker.traces import traces
from streams.worker.values import Listener, Values

log = logging.getLogger(__name__)

ROLES = ("intake", "measure", "rollup", "web")
TICK = 0.25
"""Seconds between looks at the clock."""
SHARE = 3
"""Publishing takes one part in `SHARE + 1` of the time, so that events need not wait for it."""
DISPATCH = 1.0
"""Seconds between looks at what was left unattended."""
EDITIONS = 1.0
"""Seconds between looks at the editions of policies."""
WATCH = 1.0
"""Seconds between looks at the stages."""


class Service:
    """The stages of one worker process."""

    def __init__(self, settings: Settings, roles: Iterable[str] = ROLES) -> None:
        self.settings, self.roles, self.stats = settings, frozenset(roles), Stats()
        terms = settings.terms
        self._catalogue = terms.catalogue()
        self.app = self._make_app()
        writer = self.app.writer
        servers = settings.broker.bootstrap.split(",")
        auth = security.aiokafka(settings.broker)
        self.values = Values(servers, settings.topic(names.KPI_VALUES), settings.broker.partitions, auth)
        self.policies = Values(servers, settings.topic(names.SLA_POLICIES), 1, auth)
        self._dispatch = Dispatch(
            settings, writer, self.stats, self._dispatches, lambda topic: Values(servers, topic, 1, auth)
        )
        self.editions = Editions()
        self.policies.listeners.append(self.editions.take)
        self._changelog = changelog(settings.application)
        table = self.app.state_table(names.STATE, self._changelog) if "measure" in self.roles else None
        self.intake = Intake(settings, writer, self.stats)
        self.measure = Measure(settings, self._catalogue, table, writer, self.stats, self._lost)
        self.roll = Roll(settings, self._catalogue, self.values, writer, self.stats, self._lost)
        self._traces = traces(settings.traces.endpoint, settings.application)
        self._handle()
        self.timers = Timers(lambda error: self.app.on_crash(self.app, error))
        self.link = Link(servers, auth)
        self.health = Health(self.app, self.link, settings.worker, self.timers.stages, [self.values, self.policies])
        self.health.inside = lambda: self.measure.told
        self.link.watched = self.health.watched
        self._guard = Guard(lambda: self.health.beat, 2 * settings.worker.stall_seconds)
        self._forecaster = Forecaster(lambda: self.measure.held, self.measure.rows)
        stages = self.intake, self.measure, self.roll
        figures = WorkerFigures(settings, self.stats, *stages, self.editions, self._forecaster, self.health)
        self.registry = registry_of(figures)
        held = self.measure.held
        self._explainer = Explainer(
            terms, settings.broker.partitions, lambda: held, self.measure.rows, lambda p, n: held[p].engine.under(n)
        )
        self._overall = Overall(settings, self._catalogue, self.roll, auth)
        self._generation = -1
        self._places: dict[TP, int] = {}
        self._garbage = garbage.Garbage()
        self._published, self._patience = 0.0, Patience(settings.worker.publish_seconds)

    def _make_app(self) -> WorkerApp:
        settings, suffix = self.settings, ""
        if self.roles & {"intake", "measure", "rollup"} != {"intake", "measure", "rollup"}:
            suffix = "-" + "-".join(role for role in ROLES if role in self.roles)
        compression = settings.broker.compression
        return create_app(
            app_id=settings.application + suffix,
            broker=settings.broker.bootstrap,
            datadir=settings.worker.data,
            store=settings.worker.store,
            positions=self._positions,
            on_crash=self._crash,
            on_assigned=self._assigned,
            on_revoked=self._revoked,
            session_timeout=settings.worker.session_seconds,
            heartbeat=settings.worker.session_seconds / 4,
            rebalance_timeout=settings.worker.rebalance_seconds,
            request_timeout=settings.worker.request_seconds,
            instance=settings.worker.instance,
            credentials=security.credentials(settings.broker),
            compression=None if compression == "none" else compression,
        )

    def _handle(self) -> None:
        stages: Mapping[str, tuple[tuple[str, ...], Callable[..., Awaitable[None]]]] = {
            "intake": (names.INPUTS, self.intake.handle),
            "measure": ((names.JOURNAL,), self.measure.handle),
            "rollup": ((names.PARTIALS,), self.roll.handle),
        }
        for role, (topics, handler) in stages.items():
            if role in self.roles:
                self.app.handle([self.settings.topic(topic) for topic in topics], self._placed(role, handler), role)

    def _placed(self, role: str, handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The handler of a stage, whose log lines and spans tell what it was at."""

        async def handle(batch: Batch) -> None:
            where = {"topic": batch.tp.topic, "partition": batch.tp.partition}
            with at(stage=role, **where, offset=batch.start, next_offset=batch.next), self._traces.of(role, batch):
                await handler(batch)

        return handle

    # --- partitions come and go

    async def _assigned(self, tps: set[TP]) -> None:
        generation = self.app.consumer_generation_id
        if generation != self._generation + 1:
            self.roll.drop()
        self._generation = generation
        self._places = {
            **self.measure.assign(_partitions(tps, self.settings.topic(names.JOURNAL))),
            **self.roll.assign(_partitions(tps, self.settings.topic(names.PARTIALS))),
        }
        prefix = self.settings.broker.prefix
        self.stats.keep_lags({(tp.topic.removeprefix(prefix), tp.partition) for tp in tps})
        self.health.joined = True
        log.info("holding %s", ", ".join(sorted(f"{tp.topic}/{tp.partition}" for tp in tps)))

    async def _positions(self, tps: set[TP]) -> Mapping[TP, int]:
        return {tp: offset for tp, offset in self._places.items() if tp in tps}

    async def _revoked(self, tps: set[TP]) -> None:  # noqa: ARG002
        self.roll.suspend()
        await self.intake.finish()
        await self.measure.revoke()

    def _lost(self, error: Exception) -> None:
        """Somebody else owns a partition that we took for ours: we were silent for too long. Ask who owns what now."""
        log.warning("%s; joining the group anew", error)
        self.stats.fenced += 1
        self.app.begin_anew()

    def _crash(self, app: WorkerApp, error: BaseException) -> None:
        """End the process; where a row could not be read, say which it is, and what to do."""
        if isinstance(error, illegible.ERRORS):
            broker = self.settings.broker
            client = {"bootstrap.servers": broker.bootstrap, **security.librdkafka(broker)}
            for line in illegible.told(self.measure.recovered, self._changelog, client):
                log.critical("%s", line)
        crash(app, error)

    # --- life

    async def start(self) -> None:
        """Start everything; returns when the partitions are held."""
        every, period = self.timers.every, self.settings.worker
        every(TICK, self._pulse)
        self._guard.start()
        await self.link.start()
        every(WATCH, self._watch)
        if self.roles & {"rollup", "web"}:
            await self.values.start()
        if self.roles & {"measure", "rollup"}:
            await self.policies.start()
            every(EDITIONS, self._amend)
        await self.app.start()
        self._garbage.take_over()
        every(period.flush_seconds, self.measure.flush_due, mark=self._flushes)
        every(min(TICK, period.publish_seconds), self._publish, SHARE, self.stats.published.total, self._publishing)
        every(garbage.SECONDS, self._garbage.collect)
        every(period.flush_seconds, self.intake.finish, mark=self.stats.received.total)
        every(TICK, self._tick)
        if "measure" in self.roles and self.settings.worker.live:
            every(forecaster.SECONDS, self._forecaster.step, mark=lambda: self._forecaster.looked)
        if "rollup" in self.roles:
            every(DISPATCH, self._dispatch.step, mark=lambda: self._dispatch.heard)
        every(IDLE, self._overall.rest)

    async def stop(self) -> None:
        """Flush, commit, leave; without Kafka end at once (see `leaving`)."""
        await leave(self._stop(), self.link, self.app)
        self._guard.stop()

    async def _stop(self) -> None:
        self._forecaster.stop()
        await self.timers.stop()
        await self._dispatch.stop()
        await self.app.stop()
        await self._overall.stop()
        await self.values.stop()
        await self.policies.stop()
        await self.link.stop()
        await asyncio.to_thread(self._traces.stop)

    def _dispatches(self) -> bool | None:
        """Whether the proposals of the fleet are this worker's part: one partition of the partials decides it."""
        return self.roll.reassigns and self.roll.holds(0)

    def _flushes(self) -> tuple[int, int]:
        return sum(self.stats.flush_seconds.counts), self.measure.told

    async def _amend(self) -> None:
        self.roll.amend(self.editions.good.values())
        await self.measure.amend(self.editions.good)

    async def _watch(self) -> None:
        self.health.watch()

    async def _publish(self) -> None:
        roll = self.roll
        wait = self._patience.now(behind=self.measure.behind, heard=roll.heard, pending=roll.unpublished > 0)
        if time.monotonic() - self._published < wait:
            return
        self._published = time.monotonic()
        await roll.publish()
        roll.forget()
        roll.present(time.time_ns() // 1_000_000)

    def _publishing(self) -> float:
        """What publishing has kept from other work so far, in seconds; waiting for the broker does not."""
        return self.stats.busy_seconds["publish"]

    async def _pulse(self) -> None:
        self.health.pulse()

    async def _tick(self) -> None:
        if self.settings.worker.live:
            await self.measure.tick(time.time_ns() // 1_000_000)

    # --- what the HTTP side shows

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """The catalogue."""
        return self._catalogue.kpis

    @property
    def calendar(self) -> Calendar:
        """The windows of the configured zone."""
        return self.settings.terms.calendar()

    async def explain(self, question: Question, limit: int) -> dict[str, Any]:
        """The cases behind a value, of the journal partitions held here."""
        return await self._explainer.explain(question, limit)

    async def open(self) -> dict[str, Any]:
        """What is open now over everything, fleet-wide."""
        return await self._overall.told(time.time_ns() // 1_000_000)

    def latest(self) -> Iterable[bytes]:
        """The latest kpi-values records of the fleet."""
        return (value for partition in self.values.latest.values() for value in partition.values())

    def listen(self, callback: Listener) -> None:
        """Have records of kpi-values told as they arrive."""
        self.values.listeners.append(callback)

    def unlisten(self, callback: Listener) -> None:
        """The inverse of `listen`."""
        self.values.listeners.remove(callback)

    def alive(self) -> bool:
        """Whether the loop turns."""
        return self.health.alive()

    def ready(self) -> dict[str, Any]:
        """Whether partitions are held, recovered and read nearly to their ends, and why not."""
        held, shards = sorted(self.measure.held), sorted(self.roll.shards)
        why = list(self.health.reasons())
        if not (held or shards or why) and self.roles & {"measure", "rollup"}:
            why.append("no partition is held yet")
        behind = [p for p, shard in self.roll.shards.items() if shard.next and not shard.caught_up]
        why += [f"partials/{p} is not read to its end yet" for p in behind]
        return {"ready": not why, "why": why, "journal": held, "partials": shards, "counts": self._counts()}

    def _counts(self) -> dict[str, int]:
        stats = self.stats
        return {
            "received": stats.received.total(),
            "applied": stats.events["applied"],
            "duplicates": stats.events["duplicate"],
            "dead_letters": stats.dead.total(),
        }

    def positions(self) -> dict[str, Any]:
        """The next offset of every input, journal and partials partition, and whether all of it is published."""
        return {
            "inputs": {f"{topic}/{partition}": offset for (topic, partition), offset in self.intake.reached.items()},
            "journal": {str(p): held.flushed_next for p, held in self.measure.held.items()},
            "greatest": {str(p): held.engine.greatest for p, held in self.measure.held.items()},
            "partials": {str(p): shard.next for p, shard in self.roll.shards.items()},
            "unpublished": self.roll.unpublished,
            "lags": {f"{topic}/{partition}": lag for (topic, partition), lag in self.stats.lags.items()},
            "counts": self._counts(),
        }


def _partitions(tps: set[TP], topic: str) -> list[int]:
    return sorted(tp.partition for tp in tps if tp.topic == topic)

"""Whether a worker does its work: for its watchdog, and for those who ask by HTTP."""

import logging
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

from faust.types import TP
from mode import Service

from streams.worker.app import WorkerApp
from streams.worker.link import Link
from streams.worker.settings import Worker
from streams.worker.timers import no_mark
from streams.worker.transport import Standing
from streams.worker.watchdog import Stage, Verdict, Watchdog

BEAT_SECONDS = 30.0
"""A loop that has not turned for so long is not alive."""

log = logging.getLogger(__name__)

Timers = Callable[[], Mapping[str, Stage]]


class StuckError(RuntimeError):
    """A stage stands still, and beginning anew did not help."""


class Health:
    """Watches the group, the partitions that are read, and the timers."""

    def __init__(
        self, app: WorkerApp, link: Link, settings: Worker, timers: Timers, services: Iterable[Service] = ()
    ) -> None:
        self._app, self._link, self._settings, self._timers = app, link, settings, timers
        self._services = (link, *services)
        self.inside: Callable[[], Hashable] = no_mark
        """Another value after any progress within a batch."""
        self.watchdog = Watchdog(settings.stall_seconds)
        self.beat = time.monotonic()
        self.joined = False
        """Whether partitions, or none, were ever given."""

    def pulse(self) -> None:
        """The loop turns."""
        self.beat = time.monotonic()

    def alive(self) -> bool:
        """Whether the loop turns, and that of the consumer's thread."""
        beats = [self.beat]
        if self.joined:
            beats.append(self._app.consumer._thread.beat)
        return time.monotonic() - min(beats) < BEAT_SECONDS

    # --- how far behind

    def watched(self) -> Mapping[TP, Standing]:
        """The partitions that are read, and how far."""
        standing: Mapping[TP, Standing] = self._app.consumer.standing() if self.joined else {}
        return standing

    def lags(self) -> dict[TP, int]:
        """Records between what is read and the end, as last told by the cluster."""
        ends = self._link.ends
        return {tp: max(0, ends.get(tp, at.next) - at.next) for tp, at in self.watched().items()}

    @property
    def recovering(self) -> int:
        """Changelog rows still to be read."""
        return int(self._app.tables.recovery.remaining) if self._app.tables.recovery.in_recovery else 0

    def reasons(self) -> Iterator[str]:
        """Why the worker is not ready, as far as it is known here."""
        if not self._link.up:
            yield "Kafka does not answer"
        if not self.joined or self._app.rebalancing:
            rows = self.recovering
            yield f"partitions are being taken up: {rows:,} rows to read" if rows else "partitions are being taken up"
        bound = self._settings.ready_lag
        for tp, lag in sorted(self.lags().items()):
            if bound and lag > bound:
                yield f"{tp.topic}/{tp.partition} lags by {lag:,} records"

    # --- for the collector

    def counters(self) -> Iterator[tuple[str, str, str, dict[str, float]]]:
        """Events of the shell since the start."""
        yield "rebalances", "Times that partitions were shared out anew.", "", {"": self._app.rebalancing_count}
        yield "stalls", "Times that a stage stood still and was restarted.", "", {"": self.watchdog.restarts}

    def gauges(self) -> Iterator[tuple[str, str, tuple[str, ...], dict[tuple[str, ...], float]]]:
        """How the shell stands now."""
        recovery = self._app.tables.recovery
        rate = recovery.rate if recovery.in_recovery else 0.0
        yield "broker_up", "Whether Kafka answers.", (), {(): float(self._link.up)}
        yield "recovery_remaining_rows", "Changelog rows still to be read.", (), {(): self.recovering}
        yield "recovery_rows_per_second", "Changelog rows read a second, while recovering.", (), {(): rate}

    # --- the watchdog

    def watch(self) -> None:
        """Restart what stands still, or give up."""
        for service in self._services:
            if service.crashed:
                self._app.on_crash(self._app, service.crash_reason)
        if not self._link.up:
            self.watchdog.forgive()
            return
        verdict, still = self.watchdog.look(self._stages(), time.monotonic())
        told = f"no progress for {self.watchdog.patience:.0f} s although there is work: {', '.join(still)}"
        if verdict is Verdict.GIVE_UP:
            self._app.on_crash(self._app, StuckError(f"{told}; beginning anew did not help"))
        elif verdict is Verdict.RESTART:
            log.error("%s; beginning anew", told)
            self._restart()

    def _restart(self) -> None:
        recovery: Any = self._app.tables.recovery
        if recovery.in_recovery:
            recovery.begin_again()
        else:
            self._app.begin_anew()

    def _stages(self) -> dict[str, Stage]:
        app, lags = self._app, self.lags()
        joining = app.rebalancing_count, app.consumer_generation_id, app.tables.recovery.mark
        stages = {"taking partitions up": Stage(app.rebalancing or not self.joined, joining), **self._timers()}
        for tp, at in self.watched().items():
            busy, mark = lags[tp] > 0 or at.unacked is not None, (at, self.inside())
            stages[f"{tp.topic}/{tp.partition}"] = Stage(busy, mark)
        return stages

"""A worker's figures for the collector and the health checks."""

import time
from collections.abc import Iterator

from streams import names
from streams.engine.standing import Open
from streams.exports.collector import Counters, Gauges, Histograms
from streams.exports.sla import undecided
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.worker.editions import Editions
from streams.worker.forecaster import Forecaster
from streams.worker.health import Health
from streams.worker.intake import Intake
from streams.worker.measure import Measure
from streams.worker.roll import Roll
from streams.worker.settings import Settings
from streams.worker.stats import Stats

_NONE_READ = dict.fromkeys(names.INPUTS, 0.0)


class WorkerFigures:
    """Reads what the stages count; the names stand in docs/metrics.md."""

    def __init__(  # noqa: PLR0917
        self,
        settings: Settings,
        stats: Stats,
        intake: Intake,
        measure: Measure,
        roll: Roll,
        editions: Editions,
        forecaster: Forecaster,
        health: Health,
    ) -> None:
        self.min_n, self.vocabulary = settings.kpis.min_n, settings.kpis.vocabulary
        self._settings, self._stats, self._health = settings, stats, health
        self._intake, self._measure, self._roll, self._editions = intake, measure, roll, editions
        self._forecaster = forecaster
        promised = (place for one in settings.sla.history.editions for place in one.book.objectives())
        self._undecided = dict[tuple[str, ...], float](dict.fromkeys(undecided(promised), 0.0))

    def readings(self) -> Iterator[tuple[Kpi, str, str, Reading]]:
        """The series that this worker owns, up to now."""
        self._roll.present(time.time_ns() // 1_000_000)
        return self._roll.readings()

    def seasons(self) -> Iterator[tuple[Kpi, str, str, Reading]]:
        """What the last hours and days brought, and what is usual, in the scopes that this worker owns."""
        return self._roll.seasons(time.time_ns() // 1_000_000)

    def open(self) -> Iterator[tuple[str, str, Open, float]]:
        """What is open in the scopes that this worker owns."""
        return self._roll.open(time.time_ns() // 1_000_000)

    def counters(self) -> Iterator[Counters]:
        """Events and records since the start."""
        stats, events = self._stats, self._stats.events
        yield "events_received", "Records read from the input topics.", "topic", {**_NONE_READ, **stats.received}
        text = "Records of the input topics that were gone before they were read."
        yield "input_records_missed", text, "topic", {**_NONE_READ, **stats.missed}
        yield "events_applied", "Events that count.", "", {"": events["applied"]}
        yield "events_duplicate", "Events that were known already.", "", {"": events["duplicate"]}
        yield "dead_letters", "Records refused, by reason.", "reason", dict(stats.dead)
        yield "records_published", "Records written to output topics.", "topic", dict(stats.published)
        text = "Time for which a stage kept the worker's loop busy, in seconds."
        yield "stage_busy_seconds", text, "stage", dict(stats.busy_seconds)
        yield "fenced_writes", "Writes refused because another worker owns the partition.", "", {"": stats.fenced}
        yield from self._health.counters()

    def tallies(self) -> Iterator[Gauges]:
        """Decisions since the start, by policy; those of policies in force from 0 on, for rates to see the first."""
        decided = self._undecided.copy()
        for place, count in self._stats.decisions.items():
            decided[place] = count
        yield "sla_decisions", "Promises decided, or taken back.", ("policy", "clock", "outcome"), decided

    def _budgets(self) -> Iterator[Gauges]:
        left: dict[tuple[str, ...], float] = {}
        burning: dict[tuple[str, ...], float] = {}
        for spending in self._roll.spending():
            left |= {(policy, clock): share for policy, clock, share in spending.left()}
            burning |= {(policy, clock, window): rate for policy, clock, window, rate in spending.burning()}
        yield "sla_budget_left_ratio", "The share of an error budget that is left.", ("policy", "clock"), left
        text = "How many times too fast an error budget is spent."
        yield "sla_burn_rate_ratio", text, ("policy", "clock", "window"), burning

    def _forecasts(self) -> Iterator[Gauges]:
        """By journal partition: over the fleet what is expected adds up, and scores are weighed by their number."""
        ahead: dict[tuple[str, ...], float] = {
            (str(partition), *promise): count
            for partition, found in self._forecaster.expected.items()
            for promise, count in found.items()
        }
        text = "Promises that are expected to be breached within the next hour."
        yield "sla_expected_breaches", text, ("partition", "policy", "clock"), ahead
        scores = {
            (str(partition), clock): score
            for partition, known in self._forecaster.known.items()
            for clock, score in known.scores.items()
        }
        labels = ("partition", "clock")
        yield (
            "sla_forecasts",
            "Forecasts of the last 30 days whose outcome is known.",
            labels,
            {place: score.count for place, score in scores.items()},
        )
        yield (
            "sla_forecast_brier_score",
            "Their mean squared error; 0 is perfect.",
            labels,
            {place: score.brier for place, score in scores.items()},
        )
        yield (
            "sla_forecast_base_brier_score",
            "The same, had each been the share of breaches.",
            labels,
            {place: score.base_brier for place, score in scores.items()},
        )

    def gauges(self) -> Iterator[Gauges]:
        """How things stand now."""
        yield from self._budgets()
        yield from self._forecasts()
        editions: dict[tuple[str, ...], float] = {
            ("taken",): len(self._editions.good),
            ("refused",): len(self._editions.refused),
        }
        yield "sla_editions", "Editions of policies in their topic.", ("state",), editions
        stats, held, shards = self._stats, self._measure.held, self._roll.shards
        partition = ("partition",)
        yield (
            "watermark_timestamp_seconds",
            "The watermark of a journal partition.",
            partition,
            {(str(p),): mark / 1000 for p, mark in stats.watermarks.items() if p in held},
        )
        prefix = self._settings.broker.prefix
        lags: dict[tuple[str, ...], float] = {(topic, str(p)): n for (topic, p), n in stats.lags.items()}
        told = self._health.lags().items()
        lags |= {(tp.topic.removeprefix(prefix), str(tp.partition)): float(n) for tp, n in told}
        yield "consumer_lag_records", "Records not yet taken.", ("topic", "partition"), lags
        yield (
            "partitions_assigned",
            "Partitions that this worker holds.",
            ("stage",),
            {("measure",): len(held), ("rollup",): len(shards)},
        )
        expected = self._settings.broker.partitions
        yield "partitions_expected", "Partitions that the fleet holds.", (), {(): expected}
        open_ = sum(len(one.engine.deadlines) for one in held.values())
        yield "open_obligations_cases", "Cases with a deadline ahead.", (), {(): open_}
        orphans = sum(one.engine.orphans for one in held.values())
        yield "orphan_cases", "Cases with follow-ups whose opening is missing.", (), {(): orphans}
        negative = stats.events["negative_duration"]
        yield from self._health.gauges()
        yield "negative_durations", "Durations since the start that ended before they began: 0.", (), {(): negative}

    def histograms(self) -> Iterator[Histograms]:
        """Latencies since the start."""
        latency, flush = self._stats.latency, self._stats.flush_seconds
        text = "From an event's production to its gauge."
        yield "end_to_end_latency_seconds", text, latency.edges, latency.counts, latency.sum
        yield "flush_seconds", "One flush of a partition, acknowledged.", flush.edges, flush.counts, flush.sum

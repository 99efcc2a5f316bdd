"""The Prometheus collector of a worker: KPI gauges of its scopes, and the processor's own figures."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Protocol

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.exports.records import dim_of, labels_of
from streams.exports.series import families, samples
from streams.exports.vocabulary import bounded
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.names import METRIC_PREFIX

Readings = Iterable[tuple[Kpi, str, str, Reading]]
Registry = CollectorRegistry


class Figures(Protocol):
    """What a worker tells of itself and of its scopes."""

    min_n: int
    vocabulary: int
    """How many values of a dimension may have series of their own."""

    def readings(self) -> Readings:
        """KPI, scope, rolling size, reading of every series that this worker owns."""

    def counters(self) -> Iterable[tuple[str, str, str, dict[str, float]]]:
        """Name without prefix and `_total`, help, label name, value by label value."""

    def tallies(self) -> Iterable[tuple[str, str, tuple[str, ...], dict[tuple[str, ...], float]]]:
        """Counters of several labels: name without prefix and `_total`, help, label names, value by label values."""

    def gauges(self) -> Iterable[tuple[str, str, tuple[str, ...], dict[tuple[str, ...], float]]]:
        """Name without prefix, help, label names, value by label values."""

    def histograms(self) -> Iterable[tuple[str, str, tuple[float, ...], list[int], float]]:
        """Name without prefix, help, upper bounds, counts by bucket (one more than bounds), sum."""


class WorkerCollector(Collector):
    """Made anew at each scrape: a series whose window is empty, or whose partition went, is simply not there."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def describe(self) -> Iterable[Metric]:
        """Nothing: what is exported depends on the data."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All families."""
        yield from self._kpis()
        yield from self._own()

    def _kpis(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        readings, over = bounded(self._figures.readings(), self._figures.vocabulary)
        for kpi, scope, window, reading in readings:
            labels = {"window": window, "scope": dim_of(scope), **labels_of(scope)}
            for name, text in families(kpi).items():
                if name not in found:
                    found[name] = GaugeMetricFamily(name, text)
            for name, own, value in samples(kpi, labels, reading, self._figures.min_n):
                found[name].add_sample(name, own, value)
        yield from (family for family in found.values() if family.samples)
        text = "Values of a dimension that have no series: others have more samples."
        left_out = GaugeMetricFamily(f"{METRIC_PREFIX}values_without_series", text, labels=["dimension"])
        for dim, count in over.items():
            left_out.add_metric([dim], count)
        yield left_out

    def _own(self) -> Iterator[Metric]:
        for name, text, label, by_value in self._figures.counters():
            counter = CounterMetricFamily(METRIC_PREFIX + name, text, labels=[label] if label else [])
            for value, count in by_value.items():
                counter.add_metric([value] if label else [], count)
            yield counter
        for name, text, labels, by_values in self._figures.tallies():
            counter = CounterMetricFamily(METRIC_PREFIX + name, text, labels=list(labels))
            for values, number in by_values.items():
                counter.add_metric(list(values), number)
            yield counter
        for name, text, labels, by_values in self._figures.gauges():
            gauge = GaugeMetricFamily(METRIC_PREFIX + name, text, labels=list(labels))
            for values, number in by_values.items():
                gauge.add_metric(list(values), number)
            yield gauge
        for name, text, edges, counts, total in self._figures.histograms():
            cumulative = list(accumulate(counts))
            buckets = [(str(edge), count) for edge, count in zip((*edges, "+Inf"), cumulative, strict=True)]
            yield HistogramMetricFamily(METRIC_PREFIX + name, text, buckets=buckets, sum_value=total)


def registry_of(figures: Figures) -> CollectorRegistry:
    """A registry of its own that holds the collector alone."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(WorkerCollector(figures))
    return registry

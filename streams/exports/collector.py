"""The Prometheus collector of a worker: KPI gauges of its scopes, and the processor's own figures."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Protocol, cast

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.engine.standing import Open
from streams.exports.records import dim_of, labels_of
from streams.exports.series import (
    OPEN_FAMILIES,
    ended_families,
    ended_samples,
    families,
    open_samples,
    samples,
    window_family,
    window_samples,
)
from streams.exports.vocabulary import bounded
from streams.kpis.compared import Seasonal
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.names import METRIC_PREFIX

Readings = Iterable[tuple[Kpi, str, str, Reading]]
OpenNow = Iterable[tuple[str, str, Open, float]]
Counters = tuple[str, str, str, dict[str, float]]
Gauges = tuple[str, str, tuple[str, ...], dict[tuple[str, ...], float]]
Histograms = tuple[str, str, tuple[float, ...], list[int], float]


class Figures(Protocol):
    """What a worker tells of itself and of its scopes."""

    min_n: int
    vocabulary: int
    """How many values of a dimension may have series of their own."""

    def readings(self) -> Readings:
        """KPI, scope, rolling size, reading of every series that this worker owns."""

    def seasons(self) -> Readings:
        """KPI, scope, size, and what the last window of it brought, with what is usual, of every series likewise."""

    def open(self) -> OpenNow:
        """Clock, scope, what is open, and the age of the oldest in seconds."""

    def counters(self) -> Iterable[Counters]:
        """Name without prefix and `_total`, help, label name, value by label value."""

    def tallies(self) -> Iterable[Gauges]:
        """Counters of several labels: name without prefix and `_total`, help, label names, value by label values."""

    def gauges(self) -> Iterable[Gauges]:
        """Name without prefix, help, label names, value by label values."""

    def histograms(self) -> Iterable[Histograms]:
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
        most = self._figures.vocabulary
        readings, over = bounded(self._figures.readings(), most, lambda row: (row[1], row[3].n))
        standing, waiting = bounded(self._figures.open(), most, lambda row: (row[1], row[2].waiting + row[2].overdue))
        seasons, usual = bounded(self._figures.seasons(), most, lambda row: (row[1], row[3].n))
        yield from self._kpis(readings)
        yield from self._seasons(seasons)
        yield from self._open(standing)
        yield self._left_out(over, usual, waiting)
        yield from self._own()

    def _kpis(self, readings: Readings) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for kpi, scope, window, reading in readings:
            labels = {"window": window, "scope": dim_of(scope), **labels_of(scope)}
            for name, text in families(kpi).items():
                if name not in found:
                    found[name] = GaugeMetricFamily(name, text)
            for name, own, value in samples(kpi, labels, reading, self._figures.min_n):
                found[name].add_sample(name, own, value)
            name, text = window_family(kpi)
            for own_name, own, value in window_samples(kpi, labels, reading):
                found.setdefault(name, Metric(name, text, "gaugehistogram")).add_sample(own_name, own, value)
        yield from (family for family in found.values() if family.samples)

    def _seasons(self, readings: Readings) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for kpi, scope, size, reading in readings:
            assert isinstance(kpi, Seasonal)
            labels = {"window": size, "scope": dim_of(scope), **labels_of(scope)}
            for name, text in ended_families(kpi).items():
                found.setdefault(name, GaugeMetricFamily(name, text))
            for name, own, value in ended_samples(kpi, labels, reading):
                found[name].add_sample(name, own, value)
        yield from found.values()

    def _left_out(self, *over: Mapping[str, set[str]]) -> Metric:
        text = "Values of a dimension that lack series: others rest on more."
        found = GaugeMetricFamily(f"{METRIC_PREFIX}values_without_series", text, labels=["dimension"])
        for dim in dict.fromkeys(dim for one in over for dim in one):
            found.add_metric([dim], len(set().union(*(one.get(dim, ()) for one in over))))
        return found

    def _open(self, standing: OpenNow) -> Iterator[Metric]:
        found = {name: GaugeMetricFamily(name, text) for name, text in OPEN_FAMILIES.items()}
        for clock, scope, one, age in standing:
            labels = {"scope": dim_of(scope), **labels_of(scope)}
            for name, own, value in open_samples(clock, labels, one, age):
                found[name].add_sample(name, own, value)
        yield from (family for family in found.values() if family.samples)

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


class _Frozen:
    """Figures as they were."""

    def __init__(self, figures: Figures) -> None:
        self.min_n, self.vocabulary = figures.min_n, figures.vocabulary
        self._readings, self._open = list(figures.readings()), list(figures.open())
        self._seasons = list(figures.seasons())
        self._counters, self._gauges = list(figures.counters()), list(figures.gauges())
        self._tallies = list(figures.tallies())
        self._histograms = [(*one, list(counts), total) for *one, counts, total in figures.histograms()]

    def readings(self) -> Readings:
        return self._readings

    def seasons(self) -> Readings:
        return self._seasons

    def open(self) -> OpenNow:
        return self._open

    def counters(self) -> Iterable[Counters]:
        return self._counters

    def tallies(self) -> Iterable[Gauges]:
        return self._tallies

    def gauges(self) -> Iterable[Gauges]:
        return self._gauges

    def histograms(self) -> Iterable[Histograms]:
        return cast(Iterable[Histograms], self._histograms)


class Registry(CollectorRegistry):
    """A registry of its own that holds the collector alone."""

    def __init__(self, figures: Figures) -> None:
        super().__init__(auto_describe=False)
        self.figures = figures
        self.register(WorkerCollector(figures))


def registry_of(figures: Figures) -> Registry:
    """A registry of its own that holds the collector alone."""
    return Registry(figures)


def frozen(registry: Registry) -> CollectorRegistry:
    """A registry of what there is now; another thread may render it while the figures go on changing."""
    return Registry(_Frozen(registry.figures))

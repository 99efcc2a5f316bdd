"""Prometheus names of KPIs: base units, one family for each number that a reading carries."""

from collections.abc import Iterator

from streams.kpis.model import Duration, Kpi, Mean, Number, Quotient, Score, ScorePart, Seasonal, Share, Total, Trend
from streams.kpis.reading import Reading
from streams.names import METRIC_PREFIX

DURATION_STATS = ("mean", "p50", "p90", "p95", "p99", "max")

Labels = dict[str, str]
Sample = tuple[str, Labels, float]
"""Family, labels, value."""


def stem(kpi: Kpi) -> str:
    """The start of the KPI's family names.

    >>> from streams.kpis.requests import first_response_time_business
    >>> stem(first_response_time_business)
    'crm_first_response_business'
    """
    name = kpi.name.replace("_time", "", 1) if isinstance(kpi, Duration) else kpi.name
    return METRIC_PREFIX + name


def gauged(kpi: Kpi) -> bool:
    """Whether its value is among the metrics: exported by workers, or recorded by rules from what they export."""
    return kpi.rolls or isinstance(kpi, Trend | Seasonal)


def headline(kpi: Kpi) -> str:
    """The family that carries the KPI's value."""
    match kpi:
        case Duration():
            return f"{stem(kpi)}_seconds"
        case Number():
            return stem(kpi)
        case ScorePart() | Share():
            return f"{stem(kpi)}_ratio"
        case Score():
            return f"{stem(kpi)}_score"
        case Trend() | Seasonal():
            return stem(kpi)
        case Mean():
            return f"{stem(kpi)}_{'sum' if isinstance(kpi, Total) else 'mean'}{_suffix(kpi.unit)}"
        case Quotient():
            return f"{stem(kpi)}_per_unit" if kpi.unit != "ratio" else f"{stem(kpi)}_ratio"
    raise TypeError(f"no metric is defined for {type(kpi).__name__}")


def _suffix(unit: str) -> str:
    """A unit in a family's name; counts have none, money has its currency."""
    return "" if unit in ("count", "points", "ratio") else f"_{unit.lower()}"


def families(kpi: Kpi) -> dict[str, str]:
    """Every gauge family of a KPI, with its help text."""
    base = stem(kpi)
    named = {headline(kpi): kpi.means}
    if isinstance(kpi, Duration):
        named[f"{base}_samples"] = f"{kpi.title}: how many there are in the window."
        named[f"{base}_sum_seconds"] = f"{kpi.title}: their sum."
    elif isinstance(kpi, Mean | Quotient):
        named[f"{base}_samples"] = f"{kpi.title}: on how many it rests."
    elif isinstance(kpi, Share | Score):
        if isinstance(kpi, Share | ScorePart):
            named[f"{base}_numerator"] = f"{kpi.title}: hits."
            named[f"{base}_denominator"] = f"{kpi.title}: of how many."
        else:
            named[f"{base}_responses"] = f"{kpi.title}: answers."
        named[f"{base}_ci_low"] = f"{kpi.title}: lower bound at 95 %."
        named[f"{base}_ci_high"] = f"{kpi.title}: upper bound at 95 %."
    if not kpi.rolls:
        return {}  # gauges are of rolling windows
    if not isinstance(kpi, Number):
        named[f"{base}_low_sample"] = f"{kpi.title}: 1 where there are too few samples to judge."
    return named


def samples(kpi: Kpi, labels: Labels, reading: Reading, min_n: int) -> Iterator[Sample]:
    """The gauges of a reading; `labels` tell window and scope."""
    base = stem(kpi)
    if reading.stats is not None:
        yield from ((headline(kpi), {**labels, "stat": s}, reading.stats[s]) for s in DURATION_STATS)
        yield f"{base}_samples", labels, reading.n
        yield f"{base}_sum_seconds", labels, reading.stats["sum"]
    else:
        yield headline(kpi), labels, reading.value
    if isinstance(kpi, Share | ScorePart):
        yield f"{base}_numerator", labels, reading.numerator or 0
        yield f"{base}_denominator", labels, reading.n
    elif isinstance(kpi, Score):
        yield f"{base}_responses", labels, reading.n
    elif isinstance(kpi, Mean | Quotient):
        yield f"{base}_samples", labels, reading.n
    if reading.interval is not None:
        yield f"{base}_ci_low", labels, reading.interval.low
        yield f"{base}_ci_high", labels, reading.interval.high
    if not isinstance(kpi, Number):
        yield f"{base}_low_sample", labels, int(reading.n < min_n)

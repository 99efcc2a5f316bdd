"""Prometheus names of KPIs: base units, one family for each number that a reading carries."""

import re
from collections.abc import Iterable, Iterator
from math import inf

from streams.engine.standing import Open
from streams.kpis.compared import Seasonal
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading, edges
from streams.names import METRIC_PREFIX

_STATS = {"mean": "_mean", "sum": "_sum", "score": "_score"}
_UNITS = {"ratio": "_ratio", "count": "", "points": ""}
"""What a statistic and a unit are in a name; other units, and currencies, are told by their own name."""
_BASES = {
    "samples": {"samples": "on how many it rests."},
    "trials": {"numerator": "hits.", "denominator": "of how many."},
    "answers": {"responses": "answers."},
    None: {},
}
"""The counts that a value rests on: suffix and help."""

_DAYS = re.compile(r"_(\d+)_days\b")

Labels = dict[str, str]
Sample = tuple[str, Labels, float]
"""Family, labels, value."""


def stem(kpi: Kpi) -> str:
    """The start of the KPI's family names; days that belong to a name are no unit of its values.

    >>> from streams.kpis.promises import resolved_in_2_days
    >>> from streams.kpis.requests import first_response_time_business
    >>> stem(first_response_time_business), stem(resolved_in_2_days)
    ('crm_first_response_business', 'crm_resolved_in_2d')
    """
    name = kpi.name.replace("_time", "", 1) if kpi.stats else kpi.name
    return METRIC_PREFIX + _DAYS.sub(r"_\1d", name)


def gauged(kpi: Kpi) -> bool:
    """Whether its value is among the metrics: exported by workers, or recorded by rules from what they export."""
    return kpi.rolls or kpi.derived


def headline(kpi: Kpi) -> str:
    """The family that carries the KPI's value.

    >>> from streams.kpis.requests import requests_ratio
    >>> from streams.kpis.satisfaction import ces, csat
    >>> headline(ces), headline(csat), headline(requests_ratio)
    ('crm_ces_mean', 'crm_csat_ratio', 'crm_requests_ratio')
    """
    name = stem(kpi)
    for suffix in (_STATS.get(kpi.stat, ""), _UNITS.get(kpi.unit, f"_{kpi.unit.lower()}")):
        name = name.removesuffix(suffix) + suffix
    return name


def families(kpi: Kpi) -> dict[str, str]:
    """Every gauge family of a KPI, with its help text; gauges are of rolling windows."""
    if not kpi.rolls:
        return {}
    base, said = stem(kpi), dict(_BASES[kpi.basis])
    if kpi.stats:
        said["sum_seconds"] = "their sum."
    if kpi.has_interval:
        said |= {"ci_low": "lower bound at 95 %.", "ci_high": "upper bound at 95 %."}
    if kpi.basis:
        said["low_sample"] = "1 where there are too few samples to judge."
    return {headline(kpi): kpi.means, **{f"{base}_{suffix}": f"{kpi.title}: {text}" for suffix, text in said.items()}}


def samples(kpi: Kpi, labels: Labels, reading: Reading, min_n: int) -> Iterator[Sample]:
    """The gauges of a reading; `labels` tell window and scope."""
    base = stem(kpi)
    if reading.stats is None:
        yield headline(kpi), labels, reading.value
    else:
        yield from ((headline(kpi), {**labels, "stat": stat}, reading.stats[stat]) for stat in kpi.stats)
        yield f"{base}_sum_seconds", labels, reading.stats["sum"]
    for suffix in _BASES[kpi.basis]:
        yield f"{base}_{suffix}", labels, (reading.numerator or 0) if suffix == "numerator" else reading.n
    if reading.interval is not None:
        yield f"{base}_ci_low", labels, reading.interval.low
        yield f"{base}_ci_high", labels, reading.interval.high
    if kpi.basis:
        yield f"{base}_low_sample", labels, int(reading.n < min_n)


def shrunk_family(kpi: Kpi) -> str:
    """What rules record of a share of persons, each drawn to that of all.

    >>> from streams.kpis.satisfaction import csat
    >>> shrunk_family(csat)
    'crm_csat_shrunk_ratio'
    """
    return f"{stem(kpi)}_shrunk_ratio"


def window_family(kpi: Kpi) -> tuple[str, str]:
    """The gauge histogram of a duration's rolling windows, and its help.

    >>> from streams.kpis.requests import first_response_time
    >>> window_family(first_response_time)[0]
    'crm_first_response_window_seconds'
    """
    return f"{stem(kpi)}_window_seconds", f"{kpi.title}: the window's samples by upper bound."


def window_samples(kpi: Kpi, labels: Labels, reading: Reading) -> Iterator[Sample]:
    """The gauge histogram of a duration: cumulative buckets, count and sum; `labels` tell window and scope."""
    if reading.within is None or reading.stats is None:
        return
    name, _ = window_family(kpi)
    for edge, count in zip((*edges(kpi), inf), (*reading.within, reading.n), strict=True):
        yield f"{name}_bucket", {**labels, "le": "+Inf" if edge == inf else f"{edge:.1f}"}, count
    yield f"{name}_gcount", labels, reading.n
    yield f"{name}_gsum", labels, reading.stats["sum"]


_ENDED = {
    "": "How many there were in the last hour or day that has ended.",
    "_expected": "What like hours or days usually bring.",
    "_low": "Fewer than these are out of the usual.",
    "_high": "More than these are out of the usual.",
}


def ended_families(kpi: Seasonal) -> dict[str, str]:
    """The gauges of what is counted against its season, with their help; `window` tells an hour or a day.

    >>> from streams.kpis.requests import requests_ratio
    >>> list(ended_families(requests_ratio))[:2]
    ['crm_requests_ended', 'crm_requests_ended_expected']
    """
    return {f"{METRIC_PREFIX}{kpi.counted_by}_ended{suffix}": text for suffix, text in _ENDED.items()}


def ended_samples(kpi: Seasonal, labels: Labels, reading: Reading) -> Iterator[Sample]:
    """The gauges of the last window that has ended; `labels` tell its size and the scope."""
    told = reading.usual
    values = (reading.value, told.expected, told.low, told.high) if told else ()
    return ((name, labels, value) for name, value in zip(ended_families(kpi), values, strict=bool(values)))


OPEN_FAMILIES = {
    f"{METRIC_PREFIX}waiting_tickets": "Open promises by clock, within their time.",
    f"{METRIC_PREFIX}at_risk_tickets": "Of those, the ones with a fifth of their time left or less.",
    f"{METRIC_PREFIX}overdue_tickets": "Promises that were broken and are not kept yet.",
    f"{METRIC_PREFIX}oldest_waiting_seconds": "For how long the oldest of all has waited.",
}
"""Gauges of what is open now, with their help."""


def open_samples(clock: str, labels: Labels, found: Open, age: float) -> Iterator[Sample]:
    """The gauges of what is open of a clock in a scope; `age` in seconds is that of the oldest."""
    own = {"clock": clock, **labels}
    values = (found.waiting, found.at_risk, found.overdue, age)
    return ((name, own, value) for name, value in zip(OPEN_FAMILIES, values, strict=True))


def faults(kpis: Iterable[Kpi]) -> Iterator[str]:
    """KPIs whose families have the same name, in words."""
    owners: dict[str, str] = {}
    for kpi in kpis:
        for name in {headline(kpi), *families(kpi)} if gauged(kpi) else ():
            owner = owners.setdefault(name, kpi.name)
            if owner != kpi.name:
                yield f"{kpi.name}: its metric {name} is that of {owner}; rename one of them"

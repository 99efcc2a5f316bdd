"""Names and selectors of the fleet-wide view: what all workers export together.

Each series is exported by exactly one worker, so the maximum over workers is that worker's value, and it stays
one series when a partition moves.
"""

from collections.abc import Iterable, Sequence

from streams.exports.series import families, headline, stem
from streams.kpis.model import Duration, Kpi, Mean, Number, Score, ScorePart, Trend
from streams.kpis.orders import ORDERS
from streams.kpis.requests import REQUESTS
from streams.kpis.satisfaction import SATISFACTION
from streams.names import ALL

Family = tuple[str, tuple[Kpi, ...]]
"""Title and members."""

FAMILIES: tuple[Family, ...] = (("Orders", ORDERS), ("Requests", REQUESTS), ("Satisfaction", SATISFACTION))
"""The catalogue as readers see it."""

JOB = "streams"
"""The job under which the workers are scraped."""


def fleet(name: str) -> str:
    """The recorded series of a metric family.

    >>> fleet("crm_csat_ratio")
    'fleet:crm_csat_ratio'
    """
    return f"fleet:{name}"


def selector(labels: dict[str, str]) -> str:
    """Labels as PromQL matches them.

    >>> selector({"scope": "all", "window": "1d"})
    '{scope="all",window="1d"}'
    """
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def own_labels(kpi: Kpi) -> dict[str, str]:
    """The labels that pick the KPI's value out of its headline family."""
    return {"stat": kpi.stat} if isinstance(kpi, Duration) else {}


def value_of(kpi: Kpi, labels: dict[str, str]) -> str:
    """The KPI's value, fleet-wide, where these labels hold."""
    return fleet(headline(kpi)) + selector({**labels, **own_labels(kpi)})


def bound_of(kpi: Kpi, side: str, labels: dict[str, str]) -> str | None:
    """The `low` or `high` end of the KPI's interval, or None where it has none."""
    name = f"{stem(kpi)}_ci_{side}"
    return fleet(name) + selector(labels) if name in families(kpi) else None


def low_sample_of(kpi: Kpi, kpis: Iterable[Kpi], labels: dict[str, str]) -> str | None:
    """1 where there are too few samples to judge, or None where nothing tells, as of plain numbers."""
    base = measured_by(kpi, kpis) if isinstance(kpi, Trend) else kpi
    name = f"{stem(base)}_low_sample"
    return fleet(name) + selector(labels) if name in families(base) else None


def measured_by(trend: Trend, kpis: Iterable[Kpi]) -> Duration | Mean:
    """The KPI whose means a trend compares.

    Raises ValueError where the catalogue has none.
    """
    for kpi in kpis:
        if isinstance(kpi, Duration | Mean) and kpi.source == trend.source:
            return kpi
    raise ValueError(f"{trend.name}: no duration or mean reads {trend.of.name}.{trend.measure}, so its means are not exported")


def longest_day(rolling: Sequence[str]) -> str:
    """The window that targets are judged on: a day, or what is kept next to it."""
    return "1d" if "1d" in rolling else rolling[-1]


def everything(window: str) -> dict[str, str]:
    """The labels of the scope without a dimension."""
    return {"scope": ALL, "window": window}


def parts_of(kpi: Kpi, kpis: Iterable[Kpi]) -> tuple[ScorePart, ...]:
    """The shares that a score is made of."""
    if isinstance(kpi, ScorePart) or not isinstance(kpi, Score):
        return ()
    return tuple(part for part in kpis if isinstance(part, ScorePart) and part.source == kpi.source)

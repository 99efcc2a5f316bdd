"""Numbers out of vectors: what a KPI's state in a window says. The only place where floats appear."""

from functools import singledispatch

import msgspec

from streams.kpis.compared import Seasonal, Trend
from streams.kpis.intervals import Interval, adjusted_wald, wilson
from streams.kpis.model import (
    BayesianMean,
    CategoryShare,
    Duration,
    Kpi,
    Mean,
    Number,
    Quotient,
    Score,
    ScorePart,
    Share,
    Total,
    WindowShare,
)
from streams.kpis.priced import Cost, CostPer
from streams.kpis.seasons import Usual, expected
from streams.measures.aggregates import COUNT, DETRACTORS, FIRST_BUCKET, HITS, PROMOTERS, SUM, FineSum
from streams.measures.buckets import bucket_of, quantiles, value_of
from streams.measures.vector import Vector
from streams.units import MILLIONTHS, SECOND

QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}

EDGES = (10, 60, 300, 900, 3_600, 14_400, 28_800, 86_400, 172_800, 432_000)
"""Upper bounds of durations in seconds: the targets of the default SLA, and some between."""


class Reading(msgspec.Struct, frozen=True):
    """A value and what it rests on; times in seconds, shares from 0 to 1, scores in points."""

    value: float
    n: int
    """How many samples it rests on."""
    numerator: int | None = None
    denominator: int | None = None
    interval: Interval | None = None
    stats: dict[str, float] | None = None
    beside: "tuple[Beside, ...]" = ()
    """What stands beside a value that says little alone."""
    usual: Usual | None = None
    """Of what is compared with a season: what that usually brings."""
    within: tuple[int, ...] | None = None
    """Of a duration, for gauges: how many took no longer than each of `edges`."""


class Beside(msgspec.Struct, frozen=True):
    """A companion by its name, and its reading of the same scope and window; None where it has no sample."""

    kpi: str
    reading: Reading | None


@singledispatch
def read(kpi: Kpi, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    """The KPI's reading of a window's state, or None where the window is empty [R11].

    `beside` is what the state is compared with: that of the previous equal window for trends, the denominator's for
    quotients, that of all categories for a share by category; for what is seasonal the counts of the like slots before.
    """
    raise TypeError(f"no reading is defined for {type(kpi).__name__}")


@read.register
def _(kpi: Duration, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    count = vector.get(COUNT, 0)
    if count <= 0:
        return None
    stats = _distribution(vector, count)
    return Reading(stats[kpi.stat], count, stats=stats)


def _distribution(vector: Vector, count: int) -> dict[str, float]:
    total, buckets = vector.get(SUM, 0), _buckets(vector)
    found = quantiles(buckets, tuple(QUANTILES.values()))
    largest = value_of(max(bucket for bucket, _ in buckets)) / SECOND
    middle = {name: value / SECOND for name, value in zip(QUANTILES, found, strict=True)}
    return {"count": count, "sum": total / SECOND, "mean": total / count / SECOND, **middle, "max": largest}


def edges(kpi: Kpi) -> tuple[int, ...]:
    """The upper bounds, in seconds, that gauges count a duration by; its target and those of the SLA are among them.

    >>> from streams.kpis.requests import first_response_time
    >>> edges(first_response_time)
    (10, 60, 300, 900, 3600, 14400, 28800, 86400, 172800, 432000)
    """
    target = () if kpi.target is None else (int(kpi.target.bound),)
    return tuple(sorted({*EDGES, *target}))


def within(kpi: Kpi, vector: Vector) -> tuple[int, ...]:
    """How many samples of a duration's state took no longer than each of `edges`.

    One that took up to 2 % longer than an edge may count as not longer: they share a bucket.
    """
    found = _buckets(vector)
    last = [bucket_of(edge * SECOND) for edge in edges(kpi)]
    return tuple([sum([n for bucket, n in found if bucket <= edge]) for edge in last])


def _buckets(vector: Vector) -> list[tuple[int, int]]:
    return [(component - FIRST_BUCKET, n) for component, n in vector.items() if component >= FIRST_BUCKET]


@read.register
def _(kpi: Share, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    trials, hits = vector.get(COUNT, 0), vector.get(HITS, 0)
    return Reading(hits / trials, trials, hits, trials, wilson(hits, trials)) if trials > 0 else None


@read.register
def _(kpi: WindowShare, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    trials, hits = vector.get(COUNT, 0), vector.get(HITS, 0)
    interval = wilson(hits, trials) if kpi.subset and trials > 0 else None
    return Reading(hits / trials, trials, hits, trials, interval) if trials > 0 else None


@read.register
def _(kpi: CategoryShare, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    hits, n = vector.get(COUNT, 0), beside.get(COUNT, 0)
    return Reading(hits / n, n, hits, n, wilson(hits, n)) if hits > 0 else None


@read.register
def _(kpi: Number, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    count = vector.get(COUNT, 0)
    return Reading(count, count, denominator=count) if count > 0 else None


@read.register
def _(kpi: Score, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    n, up, down = vector.get(COUNT, 0), vector.get(PROMOTERS, 0), vector.get(DETRACTORS, 0)
    return Reading(100 * (up - down) / n, n, up - down, n, adjusted_wald(up, down, n)) if n > 0 else None


@read.register
def _(kpi: ScorePart, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    n, up, down = vector.get(COUNT, 0), vector.get(PROMOTERS, 0), vector.get(DETRACTORS, 0)
    hits = {"promoters": up, "passives": n - up - down, "detractors": down}[kpi.part]
    return Reading(hits / n, n, hits, n, wilson(hits, n)) if n > 0 else None


@read.register
def _(kpi: Mean, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    n = vector.get(COUNT, 0)
    return Reading(vector.get(SUM, 0) / (n * kpi.scale), n, denominator=n) if n > 0 else None


@read.register
def _(kpi: BayesianMean, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    n, total = vector.get(COUNT, 0), vector.get(SUM, 0) / kpi.scale
    return Reading((kpi.weight * kpi.prior + total) / (kpi.weight + n), n, denominator=n) if n > 0 else None


@read.register
def _(kpi: Total, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    n = vector.get(COUNT, 0)
    return Reading(vector.get(SUM, 0) / kpi.scale, n, denominator=n) if n > 0 else None


@read.register
def _(kpi: Quotient, vector: Vector, beside: Vector) -> Reading | None:
    n, hits = beside.get(COUNT, 0), vector.get(COUNT, 0)
    divisor = beside.get(SUM, 0) if kpi.per_summed else n
    if divisor <= 0:
        return None
    amount = vector.get(SUM, 0) / kpi.scale if kpi.summed else hits
    return Reading(amount * kpi.per_scale / divisor, n, None if kpi.summed else hits, n)


@read.register
def _(kpi: Cost, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    n = vector.get(COUNT, 0)
    return Reading(FineSum.total_of(vector) / (MILLIONTHS * kpi.scale), n, denominator=n) if n > 0 else None


@read.register
def _(kpi: CostPer, vector: Vector, beside: Vector) -> Reading | None:
    n = beside.get(COUNT, 0)
    divisor = beside.get(SUM, 0) if kpi.per_summed else n * kpi.scale
    if divisor <= 0:
        return None
    return Reading(FineSum.total_of(vector) * kpi.per_scale / (MILLIONTHS * divisor), n, denominator=n)


@read.register
def _(kpi: Trend, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    now, before = vector.get(COUNT, 0), beside.get(COUNT, 0)
    if now <= 0 or before <= 0 or not beside.get(SUM, 0):
        return None
    return Reading((vector.get(SUM, 0) / now) / (beside[SUM] / before), now, denominator=now)


@read.register
def _(kpi: Seasonal, vector: Vector, beside: Vector) -> Reading | None:  # noqa: ARG001
    count, usual = vector.get(COUNT, 0), expected([*beside.values()])
    return Reading(count / usual, count, denominator=count) if count > 0 and usual else None

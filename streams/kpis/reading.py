"""Numbers out of vectors: what a KPI's state in a window says. The only place where floats appear."""

from functools import singledispatch

import msgspec

from streams.kpis.intervals import Interval, adjusted_wald, wilson
from streams.kpis.model import Duration, Kpi, Number, Score, ScorePart, Share, Trend
from streams.measures.aggregates import COUNT, DETRACTORS, FIRST_BUCKET, HITS, PROMOTERS, SUM
from streams.measures.buckets import quantiles, value_of
from streams.measures.vector import Vector
from streams.units import SECOND

QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


class Reading(msgspec.Struct, frozen=True):
    """A value and what it rests on; times in seconds, shares from 0 to 1, scores in points."""

    value: float
    n: int
    """How many samples it rests on."""
    numerator: int | None = None
    denominator: int | None = None
    interval: Interval | None = None
    stats: dict[str, float] | None = None


@singledispatch
def read(kpi: Kpi, vector: Vector, previous: Vector) -> Reading | None:  # noqa: ARG001
    """The KPI's reading of a window's state, or None where the window is empty [R11].

    `previous` is the state of the previous equal window, which trends compare with.
    """
    raise TypeError(f"no reading is defined for {type(kpi).__name__}")


@read.register
def _(kpi: Duration, vector: Vector, previous: Vector) -> Reading | None:  # noqa: ARG001
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


def _buckets(vector: Vector) -> list[tuple[int, int]]:
    return [(component - FIRST_BUCKET, n) for component, n in vector.items() if component >= FIRST_BUCKET]


@read.register
def _(kpi: Share, vector: Vector, previous: Vector) -> Reading | None:  # noqa: ARG001
    trials, hits = vector.get(COUNT, 0), vector.get(HITS, 0)
    return Reading(hits / trials, trials, hits, trials, wilson(hits, trials)) if trials > 0 else None


@read.register
def _(kpi: Number, vector: Vector, previous: Vector) -> Reading | None:  # noqa: ARG001
    count = vector.get(COUNT, 0)
    return Reading(count, count, denominator=count) if count > 0 else None


@read.register
def _(kpi: Score, vector: Vector, previous: Vector) -> Reading | None:  # noqa: ARG001
    n, up, down = vector.get(COUNT, 0), vector.get(PROMOTERS, 0), vector.get(DETRACTORS, 0)
    return Reading(100 * (up - down) / n, n, up - down, n, adjusted_wald(up, down, n)) if n > 0 else None


@read.register
def _(kpi: ScorePart, vector: Vector, previous: Vector) -> Reading | None:  # noqa: ARG001
    n, up, down = vector.get(COUNT, 0), vector.get(PROMOTERS, 0), vector.get(DETRACTORS, 0)
    hits = {"promoters": up, "passives": n - up - down, "detractors": down}[kpi.part]
    return Reading(hits / n, n, hits, n, wilson(hits, n)) if n > 0 else None


@read.register
def _(kpi: Trend, vector: Vector, previous: Vector) -> Reading | None:  # noqa: ARG001
    now, before = vector.get(COUNT, 0), previous.get(COUNT, 0)
    if now <= 0 or before <= 0 or not previous.get(SUM, 0):
        return None
    return Reading((vector.get(SUM, 0) / now) / (previous[SUM] / before), now, denominator=now)

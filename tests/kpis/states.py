"""States of KPIs of any form, as a rollup hands them to `read`: the own one, and what it is compared with."""

from collections.abc import Callable, Iterable
from typing import Any

from streams.kpis.compared import Seasonal, Trend
from streams.kpis.model import CategoryShare, Kpi, Measure, Quotient
from streams.kpis.reading import Reading, read
from streams.kpis.seasons import LEAST
from streams.measures.aggregates import COUNT, BySize
from streams.measures.vector import Vector, add
from streams.windows.sizes import SIZES

SAMPLES: dict[str, Callable[[int], Any]] = {
    "Count": lambda _: 1,
    "Sum": lambda n: 300 - n % 4,
    "FineSum": lambda n: 1_000_000 * (300 - n % 4),
    "Ratio": lambda n: n % 8 != 0,
    "BySize": lambda n: tuple((size, 1, int(n % 8 != 0)) for size in range(len(SIZES))),
    "Distribution": lambda n: 45_000 * (n + 1),
    "Promoters": lambda n: 9 - n % 4,
}
"""The nth sample, by the aggregate that sums it up."""


def samples(measure: Measure, count: int) -> list[Any]:
    """So many samples of a measure."""
    sample = SAMPLES[type(measure.aggregate).__name__]
    return [sample(n) for n in range(count)]


def state(measure: Measure, given: Iterable[Any]) -> Vector:
    """The state that samples make in a window; where sizes are counted apart, of the first size."""
    vector: Vector = {}
    for sample in given:
        add(vector, measure.aggregate.lift(sample))
    return BySize.of_size(vector, 0) if isinstance(measure.aggregate, BySize) else vector


def beside(kpi: Kpi, own: Vector) -> Vector:
    """What a state is compared with: something that it can be divided by."""
    match kpi:
        case Trend():
            return state(kpi.source, samples(kpi.source, 1))
        case Seasonal():
            return dict.fromkeys(range(LEAST), 10)
        case CategoryShare():
            return {COUNT: 2 * own.get(COUNT, 0)}
        case Quotient():
            return state(kpi.sources[-1], samples(kpi.sources[-1], 5))
    return {}


def told(kpi: Kpi, given: Iterable[Any]) -> Reading | None:
    """What a KPI says of samples."""
    own = state(kpi.source, given)
    return read(kpi, own, beside(kpi, own))


def some(kpi: Kpi, count: int = 24) -> Reading:
    """What a KPI says of so many samples."""
    reading = told(kpi, samples(kpi.source, count))
    assert reading is not None
    return reading

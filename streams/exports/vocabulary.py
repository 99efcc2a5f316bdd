"""How many values of a dimension have series: a dimension that somebody fills with ids may not flood a scrape."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from streams.exports.records import dim_of
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading

Row = tuple[Kpi, str, str, Reading]
"""KPI, scope, size of the window, reading."""


def bounded(readings: Iterable[Row], most: int) -> tuple[list[Row], dict[str, int]]:
    """The readings of the `most` values of each dimension that have the most samples, and how many others there are.

    Of values with as many samples those that come first in their spelling stay. A function of what the windows hold
    alone: the order of events has no say, nor has a restart.
    """
    rows = list(readings)
    samples: dict[str, Counter[str]] = defaultdict(Counter)
    for _, scope, _, reading in rows:
        samples[dim_of(scope)][scope] += reading.n
    over = {dim: _over(scopes, most) for dim, scopes in samples.items() if len(scopes) > most}
    out = set().union(*over.values())
    return [row for row in rows if row[1] not in out], {dim: len(scopes) for dim, scopes in over.items()}


def _over(scopes: Counter[str], most: int) -> set[str]:
    ranked = sorted(scopes, key=lambda scope: (-scopes[scope], scope))
    return set(ranked[most:])

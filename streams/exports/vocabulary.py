"""How many values of a dimension have series: a dimension that somebody fills with ids may not flood a scrape."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from streams.exports.records import dim_of

Row = TypeVar("Row")
Told = Callable[[Row], tuple[str, int]]
"""The scope of a row, and how much it rests on."""


def bounded(given: Iterable[Row], most: int, told: Told[Row]) -> tuple[list[Row], Mapping[str, set[str]]]:
    """The rows of the `most` values of each dimension that rest on most, and the scopes of the others by dimension.

    Of values that rest on as much those that come first in their spelling stay. A function of what is there
    alone: the order of events has no say, nor has a restart.
    """
    rows = [(row, *told(row)) for row in given]
    weights: dict[str, Counter[str]] = defaultdict(Counter)
    for _, scope, weight in rows:
        weights[dim_of(scope)][scope] += weight
    over = {dim: _over(scopes, most) for dim, scopes in weights.items() if len(scopes) > most}
    out = set().union(*over.values())
    return [row for row, scope, _ in rows if scope not in out], over


def _over(scopes: Counter[str], most: int) -> set[str]:
    ranked = sorted(scopes, key=lambda scope: (-scopes[scope], scope))
    return set(ranked[most:])

"""What is open now, for gauges: how many wait, are at risk or overdue, and when the oldest of them began.

Cells hold it in the pane in which each began, so the oldest is the earliest second of the earliest pane that holds one.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sortedcontainers import SortedDict

from streams.cases.facts import AT_RISK, OVERDUE, WITHIN
from streams.engine.rollup import by_measure
from streams.kpis.model import Measure
from streams.measures.aggregates import FIRST_BUCKET
from streams.measures.vector import Vector, add
from streams.units import HOUR, SECOND


class Open(NamedTuple):
    """What is open of a clock in a scope; `since` in ms, to the second."""

    waiting: int
    """Within their time, those at risk included."""
    at_risk: int
    overdue: int
    since: int
    """When the oldest of all began."""


class Standing:
    """The scopes of one partition of the partials; `measures` are the states that tell of it, by their numbers."""

    def __init__(self, measures: Mapping[int, Measure]) -> None:
        self._measures = measures
        self._panes: dict[tuple[str, int], SortedDict[int, Vector]] = {}
        self._totals: dict[tuple[str, int], Vector] = {}

    def add(self, scope: str, pane: int, delta: Vector) -> None:
        """A cell changed by `delta`; what makes no window of it counts here."""
        for code, parts in by_measure(delta).items():
            if code in self._measures:
                self._count(scope, code, pane, parts)

    def forget(self, before: int) -> None:
        """Let go of what began in panes before an instant, in ms: their cells leave."""
        for (scope, code), panes in list(self._panes.items()):
            while panes and panes.peekitem(0)[0] < before:
                pane, vector = panes.peekitem(0)
                self._count(scope, code, pane, [(component, -amount) for component, amount in vector.items()])

    def __iter__(self) -> Iterator[tuple[str, str, Open]]:
        """Clock, scope and what is open, of all that has something."""
        for (scope, code), panes in self._panes.items():
            total, (pane, vector) = self._totals[scope, code], panes.peekitem(0)
            waiting, at_risk, overdue = (total.get(how, 0) for how in (WITHIN, AT_RISK, OVERDUE))
            yield self._measures[code].name, scope, Open(waiting + at_risk, at_risk, overdue, _began(pane, vector))

    def _count(self, scope: str, code: int, pane: int, parts: list[tuple[int, int]]) -> None:
        key = (scope, code)
        panes = self._panes.setdefault(key, SortedDict())
        vector = panes.setdefault(pane, {})
        add(vector, parts)
        add(self._totals.setdefault(key, {}), [part for part in parts if part[0] < FIRST_BUCKET])
        if not vector:
            del panes[pane]
        if not panes:
            del self._panes[key], self._totals[key]


def _began(pane: int, vector: Vector) -> int:
    second = min(component for component in vector if component >= FIRST_BUCKET) - FIRST_BUCKET
    return pane - pane % HOUR + second * SECOND

"""Rolling windows: the panes of the last hour, day, … summed up, for gauges.

A rolling window of a length ends with the pane that holds the present; its state is kept by adding what comes and
taking back what leaves.
"""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from streams.engine.rollup import PARTS, State, add_to, by_measure
from streams.kpis.catalogue import Catalogue
from streams.kpis.model import CategoryShare, Kpi, Quotient
from streams.kpis.priced import CostPer
from streams.kpis.reading import Reading, read, within
from streams.measures.vector import Vector, add
from streams.names import ALL
from streams.units import DAY, HOUR, MINUTE

LENGTHS: Mapping[str, int] = {"5m": 5 * MINUTE, "1h": HOUR, "1d": DAY, "7d": 7 * DAY, "30d": 30 * DAY}
"""The rolling windows that can be asked for, in ms."""


class Rolling:
    """The rolling windows of the scopes of one partials partition."""

    def __init__(self, catalogue: Catalogue, pane: int, sizes: Iterable[str] | Mapping[str, int]) -> None:
        """`sizes` are some of `LENGTHS`, or others with their lengths in ms."""
        self._catalogue, self._pane = catalogue, pane
        self._lengths = dict(sizes) if isinstance(sizes, Mapping) else {size: LENGTHS[size] for size in sizes}
        self._longest = max(self._lengths.values())
        self._panes: dict[int, dict[str, Vector]] = {}
        self._states: dict[tuple[str, str], State] = {}
        self._readings: dict[tuple[str, str, str], Reading] = {}
        self._dirty: set[tuple[str, str, int]] = set()
        self._edge = 0

    def add(self, scope: str, pane: int, delta: Vector) -> None:
        """A cell changed by `delta`."""
        if pane <= self._edge - self._longest:
            return
        add(self._panes.setdefault(pane, {}).setdefault(scope, {}), delta.items())
        for size, length in self._lengths.items():
            if self._edge - length < pane <= self._edge:
                self._count(size, scope, delta)

    def advance(self, now: int) -> None:
        """Move the present, in ms; it never goes back."""
        old, new = self._edge, max(self._edge, now - now % self._pane)
        if new == old:
            return
        self._edge = new
        for pane, scopes in list(self._panes.items()):
            for size, length in self._lengths.items():
                before, after = old - length < pane <= old, new - length < pane <= new
                if before != after:
                    self._move(size, scopes, 1 if after else -1)
            if pane <= new - self._longest:
                del self._panes[pane]

    def scopes(self, code: int) -> list[str]:
        """The scopes that have samples of a state in the longest window."""
        longest = max(self._lengths, key=self._lengths.__getitem__)
        return [scope for (size, scope), state in self._states.items() if size == longest and state.get(code)]

    def readings(self, priced: bool = True) -> Iterator[tuple[Kpi, str, str, Reading]]:
        """KPI, scope, size and reading of all that has a value; `priced` says whether any cost is known [R48]."""
        dirty, self._dirty = self._dirty, set()
        for size, scope, code in dirty:
            for kpi in self._catalogue.readers.get((code, scope.partition("=")[0]), ()):
                for one in self._restated(kpi, scope, size):
                    self._read(kpi, one, size)
        kpis = self._catalogue.kpis
        found = ((kpis[name], scope, size, reading) for (name, scope, size), reading in self._readings.items())
        return (one for one in found if priced or not one[0].priced)

    def _restated(self, kpi: Kpi, scope: str, size: str) -> Iterable[str]:
        """The scopes whose readings a changed one may change."""
        if not kpi.rolls:
            return ()
        if isinstance(kpi, CostPer) and scope == ALL:
            return (scope, *(part for part in PARTS if (size, part) in self._states))
        if not isinstance(kpi, CategoryShare):
            return (scope,)
        total = scope.partition("=")[0]
        return [one for held, one in self._states if held == size and one.startswith(f"{total}=")]

    def _read(self, kpi: Kpi, scope: str, size: str) -> None:
        state = self._states.get((size, scope), {})
        besides = state
        if isinstance(kpi, CostPer) and scope in PARTS:
            besides = self._states.get((size, ALL), {}) if state.get(kpi.source.code) else {}
        beside = besides.get(kpi.sources[-1].code, {}) if isinstance(kpi, Quotient) else {}
        if isinstance(kpi, CategoryShare):
            beside = self._states.get((size, scope.partition("=")[0]), {}).get(kpi.source.code, {})
        own = state.get(kpi.source.code, {})
        reading = read(kpi, own, beside)
        if reading is not None and kpi.stats:
            reading = msgspec.structs.replace(reading, within=within(kpi, own))
        if reading is None:
            self._readings.pop((kpi.name, scope, size), None)
        else:
            self._readings[kpi.name, scope, size] = reading

    def _move(self, size: str, scopes: dict[str, Vector], sign: int) -> None:
        for scope, vector in scopes.items():
            self._count(size, scope, vector, sign)

    def _count(self, size: str, scope: str, delta: Vector, sign: int = 1) -> None:
        measures = by_measure(delta, self._catalogue.standing)
        add_to(self._states.setdefault((size, scope), {}), measures, sign)
        for code in measures:
            self._dirty.add((size, scope, code))

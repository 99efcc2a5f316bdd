"""All KPIs, and what follows from their declarations together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from streams.kpis.model import Kpi, Measure
from streams.kpis.orders import ORDERS
from streams.kpis.requests import REQUESTS
from streams.kpis.satisfaction import SATISFACTION
from streams.measures.aggregates import Parts
from streams.names import ALL
from streams.windows.sizes import SIZES

KPIS: tuple[Kpi, ...] = (*ORDERS, *REQUESTS, *SATISFACTION)


class Plan(msgspec.Struct, frozen=True):
    """Where a kind of fact goes: which dimensions make scopes, and the measures that each scope keeps."""

    dims: tuple[tuple[str, int], ...]
    """(dimension, its place in the fact)."""
    totals: tuple[tuple[int, int, Callable[[Sequence[Any], int], Parts]], ...]
    """(place of the sample in the fact, the measure's number, how its samples are summed up)."""


class Catalogue:
    """A set of KPIs, indexed by what the engine and the readers look up; `windows` stands for each KPI's own."""

    def __init__(self, kpis: Iterable[Kpi] = KPIS, windows: tuple[str, ...] | None = None) -> None:
        kept = (kpi if windows is None else msgspec.structs.replace(kpi, windows=windows) for kpi in kpis)
        self.kpis = {kpi.name: kpi for kpi in kept}
        self.plans = {name: self._plan(name) for name in {kpi.of.name for kpi in self.kpis.values()}}
        self.readers: dict[tuple[int, str], list[Kpi]] = {}
        for kpi in self.kpis.values():
            for scope in kpi.scopes:
                self.readers.setdefault((kpi.source.code, scope), []).append(kpi)

    @property
    def sizes(self) -> tuple[str, ...]:
        """Every window size that some KPI keeps, in growing order."""
        kept = {size for kpi in self.kpis.values() for size in kpi.windows}
        return tuple(size for size in SIZES if size in kept)

    @property
    def fingerprint(self) -> str:
        """Changes when state kept under these definitions no longer means what new state would."""
        kept = {
            kind: (plan.dims, [(place, base) for place, base, _ in plan.totals]) for kind, plan in self.plans.items()
        }
        return sha256(msgspec.json.encode(kept, order="deterministic")).hexdigest()[:12]

    def _plan(self, kind: str) -> Plan:
        readers = [kpi for kpi in self.kpis.values() if kpi.of.name == kind]
        of = readers[0].of
        dims = tuple((dim, place) for place, dim in enumerate(of.dims) if any(dim in kpi.by for kpi in readers))
        measures = {kpi.source: None for kpi in readers}
        return Plan(dims, tuple((m.index, m.code, m.aggregate.total) for m in measures))


def faults(kpis: Iterable[Kpi]) -> Iterator[str]:
    """Everything that is wrong with a set of declarations, in words."""
    codes: dict[int, Measure] = {}
    names: set[str] = set()
    for kpi in kpis:
        yield from (f"{kpi.name}: {fault}" for fault in _own_faults(kpi))
        if kpi.name in names:
            yield f"{kpi.name}: declared twice"
        names.add(kpi.name)
        other = codes.setdefault(kpi.source.code, kpi.source) if kpi.measure in kpi.of.measures else kpi.source
        if other != kpi.source:
            yield f"{kpi.name}: its state number is that of {other.of.name}.{other.name}; raise the kind's edition"


def _own_faults(kpi: Kpi) -> Iterator[str]:
    if kpi.measure not in kpi.of.measures:
        yield f"{kpi.of.name} has no measure {kpi.measure!r}; it has {', '.join(kpi.of.measures)}"
    for dim in kpi.by:
        if dim not in kpi.of.dims:
            yield f"{kpi.of.name} has no dimension {dim!r}; it has {', '.join(kpi.of.dims)}"
    for size in kpi.windows:
        if size not in SIZES:
            yield f"unknown window {size!r}; use {', '.join(SIZES)}"
    if ALL in kpi.by:
        yield f"{ALL!r} is the scope without a dimension and needs no declaration"

"""All KPIs, and what follows from their declarations together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from streams.cases.facts import COSTED, Spread
from streams.kpis.budgets import BUDGETS
from streams.kpis.customers import CUSTOMERS
from streams.kpis.model import Kpi, Measure
from streams.kpis.money import MONEY_KPIS
from streams.kpis.orders import ORDERS
from streams.kpis.priced import EURO, Money
from streams.kpis.requests import REQUESTS
from streams.kpis.satisfaction import SATISFACTION
from streams.measures.aggregates import Count, Parts
from streams.windows.sizes import NOW, SIZES

FAMILIES: Mapping[str, tuple[Kpi, ...]] = {
    "orders": ORDERS,
    "requests": REQUESTS,
    "satisfaction": SATISFACTION,
    "customers": (*CUSTOMERS, *MONEY_KPIS),
}
"""Every KPI, grouped as readers see them; a family that is added here is on every page."""
KPIS: tuple[Kpi, ...] = tuple(kpi for family in FAMILIES.values() for kpi in family)


COSTS_TOLD = Measure(COSTED, "cases", Count())
"""What says whether any cost is known."""


class Plan(msgspec.Struct, frozen=True):
    """Where a kind of fact goes: which dimensions make scopes, and the measures that each scope keeps."""

    dims: tuple[tuple[str, int], ...]
    """(dimension, its place in the fact)."""
    spread: Spread
    totals: tuple[tuple[int, int, Callable[[Sequence[Any], int], Parts]], ...]
    """(place of the sample in the fact, the measure's number, how its samples are summed up)."""


class Catalogue:
    """A set of KPIs, indexed by what the engine and the readers look up; `windows` stands for each KPI's own."""

    def __init__(self, kpis: Iterable[Kpi] = KPIS, windows: tuple[str, ...] | None = None, money: Money = EURO) -> None:
        kept = (kpi if windows is None else _kept(kpi, windows) for kpi in kpis)
        self.kpis = {kpi.name: money.applied(kpi) for kpi in kept}
        sources = [(kpi, source) for kpi in self.kpis.values() for source in kpi.sources if kpi.windows]
        sources += [(kpi, COSTS_TOLD) for kpi in self.kpis.values() if kpi.priced and kpi.windows]
        told = sources + [(kpi, one) for kpi in self.kpis.values() for one in kpi.standing if kpi.windows]
        self.standing = {one.code: one for _, one in told[len(sources) :]}
        """The states that tell of the present alone, by their numbers."""
        budgets = [BUDGETS[kpi.name] for kpi in self.kpis.values() if kpi.name in BUDGETS and kpi.windows]
        told += [(budget, budget.source) for budget in budgets]
        self.plans = {name: _plan(name, told) for name in {source.of.name for _, source in told}}
        self.readers: dict[tuple[int, str], list[Kpi]] = {}
        for kpi, source in sources:
            for scope in kpi.scopes:
                self.readers.setdefault((source.code, scope), []).append(kpi)

    @property
    def sizes(self) -> tuple[str, ...]:
        """Every window size that some KPI keeps, in growing order."""
        kept = {size for kpi in self.kpis.values() for size in kpi.windows}
        return tuple(size for size in SIZES if size in kept)

    @property
    def fingerprint(self) -> str:
        """Changes when state kept under these definitions no longer means what new state would."""
        kept = {
            kind: (plan.dims, plan.spread, [(place, base) for place, base, _ in plan.totals])
            for kind, plan in self.plans.items()
        }
        return sha256(msgspec.json.encode(kept, order="deterministic")).hexdigest()[:12]


def _kept(kpi: Kpi, windows: tuple[str, ...]) -> Kpi:
    """A KPI in these windows: what is told of the present has that one alone, and nothing else has it."""
    return msgspec.structs.replace(kpi, windows=tuple(one for one in windows if (one == NOW) == (NOW in kpi.windows)))


def _plan(kind: str, sources: Iterable[tuple[Kpi, Measure]]) -> Plan:
    """What the KPIs that read a kind of fact ask of it."""
    read = [(kpi, source) for kpi, source in sources if source.of.name == kind]
    of = read[0][1].of
    dims = tuple((dim, place) for place, dim in enumerate(of.dims) if any(dim in kpi.by for kpi, _ in read))
    measures = {source: None for _, source in read}
    return Plan(dims, of.spread, tuple((m.index, m.code, m.aggregate.total) for m in measures))

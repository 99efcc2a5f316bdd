"""What is wrong with declarations of KPIs: everything at once, in words."""

import re
from collections.abc import Iterable, Iterator

from streams.kpis.model import Kpi, Measure
from streams.kpis.priced import MONEY, CostPer
from streams.names import ALL
from streams.windows.sizes import SIZES

DIMENSIONS = (
    "channel",
    "region",
    "department",
    "category",
    "campaign",
    "agent",
    "priority",
    "policy",
    "tier",
    "timing",
    "method",
    "kind",
)
"""Of all of these a business has dozens at most. There is a series for each value, so nothing that grows with its
customers, orders or requests may become one."""
UNITS = ("seconds", "ratio", "count", "points", "stars", MONEY)
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def faults(kpis: Iterable[Kpi]) -> Iterator[str]:
    """Everything that is wrong with a set of declarations."""
    kpis, codes, names = list(kpis), dict[int, Measure](), set[str]()
    for kpi in kpis:
        yield from (f"{kpi.name}: {fault}" for fault in _own(kpi))
        yield from (f"{kpi.name}: {fault}" for fault in _beside(kpi, kpis))
        if kpi.name in names:
            yield f"{kpi.name}: declared twice"
        names.add(kpi.name)
        for source in kpi.sources:
            other = codes.setdefault(source.code, source) if source.name in source.of.measures else source
            if other != source:
                yield f"{kpi.name}: its state number is that of {other.of.name}.{other.name}; raise the kind's edition"


def _own(kpi: Kpi) -> Iterator[str]:
    if not _NAME.fullmatch(kpi.name):
        yield "write its name in small letters, digits and single underscores"
    if kpi.unit not in UNITS:
        yield f"unknown unit {kpi.unit!r}; use {', '.join(UNITS)}"
    yield from _measures(kpi)
    yield from _scopes(kpi)
    yield from _target(kpi)
    for size in kpi.windows:
        if size not in SIZES:
            yield f"unknown window {size!r}; use {', '.join(SIZES)}"


def _measures(kpi: Kpi) -> Iterator[str]:
    for source in kpi.sources:
        if source.name not in source.of.measures:
            yield f"{source.of.name} has no measure {source.name!r}; it has {', '.join(source.of.measures)}"
        for dim in kpi.by:
            if dim in _whole(kpi) and source is not kpi.sources[0]:
                continue
            if dim not in source.of.dims and source.of.spread != "given":
                yield f"{source.of.name} has no dimension {dim!r}; it has {', '.join(source.of.dims)}"


def _whole(kpi: Kpi) -> tuple[str, ...]:
    return kpi.whole if isinstance(kpi, CostPer) else ()


def _scopes(kpi: Kpi) -> Iterator[str]:
    if len(kpi.by) != 1 and kpi.of.spread == "category":
        yield f"{kpi.of.name} is told by category: by names the one dimension that it is"
    if len(set(kpi.by)) != len(kpi.by):
        yield "a dimension is named twice"
    for dim in kpi.by:
        if dim == ALL:
            yield f"{ALL!r} is the scope without a dimension and needs no declaration"
        elif dim not in DIMENSIONS:
            yield f"{dim!r} is none of the dimensions that have few values: {', '.join(DIMENSIONS)}"


def _target(kpi: Kpi) -> Iterator[str]:
    low, high = kpi.bounds
    if kpi.target is None:
        return
    if ALL not in kpi.scopes:
        yield f"a target is judged in the scope {ALL!r}, which it has not"
    bound = kpi.target.bound
    if (low is not None and bound < low) or (high is not None and bound > high):
        yield f"its target {bound:g} is not between {low} and {high}, where its values are"


def _beside(kpi: Kpi, kpis: Iterable[Kpi]) -> Iterator[str]:
    """What does not fit the others: what is derived needs gauges to be derived from, in all of its scopes."""
    if not kpi.derived:
        return
    base = next((other for other in kpis if kpi.shown_by(other)), None)
    if base is None:
        yield f"no KPI shows the {kpi.of.name}.{kpi.measure} that it compares, and so has the gauges that it needs"
    elif lacking := [dim for dim in kpi.by if dim not in base.by]:
        yield f"{base.name}, whose gauges it needs, is not by {', '.join(lacking)}"

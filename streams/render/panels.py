"""The panels of the dashboard, as plain data, from the declarations."""

from collections.abc import Iterator, Sequence

import msgspec

from streams.exports.series import gauged, headline
from streams.kpis.model import Kpi, ScorePart
from streams.kpis.targets import AtMost
from streams.names import ALL
from streams.render import words
from streams.render.fleet import FAMILIES, Family, fleet, members, own_labels, parts_of, selector, value_of

GOOD, BAD, PLAIN = "green", "red", "blue"
Step = tuple[float | None, str]
"""From this value on (None: from the lowest) this colour."""

WINDOW, BY, FLEET = "$window", "$by", "$job"
"""The variables: the rolling window, the dimension to split by, the scrape job of the workers."""
_SHARE = "percentunit"
_UNITS = {"seconds": "s", "ratio": "none", "points": "none", "stars": "none", "count": "short"}


class Query(msgspec.Struct, frozen=True):
    """A PromQL expression; `legend` names its series."""

    expr: str
    legend: str


class Panel(msgspec.Struct, frozen=True):
    """What a panel shows: one number now (`stat`), or its course."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    stat: bool = False
    steps: tuple[Step, ...] = ((None, PLAIN),)
    no_value: str = "none in the window"
    low: float | None = None
    high: float | None = None


class Row(msgspec.Struct, frozen=True):
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


def kpi_rows(catalogue: Sequence[Family] = FAMILIES) -> list[Row]:
    """A row for each family of KPIs: numbers first, then their courses."""
    legend = "".join(_legend(dim) for dim in dimensions(catalogue))
    return [Row(title, (*_numbers(kpis), *_courses(kpis, legend))) for title, kpis in catalogue]


def dimensions(catalogue: Sequence[Family] = FAMILIES) -> list[str]:
    """Every dimension that some panel can be split by, the commonest first."""
    uses = [dim for kpi in members(catalogue) if gauged(kpi) and ALL in kpi.scopes for dim in kpi.by]
    return sorted(set(uses), key=lambda dim: (-uses.count(dim), dim))


def _numbers(kpis: Sequence[Kpi]) -> Iterator[Panel]:
    for kpi in kpis:
        if _shown(kpi) and ALL in kpi.scopes:
            query = Query(value_of(kpi, _labels(ALL)), kpi.title)
            yield _panel(kpi, (query,), stat=True)


def _courses(kpis: Sequence[Kpi], legend: str) -> Iterator[Panel]:
    for kpi in kpis:
        if _shown(kpi) and ALL in kpi.scopes:
            split = Query(_of_dimension(kpi, BY), legend)
            yield _panel(kpi, (Query(value_of(kpi, _labels(ALL)), ALL), split))
        elif _shown(kpi):
            (dim,) = kpi.by
            yield _panel(kpi, (Query(_of_dimension(kpi, dim), _legend(dim)),))
        if parts := parts_of(kpi, kpis):
            yield _makeup(kpi, parts)


def _legend(dim: str) -> str:
    return f"{{{{{dim}}}}}"


def _shown(kpi: Kpi) -> bool:
    """Whether it has panels of its own: the parts of a score share one, and what has no metric has none."""
    return gauged(kpi) and not isinstance(kpi, ScorePart)


def _panel(kpi: Kpi, queries: tuple[Query, ...], *, stat: bool = False) -> Panel:
    low, high = kpi.bounds
    return Panel(kpi.title, _description(kpi), _unit(kpi), queries, stat, _steps(kpi), low=low, high=high)


def _unit(kpi: Kpi) -> str:
    """Grafana's name of the unit; a currency's is made from its code."""
    return _SHARE if kpi.stat == "share" else _UNITS.get(kpi.unit, f"currency:{kpi.unit}")


def _makeup(kpi: Kpi, parts: Sequence[ScorePart]) -> Panel:
    queries = tuple(Query(value_of(part, _labels(ALL)), part.part) for part in parts)
    said = "The shares of promoters, passives and detractors among the answers."
    return Panel(f"{kpi.title}: its parts", said, _SHARE, queries, low=0, high=1)


def _labels(scope: str) -> dict[str, str]:
    return {"job": FLEET, "scope": scope, "window": WINDOW}


def _of_dimension(kpi: Kpi, dim: str) -> str:
    return fleet(headline(kpi)) + selector({**_labels(dim), **own_labels(kpi)})


def _description(kpi: Kpi) -> str:
    said = f"{kpi.means} Shown: {kpi.stat}."
    return f"{said} Target: {words.target(kpi, kpi.target)}." if kpi.target else said


def _steps(kpi: Kpi) -> tuple[Step, ...]:
    match kpi.target:
        case None:
            return ((None, PLAIN),)
        case AtMost(bound):
            return ((None, GOOD), (bound, BAD))
        case goal:
            return ((None, BAD), (goal.bound, GOOD))

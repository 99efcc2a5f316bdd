"""The panels of KPIs, from the declarations."""

from collections.abc import Iterable, Iterator, Sequence

from streams.exports.series import gauged, headline
from streams.kpis.model import Kpi, ScorePart
from streams.kpis.targets import AtMost
from streams.names import ALL
from streams.render import words
from streams.render.alert import runbook
from streams.render.fleet import FAMILIES, Family, fleet, members, own_labels, parts_of, value_of
from streams.render.panel import (
    BAD,
    BY,
    FLEET,
    GOOD,
    PICKED,
    PLAIN,
    SHARE,
    WINDOW,
    Kind,
    Panel,
    Query,
    Row,
    Step,
    matching,
    picked,
)
from streams.render.rules import alert_name

_UNITS = {"seconds": "s", "ratio": "none", "points": "none", "stars": "none", "count": "short"}


def kpi_rows(title: str, kpis: Sequence[Kpi], every: Sequence[Kpi]) -> tuple[Row, ...]:
    """KPIs under a heading: numbers first, then their courses, split by the dimension that the reader chose."""
    return (Row(title, (*numbers(kpis), *courses(kpis, every))),)


def dimensions(catalogue: Sequence[Family] = FAMILIES) -> list[str]:
    """Every dimension that some panel can be split by, the commonest first."""
    uses = [dim for kpi in members(catalogue) if gauged(kpi) and ALL in kpi.scopes for dim in kpi.by]
    return sorted(set(uses), key=lambda dim: (-uses.count(dim), dim))


def numbers(kpis: Iterable[Kpi], board: str = "") -> Iterator[Panel]:
    """One number for each KPI; `board` tells more of them."""
    for kpi in kpis:
        if shown(kpi) and ALL in kpi.scopes:
            yield _panel(kpi, (Query(value_of(kpi, _labels(ALL)), kpi.title),), "stat", board)


def courses(kpis: Iterable[Kpi], every: Sequence[Kpi]) -> Iterator[Panel]:
    """The course of each KPI over everything, and of the values of a dimension; and what a score is made of."""
    legend = "".join(_legend(dim) for dim in dict.fromkeys(dim for kpi in every for dim in kpi.by))
    for kpi in kpis:
        if shown(kpi) and ALL in kpi.scopes:
            split = Query(_of_dimension(kpi, BY), legend)
            yield _panel(kpi, (Query(value_of(kpi, _labels(ALL)), ALL), split))
        elif shown(kpi):
            yield split_by(kpi, kpi.by[0], title=kpi.title)
        if parts := parts_of(kpi, every):
            yield _makeup(kpi, parts)


def split_by(kpi: Kpi, dim: str, kind: Kind = "course", title: str = "") -> Panel:
    """A KPI by one dimension; of what can be picked, only what is picked."""
    within = picked(dim) if dim in PICKED else {}
    query = Query(_of_dimension(kpi, dim, within), _legend(dim))
    return _panel(kpi, (query,), kind, title=title or f"{kpi.title}, by {dim}")


def overall(kpis: Iterable[Kpi], board: str = "") -> Iterator[Panel]:
    """The course of each KPI over everything alone."""
    for kpi in kpis:
        if shown(kpi) and ALL in kpi.scopes:
            yield _panel(kpi, (Query(value_of(kpi, _labels(ALL)), kpi.title),), board=board)


def shown(kpi: Kpi) -> bool:
    """Whether it has panels of its own: the parts of a score share one, and what has no metric has none."""
    return gauged(kpi) and not isinstance(kpi, ScorePart)


def _legend(dim: str) -> str:
    return f"{{{{{dim}}}}}"


def _panel(kpi: Kpi, queries: tuple[Query, ...], kind: Kind = "course", board: str = "", title: str = "") -> Panel:
    low, high = kpi.bounds
    said, steps = _description(kpi), _steps(kpi)
    return Panel(title or kpi.title, said, _unit(kpi), queries, kind, steps, low=low, high=high, board=board)


def _unit(kpi: Kpi) -> str:
    """Grafana's name of the unit; a currency's is made from its code."""
    return SHARE if kpi.stat == "share" else _UNITS.get(kpi.unit, f"currency:{kpi.unit}")


def _makeup(kpi: Kpi, parts: Sequence[ScorePart]) -> Panel:
    queries = tuple(Query(value_of(part, _labels(ALL)), part.part) for part in parts)
    said = "The shares of promoters, passives and detractors among the answers."
    return Panel(f"{kpi.title}: its parts", said, SHARE, queries, low=0, high=1)


def _labels(scope: str) -> dict[str, str]:
    return {"job": FLEET, "scope": scope, "window": WINDOW}


def _of_dimension(kpi: Kpi, dim: str, within: dict[str, str] | None = None) -> str:
    return fleet(headline(kpi)) + matching({**_labels(dim), **own_labels(kpi)}, within or {})


def _description(kpi: Kpi) -> str:
    said = f"{kpi.means} Shown: {kpi.stat}. Formula: docs/kpis.md#{kpi.name}."
    if not kpi.target:
        return said
    told = f"{said} Target: {words.target(kpi, kpi.target)}."
    return f"{told} What to do where it is missed: {runbook(alert_name(kpi))}." if ALL in kpi.scopes else told


def _steps(kpi: Kpi) -> tuple[Step, ...]:
    match kpi.target:
        case None:
            return ((None, PLAIN),)
        case AtMost(bound):
            return ((None, GOOD), (bound, BAD))
        case goal:
            return ((None, BAD), (goal.bound, GOOD))

"""The six dashboards, as plain data: which panels stand where."""

from collections.abc import Iterator, Sequence

from streams.exports.series import gauged
from streams.kpis.compared import Seasonal, Trend
from streams.kpis.headline import HEADLINE
from streams.kpis.model import Attainment, Duration, Kpi, ScorePart
from streams.render import demand, health, promised
from streams.render.fairness import drawn_panels
from streams.render.fleet import FAMILIES, Family, members
from streams.render.panel import PLAIN, Board, Panel, Query, Row, words
from streams.render.panels import kpi_rows, numbers, overall, split_by
from streams.sla.policy import DEFAULTS, PolicySet

OVERVIEW, SLA, PEOPLE, SATISFACTION, ORDERS, PIPELINE = (
    "crm-overview",
    promised.BOARD,
    "crm-people",
    "crm-satisfaction",
    "crm-orders",
    health.BOARD,
)
"""The uids; links of others lead to them."""
_TIMES = (Attainment, Duration, Seasonal, Trend)
"""Of requests, what tells of time and demand; the others tell of how people work."""
_OF_AGENTS = (
    "closed_by_agent",
    "first_response_time",
    "first_contact_resolution",
    "csat",
    "nps_hot",
    "reopen_rate",
    "order_entry_time",
    "orders_per_labour_hour",
)
_OF_DEPARTMENTS = (
    "requests",
    "first_response_time",
    "resolution_time_full",
    "answered_in_24h",
    "csat",
    "escalation_rate",
    "misrouted_share",
    "response_cost_per_response",
)


def boards(catalogue: Sequence[Family] = FAMILIES, policies: PolicySet = DEFAULTS) -> tuple[Board, ...]:
    """All of them."""
    return (
        _overview(catalogue),
        _promises(catalogue, policies),
        _people(catalogue),
        _families(SATISFACTION, "Satisfaction", "What customers say of us.", catalogue),
        _families(ORDERS, "Orders and cost", "What is ordered, how it arrives, and what response costs.", catalogue),
        Board(PIPELINE, "Pipeline health", "Is every partition served, is it fresh, what is refused.", health.rows()),
    )


def home(kpi: Kpi, family: str) -> str:
    """The uid of the board that tells most of a KPI.

    >>> from streams.kpis.requests import first_response_time, requests
    >>> home(first_response_time, "Requests"), home(requests, "Requests")
    ('crm-sla', 'crm-people')
    """
    if family == "Requests":
        return SLA if isinstance(kpi, _TIMES) else PEOPLE
    return SATISFACTION if family == "Satisfaction" else ORDERS


def _at_home(uid: str, catalogue: Sequence[Family]) -> Iterator[tuple[str, list[Kpi]]]:
    """The families on a board, each with what of it is at home there."""
    for family, kpis in catalogue:
        here = [kpi for kpi in kpis if home(kpi, family) == uid]
        if here:
            yield family, here


def _overview(catalogue: Sequence[Family]) -> Board:
    homes = {kpi.name: (kpi, home(kpi, family)) for family, kpis in catalogue for kpi in kpis}
    first = [homes[name] for name in HEADLINE if name in homes]
    kept = [kpi for kpi in members(catalogue) if isinstance(kpi, Attainment) and kpi.name not in HEADLINE]
    return Board(
        OVERVIEW,
        "Service overview",
        "How customers are served now: what is open, whether targets are met, and whether the numbers can be believed.",
        (
            Row("Now", (*promised.open_numbers(SLA), promised.least_budget(SLA), *health.vital(PIPELINE), _firing())),
            Row("Headline", tuple(panel for kpi, uid in first for panel in numbers([kpi], uid))),
            Row("Further promises", tuple(numbers(kept, SLA))),
            Row("Courses", tuple(panel for kpi, uid in first for panel in overall([kpi], uid))),
        ),
    )


def _firing() -> Panel:
    return Panel(
        "Alerts that fire",
        "CrmWatchdog always does; for each other one docs/runbooks has a page of its name.",
        queries=(Query('ALERTS{alertname=~"Crm.*",alertstate="firing"}', "{{alertname}}"),),
        kind="table",
        steps=((None, PLAIN),),
        no_value="none",
    )


def _promises(catalogue: Sequence[Family], policies: PolicySet) -> Board:
    every = members(catalogue)
    here = [kpi for _, kpis in _at_home(SLA, catalogue) for kpi in kpis]
    kept = [kpi for kpi in here if isinstance(kpi, Attainment)]
    times = [kpi for kpi in here if kpi not in kept]
    return Board(
        SLA,
        "SLA drill-down",
        "Promises: what is open, what was kept, what is left of the budgets, and for how long customers wait.",
        (
            promised.open_row(),
            promised.budgets_row(policies),
            *kpi_rows("Promises kept", kept, every),
            promised.spread_row(),
            demand.usual_row(),
            *kpi_rows("Times and demand", times, every),
        ),
        ("department", "channel", "policy", "clock"),
    )


def _people(catalogue: Sequence[Family]) -> Board:
    every = members(catalogue)
    here = [kpi for _, kpis in _at_home(PEOPLE, catalogue) for kpi in kpis]
    return Board(
        PEOPLE,
        "Agents and departments",
        "Who does what, how well, and where help is needed. Few samples say little of a person.",
        (
            Row("Departments", tuple(_split(_OF_DEPARTMENTS, "department", every))),
            Row("Agents", (*_split(_OF_AGENTS, "agent", every), *drawn_panels(every, _OF_AGENTS))),
            *kpi_rows("How requests are served", here, every),
            *_elsewhere(here),
        ),
        ("department", "agent"),
    )


def _split(names: Sequence[str], dim: str, every: Sequence[Kpi]) -> Iterator[Panel]:
    """Bars of how it stands, and courses of the most telling ones."""
    found = [kpi for name in names for kpi in every if kpi.name == name and dim in kpi.by]
    yield from (split_by(kpi, dim, "bars") for kpi in found)
    yield from (split_by(kpi, dim) for kpi in found[:3])


def _families(uid: str, title: str, says: str, catalogue: Sequence[Family]) -> Board:
    every, here = members(catalogue), list(_at_home(uid, catalogue))
    rows = [row for family, kpis in here for row in kpi_rows(family, kpis, every)]
    more = _elsewhere([kpi for _, kpis in here for kpi in kpis])
    return Board(uid, title, says, (*rows, *more))


def _elsewhere(kpis: Sequence[Kpi]) -> tuple[Row, ...]:
    """What has no metric, and where it is to be seen."""
    missing = [kpi for kpi in kpis if not gauged(kpi) and not isinstance(kpi, ScorePart)]
    lines = [f"- **{kpi.title}** (`{kpi.name}`): {kpi.means}" for kpi in missing]
    head = "Prometheus does not know of these: they count once a window. The live page and `kpi-values` have them."
    return (Row("On the live page", (words("Without a metric", "\n".join([head, "", *lines])),)),) if missing else ()

"""The panels of the rendered dashboards, and their queries as a reader's choice makes them."""

import json
import re
from typing import Any, NamedTuple

from streams.render.dashboard import dashboards_json
from streams.render.fleet import JOB
from tests.render.queries import KPIS, ROLLING

BOARDS: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in dashboards_json(ROLLING).items()}
_WORD = re.compile(r"\$(\w+)")


class Asked(NamedTuple):
    """A query as it is sent, and where it stands."""

    place: str
    expr: str
    range: bool
    """Whether a course is asked for, or how it stands now."""


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """All but the headings."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


PANELS = [panel for board in BOARDS.values() for panel in panels(board)]
DRAWN = [panel for panel in PANELS if panel["type"] != "text"]
"""Those that show data."""


def queries(rate_interval: str = "60s") -> list[Asked]:
    """Every query of every panel in every rolling window, split by a dimension that its KPI has."""
    return [
        asked(name, panel, target, window, rate_interval)
        for name, board in BOARDS.items()
        for panel in panels(board)
        for target in panel.get("targets", ())
        for window in (ROLLING if "$window" in target["expr"] else ROLLING[:1])
    ]


def asked(board: str, panel: dict[str, Any], target: dict[str, Any], window: str, rate_interval: str = "60s") -> Asked:
    """A query with the variables filled in."""
    place = f"{board.removesuffix('.json')}-{panel['id']}-{panel['title']}-{target['refId']}-{window}"
    return Asked(place, filled(target["expr"], window, by_of(panel), rate_interval), bool(target.get("range")))


def by_of(panel: dict[str, Any]) -> str:
    """A dimension of a panel's KPI."""
    return next((kpi.by[0] for kpi in KPIS if kpi.title == panel["title"]), "channel")


def filled(expr: str, window: str, by: str, rate_interval: str = "60s") -> str:
    """As Grafana sends it when everything is picked."""
    values = {"job": JOB, "window": window, "by": by, "__rate_interval": rate_interval}
    return _WORD.sub(lambda found: values.get(found[1], ".*"), expr)

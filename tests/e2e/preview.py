"""What the panels of a dashboard show, as plain data: its JSON, and what Prometheus answers to its queries."""

import json
import re
import urllib.parse
import urllib.request
from typing import Any

from streams.units import SECOND
from tests.e2e.clock import OPENS, SPEED
from tests.e2e.scaled import expression
from tests.e2e.servers import Server
from tests.render.boards import by_of, filled

STEP = 2
"""Seconds between the points of a course."""
MOST = 8
"""Series of a panel that are drawn."""
_NAMED = re.compile(r"\{\{(\w+)\}\}")


def drawn(board: dict[str, Any], server: Server, begun: float, now: float) -> dict[str, Any]:
    """A dashboard with its data, from the beginning of the day until now; both in real time."""
    return {"title": board["title"], "panels": [_panel(panel, server, begun, now) for panel in board["panels"]]}


def _panel(panel: dict[str, Any], server: Server, begun: float, now: float) -> dict[str, Any]:
    defaults = panel.get("fieldConfig", {}).get("defaults", {})
    told = {"title": panel["title"], "type": panel["type"], "grid": panel["gridPos"]}
    told["text"] = panel.get("options", {}).get("content", "")
    told |= {"unit": defaults.get("unit", "none"), "none": defaults.get("noValue", "")}
    told["steps"] = defaults.get("thresholds", {}).get("steps", [])
    series = [one for target in panel.get("targets", ()) for one in _series(panel, target, server, begun, now)]
    return {**told, "series": sorted(series, key=lambda one: -len(one["points"]))[:MOST]}


def _series(
    panel: dict[str, Any], target: dict[str, Any], server: Server, begun: float, now: float
) -> list[dict[str, Any]]:
    expr = expression(filled(target["expr"], "1h", by_of(panel), "10m"), begun)
    found = _range(server, expr, begun, now) if target.get("range") else server.query(expr)
    return [
        {
            "name": _NAMED.sub(lambda name, one=one: one["metric"].get(name[1], ""), target["legendFormat"]).strip(),
            "labels": one["metric"],
            "points": [_point(point, begun) for point in one.get("values", [one.get("value")]) if point[1] != "NaN"],
        }
        for one in found
    ]


def _point(point: tuple[float, str], begun: float) -> tuple[float, float]:
    """An instant of the day in seconds, and the value."""
    return OPENS / SECOND + SPEED * (point[0] - begun), float(point[1])


def _range(server: Server, expr: str, begun: float, now: float) -> list[dict[str, Any]]:
    asked = urllib.parse.urlencode({"query": expr, "start": begun, "end": now, "step": STEP})
    with urllib.request.urlopen(f"{server.url}/api/v1/query_range?{asked}", timeout=30) as answer:
        found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
    return found

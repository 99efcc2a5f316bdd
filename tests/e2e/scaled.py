"""The rendered rules and the routes of alerts, by the clock of the simulated day."""

import re
from pathlib import Path
from typing import Any

import yaml

from streams.cli.render import site
from streams.render.alert import PIPELINE
from streams.render.files import generated
from streams.render.fleet import JOB
from streams.units import SECOND
from streams.worker.settings import load
from tests.e2e.clock import OPENS, SPEED
from tests.render.prometheus import ROOT

ROUTES = ROOT / "deploy" / "alertmanager" / "alertmanager.yml"
RECEIVERS = "http://127.0.0.1:9099"
"""Where the example has its receivers."""
PROCESSES = 15
"""Processes, sessions and scrapes go by real time: their alerts wait for a fifteenth of their time."""
_UNITS = {"ms": 1, "s": SECOND, "m": 60 * SECOND, "h": 3_600 * SECOND, "d": 86_400 * SECOND}
_SPAN = re.compile(r"(\[|offset )(\d+)([smhd])")


def faster(duration: str, speed: int = SPEED) -> str:
    """A duration of the day in real time.

    >>> faster("5m"), faster("30s"), faster("0s")
    ('5000ms', '500ms', '0ms')
    """
    found = re.fullmatch(r"(\d+)([a-z]+)", duration)
    assert found, duration
    return f"{int(found[1]) * _UNITS[found[2]] // speed}ms"


def expression(expr: str, begun: float | None) -> str:
    """A query whose ranges, offsets and clock are the day's; `begun` is its beginning in real time.

    >>> expression('time() - x{window="1h"} offset 1d', None)
    '1772620200 - x{window="1h"} offset 1440000ms'
    """
    opens = OPENS // SECOND
    clock = str(opens) if begun is None else f"({opens} + {SPEED} * (time() - {begun}))"
    return _SPAN.sub(lambda found: found[1] + faster(found[2] + found[3]), expr).replace("time()", clock)


def write_rules(folder: Path, policies: Path, begun: float | None) -> None:
    """The rules as `streams render` makes them for these policies, by the day's clock, into a folder."""
    files = generated(site(load(None, {"sla": {"policies": str(policies)}})))
    for name in ("recording", "alerts"):
        groups = yaml.safe_load(files[f"deploy/prometheus/rules/{name}.yml"])["groups"]
        scaled = [{**group, "rules": [_rule(rule, begun) for rule in group["rules"]]} for group in groups]
        (folder / f"{name}.yml").write_text(yaml.safe_dump({"groups": scaled}), encoding="utf-8")


def _rule(rule: dict[str, Any], begun: float | None) -> dict[str, Any]:
    speed = PROCESSES if rule.get("labels", {}).get("kind") == PIPELINE else SPEED
    spans = {name: faster(rule[name], speed) for name in ("for", "keep_firing_for") if name in rule}
    return {**rule, **spans, "expr": expression(rule["expr"], begun)}


def prometheus(workers: list[str], alertmanager: str, rules: Path) -> dict[str, Any]:
    """Prometheus' configuration; workers and Alertmanager are host:port."""
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules / "*.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [{"job_name": JOB, "static_configs": [{"targets": workers}]}],
    }


def routes(sink: str) -> dict[str, Any]:
    """The example's routes, which wait by the day's clock and lead to a sink; what is told is not repeated."""
    text = ROUTES.read_text(encoding="utf-8").replace(RECEIVERS, sink)
    config: dict[str, Any] = yaml.safe_load(text)
    config["route"] = _route(config["route"])
    return config


def _route(route: dict[str, Any]) -> dict[str, Any]:
    waits = {name: faster(route[name]) for name in ("group_wait", "group_interval") if name in route}
    inner = {"routes": [_route(one) for one in route["routes"]]} if "routes" in route else {}
    return {**route, **waits, **inner}

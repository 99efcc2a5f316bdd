"""What queries name: the metrics in PromQL expressions, and those that workers export or rules record."""

import re
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry

from streams.exports.series import families
from streams.render.fleet import FAMILIES, members
from streams.render.rules import alerts, recording
from tests.render.worker import SETTINGS, registry

ROLLING = SETTINGS.kpis.rolling
KPIS = members(FAMILIES)
"""As workers export them by default."""
PROMETHEUS_S = {"up", "ALERTS", "scrape_samples_scraped"}
SLA = {"crm_sla_decisions_total", "crm_sla_budget_left_ratio", "crm_sla_burn_rate_ratio"}
"""What a worker exports as soon as a promise is decided."""
OVER = {"crm_values_without_series"}
"""What a worker exports only of a dimension that has too many values."""
_STRINGS = re.compile(r'"[^"]*"')
_METRIC = re.compile(r"\b(?:fleet:)?crm_\w+(?::\w+)?|\bup\b|\bALERTS\b|\bscrape_samples_scraped\b")


def metrics_in(expr: str) -> set[str]:
    """The names of the metrics that an expression reads."""
    return set(_METRIC.findall(_STRINGS.sub('""', expr)))


def exported() -> set[str]:
    """Every series name that a worker can export."""
    of_kpis = {name for kpi in KPIS for name in families(kpi)}
    return of_kpis | set(_sample_names(registry()))


def recorded() -> set[str]:
    """Every series name that the rules record."""
    return {rule["record"] for group in recording(ROLLING)["groups"] for rule in group["rules"]}


def alert_rules() -> list[dict[str, Any]]:
    """All alerts."""
    return [rule for group in alerts(ROLLING)["groups"] for rule in group["rules"]]


def _sample_names(served: CollectorRegistry) -> Iterator[str]:
    return (sample.name for family in served.collect() for sample in family.samples)

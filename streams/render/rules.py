"""Prometheus rules of the KPIs, as plain data: the fleet-wide view, and an alert for each target."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from streams.engine.rolling import LENGTHS
from streams.exports.series import ended_families, families, gauged, headline
from streams.kpis.compared import Seasonal, Trend
from streams.kpis.model import Kpi
from streams.kpis.seasons import LEAST, SLOTS
from streams.kpis.targets import AtMost, Target
from streams.names import ALL
from streams.render import words
from streams.render.alert import KPI, runbook
from streams.render.burn import burn_alerts, burn_records
from streams.render.fairness import GROUP, fairness_records
from streams.render.fleet import (
    FAMILIES,
    Family,
    base_of,
    bound_of,
    everything,
    fleet,
    longest_day,
    low_sample_of,
    mean_labels,
    members,
    selector,
    value_of,
)
from streams.render.pipeline import UNCOVERED, pipeline_alerts, pipeline_records
from streams.render.symptoms import open_records, symptom_alerts
from streams.sla.policy import DEFAULTS, PolicySet
from streams.units import DAY

Rule = dict[str, Any]
Group = dict[str, Any]
Goal = tuple[Kpi, Target]

PENDING = "15m"
"""How long a target must be missed before its alert fires: longer than a partition takes to move."""
KEEP = "30m"
"""How long an alert stays after its target is met again."""
_WRITTEN = {"seconds": "humanizeDuration", "share": "humanizePercentage"}
"""How a value is written, by its unit or else its statistic."""


def recording(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> dict[str, list[Group]]:
    """Recording rules: a group for each family of KPIs, and those of what is open, the SLA and the pipeline."""
    every = members(catalogue)
    groups = [_group(f"crm-{title.lower()}", _records(kpis, every, rolling)) for title, kpis in catalogue]
    more = {
        GROUP: fairness_records(every),
        "crm-open": open_records(),
        "crm-sla": burn_records(),
        "crm-pipeline": pipeline_records(),
    }
    return {"groups": [*groups, *(_group(name, rules) for name, rules in more.items())]}


def alerts(
    rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES, policies: PolicySet = DEFAULTS
) -> dict[str, list[Group]]:
    """Alerts: a group for each family of KPIs, and those of budgets, symptoms and the pipeline."""
    every, window = members(catalogue), longest_day(rolling)
    groups = [
        _group(f"crm-{title.lower()}-targets", [_alert(kpi, goal, every, window) for kpi, goal in goals(kpis)])
        for title, kpis in catalogue
    ]
    more = {
        "crm-sla-budgets": burn_alerts(policies),
        "crm-symptoms": symptom_alerts(policies),
        "crm-pipeline-health": pipeline_alerts(),
    }
    return {"groups": [*groups, *(_group(name, rules) for name, rules in more.items())]}


def goals(kpis: Iterable[Kpi]) -> list[Goal]:
    """Which targets alerts watch: over everything, where there is a gauge of that."""
    return [(kpi, kpi.target) for kpi in kpis if kpi.target and gauged(kpi) and ALL in kpi.scopes]


def alert_name(kpi: Kpi) -> str:
    """The alert of a KPI's target.

    >>> from streams.kpis.satisfaction import csat
    >>> alert_name(csat)
    'CrmCsatBelowTarget'
    """
    return f"Crm{words.camel(kpi.name)}{'Above' if isinstance(kpi.target, AtMost) else 'Below'}Target"


def _group(name: str, rules: Iterable[Rule]) -> Group:
    return {"name": name, "rules": list(rules)}


def _records(kpis: Iterable[Kpi], every: Sequence[Kpi], rolling: Sequence[str]) -> Iterator[Rule]:
    for kpi in kpis:
        if kpi.derived:
            yield {"record": fleet(headline(kpi)), "expr": _derived(kpi, every, rolling)}
        yield from ({"record": fleet(name), "expr": _one_worker_s(name)} for name in families(kpi))
        if isinstance(kpi, Seasonal) and ALL in kpi.scopes:
            yield from ({"record": fleet(name), "expr": _one_worker_s(name)} for name in ended_families(kpi))


def _one_worker_s(name: str) -> str:
    return f"max without (instance, pod) ({name})"


def _derived(kpi: Kpi, every: Sequence[Kpi], rolling: Sequence[str]) -> str:
    """What a KPI says of rolling windows, by the gauges of the one that it is derived from."""
    base = base_of(kpi, every)
    if isinstance(kpi, Trend):
        return "\nor\n".join(_against_before(base, size) for size in rolling)
    if ALL in kpi.scopes:
        return "\nor\n".join(_against_usual(fleet(headline(base)), size) for size in rolling)
    return _while_it_has_some(kpi, base, every)


def _against_before(base: Kpi, size: str) -> str:
    """The mean against that of one window earlier; without an earlier one there is none."""
    own = fleet(headline(base)) + selector({"window": size, **mean_labels(base)})
    return f"{own} / ignoring (stat) ({own} offset {size} > 0)"


def _while_it_has_some(kpi: Kpi, counted: Kpi, every: Sequence[Kpi]) -> str:
    """Of a category that has some, what all together are against what is usual."""
    ratio = next(one for one in every if isinstance(one, Seasonal) and one.source == counted.source)
    own = fleet(headline(counted)) + selector({"scope": kpi.by[0]})
    return f"({own} > bool 0)\n* on (job, window) group_left ()\n{fleet(headline(ratio))}" + selector({"scope": ALL})


def _against_usual(counts: str, size: str) -> str:
    """The count against the median of the same hours of earlier weeks."""
    own = counts + selector({"window": size})
    days = max(7, LENGTHS[size] // DAY)  # windows longer than a week are compared with those right before
    slots = (f'label_replace({own} offset {days * ago}d, "slot", "{ago}", "", "")' for ago in range(1, SLOTS + 1))
    earlier = "\n  or ".join(slots)
    return (
        f"{own}\n/ (quantile without (slot) (0.5,\n  {earlier}\n)\n"
        f"and count without (slot) (\n  {earlier}\n) >= {LEAST})"
    )


def _alert(kpi: Kpi, target: Target, every: Sequence[Kpi], window: str) -> Rule:
    return {
        "alert": alert_name(kpi),
        "expr": _missed(kpi, target, every, everything(window)),
        "for": PENDING,
        "keep_firing_for": KEEP,
        "labels": {"severity": "ticket", "kind": KPI, "kpi": kpi.name},
        "annotations": {**_annotations(kpi, target, window), "runbook_url": runbook(alert_name(kpi))},
    }


def _missed(kpi: Kpi, target: Target, every: Sequence[Kpi], labels: dict[str, str]) -> str:
    """The target missed beyond doubt: by the value, the whole interval, enough samples, and all partitions."""
    worse, best = (">", "low") if isinstance(target, AtMost) else ("<", "high")
    limit = f"{worse} {words.plain(target.bound)}"
    lines = [f"{value_of(kpi, labels)} {limit}"]
    bound, low_sample = bound_of(kpi, best, labels), low_sample_of(kpi, every, labels)
    if bound:
        lines.append(f"and {bound} {limit}")
    if low_sample:
        lines.append(f"and ignoring (stat) {low_sample} == 0")
    return "\n".join([*lines, f"unless on (job) {UNCOVERED}"])


def _annotations(kpi: Kpi, target: Target, window: str) -> dict[str, str]:
    side = "above" if isinstance(target, AtMost) else "below"
    bound = words.value(kpi, target.bound)
    written = _WRITTEN.get(kpi.unit) or _WRITTEN.get(kpi.stat) or 'printf "%.2f"'
    found = "{{ $value | " + written + " }}"
    said = words.target(kpi, target)
    return {
        "summary": f"{kpi.title} is {side} its target of {bound} over the last {words.window(window)}",
        "description": f"{kpi.means} It is {found} ({kpi.stat}); the target is {said}.",
    }

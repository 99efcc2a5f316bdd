"""promtool's unit tests of the alerts of targets, from the declarations: when each fires, and when it is held back."""

from collections.abc import Iterator, Sequence
from typing import Any

from streams.engine.rolling import LENGTHS
from streams.exports.series import headline, stem
from streams.kpis.compared import Trend
from streams.kpis.model import Kpi
from streams.kpis.targets import AtMost, Target
from streams.render import words
from streams.render.fleet import (
    FAMILIES,
    JOB,
    Family,
    base_of,
    longest_day,
    mean_labels,
    members,
    own_labels,
    selector,
)
from streams.render.rules import Goal, alert_name, alerts, goals, recording
from streams.units import MINUTE

Series = dict[str, str]
Case = dict[str, Any]

HOUR = 60
"""Minutes of data, where an alert looks at the present."""


def target_tests(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> dict[str, Any]:
    """A promtool test file of the targets of values."""
    judged = [(kpi, goal) for kpi, goal in goals(members(catalogue)) if kpi.rolls]
    return _file("1m", rolling, catalogue, list(_of_values(judged, longest_day(rolling))))


def trend_tests(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> dict[str, Any]:
    """A promtool test file of the targets of trends, which look back a whole window."""
    every = members(catalogue)
    judged = [(kpi, goal) for kpi, goal in goals(every) if isinstance(kpi, Trend)]
    return _file("15m", rolling, catalogue, list(_of_trends(judged, every, longest_day(rolling))))


def _file(interval: str, rolling: Sequence[str], catalogue: Sequence[Family], cases: list[Case]) -> dict[str, Any]:
    groups = [*recording(rolling, catalogue)["groups"], *alerts(rolling, catalogue)["groups"]]
    return {
        "rule_files": ["../rules/recording.yml", "../rules/alerts.yml"],
        "evaluation_interval": interval,
        "group_eval_order": [group["name"] for group in groups],
        "tests": cases,
    }


def _of_values(judged: Sequence[Goal], window: str) -> Iterator[Case]:
    def series(miss: bool = True, beyond: bool = False, low_sample: int = 0) -> list[Series]:
        return [line for goal in judged for line in _window(goal, window, miss, beyond, low_sample)]

    yield _case("fires where a target is missed", judged, series(), fires=judged)
    yield _case("silent at the target", judged, series(miss=False))
    counts = [(kpi, goal) for kpi, goal in judged if not kpi.basis]
    yield _case("silent on too few samples", judged, series(low_sample=1), fires=counts)
    yield _case("silent while a partition is uncovered", judged, series(), assigned=3)
    sure = [(kpi, goal) for kpi, goal in judged if not kpi.has_interval]
    yield _case("silent where the interval reaches the target", judged, series(beyond=True), fires=sure)


def _of_trends(judged: Sequence[Goal], kpis: Sequence[Kpi], window: str) -> Iterator[Case]:
    span = LENGTHS[window] // MINUTE
    for said, fires in (("fires where it is getting worse", judged), ("silent where it is getting better", [])):
        series = []
        for kpi, goal in judged:
            base, (missed, kept) = base_of(kpi, kpis), _around(goal)
            mean = headline(base) + selector({**_labels(window), **mean_labels(base)})
            then = words.plain(100 * (missed if fires else kept))
            series.append({"series": mean, "values": f"100x{span - 1} {then}x{span}"})
            series.append(_line(f"{stem(base)}_low_sample" + selector(_labels(window)), 0, 2 * span))
        yield _case(said, judged, series, fires=fires, span=2 * span, at=span + HOUR)


def _around(target: Target) -> tuple[float, float]:
    """A value that misses the target, and one that keeps it."""
    reach = 0.5 * abs(target.bound) or 1.0
    low, high = target.bound - reach, target.bound + reach
    return (high, low) if isinstance(target, AtMost) else (low, high)


def _window(goal: Goal, window: str, miss: bool, beyond: bool, low_sample: int) -> Iterator[Series]:
    """The series of a window; `beyond`: its interval reaches over the target, else it is the value alone."""
    kpi, target = goal
    missed, kept = _around(target)
    value = missed if miss else target.bound
    low, high = sorted((value, kept if beyond else value))
    labels = _labels(window)
    yield _line(headline(kpi) + selector({**labels, **own_labels(kpi)}), value)
    if kpi.basis:
        yield _line(f"{stem(kpi)}_low_sample" + selector(labels), low_sample)
    if kpi.has_interval:
        yield _line(f"{stem(kpi)}_ci_low" + selector(labels), low)
        yield _line(f"{stem(kpi)}_ci_high" + selector(labels), high)


def _labels(window: str) -> dict[str, str]:
    return {"job": JOB, "instance": "a", "scope": "all", "window": window}


def _line(series: str, value: float, minutes: int = HOUR) -> Series:
    return {"series": series, "values": f"{words.plain(value)}x{minutes}"}


def _case(
    said: str,
    judged: Sequence[Goal],
    series: list[Series],
    *,
    fires: Sequence[Goal] = (),
    assigned: int = 4,
    span: int = HOUR,
    at: int = HOUR,
) -> Case:
    covered = [
        _line(f'crm_partitions_assigned{{job="{JOB}",instance="a",stage="measure"}}', assigned, span),
        _line(f'crm_partitions_expected{{job="{JOB}",instance="a"}}', 4, span),
    ]
    asked = [_asked(kpi, at, fires=any(kpi is firing for firing, _ in fires)) for kpi, _ in judged]
    return {"name": said, "interval": "1m", "input_series": [*series, *covered], "promql_expr_test": asked}


def _asked(kpi: Kpi, at: int, *, fires: bool) -> Case:
    expr = f'count(ALERTS{{alertname="{alert_name(kpi)}",alertstate="firing"}}) or vector(0)'
    return {"expr": expr, "eval_time": f"{at}m", "exp_samples": [{"labels": "{}", "value": int(fires)}]}

"""promtool's unit tests of the alerts of targets, from the declarations: when each fires, and when it is held back."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from streams.engine.rolling import LENGTHS
from streams.exports.series import families, gauged, headline, stem
from streams.kpis.model import Duration, Kpi, Trend
from streams.kpis.targets import AtMost, Target
from streams.render.fleet import FAMILIES, JOB, Family, longest_day, measured_by, own_labels, selector
from streams.render.rules import alert_name, alerts, recording
from streams.units import MINUTE

Series = dict[str, str]
Case = dict[str, Any]
Goal = tuple[Kpi, Target]

HOUR = 60
"""Minutes of data, where an alert looks at the present."""


def target_tests(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> dict[str, Any]:
    """A promtool test file of the targets of values."""
    goals = [(kpi, goal) for kpi, goal in _goals(catalogue) if not isinstance(kpi, Trend)]
    return _file("1m", rolling, catalogue, list(_of_values(goals, longest_day(rolling))))


def trend_tests(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> dict[str, Any]:
    """A promtool test file of the targets of trends, which look back a whole window."""
    every = [kpi for _, kpis in catalogue for kpi in kpis]
    goals = [(kpi, goal) for kpi, goal in _goals(catalogue) if isinstance(kpi, Trend)]
    return _file("15m", rolling, catalogue, list(_of_trends(goals, every, longest_day(rolling))))


def _goals(catalogue: Sequence[Family]) -> list[Goal]:
    return [(kpi, kpi.target) for _, kpis in catalogue for kpi in kpis if kpi.target and gauged(kpi)]


def _file(interval: str, rolling: Sequence[str], catalogue: Sequence[Family], cases: list[Case]) -> dict[str, Any]:
    groups = [*recording(rolling, catalogue)["groups"], *alerts(rolling, catalogue)["groups"]]
    return {
        "rule_files": ["../rules/recording.yml", "../rules/alerts.yml"],
        "evaluation_interval": interval,
        "group_eval_order": [group["name"] for group in groups],
        "tests": cases,
    }


def _of_values(goals: Sequence[Goal], window: str) -> Iterator[Case]:
    def series(miss: bool = True, beyond: bool = False, low_sample: int = 0) -> list[Series]:
        return [line for goal in goals for line in _window(goal, window, miss, beyond, low_sample)]

    yield _case("fires where a target is missed", goals, series(), fires=goals)
    yield _case("silent at the target", goals, series(miss=False))
    yield _case("silent on too few samples", goals, series(low_sample=1))
    yield _case("silent while a partition is uncovered", goals, series(), assigned=3)
    sure = [(kpi, goal) for kpi, goal in goals if not _has_interval(kpi)]
    yield _case("silent where the interval reaches the target", goals, series(beyond=True), fires=sure)


def _of_trends(goals: Sequence[Goal], kpis: Iterable[Kpi], window: str) -> Iterator[Case]:
    span = LENGTHS[window] // MINUTE
    bases = {kpi.name: measured_by(kpi, kpis) for kpi, _ in goals if isinstance(kpi, Trend)}
    for said, fires in (("fires where it is getting worse", goals), ("silent where it is getting better", [])):
        series = []
        for kpi, goal in goals:
            base, (missed, kept) = bases[kpi.name], _around(goal)
            stat = {"stat": "mean"} if isinstance(base, Duration) else {}
            mean = headline(base) + selector({**_labels(window), **stat})
            then = 100 * (missed if fires else kept)
            series.append({"series": mean, "values": f"100x{span - 1} {then:g}x{span}"})
            series.append(_line(f"{stem(base)}_low_sample" + selector(_labels(window)), 0, 2 * span))
        yield _case(said, goals, series, fires=fires, span=2 * span, at=span + HOUR)


def _around(target: Target) -> tuple[float, float]:
    """A value that misses the target, and one that keeps it."""
    reach = 0.5 * abs(target.bound) or 1.0
    low, high = target.bound - reach, target.bound + reach
    return (high, low) if isinstance(target, AtMost) else (low, high)


def _has_interval(kpi: Kpi) -> bool:
    return f"{stem(kpi)}_ci_low" in families(kpi)


def _window(goal: Goal, window: str, miss: bool, beyond: bool, low_sample: int) -> Iterator[Series]:
    """The series of a window; `beyond`: its interval reaches over the target, else it is the value alone."""
    kpi, target = goal
    missed, kept = _around(target)
    value = missed if miss else target.bound
    low, high = sorted((value, kept if beyond else value))
    labels = _labels(window)
    yield _line(headline(kpi) + selector({**labels, **own_labels(kpi)}), value)
    yield _line(f"{stem(kpi)}_low_sample" + selector(labels), low_sample)
    if _has_interval(kpi):
        yield _line(f"{stem(kpi)}_ci_low" + selector(labels), low)
        yield _line(f"{stem(kpi)}_ci_high" + selector(labels), high)


def _labels(window: str) -> dict[str, str]:
    return {"job": JOB, "instance": "a", "scope": "all", "window": window}


def _line(series: str, value: float, minutes: int = HOUR) -> Series:
    return {"series": series, "values": f"{value:g}x{minutes}"}


def _case(
    said: str,
    goals: Sequence[Goal],
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
    asked = [_asked(kpi, at, fires=any(kpi is firing for firing, _ in fires)) for kpi, _ in goals]
    return {"name": said, "interval": "1m", "input_series": [*series, *covered], "promql_expr_test": asked}


def _asked(kpi: Kpi, at: int, *, fires: bool) -> Case:
    expr = f'count(ALERTS{{alertname="{alert_name(kpi)}",alertstate="firing"}}) or vector(0)'
    return {"expr": expr, "eval_time": f"{at}m", "exp_samples": [{"labels": "{}", "value": int(fires)}]}

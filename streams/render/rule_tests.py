"""promtool's unit tests of the alerts of targets, from the declarations: when each fires, and when it is held back."""

from collections.abc import Iterator, Sequence
from typing import Any

from streams.exports.series import families, headline, stem
from streams.kpis.model import Kpi, Trend
from streams.kpis.targets import AtMost, Target
from streams.render.fleet import FAMILIES, JOB, Family, longest_day, measured_by, own_labels, selector
from streams.render.rules import alert_name

Series = dict[str, str]
Case = dict[str, Any]

SPAN = 60 * 24 * 2
"""Minutes of data, two days: a trend looks back a day."""
AT = f"{SPAN - 10}m"
"""When it is asked which alerts fire."""


def target_tests(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> dict[str, Any]:
    """A promtool test file."""
    window = longest_day(rolling)
    cases = (
        case
        for _, kpis in catalogue
        for kpi in kpis
        if kpi.target
        for case in (_of_trend if isinstance(kpi, Trend) else _of_value)(kpi, kpi.target, kpis, window)
    )
    files = ["../rules/recording.yml", "../rules/alerts.yml"]
    return {"rule_files": files, "evaluation_interval": "1m", "tests": list(cases)}


def _of_value(kpi: Kpi, target: Target, kpis: Sequence[Kpi], window: str) -> Iterator[Case]:  # noqa: ARG001
    bad, good = _around(target)
    yield _case(kpi, "fires", _series(kpi, window, bad), fires=True)
    yield _case(kpi, "silent at its target", _series(kpi, window, target.bound))
    yield _case(kpi, "silent on too few samples", _series(kpi, window, bad, low_sample=1))
    yield _case(kpi, "silent while a partition is uncovered", _series(kpi, window, bad), assigned=3)
    if f"{stem(kpi)}_ci_low" in families(kpi):
        yield _case(kpi, "silent where the interval reaches the target", _series(kpi, window, bad, other=good))


def _of_trend(kpi: Kpi, target: Target, kpis: Sequence[Kpi], window: str) -> Iterator[Case]:
    assert isinstance(kpi, Trend)
    base = measured_by(kpi, kpis)
    mean = headline(base) + selector({**_labels(window), "stat": "mean"})
    enough = _line(f"{stem(base)}_low_sample" + selector(_labels(window)), 0)
    bad, good = _around(target)
    for said, factor, fires in (("fires", bad, True), ("silent", good, False)):
        series = {"series": mean, "values": f"100x{SPAN // 2} {100 * factor:g}x{SPAN // 2}"}
        yield _case(kpi, said, [series, enough], fires=fires)


def _around(target: Target) -> tuple[float, float]:
    """A value that misses the target, and one that keeps it."""
    low, high = 0.5 * target.bound, 1.5 * target.bound
    return (high, low) if isinstance(target, AtMost) else (low, high)


def _series(kpi: Kpi, window: str, value: float, *, other: float | None = None, low_sample: int = 0) -> list[Series]:
    """The series of a window; `other` is where its interval ends beyond the target, by default with the value."""
    labels = _labels(window)
    numbers = {headline(kpi): value, f"{stem(kpi)}_low_sample": low_sample}
    ends = sorted((value, value if other is None else other))
    bounds = dict(zip((f"{stem(kpi)}_ci_low", f"{stem(kpi)}_ci_high"), ends, strict=True))
    numbers |= {name: number for name, number in bounds.items() if name in families(kpi)}
    own = {headline(kpi): own_labels(kpi)}
    return [_line(name + selector({**labels, **own.get(name, {})}), number) for name, number in numbers.items()]


def _labels(window: str) -> dict[str, str]:
    return {"job": JOB, "instance": "a", "scope": "all", "window": window}


def _line(series: str, value: float) -> Series:
    return {"series": series, "values": f"{value:g}x{SPAN}"}


def _case(kpi: Kpi, said: str, series: list[Series], *, fires: bool = False, assigned: int = 4) -> Case:
    covered = [
        _line(f'crm_partitions_assigned{{job="{JOB}",instance="a",stage="measure"}}', assigned),
        _line(f'crm_partitions_expected{{job="{JOB}",instance="a"}}', 4),
    ]
    asked = f'count(ALERTS{{alertname="{alert_name(kpi)}",alertstate="firing"}}) or vector(0)'
    return {
        "name": f"{alert_name(kpi)}: {said}",
        "interval": "1m",
        "input_series": [*series, *covered],
        "promql_expr_test": [{"expr": asked, "eval_time": AT, "exp_samples": [{"labels": "{}", "value": int(fires)}]}],
    }

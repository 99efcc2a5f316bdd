"""Readings: vectors to numbers, and no number where there is nothing."""

from typing import Any

import pytest

from streams.kpis.catalogue import KPIS
from streams.kpis.model import Kpi
from streams.kpis.orders import first_time_fill_unit, order_entry_time
from streams.kpis.reading import Reading, read
from streams.kpis.requests import requests, service_time_ratio
from streams.kpis.satisfaction import SATISFACTION, csat, nps_hot
from streams.measures.vector import Vector, add


def state(kpi: Kpi, *samples: Any) -> Vector:
    vector: Vector = {}
    for sample in samples:
        add(vector, kpi.aggregate.lift(sample))
    return vector


def reading(kpi: Kpi, *samples: Any, before: Vector | None = None) -> Reading:
    found = read(kpi, state(kpi, *samples), before or {})
    assert found is not None
    return found


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_an_empty_window_has_no_value(kpi: Kpi) -> None:
    assert read(kpi, {}, {}) is None


def test_durations_in_seconds() -> None:
    found = reading(order_entry_time, *(second * 1_000 for second in range(1, 11)))
    assert found.stats is not None
    assert {name: found.stats[name] for name in ("count", "sum", "mean")} == {"count": 10, "sum": 55.0, "mean": 5.5}
    exact = {"p50": 5, "p90": 9, "p95": 10, "p99": 10, "max": 10}
    assert {name: found.stats[name] for name in exact} == pytest.approx(exact, rel=0.01)
    assert (found.value, found.n) == (found.stats["p90"], 10)
    assert (found.numerator, found.denominator, found.interval) == (None, None, None)


def test_durations_of_zero_are_exact() -> None:
    found = reading(order_entry_time, 0, 0)
    assert found.stats == {
        "count": 2,
        "sum": 0.0,
        "mean": 0.0,
        "p50": 0.0,
        "p90": 0.0,
        "p95": 0.0,
        "p99": 0.0,
        "max": 0.0,
    }


def test_shares_of_truths_and_of_units() -> None:
    found = reading(csat, True, True, False)
    assert (found.value, found.numerator, found.denominator, found.n) == (2 / 3, 2, 3, 3)
    assert found.interval is not None
    assert found.interval.method == "wilson"
    assert reading(first_time_fill_unit, (1, 2), (8, 8)).value == 0.9


def test_none_of_n_is_zero_and_not_nothing() -> None:
    assert reading(csat, False).value == 0.0


def test_counts() -> None:
    assert reading(requests, 1, 1) == Reading(2, 2, denominator=2)


def test_scores_and_their_parts() -> None:
    answers = (10, 9, 8, 6, 0, 7, 9)
    score = reading(nps_hot, *answers)
    assert score.value == pytest.approx(100 / 7)
    assert (score.numerator, score.denominator) == (1, 7)
    assert score.interval is not None
    assert score.interval.method == "adjusted-wald"
    parts = {kpi.name: reading(kpi, *answers).numerator for kpi in SATISFACTION if kpi.name.startswith("nps_hot_")}
    assert parts == {"nps_hot_promoters": 3, "nps_hot_passives": 2, "nps_hot_detractors": 2}


def test_a_trend_is_a_ratio_of_means() -> None:
    before = state(service_time_ratio, 1_000, 3_000)
    assert reading(service_time_ratio, 1_000, before=before) == Reading(0.5, 1, denominator=1)


@pytest.mark.parametrize("before", [(), (0, 0)])
def test_a_trend_needs_a_window_before_that_took_time(before: tuple[int, ...]) -> None:
    assert read(service_time_ratio, state(service_time_ratio, 5), state(service_time_ratio, *before)) is None


def test_a_kpi_without_a_reading_is_refused() -> None:
    with pytest.raises(TypeError, match="no reading is defined"):
        read(object(), {}, {})  # type: ignore[arg-type]

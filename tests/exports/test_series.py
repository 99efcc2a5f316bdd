"""Names and samples of the gauges of KPIs."""

import re

import pytest

from streams.exports.series import Sample, families, headline, samples, stem
from streams.kpis.catalogue import KPIS
from streams.kpis.intervals import Interval
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading, read
from streams.kpis.requests import first_response_time, requests, service_time_ratio
from streams.kpis.satisfaction import SATISFACTION, csat, nps_hot

STATS = {name: float(n) for n, name in enumerate(("count", "sum", "mean", "p50", "p90", "p95", "p99", "max"))}
FULL = Reading(0.5, 4, 2, 4, Interval(0.1, 0.9, "wilson"))
ROLLING = [kpi for kpi in KPIS if kpi.rolls]
LABELS = {"window": "1h", "scope": "all"}


def of(kpi: Kpi, reading: Reading, min_n: int = 20) -> list[Sample]:
    return list(samples(kpi, LABELS, reading, min_n))


def values(kpi: Kpi, reading: Reading, min_n: int = 20) -> dict[str, float]:
    return {name: value for name, _, value in of(kpi, reading, min_n)}


@pytest.mark.parametrize(
    ("kpi", "family"),
    [
        (first_response_time, "crm_first_response_seconds"),
        (csat, "crm_csat_ratio"),
        (nps_hot, "crm_nps_hot_score"),
        (SATISFACTION[2], "crm_nps_hot_promoters_ratio"),
        (requests, "crm_requests"),
        (service_time_ratio, "crm_service_time_ratio"),
    ],
)
def test_headlines(kpi: Kpi, family: str) -> None:
    assert headline(kpi) == family
    assert family.startswith(stem(kpi))


def test_no_two_kpis_share_a_family() -> None:
    names = [name for kpi in KPIS for name in families(kpi)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kpi", ROLLING, ids=lambda kpi: kpi.name)
def test_families_are_valid_names_with_help_and_all_have_samples(kpi: Kpi) -> None:
    named = families(kpi)
    assert all(re.fullmatch(r"crm_[a-z][a-z0-9_]*", name) and text for name, text in named.items())
    assert not any(name.endswith(("_total", "_count", "_bucket")) for name in named)
    reading = read(kpi, dict(kpi.aggregate.lift(1)), {})
    assert reading is not None
    assert values(kpi, reading).keys() == named.keys()


def test_durations_have_a_gauge_for_each_statistic() -> None:
    found = of(first_response_time, Reading(4.0, 9, stats=STATS))
    by_stat = {labels["stat"]: value for name, labels, value in found if name == "crm_first_response_seconds"}
    assert by_stat == {name: STATS[name] for name in ("mean", "p50", "p90", "p95", "p99", "max")}
    assert ("crm_first_response_samples", LABELS, 9) in found
    assert ("crm_first_response_sum_seconds", LABELS, 1.0) in found


def test_shares_and_scores() -> None:
    assert values(csat, FULL) == {
        "crm_csat_ratio": 0.5, "crm_csat_numerator": 2, "crm_csat_denominator": 4,
        "crm_csat_ci_low": 0.1, "crm_csat_ci_high": 0.9, "crm_csat_low_sample": 1,
    }  # fmt: skip
    assert values(nps_hot, FULL, min_n=4) == {
        "crm_nps_hot_score": 0.5, "crm_nps_hot_responses": 4,
        "crm_nps_hot_ci_low": 0.1, "crm_nps_hot_ci_high": 0.9, "crm_nps_hot_low_sample": 0,
    }  # fmt: skip


def test_counts_are_one_gauge() -> None:
    assert of(requests, Reading(5, 5)) == [("crm_requests", LABELS, 5)]


def test_a_kpi_without_a_metric_is_refused() -> None:
    with pytest.raises(TypeError, match="no metric is defined"):
        headline(object())  # type: ignore[arg-type]

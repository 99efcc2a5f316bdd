"""Names and samples of the gauges of KPIs."""

import re

import msgspec
import pytest

from streams.exports.series import Sample, families, faults, gauged, headline, samples, stem
from streams.kpis.catalogue import Catalogue
from streams.kpis.intervals import Interval
from streams.kpis.model import Kpi
from streams.kpis.orders import orders_per_labour_hour
from streams.kpis.reading import Reading
from streams.kpis.requests import campaign_lift, first_response_time, requests, service_time_ratio
from streams.kpis.satisfaction import SATISFACTION, ces, csat, nps_hot, review_score
from streams.kpis.service import effort_handling
from tests.kpis.states import some

KPIS = list(Catalogue().kpis.values())

STATS = {name: float(n) for n, name in enumerate(("count", "sum", "mean", "p50", "p90", "p95", "p99", "max"))}
FULL = Reading(0.5, 4, 2, 4, Interval(0.1, 0.9, "wilson"))
ROLLING = [kpi for kpi in KPIS if kpi.rolls]
SETTLED, SETTLED_MEAN = (Catalogue().kpis[name] for name in ("settled_value", "settled_value_mean"))
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
        (campaign_lift, "crm_campaign_lift_ratio"),
        (orders_per_labour_hour, "crm_orders_per_labour_hour_ratio"),
        (ces, "crm_ces_mean"),
        (review_score, "crm_review_score_mean_stars"),
        (effort_handling, "crm_effort_handling_mean_seconds"),
        (SETTLED, "crm_settled_value_sum_eur"),
        (SETTLED_MEAN, "crm_settled_value_mean_eur"),
    ],
)
def test_headlines(kpi: Kpi, family: str) -> None:
    assert headline(kpi) == family
    assert family.startswith(stem(kpi))


def test_no_two_kpis_share_a_family() -> None:
    names = [name for kpi in KPIS if gauged(kpi) for name in {headline(kpi), *families(kpi)}]
    assert len(names) == len(set(names))
    assert list(faults(KPIS)) == []


def test_families_that_two_kpis_share_are_told() -> None:
    other = msgspec.structs.replace(csat, name="csat_ratio")
    assert list(faults([csat, other])) == ["csat_ratio: its metric crm_csat_ratio is that of csat; rename one of them"]


@pytest.mark.parametrize("kpi", [kpi for kpi in KPIS if not kpi.rolls], ids=lambda kpi: kpi.name)
def test_what_does_not_roll_has_no_gauges(kpi: Kpi) -> None:
    assert families(kpi) == {}
    assert gauged(kpi) is kpi.derived


@pytest.mark.parametrize("kpi", ROLLING, ids=lambda kpi: kpi.name)
def test_families_are_valid_names_with_help_and_all_have_samples(kpi: Kpi) -> None:
    named = families(kpi)
    assert all(re.fullmatch(r"crm_[a-z][a-z0-9_]*", name) and text for name, text in named.items())
    assert not any(name.endswith(("_total", "_count", "_bucket")) for name in named)
    assert values(kpi, some(kpi)).keys() == named.keys()


@pytest.mark.parametrize("kpi", ROLLING, ids=lambda kpi: kpi.name)
def test_the_headline_carries_the_value(kpi: Kpi) -> None:
    reading = some(kpi)
    own = {"stat": kpi.stat} if kpi.stats else {}
    assert (headline(kpi), {**LABELS, **own}, reading.value) in of(kpi, reading)


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


def test_means_and_sums_say_on_how_many_they_rest() -> None:
    assert values(SETTLED, Reading(12.5, 4, denominator=4)) == {
        "crm_settled_value_sum_eur": 12.5, "crm_settled_value_samples": 4, "crm_settled_value_low_sample": 1,
    }  # fmt: skip

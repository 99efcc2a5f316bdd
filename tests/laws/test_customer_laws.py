"""Customer KPIs equal the naive oracle's over many months, with lapses and returns, in time zones."""

import pytest

from streams.engine.terms import Terms
from streams.kpis.customers import CUSTOMERS
from tests.histories import doubled, months, shuffled
from tests.laws.journals import whole
from tests.laws.test_catalogue_laws import ZONES, events_in, records
from tests.oracle import compare, compute

SEEDS = range(2_000, 2_060)
KPIS = [kpi.name for kpi in CUSTOMERS]
WINDOWS = (("1mo", "1q"), ("1d", "1w", "1mo"), ("1h", "1q"))


@pytest.mark.parametrize("seed", SEEDS)
def test_customers_equal_the_oracle_over_months(seed: int) -> None:
    """[R21, R37, R39, R40, R44, R47, R49]"""
    lines, zone, windows = months(seed, customers=3), ZONES[seed % len(ZONES)], WINDOWS[seed % len(WINDOWS)]
    expected = compute(lines, tz=zone, windows=windows, kpis=KPIS)
    assert compare(expected, records(lines, Terms(tz=zone, windows=windows)), kpis=KPIS) == []


@pytest.mark.parametrize("seed", SEEDS[::6])
def test_shuffled_and_doubled_months_give_the_same_bytes(seed: int) -> None:
    lines, terms = months(seed), Terms(tz=ZONES[seed % len(ZONES)], windows=("1mo", "1q"))
    assert whole(events_in(doubled(shuffled(lines, seed), seed)), terms) == whole(events_in(lines), terms)


def test_the_months_give_every_customer_kpi_a_value_below_and_above_0() -> None:
    found = [record for seed in SEEDS[:6] for record in compute(months(seed), windows=("1mo", "1q"), kpis=KPIS)]
    assert {record["kpi"] for record in found if record["value"] > 0} == set(KPIS)
    assert {record["kpi"] for record in found if not record["value"]} == set(KPIS) - {
        "orders_per_customer",
        "channel_preference",
    }


def test_retention_can_be_above_1() -> None:
    """Who lapsed and came back stands in E alone [R39]."""
    found = [record for seed in SEEDS[:12] for record in compute(months(seed), windows=("1q",), kpis=["retention"])]
    assert max(record["value"] for record in found) > 1

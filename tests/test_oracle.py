"""The oracle's own formulas, against figures that are known without it."""

import doctest
from typing import Any

import pytest

from tests import oracle_numbers
from tests.oracle import compare, compute
from tests.oracle_numbers import adjusted_wald, ms, nearest_rank, text, wilson, window


def test_examples_hold() -> None:
    assert doctest.testmod(oracle_numbers).failed == 0
    assert doctest.testmod(oracle_numbers).attempted > 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(9, 10, 0.596, 0.982), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (81, 263, 0.255, 0.366), (1, 1, 0.207, 1.0)],
)
def test_wilson_gives_the_published_intervals(numerator: int, denominator: int, low: float, high: float) -> None:
    assert wilson(numerator, denominator) == pytest.approx((low, high), abs=5e-4)


def test_adjusted_wald_of_5_3_2() -> None:
    low, high = adjusted_wald(5, 2, 10)
    assert ((low + high) / 2, (high - low) / 2) == pytest.approx((23.1, 42.1), abs=0.05)


def test_adjusted_wald_is_clipped_to_the_scale() -> None:
    assert adjusted_wald(50, 0, 50)[1] == 100
    assert adjusted_wald(0, 50, 50)[0] == -100


@pytest.mark.parametrize(
    ("values", "percent", "rank"),
    [([7], 99, 7), ([1, 2], 50, 1), ([1, 2, 3], 50, 2), (list(range(1, 11)), 90, 9), (list(range(1, 12)), 90, 10)],
)
def test_nearest_rank_is_a_sample(values: list[int], percent: int, rank: int) -> None:
    assert nearest_rank(values, percent) == rank


@pytest.mark.parametrize(
    ("instant", "size", "tz", "start", "end"),
    [
        ("2025-03-30T12:00:00Z", "1d", "Europe/Berlin", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z"),
        ("2025-10-26T12:00:00Z", "1d", "Europe/Berlin", "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z"),
        ("2025-10-26T00:30:00Z", "1h", "Europe/Berlin", "2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z"),
        ("2025-10-26T01:30:00Z", "1h", "Europe/Berlin", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z"),
        ("2025-01-01T00:10:00Z", "1h", "Asia/Kolkata", "2024-12-31T23:30:00Z", "2025-01-01T00:30:00Z"),
        ("2025-01-01T00:00:00Z", "1h", "UTC", "2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z"),
        ("2024-12-31T23:59:59.999Z", "1h", "UTC", "2024-12-31T23:00:00Z", "2025-01-01T00:00:00Z"),
        ("2021-01-03T23:59:59Z", "1w", "UTC", "2020-12-28T00:00:00Z", "2021-01-04T00:00:00Z"),
        ("2024-02-29T23:30:00Z", "1mo", "UTC", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
        ("2024-02-29T23:30:00Z", "1mo", "Europe/Berlin", "2024-02-29T23:00:00Z", "2024-03-31T22:00:00Z"),
        ("2024-11-30T12:00:00Z", "1q", "UTC", "2024-10-01T00:00:00Z", "2025-01-01T00:00:00Z"),
        ("2018-11-04T12:00:00Z", "1d", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        ("2025-01-01T00:07:00Z", "5m", "UTC", "2025-01-01T00:05:00Z", "2025-01-01T00:10:00Z"),
    ],
)
def test_windows_follow_the_local_calendar(instant: str, size: str, tz: str, start: str, end: str) -> None:
    assert window(ms(instant), size, tz) == (ms(start), ms(end))


def test_instants_are_cut_to_milliseconds() -> None:
    assert text(ms("2025-01-01T01:00:00.1239+01:00")) == "2025-01-01T00:00:00.123Z"


def opened(event_id: str, at: str, **fields: Any) -> dict[str, Any]:
    value = {"event_id": event_id, "occurred_at": at, "customer_id": "c1", "ticket_id": event_id, **fields}
    return {"topic": "ticket-opened", "value": value}


def requests(lines: list[dict[str, Any]]) -> list[tuple[dict[str, str], int]]:
    records = compute(lines, windows=("1d",), kpis=["requests"])
    return [(record["labels"], record["value"]) for record in records if record["scope"] in ("all", "channel")]


def test_of_conflicting_duplicates_the_first_stands() -> None:
    early, late = opened("t1", "2025-01-01T08:00:00Z"), opened("t1", "2025-01-01T09:00:00Z", channel="chat")
    assert requests([late, early, early]) == [({}, 1), ({"channel": "unknown"}, 1)]


def test_no_events_no_records() -> None:
    assert compute([]) == []


def test_compare_names_what_is_missing_extra_doubled_and_different() -> None:
    records = compute([opened("t1", "2025-01-01T08:00:00Z")], windows=("1h", "1d"), kpis=["requests"])
    wrong = [{**records[0], "value": 2}, *records[2:], records[-1]]
    extra = {**records[0], "labels": {"channel": "x"}, "scope": "channel"}
    faults = compare(records, [*wrong, extra])
    assert sorted(fault.split(":")[0] for fault in faults)[:3] == ["doubled", "extra", "missing"]
    assert any(fault.endswith("value is 2, not 1") for fault in faults)
    assert compare(records, records) == []


def test_compare_allows_quantiles_one_per_cent_and_sums_none() -> None:
    order = {"event_id": "e", "order_id": "o", "customer_id": "c", "occurred_at": "2025-01-01T00:10:00Z"}
    lines = [{"topic": "order-entered", "value": order | {"placed_at": "2025-01-01T00:00:00Z", "lines": []}}]
    expected = compute(lines, windows=("1d",), kpis=["order_entry_time"])[:1]
    near = [{**expected[0], "value": 605.9, "stats": {**expected[0]["stats"], "p50": 594.1}}]
    assert compare(expected, near) == []
    far = [{**expected[0], "value": 606.1, "stats": {**expected[0]["stats"], "sum": 600.1}}]
    assert len(compare(expected, far)) == 2

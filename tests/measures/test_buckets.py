"""Buckets: what they hold, what they read as, nearest rank."""

import pytest

from streams.measures.buckets import ZERO, bucket_of, quantiles, value_of


def test_zero_has_a_bucket_of_its_own_and_is_exact() -> None:
    assert bucket_of(0) == ZERO
    assert value_of(ZERO) == 0.0
    assert bucket_of(1) == ZERO + 1


def test_ten_years_of_milliseconds_fit_in_the_width_of_an_aggregate() -> None:
    assert bucket_of(10 * 366 * 86_400_000) < 2**12 - 16


@pytest.mark.parametrize(
    ("n", "q", "rank"),
    [
        (1, 0.5, 1),
        (2, 0.5, 1),
        (3, 0.5, 2),
        (10, 0.9, 9),
        (11, 0.9, 10),
        (100, 0.99, 99),
        (101, 0.99, 100),
        (20, 0.95, 19),
    ],
)
def test_the_rank_is_rounded_up(n: int, q: float, rank: int) -> None:
    buckets = [(number, 1) for number in range(n, 0, -1)]
    assert quantiles(buckets, [q]) == [value_of(rank)]


@pytest.mark.parametrize("n", [7, 10, 30, 100, 1_000, 12_345])
def test_ranks_are_those_of_whole_numbers(n: int) -> None:
    """0.07 × 100 is a little more than 7 in floats, and the rank is 7 all the same."""
    buckets = [(number, 1) for number in range(1, n + 1)]
    per_cents = list(range(1, 101))
    expected = [value_of(-(-p * n // 100)) for p in per_cents]
    assert quantiles(buckets, [p / 100 for p in per_cents]) == expected


def test_counts_weigh_and_the_ends_are_reached() -> None:
    buckets = [(5, 3), (1, 6), (9, 1)]
    assert quantiles(buckets, [0, 0.6, 0.61, 0.9, 1]) == [value_of(b) for b in (1, 1, 5, 5, 9)]


def test_an_empty_sample_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="empty sample"):
        quantiles([], [0.5])

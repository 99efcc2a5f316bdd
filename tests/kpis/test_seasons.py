"""What is usual: the median of like slots, and how far from it is still within [R48]."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.kpis.reading import Reading, read
from streams.kpis.requests import campaign_lift, requests_ratio
from streams.kpis.seasons import Band, band, expected, mad

COUNTS = st.lists(st.integers(1, 10_000), min_size=3, max_size=8)


@pytest.mark.parametrize(
    ("earlier", "usual"),
    [([], None), ([4, 5], None), ([4, 5, 9], 5), ([4, 5, 6, 9], 5.5), ([9, 1, 5, 7, 3, 8, 2, 900], 6)],
)
def test_the_median_of_three_or_more(earlier: list[int], usual: float | None) -> None:
    assert expected(earlier) == usual


def test_mad_by_hand() -> None:
    """1, 1, 2, 2, 4, 6, 9: the median is 2, the deviations are 1, 1, 0, 0, 2, 4, 7, and theirs is 1."""
    assert mad([1, 1, 2, 2, 4, 6, 9]) == 1
    with pytest.raises(ValueError, match="no values"):
        mad([])


def test_a_band_is_three_robust_deviations_wide() -> None:
    assert band([1, 1, 2, 2, 4, 6, 9]) == Band(2, 0.0, 2 + 3 * 1.4826)
    assert band([5, 5, 5]) == Band(5, 5, 5)
    assert band([5, 5]) is None


@given(COUNTS, st.integers(10**6, 10**9))
def test_one_slot_out_of_the_ordinary_moves_nothing_beyond_the_others(counts: list[int], wild: int) -> None:
    usual = expected([*counts, wild])
    assert usual is not None
    assert min(counts) <= usual <= max(counts)


@given(COUNTS)
def test_the_usual_lies_within_its_band(counts: list[int]) -> None:
    found = band(counts)
    assert found is not None
    assert 0 <= found.low <= found.expected <= found.high


def test_a_seasonal_reading() -> None:
    """9 over the median of 2, 4 and 6; the slots that are missing brought nothing."""
    assert read(requests_ratio, {0: 9}, {0: 2, 3: 4, 7: 6}) == Reading(2.25, 9, denominator=9)
    assert read(requests_ratio, {0: 9}, {0: 2, 3: 4}) is None
    assert read(campaign_lift, {}, {0: 2, 1: 4, 2: 6}) is None

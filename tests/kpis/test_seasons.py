"""What is usual: the median of like slots, and how far from it is still within [R48]."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.kpis.reading import Reading, read
from streams.kpis.requests import campaign_lift, requests_ratio
from streams.kpis.seasons import LIKENESSES, REACH, Usual, band, expected, mad, usual

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
    """100, 130, 160, 190, 400: the median is 160, the deviations 60, 30, 0, 30, 240, and theirs is 30."""
    found = band([100, 130, 160, 190, 400])
    assert found is not None
    assert (found.like, found.slots, found.expected) == ("weekday", 5, 160)
    assert (found.low, found.high) == pytest.approx((160 - 3 * 1.4826 * 30, 160 + 3 * 1.4826 * 30))
    assert band([5, 5]) is None


def test_a_band_is_as_wide_as_chance_makes_counts_differ() -> None:
    """4, 4, 4: no deviation at all, but a count of 4 has one of 2."""
    assert band([4, 4, 4]) == Usual("weekday", 3, 4, 0.0, 4 + 3 * 2)
    assert band([100] * 8, "after_holiday") == Usual("after_holiday", 8, 100, 70, 130)


FIRSTS, MONDAYS, AFTER = [120, 130, 118], [50, 52, 48, 50], [90, 95, 100]


@pytest.mark.parametrize(
    ("earlier", "like"),
    [
        ({"weekday": MONDAYS}, "weekday"),
        ({"weekday": MONDAYS, "day_of_month": FIRSTS}, "day_of_month"),
        ({"weekday": MONDAYS, "day_of_month": FIRSTS[:2]}, "weekday"),
        ({"weekday": MONDAYS, "day_of_month": [60, 61, 62]}, "weekday"),
        ({"weekday": MONDAYS, "day_of_month": [20, 500, 80]}, "weekday"),
        ({"weekday": MONDAYS, "day_of_month": FIRSTS, "after_holiday": AFTER}, "after_holiday"),
        ({"weekday": MONDAYS, "day_of_month": FIRSTS, "after_holiday": AFTER[:2]}, "day_of_month"),
        ({"weekday": MONDAYS[:2], "day_of_month": FIRSTS}, None),
        ({"weekday": MONDAYS[:2], "after_holiday": AFTER}, "after_holiday"),
        ({}, None),
    ],
)
def test_what_a_slot_is_like(earlier: dict[str, list[int]], like: str | None) -> None:
    """A kind counts from three on; a day of the month only where its band lies beside the weekday's."""
    found = usual(earlier)
    assert (found and found.like) == like
    assert found is None or found == band(earlier[found.like], found.like)


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


@given(st.dictionaries(st.sampled_from(LIKENESSES), st.lists(st.integers(1, 10_000), max_size=8)))
def test_what_is_usual_is_the_band_of_one_kind(earlier: dict[str, list[int]]) -> None:
    found = usual(earlier)
    if found is not None:
        assert found.slots >= 3
        assert found.low <= found.expected <= found.high
        assert found.high - found.expected >= REACH * found.expected**0.5 - 1e-6

"""Intervals: published examples, bounds, and coverage of the value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.kpis.intervals import Interval, adjusted_wald, wilson

TRIALS = st.integers(1, 10**6)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, trials: int, low: float, high: float) -> None:
    """Source of the examples: R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    found = wilson(hits, trials)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@given(TRIALS, st.floats(0, 1))
def test_wilson_holds_the_share_within_0_and_1(trials: int, share: float) -> None:
    hits = round(share * trials)
    found = wilson(hits, trials)
    assert 0 <= found.low <= hits / trials + 1e-12
    assert hits / trials - 1e-12 <= found.high <= 1


@given(TRIALS, st.floats(0, 1))
def test_wilson_is_symmetric(trials: int, share: float) -> None:
    hits = round(share * trials)
    one, other = wilson(hits, trials), wilson(trials - hits, trials)
    assert one.low == pytest.approx(1 - other.high, abs=1e-9)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_adjusted_wald_stays_on_the_scale(up: int, down: int, passive: int) -> None:
    found = adjusted_wald(up, down, up + down + passive or 1)
    assert -100 <= found.low <= found.high <= 100


def test_adjusted_wald_by_hand() -> None:
    """6 and 3 of 12: (6.75 − 3.75) / 15 = 20 points, ± 1.959964 √((0.7 − 0.04) / 15) = 41.1 points."""
    found = adjusted_wald(6, 3, 12)
    assert [found.low, found.high] == pytest.approx([-21.11, 61.11], abs=0.01)


def test_intervals_say_how_they_were_made() -> None:
    assert wilson(1, 2) == Interval(wilson(1, 2).low, wilson(1, 2).high, "wilson", 0.95)
    assert adjusted_wald(1, 1, 2).method == "adjusted-wald"

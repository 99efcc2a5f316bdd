"""Survival: a textbook table by hand, laws, forecasts and their scores."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sla.survival import Curve, breach_probability, brier, expected_breaches, kaplan_meier, skill

REMISSION = Counter([6, 6, 6, 7, 10, 13, 16, 22, 23])
STILL_IN_REMISSION = Counter([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
"""Weeks of 21 patients on 6-MP: E. J. Freireich and others, Blood 21 (1963), the example of most textbooks."""

TIMES = st.integers(0, 40)
SAMPLES = st.lists(st.tuples(TIMES, st.booleans()), min_size=1, max_size=40)


def curve_of(samples: list[tuple[int, bool]]) -> Curve:
    return kaplan_meier(
        Counter(time for time, ended in samples if ended), Counter(time for time, ended in samples if not ended)
    )


def by_hand(samples: list[tuple[int, bool]], time: int) -> Fraction:
    """S(t), one ended case after the other, from the definition."""
    share = Fraction(1)
    for at in sorted({t for t, ended in samples if ended and t <= time}):
        lasting = sum(t >= at for t, _ in samples)
        share *= 1 - Fraction(sum(t == at and ended for t, ended in samples), lasting)
    return share


def test_the_textbook_table() -> None:
    """At risk 21, 17, 15, 12, 11, 7, 6; S = 18/21, × 16/17, × 14/15, × 11/12, × 10/11, × 6/7, × 5/6."""
    curve = kaplan_meier(REMISSION, STILL_IN_REMISSION)
    assert curve.times == (6, 7, 10, 13, 16, 22, 23)
    assert curve.at_risk == (21, 17, 15, 12, 11, 7, 6)
    assert [round(share, 3) for share in curve.shares] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert [round(curve.beyond(week), 3) for week in (5, 6, 9, 22, 100)] == [1.0, 0.857, 0.807, 0.538, 0.448]


def test_the_textbook_prediction() -> None:
    """Of those 10 weeks in remission 0.627 / 0.753 stay so for 6 weeks more: 11/12 × 10/11 = 10/12."""
    curve = kaplan_meier(REMISSION, STILL_IN_REMISSION)
    assert breach_probability(curve, 10, 6) == pytest.approx(10 / 12)


@given(SAMPLES, TIMES)
def test_it_is_the_product_of_the_definition(samples: list[tuple[int, bool]], time: int) -> None:
    assert curve_of(samples).beyond(time) == pytest.approx(float(by_hand(samples, time)), abs=1e-12)


@given(st.lists(TIMES, min_size=1, max_size=40), TIMES)
def test_without_open_ones_it_is_the_share_that_took_longer(times: list[int], time: int) -> None:
    curve = curve_of([(one, True) for one in times])
    assert curve.beyond(time) == pytest.approx(sum(one > time for one in times) / len(times), abs=1e-12)


@given(SAMPLES, TIMES, TIMES)
def test_it_falls_from_one_and_never_below_nothing(samples: list[tuple[int, bool]], a: int, b: int) -> None:
    curve = curve_of(samples)
    assert 1.0 >= curve.beyond(min(a, b)) >= curve.beyond(max(a, b)) >= 0.0
    assert curve.beyond(-1) == 1.0


@given(SAMPLES, TIMES, TIMES)
def test_a_case_that_goes_on_never_lowers_the_curve(samples: list[tuple[int, bool]], age: int, time: int) -> None:
    assert curve_of([*samples, (age, False)]).beyond(time) >= curve_of(samples).beyond(time) - 1e-12


@given(SAMPLES, TIMES, TIMES, TIMES)
def test_a_forecast_is_a_probability_and_chains(
    samples: list[tuple[int, bool]], age: int, first: int, second: int
) -> None:
    curve = curve_of(samples)
    whole, part = breach_probability(curve, age, first + second), breach_probability(curve, age, first)
    if whole is None or part is None:
        assert curve.beyond(age) == 0
        return
    assert 0.0 <= whole <= part <= 1.0
    rest = breach_probability(curve, age + first, second)
    assert whole == pytest.approx(part * (rest or 0.0), abs=1e-12)


@given(SAMPLES, TIMES)
def test_one_that_is_older_than_all_that_ended_is_expected_to_go_on(samples: list[tuple[int, bool]], more: int) -> None:
    oldest = max(time for time, _ in samples) + 1
    assert breach_probability(curve_of([*samples, (oldest, False)]), oldest, more) == 1.0


def test_an_open_one_is_among_those_at_risk() -> None:
    curve = kaplan_meier({3: 2, 5: 1}, {4: 1})
    assert [curve.observed(time) for time in (0, 3, 4, 5, 6)] == [4, 4, 1, 1, 0]


def test_nothing_known_is_no_step() -> None:
    assert kaplan_meier({}, {5: 2}).beyond(9) == 1.0
    assert breach_probability(kaplan_meier({3: 1}, {}), 3, 1) is None


def test_expected_breaches_are_those_due_within_the_horizon() -> None:
    forecasts = [(99, 1.0), (100, 0.5), (150, 0.25), (199, 0.125), (200, 1.0)]
    assert expected_breaches(forecasts, 100, 100) == 0.875
    assert expected_breaches([], 100, 100) == 0


def test_the_brier_score_by_hand() -> None:
    """Rain at 90, 80, 30 and 10 %, on the first three days: (0.01 + 0.04 + 0.49 + 0.01) / 4."""
    assert brier([(0.9, True), (0.8, True), (0.3, True), (0.1, False)]) == pytest.approx(0.1375)
    assert brier([]) is None


@given(st.lists(st.booleans(), min_size=1, max_size=50), st.floats(0, 1))
def test_no_constant_forecast_beats_the_base_rate(came: list[bool], constant: float) -> None:
    rate = sum(came) / len(came)
    base = brier((rate, one) for one in came)
    other = brier((constant, one) for one in came)
    assert base == pytest.approx(rate * (1 - rate), abs=1e-12)
    assert base is not None
    assert other is not None
    assert base <= other + 1e-12


def test_skill_is_measured_against_a_reference() -> None:
    assert skill(0.1, 0.2) == 0.5
    assert skill(0.3, 0.2) == pytest.approx(-0.5)
    assert skill(0.0, 0.0) is None

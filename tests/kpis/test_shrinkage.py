"""Shrinkage: shares drawn to the mean of all, by how many cases they rest on."""

from math import inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.kpis.shrinkage import Prior, prior, shrunk

CASES = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda n: (n[0], sum(n))).filter(lambda n: n[1] > 0)
GROUPS = st.lists(CASES, min_size=1, max_size=30)


def test_two_by_hand() -> None:
    """9 and 5 of 10: the mean is 0.7, the spread 10 x 0.04 + 10 x 0.04 = 0.8.

    0.8 / 0.21 = 3.8095 is 2.8095 more than chance has, of room 20 - 10 - 1 = 9: likeness 0.31217, strength 2.2034.
    """
    found = prior([(9, 10), (5, 10)])
    assert (found.mean, found.strength) == pytest.approx((0.7, 2.2034), abs=5e-5)
    assert found.drawn(9, 10) == pytest.approx((9 + 2.2034 * 0.7) / 12.2034, abs=5e-5)


@pytest.mark.parametrize(
    "cases", [[(3, 4)], [(7, 10), (7, 10), (70, 100)], [(1, 1), (0, 1), (1, 1)], [(5, 5), (9, 9)], [(0, 5), (0, 9)]]
)
def test_what_chance_alone_explains_is_drawn_to_the_mean_whole(cases: list[tuple[int, int]]) -> None:
    found = prior(cases)
    assert found.strength == inf
    assert found.drawn(*cases[0]) == found.mean == sum(hits for hits, _ in cases) / sum(n for _, n in cases)


def test_shares_that_differ_as_much_as_they_can_stay() -> None:
    assert shrunk({"a": (50, 50), "b": (0, 50)}) == {"a": 1.0, "b": 0.0}


def test_fewer_cases_are_drawn_further() -> None:
    found = shrunk({"many": (90, 100), "few": (9, 10), "other": (40, 100), "another": (60, 100)})
    assert found["many"] > found["few"] > 0.7


def test_nobody_comes_first_on_three_cases() -> None:
    team = {"ann": (47, 50), "bob": (35, 50), "eve": (3, 3)}
    assert max(team, key=lambda name: team[name][0] / team[name][1]) == "eve"
    assert max(shrunk(team), key=shrunk(team).__getitem__) == "ann"


@given(GROUPS)
def test_a_drawn_share_lies_between_its_own_and_the_mean(cases: list[tuple[int, int]]) -> None:
    found = prior(cases)
    assert found.strength >= 0
    for hits, trials in cases:
        low, high = sorted((hits / trials, found.mean))
        assert low - 1e-12 <= found.drawn(hits, trials) <= high + 1e-12


def test_the_strength_of_a_known_prior_is_found() -> None:
    """400 agents whose shares come from Beta(14, 6): mean 0.7, strength 20."""
    random = Random(1)
    shares = [random.betavariate(14, 6) for _ in range(400)]
    counts = [random.choice((5, 20, 80)) for _ in shares]
    found = prior(
        [
            (sum(random.random() < share for _ in range(trials)), trials)
            for share, trials in zip(shares, counts, strict=True)
        ]
    )
    assert found.mean == pytest.approx(0.7, abs=0.02)
    assert found.strength == pytest.approx(20, rel=0.25)


def test_no_cases_tell_no_prior() -> None:
    with pytest.raises(ValueError, match="no cases"):
        prior([])
    assert Prior(0.5, 10).drawn(0, 0) == 0.5

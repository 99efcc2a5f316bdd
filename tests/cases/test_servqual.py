"""SERVQUAL gaps: wordings, missing answers, weights [R38]."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cases.servqual import ITEMS, SCALE, gaps
from streams.events.model import Servqual, Weights

NONE: list[float | None] = [None] * 22


def answer(expectations: Any, perceptions: Any, instrument: str = "servqual-1991", **fields: Any) -> Servqual:
    return Servqual(instrument=instrument, expectations=tuple(expectations), perceptions=tuple(perceptions), **fields)


def points(told: Servqual) -> dict[str, float | None]:
    names = ("overall", "weighted", *ITEMS)
    return {name: None if gap is None else gap / SCALE for name, gap in zip(names, gaps(told), strict=True)}


def test_items_are_those_of_the_instrument() -> None:
    """Tangibles 1-4, reliability 5-9, responsiveness 10-13, assurance 14-17, empathy 18-22."""
    perceptions = [1.0] * 4 + [2.0] * 5 + [3.0] * 4 + [4.0] * 4 + [5.0] * 5
    assert points(answer([1.0] * 22, perceptions)) == {
        "overall": 2, "weighted": None,
        "tangibles": 0, "reliability": 1, "responsiveness": 2, "assurance": 3, "empathy": 4,
    }  # fmt: skip


def test_the_wording_of_1988_is_the_other_way_round_in_two_dimensions() -> None:
    found = points(answer([2.0] * 22, [3.0] * 22, "servqual-1988"))
    assert {name: found[name] for name in ITEMS} == {
        "tangibles": 1, "reliability": 1, "responsiveness": -1, "assurance": 1, "empathy": -1,
    }  # fmt: skip
    assert found["overall"] == 0.2


@pytest.mark.parametrize(
    ("name", "answered", "counts"),
    [("tangibles", 1, False), ("tangibles", 2, True), ("reliability", 2, False), ("reliability", 3, True)],
)
def test_half_of_a_dimension_has_to_be_answered(name: str, answered: int, counts: bool) -> None:
    perceptions = list(NONE)
    for item in list(ITEMS[name])[:answered]:
        perceptions[item] = 6.0
    assert (points(answer([5.0] * 22, perceptions))[name] == 1) is counts


def test_a_pair_needs_both_its_answers() -> None:
    expectations: list[float | None] = [5.0, 5.0, None, None, *NONE[4:]]
    assert points(answer(expectations, [None, 6.0, 6.0, 6.0, *NONE[4:]]))["tangibles"] is None


def test_overall_and_weighted_need_all_five() -> None:
    weights = Weights(tangibles=0, reliability=0, responsiveness=0, assurance=100, empathy=0)
    whole = answer([4.0] * 22, [5.0] * 13 + [7.0] * 4 + [5.0] * 5, weights=weights)
    assert [points(whole)[name] for name in ("overall", "weighted")] == [1.4, 3]
    partly = answer([4.0] * 22, [*whole.perceptions[:18], *NONE[18:]], weights=weights)
    assert [points(partly)[name] for name in ("overall", "weighted", "assurance", "empathy")] == [None, None, 3, None]


def test_equal_weights_give_the_overall_gap() -> None:
    weights = Weights(tangibles=20, reliability=20, responsiveness=20, assurance=20, empathy=20)
    found = gaps(answer([4.0] * 22, [float(1 + item % 7) for item in range(22)], weights=weights))
    assert found[0] == found[1]


@given(st.lists(st.integers(1, 7), min_size=44, max_size=44))
def test_whole_ratings_give_exact_gaps(ratings: list[int]) -> None:
    expectations, perceptions = ratings[:22], ratings[22:]
    exact = [
        sum(Fraction(perceptions[item] - expectations[item], len(items)) for item in items) for items in ITEMS.values()
    ]
    found = gaps(answer([float(n) for n in expectations], [float(n) for n in perceptions]))
    assert [Fraction(gap or 0, SCALE) for gap in (found[0], *found[2:])] == [sum(exact) / 5, *exact]


@given(st.lists(st.floats(1, 7), min_size=44, max_size=44))
def test_broken_ratings_give_gaps_within_a_billionth(ratings: list[float]) -> None:
    expectations, perceptions = ratings[:22], ratings[22:]
    found = points(answer(expectations, perceptions))
    for name, items in ITEMS.items():
        exact = sum(Fraction(perceptions[item]) - Fraction(expectations[item]) for item in items) / len(items)
        assert found[name] == pytest.approx(float(exact), abs=1e-10)

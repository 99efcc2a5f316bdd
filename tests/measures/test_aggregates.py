"""Aggregates: what samples add up to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.measures.aggregates import (
    COUNT,
    DETRACTORS,
    FIRST_BUCKET,
    HITS,
    PROMOTERS,
    SUM,
    WIDTH,
    Aggregate,
    BySize,
    Count,
    Distribution,
    Promoters,
    Ratio,
    Starts,
    Sum,
)
from streams.measures.buckets import bucket_of
from streams.measures.vector import Vector, add


def lifted(aggregate: Aggregate, *samples: Any, base: int = 0) -> Vector:
    vector: Vector = {}
    for sample in samples:
        add(vector, aggregate.lift(sample, base))
    return vector


def test_count() -> None:
    assert lifted(Count(), 1, 1, 3) == {COUNT: 5}


def test_ratio_of_truth_values_and_of_pairs() -> None:
    assert lifted(Ratio(), True, False, True) == {COUNT: 3, HITS: 2}
    assert lifted(Ratio(), (17, 20), (0, 5), (3, 3)) == {COUNT: 28, HITS: 20}
    assert lifted(Ratio(), False) == {COUNT: 1}


def test_distribution() -> None:
    assert lifted(Distribution(), 0, 1_000, 1_000) == {
        COUNT: 3, SUM: 2_000, FIRST_BUCKET: 1, FIRST_BUCKET + bucket_of(1_000): 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("score", "group"), [(0, DETRACTORS), (6, DETRACTORS), (7, None), (8, None), (9, PROMOTERS), (10, PROMOTERS)]
)
def test_promoters_passives_and_detractors(score: int, group: int | None) -> None:
    assert lifted(Promoters(), score) == ({COUNT: 1} if group is None else {COUNT: 1, group: 1})


@pytest.mark.parametrize(
    ("aggregate", "sample"),
    [
        (Count(), 1),
        (Ratio(), True),
        (Ratio(), (1, 2)),
        (Distribution(), 0),
        (Distribution(), 10**13),
        (Promoters(), 10),
    ],
)
def test_components_lie_above_their_base_and_within_the_width(aggregate: Aggregate, sample: Any) -> None:
    base = 5 << WIDTH
    moved = lifted(aggregate, sample, base=base)
    assert {component - base: amount for component, amount in moved.items()} == lifted(aggregate, sample)
    assert all(base <= component < base + (1 << WIDTH) for component in moved)


def test_components_of_one_aggregate_do_not_meet() -> None:
    assert SUM < FIRST_BUCKET
    assert len({COUNT, PROMOTERS, DETRACTORS}) == 3


SIZE = st.tuples(st.integers(0, 7), st.just(1), st.integers(0, 1))
PAIRS = st.tuples(st.integers(0, 9), st.integers(0, 9))
SAMPLES: list[tuple[Aggregate, st.SearchStrategy[Any]]] = [
    (Count(), st.integers(1, 9)),
    (Ratio(), st.booleans()),
    (Ratio(), PAIRS),
    (Distribution(), st.integers(0, 10**10)),
    (Promoters(), st.integers(0, 10)),
    (Sum(), st.integers(-9, 9)),
    (Starts(), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10**8)), max_size=3).map(tuple)),
    (BySize(), st.lists(SIZE, max_size=3, unique_by=lambda one: one[0]).map(tuple)),
]


@given(st.sampled_from(SAMPLES).flatmap(lambda one: st.tuples(st.just(one[0]), st.lists(one[1], min_size=1))))
def test_a_total_is_the_sum_of_what_its_samples_add(drawn: tuple[Aggregate, list[Any]]) -> None:
    aggregate, samples = drawn
    vector: Vector = {}
    add(vector, aggregate.total(samples, 1 << WIDTH))
    assert vector == lifted(aggregate, *samples, base=1 << WIDTH)

"""Vectors form a commutative group, rows keep them, and buckets keep their promise of 1 %."""

from math import ceil
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine import rows
from streams.engine.partials import Told, cell_record, read
from streams.measures.buckets import ACCURACY, bucket_of, quantiles, value_of
from streams.measures.vector import Vector, add, difference, merged

NONZERO = st.integers(-(2**40), 2**40).filter(bool)
VECTORS = st.dictionaries(st.integers(0, 2**44), NONZERO, max_size=6)
NEAR = st.dictionaries(st.integers(0, 4), st.integers(-2, 2).filter(bool))
"""Vectors that meet in components, and often cancel out."""


@given(NEAR, NEAR, NEAR)
def test_addition_is_associative_and_commutative(a: Vector, b: Vector, c: Vector) -> None:
    assert merged(merged(a, b), c) == merged(a, merged(b, c))
    assert merged(a, b) == merged(b, a)


@given(VECTORS)
def test_the_empty_vector_is_zero_and_every_vector_has_an_inverse(a: Vector) -> None:
    assert merged(a, {}) == merged({}, a) == a
    assert merged(a, difference({}, a)) == {}


@given(NEAR, NEAR)
def test_what_was_added_can_be_taken_back(a: Vector, b: Vector) -> None:
    assert merged(b, difference(a, b)) == a
    total = merged(a, b)
    add(total, b.items(), -1)
    assert total == a


@given(NEAR, NEAR)
def test_no_component_is_ever_zero_and_operands_stay(a: Vector, b: Vector) -> None:
    before = dict(a), dict(b)
    assert all(merged(a, b).values())
    assert all(difference(a, b).values())
    assert (a, b) == before


@given(VECTORS, st.integers(-1, 2**40))
def test_rows_and_records_bring_back_what_they_hold(vector: Vector, seen: int) -> None:
    assert rows.decode_cell(rows.encode(rows.CellRow(seen, vector))) == rows.CellRow(seen, vector)
    assert read(*cell_record(3, ("channel=email", 900_000), vector)) == Told(3, "channel=email", 900_000, vector)


@given(st.integers(0, 10**13))
def test_a_bucket_reads_within_one_per_cent_of_each_value_in_it(value: int) -> None:
    assert abs(value_of(bucket_of(value)) - value) <= ACCURACY * value * (1 + 1e-9)


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_buckets_keep_the_order(a: int, b: int) -> None:
    assert (bucket_of(a) <= bucket_of(b)) or a > b


@pytest.mark.parametrize("seed", range(30))
def test_quantiles_are_within_one_per_cent_of_the_nearest_rank(seed: int) -> None:
    rng = Random(seed)
    values = sorted(int(rng.lognormvariate(rng.uniform(0, 18), rng.uniform(0, 3))) for _ in range(rng.randint(1, 300)))
    counts: Vector = {}
    for value in values:
        add(counts, [(bucket_of(value), 1)])
    per_cents = (1, 50, 90, 95, 99, 100)
    for per_cent, found in zip(per_cents, quantiles(counts.items(), [p / 100 for p in per_cents]), strict=True):
        exact = values[ceil(per_cent * len(values) / 100) - 1]
        assert abs(found - exact) <= ACCURACY * exact * (1 + 1e-9)

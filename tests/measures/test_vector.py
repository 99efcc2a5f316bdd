"""Vectors: adding in place, sums, differences. Their laws are in tests/laws."""

from streams.measures.vector import Vector, add, difference, merged


def test_add_works_in_place_and_drops_what_becomes_zero() -> None:
    vector: Vector = {1: 2, 2: 1}
    add(vector, [(1, 3), (2, -1), (3, 4), (4, 0)])
    assert vector == {1: 5, 3: 4}
    add(vector, [(1, 5), (5, 1)], -1)
    assert vector == {3: 4, 5: -1}


def test_a_component_may_come_twice() -> None:
    vector: Vector = {}
    add(vector, [(1, 2), (1, 3), (2, 1), (2, -1)])
    assert vector == {1: 5}


def test_sum_and_difference_are_new_vectors() -> None:
    a, b = {1: 2}, {1: 2, 2: 3}
    assert merged(a, b) == {1: 4, 2: 3}
    assert difference(a, b) == {2: -3}
    assert (a, b) == ({1: 2}, {1: 2, 2: 3})


def test_integers_have_no_bound() -> None:
    vector: Vector = {}
    for _ in range(3):
        add(vector, [(0, 2**62)])
    assert vector == {0: 3 * 2**62}

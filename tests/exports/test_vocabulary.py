"""The vocabulary of a dimension is bounded, by what there is and not by an order."""

import random

from streams.exports.vocabulary import bounded

Row = tuple[str, int]


def told(row: Row) -> Row:
    return row


def test_the_values_that_rest_on_most_keep_their_series_whatever_the_order() -> None:
    rows = [("all", 9), ("agent=b", 2), ("agent=b", 3), ("agent=a", 4), ("agent=c", 4), ("team=x", 1)]
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        kept, over = bounded(rows, 2, told)
        assert {scope for scope, _ in kept} == {"all", "agent=b", "agent=a", "team=x"}
        assert over == {"agent": {"agent=c"}}


def test_nothing_is_left_out_of_a_vocabulary_that_is_small_enough() -> None:
    rows = [(f"agent={number}", 1) for number in range(200)]
    assert bounded(rows, 200, told) == (rows, {})
